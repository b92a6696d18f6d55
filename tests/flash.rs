//! The analyser on constructed videos: what the standards want of each, and that every frame's counts and verdict are
//! those of the oracle. Thresholds have a case on either side.

mod support;

use flashinator::Verdict::{ExtendedWarning, Fail, Pass, Warning};
use flashinator::{AnalyserSettings, Hazard, Profile, Report, Viewing};
use support::analysis::{compare, judge, judge_in, profile, reports, rows, settings};
use support::oracle::View;
use support::oracle::light::{self, Display, Transfer};
use support::oracle::rules::Standard::{self, Bt1702, Ofcom, Trace24, Wcag21, Wcag22, Wcag22Aaa};
use support::random::Random;
use support::videos::{Video, code_of, gray, high};

/// 40 x 30 cells of one pixel, a field of 13 x 10 of them: everything in few pixels.
const SMALL: [u32; 2] = [40, 30];

/// A picture whose pixels are finer than a tenth of a degree: cells of 2 pixels, 0.0938 degrees; fields of 107 x 80
/// cells.
const WIDE: [u32; 2] = [640, 360];

/// Cells of 4 pixels, fields of 107 x 80 cells.
const HD: [u32; 2] = [1280, 720];

fn flashing(hertz: f64, rate: u32, seconds: usize) -> Video {
    let frames = seconds * rate as usize;
    Video::new(SMALL, rate, frames, |_, _, i| gray(if high(rate, hertz, i) { 255 } else { 0 }))
}

/// A video of eight frames in 0.8 seconds, of two pictures in turn.
fn alternating(size: [u32; 2], pixel: impl Fn(u32, u32, bool) -> [u8; 3]) -> Video {
    Video::new(size, 10, 8, |x, y, i| pixel(x, y, i % 2 == 1))
}

fn worst(reports: &[Report]) -> Report {
    *reports.iter().max_by_key(|report| report.transitions.max()).unwrap()
}

#[test]
fn full_screen_flashes_fail_above_three_a_second() {
    for standard in Standard::ALL {
        for (hertz, rate, verdict) in [
            (1.4, 100, Pass),
            (2.9, 100, ExtendedWarning),
            (3.1, 100, Fail),
            (5.0, 50, Fail),
            (10.0, 60, Fail),
            (25.0, 50, Fail),
            (30.0, 60, Fail),
        ] {
            let video = flashing(hertz, rate, 6);
            assert_eq!(judge(&format!("{hertz} Hz"), &video, standard), verdict, "{hertz}");
        }
    }
}

#[test]
fn opposite_halves_do_not_cancel() {
    for standard in Standard::ALL {
        let video = Video::new(SMALL, 25, 50, |x, _, i| {
            gray(if high(25, 5.0, i) == (x < 20) { 255 } else { 0 })
        });
        assert_eq!(judge("halves", &video, standard), Fail);
    }
}

#[test]
fn seven_transitions_in_less_than_a_second_fail() {
    for standard in Standard::ALL {
        // Frames from the first transition to the seventh, of 30 in a second.
        for (last, verdict) in [(29, Fail), (30, Warning)] {
            let turns = [5, 10, 15, 20, 25, 30, 5 + last];
            let video = Video::new(SMALL, 30, 40, |_, _, i| {
                let turned = turns.iter().filter(|&&turn| turn <= i).count();
                gray(if turned % 2 == 1 { 220 } else { 30 })
            });
            assert_eq!(judge(&format!("{last} frames"), &video, standard), verdict, "{last}");
        }
    }
}

#[test]
fn turns_both_ways_in_every_frame_are_counted_at_exactly_max_fps() {
    let video =
        Video::new(SMALL, 7, 15, |x, _, i| gray(if (x < 20) == (i % 2 == 0) { 220 } else { 20 }));
    let rows = rows(&video, Wcag22, View::default());
    for max_fps in [7, 8] {
        let settings = AnalyserSettings { max_fps, ..AnalyserSettings::default() };
        let reports = reports(&video, &settings);
        assert_eq!(compare("seven a second", &reports, &rows), rows.len());
        assert_eq!(worst(&reports).verdict, Fail, "{max_fps}");
    }
}

