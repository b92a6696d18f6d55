//! High dynamic range from files, by their tags and by the command line.

mod common;

use common::{ffmpeg, have, json, path, run, skipped, text};
use flashinator::{Range, Transfer};
use std::fs;
use std::process::Command;

/// How frames of 64x48 are written.
#[derive(Clone, Copy, Debug)]
struct Layout {
    pixels: &'static str,
    bits: u32,
    /// Samples of chroma.
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
    /// Frames of a gray each.
    fn frames(&self, codes: &[u16]) -> Vec<Vec<u8>> {
        let frame = |&code: &u16| {
            let luma = std::iter::repeat_n(code, 64 * 48);
            let chroma = std::iter::repeat_n(1 << (self.bits - 1), self.chroma);
            luma.chain(chroma).flat_map(|code: u16| (code << self.shift).to_le_bytes()).collect()
        };
        codes.iter().map(frame).collect()
    }

    /// Codes of frames, 25 a second, that flash at every threshold, one after the other; with `less`, by one code too
    /// little.
    fn flashes(&self, transfer: Transfer, range: Range, less: bool) -> Vec<u16> {
        let mut gray = vec![0.0; 1 << self.bits];
        transfer.fill(range, &mut gray).unwrap();
        let first = |from: f64| gray.iter().position(|&l| l >= from).unwrap();
        let black = if range == Range::Full { 0 } else { 16 << (self.bits - 8) };
        let darks = [black, first(50.0), first(139.9), first(160.0) - 1, first(160.0)];
        let flash = |dark: usize| {
            let low = gray[dark];
            let high = first(if low < 160.0 { low + 20.0 } else { low * 18.0 / 16.0 });
            let codes = [dark as u16, high as u16 - u16::from(less)];
            // And rest for more than a second.
            (0..30).map(move |i| codes[i / 3 % 2]).chain(std::iter::repeat_n(codes[0], 30))
        };
        darks.into_iter().flat_map(flash).collect()
    }
}

/// Flashes at every threshold.
const THRESHOLDS: usize = 5;

const CURVES: [(&str, &str, Transfer); 2] = [
    ("pq", "smpte2084", Transfer::Pq),
    ("hlg", "arib-std-b67", Transfer::Hlg { white: 1000.0, black: 0.0 }),
];

