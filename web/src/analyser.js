// The analyser in a worker of its own. build.mjs puts in the place of WORKER the text of worker.js, and of WASM the
// module, compressed: then there is one file, of which no bundler can lose a part.
import { isRgb } from "./copy.js";
import { FORMATS, PROFILES, planesOf } from "./core.js";
import { Remote } from "./remote.js";

const list = (names) => names.join(", ");

const DEFAULTS = {
  width: undefined,
  height: undefined,
  format: "RGBA",
  profile: "wcag22",
  cssWidth: 0,
  maxFps: 240,
  pixelAspect: 1,
  colorSpace: undefined,
};

/** The settings with their defaults, checked, and with nothing that a worker cannot be told. */
function completed(given) {
  const unknown = Object.keys(given ?? {}).find((key) => !Object.hasOwn(DEFAULTS, key));
  if (unknown !== undefined)
    throw new RangeError(`there is no setting ${unknown}; give some of ${list(Object.keys(DEFAULTS))}`);
  const defined = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  const settings = { ...DEFAULTS, ...Object.fromEntries(defined) };
  const { width, height, format, profile, cssWidth, maxFps, pixelAspect, colorSpace } = settings;
  const refuse = (name, advice) => {
    const value = settings[name];
    throw new RangeError(`${name} is ${typeof value === "string" ? `"${value}"` : value}; give ${advice}`);
  };
  for (const name of ["width", "height", "maxFps"]) {
    if (!Number.isInteger(settings[name]) || settings[name] < 1) refuse(name, "a whole number above 0");
  }
  if (width * height > 2 ** 28) throw new RangeError(`${width}x${height} is too large; give at most 2^28 pixels`);
  if (!Object.hasOwn(FORMATS, format)) refuse("format", `one of ${list(Object.keys(FORMATS))}`);
  if (!PROFILES.includes(profile)) refuse("profile", `one of ${list(PROFILES)}`);
  if (!Number.isFinite(cssWidth) || cssWidth < 0) refuse("cssWidth", "how wide the picture is shown, in CSS pixels");
  if (!Number.isFinite(pixelAspect) || pixelAspect <= 0)
    refuse("pixelAspect", "the width of a pixel divided by its height");
  const { matrix, fullRange, transfer, primaries } = colorSpace ?? {};
  const name = (value) => (typeof value === "string" ? value : null);
  settings.colorSpace = {
    matrix: name(matrix),
    fullRange: Boolean(fullRange),
    transfer: name(transfer),
    primaries: name(primaries),
  };
  return settings;
}

export class Analyser extends EventTarget {
  #settings;
  #remote;
  #pushing = false;
  #told = 0;

  constructor(settings) {
    super();
    this.#settings = completed(settings);
    this.#remote = new Remote(WORKER);
    this.ready = this.#remote.call("open", { wasm: WASM, settings: this.#settings }).then(() => {});
    // Whoever does not wait for it hears of it from the first call.
    this.ready.catch((error) => this.#remote.end(error.message));
  }

  get settings() {
    return { ...this.#settings };
  }

  async push(frame, time) {
    if (this.#pushing) throw new Error("the frame before is still being judged; wait for its report, then push again");
    this.#remote.check();
    const [call, message, transfer] = this.#message(frame, time);
    this.#pushing = true;
    try {
      const report = await this.#remote.call(call, message, transfer);
      this.#tell(report);
      return report;
    } finally {
      this.#pushing = false;
    }
  }

  /** Tells of a warning, and of a failure, once in each incident. */
  #tell(report) {
    const level = report.verdict === "fail" ? 2 : Number(report.verdict !== "pass");
    if (level > this.#told) this.dispatchEvent(new CustomEvent(level === 2 ? "fail" : "warning", { detail: report }));
    this.#told = level === 0 ? 0 : Math.max(level, this.#told);
  }

  summary() {
    return this.#remote.call("summary");
  }

  close() {
    this.#remote.end("the analyser is closed; make a new one");
  }

  /** What the worker is told of a frame. */
  #message(frame, time) {
    const { width, height, format } = this.#settings;
    const sized = (across, down) => {
      if (across === width && down === height) return;
      throw new RangeError(
        `the frame has ${across}x${down} pixels, and the analyser is for ${width}x${height}; make a new one`,
      );
    };
    const at = (seconds) => {
      if (typeof seconds === "number" && Math.abs(seconds) < 4e9) return Math.round(seconds * 1e6);
      throw new TypeError(`the time is ${seconds}; give seconds as a number`);
    };
    if (typeof VideoFrame === "function" && frame instanceof VideoFrame) {
      let own;
      try {
        own = frame.clone();
      } catch {
        throw new TypeError("the frame is closed; push it before you close it");
      }
      try {
        const { width: across, height: down } = frame.visibleRect;
        sized(across, down);
        const is = FORMATS[frame.format]?.[0];
        if (is !== FORMATS[format][0] && !isRgb(format)) {
          throw new TypeError(
            `the frame is ${frame.format}, and the analyser is for ${format}; make a new one, or one for RGBA`,
          );
        }
        return ["video", { frame: own, micros: time === undefined ? frame.timestamp : at(time) }, [own]];
      } catch (error) {
        own.close();
        throw error;
      }
    }
    if (frame?.data instanceof Uint8ClampedArray) {
      sized(frame.width, frame.height);
      if (FORMATS[format][0] !== FORMATS.RGBA[0]) {
        throw new TypeError(`ImageData is RGBA, and the analyser is for ${format}; make a new one`);
      }
      if ((frame.colorSpace ?? "srgb") !== "srgb") throw new TypeError(`the pixels are ${frame.colorSpace}; give sRGB`);
      return this.#bytes(frame.data, at(time));
    }
    if (frame instanceof Uint8Array) return this.#bytes(frame, at(time));
    throw new TypeError("this is not a frame; give a VideoFrame, ImageData, or a Uint8Array");
  }

  #bytes(data, micros) {
    const { width, height, format } = this.#settings;
    const { bytes } = planesOf(format, width, height);
    if (data.length !== bytes) {
      throw new RangeError(`the frame has ${data.length} bytes, and ${width}x${height} ${format} has ${bytes}`);
    }
    // A copy of these bytes alone, which the worker gets without a second one.
    const own = new Uint8Array(data);
    return ["bytes", { frame: own, micros }, [own.buffer]];
  }
}