#[test]
fn flashes_of_more_than_a_quarter_of_a_field_fail_wherever_they_lie() {
    // Of 214 x 160 pixels: 24.4 and 25.6 % by a step of 0.12, 23.0 and 25.6 % of black and white.
    let weak = [gray(code_of(0.3)), gray(code_of(0.42))];
    let strong = [gray(0), gray(255)];
    for ([dark, bright], [width, height], verdict) in [
        (weak, [107, 78], Pass),
        (weak, [105, 80], Pass),
        (weak, [107, 82], Fail),
        (strong, [105, 75], Pass),
        (strong, [107, 82], Fail),
    ] {
        for corner in 0..4 {
            for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let left = if corner % 2 == 0 { x } else { WIDE[0] - width - x };
                let top = if corner < 2 { y } else { WIDE[1] - height - y };
                let video = alternating(WIDE, |x, y, lit| {
                    let inside =
                        (left..left + width).contains(&x) && (top..top + height).contains(&y);
                    if inside && lit { bright } else { dark }
                });
                let name = format!("{width}x{height} at {left}, {top} of {dark:?} and {bright:?}");
                assert_eq!(judge(&name, &video, Wcag22), verdict, "{name}");
            }
        }
    }
}

#[test]
fn edges_of_larger_cells_count_by_the_part_that_flashes() {
    let [dark, bright] = [gray(code_of(0.3)), gray(code_of(0.42))];
    // 24.5 and 25.5 % of 213 x 159 pixels, and of 215 x 160.
    for (cell, [width, height], verdict) in
        [(3, [104, 79], Pass), (3, [106, 82], Fail), (5, [107, 78], Pass), (5, [108, 82], Fail)]
    {
        for offset in 0..cell * cell {
            let (left, top) = (100 + offset % cell, 100 + offset / cell);
            let video = alternating(WIDE, |x, y, lit| {
                let inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
                if inside && lit { bright } else { dark }
            });
            let settings = AnalyserSettings { cell: Some(cell), ..AnalyserSettings::default() };
            let found = worst(&reports(&video, &settings)).verdict;
            assert_eq!(found, verdict, "{width}x{height} at {left}, {top}");
        }
    }
}

#[test]
fn the_worst_field_has_the_flashing_cells() {
    // A field has 13 x 10 cells; the rectangles are cut out of one at each corner of the picture.
    for (width, height, verdict) in [(13, 2, Pass), (8, 4, Pass), (11, 3, Fail), (13, 4, Fail)] {
        for (right, bottom) in [(false, false), (true, false), (false, true), (true, true)] {
            let left = if right { SMALL[0] - width } else { 0 };
            let top = if bottom { SMALL[1] - height } else { 0 };
            let video = Video::new(SMALL, 25, 30, |x, y, i| {
                let inside = (left..left + width).contains(&x) && (top..top + height).contains(&y);
                gray(if inside && high(25, 5.0, i) { 255 } else { 60 })
            });
            let name = format!("{width}x{height} at {left}, {top}");
            assert_eq!(judge(&name, &video, Wcag22), verdict, "{name}");
            let worst = worst(&reports(&video, &AnalyserSettings::default()));
            if verdict == Fail {
                let field = worst.worst.field;
                assert!(field.x <= left && left + width <= field.x + field.width, "{worst:?}");
                assert!(field.y <= top && top + height <= field.y + field.height, "{worst:?}");
                let area = f64::from(width * height) / 130.0;
                assert!((worst.worst.area - area).abs() < 1e-6, "{worst:?}");
                let found = [
                    worst.flashing.x,
                    worst.flashing.y,
                    worst.flashing.width,
                    worst.flashing.height,
                ];
                assert_eq!(found, [left, top, width, height]);
            }
        }
    }
}

#[test]
fn any_area_and_brightness_fail_by_the_strictest_profile() {
    // Four cells, a step from 0.85.
    let [dark, bright] = [gray(code_of(0.85)), gray(code_of(0.96))];
    let video = Video::new(SMALL, 25, 30, |x, y, i| {
        if x / 2 == 5 && y / 2 == 3 && high(25, 5.0, i) { bright } else { dark }
    });
    assert_eq!(judge("four cells", &video, Wcag22Aaa), Fail);
    assert_eq!(judge("four cells", &video, Wcag22), Pass);
}

