//! Transitions that count: those whose neighbours turn the same way, and the parts of cells at their edge.

use crate::flash::geometry::{Grid, WHOLE_CELL};
use crate::flash::memory::Cut;
use crate::flash::transitions::{FELL, ROSE, Turned};
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// The part of a cell that a flash covers, in parts of [`WHOLE_CELL`]; or [`SUPPORTED`].
pub(crate) type Part = u8;

/// A cell that turned with the support of its neighbours.
pub(crate) const SUPPORTED: Part = u8::MAX;

/// Changes of neighbours that differ by more than this in size do not tell how much of a cell is covered.
const MOST_UNLIKE: f32 = 1.25;

/// Some rows of the cells with a cell more at either end.
pub(crate) struct SupportScratch<'m> {
    above: &'m mut [u8],
    same: &'m mut [u8],
    below: &'m mut [u8],
    /// Sums of three rows: those that turn the same way, less those that turn the other way.
    net: &'m mut [i8],
    /// The least net support, of the sums of three columns.
    needed: &'m mut [i8],
}

impl<'m> SupportScratch<'m> {
    #[inline(always)]
    pub(crate) fn cut(columns: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        let wide = columns + 2;
        Some(Self {
            above: from.cut(wide)?,
            same: from.cut(wide)?,
            below: from.cut(wide)?,
            net: from.cut(wide)?,
            needed: from.cut(columns)?,
        })
    }

    /// The part that a grid needs.
    pub(crate) fn for_columns(self, columns: usize) -> Option<Self> {
        let wide = columns + 2;
        Some(Self {
            above: self.above.get_mut(..wide)?,
            same: self.same.get_mut(..wide)?,
            below: self.below.get_mut(..wide)?,
            net: self.net.get_mut(..wide)?,
            needed: self.needed.get_mut(..columns)?,
        })
    }
}

/// Marks the cells that turned one way and are supported as [`SUPPORTED`], all others as 0; gives their number.
///
/// A cell is supported where, among the 3 x 3 cells around it, those that turn its way exceed those that turn the
/// other way by more than a quarter of them; or where it lies in a square of 2 x 2 cells that all turn its way.
pub(crate) struct MarkSupported<'a, 'm> {
    pub(crate) grid: &'a Grid,
    pub(crate) turned: &'a [Turned],
    /// [`ROSE`] or [`FELL`].
    pub(crate) way: Turned,
    pub(crate) parts: &'a mut [Part],
    pub(crate) scratch: &'a mut SupportScratch<'m>,
}

impl Kernel for MarkSupported<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> usize {
        let Self { grid, turned, way, parts, scratch } = self;
        let columns = grid.columns;
        let mut supported = 0;
        for y in 0..grid.rows {
            let row = grid.row(turned, y);
            let parts = grid.row_mut(parts, y);
            if row.iter().fold(0, |any, &turned| any | turned) & way == 0 {
                parts.fill(0);
                continue;
            }
            let (top, end) = (y.saturating_sub(1), (y + 2).min(grid.rows));
            let SupportScratch { above, same, below, net, needed } = scratch;
            fill_ways(above, (y > top).then(|| grid.row(turned, top)), way);
            fill_ways(same, Some(row), way);
            fill_ways(below, (y + 1 < end).then(|| grid.row(turned, y + 1)), way);
            net.fill(0);
            for near in top..end {
                for (net, &turned) in net.iter_mut().skip(1).zip(grid.row(turned, near)) {
                    *net += i8::from(turned == way) - i8::from(turned == way ^ (ROSE | FELL));
                }
            }
            // More than a quarter of the cells that there are.
            let least = |wide: usize| ((end - top) * wide / 4 + 1) as i8;
            needed.fill(least(3));
            let at_edge = least(columns.min(2));
            if let Some(first) = needed.first_mut() {
                *first = at_edge;
            }
            if let Some(last) = needed.last_mut() {
                *last = at_edge;
            }
            let around = Around { above, same, below, net };
            supported += around.mark(needed, parts);
        }
        supported
    }
}

/// 1 for the cells of a row that turned a way; with 0 at either end.
#[inline(always)]
fn fill_ways(to: &mut [u8], row: Option<&[Turned]>, way: Turned) {
    let Some(row) = row else { return to.fill(0) };
    if let (Some(first), Some(last)) = (to.first().map(|_| 0), to.len().checked_sub(1)) {
        for end in [first, last] {
            if let Some(end) = to.get_mut(end) {
                *end = 0;
            }
        }
    }
    for (to, &turned) in to.iter_mut().skip(1).zip(row) {
        *to = u8::from(turned == way);
    }
}

/// Three rows of cells, with a cell more at either end.
struct Around<'a> {
    above: &'a [u8],
    same: &'a [u8],
    below: &'a [u8],
    net: &'a [i8],
}

impl Around<'_> {
    #[inline(always)]
    fn mark(&self, needed: &[i8], parts: &mut [Part]) -> usize {
        let columns = parts.len();
        let [above, same, below] =
            [self.above, self.same, self.below].map(|row| shifted(row, columns));
        let net = shifted(self.net, columns);
        let mut supported = 0;
        let rows = above[0].iter().zip(above[1]).zip(above[2]);
        let rows = rows.zip(same[0].iter().zip(same[1]).zip(same[2]));
        let rows = rows.zip(below[0].iter().zip(below[1]).zip(below[2]));
        let nets = net[0].iter().zip(net[1]).zip(net[2]).zip(needed);
        for ((part, rows), (((&a, &b), &c), &needed)) in parts.iter_mut().zip(rows).zip(nets) {
            let ((((&a0, &a1), &a2), ((&s0, &s1), &s2)), ((&b0, &b1), &b2)) = rows;
            let squares = s0 & (a0 & a1 | b0 & b1) | s2 & (a1 & a2 | b1 & b2);
            let marked = s1 & (squares | u8::from(a + b + c >= needed));
            *part = marked.wrapping_neg();
            supported += usize::from(marked);
        }
        supported
    }
}

