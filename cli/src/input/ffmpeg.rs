//! Any other video, decoded by the `ffmpeg` program into RGB, or into the planes that its decoder makes.
//!
//! Planes come as Y4M where that has a name for them, and as raw frames else: those ffmpeg first copies together.
//! Pixels come through its output. Size, format and times come with its messages: the filter `showinfo` writes
//! lines for every frame before the frame is handed on.

use super::pipe::{self, Piece, Pipe};
use super::{Picture, Reading, Source, at, cut_short, shape, unreadable, view};
use crate::failure::Failure;
use flashinator::{Format, Matrix, Range, Shape, Timestamp};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A video that is being decoded.
pub struct Ffmpeg {
    name: String,
    decoder: Child,
    pixels: Option<Pipe>,
    shape: Shape,
    range: Range,
    matrix: Matrix,
    duration: Option<f64>,
    /// Where the decoder begins, in seconds.
    start: f64,
    told: Receiver<Told>,
    listener: Option<JoinHandle<Said>>,
    frame: Vec<u8>,
    /// The length of a tick of the stream, where that is told.
    tick: Option<(u32, u32)>,
    /// What was told of frames before they were asked for.
    early: VecDeque<Shown>,
    /// Ticks that the first frame was shown at: times are counted from it.
    origin: Option<i64>,
    index: u64,
    last_time: f64,
}

/// What the decoder says.
#[derive(Debug, PartialEq)]
enum Told {
    /// How long the video is, in seconds.
    Duration(f64),
    /// How long a tick is, in seconds.
    Tick(u32, u32),
    /// A frame.
    Shown(Shown),
    /// Its range and its matrix.
    Colours(Option<Range>, Matrix),
}

#[derive(Debug, PartialEq)]
struct Shown {
    size: (u32, u32),
    ticks: Option<i64>,
    /// The time in seconds, to six digits.
    seconds: Option<f64>,
    format: String,
}

/// What else it said.
struct Said {
    last: String,
    /// The first message that the file is damaged.
    damage: Option<String>,
}

/// How long to wait for word of a frame: of the first, until the decoder has found its way into the file.
const LONGEST: Duration = Duration::from_secs(60);

/// Threads that decode, for each processor: with as many as there are processors some of them would wait for
/// each other while this program does not keep all of those busy.
const THREADS: usize = 4;

/// The most threads: above this FFmpeg warns.
const MOST_THREADS: usize = 16;

/// How long to wait for the colours of the first frame, which follow at once or, from an ffmpeg that does
/// not tell them, never.
const PATIENCE: Duration = Duration::from_millis(500);

/// How frames are written one after the other.
#[derive(Clone, Copy, PartialEq)]
enum Packing {
    Y4m,
    Raw,
}

impl Ffmpeg {
    pub fn new(name: String, path: &Path, how: &Reading) -> Result<Self, Failure> {
        let packing = if how.native { Packing::Y4m } else { Packing::Raw };
        Self::begin(name, path, how, packing)
    }

