//! The cells of a picture that lie in a pattern.

use super::edges::transpose_back;
use super::runs::{IN_COLUMN, NO_OFFSET, OFFSET_UNIT, PairPlanes, RunPlanes};
use super::{LineScratch, MORE_THAN_FIVE};
use crate::flash::geometry::Grid;
use crate::frame::Rectangle;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// Stripes are taken as slanting if, of all cells with runs along both their row and their column, more than `ASLANT`
/// are equally far from the middle of the bar along both, to within `SAME_OFFSET`, a twelfth of a pair.
const ASLANT: f64 = 0.85;
const SAME_OFFSET: u16 = OFFSET_UNIT as u16 / 12;

/// Finds the cells from which patterns grow. Gives the most pairs at any cell.
#[inline(never)] // The variables of each of these steps are not on the stack while others run.
pub(super) fn find_seeds(
    grid: &Grid,
    (most, is_aslant): ([u32; 2], bool),
    (rows, columns): (&mut RunPlanes<'_>, &mut RunPlanes<'_>),
) -> Option<u32> {
    mark_seeds(rows);
    mark_seeds(columns);
    let mut most = most[0].max(most[1]);
    if is_aslant {
        most = most.max(mark_seeds_aslant(grid, rows, columns)?);
    }
    // A seed of the rows is also one of the columns if it has a run there, and the other way round.
    for y in 0..grid.rows {
        for_each_nonzero(grid.row(rows.grown, y), |x| columns.add_seed(x * grid.rows + y))?;
    }
    for_each_of_columns(grid, columns.grown, |x, y| rows.add_seed(y * grid.columns + x))?;
    Some(most)
}

/// Grows patterns from their seeds. Gives whether any cell is in the mask.
#[inline(never)]
pub(super) fn find(
    backend: Backend,
    grid: &Grid,
    ignored: &[Rectangle],
    (rows, columns): (&mut RunPlanes<'_>, &mut RunPlanes<'_>),
    mask: &mut [u8],
    scratch: &mut LineScratch<'_>,
) -> Option<bool> {
    rows.grow(backend, grid.columns)?;
    columns.grow(backend, grid.rows)?;
    let grown = &mut *rows.grown;
    for_each_of_columns(grid, columns.grown, |x, y| {
        *grown.get_mut(y * grid.columns + x)? |= IN_COLUMN;
        Some(())
    })?;
    for (is_in, &grown) in mask.iter_mut().zip(&*grown) {
        *is_in = u8::from(grown != 0);
    }
    take_majority(backend, grid, mask, &mut scratch.numbers)?;
    for rectangle in ignored {
        for y in 0..grid.rows {
            grid.clear_touched(y, rectangle, grid.row_mut(mask, y));
        }
    }
    Some(mask.iter().any(|&is_in| is_in != 0))
}

/// Marks the cells that have enough pairs along their line.
fn mark_seeds(planes: &mut RunPlanes<'_>) {
    for (grown, &pairs) in planes.grown.iter_mut().zip(&*planes.pair.pairs) {
        *grown = u8::from(u32::from(pairs) >= MORE_THAN_FIVE);
    }
}

/// Marks in the rows the cells that have enough pairs across slanting stripes. Gives the most pairs.
fn mark_seeds_aslant(
    grid: &Grid,
    rows: &mut RunPlanes<'_>,
    columns: &RunPlanes<'_>,
) -> Option<u32> {
    let mut most = 0;
    for y in 0..grid.rows {
        for x in 0..grid.columns {
            let (row_cell, column_cell) = (y * grid.columns + x, x * grid.rows + y);
            let has_run = |planes: &PairPlanes<'_>, cell| Some(*planes.pairs.get(cell)? > 0);
            if has_run(&rows.pair, row_cell)? && has_run(&columns.pair, column_cell)? {
                let pairs = pairs_across(&rows.pair, &columns.pair, row_cell, column_cell)?;
                most = most.max(pairs);
                *rows.grown.get_mut(row_cell)? |= u8::from(pairs >= MORE_THAN_FIVE);
            }
        }
    }
    Some(most)
}

impl RunPlanes<'_> {
    /// Makes a cell a seed if it lies in a run.
    fn add_seed(&mut self, cell: usize) -> Option<()> {
        *self.grown.get_mut(cell)? |= u8::from(*self.pair.pairs.get(cell)? > 0);
        Some(())
    }
}

/// Calls `each` with the positions of the cells that are not 0. Most are 0: eight are tested at a time.
#[inline(always)]
fn for_each_nonzero(cells: &[u8], mut each: impl FnMut(usize) -> Option<()>) -> Option<()> {
    let (groups, rest) = cells.as_chunks::<8>();
    for (group, cells) in groups.iter().enumerate() {
        let mut found = u64::from_le_bytes(*cells);
        while found != 0 {
            let i = found.trailing_zeros() / 8;
            each(8 * group + i as usize)?;
            found &= !(0xff << (8 * i));
        }
    }
    for (i, &cell) in (8 * groups.len()..).zip(rest) {
        if cell != 0 {
            each(i)?;
        }
    }
    Some(())
}

