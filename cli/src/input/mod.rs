//! Where frames come from. Each kind of input is one [`Source`]; [`open`] chooses between them.

pub mod animation;
mod ffmpeg;
pub mod npy;
mod pipe;
mod raw;
pub mod y4m;

use crate::failure::Failure;
use flashinator::{Error, Format, Frame, Matrix, Range, Shape, Timestamp};
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

    /// How luma and chroma make RGB.
    fn matrix(&self) -> Matrix {
        Matrix::Bt601
    }

    /// How many frames there are, where that is known beforehand.
    fn count(&self) -> Option<u64>;

    /// How long the video is in seconds, where that is known beforehand.
    fn duration(&self) -> Option<f64> {
        None
    }

    /// Whether the frames are shown again and again.
    fn repeats(&self) -> bool {
        false
    }

    /// The next frame, or nothing after the last.
    fn next(&mut self) -> Result<Option<Picture<'_>>, Failure>;
}

/// A frame and when it is shown.
pub struct Picture<'a> {
    pub frame: Frame<'a>,
    /// Seconds from the beginning.
    pub time: f64,
    /// The same, as exactly as the input has it.
    pub stamp: Timestamp,
    /// How long it is shown, where only the input knows: the last of an animation.
    pub lasts: Option<f64>,
}

/// How an input is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of frames without any header.
    pub raw: Option<Format>,
    /// Their size.
    pub size: Option<(u32, u32)>,
    /// Frames a second, where the input does not say.
    pub rate: f64,
    /// Pixels as the decoder has them, and not as RGB.
    pub native: bool,
    /// Where to begin, in seconds.
    pub start: f64,
    /// For how many seconds to go on.
    pub duration: Option<f64>,
}

/// Opens an input.
pub fn open(path: &Path, how: &Reading) -> Result<Box<dyn Source>, Failure> {
    let standard_input = path.as_os_str() == "-";
    let name =
        if standard_input { "standard input".to_owned() } else { path.display().to_string() };
    if let Some(format) = how.raw {
        let (width, height) = how.size.unwrap_or_default();
        let shape = shape(&name, format, width, height)?;
        let (reader, length) = reader(&name, path, standard_input)?;
        return Ok(Box::new(raw::Raw::new(name, reader, length, shape, how.rate)));
    }
    if standard_input {
        let (reader, _) = reader(&name, path, true)?;
        return Ok(Box::new(y4m::Y4m::new(name, reader)?));
    }
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    // Opened in any case, so that a file that cannot be read is told from a video that cannot.
    let (mut reader, length) = reader(&name, path, false)?;
    let empty = || Failure::new(&name, "the file is empty", "check how it was made");
    if length == Some(0) {
        return Err(empty());
    }
    match extension.as_str() {
        "npy" => return Ok(Box::new(npy::npy(name, reader, how.rate)?)),
        "y4m" => return Ok(Box::new(y4m::Y4m::new(name, reader)?)),
        _ => {}
    }
    // Animations are known by how they begin, whatever their names.
    if let Some(kind) = animation::kind(&mut reader) {
        drop(reader);
        let file = File::open(path)
            .map_err(|error| Failure::new(&name, error, "give a file that can be read"))?;
        if let Some(animation) = animation::Animation::new(&name, BufReader::new(file), kind)? {
            return Ok(Box::new(animation));
        }
    }
    Ok(Box::new(ffmpeg::Ffmpeg::new(name, path, how)?))
}

/// The time of a frame of a steady rate, or one computed otherwise.
pub fn at(seconds: f64) -> Timestamp {
    // No video lasts for a hundred years.
    let nanoseconds = (seconds * 1e9).round().clamp(-3e18, 3e18) as i64;
    Timestamp::from_nanos(nanoseconds).expect("less than 146 years")
}

/// Bytes to read, and how many of them there are in all, where that is known.
type Opened = (Box<dyn Read>, Option<u64>);

fn reader(name: &str, path: &Path, standard_input: bool) -> Result<Opened, Failure> {
    if standard_input {
        return Ok((Box::new(pipe::Standard::new()), None));
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
    Frame::contiguous(shape, data).map_err(|error| Failure::new(name, error, "please report this"))
}
