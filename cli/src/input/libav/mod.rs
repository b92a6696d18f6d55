//! The decoder that is FFmpeg's libraries inside this program. Frames come by reference: their memory is the codec's, or
//! that of a filter where they have to be turned, scaled or converted as the `ffmpeg` program does it.
//!
//! A thread decodes ahead, so that both processors work and waiting for a frame can be interrupted. What is damaged is
//! told by the codec: by its results, by the flags of frames, and by the level of its messages, whose text is not read.

mod clock;
mod picture;
mod watch;

use super::probe::{self, Probe, VideoStream};
use super::sequence::PicturePixels;
use super::video::{
    Decoded, Decoder, End, FRAME_TIMEOUT, First, Media, Opened, chosen, decode_from,
    decoder_with_alpha, file_input, format_named, formats, has_alpha, late_stream, sent_format,
};
use super::{Alpha, InputOptions, VideoColor, aspect_or_square, pipe, shape, unreadable};
use crate::failure::Failure;
use crate::interrupt;
use clock::{Clock, Untimed};
use ffmpeg_the_third as av;
use flashinator::{Frame, Plane, Shape, Timestamp};
use picture::{PictureFilter, Turn, matrix};
use std::ffi::{CStr, CString, OsStr, OsString, c_char, c_int};
use std::io;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use watch::{Watch, is_stopped};

use av::ffi;
use av::frame::Video as AvFrame;

/// Frames that are decoded ahead.
const READ_AHEAD: usize = 4;

/// How long the thread may take to end. It looks whether it is to stop between packets.
const STOP_TIMEOUT: Duration = Duration::from_millis(500);

/// The libraries, while a thread decodes with them.
struct Library {
    name: String,
    watch: Arc<Watch>,
    items: Receiver<Item>,
    thread: Option<JoinHandle<()>>,
    /// The shape of all frames, once there is one.
    shape: Option<Shape>,
    frame: AvFrame,
    /// The alpha of the frame, if it is a plane.
    alpha: Option<Vec<u8>>,
    has_alpha: bool,
    end: End,
}

/// What the thread sends.
enum Item {
    Opened(Box<Head>),
    Frame(Box<(Decoded, AvFrame)>),
    Failed(Failure),
    End(End),
}

/// What is known before the first frame is taken.
struct Head {
    probe: Probe,
    stream: usize,
    rate: Option<f64>,
    first: Option<First>,
}

/// Opens an input and waits for the first frame.
pub fn open(name: &str, media: &mut Media, options: &InputOptions) -> Result<Opened, Failure> {
    let pixels = media.pixels();
    let location = Location::new(name, media, options.fps)?;
    let watch = Watch::new(options.stop.clone());
    let (send, items) = sync_channel(READ_AHEAD);
    let job = Job {
        name: name.to_owned(),
        location,
        pixels,
        options: options.clone(),
        watch: Arc::clone(&watch),
        send,
    };
    let thread = std::thread::spawn(move || job.run());
    let frame = AvFrame::empty();
    let mut library = Library {
        name: name.to_owned(),
        watch,
        items,
        thread: Some(thread),
        shape: None,
        frame,
        alpha: None,
        has_alpha: false,
        end: End::default(),
    };
    match library.receive(0)? {
        Some(Item::Opened(head)) => {
            let Head { probe, stream, rate, first } = *head;
            if let Some(first) = &first {
                library.shape = Some(first.shape);
                library.has_alpha = first.has_alpha;
            }
            Ok(Opened { decoder: Box::new(library), probe, stream, rate, first })
        }
        Some(Item::Failed(failure)) => Err(failure),
        Some(Item::Frame(_) | Item::End(_)) | None => {
            Err(Failure::new(name, "the decoder ends at once", "please report this"))
        }
    }
}

/// The number of video streams of an input.
pub fn video_streams(input: &OsStr, stop: &interrupt::Stop) -> usize {
    let location =
        Location { url: input.to_owned(), format: None, options: Vec::new(), _pipe: None };
    let watch = Watch::new(stop.clone());
    open_input(&location, &watch).map_or(0, |input| probe_of(&input).videos.len())
}

