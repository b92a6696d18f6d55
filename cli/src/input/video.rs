//! A video that FFmpeg decodes. A [`Decoder`] gives its frames: the `ffmpeg` program, or FFmpeg's libraries inside this
//! program. What follows is here, and the same for both: times, colours, sizes that change, and whether all frames came.

use super::container::Streamed;
#[cfg(feature = "libav")]
use super::libav;
use super::probe::{Probe, VideoStream};
use super::sequence::{PicturePixels, Sequence};
use super::{
    Alpha, DecoderKind, Fields, InputOptions, Source, VideoColor, VideoFrame, animation, container,
    ffmpeg, jxl, movie, shape, timestamp,
};
use crate::failure::Failure;
use flashinator::{Format, Frame, Range, Shape, Timestamp};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is decoded.
pub enum Media {
    /// A file.
    File(PathBuf),
    /// An address that FFmpeg opens, such as `https://...`.
    Address(String),
    /// Pictures in files with numbers.
    Sequence(Sequence),
    /// A stream that cannot be read twice.
    Stream(Streamed),
}

impl Media {
    /// What is known of pixels before they are decoded.
    pub fn pixels(&self) -> PicturePixels {
        match self {
            Self::Sequence(sequence) => sequence.pixels(),
            _ => PicturePixels::default(),
        }
    }
}

/// Decodes a video.
pub trait Decoder {
    /// Goes on to the next frame, which has this index, and tells what it is; `None` after the last.
    fn advance(&mut self, index: u64) -> Result<Option<Decoded>, Failure>;

    /// The pixels of that frame, and its alpha.
    fn pixels(&self) -> Result<(Frame<'_>, Alpha<'_>), Failure>;

    /// What is known after the last frame.
    fn end(&mut self) -> End;
}

/// What a decoder tells of a frame.
pub struct Decoded {
    /// Width and height, before frames of another size are scaled.
    pub size: (u32, u32),
    /// When it is shown, in seconds from the start of the input, if that is known.
    pub when: Option<(f64, Timestamp)>,
    /// FFmpeg's name of the pixel format.
    pub format: String,
    /// The same, before frames are converted to the format of the first.
    pub own_format: String,
    pub color: VideoColor,
    /// Whether the frame is two fields, and of these the first is the top one.
    pub top_field_first: Option<bool>,
}

/// How decoding ended.
#[derive(Default)]
pub struct End {
    /// The first error that says that frames are damaged or lost.
    pub damage: Option<String>,
    /// Why the decoder did not come to the end: the problem and what to do.
    pub failure: Option<(String, String)>,
    /// The first message that says that a packet is damaged, which need not be one of the video.
    pub bad_packet: Option<String>,
    /// Whether the video goes on after the part that was wanted.
    pub goes_on: bool,
}

/// What is wrong, and what to do, where a video goes on in a stream that was not there at its beginning, as in joined
/// transport streams.
pub fn late_stream() -> (String, String) {
    let problem = "another video stream begins in the middle, which was not judged";
    let advice = "cut the video there, and scan the parts separately";
    (problem.to_owned(), advice.to_owned())
}

/// A decoder that has been started.
pub struct Opened {
    pub decoder: Box<dyn Decoder>,
    pub probe: Probe,
    /// Which of the video streams.
    pub stream: usize,
    /// Frames per second, if they are known.
    pub rate: Option<f64>,
    /// `None` if there is no frame.
    pub first: Option<First>,
}

/// The first frame, which has not been taken yet.
pub struct First {
    pub shape: Shape,
    /// Whether the pixels have alpha.
    pub has_alpha: bool,
    /// The width of a pixel divided by its height.
    pub pixel_aspect: f32,
    /// FFmpeg's name of the pixel format.
    pub format: String,
    pub color: VideoColor,
}

/// How long to wait for a frame. The first may take a minute, if FFmpeg has to find its way into the file.
pub const FRAME_TIMEOUT: Duration = Duration::from_secs(120);

