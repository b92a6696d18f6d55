// The frames of a file, decoded by the browser: videos by mediabunny and WebCodecs, animations by ImageDecoder.
import { ALL_FORMATS, BlobSource, Input, VideoSampleSink } from "mediabunny";
import { converts, drawn } from "../src/copy.js";
import { settingsFor } from "../src/index.js";

/** Why no video can be checked, or null. Browsers have no WebCodecs for a page from http:// either. */
export const noVideo =
  typeof VideoDecoder === "function" ? null : "there is no WebCodecs here; it needs a recent browser, and https";

/** An animation that repeats is followed for at least this many seconds, as the command does. */
const LOOP_SECONDS = 6;

/** Browsers show a frame with this delay in seconds, or a shorter one, for 0.1 s. */
const IGNORED_DELAY = 0.01;

const starts = (bytes, text, at = 0) => [...text].every((c, i) => bytes[at + i] === c.charCodeAt(0));

/** The type of a picture, from its first bytes; undefined of a video. */
async function pictureType(file) {
  const begin = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  if (starts(begin, "GIF8")) return "image/gif";
  if (starts(begin, "\x89PNG")) return "image/png";
  if (starts(begin, "RIFF") && starts(begin, "WEBP", 8)) return "image/webp";
  return starts(begin, "ftypavi", 4) ? "image/avif" : undefined;
}

/** How often a GIF repeats, or null where it does not say so. Firefox's decoder overlooks what comes after a frame. */
function gifRepetitions(bytes) {
  const table = (flags) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const afterBlocks = (at) => {
    while (bytes[at]) at += 1 + bytes[at];
    return at + 1;
  };
  let repetitions = null;
  for (let at = 13 + table(bytes[10]); ; ) {
    const isExtension = bytes[at] === 0x21;
    if (!isExtension && bytes[at] !== 0x2c) return repetitions;
    const isLoop = bytes[at + 1] === 0xff && ["NETSCAPE2.0", "ANIMEXTS1.0"].some((name) => starts(bytes, name, at + 3));
    if (isExtension && isLoop && bytes[at + 15] === 1) repetitions = bytes[at + 16] + 256 * bytes[at + 17] || Infinity;
    at = afterBlocks(isExtension ? at + 2 : at + 11 + table(bytes[at + 9]));
  }
}

/** The pixels of a frame on white, where they are transparent; with the command's rounding. */
async function laidOnWhite(frame) {
  const { width, height } = frame.visibleRect;
  const settings = { width, height, format: "RGBA" };
  if (!converts(frame)) return { frame: drawn(frame, "white"), settings };
  const pixels = new Uint8ClampedArray(frame.allocationSize({ format: "RGBA" }));
  await frame.copyTo(pixels, { format: "RGBA" });
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3];
    if (alpha === 255) continue;
    for (let c = at; c < at + 3; c++) pixels[c] = Math.floor((pixels[c] * alpha + 255 * (255 - alpha) + 127) / 255);
    pixels[at + 3] = 255;
  }
  return { frame: new ImageData(pixels, width, height), settings };
}

/** A decoder of a whole picture. */
async function decoderOf(data, type) {
  const decoder = new ImageDecoder({ data, type, premultiplyAlpha: "none", colorSpaceConversion: "none" });
  try {
    await decoder.tracks.ready;
    await decoder.completed;
  } catch {
    throw new Error("this browser does not decode the picture, which is damaged or too large for it; use the command");
  }
  return decoder;
}

/** The frames of an animation, each as long as it is shown. */
async function openAnimation(file, type) {
  if (typeof ImageDecoder !== "function" || !(await ImageDecoder.isTypeSupported(type))) {
    throw new Error(`this browser does not decode ${type} frame by frame; use Chromium or Firefox, with https`);
  }
  const data = await file.arrayBuffer();
  let decoder = await decoderOf(data, type);
  const { frameCount, repetitionCount: given } = decoder.tracks.selectedTrack;
  const repetitionCount = (type === "image/gif" && gifRepetitions(new Uint8Array(data))) || given;
  const frames = async function* () {
    let end = 0;
    for (let round = 0; round <= repetitionCount && (round === 0 || (end < LOOP_SECONDS && frameCount > 1)); round++) {
      const begin = end;
      let time = 0;
      if (round > 0) {
        // Firefox's decoder would give the frames of the last round again, which are closed.
        decoder.close();
        decoder = await decoderOf(data, type);
      }
      for (let frameIndex = 0; frameIndex < frameCount; frameIndex++) {
        const { image } = await decoder.decode({ frameIndex });
        const delay = (image.duration ?? 0) / 1e6;
        const duration = delay > IGNORED_DELAY ? delay : 0.1;
        const picture = await laidOnWhite(image);
        image.close();
        yield { ...picture, begin, time, duration };
        // Added up as the command does it.
        end = begin + time + duration;
        time += duration;
      }
    }
    decoder.close();
  };
  return { duration: null, title: null, frames: frames() };
}

/** The settings for a decoded frame, of a track that names some of its colours. */
function settingsOf(frame, named) {
  const settings = settingsFor(frame);
  // Chromium's decoder says BT.709 where nothing is named. Players, and the command, then go by the height.
  const isGuess = !named.matrix && settings.colorSpace.matrix === "bt709";
  return isGuess ? { ...settings, colorSpace: { ...settings.colorSpace, matrix: null } } : settings;
}

/** The frames of the first video of a file. */
async function openVideo(file) {
  if (noVideo) throw new Error(noVideo);
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  if (!(await input.canRead()))
    throw new Error("this is not a video that the page can read; use MP4, MOV, WebM, MKV, MPEG-TS or GIF");
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error("there is no video in the file; choose another one");
  if (!(await track.canDecode())) {
    // With its profile, since a browser may decode others.
    const [codec, profile] = [await track.getCodec(), await track.getCodecParameterString()];
    const named = codec ? `${codec} (${profile})` : "this kind of video";
    throw new Error(`this browser does not decode ${named}; use another browser, or the command`);
  }
  const duration = await track.getDurationFromMetadata();
  const named = await track.getColorSpace();
  const { title = null } = await input.getMetadataTags();
  const frames = async function* () {
    let end = 0;
    for await (const sample of new VideoSampleSink(track).samples()) {
      const time = sample.timestamp;
      end = time + sample.duration;
      let frame;
      if (sample.rotation % 180 === 0) {
        frame = sample.toVideoFrame();
      } else {
        // On its side the picture has another width.
        const canvas = new OffscreenCanvas(sample.displayWidth, sample.displayHeight);
        sample.draw(canvas.getContext("2d"), 0, 0);
        frame = new VideoFrame(canvas, { timestamp: sample.microsecondTimestamp });
      }
      sample.close();
      try {
        const opaque = !frame.format?.endsWith("A");
        const picture = opaque ? { frame, settings: settingsOf(frame, named) } : await laidOnWhite(frame);
        yield { ...picture, begin: 0, time, duration: null };
      } finally {
        frame.close();
      }
    }
    // Sound may be a little longer than the picture.
    if (duration - end > 0.25) {
      throw new Error(
        `the picture ends at ${end.toFixed(2)} s of ${duration.toFixed(2)}: the file is damaged or cut short`,
      );
    }
  };
  return { duration, title, frames: frames() };
}

/**
 * Opens a file: how long it is and its title, if that is known, and its frames. Each has its settings, the begin of its
 * round of an animation, its time in that, and how long it is shown, if the file says so.
 */
export async function open(file) {
  const type = await pictureType(file);
  return type ? openAnimation(file, type) : openVideo(file);
}