    fn begin(name: String, path: &Path, how: &Reading, packing: Packing) -> Result<Self, Failure> {
        let started = pipe::start(command(path, how, packing));
        let (mut decoder, pixels) = started.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::new(
                &name,
                "decoding it takes ffmpeg, which is not on the PATH",
                "install ffmpeg, or pipe Y4M into flashinator with - as the input",
            ),
            _ => Failure::new(
                &name,
                format!("ffmpeg cannot be started: {error}"),
                "check the ffmpeg on your PATH, or pipe Y4M into flashinator with - as the input",
            ),
        })?;
        let Some(messages) = decoder.stderr.take() else {
            return Err(Failure::new(&name, "ffmpeg says nothing", "please report this"));
        };
        let (tell, told) = channel();
        let listener = std::thread::spawn(move || {
            listen(messages, |what| {
                // Nobody listens any more when the program is about to end.
                let _ = tell.send(what);
            })
        });
        let mut video = Self {
            shape: shape(&name, Format::Rgb24, 1, 1)?,
            range: Range::Limited,
            matrix: Matrix::Bt601,
            duration: None,
            start: how.start,
            name,
            decoder,
            pixels: None,
            told,
            listener: Some(listener),
            frame: Vec::new(),
            tick: None,
            early: VecDeque::new(),
            origin: None,
            index: 0,
            last_time: how.start,
        };
        // No word of a frame means that there is none, and that the decoder is at its end.
        let Some(first) = video.shown() else {
            return Err(video.end().err().unwrap_or_else(|| {
                Failure::new(&video.name, "it has no video frames", "give a video")
            }));
        };
        // What is told is what the decoder makes; as RGB it is handed over only behind that.
        let named = if how.native { &first.format } else { Format::Rgb24.name() };
        let (format, full) = known(named).ok_or_else(|| {
            let what = format!("ffmpeg hands over pixels of an unknown format, {}", first.format);
            Failure::new(&video.name, what, "please report this")
        })?;
        if packing == Packing::Y4m && !has_y4m(format) {
            return Self::begin(std::mem::take(&mut video.name), path, how, Packing::Raw);
        }
        match video.told.recv_timeout(PATIENCE) {
            Ok(Told::Colours(range, matrix)) => {
                video.range = range.unwrap_or(Range::Limited);
                video.matrix = matrix;
            }
            Ok(Told::Shown(second)) => video.early.push_back(second),
            _ => {}
        }
        if full || !format.is_yuv() {
            video.range = Range::Full;
        }
        video.shape = shape(&video.name, format, first.size.0, first.size.1)?;
        let bytes = video.shape.frame_bytes();
        video.pixels = Some(match packing {
            Packing::Y4m => Pipe::new(Bare::new(pixels, bytes), bytes),
            Packing::Raw => Pipe::new(pixels, bytes),
        });
        video.early.push_front(first);
        video.duration = video.duration.map(|all| {
            let rest = (all - how.start).max(0.0);
            how.duration.map_or(rest, |duration| duration.min(rest))
        });
        Ok(video)
    }

    /// What is told of the next frame; nothing where there is none, or it is not told of: a frame that has
    /// come has been told of before.
    fn shown(&mut self) -> Option<Shown> {
        if let Some(shown) = self.early.pop_front() {
            return Some(shown);
        }
        loop {
            match self.told.recv_timeout(LONGEST).ok()? {
                Told::Shown(shown) => return Some(shown),
                Told::Tick(numerator, denominator) => self.tick = Some((numerator, denominator)),
                Told::Duration(seconds) => self.duration = Some(seconds),
                Told::Colours(..) => {}
            }
        }
    }

    /// Waits for the decoder; says what it said if it failed.
    fn end(&mut self) -> Result<(), Failure> {
        let said = self.listener.take().and_then(|listener| listener.join().ok());
        let status = self.decoder.wait().map_err(|error| {
            Failure::new(&self.name, format!("ffmpeg is lost: {error}"), "try again")
        })?;
        let kept = if self.index > 1 { "what was found before stands; " } else { "" };
        let (last, damage) = said.map_or((String::new(), None), |said| (said.last, said.damage));
        if status.success() {
            return damage.map_or(Ok(()), |damage| {
                Err(Failure::new(
                    &self.name,
                    format!("the file is damaged or cut short: {damage}"),
                    format!("{kept}check that the file is whole"),
                ))
            });
        }
        Err(Failure::new(
            &self.name,
            match last.is_empty() {
                true => format!("ffmpeg failed: {status}"),
                false => format!("ffmpeg failed: {last}"),
            },
            format!("{kept}give a video that ffmpeg can decode"),
        ))
    }
}