/// More frames a second than interlaced video has. Where times are uneven, the rate of a stream may be that of its clock, or
/// that of fields.
const MAX_INTERLACED_RATE: f64 = 31.0;

/// How long a frame of interlaced video is shown at most, in seconds, where its rate is not known.
const LONGEST_INTERLACED: f64 = 0.04;

/// A video that FFmpeg decodes.
pub struct Video {
    name: String,
    media: Media,
    decoder: Box<dyn Decoder>,
    probe: Probe,
    stream: usize,
    shape: Shape,
    has_alpha: bool,
    color: VideoColor,
    pixel_aspect: f32,
    /// Whether frames are not made RGB.
    is_native: bool,
    /// The pixel format of the first frame, before any conversion.
    first_format: Option<String>,
    duration: Option<f64>,
    /// Whether only a part of the video is wanted.
    is_part: bool,
    plays: u32,
    rate: Option<f64>,
    index: u64,
    last_seconds: f64,
    /// The longest time between two frames.
    longest_gap: f64,
    /// The first frame that has another size, and its size.
    resized: Option<(u64, (u32, u32))>,
    goes_on: bool,
}

impl Video {
    /// Starts a decoder and waits for the first frame.
    ///
    /// # Errors
    ///
    /// No decoder, or a file without video that it can decode.
    pub fn new(
        name: String,
        mut media: Media,
        options: &InputOptions,
        plays: u32,
    ) -> Result<Self, Failure> {
        let opened = match options.decoder {
            DecoderKind::Program => ffmpeg::open(&name, &mut media, options)?,
            #[cfg(feature = "libav")]
            DecoderKind::Library => libav::open(&name, &mut media, options)?,
        };
        let Opened { decoder, probe, stream, rate, first } = opened;
        let mut video = Self {
            shape: shape(&name, Format::Rgb24, 1, 1)?,
            has_alpha: false,
            color: VideoColor::default(),
            pixel_aspect: 1.0,
            is_native: options.native,
            first_format: None,
            duration: probe.length().map(|total| {
                let rest = (total - options.start).max(0.0);
                options.duration.map_or(rest, |duration| duration.min(rest))
            }),
            is_part: options.duration.is_some(),
            plays,
            rate,
            index: 0,
            last_seconds: options.start,
            longest_gap: 0.0,
            resized: None,
            goes_on: false,
            name,
            media,
            decoder,
            probe,
            stream,
        };
        let Some(first) = first else {
            return Err(video.finish().err().unwrap_or_else(|| match options.start > 0.0 {
                true => Failure::new(
                    &video.name,
                    format!("it has no frames after {} s", options.start),
                    "use an earlier --start",
                ),
                false => Failure::new(&video.name, "it has no video frames", "use a video"),
            }));
        };
        video.shape = first.shape;
        video.has_alpha = first.has_alpha;
        video.pixel_aspect = first.pixel_aspect;
        video.color = video.completed(first.color, &first.format);
        Ok(video)
    }

    /// With what the names of the pixel formats, of a frame and of the stream, say.
    fn completed(&self, color: VideoColor, format: &str) -> VideoColor {
        let implied = is_full_range(format).then_some(Range::Full);
        let of_stream = self.probe.videos.get(self.stream);
        let is_yuv = format_named(format).is_some_and(Format::is_yuv);
        let was_rgb = is_yuv && of_stream.is_some_and(|video| is_rgb(&video.pixel_format));
        let color = match of_stream.is_some_and(|video| video.is_dolby_vision) {
            true => color.of_dolby_vision(),
            false => color,
        };
        VideoColor { range: color.range.or(implied), was_rgb, ..color }
    }

