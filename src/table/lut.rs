//! A table of luminance, and what lets the kernel decide about most pixels without it.
//!
//! A *code* is the integer a pixel is reduced to: the sum of its three channels (0..=765) for the mean of
//! RGB, the sample itself for gray and luma. The luminance of a code is looked up, never computed.
//!
//! Codes are split into *high bits*, whose value is the *level*, and *low bits*, see [`CodeSplit`].
//!
//! Three bounds are made from the table by trying every code or level. They need no more of the table
//! than that it does not decrease; if it is convex, or smooth, they are tighter.
//!
//! * [`LuminanceLut::max_delta`]`[d]`: the greatest difference of luminance between any code of a level `h`
//!   and any code of the level `h - d`, over all `h`. It does not decrease in `d`: whatever `h` gives
//!   `max_delta[d]`, level `h - d - 1` is no brighter than `h - d`; and where `h = d` there is no such
//!   level, level `h + 1` is no darker than `h` and lies `d + 1` above 0.
//! * [`LuminanceLut::max_step`]`[k]`: the greatest step of luminance from one code to the next, among the codes
//!   up to the last of the levels `16 k ..= 16 k + 15`. Codes `d` apart of which the brighter is one of those
//!   differ by no more than `d` such steps.
//! * [`LinearBounds`]: luminance in 16 bits by one straight line for every 16 levels, with the greatest error
//!   of each line, so that it can be computed in registers.

use crate::color::gray::Gray;
use crate::color::luminance;
use crate::error::Error;
use crate::frame::format::{Bits, Format, SampleLayout};

/// How codes are split: code = `codes_per_level · level + low bits - offset`, with the low bits below
/// `codes_per_level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeSplit {
    pub(crate) codes_per_level: usize,
    /// For RGB it makes code 0 the only one of level 0.
    pub(crate) offset: usize,
}

impl CodeSplit {
    /// Codes of 8 bits: the level is the code.
    pub(crate) const BITS_8: Self = Self { codes_per_level: 1, offset: 0 };
    /// Sums of three channels.
    pub(crate) const SUM: Self = Self { codes_per_level: 4, offset: 3 };
    pub(crate) const BITS_10: Self = Self { codes_per_level: 4, offset: 0 };
    pub(crate) const BITS_12: Self = Self { codes_per_level: 16, offset: 0 };
    pub(crate) const BITS_16: Self = Self { codes_per_level: 256, offset: 0 };

    /// The split of the codes of a table, by their number.
    pub(crate) const fn of(codes: usize) -> Option<Self> {
        match codes {
            256 => Some(Self::BITS_8),
            luminance::RGB_CODES => Some(Self::SUM),
            1024 => Some(Self::BITS_10),
            4096 => Some(Self::BITS_12),
            65_536 => Some(Self::BITS_16),
            _ => None,
        }
    }

    /// The first code of a level, which for the first level of RGB would be below 0.
    const fn darkest(self, level: usize) -> usize {
        (self.codes_per_level * level).saturating_sub(self.offset)
    }

    /// The last code of a level.
    const fn brightest(self, level: usize) -> usize {
        self.codes_per_level * level + (self.codes_per_level - 1) - self.offset
    }

    /// How many codes share a position on a line of [`LinearBounds`]: positions have 8 bits.
    pub(crate) const fn codes_per_position(self) -> usize {
        if self.codes_per_level > 16 { self.codes_per_level / 16 } else { 1 }
    }
}

/// The luminance of codes: every `stride`th value. Gray has no values of its own, see [`crate::color::luminance`].
#[derive(Clone, Copy, Debug)]
struct Values<'t> {
    values: &'t [f64],
    stride: usize,
    codes: usize,
}

impl Values<'_> {
    /// The luminance of a code there is.
    const fn at(&self, code: usize) -> f64 {
        let index = code * self.stride;
        debug_assert!(index < self.values.len(), "there is the code");
        if index < self.values.len() { self.values[index] } else { 0.0 }
    }
}

/// The luminance of every code, and bounds on differences of it.
///
/// The library has one for each format of 8 bits. Others are made from a table of the caller's, which
/// [`Transfer`](crate::Transfer) can fill.
#[derive(Clone, Debug)]
pub struct LuminanceLut<'t> {
    luminance: Values<'t>,
    split: CodeSplit,
    /// Levels that codes have.
    levels: usize,
    /// Rounded up: half the memory, and no bound that is too small.
    max_delta: [f32; 256],
    max_step: [f64; 16],
    linear: LinearBounds,
}

