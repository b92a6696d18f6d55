// The analyser of include/flashinator.h, in WebAssembly. Structs are written and read where C has their fields, with
// pointers of four bytes; tests/rows.test.mjs compares every field with the command's.

/** The number of each format in C, and of each of its planes: pixels a sample across and down, and bytes a sample. */
export const FORMATS = {
  GRAY8: [1, [1, 1, 1]],
  RGB24: [2, [1, 1, 3]],
  RGBA: [4, [1, 1, 4]],
  RGBX: [4, [1, 1, 4]],
  BGRA: [5, [1, 1, 4]],
  BGRX: [5, [1, 1, 4]],
  I420: [9, [1, 1, 1], [2, 2, 1], [2, 2, 1]],
  I420A: [9, [1, 1, 1], [2, 2, 1], [2, 2, 1], [1, 1, 1]],
  NV12: [11, [1, 1, 1], [2, 2, 2]],
  I422: [13, [1, 1, 1], [2, 1, 1], [2, 1, 1]],
  I444: [14, [1, 1, 1], [1, 1, 1], [1, 1, 1]],
  I420P10: [15, [1, 1, 2], [2, 2, 2], [2, 2, 2]],
  I422P10: [16, [1, 1, 2], [2, 1, 2], [2, 1, 2]],
  I444P10: [17, [1, 1, 2], [1, 1, 2], [1, 1, 2]],
  I420P12: [18, [1, 1, 2], [2, 2, 2], [2, 2, 2]],
  I422P12: [19, [1, 1, 2], [2, 1, 2], [2, 1, 2]],
  I444P12: [20, [1, 1, 2], [1, 1, 2], [1, 1, 2]],
};

/** In the order of their numbers in C, from 1. */
export const PROFILES = ["wcag22", "wcag21", "wcag22-aaa", "bt1702", "ofcom", "trace24"];
export const VERDICTS = ["pass", "warning", "extended-warning", "fail"];
const HAZARDS = [null, "general", "red", "pattern"];
const MOTIONS = ["none", "still", "drift", "changing"];
const MATRICES = { bt470bg: 1, smpte170m: 1, bt709: 2, "bt2020-ncl": 3 };

/** Where the planes of a frame without padding lie, and how many bytes they have. */
export function planesOf(format, width, height) {
  let bytes = 0;
  const planes = FORMATS[format].slice(1).map(([across, down, sample]) => {
    const plane = { offset: bytes, stride: Math.ceil(width / across) * sample };
    bytes += plane.stride * Math.ceil(height / down);
    return plane;
  });
  return { planes, bytes };
}

export class Core {
  #c;
  #analyser;
  #settings;
  #bytes = 0;

  /** `c`: the exports of the module. Throws where C refuses the settings. */
  constructor(c, settings) {
    this.#c = c;
    this.#settings = settings;
    const { width, height, format, profile, cssWidth, maxFps, colorSpace, pixelAspect } = settings;
    const number = FORMATS[format][0];
    const rules = this.#struct(92);
    this.#check(c.flashinator_profile_of(PROFILES.indexOf(profile) + 1, rules));
    const pointer = this.#room(4);
    this.#view().setUint32(pointer, rules, true);
    const at = this.#struct(64);
    const view = this.#view();
    view.setUint32(at + 4, pointer, true);
    view.setUint32(at + 8, 1, true);
    view.setFloat32(at + 12, cssWidth, true);
    view.setFloat32(at + 20, pixelAspect, true);
    // What no one names is as the command takes it: BT.709 from 720 lines on, BT.601 below.
    const matrix = MATRICES[colorSpace.matrix] ?? (height < 720 ? 1 : 2);
    view.setUint32(at + 28, matrix, true);
    view.setUint32(at + 32, colorSpace.fullRange ? 1 : 2, true);
    view.setUint32(at + 36, maxFps, true);
    view.setUint32(at + 40, 4096, true);
    view.setUint32(at + 56, { pq: 2, hlg: 3 }[colorSpace.transfer] ?? 1, true);
    view.setUint32(at + 60, colorSpace.primaries === "bt2020" ? 2 : 1, true);
    const size = this.#room(4);
    this.#check(c.flashinator_analyser_memory(number, width, height, at, size));
    const bytes = this.#view().getUint32(size, true);
    const memory = this.#room(bytes);
    this.#check(c.flashinator_analyser_init(memory, bytes, number, width, height, at, pointer));
    this.#analyser = this.#view().getUint32(pointer, true);
    this.time = this.#room(16);
    this.frame = this.#struct(48);
    this.report = this.#struct(136);
    this.whole = this.#struct(144);
    this.incident = this.#struct(160);
  }

