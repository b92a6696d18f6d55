//! Animated GIF, PNG and WebP, each frame with its own delay, as browsers show them.

use super::canvas::{Blend, Canvas, Dispose, Part};
use super::{Alpha, Source, VideoFrame, contiguous, plays};
use crate::failure::Failure;
use flashinator::{Format, Shape};
use std::fmt;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::num::NonZeroU64;

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

/// The most memory that a decoder may take: a few bytes can ask for a picture of many gigabytes.
const MAX_BYTES: u64 = 512 << 20;

/// An animation that is being decoded.
pub struct Animation {
    name: String,
    frames: Box<dyn Frames>,
    shape: Shape,
    pixels: Vec<u8>,
    index: u64,
    seconds: f64,
    plays: u32,
}

/// The frames of an animation, each as a whole picture of red, green, blue and alpha.
trait Frames {
    /// Width and height of all pictures.
    fn size(&self) -> (u32, u32);

    /// Makes the next picture and returns its delay in seconds; `None` after the last.
    fn next(&mut self, picture: &mut Vec<u8>) -> Result<Option<f64>, AnyError>;
}

/// An error of any decoder.
type AnyError = Box<dyn fmt::Display>;

fn any<E: fmt::Display + 'static>(error: E) -> AnyError {
    Box::new(error)
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
        let unreadable = |error| Failure::unreadable(name, &error);
        let mut disposals = Vec::new();
        let plays = plays::of_reader(kind, &mut reader, |disposal| disposals.push(disposal));
        // A file that is cut short is reported by its decoder.
        let plays = match plays {
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                return Err(unreadable(error));
            }
            Ok(Some(plays)) => plays,
            _ => 1,
        };
        // The end of the blocks of a GIF, if they are complete.
        let end = reader.stream_position().map_err(unreadable)?;
        reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let opened = match kind {
            Kind::Avif => return Ok(None),
            Kind::Gif => gif_frames(reader, end, disposals).map(Some),
            Kind::Png => png_frames(reader),
            Kind::WebP => webp_frames(reader),
        };
        let opened = opened.map_err(|error| {
            let problem = format!("it cannot be read: {error}");
            Failure::new(name, problem, "check that the file is complete")
        })?;
        let Some(frames) = opened else { return Ok(None) };
        let (width, height) = frames.size();
        let shape = super::shape(name, Format::Rgba, width, height)?;
        if shape.frame_bytes() as u64 > MAX_BYTES {
            let problem = format!("frames of {width}x{height} do not fit into memory");
            return Err(Failure::new(name, problem, "check the size"));
        }
        let name = name.to_owned();
        Ok(Some(Self { name, frames, shape, pixels: Vec::new(), index: 0, seconds: 0.0, plays }))
    }
}

/// The byte that a GIF ends with.
const GIF_TRAILER: u8 = 0x3b;

/// The frames of a GIF.
struct Gif<R: Read> {
    decoder: gif::Decoder<R>,
    /// The disposal methods of the frames that are left, as numbers.
    disposals: std::vec::IntoIter<u8>,
    canvas: Canvas,
    /// The first frame, which may make the picture larger than the header says.
    first: Option<GifFrame>,
}

struct GifFrame {
    part: Part,
    pixels: Vec<u8>,
    /// In seconds.
    delay: f64,
}

/// The frames of a GIF whose blocks end at a position in its file.
fn gif_frames(
    reader: impl Read + 'static,
    end: u64,
    disposals: Vec<u8>,
) -> Result<Box<dyn Frames>, AnyError> {
    // Some files lack the trailer, or have other bytes before it.
    let reader = reader.take(end).chain(&[GIF_TRAILER][..]);
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    if let Some(limit) = NonZeroU64::new(MAX_BYTES) {
        options.set_memory_limit(gif::MemoryLimit::Bytes(limit));
    }
    let mut decoder = options.read_info(reader).map_err(any)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    let mut disposals = disposals.into_iter();
    let first = next_of_gif(&mut decoder, &mut disposals)?;
    // Browsers make the picture large enough for the first frame.
    let part = first.as_ref().map_or(Part::default(), |first| first.part);
    let size = (width.max(part.x + part.width), height.max(part.y + part.height));
    Ok(Box::new(Gif { decoder, disposals, canvas: Canvas::new(size), first }))
}

/// Browsers take this disposal method, which is not defined, for that of restoring the picture before.
const OTHER_RESTORE: u8 = 4;

fn next_of_gif<R: Read>(
    decoder: &mut gif::Decoder<R>,
    disposals: &mut impl Iterator<Item = u8>,
) -> Result<Option<GifFrame>, AnyError> {
    let is_restored = disposals.next() == Some(OTHER_RESTORE);
    Ok(decoder.read_next_frame().map_err(any)?.map(|frame| {
        let part = Part {
            x: frame.left.into(),
            y: frame.top.into(),
            width: frame.width.into(),
            height: frame.height.into(),
            blend: Blend::Over,
            dispose: match frame.dispose {
                _ if is_restored => Dispose::Restore,
                gif::DisposalMethod::Any | gif::DisposalMethod::Keep => Dispose::Keep,
                gif::DisposalMethod::Background => Dispose::Clear,
                gif::DisposalMethod::Previous => Dispose::Restore,
            },
        };
        GifFrame { part, pixels: frame.buffer.to_vec(), delay: f64::from(frame.delay) / 100.0 }
    }))
}