impl Library {
    fn receive(&mut self, index: u64) -> Result<Option<Item>, Failure> {
        pipe::receive(&self.items, (FRAME_TIMEOUT, &self.watch.interrupt))
            .map_err(|error| unreadable(&self.name, index, &error))
    }
}

impl Decoder for Library {
    fn advance(&mut self, index: u64) -> Result<Option<Decoded>, Failure> {
        match self.receive(index)? {
            Some(Item::Frame(next)) => {
                let (decoded, frame) = *next;
                self.frame = frame;
                self.alpha = match (self.has_alpha, self.shape) {
                    (true, Some(shape)) if shape.format().is_yuv() => {
                        Some(alpha_plane(&self.name, &self.frame, shape)?)
                    }
                    _ => None,
                };
                Ok(Some(decoded))
            }
            Some(Item::Failed(failure)) => Err(failure),
            Some(Item::End(end)) => {
                self.end = end;
                Ok(None)
            }
            Some(Item::Opened(_)) | None => Ok(None),
        }
    }

    fn pixels(&self) -> Result<(Frame<'_>, Alpha<'_>), Failure> {
        let shape = self.shape.ok_or_else(|| {
            Failure::new(&self.name, "a frame comes before the first", "please report this")
        })?;
        let alpha = match (&self.alpha, self.has_alpha) {
            (Some(plane), _) => Alpha::Plane(plane),
            (None, true) => Alpha::Channel,
            (None, false) => Alpha::None,
        };
        Ok((frame_of(&self.name, &self.frame, shape)?, alpha))
    }

    fn end(&mut self) -> End {
        std::mem::take(&mut self.end)
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        self.watch.stop.store(true, Ordering::Relaxed);
        // What is sent from now on is not taken, which ends the thread.
        drop(std::mem::replace(&mut self.items, sync_channel(0).1));
        let Some(thread) = self.thread.take() else { return };
        let start = Instant::now();
        while !thread.is_finished() && start.elapsed() < STOP_TIMEOUT {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The bytes of a plane of a frame.
fn plane_of(
    frame: &AvFrame,
    plane: usize,
    shape: Shape,
    rows: usize,
    bytes: usize,
) -> Option<Plane<'_>> {
    // SAFETY: the pointer is that of a frame that lives as long as the result.
    let raw = unsafe { &*frame.as_ptr() };
    let (data, stride) = (*raw.data.get(plane)?, *raw.linesize.get(plane)? as isize);
    let is_whole = (raw.width, raw.height) == (shape.width() as c_int, shape.height() as c_int);
    if data.is_null() || !is_whole || stride.unsigned_abs() < bytes {
        return None;
    }
    let length = stride.unsigned_abs() * rows.saturating_sub(1) + bytes;
    let to_lowest = if stride < 0 { stride * rows.saturating_sub(1) as isize } else { 0 };
    // SAFETY: a frame of this size has in each plane as many rows, `stride` bytes apart, the first of them at `data`.
    let data = unsafe { std::slice::from_raw_parts(data.offset(to_lowest), length) };
    Some(Plane { data, stride })
}

/// A view of a frame. Its pixel format is that of the shape.
fn frame_of<'a>(name: &str, frame: &'a AvFrame, shape: Shape) -> Result<Frame<'a>, Failure> {
    debug_assert_eq!(format_named(&format_name(frame)), Some(shape.format()), "of one format");
    let planes: Option<Vec<_>> = (0..shape.planes())
        .map(|plane| plane_of(frame, plane, shape, shape.rows(plane), shape.row_bytes(plane)))
        .collect();
    let view = planes.and_then(|planes| Frame::new(shape, &planes).ok());
    view.ok_or_else(|| Failure::new(name, "a frame has another size", "please report this"))
}

