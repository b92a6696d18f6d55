//! Any other video, decoded by the `ffmpeg` program, as RGB or in the decoder's own planar format.
//!
//! Planar frames come as Y4M if ffmpeg can write them so, and as raw frames otherwise, which costs ffmpeg a copy.
//! Pixels come through its standard output. Size, format and times come from its log: the filter `showinfo` writes
//! a line for every frame before the frame itself is passed on.

use super::ffmpeg_log::{FfmpegEvent, FfmpegLog, FrameInfo};
use super::pipe::{self, Pipe, PipeItem};
use super::probe::{Probe, VideoStream};
use super::sequence::Sequence;
use super::{
    Alpha, Fields, InputOptions, Source, VideoColor, VideoFrame, container, contiguous, cut_short,
    jxl, shape, timestamp, unreadable,
};
use crate::failure::Failure;
use flashinator::{Format, Range, Shape, Timestamp};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, TrySendError, channel, sync_channel};
use std::time::Duration;

/// What ffmpeg reads.
pub enum Media {
    /// A file.
    File(PathBuf),
    /// An address that ffmpeg opens, such as `https://...`.
    Address(String),
    /// Pictures in files with numbers.
    Sequence(Sequence),
    /// A stream that cannot be read twice.
    Stream(Box<dyn Read + Send>),
}

/// A video that ffmpeg decodes.
pub struct Ffmpeg {
    name: String,
    media: Media,
    probe: Probe,
    /// Which of the video streams.
    stream: usize,
    decoder: Child,
    pipe: Option<Pipe>,
    shape: Shape,
    /// Whether the pixels have alpha, in a fourth channel or in a plane behind the others.
    has_alpha: bool,
    color: VideoColor,
    pixel_aspect: f32,
    duration: Option<f64>,
    /// The time of the decoder's 0 in seconds.
    base: f64,
    /// Whether only a part of the video is wanted.
    is_part: bool,
    plays: u32,
    events: Receiver<FfmpegEvent>,
    log: Receiver<FfmpegLog>,
    frame: Vec<u8>,
    /// The time base of the stream, once it is known.
    time_base: Option<(u32, u32)>,
    /// Frames per second, if they are known.
    rate: Option<f64>,
    /// Events that arrived while another event was waited for.
    pending: VecDeque<FfmpegEvent>,
    /// Whether the colours of every frame are in the log.
    logs_colors: bool,
    index: u64,
    last_seconds: f64,
    /// The longest time between two frames.
    longest_gap: f64,
    /// The first frame that has another size, and its size.
    resized: Option<(u64, (u32, u32))>,
}

/// How long to wait for what ffmpeg says of an option. One that is slow to start is taken for a current version.
const VERSION_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for a frame. The first may take a minute, if ffmpeg has to find its way into the file.
const FRAME_TIMEOUT: Duration = Duration::from_secs(120);

/// How long to wait for the end of a decoder that has no more frames.
const END_TIMEOUT: Duration = Duration::from_secs(20);

/// Decoder threads per processor. With only one, threads wait for each other while this program leaves part of the
/// processors idle.
const THREADS: usize = 4;

/// FFmpeg warns if there are more threads.
const MAX_THREADS: usize = 16;

/// How long to wait for the colors of the first frame. They follow at once, or never from an ffmpeg that does
/// not log them.
const COLOR_TIMEOUT: Duration = Duration::from_millis(500);

/// The most lines about frames that ffmpeg can be ahead of their pixels. It holds far fewer frames.
const MAX_AHEAD: usize = 1 << 14;

