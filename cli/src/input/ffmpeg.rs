//! The decoder that is the `ffmpeg` program. It gives RGB or the codec's own planar format.
//!
//! Planar frames come as Y4M if ffmpeg can write them so, and as raw frames otherwise, which costs ffmpeg a copy.
//! Pixels come through its standard output. Size, format and times come from its log: the filter `showinfo` writes
//! a line for every frame before the frame itself is passed on.

use super::ffmpeg_log::{FfmpegEvent, FfmpegLog, LoggedFrame};
use super::pipe::{self, Pipe, PipeItem};
use super::probe::Probe;
use super::video::{
    Decoded, Decoder, End, FRAME_TIMEOUT, First, Media, Opened, chosen, decode_from,
    decoder_with_alpha, file_input, format_named, formats, has_alpha, late_stream, sent_format,
};
use super::{Alpha, InputOptions, VideoColor, contiguous, shape, timestamp, unreadable};
use crate::failure::Failure;
use crate::interrupt::Stop;
use flashinator::{Format, Frame, Shape, Timestamp};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, TrySendError, channel, sync_channel};
use std::time::Duration;

/// The program, while it decodes.
struct Program {
    name: String,
    /// The input as the program names it in its log.
    input: String,
    decoder: Child,
    pipe: Option<Pipe>,
    shape: Shape,
    /// Whether the pixels have alpha, in a fourth channel or in a plane behind the others.
    has_alpha: bool,
    color: VideoColor,
    /// Where it is told to begin, and where the input begins, in seconds.
    start: f64,
    input_start: f64,
    /// When the video begins, in seconds, if the program counts from there and not from the start of the input.
    delay: Option<f64>,
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
    /// Whether the video goes on after the part that is wanted, by its length.
    goes_on: bool,
    /// Why the pixels ended before the program did: the problem and what to do.
    stopped: Option<(String, String)>,
    /// Ends the wait for frames.
    stop: Stop,
}

/// How long to wait for what ffmpeg says of an option. One that is slow to start is taken for a current version.
const VERSION_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait for the end of a decoder that has no more frames.
const END_TIMEOUT: Duration = Duration::from_secs(20);

/// Decoder threads per processor. With only one, threads wait for each other while this program leaves part of the
/// processors idle.
const THREADS: usize = 4;

/// FFmpeg warns if there are more threads.
const MAX_THREADS: usize = 16;

/// How long to wait for the colors of the first frame from an ffmpeg before 5.1, which may not log them. Others do, and
/// on a busy machine it may take longer.
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

/// Starts ffmpeg and waits for the first frame.
pub fn open(name: &str, media: &mut Media, options: &InputOptions) -> Result<Opened, Failure> {
    let mut begin = None;
    if let Media::Stream(stream) = media {
        let mut bytes = Vec::new();
        stream.take(BEGIN).read_to_end(&mut bytes).map_err(|error| unreadable(name, 0, &error))?;
        begin = Some(bytes);
    }
    let (arguments, input) = input_of(media, options.fps);
    let arguments: Vec<_> = arguments.iter().map(OsString::as_os_str).collect();
    let mut probe = Probe::new(&arguments, &input, begin.as_deref(), &options.stop);
    probe.add(media.pixels());
    let stream = chosen(name, &probe, options.stream)?;
    let begin = begin.unwrap_or_default();
    let pixel_format = probe.videos.get(stream).map(|video| &*video.pixel_format);
    let has_layer = probe.videos.get(stream).is_some_and(|video| video.has_alpha_layer);
    let is_y4m = pixel_format.is_some_and(can_be_y4m) && !has_layer;
    let container = match is_y4m && options.native && begin.is_empty() {
        true => Container::Y4m,
        false => Container::Raw,
    };
    start(name, media, (probe, stream), begin, options, container)
}