static RGB: LuminanceLut<'static> =
    LuminanceLut::with_bounds(every(1, &luminance::RGB), CodeSplit::SUM);
static GRAY: LuminanceLut<'static> =
    LuminanceLut::with_bounds(every(3, &luminance::RGB), CodeSplit::BITS_8);
static LUMA: LuminanceLut<'static> =
    LuminanceLut::with_bounds(every(1, &luminance::LUMA), CodeSplit::BITS_8);

const fn every(stride: usize, values: &[f64]) -> Values<'_> {
    Values { values, stride, codes: (values.len() - 1) / stride + 1 }
}

impl<'t> LuminanceLut<'t> {
    /// The caller's own: `luminance[code]` for every code, in any unit. [`LuminanceLut::codes`] says how many
    /// there are.
    ///
    /// # Errors
    ///
    /// [`Error::LutLength`] where no format has that number of codes; [`Error::BadLut`] where a value is not
    /// finite, or smaller than the one before it, or the last is so far above the first that five such
    /// differences have no finite sum.
    pub fn new(luminance: &'t [f64]) -> Result<Self, Error> {
        let split = split_of(luminance)?;
        Ok(Self::with_bounds(every(1, luminance), split))
    }

    /// Replaces the table, where it lies: a microcontroller's stack is too small for a new one by value. On an
    /// error nothing has changed.
    ///
    /// # Errors
    ///
    /// As [`LuminanceLut::new`].
    pub fn replace(&mut self, luminance: &'t [f64]) -> Result<(), Error> {
        self.split = split_of(luminance)?;
        self.luminance = every(1, luminance);
        self.levels = levels(&self.luminance, self.split);
        self.find_bounds();
        Ok(())
    }

    const fn with_bounds(luminance: Values<'t>, split: CodeSplit) -> Self {
        let mut lut = Self {
            luminance,
            split,
            levels: levels(&luminance, split),
            max_delta: [0.0; 256],
            max_step: [0.0; 16],
            linear: LinearBounds::NONE,
        };
        lut.find_bounds();
        lut
    }

    const fn find_bounds(&mut self) {
        let Self { luminance, split, levels, max_delta, max_step, linear } = self;
        find_max_delta(luminance, *split, *levels, max_delta);
        find_max_step(luminance, *split, max_step);
        linear.find(luminance, *split);
    }

    /// The luminance `4 (0.2 x + 1)^2.2` of the codes of a format: of full range for gray and the mean of
    /// RGB, of limited range for YUV. There is none for more than 8 bits.
    #[must_use]
    pub fn of(format: Format) -> Option<&'static LuminanceLut<'static>> {
        match Self::codes(format, Gray::Mean) {
            luminance::RGB_CODES => Some(&RGB),
            256 if cfg!(feature = "formats") && format.is_yuv() => Some(&LUMA),
            256 => Some(&GRAY),
            _ => None,
        }
    }

    /// The same for any gray.
    pub(crate) fn standard(format: Format, gray: Gray) -> Option<&'static LuminanceLut<'static>> {
        match gray {
            Gray::Mean => Self::of(format),
            _ if format.is_rgb() => Some(&GRAY),
            _ => Self::of(format),
        }
    }

    /// How many codes there are: 766 for the mean of RGB, 256 for its weighted sums, 2 to the number of
    /// bits for gray and luma.
    #[must_use]
    pub const fn codes(format: Format, gray: Gray) -> usize {
        match (format.samples(), gray) {
            (SampleLayout::U8, _) => 256,
            (SampleLayout::U16(Bits::Ten, _), _) => 1024,
            (SampleLayout::U16(Bits::Twelve, _), _) => 4096,
            (SampleLayout::U16(Bits::Sixteen, _), _) => 65_536,
            (_, Gray::Mean) => luminance::RGB_CODES,
            _ => 256,
        }
    }

    /// The luminance of a code; none where there is no such code.
    #[must_use]
    #[inline]
    pub fn luminance(&self, code: usize) -> Option<f64> {
        let Values { values, stride, .. } = self.luminance;
        values.get(code.checked_mul(stride)?).copied()
    }

    /// The number of codes.
    pub(crate) fn len(&self) -> usize {
        self.luminance.codes
    }