    /// After the last frame: an error if the decoder failed, with its own message, or if the file is damaged.
    fn finish(&mut self) -> Result<(), Failure> {
        let end = self.decoder.end();
        self.goes_on = end.goes_on;
        let kept = if self.index > 1 { "the frames before it are valid; " } else { "" };
        let failed = |problem: String, advice: &str| {
            Err(Failure::new(&self.name, problem, format!("{kept}{advice}")))
        };
        let complete = "check that the file is complete";
        if let Some(damage) = &end.damage
            && self.index > 0
        {
            return failed(format!("the file is damaged or cut short: {damage}"), complete);
        }
        if let Some((problem, advice)) = end.failure {
            return failed(problem, &advice);
        }
        if let Some((problem, advice)) = self.unread() {
            return failed(problem.to_owned(), advice);
        }
        match self.missing(end.bad_packet) {
            Some(problem) => failed(problem, complete),
            None => Ok(()),
        }
    }

    /// What of a file the decoder does not read.
    fn unread(&self) -> Option<(&'static str, &'static str)> {
        let Media::File(path) = &self.media else { return None };
        if self.index <= 1 && jxl::is_animated(path) {
            let problem = "this ffmpeg decodes only the first picture of an animated JPEG XL";
            return Some((problem, "use a newer ffmpeg"));
        }
        if self.probe.container.starts_with("mov")
            && let Some(why) = movie::unfollowed(path, self.has_alpha)
        {
            return Some(why);
        }
        if !matches!(animation::kind(&mut File::open(path).ok()?), Some(animation::Kind::Avif)) {
            return None;
        }
        let frames = self.probe.videos.get(self.stream).and_then(|video| video.frames);
        if self.index <= 1 && frames != Some(1) {
            let problem = "only the first picture of an animated AVIF was decoded";
            return Some((problem, "install ffprobe, which comes with ffmpeg"));
        }
        movie::has_alpha_track(path).then_some((
            "its transparency is a stream of its own, which is not read: it was judged as if opaque",
            "make it an animated PNG or WebP",
        ))
    }

