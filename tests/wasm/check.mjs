// The library as a WebAssembly module in Node: the golden T tables, and the analyser's counts of a flash.
//
//     node tests/wasm/check.mjs flashinator.wasm [FOLDER OF GOLDEN TABLES]
import fs from "node:fs";
import path from "node:path";
import assert from "node:assert/strict";

const [file, golden] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(fs.readFileSync(file), {});
const library = instance.exports;
const { memory } = library;

// Our memory follows that of the module. Every case starts again from there.
const begin = memory.buffer.byteLength;
let end = begin;
function room(bytes) {
  const at = Math.ceil(end / 64) * 64;
  end = at + bytes;
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return at;
}
const view = () => new DataView(memory.buffer);
function text(at) {
  const bytes = new Uint8Array(memory.buffer, at);
  return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString();
}
function check(status) {
  assert.equal(status, 0, text(library.flashinator_status_text(status)));
}

/** A struct that begins with its size. */
function struct(bytes) {
  const at = room(bytes);
  new Uint8Array(memory.buffer, at, bytes).fill(0);
  view().setUint32(at, bytes, true);
  return at;
}

/** A flashinator_frame of one plane. */
function describe(format, width, height, pixels, bytes) {
  const frame = room(48);
  [format, width, height, pixels, bytes, 0].forEach((value, i) => view().setUint32(frame + 4 * i, value, true));
  return frame;
}

const RGB24 = 2, GRAY8 = 1;

/** Rows of positive, negative and value. */
function table(format, width, height, frames) {
  end = begin;
  const size = room(4), pointer = room(4), row = struct(40);
  check(library.flashinator_table_memory(format, width, height, size));
  const bytes = view().getUint32(size, true);
  const kept = room(bytes);
  check(library.flashinator_table_init(kept, bytes, format, width, height, 0, pointer));
  const one = width * height * (format === RGB24 ? 3 : 1);
  const pixels = room(one);
  const frame = describe(format, width, height, pixels, one);
  const rows = [];
  for (let i = 0; (i + 1) * one <= frames.length; i++) {
    new Uint8Array(memory.buffer).set(frames.subarray(i * one, (i + 1) * one), pixels);
    check(library.flashinator_table_push(view().getUint32(pointer, true), frame, row));
    rows.push([16, 24, 32].map((at) => view().getFloat64(row + at, true)));
  }
  return rows.slice(1);
}

/** An array of NumPy: its shape, and its data as bytes. */
function npy(name) {
  const bytes = fs.readFileSync(name);
  const length = bytes.readUInt16LE(8);
  const shape = /'shape': \(([^)]*)\)/.exec(bytes.toString("latin1", 10, 10 + length))[1];
  return { shape: shape.split(",").filter((n) => n.trim()).map(Number), data: bytes.subarray(10 + length) };
}

let passed = 0;
if (golden !== undefined && fs.existsSync(golden)) {
  const names = fs.readdirSync(golden).filter((name) => name.endsWith(".t.npy"));
  assert.ok(names.length >= 13);
  for (const name of names) {
    const { shape, data } = npy(path.join(golden, name.replace(".t.npy", ".npy")));
    const rows = table(RGB24, shape[2], shape[1], data);
    const expected = npy(path.join(golden, name));
    assert.equal(rows.length, expected.shape[0], name);
    rows.forEach(([positive, negative, value], i) => {
      [value, positive, negative].forEach((found, column) => {
        const right = expected.data.readDoubleLE(8 * (3 * i + column));
        assert.ok(Math.abs(found - right) <= 1e-12 * Math.abs(right), `${name} row ${i}: ${found} ${right}`);
      });
    });
    passed++;
  }
} else {
  assert.ok(!process.env.FLASHINATOR_SKIP_NOTHING, "the golden tables must be there");
  console.error("skipped: there are no golden tables");
}

// Gray that flashes five times a second, of 25 frames.
end = begin;
const [width, height] = [64, 48];
const size = room(4), pointer = room(4), report = struct(88), time = room(16);
check(library.flashinator_analyser_memory(GRAY8, width, height, 0, size));
const bytes = view().getUint32(size, true);
check(library.flashinator_analyser_init(room(bytes), bytes, GRAY8, width, height, 0, pointer));
const pixels = room(width * height);
const frame = describe(GRAY8, width, height, pixels, width * height);
let transitions = 0, level = 0;
for (let i = 0; i < 25; i++) {
  const now = i % 5 < 2 ? 255 : 0;
  if (i > 0 && now !== level) transitions++;
  level = now;
  new Uint8Array(memory.buffer, pixels, width * height).fill(now);
  view().setBigInt64(time, BigInt(i), true);
  view().setUint32(time + 8, 1, true);
  view().setUint32(time + 12, 25, true);
  check(library.flashinator_analyser_push(view().getUint32(pointer, true), frame, time, report));
  assert.equal(view().getUint32(report + 32, true), transitions, `frame ${i}`);
}
assert.equal(text(library.flashinator_verdict_name(view().getUint32(report + 40, true))), "fail");
passed++;
console.log(`${passed} passed, 0 failed`);
