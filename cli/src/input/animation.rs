//! Animated GIF, PNG and WebP, each frame with its own delay.

use super::{Alpha, Source, VideoFrame, contiguous, plays};
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
    /// A sequence of AVIF pictures.
    Avif,
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
    } else if begin.ends_with(b"ftypavis") {
        Some(Kind::Avif)
    } else {
        None
    }
}

/// Browsers show a frame with this delay in seconds, or a shorter one, for [`DEFAULT_DELAY`].
const IGNORED_DELAY: f64 = 0.010;
const DEFAULT_DELAY: f64 = 0.1;

/// An animation that is being decoded.
pub struct Animation {
    name: String,
    frames: Frames<'static>,
    shape: Shape,
    pixels: Vec<u8>,
    index: u64,
    seconds: f64,
    plays: u32,
}

impl Animation {
    /// Opens an animation; `None` if it is one for ffmpeg, such as a still picture.
    ///
    /// # Errors
    ///
    /// A file that the decoder rejects.
    pub fn new(
        name: &str,
        mut reader: impl BufRead + Seek + 'static,
        kind: Kind,
    ) -> Result<Option<Self>, Failure> {
        let unreadable = |error| Failure::new(name, error, "use a file that can be read");
        // A file that is cut short is reported by its decoder.
        let plays = match plays::of_reader(kind, &mut reader) {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                return Err(unreadable(error));
            }
            Ok(Some(plays)) => plays,
            _ => 1,
        };
        // The end of the blocks of a GIF, if they are complete.
        let end = reader.stream_position().map_err(unreadable)?;
        reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let broken = |error: &ImageError| {
            Failure::new(
                name,
                format!("it cannot be read: {error}"),
                "check that the file is complete",
            )
        };
        // A few bytes can ask for a picture of many gigabytes, so the decoders get a limit.
        let (width, height, frames) = match kind {
            Kind::Avif => return Ok(None),
            Kind::Gif => {
                let reader = WithTrailer(reader.take(end).chain(&[GIF_TRAILER][..]));
                let mut decoder = gif::GifDecoder::new(reader).map_err(|e| broken(&e))?;
                decoder.set_limits(Limits::default()).map_err(|e| broken(&e))?;
                let (width, height) = decoder.dimensions();
                (width, height, decoder.into_frames())
            }
            Kind::Png => {
                let mut decoder = png::PngDecoder::new(reader).map_err(|e| broken(&e))?;
                decoder.set_limits(Limits::default()).map_err(|e| broken(&e))?;
                let (width, height) = decoder.dimensions();
                // The decoder has no animations of 16 bits.
                let is_16_bit = decoder.original_color_type().channel_count() as u16 * 8
                    < decoder.original_color_type().bits_per_pixel();
                if !decoder.is_apng().map_err(|e| broken(&e))? || is_16_bit {
                    return Ok(None);
                }
                let decoder = decoder.apng().map_err(|e| broken(&e))?;
                (width, height, decoder.into_frames())
            }
            Kind::WebP => {
                let mut decoder = webp::WebPDecoder::new(reader).map_err(|e| broken(&e))?;
                // Browsers ignore the background color of the file.
                let transparent = image::Rgba([0; 4]);
                decoder.set_background_color(transparent).map_err(|e| broken(&e))?;
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
        Ok(Some(Self { name, frames, shape, pixels: Vec::new(), index: 0, seconds: 0.0, plays }))
    }
}

/// The byte that a GIF ends with.
const GIF_TRAILER: u8 = 0x3b;

/// The blocks of a GIF and a trailer. Some files lack it, or have other bytes before it.
struct WithTrailer<R>(io::Chain<io::Take<R>, &'static [u8]>);

impl<R: BufRead> Read for WithTrailer<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl<R: BufRead> BufRead for WithTrailer<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.0.consume(amount);
    }
}

/// The decoder asks for this and never seeks.
impl<R> Seek for WithTrailer<R> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Source for Animation {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn has_alpha(&self) -> bool {
        true
    }

    fn plays(&self) -> u32 {
        self.plays
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
        let delay = if delay <= IGNORED_DELAY { DEFAULT_DELAY } else { delay };
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
        let seconds = self.seconds;
        self.seconds += delay;
        self.index += 1;
        let frame = contiguous(&self.name, self.shape, &self.pixels)?;
        let duration = Some(delay);
        Ok(Some(VideoFrame { duration, alpha: Alpha::Channel, ..VideoFrame::new(frame, seconds) }))
    }
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
        assert_eq!(kind(&mut &b"....ftypavis...."[..]), Some(Kind::Avif));
        assert_eq!(kind(&mut &b"GIF"[..]), None);
        assert_eq!(kind(&mut &b""[..]), None);
    }
}
