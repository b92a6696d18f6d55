//! High dynamic range, and all bits of samples of more than 8, against the formulas of the standards.
//!
//! The luminance of grays is that of [`Transfer`], whose tables `tests/curves.rs` compares with 60 digits.

mod support;

use flashinator::{
    Analyser, AnalyserSettings, Backend, Curve, Display, Format, Frame, Hazard, Matrix, Primaries,
    Profile, Range, Report, Shape, Timestamp, Transfer, Verdict,
};
use support::random::Random;

/// How a video is coded.
#[derive(Clone, Copy, Debug)]
struct Coding {
    format: Format,
    curve: Curve,
    primaries: Primaries,
    range: Range,
}

impl Coding {
    fn new(format: Format, curve: Curve) -> Self {
        Self { format, curve, primaries: Primaries::Bt2020, range: Range::Limited }
    }

    fn settings<'a>(&self, profiles: &'a [Profile]) -> AnalyserSettings<'a> {
        let Self { curve, primaries, range, .. } = *self;
        let matrix = Matrix::Bt2020;
        AnalyserSettings { profiles, curve, primaries, range, matrix, ..Default::default() }
    }

    fn bits(&self) -> u32 {
        let name = self.format.name();
        [("10le", 10), ("12le", 12), ("16le", 16)]
            .into_iter()
            .find(|(end, _)| name.ends_with(end))
            .map_or(if name.starts_with("p010") { 10 } else { 8 }, |(_, bits)| bits)
    }

    /// A frame of one colour.
    fn frame(&self, shape: Shape, [luma, cb, cr]: [u32; 3]) -> Vec<u8> {
        let name = self.format.name();
        let is_high = name.starts_with("p01");
        let bits = if name == "p012le" { 12 } else { self.bits() };
        let mut bytes = Vec::new();
        for plane in 0..shape.planes() {
            let codes: &[u32] = match (plane, is_high) {
                (0, _) => &[luma],
                (_, true) => &[cb, cr],
                (1, _) => &[cb],
                _ => &[cr],
            };
            let samples =
                shape.row_bytes(plane) * shape.rows(plane) / if bits == 8 { 1 } else { 2 };
            for code in codes.iter().cycle().take(samples) {
                if bits == 8 {
                    bytes.push(*code as u8);
                } else {
                    let code = if is_high { code << (16 - bits) } else { *code };
                    bytes.extend((code as u16).to_le_bytes());
                }
            }
        }
        bytes
    }

    /// The reports on a video that shows two colours in turns, each for three frames of 25 in a second.
    fn flash(
        &self,
        settings: &AnalyserSettings<'_>,
        size: [u32; 2],
        colours: [[u32; 3]; 2],
    ) -> Vec<Report> {
        let shape = Shape::new(self.format, size[0], size[1]).unwrap();
        let frames = colours.map(|colour| self.frame(shape, colour));
        let mut memory = vec![0xa5; Analyser::memory_needed(shape, settings).unwrap()];
        let mut analyser = Analyser::new(shape, settings, &mut memory).unwrap();
        (0..30)
            .map(|i| {
                let frame = Frame::contiguous(shape, &frames[i / 3 % 2]).unwrap();
                let time = Timestamp::from_ticks(i as i64, 1, 25).unwrap();
                analyser.push(&frame, time).unwrap()
            })
            .collect()
    }

    /// The luminance of every code of gray in cd/m².
    fn luminances(&self, bits: u32) -> Vec<f64> {
        let mut table = vec![0.0; 1 << bits];
        let transfer = match self.curve {
            Curve::Sdr => Transfer::Bt1886 { white: 200.0, black: 0.0 },
            Curve::Pq => Transfer::Pq,
            Curve::Hlg => Transfer::Hlg { white: 1000.0, black: 0.0 },
        };
        transfer.fill(self.range, &mut table).unwrap();
        table
    }
}

fn worst(reports: &[Report]) -> Verdict {
    reports.iter().map(|report| report.verdict).max().unwrap()
}

/// The first code that is this.
fn first(luminances: &[f64], is_it: impl Fn(f64) -> bool) -> Option<usize> {
    luminances.iter().position(|&luminance| is_it(luminance))
}

const CODINGS: [(Format, u32); 9] = [
    (Format::I420P10, 10),
    (Format::I422P10, 10),
    (Format::I444P10, 10),
    (Format::P010, 10),
    (Format::I420P12, 12),
    (Format::I444P12, 12),
    (Format::P012, 12),
    (Format::Gray12, 12),
    (Format::I420, 8),
];