/// The alpha of planar YUV, which is a plane behind the others.
fn alpha_plane(name: &str, frame: &AvFrame, shape: Shape) -> Result<Vec<u8>, Failure> {
    let (width, height) = (shape.width() as usize, shape.height() as usize);
    let plane = plane_of(frame, 3, shape, height, width)
        .filter(|plane| plane.stride > 0)
        .ok_or_else(|| Failure::new(name, "a frame has no alpha", "please report this"))?;
    let rows = plane.data.chunks(plane.stride.unsigned_abs());
    Ok(rows.flat_map(|row| row.iter().take(width).copied()).collect())
}

/// FFmpeg's name of a frame's pixel format.
fn format_name(frame: &AvFrame) -> String {
    // SAFETY: any number is taken; the name of a format is a constant.
    unsafe {
        let format = ffi::AVPixelFormat((*frame.as_ptr()).format);
        text(ffi::av_get_pix_fmt_name(format)).unwrap_or_default()
    }
}

/// A string of FFmpeg's.
///
/// # Safety
///
/// The pointer is null, or that of a C string.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    // SAFETY: the caller's.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}

/// What is opened, and how.
struct Location {
    url: OsString,
    format: Option<&'static CStr>,
    options: Vec<(&'static str, String)>,
    /// The end of a pipe that is read.
    _pipe: Option<io::PipeReader>,
}

impl Location {
    fn new(name: &str, media: &mut Media, fps: f64) -> Result<Self, Failure> {
        let of = |url| Self { url, format: None, options: Vec::new(), _pipe: None };
        match media {
            Media::File(path) => Ok(of(file_input(path))),
            Media::Address(address) => Ok(of((&*address).into())),
            Media::Sequence(sequence) => Ok(Self {
                format: Some(c"image2"),
                options: vec![
                    ("framerate", fps.to_string()),
                    ("start_number", sequence.first.to_string()),
                ],
                ..of(file_input(&sequence.pattern()))
            }),
            Media::Stream(stream) => {
                let mut stream = stream.reader();
                let (reader, mut writer) =
                    io::pipe().map_err(|error| unreadable(name, 0, &error))?;
                // It ends if the decoder does, or after an interrupt.
                std::thread::spawn(move || io::copy(&mut stream, &mut writer));
                let url = format!("pipe:{}", std::os::fd::AsRawFd::as_raw_fd(&reader)).into();
                Ok(Self { _pipe: Some(reader), ..of(url) })
            }
        }
    }
}

/// Opens an input and looks into it.
fn open_input(
    location: &Location,
    watch: &Arc<Watch>,
) -> Result<av::format::context::Input, av::Error> {
    let url = CString::new(location.url.as_encoded_bytes()).map_err(|_| av::Error::InvalidData)?;
    let mut options = av::Dictionary::new();
    for (key, value) in &location.options {
        options.set(key, value);
    }
    // SAFETY: a context that cannot be opened is freed by FFmpeg; one that can belongs to the result.
    unsafe {
        let mut context = ffi::avformat_alloc_context();
        if context.is_null() {
            return Err(av::Error::Unknown);
        }
        (*context).opaque = watch.opaque();
        (*context).interrupt_callback.callback = Some(is_stopped);
        (*context).interrupt_callback.opaque = watch.opaque();
        let format =
            location.format.map_or(ptr::null(), |name| ffi::av_find_input_format(name.as_ptr()));
        match ffi::avformat_open_input(&mut context, url.as_ptr(), format, options.as_mut_ptr()) {
            0 => {}
            error => return Err(error.into()),
        }
        let mut input = av::format::context::Input::wrap(context);
        match ffi::avformat_find_stream_info(input.as_mut_ptr(), ptr::null_mut()) {
            error if error < 0 => Err(error.into()),
            _ => Ok(input),
        }
    }
}

/// What an input says about its streams.
fn probe_of(input: &av::format::context::Input) -> Probe {
    let known = |time: i64, unit: f64| (time != ffi::AV_NOPTS_VALUE).then_some(time as f64 * unit);
    let unit = 1.0 / f64::from(ffi::AV_TIME_BASE);
    // SAFETY: the pointers are those of the open input.
    let (start, duration) = unsafe { ((*input.as_ptr()).start_time, (*input.as_ptr()).duration) };
    let mut probe = Probe {
        container: input.format().name().to_owned(),
        title: input.metadata().get("title").and_then(probe::one_line),
        start: known(start, unit),
        duration: known(duration, unit),
        ..Probe::default()
    };
    for stream in input.streams() {
        // SAFETY: as above.
        let parameters = unsafe { &*(*stream.as_ptr()).codecpar };
        let is_cover = stream.disposition().contains(av::format::stream::Disposition::ATTACHED_PIC);
        match parameters.codec_type {
            ffi::AVMediaType::VIDEO if !is_cover => {
                let side = |side: c_int| u32::try_from(side).ok().filter(|side| *side > 0);
                let base = f64::from(stream.time_base());
                let tags = stream.metadata();
                // SAFETY: any number is taken; names are constants.
                let (codec, pixel_format) = unsafe {
                    let format = ffi::AVPixelFormat(parameters.format);
                    (
                        text(ffi::avcodec_get_name(parameters.codec_id)),
                        text(ffi::av_get_pix_fmt_name(format)),
                    )
                };
                let (codec, pixel_format) =
                    (codec.unwrap_or_default(), pixel_format.unwrap_or_default());
                probe.videos.push(VideoStream {
                    has_spare_byte: probe::has_spare_byte(
                        &probe.container,
                        &codec,
                        &pixel_format,
                        parameters.codec_tag == 0,
                    ),
                    is_mixed: false,
                    is_dolby_vision: is_dolby_vision(&stream),
                    index: stream.index() as u64,
                    codec,
                    size: side(parameters.width).zip(side(parameters.height)),
                    pixel_format,
                    is_default: stream
                        .disposition()
                        .contains(av::format::stream::Disposition::DEFAULT),
                    has_alpha_layer: tags.get("alpha_mode") == Some("1"),
                    start: known(stream.start_time(), base),
                    duration: known(stream.duration(), base),
                    tagged_end: tags.get("DURATION").and_then(probe::clock),
                    frames: u64::try_from(stream.frames()).ok().filter(|frames| *frames > 0),
                });
            }
            ffi::AVMediaType::AUDIO | ffi::AVMediaType::SUBTITLE => probe.has_sound = true,
            _ => {}
        }
    }
    probe.forget_stills();
    probe
}

/// Whether the colours of a stream are those of Dolby Vision only. Its record begins with two bytes of a version and the
/// profile.
fn is_dolby_vision(stream: &av::Stream<'_>) -> bool {
    let mut sides = stream.side_data();
    let record = sides.find(|side| side.kind() == av::packet::side_data::Type::DOVI_CONF);
    record.is_some_and(|record| record.data().get(2) == Some(&probe::DOLBY_VISION))
}

/// What the thread does.
struct Job {
    name: String,
    location: Location,
    pixels: PicturePixels,
    options: InputOptions,
    watch: Arc<Watch>,
    send: SyncSender<Item>,
}

/// Why decoding ends before its end.
enum Stop {
    /// Nobody wants more frames.
    Unwanted,
    /// A part of the video was wanted, and it ends here.
    Enough,
    Failed(Failure),
    /// There is a video stream that was not there at the beginning.
    LateStream,
    /// What FFmpeg says.
    Error(String),
}

impl From<av::Error> for Stop {
    fn from(error: av::Error) -> Self {
        Self::Error(error.to_string())
    }
}

impl Job {
    fn run(self) {
        self.watch.began.store(self.options.start <= 0.0, Ordering::Relaxed);
        let mut bad_packet = None;
        let result = self.decode(&mut bad_packet);
        let damage = self.watch.damage.lock().ok().and_then(|mut damage| damage.take());
        // The input is closed: no message is for it any more.
        self.watch.forget();
        let mut end = End { damage, bad_packet, ..End::default() };
        let item = match result {
            Ok(()) => Item::End(end),
            Err(Stop::Enough) => {
                end.goes_on = true;
                Item::End(end)
            }
            Err(Stop::Unwanted) => return,
            Err(Stop::Failed(failure)) => Item::Failed(failure),
            Err(Stop::LateStream) => {
                end.failure = Some(late_stream());
                Item::End(end)
            }
            Err(Stop::Error(error)) => {
                let advice = "use a video that ffmpeg can decode".to_owned();
                end.failure = Some((format!("ffmpeg failed: {error}"), advice));
                Item::End(end)
            }
        };
        // Nobody receives any more when the program is about to end.
        let _ = self.send.send(item);
    }

