// Follows what a page shows: a video, a canvas or a stream. index.d.ts describes it.
import { Analyser } from "./analyser.js";
import { FORMATS, VERDICTS, planesOf } from "./core.js";

/** Frames of a stream that wait while the page is busy; what comes then is lost without a word. */
const MOST_BUFFERED = 10;

/** Frames that wait for the worker at most: the browser has only a few, and stops when all are taken. */
const MOST_WAITING = 4;

/**
 * A second in which more than this part of the frames was missed may hide a failure, which is seven changes in a
 * second: to lose one of them, a seventh of the frames has to be missed in a run, if they come at equal distances.
 */
const MOST_MISSED = 0.1;

export function settingsFor(frame, options = {}) {
  const { format } = frame;
  const { width, height } = frame.visibleRect;
  // The browser converts what has no layout, or one that we do not know, or that it does not know itself: WebKit has
  // a name for frames of I444, and takes their layout for that of I420.
  const isKnown = Object.hasOwn(FORMATS, format) && frame.allocationSize() === planesOf(format, width, height).bytes;
  return {
    ...options,
    width,
    height,
    format: isKnown ? format : "RGBA",
    pixelAspect: frame.displayWidth / width / (frame.displayHeight / height),
    colorSpace: frame.colorSpace.toJSON(),
  };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The summary of two stretches of one video. */
function joined(a, b) {
  const shift = a.frames;
  const later = (incident) => {
    const [firstFrame, lastFrame, peakFrame] = [incident.firstFrame, incident.lastFrame, incident.peakFrame];
    return { ...incident, firstFrame: firstFrame + shift, lastFrame: lastFrame + shift, peakFrame: peakFrame + shift };
  };
  const badness = ({ verdict, worst }) =>
    1e6 * VERDICTS.indexOf(verdict) + worst.generalTransitions + worst.redTransitions;
  return {
    frames: a.frames + b.frames,
    verdict: VERDICTS[Math.max(VERDICTS.indexOf(a.verdict), VERDICTS.indexOf(b.verdict))],
    worst: badness(b) > badness(a) ? { ...b.worst, frame: b.worst.frame + shift } : a.worst,
    incidentCount: a.incidentCount + b.incidentCount,
    incidents: [...a.incidents, ...b.incidents.map(later)],
  };
}

/** `make` makes the analyser for each stretch of frames of one size and format. */
export class Watch extends EventTarget {
  frames = 0;
  missed = 0;
  error = null;
  #options;
  #make;
  #unfollow;
  #waiting = [];
  #work = Promise.resolve();
  #analyser = null;
  #settings = null;
  #before = null;
  #recent = [];
  #newest = -Infinity;
  #last = null;
  #begun = null;
  #unclear = false;
  #stopped = false;

  constructor(source, options, make) {
    super();
    if (typeof VideoFrame !== "function") {
      throw new Error("there is no WebCodecs here; it needs a recent browser, or push ImageData to an Analyser");
    }
    this.#options = options;
    this.#make = make;
    const is = (type) => typeof globalThis[type] === "function" && source instanceof globalThis[type];
    const follow = is("HTMLVideoElement")
      ? followVideo
      : is("HTMLCanvasElement")
        ? followCanvas
        : is("MediaStream")
          ? followStream
          : null;
    if (!follow) throw new TypeError("it cannot be watched; give a <video>, a <canvas> or a MediaStream");
    this.#unfollow = follow(source, {
      frame: (frame, missed) => this.#take(frame, missed),
      fail: (error) => this.#fail(error),
    });
  }

  async summary() {
    await this.#work;
    const none = this.error ?? new Error("there was no frame yet; ask again when it plays");
    if (!this.#last) throw none;
    const now = await this.#analyser.summary();
    const whole = this.#before ? joined(this.#before, now) : now;
    // What was seen to fail fails, whatever was not seen.
    const unclear = this.#unclear || this.error || this.#hasLost();
    const verdict = unclear && whole.verdict !== "fail" ? "inconclusive" : whole.verdict;
    return { ...whole, verdict, missed: this.missed };
  }

  async stop() {
    this.#leave();
    try {
      return await this.summary();
    } finally {
      this.#analyser?.close();
    }
  }

  /** Takes a frame, which is ours to close, and how many the browser showed between the last one and this. */
  #take(frame, missed) {
    if (this.#stopped) return frame.close();
    const { timestamp } = frame;
    // Two frames at one time cannot both have been seen.
    if (this.#waiting.length >= MOST_WAITING || timestamp <= this.#newest) {
      frame.close();
      return this.#count(timestamp, missed, 1);
    }
    this.#newest = timestamp;
    this.#count(timestamp, missed, 0);
    this.#waiting.push(frame);
    this.#work = this.#work.then(() => this.#judge(frame)).catch((error) => this.#fail(error));
  }

  async #judge(frame) {
    try {
      if (this.error) return;
      const settings = settingsFor(frame, this.#options);
      if (!same(settings, this.#settings)) await this.#begin(settings);
      this.frames++;
      this.#last = await this.#analyser.push(frame);
      this.dispatchEvent(new CustomEvent("report", { detail: this.#last }));
    } finally {
      this.#waiting.shift();
      frame.close();
    }
  }

  /** Begins anew for frames of another size or format. */
  async #begin(settings) {
    if (this.#last) {
      // The changes of the last second are not counted together with those to come.
      if (this.#last.generalTransitions + this.#last.redTransitions > 0) this.#unclear = true;
      const ended = await this.#analyser.summary();
      this.#before = this.#before ? joined(this.#before, ended) : ended;
    }
    this.#analyser?.close();
    this.#settings = settings;
    this.#analyser = this.#make(settings);
    for (const type of ["warning", "fail"]) {
      this.#analyser.addEventListener(type, ({ detail }) => this.dispatchEvent(new CustomEvent(type, { detail })));
    }
  }

  #count(micros, between, dropped) {
    const missed = between + dropped;
    this.missed += missed;
    this.#recent.push({ micros, missed, shown: between + 1 });
    while (this.#recent[0].micros <= micros - 1e6 || this.#recent[0].micros > micros) this.#recent.shift();
    this.#begun ??= micros;
    if (micros - this.#begun >= 1e6 && this.#hasLost()) this.#unclear = true;
  }

  /** Whether too much of the last second was missed. One frame never is. */
  #hasLost() {
    const sum = (key) => this.#recent.reduce((all, one) => all + one[key], 0);
    return sum("missed") > Math.max(1, MOST_MISSED * sum("shown"));
  }

  #leave() {
    this.#stopped = true;
    this.#unfollow?.();
  }

  #fail(error) {
    if (this.#stopped || this.error) return;
    this.error = error;
    this.#leave();
    this.dispatchEvent(new CustomEvent("error", { detail: error }));
  }
}

/** Gives each frame of a video with its time in the video. */
function followVideo(video, { frame, fail }) {
  if (!video.requestVideoFrameCallback) {
    throw new Error("there is no requestVideoFrameCallback here; use a recent browser");
  }
  let handle,
    last = null;
  // How many frames the video has had, as far as they are accounted for. What it had before is not our concern; a video
  // without a picture has had none.
  let counted = video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA ? 0 : null;
  const next = (now, { mediaTime, presentedFrames }) => {
    handle = video.requestVideoFrameCallback(next);
    // A stream goes on as time does. Firefox says of each frame of a screen that its time is 0.
    const media = video.srcObject ? now / 1000 : mediaTime;
    // After a seek the frames go on where time does, since a viewer sees them one after the other.
    const at = { media, now, shift: last?.shift ?? 0 };
    const passed = (now - (last?.now ?? now)) / 1000;
    const is = last && media - last.media;
    // The same frame was shown once more.
    if (is === 0) return counted++;
    if (is < 0 || is > Math.max(1, 2 * passed * video.playbackRate)) at.shift += Math.max(passed, 0.001) - is;
    // Frames that a busy browser drops are shown where it is not busy.
    const all = presentedFrames + video.getVideoPlaybackQuality().droppedVideoFrames;
    const missed = counted === null ? 0 : Math.max(0, all - counted - 1);
    counted = all;
    last = at;
    try {
      frame(new VideoFrame(video, { timestamp: Math.round((media + at.shift) * 1e6) }), missed);
    } catch (error) {
      fail(error);
    }
  };
  handle = video.requestVideoFrameCallback(next);
  return () => video.cancelVideoFrameCallback(handle);
}

/** Gives what a canvas shows at each turn of the display. */
function followCanvas(canvas, { frame, fail }) {
  let handle;
  const next = (now) => {
    handle = requestAnimationFrame(next);
    // Without pixels there is nothing to see.
    if (canvas.width === 0 || canvas.height === 0) return;
    try {
      frame(new VideoFrame(canvas, { timestamp: Math.round(now * 1000), alpha: "discard" }), 0);
    } catch (error) {
      fail(error);
    }
  };
  handle = requestAnimationFrame(next);
  return () => cancelAnimationFrame(handle);
}

/** Gives the frames of a screen, a tab or a camera. */
function followStream(stream, to) {
  const [track] = stream.getVideoTracks();
  if (!track) throw new TypeError("the stream has no picture; give one with a video track");
  if (typeof MediaStreamTrackProcessor !== "function") {
    const video = document.createElement("video");
    Object.assign(video, { srcObject: stream, muted: true, playsInline: true });
    video.play().catch(to.fail);
    const end = followVideo(video, to);
    return () => {
      end();
      video.srcObject = null;
    };
  }
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: MOST_BUFFERED }).readable.getReader();
  (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      to.frame(value, 0);
    }
  })().catch(to.fail);
  return () => reader.cancel().catch(() => {});
}

export function watch(source, options = {}) {
  return new Watch(source, options, (settings) => new Analyser(settings));
}
