//! High dynamic range from files, by their tags and by the command line.

mod common;

use common::{ffmpeg, have, json, path, run, skipped, text};
use flashinator::{Range, Transfer};
use std::fs;
use std::process::Command;

/// A flash of gray between two codes, 30 frames of 64x48 with 25 a second, each code for three frames; samples of 16 bits.
fn frames(codes: [u16; 2], chroma: &[usize], middle: u16, shift: u32) -> Vec<Vec<u8>> {
    let frame = |code: u16| {
        let luma = std::iter::repeat_n(code, 64 * 48);
        let chroma = std::iter::repeat_n(middle, chroma.iter().sum());
        luma.chain(chroma).flat_map(|code| (code << shift).to_le_bytes()).collect::<Vec<u8>>()
    };
    (0..30).map(|i| frame(codes[i / 3 % 2])).collect()
}

/// How frames are written.
#[derive(Clone, Copy, Debug)]
struct Layout {
    pixels: &'static str,
    bits: u32,
    chroma: usize,
    shift: u32,
}

const LAYOUTS: [Layout; 4] = [
    Layout { pixels: "yuv420p10le", bits: 10, chroma: 2 * 32 * 24, shift: 0 },
    Layout { pixels: "yuv444p10le", bits: 10, chroma: 2 * 64 * 48, shift: 0 },
    Layout { pixels: "p010le", bits: 10, chroma: 2 * 32 * 24, shift: 6 },
    Layout { pixels: "yuv420p12le", bits: 12, chroma: 2 * 32 * 24, shift: 0 },
];

impl Layout {
    fn raw(&self, codes: [u16; 2]) -> Vec<u8> {
        frames(codes, &[self.chroma], 1 << (self.bits - 1), self.shift).concat()
    }

    /// Pairs of codes of which the flash is the smallest that counts.
    fn thresholds(&self, transfer: Transfer, range: Range) -> Vec<[u16; 2]> {
        let mut gray = vec![0.0; 1 << self.bits];
        transfer.fill(range, &mut gray).unwrap();
        let first = |from: f64| gray.iter().position(|&l| l >= from).unwrap();
        [first(50.0) - 1, first(160.0) - 1, first(160.0)]
            .into_iter()
            .map(|dark| {
                let low = gray[dark];
                let high = if low < 160.0 { low + 20.0 } else { low * 18.0 / 16.0 };
                [dark as u16, first(high) as u16]
            })
            .collect()
    }
}

const CURVES: [(&str, &str, Transfer); 2] = [
    ("pq", "smpte2084", Transfer::Pq),
    ("hlg", "arib-std-b67", Transfer::Hlg { white: 1000.0, black: 0.0 }),
];

/// What a scan by BT.1702 says: whether it fails, and what is printed.
fn fails(arguments: &[&str]) -> (bool, String) {
    let mut all = vec!["--profile", "bt1702"];
    all.extend(arguments);
    let output = run(&all);
    let printed = text(&output.stdout) + &text(&output.stderr);
    match output.status.code() {
        Some(0) => (false, printed),
        Some(1) => (true, printed),
        other => panic!("{arguments:?}: {other:?} {printed}"),
    }
}

fn has_encoder(name: &str) -> bool {
    let listed = Command::new("ffmpeg").args(["-v", "error", "-encoders"]).output().unwrap();
    text(&listed.stdout).contains(name)
}

