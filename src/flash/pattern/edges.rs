//! Edges between light and dark along a line of cells.

use core::ops::Range;

use bytemuck::{Pod, Zeroable};
use wide::u16x8;

use super::{Steps, UNIT};
use crate::flash::geometry::Grid;
use crate::flash::memory::Cut;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// All rows of cells, or all columns.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    /// The cells line by line.
    pub(super) along: &'a [u16],
    /// The first cells of all lines, then the second ones, and so on, so that many lines are followed side by side.
    pub(super) abreast: &'a [u16],
    /// The number of lines, and the cells of each.
    pub(super) count: usize,
    pub(super) length: usize,
}

/// A run has at least three bars.
pub(super) const MOST_EDGES_WITHOUT_RUN: u32 = 3;

/// An edge: where a line crosses the mean of a valley and the peak next to it.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(super) struct Edge {
    /// The first cell after it.
    pub(super) at: u32,
    /// Its position, between that cell and the one before, in parts of [`UNIT`].
    pub(super) position: i32,
    /// The higher one of the extremes before and after it.
    pub(super) peak: u32,
}

/// The edges of a line.
pub(super) struct Edges<'a> {
    pub(super) edges: &'a [Edge],
    /// Whether the first one rises; from then on rising and falling edges alternate.
    pub(super) first_rises: bool,
}

impl Edges<'_> {
    pub(super) fn rises(&self, edge: usize) -> bool {
        self.first_rises == edge.is_multiple_of(2)
    }
}

/// Where edges are noticed: the cells at which a line has made a large enough step, and the extremes before the steps.
/// The edge itself lies at that cell or near it.
pub(super) struct NoticedEdges<'a, 'm> {
    /// For each line, stored from the place of its first cell on: the cells, and the extremes before them.
    pub(super) at: &'a mut [u16],
    pub(super) before: &'a mut [u16],
    pub(super) ends: &'a mut LineEnds<'m>,
}

/// What is known of each line at its end.
pub(super) struct LineEnds<'m> {
    /// How many edges were noticed.
    pub(super) edges: &'m mut [u16],
    /// The lowest cell since the last edge: [`NO_LOW`] after a rise.
    pub(super) low: &'m mut [u16],
    /// The highest cell since the last edge: [`NO_HIGH`] after a fall.
    pub(super) high: &'m mut [u16],
}

impl<'m> LineEnds<'m> {
    pub(super) fn cut(lines: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self { edges: from.cut(lines)?, low: from.cut(lines)?, high: from.cut(lines)? })
    }
}

impl<'a> Lines<'a> {
    /// Finds where edges are noticed along each line; gives the most edges of any line. The first scratch memory has
    /// room for one cell of every line, and the second for all cells.
    pub(super) fn notice_edges(
        &self,
        backend: Backend,
        steps: Steps,
        (median, extremes): (&mut [u16], &mut [u16]),
        noticed: &mut NoticedEdges<'_, '_>,
    ) -> Option<u32> {
        let count = self.count;
        let median = median.get_mut(..count)?;
        let LineEnds { low, high, .. } = &mut noticed.ends;
        let (low, high) = (low.get_mut(..count)?, high.get_mut(..count)?);
        let first = self.abreast.get(..count)?;
        dispatch(backend, MedianOfNeighbours { cells: first, median: &mut *median });
        // Not by `copy_from_slice`, which links panic code.
        for ((low, high), &mut first) in low.iter_mut().zip(&mut *high).zip(&mut *median) {
            (*low, *high) = (first, first);
        }
        let rest = self.abreast.get(count..self.length * count)?;
        let extremes = extremes.get_mut(..rest.len())?;
        let mark = MarkEdges { rest, extremes: &mut *extremes, steps, median, low, high };
        dispatch(backend, mark);
        noticed.collect(self, extremes)
    }