  /** Memory for the pixels of a frame; what was in it before is lost. It is the last, so that it can become longer. */
  pixels(bytes) {
    this.#bytes ||= this.#room(0);
    this.#grow(this.#bytes + bytes);
    return new Uint8Array(this.#c.memory.buffer, this.#bytes, bytes);
  }

  /** Judges the frame in `pixels`, with each plane's offset and stride, shown at `micros`. */
  push(pixels, planes, micros) {
    const { width, height, format } = this.#settings;
    const view = this.#view();
    view.setUint32(this.frame, FORMATS[format][0], true);
    view.setUint32(this.frame + 4, width, true);
    view.setUint32(this.frame + 8, height, true);
    planes.slice(0, 3).forEach(({ offset, stride }, plane) => {
      const at = this.frame + 12 + 12 * plane;
      view.setUint32(at, pixels.byteOffset + offset, true);
      view.setUint32(at + 4, pixels.length - offset, true);
      view.setInt32(at + 8, stride, true);
    });
    view.setBigInt64(this.time, BigInt(micros), true);
    view.setUint32(this.time + 8, 1, true);
    view.setUint32(this.time + 12, 1e6, true);
    this.#check(this.#c.flashinator_analyser_push(this.#analyser, this.frame, this.time, this.report));
    const at = this.report;
    return {
      frame: this.#count(at + 8),
      time: this.#seconds(at + 16),
      luminance: view.getFloat64(at + 24, true),
      ...this.#judged(at + 32),
      pattern: this.#pattern(at + 88),
    };
  }

  summary() {
    this.#check(this.#c.flashinator_analyser_summary(this.#analyser, 0, this.whole));
    const [at, one] = [this.whole, this.incident];
    const { verdict, ...judged } = this.#judged(at + 40);
    const frames = this.#count(at + 8);
    if (frames === 0) throw new Error("no frame was judged yet; push one first");
    const incidentCount = this.#count(at + 16);
    const incidents = [];
    while (incidents.length < incidentCount) {
      if (this.#c.flashinator_analyser_incident(this.#analyser, 0, incidents.length, one)) break;
      incidents.push({
        firstFrame: this.#count(one + 8),
        lastFrame: this.#count(one + 16),
        start: this.#seconds(one + 24),
        end: this.#seconds(one + 32),
        peakFrame: this.#count(one + 40),
        peak: this.#seconds(one + 48),
        ...this.#judged(one + 56),
        pattern: this.#pattern(one + 112),
      });
    }
    const worst = {
      frame: this.#count(at + 24),
      time: this.#seconds(at + 32),
      ...judged,
      pattern: this.#pattern(at + 96),
    };
    return { frames, verdict, worst, incidentCount, incidents };
  }

  /** The fields that report, summary and incident have in the same order. */
  #judged(at) {
    const view = this.#view();
    const [general, red] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const verdict = VERDICTS[view.getUint32(at + 8, true)];
    const hazard = HAZARDS[view.getUint32(at + 12, true)];
    return {
      generalTransitions: general,
      redTransitions: red,
      verdict,
      hazard: general + red > 0 || hazard === "pattern" ? hazard : null,
      field: this.#rectangle(at + 16),
      area: view.getFloat64(at + 32, true),
      flashing: this.#rectangle(at + 40),
    };
  }

  #pattern(at) {
    const view = this.#view();
    return {
      area: view.getFloat64(at, true),
      changing: view.getFloat64(at + 8, true),
      pairs: view.getFloat64(at + 16, true),
      motion: MOTIONS[view.getUint32(at + 24, true)],
      verdict: VERDICTS[view.getUint32(at + 28, true)],
      bounds: this.#rectangle(at + 32),
    };
  }

  #rectangle(at) {
    const [x, y, width, height] = [0, 4, 8, 12].map((i) => this.#view().getUint32(at + i, true));
    return { x, y, width, height };
  }

  #count(at) {
    return Number(this.#view().getBigUint64(at, true));
  }

  #seconds(at) {
    return Number(this.#view().getBigInt64(at, true)) / 1e9;
  }

  #check(status) {
    if (status === 0) return;
    const bytes = new Uint8Array(this.#c.memory.buffer, this.#c.flashinator_status_text(status));
    throw new Error(new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))));
  }

  /** A new view each time: memory that grows gets another buffer. */
  #view() {
    return new DataView(this.#c.memory.buffer);
  }

  #grow(end) {
    const missing = end - this.#c.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.#c.memory.grow(Math.ceil(missing / 65536));
    } catch {
      throw new Error(`there are no ${end} bytes of memory for frames of this size; use smaller ones`);
    }
  }

  /** Our memory follows that of the module, which has no allocator. */
  #end = 0;
  #room(bytes) {
    this.#end ||= this.#c.memory.buffer.byteLength;
    const at = Math.ceil(this.#end / 64) * 64;
    this.#end = at + bytes;
    this.#grow(this.#end);
    return at;
  }

  /** A struct that begins with its size. */
  #struct(bytes) {
    const at = this.#room(bytes);
    this.#view().setUint32(at, bytes, true);
    return at;
  }
}
