//! `flashinator scan`, run as a user runs it.
//!
//! Tests that need `ffmpeg`, Chromium, or the clips beside the project skip if those are absent, and say so.

mod common;

use common::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_sample_fails_and_all_outputs_agree() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, summary) = (path(&folder, "rows.csv"), path(&folder, "summary.json"));
    let (lines, report) = (path(&folder, "rows.jsonl"), path(&folder, "report.html"));
    let outputs = ["--csv", &csv, "--json", &summary, "--jsonl", &lines, "--report", &report];
    let output = run(&[&[sample()], &outputs[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    let printed = text(&output.stdout);
    let mut text_lines = printed.lines();
    let verdict = text_lines.next().unwrap();
    assert!(
        verdict.starts_with("FAIL ") && verdict.ends_with("3 are allowed (WCAG 2.2)"),
        "{printed}"
    );
    assert!(!printed.contains('\x1b'), "colours without a terminal");
    assert_eq!(text_lines.count(), 2, "{printed}");

    let (header, rows) = rows(&csv);
    let first = ["frame", "time", "luminance", "general_transitions", "red_transitions", "verdict"];
    assert_eq!(header[..6], first);
    assert_eq!(rows.len(), 61);
    assert_eq!(rows[60][..2], ["60", "3.000000"]);
    let lines: Vec<Value> = fs::read_to_string(&lines)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 61);
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!(row[0], line["frame"].to_string());
        assert_eq!(row[3], line["general_transitions"].to_string());
        assert_eq!(row[5], line["verdict"].as_str().unwrap());
        assert_eq!(row[6].parse().ok(), line["t"].as_f64());
    }
    let summary = json(&summary);
    assert_eq!(summary["schema"], 2);
    assert_eq!(summary["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(summary["verdict"], "fail");
    assert_eq!(summary["settings"]["profiles"][0]["profile"], "wcag22");
    assert_eq!(summary["settings"]["profiles"][0]["min_step"], 0.1);
    let input = &summary["inputs"][0];
    assert_eq!((&input["frames"], &input["complete"]), (&61.into(), &true.into()));
    let most: u64 = rows.iter().map(|row| row[3].parse().unwrap()).max().unwrap();
    let result = &input["profiles"][0];
    assert_eq!(result["worst"]["general_transitions"], most);
    let incidents = result["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 1);
    let (start, end) = (incidents[0]["first_frame"].as_u64(), incidents[0]["last_frame"].as_u64());
    for (i, row) in rows.iter().enumerate() {
        let inside = (start.unwrap()..=end.unwrap()).contains(&(i as u64));
        assert_eq!(row[5] != "pass", inside, "row {i}");
    }
    // The summary follows its schema.
    let schema = json(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/scan.schema.json"));
    check(&summary, &schema, &schema, "summary");
    let page = fs::read_to_string(&report).unwrap();
    assert!(page.contains("<strong>Fail</strong>"));
    // The frame and the mask of both phases.
    assert_eq!(page.matches("data:image/png;base64,").count(), 4);
    assert!(page.contains("Do not publish it as it is") && page.contains("Bright phase"));
    // The sample flashes from 0:01.00 to 0:01.90: frames 20 to 38 at 20 frames a second.
    assert_eq!(
        (&incidents[0]["flashes_first_frame"], &incidents[0]["flashes_start"]),
        (&20.into(), &1.0.into())
    );
    assert_eq!(
        (&incidents[0]["flashes_last_frame"], &incidents[0]["flashes_end"]),
        (&38.into(), &1.9.into())
    );
    assert!(page.contains("Time code 00:00:01:00 to 00:00:01:18, frames 20-38"), "{page}");
    assert!(!page.contains("{{") && !page.contains("http:") && !page.contains("https:"));
}

/// Holds a value against the part of JSON Schema that the schema uses.
fn check(value: &Value, schema: &Value, all: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return check(value, &all["$defs"][name.rsplit('/').next().unwrap()], all, place);
    }
    if let Some(kinds) = schema.get("type") {
        let kinds = match kinds {
            Value::String(kind) => vec![kind.as_str()],
            kinds => kinds.as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()).collect(),
        };
        let is = |kind: &&str| match *kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64() || value.is_i64(),
            "number" => value.is_number(),
            "null" => value.is_null(),
            other => panic!("unknown type {other}"),
        };
        assert!(kinds.iter().any(is), "{place}: {value} is none of {kinds:?}");
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value}");
    }
    if let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    {
        for name in schema["required"].as_array().unwrap() {
            assert!(object.contains_key(name.as_str().unwrap()), "{place} lacks {name}");
        }
        for (name, value) in object {
            let schema = properties.get(name).unwrap_or_else(|| panic!("{place}: unknown {name}"));
            check(value, schema, all, &format!("{place}.{name}"));
        }
    }
    if let (Some(array), Some(items)) = (value.as_array(), schema.get("items")) {
        for value in array {
            check(value, items, all, place);
        }
    }
}