/// The program and what it is to do.
fn command(path: &Path, how: &Reading, packing: Packing) -> Command {
    let mut input = OsString::from("file:");
    input.push(path);
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"]);
    if how.start > 0.0 {
        command.args(["-ss", &how.start.to_string()]);
    }
    if let Some(duration) = how.duration {
        command.args(["-t", &duration.to_string()]);
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.saturating_mul(THREADS).min(MOST_THREADS);
    command.args(["-threads", &threads.to_string()]);
    command.arg("-i").arg(input).args(["-map", "0:V:0", "-fps_mode", "passthrough"]);
    if how.native {
        // What the library does not take ffmpeg turns into what is nearest.
        let mut names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        // It has no name for the one, and before version 6 none for the other.
        names.retain(|name| !["yv12", "p012le"].contains(name));
        names.extend(FULL.iter().map(|(name, _)| *name));
        let filter = format!("format=pix_fmts={},showinfo=checksum=0", names.join("|"));
        command.args(["-vf", &filter]);
    } else {
        command.args(["-vf", "showinfo=checksum=0", "-pix_fmt", "rgb24"]);
    }
    let container = match packing {
        Packing::Y4m => "yuv4mpegpipe",
        Packing::Raw => "rawvideo",
    };
    command.args(["-f", container, "pipe:1"]);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    // What interrupts this program is not to end the decoder first.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Formats that are of full range by their names.
const FULL: [(&str, Format); 3] =
    [("yuvj420p", Format::I420), ("yuvj422p", Format::I422), ("yuvj444p", Format::I444)];

/// The format that ffmpeg has a name for, and whether it is of full range.
fn known(name: &str) -> Option<(Format, bool)> {
    let full = FULL.iter().find(|(full, _)| *full == name);
    let usual = || Format::ALL.into_iter().find(|format| format.name() == name);
    full.map(|(_, format)| (*format, true)).or_else(|| usual().map(|format| (format, false)))
}

/// Whether ffmpeg writes a format as Y4M, whole. (Of more than 8 bits it leaves a byte away where width is odd.)
fn has_y4m(format: Format) -> bool {
    matches!(format, Format::Gray8 | Format::I420 | Format::I422 | Format::I444)
}

/// Frames of Y4M without the lines that stand before them.
struct Bare<R> {
    reader: R,
    /// Bytes of a frame, and what is left of the one that is being read.
    frame: usize,
    left: usize,
    /// Lines before the next frame: before the first there is that of the whole.
    lines: usize,
}

impl<R: Read> Bare<R> {
    fn new(reader: R, frame: usize) -> Self {
        Self { reader, frame, left: 0, lines: 2 }
    }

    /// Reads to the end of a line; says whether there is one.
    fn skip_line(&mut self) -> io::Result<bool> {
        let mut byte = [0];
        while self.reader.read(&mut byte)? > 0 {
            if byte == *b"\n" {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<R: Read> Read for Bare<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            while self.lines > 0 {
                if !self.skip_line()? {
                    return Ok(0);
                }
                self.lines -= 1;
            }
            (self.left, self.lines) = (self.frame, 1);
        }
        let wanted = to.len().min(self.left);
        let read = self.reader.read(&mut to[..wanted])?;
        self.left -= read;
        Ok(read)
    }
}

impl Source for Ffmpeg {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn range(&self) -> Range {
        self.range
    }

    fn matrix(&self) -> Matrix {
        self.matrix
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn duration(&self) -> Option<f64> {
        self.duration
    }

    fn next(&mut self) -> Result<Option<Picture<'_>>, Failure> {
        let Some(pipe) = &self.pixels else { return Ok(None) };
        let index = self.index;
        match pipe.next() {
            None => return self.end().map(|()| None),
            Some(Piece::Frame(frame)) => pipe.give_back(std::mem::replace(&mut self.frame, frame)),
            // The decoder's own words say more than that a frame is cut short.
            Some(Piece::Cut) => {
                return Err(self.end().err().unwrap_or_else(|| cut_short(&self.name, index)));
            }
            Some(Piece::Error(error)) => {
                let failure = unreadable(&self.name, index, &error);
                return Err(self.end().err().unwrap_or(failure));
            }
        }
        let shown = self.shown();
        let mut stamp = None;
        if let Some(shown) = shown {
            let size = (self.shape.width(), self.shape.height());
            if index > 0 && shown.size != size {
                return Err(Failure::new(
                    &self.name,
                    format!("frame {index} is of another size, {}x{}", shown.size.0, shown.size.1),
                    "what was found before it stands; scan the parts of each size on their own",
                ));
            }
            stamp = match (shown.ticks, self.tick) {
                (Some(ticks), Some((numerator, denominator))) => {
                    let ticks = ticks - *self.origin.get_or_insert(ticks);
                    let seconds = ticks as f64 * f64::from(numerator) / f64::from(denominator);
                    let stamp = Timestamp::from_ticks(ticks, numerator, denominator).ok();
                    stamp.map(|stamp| (self.start + seconds, stamp))
                }
                _ => shown.seconds.map(|seconds| (seconds, at(seconds))),
            };
        }
        // A frame without a time of its own is shown when the one before it is.
        let (time, stamp) = stamp.unwrap_or((self.last_time, at(self.last_time)));
        self.last_time = time;
        self.index += 1;
        let frame = view(&self.name, self.shape, &self.frame)?;
        Ok(Some(Picture { frame, time, stamp, lasts: None }))
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        // It may be at work still, where the rows could not be written. If it has ended, all is well.
        let _ = self.decoder.kill();
        let _ = self.decoder.wait();
    }
}

/// Tells of every frame that the decoder names; gives its other messages.
fn listen(messages: ChildStderr, tell: impl Fn(Told)) -> Said {
    // Reasons come one below the other; the last lines only sum up.
    let mut others = VecDeque::new();
    let mut damage = None;
    let mut messages = BufReader::new(messages);
    let mut line = Vec::new();
    while matches!(messages.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        line.clear();
        if let Some(told) = told(&text) {
            tell(told);
        } else if !text.contains("showinfo") && !text.is_empty() {
            if damage.is_none() && DAMAGE.iter().any(|words| text.contains(words)) {
                damage = Some(text.clone());
            }
            others.push_back(text);
            if others.len() > 2 {
                others.pop_front();
            }
        }
    }
    Said { last: Vec::from(others).join(" / "), damage }
}

/// What ffmpeg says of a damaged file, though it goes on to its end.
const DAMAGE: [&str; 6] = [
    "partial file",
    "error while decoding",
    "Invalid data found",
    "Packet corrupt",
    "concealing",
    "truncat",
];

/// What a line says, if it is one of those that matter.
fn told(line: &str) -> Option<Told> {
    if let Some(duration) = line.strip_prefix("Duration: ") {
        let mut parts = duration.split(',').next()?.split(':');
        let mut part = || parts.next()?.trim().parse::<f64>().ok();
        return Some(Told::Duration((part()? * 60.0 + part()?) * 60.0 + part()?));
    }
    let (_, fields) = line.split_once("showinfo")?;
    if let Some((_, tick)) = fields.split_once("config in time_base: ") {
        let (numerator, rest) = tick.split_once('/')?;
        let denominator = rest.split(',').next()?;
        return Some(Told::Tick(numerator.parse().ok()?, denominator.trim().parse().ok()?));
    }
    let field = |name: &str| {
        let (_, after) = fields.split_once(name)?;
        after.split_whitespace().next()
    };
    if let Some(range) = field("color_range:") {
        let range = match range {
            "pc" => Some(Range::Full),
            "tv" => Some(Range::Limited),
            _ => None,
        };
        let matrix = match field("color_space:") {
            Some("bt709" | "smpte240m") => Matrix::Bt709,
            Some("bt2020nc" | "bt2020c") => Matrix::Bt2020,
            // FFmpeg's own choice where a stream names none.
            _ => Matrix::Bt601,
        };
        return Some(Told::Colours(range, matrix));
    }
    let (width, height) = field(" s:")?.split_once('x')?;
    Some(Told::Shown(Shown {
        size: (width.parse().ok()?, height.parse().ok()?),
        ticks: field(" pts:").and_then(|ticks| ticks.parse().ok()),
        seconds: field(" pts_time:").and_then(|seconds| seconds.parse().ok()),
        format: field(" fmt:")?.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn y4m_is_bared() {
        let file = b"YUV4MPEG2 W2 H1\nFRAME\nabFRAME\n\nFFRAME\nx";
        let read = |length: usize| {
            let mut found = Vec::new();
            Bare::new(&file[..length], 2).read_to_end(&mut found).unwrap();
            String::from_utf8(found).unwrap()
        };
        assert_eq!(read(file.len()), "ab\nFx");
        assert_eq!([read(0), read(9), read(20), read(23), read(26)], ["", "", "", "a", "ab"]);
    }

    #[test]
    fn lines_of_ffmpeg() {
        let line = "[Parsed_showinfo_0 @ 0x5] n:   1 pts:    512 pts_time:0.04    duration:    512 \
                    fmt:yuv420p cl:left sar:1/1 s:640x360 i:P iskey:0 type:P";
        let shown = Shown {
            size: (640, 360),
            ticks: Some(512),
            seconds: Some(0.04),
            format: "yuv420p".into(),
        };
        assert_eq!(told(line), Some(Told::Shown(shown)));
        let timeless = "[showinfo @ 0] n: 0 pts:NOPTS pts_time:NOPTS fmt:gray s:8x8 i:P";
        let shown = Shown { size: (8, 8), ticks: None, seconds: None, format: "gray".into() };
        assert_eq!(told(timeless), Some(Told::Shown(shown)));
        let config = "[Parsed_showinfo_1 @ 0x5] config in time_base: 1/12800, frame_rate: 25/1";
        assert_eq!(told(config), Some(Told::Tick(1, 12_800)));
        assert_eq!(told("[Parsed_showinfo_0 @ 0x5] config out time_base: 0/0"), None);
        let colours = "[showinfo @ 0] color_range:pc color_space:bt709 color_primaries:unknown";
        assert_eq!(told(colours), Some(Told::Colours(Some(Range::Full), Matrix::Bt709)));
        assert_eq!(told("Duration: 01:02:03.50, start: 0.0"), Some(Told::Duration(3723.5)));
        assert_eq!(told("Duration: N/A, start: 0.0"), None);
        assert_eq!(told("Input #0, mov, from 'a s:3x3.mp4':"), None);
    }
}
