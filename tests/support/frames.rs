//! Frames of any format, as bytes.

use flashinator::Shape;
use proptest::prelude::*;

use super::random::Random;

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
