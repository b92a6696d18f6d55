// What tests share: frames that flash, and what the command says of raw frames.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export const root = path.join(import.meta.dirname, "..", "..");

/** The program of the project, where it has been built. */
export const command = process.env.FLASHINATOR ?? path.join(root, "target/release/flashinator");

const shared = path.join(root, "../shared/clips");

/** The folder of clips beside the project, where there is one; it must be where nothing may be skipped. */
export const clips = fs.existsSync(shared) || process.env.FLASHINATOR_SKIP_NOTHING ? shared : undefined;

/** Random bytes, the same on every run. */
export function random(length, seed) {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Runs the command; a video that fails is what it is for. */
const run = (options) => runWith({}, options);

/** Runs it with settings of Node, such as the folder to run in. */
export function runWith(settings, options) {
  try {
    execFileSync(command, ["scan", "--quiet", ...options], { stdio: ["ignore", "ignore", "inherit"], ...settings });
  } catch (error) {
    if (error.status !== 1) throw error;
  }
}

/** The summary that the command gives for a file. */
export function scanFile(file, ...options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
  run([file, ...options, "--json", path.join(folder, "summary")]);
  const [summary] = JSON.parse(fs.readFileSync(path.join(folder, "summary"), "utf8")).inputs;
  fs.rmSync(folder, { recursive: true });
  return summary;
}

/** The page that the command makes for a file. */
export function scanPage(file, ...options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
  run([file, ...options, "--report", path.join(folder, "page.html")]);
  const page = fs.readFileSync(path.join(folder, "page.html"), "utf8");
  fs.rmSync(folder, { recursive: true });
  return page;
}

/** The rows, and the summary, that the command gives for raw frames. */
export function scan(frames, format, { width, height, profile = "wcag22", fps = 25, options = [] }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
  const file = (name) => path.join(folder, name);
  fs.writeFileSync(file("frames"), Buffer.concat(frames));
  const given = [file("frames"), "--raw", format, "--size", `${width}x${height}`, "--fps", `${fps}`];
  run([...given, "--profile", profile, ...options, "--jsonl", file("rows"), "--json", file("summary")]);
  const rows = fs
    .readFileSync(file("rows"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const summary = JSON.parse(fs.readFileSync(file("summary"), "utf8")).inputs[0].profiles[0];
  fs.rmSync(folder, { recursive: true });
  return { rows, summary };
}

/** What two of the ways to judge say of an incident, by the names of the package or of the command. */
export const compared = (incident) =>
  ["firstFrame", "lastFrame", "verdict", "generalTransitions", "redTransitions"].map(
    (name) => incident[name] ?? incident[name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)],
  );