/// A row from its first, second and third cell on.
#[inline(always)]
fn shifted<T>(row: &[T], columns: usize) -> [&[T]; 3] {
    [0, 1, 2].map(|from| {
        let cells = row.get(from..from + columns);
        debug_assert!(cells.is_some(), "the row has a cell more at either end");
        cells.unwrap_or(&[])
    })
}

/// The linear light of all cells in this frame and in the last one.
pub(crate) struct LightChange<'a> {
    pub(crate) new: [&'a [u16]; 3],
    pub(crate) old: [&'a [u16]; 3],
    /// Luminance, where it is not that of the light.
    pub(crate) luminance: Option<[&'a [u16]; 2]>,
    pub(crate) is_red: bool,
}

impl LightChange<'_> {
    /// The change of a cell since the last frame: of luminance, or of red, green and blue.
    fn of(&self, cell: usize) -> [f32; 3] {
        let change = |new: &[u16], old: &[u16]| {
            let (new, old) = (new.get(cell), old.get(cell));
            debug_assert!(new.is_some() && old.is_some(), "every cell has an entry");
            f32::from(new.copied().unwrap_or(0)) - f32::from(old.copied().unwrap_or(0))
        };
        if let (Some([new, old]), false) = (self.luminance, self.is_red) {
            return [change(new, old), 0.0, 0.0];
        }
        let ([red, green, blue], [old_red, old_green, old_blue]) = (self.new, self.old);
        let light = [change(red, old_red), change(green, old_green), change(blue, old_blue)];
        if self.is_red {
            return light;
        }
        [0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2], 0.0, 0.0]
    }
}

/// Adds the parts of the cells at the edges of what is marked as [`SUPPORTED`]. There are few of them, so they are
/// done one by one.
///
/// A cell is covered in part where at least two of its neighbours are supported and changed alike: by the projection
/// of its own change on their mean change.
pub(crate) fn add_edges(
    backend: Backend,
    grid: &Grid,
    parts: &mut [Part],
    change: &LightChange<'_>,
    candidates: &mut [u8],
) {
    for y in 0..grid.rows {
        if !dispatch(backend, FindEdges { grid, parts, y, candidates }) {
            continue;
        }
        for x in 0..grid.columns {
            if candidates.get(x).is_some_and(|&candidate| candidate != 0) {
                let part = part_of(grid, parts, change, x, y);
                if let Some(cell) = parts.get_mut(y * grid.columns + x) {
                    *cell = part;
                }
            }
        }
    }
}

/// Finds the cells of a row that are not supported and have at least two neighbours that are; says whether there
/// are any.
struct FindEdges<'a> {
    grid: &'a Grid,
    parts: &'a [Part],
    y: usize,
    /// A row of cells with one more at either end, of which the first ones are filled.
    candidates: &'a mut [u8],
}

impl Kernel for FindEdges<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let Self { grid, parts, y, candidates } = self;
        let rows = y.saturating_sub(1)..(y + 2).min(grid.rows);
        candidates.fill(0);
        let mut any = 0;
        for near in rows {
            for (sum, &part) in candidates.iter_mut().skip(1).zip(grid.row(parts, near)) {
                let supported = u8::from(part == SUPPORTED);
                any |= supported;
                *sum += supported;
            }
        }
        if any == 0 {
            return false;
        }
        // From left to right, so that the sums that are still needed are not written over.
        let mut left = 0;
        let mut found = false;
        for (x, &part) in grid.row(parts, y).iter().enumerate() {
            let Some(&[middle, right]) = candidates.get(x + 1..x + 3) else { break };
            let candidate = part != SUPPORTED && left + middle + right >= 2;
            found |= candidate;
            left = middle;
            if let Some(cell) = candidates.get_mut(x) {
                *cell = u8::from(candidate);
            }
        }
        found
    }
}

/// The part of a cell that the flash of its neighbours covers.
fn part_of(grid: &Grid, parts: &[Part], change: &LightChange<'_>, x: usize, y: usize) -> Part {
    let square = |c: [f32; 3]| c[0] * c[0] + c[1] * c[1] + c[2] * c[2];
    let (mut sum, mut number) = ([0.0; 3], 0.0);
    let (mut largest, mut smallest) = (0.0f32, f32::INFINITY);
    for near_y in y.saturating_sub(1)..(y + 2).min(grid.rows) {
        for near_x in x.saturating_sub(1)..(x + 2).min(grid.columns) {
            let cell = near_y * grid.columns + near_x;
            if parts.get(cell) != Some(&SUPPORTED) {
                continue;
            }
            let change = change.of(cell);
            for (sum, change) in sum.iter_mut().zip(change) {
                *sum += change;
            }
            number += 1.0;
            largest = largest.max(square(change));
            smallest = smallest.min(square(change));
        }
    }
    if largest > MOST_UNLIKE * MOST_UNLIKE * smallest || largest == 0.0 {
        return 0;
    }
    let mean = sum.map(|sum| sum / number);
    let own = change.of(y * grid.columns + x);
    let along = own[0] * mean[0] + own[1] * mean[1] + own[2] * mean[2];
    let part = along / square(mean);
    // What is no number, where the mean change is none, becomes 0.
    (part.clamp(0.0, 1.0) * f32::from(WHOLE_CELL) + 0.5) as Part
}
