// The page: takes a file or a shared tab, and shows what is found as it is found.
import { Watch } from "../src/watch.js";
import { Checker } from "./checker.js";
import { noVideo, open } from "./decode.js";

const $ = (id) => document.getElementById(id);
const clock = (seconds) => {
  const hundredths = Math.round(seconds * 100);
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
};
/** A message of ours or of the browser, without a full stop. */
const told = ({ message }) => message.replace(/\.$/, "");
const title = () => $("profile").selectedOptions[0].textContent;
const counted = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;
/** Writes a text if it is a new one: a screen reader loses its place in what is replaced. */
const put = (id, text) => $(id).textContent === text || ($(id).textContent = text);
const say = (text) => put("status", text);

/** What is being checked, or was. */
let check = null;

/** Shows what is found, in the words of the report. */
function show({ verdict, class: name, heading, advice, sentence, frames, incidents }, { done }) {
  const known = done || verdict === "fail";
  $("judged").className = known ? name : "";
  put("verdict", known ? heading : "Checking");
  put("advice", known ? advice : "");
  put("why", known ? `${sentence[0].toUpperCase()}${sentence.slice(1)}.` : "");
  if (known && !done) say(`Checking ${check.name}: it fails already.`);
  const width = $("width").value;
  const shown = width ? `${width} CSS pixels wide` : "fitted into 1024x768 CSS pixels";
  const failure = check.failure ? ` Not complete: ${check.failure}.` : "";
  put("note", `${check.name}: ${counted(frames, "frame")} by ${title()}, as if shown ${shown}.${failure}`);
  $("none").hidden = incidents.length > 0;
  put("none", done ? "None." : "None so far.");
  $("scroll").hidden = incidents.length === 0;
  const listed = JSON.stringify(incidents);
  if (check.listed === listed) return;
  check.listed = listed;
  $("incidents").tBodies[0].replaceChildren(
    ...incidents.slice(0, 500).map((cells) => {
      const row = document.createElement("tr");
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
  const largest = rows.reduce((most, row) => Math.max(most, row.flashes), 0);
  const most = Math.max(4, largest) * 1.1;
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
  put("chart-text", `Up to ${largest} flashes in a second; at most 3 are allowed.`);
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
async function begin(name) {
  await check?.stop();
  check?.checker.close();
  const options = { name, profile: $("profile").value, cssWidth: Number($("width").value) };
  const checker = new Checker(options);
  const stop = async () => {};
  const focus = document.activeElement;
  check = { name, checker, focus, rows: [], listed: null, pictured: -Infinity, failure: null, saved: null, stop };
  $("result").hidden = false;
  $("save-page").disabled = $("save").disabled = true;
  $("stop").hidden = $("progress").hidden = false;
  $("progress").removeAttribute("value");
  say(`Checking ${name}.`);
  return check;
}

/** Ends a check of which there are frames, and shows what was found. */
async function end(mine, file, { title = null, notes }) {
  const { found, page, summary } = await mine.checker.finish(file, { failure: mine.failure, title, notes });
  mine.saved = { page, summary };
  if (mine !== check) return;
  draw(mine);
  show(found, { done: true });
  // Whoever has gone elsewhere on the page meanwhile stays there.
  if ([mine.focus, document.body, $("stop")].includes(document.activeElement)) $("verdict").focus();
  $("stop").hidden = $("progress").hidden = true;
  $("save-page").disabled = $("save").disabled = false;
  const { length } = found.incidents;
  say(`${mine.name}: ${found.heading}${length ? `, ${counted(length, "incident")}` : ""}.`);
}

/** Says that nothing of it could be checked. */
function failed(name, error) {
  // The focus would be lost with what had it.
  if (document.activeElement === document.body || $("result").contains(document.activeElement)) $("file").focus();
  $("result").hidden = true;
  put("note", "");
  say(`${name} could not be checked: ${told(error)}.`);
}

/** Keeps of a frame what the chart shows. */
const keep = (mine, time, { luminance, general_transitions, red_transitions }) =>
  mine.rows.push({ time, luminance, flashes: Math.max(general_transitions, red_transitions) / 2 });

async function checkFile(file) {
  const mine = await begin(file.name).catch((error) => failed(file.name, error));
  if (!mine) return;
  const { checker } = mine;
  let title,
    settings,
    before = 0,
    shown = 0,
    wanted = true,
    finished;
  const ended = new Promise((resolve) => (finished = resolve));
  mine.stop = () => {
    wanted = false;
    return ended;
  };
  try {
    const { duration, frames, title: named } = await open(file);
    title = named;
    for await (const { frame, settings: own, begin, time, duration: shownFor } of frames) {
      if (!wanted || mine !== check) throw new Error("it was stopped, and the rest was not checked");
      const one = JSON.stringify(own);
      if (settings === undefined) await checker.open(own);
      else if (settings !== one) {
        throw new Error(`the picture has another size or format from ${clock(time)} on, and was checked up to there`);
      }
      settings = one;
      if (begin !== before) await checker.repeat();
      before = begin;
      keep(mine, begin + time, await checker.push(frame, time, shownFor));
      picture(frame);
      if (performance.now() - shown > 250) {
        shown = performance.now();
        if (duration) $("progress").value = Math.min(1, Math.max(0, time / duration));
        draw(mine);
        show(await checker.soFar(), { done: false });
      }
    }
    if (!mine.rows.length) throw new Error("there are no frames in it");
  } catch (error) {
    mine.failure = `${mine.name}: ${told(error)}`;
    if (!mine.rows.length && mine === check) failed(mine.name, error);
  }
  if (mine.rows.length) {
    await end(mine, file, { title, notes: ["it was decoded by a browser, with the colours that the browser gave"] });
  }
  finished();
}

async function checkShared() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 60 } }, audio: false });
  } catch (error) {
    // What is checked, or was, goes on being shown.
    return say(error.name === "NotAllowedError" ? "Nothing was shared." : `Nothing was shared: ${told(error)}.`);
  }
  const [track] = stream.getVideoTracks();
  // What browsers call it is an address inside of them.
  const surface = { browser: "tab", window: "window", monitor: "screen" }[track.getSettings().displaySurface];
  const name = `Shared ${surface ?? "picture"}`;
  let mine, watched;
  try {
    mine = await begin(name);
    watched = new Watch(stream, {}, (settings) => mine.checker.stretch(settings));
  } catch (error) {
    failed(name, error);
    return track.stop();
  }
  watched.addEventListener("report", ({ detail }) => keep(mine, detail.time, detail));
  const timer = setInterval(async () => {
    if (!mine.rows.length) return;
    draw(mine);
    const found = await mine.checker.soFar();
    if (mine === check && !ended) show(found, { done: false });
  }, 250);
  let ended;
  mine.stop = () =>
    (ended ??= (async () => {
      clearInterval(timer);
      track.stop();
      try {
        if (!mine.rows.length && !watched.error) throw new Error("it ended before there was a picture; share it again");
        const { verdict, missed } = await watched.stop();
        const notes = ["it was captured by a browser, which may not have given every frame that it showed"];
        const lost = `${counted(missed, "frame")} of what was shown could not be judged`;
        if (missed) notes.push(lost);
        const unclear = missed
          ? `${lost}; close what keeps this machine busy, and share it again`
          : "the size changed while it flashed, so its flashes were not counted together; share it again";
        if (watched.error) mine.failure = `${mine.name}: ${told(watched.error)}`;
        else if (verdict === "inconclusive") mine.failure = `${mine.name}: ${unclear}`;
        await end(mine, null, { notes });
      } catch (error) {
        failed(name, error);
      }
    })());
  track.addEventListener("ended", mine.stop);
  watched.addEventListener("error", mine.stop);
}

