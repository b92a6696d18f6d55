// What a page has to load stays small, and every bundler takes it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import zlib from "node:zlib";
import { root } from "./support.mjs";

const dist = path.join(import.meta.dirname, "../dist/index.js");

test("the size of the package", () => {
  const text = fs.readFileSync(dist, "utf8");
  const [embedded] = /"[A-Za-z0-9+/=]{10000,}"/.exec(text);
  const wasm = zlib.inflateRawSync(Buffer.from(embedded, "base64"));
  const [module, scripts] = [wasm, text.replace(embedded, "")].map((part) => zlib.gzipSync(part, { level: 9 }).length);
  console.log(`by gzip the module has ${module} bytes, the scripts ${scripts}`);
  assert.ok(module <= 68_500, `${module}`);
  assert.ok(scripts <= 8192, `${scripts}`);
});

test("the size of the page's module", () => {
  const wasm = path.join(root, "target/web/wasm32-unknown-unknown/release/flashinator_web_report.wasm");
  const bytes = zlib.gzipSync(fs.readFileSync(wasm), { level: 9 }).length;
  console.log(`by gzip the page's module has ${bytes} bytes`);
  assert.ok(bytes <= 279_000, `${bytes}`);
});

test("a bundle for the browser has all that it needs", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
  const file = path.join(folder, "bundle.mjs");
  const contents = `import { Analyser } from ${JSON.stringify(dist)};
    const analyser = new Analyser({ width: 2, height: 2 });
    console.log((await analyser.push(new Uint8Array(16).fill(255), 0)).luminance);
    analyser.close();`;
  const stdin = { contents, resolveDir: import.meta.dirname };
  await build({ stdin, bundle: true, format: "esm", platform: "browser", outfile: file });
  assert.deepEqual(fs.readdirSync(folder), ["bundle.mjs"]);
  assert.equal(execFileSync(process.execPath, [file], { encoding: "utf8" }), "1\n");
  fs.rmSync(folder, { recursive: true });
});
