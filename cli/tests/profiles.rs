//! `flashinator scan` by each profile, with thresholds, sizes and displays of the user's own.

mod common;
#[path = "../../tests/support/process.rs"]
mod process;

use common::*;
use serde_json::Value;
use std::fs;
use std::process::Output;

/// Raw frames of gray RGB: `level` gives the gray of a pixel from x, y and the number of the frame.
fn rgb(
    width: usize,
    height: usize,
    frames: usize,
    level: impl Fn(usize, usize, usize) -> u8,
) -> Vec<u8> {
    let mut data = Vec::with_capacity(frames * width * height * 3);
    for frame in 0..frames {
        for y in 0..height {
            for x in 0..width {
                data.extend([level(x, y, frame); 3]);
            }
        }
    }
    data
}

/// Scans raw frames of 64x64 at 20 frames a second on standard input.
fn scan_raw(frames: &[u8], more: &[&str]) -> Output {
    let raw = ["-", "--raw", "rgb24", "--size", "64x64", "--fps", "20"];
    process::feed(&mut scan(&[&raw, more].concat()), frames)
}

/// Black and white in turn, 5 times a second at 20 frames a second.
fn strobe(frame: usize) -> u8 {
    if (frame / 2).is_multiple_of(2) { 0 } else { 255 }
}

fn status(output: &Output) -> i32 {
    assert_eq!(text(&output.stderr), "");
    output.status.code().unwrap()
}

#[test]
fn several_profiles_have_the_rows_of_each() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, summary) = (path(&folder, "rows.csv"), path(&folder, "summary.json"));
    let (lines, report) = (path(&folder, "rows.jsonl"), path(&folder, "report.html"));
    let names = ["wcag22", "wcag21", "wcag22-aaa", "bt1702", "ofcom", "trace24"];
    let all = names.join(",");
    let files = ["--csv", &csv, "--json", &summary, "--jsonl", &lines, "--report", &report];
    let output = run(&[&[sample(), "--profile", &all], &files[..]].concat());
    assert_eq!(status(&output), 1);
    let printed = text(&output.stdout);
    assert!(printed.starts_with("FAIL "), "{printed}");
    assert!(names.iter().all(|name| printed.contains(&format!("\n  {name} "))), "{printed}");

    let (header, together) = rows(&csv);
    assert_eq!(header[..3], ["profile", "frame", "time"]);
    let inputs = &json(&summary)["inputs"][0];
    let lines: Vec<Value> = fs::read_to_string(&lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((together.len(), lines.len()), (6 * 61, 6 * 61));
    for (index, name) in names.into_iter().enumerate() {
        // For a television the rectangle of the sample is too small.
        let expected = i32::from(!["bt1702", "ofcom"].contains(&name));
        assert_eq!(status(&run(&[sample(), "--profile", name, "-q", "--csv", &csv])), expected);
        let expected = rows(&csv).1;
        let found: Vec<_> = together.iter().filter(|row| row[0] == name).collect();
        assert_eq!(found.len(), expected.len());
        // Profiles that look for no patterns have nothing in the columns of patterns.
        let with_patterns = ["bt1702", "ofcom"].contains(&name);
        for (found, expected) in found.iter().zip(&expected) {
            let columns = 1 + expected.len();
            assert_eq!(found[1..columns], expected[..], "{name}");
            assert!(found[columns..].iter().all(String::is_empty), "{name}");
            assert_eq!(found.len() == columns, with_patterns, "{name}");
        }
        assert_eq!(lines.iter().filter(|line| line["profile"] == name).count(), 61);
        assert_eq!(inputs["profiles"][index]["profile"], name);
    }
    let page = fs::read_to_string(&report).unwrap();
    assert_eq!(page.matches("<section class=\"profile").count(), 6);
    // A profile that is named twice counts once.
    run(&[sample(), "--profile", "wcag22,wcag22", "-q", "--csv", &csv]);
    assert_eq!(rows(&csv).0[0], "frame");
}

#[test]
fn the_worst_verdict_of_several_profiles_decides() {
    // A quarter of the picture is more than a quarter of some field, but not more than a quarter of the picture.
    let frames = rgb(64, 64, 40, |x, y, frame| if x < 32 && y < 32 { strobe(frame) } else { 0 });
    assert_eq!(status(&scan_raw(&frames, &["--profile", "bt1702"])), 0);
    assert_eq!(status(&scan_raw(&frames, &["--profile", "wcag22"])), 1);
    let output = scan_raw(&frames, &["--profile", "bt1702,wcag22"]);
    assert_eq!(status(&output), 1);
    assert!(
        text(&output.stdout)
            .starts_with("FAIL standard input: fails WCAG 2.2; passes ITU-R BT.1702\n"),
        "{output:?}"
    );
}

