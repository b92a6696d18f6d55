// Bad input is refused with a word on what is wrong, and what was judged before stays.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Analyser, watch } from "../dist/index.js";

const open = [];
function analyser(settings) {
  const made = new Analyser({ width: 8, height: 6, format: "GRAY8", ...settings });
  open.push(made);
  return made;
}
afterEach(() => open.splice(0).forEach((one) => one.close()));

const gray = (level = 0) => new Uint8Array(48).fill(level);

test("settings out of range", async () => {
  for (const [settings, message] of [
    [{ width: 0 }, /width is 0; give a whole number/],
    [{ height: 1.5 }, /height is 1.5/],
    [{ width: undefined }, /width is undefined/],
    [{ width: 1 << 20, height: 1 << 20 }, /too large/],
    [{ width: "8" }, /width is "8"; give a whole number/],
    [{ cssWitdh: 640 }, /there is no setting cssWitdh; give some of width/],
    [{ format: "gray" }, /format is "gray"; give one of GRAY8/],
    [{ format: "toString" }, /format is "toString"/],
    [{ profile: "wcag" }, /profile is "wcag"; give one of wcag22/],
    [{ cssWidth: -1 }, /cssWidth is -1/],
    [{ cssWidth: NaN }, /cssWidth is NaN/],
    [{ pixelAspect: 0 }, /pixelAspect is 0/],
    [{ maxFps: 0 }, /maxFps is 0/],
  ]) {
    assert.throws(() => analyser(settings), message);
  }
  assert.throws(() => new Analyser(), /width is undefined/);
  // What a worker cannot be told is not passed on.
  await analyser({ colorSpace: { matrix: () => "bt709" }, profile: undefined }).ready;
  // What only the library knows.
  await assert.rejects(analyser({ maxFps: 1001 }).ready, /frame rate is out of range/);
  await assert.rejects(analyser({ maxFps: 1001 }).push(gray(), 0), /frame rate is out of range/);
  await assert.rejects(analyser({ cssWidth: 1e9 }).summary(), /viewing is out of range/);
});

test("nothing has passed before there was a frame", async () => {
  const one = analyser();
  await assert.rejects(one.summary(), /no frame was judged yet; push one first/);
  await one.push(gray(), 0);
  assert.equal((await one.summary()).verdict, "pass");
});

test("wrong sizes, and things that are no frames", async () => {
  const one = analyser();
  await assert.rejects(one.push(new Uint8Array(47), 0), /has 47 bytes, and 8x6 GRAY8 has 48/);
  await assert.rejects(one.push(new Uint8Array(0), 0), /has 0 bytes/);
  for (const frame of [undefined, null, 7, "frame", {}, [1, 2], new ArrayBuffer(48), new Float32Array(48)]) {
    await assert.rejects(one.push(frame, 0), /this is not a frame; give a VideoFrame, ImageData, or a Uint8Array/);
  }
  const image = { data: new Uint8ClampedArray(4 * 48), width: 8, height: 6, colorSpace: "srgb" };
  await assert.rejects(one.push(image, 0), /ImageData is RGBA, and the analyser is for GRAY8/);
  const rgba = analyser({ format: "RGBA" });
  await assert.rejects(rgba.push({ ...image, width: 6, height: 8 }, 0), /6x8 pixels, and the analyser is for 8x6/);
  await assert.rejects(rgba.push({ ...image, colorSpace: "display-p3" }, 0), /display-p3; give sRGB/);
  assert.equal((await rgba.push(image, 0)).frame, 0);
});

test("times that are none, or go back", async () => {
  const one = analyser();
  for (const time of [undefined, NaN, Infinity, "1", 1n, 1e10]) {
    await assert.rejects(one.push(gray(), time), /the time is .*; give seconds as a number/);
  }
  await one.push(gray(), 0);
  await one.push(gray(255), 1);
  await assert.rejects(one.push(gray(), 1), /time is not after that of the previous frame/);
  await assert.rejects(one.push(gray(), 0.5), /time is not after/);
  // It goes on, and what was refused does not count.
  assert.equal((await one.push(gray(), 1.5)).frame, 2);
  assert.equal((await one.summary()).frames, 3);
});

test("more frames in a second than it is made for", async () => {
  const one = analyser({ maxFps: 2 });
  await one.push(gray(), 0);
  await one.push(gray(), 0.1);
  await assert.rejects(one.push(gray(), 0.2), /more frames in a second than max_fps/);
});