impl<R: Read> Frames for Gif<R> {
    fn size(&self) -> (u32, u32) {
        self.canvas.size()
    }

    fn next(&mut self, picture: &mut Vec<u8>) -> Result<Option<f64>, AnyError> {
        let next = match self.first.take() {
            Some(first) => Some(first),
            None => next_of_gif(&mut self.decoder, &mut self.disposals)?,
        };
        Ok(next.map(|frame| {
            self.canvas.draw(&frame.part, &frame.pixels, picture);
            frame.delay
        }))
    }
}

/// The frames of a PNG.
struct Png<R: BufRead + Seek> {
    reader: png::Reader<R>,
    canvas: Canvas,
    /// Frames that are left.
    left: u32,
    /// The pixels of a frame, as they are in the file and as red, green, blue and alpha.
    raw: Vec<u8>,
    pixels: Vec<u8>,
}

fn png_frames(reader: impl BufRead + Seek + 'static) -> Result<Option<Box<dyn Frames>>, AnyError> {
    let limits = png::Limits { bytes: MAX_BYTES as usize };
    let mut decoder = png::Decoder::new_with_limits(reader, limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(any)?;
    let info = reader.info();
    let Some(control) = info.animation_control else { return Ok(None) };
    let (size, is_shown) = ((info.width, info.height), info.frame_control.is_some());
    let bytes = reader.output_buffer_size().filter(|&bytes| bytes as u64 <= MAX_BYTES);
    let mut raw = vec![0; bytes.ok_or_else(|| any("its size does not fit into memory"))?];
    // A picture for programs that show no animations.
    if !is_shown {
        reader.next_frame(&mut raw).map_err(any)?;
    }
    let canvas = Canvas::new(size);
    let left = control.num_frames;
    Ok(Some(Box::new(Png { reader, canvas, left, raw, pixels: Vec::new() })))
}

impl<R: BufRead + Seek> Frames for Png<R> {
    fn size(&self) -> (u32, u32) {
        self.canvas.size()
    }

    fn next(&mut self, picture: &mut Vec<u8>) -> Result<Option<f64>, AnyError> {
        if self.left == 0 {
            return Ok(None);
        }
        let output = self.reader.next_frame(&mut self.raw).map_err(any)?;
        self.left -= 1;
        let info = self.reader.info();
        let control = info.frame_control.unwrap_or_default();
        let samples = output.color_type.samples();
        // The decoder puts the rows of interlaced frames as far apart as those of the whole picture.
        let row_bytes = samples * if info.interlaced { info.width } else { output.width } as usize;
        self.pixels.clear();
        for row in self.raw.chunks_exact(row_bytes.max(1)).take(output.height as usize) {
            for pixel in row.chunks_exact(samples).take(output.width as usize) {
                self.pixels.extend(match *pixel {
                    [gray] => [gray, gray, gray, 255],
                    [gray, alpha] => [gray, gray, gray, alpha],
                    [red, green, blue] => [red, green, blue, 255],
                    [red, green, blue, alpha, ..] => [red, green, blue, alpha],
                    [] => [0; 4],
                });
            }
        }
        let part = Part {
            x: control.x_offset,
            y: control.y_offset,
            width: output.width,
            height: output.height,
            blend: match control.blend_op {
                png::BlendOp::Source => Blend::Source,
                png::BlendOp::Over => Blend::Over,
            },
            dispose: match control.dispose_op {
                png::DisposeOp::None => Dispose::Keep,
                png::DisposeOp::Background => Dispose::Clear,
                png::DisposeOp::Previous => Dispose::Restore,
            },
        };
        self.canvas.draw(&part, &self.pixels, picture);
        // No denominator stands for hundredths.
        let ticks = if control.delay_den == 0 { 100 } else { control.delay_den };
        Ok(Some(f64::from(control.delay_num) / f64::from(ticks)))
    }
}

/// The frames of a WebP. Each is decoded as a picture of its own: the decoder's own way of laying them over each other
/// clears wrong parts.
struct WebP<R: Read> {
    reader: R,
    /// Bytes of the file that are left, by its header.
    left: u64,
    canvas: Canvas,
}

/// A chunk has a name, a length and, padded to an even length, its content.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = &[0][..content.len() % 2];
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes();
    [&name[..], &length, content, padding].concat()
}

/// The name of a chunk, and its content.
type WebPChunk = ([u8; 4], Vec<u8>);