#[test]
fn what_was_not_checked_is_said_with_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let (report, summary) = (path(&folder, "report.html"), path(&folder, "summary.json"));
    for (arguments, expected) in [
        (
            &["--ignore", "32x48+0+0", "--ignore", "32x48+0+0"][..],
            Some("50% of the picture was ignored"),
        ),
        (&["--ignore", "64x24+0+0"], Some("50% of the picture was ignored: 64x24+0+0.")),
        (&["--crop", "64x20+0+28"], Some("Only the part 64x20+0+28 of the picture was checked.")),
        (&["--duration", "1"], Some("Nothing after 0:01.00 was checked.")),
        (&["--start", "2"], Some("Nothing before 0:02.00 was checked.")),
        (&["--start", "2", "--duration", "0.5"], Some("Only 0:02.00 to 0:02.50 was checked.")),
        (&["--width", "20px"], Some("as if shown 20 CSS pixels wide")),
        (&["--duration", "100"], None),
    ] {
        let output =
            run(&[&[sample(), "--report", &report, "--json", &summary], arguments].concat());
        let printed = text(&output.stdout);
        let input = &json(&summary)["inputs"][0];
        let narrows =
            input["limits"].as_array().unwrap().iter().filter(|limit| limit["narrows"] == true);
        let narrows: Vec<_> = narrows.map(|limit| limit["text"].as_str().unwrap()).collect();
        let page = fs::read_to_string(&report).unwrap();
        let passes = input["verdict"] == "pass";
        let Some(expected) = expected else {
            assert!(narrows.is_empty(), "{narrows:?}");
            continue;
        };
        assert!(narrows.iter().any(|text| text.contains(expected)), "{narrows:?}");
        assert!(printed.contains(expected) && page.contains(expected), "{printed}");
        assert_eq!(
            page.contains("<strong>Pass, for what was checked</strong>"),
            passes,
            "{arguments:?}"
        );
        assert!(!page.contains("You may publish it"), "{arguments:?}");
    }
}

#[test]
fn other_tools_get_their_forms() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| path(&folder, name);
    let read = |name: &str| fs::read_to_string(file(name)).unwrap();
    let outputs =
        ["--xml", &file("tags.xml"), "--edl", &file("cuts.edl"), "--csv", &file("rows.csv")];
    run(&[&[sample(), "--profile", "wcag22,bt1702"], &outputs[..]].concat());
    let (xml, (_, rows)) = (read("tags.xml"), rows(&file("rows.csv")));
    assert_eq!(xml.matches("<frame ").count(), 61);
    assert_eq!(xml.matches("</frame>").count(), 61);
    assert!(xml.starts_with("<?xml") && xml.ends_with("    </frames>\n</ffprobe>\n"));
    for row in rows {
        let tag =
            format!("<tag key=\"lavfi.flashinator.{}.verdict\" value=\"{}\"/>", row[0], row[6]);
        assert!(xml.contains(&tag), "{tag}");
    }
    // Frames 20 to 38 at 20 frames a second; the end of a cut is the frame after it.
    let cuts = read("cuts.edl");
    let cut = "  AX       V     C        00:00:01:00 00:00:01:19 00:00:01:00 00:00:01:19\n";
    assert!(cuts.starts_with("TITLE: ") && cuts.contains("\nFCM: NON-DROP FRAME\n"), "{cuts}");
    // By BT.1702 it passes: it flashes on less than a quarter of the picture.
    assert_eq!(cuts.matches(cut).count(), 1, "{cuts}");
    assert!(cuts.contains("\n* FROM CLIP NAME: flash.y4m\n"), "{cuts}");
    assert!(
        cuts.contains("* LOC: 00:00:01:00 RED     Fail by WCAG 2.2: flashes, up to 5 in a second"),
        "{cuts}"
    );

    let (still, absent) = (file("still & <more>.y4m"), file("absent.y4m"));
    fs::write(&still, y4m([90; 30].into_iter(), 20)).unwrap();
    run(&[sample(), &still, &absent, "--junit", &file("tests.xml")]);
    let junit = read("tests.xml");
    assert!(junit.contains("<testsuites tests=\"3\" failures=\"1\" errors=\"1\">"), "{junit}");
    assert!(junit.contains("still &amp; &lt;more&gt;.y4m\"></testcase>"), "{junit}");
    assert!(
        junit.contains("<failure type=\"fail\" message=\"5 flashes in the second before"),
        "{junit}"
    );
    assert_eq!(junit.matches("<error type=\"incomplete\"").count(), 1);
    let line = failed(&run(&[sample(), &still, "--edl", &file("two.edl")]), 2);
    assert!(line.contains("they are for one input"), "{line}");
}

