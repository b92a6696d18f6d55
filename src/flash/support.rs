//! Transitions that have company: those whose neighbours turn the same way.

use crate::flash::geometry::Grid;
use crate::flash::transitions::Turn;
use crate::simd::{Kernel, Simd, Vector};

/// Frames since a cell turned one way in company and was not counted yet: 1 for this frame; 0 for a cell
/// that does not wait.
pub(crate) type Age = u8;

/// How much room [`Settle`] needs: for the sums of three rows, with a column more on each side, and for
/// what each column needs.
pub(crate) fn room(grid: &Grid) -> usize {
    2 * grid.across + 2
}

/// Lets a cell of row `y` wait where it turned in this frame and, among the cells around it, those that turn its way
/// exceed those that turn the other way by more than a quarter of them. Cells that have waited for more
/// than `keep` frames before this one wait no longer.
///
/// Gives the numbers of cells of the row that wait to be counted as rising and as falling.
pub(crate) struct Settle<'a> {
    pub(crate) grid: &'a Grid,
    pub(crate) turns: &'a [Turn],
    pub(crate) y: usize,
    pub(crate) keep: u8,
    pub(crate) rising: &'a mut [Age],
    pub(crate) falling: &'a mut [Age],
    /// [`room`] for the grid.
    pub(crate) room: &'a mut [i8],
}

impl Kernel for Settle<'_> {
    type Output = [u32; 2];

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> [u32; 2] {
        let Self { grid, turns, y, keep, rising, falling, room } = self;
        let across = grid.across;
        let mut waits = [0; 2];
        let Some((columns, needed)) = room.split_at_mut_checked(across + 2) else { return waits };
        let top = y.saturating_sub(1);
        let high = (y + 2).min(grid.down) - top;
        columns.fill(0);
        let Some(inner) = columns.get_mut(1..=across) else { return waits };
        for near in top..top + high {
            for (column, &turn) in inner.iter_mut().zip(grid.row(turns, near)) {
                *column += turn;
            }
        }
        // More than a quarter of the cells that there are.
        let more = |wide: usize| (high * wide / 4 + 1) as i8;
        needed.fill(more(3));
        let at_edges = more(if across == 1 { 1 } else { 2 });
        for edge in [0, across - 1] {
            if let Some(needed) = needed.get_mut(edge) {
                *needed = at_edges;
            }
        }
        let (Some(left), Some(middle), Some(right)) =
            (columns.get(..across), columns.get(1..), columns.get(2..))
        else {
            return waits;
        };
        let around = left.iter().zip(middle).zip(right).zip(needed.iter());
        let ages = grid.row_mut(rising, y).iter_mut().zip(grid.row_mut(falling, y));
        let cells = grid.row(turns, y).iter().zip(around).zip(ages);
        for ((&turn, (((&a, &b), &c), &needed)), (rising, falling)) in cells {
            let net = a + b + c;
            *rising = age(*rising, (turn > 0) & (net >= needed), keep);
            *falling = age(*falling, (turn < 0) & (-net >= needed), keep);
            waits[0] += u32::from(*rising != 0);
            waits[1] += u32::from(*falling != 0);
        }
        waits
    }
}

/// The age of a cell that was of age `before` in the frame before.
#[inline(always)]
fn age(before: Age, turned: bool, keep: u8) -> Age {
    let older = if (before != 0) & (before <= keep) { before + 1 } else { 0 };
    if turned { 1 } else { older }
}
