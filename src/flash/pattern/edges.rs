//! Edges between light and dark along a line of cells.

use bytemuck::{Pod, Zeroable};

use super::{Steps, UNIT};
use crate::flash::geometry::Grid;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// Rows of cells, or columns.
pub(super) struct Lines<'a> {
    /// The cells of one line after another.
    pub(super) along: &'a [u16],
    /// The first cells of all lines, then the second ones, and so on: many lines are looked at side by side.
    pub(super) abreast: &'a [u16],
    /// Lines, and the cells of each.
    pub(super) count: usize,
    pub(super) length: usize,
}

/// A run has three bars at least.
pub(super) const MOST_EDGES_WITHOUT_RUN: u32 = 3;

/// An edge: where a line crosses the mean of a valley and the peak next to it.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(super) struct Edge {
    /// The first cell behind it.
    pub(super) at: u32,
    /// Where it lies, between that cell and the one before, in parts of [`UNIT`].
    pub(super) place: i32,
    /// The extreme before it: a valley where it rises.
    pub(super) before: u32,
    /// The extreme behind it.
    pub(super) after: u32,
}

/// Which way a line goes. Until its first edge both extremes are kept; then only the one that it is on the way to.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Unknown,
    Up,
    Down,
}

/// The edges of a line.
pub(super) struct Edges<'a> {
    pub(super) edges: &'a [Edge],
    /// Whether the first one rises; from then on they rise and fall in turns.
    pub(super) first_rises: bool,
}

impl Edges<'_> {
    pub(super) fn rises(&self, edge: usize) -> bool {
        self.first_rises == edge.is_multiple_of(2)
    }
}

impl<'a> Lines<'a> {
    /// Counts the edges of each line; gives the largest count.
    pub(super) fn count_edges(
        &self,
        backend: Backend,
        steps: Steps,
        scratch: [&mut [u16]; 3],
        counts: &mut [u16],
    ) -> Option<u32> {
        let [low, high, median] = scratch;
        let count = self.count;
        let (low, high) = (low.get_mut(..count)?, high.get_mut(..count)?);
        let (median, counts) = (median.get_mut(..count)?, counts.get_mut(..count)?);
        let first = self.abreast.get(..count)?;
        dispatch(backend, MedianOfNeighbours { cells: first, median: &mut *median });
        // Not by `copy_from_slice`, which links code for a panic.
        for ((low, high), &mut first) in low.iter_mut().zip(&mut *high).zip(&mut *median) {
            (*low, *high) = (first, first);
        }
        counts.fill(0);
        let rest = self.abreast.get(count..self.length * count)?;
        dispatch(backend, CountEdges { rest, steps, median, low, high, counts: &mut *counts });
        Some(u32::from(counts.iter().copied().max().unwrap_or(0)))
    }

    /// The cells of a line, each the median of itself and its neighbours in the lines beside it.
    pub(super) fn median<'s>(
        &self,
        backend: Backend,
        line: usize,
        median: &'s mut [u16],
    ) -> Option<&'s [u16]> {
        let cells = |line: usize| self.along.get(line * self.length..(line + 1) * self.length);
        let beside = [line.saturating_sub(1), (line + 1).min(self.count - 1)];
        let median = median.get_mut(..self.length)?;
        let lines = [cells(beside[0])?, cells(line)?, cells(beside[1])?];
        dispatch(backend, MedianOfLines { lines, median: &mut *median });
        Some(median)
    }
}

/// Lists the edges of a line.
pub(super) fn list_edges<'e>(
    line: &[u16],
    steps: Steps,
    edges: &'e mut [Edge],
) -> Option<Edges<'e>> {
    let &first = line.first()?;
    let (mut low, mut high, mut way, mut first_rises) = (first, first, Way::Unknown, false);
    let mut count = 0;
    for (at, &now) in line.iter().enumerate() {
        if way != Way::Down {
            high = high.max(now);
        }
        if way != Way::Up {
            low = low.min(now);
        }
        let rises = way != Way::Up && now - low >= steps.discernible(low);
        let falls = !rises && way != Way::Down && high - now >= steps.discernible(now);
        if !rises && !falls {
            continue;
        }
        let before = u32::from(if rises { low } else { high });
        *edges.get_mut(count)? = Edge { at: at as u32, place: 0, before, after: 0 };
        if count == 0 {
            first_rises = rises;
        }
        count += 1;
        (low, high, way) = (now, now, if rises { Way::Up } else { Way::Down });
    }
    let last = if way == Way::Up { high } else { low };
    let edges = edges.get_mut(..count)?;
    let mut after = u32::from(last);
    for edge in edges.iter_mut().rev() {
        edge.after = after;
        after = edge.before;
        refine(line, edge)?;
    }
    Some(Edges { edges, first_rises })
}

