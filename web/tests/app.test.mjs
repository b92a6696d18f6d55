// The page gives the command's verdict and incidents for a file, asks for no other file, and is usable by all.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import zlib from "node:zlib";
import { launch, noBrowser, serve } from "./browser.mjs";
import { clips, compared, root, scanFile, scanPage } from "./support.mjs";

const made = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
const at = (name) => path.join(made, name);
const cases = path.join(root, "../shared/cases");
let browser, server, context, page;

before(async () => {
  if (noBrowser) return;
  const ffmpeg = (...options) => execFileSync("ffmpeg", ["-v", "error", "-y", ...options]);
  const encode = (...options) => ffmpeg("-i", path.join(root, "samples/flash.y4m"), ...options);
  encode("-c:v", "libx264", "-qp", "0", at("flash.mp4"));
  encode("-c:v", "libvpx-vp9", "-lossless", "1", at("flash.webm"));
  const pq = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"];
  const deep = ["-vf", "scale=65:49", "-c:v", "libvpx-vp9", "-lossless", "1", "-pix_fmt", "yuv420p10le"];
  encode(...deep, ...pq, at("deep.webm"));
  ffmpeg("-i", at("flash.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", at("turned.mp4"));
  encode("-vf", "select='not(eq(mod(n,7),3))'", "-vsync", "vfr", "-c:v", "libx264", "-qp", "0", at("rate.mp4"));
  encode("-vf", "scale=320:240:flags=neighbor", at("flash.gif"));
  encode("-vf", "scale=320:240:flags=neighbor", "-plays", "2", "-f", "apng", at("flash.png"));
  // Six rounds of it are six seconds, to the end of which the command follows it.
  ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1", "-plays", "0", "-f", "apng", at("second.png"));
  // Two frames that alternate: only the repetition of the file makes them a failure.
  encode("-vf", "scale=320:240,select='eq(n,20)+eq(n,22)',setpts=N/10/TB", "-r", "10", at("loop.gif"));
  // Black that is transparent in every second frame.
  const blinking = "color=black:s=64x48:r=10:d=1,format=rgba,geq=r=0:g=0:b=0:a='255*mod(N,2)'";
  ffmpeg("-f", "lavfi", "-i", blinking, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", at("alpha.webm"));
  ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x48:r=50:d=60", "-c:v", "libvpx", "-b:v", "50k", at("long.webm"));
  const named = ["-metadata", "title=Cut 3 <final>"];
  ffmpeg("-i", at("flash.mp4"), "-c", "copy", "-movflags", "+faststart", ...named, at("whole.mp4"));
  // The first second and a half, of three.
  fs.writeFileSync(at("cut.mp4"), fs.readFileSync(at("whole.mp4")).subarray(0, 20_000));
  encode("-c:v", "prores_ks", "-frames:v", "2", at("studio.mov"));
  fs.writeFileSync(at("text.txt"), "This is no video.");
  server = await serve({ site: path.join(root, "web/site") });
  // A name that is not this machine's has no WebCodecs without https.
  const plain = "--host-resolver-rules=MAP plain.test 127.0.0.1";
  browser = await launch("--auto-select-tab-capture-source-by-title=Flash check", plain);
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  await page.goto(`${server.address}/site/index.html`);
});
after(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(made, { recursive: true });
});

/** What a button of the page saves. */
async function saved(button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return fs.readFileSync(await download.path(), "utf8");
}

/** Checks a file in the page, and gives what the JSON says of it. */
async function check(file) {
  await page.evaluate(() => {
    document.getElementById("status").textContent = "";
    // The same file again would be no change.
    document.getElementById("file").value = "";
  });
  await page.setInputFiles("#file", file);
  await page.waitForFunction(
    (name) => document.getElementById("status").textContent.startsWith(`${name}: `),
    path.basename(file),
  );
  const summary = JSON.parse(await saved("#save"));
  const [input] = summary.inputs;
  assert.equal(summary.verdict, input.verdict);
  return input;
}

const of = (name) =>
  ({ made: at, clips: (file) => path.join(clips, file), cases: (file) => path.join(cases, file) })[name.split("/")[0]](
    name.split("/")[1],
  );
const beside = (name) =>
  name.startsWith("made") || process.env.FLASHINATOR_SKIP_NOTHING ? true : clips && fs.existsSync(of(name));

const FILES = [
  "made/flash.mp4",
  "made/flash.webm",
  "made/deep.webm",
  "made/turned.mp4",
  "made/rate.mp4",
  "made/alpha.webm",
  "made/flash.gif",
  "made/flash.png",
  "made/loop.gif",
  "made/second.png",
  "clips/3Hz_6s.mp4",
  "clips/2Hz_5s.mp4",
  "clips/GradualRedIncrease.mp4",
  "cases/A18_8x8.gif",
  "cases/A1.webp",
  "cases/A3_webp_11ms.webp",
  "cases/A6_netscape_last.gif",
  "cases/A7_once.webp",
  "cases/A7_twice.webp",
  "cases/A7_once.png",
  "cases/C2_small.gif",
  "cases/B8_no_trailer.gif",
  "cases/A10_two.avif",
  "cases/A15_hold_checker_12.png",
  "cases/A12_vp9.webm",
  "cases/A14_h264.mp4",
  "cases/A4.mp4",
  "cases/A5.mp4",
  "cases/B3_hides_red.mp4",
  "cases/C1_slow.mp4",
];

for (const name of FILES) {
  test(
    `the command's verdict on ${name}`,
    { skip: noBrowser || (!beside(name) && "there is no ../shared") },
    async () => {
      const expected = scanFile(of(name));
      const found = await check(of(name));
      const [one, [profile]] = [found.profiles[0], expected.profiles];
      assert.equal(found.error, null);
      assert.equal(found.frames, expected.frames);
      assert.equal(found.looped, expected.looped);
      assert.equal(one.verdict, profile.verdict);
      assert.equal(one.incident_count, profile.incident_count);
      assert.deepEqual(one.incidents.map(compared), profile.incidents.map(compared));
      one.incidents.forEach((incident, i) => {
        for (const time of ["start", "end", "flashes_start", "flashes_end"]) {
          assert.ok(Math.abs(incident[time] - profile.incidents[i][time]) < 0.002, `${time}: ${incident[time]}`);
        }
      });
      const shown = { pass: "Pass", warning: "Warning", "extended-warning": "Extended warning", fail: "Fail" }[
        profile.verdict
      ];
      assert.equal(await page.textContent("#verdict"), shown);
      // Those that share flashes are one.
      const rows = await page.locator("#incidents tbody tr").count();
      assert.ok(rows > 0 === profile.incidents.length > 0 && rows <= profile.incidents.length, `${rows}`);
    },
  );
}

test("a browser that converts no frames lays them on white too", { skip: noBrowser }, async () => {
  await page.evaluate(() => {
    const { allocationSize, copyTo } = VideoFrame.prototype;
    VideoFrame.prototype.allocationSize = function () {
      return allocationSize.call(this);
    };
    VideoFrame.prototype.copyTo = function (to) {
      return copyTo.call(this, to);
    };
  });
  for (const name of ["alpha.webm", "flash.gif"]) assert.equal((await check(at(name))).verdict, "fail", name);
  await page.reload();
});

test("a GIF says after its frames that it repeats", { skip: noBrowser }, async () => {
  const bytes = fs.readFileSync(at("loop.gif"));
  const begin = bytes.indexOf("NETSCAPE2.0") - 3;
  const loop = bytes.subarray(begin, begin + 19);
  const rest = [bytes.subarray(0, begin), bytes.subarray(begin + 19, -1)];
  // As Firefox's decoder, which reads up to the first frame.
  await page.evaluate(() => Object.defineProperty(ImageTrack.prototype, "repetitionCount", { get: () => 0 }));
  for (const [name, repeats] of [
    ["late.gif", [loop]],
    ["never.gif", []],
  ]) {
    fs.writeFileSync(at(name), Buffer.concat([...rest, ...repeats, bytes.subarray(-1)]));
    const [found, expected] = [await check(at(name)), scanFile(at(name))];
    assert.deepEqual([found.frames, found.looped], [expected.frames, expected.looped], name);
    assert.equal(found.looped, repeats.length > 0);
    assert.equal(found.verdict, expected.profiles[0].verdict);
  }
  await page.reload();
});

test("the report is that of the command", { skip: noBrowser }, async () => {
  const file = at("whole.mp4");
  await check(file);
  const [found, expected] = [await saved("#save-page"), scanPage(file)];
  // A browser is no ffmpeg: it has microseconds, and says that it decoded the file. Midnight may pass between the two.
  const common = (page) =>
    page
      .replace(/<p class="limits-title">What the verdict assumes.*?<\/ul>/s, "")
      .replace(/\d{4}-\d\d-\d\d/g, "")
      .replaceAll(file, path.basename(file));
  assert.equal(common(found), common(expected));
  assert.match(found, /it was decoded by a browser/);
  assert.match(found, /Cut 3 &lt;final&gt;/);
  const other = await context.newPage();
  const errors = [];
  other.on("pageerror", (error) => errors.push(error));
  await other.setContent(found);
  assert.equal(await other.locator(".verdict strong").textContent(), "Fail");
  // The chart is read by the keyboard: a hundredth of what is shown, ten of them, and both ends.
  const chart = other.locator(".chart svg");
  await chart.focus();
  const pressed = async (key) => {
    await other.keyboard.press(key);
    assert.equal(await other.textContent("output"), await chart.getAttribute("aria-valuetext"));
    return Number(await chart.getAttribute("aria-valuenow"));
  };
  assert.equal(await pressed("Home"), 0);
  const [step, page10, back] = [await pressed("ArrowRight"), await pressed("PageUp"), await pressed("PageDown")];
  assert.ok(page10 > step + 0.2 && back === step && (await pressed("ArrowLeft")) === 0, `${step} ${page10} ${back}`);
  const last = await pressed("End");
  assert.ok(last >= 2.95, `${last}`);
  // What is shown is a quarter, and so are ten steps.
  await pressed("+");
  await pressed("+");
  assert.ok((await pressed("PageDown")) > last - 0.2);
  assert.deepEqual(errors, []);
  await other.close();
});

for (const way of ["drop", "paste"]) {
  test(`a file by ${way}`, { skip: noBrowser }, async () => {
    const bytes = fs.readFileSync(at("flash.gif")).toString("base64");
    await page.evaluate(
      ([way, bytes]) => {
        document.getElementById("status").textContent = "";
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], "given.gif"));
        const event =
          way === "drop"
            ? new DragEvent("drop", { dataTransfer: data })
            : new ClipboardEvent("paste", { clipboardData: data });
        dispatchEvent(event);
      },
      [way, bytes],
    );
    await page.waitForFunction(() => document.getElementById("status").textContent === "given.gif: Fail, 2 incidents.");
  });
}

