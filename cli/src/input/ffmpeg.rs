//! Any other video, decoded by the `ffmpeg` program, as RGB or in the decoder's own planar format.
//!
//! Planar frames come as Y4M if ffmpeg can write them so, and as raw frames otherwise, which costs ffmpeg a copy.
//! Pixels come through its standard output. Size, format and times come from its log: the filter `showinfo` writes
//! a line for every frame before the frame itself is passed on.

use super::pipe::{self, Pipe, PipeItem};
use super::{
    InputOptions, Source, VideoColor, VideoFrame, contiguous, cut_short, pixel_aspect, shape,
    timestamp, unreadable,
};
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

/// A video that ffmpeg decodes.
pub struct Ffmpeg {
    name: String,
    decoder: Child,
    pipe: Option<Pipe>,
    shape: Shape,
    color: VideoColor,
    pixel_aspect: f32,
    duration: Option<f64>,
    /// Where the decoder begins, in seconds. It counts times from there.
    start: f64,
    plays: u32,
    events: Receiver<FfmpegEvent>,
    log_reader: Option<JoinHandle<FfmpegLog>>,
    frame: Vec<u8>,
    /// The time base of the stream, once it is known.
    time_base: Option<(u32, u32)>,
    /// Events of frames that arrived while another event was waited for.
    pending: VecDeque<FrameInfo>,
    index: u64,
    last_seconds: f64,
}

/// What a line of the log says.
#[derive(Debug, PartialEq)]
pub enum FfmpegEvent {
    /// The length of the video in seconds.
    Duration(f64),
    /// The time base: the length of a tick in seconds, as a fraction.
    TimeBase(u32, u32),
    /// A frame.
    Frame(FrameInfo),
    /// The colours of a frame.
    Color(VideoColor),
}

/// What the log says about a frame.
#[derive(Debug, PartialEq)]
pub struct FrameInfo {
    /// Width and height.
    pub size: (u32, u32),
    /// The time in ticks of the time base.
    pub ticks: Option<i64>,
    /// The time in seconds, with six digits.
    pub seconds: Option<f64>,
    /// The width of a pixel divided by its height.
    pub pixel_aspect: f32,
    /// FFmpeg's name of the pixel format.
    pub format: String,
}

/// The rest of the log.
struct FfmpegLog {
    /// The last lines.
    last: String,
    /// The first message that says that the file is damaged.
    damage: Option<String>,
}

/// How long to wait for a frame. The first may take a minute, if ffmpeg has to find its way into the file.
const FRAME_TIMEOUT: Duration = Duration::from_secs(120);

/// Decoder threads per processor. With only one, threads wait for each other while this program leaves part of the
/// processors idle.
const THREADS: usize = 4;

/// FFmpeg warns if there are more threads.
const MAX_THREADS: usize = 16;

/// How long to wait for the colors of the first frame. They follow at once, or never from an ffmpeg that does
/// not log them.
const COLOR_TIMEOUT: Duration = Duration::from_millis(500);

/// How ffmpeg writes frames to its standard output.
#[derive(Clone, Copy, PartialEq)]
enum Container {
    Y4m,
    Raw,
}

impl Ffmpeg {
    /// Starts ffmpeg and waits for the first frame.
    ///
    /// # Errors
    ///
    /// No ffmpeg, or a file without video that it can decode.
    pub fn new(
        name: String,
        path: &Path,
        options: &InputOptions,
        plays: u32,
    ) -> Result<Self, Failure> {
        let container = if options.native { Container::Y4m } else { Container::Raw };
        let mut video = Self::start(name, path, options, container)?;
        video.plays = plays;
        Ok(video)
    }

