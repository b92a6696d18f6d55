// What is watched in a browser is judged as the command judges it, and what was missed is told.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, noBrowser, serve } from "./browser.mjs";
import { clips, compared, root, scanFile } from "./support.mjs";

const made = fs.mkdtempSync(path.join(os.tmpdir(), "flashinator-"));
let browser, server, page;

before(async () => {
  if (noBrowser) return;
  fs.writeFileSync(path.join(made, "index.html"), "<!doctype html><title>watched</title><body>");
  const sample = path.join(root, "samples/flash.y4m");
  const encode = (...options) => execFileSync("ffmpeg", ["-v", "error", "-y", "-i", sample, ...options]);
  encode("-c:v", "libx264", "-qp", "0", path.join(made, "flash.mp4"));
  encode("-c:v", "libvpx-vp9", "-lossless", "1", path.join(made, "flash.webm"));
  server = await serve({ made, dist: path.join(root, "web/dist"), src: path.join(root, "web/src"), clips });
  browser = await launch("--auto-select-tab-capture-source-by-title=watched", "--js-flags=--expose-gc");
  page = await browser.newPage();
  await page.goto(`${server.address}/made/`);
  await page.addScriptTag({
    type: "module",
    content: 'Object.assign(window, await import("/dist/index.js")); window.loaded = true;',
  });
  await page.waitForFunction(() => window.loaded);
});
after(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(made, { recursive: true });
});

/**
 * Plays a video that is watched. `withheld` tells of the number of a callback whether it is kept from the page; `dropped`
 * is how many frames the browser drops with each that it shows.
 */
const played = (src, { withheld = "false", dropped = 0 } = {}) =>
  page.evaluate(
    async ([src, withheld, dropped]) => {
      const video = Object.assign(document.createElement("video"), { muted: true, src });
      document.body.append(video);
      const given = video.requestVideoFrameCallback.bind(video);
      const quality = video.getVideoPlaybackQuality.bind(video);
      const isWithheld = new Function("callback", `return ${withheld}`);
      let [callbacks, had] = [0, 0];
      video.getVideoPlaybackQuality = () => ({ droppedVideoFrames: quality().droppedVideoFrames + dropped * callbacks });
      video.requestVideoFrameCallback = (callback) =>
        given((now, metadata) => {
          callbacks++;
          had = metadata.presentedFrames + video.getVideoPlaybackQuality().droppedVideoFrames;
          if (isWithheld(callbacks)) video.requestVideoFrameCallback(callback);
          else callback(now, metadata);
        });
      const watched = watch(video);
      const told = [];
      for (const type of ["warning", "fail", "error"]) watched.addEventListener(type, () => told.push(type));
      await video.play();
      await new Promise((resolve) => (video.onended = resolve));
      const summary = await watched.stop();
      video.remove();
      return { ...summary, had, told };
    },
    [src, withheld, dropped],
  );

const CLIPS = ["made/flash.mp4", "made/flash.webm", "clips/3Hz_6s.mp4", "clips/gray.mp4"];

for (const clip of CLIPS) {
  test(
    `a video: ${clip}`,
    { skip: noBrowser || (clip.startsWith("clips") && !clips && "there is no ../shared/clips") },
    async () => {
      const [folder, name] = clip.split("/");
      const expected = scanFile(path.join(folder === "made" ? made : clips, name));
      const found = await played(`/${clip}`);
      assert.equal(found.frames + found.missed, found.had, "every frame that the browser showed or dropped");
      // A machine that is busy misses some.
      if (found.missed > 0) return assert.ok(expected.profiles[0].verdict === "pass" || found.verdict !== "pass");
      assert.equal(found.verdict, expected.profiles[0].verdict);
      // What was shown is what was decoded but for the first frame, which a player may leave out.
      const offset = expected.frames - found.frames;
      assert.ok(offset <= 1, `${offset} frames were not shown`);
      assert.deepEqual(
        found.incidents.map(compared).map(([first, last, ...rest]) => [first + offset, last + offset, ...rest]),
        expected.profiles[0].incidents.map(compared),
      );
      assert.deepEqual(found.told, { pass: [], warning: ["warning"], fail: ["warning", "fail"] }[found.verdict]);
    },
  );
}

test("frames that are missed are counted, and nothing passes then", { skip: noBrowser || !clips }, async () => {
  const found = await played("/clips/gray.mp4", { withheld: "callback % 2 === 1" });
  assert.ok(found.missed >= found.frames - 2, `${found.missed} of ${found.had}`);
  assert.equal(found.verdict, "inconclusive");
  const late = await played("/made/flash.mp4", { withheld: "callback > 45 && callback % 2 === 1" });
  // It fails before that, if the browser has shown all of it.
  assert.ok(late.verdict === "fail" || late.missed > 9, "what was seen to fail");
});

