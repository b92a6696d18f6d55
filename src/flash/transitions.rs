//! Peaks and valleys of every cell, and the transitions between them.
//!
//! Of each cell the lowest and the highest state since its last transition are kept. Behind a rise only the
//! highest can matter and behind a fall only the lowest, so the other is no number, which nothing is below,
//! above or far from; before the first transition both are numbers.

use crate::color::srgb::WHITE;
use crate::flash::profile::{Light, Profile, Red};
use crate::simd::{Kernel, Simd, Vector};

/// What a cell did in a frame: 1 for a rise, -1 for a fall, 0 for neither.
pub(crate) type Turn = i8;

/// The sums of linear light over some cells of a row, and what makes them means.
#[derive(Clone, Copy)]
pub(crate) struct Sums<'a> {
    pub(crate) light: [&'a [i32]; 3],
    /// Pixels of each cell.
    pub(crate) pixels: f32,
}

/// The lowest and the highest luminance of some cells.
pub(crate) struct Thresholds<'a> {
    pub(crate) low: &'a mut [f32],
    pub(crate) high: &'a mut [f32],
}

/// What luminance has before any frame.
pub(crate) const NOTHING_LOW: f32 = f32::INFINITY;
pub(crate) const NOTHING_HIGH: f32 = f32::NEG_INFINITY;

/// Lanes in which luminance is summed up, so that all backends add in one order.
const LANES: usize = 16;

/// The sum of some luminances.
#[inline(always)]
pub(crate) fn total(luminance: &[f32]) -> f64 {
    let (blocks, rest) = luminance.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for block in blocks {
        for (lane, &luminance) in lanes.iter_mut().zip(block) {
            *lane += luminance;
        }
    }
    lanes.iter().chain(rest).fold(0.0, |sum, &luminance| sum + f64::from(luminance))
}

/// Makes luminances of sums.
#[inline(always)]
pub(crate) fn luminance(light: Light, sums: Sums<'_>, luminance: &mut [f32]) {
    match light {
        Light::Relative => {
            let white = 1.0 / (sums.pixels * f32::from(WHITE));
            let [red, green, blue] = sums.light;
            let cells = red.iter().zip(green).zip(blue);
            for (luminance, ((&red, &green), &blue)) in luminance.iter_mut().zip(cells) {
                let sum = 0.2126 * red as f32 + 0.7152 * green as f32 + 0.0722 * blue as f32;
                *luminance = sum * white;
            }
        }
        Light::Display => {
            let mean = 1.0 / sums.pixels;
            for luminance in luminance.iter_mut() {
                *luminance *= mean;
            }
        }
    }
}

/// Takes the next luminance of some cells.
#[inline(always)]
pub(crate) fn step_luminance(
    profile: &Profile,
    luminance: &[f32],
    kept: Thresholds<'_>,
    turns: &mut [i32],
) {
    let Profile { step, dark, contrast, .. } = *profile;
    // Without && and ||, so that nothing is skipped and all can be done side by side.
    let enough = |bright: f32, darker: f32| {
        let change = bright - darker;
        let seen = (change >= step) & (darker < dark);
        seen | ((change >= (bright + darker) * contrast) & (darker >= dark))
    };
    let cells = kept.low.iter_mut().zip(kept.high).zip(turns).zip(luminance);
    for (((low, high), turn), &now) in cells {
        let lowest = if now < *low { now } else { *low };
        let highest = if now > *high { now } else { *high };
        let rose = enough(now, lowest) & (now > lowest);
        let fell = enough(highest, now) & (now < highest) & !rose;
        *turn = i32::from(rose) - i32::from(fell);
        *low = if rose {
            f32::NAN
        } else if fell {
            now
        } else {
            lowest
        };
        *high = if fell {
            f32::NAN
        } else if rose {
            now
        } else {
            highest
        };
    }
}