    fn start(
        name: String,
        path: &Path,
        options: &InputOptions,
        container: Container,
    ) -> Result<Self, Failure> {
        let started = pipe::start(command(path, options, container));
        let (mut decoder, pixels) = started.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Failure::new(
                &name,
                "ffmpeg is needed to decode it, and is not on the PATH",
                "install ffmpeg, or pipe Y4M into flashinator with - as the input",
            ),
            _ => Failure::new(
                &name,
                format!("ffmpeg cannot be started: {error}"),
                "check the ffmpeg on your PATH, or pipe Y4M into flashinator with - as the input",
            ),
        })?;
        let Some(log) = decoder.stderr.take() else {
            return Err(Failure::new(&name, "ffmpeg has no log", "please report this"));
        };
        let (send, events) = channel();
        let log_reader = std::thread::spawn(move || {
            read_log(log, |event| {
                // Nobody receives any more when the program is about to end.
                let _ = send.send(event);
            })
        });
        let mut video = Self {
            shape: shape(&name, Format::Rgb24, 1, 1)?,
            color: VideoColor::default(),
            pixel_aspect: 1.0,
            duration: None,
            start: options.start,
            plays: 1,
            name,
            decoder,
            pipe: None,
            events,
            log_reader: Some(log_reader),
            frame: Vec::new(),
            time_base: None,
            pending: VecDeque::new(),
            index: 0,
            last_seconds: options.start,
        };
        let Some(first) = video.next_info()? else {
            return Err(video.finish().err().unwrap_or_else(|| {
                Failure::new(&video.name, "it has no video frames", "use a video")
            }));
        };
        // The log names the decoder's format. The conversion to RGB comes after it.
        let format_name = if options.native { &first.format } else { Format::Rgb24.name() };
        let (format, is_full_range) = format_named(format_name).ok_or_else(|| {
            let problem = format!("ffmpeg sends pixels of an unknown format, {}", first.format);
            Failure::new(&video.name, problem, "please report this")
        })?;
        if container == Container::Y4m && !can_be_y4m(format) {
            return Self::start(std::mem::take(&mut video.name), path, options, Container::Raw);
        }
        match video.events.recv_timeout(COLOR_TIMEOUT) {
            Ok(FfmpegEvent::Color(color)) => video.color = color,
            Ok(FfmpegEvent::Frame(second)) => video.pending.push_back(second),
            _ => {}
        }
        if is_full_range {
            video.color.range = Some(Range::Full);
        }
        video.shape = shape(&video.name, format, first.size.0, first.size.1)?;
        video.pixel_aspect = first.pixel_aspect;
        let bytes = video.shape.frame_bytes();
        video.pipe = Some(match container {
            Container::Y4m => Pipe::new(Y4mPayload::new(pixels, bytes), bytes),
            Container::Raw => Pipe::new(pixels, bytes),
        });
        video.pending.push_front(first);
        video.duration = video.duration.map(|total| {
            let rest = (total - options.start).max(0.0);
            options.duration.map_or(rest, |duration| duration.min(rest))
        });
        Ok(video)
    }

    /// What the log says about the next frame; `None` at its end. The line of a frame comes before its pixels.
    fn next_info(&mut self) -> Result<Option<FrameInfo>, Failure> {
        if let Some(info) = self.pending.pop_front() {
            return Ok(Some(info));
        }
        loop {
            let event = pipe::receive(&self.events, FRAME_TIMEOUT);
            match event.map_err(|error| self.give_up(&error))? {
                None => return Ok(None),
                Some(FfmpegEvent::Frame(info)) => return Ok(Some(info)),
                Some(FfmpegEvent::TimeBase(numerator, denominator)) => {
                    self.time_base = Some((numerator, denominator));
                }
                Some(FfmpegEvent::Duration(seconds)) => self.duration = Some(seconds),
                Some(FfmpegEvent::Color(_)) => {}
            }
        }
    }

    /// Ends a decoder that does not end by itself.
    fn give_up(&mut self, error: &io::Error) -> Failure {
        let _ = self.decoder.kill();
        unreadable(&self.name, self.index, error)
    }

    /// Waits for the decoder to exit. An error if it failed, with its own message, or if the file is damaged.
    fn finish(&mut self) -> Result<(), Failure> {
        let log = self.log_reader.take().and_then(|reader| reader.join().ok());
        let status = self.decoder.wait().map_err(|error| {
            Failure::new(&self.name, format!("ffmpeg cannot be waited for: {error}"), "try again")
        })?;
        let kept = if self.index > 1 { "the frames before it are valid; " } else { "" };
        let (last, damage) = log.map_or((String::new(), None), |log| (log.last, log.damage));
        if status.success() {
            return damage.map_or(Ok(()), |damage| {
                Err(Failure::new(
                    &self.name,
                    format!("the file is damaged or cut short: {damage}"),
                    format!("{kept}check that the file is complete"),
                ))
            });
        }
        Err(Failure::new(
            &self.name,
            match last.is_empty() {
                true => format!("ffmpeg failed: {status}"),
                false => format!("ffmpeg failed: {last}"),
            },
            format!("{kept}use a video that ffmpeg can decode"),
        ))
    }
}

