//! Videos and animations that are cut short, or damaged in the middle, do not pass as complete, unless every frame is that
//! of the whole file.
//!
//! The codecs are some that can tell. Others take nearly every sequence of bytes for a picture, so that nobody can: raw
//! video, Huffyuv, QuickTime Animation, VP8 and VP9, and now and then H.264 and HEVC.

mod common;

use common::*;
use std::fs;
use std::process::Command;

/// The names of files, the arguments that make them, and whether damage in the middle can be told.
const KINDS: [(&str, &[&str], bool); 14] = [
    ("a.mp4", &["-c:v", "mpeg4"], true),
    ("cut.mp4", &["-c:v", "libx264"], false),
    ("index_first.mp4", &["-c:v", "mpeg4", "-movflags", "faststart"], true),
    ("a.mkv", &["-c:v", "mpeg4"], true),
    // By the checksums of the container.
    ("checksums.mkv", &["-c:v", "ffv1"], true),
    ("cut.webm", &["-c:v", "libvpx", "-cpu-used", "5"], false),
    ("cut.ogv", &["-c:v", "libtheora"], false),
    ("a.ts", &["-c:v", "mpeg2video"], true),
    ("cut.flv", &["-c:v", "flv1"], false),
    ("a.avi", &["-c:v", "mjpeg"], true),
    ("a.mov", &["-c:v", "png"], true),
    ("a.gif", &[], true),
    ("a.apng", &["-plays", "0", "-pix_fmt", "rgb24"], true),
    ("a.webp", &["-c:v", "libwebp_anim", "-lossless", "1", "-loop", "0"], true),
];

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Checksums of the frames that ffmpeg gives.
fn frames(file: &str) -> Vec<String> {
    let output = Command::new("ffmpeg")
        .args(["-v", "quiet", "-nostdin", "-i", file, "-map", "0:v", "-f", "framemd5", "-"])
        .output()
        .unwrap();
    let lines = text(&output.stdout);
    let checksum = |line: &str| line.rsplit(',').next().unwrap_or_default().trim().to_owned();
    lines.lines().filter(|line| !line.starts_with('#')).map(checksum).collect()
}

#[test]
fn damage_does_not_pass_as_complete() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut wrong = Vec::new();
    for (name, arguments, tells) in KINDS {
        let file = path(&folder, name);
        let source = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=1"];
        ffmpeg(&[&source[..], arguments, &[&*file]].concat());
        let whole = fs::read(&file).unwrap();
        assert_eq!(run(&[&file, "-q"]).status.code(), Some(0), "{name}");
        let mut damaged = vec![("cut", whole[..whole.len() * 6 / 10].to_vec())];
        for _ in 0..if tells { 3 } else { 0 } {
            let mut bytes = whole.clone();
            let at = whole.len() / 4 + random.below(whole.len() / 2 - 300);
            bytes[at..at + 300].fill_with(|| random.below(256) as u8);
            damaged.push(("damaged", bytes));
        }
        for (what, bytes) in damaged {
            let broken = path(&folder, &format!("{what}_{name}"));
            fs::write(&broken, bytes).unwrap();
            let mut outputs = vec![("file", run(&[&broken, "-q"]))];
            // The checksums of Matroska are those of files.
            if what == "cut" || name != "checksums.mkv" {
                let input = fs::File::open(&broken).unwrap();
                outputs.push(("stream", scan(&["-", "-q"]).stdin(input).output().unwrap()));
            }
            for (from, output) in outputs {
                let is_complete = output.status.code() != Some(2);
                if is_complete && frames(&broken) != frames(&file) {
                    wrong.push(format!("{what} {name}, {from}: {output:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