    /// The luminance of a code, or of the last: the samples of a format may have bits that it does not use.
    #[inline]
    pub(crate) fn at(&self, code: u16) -> f64 {
        let last = self.luminance.values.len() - 1;
        let index = (usize::from(code) * self.luminance.stride).min(last);
        let luminance = self.luminance.values.get(index);
        debug_assert!(luminance.is_some(), "a table has values");
        luminance.copied().unwrap_or(0.0)
    }

    /// The greatest difference of luminance between codes whose levels differ by the index.
    pub(crate) fn max_delta(&self) -> &[f32] {
        debug_assert!(self.levels <= self.max_delta.len(), "levels have 8 bits");
        self.max_delta.get(..self.levels).unwrap_or(&[])
    }

    /// The greatest step between neighbouring codes up to the end of every 16 levels.
    pub(crate) fn max_step(&self) -> &[f64; 16] {
        &self.max_step
    }

    /// How far the brightest code of a level lies above black; nothing where there is no such level.
    pub(crate) fn above_black(&self, level: u16) -> Option<f64> {
        let level = usize::from(level);
        if level >= self.levels {
            return None;
        }
        let Values { values, stride, .. } = self.luminance;
        let brightest = (self.split.brightest(level) * stride).min(values.len() - 1);
        Some(values.get(brightest)? - values.first()?)
    }

    pub(crate) fn linear_bounds(&self) -> &LinearBounds {
        &self.linear
    }
}

const fn levels(luminance: &Values<'_>, split: CodeSplit) -> usize {
    (luminance.codes - 1 + split.offset) / split.codes_per_level + 1
}

/// How the codes of a table are split, if its values make a table of luminance.
///
/// # Errors
///
/// As [`LuminanceLut::new`].
fn split_of(luminance: &[f64]) -> Result<CodeSplit, Error> {
    let split = CodeSplit::of(luminance.len()).ok_or(Error::LutLength)?;
    let range = luminance[luminance.len() - 1] - luminance[0];
    let rising = luminance.windows(2).all(|pair| pair[0] <= pair[1]);
    if rising && (5.0 * range).is_finite() && luminance[0].is_finite() {
        Ok(split)
    } else {
        Err(Error::BadLut)
    }
}

const fn find_max_delta(
    luminance: &Values<'_>,
    split: CodeSplit,
    levels: usize,
    max_delta: &mut [f32; 256],
) {
    *max_delta = [0.0; 256];
    let mut distance = 0;
    while distance < levels && distance < max_delta.len() {
        let mut level = distance;
        let mut greatest = 0.0;
        while level < levels {
            // The brightest code of `level`, the darkest of the level `distance` below.
            let brightest = min(split.brightest(level), luminance.codes - 1);
            let darkest = split.darkest(level - distance);
            let difference = luminance.at(brightest) - luminance.at(darkest);
            if difference > greatest {
                greatest = difference;
            }
            level += 1;
        }
        max_delta[distance] = rounded_up(greatest);
        distance += 1;
    }
}

/// The least `f32` that is no smaller: infinite where there is no other.
const fn rounded_up(value: f64) -> f32 {
    let near = value as f32;
    if (near as f64) < value { near.next_up() } else { near }
}

