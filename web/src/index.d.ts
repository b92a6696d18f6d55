/** A pixel format by its name in WebCodecs, or packed gray or RGB. Alpha is not looked at. */
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

/** A standard: WCAG 2.2 SC 2.3.1, WCAG 2.1, WCAG 2.2 SC 2.3.2, ITU-R BT.1702-3, Ofcom's note, TRACE of 2024. */
export type Profile = "wcag22" | "wcag21" | "wcag22-aaa" | "bt1702" | "ofcom" | "trace24";

/** From best to worst. "fail": more than three flashes in a second, or a regular pattern that is too large. */
export type Verdict = "pass" | "warning" | "extended-warning" | "fail";

export interface Settings {
  /** Pixels in a row. */
  width: number;
  /** Rows. */
  height: number;
  /** By default "RGBA", which ImageData is. To RGBA and BGRA the browser converts a VideoFrame of another format. */
  format?: Format;
  /** By default "wcag22". */
  profile?: Profile;
  /** How wide the picture is shown, in CSS pixels. By default it is fitted into 1024x768, as WCAG assumes. */
  cssWidth?: number;
  /** The width of a pixel divided by its height. By default 1. */
  pixelAspect?: number;
  /** The most frames in a second, up to 1000, by default 240. Memory grows with it. */
  maxFps?: number;
  /** Of YUV, and of high dynamic range. By default BT.709 from 720 rows on, BT.601 below, in limited range. */
  colorSpace?: VideoColorSpaceInit | VideoColorSpace;
}

/** In pixels of the frame; empty where there is nothing. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The regular pattern of a frame; only "bt1702" and "ofcom" look for one. */
export interface Pattern {
  /** The part of the picture, 0 to 1, that has had one for half a second which does not flow smoothly. */
  area: number;
  /** The part of the picture in which it changes. */
  changing: number;
  /** The most pairs of light and dark stripes. */
  pairs: number;
  motion: "none" | "still" | "drift" | "changing";
  verdict: "pass" | "fail";
  bounds: Rectangle;
}

/** What was found in one frame. */
export interface Judged {
  /** Changes of luminance in the last second, of which two are a flash, in the part of the picture that has most. */
  generalTransitions: number;
  /** The same for changes to or from a saturated red. */
  redTransitions: number;
  /** The kind with the larger count, or "pattern" if that alone fails; null if nothing flashes. */
  hazard: "general" | "red" | "pattern" | null;
  /** The part of the picture in which the count was taken. */
  field: Rectangle;
  /** How much of the field has the count, 0 to 1. */
  area: number;
  /** The box around what flashes. */
  flashing: Rectangle;
  pattern: Pattern;
}

/** What is said of a frame, which is judged by the second that ends with it. */
export interface Report extends Judged {
  verdict: Verdict;
  /** The number of the frame, from 0. */
  frame: number;
  /** When it is shown, in seconds. */
  time: number;
  /** The mean luminance of the picture; 1 is white. */
  luminance: number;
}

/** Consecutive frames that do not pass. */
export interface Incident extends Judged {
  verdict: Verdict;
  firstFrame: number;
  lastFrame: number;
  /** When the first of them is shown, in seconds. Its flashes lie in the second before. */
  start: number;
  end: number;
  /** The worst frame. */
  peakFrame: number;
  peak: number;
}

/** What is said of all frames so far. */
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
  /** It fails from this frame on; told once in each incident. */
  fail: CustomEvent<Report>;
}

// Without this, what has no `export` would be public too.
export {};

/** An EventTarget of these events. */
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
  /** Fulfilled when frames can be judged, which `push` waits for by itself. Rejected if the settings are refused. */
  readonly ready: Promise<void>;
  /** The settings with their defaults. */
  readonly settings: Required<Settings>;
  /**
   * Judges the next frame. Wait for its report before the next one. The frame stays yours: close a VideoFrame yourself.
   *
   * A Uint8Array has the planes of the format one after the other, without padding.
   *
   * @param time When it is shown, in seconds. A VideoFrame has its own.
   * @throws (as a rejection) TypeError or RangeError for something else than a frame of the analyser's size and format;
   * Error for a time that is not after the one before, a frame before the last is done, and a worker that has ended.
   * A frame that is refused does not count.
   */
  push(frame: VideoFrame, time?: number): Promise<Report>;
  push(frame: ImageData | Uint8Array, time: number): Promise<Report>;
  /** What is said of all frames so far, of which there must be one. More may follow. */
  summary(): Promise<Summary>;
  /** Ends the worker, without which a program in Node does not end. What has not been answered is rejected. */
  close(): void;
}

/** The settings for frames like this one: its size, format, colours and the shape of its pixels. */
export function settingsFor(frame: VideoFrame, options?: WatchOptions): Settings;

export interface WatchOptions {
  /** As in the settings of an Analyser. */
  profile?: Profile;
  cssWidth?: number;
  maxFps?: number;
}

export interface WatchSummary extends Omit<Summary, "verdict"> {
  /**
   * "inconclusive": nothing failed, but in some second more than a tenth of the frames was missed, or the size changed
   * while something flashed, or it ended by an error.
   */
  verdict: Verdict | "inconclusive";
  /** Frames that were not judged: shown while the page was busy, or dropped by the browser from a video. */
  missed: number;
}

export interface WatchEvents extends AnalyserEvents {
  /** A frame was judged. */
  report: CustomEvent<Report>;
  /** It cannot go on, for instance because the video is of another origin. */
  error: CustomEvent<Error>;
}

/** What follows a video, a canvas or a stream. */
export interface Watch extends Target<WatchEvents> {
  /** Frames that were judged so far, or are being judged. */
  readonly frames: number;
  /** Frames that were not judged: shown while the page was busy, or dropped by the browser from a video. */
  readonly missed: number;
  /** Why it could not go on. */
  readonly error: Error | null;
  /** What is said of all frames so far, also after an error; rejected where there was none. */
  summary(): Promise<WatchSummary>;
  /** Ends it, and gives the last summary. A stream's tracks go on: stop them yourself. */
  stop(): Promise<WatchSummary>;
}

/**
 * Judges what is shown, as it is shown, until it is stopped. A frame has the time that it has in the video, so that
 * another speed does not change the verdict; of a canvas or a stream, the time at which it is shown. Where the size or
 * the format changes, the count of flashes begins anew.
 *
 * @throws TypeError for something else than these; Error where there is no WebCodecs.
 */
export function watch(source: HTMLVideoElement | HTMLCanvasElement | MediaStream, options?: WatchOptions): Watch;