fn start(
    name: &str,
    media: &mut Media,
    (probe, stream): (Probe, usize),
    begin: Vec<u8>,
    options: &InputOptions,
    container: Container,
) -> Result<Opened, Failure> {
    let command = command(name, media, &probe, stream, options, container)?;
    let (mut decoder, pixels) = pipe::start(command).map_err(|error| not_started(name, &error))?;
    if let (Media::Stream(stream), Some(mut stdin)) = (&mut *media, decoder.stdin.take()) {
        let mut stream = stream.reader();
        // It ends if the decoder does, or after an interrupt.
        std::thread::spawn(move || {
            stdin.write_all(&begin).and_then(|()| io::copy(&mut stream, &mut stdin))
        });
    }
    let Some(log) = decoder.stderr.take() else {
        return Err(Failure::new(name, "ffmpeg has no log", "please report this"));
    };
    let (send, events) = sync_channel(MAX_AHEAD);
    let (send_log, rest) = channel();
    let from = decode_from(&probe.container, options.start);
    let seeks = from > 0.0;
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
    let mut program = Program {
        name: name.to_owned(),
        input: input_of(media, 0.0).1.to_string_lossy().into_owned(),
        decoder,
        pipe: None,
        shape: shape(name, Format::Rgb24, 1, 1)?,
        has_alpha: false,
        color: VideoColor::default(),
        start: from,
        input_start: probe.start.unwrap_or(0.0),
        delay: None,
        events,
        log: rest,
        frame: Vec::new(),
        time_base: None,
        rate: None,
        pending: VecDeque::new(),
        logs_colors: true,
        goes_on: options.duration.is_some_and(|wanted| {
            probe.length().is_none_or(|length| length > options.start + wanted)
        }),
        stopped: None,
        stop: options.stop.clone(),
    };
    let opened = |program: Program, probe, first| Opened {
        rate: program.rate,
        decoder: Box::new(program),
        probe,
        stream,
        first,
    };
    let Some(first) = program.next_logged(0)? else {
        return Ok(opened(program, probe, None));
    };
    // The log names the decoder's format. The conversion to RGB comes after it.
    let format = sent_format(name, &first.format, options.native)?;
    program.has_alpha = options.native && has_alpha(&first.format);
    if container == Container::Y4m && !can_be_y4m(&first.format) {
        return start(name, media, (probe, stream), Vec::new(), options, Container::Raw);
    }
    let wait = if is_before_5_1(name)? { COLOR_TIMEOUT } else { FRAME_TIMEOUT };
    match pipe::receive(&program.events, (wait, &program.stop)) {
        Ok(Some(FfmpegEvent::Color(color))) => {
            program.color = color.clone();
            program.pending.push_front(FfmpegEvent::Color(color));
        }
        Ok(Some(event)) => {
            program.logs_colors = false;
            program.pending.push_back(event);
        }
        Ok(None) | Err(_) => program.logs_colors = false,
    }
    let size = probe.shown_size(stream).unwrap_or(first.size);
    program.shape = shape(name, format, size.0, size.1)?;
    let mut bytes = program.shape.frame_bytes();
    if program.has_alpha_plane() {
        bytes += program.shape.pixels();
    }
    program.pipe = Some(match container {
        Container::Y4m => Pipe::new(Y4mPayload::new(pixels, bytes), bytes, options.stop.clone()),
        Container::Raw => Pipe::new(pixels, bytes, options.stop.clone()),
    });
    // Of some containers, such as transport streams, the decoder counts times from the start of the video, and
    // players from the start of the input, which may be that of its sound.
    let delay = probe.delay(stream);
    if let Some((seconds, _)) = program.time(&first)
        && seconds < (from + delay) / 2.0
        && delay > from
    {
        program.delay = Some(delay);
    }
    let head = First {
        shape: program.shape,
        has_alpha: program.has_alpha,
        pixel_aspect: first.pixel_aspect,
        format: first.format.clone(),
        color: program.color.clone(),
    };
    program.pending.push_front(FfmpegEvent::Frame(first));
    Ok(opened(program, probe, Some(head)))
}

impl Program {
    fn has_alpha_plane(&self) -> bool {
        self.has_alpha && self.shape.format().is_yuv()
    }