    fn send(&self, item: Item) -> Result<(), Stop> {
        self.send.send(item).map_err(|_| Stop::Unwanted)
    }

    fn decode(&self, bad_packet: &mut Option<String>) -> Result<(), Stop> {
        let failed = |error: av::Error| {
            let problem = format!("ffmpeg failed: {error}");
            Stop::Failed(Failure::new(&self.name, problem, "use a video that ffmpeg can decode"))
        };
        let mut input = open_input(&self.location, &self.watch).map_err(failed)?;
        let mut probe = probe_of(&input);
        probe.add(self.pixels);
        let known = input.streams().count();
        let number = chosen(&self.name, &probe, self.options.stream).map_err(Stop::Failed)?;
        let Some(video) = probe.videos.get(number) else {
            let none = Head { probe, stream: number, rate: None, first: None };
            return self.send(Item::Opened(Box::new(none)));
        };
        let index = video.index as usize;
        for mut stream in input.streams_mut() {
            if stream.index() != index {
                // SAFETY: the pointer is that of a stream of the open input.
                unsafe { (*stream.as_mut_ptr()).discard = ffi::AVDiscard::ALL };
            }
        }
        let mut decoder = open_decoder(&input, index, video, &self.watch).map_err(failed)?;
        let from = decode_from(&probe.container, self.options.start);
        if from > 0.0 {
            seek(&mut input, index, from);
        }
        let mut clock = Clock::new(&input, index);
        let mut frames = Frames::new(self, &input, probe, number, clock.base);
        loop {
            if self.watch.stops() {
                return Err(Stop::Unwanted);
            }
            let mut packet = av::Packet::empty();
            match packet.read(&mut input) {
                Ok(()) => {}
                Err(av::Error::Eof) => break,
                Err(error) if is_not_yet(error) => {
                    std::thread::sleep(Duration::from_millis(10));
                    continue;
                }
                Err(error) => {
                    self.watch.tell(&error.to_string());
                    break;
                }
            }
            // A packet without data would be the end for a decoder.
            if packet.stream() != index || packet.size() == 0 {
                continue;
            }
            if packet.is_corrupt() {
                bad_packet.get_or_insert_with(|| "a packet is corrupt".to_owned());
            }
            clock.stamp(&mut packet);
            if let Err(error) = decoder.send_packet(&packet) {
                self.watch.tell(&error.to_string());
            }
            frames.take(&mut decoder, None)?;
        }
        // SAFETY: the pointer is that of the open input, which has none if FFmpeg opens its files itself.
        let error = unsafe { (*input.as_ptr()).pb.as_ref() }.map_or(0, |reader| reader.error);
        if error < 0 && error != ffi::AVERROR_EOF {
            self.watch.tell(&av::Error::from(error).to_string());
        }
        // What the decoder still has.
        let _ = decoder.send_eof();
        frames.take(&mut decoder, Some(&mut clock))?;
        frames.finish()?;
        // SAFETY: the pointer is that of a stream of the open input.
        let is_video = |stream: av::Stream<'_>| unsafe {
            (*(*stream.as_ptr()).codecpar).codec_type == ffi::AVMediaType::VIDEO
        };
        match input.streams().skip(known).any(is_video) {
            true => Err(Stop::LateStream),
            false => Ok(()),
        }
    }
}

