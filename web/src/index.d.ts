/** A pixel format by its name in WebCodecs, or packed gray or RGB. Alpha is ignored. */
export type Format =
  | "GRAY8"
  | "RGB24"
  | "RGBA"
  | "RGBX"
  | "BGRA"
  | "BGRX"
  | "I420"
  | "I420A"
  | "NV12"
  | "I422"
  | "I444"
  | "I420P10"
  | "I422P10"
  | "I444P10"
  | "I420P12"
  | "I422P12"
  | "I444P12";

/** The standard: WCAG 2.2 SC 2.3.1, WCAG 2.1, WCAG 2.2 SC 2.3.2, ITU-R BT.1702-3, Ofcom's note, TRACE of 2024. */
export type Profile = "wcag22" | "wcag21" | "wcag22-aaa" | "bt1702" | "ofcom" | "trace24";

/** From best to worst. "fail": more than three flashes in a second, or a regular pattern that is too large. */
export type Verdict = "pass" | "warning" | "extended-warning" | "fail";

export interface Settings {
  /** Pixels in a row. */
  width: number;
  /** Rows. */
  height: number;
  /** By default "RGBA", the format of ImageData. For RGBA and BGRA the browser converts VideoFrames of other formats. */
  format?: Format;
  /** By default "wcag22". */
  profile?: Profile;
  /** The width at which it is shown, in CSS pixels. By default it is fitted into 1024x768, as WCAG assumes. */
  cssWidth?: number;
  /** The width of a pixel divided by its height. By default 1. */
  pixelAspect?: number;
  /** The highest frame rate, up to 1000, by default 240. More takes more memory. */
  maxFps?: number;
  /** Used for YUV and high dynamic range. By default limited range, with BT.709 from 720 rows on and BT.601 below. */
  colorSpace?: VideoColorSpaceInit | VideoColorSpace;
}

/** In pixels of the frame. Empty if nothing was found. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The regular pattern of a frame; only "bt1702" and "ofcom" look for one. */
export interface Pattern {
  /** The part of the picture, 0 to 1, that has had a pattern for half a second, unless the pattern flows smoothly. */
  area: number;
  /** The part of the picture in which the pattern changes. */
  changing: number;
  /** The largest number of pairs of light and dark stripes. */
  pairs: number;
  motion: "none" | "still" | "drift" | "changing";
  verdict: "pass" | "fail";
  bounds: Rectangle;
}

/** What was found in one frame. */
export interface Judged {
  /** Changes of luminance in the last second, in the part of the picture that has most. Two make a flash. */
  generalTransitions: number;
  /** The same for changes to or from a saturated red. */
  redTransitions: number;
  /** The kind with the larger count, or "pattern" if that alone fails; null if nothing flashes. */
  hazard: "general" | "red" | "pattern" | null;
  /** The part of the picture in which the count was taken. */
  field: Rectangle;
  /** The part of the field that changed that often, 0 to 1. */
  area: number;
  /** The box around what flashes. */
  flashing: Rectangle;
  pattern: Pattern;
}

/** The result for a frame, which is judged by the second that ends with it. */
export interface Report extends Judged {
  verdict: Verdict;
  /** The number of the frame, from 0. */
  frame: number;
  /** The time at which it is shown, in seconds. */
  time: number;
  /** The mean luminance of the picture; 1 is white. */
  luminance: number;
}

/** Consecutive frames that do not pass. */
export interface Incident extends Judged {
  verdict: Verdict;
  firstFrame: number;
  lastFrame: number;
  /** The time at which the first of them is shown, in seconds. Its flashes are in the second before. */
  start: number;
  end: number;
  /** The worst frame. */
  peakFrame: number;
  peak: number;
}

/** The result for all frames so far. */
export interface Summary {
  frames: number;
  verdict: Verdict;
  /** The worst frame. */
  worst: Judged & { frame: number; time: number };
  incidentCount: number;
  /** The first 4096. */
  incidents: Incident[];
}

