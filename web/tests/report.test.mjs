// The page and the summary are the command's, to the last byte, for the same raw frames.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { Report } from "../app/report.js";
import { launch, noBrowser } from "./browser.mjs";
import { root, runWith } from "./support.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
after(() => fs.rmSync(folder, { recursive: true }));
const wasm = path.join(root, "target/web/wasm32-unknown-unknown/release/flashinator_web_report.wasm");
const module = new WebAssembly.Module(fs.readFileSync(wasm));
const opened = () => new Report(new WebAssembly.Instance(module, {}).exports);
const today = () => Math.floor(Date.now() / 864e5);

/** Frames of 64x48, of which a part flashes: `at` gives the bytes of each pixel. */
const frames = (count, bytes, at) =>
  Array.from({ length: count }, (_, i) =>
    Uint8Array.from({ length: bytes }, (_, byte) => at(i, Math.floor(byte / 64) % 48 > 14, byte)),
  );
const flashing = (i, inside) => (inside && i % 5 < 2 && i > 20 && i < 70 ? 210 : 30);

const KINDS = {
  "flashes of gray": ["GRAY8", "gray", frames(120, 64 * 48, flashing), "wcag22", 0],
  "flashes of YUV": ["I420", "yuv420p", frames(120, 96 * 48, (i, is, at) => (at < 64 * 48 ? flashing(i, is) : 128)), "bt1702", 0],
  "a narrow picture": ["RGB24", "rgb24", frames(50, 3 * 64 * 48, flashing), "wcag22-aaa", 64],
  "nothing": ["NV12", "nv12", frames(30, 96 * 48, () => 90), "ofcom", 0],
};

for (const [kind, [format, raw, given, profile, cssWidth]] of Object.entries(KINDS)) {
  test(`the report of ${kind}`, () => {
    const name = `${raw}.raw`;
    const bytes = Buffer.concat(given);
    fs.writeFileSync(path.join(folder, name), bytes);
    const outputs = ["--report", "page.html", "--json", "summary.json"];
    const width = cssWidth ? ["--width", `${cssWidth}px`] : [];
    const options = ["--raw", raw, "--size", "64x48", "--fps", "25", "--profile", profile, ...width, ...outputs];
    let day = today();
    runWith({ cwd: folder }, [name, ...options]);
    // Midnight may pass meanwhile.
    if (day !== today()) runWith({ cwd: folder }, [name, ...options]);
    day = today();

    const report = opened();
    const colorSpace = { matrix: null, fullRange: null, transfer: null, primaries: null };
    report.open({ name, profile, cssWidth, width: 64, height: 48, pixelAspect: 1, format, colorSpace });
    given.forEach((frame, i) => {
      report.room(frame.length).set(frame);
      report.push(i / 25);
    });
    // In pieces, as a file is read.
    for (let at = 0; at < bytes.length; at += 100_000) report.hash(bytes.subarray(at, at + 100_000));
    report.finish({ failure: null, title: null, notes: [] });
    const read = (file) => fs.readFileSync(path.join(folder, file), "utf8");
    assert.equal(report.page(day), read("page.html"));
    assert.equal(report.summary(), read("summary.json"));
  });
}

test("frames of two sizes are two parts of one report", () => {
  const report = opened();
  for (const [size, level] of [[8, 30], [16, 200]]) {
    const colorSpace = { matrix: null, fullRange: null, transfer: null, primaries: null };
    const settings = { name: "a tab", profile: "wcag22", cssWidth: 0, pixelAspect: 1, format: "GRAY8", colorSpace };
    report.open({ ...settings, width: size, height: size });
    for (let i = 0; i < 40; i++) {
      report.room(size * size).fill(size === 16 && i % 4 < 2 ? level : 30);
      report.push(i / 25);
    }
  }
  assert.equal(report.soFar().heading, "Fail");
  report.finish({ failure: null, title: null, notes: [] });
  const { inputs, verdict } = JSON.parse(report.summary());
  assert.deepEqual([verdict, ...inputs.map((one) => one.verdict)], ["fail", "pass", "fail"]);
  assert.deepEqual(inputs.map((one) => [one.width, one.frames]), [[8, 40], [16, 40]]);
  assert.match(report.page(0), /Flash check of 2 files/);
});

test("an hour of film with 300 incidents has three screens, on a phone too", { skip: noBrowser }, async () => {
  const report = opened();
  const colorSpace = { matrix: null, fullRange: null, transfer: null, primaries: null };
  const settings = { name: "film.mp4", profile: "wcag22", cssWidth: 0, pixelAspect: 1, format: "GRAY8", colorSpace };
  report.open({ ...settings, width: 8, height: 8 });
  for (let i = 0; i < 90_000; i++) {
    report.room(64).fill(i % 300 < 20 && i % 4 > 1 ? 230 : 20);
    report.push(i / 25);
  }
  report.finish({ failure: null, title: null, notes: [] });
  const html = report.page(0);
  assert.match(html, /The worst 6 of 300 incidents/);
  assert.ok(html.length < 2e6, `${html.length}`);
  const file = path.join(folder, "film.html");
  fs.writeFileSync(file, html);
  const browser = await launch();
  for (const [width, height, open] of [
    [1280, 900, 6],
    [390, 844, 1],
  ]) {
    const page = await browser.newPage({ viewport: { width, height } });
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("request", (request) => /^(file|data):/.test(request.url()) || errors.push(request.url()));
    await page.goto(`file://${file}`);
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(tall <= 3 * height, `${(tall / height).toFixed(2)} screens of ${width} pixels`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.equal(await page.locator(".incidents details[open]").count(), open);
    // The worst is open, and the verdict and where it is are on the first screen.
    assert.ok(await page.locator(".rank0 .picture").first().isVisible());
    assert.ok((await page.locator(".verdict").boundingBox()).y < height / 4);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator(".incidents details[open]").count(), 6);
    assert.deepEqual(errors, []);
    await page.close();
  }
  await browser.close();
});

test("what is wrong is said, and what was judged stays", () => {
  const report = opened();
  const colorSpace = { matrix: null, fullRange: null, transfer: null, primaries: null };
  const settings = { name: "a", profile: "wcag22", cssWidth: 0, pixelAspect: 1, width: 4, height: 4, colorSpace };
  assert.throws(() => report.push(0, null, []), /there is no check; open one first/);
  assert.throws(() => report.open({ ...settings, format: "gray" }), /there is no format gray/);
  assert.throws(() => report.open({ ...settings, format: "GRAY8", profile: "x" }), /there is no profile x/);
  assert.throws(() => report.open({ ...settings, format: "GRAY8", width: 0 }), /no pixels/);
  assert.throws(() => report.open({ ...settings, format: "GRAY8", cssWidth: -1 }), /viewing size is out of range/);
  report.open({ ...settings, format: "GRAY8" });
  report.room(16).fill(9);
  assert.equal(report.push(0).verdict, "pass");
  report.room(15).fill(9);
  assert.throws(() => report.push(1), /too short for the frame/);
  report.finish({ failure: "a: the file is cut short", title: null, notes: [] });
  const [input] = JSON.parse(report.summary()).inputs;
  assert.deepEqual([input.frames, input.verdict, input.error], [1, "incomplete", "a: the file is cut short"]);
});