#[test]
fn a_page_of_several_inputs_has_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let (report, still) = (path(&folder, "report.html"), path(&folder, "still.y4m"));
    fs::write(&still, y4m([90; 30].into_iter(), 20)).unwrap();
    let absent = path(&folder, "absent.y4m");
    run(&[sample(), &still, &absent, "--report", &report]);
    let page = fs::read_to_string(&report).unwrap();
    for (index, heading) in ["Fail", "Pass", "Not checked"].iter().enumerate() {
        assert!(page.contains(&format!("<a href=\"#i{index}\">")), "{page}");
        assert!(page.contains(&format!("<td class=\"verdict-word\">{heading}</td>")), "{heading}");
        assert!(page.contains(&format!("<strong>{heading}</strong>")), "{heading}");
    }
    assert!(page.contains("You may publish it under WCAG 2.2."));
    assert_eq!(page.matches("<section class=\"profile").count(), 2);
}

#[test]
fn clips_have_the_rows_of_the_definition() {
    let (Some(clips), Some(tables)) = (clips(), beside("verdict/clips")) else { return };
    let out = tempfile::tempdir().unwrap();
    let csv = path(&out, "rows.csv");
    let mut count = 0;
    for entry in fs::read_dir(&tables).unwrap() {
        let table = entry.unwrap().path();
        let name = table.file_name().unwrap().to_str().unwrap();
        let Some((clip, profile)) = name.strip_suffix(".csv").and_then(|n| n.rsplit_once('.'))
        else {
            continue;
        };
        let clip = clips.join(format!("{clip}.mp4"));
        let clip = clip.to_str().unwrap();
        // No clip names a matrix. The definition saw them as ffmpeg converts them, by BT.601.
        let options = ["--matrix", "bt601", "--csv", &csv, "--quiet"];
        let output = run(&[&[clip, "--profile", profile], &options[..]].concat());
        assert_eq!(text(&output.stderr), "");
        let ((_, found), (_, rows)) = (rows(&csv), rows(table.to_str().unwrap()));
        assert_eq!(found.len(), rows.len(), "{name}");
        // The definition sees the frames as ffmpeg converts them to RGB, so single counts may differ by one.
        let mut different = 0;
        for (found, row) in found.iter().zip(&rows) {
            let number = |text: &String| text.parse::<f64>().unwrap();
            assert_eq!(found[0], row[0]);
            assert!((number(&found[1]) - number(&row[1])).abs() < 1e-4, "{name} {row:?}");
            assert!((number(&found[2]) - number(&row[2])).abs() < 0.002, "{name} {row:?}");
            assert_eq!(found[5], row[5], "{name}: {found:?} {row:?}");
            for column in [3, 4] {
                let difference = (number(&found[column]) - number(&row[column])).abs();
                assert!(difference <= 1.0, "{name}: {found:?} {row:?}");
            }
            different += usize::from(found[3..5] != row[3..5]);
        }
        assert!(different * 100 <= rows.len(), "{name}: {different} counts differ");
        let fails = rows.iter().any(|row| row[5] == "fail");
        assert_eq!(output.status.code(), Some(i32::from(fails)), "{name}");
        count += 1;
    }
    assert!(count >= 20);
}

