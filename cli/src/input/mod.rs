//! Where frames come from. Each kind of input is one [`Source`]; [`open`] chooses between them.

pub mod animation;
mod color;
pub mod ffmpeg;
pub mod npy;
mod pipe;
pub mod plays;
mod raw;
pub mod y4m;

use crate::failure::Failure;
pub use color::VideoColor;
use flashinator::{Error, Format, Frame, Shape, Timestamp};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Frames of one size, in the order they are shown.
pub trait Source {
    /// Format and size of every frame.
    fn shape(&self) -> Shape;

    /// What the input says about the colours of its frames.
    fn color(&self) -> VideoColor {
        VideoColor::default()
    }

    /// The width of a pixel divided by its height.
    fn pixel_aspect(&self) -> f32 {
        1.0
    }

    /// The number of frames, if it is known before they are read.
    fn count(&self) -> Option<u64>;

    /// The length of the video in seconds, if it is known before it is read.
    fn duration(&self) -> Option<f64> {
        None
    }

    /// How many times a player shows the frames: [`FOREVER`], or a number.
    fn plays(&self) -> u32 {
        1
    }

    /// The next frame; `None` after the last.
    ///
    /// # Errors
    ///
    /// A frame that cannot be read. The frames before it are valid.
    fn next(&mut self) -> Result<Option<VideoFrame<'_>>, Failure>;
}

/// The [`Source::plays`] of an animation that never ends.
pub const FOREVER: u32 = u32::MAX;

/// A frame and when it is shown.
pub struct VideoFrame<'a> {
    /// The pixels.
    pub frame: Frame<'a>,
    /// Seconds from the beginning.
    pub seconds: f64,
    /// The same time, as precisely as the input gives it.
    pub time: Timestamp,
    /// How long the frame is shown in seconds, if the input says so, as animations do.
    pub duration: Option<f64>,
}

/// How an input is to be read.
#[derive(Clone, Debug)]
pub struct InputOptions {
    /// The format of raw frames; `None` if the input has a header.
    pub raw: Option<Format>,
    /// The size of raw frames.
    pub size: Option<(u32, u32)>,
    /// Frames per second, for inputs that do not say.
    pub fps: f64,
    /// Whether to keep the pixel format of the decoder. Otherwise frames are converted to RGB.
    pub native: bool,
    /// Where to begin, in seconds.
    pub start: f64,
    /// How many seconds to read.
    pub duration: Option<f64>,
}

/// Opens an input.
///
/// # Errors
///
/// A file that cannot be read, or is none of the formats that this program or `ffmpeg` knows.
pub fn open(path: &Path, options: &InputOptions) -> Result<Box<dyn Source>, Failure> {
    let is_stdin = path.as_os_str() == "-";
    let name = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
    if let Some(format) = options.raw {
        let (width, height) = options.size.unwrap_or_default();
        let shape = shape(&name, format, width, height)?;
        let (reader, length) = reader(&name, path, is_stdin)?;
        return Ok(Box::new(raw::Raw::new(name, reader, length, shape, options.fps)));
    }
    if is_stdin {
        let (reader, _) = reader(&name, path, true)?;
        return Ok(Box::new(y4m::Y4m::new(name, reader)?));
    }
    // Even a file for ffmpeg is opened here first, to tell a file that cannot be read from a video that cannot
    // be decoded.
    let (mut reader, length) = reader(&name, path, false)?;
    if length == Some(0) {
        return Err(Failure::new(&name, "the file is empty", "check how it was made"));
    }
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    match extension.as_str() {
        "npy" => return Ok(Box::new(npy::open(name, reader, options.fps)?)),
        "y4m" => return Ok(Box::new(y4m::Y4m::new(name, reader)?)),
        _ => {}
    }
    // Animations are recognized by their first bytes, whatever the name of the file.
    let kind = animation::kind(&mut reader);
    drop(reader);
    if let Some(kind) = kind {
        let file = File::open(path)
            .map_err(|error| Failure::new(&name, error, "use a file that can be read"))?;
        if let Some(animation) = animation::Animation::new(&name, BufReader::new(file), kind)? {
            return Ok(Box::new(animation));
        }
    }
    let count = kind.and_then(|kind| plays::of_file(path, kind)).unwrap_or(1);
    Ok(Box::new(ffmpeg::Ffmpeg::new(name, path, options, count)?))
}

/// A pixel aspect ratio in its usual notation; 1 if it is not known, as for 0:1.
fn pixel_aspect(text: &str, separator: char) -> f32 {
    let ratio = text
        .split_once(separator)
        .and_then(|(width, height)| Some(width.parse::<f32>().ok()? / height.parse::<f32>().ok()?));
    ratio.filter(|ratio| (0.001..=1000.0).contains(ratio)).unwrap_or(1.0)
}

/// A time in seconds as a timestamp.
#[must_use]
pub fn timestamp(seconds: f64) -> Timestamp {
    // Times beyond a hundred years are clamped.
    let nanoseconds = (seconds * 1e9).round().clamp(-3e18, 3e18) as i64;
    Timestamp::from_nanos(nanoseconds).expect("less than 146 years")
}

/// A reader, and the number of bytes it has if that is known.
type Opened = (Box<dyn Read>, Option<u64>);

fn reader(name: &str, path: &Path, is_stdin: bool) -> Result<Opened, Failure> {
    if is_stdin {
        return Ok((Box::new(pipe::Stdin::new()), None));
    }
    let unreadable = |error| Failure::new(name, error, "use a file that can be read");
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Failure::new(name, "it is a folder", "use a file"));
    }
    let length = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), length))
}

/// A valid shape, or what is wrong with it.
fn shape(name: &str, format: Format, width: u32, height: u32) -> Result<Shape, Failure> {
    Shape::new(format, width, height).map_err(|error| match error {
        Error::EmptyFrame => Failure::new(
            name,
            format!("frames of {width}x{height} have no pixels"),
            "use a width and height of at least 1",
        ),
        _ => Failure::new(
            name,
            format!("frames of {width}x{height} do not fit into memory"),
            "check the size",
        ),
    })
}

/// Memory for one frame; an error if there is not enough.
fn frame_memory(name: &str, shape: Shape) -> Result<Vec<u8>, Failure> {
    let mut memory = Vec::new();
    memory.try_reserve_exact(shape.frame_bytes()).map_err(|_| {
        let size = format!("{}x{}", shape.width(), shape.height());
        Failure::new(name, format!("a frame of {size} does not fit into memory"), "check the size")
    })?;
    memory.resize(shape.frame_bytes(), 0);
    Ok(memory)
}

/// Reads one frame and tells whether there was one. Part of a frame is an error.
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
        "the rows before it are valid; check that the file is complete",
    )
}

fn unreadable(name: &str, index: u64, error: &io::Error) -> Failure {
    Failure::new(
        name,
        format!("frame {index} cannot be read: {error}"),
        "the rows before it are valid; check the file and its storage",
    )
}

/// A view of a frame that has just been read completely.
fn contiguous<'a>(name: &str, shape: Shape, data: &'a [u8]) -> Result<Frame<'a>, Failure> {
    Frame::contiguous(shape, data).map_err(|error| Failure::new(name, error, "please report this"))
}
