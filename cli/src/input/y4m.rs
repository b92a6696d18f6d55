//! YUV4MPEG2 with 8, 10 or 12 bits, as `ffmpeg -f yuv4mpegpipe` writes it.

use super::{
    Fields, Source, VideoColor, VideoFrame, contiguous, cut_short, pixel_aspect, shape, unreadable,
};
use crate::failure::Failure;
use flashinator::{Format, Range, Shape};
use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use y4m::{Colorspace, Decoder, Error};

/// A Y4M stream.
pub struct Y4m {
    name: String,
    decoder: Decoder<CountingReader>,
    shape: Shape,
    range: Option<Range>,
    pixel_aspect: f32,
    /// Whether a frame is two fields, and the first of them the top one.
    top_first: Option<bool>,
    /// Whether each frame says this for itself.
    is_mixed: bool,
    /// Frames per second, as a fraction.
    fps: (usize, usize),
    bytes_read: Rc<Cell<u64>>,
    planes: Vec<u8>,
    index: u64,
}

impl Y4m {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// A header that is not Y4M, or of a pixel format that the library does not take.
    pub fn new(name: String, mut reader: Box<dyn Read>) -> Result<Self, Failure> {
        let header = header(&name, &mut *reader)?;
        let unsupported = |problem: &str| {
            Failure::new(&name, problem, "write it with ffmpeg -pix_fmt yuv420p -f yuv4mpegpipe")
        };
        let range = header.split(|&b| b == b' ').find_map(|field| match field {
            b"XCOLORRANGE=FULL" => Some(Range::Full),
            b"XCOLORRANGE=LIMITED" => Some(Range::Limited),
            _ => None,
        });
        let top_first = header.split(|&b| b == b' ').skip(1).find_map(|field| match field {
            b"It" => Some(true),
            b"Ib" => Some(false),
            _ => None,
        });
        let is_mixed = header.split(|&b| b == b' ').any(|field| field == b"Im");
        let aspect = header.split(|&b| b == b' ').skip(1).find(|field| field.starts_with(b"A"));
        let aspect = aspect.and_then(|field| std::str::from_utf8(&field[1..]).ok());
        let pixel_aspect = aspect.map_or(1.0, |aspect| pixel_aspect(aspect, ':'));
        // The size is checked here, before the decoder multiplies width and height.
        let (width, height) =
            (side(&header, b'W', &unsupported)?, side(&header, b'H', &unsupported)?);
        shape(&name, Format::I444P12, width, height)?;

        let bytes_read = Rc::new(Cell::new(0));
        let stream = Box::new(Cursor::new(header).chain(Cursor::new(*b"\n")).chain(reader));
        let counting = CountingReader { reader: stream, bytes_read: Rc::clone(&bytes_read) };
        let decoder = Decoder::new(counting).map_err(|error| match error {
            Error::UnknownColorspace => {
                unsupported("its pixels are not 4:2:0, 4:2:2, 4:4:4 or mono")
            }
            Error::OutOfMemory => unsupported("a frame of its size does not fit into memory"),
            _ => unsupported("its header is not valid"),
        })?;
        let format = format(decoder.get_colorspace())
            .ok_or_else(|| unsupported("its pixels are not 4:2:0, 4:2:2, 4:4:4 or mono"))?;
        let shape = shape(&name, format, width, height)?;
        let ratio = decoder.get_framerate();
        let fps = match (ratio.num, ratio.den) {
            // FFmpeg writes 0:0 or 0:1 for a rate it does not know.
            (0, _) | (_, 0) => (25, 1),
            fps => fps,
        };
        Ok(Self {
            name,
            decoder,
            shape,
            range,
            pixel_aspect,
            top_first,
            is_mixed,
            fps,
            bytes_read,
            planes: Vec::new(),
            index: 0,
        })
    }
}

impl Source for Y4m {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn color(&self) -> VideoColor {
        VideoColor { range: self.range, ..VideoColor::default() }
    }

    fn pixel_aspect(&self) -> f32 {
        self.pixel_aspect
    }

    fn rate(&self) -> Option<f64> {
        Some(self.fps.0 as f64 / self.fps.1 as f64)
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn next(&mut self) -> Result<Option<VideoFrame<'_>>, Failure> {
        let start = self.bytes_read.get();
        let index = self.index;
        let seconds = index as f64 * self.fps.1 as f64 / self.fps.0 as f64;
        match self.decoder.read_frame() {
            Ok(frame) => {
                self.index += 1;
                let top_first = match self.is_mixed {
                    true => frame.get_raw_params().and_then(top_first),
                    false => self.top_first,
                };
                // Copied, because the decoder's frame must not outlive this match.
                self.planes.clear();
                self.planes.extend_from_slice(frame.get_y_plane());
                self.planes.extend_from_slice(frame.get_u_plane());
                self.planes.extend_from_slice(frame.get_v_plane());
                let frame = contiguous(&self.name, self.shape, &self.planes)?;
                let apart = self.fps.1 as f64 / self.fps.0 as f64 / 2.0;
                let fields = top_first.map(|top_first| Fields { top_first, apart });
                Ok(Some(VideoFrame { fields, ..VideoFrame::new(frame, seconds) }))
            }
            // The decoder reports the same error for an end between frames, where the stream may end, and
            // within one.
            Err(Error::EOF | Error::ParseError(_)) if self.bytes_read.get() == start => Ok(None),
            Err(Error::EOF) => Err(cut_short(&self.name, index)),
            Err(Error::IoError(error)) => Err(unreadable(&self.name, index, &error)),
            Err(error) => Err(Failure::new(
                &self.name,
                format!("frame {index} does not begin with FRAME: {error}"),
                "the frames before it are valid; check that the file is complete",
            )),
        }
    }
}

