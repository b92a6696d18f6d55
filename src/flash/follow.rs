//! Cells followed from frame to frame, a row of them at a time.

use crate::flash::cells::Bench;
use crate::flash::memory::States;
use crate::flash::profile::Profile;
use crate::flash::viewing::Grid;
use crate::flash::zigzag::{
    Extremes, RedExtremes, Sums, Turn, luminance, narrow, step_luminance, step_red, total,
};

/// Follows the cells of a row, whose light the bench has; gives the sum of their luminances. `turns` are of general
/// and of red flashes.
#[inline(always)]
pub(crate) fn step_row(
    profile: &Profile,
    grid: &Grid,
    row: usize,
    bench: &mut Bench<'_>,
    states: &mut States<'_>,
    turns: &mut [&mut [Turn]; 2],
) -> f64 {
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
        let [a, b, c] = &bench.light;
        let (Some(a), Some(b), Some(c)) = (a.get(from..to), b.get(from..to), c.get(from..to))
        else {
            return sum;
        };
        let pixels = (wide * high) as f32;
        let sums = Sums { light: [a, b, c], pixels };
        let (Some(cells), Some(wide)) =
            (bench.luminance.get_mut(from..to), bench.turns.get_mut(from..to))
        else {
            return sum;
        };
        luminance(profile.light, sums, cells);
        sum += total(cells);
        let [general, red] = &mut *turns;
        let [low, high] = &mut states.luminance;
        if let (Some(low), Some(high), Some(turns)) =
            (low.get_mut(first..end), high.get_mut(first..end), general.get_mut(first..end))
        {
            step_luminance(profile, cells, Extremes { low, high }, wide);
            narrow(wide, turns);
        }
        let ([low, low_second], [high, high_second]) = (&mut states.red_low, &mut states.red_high);
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
