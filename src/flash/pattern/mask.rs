//! The cells of a picture that lie in a pattern.

use super::MORE_THAN_FIVE;
use super::runs::{OFFSET_UNIT, PairPlanes, RunPlanes, grow};
use crate::flash::geometry::Grid;
use crate::frame::Rectangle;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// Stripes are taken to stand aslant where, of all cells with runs along both their row and their column, more than this
/// part lies as far from the middle of the bar in both, to within this part of a pair.
const ASLANT: f64 = 0.85;
const SAME_OFFSET: i32 = OFFSET_UNIT / 12;

/// Finds the cells of a pattern, by the most pairs of any run along rows and along columns. Gives the most pairs, or 0 where
/// no cell is in a pattern.
pub(super) fn find(
    backend: Backend,
    grid: &Grid,
    most: [u32; 2],
    ignored: &[Rectangle],
    (rows, columns): (&mut RunPlanes<'_>, &mut RunPlanes<'_>),
    (mask, sums): (&mut [u8], [&mut [u16]; 3]),
) -> Option<u32> {
    let mut most_pairs = most[0].max(most[1]);
    let is_aslant = most.into_iter().all(|most| most > 0) && is_aslant(grid, rows, columns)?;
    if most_pairs < MORE_THAN_FIVE && !is_aslant {
        return Some(0);
    }
    mark_seeds(rows);
    mark_seeds(columns);
    let RunPlanes { pair: row_pairs, grown: row_seeds } = rows;
    let RunPlanes { pair: column_pairs, grown: column_seeds } = columns;
    // A seed of one is a seed of the other, where that has a run as well.
    for_each_with_both(grid, row_pairs, column_pairs, |row_cell, column_cell| {
        let (row_seed, column_seed) =
            (row_seeds.get_mut(row_cell)?, column_seeds.get_mut(column_cell)?);
        let mut is_seed = *row_seed | *column_seed;
        if is_aslant {
            let pairs = pairs_across(row_pairs, column_pairs, row_cell, column_cell)?;
            most_pairs = most_pairs.max(pairs);
            is_seed |= u8::from(pairs >= MORE_THAN_FIVE);
        }
        (*row_seed, *column_seed) = (is_seed, is_seed);
        Some(())
    })?;
    if most_pairs < MORE_THAN_FIVE {
        return Some(0);
    }
    grow(backend, grid.columns, rows)?;
    grow(backend, grid.rows, columns)?;
    mask.iter_mut().zip(&*rows.grown).for_each(|(is_in, &grown)| *is_in = grown);
    for (x, column) in columns.grown.chunks_exact(grid.rows.max(1)).enumerate() {
        for (y, _) in column.iter().enumerate().filter(|(_, grown)| **grown != 0) {
            *mask.get_mut(y * grid.columns + x)? = 1;
        }
    }
    take_majority(backend, grid, mask, sums)?;
    for rectangle in ignored.iter().filter(|rectangle| rectangle.height > 0) {
        for y in 0..grid.rows {
            grid.clear_touched(y, rectangle, grid.row_mut(mask, y));
        }
    }
    let is_any = mask.iter().any(|&is_in| is_in != 0);
    Some(if is_any { most_pairs } else { 0 })
}

/// Marks the cells that have enough pairs along a line.
fn mark_seeds(planes: &mut RunPlanes<'_>) {
    for (grown, &pairs) in planes.grown.iter_mut().zip(&*planes.pair.pairs) {
        *grown = u8::from(u32::from(pairs) >= MORE_THAN_FIVE);
    }
}

/// Calls `each` with the places, among the rows and among the columns, of the cells that have a run along both.
#[inline(always)]
fn for_each_with_both(
    grid: &Grid,
    rows: &PairPlanes<'_>,
    columns: &PairPlanes<'_>,
    mut each: impl FnMut(usize, usize) -> Option<()>,
) -> Option<()> {
    for y in 0..grid.rows {
        let row = grid.row(rows.pairs, y).iter().enumerate();
        for (x, _) in row.filter(|(_, pairs)| **pairs > 0) {
            let column_cell = x * grid.rows + y;
            if *columns.pairs.get(column_cell)? > 0 {
                each(y * grid.columns + x, column_cell)?;
            }
        }
    }
    Some(())
}

/// Whether the stripes of the picture stand aslant, and are no rows of checks or dots.
fn is_aslant(grid: &Grid, rows: &RunPlanes<'_>, columns: &RunPlanes<'_>) -> Option<bool> {
    let (mut both, mut same) = (0u32, 0u32);
    for_each_with_both(grid, &rows.pair, &columns.pair, |row_cell, column_cell| {
        let along = *rows.pair.offset.get(row_cell)?;
        let across = *columns.pair.offset.get(column_cell)?;
        both += 1;
        same += u32::from((i32::from(along) - i32::from(across)).abs() <= SAME_OFFSET);
        Some(())
    })?;
    Some(f64::from(same) > ASLANT * f64::from(both))
}

/// Pairs across slanting stripes, which are crossed more often on the shortest way than along the row or the column.
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

/// Makes each cell what most of the 3 x 3 cells around it are. Those outside the picture are as the nearest one in it.
fn take_majority(
    backend: Backend,
    grid: &Grid,
    mask: &mut [u8],
    sums: [&mut [u16]; 3],
) -> Option<()> {
    let columns = grid.columns;
    let [mut above, mut here, mut below] =
        sums.map(|sums| sums.get_mut(..columns).unwrap_or_default());
    dispatch(backend, SumNeighbours { cells: grid.row(mask, 0), sums: &mut *above });
    dispatch(backend, SumNeighbours { cells: grid.row(mask, 0), sums: &mut *here });
    for y in 0..grid.rows {
        let next = (y + 1).min(grid.rows - 1);
        // The last row has its own sums below it, before they are overwritten.
        dispatch(backend, SumNeighbours { cells: grid.row(mask, next), sums: &mut *below });
        let row = grid.row_mut(mask, y);
        dispatch(backend, Majority { sums: [&*above, &*here, &*below], row });
        (above, here, below) = (here, below, above);
    }
    Some(())
}

/// Sums of each cell and its neighbours to the left and to the right.
struct SumNeighbours<'a> {
    cells: &'a [u8],
    sums: &'a mut [u16],
}

impl Kernel for SumNeighbours<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { cells, sums } = self;
        for (sum, &cell) in sums.iter_mut().zip(cells) {
            *sum = u16::from(cell);
        }
        let neighbours = cells.get(1..).unwrap_or(&[]).iter().chain(cells.last());
        for (sum, &right) in sums.iter_mut().zip(neighbours) {
            *sum += u16::from(right);
        }
        if let ([first, rest @ ..], Some(&cell)) = (sums, cells.first()) {
            *first += u16::from(cell);
            for (sum, &left) in rest.iter_mut().zip(cells) {
                *sum += u16::from(left);
            }
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
