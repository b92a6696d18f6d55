//! The light of a pixel: linear light of its channels, and the luminance of a display.
//!
//! Both are computed and not looked up, so that the compiler can do it for many pixels at once.

/// The linear light of white.
pub(crate) const WHITE: u16 = 16_383;

/// Linear light of a code of sRGB (IEC 61966-2-1), in parts of [`WHITE`], so that four of them have room
/// in 16 bits.
///
/// A straight line for the first eleven codes, and above them a polynomial of the fifth degree, in whole
/// numbers of 16 bits. The coefficients are those of the least greatest error over all 256 codes, found by
/// search: 0.82 of a part, 5 · 10^-5 of white.
#[inline(always)]
pub(crate) fn linear(code: u8) -> u16 {
    let above = u16::from(code.saturating_sub(11));
    let x = above << 8;
    let sum = 12_917 - high(3_416, x);
    let sum = 31_984 - high(sum, x);
    let sum = 34_179 + high(sum, x);
    let sum = 128 + high(sum, x);
    // Twice the light, so that the last rounding is to the nearest.
    let twice = high(sum, above * 152);
    average(twice, u16::from(code) * 10)
}

/// The upper half of a product.
#[inline(always)]
fn high(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

/// Half of a sum, halves going up.
#[inline(always)]
fn average(a: u16, b: u16) -> u16 {
    ((u32::from(a) + u32::from(b) + 1) >> 1) as u16
}

/// Luminance in cd/m² of a pixel by ITU-R BT.1702: 413.435 (0.002745 x + 0.0189623)^2.2 of the luma
/// x = 0.2126 R + 0.7152 G + 0.0722 B.
///
/// The power is a polynomial in x, 1/128 of the distance from the middle, that meets it in the
/// Chebyshev nodes of 0 to 255; the greatest error is 0.0002 cd/m².
#[inline(always)]
pub(crate) fn display(red: u8, green: u8, blue: u8) -> f32 {
    let luma = 0.2126 * f32::from(red) + 0.7152 * f32::from(green) + 0.0722 * f32::from(blue);
    let x = (luma - 127.5) * (1.0 / 128.0);
    let mut sum = DISPLAY[DISPLAY.len() - 1];
    let mut i = DISPLAY.len() - 1;
    while i > 0 {
        i -= 1;
        sum = sum * x + DISPLAY[i];
    }
    sum
}

/// Coefficients from the constant one up.
#[rustfmt::skip]
const DISPLAY: [f32; 13] = [
    46.103645, 96.5922, 55.192562, 3.5096228,
    -0.6719261, 0.18668938, -0.06740344, 0.18279302,
    -0.13580163, -0.1608601, 0.1331141, 0.10396936,
    -0.08258378,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition.
    fn srgb(code: u8) -> f64 {
        let c = f64::from(code) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    }

    #[test]
    fn linear_light_is_that_of_srgb_for_every_code() {
        for code in 0..=255 {
            let light = f64::from(linear(code)) / f64::from(WHITE);
            assert!((light - srgb(code)).abs() < 5e-5, "{code}: {light} {}", srgb(code));
            assert!(code == 0 || linear(code) > linear(code - 1), "{code}");
        }
        assert_eq!((linear(0), linear(255)), (0, WHITE));
    }

    #[test]
    fn display_luminance_is_that_of_bt_1702() {
        let definition = |x: f64| 413.435 * (0.002745 * x + 0.0189623).powf(2.2);
        for gray in 0..=255 {
            let light = f64::from(display(gray, gray, gray));
            assert!((light - definition(gray.into())).abs() < 3e-4, "{gray}: {light}");
        }
        for seed in 0..10_000u32 {
            let [r, g, b, _] = seed.wrapping_mul(2_654_435_761).to_le_bytes();
            let luma = 0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b);
            let light = f64::from(display(r, g, b));
            assert!((light - definition(luma)).abs() < 3e-4, "{r} {g} {b}: {light}");
        }
    }
}