    /// Lists the edges of a line, given where they were noticed. The scratch memory has room for a line.
    pub(super) fn list_edges<'e>(
        &self,
        backend: Backend,
        line: usize,
        (at, before): (&[u16], &[u16]),
        ends: &LineEnds<'_>,
        (median, edges): (&mut [u16], &'e mut [Edge]),
    ) -> Option<Edges<'e>> {
        let median = median.get_mut(..self.length)?;
        dispatch(backend, MedianOfLines { lines: self.beside(line)?, median: &mut *median });
        let (low, high) = (*ends.low.get(line)?, *ends.high.get(line)?);
        let last_rises = low == NO_LOW;
        debug_assert!(last_rises != (high == NO_HIGH), "the last edge rises or falls");
        let first_rises = last_rises != at.len().is_multiple_of(2);
        // The extreme after an edge is the one before the next edge.
        let last = if last_rises { high } else { low };
        let after = before.get(1..)?.iter().chain([&last]);
        let edges = edges.get_mut(..at.len())?;
        for (edge, ((&at, &before), &after)) in
            edges.iter_mut().zip(at.iter().zip(before).zip(after))
        {
            *edge = Edge::new(median, at.into(), before.into(), after.into())?;
        }
        Some(Edges { edges, first_rises })
    }

    /// The place of the cells of a line among those of all lines.
    pub(super) fn cells_of(&self, line: usize) -> Range<usize> {
        line * self.length..(line + 1) * self.length
    }

    /// The cells of a line, and those of the lines beside it.
    fn beside(&self, line: usize) -> Option<[&'a [u16]; 3]> {
        let cells = |line| self.along.get(self.cells_of(line));
        let (before, behind) = (line.saturating_sub(1), (line + 1).min(self.count - 1));
        Some([cells(before)?, cells(line)?, cells(behind)?])
    }
}

impl NoticedEdges<'_, '_> {
    /// Collects the edges of all lines. `extremes` has the extreme before an edge at the cell where the edge was
    /// noticed, and 0 at other cells: for the second cells of all lines, then for the third ones, and so on. Gives the
    /// most edges of any line.
    fn collect(&mut self, lines: &Lines<'_>, extremes: &[u16]) -> Option<u32> {
        self.ends.edges.fill(0);
        let mut most = 0;
        for (at, extremes) in (1..).zip(extremes.chunks_exact(lines.count.max(1))) {
            for_each_nonzero(extremes, |line, extreme| {
                let edges = self.ends.edges.get_mut(line)?;
                let index = line * lines.length + usize::from(*edges);
                (*self.at.get_mut(index)?, *self.before.get_mut(index)?) = (at, extreme);
                *edges += 1;
                most = most.max(*edges);
                Some(())
            })?;
        }
        Some(u32::from(most))
    }
}

/// Calls `each` with the position and the value of each number that is not 0. Eight are tested at a time.
#[inline(always)]
fn for_each_nonzero(numbers: &[u16], mut each: impl FnMut(usize, u16) -> Option<()>) -> Option<()> {
    let (groups, rest) = numbers.as_chunks::<8>();
    for (group, numbers) in groups.iter().enumerate() {
        // A bit for each.
        let mut found = u16x8::new(*numbers).simd_eq(u16x8::ZERO).to_bitmask() ^ 0xff;
        while found != 0 {
            let i = found.trailing_zeros() as usize;
            each(8 * group + i, *numbers.get(i)?)?;
            found &= found - 1;
        }
    }
    for (i, &number) in (8 * groups.len()..).zip(rest) {
        if number != 0 {
            each(i, number)?;
        }
    }
    Some(())
}

impl Edge {
    /// The edge between two extremes that was noticed at a cell: it lies where the line crosses the mean of the two.
    fn new(line: &[u16], noticed: usize, before: i32, after: i32) -> Option<Self> {
        let sign = if after > before { 1 } else { -1 };
        // Twice how far the luminance of a cell lies beyond the mean. If a bar ends in the middle of a cell, the cell
        // has the mean, and counts as beyond it; but each of the three luminances is rounded, and so may be off by a
        // half.
        const ROUNDING: i32 = 2;
        let beyond = |at: usize| Some(sign * (2 * i32::from(*line.get(at)?) - (before + after)));
        let mut at = noticed;
        let (mut now, mut last) = (beyond(at)?, beyond(at.checked_sub(1)?)?);
        // The cell of the extreme before the edge is not beyond the mean, and the one after the edge is.
        while at > 1 && now.min(last) >= -ROUNDING {
            at -= 1;
            (now, last) = (last, beyond(at - 1)?);
        }
        while now < -ROUNDING {
            at += 1;
            (now, last) = (beyond(at)?, now);
        }
        debug_assert!(last < -ROUNDING, "only one of the two has crossed the mean");
        let now = now.max(0);
        let back = (now * UNIT as i32).checked_div(now - last).unwrap_or(0);
        let position = at as i32 * UNIT as i32 - back;
        Some(Self { at: at as u32, position, peak: before.max(after) as u32 })
    }
}

