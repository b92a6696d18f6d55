// Makes dist/, the package, of src/ and its module, and site/, the page, of app/ and its own:
// node build.mjs flashinator.wasm flashinator_report.wasm
import { build } from "esbuild";
import crypto from "node:crypto";
import fs from "node:fs";
import zlib from "node:zlib";

const [file, reportFile] = process.argv.slice(2);
const at = (path) => new URL(path, import.meta.url).pathname;
const common = { bundle: true, minify: true, format: "esm", target: "es2022" };
/** The text of a worker, as text of a script. */
const worker = async (name) => {
  const { outputFiles } = await build({ ...common, entryPoints: [at(name)], write: false });
  return JSON.stringify(outputFiles[0].text);
};
/** A module, compressed, as text of a script. */
const module = (file) => JSON.stringify(zlib.deflateRawSync(fs.readFileSync(file), { level: 9 }).toString("base64"));
const define = { WORKER: await worker("src/worker.js"), WASM: module(file) };
await build({ ...common, entryPoints: [at("src/index.js")], outfile: at("dist/index.js"), define });
fs.copyFileSync(at("src/index.d.ts"), at("dist/index.d.ts"));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) fs.copyFileSync(at(`../${name}`), at(`dist/${name}`));

// The licences of what the page contains stay in it.
await build({
  ...common,
  entryPoints: [at("app/app.js")],
  outfile: at("site/app.js"),
  define: { ...define, REPORT_WORKER: await worker("app/worker.js"), REPORT_WASM: module(reportFile) },
  platform: "browser",
  legalComments: "eof",
});
const kept = ["index.html", "style.css"];
for (const name of kept) fs.copyFileSync(at(`app/${name}`), at(`site/${name}`));
const hash = crypto.createHash("sha256");
for (const name of [...kept, "app.js"]) hash.update(fs.readFileSync(at(`site/${name}`)));
const version = hash.digest("hex").slice(0, 16);
const keeper = fs.readFileSync(at("app/sw.js"), "utf8").replaceAll("${VERSION}", version);
fs.writeFileSync(at("site/sw.js"), keeper);