/// The first chunk of a slice, and the rest.
fn split_chunk(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let (name, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let content = rest.get(..length)?;
    Some((*name, content, rest.get(length + length % 2..).unwrap_or(&[])))
}

/// A little-endian number of three bytes.
fn three_bytes(bytes: &[u8]) -> u32 {
    bytes.iter().take(3).rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn webp_frames(mut reader: impl Read + 'static) -> Result<Option<Box<dyn Frames>>, AnyError> {
    const IS_ANIMATED: u8 = 2;
    // RIFF, the length of what follows, WEBP; the first chunk, its length, flags and size.
    let mut header = [0; 30];
    reader.read_exact(&mut header).map_err(any)?;
    let flags = header[20];
    if !header[12..].starts_with(b"VP8X") || flags & IS_ANIMATED == 0 {
        return Ok(None);
    }
    let [a, b, c, d] = [header[4], header[5], header[6], header[7]];
    let left = u64::from(u32::from_le_bytes([a, b, c, d])).saturating_sub(22);
    let size = (three_bytes(&header[24..]) + 1, three_bytes(&header[27..]) + 1);
    Ok(Some(Box::new(WebP { reader, left, canvas: Canvas::new(size) })))
}

impl<R: Read> WebP<R> {
    /// The next chunk; `None` at the end.
    fn next_chunk(&mut self) -> Result<Option<WebPChunk>, AnyError> {
        if self.left < 8 {
            return Ok(None);
        }
        let mut header = [0; 8];
        self.reader.read_exact(&mut header).map_err(any)?;
        let [a, b, c, d, e, f, g, h] = header;
        let length = u64::from(u32::from_le_bytes([e, f, g, h]));
        let padded = length + length % 2;
        let mut content = Vec::new();
        let read = self.reader.by_ref().take(padded).read_to_end(&mut content).map_err(any)? as u64;
        // The last padding is not always there.
        if read < length || padded > self.left.saturating_sub(8) + 1 {
            return Err(any("a chunk is cut short"));
        }
        content.truncate(length as usize);
        self.left = self.left.saturating_sub(8 + padded);
        Ok(Some(([a, b, c, d], content)))
    }
}

/// Red, green, blue and alpha of a frame of this size, from its chunks.
fn still_webp(mut chunks: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, AnyError> {
    const HAS_ALPHA: u32 = 0x10;
    let mut file = Vec::new();
    while let Some((name, content, rest)) = split_chunk(chunks) {
        if name == *b"ALPH" {
            let side = |length: u32| (length - 1).to_le_bytes();
            let [[a, b, c, _], [d, e, f, _]] = [side(width), side(height)];
            let header = [&HAS_ALPHA.to_le_bytes()[..], &[a, b, c, d, e, f]].concat();
            file.extend(chunk(b"VP8X", &header));
        }
        if [*b"ALPH", *b"VP8 ", *b"VP8L"].contains(&name) {
            file.extend(chunk(&name, content));
        }
        chunks = rest;
    }
    let riff = chunk(b"RIFF", &[b"WEBP", &*file].concat());
    let mut decoder = image_webp::WebPDecoder::new(io::Cursor::new(riff)).map_err(any)?;
    decoder.set_memory_limit(MAX_BYTES as usize);
    if decoder.dimensions() != (width, height) {
        return Err(any("it has another size than its header says"));
    }
    let bytes = decoder.output_buffer_size().filter(|&bytes| bytes as u64 <= MAX_BYTES);
    let mut raw = vec![0; bytes.ok_or_else(|| any("its size does not fit into memory"))?];
    decoder.read_image(&mut raw).map_err(any)?;
    if decoder.has_alpha() {
        return Ok(raw);
    }
    let pixels = raw.as_chunks::<3>().0.iter();
    Ok(pixels.flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect())
}

impl<R: Read> Frames for WebP<R> {
    fn size(&self) -> (u32, u32) {
        self.canvas.size()
    }

    fn next(&mut self, picture: &mut Vec<u8>) -> Result<Option<f64>, AnyError> {
        while let Some((name, content)) = self.next_chunk()? {
            if name != *b"ANMF" {
                continue;
            }
            let Some((header, chunks)) = content.split_first_chunk::<16>() else {
                return Err(any("its header is cut short"));
            };
            let (width, height) = (three_bytes(&header[6..]) + 1, three_bytes(&header[9..]) + 1);
            let part = Part {
                x: 2 * three_bytes(header),
                y: 2 * three_bytes(&header[3..]),
                width,
                height,
                blend: if header[15] & 2 != 0 { Blend::Source } else { Blend::Over },
                dispose: if header[15] & 1 != 0 { Dispose::Clear } else { Dispose::Keep },
            };
            self.canvas.draw(&part, &still_webp(chunks, (width, height))?, picture);
            return Ok(Some(f64::from(three_bytes(&header[12..])) / 1000.0));
        }
        Ok(None)
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
        let delay = match self.frames.next(&mut self.pixels) {
            Ok(None) if index == 0 => {
                return Err(Failure::new(&self.name, "it has no frames", "check how it was made"));
            }
            Ok(None) => return Ok(None),
            Ok(Some(delay)) => delay,
            Err(error) => {
                return Err(Failure::new(
                    &self.name,
                    format!("frame {index} cannot be read: {error}"),
                    "the frames before it are valid; check that the file is complete",
                ));
            }
        };
        let delay = if delay <= IGNORED_DELAY { DEFAULT_DELAY } else { delay };
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