test("the last of several files is the one that is shown", { skip: noBrowser }, async () => {
  await page.evaluate(() => (document.getElementById("status").textContent = ""));
  for (const name of ["flash.mp4", "flash.gif", "flash.webm"]) await page.setInputFiles("#file", at(name));
  await page.waitForFunction(() => document.getElementById("status").textContent === "flash.webm: Fail, 1 incident.");
  assert.match(await page.textContent("#note"), /^flash.webm: 61 frames/);
});

/** Drops files and folders of this machine on the page, as a person does. */
async function drop(...files) {
  const client = await context.newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await client.send("Input.dispatchDragEvent", { type, x: 300, y: 250, data });
  }
  await client.detach();
}

const told = (status) =>
  page.waitForFunction((status) => document.getElementById("status").textContent === status, status);

test("what is no single file is refused, and what was found stays", { skip: noBrowser }, async () => {
  await check(at("flash.mp4"));
  fs.mkdirSync(at("folder"), { recursive: true });
  fs.writeFileSync(at("empty.mp4"), "");
  await drop(at("flash.mp4"), at("flash.gif"));
  await told("These are 2 files; give one at a time.");
  await drop(at("folder"));
  await told("folder is a folder; give a file in it.");
  await drop(at("empty.mp4"));
  await told("empty.mp4 is empty; give another file.");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "a text");
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  });
  await told("No file was given; give a video or a picture that moves.");
  await page.evaluate(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      throw new DOMException("Permission denied", "NotAllowedError");
    };
    document.getElementById("share").click();
  });
  await told("Nothing was shared.");
  assert.equal(await page.textContent("#verdict"), "Fail");
  assert.ok(await page.isVisible("#result"));
  await page.evaluate(() => delete navigator.mediaDevices.getDisplayMedia);
});