/// The pixel of a gray whose luminance, in cells of 4 x 4 pixels, is this within 0.0003.
fn dithered(luminance: f64) -> impl Fn(u32, u32) -> [u8; 3] {
    let transfer = Transfer::new(Display::Srgb);
    let of = |code: u8| light::luminance(transfer.linear(gray(code)));
    let dark = (0..255).rev().find(|&code| of(code) <= luminance).unwrap();
    let bright = ((luminance - of(dark)) / (of(dark + 1) - of(dark)) * 16.0).round() as u32;
    move |x, y| gray(dark + u8::from(x % 4 + y % 4 * 4 < bright))
}

#[test]
fn steps_of_a_tenth_count_where_the_darker_is_below_eight_tenths() {
    let contrast = 1.0 / 17.0;
    // The brighter of two luminances with a Michelson contrast.
    let above = |dark: f64, contrast: f64| dark * (1.0 + contrast) / (1.0 - contrast);
    for (dark, bright, wcag, others) in [
        (0.3, 0.399, Pass, Pass),
        (0.3, 0.401, Fail, Fail),
        (0.0, 0.099, Pass, Pass),
        (0.0, 0.101, Fail, Fail),
        (0.7, 0.799, Pass, Pass),
        (0.798, 0.95, Fail, Fail),
        (0.802, 0.95, Pass, Fail),
        (0.85, above(0.85, contrast - 0.001), Pass, Pass),
        (0.85, above(0.85, contrast + 0.001), Pass, Fail),
    ] {
        let (dark_pixel, bright_pixel) = (dithered(dark), dithered(bright));
        let video = Video::new([160, 120], 25, 12, |x, y, i| {
            if i % 2 == 1 { bright_pixel(x, y) } else { dark_pixel(x, y) }
        });
        let view = View { cell: Some(4), ..View::default() };
        let name = format!("{dark} {bright}");
        for (standard, verdict) in
            [(Wcag22, wcag), (Wcag21, wcag), (Bt1702, others), (Trace24, others)]
        {
            assert_eq!(judge_in(&name, &video, standard, view), verdict, "{name} {standard:?}");
        }
        let by_step = if bright - dark >= 0.1 { Fail } else { Pass };
        assert_eq!(judge_in(&name, &video, Wcag22Aaa, view), by_step, "{name}");
    }
}

#[test]
fn ofcoms_curve_and_display_of_bt1886() {
    // 413.435 (0.002745 x + 0.0189623)^2.2 is 80 cd/m2 at 165, 99 at 182, 101 at 184.
    for (dark, bright, verdict) in [(165, 181, Pass), (165, 185, Fail), (232, 240, Pass)] {
        let video =
            Video::new(SMALL, 25, 30, |_, _, i| gray(if high(25, 5.0, i) { bright } else { dark }));
        assert_eq!(judge(&format!("{dark} {bright}"), &video, Ofcom), verdict);
    }
    // By a power of 2.4, 0.0993 at 97.4 and 0.1008 at 98; by sRGB 0.12.
    let video = Video::new(SMALL, 25, 30, |_, _, i| gray(if high(25, 5.0, i) { 97 } else { 0 }));
    for (display, verdict) in [(Display::Srgb, Fail), (Display::Bt1886, Pass)] {
        let view = View { display, ..View::default() };
        assert_eq!(judge_in("gray 97", &video, Bt1702, view), verdict);
    }
}

/// A colour at this distance in u'v' from full red, whose luminance differs by less than 0.08.
fn away_from_red(distance: f64) -> [u8; 3] {
    let transfer = Transfer::new(Display::Srgb);
    let of = |colour| light::chromaticity(light::lifted(transfer.linear(colour)));
    let red = of([255, 0, 0]);
    let near = |colour: &[u8; 3]| {
        let found = of(*colour);
        (found[0] - red[0]).hypot(found[1] - red[1]) - distance
    };
    let luminance = |colour| light::luminance(transfer.linear(colour));
    let colours = (100..=255)
        .step_by(5)
        .flat_map(|r| (0..=160).flat_map(move |g| (0..=160).step_by(3).map(move |b| [r, g, b])));
    let found = colours
        .filter(|&colour| (luminance(colour) - luminance([255, 0, 0])).abs() < 0.08)
        .min_by(|a, b| near(a).abs().total_cmp(&near(b).abs()))
        .unwrap();
    assert!(near(&found).abs() < 1e-4, "{found:?}");
    found
}