    fn next_event(&mut self, index: u64) -> Result<Option<FfmpegEvent>, Failure> {
        if let Some(event) = self.pending.pop_front() {
            return Ok(Some(event));
        }
        let event = pipe::receive(&self.events, (FRAME_TIMEOUT, &self.stop));
        event.map_err(|error| self.give_up(index, &error))
    }

    /// What the log says about the next frame; `None` at its end. The line of a frame comes before its pixels.
    fn next_logged(&mut self, index: u64) -> Result<Option<LoggedFrame>, Failure> {
        loop {
            match self.next_event(index)? {
                None => return Ok(None),
                Some(FfmpegEvent::Frame(logged)) => return Ok(Some(logged)),
                Some(FfmpegEvent::Config(time_base, rate)) => {
                    self.time_base = Some(time_base);
                    self.rate = rate;
                }
                Some(FfmpegEvent::Color(_)) => {}
            }
        }
    }

    /// The colours of the frame whose line was the last.
    fn next_color(&mut self, index: u64) -> Result<VideoColor, Failure> {
        if self.logs_colors {
            match self.next_event(index)? {
                Some(FfmpegEvent::Color(color)) => return Ok(color),
                other => self.pending.extend(other),
            }
        }
        Ok(self.color.clone())
    }

    /// When a frame is shown, if the log says it.
    fn time(&self, logged: &LoggedFrame) -> Option<(f64, Timestamp)> {
        if let (Some(ticks), Some((numerator, denominator))) = (logged.ticks, self.time_base) {
            let unit = f64::from(numerator) / f64::from(denominator);
            if let Some(delay) = self.delay {
                let seconds = delay + ticks as f64 * unit;
                return Some((seconds, timestamp(seconds)));
            }
            // The program takes the start of both off, rounded to ticks once.
            let rounded = |seconds: f64| {
                let micros = (seconds * 1e6).round();
                (micros * f64::from(denominator) / (f64::from(numerator) * 1e6)).round() as i64
            };
            let skipped = rounded(self.start + self.input_start) - rounded(self.input_start);
            let ticks = ticks.saturating_add(skipped);
            let seconds = ticks as f64 * f64::from(numerator) / f64::from(denominator);
            return Some((seconds, Timestamp::from_ticks(ticks, numerator, denominator).ok()?));
        }
        let base = self.delay.unwrap_or(self.start);
        logged.seconds.map(|seconds| (base + seconds, timestamp(base + seconds)))
    }

    /// Ends a decoder that does not end by itself.
    fn give_up(&mut self, index: u64, error: &io::Error) -> Failure {
        pipe::kill(&mut self.decoder);
        unreadable(&self.name, index, error)
    }
}

impl Decoder for Program {
    fn advance(&mut self, index: u64) -> Result<Option<Decoded>, Failure> {
        let Some(pipe) = &self.pipe else { return Ok(None) };
        match pipe.next(FRAME_TIMEOUT) {
            None => return Ok(None),
            Some(PipeItem::Frame(frame)) => pipe.recycle(std::mem::replace(&mut self.frame, frame)),
            // The program's own message may say more.
            Some(PipeItem::CutShort) => {
                let problem = format!("frame {index} is cut short");
                self.stopped = Some((problem, "check that the file is complete".to_owned()));
                return Ok(None);
            }
            Some(PipeItem::Error(error)) => return Err(self.give_up(index, &error)),
        }
        let Some(logged) = self.next_logged(index)? else {
            let problem = "ffmpeg sends frames that are not in its log".to_owned();
            self.stopped = Some((problem, "check the ffmpeg on your PATH".to_owned()));
            return Ok(None);
        };
        Ok(Some(Decoded {
            size: logged.size,
            when: self.time(&logged),
            color: self.next_color(index)?,
            format: logged.format.clone(),
            own_format: logged.format,
            top_field_first: logged.top_field_first,
        }))
    }

    fn pixels(&self) -> Result<(Frame<'_>, Alpha<'_>), Failure> {
        let (pixels, plane) = self.frame.split_at(self.shape.frame_bytes().min(self.frame.len()));
        let alpha = match (self.has_alpha, self.has_alpha_plane()) {
            (true, true) => Alpha::Plane(plane),
            (true, false) => Alpha::Channel,
            (false, _) => Alpha::None,
        };
        Ok((contiguous(&self.name, self.shape, pixels)?, alpha))
    }

