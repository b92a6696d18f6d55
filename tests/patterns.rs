//! Regular patterns: more than five pairs of stripes, on pictures made by code.

mod support;

use flashinator::{
    Analyser, AnalyserSettings, Backend, Curve, Format, Frame, Hazard, Matrix, Motion, Pattern,
    Primaries, Profile, Range, Rectangle, Report, Shape, Timestamp, Verdict, Viewing,
};
use support::random::Random;

const SIZE: [u32; 2] = [640, 360];
const DARK: f64 = 1.0;
const LIGHT: f64 = 190.0;
/// Luminance around patterns, which makes a step to both.
const GROUND: f64 = 60.0;

/// The code of sRGB that has a luminance, on a display whose white has 200 cd/m².
fn code(luminance: f64) -> u8 {
    let light = luminance / 200.0;
    let signal =
        if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (255.0 * signal).round() as u8
}

/// A gray picture whose luminance is given by the place; four of them are a pixel.
fn picture([width, height]: [u32; 2], luminance: impl Fn(f64, f64) -> f64) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let samples = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
    let mean = |(x, y)| {
        let (x, y) = (f64::from(x), f64::from(y));
        samples.iter().map(|(right, down)| luminance(x + right, y + down)).sum::<f64>() / 4.0
    };
    places.map(|place| code(mean(place))).collect()
}

/// Whether a place is in the light bar of stripes with a pair of this width, at an angle in degrees.
fn is_light(x: f64, y: f64, width: f64, angle: f64, phase: f64) -> bool {
    let (sin, cos) = angle.to_radians().sin_cos();
    ((x * cos + y * sin) / width + phase).rem_euclid(1.0) < 0.5
}

fn stripes(width: f64, angle: f64, phase: f64) -> Vec<u8> {
    picture(SIZE, |x, y| if is_light(x, y, width, angle, phase) { LIGHT } else { DARK })
}

/// Upright stripes on a band of the picture, with plain gray around.
fn band(share: f64, width: f64, phase: f64) -> Vec<u8> {
    picture(SIZE, |x, y| match (40.0..40.0 + share * 360.0).contains(&y) {
        true if is_light(x, y, width, 0.0, phase) => LIGHT,
        true => DARK,
        false => GROUND,
    })
}

fn settings(profiles: &[Profile]) -> AnalyserSettings<'_> {
    AnalyserSettings { profiles, ..AnalyserSettings::default() }
}

/// The reports on pictures of a format at 25 frames a second.
fn reports_in(
    shape: Shape,
    settings: &AnalyserSettings<'_>,
    frames: impl IntoIterator<Item = Vec<u8>>,
) -> Vec<Report> {
    let mut memory = vec![0xa5; Analyser::memory_needed(shape, settings).unwrap()];
    let mut analyser = Analyser::new(shape, settings, &mut memory).unwrap();
    let push = |(i, pixels): (usize, Vec<u8>)| {
        let time = Timestamp::from_ticks(i as i64, 1, 25).unwrap();
        analyser.push(&Frame::contiguous(shape, &pixels).unwrap(), time).unwrap()
    };
    frames.into_iter().enumerate().map(push).collect()
}

fn reports(frames: impl IntoIterator<Item = Vec<u8>>) -> Vec<Report> {
    let shape = Shape::new(Format::Gray8, SIZE[0], SIZE[1]).unwrap();
    reports_in(shape, &settings(&[Profile::BT_1702]), frames)
}

/// The pattern of the worst frame.
fn worst(reports: &[Report]) -> Pattern {
    let area = |report: &Report| (report.pattern.verdict, report.pattern.area);
    let worst = reports.iter().reduce(|a, b| if area(b) > area(a) { b } else { a });
    worst.unwrap().pattern
}

/// The worst pattern of a picture that stands for two thirds of a second.
fn still(picture: Vec<u8>) -> Pattern {
    worst(&reports(vec![picture; 16]))
}