/// Moves an edge from where its step was noticed to where the line crosses the mean of the two extremes.
fn refine(line: &[u16], edge: &mut Edge) -> Option<()> {
    let sum = edge.before + edge.after;
    let rises = edge.after > edge.before;
    let crossed = |at: usize| {
        let twice = 2 * u32::from(*line.get(at)?);
        Some(if rises { twice >= sum } else { twice <= sum })
    };
    let mut at = edge.at as usize;
    // The extreme before has not crossed the mean, and the one behind has.
    while at > 1 && crossed(at)? && crossed(at - 1)? {
        at -= 1;
    }
    while !crossed(at)? {
        at += 1;
    }
    let (now, before) = (i64::from(*line.get(at)?), i64::from(*line.get(at.checked_sub(1)?)?));
    debug_assert!(now != before, "only one of the two has crossed the mean");
    // Both are below 0 where it falls.
    let (beyond, step) = (2 * now - i64::from(sum), 2 * (now - before));
    let back = (beyond * i64::from(UNIT)).checked_div(step).unwrap_or(0);
    edge.at = at as u32;
    edge.place = (at as i64 * i64::from(UNIT) - back) as i32;
    Some(())
}

/// The middle one of three.
#[inline(always)]
fn middle(a: u16, b: u16, c: u16) -> u16 {
    a.min(b).max(a.max(b).min(c))
}

/// The median of each cell and its neighbours to the left and to the right.
struct MedianOfNeighbours<'a> {
    cells: &'a [u16],
    median: &'a mut [u16],
}

impl Kernel for MedianOfNeighbours<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        median_of_neighbours(self.cells, self.median);
    }
}

#[inline(always)]
fn median_of_neighbours(cells: &[u16], median: &mut [u16]) {
    if let ([first, .., last], [to_first, inner @ .., to_last]) = (cells, &mut *median) {
        // With the last cell twice, its median with one neighbour is its own.
        (*to_first, *to_last) = (*first, *last);
        let left = cells.iter();
        let (here, right) = (cells.get(1..).unwrap_or(&[]), cells.get(2..).unwrap_or(&[]));
        for (((median, &left), &here), &right) in inner.iter_mut().zip(left).zip(here).zip(right) {
            *median = middle(left, here, right);
        }
    } else if let ([only], [to_only]) = (cells, median) {
        *to_only = *only;
    }
}

/// The median of three lines, cell by cell.
struct MedianOfLines<'a> {
    lines: [&'a [u16]; 3],
    median: &'a mut [u16],
}

impl Kernel for MedianOfLines<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let [before, here, behind] = self.lines;
        let lines = before.iter().zip(here).zip(behind);
        for (median, ((&before, &here), &behind)) in self.median.iter_mut().zip(lines) {
            *median = middle(before, here, behind);
        }
    }
}

/// Counts the edges of many lines side by side.
///
/// Of each line the lowest and the highest cell since its last edge are kept; after a rise the lowest is [`NO_LOW`], and
/// after a fall the highest is [`NO_HIGH`].
struct CountEdges<'a> {
    /// The cells of all lines but their first ones.
    rest: &'a [u16],
    steps: Steps,
    median: &'a mut [u16],
    low: &'a mut [u16],
    high: &'a mut [u16],
    counts: &'a mut [u16],
}

/// Luminances are 1 or more, and below the highest number.
const NO_LOW: u16 = 0;
const NO_HIGH: u16 = u16::MAX;

impl Kernel for CountEdges<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { rest, steps, median, low, high, counts } = self;
        for cells in rest.chunks_exact(counts.len().max(1)) {
            median_of_neighbours(cells, median);
            let extremes = low.iter_mut().zip(high.iter_mut()).zip(counts.iter_mut());
            for (((low, high), count), &now) in extremes.zip(&*median) {
                let (lowest, highest) = ((*low).min(now), (*high).max(now));
                let rises = (now - lowest >= steps.discernible(lowest)) & (*low != NO_LOW);
                let falls = (highest - now >= steps.discernible(now)) & (*high != NO_HIGH) & !rises;
                *low = if rises {
                    NO_LOW
                } else if falls {
                    now
                } else {
                    lowest
                };
                *high = if falls {
                    NO_HIGH
                } else if rises {
                    now
                } else {
                    highest
                };
                *count = count.saturating_add(u16::from(rises | falls));
            }
        }
    }
}

/// Writes the cells of a picture column by column.
pub(super) fn transpose(backend: Backend, grid: &Grid, cells: &[u16], transposed: &mut [u16]) {
    let (columns, rows) = (grid.columns, grid.rows);
    dispatch(backend, Transpose { columns, rows, cells, transposed });
}

struct Transpose<'a> {
    columns: usize,
    rows: usize,
    cells: &'a [u16],
    transposed: &'a mut [u16],
}

impl Kernel for Transpose<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { columns, rows, cells, transposed } = self;
        let mut y = 0;
        // Squares of 8 x 8 cells, so that few cache lines are written at a time.
        while y < rows {
            let height = (rows - y).min(8);
            let mut x = 0;
            while x < columns {
                let width = (columns - x).min(8);
                for x in x..x + width {
                    let to = transposed.get_mut(x * rows + y..).unwrap_or_default();
                    let from = cells.get(y * columns + x..).unwrap_or_default();
                    for (to, &from) in
                        to.iter_mut().zip(from.iter().step_by(columns.max(1))).take(height)
                    {
                        *to = from;
                    }
                }
                x += width;
            }
            y += height;
        }
    }
}
