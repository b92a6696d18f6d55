// The recipes of the README do what they say.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, noBrowser, serve } from "./browser.mjs";
import { root } from "./support.mjs";

const made = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
const readme = fs.readFileSync(path.join(root, "web/README.md"), "utf8");
/** The text of the code after a heading. */
const code = (heading, language) => new RegExp(`## ${heading}\n.*?\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme)[1];
let browser, server;

before(async () => {
  if (noBrowser) return;
  for (const [name, heading] of [
    ["game", "A canvas game"],
    ["upload", "An upload form"],
  ]) {
    const html = /```html/.test(readme) && name === "upload" ? code(heading, "html") : "<canvas></canvas>";
    fs.writeFileSync(
      path.join(made, `${name}.html`),
      `<!doctype html><title>${name}</title>${html}<script type="module" src="${name}.js"></script>`,
    );
    const stdin = { contents: code(heading, "js"), resolveDir: path.join(root, "web") };
    await build({ stdin, bundle: true, format: "esm", outfile: path.join(made, `${name}.js`), logLevel: "error" });
  }
  execFileSync("ffmpeg", [
    "-v",
    "error",
    "-i",
    path.join(root, "samples/flash.y4m"),
    "-qp",
    "0",
    path.join(made, "flash.mp4"),
  ]);
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "color=gray:s=64x48:d=2", path.join(made, "gray.mp4")]);
  server = await serve({ made });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(made, { recursive: true });
});

test("a canvas game is slowed down when it flashes", { skip: noBrowser }, async () => {
  assert.ok(code("A canvas game", "js").trim().split("\n").length <= 20);
  const page = await browser.newPage();
  await page.goto(`${server.address}/made/game.html`);
  await page.waitForFunction(() => document.title.startsWith("flashes too much"));
  await page.close();
});

test("an upload form refuses what fails, and takes the rest", { skip: noBrowser }, async () => {
  const page = await browser.newPage();
  await page.goto(`${server.address}/made/upload.html`);
  for (const [name, allowed, said] of [
    ["flash.mp4", false, /flashes too much: fail/],
    ["gray.mp4", true, /pass/],
  ]) {
    await page.setInputFiles("input[type=file]", path.join(made, name));
    await page.waitForFunction(
      (said) => new RegExp(said).test(document.querySelector("output").textContent),
      said.source,
    );
    assert.equal(await page.isEnabled("button"), allowed, name);
  }
  fs.writeFileSync(path.join(made, "text.mp4"), "no video");
  await page.setInputFiles("input[type=file]", path.join(made, "text.mp4"));
  await page.waitForFunction(() => /not checked/.test(document.querySelector("output").textContent));
  assert.ok(await page.isDisabled("button"));
  await page.close();
});
