// Makes dist/ of src/ and the module: node build.mjs flashinator.wasm
import { build } from "esbuild";
import fs from "node:fs";
import zlib from "node:zlib";

const [file] = process.argv.slice(2);
const at = (path) => new URL(path, import.meta.url).pathname;
const common = { bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none" };
const { outputFiles } = await build({ ...common, entryPoints: [at("src/worker.js")], write: false });
const wasm = fs.readFileSync(file);
await build({
  ...common,
  entryPoints: [at("src/index.js")],
  outfile: at("dist/index.js"),
  define: {
    WORKER: JSON.stringify(outputFiles[0].text),
    WASM: JSON.stringify(zlib.deflateRawSync(wasm, { level: 9 }).toString("base64")),
  },
});
fs.copyFileSync(at("src/index.d.ts"), at("dist/index.d.ts"));