test("a file can be chosen again for another standard", { skip: noBrowser }, async () => {
  for (const profile of ["wcag22", "trace24"]) {
    await page.selectOption("#profile", profile);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#file")]);
    assert.equal(await page.inputValue("#file"), "");
    await chooser.setFiles(at("flash.mp4"));
    await told("flash.mp4: Fail, 1 incident.");
  }
  await page.selectOption("#profile", "wcag22");
});

test("a picture that does not move, and one that is too large", { skip: noBrowser }, async () => {
  const png = (width, height, name) => {
    const chunk = (type, bytes) => {
      const [length, crc, body] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(type), bytes])];
      length.writeUInt32BE(bytes.length);
      crc.writeUInt32BE(zlib.crc32(body));
      return Buffer.concat([length, body, crc]);
    };
    const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    const rows = zlib.deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height));
    const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
    const chunks = [chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))];
    fs.writeFileSync(at(name), Buffer.concat([signature, ...chunks]));
  };
  png(64, 48, "still.png");
  png(30_000, 20_000, "large.png");
  assert.equal((await check(at("still.png"))).verdict, "pass");
  assert.match(await page.textContent("#note"), /^still.png: 1 frame by /);
  await page.setInputFiles("#file", at("large.png"));
  await told(
    "large.png could not be checked: " +
      "this browser does not decode the picture, which is damaged or too large for it; use the command.",
  );
});