/// The ffmpeg command line.
fn command(path: &Path, options: &InputOptions, container: Container) -> Command {
    let mut input = OsString::from("file:");
    input.push(path);
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"]);
    if options.start > 0.0 {
        command.args(["-ss", &options.start.to_string()]);
    }
    if let Some(duration) = options.duration {
        command.args(["-t", &duration.to_string()]);
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.saturating_mul(THREADS).min(MAX_THREADS);
    command.args(["-threads", &threads.to_string()]);
    command.arg("-i").arg(input).args(["-map", "0:V:0", "-fps_mode", "passthrough"]);
    if options.native {
        // Formats that the library does not take are converted to the nearest that it does.
        let mut names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        // FFmpeg has no yv12, and no p012le before version 6.
        names.retain(|name| !["yv12", "p012le"].contains(name));
        names.extend(FULL_RANGE.iter().map(|(name, _)| *name));
        let filter = format!("format=pix_fmts={},showinfo=checksum=0", names.join("|"));
        command.args(["-vf", &filter]);
    } else {
        command.args(["-vf", "showinfo=checksum=0", "-pix_fmt", "rgb24"]);
    }
    let muxer = match container {
        Container::Y4m => "yuv4mpegpipe",
        Container::Raw => "rawvideo",
    };
    command.args(["-f", muxer, "pipe:1"]);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    // An interrupt of this program must not end the decoder first.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// FFmpeg's formats whose name implies full range.
const FULL_RANGE: [(&str, Format); 3] =
    [("yuvj420p", Format::I420), ("yuvj422p", Format::I422), ("yuvj444p", Format::I444)];

/// The format of this name, and whether the name implies full range.
fn format_named(name: &str) -> Option<(Format, bool)> {
    if let Some((_, format)) = FULL_RANGE.iter().find(|(full, _)| *full == name) {
        return Some((*format, true));
    }
    let format = Format::ALL.into_iter().find(|format| format.name() == name)?;
    Some((format, false))
}

/// Whether ffmpeg writes this format as Y4M without loss. With more than 8 bits it drops a byte of odd widths.
fn can_be_y4m(format: Format) -> bool {
    matches!(format, Format::Gray8 | Format::I420 | Format::I422 | Format::I444)
}

/// The pixels of a Y4M stream: everything but its header lines.
struct Y4mPayload<R> {
    reader: R,
    frame_bytes: usize,
    /// Bytes left of the current frame.
    left: usize,
    /// Header lines before the next frame. The first frame has two: that of the stream and its own.
    header_lines: usize,
}

impl<R: Read> Y4mPayload<R> {
    fn new(reader: R, frame_bytes: usize) -> Self {
        Self { reader, frame_bytes, left: 0, header_lines: 2 }
    }

    /// Reads to the end of a line and tells whether there was one.
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

impl<R: Read> Read for Y4mPayload<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            while self.header_lines > 0 {
                if !self.skip_line()? {
                    return Ok(0);
                }
                self.header_lines -= 1;
            }
            (self.left, self.header_lines) = (self.frame_bytes, 1);
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

    fn color(&self) -> VideoColor {
        self.color.clone()
    }

    fn pixel_aspect(&self) -> f32 {
        self.pixel_aspect
    }

    fn plays(&self) -> u32 {
        self.plays
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn duration(&self) -> Option<f64> {
        self.duration
    }

    fn next(&mut self) -> Result<Option<VideoFrame<'_>>, Failure> {
        let Some(pipe) = &self.pipe else { return Ok(None) };
        let index = self.index;
        match pipe.next(FRAME_TIMEOUT) {
            None => return self.finish().map(|()| None),
            Some(PipeItem::Frame(frame)) => pipe.recycle(std::mem::replace(&mut self.frame, frame)),
            // The decoder's own message says more than that a frame is cut short.
            Some(PipeItem::CutShort) => {
                return Err(self.finish().err().unwrap_or_else(|| cut_short(&self.name, index)));
            }
            Some(PipeItem::Error(error)) => return Err(self.give_up(&error)),
        }
        let mut when = None;
        if let Some(info) = self.next_info()? {
            if index > 0 && info.size != (self.shape.width(), self.shape.height()) {
                let (width, height) = info.size;
                return Err(Failure::new(
                    &self.name,
                    format!("the size changes to {width}x{height} at frame {index}"),
                    "the frames before it are valid; scan the parts of each size separately",
                ));
            }
            when = match (info.ticks, self.time_base) {
                (Some(ticks), Some((numerator, denominator))) => {
                    let seconds = ticks as f64 * f64::from(numerator) / f64::from(denominator);
                    let time = Timestamp::from_ticks(ticks, numerator, denominator).ok();
                    time.map(|time| (self.start + seconds, time))
                }
                _ => info.seconds.map(|seconds| (seconds, timestamp(seconds))),
            };
        }
        // A frame without a time is shown together with the one before it.
        let (seconds, time) = when.unwrap_or((self.last_seconds, timestamp(self.last_seconds)));
        self.last_seconds = seconds;
        self.index += 1;
        let frame = contiguous(&self.name, self.shape, &self.frame)?;
        Ok(Some(VideoFrame { frame, seconds, time, duration: None }))
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        // It may still be running, for example if the rows could not be written. If not, both calls do nothing.
        let _ = self.decoder.kill();
        let _ = self.decoder.wait();
    }
}

/// Longer lines of the log are cut, so that it takes little memory whatever it says.
const MAX_LINE: u64 = 1 << 16;

/// Sends the events of the log, and returns the rest of it.
fn read_log(log: ChildStderr, send: impl Fn(FfmpegEvent)) -> FfmpegLog {
    // The reasons come one after the other. The last lines only sum them up.
    let mut last = VecDeque::new();
    let mut damage = None;
    let mut log = BufReader::new(log);
    let mut bytes = Vec::new();
    while matches!(log.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes), Ok(read) if read > 0)
    {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        bytes.clear();
        let line = text.trim_end();
        if let Some(event) = parse_line(line) {
            send(event);
        } else if !is_showinfo(line) && !line.is_empty() {
            if damage.is_none() && is_damage(line) {
                damage = Some(line.to_owned());
            }
            last.push_back(line.trim().to_owned());
            if last.len() > 2 {
                last.pop_front();
            }
        }
    }
    FfmpegLog { last: Vec::from(last).join(" / "), damage }
}

/// Messages about a damaged file after which ffmpeg goes on to its end.
const DAMAGE: [&str; 6] = [
    "partial file",
    "error while decoding",
    "Invalid data found",
    "Packet corrupt",
    "concealing",
    "truncat",
];

/// Whether a line says that the file is damaged. Names and titles of files come on lines of another form: they
/// are indented, or begin with `Input #` and the like.
fn is_damage(line: &str) -> bool {
    let message = match line.strip_prefix('[') {
        Some(rest) => rest.split_once("] ").map_or("", |(_, message)| message),
        None if line.starts_with("Error") => line,
        None => "",
    };
    DAMAGE.iter().any(|words| message.contains(words))
}

/// Whether a line comes from the filter `showinfo`, and not from a name or title with this word in it.
fn is_showinfo(line: &str) -> bool {
    ["[Parsed_showinfo_", "[showinfo"].iter().any(|prefix| line.starts_with(prefix))
}

/// The event of a line of the log, if it is one of those that matter.
#[must_use]
pub fn parse_line(line: &str) -> Option<FfmpegEvent> {
    if let Some(duration) = line.strip_prefix("  Duration: ") {
        let mut parts = duration.split(',').next()?.split(':');
        let mut part = || parts.next()?.trim().parse::<f64>().ok();
        return Some(FfmpegEvent::Duration((part()? * 60.0 + part()?) * 60.0 + part()?));
    }
    if !is_showinfo(line) {
        return None;
    }
    let (_, fields) = line.split_once(']')?;
    if let Some((_, time_base)) = fields.split_once("config in time_base: ") {
        let (numerator, rest) = time_base.split_once('/')?;
        let denominator = rest.split(',').next()?;
        return Some(FfmpegEvent::TimeBase(
            numerator.parse().ok()?,
            denominator.trim().parse().ok()?,
        ));
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
            Some("bt709" | "smpte240m") => Some(Matrix::Bt709),
            Some("bt470bg" | "smpte170m" | "fcc") => Some(Matrix::Bt601),
            Some("bt2020nc" | "bt2020c") => Some(Matrix::Bt2020),
            _ => None,
        };
        let named = |name| field(name).filter(|&value| value != "unknown").map(str::to_owned);
        let (transfer, primaries) = (named("color_trc:"), named("color_primaries:"));
        return Some(FfmpegEvent::Color(VideoColor { matrix, range, transfer, primaries }));
    }
    let (width, height) = field(" s:")?.split_once('x')?;
    Some(FfmpegEvent::Frame(FrameInfo {
        size: (width.parse().ok()?, height.parse().ok()?),
        ticks: field(" pts:").and_then(|ticks| ticks.parse().ok()),
        seconds: field(" pts_time:").and_then(|seconds| seconds.parse().ok()),
        pixel_aspect: field(" sar:").map_or(1.0, |ratio| pixel_aspect(ratio, '/')),
        format: field(" fmt:")?.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_the_headers_of_y4m() {
        let file = b"YUV4MPEG2 W2 H1\nFRAME\nabFRAME\n\nFFRAME\nx";
        let read = |length: usize| {
            let mut pixels = Vec::new();
            Y4mPayload::new(&file[..length], 2).read_to_end(&mut pixels).unwrap();
            String::from_utf8(pixels).unwrap()
        };
        assert_eq!(read(file.len()), "ab\nFx");
        assert_eq!([read(0), read(9), read(20), read(23), read(26)], ["", "", "", "a", "ab"]);
    }

    #[test]
    fn parses_the_lines_of_showinfo() {
        let line = "[Parsed_showinfo_0 @ 0x5] n:   1 pts:    512 pts_time:0.04    duration:    512 \
                    fmt:yuv420p cl:left sar:64/45 s:640x360 i:P iskey:0 type:P";
        let info = FrameInfo {
            size: (640, 360),
            ticks: Some(512),
            seconds: Some(0.04),
            pixel_aspect: 64.0 / 45.0,
            format: "yuv420p".into(),
        };
        assert_eq!(parse_line(line), Some(FfmpegEvent::Frame(info)));
        let untimed = "[showinfo @ 0] n: 0 pts:NOPTS pts_time:NOPTS fmt:gray s:8x8 i:P";
        let info = FrameInfo {
            size: (8, 8),
            ticks: None,
            seconds: None,
            pixel_aspect: 1.0,
            format: "gray".into(),
        };
        assert_eq!(parse_line(untimed), Some(FfmpegEvent::Frame(info)));
        let config = "[Parsed_showinfo_1 @ 0x5] config in time_base: 1/12800, frame_rate: 25/1";
        assert_eq!(parse_line(config), Some(FfmpegEvent::TimeBase(1, 12_800)));
        assert_eq!(parse_line("[Parsed_showinfo_0 @ 0x5] config out time_base: 0/0"), None);
        let color = "[showinfo @ 0] color_range:pc color_space:bt709 color_primaries:unknown \
                     color_trc:smpte2084";
        let expected = VideoColor {
            matrix: Some(Matrix::Bt709),
            range: Some(Range::Full),
            transfer: Some("smpte2084".into()),
            primaries: None,
        };
        assert_eq!(parse_line(color), Some(FfmpegEvent::Color(expected)));
        let duration = parse_line("  Duration: 01:02:03.50, start: 0.0");
        assert_eq!(duration, Some(FfmpegEvent::Duration(3723.5)));
        assert_eq!(parse_line("  Duration: N/A, start: 0.0"), None);
    }

    #[test]
    fn names_and_titles_are_no_messages() {
        for line in [
            "Input #0, mov, from 'file:showinfo s:3x3 fmt:gray truncated.mp4':",
            "    title           : [showinfo @ 0] s:3x3 fmt:gray",
            "    title           : [h264 @ 0x5] error while decoding",
            "    title           : Duration: 01:02:03.50, start: 0.0",
        ] {
            assert_eq!(parse_line(line), None, "{line}");
            assert!(!is_damage(line), "{line}");
        }
        assert!(is_damage("[mov,mp4,m4a @ 0x5] stream 0, offset 0x30: partial file"));
        assert!(is_damage("Error while decoding stream #0:0: Invalid data found"));
    }
}
