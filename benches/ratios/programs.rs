//! Other programs that judge or measure the same frames: FFmpeg's filters, the definition in NumPy, EA's IRIS. What is not
//! installed is left out, and said so.

use super::inputs::Clip;
use flashinator::Format;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Frames that the programs get: enough for their start not to matter, which is subtracted besides.
const FRAMES: usize = 24;

/// The definition of the T table, which prints the seconds that it takes a frame.
const NUMPY: &str = "\
import sys, time
import numpy as np
file, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
frames = np.fromfile(file, np.uint8).reshape(-1, height, width, 3)
begin = time.perf_counter()
luminance = 4 * (0.2 * frames.mean(axis=3) + 1) ** 2.2
table = []
for delta in np.diff(luminance, axis=0).reshape(len(frames) - 1, -1):
    rises, falls = (np.sort(np.maximum(part, 0))[-5:].mean() for part in (delta, -delta))
    table.append(rises if rises > falls else -falls)
print((time.perf_counter() - begin) / len(frames))
";

/// What each program whose name begins with a prefix takes for a frame, in seconds.
pub fn all(
    clip: &Clip,
    format: Format,
    prefix: &str,
    iris: Option<&str>,
) -> Vec<(&'static str, f64)> {
    type Measure = fn(&Raw, &str) -> Option<f64>;
    let programs: &[(&str, Measure)] = match format {
        Format::Rgb24 => &[
            ("NumPy", |file, _| file.numpy()),
            ("ffmpeg photosensitivity", |file, _| file.with_filter("photosensitivity")),
            ("IRIS", Raw::iris),
        ],
        // It looks at luma alone.
        Format::Gray8 => &[("ffmpeg vmafmotion", |file, _| file.with_filter("vmafmotion"))],
        _ => &[],
    };
    let file = Raw::write(clip, format);
    let mut measured = Vec::new();
    for &(what, measure) in programs.iter().filter(|(what, _)| what.starts_with(prefix)) {
        match measure(&file, iris.unwrap_or("IrisApp")) {
            Some(seconds) => measured.push((what, seconds)),
            None => eprintln!("ratios: {what} was not measured: it is not installed, or failed"),
        }
    }
    measured
}

/// A file of frames, which is deleted at the end.
struct Raw {
    path: PathBuf,
    pixels: &'static str,
    width: usize,
    height: usize,
    frames: usize,
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Raw {
    fn write(clip: &Clip, format: Format) -> Self {
        let (width, height) = (clip.width, clip.height);
        let (pixels, bytes) = if format == Format::Gray8 { ("gray", 1) } else { ("rgb24", 3) };
        let mut data = clip.in_format(format);
        data.truncate(FRAMES * width * height * bytes);
        let frames = data.len() / (width * height * bytes);
        let name = format!("flashinator-ratios-{}.{pixels}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, data).unwrap_or_else(|error| {
            eprintln!("ratios: {}: {error}", path.display());
            std::process::exit(2);
        });
        Self { path, pixels, width, height, frames }
    }

    /// ffmpeg that reads the frames on one thread, and the file's name as its input.
    fn ffmpeg(&self) -> Command {
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-v", "error", "-y", "-threads", "1", "-filter_threads", "1"]);
        command.args(["-f", "rawvideo", "-pix_fmt", self.pixels, "-s"]);
        command.arg(format!("{}x{}", self.width, self.height)).arg("-i").arg(&self.path);
        command
    }

    /// A frame in a filter of ffmpeg: what it takes more than without the filter.
    fn with_filter(&self, name: &str) -> Option<f64> {
        let time = |filter: &str| {
            shortest(|| {
                let mut ffmpeg = self.ffmpeg();
                ffmpeg.args(["-vf", filter, "-f", "null", "-"]);
                ffmpeg
            })
        };
        Some((time(name)? - time("null")?) / self.frames as f64)
    }

    fn numpy(&self) -> Option<f64> {
        let mut command = Command::new("python3");
        command.args(["-c", NUMPY]).arg(&self.path);
        command.args([self.width.to_string(), self.height.to_string()]);
        let output = command.stderr(Stdio::null()).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    }

    /// IRIS reads files only: with what it takes to read raw pixels from one.
    fn iris(&self, program: &str) -> Option<f64> {
        let video = self.path.with_extension("avi");
        let mut ffmpeg = self.ffmpeg();
        ffmpeg.args(["-c:v", "rawvideo", "-pix_fmt", "bgr24"]).arg(&video);
        let seconds = ffmpeg
            .status()
            .ok()
            .filter(|status| status.success())
            .and_then(|_| shortest(|| iris(program, &video)));
        let _ = std::fs::remove_file(&video);
        Some(seconds? / self.frames as f64)
    }
}

fn iris(program: &str, video: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("-v").arg(video);
    command
}

/// The shortest time of three runs of a program; nothing if it fails.
fn shortest(command: impl Fn() -> Command) -> Option<f64> {
    let mut seconds = f64::INFINITY;
    for _ in 0..3 {
        let mut command = command();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begin = Instant::now();
        if !command.status().ok()?.success() {
            return None;
        }
        seconds = seconds.min(begin.elapsed().as_secs_f64());
    }
    Some(seconds)
}
