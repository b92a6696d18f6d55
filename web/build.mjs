// Makes dist/, the package, of src/ and the module, and site/, the page, of app/: node build.mjs flashinator.wasm
import { build } from "esbuild";
import crypto from "node:crypto";
import fs from "node:fs";
import zlib from "node:zlib";

const [file] = process.argv.slice(2);
const at = (path) => new URL(path, import.meta.url).pathname;
const common = { bundle: true, minify: true, format: "esm", target: "es2022" };
const { outputFiles } = await build({ ...common, entryPoints: [at("src/worker.js")], write: false });
const wasm = fs.readFileSync(file);
const define = {
  WORKER: JSON.stringify(outputFiles[0].text),
  WASM: JSON.stringify(zlib.deflateRawSync(wasm, { level: 9 }).toString("base64")),
};
await build({ ...common, entryPoints: [at("src/index.js")], outfile: at("dist/index.js"), define });
fs.copyFileSync(at("src/index.d.ts"), at("dist/index.d.ts"));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) fs.copyFileSync(at(`../${name}`), at(`dist/${name}`));

// The licences of what the page contains stay in it.
await build({
  ...common,
  entryPoints: [at("app/app.js")],
  outfile: at("site/app.js"),
  define,
  platform: "browser",
  legalComments: "eof",
});
const kept = ["index.html", "style.css"];
for (const name of kept) fs.copyFileSync(at(`app/${name}`), at(`site/${name}`));
const hash = crypto.createHash("sha256");
for (const name of [...kept, "app.js"]) hash.update(fs.readFileSync(at(`site/${name}`)));
const version = hash.digest("hex").slice(0, 16);
const worker = fs.readFileSync(at("app/sw.js"), "utf8").replaceAll("${VERSION}", version);
fs.writeFileSync(at("site/sw.js"), worker);