#[test]
fn one_code_more_or_less_decides_at_every_threshold() {
    let mut flashes = 0;
    for (format, bits) in CODINGS {
        for curve in [Curve::Sdr, Curve::Pq, Curve::Hlg] {
            for range in [Range::Limited, Range::Full] {
                let coding = Coding { range, ..Coding::new(format, curve) };
                // Gray is always of full range, and of sRGB in standard dynamic range.
                if !format.is_yuv() && (curve == Curve::Sdr || range == Range::Limited) {
                    continue;
                }
                let gray = coding.luminances(bits);
                let darker = [
                    0,
                    first(&gray, |l| l > 50.0).unwrap() - 1,
                    first(&gray, |l| l > 139.9).unwrap() - 1,
                    first(&gray, |l| l >= 160.0).unwrap() - 1,
                    first(&gray, |l| l >= 160.0).unwrap(),
                    first(&gray, |l| l >= 700.0).unwrap_or(0),
                ];
                for dark in darker {
                    let low = gray[dark];
                    let is_step = |l: f64| {
                        if low < 160.0 {
                            l - low >= 20.0
                        } else {
                            (l - low) / (l + low) >= 1.0 / 17.0
                        }
                    };
                    let Some(bright) = first(&gray, |l| l > low && is_step(l)) else { continue };
                    let middle = 1 << (bits - 1);
                    for (bright, expected) in [(bright, Verdict::Fail), (bright - 1, Verdict::Pass)]
                    {
                        for profile in [Profile::BT_1702, Profile::OFCOM] {
                            if profile == Profile::OFCOM && curve == Curve::Sdr {
                                continue;
                            }
                            let profiles = [profile];
                            let settings = coding.settings(&profiles);
                            let colours = [dark, bright].map(|luma| [luma as u32, middle, middle]);
                            let reports = coding.flash(&settings, [38, 22], colours);
                            assert_eq!(
                                worst(&reports),
                                expected,
                                "{coding:?} {dark}, {bright}: {low} {} cd/m²",
                                gray[bright]
                            );
                            flashes += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{flashes} flashes");
    assert!(flashes > 800, "{flashes}");
}

#[test]
fn codes_have_the_luminance_of_the_standards() {
    // Relative to what is white in each of the profiles.
    let luminance = |coding: Coding, profile: Profile, luma: u32| {
        let profiles = [profile];
        let settings = coding.settings(&profiles);
        let report = coding.flash(&settings, [38, 22], [[luma, 512, 512]; 2])[0];
        report.luminance * f64::from(profile.reference_white)
    };
    // The codes next to 20, 160, 203 and 1000 cd/m², from the formulas with 60 digits; of standard dynamic range the two
    // that BT.1702-3 prints as 20.1 and 160.4 cd/m².
    type Codes = &'static [(u32, f64)];
    let printed: [(Curve, Range, Codes); 5] = [
        (Curve::Sdr, Range::Limited, &[(400, 20.055_542), (863, 160.373_428)]),
        (
            Curve::Pq,
            Range::Limited,
            &[(377, 20.068_045), (551, 159.970_292), (573, 203.702_958), (723, 1_004.191_904)],
        ),
        (
            Curve::Pq,
            Range::Full,
            &[(365, 19.949_442), (569, 160.390_856), (594, 202.915_105), (769, 998.932_391)],
        ),
        (
            Curve::Hlg,
            Range::Limited,
            &[(361, 19.955_385), (686, 159.565_347), (721, 203.152_146), (940, 1_000.000_032)],
        ),
        (
            Curve::Hlg,
            Range::Full,
            &[(347, 19.977_618), (727, 160.147_445), (767, 202.849_082), (1023, 1_000.000_032)],
        ),
    ];
    for (curve, range, codes) in printed {
        for format in [Format::I420P10, Format::I444P10, Format::P010] {
            let coding = Coding { range, ..Coding::new(format, curve) };
            for &(code, expected) in codes {
                let found = luminance(coding, Profile::BT_1702, code);
                // The mean is summed up in steps of 1/65000 of white.
                let off = (found - expected).abs();
                assert!(off < 5e-5 * expected + 0.004, "{coding:?} {code}: {found} {expected}");
            }
        }
    }
    for curve in [Curve::Sdr, Curve::Pq, Curve::Hlg] {
        let coding = Coding::new(Format::I420P10, curve);
        let gray = coding.luminances(10);
        for luma in (0..1024).step_by(7) {
            for profile in [Profile::BT_1702, Profile::WCAG_2_2, Profile::TRACE_24] {
                if curve == Curve::Sdr && profile != Profile::BT_1702 {
                    continue;
                }
                let found = luminance(coding, profile, luma);
                let expected = gray[luma as usize];
                let off = (found - expected).abs();
                // The mean is summed up in steps of 1/65000 cd/m², or of white.
                let step = f64::from(profile.reference_white) / 65_000.0;
                let most = 5e-5 * expected + step.max(1.0 / 65_000.0) + 0.003;
                assert!(off < most, "{curve:?} {luma}: {found} {expected}");
            }
        }
    }
}

/// The signal, 0 to 1, of red, green and blue of a pixel of 10 bits in limited range by BT.2020's matrix.
fn signal([luma, cb, cr]: [u32; 3]) -> [f64; 3] {
    let y = (f64::from(luma) - 64.0) / 876.0;
    let [cb, cr] = [cb, cr].map(|code| (f64::from(code) - 512.0) / 896.0);
    let red = y + 1.4746 * cr;
    let blue = y + 1.8814 * cb;
    let green = (y - 0.2627 * red - 0.0593 * blue) / 0.6780;
    [red, green, blue].map(|signal| signal.clamp(0.0, 1.0))
}

/// Linear light of the display in cd/m².
fn light(curve: Curve, signal: [f64; 3]) -> [f64; 3] {
    match curve {
        Curve::Sdr => signal.map(|v| 200.0 * v.powf(2.4)),
        Curve::Pq => signal.map(|v| {
            let (m1, m2) = (2610.0 / 16_384.0, 2523.0 / 32.0);
            let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 128.0, 2392.0 / 128.0);
            let root = v.powf(1.0 / m2);
            10_000.0 * ((root - c1).max(0.0) / (c2 - c3 * root)).powf(1.0 / m1)
        }),
        Curve::Hlg => {
            let a: f64 = 0.178_832_77;
            let (b, c) = (1.0 - 4.0 * a, 0.5 - a * (4.0 * a).ln());
            let scene = signal
                .map(|v| if v <= 0.5 { v * v / 3.0 } else { (((v - c) / a).exp() + b) / 12.0 });
            let luminance = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2];
            scene.map(|light| 1000.0 * luminance.powf(0.2) * light)
        }
    }
}

#[test]
fn colours_have_the_luminance_of_the_standards() {
    let mut random = Random(20);
    for curve in [Curve::Sdr, Curve::Pq, Curve::Hlg] {
        let profiles = [Profile::BT_1702];
        for format in [Format::I444P10, Format::I420P10, Format::P010] {
            let coding = Coding::new(format, curve);
            for _ in 0..300 {
                let colour = [(); 3].map(|()| 64 + random.below(877) as u32);
                let [red, green, blue] = light(curve, signal(colour));
                let expected = 0.2627 * red + 0.6780 * green + 0.0593 * blue;
                let reports = coding.flash(&coding.settings(&profiles), [38, 22], [colour; 2]);
                let found = reports[0].luminance * 200.0;
                let off = (found - expected).abs();
                assert!(off < 5e-5 * expected + 0.007, "{coding:?} {colour:?}: {found} {expected}");
            }
        }
    }
}

#[test]
fn wcag_and_trace_see_flashes_above_reference_white() {
    // From 203 to 1000 cd/m² and back: WCAG's darker end must be below 0.8, TRACE asks for a contrast of 1/17.
    let coding = Coding::new(Format::I420P10, Curve::Pq);
    let gray = coding.luminances(10);
    let code = |luminance: f64| first(&gray, |l| l >= luminance).unwrap() as u32;
    let judged = |profile: Profile, from: f64, to: f64| {
        let colours = [code(from), code(to)].map(|luma| [luma, 512, 512]);
        worst(&coding.flash(&coding.settings(&[profile]), [38, 22], colours))
    };
    assert_eq!(judged(Profile::WCAG_2_2, 203.0, 1000.0), Verdict::Pass);
    assert_eq!(judged(Profile::TRACE_24, 203.0, 1000.0), Verdict::Fail);
    assert_eq!(judged(Profile::WCAG_2_2_AAA, 203.0, 1000.0), Verdict::Fail);
    assert_eq!(judged(Profile::BT_1702, 203.0, 1000.0), Verdict::Fail);
    // A tenth of 203 cd/m² is 20.3.
    for profile in [Profile::WCAG_2_2, Profile::TRACE_24] {
        assert_eq!(judged(profile, 50.0, 69.9), Verdict::Pass);
        assert_eq!(judged(profile, 50.0, 71.0), Verdict::Fail);
        assert_eq!(judged(profile, 0.8 * 203.0 - 2.0, 2000.0), Verdict::Fail);
    }
    // The clip of the README's: 55 to 137 cd/m².
    assert_eq!(judged(Profile::BT_1702, 55.0, 137.0), Verdict::Fail);
}

#[test]
fn red_is_that_of_bt_709() {
    let transitions = |curve, primaries, profile: Profile, colours: [[u32; 3]; 2]| {
        let coding = Coding { primaries, ..Coding::new(Format::I444P10, curve) };
        let profiles = [profile];
        let settings = coding.settings(&profiles);
        let reports = coding.flash(&settings, [38, 22], colours);
        reports.iter().map(|report| report.transitions[Hazard::Red]).max().unwrap()
    };
    let mut random = Random(21);
    let [mut only_2020, mut only_709, mut only_wide, mut only_clipped] = [0; 4];
    for _ in 0..1500 {
        let curve = [Curve::Sdr, Curve::Pq, Curve::Hlg][random.below(3)];
        let mut colour = || {
            let luma = 64 + random.below(700) as u32;
            [luma, 300 + random.below(424) as u32, 400 + random.below(540) as u32]
        };
        let colours = [colour(), colour()];
        let white = 200.0;
        let lit = colours.map(|colour| light(curve, signal(colour)).map(|light| light / white));
        let expected = [Primaries::Bt709, Primaries::Bt2020].map(|primaries| {
            if curve == Curve::Hlg && primaries == Primaries::Bt709 {
                return None;
            }
            is_red(lit.map(|light| converted(primaries, light)))
        });
        let found = [Primaries::Bt709, Primaries::Bt2020]
            .map(|primaries| transitions(curve, primaries, Profile::BT_1702, colours) > 6);
        for (expected, found) in expected.into_iter().zip(found) {
            if let Some(expected) = expected {
                assert_eq!(found, expected, "{curve:?} {colours:?}");
            }
        }
        only_2020 += usize::from(expected == [Some(false), Some(true)]);
        only_709 += usize::from(expected == [Some(true), Some(false)]);
        // By BT.2020's own red, green and blue, of which nothing is cut.
        let wide = is_red_by(lit, FROM_BT_2020);
        only_wide += usize::from([wide, expected[1]] == [Some(true), Some(false)]);
        only_clipped += usize::from([wide, expected[1]] == [Some(false), Some(true)]);
    }
    println!("{only_2020} {only_709} {only_wide} {only_clipped}");
    // Red in BT.2020 that is none in BT.709 with what is negative cut, and the other way round.
    assert!(only_wide > 10 && only_clipped > 10, "{only_wide} {only_clipped}");
    // Red by BT.2020's primaries that is none by those numbers as BT.709's, and the other way round.
    assert!(only_2020 > 10 && only_709 > 10, "{only_2020} {only_709}");
}

fn converted(primaries: Primaries, [red, green, blue]: [f64; 3]) -> [f64; 3] {
    if primaries == Primaries::Bt709 {
        return [red, green, blue];
    }
    let weighted =
        |weights: [f64; 3]| (weights[0] * red + weights[1] * green + weights[2] * blue).max(0.0);
    [
        weighted([1.660_491, -0.587_641_1, -0.072_849_9]),
        weighted([-0.124_550_5, 1.132_899_9, -0.008_349_4]),
        weighted([-0.018_150_8, -0.100_578_9, 1.118_729_7]),
    ]
}

/// X, Y and Z of red, green and blue: of BT.709 and of BT.2020.
const FROM_BT_709: [[f64; 3]; 3] = [
    [0.412_456_4, 0.357_576_1, 0.180_437_5],
    [0.212_672_9, 0.715_152_2, 0.072_175],
    [0.019_333_9, 0.119_192, 0.950_304_1],
];
const FROM_BT_2020: [[f64; 3]; 3] = [
    [0.636_958, 0.144_616_9, 0.168_881],
    [0.262_700_2, 0.677_998_1, 0.059_301_7],
    [0.0, 0.028_072_7, 1.060_985_1],
];

/// Whether the change between two colours of BT.709, relative to white, is a red transition by WCAG 2.2's rule; nothing
/// where it is too near to say.
fn is_red(colours: [[f64; 3]; 2]) -> Option<bool> {
    is_red_by(colours, FROM_BT_709)
}

fn is_red_by(colours: [[f64; 3]; 2], to_xyz: [[f64; 3]; 3]) -> Option<bool> {
    let mut saturations = [0.0; 2];
    let mut places = [[0.0; 2]; 2];
    for (i, [red, green, blue]) in colours.into_iter().enumerate() {
        let lift = (0.05 - (red + green + blue)).max(0.0) / 3.0;
        let [red, green, blue] = [red + lift, green + lift, blue + lift];
        saturations[i] = red / (red + green + blue);
        let [x, y, z] = to_xyz
            .map(|[of_red, of_green, of_blue]| of_red * red + of_green * green + of_blue * blue);
        let d = x + 15.0 * y + 3.0 * z;
        places[i] = [4.0 * x / d, 9.0 * y / d];
    }
    let distance = (places[0][0] - places[1][0]).hypot(places[0][1] - places[1][1]);
    let sure = (distance - 0.2).abs() > 1e-3 && saturations.iter().all(|s| (s - 0.8).abs() > 1e-3);
    sure.then(|| distance > 0.2 && saturations.iter().any(|&s| s > 0.8))
}

#[test]
fn a_difference_of_red_is_not_clipped() {
    // R - G - B of 5 and of 4 times reference white differ by far more than 20/320.
    let profiles = [Profile::WCAG_2_1];
    let coding = Coding { primaries: Primaries::Bt709, ..Coding::new(Format::I444P10, Curve::Pq) };
    let luma_of_red = |luminance: f64| {
        let coding = Coding { range: Range::Full, ..coding };
        first(&coding.luminances(12), |l| l >= luminance).unwrap() as f64 / 4095.0
    };
    let red = |luminance: f64| {
        let signal = luma_of_red(luminance);
        let luma = 0.2627 * signal;
        let code = |middle: f64, value: f64| (middle + value).round() as u32;
        [
            code(64.0, 876.0 * luma),
            code(512.0, -896.0 * luma / 1.8814),
            code(512.0, 896.0 * (signal - luma) / 1.4746),
        ]
    };
    let reports =
        coding.flash(&coding.settings(&profiles), [38, 22], [red(4.0 * 203.0), red(5.0 * 203.0)]);
    assert!(reports.iter().any(|report| report.transitions[Hazard::Red] > 6));
}

#[test]
fn all_backends_give_the_same_bits() {
    let mut random = Random(22);
    for format in Format::ALL {
        for curve in [Curve::Sdr, Curve::Pq, Curve::Hlg] {
            let [width, height] = [1 + random.below(150) as u32, 1 + random.below(60) as u32];
            let shape = Shape::new(format, width, height).unwrap();
            let noise: Vec<Vec<u8>> = (0..6)
                .map(|_| (0..shape.frame_bytes()).map(|_| random.below(256) as u8).collect())
                .collect();
            let profiles = [Profile::BT_1702, Profile::OFCOM, Profile::WCAG_2_1, Profile::TRACE_24];
            let reports = |backend: Backend| {
                let settings = AnalyserSettings {
                    backend: Some(backend),
                    cell: Some(1 + width % 9),
                    ..Coding::new(format, curve).settings(&profiles)
                };
                let mut memory = vec![0xa5; Analyser::memory_needed(shape, &settings).unwrap()];
                let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
                let mut reports = Vec::new();
                for (i, pixels) in noise.iter().cycle().take(20).enumerate() {
                    let frame = Frame::contiguous(shape, pixels).unwrap();
                    let time = Timestamp::from_ticks(i as i64, 1, 25).unwrap();
                    analyser.push(&frame, time).unwrap();
                    reports.extend((0..profiles.len()).map(|i| analyser.report(i).unwrap()));
                }
                reports
            };
            let expected = reports(Backend::Portable);
            for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
                assert_eq!(reports(backend), expected, "{format:?} {curve:?} {backend:?}");
            }
        }
    }
}

#[test]
fn standard_dynamic_range_of_8_bits_by_all_bits_is_what_it_was() {
    // The light of 8 bits, as 10 bits of which the lower two are 0, differs by no more than rounding.
    let profiles = [Profile::WCAG_2_2];
    for luma in 16..=235u32 {
        let settings = AnalyserSettings {
            profiles: &profiles,
            display: Some(Display::Bt1886),
            ..AnalyserSettings::default()
        };
        let eight = Coding::new(Format::I420, Curve::Sdr);
        let ten = Coding::new(Format::I420P10, Curve::Sdr);
        let first = |coding: Coding, colour| coding.flash(&settings, [38, 22], [colour; 2])[0];
        let old = first(eight, [luma, 128, 128]).luminance;
        let new = first(ten, [4 * luma, 512, 512]).luminance;
        // By libswscale's conversion a code of 8 bits is cut to one of 0 to 255 first.
        assert!((old - new).abs() < 0.0095, "{luma}: {old} {new}");
    }
}
