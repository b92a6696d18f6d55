//! What several tests share.
#![allow(dead_code)] // Each test uses a part.

use flashinator::{
    Backend, Format, Frame, Gray, LuminanceLut, Range, Shape, TRow, TableSettings, Transfer,
    reference,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

/// Which luminance codes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// The library's own, or the same by a table where it has none.
    Usual,
    /// Steep at the bright end.
    Pq,
    /// Flat, with a few steps.
    Steps,
}

/// A format and a way to look at it.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub format: Format,
    pub gray: Gray,
    pub light: Light,
}

pub fn way() -> impl Strategy<Value = Way> {
    let gray = prop::sample::select(&Gray::ALL[..]);
    let light = prop::sample::select(vec![Light::Usual, Light::Pq, Light::Steps]);
    (prop::sample::select(&Format::ALL[..]), gray, light).prop_map(|(format, gray, light)| Way {
        format,
        gray,
        light,
    })
}

impl Way {
    /// The usual way to look at a format.
    pub fn usual(format: Format) -> Self {
        Self { format, gray: Gray::Mean, light: Light::Usual }
    }

    pub fn settings(self) -> TableSettings<'static, 'static> {
        let codes = LuminanceLut::codes(self.format, self.gray);
        let own = codes == 256 || codes == 766;
        let lut = (self.light != Light::Usual || !own).then(|| lut(codes, self.light));
        TableSettings { gray: self.gray, lut, ..TableSettings::default() }
    }
}

/// A lut for so many codes, made once.
fn lut(codes: usize, light: Light) -> &'static LuminanceLut<'static> {
    static MADE: LazyLock<Mutex<BTreeMap<(usize, Light), &'static LuminanceLut<'static>>>> =
        LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap();
    made.entry((codes, light)).or_insert_with(|| {
        let mut table = vec![0.0; codes];
        match light {
            Light::Usual => Transfer::Table.fill(Range::Limited, &mut table).unwrap(),
            Light::Pq => Transfer::Pq.fill(Range::Full, &mut table).unwrap(),
            Light::Steps => {
                for (code, value) in table.iter_mut().enumerate() {
                    *value = [-7.0, -7.0, 100.0, 101.0, 250.0][code * 5 / codes];
                }
            }
        }
        Box::leak(Box::new(LuminanceLut::new(table.leak()).unwrap()))
    })
}

/// A frame sequence to test with: contents that find what random bytes do not.
#[derive(Clone, Debug)]
pub enum Content {
    Noise,
    /// Near one gray, like a still camera's picture.
    LowContrast(u8),
    FewValues,
    /// The codes rise in raster order, in every other frame.
    Ramp,
    RampFalling,
    /// One pixel differs.
    Speck(u8),
    Still,
    /// Two plateaus, with a little noise on the second.
    Flash(u8, u8),
}

pub fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        Just(Content::Noise),
        any::<u8>().prop_map(Content::LowContrast),
        Just(Content::FewValues),
        Just(Content::Ramp),
        Just(Content::RampFalling),
        any::<u8>().prop_map(Content::Speck),
        Just(Content::Still),
        (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Content::Flash(a, b)),
    ]
}

/// A simple generator, so that a case is given by a number.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        // The mixing function of SplitMix64 (G. L. Steele and others, 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

impl Content {
    /// Frames without padding, one after the other.
    pub fn frames(&self, shape: Shape, count: usize, seed: u64) -> Vec<u8> {
        let mut random = Random(seed);
        let bytes = shape.frame_bytes();
        let mut data = Vec::with_capacity(count * bytes);
        let first: Vec<u8> = (0..bytes).map(|_| random.next() as u8).collect();
        for f in 0..count {
            let start = data.len();
            match *self {
                Self::Noise => data.extend((0..bytes).map(|_| random.next() as u8)),
                Self::LowContrast(gray) => {
                    data.extend((0..bytes).map(|_| gray.saturating_add(random.below(5) as u8)))
                }
                Self::FewValues => {
                    data.extend((0..bytes).map(|_| [0, 1, 128, 254, 255][random.below(5)]))
                }
                Self::Ramp | Self::RampFalling => {
                    let up = matches!(self, Self::Ramp);
                    data.extend((0..bytes).map(|i| {
                        let code = (i * 255 / bytes.max(2)) as u8;
                        let code = if up { code } else { 255 - code };
                        if f % 2 == 0 { 0 } else { code }
                    }));
                }
                Self::Speck(value) => {
                    data.extend_from_slice(&first);
                    data[start + random.below(bytes)] = value;
                }
                Self::Still => data.extend_from_slice(&first),
                Self::Flash(dark, bright) => data.extend((0..bytes).map(|_| {
                    if f % 2 == 0 { dark } else { bright.saturating_sub(random.below(3) as u8) }
                })),
            }
        }
        data
    }
}

/// The rows that the definition gives.
pub fn expected(shape: Shape, frames: &[u8], settings: &TableSettings<'_, '_>) -> Vec<TRow> {
    let frames: Vec<_> = frames
        .chunks_exact(shape.frame_bytes())
        .map(|data| Frame::contiguous(shape, data).unwrap())
        .collect();
    frames
        .windows(2)
        .map(|pair| reference::compare(&pair[0], &pair[1], settings).unwrap())
        .collect()
}

/// The bits of rows, so that 0.0 and -0.0 differ.
pub fn bits(rows: &[TRow]) -> Vec<[u64; 3]> {
    rows.iter().map(|r| [r.positive, r.negative, r.value].map(f64::to_bits)).collect()
}

/// The backends of this processor; prints once which it lacks.
pub fn backends() -> Vec<Backend> {
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| {
        for backend in Backend::ALL {
            let has =
                if backend.is_available() { "runs" } else { "skipped: not on this processor" };
            eprintln!("backend {}: {has}", backend.name());
        }
    });
    Backend::ALL.into_iter().filter(|backend| backend.is_available()).collect()
}
