//! The analyser on constructed clips: what the standards want of each, and that every frame's counts and
//! verdict are those of the definition.

#[path = "common/flash.rs"]
mod flash;
#[path = "common/flash_reference.rs"]
mod flash_reference;
mod support;

use flash::{Clip, gray, high};
use flashinator::{
    Analyser, AnalyserSettings, Error, Flash, Format, Frame, Profile, Rectangle, Shape, Timestamp,
    Verdict, Viewing,
};

/// 40 x 30 cells of one pixel, a field of 13 x 10 of them: everything in few pixels.
const SMALL: (u32, u32) = (40, 30);

/// A picture whose pixels are finer than a tenth of a degree: cells of 2 pixels, 0.0938 degrees.
const WIDE: (u32, u32) = (640, 360);

const PROFILES: [(&str, Profile); 3] =
    [("wcag22", Profile::WCAG_2_2), ("wcag21", Profile::WCAG_2_1), ("bt1702", Profile::BT_1702)];

fn flashing(hertz: f64, rate: u32, seconds: usize) -> Clip {
    let frames = seconds * rate as usize;
    Clip::new(SMALL, rate, frames, |_, _, i| gray(if high(rate, hertz, i) { 255 } else { 0 }))
}

#[test]
fn full_screen_flashes_fail_above_three_a_second() {
    for (name, profile) in PROFILES {
        for (hertz, rate, verdict) in [
            (1.4, 100, Verdict::Pass),
            (2.9, 100, Verdict::ExtendedFail),
            (3.1, 100, Verdict::Fail),
            (5.0, 50, Verdict::Fail),
            (10.0, 60, Verdict::Fail),
            (25.0, 50, Verdict::Fail),
            (30.0, 60, Verdict::Fail),
        ] {
            let clip = flashing(hertz, rate, 6);
            assert_eq!(clip.check(&format!("{name} {hertz} Hz"), profile), verdict, "{hertz}");
        }
    }
}

#[test]
fn opposite_halves_do_not_cancel() {
    for (name, profile) in PROFILES {
        let clip = Clip::new(SMALL, 25, 50, |x, _, i| {
            gray(if high(25, 5.0, i) == (x < 20) { 255 } else { 0 })
        });
        assert_eq!(clip.check(name, profile), Verdict::Fail);
    }
}

#[test]
fn fine_patterns_that_reverse_pass_and_coarse_ones_fail() {
    // Sides in pixels of 0.0469 degrees.
    for (side, checkers, stripes) in [
        (2, Verdict::Pass, Verdict::Pass),
        (4, Verdict::Pass, Verdict::Fail),
        (8, Verdict::Fail, Verdict::Fail),
        (24, Verdict::Fail, Verdict::Fail),
        (107, Verdict::Fail, Verdict::Fail),
    ] {
        let reversing = |pattern: &dyn Fn(u32, u32) -> u32| {
            Clip::new(WIDE, 15, 15, |x, y, i| {
                gray(if (pattern(x / side, y / side) + i as u32 / 2).is_multiple_of(2) {
                    230
                } else {
                    20
                })
            })
        };
        let checker = reversing(&|x, y| x + y);
        assert_eq!(checker.check(&format!("checkers of {side}"), Profile::WCAG_2_2), checkers);
        let striped = reversing(&|x, _| x);
        assert_eq!(striped.check(&format!("stripes of {side}"), Profile::WCAG_2_2), stripes);
    }
}

#[test]
fn more_than_a_quarter_of_a_field_must_flash_wherever_it_lies() {
    // A field is 13 x 10 cells; the rectangles are cut out of one at each corner of the picture.
    for (wide, high_rows, verdict) in [
        (13, 2, Verdict::Pass),
        (8, 4, Verdict::Pass),
        (11, 3, Verdict::Fail),
        (13, 4, Verdict::Fail),
    ] {
        for (right, bottom) in [(false, false), (true, false), (false, true), (true, true)] {
            let x0 = if right { SMALL.0 - wide } else { 0 };
            let y0 = if bottom { SMALL.1 - high_rows } else { 0 };
            let clip = Clip::new(SMALL, 25, 30, |x, y, i| {
                let inside = (x0..x0 + wide).contains(&x) && (y0..y0 + high_rows).contains(&y);
                gray(if inside && high(25, 5.0, i) { 255 } else { 60 })
            });
            let name = format!("{wide}x{high_rows} at {right} {bottom}");
            assert_eq!(clip.check(&name, Profile::WCAG_2_2), verdict, "{name}");
            let reports = clip.reports(&AnalyserSettings::default());
            let worst = reports.iter().max_by_key(|report| report.general).unwrap().worst;
            if verdict == Verdict::Fail {
                let field = worst.field;
                assert!(field.x <= x0 && x0 + wide <= field.x + field.width, "{worst:?}");
                assert!(field.y <= y0 && y0 + high_rows <= field.y + field.height, "{worst:?}");
                assert_eq!(worst.area, (wide * high_rows) as f32 / 130.0);
            }
        }
    }
}