#[test]
fn animations_and_videos_of_the_same_frames_agree() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (gif, apng) = (path(&folder, "a.gif"), path(&folder, "a.apng"));
    let (webp, raw) = (path(&folder, "a.webp"), path(&folder, "a.rgb"));
    // Flashes of a quarter of the picture at 5 Hz, for two seconds, of few colours, so that none is lost.
    let filter = "color=c=0x202020:s=64x48:r=20:d=2,drawbox=x=0:y=0:w=40:h=30:t=fill:c=white:enable='lt(mod(n,4),2)'";
    ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        filter,
        "-vf",
        "split[a][b];[a]palettegen[p];[b][p]paletteuse",
        &gif,
    ]);
    ffmpeg(&["-i", &gif, "-f", "apng", "-plays", "0", &apng]);
    ffmpeg(&["-i", &gif, "-f", "rawvideo", "-pix_fmt", "rgb24", &raw]);
    // Not every ffmpeg is built with libwebp.
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i", &gif, "-c:v", "libwebp_anim", "-lossless", "1", &webp])
        .output()
        .unwrap();
    let csv = path(&folder, "rows.csv");
    let table = |arguments: &[&str]| {
        let output = run(&[arguments, &["--csv", &csv, "-q"]].concat());
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(text(&output.stderr), "");
        rows(&csv).1
    };
    let expected = table(&[&raw, "--raw", "rgb24", "--size", "64x48", "--fps", "20"]);
    assert_eq!(expected.len(), 40);
    assert_eq!(table(&[&gif]), expected);
    assert_eq!(table(&[&apng]), expected);
    if made.status.success() {
        // Its encoder makes one of frames that are the same, and changes colours a little.
        let shown = table(&[&webp]);
        assert!(shown.len() >= 20);
        for row in shown {
            let same = expected.iter().find(|expected| expected[1] == row[1]).unwrap();
            assert_eq!(row[3..6], same[3..6], "{row:?}");
        }
    }
}

#[test]
fn frames_of_every_layout_come_whole_out_of_ffmpeg() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // What ffmpeg writes as Y4M, and what it does not. Odd sizes, where samples are shared at the edges.
    let formats =
        ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p12le", "gray", "gray12le"];
    for format in formats.into_iter().chain(["nv12", "bgra", "rgb24", "gbrp"]) {
        let (file, raw) = (path(&folder, "a.nut"), path(&folder, "a.raw"));
        let source = "testsrc2=r=20:d=1,scale=67:45,format=gbrp,scale";
        ffmpeg(&["-f", "lavfi", "-i", source, "-pix_fmt", format, "-c:v", "rawvideo", &file]);
        ffmpeg(&["-i", &file, "-f", "rawvideo", &raw]);
        let (a, b) = (path(&folder, "a.csv"), path(&folder, "b.csv"));
        let output = run(&[&file, "--csv", &a]);
        assert_eq!(text(&output.stderr), "", "{format}");
        run(&[&raw, "--raw", format, "--size", "67x45", "--fps", "20", "--csv", &b]);
        let rows = rows(&a).1;
        assert_eq!(rows.len(), 20, "{format}");
        assert_eq!(rows, self::rows(&b).1, "{format}");
    }
}

#[test]
fn a_gif_that_repeats_is_judged_as_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (file, csv) = (path(&folder, "a.gif"), path(&folder, "rows.csv"));
    // Two frames, 10 Hz: seen once it is a single transition.
    fs::write(&file, gif(&[0, 255], 5, false)).unwrap();
    assert_eq!(run(&[&file, "-q"]).status.code(), Some(0));
    fs::write(&file, gif(&[0, 255], 5, true)).unwrap();
    let output = run(&[&file, "-v", "--csv", &csv]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stdout).contains("repeated as a player does"), "{output:?}");
    assert_eq!(rows(&csv).1.len(), 2);
    // Browsers show frames with no delay for a tenth of a second.
    fs::write(&file, gif(&[0, 255, 0], 0, false)).unwrap();
    run(&[&file, "-q", "--csv", &csv]);
    let times: Vec<String> = rows(&csv).1.iter().map(|row| row[1].clone()).collect();
    assert_eq!(times, ["0.000000", "0.100000", "0.200000"]);
}

/// What a page has for its charts.
fn chart_data(page: &str) -> Value {
    let (_, after) = page.split_once("id=\"data\">").unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn the_chart_of_an_animation_goes_on_as_long_as_it_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (path(&folder, "a.gif"), path(&folder, "report.html"));
    fs::write(&file, gif(&[0, 255], 8, true)).unwrap();
    assert_eq!(run(&[&file, "-q", "--report", &report]).status.code(), Some(1));
    let data = &chart_data(&fs::read_to_string(&report).unwrap())[0];
    let most = data["general"].as_array().unwrap().iter().map(|count| count.as_u64().unwrap());
    assert!(most.max() > Some(6), "{data}");
    let (end, incident) = (data["end"].as_f64().unwrap(), &data["incidents"][0]);
    assert!(end >= 5.9 && incident["to"].as_f64().unwrap() <= end + 0.01, "{data}");
}

