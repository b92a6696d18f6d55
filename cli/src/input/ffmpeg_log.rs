//! The log of ffmpeg: lines of the filter `showinfo` about every frame, and messages about what went wrong.
//!
//! A line of the log begins with whoever writes it, in brackets, and the level: `[h264 @ 0x5] [error] ...`. Names and
//! titles of files, which may hold any text, come on lines that begin with the level `[info]`.

use super::{VideoColor, pixel_aspect};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

/// What a line of the log says.
#[derive(Debug, PartialEq)]
pub enum FfmpegEvent {
    /// The length of a tick in seconds, as a fraction, and frames per second, as far as they are known.
    Config((u32, u32), Option<f64>),
    /// A frame.
    Frame(LoggedFrame),
    /// The colours of the frame before.
    Color(VideoColor),
}

/// What the log says about a frame.
#[derive(Debug, PartialEq)]
pub struct LoggedFrame {
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
    /// Whether the frame is two fields, and of these the first is the top one.
    pub top_field_first: Option<bool>,
}

/// The rest of the log.
#[derive(Debug, Default)]
pub struct FfmpegLog {
    /// The last messages.
    last: VecDeque<String>,
    /// The first message that says that frames are damaged or lost.
    pub damage: Option<String>,
    /// The first message that says that a packet is damaged, which need not be one of the video.
    pub bad_packet: Option<String>,
    /// Whether there is a video stream that was not there at the beginning.
    pub has_late_stream: bool,
    /// The first messages whose level is not known, and the last warnings, without their numbers.
    unclear: Vec<String>,
    warnings: VecDeque<String>,
}

/// Longer lines of the log are cut, so that it takes little memory whatever it says.
const MAX_LINE: u64 = 1 << 16;

/// The messages that are kept. The reasons come one after the other, and the last lines only sum them up.
const MAX_KEPT: usize = 2;

/// The warnings, and the messages of an unknown level, that are kept to be compared.
const MAX_COMPARED: usize = 64;

/// Messages of errors that leave all frames as they are: about metadata, the times of what is written, and what cannot be
/// looked up in advance.
const HARMLESS: [&str; 7] = [
    "SEI type ",
    "unable to decode APP fields",
    "onotonically increasing dts",
    "deprecated pixel format",
    // The footer of an MXF in a pipe cannot be read first. Whether it is there is known in the end.
    "unable to compute the size of the last packet",
    // The second lines of warnings, about an odd angle and about a stream that begins late.
    "If you want to help, upload a sample",
    "Consider increasing the value for the 'analyzeduration'",
];

