//! Where frames come from. Each kind of input is one [`Source`]; [`open`] chooses between them.

pub mod animation;
mod canvas;
mod color;
mod container;
pub mod ffmpeg;
pub mod ffmpeg_log;
mod jxl;
#[cfg(feature = "libav")]
mod libav;
mod movie;
pub mod npy;
mod pipe;
pub mod plays;
mod probe;
mod raw;
mod sequence;
mod video;
mod view;
pub mod y4m;

use crate::failure::Failure;
use crate::interrupt::Stop;
pub use color::VideoColor;
use container::Streamed;
use flashinator::{Error, Format, Frame, Shape, Timestamp};
use flashinator_report::settings::timestamp;
use pipe::Stream;
use probe::Probe;
use sequence::Sequence;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use video::{Media, Video};
pub use view::{Background, View};

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

    /// Frames per second, if all are as long.
    fn rate(&self) -> Option<f64> {
        None
    }

    /// Whether the pixels may have alpha.
    fn has_alpha(&self) -> bool {
        false
    }

    /// The title in the metadata.
    fn title(&self) -> Option<String> {
        None
    }

    /// What is worth telling about what was read, such as that other streams were left out.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether the video goes on after the part that was wanted.
    fn goes_on(&self) -> bool {
        false
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
    /// The colours of this frame, if they may differ from those of the source.
    pub color: Option<VideoColor>,
    /// Where the alpha of the pixels is.
    pub alpha: Alpha<'a>,
    /// The fields that the frame is woven of.
    pub fields: Option<Fields>,
}

impl<'a> VideoFrame<'a> {
    /// An opaque frame of the source's colours.
    fn new(frame: Frame<'a>, seconds: f64) -> Self {
        let time = timestamp(seconds);
        Self { frame, seconds, time, duration: None, color: None, alpha: Alpha::None, fields: None }
    }
}

/// Where the alpha of the pixels is.
#[derive(Clone, Copy, Debug)]
pub enum Alpha<'a> {
    /// There is none.
    None,
    /// The fourth byte of each pixel.
    Channel,
    /// A byte for each pixel.
    Plane(&'a [u8]),
}

/// Two pictures in one frame, in its even and odd rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fields {
    /// Whether the even rows are shown first.
    pub top_first: bool,
    /// How much later the second is shown, in seconds.
    pub apart: f64,
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
    /// Which video stream to read, from 0; by default the one that players show.
    pub stream: Option<usize>,
    /// What decodes what this program does not read itself.
    pub decoder: DecoderKind,
    /// Ends the wait for input with an error.
    pub stop: Stop,
}

/// What decodes a video.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecoderKind {
    /// The `ffmpeg` program on the PATH.
    #[cfg_attr(not(feature = "libav"), default)]
    Program,
    /// FFmpeg's libraries inside this program.
    #[cfg(feature = "libav")]
    #[default]
    Library,
}

/// An open input.
pub struct Input {
    /// Its frames.
    pub source: Box<dyn Source>,
    /// The file that it can be read from once more.
    path: PathBuf,
    name: String,
    /// What came through a pipe is kept in a file if it is to be read more than once.
    _kept: Option<NamedTempFile>,
}

impl Input {
    /// Reads the frames once more.
    ///
    /// # Errors
    ///
    /// As [`open`].
    pub fn restart(&mut self, options: &InputOptions) -> Result<(), Failure> {
        self.source = open_file(&self.name, &self.path, options)?;
        Ok(())
    }
}

