//! Frames of any kind, at any times, by any profiles: no panic, and the same reports from every backend and
//! however many profiles are judged by at once.
//!
//!     cargo +nightly fuzz run analyse
#![no_main]

use arbitrary::Arbitrary;
use flashinator::{
    Analyser, AnalyserSettings, Backend, Curve, Display, Error, Field, Format, Frame, Light,
    Matrix, Primaries, Profile, Range, Rectangle, Red, Report, Shape, Timestamp, Viewing,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case {
    format: u8,
    sides: [u8; 2],
    profiles: Vec<Numbers>,
    viewing: Option<(bool, f32)>,
    pixel_aspect: Option<f32>,
    bits: u8,
    /// How codes stand for light.
    coding: u8,
    cell: Option<u8>,
    max_fps: u16,
    ignore: Option<[u8; 4]>,
    /// Microseconds from frame to frame, and how frames are made.
    steps: Vec<(i32, u8)>,
    seed: u64,
}

/// Of a profile: one that is published, or numbers that may make no sense.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Numbers {
    Published(u8),
    Any { numbers: [f32; 12], counts: [u8; 2], bits: u8 },
}

impl Numbers {
    fn profile(self) -> Profile {
        let (numbers, counts, bits) = match self {
            Self::Published(index) => {
                let all = Profile::NAMED;
                return all[usize::from(index) % all.len()].1;
            }
            Self::Any { numbers, counts, bits } => (numbers, counts, bits),
        };
        let [white, min_step, dark_limit, min_contrast, red, saturation, longest, together, ..] =
            numbers;
        let [.., width, height, fit, min_area] = numbers;
        Profile {
            light: if bits & 1 == 0 { Light::Display } else { Light::OfcomNote },
            yuv_display: if bits & 2 == 0 { Display::Srgb } else { Display::Bt1886 },
            white,
            reference_white: [203.0, white][usize::from(bits >> 5 & 1)],
            min_step,
            dark_limit,
            min_contrast,
            red: if bits & 4 == 0 {
                Red::Difference { min_difference: red }
            } else {
                Red::Chromaticity { min_distance: red }
            },
            saturation,
            longest,
            together,
            field: if bits & 8 == 0 { Field::Css { width, height } } else { Field::Picture },
            fit: [fit, 0.75 * fit],
            min_area,
            warn_transitions: counts[0].into(),
            max_transitions: counts[1].into(),
            extended: bits & 16 == 0,
            patterns: bits & 64 == 0,
        }
    }
}

/// The reports by every profile on every frame.
fn reports(
    case: &Case,
    shape: Shape,
    profiles: &[Profile],
    backend: Backend,
) -> Result<Vec<Result<Vec<Report>, Error>>, Error> {
    let ignore = case.ignore.map(|[x, y, width, height]| Rectangle {
        x: x.into(),
        y: y.into(),
        width: width.into(),
        height: height.into(),
    });
    let settings = AnalyserSettings {
        profiles,
        viewing: case.viewing.map_or(Viewing::Default, |(degrees, size)| {
            if degrees { Viewing::Degrees(size) } else { Viewing::CssWidth(size) }
        }),
        pixel_aspect: case.pixel_aspect.unwrap_or(1.0),
        display: [None, Some(Display::Srgb), Some(Display::Bt1886), None]
            [usize::from(case.bits & 3)],
        cell: case.cell.map(u32::from),
        max_fps: case.max_fps.into(),
        matrix: Matrix::ALL[usize::from(case.bits >> 2 & 3) % Matrix::ALL.len()],
        curve: [Curve::Sdr, Curve::Pq, Curve::Hlg][usize::from(case.coding & 3) % 3],
        primaries: if case.coding & 4 == 0 { Primaries::Bt709 } else { Primaries::Bt2020 },
        range: if case.bits & 16 == 0 { Range::Limited } else { Range::Full },
        ignore: ignore.as_slice(),
        backend: Some(backend),
        ..AnalyserSettings::default()
    };
    let needed = Analyser::memory_needed(shape, &settings)?;
    if needed > 1 << 26 {
        return Err(Error::TooLarge);
    }
    let mut memory = vec![0x5a; needed];
    let mut analyser = Analyser::new(shape, &settings, &mut memory[..])?;
    let mut random = case.seed | 1;
    let mut time = 0i64;
    let mut pixels = vec![0u8; shape.frame_bytes()];
    let mut found = Vec::new();
    for &(step, how) in case.steps.iter().take(64) {
        for (i, pixel) in pixels.iter_mut().enumerate() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            *pixel = match how % 4 {
                0 => how,
                1 => random as u8,
                2 => pixel.wrapping_add(how),
                _ => {
                    if i % 7 < usize::from(how % 8) {
                        255
                    } else {
                        *pixel
                    }
                }
            };
        }
        time += i64::from(step);
        let frame = Frame::contiguous(shape, &pixels).unwrap();
        let first = analyser.push(&frame, Timestamp::from_micros(time).unwrap());
        found.push(first.map(|first| {
            let all: Vec<_> = (0..profiles.len()).filter_map(|i| analyser.report(i)).collect();
            assert_eq!(all.len(), profiles.len());
            assert_eq!(all[0], first);
            all
        }));
    }
    for profile in 0..profiles.len() {
        let grid = analyser.grid(profile).unwrap();
        let mut mask = vec![0; grid.columns.div_ceil(8) as usize * grid.rows as usize];
        assert!(analyser.mask(profile, &mut mask).is_ok());
        assert!(analyser.incidents(profile).count() <= 64);
        assert!(analyser.summary(profile).is_some());
    }
    Ok(found)
}

fuzz_target!(|case: Case| {
    let format = Format::ALL[usize::from(case.format) % Format::ALL.len()];
    let [width, height] = case.sides;
    let Ok(shape) = Shape::new(format, width.into(), height.into()) else { return };
    let profiles: Vec<_> = case.profiles.iter().take(9).map(|numbers| numbers.profile()).collect();
    let expected = reports(&case, shape, &profiles, Backend::Portable);
    for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
        assert_eq!(reports(&case, shape, &profiles, backend), expected, "{backend:?}");
    }
    let Ok(expected) = expected else { return };
    for (i, profile) in profiles.iter().enumerate() {
        let alone =
            reports(&case, shape, std::slice::from_ref(profile), Backend::Portable).unwrap();
        for (alone, all) in alone.iter().zip(&expected) {
            assert_eq!(alone.as_ref().map(|alone| alone[0]), all.as_ref().map(|all| all[i]));
        }
    }
});