/// The first bytes of a stream, which tell what is in it.
const BEGIN: u64 = 1 << 17;

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
        mut media: Media,
        options: &InputOptions,
        plays: u32,
    ) -> Result<Self, Failure> {
        let mut begin = None;
        if let Media::Stream(stream) = &mut media {
            let mut bytes = Vec::new();
            stream
                .take(BEGIN)
                .read_to_end(&mut bytes)
                .map_err(|error| unreadable(&name, 0, &error))?;
            begin = Some(bytes);
        }
        let (arguments, input) = input_of(&media, options.fps);
        let arguments: Vec<_> = arguments.iter().map(OsString::as_os_str).collect();
        let probe = Probe::new(&arguments, &input, begin.as_deref());
        let stream = match options.stream {
            None => probe.shown(),
            Some(stream) if probe.videos.is_empty() || stream < probe.videos.len() => stream,
            Some(stream) => {
                let problem =
                    format!("it has no video stream {stream}, but {}", probe.videos.len());
                return Err(Failure::new(&name, problem, "count from 0, or use --stream all"));
            }
        };
        let begin = begin.unwrap_or_default();
        let pixel_format = probe.videos.get(stream).map(|video| &*video.pixel_format);
        let has_layer = probe.videos.get(stream).is_some_and(|video| video.has_alpha_layer);
        let is_y4m = pixel_format.is_some_and(can_be_y4m) && !has_layer;
        let container = match is_y4m && options.native && begin.is_empty() {
            true => Container::Y4m,
            false => Container::Raw,
        };
        let mut video = Self::start(name, media, (probe, stream), begin, options, container)?;
        video.plays = plays;
        Ok(video)
    }

    fn start(
        name: String,
        mut media: Media,
        (probe, stream): (Probe, usize),
        begin: Vec<u8>,
        options: &InputOptions,
        container: Container,
    ) -> Result<Self, Failure> {
        let command = command(&name, &media, &probe, stream, options, container)?;
        let (mut decoder, pixels) =
            pipe::start(command).map_err(|error| not_started(&name, &error))?;
        if let (Media::Stream(stream), Some(mut stdin)) = (&mut media, decoder.stdin.take()) {
            let mut stream = std::mem::replace(stream, Box::new(io::empty()));
            // It ends if the decoder does, or after an interrupt.
            std::thread::spawn(move || {
                stdin.write_all(&begin).and_then(|()| io::copy(&mut stream, &mut stdin))
            });
        }
        let Some(log) = decoder.stderr.take() else {
            return Err(Failure::new(&name, "ffmpeg has no log", "please report this"));
        };
        let (send, events) = sync_channel(MAX_AHEAD);
        let (send_log, rest) = channel();
        let seeks = options.start > 0.0;
        std::thread::spawn(move || {
            let mut is_flooded = false;
            let mut log = FfmpegLog::read(log, seeks, |event| match send.try_send(event) {
                Ok(()) => true,
                Err(error) => {
                    is_flooded = matches!(error, TrySendError::Full(_));
                    false
                }
            });
            if is_flooded {
                log.damage = Some("ffmpeg reports frames that do not come".to_owned());
            }
            // Nobody receives any more when the program is about to end.
            let _ = send_log.send(log);
        });
        let mut video = Self {
            shape: shape(&name, Format::Rgb24, 1, 1)?,
            has_alpha: false,
            color: VideoColor::default(),
            pixel_aspect: 1.0,
            duration: probe.length(),
            base: options.start,
            is_part: options.duration.is_some(),
            plays: 1,
            name,
            media,
            probe,
            stream,
            decoder,
            pipe: None,
            events,
            log: rest,
            frame: Vec::new(),
            time_base: None,
            rate: None,
            pending: VecDeque::new(),
            logs_colors: true,
            index: 0,
            last_seconds: options.start,
            longest_gap: 0.0,
            resized: None,
        };
        let Some(first) = video.next_info()? else {
            return Err(video.finish().err().unwrap_or_else(|| match options.start > 0.0 {
                true => Failure::new(
                    &video.name,
                    format!("it has no frames after {} s", options.start),
                    "use an earlier --start",
                ),
                false => Failure::new(&video.name, "it has no video frames", "use a video"),
            }));
        };
        // The log names the decoder's format. The conversion to RGB comes after it.
        let format_name = if options.native { &first.format } else { Format::Rgb24.name() };
        video.has_alpha = options.native && has_alpha(format_name);
        let format = format_named(format_name).ok_or_else(|| {
            let problem = format!("ffmpeg sends pixels of an unknown format, {}", first.format);
            Failure::new(&video.name, problem, "please report this")
        })?;
        if container == Container::Y4m && !can_be_y4m(format_name) {
            let media = std::mem::replace(&mut video.media, Media::Address(String::new()));
            let probed = (std::mem::take(&mut video.probe), stream);
            let name = std::mem::take(&mut video.name);
            return Self::start(name, media, probed, Vec::new(), options, Container::Raw);
        }
        match video.events.recv_timeout(COLOR_TIMEOUT) {
            Ok(FfmpegEvent::Color(color)) => {
                video.color = video.completed(&color, &first.format);
                video.pending.push_front(FfmpegEvent::Color(color));
            }
            Ok(event) => {
                video.logs_colors = false;
                video.pending.push_back(event);
            }
            Err(_) => video.logs_colors = false,
        }
        if !video.logs_colors {
            video.color = video.completed(&VideoColor::default(), &first.format);
        }
        let size = video.scaled_size().unwrap_or(first.size);
        video.shape = shape(&video.name, format, size.0, size.1)?;
        video.pixel_aspect = first.pixel_aspect;
        let mut bytes = video.shape.frame_bytes();
        if video.has_alpha_plane() {
            bytes += video.shape.pixels();
        }
        video.pipe = Some(match container {
            Container::Y4m => Pipe::new(Y4mPayload::new(pixels, bytes), bytes),
            Container::Raw => Pipe::new(pixels, bytes),
        });
        // Of some containers, such as transport streams, the decoder counts times from the start of the video, and
        // players from the start of the input, which may be that of its sound.
        let delay = video.probe.delay(stream);
        if let Some((seconds, _)) = video.time(&first)
            && seconds < (options.start + delay) / 2.0
            && delay > options.start
        {
            video.base = delay;
        }
        video.pending.push_front(FfmpegEvent::Frame(first));
        video.duration = video.duration.map(|total| {
            let rest = (total - options.start).max(0.0);
            options.duration.map_or(rest, |duration| duration.min(rest))
        });
        Ok(video)
    }

    /// The size that all frames are scaled to, in case it changes: the one that ffprobe tells.
    fn scaled_size(&self) -> Option<(u32, u32)> {
        self.probe.videos.get(self.stream)?.size
    }

    fn has_alpha_plane(&self) -> bool {
        self.has_alpha && self.shape.format().is_yuv()
    }

    fn next_event(&mut self) -> Result<Option<FfmpegEvent>, Failure> {
        if let Some(event) = self.pending.pop_front() {
            return Ok(Some(event));
        }
        pipe::receive(&self.events, FRAME_TIMEOUT).map_err(|error| self.give_up(&error))
    }

    /// What the log says about the next frame; `None` at its end. The line of a frame comes before its pixels.
    fn next_info(&mut self) -> Result<Option<FrameInfo>, Failure> {
        loop {
            match self.next_event()? {
                None => return Ok(None),
                Some(FfmpegEvent::Frame(info)) => return Ok(Some(info)),
                Some(FfmpegEvent::Config(time_base, rate)) => {
                    self.time_base = Some(time_base);
                    self.rate = rate;
                }
                Some(FfmpegEvent::Color(_)) => {}
            }
        }
    }

    /// The colours of the frame whose line was the last.
    fn next_color(&mut self, format: &str) -> Result<VideoColor, Failure> {
        let color = match self.logs_colors {
            false => self.color.clone(),
            true => match self.next_event()? {
                Some(FfmpegEvent::Color(color)) => color,
                other => {
                    self.pending.extend(other);
                    self.color.clone()
                }
            },
        };
        Ok(self.completed(&color, format))
    }

    /// With what the names of the pixel formats, of a frame and of the stream, say.
    fn completed(&self, color: &VideoColor, format: &str) -> VideoColor {
        let implied = FULL_RANGE.iter().any(|(name, _)| *name == format).then_some(Range::Full);
        let of_stream = self.probe.videos.get(self.stream).map(|video| &*video.pixel_format);
        let is_yuv = format_named(format).is_some_and(Format::is_yuv);
        let was_rgb = is_yuv && of_stream.is_some_and(is_rgb);
        VideoColor { range: color.range.or(implied), was_rgb, ..color.clone() }
    }

    /// When a frame is shown, if the log says it.
    fn time(&self, info: &FrameInfo) -> Option<(f64, Timestamp)> {
        if let (Some(ticks), Some((numerator, denominator))) = (info.ticks, self.time_base) {
            let seconds = self.base + ticks as f64 * f64::from(numerator) / f64::from(denominator);
            let exact = Timestamp::from_ticks(ticks, numerator, denominator).ok()?;
            return Some((seconds, if self.base == 0.0 { exact } else { timestamp(seconds) }));
        }
        info.seconds.map(|seconds| (self.base + seconds, timestamp(self.base + seconds)))
    }

    /// Ends a decoder that does not end by itself.
    fn give_up(&mut self, error: &io::Error) -> Failure {
        pipe::kill(&mut self.decoder);
        unreadable(&self.name, self.index, error)
    }

    /// Waits for the decoder to exit. An error if it failed, with its own message, or if the file is damaged.
    fn finish(&mut self) -> Result<(), Failure> {
        let waited = pipe::wait(&mut self.decoder, END_TIMEOUT);
        if waited.is_err() {
            pipe::kill(&mut self.decoder);
        }
        let log = pipe::receive(&self.log, END_TIMEOUT).ok().flatten().unwrap_or_default();
        let kept = if self.index > 1 { "the frames before it are valid; " } else { "" };
        let failed = |problem: String, advice: &str| {
            Err(Failure::new(&self.name, problem, format!("{kept}{advice}")))
        };
        let complete = "check that the file is complete";
        if let Some(damage) = &log.damage
            && self.index > 0
        {
            return failed(format!("the file is damaged or cut short: {damage}"), complete);
        }
        // The line has the name already.
        let (_, input) = input_of(&self.media, 0.0);
        let last = log.last().replace(&format!("{}: ", input.to_string_lossy()), "");
        match waited {
            Ok(status) if status.success() => {}
            Ok(status) => {
                let reason = if last.is_empty() { status.to_string() } else { last };
                return failed(
                    format!("ffmpeg failed: {reason}"),
                    "use a video that ffmpeg can decode",
                );
            }
            Err(error) => {
                return failed(format!("ffmpeg cannot be waited for: {error}"), "try again");
            }
        }
        match self.missing(&log) {
            Some(problem) => failed(problem, complete),
            None => Ok(()),
        }
    }

    /// What speaks against all frames having come, though the decoder found no error.
    fn missing(&self, log: &FfmpegLog) -> Option<String> {
        let period = self.rate.map(|rate| 1.0 / rate);
        let is_regular = period.is_some_and(|period| self.longest_gap < 2.5 * period);
        if let Some(packet) = log.bad_packet.as_ref().filter(|_| !is_regular) {
            return Some(format!("the file is damaged: frames are missing: {packet}"));
        }
        match &self.media {
            Media::File(path) => {
                if self.index <= 1 && jxl::is_animated(path) {
                    let problem =
                        "this ffmpeg decodes only the first picture of an animated JPEG XL";
                    return Some(problem.to_owned());
                }
                if let Some(why) = container::cut_short(path) {
                    return Some(format!("the file is cut short: {why}"));
                }
            }
            Media::Sequence(sequence) => return sequence.missing(self.index),
            Media::Address(_) | Media::Stream(_) => {}
        }
        // The index of a MOV or MP4 is complete, and its end is found above. Its length may be that of an edit.
        let is_movie = self.probe.container.starts_with("mov");
        let end =
            self.probe.end(self.stream).filter(|_| is_regular && !is_movie && !self.is_part)?;
        let period = period?;
        let found = self.last_seconds + period;
        (found + 2.0 * period + 0.25 < end).then(|| {
            format!(
                "the file is cut short: the video ends at {found:.2} s, by its header at {end:.2} s"
            )
        })
    }
}