#[test]
fn red_transitions_are_of_more_than_a_fifth_in_uv() {
    for (distance, verdict) in [(0.199, Pass), (0.201, Fail)] {
        let colours = [[255, 0, 0], away_from_red(distance)];
        let video = Video::new(SMALL, 25, 30, |_, _, i| colours[usize::from(high(25, 5.0, i))]);
        for standard in [Wcag22, Wcag22Aaa, Bt1702, Ofcom, Trace24] {
            // By Ofcom's curve luminance differs, too.
            let found = judge(&format!("{distance} from red"), &video, standard);
            if standard != Ofcom {
                assert_eq!(found, verdict, "{distance} {standard:?}");
            }
        }
    }
}

#[test]
fn saturated_red_is_told_from_other_reds() {
    for (name, first, second, verdicts) in [
        // Of 2.2 by u'v', of 2.1 by R - G - B, and BT.1702.
        ("red and gray", [255, 0, 0], gray(127), [Fail; 3]),
        ("red and black", [255, 0, 0], gray(0), [Fail; 3]),
        ("two saturated reds", [200, 0, 0], [180, 0, 0], [Pass, Fail, Pass]),
        ("two dull reds", [120, 80, 80], [100, 90, 90], [Pass; 3]),
        ("green and gray", [0, 98, 0], gray(79), [Pass; 3]),
        // Dark states have the colour of gray.
        ("the noise of dark scenes", [14, 0, 0], [0, 0, 10], [Pass; 3]),
    ] {
        for (standard, verdict) in [Wcag22, Wcag21, Bt1702].into_iter().zip(verdicts) {
            let video =
                Video::new(SMALL, 25, 30, |_, _, i| if high(25, 5.0, i) { first } else { second });
            assert_eq!(judge(name, &video, standard), verdict, "{name}, {standard:?}");
        }
    }
}

#[test]
fn a_red_flash_is_named_as_the_hazard() {
    // Of the same luminance: 0.2126 of red at 182 is that of gray 82.
    let video =
        Video::new(SMALL, 25, 30, |_, _, i| if high(25, 5.0, i) { [182, 0, 0] } else { gray(82) });
    let reports = reports(&video, &AnalyserSettings::default());
    let last = reports.last().unwrap();
    assert_eq!(last.transitions[Hazard::General], 0);
    assert_eq!((last.hazard, last.verdict), (Hazard::Red, Fail));
}

#[test]
fn transitions_of_66_ms_count_by_trace24_and_of_67_ms_do_not() {
    // Up in two steps and down in two steps; `middle` and `end` are milliseconds from the beginning of a transition.
    let levels =
        [gray(code_of(0.3)), gray(code_of(0.36)), gray(code_of(0.42)), gray(code_of(0.36))];
    // Times in whole milliseconds may be rounded, so that 66 of them are none.
    for (ticks_a_millisecond, end, verdict) in
        [(1000, 66, Fail), (1000, 67, Pass), (1, 65, Fail), (1, 67, Pass)]
    {
        let video = Video {
            rate: 1000 * ticks_a_millisecond,
            ticks: (0..24)
                .map(|i| (i / 2 * end + i % 2 * 33) * i64::from(ticks_a_millisecond))
                .collect(),
            ..Video::new(SMALL, 1, 24, |_, _, i| levels[i % 4])
        };
        let name = format!("{end} ms");
        assert_eq!(judge(&name, &video, Trace24), verdict, "{name}");
        assert_eq!(judge(&name, &video, Wcag22), Fail, "{name}");
    }
}

#[test]
fn reversing_checkerboards_fail_where_a_square_holds_two_by_two_cells() {
    // Sides and offsets in pixels, of cells of 4.
    for (side, offsets, verdict) in [
        (2, &[0, 1][..], Pass),
        (4, &[0, 1, 2, 3], Pass),
        (8, &[0], Fail),
        (16, &[0, 1, 2, 3, 7], Fail),
        (48, &[5], Fail),
    ] {
        for &offset in offsets {
            let video = alternating(HD, |x, y, lit| {
                let odd = ((x + offset) / side + (y + offset) / side) % 2 == 1;
                gray(if odd == lit { 230 } else { 20 })
            });
            let name = format!("squares of {side} at {offset}");
            assert_eq!(judge(&name, &video, Wcag22), verdict, "{name}");
        }
    }
}