impl FfmpegLog {
    /// Reads a log to its end, and sends its events as long as they are taken. With `seeks` errors before the first
    /// frame are those of frames before it, which are not wanted.
    pub fn read(log: impl Read, seeks: bool, mut send: impl FnMut(FfmpegEvent) -> bool) -> Self {
        let mut rest = Self::default();
        let mut log = BufReader::new(log);
        let (mut bytes, mut began, mut is_new_line) = (Vec::new(), !seeks, true);
        while matches!(log.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes), Ok(read) if read > 0)
        {
            let is_whole = bytes.ends_with(b"\n");
            // What is cut off is no line of its own.
            if std::mem::replace(&mut is_new_line, is_whole) {
                let text = String::from_utf8_lossy(&bytes);
                let line = text.trim_end();
                if let Some(event) = parse_line(line) {
                    began |= matches!(event, FfmpegEvent::Frame(_));
                    if !send(event) {
                        break;
                    }
                }
                rest.keep(line, began);
            }
            bytes.clear();
        }
        // The level of some messages is missing. Each thread gives the same warnings, so that of these others have it.
        let is_warning = |text: &String| rest.warnings.contains(&without_numbers(text));
        if let Some(first) = rest.unclear.iter().find(|text| !is_warning(text)) {
            rest.damage = Some(first.clone());
        }
        rest
    }

    fn keep(&mut self, line: &str, began: bool) {
        // Threads write at the same time: a message may follow on the line of a frame, without its level.
        let is_unclear = is_showinfo(line);
        let Message { level, text } = match is_unclear {
            false => Message::parse(line),
            true => {
                let after = line.split_once(" type:").and_then(|(_, after)| after.split_once(' '));
                Message { level: "error", text: after.map_or("", |(_, text)| text.trim()) }
            }
        };
        if level == "warning" {
            self.warnings.push_back(without_numbers(text));
            if self.warnings.len() > MAX_COMPARED {
                self.warnings.pop_front();
            }
        }
        let is_error = ["error", "fatal", "panic"].contains(&level) && !text.is_empty();
        if is_error {
            self.last.push_back(text.to_owned());
            if self.last.len() > MAX_KEPT {
                self.last.pop_front();
            }
        }
        // What the decoder could only guess is a warning of ffmpeg itself.
        let is_guessed = level == "warning" && text.contains("corrupt decoded frame in stream ");
        if began && (is_error || is_guessed) && !HARMLESS.iter().any(|words| text.contains(words)) {
            match is_unclear {
                // The first one counts.
                true if self.damage.is_some() => {}
                true if self.unclear.len() < MAX_COMPARED => self.unclear.push(text.to_owned()),
                _ => drop(self.damage.get_or_insert_with(|| text.to_owned())),
            }
        }
        self.has_late_stream |= level == "warning" && text.starts_with("New video stream ");
        if level == "warning" && text.contains("acket corrupt (stream = ") {
            self.bad_packet.get_or_insert_with(|| text.to_owned());
        }
    }

    /// The last messages, or nothing.
    pub fn last(&self) -> String {
        self.last.iter().map(String::as_str).collect::<Vec<_>>().join(" / ")
    }

    /// Whether ffmpeg knows no option of this name.
    pub fn lacks(&self, option: &str) -> bool {
        self.last.iter().any(|line| line.contains("Unrecognized option") && line.contains(option))
    }
}

/// A message by which others of its kind are known.
fn without_numbers(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A line of the log: its level and what comes after it.
struct Message<'a> {
    level: &'a str,
    text: &'a str,
}

impl<'a> Message<'a> {
    /// A line without a level, as an ffmpeg that does not start writes them, is an error.
    fn parse(line: &'a str) -> Self {
        const LEVELS: [&str; 9] =
            ["quiet", "panic", "fatal", "error", "warning", "info", "verbose", "debug", "trace"];
        let mut rest = line;
        while let Some((inside, after)) =
            rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        {
            let after = after.trim_start();
            if let Some(level) = LEVELS.iter().find(|level| **level == inside) {
                return Self { level, text: after };
            }
            rest = after;
        }
        Self { level: "error", text: line.trim() }
    }
}

/// Whether a line comes from the filter `showinfo`.
fn is_showinfo(line: &str) -> bool {
    ["[Parsed_showinfo_", "[showinfo"].iter().any(|prefix| line.starts_with(prefix))
}

/// What the filter `showinfo` says on a line.
fn of_showinfo(line: &str) -> Option<&str> {
    if !is_showinfo(line) {
        return None;
    }
    line.split_once("] ").map(|(_, fields)| fields.strip_prefix("[info] ").unwrap_or(fields))
}