#[test]
fn a_small_picture_is_no_hazard() {
    let frames = rgb(64, 64, 40, |_, _, frame| strobe(frame));
    for (width, expected) in [
        (&[][..], 1),
        (&["--width", "1920px"], 1),
        (&["--width", "64px"], 0),
        (&["--width", "0.5deg"], 0),
        (&["--width", "0.5"], 0),
        (&["--width", "56"], 1),
        // 147 x 147 CSS pixels are less than a quarter of 341 x 256, and 149 x 149 are more.
        (&["--width", "147px"], 0),
        (&["--width", "149px"], 1),
    ] {
        assert_eq!(status(&scan_raw(&frames, width)), expected, "{width:?}");
    }
    for width in ["0px", "181deg", "wide"] {
        let output = scan_raw(&frames, &["--width", width]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("write a width as"), "{output:?}");
    }
}

#[test]
fn pixels_that_are_not_square_change_the_height() {
    let frames = rgb(64, 64, 40, |_, _, frame| strobe(frame));
    // 400 CSS pixels wide: 400, 100 or 50 high, of a field of 341 x 256.
    for (aspect, expected) in [("1", 1), ("4:1", 1), ("8:1", 0), ("0.5", 1)] {
        let output = scan_raw(&frames, &["--width", "400px", "--pixel-aspect", aspect]);
        assert_eq!(status(&output), expected, "{aspect}");
    }
    // Y4M says it in its header.
    let y4m = |aspect: &str, more: &[&str]| {
        let header = format!("YUV4MPEG2 W8 H8 F20:1 A{aspect} Cmono XCOLORRANGE=FULL\n");
        let mut clip = header.into_bytes();
        for frame in 0..40 {
            clip.extend([b"FRAME\n".to_vec(), vec![strobe(frame); 64]].concat());
        }
        status(&process::feed(&mut scan(&[&["-", "--width", "400px"], more].concat()), &clip))
    };
    assert_eq!([y4m("1:1", &[]), y4m("0:0", &[]), y4m("8:1", &[])], [1, 1, 0]);
    assert_eq!(y4m("8:1", &["--pixel-aspect", "1"]), 1);
}

#[test]
fn a_part_of_the_picture_keeps_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let summary = path(&folder, "summary.json");
    let region = |x: usize, y: usize| (8..40).contains(&x) && (6..36).contains(&y);
    let frames = rgb(64, 64, 40, |x, y, frame| if region(x, y) { strobe(frame) } else { 60 });
    for crop in [&[][..], &["--crop", "50x50+4+2"]] {
        let output = scan_raw(&frames, &[crop, &["--json", &summary]].concat());
        assert_eq!(status(&output), 1);
        let result = json(&summary)["inputs"][0]["profiles"][0].clone();
        assert_eq!(result["worst"]["flashing"], serde_json::json!([8, 6, 32, 30]), "{crop:?}");
        assert_eq!(result["incidents"][0]["flashing"], result["worst"]["flashing"]);
        assert!(text(&output.stdout).contains(" 32x30+8+6\n"), "{output:?}");
    }
    // Cut out, it is as small as before: 8 x 8 of 64 x 64 pixels are 96 x 96 CSS pixels.
    let frames = rgb(64, 64, 40, |_, _, frame| strobe(frame));
    assert_eq!(status(&scan_raw(&frames, &["--crop", "8x8+4+2"])), 0);
    assert_eq!(status(&scan_raw(&frames, &["--crop", "16x16+4+2"])), 1);
    assert_eq!(status(&scan_raw(&frames, &["--crop", "16x16+4+2", "--width", "300px"])), 0);
}

#[test]
fn the_display_is_that_of_the_profile() {
    // Black and code 97 of limited range: 0.11 of white by sRGB, 0.09 by BT.1886.
    let frame = |code: u8| [vec![code; 64 * 64], vec![128; 2 * 32 * 32]].concat();
    let frames: Vec<u8> =
        (0..40).flat_map(|i| frame(if i / 2 % 2 == 0 { 16 } else { 97 })).collect();
    let status = |more: &[&str]| {
        let raw = ["-", "--raw", "yuv420p", "--size", "64x64", "--fps", "20"];
        status(&process::feed(&mut scan(&[&raw, more].concat()), &frames))
    };
    assert_eq!(status(&["--profile", "wcag22"]), 1);
    assert_eq!(status(&["--profile", "wcag22", "--display", "bt1886"]), 0);
    assert_eq!(status(&["--profile", "bt1702"]), 0);
    assert_eq!(status(&["--profile", "bt1702", "--display", "srgb"]), 1);
}