    /// Waits for the program to exit.
    fn end(&mut self) -> End {
        let waited = pipe::wait(&mut self.decoder, (END_TIMEOUT, &self.stop));
        if waited.is_err() {
            pipe::kill(&mut self.decoder);
        }
        let log = pipe::receive(&self.log, (END_TIMEOUT, &self.stop)).ok().flatten();
        let log = log.unwrap_or_default();
        let failure = match waited {
            Ok(status) if status.success() => {
                self.stopped.take().or_else(|| log.has_late_stream.then(late_stream))
            }
            Ok(status) => {
                // The line has the name already.
                let last = log.last().replace(&format!("{}: ", self.input), "");
                let reason = if last.is_empty() { status.to_string() } else { last };
                let advice = "use a video that ffmpeg can decode";
                Some((format!("ffmpeg failed: {reason}"), advice.to_owned()))
            }
            Err(error) => {
                Some((format!("ffmpeg cannot be waited for: {error}"), "try again".to_owned()))
            }
        };
        End { damage: log.damage, failure, bad_packet: log.bad_packet, goes_on: self.goes_on }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may still be running, for example if the rows could not be written.
        pipe::kill(&mut self.decoder);
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

/// The options before the input, and the input, for ffmpeg and ffprobe.
fn input_of(media: &Media, fps: f64) -> (Vec<OsString>, OsString) {
    match media {
        Media::File(path) => (Vec::new(), file_input(path)),
        Media::Address(address) => (Vec::new(), address.into()),
        Media::Sequence(sequence) => {
            let input = file_input(&sequence.pattern());
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
    let from = decode_from(&probe.container, options.start);
    if from > 0.0 {
        command.args(["-ss", &from.to_string()]);
    }
    if let Some(duration) = options.duration {
        command.args(["-t", &(options.start - from + duration).to_string()]);
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.saturating_mul(THREADS).min(MAX_THREADS);
    command.args(["-threads", &threads.to_string()]);
    let video = probe.videos.get(stream);
    if let Some(decoder) = video.and_then(decoder_with_alpha) {
        command.args(["-c:v", decoder]);
    }
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
    command.args(["-map", &map]).args(match is_before_5_1(name)? {
        true => ["-vsync", "passthrough"],
        false => ["-fps_mode", "passthrough"],
    });
    let scale = probe
        .shown_size(stream)
        .map_or(String::new(), |(width, height)| format!(",scale={width}:{height}"));
    if options.native {
        let formats = formats(video.map_or("", |video| &video.pixel_format), video);
        // Newer versions convert frames to the matrix and range of the first, unless these are not known behind what is
        // logged.
        let keep = "setparams=range=unknown:colorspace=unknown";
        let filters = format!("format=pix_fmts={formats},showinfo=checksum=0,{keep}{scale}");
        command.args(["-vf", &filters]);
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

/// Whether ffmpeg is older than version 5.1: it does not know the option `-fps_mode` then.
fn is_before_5_1(name: &str) -> Result<bool, Failure> {
    static LACKS_FPS_MODE: OnceLock<bool> = OnceLock::new();
    if LACKS_FPS_MODE.get().is_none() {
        let mut command = Command::new("ffmpeg");
        command
            .args(["-hide_banner", "-nostdin", "-loglevel", "level+error"])
            .args(["-fps_mode", "passthrough"])
            .arg("-version");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        pipe::separate(&mut command);
        let mut child = command.spawn().map_err(|error| not_started(name, &error))?;
        let log = child.stderr.take().and_then(|log| {
            let read = || FfmpegLog::read(log, false, |_| true);
            // Later scans use the answer as well, so no scan that stops ends the wait.
            pipe::answer(&mut child, (VERSION_TIMEOUT, &Stop::default()), read)
        });
        let _ = LACKS_FPS_MODE.set(log.is_some_and(|log| log.lacks("fps_mode")));
    }
    Ok(LACKS_FPS_MODE.get() == Some(&true))
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
}
