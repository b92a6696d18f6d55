//! Shared by the tests of `flashinator scan`.
#![allow(dead_code)] // Each user needs a part.

#[path = "../../../tests/support/beside.rs"]
mod beside;

use serde_json::Value;
use std::fs;
use std::process::{Command, Output, Stdio};

#[allow(unused_imports)] // Each user needs a part.
pub use beside::{beside, clips, have, skipped};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_flashinator");

pub fn scan(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("scan").args(arguments).stdin(Stdio::null());
    command
}

pub fn run(arguments: &[&str]) -> Output {
    scan(arguments).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn sample() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/flash.y4m")
}

pub fn ffmpeg(arguments: &[&str]) {
    let made = Command::new("ffmpeg").args(["-v", "error", "-y"]).args(arguments).output().unwrap();
    assert!(made.status.success(), "{}", text(&made.stderr));
}

/// The lines of an error, and the status that goes with it.
pub fn failed(output: &Output, status: i32) -> String {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    let printed = text(&output.stderr);
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let line = printed.strip_prefix("flashinator: ").unwrap().trim_end().to_owned();
    assert!(line.contains("; "), "{line}");
    line
}

pub fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

pub fn json(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Rows of a CSV, and its header.
pub fn rows(file: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let text = fs::read_to_string(file).unwrap();
    let cut = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut lines = text.lines();
    (cut(lines.next().unwrap()), lines.map(cut).collect())
}

/// Frames of 8x8 gray in Y4M, each of one level.
pub fn y4m(levels: impl Iterator<Item = u8>, rate: u32) -> Vec<u8> {
    let mut data =
        format!("YUV4MPEG2 W8 H8 F{rate}:1 Ip A1:1 Cmono XCOLORRANGE=FULL\n").into_bytes();
    for level in levels {
        data.extend(b"FRAME\n");
        data.extend([level; 64]);
    }
    data
}

pub fn flashing(frames: usize) -> Vec<u8> {
    y4m((0..frames).map(|i| if i / 2 % 2 == 0 { 20 } else { 230 }), 20)
}

/// A GIF of frames of one gray each, shown for so many hundredths of a second.
pub fn gif(levels: &[u8], hundredths: u16, repeats: bool) -> Vec<u8> {
    let mut data = b"GIF89a\x08\x00\x08\x00\xf7\x00\x00".to_vec();
    data.extend((0..=255).flat_map(|level: u8| [level; 3]));
    if repeats {
        data.extend(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00");
    }
    for level in levels {
        let [low, high] = hundredths.to_le_bytes();
        data.extend([0x21, 0xf9, 4, 0, low, high, 0, 0]);
        data.extend([0x2c, 0, 0, 0, 0, 8, 0, 8, 0, 0]);
        // LZW of 8 bits in codes of 9: a clear before every pixel, so that the codes stay as long.
        let mut codes: Vec<u16> = (0..64).flat_map(|_| [256, u16::from(*level)]).collect();
        codes.push(257);
        let mut bits = Vec::new();
        for code in codes {
            bits.extend((0..9).map(|bit| (code >> bit) & 1 == 1));
        }
        let bytes: Vec<u8> = bits
            .chunks(8)
            .map(|bits| bits.iter().enumerate().map(|(i, &bit)| u8::from(bit) << i).sum())
            .collect();
        data.push(8);
        for block in bytes.chunks(255) {
            data.push(block.len() as u8);
            data.extend(block);
        }
        data.push(0);
    }
    data.push(0x3b);
    data
}
