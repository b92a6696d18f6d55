// A headless Chromium, and a server of this machine for the files that its pages load.
import { chromium } from "playwright-core";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".webmanifest": "application/manifest+json",
};

export const executablePath = "/usr/bin/chromium";

/** Whether there is a browser; where nothing may be skipped there must be. */
export const noBrowser =
  !fs.existsSync(executablePath) && !process.env.FLASHINATOR_SKIP_NOTHING && "there is no /usr/bin/chromium";

/** Serves folders, by the first part of the address, and tells what was asked for. */
export async function serve(folders) {
  const asked = [];
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    asked.push(pathname);
    const [, first, ...rest] = decodeURIComponent(pathname).split("/");
    const file = folders[first] && path.join(folders[first], rest.join("/") || "index.html");
    if (!file || !fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[path.extname(file)] ?? "application/octet-stream" });
    fs.createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** How long a busy machine may take for a step, in milliseconds; what hangs is ended. */
const timeout = 300_000;

export async function launch(...more) {
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    ...more,
  ];
  const browser = await chromium.launch({ executablePath, headless: true, args, timeout });
  browser.on("context", (context) => context.setDefaultTimeout(timeout));
  return browser;
}
