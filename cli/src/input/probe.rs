//! What `ffprobe`, which comes with ffmpeg, says about the streams of an input before it is decoded.

use super::pipe;
use super::sequence::PicturePixels;
use crate::interrupt::Stop;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What is known of an input. Nothing, if there is no ffprobe or it does not understand the input.
#[derive(Debug, Default)]
pub struct Probe {
    /// FFmpeg's name of the container.
    pub container: String,
    /// The title in the metadata.
    pub title: Option<String>,
    /// The start of the input in seconds.
    pub start: Option<f64>,
    /// The length of the input in seconds.
    pub duration: Option<f64>,
    /// Whether there is something else than video in it.
    pub has_sound: bool,
    /// The video streams. Covers are not among them.
    pub videos: Vec<VideoStream>,
    /// Whether nothing is known because there is no ffprobe.
    pub lacks_ffprobe: bool,
}

/// A video stream.
#[derive(Debug, Default)]
pub struct VideoStream {
    /// Its number among all streams.
    pub index: u64,
    pub codec: String,
    /// Width and height as shown.
    pub size: Option<(u32, u32)>,
    pub pixel_format: String,
    /// Whether the file marks it as the one to show.
    pub is_default: bool,
    /// Whether its pictures have an alpha channel that only some decoders read.
    pub has_alpha_layer: bool,
    /// Whether what the decoder takes for alpha means nothing.
    pub has_spare_byte: bool,
    /// Whether it is pictures of several kinds of pixels.
    pub is_mixed: bool,
    /// Whether its colours are those of Dolby Vision only.
    pub is_dolby_vision: bool,
    pub start: Option<f64>,
    pub duration: Option<f64>,
    /// When it ends by its tag, in seconds. Times of the container need not begin at 0.
    pub tagged_end: Option<f64>,
    /// How many pictures it has, if the container says so.
    pub frames: Option<u64>,
}

/// How long to wait for ffprobe. It may have to find its way into the file.
const TIMEOUT: Duration = Duration::from_secs(120);

const ENTRIES: &str = "format=format_name,start_time,duration:format_tags=title,TITLE\
     :stream=index,codec_name,codec_tag,codec_type,width,height,pix_fmt,start_time,duration,nb_frames\
     :stream_disposition=default,attached_pic:stream_tags=alpha_mode,ALPHA_MODE,DURATION\
     :stream_side_data=rotation,dv_profile";

/// The profile of Dolby Vision whose pictures are not those of another standard.
pub const DOLBY_VISION: u8 = 5;