/// Whether there is nothing yet, and there may be later.
fn is_not_yet(error: av::Error) -> bool {
    matches!(error, av::Error::Other { errno }
        if io::Error::from_raw_os_error(errno).kind() == io::ErrorKind::WouldBlock)
}

/// The decoder of a stream.
fn open_decoder(
    input: &av::format::context::Input,
    index: usize,
    video: &VideoStream,
    watch: &Arc<Watch>,
) -> Result<av::decoder::Opened, av::Error> {
    let stream = input.stream(index).ok_or(av::Error::StreamNotFound)?;
    let codec = match decoder_with_alpha(video) {
        Some(name) => av::decoder::find_by_name(name),
        // SAFETY: any number is taken; a codec is a constant.
        None => unsafe {
            av::Codec::from_raw(ffi::avcodec_find_decoder((*(*stream.as_ptr()).codecpar).codec_id))
        },
    };
    let codec = codec.ok_or(av::Error::DecoderNotFound)?;
    let mut context = av::codec::Context::from_parameters(stream.parameters())?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.saturating_mul(THREADS).min(MAX_THREADS);
    // SAFETY: the pointers are those of an open input and of a context that is not open yet.
    unsafe {
        let raw = &mut *context.as_mut_ptr();
        raw.pkt_timebase = stream.time_base().into();
        raw.framerate = stream.avg_frame_rate().into();
        raw.thread_count = threads as c_int;
        raw.opaque = watch.opaque();
    }
    context.decoder().open_as(codec)
}

