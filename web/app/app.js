// The page: takes a file or a shared tab, and shows what is found as it is found.
import { Analyser, watch } from "../src/index.js";
import { open } from "./decode.js";

const $ = (id) => document.getElementById(id);
const clock = (seconds) => {
  const hundredths = Math.round(seconds * 100);
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
};
const WORDS = {
  pass: "Pass",
  warning: "Warning",
  "extended-warning": "Extended warning",
  fail: "Fail",
  inconclusive: "Inconclusive",
  incomplete: "Incomplete",
};
const flashes = ({ generalTransitions, redTransitions }) => Math.max(generalTransitions, redTransitions) / 2;
/** A message of ours or of the browser, with one full stop. */
const sentence = ({ message }) => `${message.replace(/\.$/, "")}.`;
const title = () => $("profile").selectedOptions[0].textContent;

/** What is being checked, or was. */
let check = null;

function why({ verdict, worst }) {
  const most =
    worst.hazard === "pattern"
      ? `A regular pattern on ${Math.round(100 * worst.pattern.area)}% of the picture`
      : `${flashes(worst)} ${worst.hazard === "red" ? "red " : ""}flashes in the second`;
  const when = `before ${clock(worst.time)}`;
  if (verdict === "fail") return `${most} ${when}: more than ${title()} allows. It can cause seizures.`;
  if (verdict === "pass")
    return flashes(worst) ? `No more than ${flashes(worst)} flashes in any second.` : "Nothing flashes.";
  if (verdict === "inconclusive") return "Too many frames were not seen to say that it passes.";
  if (verdict === "incomplete") return "Nothing failed in what was checked, and the rest may flash.";
  return `${most} ${when}: allowed by ${title()}, and nearly as many as are.`;
}

function show(summary, { done }) {
  const { verdict } = summary;
  $("judged").className = verdict === "pass" ? (done ? "pass" : "") : verdict === "fail" ? "fail" : "warning";
  $("verdict").textContent = done || verdict === "fail" ? WORDS[verdict] : "Checking";
  $("why").textContent = done || verdict !== "pass" ? why(summary) : "";
  const missed = summary.missed ? ` ${summary.missed} frames were shown and not seen.` : "";
  const width = $("width").value;
  $("note").textContent =
    `${check.name}: ${summary.frames} frames by ${title()}, as if shown ` +
    `${width ? `${width} CSS pixels wide` : "fitted into 1024x768 CSS pixels"}.${missed}${check.error ? ` ${check.error}` : ""}`;
  $("none").hidden = summary.incidents.length > 0;
  $("none").textContent = done ? "None." : "None so far.";
  $("incidents").hidden = summary.incidents.length === 0;
  $("incidents").tBodies[0].replaceChildren(
    ...summary.incidents.slice(0, 500).map((one) => {
      const { x, y, width, height } = one.flashing;
      const row = document.createElement("tr");
      const cells = [
        clock(one.start),
        clock(one.end),
        `${one.firstFrame}-${one.lastFrame}`,
        WORDS[one.verdict],
        one.hazard,
        flashes(one),
        `${Math.round(100 * one.area)}%`,
        `${width}x${height}+${x}+${y}`,
      ];
      row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
      return row;
    }),
  );
}

