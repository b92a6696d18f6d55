//! The analyser's interface: times, incidents, masks, what is ignored, what is refused, memory.

mod support;

use flashinator::{
    Analyser, AnalyserSettings, Error, Format, Frame, Hazard, Profile, Rectangle, Red, Report,
    Shape, Stripe, Timestamp, Verdict, Viewing,
};
use support::analysis::{reports, reports_by_all};
use support::videos::{Video, gray, high};

const SMALL: [u32; 2] = [40, 30];

fn worst_verdict(reports: &[Report]) -> Verdict {
    reports.iter().map(|report| report.verdict).max().unwrap()
}

#[test]
fn gaps_are_taken_and_times_that_do_not_go_on_are_refused() {
    let shape = Shape::new(Format::Gray8, 8, 8).unwrap();
    let settings = AnalyserSettings { max_fps: 25, ..AnalyserSettings::default() };
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    let data = [[0; 64], [255; 64]];
    let mut push = |i: usize, micros: i64| {
        let frame = Frame::contiguous(shape, &data[i % 2]).unwrap();
        analyser.push(&frame, Timestamp::from_micros(micros).unwrap())
    };
    let found =
        |report: Report| (report.frame, report.transitions[Hazard::General], report.verdict);
    for i in 0..8 {
        push(i, 40_000 * i as i64).unwrap();
    }
    assert_eq!(push(0, 280_000), Err(Error::TimeNotAfter));
    assert_eq!(push(0, -5), Err(Error::TimeNotAfter));
    assert_eq!(found(push(8, 320_000).unwrap()), (8, 8, Verdict::Fail));
    // An hour later nothing is left.
    assert_eq!(found(push(9, 3_600_000_000).unwrap()), (9, 1, Verdict::Pass));
    // 24 more within a second, and then one too many.
    for i in 0..24 {
        push(i, 3_600_000_000 + 1000 * (i as i64 + 1)).unwrap();
    }
    assert_eq!(push(0, 3_600_100_000), Err(Error::RateTooHigh));
    assert_eq!(push(0, 3_601_000_000).unwrap().frame, 34);
}

#[test]
fn incidents_come_one_by_one() {
    // Flashing for a second, quiet for three, and again, of red.
    let video = Video::new(SMALL, 25, 250, |_, _, i| match i {
        25..50 => gray(if high(25, 5.0, i) { 220 } else { 20 }),
        125..175 if high(25, 5.0, i) => [230, 0, 0],
        _ => gray(20),
    });
    let shape = video.shape();
    let profiles = [Profile::WCAG_2_2, Profile::BT_1702];
    for kept in [0, 1, 64] {
        let settings = AnalyserSettings {
            profiles: &profiles,
            max_incidents: kept,
            ..AnalyserSettings::default()
        };
        let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
        let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
        let mut reports = [Vec::new(), Vec::new()];
        for (i, data) in video.frames.iter().enumerate() {
            let frame = Frame::contiguous(shape, data).unwrap();
            analyser.push(&frame, video.time(i)).unwrap();
            for (profile, reports) in reports.iter_mut().enumerate() {
                reports.push(analyser.report(profile).unwrap());
            }
        }
        assert_eq!(analyser.profiles(), 2);
        assert_eq!(analyser.summary(2), None);
        assert_eq!(analyser.report(2), None);
        for (profile, reports) in reports.iter().enumerate() {
            let summary = analyser.summary(profile).unwrap();
            let found = (summary.frames, summary.verdict, summary.incidents);
            assert_eq!(found, (250, Verdict::Fail, 2));
            let most = reports.iter().map(|report| report.transitions.max()).max().unwrap();
            assert_eq!(summary.worst.transitions.max(), most);
            assert_eq!(summary.worst, reports[summary.worst.frame as usize]);
            let incidents: Vec<_> = analyser.incidents(profile).collect();
            assert_eq!(incidents.len(), (kept as usize).min(2));
            for incident in incidents {
                let run = &reports[incident.first_frame as usize..=incident.last_frame as usize];
                assert!(run.iter().all(|report| report.verdict != Verdict::Pass));
                assert_eq!(reports[incident.first_frame as usize - 1].verdict, Verdict::Pass);
                assert_eq!(reports[incident.last_frame as usize + 1].verdict, Verdict::Pass);
                assert_eq!(worst_verdict(run), incident.verdict);
                for hazard in Hazard::ALL {
                    let most = run.iter().map(|report| report.transitions[hazard]).max();
                    assert_eq!(most, Some(incident.transitions[hazard]));
                }
                assert_eq!((incident.start, incident.end), (run[0].time, run[run.len() - 1].time));
                let peak = reports[incident.peak_frame as usize];
                assert_eq!(peak.transitions.max(), incident.transitions.max());
                assert_eq!(
                    (peak.time, peak.worst, peak.hazard, peak.severity()),
                    (incident.peak, incident.worst, incident.hazard, incident.severity())
                );
                let as_bad = run.iter().filter(|report| report.severity() == peak.severity());
                let around = as_bad.map(|report| report.flashing).reduce(Rectangle::around);
                assert_eq!(around, Some(incident.flashing));
            }
        }
    }
}