/// Decoder threads per processor. With only one, threads wait for each other while this program leaves part of the
/// processors idle.
const THREADS: usize = 2;

/// Each takes 6 MB for 1080p: with these, a film of any length takes 150 MB at most.
const MAX_THREADS: usize = 8;

/// Goes to the last key frame before a time, as the `ffmpeg` program does.
fn seek(input: &mut av::format::context::Input, index: usize, start: f64) {
    let mut to = (start * f64::from(ffi::AV_TIME_BASE)) as i64;
    // SAFETY: the pointers are those of the open input.
    unsafe {
        let context = &*input.as_ptr();
        if context.start_time != ffi::AV_NOPTS_VALUE {
            to = to.saturating_add(context.start_time);
        }
        let seeks_to_pts = (*context.iformat).flags & ffi::AVFMT_SEEK_TO_PTS != 0;
        let has_delay = (*(**context.streams.add(index)).codecpar).video_delay > 0;
        if !seeks_to_pts && has_delay {
            // The decoding time of a frame may be some frames before it is shown.
            to -= 3 * i64::from(ffi::AV_TIME_BASE) / 23;
        }
    }
    // Where it is not possible, all is decoded from where it is.
    let _ = input.seek(to, ..=to);
}

/// Frames on their way from the decoder to who wants them.
struct Frames<'a> {
    job: &'a Job,
    /// What is known of the input, until the first frame.
    probe: Option<Probe>,
    stream: usize,
    rate: Option<f64>,
    base: av::Rational,
    /// The shape of pixels by the container, which comes before that of the codec.
    aspect: av::Rational,
    /// How the stream is turned.
    turn: Option<[i32; 9]>,
    /// The formats that are taken.
    formats: String,
    /// The times where the container has none.
    untimed: Option<Untimed>,
    /// The size that frames are scaled to.
    size: Option<(u32, u32)>,
    filter: Option<PictureFilter>,
    count: u64,
}

impl<'a> Frames<'a> {
    fn new(
        job: &'a Job,
        input: &av::format::context::Input,
        probe: Probe,
        stream: usize,
        base: av::Rational,
    ) -> Self {
        let video = probe.videos.get(stream);
        let index = video.map_or(0, |video| video.index as usize);
        // SAFETY: the pointers are those of the open input, and a stream of it.
        let (rate, aspect, is_untimed) = unsafe {
            let context = input.as_ptr().cast_mut();
            let flags = (*(*context).iformat).flags;
            let stream = *(*context).streams.add(index);
            let rate = ffi::av_guess_frame_rate(context, stream, ptr::null_mut());
            let aspect = av::Rational::from((*stream).sample_aspect_ratio);
            (av::Rational::from(rate), aspect, flags & ffi::AVFMT_NOTIMESTAMPS != 0)
        };
        let turn = input.stream(index).and_then(|stream| {
            let mut sides = stream.side_data();
            let turn = sides.find(|side| side.kind() == av::packet::side_data::Type::DisplayMatrix);
            turn.and_then(|turn| matrix(turn.data()))
        });
        Self {
            job,
            formats: formats(video.map_or("", |video| &video.pixel_format), video),
            untimed: (is_untimed && decode_from(&probe.container, job.options.start) <= 0.0)
                .then(Untimed::default),
            probe: Some(probe),
            stream,
            rate: (rate.0 > 0 && rate.1 > 0).then(|| f64::from(rate)),
            base,
            aspect,
            turn,
            size: None,
            filter: None,
            count: 0,
        }
    }

