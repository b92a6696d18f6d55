//! A luminance table, and what lets the kernel decide most pixels without it.
//!
//! A *code* is the integer a pixel is reduced to: the sum of its three channels (0..=765) for RGB,
//! the sample itself (0..=255) for gray and luma. The luminance of a code is looked up, never computed.
//!
//! A *level* is a code shortened to eight bits, and a *digit* what was cut off. With `n` codes a level
//! (four for RGB, one for gray), code = `n · level + digit - (n - 1)`, so that code 0 alone has level 0.
//!
//! Three bounds are made from the table by trying every code of it. They need no more of the table
//! than that it does not decrease; that it be convex, or smooth, only makes them tighter.
//!
//! * [`Curve::bound`]`[d]`: the greatest difference of luminance between any code of a level `h` and any
//!   code of the level `h - d`, over all `h`. It does not decrease in `d`: whatever `h` gives
//!   `bound[d]`, level `h - d - 1` is no brighter than `h - d`; and where `h = d` there is no such
//!   level, level `h + 1` is no darker than `h` and lies `d + 1` above 0.
//! * [`Curve::step`]`[k]`: the greatest step of luminance from one code to the next, among the codes up to
//!   the last of the levels `16 k ..= 16 k + 15`. Codes `d` apart of which the brighter is one of those
//!   differ by no more than `d` such steps.
//! * [`Chords`]: luminance in 16 bits by one straight line for every 16 levels, with the greatest error
//!   of each line, so that it can be computed in registers.

use crate::frame::Format;
use crate::luminance;

/// Codes a level of RGB.
pub(crate) const RGB_DIGITS: usize = 4;
const RGB_LEVELS: usize = (luminance::RGB_CODES + 2) / RGB_DIGITS + 1;

static RGB_BOUND: [f64; RGB_LEVELS] = bounds(&luminance::RGB, RGB_DIGITS);
static LUMA_BOUND: [f64; luminance::GRAY_CODES] = bounds(&luminance::LUMA, 1);
static GRAY_BOUND: [f64; luminance::GRAY_CODES] = bounds(&luminance::GRAY, 1);

/// The luminance of every code, and bounds on differences of it.
#[derive(Debug)]
pub struct Curve {
    luminance: &'static [f64],
    bound: &'static [f64],
    digits: usize,
    step: [f64; 16],
    chords: Chords,
}

static RGB: Curve = Curve::new(&luminance::RGB, &RGB_BOUND, RGB_DIGITS);
static GRAY: Curve = Curve::new(&luminance::GRAY, &GRAY_BOUND, 1);
static LUMA: Curve = Curve::new(&luminance::LUMA, &LUMA_BOUND, 1);

impl Curve {
    const fn new(luminance: &'static [f64], bound: &'static [f64], digits: usize) -> Self {
        let step = steps(luminance, digits);
        let chords = Chords::new(luminance, digits);
        Self { luminance, bound, digits, step, chords }
    }

    /// The curve `4 (0.2 x + 1)^2.2` for the codes of a format.
    #[must_use]
    pub fn of(format: Format) -> &'static Self {
        match format {
            Format::Gray8 => &GRAY,
            Format::Rgb24 => &RGB,
            Format::Luma8 => &LUMA,
        }
    }

    /// Luminance by code: 766 values for the sums of RGB, 256 for gray and luma.
    #[must_use]
    pub fn luminance(&self) -> &'static [f64] {
        self.luminance
    }

    /// The luminance of a code, or of the last where there is no such code.
    #[inline]
    pub(crate) fn at(&self, code: u16) -> f64 {
        let last = self.luminance.len() - 1;
        self.luminance.get(usize::from(code).min(last)).copied().unwrap_or(0.0)
    }

    /// The greatest difference of luminance between codes whose levels differ by the index.
    #[must_use]
    pub(crate) fn bound(&self) -> &'static [f64] {
        self.bound
    }

    /// The greatest step between neighbouring codes up to the end of every 16 levels.
    pub(crate) fn step(&self) -> &[f64; 16] {
        &self.step
    }

    /// How far the brightest code of a level lies above black; nothing where there is no such level.
    pub(crate) fn above_black(&self, level: u16) -> Option<f64> {
        let level = usize::from(level);
        if level >= self.bound.len() {
            return None;
        }
        let brightest = (self.digits * level).min(self.luminance.len() - 1);
        Some(self.luminance.get(brightest)? - self.luminance.first()?)
    }

    pub(crate) fn chords(&self) -> &Chords {
        &self.chords
    }
}