/// The event of a line of the log, if it is one of those that matter.
#[must_use]
pub fn parse_line(line: &str) -> Option<FfmpegEvent> {
    let fields = of_showinfo(line)?;
    let after = |text: &'static str| fields.split_once(text).map(|(_, after)| after);
    let field = |name| after(name).and_then(|after| after.split_whitespace().next());
    if let Some(time_base) = fields.strip_prefix("config in time_base: ") {
        let fraction = |text: &str| -> Option<(u32, u32)> {
            let (numerator, denominator) = text.split(',').next()?.trim().split_once('/')?;
            Some((numerator.parse().ok()?, denominator.parse().ok()?))
        };
        let rate =
            after("frame_rate: ").and_then(fraction).filter(|&(_, denominator)| denominator > 0);
        let rate =
            rate.map(|(numerator, denominator)| f64::from(numerator) / f64::from(denominator));
        return Some(FfmpegEvent::Config(fraction(time_base)?, rate.filter(|rate| *rate > 0.0)));
    }
    if let Some(range) = field("color_range:") {
        let named = |name| field(name).map(str::to_owned);
        return Some(FfmpegEvent::Color(VideoColor::tagged(
            Some(range),
            named("color_space:"),
            named("color_trc:"),
            named("color_primaries:"),
        )));
    }
    let (width, height) = field(" s:")?.split_once('x')?;
    Some(FfmpegEvent::Frame(LoggedFrame {
        size: (width.parse().ok()?, height.parse().ok()?),
        ticks: field(" pts:").and_then(|ticks| ticks.parse().ok()),
        seconds: field(" pts_time:").and_then(|seconds| seconds.parse().ok()),
        pixel_aspect: field(" sar:").map_or(1.0, |ratio| pixel_aspect(ratio, '/')),
        format: field(" fmt:")?.to_owned(),
        top_field_first: match field(" i:") {
            Some("T") => Some(true),
            Some("B") => Some(false),
            _ => None,
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::{Matrix, Range};

    fn log(text: &str) -> (FfmpegLog, usize) {
        let mut frames = 0;
        let rest = FfmpegLog::read(text.as_bytes(), false, |_| {
            frames += 1;
            true
        });
        (rest, frames)
    }

    #[test]
    fn parses_the_lines_of_showinfo() {
        let line = "[Parsed_showinfo_0 @ 0x5] [info] n:   1 pts:    512 pts_time:0.04    duration:    512 \
                    fmt:yuv420p cl:left sar:64/45 s:640x360 i:T iskey:0 type:P";
        let info = LoggedFrame {
            size: (640, 360),
            ticks: Some(512),
            seconds: Some(0.04),
            pixel_aspect: 64.0 / 45.0,
            format: "yuv420p".into(),
            top_field_first: Some(true),
        };
        assert_eq!(parse_line(line), Some(FfmpegEvent::Frame(info)));
        let untimed = "[showinfo @ 0] n: 0 pts:NOPTS pts_time:NOPTS fmt:gray s:8x8 i:P";
        let info = LoggedFrame {
            size: (8, 8),
            ticks: None,
            seconds: None,
            pixel_aspect: 1.0,
            format: "gray".into(),
            top_field_first: None,
        };
        assert_eq!(parse_line(untimed), Some(FfmpegEvent::Frame(info)));
        let config =
            "[Parsed_showinfo_1 @ 0x5] [info] config in time_base: 1/12800, frame_rate: 25/1";
        assert_eq!(parse_line(config), Some(FfmpegEvent::Config((1, 12_800), Some(25.0))));
        assert_eq!(parse_line("[Parsed_showinfo_0 @ 0x5] config out time_base: 0/0"), None);
        let color = "[showinfo @ 0] color_range:pc color_space:bt709 color_primaries:unknown \
                     color_trc:smpte2084";
        let expected = VideoColor {
            matrix: Some(Matrix::Bt709),
            range: Some(Range::Full),
            transfer: Some("smpte2084".into()),
            ..VideoColor::default()
        };
        assert_eq!(parse_line(color), Some(FfmpegEvent::Color(expected)));
        let other = "[showinfo @ 0] color_range:tv color_space:ictcp color_primaries:bt2020";
        let Some(FfmpegEvent::Color(other)) = parse_line(other) else { panic!("{other}") };
        assert_eq!((other.matrix, other.other_matrix.as_deref()), (None, Some("ictcp")));
    }

    #[test]
    fn names_and_titles_are_no_messages() {
        for line in [
            "[info] Input #0, mov, from 'file:showinfo s:3x3 fmt:gray truncated.mp4':",
            "[info]     title           : [showinfo @ 0] s:3x3 fmt:gray",
            "[info]     title           : [h264 @ 0x5] [error] error while decoding",
            "[info]     title           : [warning] x: corrupt decoded frame in stream 0",
        ] {
            let (rest, frames) = log(line);
            assert!(frames == 0 && rest.damage.is_none(), "{line}");
        }
        // A line that is too long has no second line in it.
        let long =
            format!("[info] title: {}[showinfo @ 0] s:3x3 fmt:gray\n", "x".repeat((1 << 16) - 14));
        assert_eq!(log(&long).1, 0);
    }

    #[test]
    fn damage_is_what_changes_frames() {
        for line in [
            "[mjpeg @ 0x5] [error] error dc",
            "[vist#0:0/h264 @ 0x5] [dec:h264 @ 0x6] [error] Error submitting packet to decoder",
            "[warning] file:a.mov: corrupt decoded frame in stream 0",
            "[error] Error while decoding stream #0:0: Invalid data found",
            "[showinfo @ 0] [info] n: 1 pts: 2 fmt:gray s:8x8 i:P iskey:1 type:I error while decoding MB 3 4",
        ] {
            assert!(log(line).0.damage.is_some(), "{line}");
        }
        for line in [
            "[h264 @ 0x5] [error] SEI type 5 size 5536 truncated at 5440",
            "[mjpeg @ 0x5] [warning] EOI missing, emulating",
            "[mxf @ 0x5] [error] unable to compute the size of the last packet",
            "If you want to help, upload a sample of this file [info] config in time_base: 1/25",
            "[Parsed_showinfo_1 @ 0x5] [info] n: 1 pts: 2 fmt:gray s:8x8 i:P iskey:1 type:I ",
            "Consider increasing the value for the 'analyzeduration' (0) and 'probesize' (5000000) options",
            "[mpegts @ 0x5] [warning] New video stream 0:1 at pos:7477700 and DTS:1.4s",
            "[Parsed_showinfo_1 @ 0x5] [info] ",
            "[Parsed_showinfo_1 @ 0x5] [info]   side data - pan/scan",
            "[mpegts @ 0x5] [warning] Packet corrupt (stream = 0, dts = 158400).",
        ] {
            assert!(log(line).0.damage.is_none(), "{line}");
        }
        // A warning of which another thread's has its level.
        let unclear = "[showinfo @ 0] [info] n: 1 pts: 2 fmt:gray s:8x8 i:P type:I ignoring invalid SAR: 255/1\n";
        let clear = "[h264 @ 0x5] [warning] ignoring invalid SAR: 254/1\n";
        assert!(log(unclear).0.damage.is_some());
        let first = log(&format!("{unclear}[mjpeg @ 0x5] [error] error dc\n")).0.damage;
        assert!(first.is_some_and(|text| text.starts_with("ignoring")));
        for both in [[unclear, clear], [clear, unclear]] {
            assert!(log(&both.concat()).0.damage.is_none());
        }
        assert!(
            log("[mpegts @ 0x5] [warning] Packet corrupt (stream = 0, dts = 9).")
                .0
                .bad_packet
                .is_some()
        );
        let late = |line| log(line).0.has_late_stream;
        assert!(late("[mpegts @ 0x5] [warning] New video stream 0:1 at pos:7477700 and DTS:1.4s"));
        assert!(late(
            "[in#0/mpegts @ 0x5] [warning] New video stream with index 1 at pos:9 and DTS:1.4s"
        ));
        assert!(!late("[mpegts @ 0x5] [warning] New audio stream 0:1 at pos:9 and DTS:1.4s"));
        assert!(!late("[info]     title           : New video stream 0:1"));
        // Frames before the first that is wanted.
        let text = "[h264 @ 0x5] [error] x\n[showinfo @ 0] n: 0 fmt:gray s:8x8\n";
        assert!(FfmpegLog::read(text.as_bytes(), true, |_| true).damage.is_none());
    }
}