/// Whether a frame is two fields of different times, and the first of them the top one, by its own header: `Iti`.
fn top_first(parameters: &[u8]) -> Option<bool> {
    parameters.split(|&b| b == b' ').find_map(|field| match field {
        [b'I', b't' | b'T', b'i', ..] => Some(true),
        [b'I', b'b' | b'B', b'i', ..] => Some(false),
        _ => None,
    })
}

/// More bytes than any header has.
pub const LONGEST_HEADER: u64 = 1000;

/// Whether a stream has pixels of a kind that is read here, from its first bytes. ffmpeg knows more kinds.
#[must_use]
pub fn is_known(begin: &[u8]) -> bool {
    let header = begin.split(|&b| b == b'\n').next().unwrap_or_default();
    let space = header.split(|&b| b == b' ').skip(1).find_map(|field| field.strip_prefix(b"C"));
    const KNOWN: [&[u8]; 14] = [
        b"mono",
        b"mono12",
        b"420",
        b"420jpeg",
        b"420paldv",
        b"420mpeg2",
        b"422",
        b"444",
        b"420p10",
        b"422p10",
        b"444p10",
        b"420p12",
        b"422p12",
        b"444p12",
    ];
    space.is_none_or(|space| KNOWN.contains(&space))
}

/// The pixel format of a Y4M colour space.
fn format(space: Colorspace) -> Option<Format> {
    Some(match space {
        Colorspace::Cmono => Format::Gray8,
        Colorspace::Cmono12 => Format::Gray12,
        // These differ only in where chroma is sampled.
        Colorspace::C420 | Colorspace::C420jpeg | Colorspace::C420paldv | Colorspace::C420mpeg2 => {
            Format::I420
        }
        Colorspace::C422 => Format::I422,
        Colorspace::C444 => Format::I444,
        Colorspace::C420p10 => Format::I420P10,
        Colorspace::C422p10 => Format::I422P10,
        Colorspace::C444p10 => Format::I444P10,
        Colorspace::C420p12 => Format::I420P12,
        Colorspace::C422p12 => Format::I422P12,
        Colorspace::C444p12 => Format::I444P12,
        _ => return None,
    })
}

/// The first line of a stream.
fn header(name: &str, reader: &mut dyn Read) -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        match reader.read(&mut byte) {
            Ok(0) if line.is_empty() => {
                return Err(Failure::new(name, "the input is empty", "check how it was made"));
            }
            Ok(1) if byte[0] != b'\n' && (line.len() as u64) < LONGEST_HEADER => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(name, 0, &error)),
            Ok(_) => break,
        }
    }
    if line.starts_with(b"YUV4MPEG2 ") && byte[0] == b'\n' {
        Ok(line)
    } else if line.len() as u64 == LONGEST_HEADER && line.starts_with(b"YUV4MPEG2 ") {
        let problem = format!("its header has more than {LONGEST_HEADER} bytes");
        Err(Failure::new(name, problem, "leave the comments out"))
    } else {
        Err(Failure::new(
            name,
            "not Y4M: it does not begin with YUV4MPEG2",
            "make it with ffmpeg -f yuv4mpegpipe, or use --raw for raw frames",
        ))
    }
}

/// The width or height, from the field that begins with a letter.
fn side(header: &[u8], letter: u8, unsupported: &dyn Fn(&str) -> Failure) -> Result<u32, Failure> {
    let mut fields =
        header.split(|&b| b == b' ').skip(1).filter(|field| field.first() == Some(&letter));
    let field = fields.next();
    // If there are several, the decoder uses another one than this function.
    if fields.next().is_some() {
        return Err(unsupported("its header gives more than one width or height"));
    }
    let text = field.and_then(|field| std::str::from_utf8(&field[1..]).ok());
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| unsupported("its header gives no width and height"))
}

/// Counts the bytes that the decoder has read.
struct CountingReader {
    reader: Box<dyn Read>,
    bytes_read: Rc<Cell<u64>>,
}

impl Read for CountingReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(to)?;
        self.bytes_read.set(self.bytes_read.get() + read as u64);
        Ok(read)
    }
}
