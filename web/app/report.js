// The check and the report of the command, in WebAssembly: web/report, where each function is described.
import { planesOf } from "../src/core.js";

export class Report {
  #c;
  #settings = null;

  /** `c`: the exports of the module. */
  constructor(c) {
    this.#c = c;
  }

  /** Begins the check of frames of one size and format; what was checked before stays a part of the report. */
  open(settings) {
    this.#tell("open", settings);
    this.#settings = settings;
  }

  /** Room for the next frame, or for bytes of the file. */
  room(bytes) {
    const at = this.#c.report_input(bytes) >>> 0;
    return new Uint8Array(this.#c.memory.buffer, at, bytes);
  }

  /** Judges the frame in the room, and gives its row. Without planes it has no padding. */
  push(seconds, duration = null, planes = this.#planes()) {
    planes.slice(0, 3).forEach(({ offset, stride }, i) => this.#c.report_plane(i, offset, stride));
    return JSON.parse(this.#call("push", seconds, duration ?? -1));
  }

  /** Begins another round of an animation. */
  repeat() {
    this.#c.report_repeat();
  }

  /** What is found so far, in the words of the page. */
  soFar() {
    return JSON.parse(this.#call("so_far"));
  }

  /** Takes bytes of the file that is checked. */
  hash(bytes) {
    this.room(bytes.length).set(bytes);
    this.#c.report_hash();
  }

  /** Ends the check: `{ failure, title, notes }`. */
  finish(ending) {
    this.#tell("finish", ending);
  }

  /** The page, which says that it was checked on a day, counted from 1970. */
  page(day) {
    return this.#call("page", day);
  }

  /** The summary as JSON. */
  summary() {
    return this.#call("summary");
  }

  #planes() {
    const { format, width, height } = this.#settings;
    return planesOf(format, width, height).planes;
  }

  #tell(name, value) {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    this.room(bytes.length).set(bytes);
    this.#call(name);
  }

  #call(name, ...given) {
    const done = this.#c[`report_${name}`](...given);
    const [at, length] = [this.#c.report_answer() >>> 0, this.#c.report_answer_length()];
    const text = new TextDecoder().decode(new Uint8Array(this.#c.memory.buffer, at, length));
    if (!done) throw new Error(text);
    return text;
  }
}