#[test]
fn reversing_stripes_as_wide_as_two_cells_fail() {
    for (side, verdict) in [(2, Pass), (4, Pass), (8, Fail), (24, Fail)] {
        let video =
            alternating(HD, |x, _, lit| gray(if (x / side % 2 == 1) == lit { 230 } else { 20 }));
        assert_eq!(judge(&format!("stripes of {side}"), &video, Wcag22), verdict, "{side}");
    }
}

#[test]
fn white_noise_finer_than_a_tenth_of_a_degree_is_nothing() {
    for grain in 1..=4 {
        for binary in [false, true] {
            let noise = |x: u32, y: u32, i: usize| {
                let place = (u64::from(x / grain) << 40) | (u64::from(y / grain) << 20) | i as u64;
                Random(place).next() as u8
            };
            let video = Video::new(HD, 25, 10, |x, y, i| {
                let code = noise(x, y, i);
                gray(if binary { code >> 7 << 7 } else { code })
            });
            let profiles = [Wcag22, Wcag21, Bt1702, Ofcom, Trace24].map(profile);
            let settings = AnalyserSettings {
                profiles: &profiles,
                viewing: Viewing::CssWidth(1024.0),
                ..AnalyserSettings::default()
            };
            for reports in support::analysis::reports_by_all(&video, &settings) {
                let most = worst(&reports);
                assert_eq!(most.transitions.max(), 0, "grain {grain} {binary}: {most:?}");
            }
        }
    }
}

#[test]
fn slow_fades_single_cuts_lone_frames_and_pans_pass() {
    for standard in [Wcag22, Wcag21, Bt1702, Ofcom, Trace24] {
        let fade = Video::new(SMALL, 25, 150, |_, _, i| gray(((i % 100).abs_diff(50) * 5) as u8));
        assert_eq!(judge("fade", &fade, standard), Pass);
        let cut =
            Video::new(SMALL, 25, 40, |x, _, i| gray(if i < 20 { 10 } else { 200 + x as u8 }));
        assert_eq!(judge("cut", &cut, standard), Pass);
        let lone = Video::new(SMALL, 25, 40, |_, _, i| gray(if i == 20 { 255 } else { 30 }));
        assert_eq!(judge("lone frame", &lone, standard), Pass);
        let reports = reports(&lone, &settings(&[profile(standard)], &View::default()));
        assert_eq!(worst(&reports).transitions.max(), 2);
        let pan = Video::new([160, 90], 25, 50, |x, _, i| {
            gray(if ((x as usize + i) / 20).is_multiple_of(2) { 220 } else { 40 })
        });
        assert_eq!(judge("pan", &pan, standard), Pass);
    }
}

#[test]
fn sinusoidal_flashing_of_texture_fails_at_every_rate() {
    for rate in [25, 30, 60, 120] {
        let video = Video::new(SMALL, rate, 2 * rate as usize, |x, y, i| {
            let phase = 2.0 * std::f64::consts::PI * 5.0 * i as f64 / f64::from(rate);
            let texture = Random(u64::from(x << 16 | y)).below(40) as f64;
            gray((130.0 + 90.0 * phase.sin() + texture) as u8)
        });
        let reports = reports(&video, &AnalyserSettings { max_fps: 120, ..Default::default() });
        compare("texture", &reports, &rows(&video, Wcag22, View::default()));
        assert_eq!(worst(&reports).verdict, Fail, "{rate}");
    }
}

#[test]
fn flashes_spread_over_frames_within_20_ms_count_together() {
    // Each of four stripes turns in another frame; one stripe alone is no quarter of a field.
    for (rate, verdict) in [(240, Fail), (50, Pass)] {
        let video = Video::new([160, 30], rate, 2 * rate as usize, |x, _, i| {
            let stripe = (x % 20 / 5) as usize;
            gray(if high(rate, 5.0, i + stripe) { 255 } else { 0 })
        });
        let view = View { css_width: Some(341.0 / 20.0 * 160.0), ..View::default() };
        let found = judge_in("spread", &video, Wcag22, view);
        assert_eq!(found, verdict, "{rate}");
    }
}