/** Checks what was chosen, dropped or pasted, or says why not; what is checked already goes on. */
function take({ files, items = [] }) {
  const [file, ...others] = files;
  if (!file) return say("No file was given; give a video or a picture that moves.");
  if (others.length) return say(`These are ${files.length} files; give one at a time.`);
  if (items[0]?.webkitGetAsEntry?.()?.isDirectory) return say(`${file.name} is a folder; give a file in it.`);
  if (file.size === 0) return say(`${file.name} is empty; give another file.`);
  checkFile(file);
}

// What was chosen before can be chosen again, for another standard.
$("file").addEventListener("click", ({ target }) => (target.value = ""));
$("file").addEventListener("change", ({ target }) => target.value && take(target));
$("share").addEventListener("click", checkShared);
$("share").hidden = !navigator.mediaDevices?.getDisplayMedia;
$("stop").addEventListener("click", () => check?.stop());
$("input").addEventListener("submit", (event) => event.preventDefault());
/** Saves a text as a file. */
function save(text, type, ending) {
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(new Blob([text], { type })),
    download: `${check.name}.flashes.${ending}`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
$("save-page").addEventListener("click", () => save(check.saved.page, "text/html", "html"));
$("save").addEventListener("click", () => save(check.saved.summary, "application/json", "json"));
addEventListener("paste", ({ clipboardData, target }) => {
  if (clipboardData.files.length || !target.matches?.("input")) take(clipboardData);
});
for (const type of ["dragover", "dragleave", "drop"]) {
  addEventListener(type, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", type === "dragover");
    if (type === "drop") take(event.dataTransfer);
  });
}
if (noVideo) say(`No video can be checked: ${noVideo}.`);
// Kept for when there is no network; a file:// page has no service worker.
if (location.protocol.startsWith("http")) navigator.serviceWorker?.register("sw.js").catch(() => {});
