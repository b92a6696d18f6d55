//! Frames of any kind at any times: all backends say the same, and nothing panics.
//!
//!     cargo +nightly fuzz run analyse
#![no_main]

use arbitrary::Arbitrary;
use flashinator::{
    Analyser, AnalyserSettings, Backend, Field, Format, Frame, Light, Profile, Rectangle, Red,
    Report, Shape, Timestamp, Viewing,
};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Case {
    format: u8,
    sides: [u8; 2],
    /// Of the profile: numbers that may make no sense.
    numbers: [f32; 7],
    counts: [u8; 2],
    kinds: u8,
    usual: bool,
    degrees: Option<f32>,
    cell: Option<u8>,
    most_frames: u16,
    ignore: Option<[u8; 4]>,
    /// Microseconds from frame to frame, and how frames are made.
    steps: Vec<(i32, u8)>,
    seed: u64,
}

fn reports(case: &Case, shape: Shape, backend: Backend) -> Vec<Result<Report, flashinator::Error>> {
    let [step, dark, contrast, least, flare, saturation, area] = case.numbers;
    let mut profile = Profile::WCAG_2_2;
    if !case.usual {
        profile = Profile {
            light: if case.kinds & 1 == 0 { Light::Relative } else { Light::Display },
            step,
            dark,
            contrast,
            red: if case.kinds & 2 == 0 {
                Red::Difference { least }
            } else {
                Red::Chromaticity { distance: least, flare }
            },
            saturation,
            field: if case.kinds & 4 == 0 { Field::TenDegrees } else { Field::Picture },
            area,
            warning: case.counts[0].into(),
            most: case.counts[1].into(),
        };
    }
    let ignore = case.ignore.map(|[x, y, width, height]| Rectangle {
        x: x.into(),
        y: y.into(),
        width: width.into(),
        height: height.into(),
    });
    let settings = AnalyserSettings {
        profile,
        viewing: case.degrees.map_or(Viewing::Typical, Viewing::Degrees),
        cell: case.cell.map(u32::from),
        most_frames: case.most_frames.into(),
        ignore: ignore.as_slice(),
        backend: Some(backend),
        ..AnalyserSettings::default()
    };
    let needed = match Analyser::memory_needed(shape, &settings) {
        Ok(needed) => needed,
        Err(error) => return vec![Err(error)],
    };
    let mut memory = vec![0x5a; needed];
    let mut analyser = match Analyser::new(shape, &settings, &mut memory) {
        Ok(analyser) => analyser,
        Err(error) => return vec![Err(error)],
    };
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
        found.push(analyser.push(&frame, Timestamp::from_micros(time).unwrap()));
    }
    found
}

fuzz_target!(|case: Case| {
    let format = Format::ALL[usize::from(case.format) % Format::ALL.len()];
    let [width, height] = case.sides;
    let Ok(shape) = Shape::new(format, width.into(), height.into()) else { return };
    let expected = reports(&case, shape, Backend::Portable);
    for backend in Backend::ALL.into_iter().filter(|backend| backend.is_available()) {
        assert_eq!(reports(&case, shape, backend), expected, "{backend:?}");
    }
});