impl Probe {
    /// Looks at a file or an address; or, with `begin`, at the first bytes of an input.
    pub fn new(options: &[&OsStr], input: &OsStr, begin: Option<&[u8]>, stop: &Stop) -> Self {
        let mut command = Command::new("ffprobe");
        command.args(["-v", "quiet", "-of", "json", "-show_entries", ENTRIES]).args(options);
        command.arg("-i").arg(input).stdout(Stdio::piped()).stderr(Stdio::null());
        command.stdin(if begin.is_some() { Stdio::piped() } else { Stdio::null() });
        pipe::separate(&mut command);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                let lacks_ffprobe = error.kind() == io::ErrorKind::NotFound;
                return Self { lacks_ffprobe, ..Self::default() };
            }
        };
        if let (Some(mut stdin), Some(begin)) = (child.stdin.take(), begin) {
            let begin = begin.to_vec();
            // It may end before it has read all.
            std::thread::spawn(move || stdin.write_all(&begin));
        }
        let answer = child.stdout.take().and_then(|stdout| {
            pipe::answer(&mut child, (TIMEOUT, stop), move || {
                let mut text = Vec::new();
                let _ = stdout.take(MAX_ANSWER).read_to_end(&mut text);
                text
            })
        });
        if stop.is_requested() {
            return Self::default();
        }
        let json = answer.and_then(|text| serde_json::from_slice::<Value>(&text).ok());
        json.map_or_else(Self::default, |json| Self::parse(&json))
    }

    fn parse(json: &Value) -> Self {
        let format = &json["format"];
        let mut probe = Self {
            container: format["format_name"].as_str().unwrap_or("").to_owned(),
            title: title(&format["tags"]),
            start: seconds(&format["start_time"]),
            duration: seconds(&format["duration"]),
            ..Self::default()
        };
        for stream in json["streams"].as_array().into_iter().flatten() {
            let is_cover = stream["disposition"]["attached_pic"] == 1;
            match stream["codec_type"].as_str() {
                Some("video") if !is_cover => {
                    probe.videos.push(VideoStream::parse(stream, &probe.container));
                }
                Some("audio" | "subtitle") => probe.has_sound = true,
                _ => {}
            }
        }
        probe.forget_stills();
        probe
    }

    /// A stream of one picture stands for the video in lists of files, as that of an animated AVIF does.
    pub fn forget_stills(&mut self) {
        let is_still = |video: &VideoStream| video.frames == Some(1);
        if !self.videos.iter().all(is_still) {
            self.videos.retain(|video| !is_still(video));
        }
    }

    /// Adds what is known of pictures in files with numbers.
    pub fn add(&mut self, pixels: PicturePixels) {
        for video in &mut self.videos {
            video.has_spare_byte |= pixels.have_spare_byte;
            video.is_mixed |= pixels.are_mixed;
        }
    }

    /// The number, among the video streams, of the one that players show: the one that the file marks, or the first.
    pub fn shown(&self) -> usize {
        self.videos.iter().position(|video| video.is_default).unwrap_or(0)
    }

    /// Width and height of a video stream as shown, if they are known before it is decoded. All of its frames are scaled to
    /// this size.
    pub fn shown_size(&self, video: usize) -> Option<(u32, u32)> {
        self.videos.get(video)?.size
    }

    /// How much later than the input a video stream begins, in seconds.
    pub fn delay(&self, video: usize) -> f64 {
        let start = self.videos.get(video).and_then(|video| video.start);
        start.zip(self.start).map_or(0.0, |(stream, input)| (stream - input).max(0.0))
    }

    /// When a video stream ends by its own account, in seconds from the start of the input.
    pub fn end(&self, video: usize) -> Option<f64> {
        let stream = self.videos.get(video)?;
        // In these, FFmpeg gives streams the length of the input.
        let is_shared = ["asf", "wtv", "matroska,webm"].contains(&&*self.container);
        let own = stream.duration.filter(|_| !is_shared);
        let own = own.map(|duration| duration + self.delay(video));
        own.or(stream.tagged_end.map(|end| end - self.start.unwrap_or(0.0)))
            .or(self.length().filter(|_| !self.has_sound && self.videos.len() == 1))
    }

    /// The length of the input in seconds. That of Matroska counts from 0, wherever its times begin.
    pub fn length(&self) -> Option<f64> {
        let skipped = if self.container.starts_with("matroska") { self.start } else { None };
        self.duration.map(|duration| (duration - skipped.unwrap_or(0.0)).max(0.0))
    }
}

impl VideoStream {
    fn parse(stream: &Value, container: &str) -> Self {
        let side = |name: &str| stream[name].as_u64().and_then(|side| u32::try_from(side).ok());
        let size =
            side("width").zip(side("height")).filter(|(width, height)| *width > 0 && *height > 0);
        let side_data = |name| {
            let mut all = stream["side_data_list"].as_array().into_iter().flatten();
            all.find_map(|data| data[name].as_f64())
        };
        let rotation = side_data("rotation").unwrap_or(0.0);
        let is_on_its_side = (rotation.abs() % 180.0 - 90.0).abs() < 45.0;
        let tags = &stream["tags"];
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let is_untagged = text(&stream["codec_tag"]).trim_start_matches("0x").parse() == Ok(0);
        let (codec, pixel_format) = (text(&stream["codec_name"]), text(&stream["pix_fmt"]));
        Self {
            has_spare_byte: has_spare_byte(container, &codec, &pixel_format, is_untagged),
            is_mixed: false,
            is_dolby_vision: side_data("dv_profile") == Some(DOLBY_VISION.into()),
            index: stream["index"].as_u64().unwrap_or(0),
            codec,
            size: size.map(
                |(width, height)| if is_on_its_side { (height, width) } else { (width, height) },
            ),
            pixel_format,
            is_default: stream["disposition"]["default"] == 1,
            has_alpha_layer: tags["alpha_mode"] == "1" || tags["ALPHA_MODE"] == "1",
            start: seconds(&stream["start_time"]),
            duration: seconds(&stream["duration"]),
            tagged_end: tags["DURATION"].as_str().and_then(clock),
            frames: stream["nb_frames"].as_str().and_then(|frames| frames.parse().ok()),
        }
    }
}