/// What a scan by BT.1702 says: how many incidents are failures, and what is printed.
fn failures(arguments: &[&str]) -> (usize, String) {
    let output = run(&[&["--profile", "bt1702"], arguments].concat());
    let printed = text(&output.stdout) + &text(&output.stderr);
    let found = printed.lines().filter(|line| line.contains("  fail  ")).count();
    assert_eq!(output.status.code(), Some(i32::from(found > 0)), "{arguments:?}: {printed}");
    (found, printed)
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
            let full = if range == Range::Full { "full" } else { "limited" };
            let x265 = format!(
                "lossless=1:log-level=none:transfer={tag}:colorprim=bt2020:colormatrix=bt2020nc:range={full}"
            );
            // No file has P010: ffmpeg would convert it.
            for layout in LAYOUTS.iter().filter(|layout| layout.shift == 0) {
                for &encoder in &encoders {
                    if encoder == "libx265" && layout.bits != 10 {
                        continue;
                    }
                    for less in [false, true] {
                        let codes = layout.flashes(transfer, range, less);
                        fs::write(&raw, layout.frames(&codes).concat()).unwrap();
                        let mut arguments = vec!["-f", "rawvideo", "-s", "64x48", "-r", "25"];
                        arguments.extend(["-pix_fmt", layout.pixels, "-i", &raw]);
                        arguments.extend(["-c:v", encoder, "-color_trc", tag]);
                        arguments.extend(["-color_primaries", "bt2020", "-colorspace", "bt2020nc"]);
                        arguments.extend(["-color_range", range_tag]);
                        if encoder == "libx265" {
                            arguments.extend(["-x265-params", &x265]);
                        }
                        arguments.push(&file);
                        ffmpeg(&arguments);
                        let (found, printed) = failures(&[&file]);
                        let expected = if less { 0 } else { THRESHOLDS };
                        assert_eq!(found, expected, "{tag} {full} {layout:?} {encoder}: {printed}");
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
                for less in [false, true] {
                    let frames = layout.frames(&layout.flashes(transfer, range, less));
                    let options = ["--curve", curve, "--range", name];
                    let expected = if less { 0 } else { THRESHOLDS };
                    fs::write(&raw, frames.concat()).unwrap();
                    let raw = [&raw, "--raw", layout.pixels, "--size", "64x48"];
                    let (found, printed) = failures(&[&raw[..], &options].concat());
                    assert_eq!(found, expected, "{curve} {name} {layout:?}: {printed}");
                    let Some(space) = layout.pixels.strip_prefix("yuv") else { continue };
                    let space = space.trim_end_matches("le");
                    let mut stream =
                        format!("YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C{space}\n").into_bytes();
                    for frame in frames {
                        stream.extend(b"FRAME\n");
                        stream.extend(frame);
                    }
                    fs::write(&file, stream).unwrap();
                    let (found, printed) = failures(&[&[&*file], &options[..]].concat());
                    assert_eq!(found, expected, "{curve} {name} {layout:?}: {printed}");
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
    let codes: Vec<u16> = (0..30).map(|i| [444, 536][i / 3 % 2]).collect();
    fs::write(&raw, LAYOUTS[0].frames(&codes).concat()).unwrap();
    let notes = |name: &str, tags: &[&str], scan: &[&str]| {
        let file = path(&folder, name);
        let mut arguments = vec!["-f", "rawvideo", "-s", "64x48", "-r", "25"];
        arguments.extend(["-pix_fmt", "yuv420p10le", "-i", &raw, "-c:v", "ffv1"]);
        arguments.extend(tags);
        arguments.push(&file);
        ffmpeg(&arguments);
        let mut all = vec![&*file, "--json", &summary];
        all.extend(scan);
        let (failures, printed) = failures(&all);
        let input = json(&summary)["inputs"][0].clone();
        let notes = input["notes"].to_string();
        let told = input["notes"].as_array().unwrap();
        assert!(told.iter().all(|note| printed.contains(note.as_str().unwrap())), "{printed}");
        (failures > 0, notes, input["pixels"].as_str().unwrap().to_owned())
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
    // FFmpeg's names of what is not judged as it is.
    let odd = ["-color_trc", "linear", "-color_primaries", "smpte432", "-colorspace", "ictcp"];
    let (_, said, _) = notes("odd.mkv", &odd, &[]);
    assert!(["linear", "smpte432", "ictcp"].iter().all(|name| said.contains(name)), "{said}");
}

#[test]
fn rgb_of_more_than_8_bits_has_the_luminance_of_its_curve() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, raw) = (path(&folder, "video.mkv"), path(&folder, "frames.rgb"));
    let rows = path(&folder, "rows.csv");
    // Red, green and blue of 61 %, 12 % and 18 % in PQ: 71.2 cd/m² with BT.2020's primaries.
    let pixel = [40_000u16, 8000, 12_000].map(u16::to_le_bytes).concat();
    fs::write(&raw, pixel.repeat(64 * 48 * 3)).unwrap();
    let mut arguments = vec!["-f", "rawvideo", "-s", "64x48", "-r", "25", "-pix_fmt", "rgb48le"];
    arguments.extend(["-i", &raw, "-c:v", "ffv1", "-color_trc", "smpte2084"]);
    arguments.extend(["-color_primaries", "bt2020", &file]);
    ffmpeg(&arguments);
    let output = run(&["--profile", "bt1702", &file, "--csv", &rows]);
    assert_eq!(text(&output.stdout).lines().count(), 1, "{output:?}");
    let (header, rows) = common::rows(&rows);
    let column = header.iter().position(|name| name == "luminance").unwrap();
    let found: f64 = rows[0][column].parse().unwrap();
    // FFmpeg's conversion to limited range is brighter by 0.4 % of the code.
    assert!((found * 200.0 - 71.2).abs() < 2.5, "{found}");
}