#[test]
fn only_profiles_that_fail_are_blamed() {
    let folder = tempfile::tempdir().unwrap();
    let report = path(&folder, "report.html");
    let output = run(&[sample(), "--profile", "wcag22,bt1702", "--report", &report]);
    let page = fs::read_to_string(&report).unwrap();
    assert!(
        text(&output.stdout).contains(": fails WCAG 2.2; passes ITU-R BT.1702\n"),
        "{output:?}"
    );
    assert!(page.contains("it does not meet WCAG 2.2, and it can cause seizures"), "{page}");
}

/// Flashing of which the count goes up and down across a limit is one incident for a reader.
#[test]
fn incidents_that_share_flashes_are_shown_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let (file, summary) = (path(&folder, "a.y4m"), path(&folder, "summary.json"));
    let report = path(&folder, "report.html");
    fs::write(&file, y4m((0..200).map(|i| if i % 13 < 6 { 230 } else { 20 }), 25)).unwrap();
    let output = run(&[&file, "--json", &summary, "--report", &report]);
    let incidents = json(&summary)["inputs"][0]["profiles"][0]["incident_count"].as_u64();
    assert!(incidents > Some(5), "{incidents:?}");
    // The verdict, a heading, and the incident.
    assert_eq!(text(&output.stdout).lines().count(), 3, "{output:?}");
    let page = fs::read_to_string(&report).unwrap();
    assert!(page.contains("<h4>The incident</h4>") && page.contains("Bright phase"));
    assert_eq!(chart_data(&page)[0]["incidents"].as_array().unwrap().len(), 1);
}

/// A film of an hour with 300 incidents: the worst in full, all in a table, in a page that can be sent by mail.
#[test]
fn a_page_of_an_hour_is_small() {
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (path(&folder, "a.y4m"), path(&folder, "report.html"));
    // Every 12 seconds eight changes.
    let level = |i: u64| if i % 300 < 20 && i % 300 / 2 % 2 == 1 { 230 } else { 20 };
    fs::write(&file, y4m((0..90_000).map(level), 25)).unwrap();
    run(&[&file, "-q", "--report", &report]);
    let page = fs::read_to_string(&report).unwrap();
    assert!(page.contains("The worst 6 of 300 incidents"));
    assert_eq!(page.matches("<details open>").count(), 6);
    assert_eq!(page.matches("<td class=\"verdict-word\">Fail</td>").count(), 300);
    assert!(page.len() < 2_000_000, "{}", page.len());
}

/// The left half and the right half of the picture flash in turns.
#[test]
fn the_box_is_around_all_that_flashes() {
    let folder = tempfile::tempdir().unwrap();
    let (file, summary) = (path(&folder, "a.rgb"), path(&folder, "summary.json"));
    let mut frames = Vec::new();
    for i in 0..100 {
        for x in (0..48).flat_map(|_| 0..64) {
            let is_on = (if x < 32 { i } else { i + 1 }) / 3 % 2 == 1;
            frames.extend([if is_on { 220 } else { 25 }; 3]);
        }
    }
    fs::write(&file, frames).unwrap();
    run(&[&file, "-q", "--raw", "rgb24", "--size", "64x48", "--json", &summary]);
    let incident = &json(&summary)["inputs"][0]["profiles"][0]["incidents"][0];
    assert_eq!(incident["flashing"], serde_json::json!([0, 0, 64, 48]), "{incident}");
}

#[test]
fn the_page_has_the_title_of_the_file() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (path(&folder, "a.mkv"), path(&folder, "report.html"));
    let (source, title) = ("color=gray:s=64x48:r=25:d=0.4", "title=Cut 3 <final>\nof  spring");
    ffmpeg(&["-f", "lavfi", "-i", source, "-c:v", "ffv1", "-metadata", title, &file]);
    run(&[&file, "-q", "--report", &report]);
    let page = fs::read_to_string(&report).unwrap();
    assert!(page.contains("<dt>Title</dt><dd>Cut 3 &lt;final&gt; of spring</dd>"), "{page}");
    assert!(page.contains("<dt>Duration</dt><dd>0:00.40, 10 frames at 25 a second</dd>"), "{page}");
}

/// Bytes in which every date, as in 2026-11-27, is the same: midnight may pass between two scans.
fn undated(mut bytes: Vec<u8>) -> Vec<u8> {
    for i in 0..bytes.len().saturating_sub(9) {
        let is_date = |(at, byte): (usize, &u8)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if bytes[i..i + 10].iter().enumerate().all(is_date) {
            bytes[i..i + 10].fill(b'-');
        }
    }
    bytes
}