#[test]
fn more_than_five_pairs_are_a_pattern() {
    for phase in [0.0, 0.125, 0.25, 0.4] {
        for (width, angle) in [(640.0, 0.0), (360.0, 90.0)] {
            let five = still(stripes(width / 5.0, angle, phase));
            assert_eq!((five.verdict, five.pairs), (Verdict::Pass, 0.0), "{phase}, {angle}");
            let six = still(stripes(width / 6.0, angle, phase));
            assert_eq!(
                (six.verdict, six.motion),
                (Verdict::Fail, Motion::Still),
                "{phase}, {angle}"
            );
            assert!((5.3..6.6).contains(&six.pairs) && six.area > 0.98, "{six:?}");
        }
    }
}

#[test]
fn pairs_are_counted_across_slanting_stripes() {
    for angle in [20.0_f64, 30.0, 45.0, 60.0, 70.0, 135.0, 150.0] {
        let (sin, cos) = angle.to_radians().sin_cos();
        let longest = (640.0 / cos.abs()).min(360.0 / sin.abs());
        let verdict = |pairs: f64| still(stripes(longest / pairs, angle, 0.3)).verdict;
        assert_eq!([verdict(5.0), verdict(6.0)], [Verdict::Pass, Verdict::Fail], "{angle}");
    }
}

#[test]
fn a_still_pattern_may_take_two_fifths_of_the_picture() {
    for (share, verdict) in [(0.39, Verdict::Pass), (0.41, Verdict::Fail)] {
        let pattern = still(band(share, 32.0, 0.0));
        assert_eq!(pattern.verdict, verdict);
        assert!((pattern.area - share).abs() < 0.01, "{pattern:?}");
        let Rectangle { x, y, width, height } = pattern.bounds;
        assert_eq!((x, y, width), (0, 40, 640));
        assert!((f64::from(height) - share * 360.0).abs() < 4.0, "{height}");
    }
}

#[test]
fn a_changing_pattern_may_take_a_quarter() {
    type Phase = fn(usize) -> f64;
    let reversing: Phase = |i| 0.5 * (i / 3 % 2) as f64;
    let oscillating: Phase = |i| 0.4 * (std::f64::consts::PI * i as f64 / 6.0).sin();
    let there_and_back: Phase = |i| 0.1 * i.min(40 - i.min(40)) as f64;
    for (name, phase) in
        [("reverses", reversing), ("oscillates", oscillating), ("comes back", there_and_back)]
    {
        for (share, verdict) in [(0.24, Verdict::Pass), (0.26, Verdict::Fail)] {
            let reports = reports((0..40).map(|i| band(share, 32.0, phase(i))));
            let pattern = worst(&reports);
            assert_eq!(pattern.verdict, verdict, "{name}, {share}: {pattern:?}");
            assert!(reports.iter().any(|report| report.pattern.motion == Motion::Changing));
        }
    }
    for (share, verdict) in [(0.24, Verdict::Pass), (0.26, Verdict::Fail)] {
        let on_and_off = |i: usize| {
            if (i / 3).is_multiple_of(2) { band(share, 32.0, 0.0) } else { band(0.0, 32.0, 0.0) }
        };
        assert_eq!(worst(&reports((0..30).map(on_and_off))).verdict, verdict, "flashes, {share}");
    }
    assert_eq!(still(band(0.3, 32.0, 0.0)).verdict, Verdict::Pass);
}

#[test]
fn smooth_flow_is_exempt() {
    for step in [0.03, 0.1, 0.25, -0.1] {
        let reports = reports((0..30).map(|i| stripes(32.0, 0.0, step * i as f64)));
        assert_eq!(worst(&reports).verdict, Verdict::Pass, "{step}");
        let last = reports.last().unwrap().pattern;
        assert_eq!((last.motion, last.area), (Motion::Drift, 0.0), "{step}");
        assert!(last.pairs > 19.0);
    }
}

