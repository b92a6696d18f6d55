//! YUV4MPEG2, as `ffmpeg -f yuv4mpegpipe` writes it, with 8, 10 or 12 bits.

use super::{Picture, Source, at, cut_short, shape, unreadable, view};
use crate::failure::Failure;
use flashinator::{Format, Range, Shape};
use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;
use y4m::{Colorspace, Decoder, Error};

/// A stream of Y4M.
pub struct Y4m {
    name: String,
    decoder: Decoder<Counted>,
    shape: Shape,
    range: Range,
    /// Frames a second, as a fraction.
    rate: (usize, usize),
    read: Rc<Cell<u64>>,
    planes: Vec<u8>,
    index: u64,
}

impl Y4m {
    pub fn new(name: String, mut reader: Box<dyn Read>) -> Result<Self, Failure> {
        let header = header(&name, &mut *reader)?;
        let odd = |what: &str| {
            Failure::new(&name, what, "write it with ffmpeg -pix_fmt yuv420p -f yuv4mpegpipe")
        };
        let full = header.split(|&b| b == b' ').any(|field| field == b"XCOLORRANGE=FULL");
        let range = if full { Range::Full } else { Range::Limited };
        // The sizes are looked at before the decoder multiplies them.
        let (width, height) = (side(&header, b'W', &odd)?, side(&header, b'H', &odd)?);
        shape(&name, Format::I444P12, width, height)?;

        let read = Rc::new(Cell::new(0));
        let whole = Box::new(Cursor::new(header).chain(Cursor::new(*b"\n")).chain(reader));
        let counted = Counted { reader: whole, read: Rc::clone(&read) };
        let decoder = Decoder::new(counted).map_err(|error| match error {
            Error::UnknownColorspace => odd("its pixels are none of 4:2:0, 4:2:2, 4:4:4 and mono"),
            Error::OutOfMemory => odd("a frame of its size does not fit into memory"),
            _ => odd("its header is odd"),
        })?;
        let format = format(decoder.get_colorspace())
            .ok_or_else(|| odd("its pixels are none of 4:2:0, 4:2:2, 4:4:4 and mono"))?;
        let shape = shape(&name, format, width, height)?;
        let ratio = decoder.get_framerate();
        let rate = match (ratio.num, ratio.den) {
            // FFmpeg writes 0:0 or 0:1 for a rate it does not know.
            (0, _) | (_, 0) => (25, 1),
            rate => rate,
        };
        Ok(Self { name, decoder, shape, range, rate, read, planes: Vec::new(), index: 0 })
    }
}

impl Source for Y4m {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn range(&self) -> Range {
        self.range
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn next(&mut self) -> Result<Option<Picture<'_>>, Failure> {
        let before = self.read.get();
        let index = self.index;
        let time = index as f64 * self.rate.1 as f64 / self.rate.0 as f64;
        match self.decoder.read_frame() {
            Ok(frame) => {
                self.index += 1;
                // Copied, because the decoder lends it for no longer than its own frame lives.
                self.planes.clear();
                self.planes.extend_from_slice(frame.get_y_plane());
                self.planes.extend_from_slice(frame.get_u_plane());
                self.planes.extend_from_slice(frame.get_v_plane());
                let frame = view(&self.name, self.shape, &self.planes)?;
                Ok(Some(Picture { frame, time, stamp: at(time), lasts: None }))
            }
            // The decoder calls every end the end: it is one only between frames.
            Err(Error::EOF | Error::ParseError(_)) if self.read.get() == before => Ok(None),
            Err(Error::EOF) => Err(cut_short(&self.name, index)),
            Err(Error::IoError(error)) => Err(unreadable(&self.name, index, &error)),
            Err(error) => Err(Failure::new(
                &self.name,
                format!("frame {index} does not begin as a frame does: {error}"),
                "the rows before it stand; check that the file is whole",
            )),
        }
    }
}

/// The format that a colour space of Y4M has.
fn format(space: Colorspace) -> Option<Format> {
    Some(match space {
        Colorspace::Cmono => Format::Gray8,
        Colorspace::Cmono12 => Format::Gray12,
        // They differ in where chroma is sampled.
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

/// The line that a stream begins with.
fn header(name: &str, reader: &mut dyn Read) -> Result<Vec<u8>, Failure> {
    const LONGEST: usize = 1000;
    let mut line = Vec::new();
    let mut byte = [0];
    loop {
        match reader.read(&mut byte) {
            Ok(0) if line.is_empty() => {
                return Err(Failure::new(name, "the input is empty", "check how it was made"));
            }
            Ok(1) if byte[0] != b'\n' && line.len() < LONGEST => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(name, 0, &error)),
            Ok(_) => break,
        }
    }
    if line.starts_with(b"YUV4MPEG2 ") && byte[0] == b'\n' {
        Ok(line)
    } else {
        Err(Failure::new(
            name,
            "not Y4M: it does not begin with YUV4MPEG2",
            "make it with ffmpeg -f yuv4mpegpipe, or name raw frames with --raw",
        ))
    }
}

/// A side of the frame, from the field that begins with a letter.
fn side(header: &[u8], letter: u8, odd: &dyn Fn(&str) -> Failure) -> Result<u32, Failure> {
    let mut fields =
        header.split(|&b| b == b' ').skip(1).filter(|field| field.first() == Some(&letter));
    let field = fields.next();
    // Of several the decoder takes another than the one that is looked at here.
    if fields.next().is_some() {
        return Err(odd("its header gives more than one width or height"));
    }
    let text = field.and_then(|field| std::str::from_utf8(&field[1..]).ok());
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| odd("its header gives no width and height"))
}

/// Counts the bytes that the decoder has taken.
struct Counted {
    reader: Box<dyn Read>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(to)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}