/// The code whose linear light is nearest to a value.
fn code_of(light: f64) -> u8 {
    let linear = |code: u8| {
        let c = f64::from(code) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let off = |code: &u8| ((linear(*code) - light).abs() * 1e9) as u64;
    (0..=255).min_by_key(off).unwrap()
}

#[test]
fn steps_of_a_tenth_count_where_the_darker_is_below_eight_tenths() {
    for (dark, bright, verdict) in [
        (0.3, 0.39, Verdict::Pass),
        (0.3, 0.41, Verdict::Fail),
        (0.0, 0.09, Verdict::Pass),
        (0.0, 0.11, Verdict::Fail),
        (0.79, 0.95, Verdict::Fail),
        (0.81, 0.95, Verdict::Pass),
    ] {
        let (dark, bright) = (code_of(dark), code_of(bright));
        let clip =
            Clip::new(SMALL, 25, 30, |_, _, i| gray(if high(25, 5.0, i) { bright } else { dark }));
        assert_eq!(clip.check(&format!("{dark} {bright}"), Profile::WCAG_2_2), verdict);
    }
    // BT.1702: 413.435 (0.002745 x + 0.0189623)^2.2 is 80 cd/m2 at 165, 99 at 182, 101 at 184; above
    // 160 cd/m2, at 230, 1/17 is 18.
    for (dark, bright, verdict) in
        [(165, 181, Verdict::Pass), (165, 185, Verdict::Fail), (232, 240, Verdict::Pass)]
    {
        let clip =
            Clip::new(SMALL, 25, 30, |_, _, i| gray(if high(25, 5.0, i) { bright } else { dark }));
        assert_eq!(clip.check(&format!("{dark} {bright}"), Profile::BT_1702), verdict);
    }
}

/// A number that looks like chance, of place and frame.
fn chance(x: u32, y: u32, i: usize) -> u32 {
    let mixed = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77))
        .wrapping_add((i as u32).wrapping_mul(0xC2B2_AE3D));
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2C1B_3C6D);
    let mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297A_2D39);
    mixed ^ (mixed >> 15)
}

#[test]
fn white_noise_passes() {
    for (name, profile) in PROFILES {
        for size in [SMALL, (64, 48)] {
            let clip = Clip::new(size, 25, 40, |x, y, i| gray(chance(x, y, i) as u8));
            assert_eq!(clip.check(name, profile), Verdict::Pass);
        }
    }
}

#[test]
fn saturated_red_is_told_from_other_reds() {
    for (name, first, second, verdicts) in [
        // Of 2.2 by u'v', of 2.1 by R - G - B, and BT.1702.
        ("red and gray", [255, 0, 0], gray(127), [Verdict::Fail; 3]),
        ("red and black", [255, 0, 0], gray(0), [Verdict::Fail; 3]),
        (
            "two saturated reds",
            [200, 0, 0],
            [180, 0, 0],
            [Verdict::Pass, Verdict::Fail, Verdict::Pass],
        ),
        ("two dull reds", [120, 80, 80], [100, 90, 90], [Verdict::Pass; 3]),
        ("green and gray", [0, 98, 0], gray(79), [Verdict::Pass; 3]),
    ] {
        for ((profile_name, profile), verdict) in PROFILES.into_iter().zip(verdicts) {
            let clip =
                Clip::new(SMALL, 25, 30, |_, _, i| if high(25, 5.0, i) { first } else { second });
            let found = clip.check(&format!("{name}, {profile_name}"), profile);
            assert_eq!(found, verdict, "{name}, {profile_name}");
        }
    }
}

#[test]
fn a_red_flash_is_named_as_the_reason() {
    // Of the same luminance: 0.2126 of red at 182 is that of gray 95.
    let clip =
        Clip::new(SMALL, 25, 30, |_, _, i| if high(25, 5.0, i) { [182, 0, 0] } else { gray(82) });
    let reports = clip.reports(&AnalyserSettings::default());
    let last = reports.last().unwrap();
    assert_eq!((last.general, last.flash, last.verdict), (0, Flash::Red, Verdict::Fail));
}