test("frames that the browser drops are missed, and those before the first", { skip: noBrowser || !clips }, async () => {
  const dropping = await played("/clips/gray.mp4", { dropped: 1 });
  assert.ok(dropping.missed >= dropping.frames - 1, `${dropping.missed} of ${dropping.had}`);
  assert.equal(dropping.frames + dropping.missed, dropping.had);
  assert.equal(dropping.verdict, "inconclusive");
  const late = await played("/clips/gray.mp4", { withheld: "callback <= 3" });
  assert.ok(late.missed >= 3, `${late.missed} of ${late.had}`);
  assert.equal(late.frames + late.missed, late.had);
});

test("a video that repeats goes on", { skip: noBrowser }, async () => {
  const found = await page.evaluate(async () => {
    const video = Object.assign(document.createElement("video"), { muted: true, loop: true, src: "/made/flash.mp4" });
    document.body.append(video);
    const watched = watch(video);
    let fails = 0;
    await video.play();
    await new Promise((resolve, reject) => {
      watched.addEventListener("fail", () => ++fails === 2 && resolve());
      watched.addEventListener("error", ({ detail }) => reject(detail));
    });
    const summary = await watched.stop();
    video.remove();
    return summary;
  });
  const [first, second] = found.incidents;
  // The second time comes a round of three seconds later, and what the browser needs to begin again.
  assert.ok(second.start - first.start > 2.9, `${first.start} ${second.start}`);
  assert.equal(found.verdict, "fail");
});

/** A canvas that flashes, and what follows it: `from` makes the source of it. */
const flashing = (from, until = "fail") =>
  page.evaluate(
    async ([from, until]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
      document.body.append(canvas);
      const context = canvas.getContext("2d");
      // Fourteen changes a second, or as many as the display shows.
      let [turn, on, white, changed] = [0, true, false, 0];
      const draw = (now = 0) => {
        if (now - changed >= 70) [white, changed] = [!white, now];
        context.fillStyle = white ? "white" : "black";
        context.fillRect(0, 0, canvas.width, canvas.height);
        if (turn++ === 30 && until === "resized") canvas.width = 300;
        if (on) requestAnimationFrame(draw);
      };
      draw();
      const source = await {
        canvas: () => canvas,
        stream: () => canvas.captureStream(),
        tab: () => navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 60 }, preferCurrentTab: true }),
      }[from]();
      const watched = watch(source);
      const report = await new Promise((resolve, reject) => {
        watched.addEventListener("fail", ({ detail }) => resolve(detail));
        watched.addEventListener("error", ({ detail }) => reject(detail));
      });
      while (until === "resized" && turn < 120) await new Promise(requestAnimationFrame);
      const summary = await watched.stop();
      on = false;
      for (const track of source.getTracks?.() ?? []) track.stop();
      canvas.remove();
      return { report, summary };
    },
    [from, until],
  );

for (const from of ["canvas", "stream", "tab"]) {
  test(`a ${from} that flashes fails at its seventh change`, { skip: noBrowser }, async () => {
    const { report, summary } = await flashing(from);
    assert.equal(report.verdict, "fail");
    assert.ok(report.generalTransitions >= 7);
    assert.equal(summary.verdict, "fail");
    // Seven changes within a second, and the frames before the first.
    assert.ok(report.frame <= 125, `${report.frame}`);
  });
}

test("a stream that a browser follows as a video, all of it at time 0", { skip: noBrowser }, async () => {
  // As Firefox 153 gives a shared screen.
  await page.evaluate(() => {
    const { requestVideoFrameCallback } = HTMLVideoElement.prototype;
    const { MediaStreamTrackProcessor } = window;
    delete window.MediaStreamTrackProcessor;
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
      return requestVideoFrameCallback.call(this, (now, metadata) => callback(now, { ...metadata, mediaTime: 0 }));
    };
    window.restore = () => {
      HTMLVideoElement.prototype.requestVideoFrameCallback = requestVideoFrameCallback;
      Object.assign(window, { MediaStreamTrackProcessor });
    };
  });
  const { report, summary } = await flashing("stream");
  await page.evaluate(() => window.restore());
  assert.equal(report.verdict, "fail");
  assert.ok(report.generalTransitions >= 7);
  assert.equal(summary.verdict, "fail");
});

test("where the size changes it begins anew, and keeps what was found", { skip: noBrowser }, async () => {
  const { summary } = await flashing("canvas", "resized");
  assert.equal(summary.verdict, "fail");
  const frames = summary.incidents.flatMap((one) => [one.firstFrame, one.lastFrame]);
  assert.deepEqual(
    frames,
    [...frames].sort((a, b) => a - b),
  );
  assert.ok(summary.frames > frames.at(-1));
});

