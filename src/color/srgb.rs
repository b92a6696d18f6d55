//! Linear light of codes of sRGB.

/// Codes of 8 bits.
#[cfg(target_arch = "x86_64")]
pub(crate) const CODES: usize = 256;

/// The linear light of white.
pub(crate) const WHITE: u16 = 16_383;

/// The polynomial of [`linear`], from the factor of x up, x being the code above [`STRAIGHT`] in 256ths. The
/// signs are +, +, +, -, +.
pub(crate) const FACTORS: [u16; 5] = [76, 20_290, 19_008, 7_688, 2_033];

/// The last code of the straight line, whose slope is 5.
pub(crate) const STRAIGHT: u8 = 11;

/// Linear light of a code of sRGB (IEC 61966-2-1), in parts of [`WHITE`], so that four of them have room
/// in 16 bits.
///
/// A straight line for the first codes, and above them a polynomial of the fifth degree, in whole numbers of
/// 16 bits. The factors are those of the least greatest error over all 256 codes, found by search: 0.82 of a
/// part, 5 · 10^-5 of white.
#[cfg(any(test, target_arch = "x86_64"))]
pub(crate) const fn linear(code: u8) -> u16 {
    let [a1, a2, a3, a4, a5] = FACTORS;
    let x = (code.saturating_sub(STRAIGHT) as u16) << 8;
    let sum = a4 - high(a5, x);
    let sum = a3 - high(sum, x);
    let sum = a2 + high(sum, x);
    let sum = a1 + high(sum, x);
    // Both halves are of twice the light, so that the last rounding is to the nearest.
    (high(sum, x) + code as u16 * 10).div_ceil(2)
}

/// The upper half of a product.
#[cfg(any(test, target_arch = "x86_64"))]
const fn high(a: u16, b: u16) -> u16 {
    ((a as u32 * b as u32) >> 16) as u16
}

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
}
