//! Real clips, decoded by ffmpeg into RGB and into YUV, by every profile that the definition has rows for: every
//! verdict is that of the rows, counts are the same in at least 99 of 100 frames and never differ by more than 1.
//! Clips and rows lie beside the project; where they or ffmpeg are absent, the test says so and skips.

mod support;

use flashinator::{
    Analyser, AnalyserSettings, Display, Format, Frame, Hazard, Profile, Shape, Timestamp, Verdict,
};
use support::clips::clips;

#[test]
fn verdicts_and_counts_are_those_of_the_definition() {
    let (mut tables, mut frames, mut differing) = (0, 0, 0);
    for clip in clips() {
        for format in [Format::Rgb24, Format::I420] {
            let pixels = clip.decoded(format.name());
            let shape = Shape::new(format, clip.width, clip.height).unwrap();
            for (name, profile) in Profile::NAMED {
                let Some(rows) = clip.rows(name) else { continue };
                tables += 1;
                let profiles = [profile];
                let mut settings =
                    AnalyserSettings { profiles: &profiles, ..AnalyserSettings::default() };
                if name == "bt1702" && format == Format::Rgb24 {
                    // The rows are of the display that the profile has for YUV.
                    settings.display = Some(Display::Bt1886);
                }
                let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
                let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
                let pixels = pixels.chunks_exact(shape.frame_bytes());
                assert_eq!(pixels.len(), rows.len(), "{} {name}", clip.name);
                for (i, (pixels, row)) in pixels.zip(&rows).enumerate() {
                    let time = Timestamp::from_ticks(i as i64, 1, clip.rate).unwrap();
                    let frame = Frame::contiguous(shape, pixels).unwrap();
                    let report = analyser.push(&frame, time).unwrap();
                    let place =
                        format!("{} {name} {format:?} frame {i}: {report:?} {row:?}", clip.name);
                    assert!((report.luminance - row.luminance).abs() < 0.002, "{place}");
                    assert_eq!(report.verdict.name(), row.verdict, "{place}");
                    for (hazard, count) in [(Hazard::General, row.general), (Hazard::Red, row.red)]
                    {
                        assert!(report.transitions[hazard].abs_diff(count) <= 1, "{place}");
                        differing += usize::from(report.transitions[hazard] != count);
                    }
                    frames += 1;
                    if clip.name == "bigbuckbunny" {
                        assert_eq!(report.verdict, Verdict::Pass, "{place}");
                    }
                }
            }
        }
    }
    println!("counts differ in {differing} of {frames} frames");
    assert!(tables == 0 || tables >= 40, "only {tables} tables of rows");
    assert!(100 * differing <= frames, "counts differ in {differing} of {frames} frames");
}
