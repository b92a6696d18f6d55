// The pixels of a VideoFrame: copied, or drawn where the browser cannot copy them.

/** Formats that a browser converts frames to. */
export const isRgb = (format) => /^(RGB|BGR)[AX]$/.test(format);

/** Whether the browser converts what it copies. One that does not know the option `format` never reads it. */
export function converts(frame) {
  let isRead = false;
  const options = {
    get format() {
      isRead = true;
      return "RGBA";
    },
  };
  frame.allocationSize(options);
  return isRead;
}

/** A frame on a background, as ImageData. */
export function drawn(frame, background) {
  const { width, height } = frame.visibleRect;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(frame, 0, 0, width, height);
  // Behind it, since WebKit's drawImage replaces what was there before.
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/**
 * Copies a frame to where `room` says, and closes it; gives the offset and the stride of each plane. Other formats than
 * its own are those of red, green and blue.
 */
export async function copied(frame, format, room) {
  try {
    const options = frame.format === format ? {} : { format };
    try {
      if (!options.format || converts(frame)) {
        const pixels = room(frame.allocationSize(options));
        return { pixels, planes: await frame.copyTo(pixels, options) };
      }
    } catch (error) {
      if (!isRgb(format)) throw error;
    }
    // WebKitGTK 2.50 cannot copy a canvas without its alpha, and converts nothing.
    const { data, width } = drawn(frame, "black");
    const pixels = room(data.length);
    pixels.set(data);
    if (format.startsWith("B")) {
      for (let at = 0; at < pixels.length; at += 4) [pixels[at], pixels[at + 2]] = [pixels[at + 2], pixels[at]];
    }
    return { pixels, planes: [{ offset: 0, stride: 4 * width }] };
  } finally {
    frame.close();
  }
}