#[test]
fn stripes_must_be_discernible() {
    let bars = |dark: f64, light: f64| {
        let luminance = |x, y| if is_light(x, y, 32.0, 0.0, 0.0) { light } else { dark };
        still(picture(SIZE, luminance)).verdict
    };
    // A step of 20 cd/m² below 160, a contrast of 1/17 above that, and more than 50 for the lighter one.
    for (dark, light) in [(60.0, 79.0), (135.0, 154.0), (5.0, 49.0), (165.0, 183.0)] {
        assert_eq!(bars(dark, light), Verdict::Pass, "{dark} and {light}");
    }
    for (dark, light) in [(60.0, 81.0), (135.0, 156.0), (5.0, 51.5), (165.0, 189.0)] {
        assert_eq!(bars(dark, light), Verdict::Fail, "{dark} and {light}");
    }
}

#[test]
fn a_bar_may_end_in_the_middle_of_a_cell() {
    // Cells of two pixels: a light bar of 5 cells, then one of 7 and a half, which is 7, and so as wide as the first to
    // within 1 and an eighth of a pair of 10. One of 8 would not be.
    let is_light = |x: u32| matches!(x % 46, 0..10 | 20..35);
    for dark in [0, 30, 77] {
        for light in (170..=255).step_by(5) {
            let picture = (0..SIZE[1])
                .flat_map(|_| (0..SIZE[0]).map(|x| if is_light(x) { light } else { dark }));
            let pattern = still(picture.collect());
            assert_eq!(pattern.verdict, Verdict::Fail, "{dark} and {light}: {pattern:?}");
        }
    }
}

#[test]
fn a_pattern_counts_after_half_a_second_by_the_clock() {
    let shape = Shape::new(Format::Gray8, SIZE[0], SIZE[1]).unwrap();
    let profiles = [Profile::BT_1702];
    let (striped, plain) = (stripes(32.0, 0.0, 0.0), band(0.0, 32.0, 0.0));
    // Milliseconds between frames.
    for intervals in [[40, 40], [10, 90], [250, 240], [7, 3]] {
        let settings = AnalyserSettings { max_fps: 500, ..settings(&profiles) };
        let mut analyser_memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
        let mut analyser = Analyser::new(shape, &settings, &mut analyser_memory).unwrap();
        let mut time = 0;
        let mut push = |pixels: &[u8], time: i64| {
            let time = Timestamp::from_micros(1000 * time).unwrap();
            analyser.push(&Frame::contiguous(shape, pixels).unwrap(), time).unwrap()
        };
        push(&plain, time);
        let began = time + 40;
        time = began;
        let mut i = 0;
        while time < began + 1000 {
            let report = push(&striped, time);
            let counts = time >= began + 500;
            assert_eq!(report.pattern.area > 0.9, counts, "{intervals:?}, {time}");
            assert_eq!(report.verdict == Verdict::Fail, counts);
            assert_eq!(report.hazard == Hazard::Pattern, counts);
            time += intervals[i % 2];
            i += 1;
        }
        // It stays for a quarter of a second.
        let gone = time - intervals[(i - 1) % 2];
        for after in [100, 200, 251] {
            let report = push(&plain, gone + after);
            assert_eq!(report.pattern.area > 0.9, after <= 250, "{intervals:?}, {after} ms after");
        }
        analyser.reset();
        let frame = Frame::contiguous(shape, &striped).unwrap();
        let report = analyser.push(&frame, Timestamp::from_micros(0).unwrap()).unwrap();
        assert_eq!((report.pattern.area, report.verdict), (0.0, Verdict::Pass));
    }
}