test("the chart has a name and says the most flashes", { skip: noBrowser }, async () => {
  await check(at("flash.mp4"));
  const client = await context.newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  await client.detach();
  const { name, description } = nodes.find((node) => node.name?.value.startsWith("Flashes in the last second"));
  assert.equal(name.value, "Flashes in the last second, and luminance in gray");
  assert.match(description.value, /^Up to [4-9] flashes in a second; at most 3 are allowed\.$/);
});

test("what is damaged, or no video, is not passed", { skip: noBrowser }, async () => {
  await page.setInputFiles("#file", at("text.txt"));
  await page.waitForFunction(() => /could not be checked/.test(document.getElementById("status").textContent));
  assert.match(await page.textContent("#status"), /this is not a video that the page can read/);
  assert.ok(await page.isHidden("#result"));
  await page.setInputFiles("#file", at("studio.mov"));
  await told(
    "studio.mov could not be checked: this browser does not decode prores (apch); use another browser, or the command.",
  );
  const cut = await check(at("cut.mp4"));
  assert.equal(cut.verdict, "incomplete");
  assert.ok(cut.frames > 0 && cut.frames < 61);
  assert.match(cut.error, /^cut.mp4: the picture ends at .* cut short$/);
  assert.match(await page.textContent("#note"), /Not complete: cut.mp4: the picture ends at .* cut short/);
});

test("nothing is asked for but the page's own files, and nothing can be", { skip: noBrowser }, async () => {
  const own = ["/site/", "/site/index.html", "/site/style.css", "/site/app.js", "/site/sw.js"];
  assert.deepEqual(
    [...new Set(server.asked)].filter((asked) => !own.includes(asked)),
    [],
  );
  const refused = await page.evaluate(async () => {
    const ways = [
      () => fetch("index.html"),
      () =>
        new Promise((resolve, reject) => {
          const image = new Image();
          Object.assign(image, { onload: resolve, onerror: reject, src: "elsewhere.png" });
        }),
      () =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket("ws://127.0.0.1:9/");
          Object.assign(socket, { onopen: resolve, onerror: reject });
        }),
    ];
    return Promise.all(
      ways.map((way) =>
        way().then(
          () => "done",
          () => "refused",
        ),
      ),
    );
  });
  assert.deepEqual(refused, ["refused", "refused", "refused"]);
  assert.ok(!server.asked.includes("/site/elsewhere.png"));
});

test("it works without a network after the first visit", { skip: noBrowser }, async () => {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  await context.setOffline(true);
  await page.reload();
  assert.equal((await check(at("flash.webm"))).verdict, "fail");
  await context.setOffline(false);
});