/// Two scans of one file write the same but for the date.
#[test]
fn two_scans_have_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = vec![sample().to_owned()];
    if have("ffmpeg") {
        // Damaged, so that the decoder has messages. Each picture of Motion JPEG stands alone: what codecs such as H.264
        // make up for a damaged picture depends on which of their threads comes first.
        let (whole, broken) = (path(&folder, "whole.avi"), path(&folder, "broken.avi"));
        ffmpeg(&["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=2", "-c:v", "mjpeg", &whole]);
        let mut bytes = fs::read(whole).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..][..200].fill(0x55);
        fs::write(&broken, bytes).unwrap();
        inputs.push(broken);
    }
    for input in inputs {
        let outputs = ["report", "csv", "json", "jsonl", "xml", "edl", "junit"];
        let scanned = |round: &str| -> Vec<Vec<u8>> {
            let file = |output: &str| path(&folder, &format!("{round}.{output}"));
            let mut command = scan(&[&input]);
            for output in outputs {
                command.arg(format!("--{output}")).arg(file(output));
            }
            let printed = command.output().unwrap();
            let read = |output: &&str| undated(fs::read(file(output)).unwrap_or_default());
            outputs.iter().map(read).chain([printed.stdout, printed.stderr]).collect()
        };
        let (first, second) = (scanned("a"), scanned("b"));
        for (name, (a, b)) in outputs.iter().chain(&["out", "err"]).zip(first.iter().zip(&second)) {
            // They name the output only where it cannot be written.
            assert!(a == b, "{input}: {name}:\n{}\n{}", text(a), text(b));
        }
    }
}

#[test]
fn statuses_follow_the_worst_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let still = path(&folder, "still.y4m");
    fs::write(&still, y4m([90; 30].into_iter(), 20)).unwrap();
    let warned = path(&folder, "warned.y4m");
    // Five transitions, and no more.
    let levels = (0..40).map(|i| if i < 20 && i / 4 % 2 == 1 { 230 } else { 20 });
    fs::write(&warned, y4m(levels, 20)).unwrap();
    assert_eq!(run(&[&still]).status.code(), Some(0));
    let output = run(&[&warned]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("WARNING "), "{output:?}");
    assert_eq!(run(&[&warned, "--strict"]).status.code(), Some(1));
    assert_eq!(run(&[&still, &warned, sample()]).status.code(), Some(1));
    let output = run(&[&still, sample(), &path(&folder, "absent.y4m")]);
    assert_eq!(output.status.code(), Some(2));
    let printed = text(&output.stdout);
    assert!(
        printed.contains("not checked") && printed.ends_with("1 of 3 fail, 1 incomplete\n"),
        "{printed}"
    );
    // A folder, in the order of names.
    let output = run(&[folder.path().to_str().unwrap(), "-q", "--json", "-"]);
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<_> =
        summary["inputs"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap()).collect();
    assert_eq!(names, [&still, &warned]);
    let line = failed(&run(&[&still, &warned, "--csv", "x.csv"]), 2);
    assert!(line.contains("one input, and there are 2"), "{line}");
}

#[test]
fn settings_change_the_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let code = |arguments: &[&str]| run(&[&[sample(), "-q"], arguments].concat()).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--profile", "wcag21"]), Some(1));
    assert_eq!(code(&["--ignore", "32x20+20+6"]), Some(0));
    assert_eq!(code(&["--crop", "64x20+0+28"]), Some(0));
    assert_eq!(code(&["--duration", "1"]), Some(0));
    assert_eq!(code(&["--start", "2"]), Some(0));
    assert_eq!(code(&["--start", "1", "--duration", "1"]), Some(1));
    let thresholds = path(&folder, "house.toml");
    fs::write(&thresholds, "min_step = 0.95\n").unwrap();
    assert_eq!(code(&["--thresholds", &thresholds]), Some(0));
    fs::write(&thresholds, "max_transitions = 2\nwarn_transitions = 1\n[x]\n").unwrap();
    let line = failed(&run(&[sample(), "--thresholds", &thresholds]), 2);
    assert!(line.contains("house.toml: line 3") && line.contains("unknown field `x`"), "{line}");
    fs::write(&thresholds, "min_area = 1.5").unwrap();
    let line = failed(&run(&[sample(), "--thresholds", &thresholds]), 2);
    assert!(line.contains("house.toml: min_area: "), "{line}");
    let absent = path(&folder, "absent.toml");
    let line = failed(&run(&[sample(), "--thresholds", &absent]), 2);
    assert!(line.ends_with("absent.toml: there is no such file; check its name"), "{line}");
    let line = failed(&run(&[sample(), "--ignore", "100x100+0+0"]), 2);
    assert!(line.contains("--ignore 100x100+0+0 of a frame of 64x48"), "{line}");
}

