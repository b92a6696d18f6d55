//! Animated GIF, PNG and WebP, each frame with its own delay.

use super::{Source, VideoFrame, contiguous, timestamp};
use crate::failure::Failure;
use flashinator::{Format, Shape};
use image::codecs::{gif, png, webp};
use image::{AnimationDecoder, Frames, ImageDecoder, ImageError, Limits};
use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// A file format of animations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// GIF.
    Gif,
    /// PNG, animated or not.
    Png,
    /// WebP, animated or not.
    WebP,
}

/// The kind of a file, from its first bytes.
pub fn kind(reader: &mut dyn Read) -> Option<Kind> {
    let mut begin = [0; 12];
    let mut filled = 0;
    while let Some(rest) = begin.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    if begin.starts_with(b"GIF8") {
        Some(Kind::Gif)
    } else if begin.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Png)
    } else if begin.starts_with(b"RIFF") && begin.ends_with(b"WEBP") {
        Some(Kind::WebP)
    } else {
        None
    }
}

/// Browsers show a frame with a shorter delay for [`DEFAULT_DELAY`] seconds.
const MIN_DELAY: f64 = 0.02;
const DEFAULT_DELAY: f64 = 0.1;

/// An animation that is being decoded.
pub struct Animation {
    name: String,
    frames: Frames<'static>,
    shape: Shape,
    pixels: Vec<u8>,
    index: u64,
    seconds: f64,
    loops: bool,
}

impl Animation {
    /// Opens an animation; `None` if the file is a still picture, which ffmpeg can decode.
    ///
    /// # Errors
    ///
    /// A file that the decoder rejects.
    pub fn new(
        name: &str,
        mut reader: impl BufRead + Seek + 'static,
        kind: Kind,
    ) -> Result<Option<Self>, Failure> {
        let loops = kind != Kind::Gif
            || gif_loops(&mut reader)
                .map_err(|error| Failure::new(name, error, "use a file that can be read"))?;
        let broken = |error: &ImageError| {
            Failure::new(
                name,
                format!("it cannot be read: {error}"),
                "check that the file is complete",
            )
        };
        // A few bytes can ask for a picture of many gigabytes, so the decoders get a limit.
        let (width, height, frames) = match kind {
            Kind::Gif => {
                let mut decoder = gif::GifDecoder::new(reader).map_err(|e| broken(&e))?;
                decoder.set_limits(Limits::default()).map_err(|e| broken(&e))?;
                let (width, height) = decoder.dimensions();
                (width, height, decoder.into_frames())
            }
            Kind::Png => {
                let mut decoder = png::PngDecoder::new(reader).map_err(|e| broken(&e))?;
                decoder.set_limits(Limits::default()).map_err(|e| broken(&e))?;
                let (width, height) = decoder.dimensions();
                if !decoder.is_apng().map_err(|e| broken(&e))? {
                    return Ok(None);
                }
                let decoder = decoder.apng().map_err(|e| broken(&e))?;
                (width, height, decoder.into_frames())
            }
            Kind::WebP => {
                let mut decoder = webp::WebPDecoder::new(reader).map_err(|e| broken(&e))?;
                decoder.set_limits(Limits::default()).map_err(|e| broken(&e))?;
                let (width, height) = decoder.dimensions();
                if !decoder.has_animation() {
                    return Ok(None);
                }
                (width, height, decoder.into_frames())
            }
        };
        let shape = super::shape(name, Format::Rgba, width, height)?;
        let name = name.to_owned();
        Ok(Some(Self { name, frames, shape, pixels: Vec::new(), index: 0, seconds: 0.0, loops }))
    }
}

/// Whether a GIF has the Netscape extension, which makes it loop. Rewinds the reader.
fn gif_loops(reader: &mut (impl BufRead + Seek)) -> io::Result<bool> {
    let mut begin = Vec::new();
    reader.by_ref().take(4096).read_to_end(&mut begin)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok(begin.windows(11).any(|bytes| bytes == b"NETSCAPE2.0"))
}

impl Source for Animation {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn loops(&self) -> bool {
        self.loops
    }

    fn next(&mut self) -> Result<Option<VideoFrame<'_>>, Failure> {
        let index = self.index;
        let frame = match self.frames.next() {
            None if index == 0 => {
                return Err(Failure::new(&self.name, "it has no frames", "check how it was made"));
            }
            None => return Ok(None),
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                return Err(Failure::new(
                    &self.name,
                    format!("frame {index} cannot be read: {error}"),
                    "the frames before it are valid; check that the file is complete",
                ));
            }
        };
        let (numerator, denominator) = frame.delay().numer_denom_ms();
        let delay = f64::from(numerator) / f64::from(denominator.max(1)) / 1000.0;
        let delay = if delay < MIN_DELAY { DEFAULT_DELAY } else { delay };
        let picture = frame.into_buffer();
        let size = (picture.width(), picture.height());
        if size != (self.shape.width(), self.shape.height()) {
            return Err(Failure::new(
                &self.name,
                format!("the size changes to {}x{} at frame {index}", size.0, size.1),
                "check how it was made",
            ));
        }
        self.pixels = picture.into_raw();
        for pixel in self.pixels.as_chunks_mut::<4>().0 {
            blend_with_white(pixel);
        }
        let seconds = self.seconds;
        self.seconds += delay;
        self.index += 1;
        let frame = contiguous(&self.name, self.shape, &self.pixels)?;
        Ok(Some(VideoFrame { frame, seconds, time: timestamp(seconds), duration: Some(delay) }))
    }
}

/// Blends a pixel with white, the background of most pages.
fn blend_with_white(pixel: &mut [u8; 4]) {
    let [red, green, blue, alpha] = pixel;
    let opacity = u32::from(*alpha);
    for channel in [red, green, blue] {
        *channel = ((u32::from(*channel) * opacity + 255 * (255 - opacity) + 127) / 255) as u8;
    }
    *alpha = 255;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_kinds_by_their_first_bytes() {
        assert_eq!(kind(&mut &b"GIF89a......"[..]), Some(Kind::Gif));
        assert_eq!(kind(&mut &b"\x89PNG\r\n\x1a\n...."[..]), Some(Kind::Png));
        assert_eq!(kind(&mut &b"RIFF....WEBPVP8 "[..]), Some(Kind::WebP));
        assert_eq!(kind(&mut &b"RIFF....AVI LIST"[..]), None);
        assert_eq!(kind(&mut &b"GIF"[..]), None);
        assert_eq!(kind(&mut &b""[..]), None);
    }

    #[test]
    fn transparent_pixels_become_white() {
        let mut pixel = [10, 20, 30, 0];
        blend_with_white(&mut pixel);
        assert_eq!(pixel, [255; 4]);
        let mut pixel = [10, 20, 30, 255];
        blend_with_white(&mut pixel);
        assert_eq!(pixel, [10, 20, 30, 255]);
        let mut pixel = [0, 0, 0, 128];
        blend_with_white(&mut pixel);
        assert_eq!(pixel, [127, 127, 127, 255]);
    }
}