#[test]
fn ignored_parts_do_not_flash() {
    let video = Video::new(SMALL, 25, 30, |x, y, i| {
        gray(if x < 10 && y < 10 && high(25, 5.0, i) { 255 } else { 20 })
    });
    let verdict = |ignore: &[Rectangle]| {
        let settings = AnalyserSettings { ignore, ..AnalyserSettings::default() };
        worst_verdict(&reports(&video, &settings))
    };
    let part = |width, height| Rectangle { x: 0, y: 0, width, height };
    assert_eq!(verdict(&[]), Verdict::Fail);
    assert_eq!(verdict(&[part(0, 10)]), Verdict::Fail);
    assert_eq!(verdict(&[part(10, 10)]), Verdict::Pass);
    assert_eq!(verdict(&[part(10, 4), Rectangle { y: 5, ..part(10, 5) }]), Verdict::Pass);
}

#[test]
fn an_empty_rectangle_ignores_nothing() {
    // A row of 11 cells: where some are ignored there are no neighbours to take their place.
    let shape = Shape::new(Format::Rgb24, 42, 4).unwrap();
    let video =
        Video::new([42, 4], 25, 30, |_, _, i| gray(if high(25, 5.0, i) { 255 } else { 20 }));
    for (x, y, width, height) in [(0, 2, 42, 0), (0, 0, 42, 0), (9, 1, 0, 3), (9, 2, 0, 0)] {
        let ignore = [Rectangle { x, y, width, height }];
        let profiles = [Profile::WCAG_2_2_AAA];
        let settings = AnalyserSettings {
            profiles: &profiles,
            cell: Some(4),
            ignore: &ignore,
            ..AnalyserSettings::default()
        };
        let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
        let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
        for (i, data) in video.frames.iter().enumerate() {
            analyser.push(&Frame::contiguous(shape, data).unwrap(), video.time(i)).unwrap();
        }
        let mut bits = [0; 2];
        analyser.mask(0, &mut bits).unwrap();
        assert_eq!(bits, [0xff, 0x07], "{ignore:?}");
    }
}

#[test]
fn the_mask_has_the_flashing_cells() {
    // 11 columns of 4 pixels, the last of them cut; a flash that covers whole cells.
    let shape = Shape::new(Format::Rgb24, 42, 30).unwrap();
    let (left, top, width, height) = (8, 4, 20, 16);
    let video = Video::new([42, 30], 25, 30, |x, y, i| {
        let inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
        gray(if inside && high(25, 5.0, i) { 255 } else { 20 })
    });
    let profiles = [Profile::WCAG_2_2_AAA, Profile::BT_1702];
    let settings =
        AnalyserSettings { profiles: &profiles, cell: Some(4), ..AnalyserSettings::default() };
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    for profile in 0..2 {
        let grid = analyser.grid(profile).unwrap();
        let found = [grid.columns, grid.rows, grid.cell_width, grid.cell_height];
        assert_eq!(found, [11, 8, 4, 4]);
    }
    assert_eq!(analyser.grid(2), None);
    let mut bits = [0xff; 16];
    for (i, data) in video.frames.iter().enumerate() {
        analyser.push(&Frame::contiguous(shape, data).unwrap(), video.time(i)).unwrap();
        for profile in 0..2 {
            bits.fill(0xff);
            let around = analyser.mask(profile, &mut bits).unwrap();
            let report = analyser.report(profile).unwrap();
            assert_eq!(around, report.flashing);
            let flashes = report.transitions.max() > 0;
            let expected = if flashes { [left, top, width, height] } else { [0; 4] };
            assert_eq!([around.x, around.y, around.width, around.height], expected, "frame {i}");
            for (y, row) in bits.chunks(2).enumerate() {
                let inside = flashes && (1..5).contains(&y);
                let row = u16::from_le_bytes([row[0], row[1]]);
                assert_eq!(row, if inside { 0b1111100 } else { 0 }, "frame {i} row {y}");
            }
        }
    }
    assert_eq!(analyser.mask(2, &mut bits), Err(Error::BadProfile));
    assert_eq!(analyser.mask(0, &mut bits[..15]), Err(Error::MemoryTooSmall));
}

