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
    /// Finds where edges are noticed along each line; gives the most of any line.
    pub(super) fn notice_edges(
        &self,
        backend: Backend,
        steps: Steps,
        [low, high, median]: [&mut [u16]; 3],
        noticed: &mut Noticed<'_>,
        marks: &mut [u8],
    ) -> Option<u32> {
        let count = self.count;
        let (low, high) = (low.get_mut(..count)?, high.get_mut(..count)?);
        let median = median.get_mut(..count)?;
        let first = self.abreast.get(..count)?;
        dispatch(backend, MedianOfNeighbours { cells: first, median: &mut *median });
        // Not by `copy_from_slice`, which links code for a panic.
        for ((low, high), &mut first) in low.iter_mut().zip(&mut *high).zip(&mut *median) {
            (*low, *high) = (first, first);
        }
        let rest = self.abreast.get(count..self.length * count)?;
        let marks = marks.get_mut(count..self.length * count)?;
        dispatch(backend, MarkEdges { rest, marks: &mut *marks, steps, median, low, high });
        noticed.collect(self, marks)
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

    /// Lists the edges of a line, which is given by the medians of its cells.
    pub(super) fn list_edges<'e>(
        &self,
        line: usize,
        cells: &[u16],
        noticed: &Noticed<'_>,
        edges: &'e mut [Edge],
    ) -> Option<Edges<'e>> {
        let places = noticed.places.get(line * self.length..)?;
        let places = places.get(..usize::from(*noticed.counts.get(line)?))?;
        let (mut last, mut rises, mut first_rises) = (0, false, false);
        for (number, (edge, &at)) in edges.iter_mut().zip(places).enumerate() {
            let at = usize::from(at);
            // From then on they rise and fall in turns.
            rises = if number == 0 { cells.get(at)? > cells.get(at - 1)? } else { !rises };
            if number == 0 {
                first_rises = rises;
            }
            let before = extreme(cells.get(last..at)?, !rises);
            *edge = Edge { at: at as u32, place: 0, before, after: 0 };
            last = at;
        }
        let edges = edges.get_mut(..places.len())?;
        let mut after = extreme(cells.get(last..)?, rises);
        for edge in edges.iter_mut().rev() {
            edge.after = after;
            after = edge.before;
            refine(cells, edge)?;
        }
        Some(Edges { edges, first_rises })
    }
}

/// Where edges are noticed: the cells of each line at which it has made a step.
pub(super) struct Noticed<'a> {
    /// Those of a line from its first cell on.
    pub(super) places: &'a mut [u16],
    /// How many there are of each line.
    pub(super) counts: &'a mut [u16],
}

impl Noticed<'_> {
    /// Collects the edges of all lines from marks of their second cells, third ones and so on. Gives the most of any line.
    fn collect(&mut self, lines: &Lines<'_>, marks: &[u8]) -> Option<u32> {
        self.counts.fill(0);
        let mut most = 0;
        for (at, marks) in (1..).zip(marks.chunks_exact(lines.count.max(1))) {
            // Most cells have none: eight are asked at a time.
            for (eight, marks) in marks.chunks(8).enumerate() {
                if marks.iter().fold(0, |any, mark| any | mark) == 0 {
                    continue;
                }
                for (line, _) in (8 * eight..).zip(marks).filter(|(_, mark)| **mark != 0) {
                    let count = self.counts.get_mut(line)?;
                    *self.places.get_mut(line * lines.length + usize::from(*count))? = at;
                    *count += 1;
                    most = most.max(*count);
                }
            }
        }
        Some(u32::from(most))
    }
}

/// The highest of some cells, or the lowest.
fn extreme(cells: &[u16], is_high: bool) -> u32 {
    let highest = || cells.iter().fold(0, |highest, &cell| cell.max(highest));
    let lowest = || cells.iter().fold(u16::MAX, |lowest, &cell| cell.min(lowest));
    u32::from(if is_high { highest() } else { lowest() })
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

/// Marks the cells of many lines side by side at which they have made a step.
///
/// Of each line the lowest and the highest cell since its last edge are kept; after a rise the lowest is [`NO_LOW`], and
/// after a fall the highest is [`NO_HIGH`].
struct MarkEdges<'a> {
    /// The cells of all lines but their first ones, and whether an edge is noticed at them.
    rest: &'a [u16],
    marks: &'a mut [u8],
    steps: Steps,
    median: &'a mut [u16],
    low: &'a mut [u16],
    high: &'a mut [u16],
}

/// Luminances are 1 or more, and below the highest number.
const NO_LOW: u16 = 0;
const NO_HIGH: u16 = u16::MAX;

impl Kernel for MarkEdges<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { rest, marks, steps, median, low, high } = self;
        let count = median.len().max(1);
        for (cells, marks) in rest.chunks_exact(count).zip(marks.chunks_exact_mut(count)) {
            median_of_neighbours(cells, median);
            let extremes = low.iter_mut().zip(high.iter_mut());
            for (((low, high), mark), &now) in extremes.zip(marks).zip(&*median) {
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
                *mark = u8::from(rises | falls);
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
            for (((((((a, b), c), d), e), f), g), h) in lines {
                for i in 0..8 {
                    let column = [a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i]];
                    let to = transposed.get_mut((x + i) * rows + y..).unwrap_or_default();
                    if let Some(to) = to.first_chunk_mut() {
                        *to = column;
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