#[test]
fn ranges_and_matrices_are_those_of_the_stream() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let csv = path(&folder, "rows.csv");
    let source = "testsrc2=s=64x48:r=25:d=0.4";
    for (name, options) in [
        ("plain.mkv", &["-pix_fmt", "yuv420p"] as &[&str]),
        (
            "bt709.mkv",
            &["-vf", "scale=out_color_matrix=bt709", "-colorspace", "bt709", "-pix_fmt", "yuv420p"],
        ),
        ("full.mkv", &["-pix_fmt", "yuvj420p"]),
        ("444.mkv", &["-pix_fmt", "yuv444p"]),
        ("rgb.mkv", &["-pix_fmt", "bgr0"]),
    ] {
        let (file, raw) = (path(&folder, name), path(&folder, "raw.rgb"));
        let encode = ["-f", "lavfi", "-i", source, "-c:v", "ffv1"];
        ffmpeg(&[&encode[..], options, &[&file]].concat());
        ffmpeg(&["-i", &file, "-f", "rawvideo", "-pix_fmt", "rgb24", &raw]);
        let luminance = |arguments: &[&str]| -> Vec<f64> {
            let output = run(&[arguments, &["--csv", &csv, "-q"]].concat());
            assert_eq!(text(&output.stderr), "");
            rows(&csv).1.iter().map(|row| row[2].parse().unwrap()).collect()
        };
        let expected = luminance(&[&raw, "--raw", "rgb24", "--size", "64x48"]);
        let found = luminance(&[&file]);
        assert_eq!(found.len(), 10, "{name}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 0.002, "{name}: {found} {expected}");
        }
    }
    // A picture on its side is turned upright.
    let (lying, upright) = (path(&folder, "lying.mp4"), path(&folder, "upright.mp4"));
    ffmpeg(&["-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", &lying]);
    ffmpeg(&["-i", &lying, "-c", "copy", "-metadata:s:v", "rotate=90", &upright]);
    let output = run(&[&upright, "-v"]);
    assert!(text(&output.stdout).contains(" 48x64 "), "{output:?}");
}

#[test]
fn uneven_times_are_those_of_the_stream() {
    if !have("ffmpeg") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, csv) = (path(&folder, "uneven.mkv"), path(&folder, "rows.csv"));
    let filter = "settb=1/1000,setpts='if(lt(N,5),N*0.04,1+N*0.1)/TB'";
    let source = "testsrc=s=64x48:r=25:d=0.4";
    let ticks = ["-fps_mode", "passthrough", "-enc_time_base", "1:1000"];
    let options = [&["-vf", filter, "-c:v", "ffv1"], &ticks[..]].concat();
    ffmpeg(&[&["-f", "lavfi", "-i", source], &options[..], &[&file]].concat());
    run(&[&file, "-q", "--csv", &csv]);
    let times: Vec<f64> = rows(&csv).1.iter().map(|row| row[1].parse().unwrap()).collect();
    let expected = [0.0, 0.04, 0.08, 0.12, 0.16, 1.5, 1.6, 1.7, 1.8, 1.9];
    assert_eq!(times.len(), 10);
    for (found, expected) in times.iter().zip(expected) {
        assert!((found - expected).abs() < 0.0015, "{times:?}");
    }
    // Time codes count frames of one length. The rest of the outputs is written.
    let (cuts, report) = (path(&folder, "cuts.edl"), path(&folder, "report.html"));
    let line = failed(&run(&[&file, "-q", "--edl", &cuts, "--report", &report]), 2);
    assert!(line.contains("uneven.mkv: it has a variable frame rate, and --edl needs"), "{line}");
    assert!(!Path::new(&cuts).exists(), "an empty list of incidents says that there are none");
    assert!(fs::read_to_string(&report).unwrap().contains("10 frames at a variable rate"));
}