#[test]
fn slow_fades_single_cuts_lone_frames_and_pans_pass() {
    for (name, profile) in PROFILES {
        let fade = Clip::new(SMALL, 25, 150, |_, _, i| gray(((i % 100).abs_diff(50) * 5) as u8));
        assert_eq!(fade.check(name, profile), Verdict::Pass);
        let cut = Clip::new(SMALL, 25, 40, |x, _, i| gray(if i < 20 { 10 } else { 200 + x as u8 }));
        assert_eq!(cut.check(name, profile), Verdict::Pass);
        let lone = Clip::new(SMALL, 25, 40, |_, _, i| gray(if i == 20 { 255 } else { 30 }));
        assert_eq!(lone.check(name, profile), Verdict::Pass);
        assert_eq!(
            lone.reports(&AnalyserSettings { profile, ..Default::default() })[20..]
                .iter()
                .map(|report| report.general)
                .max(),
            Some(2)
        );
        let pan = Clip::new((160, 90), 25, 50, |x, _, i| {
            gray(if ((x as usize + i) / 20).is_multiple_of(2) { 220 } else { 40 })
        });
        assert_eq!(pan.check(name, profile), Verdict::Pass);
    }
}

#[test]
fn sinusoidal_flashing_of_texture_fails_at_every_rate() {
    for rate in [25, 30, 60, 120] {
        let clip = Clip::new(SMALL, rate, 2 * rate as usize, |x, y, i| {
            let phase = 2.0 * std::f64::consts::PI * 5.0 * i as f64 / f64::from(rate);
            let texture = f64::from(chance(x, y, 0) % 40);
            gray((130.0 + 90.0 * phase.sin() + texture) as u8)
        });
        assert_eq!(clip.check(&format!("{rate}"), Profile::WCAG_2_2), Verdict::Fail, "{rate}");
    }
}

#[test]
fn pictures_of_all_shapes() {
    for size in [(1, 1), (8, 8), (2, 3), (400, 2), (3, 300), (90, 160), (641, 7)] {
        for (name, profile) in PROFILES {
            let clip = Clip::new(size, 25, 30, |x, y, i| {
                gray(if high(25, 5.0, i) { 200 + (x + y) as u8 % 32 } else { 40 })
            });
            let verdict = clip.check(&format!("{size:?} {name}"), profile);
            assert_eq!(verdict, Verdict::Fail, "{size:?}");
        }
    }
}

#[test]
fn cells_of_every_side_agree_with_the_definition() {
    for side in [1, 2, 3, 4, 5, 6, 7, 8, 12, 25, 200, 256] {
        let clip = Clip::new((83, 61), 25, 12, |x, y, i| {
            let noise = chance(x / 9, y / 7, i / 3) as u8;
            if high(25, 4.0, i) { [128 + noise / 2, 0, 0] } else { gray(noise / 3) }
        });
        for (name, profile) in PROFILES {
            let settings =
                AnalyserSettings { profile, cell: Some(side), ..AnalyserSettings::default() };
            let rows = clip.rows(profile, Some(side as usize), None);
            flash::agree(&format!("{name}, cells of {side}"), &clip.reports(&settings), &rows);
        }
    }
}

#[test]
fn uneven_times_give_the_counts_of_even_ones() {
    // Each picture is shown for 1 to 3 frames of the steady clip: left out are those that repeat it.
    let mut shown = Vec::new();
    let mut picture = 0;
    while shown.len() < 75 {
        for _ in 0..1 + chance(picture, 7, 3) % 3 {
            shown.push(picture);
        }
        picture += 1;
    }
    let steady =
        Clip::new(SMALL, 25, shown.len(), |_, _, i| gray(if shown[i] % 2 == 0 { 30 } else { 220 }));
    let all = steady.reports(&AnalyserSettings::default());
    let shape = steady.shape();
    let settings = AnalyserSettings::default();
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    for (i, data) in steady.frames.iter().enumerate() {
        if i > 0 && shown[i] == shown[i - 1] {
            continue;
        }
        let time = Timestamp::from_micros(40_000 * i as i64).unwrap();
        let report = analyser.push(&Frame::contiguous(shape, data).unwrap(), time).unwrap();
        assert_eq!((report.general, report.red), (all[i].general, all[i].red), "frame {i}");
        assert_eq!(report.worst, all[i].worst);
    }
    assert_eq!(analyser.summary().verdict, Verdict::Fail);
}