#[test]
fn long_flashing_is_an_extended_warning() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, thresholds) = (path(&folder, "rows.csv"), path(&folder, "house.toml"));
    // 2.5 flashes a second for 7 seconds.
    let frames = rgb(64, 64, 140, |_, _, frame| if frame / 4 % 2 == 0 { 0 } else { 255 });
    let output = scan_raw(&frames, &["--csv", &csv]);
    assert_eq!(status(&output), 0);
    let printed = text(&output.stdout);
    assert!(printed.starts_with("WARNING "), "{printed}");
    assert!(printed.contains("allowed by WCAG, a risk by ITU-R BT.1702 after 5 s"), "{printed}");
    assert!(printed.contains("  extended-warning "), "{printed}");
    let verdicts = |file: &str| rows(file).1.iter().map(|row| row[5].clone()).collect::<Vec<_>>();
    let extended = verdicts(&csv).iter().filter(|verdict| *verdict == "extended-warning").count();
    assert!(extended > 20, "{extended}");
    assert_eq!(status(&scan_raw(&frames, &["--strict"])), 1);
    fs::write(&thresholds, "extended = false\n").unwrap();
    scan_raw(&frames, &["--csv", &csv, "--thresholds", &thresholds]);
    assert!(verdicts(&csv).iter().all(|verdict| verdict == "pass" || verdict == "warning"));
}

#[test]
fn thresholds_of_a_file_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let thresholds = path(&folder, "house.toml");
    let frames = rgb(64, 64, 40, |x, _, frame| if x < 20 { strobe(frame) } else { 0 });
    // Each transition takes two frames, 100 ms, with half of the change in each.
    let slow = rgb(64, 64, 40, |_, _, frame| [0, 188, 255, 188][frame % 4]);
    let status = |frames: &[u8], text: &str| {
        fs::write(&thresholds, text).unwrap();
        status(&scan_raw(frames, &["--thresholds", &thresholds]))
    };
    assert_eq!(status(&frames, ""), 1);
    for passes in [
        "min_area = 0.95",
        "area = 0.95",
        "field = \"picture\"\nmin_area = 0.35",
        "field = [1000, 700]\nmin_area = 0.35",
        "max_transitions = 20",
        "most = 20",
        "fit = [64, 64]",
    ] {
        assert_eq!(status(&frames, passes), 0, "{passes}");
    }
    assert_eq!(status(&slow, ""), 1);
    assert_eq!(status(&slow, "longest = 0.066\nmin_step = 0.6"), 0);
    assert_eq!(status(&slow, "longest = 0.11\nmin_step = 0.6"), 1);
}

#[test]
fn thresholds_that_make_no_sense_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let thresholds = path(&folder, "house.toml");
    for (text, expected) in [
        ("min_step = 20", "white is 1"),
        ("field = \"all\"", "line 1: a field is two numbers"),
        ("field = [341]", "line 1: a field is two numbers"),
        ("extended = 1", "line 1"),
        ("step = 0.1\nmin_step = 0.1", "duplicate"),
        ("together = -1", "house.toml: together: "),
    ] {
        fs::write(&thresholds, text).unwrap();
        let line = failed(&run(&[sample(), "--thresholds", &thresholds]), 2);
        assert!(line.contains(expected), "{text}: {line}");
    }
    fs::write(&thresholds, "").unwrap();
    let two = run(&[sample(), "--thresholds", &thresholds, "--profile", "wcag22,bt1702"]);
    assert!(failed(&two, 2).contains("use one profile"));
    // Of an older version: accepted, and printed.
    fs::write(&thresholds, "red_flare = 0.01").unwrap();
    let output = run(&[sample(), "--thresholds", &thresholds]);
    assert!(failed(&output, 1).contains("red_flare no longer has any effect"));
}

#[test]
fn regular_patterns_fail_under_the_profiles_that_restrict_them() {
    // Ten pairs of upright stripes, which stand for a second.
    let frames = rgb(320, 180, 25, |x, _, _| if x / 16 % 2 == 0 { 255 } else { 0 });
    for (arguments, fails) in [
        (&["--profile", "bt1702"][..], true),
        (&["--profile", "ofcom"], true),
        (&["--profile", "wcag22"], false),
        (&["--profile", "wcag22", "--patterns"], true),
    ] {
        let raw = ["-", "--raw", "rgb24", "--size", "320x180", "--csv", "-", "--quiet"];
        let output = process::feed(&mut scan(&[&raw, arguments].concat()), &frames);
        assert_eq!(output.status.code(), Some(i32::from(fails)), "{arguments:?}");
        let printed = text(&output.stdout);
        let last = printed.lines().last().unwrap();
        assert_eq!(last.ends_with(",still,fail"), fails, "{last}");
        let header = printed.lines().next().unwrap();
        let columns = ",pattern_area,pattern_pairs,pattern_motion,pattern_verdict";
        assert_eq!(header.ends_with(columns), fails, "{header}");
    }
    let raw = ["-", "--raw", "rgb24", "--size", "320x180", "--profile", "bt1702"];
    let printed = text(&process::feed(&mut scan(&raw), &frames).stdout);
    let reason = "a regular pattern of 10 pairs of stripes on 100% of the picture, at 0:00.52";
    assert!(printed.contains(reason), "{printed}");
}
