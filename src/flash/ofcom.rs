//! Luminance by the curve of Ofcom's guidance note.

/// Luminance by the guidance note, in units of 200 cd/m², which is white: 413.435 (0.002745 x + 0.0189623)^2.2 / 200 of
/// the luma x = 0.2126 R + 0.7152 G + 0.0722 B.
///
/// The power is a polynomial in x, 1/128 of the distance from the middle, that meets it in the Chebyshev nodes of 0 to
/// 255; the greatest error is 10^-6.
#[inline(always)]
pub(crate) fn ofcom_luminance(red: u8, green: u8, blue: u8) -> f32 {
    luminance_of_luma(
        0.2126 * f32::from(red) + 0.7152 * f32::from(green) + 0.0722 * f32::from(blue),
    )
}

/// The same of luma, 0 to 255.
#[inline(always)]
pub(crate) fn luminance_of_luma(luma: f32) -> f32 {
    let x = (luma - 127.5) * (1.0 / 128.0);
    let [highest, lower @ ..] = &COEFFICIENTS;
    let mut sum = *highest;
    for coefficient in lower {
        sum = sum * x + coefficient;
    }
    sum
}

/// From that of the highest power down.
const COEFFICIENTS: [f32; 13] = {
    let mut coefficients = [
        -0.08258378,
        0.10396936,
        0.1331141,
        -0.1608601,
        -0.13580163,
        0.18279302,
        -0.06740344,
        0.18668938,
        -0.6719261,
        3.5096228,
        55.192562,
        96.5922,
        46.103645,
    ];
    let mut i = 0;
    while i < coefficients.len() {
        // cd/m² to parts of white.
        coefficients[i] /= 200.0;
        i += 1;
    }
    coefficients
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luminance_is_that_of_the_guidance_note() {
        let definition = |x: f64| 413.435 * (0.002745 * x + 0.0189623).powf(2.2) / 200.0;
        let check = |[red, green, blue]: [u8; 3]| {
            let luma =
                0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue);
            let found = f64::from(ofcom_luminance(red, green, blue));
            assert!((found - definition(luma)).abs() < 1.5e-6, "{red} {green} {blue}: {found}");
        };
        for gray in 0..=255 {
            check([gray; 3]);
        }
        for seed in 0..10_000u32 {
            let [red, green, blue, _] = seed.wrapping_mul(2_654_435_761).to_le_bytes();
            check([red, green, blue]);
        }
    }
}