export interface AnalyserEvents {
  /** An incident has begun: frames do not pass from this one on. */
  warning: CustomEvent<Report>;
  /** It fails from this frame on. Sent once in each incident. */
  fail: CustomEvent<Report>;
}

// Without this, declarations without `export` would be public too.
export {};

/** An EventTarget with these events. */
interface Target<Events> extends EventTarget {
  addEventListener<K extends keyof Events>(
    type: K,
    listener: (event: Events[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare const TargetOf: { new <Events>(): Target<Events> };

/** Judges frames of one size and format, one after the other, in a worker. */
export class Analyser extends TargetOf<AnalyserEvents> {
  /** @throws RangeError for settings out of range; Error where there is no worker or no WebAssembly with SIMD. */
  constructor(settings: Settings);
  /** Resolves when frames can be judged; `push` waits for it. Rejects if the settings are refused. */
  readonly ready: Promise<void>;
  /** The settings, with defaults filled in. */
  readonly settings: Required<Settings>;
  /**
   * Judges the next frame. Wait for its report before you push another. The frame stays yours: close a VideoFrame
   * yourself.
   *
   * A Uint8Array holds the planes of the format one after the other, without padding.
   *
   * @param time The time at which it is shown, in seconds. By default a VideoFrame's own time.
   * @throws (as a rejection) TypeError or RangeError if it is not a frame of the analyser's size and format; Error if
   * its time is not after that of the last frame, if the last frame is not done, or if the worker has ended. A frame
   * that is refused does not count.
   */
  push(frame: VideoFrame, time?: number): Promise<Report>;
  push(frame: ImageData | Uint8Array, time: number): Promise<Report>;
  /** The result for all frames so far; rejects if there are none. More frames may follow. */
  summary(): Promise<Summary>;
  /** Ends the worker; a Node program does not exit before that. Calls without an answer are rejected. */
  close(): void;
}

/** Settings for frames like this one: its size, format, colours and pixel shape. */
export function settingsFor(frame: VideoFrame, options?: WatchOptions): Settings;

export interface WatchOptions {
  /** As in the settings of an Analyser. */
  profile?: Profile;
  cssWidth?: number;
  maxFps?: number;
}

export interface WatchSummary extends Omit<Summary, "verdict"> {
  /**
   * "inconclusive": nothing failed, but more than a tenth of the frames of some second was missed, the size changed
   * while something flashed, or an error ended it.
   */
  verdict: Verdict | "inconclusive";
  /** Frames that were not judged: shown while the page was busy, or dropped by the browser from a video. */
  missed: number;
}

export interface WatchEvents extends AnalyserEvents {
  /** A frame was judged. */
  report: CustomEvent<Report>;
  /** It cannot go on, for instance because the video comes from another origin. */
  error: CustomEvent<Error>;
}

/** Follows a video, a canvas or a stream. */
export interface Watch extends Target<WatchEvents> {
  /** Frames that were judged so far, or are being judged. */
  readonly frames: number;
  /** Frames that were not judged: shown while the page was busy, or dropped by the browser from a video. */
  readonly missed: number;
  /** Why it could not go on, if so. */
  readonly error: Error | null;
  /** The result for all frames so far, also after an error; rejects if there are none. */
  summary(): Promise<WatchSummary>;
  /** Ends it, and gives the last summary. A stream's tracks go on: stop them yourself. */
  stop(): Promise<WatchSummary>;
}

/**
 * Judges what is shown, as it is shown, until it is stopped. A frame of a video is judged at its time in the video, so
 * the playback speed does not matter; one of a canvas or a stream, at the time at which it is shown. If the size or the
 * format changes, flashes are counted anew.
 *
 * @throws TypeError if it is none of these; Error if the browser has no WebCodecs.
 */
export function watch(source: HTMLVideoElement | HTMLCanvasElement | MediaStream, options?: WatchOptions): Watch;
