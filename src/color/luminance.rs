//! The luminance of every code of 8 bits, `f(x) = 4 (0.2 x + 1)^2.2`, to the last bit.
//!
//! For RGB the gray value is the mean of the channels, `x = s / 3` for the sum `s`, so the 766 sums
//! have 766 luminances; and because `f(3 g / 3) = f(g)`, every third of them is the table of 8-bit gray.

use crate::color::double::Double;

/// Sums of three 8-bit channels.
pub(crate) const RGB_CODES: usize = 3 * 255 + 1;
/// Values of 8-bit gray.
pub(crate) const GRAY_CODES: usize = 256;

/// Luminance by the sum of the channels.
pub(crate) static RGB: [f64; RGB_CODES] = rgb();
/// Luminance by limited-range luma, 16 to 235.
pub(crate) static LUMA: [f64; GRAY_CODES] = luma();

/// `4 (s/15 + 1)^2.2` for every sum `s`, which is `f` of the gray value `s / 3`.
const fn rgb() -> [f64; RGB_CODES] {
    let mut table = [0.0; RGB_CODES];
    let mut sum = 0;
    while sum < RGB_CODES {
        table[sum] = luminance_of_quotient(sum as f64 + 15.0, 15.0);
        sum += 1;
    }
    table
}

/// The gray value of luma is `x = 255 (luma - 16) / 219`, so `0.2 x + 1 = (51 (luma - 16) + 219) / 219`.
const fn luma() -> [f64; GRAY_CODES] {
    let mut table = [0.0; GRAY_CODES];
    let mut luma = 0;
    while luma < GRAY_CODES {
        let above_black = if luma < 16 {
            0
        } else if luma > 235 {
            219
        } else {
            luma - 16
        };
        table[luma] = luminance_of_quotient((51 * above_black + 219) as f64, 219.0);
        luma += 1;
    }
    table
}

/// `4 y^2.2` for `y = n / d`, at least 1, to the nearest `f64`.
///
/// `y^2.2 = y^2 · y^(1/5)`. The fifth root is found by Newton's method in `f64`, mended by one more
/// step in twice the precision, and the product is rounded once, at the end.
pub(crate) const fn luminance_of_quotient(n: f64, d: f64) -> f64 {
    let y = Double::quotient(n, d);

    // From above the root of a convex function Newton's method only ever falls, so it has arrived
    // when it falls no more.
    let mut root = 1.0 + y.high / 5.0;
    loop {
        let fourth = root * root * root * root;
        let next = root - (root * fourth - y.high) / (5.0 * fourth);
        if next >= root {
            break;
        }
        root = next;
    }
    let square = Double::product(root, root);
    let fourth = square.times(square);
    let fifth = fourth.times(Double::of(root));
    let missing = (y.high - fifth.high) + (y.low - fifth.low);
    let root = Double::sum(root, missing / (5.0 * fourth.high));

    let power = y.times(y).times(root);
    4.0 * power.rounded()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_the_formula() {
        assert_eq!(RGB[0], 4.0);
        // 4 * 52^2.2, by a calculator of 50 digits.
        assert_eq!(RGB[3 * 255], 23_837.864_527_991_06);
    }

    #[test]
    fn agrees_with_the_power_of_the_standard_library() {
        for (sum, &lum) in RGB.iter().enumerate() {
            let power = 4.0 * (0.2 * (sum as f64 / 3.0) + 1.0f64).powf(2.2);
            // `powf` of a base that was rounded three times carries 2.2 times those errors.
            assert!((lum - power).abs() <= 6.0 * f64::EPSILON * lum, "{sum}: {lum} {power}");
        }
    }

    #[test]
    fn every_bit_is_that_of_a_calculator_of_60_digits() {
        // A checksum of the bits of 4 * ((s + 15) / 15)^2.2, rounded once, made by Python's `decimal`.
        let sum = RGB.iter().fold(0u64, |sum, l| sum.wrapping_mul(31).wrapping_add(l.to_bits()));
        assert_eq!(sum, 0xdca4_2efc_8d1a_3477);
    }

    #[test]
    fn luma_is_black_up_to_16_and_white_from_235() {
        assert!(LUMA[..=16].iter().all(|&l| l == RGB[0]));
        assert!(LUMA[235..].iter().all(|&l| l == RGB[3 * 255]));
        // 219 = 3 · 73 and 255 = 3 · 85: every 73 codes of luma are 85 of gray.
        assert_eq!(LUMA[16 + 73], RGB[3 * 85]);
        assert_eq!(LUMA[16 + 146], RGB[3 * 170]);
        for (luma, &lum) in LUMA.iter().enumerate() {
            let x = 255.0 * (luma as f64 - 16.0).clamp(0.0, 219.0) / 219.0;
            let power = 4.0 * (0.2 * x + 1.0f64).powf(2.2);
            assert!((lum - power).abs() <= 6.0 * f64::EPSILON * lum, "{luma}: {lum} {power}");
        }
    }
}