/// The states of lowest and of highest red of some cells. The first number of a state says which way
/// another lies; the second is negative where the state is a saturated red.
pub(crate) struct RedExtremes<'a> {
    pub(crate) low: [&'a mut [f32]; 2],
    pub(crate) high: [&'a mut [f32]; 2],
}

/// Takes the next colour of some cells.
#[inline(always)]
pub(crate) fn step_red(
    profile: &Profile,
    sums: Sums<'_>,
    kept: RedExtremes<'_>,
    turns: &mut [i32],
) {
    let white = sums.pixels * f32::from(WHITE);
    let saturation = profile.saturation;
    let [red, green, blue] = sums.light;
    let cells = red.iter().zip(green).zip(blue);
    match profile.red {
        Red::Chromaticity { distance, flare } => {
            let flare = flare * white;
            let states = cells.map(|((&red, &green), &blue)| {
                let (r, g, b) = (red as f32 + flare, green as f32 + flare, blue as f32 + flare);
                // Without flare black has no colour: it is given one that is nobody's.
                let of_sum = 1.0 / weigh(D, r, g, b).max(f32::MIN_POSITIVE);
                let (u, v) = (weigh(U, r, g, b) * of_sum, weigh(V, r, g, b) * of_sum);
                (u, if is_saturated(saturation, r, g, b) { -v } else { v })
            });
            step_red_each(distance, states, kept, turns);
        }
        Red::Difference { least } => {
            let scale = 320.0 / white;
            let states = cells.map(|((&red, &green), &blue)| {
                let (r, g, b) = (red as f32, green as f32, blue as f32);
                let saturated = is_saturated(saturation, r, g, b);
                ((r - g - b).max(0.0) * scale, if saturated { -0.0 } else { 0.0 })
            });
            step_red_each(least, states, kept, turns);
        }
    }
}

/// X, Y and Z of linear sRGB with the white point D65 (IEC 61966-2-1).
const XYZ: [[f64; 3]; 3] = [
    [0.412_456_4, 0.357_576_1, 0.180_437_5],
    [0.212_672_9, 0.715_152_2, 0.072_175_0],
    [0.019_333_9, 0.119_192_0, 0.950_304_1],
];

/// The weights of red, green and blue in some weighted sum of X, Y and Z.
const fn weights(of: [f64; 3]) -> [f32; 3] {
    let mut weights = [0.0; 3];
    let mut i = 0;
    while i < 3 {
        weights[i] = (of[0] * XYZ[0][i] + of[1] * XYZ[1][i] + of[2] * XYZ[2][i]) as f32;
        i += 1;
    }
    weights
}

/// CIE 1976: u' = 4 X / d and v' = 9 Y / d with d = X + 15 Y + 3 Z.
const U: [f32; 3] = weights([4.0, 0.0, 0.0]);
const V: [f32; 3] = weights([0.0, 9.0, 0.0]);
const D: [f32; 3] = weights([1.0, 15.0, 3.0]);

#[inline(always)]
fn weigh(weights: [f32; 3], red: f32, green: f32, blue: f32) -> f32 {
    weights[0] * red + weights[1] * green + weights[2] * blue
}

/// Turns in a byte each.
#[inline(always)]
pub(crate) fn narrow(turns: &[i32], to: &mut [Turn]) {
    for (to, &turn) in to.iter_mut().zip(turns) {
        *to = turn as Turn;
    }
}

/// Cells that rose, and that fell.
pub(crate) struct Tally<'a> {
    pub(crate) turns: &'a [Turn],
}

impl Kernel for Tally<'_> {
    type Output = [u32; 2];

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> [u32; 2] {
        let mut tally = [0; 2];
        for row in self.turns.chunks(1 << 12) {
            let (mut rose, mut fell) = (0, 0);
            for &turn in row {
                rose += u16::from(turn > 0);
                fell += u16::from(turn < 0);
            }
            tally[0] += u32::from(rose);
            tally[1] += u32::from(fell);
        }
        tally
    }
}

#[inline(always)]
fn is_saturated(least: f32, red: f32, green: f32, blue: f32) -> bool {
    let total = red + green + blue;
    (red >= least * total) & (total > 0.0)
}

#[inline(always)]
fn step_red_each(
    distance: f32,
    states: impl Iterator<Item = (f32, f32)>,
    kept: RedExtremes<'_>,
    turns: &mut [i32],
) {
    let most = distance * distance;
    let enough = |a: (f32, f32), b: (f32, f32)| {
        let (x, y) = (a.0 - b.0, a.1.abs() - b.1.abs());
        let saturated = (a.1.to_bits() | b.1.to_bits()) >> 31 == 1;
        (x * x + y * y > most) & saturated
    };
    let ([low, low_second], [high, high_second]) = (kept.low, kept.high);
    let lows = low.iter_mut().zip(low_second);
    let highs = high.iter_mut().zip(high_second);
    for (((low, high), turn), now) in lows.zip(highs).zip(turns).zip(states) {
        let (old_low, old_high) = ((*low.0, *low.1), (*high.0, *high.1));
        let lower = now.0 < old_low.0;
        let higher = now.0 > old_high.0;
        let lowest = if lower { now } else { old_low };
        let highest = if higher { now } else { old_high };
        let rose = (now.0 > lowest.0) & enough(now, lowest);
        let fell = (now.0 < highest.0) & enough(now, highest) & !rose;
        *turn = i32::from(rose) - i32::from(fell);
        let new_low = if fell { now } else { lowest };
        let new_high = if rose { now } else { highest };
        *low.0 = if rose { f32::NAN } else { new_low.0 };
        *low.1 = new_low.1;
        *high.0 = if fell { f32::NAN } else { new_high.0 };
        *high.1 = new_high.1;
    }
}
