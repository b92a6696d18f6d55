//! Any other video, decoded by the `ffmpeg` program into RGB.
//!
//! Pixels come through one pipe. Size and times come through the other: the filter `showinfo` writes a
//! line for every frame before the frame is handed on.

use super::{Picture, Source, frame_memory, read_frame, shape, view};
use crate::failure::Failure;
use flashinator::{Format, Shape};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

/// A video that is being decoded.
pub struct Ffmpeg {
    name: String,
    decoder: Child,
    pixels: BufReader<ChildStdout>,
    shape: Shape,
    times: Receiver<Told>,
    listener: Option<JoinHandle<String>>,
    frame: Vec<u8>,
    /// What was told of the first frame, which came before the frame was asked for.
    first: Option<Told>,
    index: u64,
    last_time: f64,
}

/// What the decoder says of a frame.
struct Told {
    size: (u32, u32),
    time: Option<f64>,
}

impl Ffmpeg {
    pub fn new(name: String, path: &Path) -> Result<Self, Failure> {
        let mut input = std::ffi::OsString::from("file:");
        input.push(path);
        let mut decoder = Command::new("ffmpeg")
            .args(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info", "-i"])
            .arg(input)
            .args(["-map", "0:V:0", "-vf", "showinfo=checksum=0", "-fps_mode", "passthrough"])
            .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Failure::new(
                    &name,
                    "decoding it takes ffmpeg, which is not on the PATH",
                    "install ffmpeg, or pipe Y4M into flashinator table -",
                ),
                _ => Failure::new(
                    &name,
                    format!("ffmpeg cannot be started: {error}"),
                    "check the ffmpeg on your PATH, or pipe Y4M into flashinator table -",
                ),
            })?;
        let (Some(pixels), Some(messages)) = (decoder.stdout.take(), decoder.stderr.take()) else {
            return Err(Failure::new(&name, "ffmpeg has no pipes", "please report this"));
        };
        let (tell, times) = channel();
        let listener = std::thread::spawn(move || {
            listen(messages, |told| {
                // Nobody listens any more when the program is about to end.
                let _ = tell.send(told);
            })
        });
        let mut video = Self {
            shape: shape(&name, Format::Rgb24, 1, 1)?,
            name,
            decoder,
            pixels: BufReader::with_capacity(1 << 16, pixels),
            times,
            listener: Some(listener),
            frame: Vec::new(),
            first: None,
            index: 0,
            last_time: 0.0,
        };
        // No word of a frame means that there is none, and that the decoder is at its end.
        let Ok(first) = video.times.recv() else {
            return Err(video.end().err().unwrap_or_else(|| {
                Failure::new(&video.name, "it has no video frames", "give a video")
            }));
        };
        video.shape = shape(&video.name, Format::Rgb24, first.size.0, first.size.1)?;
        video.frame = frame_memory(&video.name, video.shape)?;
        video.first = Some(first);
        Ok(video)
    }

    /// Waits for the decoder; says what it said if it failed.
    fn end(&mut self) -> Result<(), Failure> {
        let said = self.listener.take().and_then(|listener| listener.join().ok());
        let status = self.decoder.wait().map_err(|error| {
            Failure::new(&self.name, format!("ffmpeg is lost: {error}"), "try again")
        })?;
        if status.success() {
            return Ok(());
        }
        let said = said.unwrap_or_default();
        let kept = if self.index > 1 { "the rows before stand; " } else { "" };
        Err(Failure::new(
            &self.name,
            match said.is_empty() {
                true => format!("ffmpeg failed: {status}"),
                false => format!("ffmpeg failed: {said}"),
            },
            format!("{kept}give a video that ffmpeg can decode"),
        ))
    }
}

impl Source for Ffmpeg {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn count(&self) -> Option<u64> {
        None
    }

    fn next(&mut self) -> Result<Option<Picture<'_>>, Failure> {
        let there = match read_frame(&self.name, &mut self.pixels, &mut self.frame, self.index) {
            Ok(there) => there,
            // The decoder's own words say more than that a frame is cut short.
            Err(failure) => return Err(self.end().err().unwrap_or(failure)),
        };
        if !there {
            return self.end().map(|()| None);
        }
        let told = self.first.take().or_else(|| self.times.recv().ok());
        // A frame without a time of its own is shown when the one before it is.
        let time = told.and_then(|told| told.time).unwrap_or(self.last_time);
        self.last_time = time;
        self.index += 1;
        Ok(Some(Picture { frame: view(&self.name, self.shape, &self.frame)?, time }))
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        // It may be at work still, where the rows could not be written. If it has ended, all is well.
        let _ = self.decoder.kill();
        let _ = self.decoder.wait();
    }
}

/// Tells of every frame that the decoder names; gives the last of its other messages.
fn listen(messages: ChildStderr, tell: impl Fn(Told)) -> String {
    // Reasons come one below the other; the last lines only sum up.
    let mut others = VecDeque::new();
    let mut messages = BufReader::new(messages);
    let mut line = Vec::new();
    while matches!(messages.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        line.clear();
        if let Some(told) = told(&text) {
            tell(told);
        } else if !text.contains("showinfo") && !text.is_empty() {
            others.push_back(text);
            if others.len() > 2 {
                others.pop_front();
            }
        }
    }
    Vec::from(others).join(" / ")
}

/// What a line of `showinfo` says of a frame, if it is one.
fn told(line: &str) -> Option<Told> {
    let (_, fields) = line.split_once("showinfo")?;
    let field = |name: &str| {
        let (_, after) = fields.split_once(name)?;
        after.split_whitespace().next()
    };
    let (width, height) = field(" s:")?.split_once('x')?;
    Some(Told {
        size: (width.parse().ok()?, height.parse().ok()?),
        time: field(" pts_time:").and_then(|time| time.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_showinfo() {
        let line = "[Parsed_showinfo_0 @ 0x5] n:   1 pts:    512 pts_time:0.04    duration:    512 \
                    fmt:yuv420p cl:left sar:1/1 s:640x360 i:P iskey:0 type:P";
        let read = told(line).unwrap();
        assert_eq!(read.size, (640, 360));
        assert_eq!(read.time, Some(0.04));
        let timeless = "[showinfo @ 0] n: 0 pts:NOPTS pts_time:NOPTS fmt:gray s:8x8 i:P";
        assert_eq!(told(timeless).unwrap().time, None);
        assert!(told("[Parsed_showinfo_0 @ 0x5] config in time_base: 1/12800").is_none());
        assert!(told("Input #0, mov, from 'a s:3x3.mp4':").is_none());
    }
}
