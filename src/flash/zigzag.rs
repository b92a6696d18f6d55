//! Peaks and valleys of every cell, and the transitions between them.
//!
//! Of each cell the lowest and the highest state since its last transition are kept. Behind a rise only the
//! highest can matter and behind a fall only the lowest, so the other is no number, which nothing is below,
//! above or far from; before the first transition both are numbers.

use crate::flash::light::WHITE;
use crate::flash::profile::{Light, Profile, Red};

/// What a cell did in a frame: 1 for a rise, -1 for a fall, 0 for neither.
pub(crate) type Turn = i8;

/// The sums of linear light over some cells of a row, and what makes them means.
#[derive(Clone, Copy)]
pub(crate) struct Sums<'a> {
    pub(crate) light: [&'a [u32]; 3],
    /// Sums of the display's luminance.
    pub(crate) luminance: &'a [f32],
    /// Pixels of each cell.
    pub(crate) pixels: f32,
}

/// The lowest and the highest luminance of some cells.
pub(crate) struct Extremes<'a> {
    pub(crate) low: &'a mut [f32],
    pub(crate) high: &'a mut [f32],
}

/// What luminance has before any frame.
pub(crate) const NOTHING_LOW: f32 = f32::INFINITY;
pub(crate) const NOTHING_HIGH: f32 = f32::NEG_INFINITY;

/// Lanes in which luminance is summed up, so that all backends add in one order.
const LANES: usize = 16;

/// Takes the next luminance of some cells; gives the sum of the luminances.
#[inline(always)]
pub(crate) fn step_luminance(
    profile: &Profile,
    sums: Sums<'_>,
    kept: Extremes<'_>,
    turns: &mut [Turn],
) -> f64 {
    match profile.light {
        Light::Relative => {
            let white = 1.0 / (sums.pixels * f32::from(WHITE));
            let [red, green, blue] = sums.light;
            let cells = red.iter().zip(green).zip(blue);
            let luminance = cells.map(|((&red, &green), &blue)| {
                (0.2126 * red as f32 + 0.7152 * green as f32 + 0.0722 * blue as f32) * white
            });
            step_each(profile, luminance, kept, turns)
        }
        Light::Display => {
            let mean = 1.0 / sums.pixels;
            step_each(profile, sums.luminance.iter().map(|&sum| sum * mean), kept, turns)
        }
    }
}

#[inline(always)]
fn step_each(
    profile: &Profile,
    luminance: impl Iterator<Item = f32>,
    kept: Extremes<'_>,
    turns: &mut [Turn],
) -> f64 {
    let Profile { step, dark, contrast, .. } = *profile;
    // Without && and ||, so that nothing is skipped and all can be done side by side.
    let enough = |bright: f32, darker: f32| {
        let change = bright - darker;
        let seen = (change >= step) & (darker < dark);
        seen | ((change >= (bright + darker) * contrast) & (darker >= dark))
    };
    let mut lanes = [0.0; LANES];
    let cells = kept.low.iter_mut().zip(kept.high).zip(turns).zip(luminance);
    for (i, (((low, high), turn), now)) in cells.enumerate() {
        let lowest = if now < *low { now } else { *low };
        let highest = if now > *high { now } else { *high };
        let rose = enough(now, lowest) & (now > lowest);
        let fell = enough(highest, now) & (now < highest) & !rose;
        *turn = i8::from(rose) - i8::from(fell);
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
        lanes[i % LANES] += now;
    }
    lanes.iter().fold(0.0, |sum, &lane| sum + f64::from(lane))
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
    turns: &mut [Turn],
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
                // u' = 4 X / d and v' = 9 Y / d, d = X + 15 Y + 3 Z, of XYZ by IEC 61966-2-1.
                let x = 0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b;
                let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
                let z = 0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b;
                // Without flare black has no colour: it is given one that is nobody's.
                let d = (x + 15.0 * y + 3.0 * z).max(f32::MIN_POSITIVE);
                let v = 9.0 * y / d;
                let saturated = is_saturated(saturation, r, g, b);
                (4.0 * x / d, if saturated { -v } else { v })
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
    turns: &mut [Turn],
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
        *turn = i8::from(rose) - i8::from(fell);
        let new_low = if fell { now } else { lowest };
        let new_high = if rose { now } else { highest };
        *low.0 = if rose { f32::NAN } else { new_low.0 };
        *low.1 = new_low.1;
        *high.0 = if fell { f32::NAN } else { new_high.0 };
        *high.1 = new_high.1;
    }
}