    /// Takes the frames that a decoder has. After the last packet those without a time follow it, by the clock.
    fn take(
        &mut self,
        decoder: &mut av::decoder::Opened,
        mut clock: Option<&mut Clock>,
    ) -> Result<(), Stop> {
        loop {
            let mut frame = AvFrame::empty();
            match decoder.receive_frame(&mut frame) {
                Ok(()) => {
                    let time = frame.timestamp();
                    let time = match &mut self.untimed {
                        Some(untimed) => Some(untimed.next(time)),
                        None => time.or_else(|| clock.as_mut().and_then(|clock| clock.follow())),
                    };
                    self.pass(frame, time)?;
                }
                Err(av::Error::Eof) => return Ok(()),
                Err(error) if is_not_yet(error) => return Ok(()),
                Err(error) => self.job.watch.tell(&error.to_string()),
            }
            if self.job.watch.stops() {
                return Err(Stop::Unwanted);
            }
        }
    }

    /// If there was no frame, this is told.
    fn finish(&mut self) -> Result<(), Stop> {
        let Some(probe) = self.probe.take() else { return Ok(()) };
        let head = Head { probe, stream: self.stream, rate: self.rate, first: None };
        self.job.send(Item::Opened(Box::new(head)))
    }

    fn pass(&mut self, mut frame: AvFrame, time: Option<i64>) -> Result<(), Stop> {
        let options = &self.job.options;
        let (numerator, denominator) = (self.base.0, self.base.1);
        let when = time.and_then(|ticks| {
            let exact = Timestamp::from_ticks(
                ticks,
                numerator.try_into().ok()?,
                denominator.try_into().ok()?,
            );
            let seconds = ticks as f64 * f64::from(numerator) / f64::from(denominator);
            Some((seconds, exact.ok()?))
        });
        if when.is_some_and(|(seconds, _)| seconds < options.start) {
            return Ok(());
        }
        let end = options.duration.map(|length| options.start + length);
        if let (Some((seconds, _)), Some(end)) = (when, end)
            && seconds >= end
            && self.count > 0
        {
            return Err(Stop::Enough);
        }
        self.job.watch.began.store(true, Ordering::Relaxed);
        // SAFETY: the pointer is that of the frame.
        let raw = unsafe { &mut *frame.as_mut_ptr() };
        if frame_is_damaged(raw) {
            self.job.watch.tell(&format!("frame {} is damaged", self.count));
        }
        self.count += 1;
        if self.aspect.0 > 0 {
            raw.sample_aspect_ratio = self.aspect.into();
        }
        let turn = frame
            .side_data(av::frame::side_data::Type::DisplayMatrix)
            .and_then(|turn| matrix(turn.data()))
            .or(self.turn);
        let turn = Turn::of(turn);
        let size = turn.shown((frame.width(), frame.height()));
        let fields = fields(&frame);
        let before = (format_name(&frame), color_of(&frame));
        let to = *self.size.get_or_insert_with(|| {
            let video = self.probe.as_mut().and_then(|probe| probe.videos.get_mut(self.stream));
            video.map_or(size, |video| {
                let by_header = video.size.map(|size| turn.shown(size));
                *video.size.insert(by_header.unwrap_or(size))
            })
        });
        let is_as_wanted = options.native
            && turn.filters.is_empty()
            && size == to
            && self.formats.split('|').any(|name| name == before.0);
        if !is_as_wanted {
            frame = self.filtered(frame, &turn, to)?;
        }
        // Conversion to another format may be one to other colours, but not what comes behind it.
        let after = format_name(&frame);
        let own_format = before.0.clone();
        let (format, color) = match options.native && after != before.0 {
            true => (after, color_of(&frame)),
            false => before,
        };
        let aspect = frame.aspect_ratio();
        if let Some(probe) = self.probe.take() {
            let sent =
                sent_format(&self.job.name, &format, options.native).map_err(Stop::Failed)?;
            let first = First {
                shape: shape(&self.job.name, sent, to.0, to.1).map_err(Stop::Failed)?,
                has_alpha: options.native && has_alpha(&format),
                pixel_aspect: aspect_or_square(aspect.0 as f32, aspect.1 as f32),
                format: format.clone(),
                color: color.clone(),
            };
            // From now on all are as the first.
            self.formats.clone_from(&format);
            let head = Head { probe, stream: self.stream, rate: self.rate, first: Some(first) };
            self.job.send(Item::Opened(Box::new(head)))?;
        }
        let decoded = Decoded { size, when, format, own_format, color, top_field_first: fields };
        self.job.send(Item::Frame(Box::new((decoded, frame))))
    }