test("what is shared is judged as it is shown", { skip: noBrowser }, async () => {
  // The page shares itself, and something on it flashes.
  await page.evaluate(() => {
    const box = Object.assign(document.createElement("div"), { id: "box" });
    box.style = "position:fixed;inset:0;pointer-events:none";
    document.body.append(box);
    let [white, changed] = [false, 0];
    const draw = (now = 0) => {
      if (now - changed >= 70) [white, changed] = [!white, now];
      box.style.background = white ? "white" : "black";
      if (box.isConnected) requestAnimationFrame(draw);
    };
    draw();
  });
  await page.evaluate(() => {
    // Without a person who chooses, Chromium shares no other tab.
    const media = navigator.mediaDevices;
    const share = media.getDisplayMedia.bind(media);
    media.getDisplayMedia = async (options) => (window.stream = await share({ ...options, preferCurrentTab: true }));
    document.getElementById("share").click();
  });
  // Whoever does not see the page hears of it before the end.
  await page.waitForFunction(() => / fails already\.$/.test(document.getElementById("status").textContent));
  assert.equal(await page.textContent("#status"), "Checking Shared tab: it fails already.");
  assert.equal(await page.textContent("#verdict"), "Fail");
  await page.evaluate(() => document.getElementById("box").remove());
  // As the browser's own button to stop sharing does it.
  await page.evaluate(() => {
    const [track] = window.stream.getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event("ended"));
  });
  await page.waitForFunction(() => !document.getElementById("save").disabled);
  assert.match(await page.textContent("#status"), /^Shared tab: Fail, \d incidents?\.$/);
  const [input] = JSON.parse(await saved("#save")).inputs;
  assert.ok(input.frames > 10 && input.verdict === "fail", JSON.stringify(input).slice(0, 200));
});

test("what a browser lacks is told, and the rest works", { skip: noBrowser }, async () => {
  const without = async (address, missing = []) => {
    const other = await context.newPage();
    await other.addInitScript((names) => {
      for (const name of names) delete (name === "requestVideoFrameCallback" ? HTMLVideoElement.prototype : window)[name];
      navigator.mediaDevices ??= {};
      navigator.mediaDevices.getDisplayMedia = async () => document.createElement("canvas").captureStream();
    }, missing);
    await other.goto(`${address}/site/index.html`);
    const said = async (act) => {
      await other.evaluate(() => (document.getElementById("status").textContent = ""));
      await act();
      await other.waitForFunction(() => /^(?!Checking ).*\.$/.test(document.getElementById("status").textContent));
      return other.textContent("#status");
    };
    const found = { start: await other.textContent("#status") };
    for (const name of ["flash.webm", "flash.gif"]) found[name] = await said(() => other.setInputFiles("#file", at(name)));
    if (missing.includes("requestVideoFrameCallback")) found.share = await said(() => other.click("#share"));
    await other.close();
    return found;
  };
  const noVideo = "there is no WebCodecs here; it needs a recent browser, and https";
  const noPicture = "this browser does not decode image/gif frame by frame; use Chromium or Firefox, with https";
  const refused = (name, why) => `${name} could not be checked: ${why}.`;
  const [video, picture] = ["flash.webm: Fail, 1 incident.", "flash.gif: Fail, 2 incidents."];
  assert.deepEqual(await without(server.address, ["VideoDecoder", "VideoEncoder"]), {
    start: `No video can be checked: ${noVideo}.`,
    "flash.webm": refused("flash.webm", noVideo),
    "flash.gif": picture,
  });
  assert.deepEqual(await without(server.address, ["ImageDecoder"]), {
    start: "",
    "flash.webm": video,
    "flash.gif": refused("flash.gif", noPicture),
  });
  assert.deepEqual(await without(server.address, ["MediaStreamTrackProcessor", "requestVideoFrameCallback"]), {
    start: "",
    "flash.webm": video,
    "flash.gif": picture,
    share: refused(
      "Shared picture",
      "there is no requestVideoFrameCallback here; use a recent browser",
    ),
  });
  assert.deepEqual(await without(server.address.replace("127.0.0.1", "plain.test")), {
    start: `No video can be checked: ${noVideo}.`,
    "flash.webm": refused("flash.webm", noVideo),
    "flash.gif": refused("flash.gif", noPicture),
  });
});

