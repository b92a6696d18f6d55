//! The oracle is the definition: it says of real clips and of random videos what `flash_reference.py` says.
//! Both lie beside the project; where they are absent, the tests say so and skip.

mod support;

use std::process::Command;
use support::beside::definition;
use support::clips::clips;
use support::oracle::light::Display;
use support::oracle::rules::Standard;
use support::oracle::{Oracle, View};
use support::process::feed;
use support::random::Random;
use support::videos::Video;

#[test]
fn rows_of_real_clips() {
    let mut tables = 0;
    for clip in clips() {
        let size = [clip.width, clip.height].map(|side| side as usize);
        let pixels = clip.decoded("rgb24");
        for standard in Standard::ALL {
            let Some(rows) = clip.rows(standard.name()) else { continue };
            tables += 1;
            let bt1886 = standard == Standard::Bt1702;
            let display = if bt1886 { Display::Bt1886 } else { Display::Srgb };
            let mut oracle = Oracle::new(size, standard, View { display, ..View::default() });
            let frames = pixels.chunks_exact(3 * size[0] * size[1]);
            assert_eq!(frames.len(), rows.len(), "{} {}", clip.name, standard.name());
            for (i, (frame, row)) in frames.zip(&rows).enumerate() {
                let found = oracle.frame(i as f64 / f64::from(clip.rate), frame);
                let place =
                    format!("{} {} frame {i}: {found:?} {row:?}", clip.name, standard.name());
                assert!((found.luminance - row.luminance).abs() < 1e-6, "{place}");
                assert_eq!((found.general, found.red), (row.general, row.red), "{place}");
                assert_eq!(found.verdict.name(), row.verdict, "{place}");
            }
        }
    }
    assert!(tables == 0 || tables >= 20, "only {tables} tables of rows");
}

/// A view of any kind.
fn view(random: &mut Random) -> View {
    View {
        css_width: random.of(&[None, None, Some(200.0), Some(1366.0), Some(1920.0)]),
        pixel_aspect: random.of(&[1.0, 1.0, 16.0 / 11.0, 0.6]),
        display: random.of(&[Display::Srgb, Display::Srgb, Display::Bt1886]),
        cell: random.of(&[None, Some(1), Some(2), Some(3), Some(5)]),
    }
}

#[test]
fn rows_of_random_videos() {
    let Some(folder) = definition() else { return };
    let mut random = Random(1);
    let mut videos = Vec::new();
    let mut expected = Vec::new();
    for seed in 0..300 {
        let standard = Standard::ALL[seed % Standard::ALL.len()];
        let view = view(&mut random);
        let sides = [1 + random.below(60), 1 + random.below(40)];
        let count = random.of(&[30, 30, 30, 120]);
        let video = Video::random(seed as u64, sides.map(|side| side as u32), count);
        let json = |value: Option<String>| value.unwrap_or("null".into());
        videos.extend_from_slice(
            format!(
                r#"{{"profile": "{}", "width": {}, "height": {}, "frames": {}, "css_width": {}, "pixel_aspect": {}, "display": "{}", "cell": {}}}"#,
                standard.name(),
                sides[0],
                sides[1],
                video.frames.len(),
                json(view.css_width.map(|width| width.to_string())),
                view.pixel_aspect,
                if view.display == Display::Srgb { "srgb" } else { "bt1886" },
                json(view.cell.map(|side| side.to_string())),
            )
            .as_bytes(),
        );
        videos.push(b'\n');
        videos.extend(video.seconds().flat_map(f64::to_le_bytes));
        videos.extend(video.frames.iter().flatten());
        let mut oracle = Oracle::new(sides, standard, view);
        for (i, (time, frame)) in video.seconds().zip(&video.frames).enumerate() {
            expected.push((
                format!("{seed} {standard:?} {view:?}, frame {i}"),
                oracle.frame(time, frame),
            ));
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/definition.py");
    let output = feed(Command::new("python3").arg(script).arg(folder), &videos);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows = String::from_utf8(output.stdout).unwrap();
    assert_eq!(rows.lines().count(), expected.len());
    for (row, (place, found)) in rows.lines().zip(&expected) {
        let (luminance, rest) = row.split_once(' ').unwrap();
        let luminance: f64 = luminance.parse().unwrap();
        assert!((found.luminance - luminance).abs() < 1e-9, "{place}: {found:?} {row}");
        let counts = format!("{} {} {}", found.general, found.red, found.verdict.name());
        assert_eq!(counts, rest, "{place}");
    }
    // Not too many are in doubt, and there is enough of every verdict.
    let sure = expected.iter().filter(|(_, row)| !row.in_doubt).count();
    println!("{sure} of {} frames are not in doubt", expected.len());
    assert!(5 * sure > 2 * expected.len());
    for verdict in ["pass", "warning", "extended-warning", "fail"] {
        let frames = expected.iter().filter(|(_, row)| row.verdict.name() == verdict).count();
        println!("{verdict}: {frames} of {} frames", expected.len());
        assert!(frames >= 50, "{verdict}: {frames} frames");
    }
}