#[test]
fn incidents_and_the_mask_tell_where_it_is() {
    let shape = Shape::new(Format::Gray8, 1280, 720).unwrap();
    let profiles = [Profile::BT_1702];
    let left = picture([1280, 720], |x, y| match x < 640.0 {
        true if is_light(x, y, 32.0, 90.0, 0.0) => LIGHT,
        true => DARK,
        false => GROUND,
    });
    let plain = picture([1280, 720], |_, _| GROUND);
    let settings = settings(&profiles);
    let mut memory = vec![0; Analyser::memory_needed(shape, &settings).unwrap()];
    let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
    for i in 0..50 {
        let pixels = if (10..30).contains(&i) { &left } else { &plain };
        let time = Timestamp::from_ticks(i, 1, 25).unwrap();
        analyser.push(&Frame::contiguous(shape, pixels).unwrap(), time).unwrap();
        if i == 25 {
            let grid = analyser.grid(0).unwrap();
            let row_bytes = grid.columns.div_ceil(8) as usize;
            let mut bits = vec![0xff; row_bytes * grid.rows as usize];
            let bounds = analyser.mask(0, &mut bits).unwrap();
            assert_eq!((bounds.x, bounds.y, bounds.height), (0, 0, 720));
            assert!(bounds.width.abs_diff(640) <= 4, "{bounds:?}");
            for y in 0..grid.rows as usize {
                for x in 0..grid.columns as usize {
                    let is_set = bits[y * row_bytes + x / 8] >> (x % 8) & 1 != 0;
                    let middle = (x as u32 * grid.cell_width + grid.cell_width / 2).abs_diff(640);
                    assert!(middle < 8 || is_set == (x < grid.columns as usize / 2), "{x}, {y}");
                }
            }
        }
    }
    let summary = analyser.summary(0).unwrap();
    assert_eq!((summary.verdict, summary.incidents), (Verdict::Fail, 1));
    assert_eq!((summary.worst.hazard, summary.worst.frame), (Hazard::Pattern, 23));
    assert_eq!(summary.worst.worst.field, Rectangle { x: 0, y: 0, width: 1280, height: 720 });
    let incident = analyser.incident(0, 0).unwrap();
    // From half a second after it began, to a quarter of a second after it went.
    assert_eq!((incident.first_frame, incident.last_frame), (23, 35));
    assert_eq!((incident.hazard, incident.peak_frame), (Hazard::Pattern, 23));
    // Into the stripes and back is one flash.
    assert!(incident.transitions.max() <= 2);
    assert!((incident.pattern.area - 0.5).abs() < 0.01, "{:?}", incident.pattern);
    assert_eq!(incident.worst.area, incident.pattern.area);
}

#[test]
fn the_viewing_does_not_change_what_a_pattern_is_and_profiles_choose() {
    let shape = Shape::new(Format::Gray8, SIZE[0], SIZE[1]).unwrap();
    let frames = || vec![stripes(32.0, 30.0, 0.0); 16];
    let expected = reports(frames());
    for viewing in [Viewing::CssWidth(100.0), Viewing::CssWidth(4000.0), Viewing::Degrees(90.0)] {
        let wide = AnalyserSettings { viewing, cell: Some(5), ..settings(&[Profile::BT_1702]) };
        for (wide, expected) in reports_in(shape, &wide, frames()).iter().zip(&expected) {
            assert_eq!(wide.pattern, expected.pattern);
        }
    }
    for (name, profile) in Profile::NAMED {
        assert_eq!(profile.patterns, ["bt1702", "ofcom"].contains(&name));
        for patterns in [false, true] {
            let profiles = [Profile { patterns, ..profile }];
            let settings = settings(&profiles);
            let found = reports_in(shape, &settings, frames());
            let verdict = if patterns { Verdict::Fail } else { Verdict::Pass };
            assert_eq!(worst(&found).verdict, verdict, "{name}");
            let without = [Profile { patterns: false, ..profile }];
            let without = AnalyserSettings { profiles: &without, ..AnalyserSettings::default() };
            let least = Analyser::memory_needed(shape, &without).unwrap();
            let needed = Analyser::memory_needed(shape, &settings).unwrap();
            assert_eq!(needed > least, patterns, "{name}");
        }
    }
}

#[test]
fn what_is_ignored_has_no_pattern() {
    let shape = Shape::new(Format::Gray8, SIZE[0], SIZE[1]).unwrap();
    let ignore = [Rectangle { x: 0, y: 0, width: 640, height: 180 }];
    let ignoring = AnalyserSettings { ignore: &ignore, ..settings(&[Profile::BT_1702]) };
    let pattern = worst(&reports_in(shape, &ignoring, vec![stripes(32.0, 0.0, 0.0); 16]));
    assert!((pattern.area - 0.5).abs() < 0.01, "{pattern:?}");
    assert_eq!(pattern.bounds, Rectangle { x: 0, y: 180, width: 640, height: 180 });

    let area = |ignore: &[Rectangle]| {
        let settings = AnalyserSettings { ignore, ..settings(&[Profile::BT_1702]) };
        worst(&reports_in(shape, &settings, vec![stripes(32.0, 0.0, 0.0); 16])).area
    };
    let empty = Rectangle { x: 101, y: 101, width: 0, height: 0 };
    let all = area(&[]);
    assert_eq!(area(&[Rectangle { width: 300, ..empty }]), all);
    assert_eq!(area(&[Rectangle { height: 200, ..empty }]), all);
}

