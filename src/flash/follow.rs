//! Cells followed from frame to frame, a row of them at a time.

use crate::flash::geometry::Grid;
use crate::flash::light::Row;
use crate::flash::profile::Profile;
use crate::flash::transitions::{
    RedExtremes, Sums, Thresholds, Turn, luminance, narrow, step_luminance, step_red, total,
};
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

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
pub(crate) fn follow_row(
    backend: Backend,
    profile: &Profile,
    grid: &Grid,
    row: usize,
    followed: &mut Followed<'_>,
) -> f64 {
    let cell = grid.side();
    let high = cell.min(grid.height as usize - row * cell);
    // The last cell of a row may be narrower than the others.
    let last = grid.width as usize - (grid.across - 1) * cell;
    let whole = if last == cell { grid.across } else { grid.across - 1 };
    let at = row * grid.across;
    let pixels = (cell * high) as f32;
    let mut cells = Cells { profile, followed, from: 0, to: whole, at, pixels };
    let mut sum = cells.follow(backend);
    if whole < grid.across {
        (cells.from, cells.to, cells.pixels) = (whole, grid.across, (last * high) as f32);
        sum += cells.follow(backend);
    }
    sum
}

/// Some cells of a row that have as many pixels.
struct Cells<'a, 'm> {
    profile: &'a Profile,
    followed: &'a mut Followed<'m>,
    /// The first of them and the one behind them, in the row.
    from: usize,
    to: usize,
    /// The row's first one among all.
    at: usize,
    pixels: f32,
}

impl Cells<'_, '_> {
    /// Takes what is new of them; gives the sum of their luminances.
    fn follow(&mut self, backend: Backend) -> f64 {
        dispatch(backend, Redness(self));
        dispatch(backend, Luminance(self))
    }
}

/// Some of an array; none where it has not so many.
#[inline(always)]
fn part<T>(all: &mut [T], from: usize, to: usize) -> &mut [T] {
    all.get_mut(from..to).unwrap_or(&mut [])
}

/// Takes the luminance of the cells, and gives its sum.
struct Luminance<'a, 'c, 'm>(&'a mut Cells<'c, 'm>);

impl Kernel for Luminance<'_, '_, '_> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> f64 {
        let &mut Cells { profile, ref mut followed, from, to, at, pixels } = self.0;
        let Row { light: [a, b, c], luminance: cells, turns: wide } = &mut followed.row;
        let light = [part(a, from, to), part(b, from, to), part(c, from, to)].map(|light| &*light);
        let (cells, wide) = (part(cells, from, to), part(wide, from, to));
        let (first, end) = (at + from, at + to);
        luminance(profile.light, Sums { light, pixels }, cells);
        let [low, high] = &mut followed.states.luminance;
        let kept = Thresholds { low: part(low, first, end), high: part(high, first, end) };
        step_luminance(profile, cells, kept, wide);
        let [turns, _] = &mut followed.turns;
        narrow(wide, part(turns, first, end));
        total(cells)
    }
}

/// Takes their colour.
struct Redness<'a, 'c, 'm>(&'a mut Cells<'c, 'm>);

impl Kernel for Redness<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let &mut Cells { profile, ref mut followed, from, to, at, pixels } = self.0;
        let Row { light: [a, b, c], turns: wide, .. } = &mut followed.row;
        let light = [part(a, from, to), part(b, from, to), part(c, from, to)].map(|light| &*light);
        let wide = part(wide, from, to);
        let (first, end) = (at + from, at + to);
        let States { red_low: [low, low_second], red_high: [high, high_second], .. } =
            &mut followed.states;
        let kept = RedExtremes {
            low: [part(low, first, end), part(low_second, first, end)],
            high: [part(high, first, end), part(high_second, first, end)],
        };
        step_red(profile, Sums { light, pixels }, kept, wide);
        let [_, turns] = &mut followed.turns;
        narrow(wide, part(turns, first, end));
    }
}
