//! Real clips, decoded by ffmpeg into RGB and into YUV: every count and verdict is that of the definition's
//! rows, which are kept beside the project. Where ffmpeg or the clips are absent, the test says so and
//! skips.

mod support;

use flashinator::{Analyser, AnalyserSettings, Format, Frame, Profile, Shape, Timestamp};
use std::path::Path;
use std::process::Command;

use support::beside::clips;

fn probed(clip: &Path) -> (u32, u32, u32) {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-show_entries"])
        .args(["stream=width,height,avg_frame_rate", "-of", "csv=p=0"])
        .arg(clip)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut fields = text.trim().split(',');
    let mut side = || fields.next().unwrap().parse().unwrap();
    let (width, height) = (side(), side());
    let rate = fields.next().unwrap().strip_suffix("/1").unwrap().parse().unwrap();
    (width, height, rate)
}

fn decoded(clip: &Path, format: &str) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(clip)
        .args(["-f", "rawvideo", "-pix_fmt", format, "-"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn every_row_is_that_of_the_definition() {
    let Some(folder) = clips() else { return };
    let mut tables = 0;
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for clip in files.iter().filter(|file| file.extension().is_some_and(|e| e == "mp4")) {
        let (width, height, rate) = probed(clip);
        for format in [Format::Rgb24, Format::I420] {
            let data = decoded(clip, format.name());
            let shape = Shape::new(format, width, height).unwrap();
            for (name, profile) in [
                ("wcag22", Profile::WCAG_2_2),
                ("wcag21", Profile::WCAG_2_1),
                ("bt1702", Profile::BT_1702),
            ] {
                let table = clip.with_extension(format!("{name}.csv"));
                let Ok(table) = std::fs::read_to_string(&table) else { continue };
                tables += 1;
                let settings = AnalyserSettings { profile, ..AnalyserSettings::default() };
                let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
                let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
                let frames = data.chunks_exact(shape.frame_bytes());
                assert_eq!(table.lines().count() - 1, frames.len(), "{clip:?} {name}");
                for (i, (data, row)) in frames.zip(table.lines().skip(1)).enumerate() {
                    let time = Timestamp::from_ticks(i as i64, 1, rate).unwrap();
                    let frame = Frame::contiguous(shape, data).unwrap();
                    let report = analyser.push(&frame, time).unwrap();
                    let fields: Vec<_> = row.split(',').collect();
                    let luminance: f64 = fields[2].parse().unwrap();
                    assert!((report.luminance - luminance).abs() < 0.0005, "{report:?} {row}");
                    let found = [
                        report.general.to_string(),
                        report.red.to_string(),
                        report.verdict.name().to_owned(),
                    ];
                    assert_eq!(found, fields[3..], "{clip:?} {name} frame {i}");
                }
            }
        }
    }
    assert!(tables >= 20, "{tables} tables of rows");
}
