// The analyser in a worker of its own. build.mjs puts in the place of WORKER the text of worker.js, and of WASM the
// module, compressed: then there is one file, of which no bundler can lose a part.
import { FORMATS, PROFILES, planesOf } from "./core.js";

/** A module of one function that uses a register of 128 bits. */
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Written once, where it is used twice. */
const source = WORKER;

/** Formats that a browser converts frames to. */
const isRgb = (format) => /^(RGB|BGR)[AX]$/.test(format);

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

/** Starts the worker; `tell` gets its messages, `fail` why there are no more. */
function start(tell, fail) {
  const blocked = "it could not start; let the page's Content-Security-Policy allow worker-src blob:";
  const unexpected = (error) => fail(`the worker failed: ${error?.message || blocked}`);
  if (typeof Worker === "function") {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => tell(data);
    worker.onerror = (event) => {
      event.preventDefault();
      unexpected(event);
    };
    worker.onmessageerror = unexpected;
    const end = () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    };
    return { post: (message, transfer) => worker.postMessage(message, transfer), end };
  }
  const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
  if (!threads) throw new Error("there are no workers here; use a browser, Deno, or Node from 20.16 on");
  const worker = new threads.Worker(source, { eval: true });
  worker
    .on("message", tell)
    .on("error", unexpected)
    .on("exit", () => unexpected({ message: "it ended" }));
  return { post: (message, transfer) => worker.postMessage(message, transfer), end: () => worker.terminate() };
}

export class Analyser extends EventTarget {
  #settings;
  #worker;
  #gone = null;
  #calls = new Map();
  #id = 0;
  #pushing = false;
  #told = 0;

  constructor(settings) {
    super();
    this.#settings = completed(settings);
    if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD)) {
      throw new Error("there is no WebAssembly with SIMD here; use a browser of 2023 or later");
    }
    this.#worker = start(
      (reply) => this.#answered(reply),
      (why) => this.#end(why),
    );
    this.ready = this.#call("open", { wasm: WASM, settings: this.#settings }).then(() => {});
    // Whoever does not wait for it hears of it from the first call.
    this.ready.catch((error) => this.#end(error.message));
  }

  get settings() {
    return { ...this.#settings };
  }

  async push(frame, time) {
    if (this.#pushing) throw new Error("the frame before is still being judged; wait for its report, then push again");
    if (this.#gone) throw new Error(this.#gone);
    const [call, message, transfer] = this.#message(frame, time);
    this.#pushing = true;
    try {
      const report = await this.#call(call, message, transfer);
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
    return this.#call("summary", {});
  }

  close() {
    this.#end("the analyser is closed; make a new one");
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
    throw new TypeError("it is no frame; give a VideoFrame, ImageData, or a Uint8Array");
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

  #call(call, message, transfer = []) {
    if (this.#gone) return Promise.reject(new Error(this.#gone));
    return new Promise((resolve, reject) => {
      const id = this.#id++;
      this.#worker.post({ id, call, ...message }, transfer);
      this.#calls.set(id, { resolve, reject });
    });
  }

  #answered({ id, value, error }) {
    // An answer may be on its way when the analyser is closed.
    const { resolve, reject } = this.#calls.get(id) ?? {};
    if (!this.#calls.delete(id)) return;
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  }

  #end(why) {
    if (this.#gone) return;
    this.#gone = why;
    this.#worker.end();
    for (const { reject } of this.#calls.values()) reject(new Error(why));
    this.#calls.clear();
  }
}