fn not_started(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new(
            name,
            "ffmpeg is needed to decode it, and is not on the PATH",
            "install ffmpeg, or pipe Y4M into flashinator with - as the input",
        ),
        _ => Failure::new(
            name,
            format!("ffmpeg cannot be started: {error}"),
            "check the ffmpeg on your PATH, or pipe Y4M into flashinator with - as the input",
        ),
    }
}

/// The name by which ffmpeg opens a file, whatever its characters.
pub fn file_input(path: &Path) -> OsString {
    let mut input = OsString::from("file:");
    input.push(path);
    input
}

/// The options before the input, and the input, for ffmpeg and ffprobe.
fn input_of(media: &Media, fps: f64) -> (Vec<OsString>, OsString) {
    match media {
        Media::File(path) => (Vec::new(), file_input(path)),
        Media::Address(address) => (Vec::new(), address.into()),
        Media::Sequence(sequence) => {
            let input = file_input(&sequence.pattern);
            let numbers = ["-f", "image2", "-framerate", &fps.to_string(), "-start_number"];
            let first = sequence.first.to_string();
            (numbers.into_iter().chain([&*first]).map(OsString::from).collect(), input)
        }
        Media::Stream(_) => (Vec::new(), "pipe:0".into()),
    }
}

/// The ffmpeg command line.
fn command(
    name: &str,
    media: &Media,
    probe: &Probe,
    stream: usize,
    options: &InputOptions,
    container: Container,
) -> Result<Command, Failure> {
    let mut command = Command::new("ffmpeg");
    command.args(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info"]);
    if options.start > 0.0 {
        command.args(["-ss", &options.start.to_string()]);
    }
    if let Some(duration) = options.duration {
        command.args(["-t", &duration.to_string()]);
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.saturating_mul(THREADS).min(MAX_THREADS);
    command.args(["-threads", &threads.to_string()]);
    let video = probe.videos.get(stream);
    // FFmpeg's own decoders of VP8 and VP9 leave out alpha.
    match video.filter(|video| video.has_alpha_layer).map(|video| &*video.codec) {
        Some("vp8") => command.args(["-c:v", "libvpx"]),
        Some("vp9") => command.args(["-c:v", "libvpx-vp9"]),
        _ => &mut command,
    };
    let (arguments, input) = input_of(media, options.fps);
    command.args(arguments).arg("-i");
    command.stdin(Stdio::null());
    match media {
        Media::Stream(_) => {
            command.stdin(Stdio::piped()).arg(input);
        }
        // The name of a file is in the log. With a line break in it, it could be taken for a line of another kind.
        #[cfg(unix)]
        Media::File(path)
            if path.as_os_str().as_encoded_bytes().iter().any(u8::is_ascii_control) =>
        {
            let file =
                std::fs::File::open(path).map_err(|error| Failure::unreadable(name, &error))?;
            command.stdin(file).arg("file:/dev/stdin");
        }
        _ => {
            command.arg(input);
        }
    }
    let map = match video {
        Some(video) => format!("0:{}", video.index),
        None => format!("0:V:{stream}"),
    };
    command.args(["-map", &map]).args(passthrough(name)?);
    let scale = video
        .and_then(|video| video.size)
        .map_or(String::new(), |(width, height)| format!(",scale={width}:{height}"));
    if options.native {
        let formats = formats(video.map_or("", |video| &video.pixel_format), video);
        command.args(["-vf", &format!("format=pix_fmts={formats},showinfo=checksum=0{scale}")]);
    } else {
        command.args(["-vf", &format!("showinfo=checksum=0{scale}"), "-pix_fmt", "rgb24"]);
    }
    let muxer = match container {
        Container::Y4m => "yuv4mpegpipe",
        Container::Raw => "rawvideo",
    };
    command.args(["-f", muxer, "pipe:1"]).stderr(Stdio::piped());
    Ok(command)
}

/// The option by which ffmpeg keeps all frames and their times: it has another name before version 5.1.
fn passthrough(name: &str) -> Result<[&'static str; 2], Failure> {
    static KNOWS_FPS_MODE: OnceLock<bool> = OnceLock::new();
    let new = ["-fps_mode", "passthrough"];
    if KNOWS_FPS_MODE.get().is_none() {
        let mut command = Command::new("ffmpeg");
        command
            .args(["-hide_banner", "-nostdin", "-loglevel", "level+error"])
            .args(new)
            .arg("-version");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        pipe::separate(&mut command);
        let mut child = command.spawn().map_err(|error| not_started(name, &error))?;
        let log = child.stderr.take().and_then(|log| {
            let read = || FfmpegLog::read(log, false, |_| true);
            pipe::answer(&mut child, VERSION_TIMEOUT, read)
        });
        let _ = KNOWS_FPS_MODE.set(log.is_none_or(|log| !log.lacks("fps_mode")));
    }
    Ok(if KNOWS_FPS_MODE.get() == Some(&true) { new } else { ["-vsync", "passthrough"] })
}

/// The pixel formats that ffmpeg may send: what the library does not take is converted to the nearest that it does.
fn formats(of_video: &str, video: Option<&VideoStream>) -> String {
    if video.is_some_and(|video| video.has_alpha_layer) || of_video.starts_with("yuva") {
        return YUV_WITH_ALPHA.to_owned();
    }
    if has_alpha(of_video) {
        return Format::Rgba.name().to_owned();
    }
    let mut names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    // FFmpeg has no yv12, and no p012le before version 6.
    names.retain(|name| !["yv12", "p012le"].contains(name));
    names.extend(FULL_RANGE.iter().map(|(name, _)| *name));
    names.join("|")
}

/// Whether a pixel format of FFmpeg has alpha.
fn has_alpha(name: &str) -> bool {
    const BEGINNINGS: [&str; 10] =
        ["yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16", "pal8", "ayuv"];
    BEGINNINGS.iter().any(|begin| name.starts_with(begin)) || name == "vuya"
}

/// Whether a pixel format of FFmpeg is RGB.
fn is_rgb(name: &str) -> bool {
    const BEGINNINGS: [&str; 10] =
        ["rgb", "bgr", "gbr", "0rgb", "0bgr", "argb", "abgr", "x2rgb", "x2bgr", "bayer_"];
    BEGINNINGS.iter().any(|begin| name.starts_with(begin))
}

/// FFmpeg's format of YUV with a plane of alpha behind the others.
const YUV_WITH_ALPHA: &str = "yuva444p";

/// FFmpeg's formats whose name implies full range.
const FULL_RANGE: [(&str, Format); 3] =
    [("yuvj420p", Format::I420), ("yuvj422p", Format::I422), ("yuvj444p", Format::I444)];

/// The format of this name. That of alpha, in a plane of its own, is not part of it.
fn format_named(name: &str) -> Option<Format> {
    if name == YUV_WITH_ALPHA {
        return Some(Format::I444);
    }
    let full = FULL_RANGE.iter().find(|(full, _)| *full == name).map(|(_, format)| *format);
    full.or_else(|| Format::ALL.into_iter().find(|format| format.name() == name))
}

/// Whether ffmpeg writes this format as Y4M without loss. With more than 8 bits it drops a byte of odd widths.
fn can_be_y4m(name: &str) -> bool {
    use Format::{Gray8, I420, I422, I444};
    !has_alpha(name) && matches!(format_named(name), Some(Gray8 | I420 | I422 | I444))
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

    fn has_alpha(&self) -> bool {
        self.has_alpha
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

    fn title(&self) -> Option<String> {
        self.probe.title.clone()
    }

    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.probe.videos.len() > 1 {
            let (stream, all) = (self.stream, self.probe.videos.len());
            remarks.push(format!(
                "only video stream {stream} of {all} was judged; --stream all judges them all"
            ));
        }
        if let Some((frame, (width, height))) = self.resized {
            let (all_width, all_height) = (self.shape.width(), self.shape.height());
            remarks.push(format!(
                "the size changes to {width}x{height} at frame {frame}; all frames are scaled to \
                 {all_width}x{all_height}"
            ));
        }
        remarks
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
        let Some(info) = self.next_info()? else {
            let problem = "ffmpeg sends frames that are not in its log";
            return Err(self.finish().err().unwrap_or_else(|| {
                Failure::new(&self.name, problem, "check the ffmpeg on your PATH")
            }));
        };
        let color = self.next_color(&info.format)?;
        if info.size != (self.shape.width(), self.shape.height()) && self.resized.is_none() {
            let (width, height) = info.size;
            if self.scaled_size().is_none() {
                return Err(Failure::new(
                    &self.name,
                    format!("the size changes to {width}x{height} at frame {index}"),
                    "the frames before it are valid; scan the parts of each size separately",
                ));
            }
            self.resized = Some((index, info.size));
        }
        // A frame without a time is shown together with the one before it.
        let when = self.time(&info);
        let (seconds, time) = when.unwrap_or((self.last_seconds, timestamp(self.last_seconds)));
        if index > 0 {
            self.longest_gap = self.longest_gap.max(seconds - self.last_seconds);
        }
        let apart =
            self.rate.map_or((seconds - self.last_seconds).max(0.0), |rate| 1.0 / rate) / 2.0;
        self.last_seconds = seconds;
        self.index += 1;
        let (pixels, alpha_plane) =
            self.frame.split_at(self.shape.frame_bytes().min(self.frame.len()));
        Ok(Some(VideoFrame {
            frame: contiguous(&self.name, self.shape, pixels)?,
            seconds,
            time,
            duration: None,
            color: Some(color),
            alpha: match (self.has_alpha, self.has_alpha_plane()) {
                (true, true) => Alpha::Plane(alpha_plane),
                (true, false) => Alpha::Channel,
                (false, _) => Alpha::None,
            },
            fields: info.top_field_first.map(|top_first| Fields { top_first, apart }),
        }))
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        // It may still be running, for example if the rows could not be written.
        pipe::kill(&mut self.decoder);
    }
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
    fn alpha_is_told_by_the_name_of_a_format() {
        for name in ["yuva420p10le", "rgba", "bgra64le", "argb", "gbrap12le", "ya8", "pal8"] {
            assert!(has_alpha(name), "{name}");
        }
        for name in ["yuv420p", "bgr0", "0rgb", "rgb24", "gbrp", "gray", "yuvj420p", ""] {
            assert!(!has_alpha(name), "{name}");
        }
    }
}
