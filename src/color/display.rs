//! Displays, and the linear light of their codes.

/// The transfer function of the display that pixels are made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Display {
    /// sRGB (IEC 61966-2-1).
    #[default]
    Srgb = 1,
    /// ITU-R BT.1886 with a gamma of 2.4 and black at 0: light is the code to the power of 2.4.
    Bt1886 = 2,
}

/// The linear light of white in sums over cells.
pub(crate) const WHITE: u16 = 16_382;

/// Bits of the fraction that the light of a single code has besides: white is `WHITE << FRACTION_BITS`.
pub(crate) const FRACTION_BITS: u32 = 7;

/// Linear light of the codes of 8 bits, as a parabola for every sixteen codes: one look-up in 16 entries finds each
/// coefficient, and in whole numbers sums are the same in any order.
///
/// The light of code `16 i + j` is `offset[i] · 128 + slope[i] · (j - 8) + curvature[i] · bend(j)`.
pub(crate) struct Parabolas {
    /// Below 2^14.
    pub(crate) offset: [u16; 16],
    /// Below 2^15.
    pub(crate) slope: [u16; 16],
    pub(crate) curvature: [u8; 16],
}

impl Parabolas {
    /// How far the place of a code among its sixteen is from the middle.
    pub(crate) const fn distance(place: u8) -> i8 {
        place.cast_signed() - 8
    }

    /// A parabola through 8 at the first and the last of sixteen codes.
    pub(crate) const fn bend(place: u8) -> i8 {
        8 - (place * (15 - place) / 2).cast_signed()
    }

    pub(crate) const fn light(&self, code: u8) -> i32 {
        let (i, place) = ((code / 16) as usize, code % 16);
        ((self.offset[i] as i32) << FRACTION_BITS)
            + self.slope[i] as i32 * Self::distance(place) as i32
            + self.curvature[i] as i32 * Self::bend(place) as i32
    }
}

impl Display {
    /// Where each display lies in a table of both.
    pub(crate) const ALL: [Self; 2] = [Self::Srgb, Self::Bt1886];

    /// Those of the least greatest error over each sixteen codes, found by search among whole numbers with which black
    /// is 0 and white is exact: 4.9 · 10^-5 of white.
    #[rustfmt::skip]
    pub(crate) const fn parabolas(self) -> Parabolas {
        match self {
            Self::Srgb => Parabolas {
                offset: [
                    41, 157, 356, 657, 1071, 1609, 2279, 3088,
                    4045, 5156, 6428, 7866, 9476, 11264, 13234, 15393,
                ],
                slope: [
                    666, 1191, 1954, 2817, 3763, 4783, 5870, 7018,
                    8222, 9479, 10786, 12140, 13538, 14979, 16461, 17976,
                ],
                curvature: [10, 45, 51, 57, 61, 66, 70, 73, 77, 80, 83, 86, 89, 92, 94, 95],
            },
            Self::Bt1886 => Parabolas {
                offset: [
                    8, 63, 200, 440, 798, 1286, 1915, 2696,
                    3637, 4746, 6032, 7501, 9159, 11015, 13073, 15340,
                ],
                slope: [
                    149, 707, 1454, 2338, 3331, 4418, 5587, 6832,
                    8145, 9522, 10960, 12452, 13998, 15594, 17239, 18928,
                ],
                curvature: [21, 42, 51, 58, 66, 71, 75, 80, 84, 88, 92, 95, 98, 101, 104, 110],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition.
    fn light(display: Display, code: u8) -> f64 {
        let c = f64::from(code) / 255.0;
        match display {
            Display::Srgb if c <= 0.04045 => c / 12.92,
            Display::Srgb => ((c + 0.055) / 1.055).powf(2.4),
            Display::Bt1886 => c.powf(2.4),
        }
    }

    #[test]
    fn linear_light_is_that_of_the_display_for_every_code() {
        for display in Display::ALL {
            let parabolas = display.parabolas();
            let white = i32::from(WHITE) << FRACTION_BITS;
            for code in 0..=255 {
                let found = f64::from(parabolas.light(code)) / f64::from(white);
                let expected = light(display, code);
                assert!((found - expected).abs() < 5e-5, "{display:?} {code}: {found} {expected}");
                let rises = code == 0 || parabolas.light(code) > parabolas.light(code - 1);
                assert!(rises, "{display:?} {code}");
            }
            assert_eq!((parabolas.light(0), parabolas.light(255)), (0, white));
        }
    }
}