const fn find_max_step(luminance: &Values<'_>, split: CodeSplit, steps: &mut [f64; 16]) {
    let mut greatest = 0.0;
    let mut code = 1;
    let mut k = 0;
    while k < 16 {
        while code < luminance.codes && code <= split.brightest(SPAN * k + SPAN - 1) {
            let step = luminance.at(code) - luminance.at(code - 1);
            if step > greatest {
                greatest = step;
            }
            code += 1;
        }
        steps[k] = greatest;
        k += 1;
    }
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// Levels that share a line.
const SPAN: usize = 16;

/// Luminance above that of code 0, scaled to 16 bits, by straight lines.
///
/// For the codes of the levels `16 k ..= 16 k + 15`, with `p` the number of codes from the first of
/// them, over [`CodeSplit::codes_per_position`] and rounded down, `base[k] + (p · slope[k] >> 8)` misses the scaled
/// luminance by at most `error[k]`. Low and high bytes are apart, as registers look them up.
#[derive(Clone, Debug)]
pub(crate) struct LinearBounds {
    pub(crate) base_low: [u8; 16],
    pub(crate) base_high: [u8; 16],
    pub(crate) slope_low: [u8; 16],
    pub(crate) slope_high: [u8; 16],
    pub(crate) error: [u8; 16],
    /// What luminance is multiplied by.
    pub(crate) scale: f64,
}

impl LinearBounds {
    const NONE: Self = Self {
        base_low: [0; 16],
        base_high: [0; 16],
        slope_low: [0; 16],
        slope_high: [0; 16],
        error: [0; 16],
        scale: 1.0,
    };

    const fn find(&mut self, luminance: &Values<'_>, split: CodeSplit) {
        // The finest scale whose numbers all fit: a smooth curve fits at once, for one with steps it is
        // halved until its largest error fits into a byte.
        let range = luminance.at(luminance.codes - 1) - luminance.at(0);
        let mut scale = if range > 0.0 { 65_000.0 / range } else { 1.0 };
        // The smallest ranges there are would make it infinite.
        if scale > 1e300 {
            scale = 1e300;
        }
        while !self.fit(luminance, split, scale) {
            scale /= 2.0;
        }
    }

    /// Finds the bounds of a scale; says whether their numbers fit.
    const fn fit(&mut self, luminance: &Values<'_>, split: CodeSplit, scale: f64) -> bool {
        *self = Self { scale, ..Self::NONE };
        let mut k = 0;
        while k < 16 {
            // The codes of this line: p = 0 stands for `start`, which for k = 0 may be below 0.
            let start = (k * SPAN * split.codes_per_level) as isize - split.offset as isize;
            let first = if start < 0 { 0 } else { start };
            let end =
                min((start + (SPAN * split.codes_per_level) as isize) as usize, luminance.codes)
                    as isize;
            if first >= end {
                break;
            }
            let low = (luminance.at(first as usize) - luminance.at(0)) * scale;
            let high = (luminance.at(end as usize - 1) - luminance.at(0)) * scale;
            let codes = if end - 1 > first { (end - 1 - first) as f64 } else { 1.0 };
            let positions = codes / split.codes_per_position() as f64;
            let slope = ((high - low) / positions * 256.0 + 0.5) as u64;
            if slope > 0xffff {
                return false;
            }
            // How far the luminance lies from the line through p = 0 and 0, at least and at most.
            let mut least = f64::INFINITY;
            let mut most = f64::NEG_INFINITY;
            let mut code = first;
            while code < end {
                let position = (code - start) as usize / split.codes_per_position();
                let line = (position as u64 * slope) >> 8;
                let off = (luminance.at(code as usize) - luminance.at(0)) * scale - line as f64;
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
                return false;
            }
            self.base_low[k] = base as u8;
            self.base_high[k] = (base >> 8) as u8;
            self.slope_low[k] = slope as u8;
            self.slope_high[k] = (slope >> 8) as u8;
            self.error[k] = error as u8;
            k += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    /// Tables that the library does not have: power laws of all lengths, and the worst there can be for
    /// straight lines, flat with a few steps.
    fn tables() -> Vec<Vec<f64>> {
        let mut tables = Vec::new();
        for codes in [256, 766, 1024, 4096, 65_536] {
            let x = |code: usize| code as f64 / (codes - 1) as f64;
            tables.push((0..codes).map(|code| x(code).powf(2.4)).collect());
            tables.push(
                (0..codes).map(|code| [0.0, 0.0, 100.0, 101.0, 250.0][code * 5 / codes]).collect(),
            );
            tables.push((0..codes).map(|code| 1e300 * x(code).sqrt() - 5e299).collect());
        }
        tables
    }

    /// Does something with all of the library's curves, and with those of the tables.
    fn with_luts(mut check: impl FnMut(&LuminanceLut<'_>)) {
        for lut in [&RGB, &GRAY, &LUMA] {
            check(lut);
        }
        for table in tables() {
            check(&LuminanceLut::new(&table).unwrap());
        }
    }

    fn values(lut: &LuminanceLut<'_>) -> Vec<f64> {
        (0..lut.len()).map(|code| lut.luminance(code).unwrap()).collect()
    }

    fn level(lut: &LuminanceLut<'_>, code: usize) -> usize {
        (code + lut.split.offset) / lut.split.codes_per_level
    }

    #[test]
    fn tables_and_bounds_do_not_fall() {
        with_luts(|lut| {
            assert!(values(lut).windows(2).all(|w| w[0] <= w[1]));
            assert!(lut.max_delta().windows(2).all(|w| w[0] <= w[1]));
            assert_eq!(lut.max_delta().len(), level(lut, lut.len() - 1) + 1);
        });
    }

    #[test]
    fn bounds_hold_for_every_pair_of_codes_and_are_reached() {
        with_luts(|lut| {
            // For the longest tables the ends of levels: between them luminance does not fall.
            let luminance = values(lut);
            let some: Vec<usize> = (0..lut.len())
                .filter(|&code| {
                    let position = (code + lut.split.offset) % lut.split.codes_per_level;
                    position == 0
                        || position == lut.split.codes_per_level - 1
                        || lut.split.codes_per_level <= 4
                })
                .collect();
            let mut reached = std::vec![0.0f64; lut.max_delta().len()];
            for &bright in &some {
                for &dark in some.iter().take_while(|&&dark| dark <= bright) {
                    let distance = level(lut, bright) - level(lut, dark);
                    let change = luminance[bright] - luminance[dark];
                    assert!(change <= f64::from(lut.max_delta()[distance]), "{bright} {dark}");
                    reached[distance] = reached[distance].max(change);
                }
            }
            // The last code of RGB's levels may be the first there is.
            let reached: Vec<f32> = reached.into_iter().map(rounded_up).collect();
            assert_eq!(reached, lut.max_delta());
        });
    }

    #[test]
    fn steps_bound_every_pair_of_codes() {
        with_luts(|lut| {
            if lut.len() > 5000 {
                return;
            }
            let luminance = values(lut);
            for (bright, a) in luminance.iter().enumerate() {
                let step = lut.max_step()[level(lut, bright) / SPAN];
                for (dark, b) in luminance[..bright].iter().enumerate() {
                    assert!(a - b <= (bright - dark) as f64 * step * (1.0 + 1e-12));
                }
            }
        });
    }

    #[test]
    fn chords_miss_by_no_more_than_they_say() {
        with_luts(|lut| {
            let (bounds, split) = (lut.linear_bounds(), lut.split);
            for (code, lum) in values(lut).into_iter().enumerate() {
                let at = code + split.offset;
                let (k, p) = (at / (16 * split.codes_per_level), at % (16 * split.codes_per_level));
                let p = p / split.codes_per_position();
                assert!(p < 256);
                let word = |low: [u8; 16], high: [u8; 16]| u16::from_le_bytes([low[k], high[k]]);
                let base = word(bounds.base_low, bounds.base_high);
                let slope = word(bounds.slope_low, bounds.slope_high);
                let line = u64::from(base) + ((p as u64 * u64::from(slope)) >> 8);
                let scaled = (lum - lut.at(0)) * bounds.scale;
                assert!((line as f64 - scaled).abs() + 0.5 <= f64::from(bounds.error[k]), "{code}");
                assert!(line + u64::from(bounds.error[k]) <= 0xffff);
            }
        });
    }

    #[test]
    fn chords_of_a_smooth_curve_are_close() {
        // Within a three-hundredth of the whole range, but where luma stops at white.
        for (bounds, bend) in [
            (RGB.linear_bounds(), 16),
            (GRAY.linear_bounds(), 16),
            (LUMA.linear_bounds(), 235 / SPAN),
        ] {
            for (k, &error) in bounds.error.iter().enumerate() {
                assert!(error <= 110 || k == bend, "{bounds:?}");
            }
        }
    }

    #[test]
    fn tables_that_are_none() {
        let table = tables().remove(0);
        let made = |table: &[f64]| LuminanceLut::new(table).map(|_| ()).unwrap_err();
        for length in [0, 1, 255, 767] {
            assert_eq!(made(&std::vec![0.0; length]), Error::LutLength);
        }
        for (position, value) in
            [(7, f64::NAN), (0, f64::NEG_INFINITY), (255, f64::INFINITY), (9, 0.0)]
        {
            let mut wrong = table.clone();
            wrong[position] = value;
            assert_eq!(made(&wrong), Error::BadLut);
        }
        let mut wide = std::vec![-f64::MAX; 256];
        wide[255] = f64::MAX;
        assert_eq!(made(&wide), Error::BadLut);
        assert!(LuminanceLut::new(&[0.0; 256]).is_ok());
    }
}
