// The check of a video with the report of the command, in a worker of its own. build.mjs puts in the place of
// REPORT_WORKER the text of worker.js, and of REPORT_WASM the module, compressed.
import { VERDICTS } from "../src/core.js";
import { Remote } from "../src/remote.js";

export class Checker {
  #remote = new Remote(REPORT_WORKER);
  #options;
  #first = null;

  /** `options`: the name of what is checked, the profile, and the width in CSS pixels or 0. */
  constructor(options) {
    this.#options = options;
    // Whoever calls next hears of an error.
    this.#remote.call("start", { wasm: REPORT_WASM }).catch((error) => this.#remote.end(error.message));
  }

  /** Begins with frames of these settings; what was checked before stays a part of the report. */
  open({ width, height, format, pixelAspect = 1, colorSpace = {} }) {
    const { matrix = null, fullRange = null, transfer = null, primaries = null } = colorSpace;
    const settings = { ...this.#options, width, height, format, pixelAspect };
    return this.#remote.call("open", { settings: { ...settings, colorSpace: { matrix, fullRange, transfer, primaries } } });
  }

  /** Judges a VideoFrame or ImageData, which stays the caller's, and gives its row. */
  push(frame, seconds, duration = null) {
    if (frame instanceof ImageData) {
      const own = new Uint8Array(frame.data);
      return this.#remote.call("bytes", { frame: own, seconds, duration }, [own.buffer]);
    }
    const own = frame.clone();
    return this.#remote.call("video", { frame: own, seconds, duration }, [own]);
  }

  repeat() {
    return this.#remote.call("repeat");
  }

  /** What is found so far, in the words of the page. */
  soFar() {
    return this.#remote.call("soFar");
  }

  /** Ends the check, and gives what was found, the page, and the summary as JSON. */
  finish(file, ending) {
    return this.#remote.call("finish", { file, ending, day: Math.floor(Date.now() / 864e5) });
  }

  close() {
    this.#remote.end("the check is over; begin a new one");
  }

  /** What `Watch` needs of an analyser, for a stretch of frames of one size and format. Times begin with the first. */
  stretch(settings) {
    const opened = this.open(settings);
    const worst = { verdict: "pass", worst: { generalTransitions: 0, redTransitions: 0 }, frames: 0 };
    const push = async (frame) => {
      await opened;
      this.#first ??= frame.timestamp;
      const row = await this.push(frame, (frame.timestamp - this.#first) / 1e6);
      const report = { ...row, generalTransitions: row.general_transitions, redTransitions: row.red_transitions };
      if (VERDICTS.indexOf(row.verdict) > VERDICTS.indexOf(worst.verdict)) worst.verdict = row.verdict;
      worst.frames++;
      return report;
    };
    const summary = async () => ({ ...worst, incidentCount: 0, incidents: [] });
    return Object.assign(new EventTarget(), { push, summary, close() {} });
  }
}