#[test]
fn pixels_that_are_not_square_make_cells_that_are() {
    let shape = Shape::new(Format::Rgb24, 640, 360).unwrap();
    for (pixel_aspect, cell) in [(1.0, [2, 2]), (2.0, [2, 4]), (0.5, [2, 1])] {
        let settings = AnalyserSettings {
            viewing: Viewing::CssWidth(1024.0),
            pixel_aspect,
            ..AnalyserSettings::default()
        };
        let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
        let analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
        let grid = analyser.grid(0).unwrap();
        assert_eq!([grid.cell_width, grid.cell_height], cell, "{pixel_aspect}");
    }
}

#[test]
fn after_a_reset_nothing_is_left() {
    let profiles = Profile::NAMED.map(|(_, profile)| profile);
    let video = Video::random(5, [50, 40], 40);
    let shape = video.shape();
    let settings =
        AnalyserSettings { profiles: &profiles, max_fps: 1000, ..AnalyserSettings::default() };
    let expected = reports_by_all(&video, &settings);
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    for length in [13, 25, 40] {
        for (i, data) in video.frames.iter().enumerate().take(length) {
            analyser.push(&Frame::contiguous(shape, data).unwrap(), video.time(i)).unwrap();
            for (profile, expected) in expected.iter().enumerate() {
                assert_eq!(analyser.report(profile), Some(expected[i]), "{profile} frame {i}");
            }
        }
        analyser.reset();
        let summary = analyser.summary(0).unwrap();
        assert_eq!((summary.frames, summary.incidents), (0, 0));
        assert_eq!(analyser.incidents(0).count(), 0);
    }
}