/// The code of 10 bits in limited range that PQ has for a luminance (SMPTE ST 2084).
fn pq_code(luminance: f64) -> u16 {
    let (m1, m2) = (2610.0 / 16384.0, 2523.0 / 32.0);
    let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 128.0, 2392.0 / 128.0);
    let power = (luminance / 10_000.0).powf(m1);
    let signal = ((c1 + c2 * power) / (1.0 + c3 * power)).powf(m2);
    (64.0 + 876.0 * signal).round() as u16
}

#[test]
fn high_dynamic_range_is_judged_by_cd_per_square_metre() {
    let shape = Shape::new(Format::P010, SIZE[0], SIZE[1]).unwrap();
    let high = AnalyserSettings {
        curve: Curve::Pq,
        primaries: Primaries::Bt2020,
        matrix: Matrix::Bt2020,
        range: Range::Limited,
        ..settings(&[Profile::BT_1702])
    };
    for (dark, light, verdict) in [
        (1.0, 49.0, Verdict::Pass),
        (1.0, 52.0, Verdict::Fail),
        (100.0, 118.0, Verdict::Pass),
        (100.0, 122.0, Verdict::Fail),
        (1000.0, 1110.0, Verdict::Pass),
        (1000.0, 1150.0, Verdict::Fail),
    ] {
        let [dark, light] = [pq_code(dark), pq_code(light)];
        let mut samples = Vec::new();
        for y in 0..SIZE[1] {
            for x in 0..SIZE[0] {
                let is_light = is_light(f64::from(x) + 0.5, f64::from(y) + 0.5, 32.0, 0.0, 0.0);
                samples.push(if is_light { light } else { dark });
            }
        }
        samples.extend(std::iter::repeat_n(512, (SIZE[0] * SIZE[1] / 2) as usize));
        let frame: Vec<u8> = samples.iter().flat_map(|code| (code << 6).to_le_bytes()).collect();
        let found = reports_in(shape, &high, vec![frame; 16]);
        assert_eq!(worst(&found).verdict, verdict, "{dark} and {light}");
    }
}

#[test]
fn every_backend_says_the_same_of_any_picture() {
    let mut random = Random(7);
    for _ in 0..24 {
        let size = [1 + random.below(90) as u32, 1 + random.below(70) as u32];
        let shape = Shape::new(Format::Gray8, size[0], size[1]).unwrap();
        let frames: Vec<Vec<u8>> =
            (0..30)
                .map(|i| {
                    let (width, angle) = (8.0 + random.below(9) as f64, random.below(180) as f64);
                    let still = random.below(3) > 0;
                    let noise = random.of(&[0.0, 0.0, 8.0, 80.0]);
                    let phase = if still { 0.0 } else { 0.1 * f64::from(i) };
                    let mut noisy = Random(random.next());
                    let mut pixels = picture(size, |x, y| {
                        if is_light(x, y, width, angle, phase) { LIGHT } else { DARK }
                    });
                    for code in &mut pixels {
                        *code =
                            code.saturating_add((noisy.below(101) as f64 / 100.0 * noise) as u8);
                    }
                    pixels
                })
                .flat_map(|picture| vec![picture; 2])
                .collect();
        let profiles = [Profile::BT_1702, Profile { patterns: true, ..Profile::TRACE_24 }];
        let by = |backend: Backend| {
            let settings = AnalyserSettings { backend: Some(backend), ..settings(&profiles) };
            reports_in(shape, &settings, frames.clone())
        };
        let expected = by(Backend::Portable);
        for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
            assert_eq!(by(backend), expected, "{}", backend.name());
        }
    }
}