test("a second push while one runs", async () => {
  const one = analyser();
  const first = one.push(gray(), 0);
  await assert.rejects(one.push(gray(), 1), /still being judged; wait for its report/);
  assert.equal((await first).frame, 0);
  assert.equal((await one.push(gray(), 1)).frame, 1);
});

test("a worker that is gone", async () => {
  const one = analyser();
  await one.push(gray(), 0);
  const lost = assert.rejects(one.push(gray(), 1), /closed; make a new one/);
  one.close();
  await lost;
  await assert.rejects(one.push(gray(), 2), /closed; make a new one/);
  await assert.rejects(one.summary(), /closed; make a new one/);
  one.close();
});

test("a frame that is closed, of another size or another format", async (t) => {
  // As WebCodecs has them.
  globalThis.VideoFrame = class {
    closed = false;
    visibleRect = { width: 8, height: 6 };
    format = "NV12";
    clone() {
      if (this.closed) throw new DOMException("closed", "InvalidStateError");
      return this;
    }
    close() {
      this.closed = true;
    }
  };
  t.after(() => delete globalThis.VideoFrame);
  const one = analyser({ format: "I420" });
  const frame = new VideoFrame();
  frame.close();
  await assert.rejects(one.push(frame), /the frame is closed; push it before you close it/);
  await assert.rejects(one.push(new VideoFrame()), /the frame is NV12, and the analyser is for I420/);
  const large = new VideoFrame();
  large.visibleRect = { width: 16, height: 6 };
  await assert.rejects(one.push(large), /16x6 pixels, and the analyser is for 8x6/);
  assert.ok(large.closed, "the copy for the worker");
});

test("no SIMD, no WebAssembly, no streams, no workers", (t) => {
  const { DecompressionStream, WebAssembly } = globalThis;
  t.after(() => Object.assign(globalThis, { DecompressionStream, WebAssembly }));
  globalThis.WebAssembly = { validate: () => false };
  assert.throws(() => analyser(), /no WebAssembly with SIMD/);
  globalThis.WebAssembly = undefined;
  assert.throws(() => analyser(), /no WebAssembly with SIMD/);
  globalThis.WebAssembly = WebAssembly;
  globalThis.DecompressionStream = undefined;
  assert.throws(() => analyser(), /no DecompressionStream; use a browser of 2023/);
  globalThis.DecompressionStream = DecompressionStream;
  t.mock.method(process, "getBuiltinModule", () => undefined);
  assert.throws(() => analyser(), /no workers here; use a browser, Deno, or Node/);
});

test("a worker that may not start", (t) => {
  globalThis.Worker = class {
    constructor() {
      throw new DOMException("The operation is insecure.", "SecurityError");
    }
  };
  t.after(() => delete globalThis.Worker);
  assert.throws(() => analyser(), /it could not start; let the page's Content-Security-Policy allow worker-src blob:/);
});

test("no WebCodecs, and what cannot be watched", (t) => {
  assert.throws(() => watch({}), /no WebCodecs here; it needs a recent browser, or push ImageData/);
  globalThis.VideoFrame = class {};
  globalThis.HTMLVideoElement = class {};
  t.after(() => {
    delete globalThis.VideoFrame;
    delete globalThis.HTMLVideoElement;
  });
  assert.throws(() => watch(new HTMLVideoElement()), /no requestVideoFrameCallback here; use a recent browser/);
  for (const source of [undefined, null, {}, "video"]) {
    assert.throws(() => watch(source), /cannot be watched; give a <video>, a <canvas> or a MediaStream/);
  }
});

test("warning and fail are told as they happen, once each", async () => {
  const one = analyser({ width: 64, height: 48 });
  const told = [];
  // Seven changes in a second, then six, then seven again: one incident.
  const changes = new Set([0, 3, 6, 9, 12, 15, 18, 26, 30, 33, 36, 39, 42].map((i) => i + 10));
  for (const type of ["warning", "fail"]) {
    one.addEventListener(type, ({ detail }) => told.push([type, detail.generalTransitions, detail.verdict]));
  }
  let level = 0;
  const counts = [];
  for (let i = 0; i < 100; i++) {
    if (changes.has(i)) level = 255 - level;
    counts.push((await one.push(new Uint8Array(64 * 48).fill(level), i / 25)).generalTransitions);
  }
  assert.deepEqual(told, [
    ["warning", 4, "warning"],
    ["fail", 7, "fail"],
  ]);
  assert.match(counts.join(""), /7+[456]+7/);
  const { verdict, incidents } = await one.summary();
  assert.equal(verdict, "fail");
  assert.equal(incidents.length, 1);
});