    /// What speaks against all frames having come, though the decoder found no error.
    fn missing(&self, bad_packet: Option<String>) -> Option<String> {
        let period = self.rate.map(|rate| 1.0 / rate);
        let is_regular = period.is_some_and(|period| self.longest_gap < 2.5 * period);
        if let Some(packet) = bad_packet.filter(|_| !is_regular) {
            return Some(format!("the file is damaged: frames are missing: {packet}"));
        }
        match &self.media {
            Media::File(path) => {
                if let Some(why) = container::cut_short(path) {
                    return Some(format!("the file is cut short: {why}"));
                }
                if let Some(why) = container::damaged(path).filter(|_| !self.is_part) {
                    return Some(format!("the file is damaged: {why}"));
                }
            }
            Media::Sequence(sequence) => return sequence.missing(self.index),
            Media::Stream(stream) => {
                if let Some(why) = stream.cut_short() {
                    return Some(format!("the stream is cut short: {why}"));
                }
            }
            Media::Address(_) => {}
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

impl Source for Video {
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
        if self.probe.lacks_ffprobe {
            let missing = "ffprobe, which comes with ffmpeg, is not on the PATH: only the first video stream was looked at, \
                           the transparency of VP8 and VP9 was not, and times count from the first frame";
            remarks.push(missing.to_owned());
        }
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

    fn goes_on(&self) -> bool {
        self.goes_on
    }

    fn next(&mut self) -> Result<Option<VideoFrame<'_>>, Failure> {
        let index = self.index;
        let Some(decoded) = self.decoder.advance(index)? else {
            return self.finish().map(|()| None);
        };
        if decoded.size != (self.shape.width(), self.shape.height()) && self.resized.is_none() {
            let (width, height) = decoded.size;
            if self.probe.shown_size(self.stream).is_none() {
                return Err(Failure::new(
                    &self.name,
                    format!("the size changes to {width}x{height} at frame {index}"),
                    "the frames before it are valid; scan the parts of each size separately",
                ));
            }
            self.resized = Some((index, decoded.size));
        }
        let first = self.first_format.get_or_insert_with(|| {
            // What is made RGB with alpha holds everything.
            let is_rgba = decoded.format == Format::Rgba.name();
            if is_rgba { decoded.format.clone() } else { decoded.own_format.clone() }
        });
        if self.is_native && !holds(first, &decoded.own_format) {
            return Err(Failure::new(
                &self.name,
                format!(
                    "the pixel format changes from {first} to {} at frame {index}",
                    decoded.own_format
                ),
                "the frames before it are valid; make all frames of one pixel format",
            ));
        }
        // A frame without a time is shown together with the one before it.
        let (seconds, time) =
            decoded.when.unwrap_or((self.last_seconds, timestamp(self.last_seconds)));
        if index > 0 {
            self.longest_gap = self.longest_gap.max(seconds - self.last_seconds);
        }
        let period = match self.rate.filter(|rate| *rate <= MAX_INTERLACED_RATE) {
            Some(rate) => 1.0 / rate,
            None if index == 0 => LONGEST_INTERLACED,
            None => (seconds - self.last_seconds).clamp(0.0, LONGEST_INTERLACED),
        };
        self.last_seconds = seconds;
        self.index += 1;
        let color = self.completed(decoded.color, &decoded.format);
        let (frame, alpha) = self.decoder.pixels()?;
        Ok(Some(VideoFrame {
            frame,
            seconds,
            time,
            duration: None,
            color: Some(color),
            alpha,
            fields: decoded
                .top_field_first
                .map(|top_first| Fields { top_first, apart: period / 2.0 }),
        }))
    }
}

/// The video stream to decode: the one that was asked for, or the one that players show.
pub fn chosen(name: &str, probe: &Probe, asked: Option<usize>) -> Result<usize, Failure> {
    match asked {
        None => Ok(probe.shown()),
        Some(stream) if probe.videos.is_empty() || stream < probe.videos.len() => Ok(stream),
        Some(stream) => {
            let problem = format!("it has no video stream {stream}, but {}", probe.videos.len());
            Err(Failure::new(name, problem, "count from 0, or use --stream all"))
        }
    }
}

/// Where to begin decoding, in seconds, so that all frames from `start` on can be decoded. FFmpeg finds the key frame before
/// a time by the index of a container, some of which have the times of decoding, a few frames before those of display.
/// Transport and program streams have none, but a key frame every few seconds. In other containers, as in elementary
/// streams, Ogg and SWF, it finds no key frame, or not the right one. Without ffprobe the container is not known.
pub fn decode_from(container: &str, start: f64) -> f64 {
    let lead = match container {
        "mpegts" | "mpeg" => 10.0,
        "mov,mp4,m4a,3gp,3g2,mj2"
        | "matroska,webm"
        | "avi"
        | "flv"
        | "asf"
        | "mxf"
        | "nut"
        | "hls"
        | "dash" => 1.0,
        _ => f64::INFINITY,
    };
    // FFmpeg cannot seek to the first moments of AVI, and then loses the first key frame. Whole seconds are the same time for
    // the `ffmpeg` program, which reads a text, and here.
    (start - lead).floor().max(0.0)
}

/// The name by which FFmpeg opens a file, whatever its characters.
pub fn file_input(path: &Path) -> OsString {
    let mut input = OsString::from("file:");
    input.push(path);
    input
}

/// The decoder for a video, where it is not FFmpeg's own: those of VP8 and VP9 leave out alpha.
pub fn decoder_with_alpha(video: &VideoStream) -> Option<&'static str> {
    match (video.has_alpha_layer, &*video.codec) {
        (true, "vp8") => Some("libvpx"),
        (true, "vp9") => Some("libvpx-vp9"),
        _ => None,
    }
}

/// The pixel formats that a decoder may give: what the library does not take is converted to the nearest that it does.
pub fn formats(of_video: &str, video: Option<&VideoStream>) -> String {
    if video.is_some_and(|video| video.has_spare_byte) {
        return Format::Bgr24.name().to_owned();
    }
    if video.is_some_and(|video| video.has_alpha_layer) || of_video.starts_with("yuva") {
        return YUV_WITH_ALPHA.to_owned();
    }
    if has_alpha(of_video) || video.is_some_and(|video| video.is_mixed) {
        return Format::Rgba.name().to_owned();
    }
    let mut names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
    // FFmpeg has no yv12, and no p012le before version 6.
    names.retain(|name| !["yv12", "p012le"].contains(name));
    names.extend(FULL_RANGE.iter().map(|(name, _)| *name));
    names.join("|")
}

/// Whether a pixel format of FFmpeg has alpha.
pub fn has_alpha(name: &str) -> bool {
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

/// Whether frames of one format can follow a first one of another. All are converted to the format of the first, which may
/// have no alpha or no colours. What FFmpeg makes of another range, or of RGB if the first is YUV, has not the colours that
/// the tags of the frame name.
fn holds(first: &str, next: &str) -> bool {
    let is_gray = |name: &str| ["gray", "mono"].iter().any(|begin| name.starts_with(begin));
    let kind = |name: &str| (is_rgb(name), is_gray(name), is_full_range(name));
    if first == next || format_named(first).is_some_and(|format| format_named(next) == Some(format))
    {
        return true;
    }
    // Gray is converted as full range.
    let is_gray_in_full = is_gray(next) && (is_rgb(first) || is_full_range(first));
    match (has_alpha(first), has_alpha(next)) {
        (false, true) => false,
        // RGB with alpha holds everything.
        (true, _) if !first.starts_with("yuva") => true,
        _ => kind(first) == kind(next) || is_gray_in_full,
    }
}

/// FFmpeg's formats whose name implies full range.
const FULL_RANGE: [(&str, Format); 3] =
    [("yuvj420p", Format::I420), ("yuvj422p", Format::I422), ("yuvj444p", Format::I444)];

fn is_full_range(name: &str) -> bool {
    FULL_RANGE.iter().any(|(full, _)| *full == name)
}

/// The format of this name. That of alpha, in a plane of its own, is not part of it.
pub fn format_named(name: &str) -> Option<Format> {
    if name == YUV_WITH_ALPHA {
        return Some(Format::I444);
    }
    let full = FULL_RANGE.iter().find(|(full, _)| *full == name).map(|(_, format)| *format);
    full.or_else(|| Format::ALL.into_iter().find(|format| format.name() == name))
}

/// The format that frames of this name have: where `native` is not wanted, RGB is made of them.
pub fn sent_format(name: &str, decoded: &str, native: bool) -> Result<Format, Failure> {
    match native {
        false => Ok(Format::Rgb24),
        true => format_named(decoded).ok_or_else(|| {
            let problem = format!("ffmpeg sends pixels of an unknown format, {decoded}");
            Failure::new(name, problem, "please report this")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_holds_another_one_of_its_kind() {
        for (first, next) in [
            ("yuv420p", "yuv444p10le"),
            ("yuv420p", "yuvj420p"),
            ("yuvj422p", "yuvj420p"),
            ("rgb24", "gbrp"),
            ("rgba", "gray"),
            ("pal8", "rgb24"),
            ("yuva420p", "yuv420p"),
            ("rgb24", "gray"),
            ("yuvj420p", "gray"),
        ] {
            assert!(holds(first, next), "{first} {next}");
        }
        for (first, next) in [
            ("rgb24", "rgba"),
            ("yuv420p", "yuva420p"),
            ("gray", "rgb24"),
            ("gray", "yuv420p"),
            ("yuv420p", "gray"),
            ("yuv420p", "gbrp"),
            ("gbrp", "yuv420p"),
            ("yuv420p", "yuvj444p"),
            ("yuvj420p", "yuv444p"),
        ] {
            assert!(!holds(first, next), "{first} {next}");
        }
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