/// The name of an input in messages.
#[must_use]
pub fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens an input: a file, an address, numbered pictures, or a stream such as standard input or a named pipe.
///
/// # Errors
///
/// A file that cannot be read, or is none of the formats that this program or `ffmpeg` knows.
pub fn open(path: &Path, options: &InputOptions) -> Result<Input, Failure> {
    let name = name(path);
    let unkept = |source| Input { source, path: path.to_owned(), name: name.clone(), _kept: None };
    if let Some(address) = address(path) {
        let media = Media::Address(address.to_owned());
        return Ok(unkept(Box::new(Video::new(name.clone(), media, options, 1)?)));
    }
    if let Some(sequence) = Sequence::find(path) {
        let media = Media::Sequence(sequence);
        return Ok(unkept(Box::new(Video::new(name.clone(), media, options, 1)?)));
    }
    // A link such as /dev/stdin is another file in another program.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_stream = is_stdin(path) || fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir());
    if !is_stream {
        let path = if path.starts_with("/dev") || path.starts_with("/proc") {
            real
        } else {
            path.to_owned()
        };
        let source = open_file(&name, &path, options)?;
        return Ok(Input { source, path, name, _kept: None });
    }
    let mut stream = match is_stdin(path) {
        true => Stream::stdin(options.stop.clone()),
        false => {
            let path = path.to_owned();
            Stream::new(options.stop.clone(), move || File::open(path))
        }
    };
    if let Some(format) = options.raw {
        let (width, height) = options.size.unwrap_or_default();
        let shape = shape(&name, format, width, height)?;
        let raw = raw::Raw::new(name.clone(), Box::new(stream), None, shape, options.fps);
        return Ok(unkept(Box::new(raw)));
    }
    // What is read to see what it is, is handed on.
    let mut begin = Vec::new();
    let read = stream.by_ref().take(BEGIN).read_to_end(&mut begin);
    read.map_err(|error| unreadable(&name, 0, &error))?;
    if begin.is_empty() {
        return Err(Failure::new(&name, "the input is empty", "check how it was made"));
    }
    let must_be_kept = is_kept(&begin);
    let mut whole = Cursor::new(begin.clone()).chain(stream);
    if must_be_kept {
        let kept = keep(&mut whole).map_err(|error| {
            let problem = format!("it cannot be copied to a temporary file: {error}");
            Failure::new(&name, problem, "free some space, or save it to a file and scan that")
        })?;
        let path = kept.path().to_owned();
        let source = open_file(&name, &path, options)?;
        return Ok(Input { source, path, name, _kept: Some(kept) });
    }
    let source: Box<dyn Source> = if begin.starts_with(b"\x93NUMPY") {
        Box::new(npy::open(name.clone(), Box::new(whole), options.fps)?)
    } else if begin.starts_with(b"YUV4MPEG2") {
        let mut line = Vec::new();
        // A header is short. The rest is another's to judge.
        let mut header = whole.by_ref().take(y4m::LONGEST_HEADER);
        while !line.ends_with(b"\n")
            && header.by_ref().take(1).read_to_end(&mut line).is_ok_and(|n| n > 0)
        {}
        let is_known = y4m::is_known(&line);
        let whole = Cursor::new(line).chain(whole);
        match is_known {
            true => Box::new(y4m::Y4m::new(name.clone(), Box::new(whole))?),
            false => {
                let media = Media::Stream(Streamed::new(whole));
                Box::new(Video::new(name.clone(), media, options, 1)?)
            }
        }
    } else {
        Box::new(Video::new(name.clone(), Media::Stream(Streamed::new(whole)), options, 1)?)
    };
    Ok(unkept(source))
}

/// The first bytes of a stream, which tell what it is.
const BEGIN: u64 = 16;

/// The number of video streams in a file or at an address; 0 if there is no decoder to tell it.
#[must_use]
pub fn video_streams(path: &Path, stop: &Stop) -> usize {
    let input = match address(path) {
        Some(address) => OsString::from(address),
        None if path.is_file() => video::file_input(path),
        None => return 0,
    };
    match DecoderKind::default() {
        DecoderKind::Program => Probe::new(&[], &input, None, stop).videos.len(),
        #[cfg(feature = "libav")]
        DecoderKind::Library => libav::video_streams(&input, stop),
    }
}

