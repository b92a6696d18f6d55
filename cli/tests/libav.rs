//! FFmpeg's libraries and the `ffmpeg` program give the same frames: pixels, times and what is known of them. Verdicts and
//! rows follow from these.
#![cfg(feature = "libav")]

mod common;

use common::*;
use flashinator_cli::input::{self, Alpha, DecoderKind, InputOptions};
use flashinator_cli::interrupt::Stop;
use std::fmt::Write;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn options(decoder: DecoderKind) -> InputOptions {
    InputOptions {
        raw: None,
        size: None,
        fps: 20.0,
        native: true,
        start: 0.0,
        duration: None,
        stream: None,
        decoder,
        stop: Stop::default(),
    }
}

/// All that a decoder says of an input, a line for each frame, and whether it came to the end.
fn read(file: &str, options: &InputOptions) -> String {
    let mut input = match input::open(Path::new(file), options) {
        Ok(input) => input,
        Err(_) => return "cannot be opened".to_owned(),
    };
    let source = &mut *input.source;
    let mut text = format!(
        "{:?} {:?} {} {:?} {:?}\n",
        source.shape(),
        source.color(),
        source.pixel_aspect(),
        source.rate(),
        source.title(),
    );
    loop {
        match source.next() {
            Ok(None) => break,
            Err(_) => {
                text += "not to its end\n";
                break;
            }
            // A scan leaves these out.
            Ok(Some(next)) if next.seconds < options.start => {}
            Ok(Some(next)) => {
                let mut hash = DefaultHasher::new();
                let shape = next.frame.shape();
                for plane in 0..shape.planes() {
                    (0..shape.rows(plane)).for_each(|y| next.frame.row(plane, y).hash(&mut hash));
                }
                let alpha = match next.alpha {
                    Alpha::None => "no alpha",
                    Alpha::Channel => "alpha",
                    Alpha::Plane(plane) => {
                        plane.hash(&mut hash);
                        "a plane of alpha"
                    }
                };
                let (pixels, seconds) = (hash.finish(), next.seconds);
                writeln!(
                    text,
                    "{seconds:.6} {pixels:x} {alpha} {:?} {:?} {:?}",
                    next.color, next.fields, next.duration
                )
                .unwrap();
            }
        }
    }
    writeln!(text, "{:?}", source.remarks()).unwrap();
    text
}

/// Reads an input with both, and gives what they said if they agree.
fn both(file: &str, change: impl Fn(&mut InputOptions)) -> Result<String, String> {
    let [program, library] = [DecoderKind::Program, DecoderKind::Library].map(|decoder| {
        let mut options = options(decoder);
        change(&mut options);
        read(file, &options)
    });
    // What a codec leaves of a damaged frame depends on what was in its memory before.
    let is_damaged = |text: &str| text.contains("not to its end");
    let without_pixels = |text: &str| -> Vec<String> {
        let words = |line: &str| {
            line.split(' ')
                .enumerate()
                .filter(|(i, _)| *i != 1)
                .map(|(_, word)| format!("{word} "))
                .collect()
        };
        text.lines().map(words).collect()
    };
    let are_damaged = is_damaged(&program) && is_damaged(&library);
    if program == library || are_damaged && without_pixels(&program) == without_pixels(&library) {
        return Ok(program);
    }
    let differ = program.lines().zip(library.lines()).find(|(a, b)| a != b);
    let lines = (program.lines().count(), library.lines().count());
    Err(format!("{file}: {lines:?} lines, {differ:?}"))
}

#[test]
fn the_library_gives_the_frames_of_the_program() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, arguments: &[&str]| {
        let file = path(&folder, name);
        let source = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=1"];
        ffmpeg(&[&source[..], arguments, &[&*file]].concat());
        file
    };
    let mut files: Vec<_> = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .filter(|file| !file.ends_with(".tsv"))
        .collect();
    files.sort();
    let upright = made("upright.mp4", &["-c:v", "mpeg4"]);
    let deep = made("deep.mkv", &["-c:v", "ffv1", "-pix_fmt", "yuv422p10le"]);
    for angle in ["90", "180", "270", "45"] {
        let file = path(&folder, &format!("turned{angle}.mp4"));
        let turn = format!("rotate={angle}");
        ffmpeg(&["-i", &upright, "-c", "copy", "-metadata:s:v", &turn, &file]);
        files.push(file);
    }
    files.extend([
        made("jpeg.avi", &["-c:v", "mjpeg"]),
        made("rgb.mkv", &["-c:v", "ffv1", "-pix_fmt", "gbrp10le"]),
        made("odd.mkv", &["-vf", "scale=95:63", "-c:v", "ffv1", "-pix_fmt", "yuv411p"]),
        made("palette.mov", &["-c:v", "png", "-pix_fmt", "pal8"]),
        made("fields.mpg", &["-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-top", "1"]),
        made("bottom_up.avi", &["-c:v", "rawvideo", "-pix_fmt", "bgr24"]),
        made("b.ts", &["-c:v", "mpeg2video", "-bf", "2"]),
        deep.clone(),
        upright.clone(),
    ]);
    let mut wrong: Vec<_> = files.iter().filter_map(|file| both(file, |_| {}).err()).collect();
    wrong.extend(both(&upright, |options| options.native = false).err());
    let part = both(&upright, |options| (options.start, options.duration) = (0.4, Some(0.32)));
    match part {
        // What is known of all, eight frames, remarks.
        Ok(text) => assert_eq!(text.lines().count(), 1 + 8 + 1, "{text}"),
        Err(differ) => wrong.push(differ),
    }
    // A start between two ticks.
    for file in [&upright, &deep] {
        wrong.extend(both(file, |options| options.start = 0.3333).err());
    }
    let pattern = made("frame_%02d.png", &["-start_number", "7"]);
    // Gray first, colour then.
    let mixed = made("mixed_%d.png", &["-pix_fmt", "gray", "-frames:v", "2"]);
    made("mixed_%d.png", &["-start_number", "3"]);
    wrong.extend([&pattern, &mixed].iter().filter_map(|pattern| both(pattern, |_| {}).err()));
    assert!(wrong.is_empty(), "{} differ: {}", wrong.len(), wrong.join("\n"));
}

/// A stream that cannot be read twice.
#[cfg(unix)]
#[test]
fn the_library_reads_pipes() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, pipe) = (path(&folder, "a.mkv"), path(&folder, "pipe"));
    ffmpeg(&["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=1", "-c:v", "mpeg4", &file]);
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let (file, pipe) = (file.clone(), pipe.clone());
        move || fs::copy(file, pipe)
    });
    assert_eq!(read(&pipe, &options(DecoderKind::Library)), both(&file, |_| {}).unwrap());
    writer.join().unwrap().unwrap();
}

/// Several inputs at a time, of which one is damaged: its errors are not those of another.
#[test]
fn damage_is_that_of_one_input() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (whole, damaged) = (path(&folder, "whole.avi"), path(&folder, "damaged.avi"));
    ffmpeg(&["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=2", "-c:v", "mjpeg", &whole]);
    let mut bytes = fs::read(&whole).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 300].fill(0xa5);
    fs::write(&damaged, bytes).unwrap();
    let ended = |file: &str| !read(file, &options(DecoderKind::Library)).contains("not to its end");
    std::thread::scope(|scope| {
        for (file, is_whole) in [(&whole, true), (&damaged, false)].repeat(4) {
            scope.spawn(move || assert_eq!(ended(file), is_whole, "{file}"));
        }
    });
}
