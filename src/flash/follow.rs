//! Cells followed from frame to frame, a row of them at a time.

use crate::flash::cells::Row;
use crate::flash::profile::Profile;
use crate::flash::viewing::Grid;
use crate::flash::zigzag::{
    Extremes, RedExtremes, Sums, Turn, luminance, narrow, step_luminance, step_red, total,
};
use crate::simd::{Light, Plain, With};

/// What is kept of every cell: the lowest and the highest states.
pub(crate) struct States<'m> {
    pub(crate) luminance: [&'m mut [f32]; 2],
    pub(crate) red_low: [&'m mut [f32]; 2],
    pub(crate) red_high: [&'m mut [f32]; 2],
}

/// All cells, and the light of those of one row.
pub(crate) struct Followed<'m> {
    /// What they do, of general and of red flashes.
    pub(crate) turns: [&'m mut [Turn]; 2],
    pub(crate) states: States<'m>,
    pub(crate) row: Row<'m>,
}

/// Follows the cells of row `row`; gives the sum of their luminances.
pub(crate) struct Follow<'a, 'm> {
    pub(crate) profile: &'a Profile,
    pub(crate) grid: &'a Grid,
    pub(crate) row: usize,
    pub(crate) followed: &'a mut Followed<'m>,
}

impl Plain for Follow<'_, '_> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Light>(self, _: With<L>) -> f64 {
        let Self { profile, grid, row, followed } = self;
        let Followed { turns, states, row: light } = followed;
        let cell = grid.side();
        let high = cell.min(grid.height as usize - row * cell);
        // The last cell of a row may be narrower than the others.
        let last = grid.width as usize - (grid.across - 1) * cell;
        let whole = if last == cell { grid.across } else { grid.across - 1 };
        let mut sum = 0.0;
        for (from, to, wide) in [(0, whole, cell), (whole, grid.across, last)] {
            if from == to {
                continue;
            }
            let at = row * grid.across;
            let (first, end) = (at + from, at + to);
            let [a, b, c] = &light.light;
            let (Some(a), Some(b), Some(c)) = (a.get(from..to), b.get(from..to), c.get(from..to))
            else {
                return sum;
            };
            let pixels = (wide * high) as f32;
            let sums = Sums { light: [a, b, c], pixels };
            let (Some(cells), Some(wide)) =
                (light.luminance.get_mut(from..to), light.turns.get_mut(from..to))
            else {
                return sum;
            };
            luminance(profile.light, sums, cells);
            sum += total(cells);
            let [general, red] = turns;
            let [low, high] = &mut states.luminance;
            if let (Some(low), Some(high), Some(turns)) =
                (low.get_mut(first..end), high.get_mut(first..end), general.get_mut(first..end))
            {
                step_luminance(profile, cells, Extremes { low, high }, wide);
                narrow(wide, turns);
            }
            let ([low, low_second], [high, high_second]) =
                (&mut states.red_low, &mut states.red_high);
            if let (Some(low), Some(low_second), Some(high), Some(high_second), Some(turns)) = (
                low.get_mut(first..end),
                low_second.get_mut(first..end),
                high.get_mut(first..end),
                high_second.get_mut(first..end),
                red.get_mut(first..end),
            ) {
                let kept = RedExtremes { low: [low, low_second], high: [high, high_second] };
                step_red(profile, sums, kept, wide);
                narrow(wide, turns);
            }
        }
        sum
    }
}