/** The course so far: for each pixel the largest count and the mean of luminance. */
function draw({ rows }) {
  const svg = $("chart");
  const [width, height] = [svg.clientWidth || 300, svg.clientHeight || 150];
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const last = Math.max(rows.at(-1)?.time ?? 1, (rows[0]?.time ?? 0) + 0.001);
  const first = rows[0]?.time ?? 0;
  const most =
    Math.max(
      4,
      rows.reduce((most, row) => Math.max(most, row.flashes), 0),
    ) * 1.1;
  const columns = [];
  for (const row of rows) {
    const x = Math.floor(((row.time - first) / (last - first)) * (width - 40));
    const column = (columns[x] ??= { flashes: 0, light: 0, count: 0 });
    column.flashes = Math.max(column.flashes, row.flashes);
    column.light += row.luminance;
    column.count++;
  }
  const y = (value, top) => (height - 20 - ((height - 30) * value) / top).toFixed(1);
  const path = (value) =>
    columns.reduce((path, column, x) => `${path}${path ? "L" : "M"}${x + 30} ${value(column)}`, "");
  const make = (name, attributes, text = "") => {
    const node = document.createElementNS(svg.namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.textContent = text;
    return node;
  };
  const text = $("chart-text");
  const largest = rows.reduce((most, row) => Math.max(most, row.flashes), 0);
  text.textContent = `Up to ${largest} flashes in a second; at most 3 are allowed.`;
  svg.replaceChildren(
    text,
    make("path", { class: "light", d: path((column) => y(column.light / column.count, 1)) }),
    make("path", { class: "flashes", d: path((column) => y(column.flashes, most)) }),
    make("line", { class: "limit", x1: 30, x2: width - 10, y1: y(3, most), y2: y(3, most) }),
    make("text", { x: 8, y: Number(y(3, most)) + 4 }, "3"),
    make("text", { x: 8, y: Number(y(0, most)) + 4 }, "0"),
    make("text", { x: 30, y: height - 4 }, clock(first)),
    make("text", { x: width - 60, y: height - 4 }, clock(last)),
  );
}

/** Shows a frame at most once a second, and so dark that it cannot flash: white becomes a luminance of 0.07. */
function picture(frame) {
  if (performance.now() - check.pictured < 1000) return;
  check.pictured = performance.now();
  const canvas = $("picture");
  const [width, height] = [frame.displayWidth ?? frame.width, frame.displayHeight ?? frame.height];
  canvas.height = Math.max(1, Math.round((canvas.width * height) / width));
  const context = canvas.getContext("2d");
  const at = [0, 0, canvas.width, canvas.height];
  if (frame instanceof ImageData) {
    const whole = new OffscreenCanvas(width, height);
    whole.getContext("2d").putImageData(frame, 0, 0);
    context.drawImage(whole, ...at);
  } else {
    context.drawImage(frame, ...at);
  }
  context.fillStyle = "rgb(0 0 0 / 0.7)";
  context.fillRect(...at);
}

/** Begins a check; one that runs is stopped. */
async function begin(name, duration) {
  await check?.stop();
  check = {
    name,
    duration,
    rows: [],
    pictured: -Infinity,
    error: "",
    running: true,
    summary: null,
    stop: async () => {},
  };
  $("result").hidden = false;
  $("save").disabled = true;
  $("stop").hidden = $("progress").hidden = false;
  $("progress").removeAttribute("value");
  $("status").textContent = `Checking ${name}.`;
  return check;
}

const row = (report) => ({
  frame: report.frame,
  time: report.time,
  luminance: report.luminance,
  flashes: flashes(report),
  verdict: report.verdict,
});

function end(mine, summary) {
  Object.assign(mine, { running: false, summary });
  if (mine !== check) return;
  draw(mine);
  show(summary, { done: true });
  $("stop").hidden = $("progress").hidden = true;
  $("save").disabled = false;
  $("status").textContent = `${mine.name}: ${WORDS[summary.verdict]}.`;
  $("verdict").focus();
}

function failed(error) {
  $("status").textContent = `It could not be checked: ${sentence(error)}`;
}

async function checkFile(file) {
  const mine = await begin(file.name, null);
  let analyser,
    settings,
    shown = 0,
    wanted = true,
    finished;
  const ended = new Promise((resolve) => (finished = resolve));
  mine.stop = () => {
    wanted = false;
    return ended;
  };
  const options = { profile: $("profile").value, cssWidth: Number($("width").value) };
  try {
    const { duration, frames } = await open(file);
    for await (const { frame, settings: own, time } of frames) {
      if (!wanted || mine !== check) throw new Error("it was stopped, and the rest was not checked");
      const one = JSON.stringify(own);
      if (settings !== undefined && settings !== one) {
        throw new Error(`the picture has another size or format from ${clock(time)} on, and was checked up to there`);
      }
      settings = one;
      analyser ??= new Analyser({ ...own, ...options });
      mine.rows.push(row(await analyser.push(frame, time)));
      picture(frame);
      if (performance.now() - shown > 250) {
        shown = performance.now();
        if (duration) $("progress").value = Math.min(1, Math.max(0, time / duration));
        draw(mine);
        show(await analyser.summary(), { done: false });
      }
    }
  } catch (error) {
    mine.error = `Incomplete: ${sentence(error)}`;
    if (!mine.rows.length) failed(error);
  }
  if (mine.rows.length) {
    const summary = await analyser.summary();
    if (mine.error && summary.verdict !== "fail") summary.verdict = "incomplete";
    end(mine, summary);
  } else if (mine === check) {
    $("result").hidden = true;
    $("note").textContent = "";
    if (!mine.error) failed(new Error("there are no frames in it"));
  }
  analyser?.close();
  finished();
}

async function checkShared() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 60 } }, audio: false });
  } catch (error) {
    return failed(error);
  }
  const [track] = stream.getVideoTracks();
  const mine = await begin(track.label || "The shared picture", null);
  const watched = watch(stream, { profile: $("profile").value, cssWidth: Number($("width").value) });
  watched.addEventListener("report", ({ detail }) => mine.rows.push(row(detail)));
  const timer = setInterval(async () => {
    if (!mine.rows.length) return;
    draw(mine);
    show(await watched.summary(), { done: false });
  }, 250);
  let ended;
  mine.stop = () =>
    (ended ??= (async () => {
      clearInterval(timer);
      track.stop();
      try {
        const summary = await watched.stop();
        if (watched.error) mine.error = `It ended early: ${sentence(watched.error)}`;
        end(mine, summary);
      } catch (error) {
        mine.running = false;
        $("result").hidden = true;
        failed(error);
      }
    })());
  track.addEventListener("ended", mine.stop);
  watched.addEventListener("error", mine.stop);
}

function take(files) {
  const [file] = files;
  if (file) checkFile(file);
}

$("file").addEventListener("change", ({ target }) => take(target.files));
$("share").addEventListener("click", checkShared);
$("share").hidden = !navigator.mediaDevices?.getDisplayMedia;
$("stop").addEventListener("click", () => check?.stop());
$("input").addEventListener("submit", (event) => event.preventDefault());
$("save").addEventListener("click", () => {
  const { name, summary, rows } = check;
  const settings = { profile: $("profile").value, cssWidth: Number($("width").value) || null };
  const text = JSON.stringify({ tool: "flashinator", name, settings, ...summary, rows }, null, 1);
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(new Blob([text], { type: "application/json" })),
    download: `${name}.flashes.json`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});
addEventListener("paste", ({ clipboardData }) => take(clipboardData.files));
for (const type of ["dragover", "dragleave", "drop"]) {
  addEventListener(type, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", type === "dragover");
    if (type === "drop") take(event.dataTransfer.files);
  });
}
if (typeof VideoFrame !== "function" || typeof VideoDecoder !== "function") {
  $("status").textContent = "This browser has no WebCodecs, so that the page cannot check anything; use a recent one.";
}
// Kept for when there is no network; a file:// page has no service worker.
if (location.protocol.startsWith("http")) navigator.serviceWorker?.register("sw.js").catch(() => {});