#[test]
fn gaps_are_taken_and_times_that_do_not_go_on_are_refused() {
    let shape = Shape::new(Format::Gray8, 8, 8).unwrap();
    let settings = AnalyserSettings { most_frames: 25, ..AnalyserSettings::default() };
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    let data = [[0; 64], [255; 64]];
    let mut push = |i: usize, micros: i64| {
        let frame = Frame::contiguous(shape, &data[i % 2]).unwrap();
        analyser.push(&frame, Timestamp::from_micros(micros).unwrap())
    };
    for i in 0..8 {
        push(i, 40_000 * i as i64).unwrap();
    }
    assert_eq!(push(0, 280_000), Err(Error::TimeNotAfter));
    assert_eq!(push(0, -5), Err(Error::TimeNotAfter));
    let report = push(8, 320_000).unwrap();
    assert_eq!((report.frame, report.general, report.verdict), (8, 8, Verdict::Fail));
    // An hour later nothing is left.
    let report = push(9, 3_600_000_000).unwrap();
    assert_eq!((report.frame, report.general, report.verdict), (9, 1, Verdict::Pass));
    // 24 more within a second, and then one too many.
    for i in 0..24 {
        push(i, 3_600_000_000 + 1000 * (i as i64 + 1)).unwrap();
    }
    assert_eq!(push(0, 3_600_100_000), Err(Error::RateTooHigh));
    let report = push(0, 3_601_000_000).unwrap();
    assert_eq!(report.frame, 34);
}

#[test]
fn a_thousand_frames_a_second() {
    let clip = Clip::new((12, 9), 1000, 1200, |x, _, i| {
        gray(if high(1000, 40.0, i) { 255 - x as u8 } else { 0 })
    });
    assert_eq!(clip.check("1000 a second", Profile::WCAG_2_2), Verdict::Fail);
    let reports = clip.reports(&AnalyserSettings::default());
    assert_eq!(reports.last().unwrap().general, 80);
}

#[test]
fn flashes_spread_over_frames_that_are_near_each_other_count_together() {
    // Each of four stripes turns in another of the frames within 1/30 of a second.
    let clip = Clip::new(SMALL, 240, 480, |x, _, i| {
        gray(if high(240, 5.0, i + (x / 3 % 4) as usize) { 255 } else { 0 })
    });
    assert_eq!(clip.check("spread", Profile::WCAG_2_2), Verdict::Fail);
}

#[test]
fn incidents_are_told_one_by_one() {
    // Flashing for a second, quiet for three, and again, of red.
    let clip = Clip::new(SMALL, 25, 250, |_, _, i| match i {
        25..50 => gray(if high(25, 5.0, i) { 220 } else { 20 }),
        125..175 if high(25, 5.0, i) => [230, 0, 0],
        _ => gray(20),
    });
    let shape = clip.shape();
    for kept in [0, 1, 64] {
        let settings = AnalyserSettings { incidents: kept, ..AnalyserSettings::default() };
        let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
        let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
        let mut reports = Vec::new();
        for (i, data) in clip.frames.iter().enumerate() {
            let frame = Frame::contiguous(shape, data).unwrap();
            reports.push(analyser.push(&frame, clip.time(i)).unwrap());
        }
        let summary = analyser.summary();
        assert_eq!((summary.frames, summary.verdict, summary.incidents), (250, Verdict::Fail, 2));
        let most = reports.iter().map(|r| r.general.max(r.red)).max().unwrap();
        assert_eq!(summary.worst.general.max(summary.worst.red), most);
        for index in 0..3 {
            let incident = analyser.incident(index);
            assert_eq!(incident.is_some(), index < (kept as usize).min(2));
            let Some(incident) = incident else { continue };
            let run = &reports[incident.first_frame as usize..=incident.last_frame as usize];
            assert!(run.iter().all(|report| report.verdict != Verdict::Pass));
            assert_eq!(reports[incident.first_frame as usize - 1].verdict, Verdict::Pass);
            assert_eq!(reports[incident.last_frame as usize + 1].verdict, Verdict::Pass);
            assert_eq!(run.iter().map(|report| report.verdict).max(), Some(incident.verdict));
            assert_eq!(run.iter().map(|report| report.general).max(), Some(incident.general));
            assert_eq!(run.iter().map(|report| report.red).max(), Some(incident.red));
            assert_eq!((incident.start, incident.end), (run[0].time, run[run.len() - 1].time));
            let peak = reports[incident.peak_frame as usize];
            assert_eq!(
                (peak.time, peak.worst, peak.flash),
                (incident.peak, incident.worst, incident.flash)
            );
        }
    }
}