const fn bounds<const LEVELS: usize>(luminance: &[f64], digits: usize) -> [f64; LEVELS] {
    let mut bound = [0.0; LEVELS];
    let mut distance = 0;
    while distance < LEVELS {
        let mut level = distance;
        while level < LEVELS {
            // The brightest code of `level`, the darkest of the level `distance` below.
            let brightest = min(digits * level, luminance.len() - 1);
            let darkest = (digits * (level - distance) + 1).saturating_sub(digits);
            let difference = luminance[brightest] - luminance[darkest];
            if difference > bound[distance] {
                bound[distance] = difference;
            }
            level += 1;
        }
        distance += 1;
    }
    bound
}

const fn steps(luminance: &[f64], digits: usize) -> [f64; 16] {
    let mut steps = [0.0; 16];
    let mut greatest = 0.0;
    let mut code = 1;
    let mut k = 0;
    while k < 16 {
        while code < luminance.len() && code <= digits * (SPAN * k + SPAN - 1) {
            let step = luminance[code] - luminance[code - 1];
            if step > greatest {
                greatest = step;
            }
            code += 1;
        }
        steps[k] = greatest;
        k += 1;
    }
    steps
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// Levels that share a chord.
const SPAN: usize = 16;

/// Luminance above that of code 0, scaled to 16 bits, by straight lines.
///
/// For the codes of the levels `16 k ..= 16 k + 15`, with `p` the number of codes from the first of
/// them, `base[k] + (p · slope[k] >> 8)` misses the scaled luminance by at most `error[k]`. The bytes of
/// the numbers are apart, as registers look them up.
#[derive(Debug)]
pub(crate) struct Chords {
    pub(crate) base_low: [u8; 16],
    pub(crate) base_high: [u8; 16],
    pub(crate) slope_low: [u8; 16],
    pub(crate) slope_high: [u8; 16],
    pub(crate) error: [u8; 16],
    /// What luminance is multiplied by.
    pub(crate) scale: f64,
}

impl Chords {
    const fn new(luminance: &[f64], digits: usize) -> Self {
        // The finest scale whose numbers all fit: a smooth curve fits at once, one with steps is cut
        // down until its largest error fits into a byte.
        let range = luminance[luminance.len() - 1] - luminance[0];
        let mut scale = if range > 0.0 { 65_000.0 / range } else { 1.0 };
        loop {
            if let Some(chords) = Self::scaled(luminance, digits, scale) {
                return chords;
            }
            scale /= 2.0;
        }
    }

    const fn scaled(luminance: &[f64], digits: usize, scale: f64) -> Option<Self> {
        let mut chords = Self {
            base_low: [0; 16],
            base_high: [0; 16],
            slope_low: [0; 16],
            slope_high: [0; 16],
            error: [0; 16],
            scale,
        };
        let mut k = 0;
        while k < 16 {
            // The codes of this chord: p = 0 stands for `start`, which for k = 0 may be below 0.
            let start = (k * SPAN * digits) as isize - (digits as isize - 1);
            let first = if start < 0 { 0 } else { start };
            let end = min((start + (SPAN * digits) as isize) as usize, luminance.len()) as isize;
            if first >= end {
                break;
            }
            let low = (luminance[first as usize] - luminance[0]) * scale;
            let high = (luminance[end as usize - 1] - luminance[0]) * scale;
            let codes = if end - 1 > first { (end - 1 - first) as f64 } else { 1.0 };
            let slope = ((high - low) / codes * 256.0 + 0.5) as u64;
            if slope > 0xffff {
                return None;
            }
            // How far the curve lies from the line through p = 0 and 0, at least and at most.
            let mut least = f64::INFINITY;
            let mut most = f64::NEG_INFINITY;
            let mut code = first;
            while code < end {
                let line = ((code - start) as u64 * slope) >> 8;
                let off = (luminance[code as usize] - luminance[0]) * scale - line as f64;
                if off < least {
                    least = off;
                }
                if off > most {
                    most = off;
                }
                code += 1;
            }
            let middle = (least + most) / 2.0;
            let base = if middle > 0.0 { (middle + 0.5) as u64 } else { 0 };
            // One more for the rounding of the numbers above.
            let above = most - base as f64;
            let below = base as f64 - least;
            let error = (if above > below { above } else { below }) as u64 + 2;
            if error > 0xff {
                return None;
            }
            chords.base_low[k] = base as u8;
            chords.base_high[k] = (base >> 8) as u8;
            chords.slope_low[k] = slope as u8;
            chords.slope_high[k] = (slope >> 8) as u8;
            chords.error[k] = error as u8;
            k += 1;
        }
        Some(chords)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    const CURVES: [(&Curve, usize); 3] = [(&RGB, RGB_DIGITS), (&GRAY, 1), (&LUMA, 1)];

    #[test]
    fn tables_and_bounds_do_not_fall() {
        for (curve, _) in CURVES {
            assert!(curve.luminance.windows(2).all(|w| w[0] <= w[1]));
            assert!(curve.bound.windows(2).all(|w| w[0] <= w[1]));
        }
    }

    #[test]
    fn bounds_hold_for_every_pair_of_codes_and_are_reached() {
        for (curve, digits) in CURVES {
            let level = |code: usize| code.div_ceil(digits);
            let mut reached = std::vec![0.0f64; curve.bound.len()];
            for (bright, a) in curve.luminance.iter().enumerate() {
                for (dark, b) in curve.luminance[..=bright].iter().enumerate() {
                    let distance = level(bright) - level(dark);
                    assert!(a - b <= curve.bound[distance], "{bright} {dark}");
                    reached[distance] = reached[distance].max(a - b);
                }
            }
            assert_eq!(reached, curve.bound);
        }
    }

    #[test]
    fn steps_bound_every_pair_of_codes() {
        for (curve, digits) in CURVES {
            for (bright, a) in curve.luminance.iter().enumerate() {
                let step = curve.step[bright.div_ceil(digits) / SPAN];
                for (dark, b) in curve.luminance[..bright].iter().enumerate() {
                    assert!(a - b <= (bright - dark) as f64 * step * (1.0 + 1e-12));
                }
            }
        }
    }

    /// The worst a user's table could be for straight lines: flat, with a few steps.
    fn steps() -> Vec<f64> {
        (0..766).map(|code| f64::from([0u8, 0, 100, 101, 250][code / 160])).collect()
    }

    #[test]
    fn chords_miss_by_no_more_than_they_say() {
        let steps = steps();
        let made = Chords::new(&steps, RGB_DIGITS);
        let all = [
            (&RGB.chords, RGB.luminance, RGB_DIGITS),
            (&GRAY.chords, GRAY.luminance, 1),
            (&LUMA.chords, LUMA.luminance, 1),
            (&made, &steps[..], RGB_DIGITS),
        ];
        for (chords, luminance, digits) in all {
            for (code, lum) in luminance.iter().enumerate() {
                let at = code + digits - 1;
                let (k, p) = (at / (16 * digits), at % (16 * digits));
                let word = |low: [u8; 16], high: [u8; 16]| u16::from_le_bytes([low[k], high[k]]);
                let base = word(chords.base_low, chords.base_high);
                let slope = word(chords.slope_low, chords.slope_high);
                let line = u64::from(base) + ((p as u64 * u64::from(slope)) >> 8);
                let scaled = (lum - luminance[0]) * chords.scale;
                assert!((line as f64 - scaled).abs() + 0.5 <= f64::from(chords.error[k]), "{code}");
                assert!(line + u64::from(chords.error[k]) <= 0xffff);
            }
        }
    }

    #[test]
    fn chords_of_a_smooth_curve_are_close() {
        // Within a three-hundredth of the whole range, but where luma stops at white.
        for (chords, bend) in [(&RGB.chords, 16), (&GRAY.chords, 16), (&LUMA.chords, 235 / SPAN)] {
            for (k, &error) in chords.error.iter().enumerate() {
                assert!(error <= 110 || k == bend, "{chords:?}");
            }
        }
    }
}