#[test]
fn parts_of_cells_count_together_with_what_turns_within_20_ms_after_a_pause() {
    // Of 1200 cells one rectangle covers 224, and half or a quarter of 64 more: 255. The other one covers 50.
    let size = [160, 120];
    let [dark, bright] = [gray(code_of(0.3)), gray(code_of(0.42))];
    let steady = Video::new(size, 100, 100, |x, y, i| {
        let first = (2..70).contains(&x) && (2..62).contains(&y) && i / 10 % 2 == 1;
        let second =
            (100..140).contains(&x) && (80..100).contains(&y) && i.saturating_sub(1) / 10 % 2 == 1;
        if first || second { bright } else { dark }
    });
    let settings = AnalyserSettings {
        profiles: &[Profile { patterns: false, ..Profile::BT_1702 }],
        cell: Some(4),
        max_fps: 100,
        ..AnalyserSettings::default()
    };
    let all = reports(&steady, &settings);
    assert_eq!(worst(&all).verdict, Fail);
    for report in reports(&without_repeats(&steady), &settings) {
        let same = all.iter().find(|other| other.time == report.time).unwrap();
        assert_eq!((report.transitions, report.worst), (same.transitions, same.worst));
    }
}

#[test]
fn pictures_of_all_shapes() {
    for size in [[1, 1], [8, 8], [2, 3], [400, 2], [3, 300], [90, 160], [641, 7]] {
        for standard in Standard::ALL {
            let video = Video::new(size, 25, 30, |x, y, i| {
                gray(if high(25, 5.0, i) { 200 + (x + y) as u8 % 32 } else { 40 })
            });
            let verdict = judge(&format!("{size:?}"), &video, standard);
            // A strip is less than a quarter of a field, where fields do not grow with the picture.
            let is_strip = size[0].min(size[1]) < 8 && size[0].max(size[1]) > 100;
            let by_field = matches!(standard, Wcag22 | Wcag21 | Trace24);
            assert_eq!(
                verdict,
                if is_strip && by_field { Pass } else { Fail },
                "{size:?} {standard:?}"
            );
        }
    }
}

#[test]
fn a_small_picture_at_its_own_size_is_no_hazard() {
    let video =
        Video::new([64, 64], 25, 30, |_, _, i| gray(if high(25, 5.0, i) { 255 } else { 0 }));
    for (css_width, verdict) in [(None, Fail), (Some(64.0), Pass), (Some(300.0), Fail)] {
        let view = View { css_width, ..View::default() };
        assert_eq!(judge_in("64x64", &video, Wcag22, view), verdict, "{css_width:?}");
    }
}

#[test]
fn a_nearer_screen_has_more_fields() {
    // A small square flashes: most of 10 degrees of a far screen, little of a near one.
    let video = Video::new([160, 90], 25, 30, |x, y, i| {
        gray(if x < 16 && y < 12 && high(25, 5.0, i) { 255 } else { 20 })
    });
    for (degrees, verdict) in [(20.0, Pass), (90.0, Fail)] {
        let view = View { css_width: Some(34.1 * degrees), ..View::default() };
        assert_eq!(judge_in("square", &video, Wcag22, view), verdict, "{degrees}");
        let settings = AnalyserSettings {
            viewing: Viewing::Degrees(degrees as f32),
            ..AnalyserSettings::default()
        };
        assert_eq!(worst(&reports(&video, &settings)).verdict, verdict, "{degrees}");
    }
}

#[test]
fn wide_pixels_make_wide_flashes() {
    // 17 x 130 pixels are less than a quarter of a field where they are square, and more where they are wide.
    let video =
        alternating([320, 240], |x, y, lit| gray(if x < 17 && y < 130 && lit { 255 } else { 20 }));
    for (pixel_aspect, verdict) in [(1.0, Pass), (2.0, Fail), (0.5, Pass)] {
        let view = View { css_width: Some(1024.0 * pixel_aspect), pixel_aspect, ..View::default() };
        assert_eq!(judge_in("a strip", &video, Wcag22, view), verdict, "{pixel_aspect}");
    }
}