/// Calls `each` with the column and the row of each cell that is not 0; the cells are given column by column.
#[inline(always)]
fn for_each_of_columns(
    grid: &Grid,
    cells: &[u8],
    mut each: impl FnMut(usize, usize) -> Option<()>,
) -> Option<()> {
    for (x, column) in cells.chunks_exact(grid.rows.max(1)).enumerate() {
        for_each_nonzero(column, |y| each(x, y))?;
    }
    Some(())
}

/// Whether the stripes of the picture are slanting, as opposed to rows of checks or dots. It is decided by the offsets
/// along rows, and those along columns, which are given column by column. The scratch memory has room for all cells.
pub(super) fn is_aslant(
    backend: Backend,
    grid: &Grid,
    [along_rows, along_columns]: [&[i16]; 2],
    scratch: &mut [u16],
) -> Option<bool> {
    transpose_back(backend, grid, bytemuck::try_cast_slice(along_columns).ok()?, scratch);
    let along_columns = bytemuck::try_cast_slice(scratch).ok()?;
    let (mut both, mut same) = (0, 0);
    for y in 0..grid.rows {
        let offsets = [grid.row(along_rows, y), grid.row(along_columns, y)];
        let counts = dispatch(backend, CountOffsets { offsets });
        (both, same) = (both + u32::from(counts.0), same + u32::from(counts.1));
    }
    Some(f64::from(same) > ASLANT * f64::from(both))
}

/// Counts the cells of a row of the picture with runs along both their row and their column, and how many of them have
/// offsets that agree.
struct CountOffsets<'a> {
    offsets: [&'a [i16]; 2],
}

impl Kernel for CountOffsets<'_> {
    type Output = (u16, u16);

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> (u16, u16) {
        let [along_row, along_column] = self.offsets;
        let (mut both, mut same) = (0, 0);
        for (&along, &across) in along_row.iter().zip(along_column) {
            let has_both = (along != NO_OFFSET) & (across != NO_OFFSET);
            both += u16::from(has_both);
            same += u16::from(has_both & (along.abs_diff(across) <= SAME_OFFSET));
        }
        (both, same)
    }
}

/// Pairs across slanting stripes, on the line at right angles to them, from the pairs along the row and the column.
fn pairs_across(
    rows: &PairPlanes<'_>,
    columns: &PairPlanes<'_>,
    row_cell: usize,
    column_cell: usize,
) -> Option<u32> {
    let ratio = f32::from(*rows.mean.get(row_cell)?) / f32::from(*columns.mean.get(column_cell)?);
    let ratio = ratio * ratio;
    let along = f32::from(*rows.pairs.get(row_cell)?) * (1.0 + ratio);
    let across = f32::from(*columns.pairs.get(column_cell)?) * (1.0 + 1.0 / ratio);
    Some(along.min(across) as u32)
}

/// Makes each cell what most of the 3 x 3 cells around it are. Outside the picture, the nearest cell inside is used.
fn take_majority(
    backend: Backend,
    grid: &Grid,
    mask: &mut [u8],
    sums: &mut [&mut [u16]; 3],
) -> Option<()> {
    let columns = grid.columns;
    let [mut above, mut here, mut below] =
        sums.each_mut().map(|sums| sums.get_mut(..columns).unwrap_or_default());
    dispatch(backend, SumNeighbours { cells: grid.row(mask, 0), sums: &mut *above });
    dispatch(backend, SumNeighbours { cells: grid.row(mask, 0), sums: &mut *here });
    for y in 0..grid.rows {
        let next = (y + 1).min(grid.rows - 1);
        // Below the last row its own sums are used, which are taken before the row is overwritten.
        dispatch(backend, SumNeighbours { cells: grid.row(mask, next), sums: &mut *below });
        let row = grid.row_mut(mask, y);
        dispatch(backend, Majority { sums: [&*above, &*here, &*below], row });
        (above, here, below) = (here, below, above);
    }
    Some(())
}

/// The sum of each cell and its neighbours to the left and to the right.
struct SumNeighbours<'a> {
    cells: &'a [u8],
    sums: &'a mut [u16],
}

impl Kernel for SumNeighbours<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { cells, sums } = self;
        let [first, .., last] = cells else {
            let threefold = cells.first().map_or(0, |&only| 3 * u16::from(only));
            sums.iter_mut().for_each(|sum| *sum = threefold);
            return;
        };
        let [to_first, inner @ .., to_last] = sums else { return };
        let (here, right) = (cells.get(1..).unwrap_or(&[]), cells.get(2..).unwrap_or(&[]));
        let before = here.len().checked_sub(1).and_then(|last| cells.get(last)).unwrap_or(&0);
        let second = here.first().unwrap_or(&0);
        *to_first = u16::from(2 * first + second);
        *to_last = u16::from(2 * last + before);
        for (((sum, &left), &here), &right) in inner.iter_mut().zip(cells).zip(here).zip(right) {
            *sum = u16::from(left + here + right);
        }
    }
}

/// Whether five or more of nine cells are in a pattern.
struct Majority<'a> {
    sums: [&'a [u16]; 3],
    row: &'a mut [u8],
}

impl Kernel for Majority<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let [above, here, below] = self.sums;
        let sums = above.iter().zip(here).zip(below);
        for (is_in, ((&above, &here), &below)) in self.row.iter_mut().zip(sums) {
            *is_in = u8::from(above + here + below >= 5);
        }
    }
}