/// Whether pixels are those of a Windows bitmap of 32 bits, whose fourth byte is not used. FFmpeg takes it for alpha.
pub fn has_spare_byte(container: &str, codec: &str, pixel_format: &str, is_untagged: bool) -> bool {
    // Their headers of video are those of bitmaps; without a tag, pixels are not compressed.
    const WITH_BITMAPS: [&str; 3] = ["avi", "asf", "matroska,webm"];
    let is_bitmap = codec == "rawvideo" && is_untagged && WITH_BITMAPS.contains(&container);
    is_bitmap && pixel_format == "bgra"
}

/// More than ffprobe says about any input.
const MAX_ANSWER: u64 = 1 << 24;

/// The title among the tags of a container, on one line.
fn title(tags: &Value) -> Option<String> {
    one_line(tags["title"].as_str().or(tags["TITLE"].as_str())?)
}

/// A title on one line, if there is one.
pub fn one_line(title: &str) -> Option<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

fn seconds(value: &Value) -> Option<f64> {
    value.as_str()?.parse().ok().filter(|seconds: &f64| seconds.is_finite())
}

/// Hours, minutes and seconds.
pub fn clock(text: &str) -> Option<f64> {
    let mut parts = text.split(':').map(|part| part.trim().parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    Some((hours * 60.0 + minutes) * 60.0 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_stream_that_players_show() {
        let video = |index: u64, default: u64, cover: u64| {
            json!({ "index": index, "codec_type": "video", "width": 64, "height": 48,
                "disposition": { "default": default, "attached_pic": cover } })
        };
        let probe = |streams: &[Value]| Probe::parse(&json!({ "streams": streams }));
        assert_eq!(probe(&[]).shown(), 0);
        assert_eq!(probe(&[video(0, 0, 0), video(1, 0, 0)]).shown(), 0);
        assert_eq!(probe(&[video(0, 0, 0), video(1, 1, 0)]).shown(), 1);
        let covered = probe(&[video(0, 1, 1), video(1, 0, 0)]);
        assert_eq!((covered.videos.len(), covered.videos[0].index), (1, 1));
    }

    #[test]
    fn a_picture_on_its_side_is_upright() {
        let stream = |rotation: i64| {
            let stream = json!({ "width": 64, "height": 48, "side_data_list": [{}, { "rotation": rotation }] });
            VideoStream::parse(&stream, "").size
        };
        assert_eq!([0, 180, -180].map(stream), [Some((64, 48)); 3]);
        assert_eq!([90, -90, 270].map(stream), [Some((48, 64)); 3]);
    }

    #[test]
    fn the_end_of_a_stream_is_its_own() {
        let input = |sound: bool| {
            let mut streams = vec![json!({ "codec_type": "video", "start_time": "1.5" })];
            if sound {
                streams.push(json!({ "codec_type": "audio" }));
            }
            json!({ "streams": streams, "format": { "start_time": "1.0", "duration": "9" } })
        };
        assert_eq!(Probe::parse(&input(false)).end(0), Some(9.0));
        // The sound may be longer.
        assert_eq!(Probe::parse(&input(true)).end(0), None);
        let mut tagged = input(true);
        tagged["streams"][0]["tags"] = json!({ "DURATION": "00:00:04.250000000" });
        let probe = Probe::parse(&tagged);
        assert_eq!((probe.delay(0), probe.end(0)), (0.5, Some(3.25)));
        // The length of the input, which is that of the sound.
        let mut asf = input(true);
        asf["format"]["format_name"] = "asf".into();
        asf["streams"][0]["duration"] = "9".into();
        assert_eq!(Probe::parse(&asf).end(0), None);
        // A length from 0.
        let mut matroska = input(false);
        matroska["format"]["format_name"] = "matroska,webm".into();
        assert_eq!(Probe::parse(&matroska).end(0), Some(8.0));
    }

    #[test]
    fn a_still_picture_is_no_video_beside_one() {
        let stream = |index: u64, frames: &str| {
            json!({ "index": index, "codec_type": "video", "nb_frames": frames,
                "disposition": { "default": 1 } })
        };
        let kept = |streams: &[Value]| -> Vec<u64> {
            let probe = Probe::parse(&json!({ "streams": streams }));
            probe.videos.iter().map(|video| video.index).collect()
        };
        assert_eq!(kept(&[stream(0, "1"), stream(1, "2")]), [1]);
        assert_eq!(kept(&[stream(0, "1"), stream(1, "N/A")]), [1]);
        assert_eq!(kept(&[stream(0, "1"), stream(1, "1")]), [0, 1]);
    }
}