#[test]
fn what_is_ignored_does_not_flash() {
    let clip = Clip::new(SMALL, 25, 30, |x, y, i| {
        gray(if x < 10 && y < 10 && high(25, 5.0, i) { 255 } else { 20 })
    });
    let verdict = |ignore: &[Rectangle]| {
        let settings = AnalyserSettings { ignore, ..AnalyserSettings::default() };
        clip.reports(&settings).iter().map(|report| report.verdict).max().unwrap()
    };
    let part = |width, height| Rectangle { x: 0, y: 0, width, height };
    assert_eq!(verdict(&[]), Verdict::Fail);
    assert_eq!(verdict(&[part(0, 10)]), Verdict::Fail);
    assert_eq!(verdict(&[part(10, 10)]), Verdict::Pass);
    assert_eq!(verdict(&[part(10, 4), Rectangle { y: 5, ..part(10, 5) }]), Verdict::Pass);
}

#[test]
fn a_nearer_screen_has_more_fields() {
    // A square of a quarter of the width flashes: most of 10 degrees of a far screen, little of a near one.
    let clip = Clip::new((160, 90), 25, 30, |x, y, i| {
        gray(if x < 16 && y < 12 && high(25, 5.0, i) { 255 } else { 20 })
    });
    let verdict = |degrees| {
        let viewing = Viewing::Degrees(degrees);
        let settings = AnalyserSettings { viewing, ..AnalyserSettings::default() };
        clip.reports(&settings).iter().map(|report| report.verdict).max().unwrap()
    };
    assert_eq!(verdict(20.0), Verdict::Pass);
    assert_eq!(verdict(90.0), Verdict::Fail);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let shape = Shape::new(Format::Rgb24, 64, 48).unwrap();
    let usual = AnalyserSettings::default();
    let made = |settings: &AnalyserSettings<'_>| {
        let mut memory = vec![0; 4_000_000];
        Analyser::new(shape, settings, &mut memory).map(|_| ()).unwrap_err()
    };
    let profile = |profile| AnalyserSettings { profile, ..usual };
    let wcag = Profile::WCAG_2_2;
    for wrong in [
        Profile { step: 0.0, ..wcag },
        Profile { step: f32::NAN, ..wcag },
        Profile { dark: -1.0, ..wcag },
        Profile { contrast: 0.0, ..wcag },
        Profile { saturation: 1.5, ..wcag },
        Profile { area: 0.0, ..wcag },
        Profile { area: 1.0, ..wcag },
        Profile { warning: 0, ..wcag },
        Profile { warning: 7, ..wcag },
        Profile { red: flashinator::Red::Difference { least: 0.0 }, ..wcag },
        Profile { red: flashinator::Red::Chromaticity { distance: -0.2, flare: 0.0 }, ..wcag },
        Profile { red: flashinator::Red::Chromaticity { distance: 0.2, flare: -0.1 }, ..wcag },
    ] {
        assert_eq!(made(&profile(wrong)), Error::BadProfile, "{wrong:?}");
    }
    assert_eq!(made(&AnalyserSettings { most_frames: 0, ..usual }), Error::BadRate);
    assert_eq!(made(&AnalyserSettings { most_frames: 1001, ..usual }), Error::BadRate);
    assert_eq!(made(&AnalyserSettings { cell: Some(0), ..usual }), Error::BadViewing);
    assert_eq!(made(&AnalyserSettings { cell: Some(257), ..usual }), Error::TooLarge);
    assert_eq!(made(&AnalyserSettings { incidents: u32::MAX, ..usual }), Error::TooLarge);
    let outside = [Rectangle { x: 60, y: 0, width: 5, height: 1 }];
    assert_eq!(made(&AnalyserSettings { ignore: &outside, ..usual }), Error::OutsideFrame);
    let many = [Rectangle::default(); 17];
    assert_eq!(made(&AnalyserSettings { ignore: &many, ..usual }), Error::TooManyRectangles);
    let needed = Analyser::memory_needed(shape, &usual).unwrap();
    let mut short = vec![0; needed - 1];
    let made = Analyser::new(shape, &usual, &mut short).map(|_| ());
    assert_eq!(made, Err(Error::MemoryTooSmall));
}

#[test]
fn memory_is_small() {
    let shape = Shape::new(Format::Rgb24, 1920, 1080).unwrap();
    let needed = |most_frames| {
        let settings = AnalyserSettings { most_frames, ..AnalyserSettings::default() };
        Analyser::memory_needed(shape, &settings).unwrap()
    };
    let cells = 320 * 180;
    assert!(needed(60) <= 4_000_000, "{}", needed(60));
    // The second: for each frame a bit a cell for rises and for falls, general and red.
    assert!(needed(60) - 60 * cells / 2 <= 48 * cells, "{}", needed(60));
    assert!(needed(120) - needed(60) <= 60 * (cells / 2 + 100));
}