test(
  "what is cut off by another size, or by an error, does not pass, and is not lost",
  { skip: noBrowser },
  async () => {
    const found = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
      document.body.append(canvas);
      const context = canvas.getContext("2d");
      let turn = 0;
      const draw = () => {
        // Fewer than four changes in a second, and another size every third of it.
        if (turn % 20 === 0) canvas.width = 64 + (turn % 40);
        context.fillStyle = Math.floor(turn++ / 18) % 2 ? "white" : "black";
        context.fillRect(0, 0, canvas.width, canvas.height);
        if (canvas.isConnected) requestAnimationFrame(draw);
      };
      draw();
      const sized = watch(canvas);
      const rated = watch(canvas, { maxFps: 2 });
      const error = await new Promise((resolve) =>
        rated.addEventListener("error", ({ detail }) => resolve(detail.message)),
      );
      while (turn < 100) await new Promise(requestAnimationFrame);
      const summaries = [await sized.stop(), await rated.stop()];
      canvas.remove();
      return { error, summaries };
    });
    assert.match(found.error, /more frames in a second than max_fps/);
    for (const { verdict, frames } of found.summaries) {
      assert.equal(verdict, "inconclusive");
      assert.ok(frames > 0);
    }
  },
);

test("frames in every layout of WebCodecs are read as they lie", { skip: noBrowser }, async () => {
  const found = await page.evaluate(async () => {
    const [width, height] = [64, 48];
    const samples = { NV12: 1.5, I420: 1.5, I420A: 2.5, I422: 2, I444: 3, RGBA: 4, BGRX: 4 };
    const rows = {};
    for (const [format, share] of Object.entries(samples)) {
      const settings = { width, height, format };
      const [video, bytes] = [new Analyser(settings), new Analyser(settings)];
      rows[format] = [];
      for (let i = 0; i < 30; i++) {
        const data = new Uint8Array(width * height * share).fill(i % 6 < 3 ? 200 : 30);
        const frame = new VideoFrame(data, { format, codedWidth: width, codedHeight: height, timestamp: i * 40_000 });
        const reports = [await video.push(frame), await bytes.push(data, i / 25)];
        frame.close();
        rows[format].push(reports.map((report) => JSON.stringify(report)));
      }
      video.close();
      bytes.close();
    }
    return rows;
  });
  for (const [format, rows] of Object.entries(found)) {
    assert.equal(rows.length, 30);
    for (const [video, bytes] of rows) assert.equal(video, bytes, format);
    assert.match(rows.at(-1)[0], /"verdict":"fail"/, format);
  }
});

test("a browser that cannot copy what it shows draws it", { skip: noBrowser }, async () => {
  const found = await page.evaluate(async () => {
    const { copied, converts, drawn } = await import("/src/copy.js");
    const own = { ...Object.getOwnPropertyDescriptors(VideoFrame.prototype) };
    const kinds = {
      // As WebKitGTK 2.50: copyTo converts nothing, does not say so, and cannot copy what has no alpha.
      none(frame, options) {
        if (/X$/.test(frame.format) && options) throw new Error("Unable to copy data");
        return {};
      },
      all: (frame, options) => options,
    };
    const rows = {};
    for (const [kind, options] of Object.entries(kinds)) {
      VideoFrame.prototype.allocationSize = function (given) {
        return own.allocationSize.value.call(this, kind === "none" ? {} : given);
      };
      VideoFrame.prototype.copyTo = async function (to, given) {
        return own.copyTo.value.call(this, to, options(this, given));
      };
      for (const from of ["RGBA", "BGRX", "I420"]) {
        for (const format of ["RGBA", "BGRA", "RGBX", "BGRX", ...(from === "I420" ? [from] : [])]) {
          const [width, height] = [6, 4];
          const data = new Uint8Array(4 * width * height);
          for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : 60 + 60 * (i % 4);
          const frame = new VideoFrame(data, { format: from, codedWidth: width, codedHeight: height, timestamp: 0 });
          const read = converts(frame);
          const { pixels, planes } = await copied(frame, format, (bytes) => new Uint8Array(bytes));
          (rows[`${from} to ${format}`] ??= []).push({ read, pixels: [...pixels].slice(0, 4), planes });
        }
      }
      Object.defineProperties(VideoFrame.prototype, own);
    }
    const half = new Uint8Array([200, 100, 50, 128]);
    const frame = new VideoFrame(half, { format: "RGBA", codedWidth: 1, codedHeight: 1, timestamp: 0 });
    const on = ["black", "white"].map((background) => [...drawn(frame, background).data]);
    frame.close();
    return { rows, on };
  });
  for (const [name, [none, all]] of Object.entries(found.rows)) {
    assert.deepEqual([none.read, all.read], [false, true], name);
    assert.deepEqual(none.planes, all.planes, name);
    // Two ways to convert YUV may round differently.
    none.pixels.forEach((value, i) => assert.ok(Math.abs(value - all.pixels[i]) <= 1, `${name}: ${none.pixels}`));
  }
  const near = (pixel, expected) => pixel.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 1, `${pixel}`));
  near(found.on[0], [100, 50, 25, 255]);
  near(found.on[1], [227, 177, 152, 255]);
});

