//! Transitions that count: those of cells whose neighbours turn the same way, and how much of the cells at their edge a
//! flash covers.

use crate::flash::geometry::{Grid, WHOLE_CELL};
use crate::flash::memory::Cut;
use crate::flash::transitions::{FELL, ROSE, Turned};
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// The part of a cell that a flash covers, of [`WHOLE_CELL`]; or [`SUPPORTED`], or [`EDGE`].
pub(crate) type Part = u8;

/// A cell that turned with the support of its neighbours.
pub(crate) const SUPPORTED: Part = u8::MAX;

/// A cell at the edge of supported ones, whose part is not known yet.
const EDGE: Part = SUPPORTED - 1;

/// If the largest change of the neighbours is more than this many times the smallest, they do not tell how much of a
/// cell is covered.
const MOST_UNLIKE: f32 = 1.25;

/// Memory for a row of cells with one more cell at either end.
pub(crate) struct SupportScratch<'m> {
    /// 1 for a cell that turned the way in question together with its neighbour above, or below.
    pairs_above: &'m mut [u8],
    pairs_below: &'m mut [u8],
    /// Sums over three rows: the cells that turn this way, less those that turn the other way.
    net: &'m mut [i8],
    /// The smallest sum of `net` over three columns that is support.
    needed: &'m mut [i8],
}

impl<'m> SupportScratch<'m> {
    #[inline(always)]
    pub(crate) fn cut(columns: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        let wide = columns + 2;
        Some(Self {
            pairs_above: from.cut(wide)?,
            pairs_below: from.cut(wide)?,
            net: from.cut(wide)?,
            needed: from.cut(columns)?,
        })
    }

    /// The part of it that a grid needs.
    pub(crate) fn for_columns(self, columns: usize) -> Option<Self> {
        let wide = columns + 2;
        Some(Self {
            pairs_above: self.pairs_above.get_mut(..wide)?,
            pairs_below: self.pairs_below.get_mut(..wide)?,
            net: self.net.get_mut(..wide)?,
            needed: self.needed.get_mut(..columns)?,
        })
    }
}

/// The most cells that can be covered, in whole or in part, if `turned` cells turned one way: two of them can have at
/// most eight cells at their edge.
pub(crate) fn most_covered(turned: usize) -> usize {
    5 * turned
}

/// Finds the parts of the cells that turned one way, 0 for rising and 1 for falling: of those with support, and, if
/// `matters` is true for the number of both, of the cells at their edge. Gives whether all parts are known.
pub(crate) fn find_parts(
    backend: Backend,
    grid: &Grid,
    (turned, way): (&[Turned], usize),
    change: &LightChange<'_>,
    mut matters: impl FnMut(usize) -> bool,
    (parts, scratch): (&mut [Part], &mut SupportScratch<'_>),
) -> bool {
    let way = if way == 0 { ROSE } else { FELL };
    let mark = MarkSupported { grid, turned, way, parts: &mut *parts, scratch: &mut *scratch };
    let supported = dispatch(backend, mark);
    if !matters(most_covered(supported)) {
        return supported == 0;
    }
    let edges = dispatch(backend, MarkEdges { grid, parts: &mut *parts, scratch });
    let matter = matters(supported + edges);
    if matter {
        fill_edges(grid, parts, change);
    } else {
        dispatch(backend, ForgetEdges(parts));
    }
    matter || edges == 0
}

/// Marks the cells that turned one way and are supported as [`SUPPORTED`], all others as 0; gives the number of
/// supported cells.
///
/// A cell is supported if, of the 3 x 3 cells around it, those that turn its way outnumber those that turn the other
/// way by more than a quarter of all; or if it lies in a square of 2 x 2 cells that all turn its way.
struct MarkSupported<'a, 'm> {
    grid: &'a Grid,
    turned: &'a [Turned],
    /// [`ROSE`] or [`FELL`].
    way: Turned,
    parts: &'a mut [Part],
    scratch: &'a mut SupportScratch<'m>,
}

impl Kernel for MarkSupported<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> usize {
        let Self { grid, turned, way, parts, scratch } = self;
        let mut supported = 0;
        for y in 0..grid.rows {
            let row = grid.row(turned, y);
            let parts = grid.row_mut(parts, y);
            if row.iter().fold(0, |any, &turned| any | turned) & way == 0 {
                parts.fill(0);
                continue;
            }
            let (top, end) = (y.saturating_sub(1), (y + 2).min(grid.rows));
            let SupportScratch { pairs_above, pairs_below, net, needed } = &mut *scratch;
            // The cells at either end are not in the picture.
            net.fill(0);
            for near in top..end {
                for (net, &turned) in inner(net).iter_mut().zip(grid.row(turned, near)) {
                    // 1 for this way, -1 for the other.
                    let (same, other) = (u8::from(turned & way != 0), u8::from(turned & !way != 0));
                    *net += same.wrapping_sub(other).cast_signed();
                }
            }
            // More than a quarter of those of the 3 x 3 cells that are in the picture.
            let least = |wide: usize| ((end - top) * wide / 4 + 1) as i8;
            needed.fill(least(3));
            let at_edge = least(grid.columns.min(2));
            for edge in [0, grid.columns - 1] {
                if let Some(needed) = needed.get_mut(edge) {
                    *needed = at_edge;
                }
            }
            fill_pairs(pairs_above, row, (y > top).then(|| grid.row(turned, top)), way);
            fill_pairs(pairs_below, row, (y + 1 < end).then(|| grid.row(turned, y + 1)), way);
            parts.fill(0);
            for pairs in [&**pairs_above, &**pairs_below] {
                let [left, middle, right] = shifted(pairs, grid.columns);
                let around = left.iter().zip(middle).zip(right);
                for (part, ((&left, &middle), &right)) in parts.iter_mut().zip(around) {
                    *part |= middle & (left | right);
                }
            }
            let [left, middle, right] = shifted(net, grid.columns);
            let around = left.iter().zip(middle).zip(right).zip(&**needed);
            for ((part, &turned), (((&left, &middle), &right), &needed)) in
                parts.iter_mut().zip(row).zip(around)
            {
                let enough = u8::from(left + middle + right >= needed);
                let supported = u8::from(turned & way != 0) & (*part | enough);
                *part = supported.wrapping_neg();
            }
            for parts in parts.chunks(128) {
                let mut count = 0u8;
                for &part in parts {
                    count += part & 1;
                }
                supported += usize::from(count);
            }
        }
        supported
    }
}