/// The median of three.
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
        // The first and the last cell count twice, so the median with their one neighbour is their own value.
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

/// The median of each cell of a line and its neighbours in the lines beside it.
struct MedianOfLines<'a> {
    lines: [&'a [u16]; 3],
    median: &'a mut [u16],
}

impl Kernel for MedianOfLines<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { lines: [before, here, behind], median } = self;
        let cells = before.iter().zip(here).zip(behind);
        for (median, ((&before, &here), &behind)) in median.iter_mut().zip(cells) {
            *median = middle(before, here, behind);
        }
    }
}

/// Follows many lines side by side. At each cell where a line has made a large enough step, it writes the extreme
/// before the step; at other cells it writes 0.
///
/// It keeps the lowest and the highest cell of each line since its last edge. After a rise the lowest is [`NO_LOW`], and
/// after a fall the highest is [`NO_HIGH`].
struct MarkEdges<'a> {
    /// All cells of the lines except their first ones.
    rest: &'a [u16],
    extremes: &'a mut [u16],
    steps: Steps,
    median: &'a mut [u16],
    low: &'a mut [u16],
    high: &'a mut [u16],
}

/// Neither is a luminance: those are 1 or more, and below the highest number.
const NO_LOW: u16 = 0;
const NO_HIGH: u16 = u16::MAX;

impl Kernel for MarkEdges<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { rest, extremes, steps, median, low, high } = self;
        let count = median.len().max(1);
        for (cells, extremes) in rest.chunks_exact(count).zip(extremes.chunks_exact_mut(count)) {
            median_of_neighbours(cells, median);
            let ends = low.iter_mut().zip(high.iter_mut());
            for (((low, high), extreme), &now) in ends.zip(extremes).zip(&*median) {
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
                *extreme = if rises {
                    lowest
                } else if falls {
                    highest
                } else {
                    0
                };
            }
        }
    }
}

/// Writes the cells of a picture column by column.
pub(super) fn transpose(backend: Backend, grid: &Grid, cells: &[u16], transposed: &mut [u16]) {
    let (columns, rows) = (grid.columns, grid.rows);
    dispatch(backend, Transpose { columns, rows, cells, transposed });
}

/// Writes the cells of a picture row by row. They are given column by column.
pub(super) fn transpose_back(backend: Backend, grid: &Grid, transposed: &[u16], cells: &mut [u16]) {
    let (columns, rows) = (grid.rows, grid.columns);
    dispatch(backend, Transpose { columns, rows, cells: transposed, transposed: cells });
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
        let mut squares = cells.chunks_exact((8 * columns).max(1));
        let mut y = 0;
        for eight in &mut squares {
            let mut x = 0;
            let mut lines = [(); 8].map(|()| &[][..]);
            for (line, cells) in lines.iter_mut().zip(eight.chunks_exact(columns.max(1))) {
                *line = cells.as_chunks::<8>().0;
            }
            let [a, b, c, d, e, f, g, h] = lines;
            let lines = a.iter().zip(b).zip(c).zip(d).zip(e).zip(f).zip(g).zip(h);
            for (((((((&a, &b), &c), &d), &e), &f), &g), &h) in lines {
                let square = u16x8::transpose([a, b, c, d, e, f, g, h].map(u16x8::new));
                for (x, column) in (x..).zip(square) {
                    let to = transposed.get_mut(x * rows + y..).unwrap_or_default();
                    if let Some(to) = to.first_chunk_mut() {
                        *to = column.to_array();
                    }
                }
                x += 8;
            }
            transpose_rest(eight, (columns, rows), (x, y), transposed);
            y += 8;
        }
        transpose_rest(squares.remainder(), (columns, rows), (0, y), transposed);
    }
}

/// Writes some rows of cells column by column, from column `x` on.
fn transpose_rest(
    cells: &[u16],
    (columns, rows): (usize, usize),
    (x, y): (usize, usize),
    transposed: &mut [u16],
) {
    for (y, line) in (y..).zip(cells.chunks_exact(columns.max(1))) {
        for (x, &cell) in line.iter().enumerate().skip(x) {
            if let Some(to) = transposed.get_mut(x * rows + y) {
                *to = cell;
            }
        }
    }
}