test("a layout that the browser does not know itself is converted", { skip: noBrowser }, async () => {
  const formats = await page.evaluate(() => {
    const make = (format) =>
      new VideoFrame(new Uint8Array(96), { format, codedWidth: 6, codedHeight: 4, timestamp: 0 });
    const [i420, i444] = [make("I420"), make("I444")];
    // As WebKitGTK 2.50 has it.
    i444.allocationSize = () => 36;
    const found = [i420, i444].map((frame) => settingsFor(frame).format);
    for (const frame of [i420, i444]) frame.close();
    return found;
  });
  assert.deepEqual(formats, ["I420", "RGBA"]);
});

test("bad frames of WebCodecs are refused with a word", { skip: noBrowser }, async () => {
  const messages = await page.evaluate(async () => {
    const frame = (width, height, format = "I420") =>
      new VideoFrame(new Uint8Array(4 * width * height), {
        format,
        codedWidth: width,
        codedHeight: height,
        timestamp: 0,
      });
    const analyser = new Analyser({ width: 32, height: 16, format: "I420" });
    const closed = frame(32, 16);
    closed.close();
    const refused = [];
    for (const one of [closed, frame(16, 16), frame(32, 16, "RGBA"), document.body]) {
      refused.push(
        await analyser.push(one).then(
          () => "taken",
          (error) => error.message,
        ),
      );
    }
    const image = await analyser.push(new ImageData(32, 16), 0).then(
      () => "taken",
      (error) => error.message,
    );
    const none = await watch(document.createElement("video"))
      .summary()
      .then(
        () => "taken",
        (error) => error.message,
      );
    // An analyser for RGBA takes every frame.
    const any = new Analyser({ width: 32, height: 16 });
    refused.push((await any.push(frame(32, 16))).verdict);
    return [...refused, image, none];
  });
  const [closed, small, rgba, body, any, image, none] = messages;
  assert.match(closed, /the frame is closed/);
  assert.match(small, /16x16 pixels, and the analyser is for 32x16/);
  assert.match(rgba, /the frame is RGBA, and the analyser is for I420/);
  assert.match(body, /this is not a frame; give a VideoFrame/);
  assert.equal(any, "pass");
  assert.match(image, /ImageData is RGBA/);
  assert.match(none, /there was no frame yet/);
});

test("a page whose policy forbids the worker, or its module, says so", { skip: noBrowser }, async () => {
  for (const [policy, message] of [
    [
      "worker-src 'none'",
      /the worker failed: it could not start; let the page's Content-Security-Policy allow worker-src blob:/,
    ],
    ["script-src 'self' 'unsafe-inline' blob:", /Content Security Policy|wasm-unsafe-eval/],
  ]) {
    fs.writeFileSync(
      path.join(made, "policy.html"),
      `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module" src="/dist/index.js"></script>`,
    );
    const other = await browser.newPage();
    await other.goto(`${server.address}/made/policy.html`);
    const said = await other.evaluate(async () => {
      const { Analyser } = await import("/dist/index.js");
      return new Analyser({ width: 2, height: 2 }).push(new ImageData(2, 2), 0).then(
        () => "judged",
        (error) => error.message,
      );
    });
    assert.match(said, message);
    await other.close();
  }
});

test("a minute of frames leaves nothing behind", { skip: noBrowser }, async () => {
  const [early, late] = await page.evaluate(async () => {
    const analyser = new Analyser({ width: 320, height: 180, format: "NV12" });
    const pixels = new Uint8Array(320 * 180 * 1.5);
    const used = [];
    for (let i = 0; i < 1800; i++) {
      pixels.fill(i % 20 < 10 ? 200 : 30);
      const frame = new VideoFrame(pixels, {
        format: "NV12",
        codedWidth: 320,
        codedHeight: 180,
        timestamp: i * 33_333,
      });
      await analyser.push(frame);
      frame.close();
      if (i === 200 || i === 1799) {
        gc();
        used.push(performance.memory.usedJSHeapSize);
      }
    }
    analyser.close();
    return used;
  });
  assert.ok(late - early < 1_000_000, `${early} bytes after 200 frames, ${late} after 1800`);
});
