//! Where frames come from. Each kind of input is one [`Source`]; [`open`] chooses between them.

mod ffmpeg;
mod npy;
mod raw;
mod y4m;

use crate::args::TableArgs;
use crate::failure::Failure;
use flashinator::{Error, Format, Frame, Range, Shape};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Frames of one size, one after the other.
pub trait Source {
    /// Format and size of every frame.
    fn shape(&self) -> Shape;

    /// Which codes are black and white.
    fn range(&self) -> Range {
        if self.shape().format().is_yuv() { Range::Limited } else { Range::Full }
    }

    /// How many frames there are, where that is known beforehand.
    fn count(&self) -> Option<u64>;

    /// The next frame, or nothing after the last.
    fn next(&mut self) -> Result<Option<Picture<'_>>, Failure>;
}

/// A frame and when it is shown.
pub struct Picture<'a> {
    pub frame: Frame<'a>,
    /// Seconds from the beginning.
    pub time: f64,
}

/// Opens the input that the command line names.
pub fn open(args: &TableArgs) -> Result<Box<dyn Source>, Failure> {
    let path = &args.input;
    let standard_input = path.as_os_str() == "-";
    let name =
        if standard_input { "standard input".to_owned() } else { path.display().to_string() };
    if let Some(format) = args.raw {
        let (width, height) = args.size.unwrap_or_default();
        let shape = shape(&name, format, width, height)?;
        let (reader, length) = reader(&name, path, standard_input)?;
        return Ok(Box::new(raw::Raw::new(name, reader, length, shape, args.fps)));
    }
    if standard_input {
        let (reader, _) = reader(&name, path, true)?;
        return Ok(Box::new(y4m::Y4m::new(name, reader)?));
    }
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    // Opened in any case, so that a file that cannot be read is told from a video that cannot.
    let (reader, length) = reader(&name, path, false)?;
    match (extension.as_str(), length) {
        ("npy" | "y4m", Some(0)) => {
            Err(Failure::new(name, "the file is empty", "check how it was made"))
        }
        ("npy", _) => Ok(Box::new(npy::npy(name, reader, args.fps)?)),
        ("y4m", _) => Ok(Box::new(y4m::Y4m::new(name, reader)?)),
        _ => Ok(Box::new(ffmpeg::Ffmpeg::new(name, path)?)),
    }
}

/// Bytes to read, and how many of them there are in all, where that is known.
type Opened = (Box<dyn Read>, Option<u64>);

fn reader(name: &str, path: &Path, standard_input: bool) -> Result<Opened, Failure> {
    if standard_input {
        return Ok((Box::new(BufReader::new(io::stdin().lock())), None));
    }
    let file = File::open(path)
        .map_err(|error| Failure::new(name, error, "give a file that can be read"))?;
    let about = file
        .metadata()
        .map_err(|error| Failure::new(name, error, "give a file that can be read"))?;
    if about.is_dir() {
        return Err(Failure::new(name, "it is a folder", "give a file"));
    }
    let length = about.is_file().then_some(about.len());
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), length))
}

/// A valid shape, or what is wrong with it.
fn shape(name: &str, format: Format, width: u32, height: u32) -> Result<Shape, Failure> {
    Shape::new(format, width, height).map_err(|error| match error {
        Error::EmptyFrame => Failure::new(
            name,
            format!("frames of {width}x{height} have no pixels"),
            "give a width and height of at least 1",
        ),
        _ => Failure::new(
            name,
            format!("frames of {width}x{height} do not fit into memory"),
            "check the size",
        ),
    })
}

/// Memory for one frame; an error where there is not enough.
fn frame_memory(name: &str, shape: Shape) -> Result<Vec<u8>, Failure> {
    let mut memory = Vec::new();
    memory.try_reserve_exact(shape.frame_bytes()).map_err(|_| {
        let size = format!("{}x{}", shape.width(), shape.height());
        Failure::new(name, format!("a frame of {size} does not fit into memory"), "check the size")
    })?;
    memory.resize(shape.frame_bytes(), 0);
    Ok(memory)
}

/// Reads one frame; says whether there was one. Part of a frame is an error.
fn read_frame(
    name: &str,
    reader: &mut dyn Read,
    frame: &mut [u8],
    index: u64,
) -> Result<bool, Failure> {
    let mut filled = 0;
    while let Some(rest) = frame.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(cut_short(name, index)),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(name, index, &error)),
        }
    }
    Ok(true)
}

fn cut_short(name: &str, index: u64) -> Failure {
    Failure::new(
        name,
        format!("frame {index} is cut short"),
        "the rows before it stand; check that the file is whole",
    )
}

fn unreadable(name: &str, index: u64, error: &io::Error) -> Failure {
    Failure::new(
        name,
        format!("frame {index} cannot be read: {error}"),
        "the rows before it stand; check the file and its medium",
    )
}

/// A view of a frame that has just been read whole.
fn view<'a>(name: &str, shape: Shape, data: &'a [u8]) -> Result<Frame<'a>, Failure> {
    Frame::packed(shape, data).map_err(|error| Failure::new(name, error, "please report this"))
}