    /// A frame turned, converted and scaled.
    fn filtered(&mut self, frame: AvFrame, turn: &Turn, to: (u32, u32)) -> Result<AvFrame, Stop> {
        let mut filters = turn.filters.clone();
        let (width, height) = to;
        match self.job.options.native {
            true => filters.extend([
                format!("format=pix_fmts={}", self.formats),
                format!("scale={width}:{height}"),
            ]),
            false => filters
                .extend([format!("scale={width}:{height}"), "format=pix_fmts=rgb24".to_owned()]),
        }
        let input = PictureFilter::input(&frame, self.base);
        let filters = filters.join(",");
        if self
            .filter
            .as_ref()
            .is_none_or(|filter| filter.made_of != (input.clone(), filters.clone()))
        {
            self.filter = Some(PictureFilter::new(input, filters)?);
        }
        match &mut self.filter {
            Some(filter) => Ok(filter.apply(frame)?),
            None => Ok(frame),
        }
    }
}

fn frame_is_damaged(frame: &ffi::AVFrame) -> bool {
    frame.decode_error_flags != 0 || frame.flags & ffi::AV_FRAME_FLAG_CORRUPT != 0
}

/// What a frame says of its colours.
fn color_of(frame: &AvFrame) -> VideoColor {
    // SAFETY: the pointer is that of the frame. Any number is taken; names are constants.
    unsafe {
        let frame = &*frame.as_ptr();
        VideoColor::tagged(
            text(ffi::av_color_range_name(frame.color_range)).as_deref(),
            text(ffi::av_color_space_name(frame.colorspace)),
            text(ffi::av_color_transfer_name(frame.color_trc)),
            text(ffi::av_color_primaries_name(frame.color_primaries)),
        )
    }
}

/// Whether a frame is two fields, and of these the first is the top one.
fn fields(frame: &AvFrame) -> Option<bool> {
    frame.is_interlaced().then(|| frame.is_top_first())
}

/// What the crate has up to FFmpeg 7 in methods of these names, which come before those of a trait: from FFmpeg 8 on it is
/// in flags, and in the side data of frames.
#[allow(dead_code)]
trait SinceFfmpeg8 {
    fn is_interlaced(&self) -> bool;
    fn is_top_first(&self) -> bool;
}

impl SinceFfmpeg8 for AvFrame {
    fn is_interlaced(&self) -> bool {
        // SAFETY: the pointer is that of the frame.
        unsafe { (*self.as_ptr()).flags & (1 << 3) != 0 }
    }

    fn is_top_first(&self) -> bool {
        // SAFETY: as above.
        unsafe { (*self.as_ptr()).flags & (1 << 4) != 0 }
    }
}

/// The same for streams.
#[allow(dead_code)]
trait SideDataSinceFfmpeg8 {
    fn side_data(&self) -> std::iter::Empty<av::packet::SideData<'_>>;
}

impl SideDataSinceFfmpeg8 for av::Stream<'_> {
    fn side_data(&self) -> std::iter::Empty<av::packet::SideData<'_>> {
        std::iter::empty()
    }
}