test("the page itself does not flash", { skip: noBrowser }, async () => {
  await check(at("flash.mp4"));
  const brightest = await page.evaluate(() => {
    const canvas = document.getElementById("picture");
    return canvas
      .getContext("2d")
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.reduce((most, value, i) => (i % 4 < 3 ? Math.max(most, value) : most), 0);
  });
  assert.ok(brightest > 20 && brightest <= 77, `${brightest}`);
});

test("nothing serious for axe, and no wider than a phone", { skip: noBrowser }, async () => {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ]) {
      // The page's policy allows no script of others.
      const of = await browser.newContext({
        bypassCSP: true,
        colorScheme,
        viewport: { width, height },
        reducedMotion: "reduce",
      });
      const other = await of.newPage();
      await other.goto(`${server.address}/site/index.html`);
      for (const state of ["start", "result"]) {
        if (state === "result") {
          await other.setInputFiles("#file", at("flash.mp4"));
          await other.waitForFunction(() => !document.getElementById("save").disabled);
        }
        await other.addScriptTag({ path: axe });
        const { violations } = await other.evaluate(() => axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
          `${state} ${colorScheme} ${width}`,
        );
        assert.ok(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${state} ${width}`);
        if (process.env.SCREENSHOTS) {
          await other.screenshot({
            path: path.join(process.env.SCREENSHOTS, `${state}-${width}-${colorScheme}.png`),
            fullPage: true,
          });
        }
      }
      await of.close();
    }
  }
});

test("by the keyboard alone", { skip: noBrowser }, async () => {
  await page.reload();
  const focus = () => page.evaluate(() => document.activeElement.id);
  const order = async (count) => {
    const ids = [];
    for (let i = 0; i < count; i++) {
      await page.keyboard.press("Tab");
      ids.push(await focus());
    }
    return ids;
  };
  assert.deepEqual(await order(4), ["file", "share", "profile", "width"]);
  await page.focus("#file");
  await page.setInputFiles("#file", at("flash.mp4"));
  await told("flash.mp4: Fail, 1 incident.");
  assert.equal(await focus(), "verdict");
  assert.deepEqual(await order(3), ["save-page", "save", "scroll"]);
  // The button that had the focus goes away.
  await page.setInputFiles("#file", at("long.webm"));
  await page.focus("#stop");
  await page.keyboard.press("Enter");
  await told("long.webm: Incomplete.");
  assert.equal(await focus(), "verdict");
  await page.focus("#save");
  await page.setInputFiles("#file", at("text.txt"));
  await page.waitForFunction(() => /could not be checked/.test(document.getElementById("status").textContent));
  assert.equal(await focus(), "file");
  // Who is elsewhere meanwhile is not called away.
  await page.setInputFiles("#file", at("long.webm"));
  await page.focus("#width");
  await told("long.webm: Pass.");
  assert.equal(await focus(), "width");
});

test("what a screen reader finds", { skip: noBrowser }, async () => {
  await check(at("flash.mp4"));
  const kinds = /^- (heading|button|combobox|spinbutton|status|progressbar|region|figure|img|table)/;
  const lines = (await page.locator("body").ariaSnapshot()).split("\n").map((line) => line.trim());
  assert.deepEqual(
    lines.filter((line) => kinds.test(line)),
    [
      '- heading "Flash check" [level=1]',
      '- button "Drop or paste a video, GIF, animated PNG, WebP or AVIF here, or choose one:"',
      '- button "Share a tab or window"',
      '- combobox "Standard":',
      '- spinbutton "Shown how wide, in CSS pixels"',
      '- status: "flash.mp4: Fail, 1 incident."',
      '- region "Fail":',
      '- heading "Fail" [level=2]',
      '- button "Save the report"',
      '- button "Save as JSON"',
      '- figure "Flashes in the last second, and luminance in gray":',
      '- img "Flashes in the last second, and luminance in gray": 3 0 0:00.00 0:03.00',
      '- figure "The picture, dimmed, once a second":',
      '- img "The picture that is being checked, dimmed"',
      '- heading "Incidents" [level=3]',
      '- region "Incidents":',
      '- table "Incidents":',
    ],
  );
});