#[test]
fn one_code_decides_in_files_by_their_tags() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (raw, file) = (path(&folder, "frames.yuv"), path(&folder, "video.mkv"));
    let mut encoders = vec!["ffv1"];
    if has_encoder("libx265") {
        encoders.push("libx265");
    } else {
        skipped("ffmpeg has no libx265");
    }
    for (_, tag, transfer) in CURVES {
        for (range_tag, range) in [("tv", Range::Limited), ("pc", Range::Full)] {
            for layout in &LAYOUTS {
                // No file has it: ffmpeg would convert it.
                if layout.pixels == "p010le" {
                    continue;
                }
                for &encoder in &encoders {
                    if encoder == "libx265" && (layout.pixels != "yuv420p10le") {
                        continue;
                    }
                    for [dark, bright] in layout.thresholds(transfer, range) {
                        for (bright, expected) in [(bright, true), (bright - 1, false)] {
                            fs::write(&raw, layout.raw([dark, bright])).unwrap();
                            let mut arguments = vec!["-f", "rawvideo", "-s", "64x48", "-r", "25"];
                            arguments.extend(["-pix_fmt", layout.pixels, "-i", &raw]);
                            arguments.extend(["-c:v", encoder, "-color_trc", tag]);
                            arguments.extend(["-color_primaries", "bt2020"]);
                            arguments.extend([
                                "-colorspace",
                                "bt2020nc",
                                "-color_range",
                                range_tag,
                            ]);
                            let x265 = format!(
                                "lossless=1:log-level=none:transfer={tag}:colorprim=bt2020:colormatrix=bt2020nc:range={}",
                                if range_tag == "pc" { "full" } else { "limited" }
                            );
                            if encoder == "libx265" {
                                arguments.extend(["-x265-params", &x265]);
                            }
                            arguments.push(&file);
                            ffmpeg(&arguments);
                            let (found, printed) = fails(&[&file]);
                            assert_eq!(
                                found, expected,
                                "{tag} {range_tag} {layout:?} {encoder} {dark} {bright}: {printed}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn one_code_decides_in_y4m_and_raw_frames_by_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = path(&folder, "video.y4m");
    let raw = path(&folder, "frames.yuv");
    for (curve, _, transfer) in CURVES {
        for (name, range) in [("limited", Range::Limited), ("full", Range::Full)] {
            for layout in &LAYOUTS {
                for [dark, bright] in layout.thresholds(transfer, range) {
                    for (bright, expected) in [(bright, true), (bright - 1, false)] {
                        let codes = [dark, bright];
                        fs::write(&raw, layout.raw(codes)).unwrap();
                        let (found, printed) = fails(&[
                            &raw,
                            "--raw",
                            layout.pixels,
                            "--size",
                            "64x48",
                            "--curve",
                            curve,
                            "--range",
                            name,
                        ]);
                        assert_eq!(
                            found, expected,
                            "{curve} {name} {layout:?} {codes:?}: {printed}"
                        );
                        let space = match layout.pixels {
                            "yuv420p10le" => "420p10",
                            "yuv444p10le" => "444p10",
                            "yuv420p12le" => "420p12",
                            _ => continue,
                        };
                        let mut stream =
                            format!("YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C{space}\n").into_bytes();
                        for frame in
                            frames(codes, &[layout.chroma], 1 << (layout.bits - 1), layout.shift)
                        {
                            stream.extend(b"FRAME\n");
                            stream.extend(frame);
                        }
                        fs::write(&file, stream).unwrap();
                        let (found, printed) = fails(&[&file, "--curve", curve, "--range", name]);
                        assert_eq!(
                            found, expected,
                            "{curve} {name} {layout:?} {codes:?}: {printed}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_tags_leave_open_is_said() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (raw, summary) = (path(&folder, "frames.yuv"), path(&folder, "summary.json"));
    // PQ from 55 to 137 cd/m².
    fs::write(&raw, LAYOUTS[0].raw([444, 536])).unwrap();
    let notes = |name: &str, tags: &[&str], scan: &[&str]| {
        let file = path(&folder, name);
        let mut arguments = vec!["-f", "rawvideo", "-s", "64x48", "-r", "25"];
        arguments.extend(["-pix_fmt", "yuv420p10le", "-i", &raw, "-c:v", "ffv1"]);
        arguments.extend(tags);
        arguments.push(&file);
        ffmpeg(&arguments);
        let mut all = vec![&*file, "--json", &summary];
        all.extend(scan);
        let (fails, printed) = fails(&all);
        let input = json(&summary)["inputs"][0].clone();
        let notes = input["notes"].to_string();
        assert!(input["notes"].as_array().unwrap().is_empty() || printed.contains("judged"));
        (fails, notes, input["pixels"].as_str().unwrap().to_owned())
    };
    let pq = ["-color_trc", "smpte2084"];
    let bt2020 = ["-color_primaries", "bt2020", "-colorspace", "bt2020nc"];
    let (fail, said, pixels) =
        notes("whole.mkv", &[pq, [bt2020[0], bt2020[1]], [bt2020[2], bt2020[3]]].concat(), &[]);
    assert!(fail && said == "[]", "{said}");
    assert!(pixels.contains("PQ") && pixels.contains("primaries of BT.2020"), "{pixels}");
    let (fail, said, _) = notes("untagged.mkv", &bt2020, &[]);
    assert!(said.contains("no transfer function"), "{said}");
    let (with_curve, said, _) = notes("said.mkv", &bt2020, &["--curve", "pq"]);
    assert!(with_curve && said == "[]", "{said} {fail}");
    let (_, said, _) = notes("bare.mkv", &pq, &[]);
    assert!(said.contains("no primaries") && said.contains("no matrix"), "{said}");
    let other = ["-color_primaries", "bt2020", "-colorspace", "bt709"];
    let (_, said, _) = notes("other.mkv", &[&pq[..], &other[..]].concat(), &[]);
    assert!(said.contains("contradict"), "{said}");
    let (_, said, pixels) = notes(
        "sdr.mkv",
        &[&pq[..], &bt2020[..]].concat(),
        &["--curve", "sdr", "--primaries", "bt709"],
    );
    assert!(!pixels.contains("PQ") && said.contains("contradict"), "{pixels} {said}");
}