/// 1 for the cells of a row that turned one way together with the cell beside them in `other`, the row above or below,
/// if there is one.
#[inline(always)]
fn fill_pairs(pairs: &mut [u8], row: &[Turned], other: Option<&[Turned]>, way: Turned) {
    pairs.fill(0);
    let Some(other) = other else { return };
    for ((pair, &turned), &next) in inner(pairs).iter_mut().zip(row).zip(other) {
        *pair = u8::from(turned & next & way != 0);
    }
}

/// A row with one more cell at either end, from its second cell on. (`skip` would keep the compiler from using vectors.)
#[inline(always)]
fn inner<T>(row: &mut [T]) -> &mut [T] {
    row.get_mut(1..).unwrap_or_default()
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

/// A number for each cell.
#[derive(Clone, Copy)]
pub(crate) enum CellValues<'a> {
    Whole(&'a [u16]),
    Float(&'a [f32]),
}

impl CellValues<'_> {
    fn at(self, cell: usize) -> f32 {
        let value = match self {
            Self::Whole(values) => values.get(cell).map(|&value| f32::from(value)),
            Self::Float(values) => values.get(cell).copied(),
        };
        debug_assert!(value.is_some(), "every cell has an entry");
        value.unwrap_or(0.0)
    }
}

/// The linear light of all cells in this frame and in the one before.
pub(crate) struct LightChange<'a> {
    pub(crate) new: [CellValues<'a>; 3],
    pub(crate) old: [CellValues<'a>; 3],
    /// The luminance of both, if it does not follow from the light.
    pub(crate) luminance: Option<[CellValues<'a>; 2]>,
    pub(crate) is_red: bool,
}

impl LightChange<'_> {
    /// The change of a cell since the last frame: of luminance, or of red, green and blue.
    fn of(&self, cell: usize) -> [f32; 3] {
        let change = |new: CellValues<'_>, old: CellValues<'_>| new.at(cell) - old.at(cell);
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

/// Marks as [`EDGE`] the cells that are not supported but have at least two supported neighbours; gives their number.
struct MarkEdges<'a, 'm> {
    grid: &'a Grid,
    parts: &'a mut [Part],
    scratch: &'a mut SupportScratch<'m>,
}

impl Kernel for MarkEdges<'_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> usize {
        let Self { grid, parts, scratch: SupportScratch { pairs_above: sums, .. } } = self;
        let mut edges = 0;
        for y in 0..grid.rows {
            sums.fill(0);
            for near in y.saturating_sub(1)..(y + 2).min(grid.rows) {
                for (sum, &part) in inner(sums).iter_mut().zip(grid.row(parts, near)) {
                    *sum += u8::from(part == SUPPORTED);
                }
            }
            if sums.iter().fold(0, |any, &sum| any | sum) == 0 {
                continue;
            }
            let [left, middle, right] = shifted(sums, grid.columns);
            let around = left.iter().zip(middle).zip(right);
            let parts = grid.row_mut(parts, y);
            for (part, ((&left, &middle), &right)) in parts.iter_mut().zip(around) {
                let is_edge = (*part != SUPPORTED) & (left + middle + right >= 2);
                *part = if is_edge { EDGE } else { *part };
            }
            for parts in parts.chunks(128) {
                let mut count = 0u8;
                for &part in parts {
                    count += u8::from(part == EDGE);
                }
                edges += usize::from(count);
            }
        }
        edges
    }
}

/// Takes back the marks of [`EDGE`].
struct ForgetEdges<'a>(&'a mut [Part]);

impl Kernel for ForgetEdges<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        for part in self.0 {
            *part = if *part == EDGE { 0 } else { *part };
        }
    }
}

/// Finds the parts of the cells that are marked as [`EDGE`]. There are few of them, so they are done one by one.
///
/// If the supported neighbours of a cell changed alike, the part that is covered is the projection of the cell's own
/// change onto their mean change; if not, it is 0.
fn fill_edges(grid: &Grid, parts: &mut [Part], change: &LightChange<'_>) {
    for y in 0..grid.rows {
        for left in (0..grid.columns).step_by(8) {
            let right = (left + 8).min(grid.columns);
            let cells = grid.row(parts, y).get(left..right).unwrap_or(&[]);
            if !cells.iter().fold(false, |any, &part| any | (part == EDGE)) {
                continue;
            }
            for x in left..right {
                if grid.row(parts, y).get(x) == Some(&EDGE) {
                    let part = part_of(grid, parts, change, x, y);
                    if let Some(cell) = grid.row_mut(parts, y).get_mut(x) {
                        *cell = part;
                    }
                }
            }
        }
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
    // If the mean change is 0, this is not a number, which becomes 0.
    (part.clamp(0.0, 1.0) * f32::from(WHOLE_CELL) + 0.5) as Part
}