/// Whether a stream that begins so is read from a file: animations are shown more than once, and of MP4 and AVI the
/// index may be at the end.
fn is_kept(begin: &[u8]) -> bool {
    movie::begins(begin) || begin.starts_with(b"RIFF") || animation::kind(&mut &*begin).is_some()
}

/// Writes a stream to a temporary file.
fn keep(stream: &mut impl Read) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::with_prefix("flashinator-")?;
    io::copy(stream, &mut file)?;
    Ok(file)
}

/// The files that an input is read from: itself, or numbered pictures.
#[must_use]
pub fn files(path: &Path) -> Vec<PathBuf> {
    Sequence::find(path).map_or_else(|| vec![path.to_owned()], |sequence| sequence.files())
}

/// An address that ffmpeg opens.
#[must_use]
pub fn address(path: &Path) -> Option<&str> {
    const SCHEMES: [&str; 10] =
        ["http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "rtp", "tcp"];
    let address = path.to_str()?;
    let (scheme, _) = address.split_once("://")?;
    SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)).then_some(address)
}

fn open_file(name: &str, path: &Path, options: &InputOptions) -> Result<Box<dyn Source>, Failure> {
    let unreadable = |error| Failure::unreadable(name, &error);
    // Even a file for ffmpeg is opened here first, to tell a file that cannot be read from a video that cannot
    // be decoded.
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Failure::new(name, "it is a folder", "use a file"));
    }
    if let Some(format) = options.raw {
        let (width, height) = options.size.unwrap_or_default();
        let shape = shape(name, format, width, height)?;
        let reader = Box::new(BufReader::with_capacity(1 << 16, file));
        let length = Some(metadata.len());
        return Ok(Box::new(raw::Raw::new(name.to_owned(), reader, length, shape, options.fps)));
    }
    if metadata.len() == 0 {
        return Err(Failure::new(name, "the file is empty", "check how it was made"));
    }
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let begin = reader.fill_buf().map_err(unreadable)?.to_vec();
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    if extension == "npy" || begin.starts_with(b"\x93NUMPY") {
        return Ok(Box::new(npy::open(name.to_owned(), Box::new(reader), options.fps)?));
    }
    let is_y4m = begin.starts_with(b"YUV4MPEG2");
    if extension == "y4m" && !is_y4m || is_y4m && y4m::is_known(&begin) {
        return Ok(Box::new(y4m::Y4m::new(name.to_owned(), Box::new(reader))?));
    }
    // Animations are recognized by their first bytes, whatever the name of the file.
    let kind = animation::kind(&mut &*begin);
    if let Some(kind) = kind
        && let Some(animation) = animation::Animation::new(name, reader, kind)?
    {
        return Ok(Box::new(animation));
    }
    let count = kind.and_then(|kind| plays::of_file(path, kind)).unwrap_or(1);
    Ok(Box::new(Video::new(name.to_owned(), Media::File(path.to_owned()), options, count)?))
}

/// A pixel aspect ratio in its usual notation; 1 if it is not known, as for 0:1.
fn pixel_aspect(text: &str, separator: char) -> f32 {
    let ratio = text
        .split_once(separator)
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    ratio.map_or(1.0, |(width, height)| aspect_or_square(width, height))
}

/// A ratio; 1 if it is not one of pixels.
fn aspect_or_square(width: f32, height: f32) -> f32 {
    Some(width / height).filter(|ratio| (0.001..=1000.0).contains(ratio)).unwrap_or(1.0)
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
        "the frames before it are valid; check that the file is complete",
    )
}

fn unreadable(name: &str, index: u64, error: &io::Error) -> Failure {
    Failure::new(
        name,
        format!("frame {index} cannot be read: {error}"),
        "the frames before it are valid; check the file and its storage",
    )
}

/// A view of a frame that has just been read completely.
fn contiguous<'a>(name: &str, shape: Shape, data: &'a [u8]) -> Result<Frame<'a>, Failure> {
    Frame::contiguous(shape, data).map_err(|error| Failure::new(name, error, "please report this"))
}
