//! Real clips, and the rows that the definition gives for them; both lie beside the project.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::beside;

pub struct Clip {
    pub name: String,
    pub file: PathBuf,
    pub width: u32,
    pub height: u32,
    /// Frames a second.
    pub rate: u32,
}

/// What the definition says of a frame.
#[derive(Debug)]
pub struct ClipRow {
    pub luminance: f64,
    pub general: u32,
    pub red: u32,
    pub verdict: String,
}

/// All clips; none, with a word about it, where they or ffmpeg are absent.
pub fn clips() -> Vec<Clip> {
    let Some(folder) = beside::clips() else { return Vec::new() };
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|e| e == "mp4")).collect();
    files.sort();
    files.iter().map(|file| Clip::probe(file)).collect()
}

impl Clip {
    fn probe(file: &Path) -> Self {
        let output = Command::new("ffprobe")
            .args(["-v", "error", "-select_streams", "v:0", "-show_entries"])
            .args(["stream=width,height,avg_frame_rate", "-of", "csv=p=0"])
            .arg(file)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let fields: Vec<_> = text.trim().split(',').collect();
        Self {
            name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
            file: file.to_owned(),
            width: fields[0].parse().unwrap(),
            height: fields[1].parse().unwrap(),
            rate: fields[2].strip_suffix("/1").unwrap().parse().unwrap(),
        }
    }

    /// All frames in one of ffmpeg's pixel formats, without padding.
    pub fn decoded(&self, format: &str) -> Vec<u8> {
        let output = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(&self.file)
            .args(["-f", "rawvideo", "-pix_fmt", format, "-"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The definition's rows by a profile, where it has been run.
    pub fn rows(&self, profile: &str) -> Option<Vec<ClipRow>> {
        let file = beside::beside("verdict/clips")?.join(format!("{}.{profile}.csv", self.name));
        let text = std::fs::read_to_string(file).ok()?;
        let row = |line: &str| {
            let fields: Vec<_> = line.split(',').collect();
            ClipRow {
                luminance: fields[2].parse().unwrap(),
                general: fields[3].parse().unwrap(),
                red: fields[4].parse().unwrap(),
                verdict: fields[5].to_owned(),
            }
        };
        Some(text.lines().skip(1).map(row).collect())
    }
}