#[test]
fn no_colors_without_a_terminal() {
    let output = scan(&[sample()]).env("NO_COLOR", "1").output().unwrap();
    assert!(!text(&output.stdout).contains('\x1b'));
    let output = run(&[sample(), "--quiet"]);
    // One line for an input that fails, and none for another.
    let printed = text(&output.stdout);
    assert_eq!((output.status.code(), printed.lines().count()), (Some(1), 1), "{printed}");
    assert!(printed.starts_with("FAIL "), "{printed}");
    assert!(run(&[sample(), "--quiet", "--duration", "1"]).stdout.is_empty());
    let colored = text(&run(&[sample(), "--color", "always"]).stdout);
    assert!(colored.contains("\x1b[1;31mFAIL"), "{colored:?}");
    let output = run(&[sample(), "--verbose"]);
    assert!(text(&output.stdout).contains("64x48 yuv420p"), "{output:?}");
}

#[test]
fn help_completions_and_manual_are_there() {
    let help = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout)
    };
    assert!(help(&["scan", "--help"]).contains("flashinator scan clip.mp4 --report clip.html"));
    for section in ["EXIT STATUS", "FILES", "SEE ALSO"] {
        assert!(help(&["man", "scan"]).contains(section), "{section}");
    }
    // The help has every column and every threshold that the documentation has.
    let long = help(&["scan", "--help"]);
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/scan.md")).unwrap();
    let names = docs.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let names: Vec<_> =
        names.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`')).collect();
    assert!(names.contains(&"min_step") && names.contains(&"red_transitions"), "{names:?}");
    let is_name = |name: &&str| {
        name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
    };
    for name in names.into_iter().filter(is_name) {
        assert!(long.contains(name), "{name}");
    }
    assert!(help(&["completions", "bash"]).contains("_flashinator()"));
    assert!(help(&["man"]).contains(".TH flashinator"));
    assert!(help(&["man", "scan"]).contains("thresholds"));
    assert!(
        failed(&Command::new(PROGRAM).args(["man", "x"]).output().unwrap(), 2).contains("no such")
    );
}

#[test]
fn the_readmes_commands_do_what_it_says() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let first = "cargo run --release -- scan samples/flash.y4m";
    assert!(readme.contains(&format!("\n{first}\n")), "the first command");
    let output = Command::new(PROGRAM)
        .args(["scan", "samples/flash.y4m"])
        .current_dir(root)
        .output()
        .unwrap();
    let printed = text(&output.stdout);
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/scan.md")).unwrap();
    for (name, text) in [("README.md", readme), ("docs/scan.md", docs)] {
        let shown = text.contains(&format!("```text\n{printed}```"));
        assert!(shown, "{name} does not show\n{printed}");
    }
}

/// The page in a real browser: no message on its console, no request, and a chart.
#[test]
fn the_report_works_in_a_browser() {
    if !have("chromium") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (report, profile) = (path(&folder, "report.html"), path(&folder, "profile"));
    assert_eq!(run(&[sample(), "-q", "--report", &report]).status.code(), Some(1));
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--v=0", "--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--user-data-dir={profile}"))
        .arg(format!("file://{report}"))
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    let console: Vec<_> = messages.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:?}");
    let page = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(page.contains("class=\"counts general\" d=\"M"), "no chart in {page}");
    assert!(page.contains("class=\"span\""), "no incident in the chart");
    for (element, attribute) in
        [("<script", "src="), ("<link", "href=\"http"), ("<img", "src=\"http")]
    {
        for part in page.split(element).skip(1) {
            let tag = part.split('>').next().unwrap();
            assert!(!tag.contains(attribute), "{element} {tag}");
        }
    }
}

/// The same codes of green are another colour by another matrix.
#[test]
fn untagged_video_has_the_matrix_that_players_take() {
    let luma_of = |height: u32, more: &[&str]| -> String {
        let folder = tempfile::tempdir().unwrap();
        let (file, csv) = (path(&folder, "a.y4m"), path(&folder, "rows.csv"));
        let mut data = format!("YUV4MPEG2 W8 H{height} F25:1 Ip A1:1 C444\nFRAME\n").into_bytes();
        for code in [145, 54, 34] {
            data.extend(std::iter::repeat_n(code, 8 * height as usize));
        }
        fs::write(&file, data).unwrap();
        run(&[&[&file, "-q", "--csv", &csv], more].concat());
        rows(&csv).1[0][2].clone()
    };
    let (small, large) = (luma_of(718, &[]), luma_of(720, &[]));
    assert_ne!(small, large);
    assert_eq!(luma_of(718, &["--matrix", "bt709"]), large);
    assert_eq!(luma_of(720, &["--matrix", "bt601"]), small);
    assert_ne!(luma_of(720, &["--range", "full"]), large);
}