#[test]
fn cells_of_every_side_agree_with_the_oracle() {
    let mut sure = 0;
    for side in [1, 2, 3, 4, 5, 6, 7, 8, 12, 25, 200, 256] {
        let video = Video::new([83, 61], 25, 12, |x, y, i| {
            let noise =
                Random((u64::from(((x / 9) << 16) | (y / 7)) << 32) | (i as u64 / 3)).next() as u8;
            if high(25, 4.0, i) { [128 + noise / 2, 0, 0] } else { gray(noise / 3) }
        });
        for standard in Standard::ALL {
            let view = View { cell: Some(side), ..View::default() };
            let reports = reports(&video, &settings(&[profile(standard)], &view));
            let name = format!("{standard:?}, cells of {side}");
            sure += compare(&name, &reports, &rows(&video, standard, view));
        }
    }
    assert!(2 * sure > 12 * 6 * 12, "{sure} frames are not in doubt");
}

/// The same pictures with those left out that repeat the one before.
fn without_repeats(video: &Video) -> Video {
    let mut changed = Video { ticks: Vec::new(), frames: Vec::new(), ..video.clone() };
    for (tick, frame) in video.ticks.iter().zip(&video.frames) {
        if changed.frames.last() != Some(frame) {
            changed.ticks.push(*tick);
            changed.frames.push(frame.clone());
        }
    }
    changed
}

#[test]
fn uneven_times_give_the_counts_of_even_ones() {
    // Each picture is shown for 1 to 3 frames of the steady video.
    let mut random = Random(3);
    let mut shown = Vec::new();
    let mut picture = 0;
    while shown.len() < 75 {
        shown.extend(std::iter::repeat_n(picture, 1 + random.below(3)));
        picture += 1;
    }
    let steady = Video::new(SMALL, 25, shown.len(), |_, _, i| {
        gray(if shown[i] % 2 == 0 { 30 } else { 220 })
    });
    let uneven = without_repeats(&steady);
    let all = reports(&steady, &AnalyserSettings::default());
    for report in reports(&uneven, &AnalyserSettings::default()) {
        let same = all.iter().find(|other| other.time == report.time).unwrap();
        assert_eq!((report.transitions, report.worst), (same.transitions, same.worst));
    }
    assert_eq!(judge("uneven", &uneven, Wcag22), Fail);
}

#[test]
fn extended_warnings_go_by_the_time_that_frames_are_shown() {
    let steady = flashing(2.4, 25, 8);
    let uneven = without_repeats(&steady);
    assert!(uneven.frames.len() < 50);
    for standard in Standard::ALL {
        assert_eq!(judge("steady", &steady, standard), ExtendedWarning);
        // Of pictures shown for longer than 66 ms TRACE24 knows no transitions between them.
        let verdict = if standard == Trace24 { Pass } else { ExtendedWarning };
        assert_eq!(judge("uneven", &uneven, standard), verdict, "{standard:?}");
    }
    // Shorter than four seconds with that number of transitions.
    let short = flashing(2.4, 25, 4);
    assert_eq!(judge("short", &short, Wcag22), Warning);
    assert_eq!(judge("short, uneven", &without_repeats(&short), Wcag22), Warning);
    // A profile may do without.
    let profiles = [Profile { extended: false, ..Profile::WCAG_2_2 }];
    let settings = AnalyserSettings { profiles: &profiles, ..AnalyserSettings::default() };
    let verdict = reports(&steady, &settings).iter().map(|report| report.verdict).max();
    assert_eq!(verdict, Some(Warning));
}

#[test]
fn a_thousand_frames_a_second() {
    let video = Video::new([12, 9], 1000, 1200, |x, _, i| {
        gray(if high(1000, 40.0, i) { 255 - x as u8 } else { 0 })
    });
    assert_eq!(judge("1000 a second", &video, Wcag22), Fail);
    let settings = AnalyserSettings { max_fps: 1000, ..AnalyserSettings::default() };
    let reports = reports(&video, &settings);
    assert_eq!(reports.last().unwrap().transitions[Hazard::General], 80);
}