#[test]
fn only_all_stripes_of_one_frame_are_taken() {
    let shape = Shape::new(Format::Rgb24, 64, 48).unwrap();
    let settings = AnalyserSettings::default();
    let time = |millis: i64| Timestamp::from_micros(1000 * millis).unwrap();
    let pixels = vec![255; shape.frame_bytes()];
    let frame = Frame::contiguous(shape, &pixels).unwrap();
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    for (index, count) in [(0, 0), (2, 2), (usize::MAX, 3)] {
        let refused = Stripe::memory_needed(&mut analyser, index, count);
        assert_eq!(refused, Err(Error::StripesDiffer));
    }
    let needed = Stripe::memory_needed(&mut analyser, 0, 2).unwrap();
    let short = Stripe::new(&mut analyser, 0, 2, &mut vec![0; needed - 1]).map(|_| ());
    assert_eq!(short, Err(Error::MemoryTooSmall));

    let mut memories = [(); 2].map(|()| vec![0; needed]);
    let [upper, lower] = &mut memories;
    let mut upper = Stripe::new(&mut analyser, 0, 2, upper).unwrap();
    let mut lower = Stripe::new(&mut analyser, 1, 2, lower).unwrap();
    let none: [&Stripe<&mut [u8]>; 0] = [];
    assert_eq!(analyser.push_stripes(none), Err(Error::StripesDiffer));
    assert_eq!(analyser.push_stripes([&upper, &lower]), Err(Error::StripesDiffer), "no frame");
    upper.sum(&frame, time(0)).unwrap();
    assert_eq!(analyser.push_stripes([&upper, &lower]), Err(Error::StripesDiffer), "one has none");
    lower.sum(&frame, time(40)).unwrap();
    assert_eq!(analyser.push_stripes([&upper, &lower]), Err(Error::StripesDiffer), "two frames");
    lower.sum(&frame, time(0)).unwrap();
    assert_eq!(analyser.push_stripes([&lower, &upper]), Err(Error::StripesDiffer), "out of order");
    assert_eq!(analyser.push_stripes([&upper, &upper]), Err(Error::StripesDiffer), "one twice");
    assert_eq!(analyser.push_stripes([&upper]), Err(Error::StripesDiffer), "one alone");
    assert_eq!(analyser.push_stripes([&upper, &lower]).map(|report| report.frame), Ok(0));
    assert_eq!(analyser.push_stripes([&upper, &lower]), Err(Error::TimeNotAfter), "taken");

    // A frame of another shape leaves nothing to take.
    let other = Shape::new(Format::Rgb24, 48, 64).unwrap();
    let turned = Frame::contiguous(other, &pixels).unwrap();
    assert_eq!(upper.sum(&turned, time(40)), Err(Error::ShapeChanged));
    assert_eq!(analyser.push_stripes([&upper, &lower]), Err(Error::StripesDiffer));

    // Other settings have other cells.
    let settings = AnalyserSettings { cell: Some(2), ..settings };
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut other = Analyser::new(shape, &settings, &mut memory).unwrap();
    upper.sum(&frame, time(80)).unwrap();
    lower.sum(&frame, time(80)).unwrap();
    assert_eq!(other.push_stripes([&upper, &lower]), Err(Error::StripesDiffer));
    assert_eq!(analyser.push_stripes([&upper, &lower]).map(|report| report.frame), Ok(1));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let shape = Shape::new(Format::Rgb24, 64, 48).unwrap();
    let usual = AnalyserSettings::default();
    let made = |settings: &AnalyserSettings<'_>| {
        let needed = Analyser::memory_needed(shape, settings).map(|_| ());
        let mut memory = vec![0; 4_000_000];
        let made = Analyser::new(shape, settings, &mut memory).map(|_| ());
        assert_eq!(needed, made);
        made.unwrap_err()
    };
    let wcag = Profile::WCAG_2_2;
    for wrong in [
        Profile { white: 0.0, ..wcag },
        Profile { min_step: 0.0, ..wcag },
        Profile { min_step: f32::NAN, ..wcag },
        Profile { dark_limit: -1.0, ..wcag },
        Profile { min_contrast: 0.0, ..wcag },
        Profile { saturation: 1.5, ..wcag },
        Profile { longest: 0.0, ..wcag },
        Profile { together: -0.1, ..wcag },
        Profile { together: f32::NAN, ..wcag },
        Profile { field: flashinator::Field::Css { width: 0.0, height: 256.0 }, ..wcag },
        Profile { fit: [1024.0, f32::NAN], ..wcag },
        Profile { min_area: -0.1, ..wcag },
        Profile { min_area: 1.0, ..wcag },
        Profile { warn_transitions: 0, ..wcag },
        Profile { warn_transitions: 7, ..wcag },
        Profile { red: Red::Difference { min_difference: 0.0 }, ..wcag },
        Profile { red: Red::Chromaticity { min_distance: -0.2 }, ..wcag },
    ] {
        for profiles in [&[wrong][..], &[wcag, wrong]] {
            assert_eq!(
                made(&AnalyserSettings { profiles, ..usual }),
                Error::BadProfile,
                "{wrong:?}"
            );
        }
    }
    assert_eq!(made(&AnalyserSettings { profiles: &[], ..usual }), Error::BadProfile);
    assert_eq!(made(&AnalyserSettings { profiles: &[wcag; 9], ..usual }), Error::BadProfile);
    assert_eq!(made(&AnalyserSettings { max_fps: 0, ..usual }), Error::BadRate);
    assert_eq!(made(&AnalyserSettings { max_fps: 1001, ..usual }), Error::BadRate);
    for viewing in [
        Viewing::CssWidth(0.0),
        Viewing::CssWidth(f32::NAN),
        Viewing::Degrees(-1.0),
        Viewing::Degrees(181.0),
    ] {
        assert_eq!(made(&AnalyserSettings { viewing, ..usual }), Error::BadViewing, "{viewing:?}");
    }
    for pixel_aspect in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(made(&AnalyserSettings { pixel_aspect, ..usual }), Error::BadViewing);
    }
    assert_eq!(made(&AnalyserSettings { cell: Some(0), ..usual }), Error::BadViewing);
    let outside = [Rectangle { x: 60, y: 0, width: 5, height: 1 }];
    assert_eq!(made(&AnalyserSettings { ignore: &outside, ..usual }), Error::OutsideFrame);
    let many = [Rectangle::default(); 17];
    assert_eq!(made(&AnalyserSettings { ignore: &many, ..usual }), Error::TooManyRectangles);
    let all = [Rectangle { x: 0, y: 0, width: 64, height: 48 }];
    assert_eq!(made(&AnalyserSettings { ignore: &all, ..usual }), Error::EmptyFrame);
    let needed = Analyser::memory_needed(shape, &usual).unwrap();
    let mut short = vec![0; needed - 1];
    let made = Analyser::new(shape, &usual, &mut short).map(|_| ());
    assert_eq!(made, Err(Error::MemoryTooSmall));
}

#[test]
fn memory_is_small() {
    let shape = Shape::new(Format::Rgb24, 1920, 1080).unwrap();
    let needed = |max_fps, viewing| {
        let settings = AnalyserSettings { max_fps, viewing, ..AnalyserSettings::default() };
        Analyser::memory_needed(shape, &settings).unwrap()
    };
    let usual = needed(60, Viewing::Default);
    assert!(usual <= 5_000_000, "{usual}");
    let large = needed(60, Viewing::CssWidth(1920.0));
    assert!(large <= 16_000_000, "{large}");
    // The second: for each frame a bit a cell for rises and for falls, general and red.
    let cells = 320 * 180;
    assert!(needed(120, Viewing::Default) - usual <= 60 * (cells / 2 + 1000));
}
