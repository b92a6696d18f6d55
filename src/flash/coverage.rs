//! Fields of cells: where in the picture more than some part of a field has a property.
//!
//! As the field moves down, each column keeps the sum over the field's rows: one row is added and one taken away. Prefix
//! sums of the columns then give the sum over the field at each place of a row.

use bytemuck::{Pod, Zeroable};

use crate::flash::geometry::{FieldSize, Grid};
use crate::flash::memory::Cut;
use crate::flash::support::Part;
use crate::simd::{Kernel, Simd, Vector};

/// Areas of cells, in parts of [`WHOLE_CELL`](crate::flash::geometry::WHOLE_CELL).
trait Areas {
    /// Adds the areas of row `y` to sums of columns.
    fn add(&self, grid: &Grid, y: usize, columns: &mut [u32]);

    /// Subtracts them.
    fn take(&self, grid: &Grid, y: usize, columns: &mut [u32]);
}

/// The parts of cells that wait to be counted.
struct Waiting<'a>(&'a [Part]);

impl Areas for Waiting<'_> {
    #[inline(always)]
    fn add(&self, grid: &Grid, y: usize, columns: &mut [u32]) {
        for (column, &part) in columns.iter_mut().zip(grid.row(self.0, y)) {
            *column += u32::from(part);
        }
    }

    #[inline(always)]
    fn take(&self, grid: &Grid, y: usize, columns: &mut [u32]) {
        for (column, &part) in columns.iter_mut().zip(grid.row(self.0, y)) {
            *column -= u32::from(part);
        }
    }
}

/// The weights of cells with a count of at least `count`.
pub(crate) struct Counted<'a> {
    pub(crate) counts: &'a [u8],
    pub(crate) weights: &'a [Part],
    pub(crate) count: u8,
}

impl Counted<'_> {
    #[inline(always)]
    fn weight(&self, count: u8, weight: Part) -> u32 {
        u32::from(if count >= self.count { weight } else { 0 })
    }
}

impl Areas for Counted<'_> {
    #[inline(always)]
    fn add(&self, grid: &Grid, y: usize, columns: &mut [u32]) {
        let cells = grid.row(self.counts, y).iter().zip(grid.row(self.weights, y));
        for (column, (&count, &weight)) in columns.iter_mut().zip(cells) {
            *column += self.weight(count, weight);
        }
    }

    #[inline(always)]
    fn take(&self, grid: &Grid, y: usize, columns: &mut [u32]) {
        let cells = grid.row(self.counts, y).iter().zip(grid.row(self.weights, y));
        for (column, (&count, &weight)) in columns.iter_mut().zip(cells) {
            *column -= self.weight(count, weight);
        }
    }
}

/// Sums of the columns of cells, and their prefix sums, of which there is one more.
pub(crate) struct FieldScratch<'m> {
    pub(crate) columns: &'m mut [u32],
    prefix: &'m mut [u32],
    /// For each column of places, how many of those whose field reaches the current row are full.
    full_columns: &'m mut [u32],
}

impl<'m> FieldScratch<'m> {
    #[inline(always)]
    pub(crate) fn cut(columns: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self {
            columns: from.cut(columns)?,
            prefix: from.cut(columns + 1)?,
            full_columns: from.cut(columns)?,
        })
    }

    /// The part that a grid needs.
    pub(crate) fn for_columns(self, columns: usize) -> Option<Self> {
        Some(Self {
            columns: self.columns.get_mut(..columns)?,
            prefix: self.prefix.get_mut(..columns + 1)?,
            full_columns: self.full_columns.get_mut(..columns)?,
        })
    }

    /// Fills in the prefix sums of the columns.
    #[inline(always)]
    fn fill_prefix(columns: &[u32], prefix: &mut [u32]) {
        let (mut sum, mut prefix) = (0, prefix.iter_mut());
        if let Some(first) = prefix.next() {
            *first = 0;
        }
        for (prefix, &column) in prefix.zip(columns) {
            sum += column;
            *prefix = sum;
        }
    }
}

/// The sums at the left and at the right end of windows `wide` columns wide, at `places` places.
#[inline(always)]
fn windows(prefix: &[u32], wide: usize, places: usize) -> (&[u32], &[u32]) {
    let from = prefix.get(..places);
    let to = prefix.get(wide..).and_then(|rest| rest.get(..places));
    debug_assert!(from.is_some() && to.is_some(), "there is a sum more than there are columns");
    (from.unwrap_or(&[]), to.unwrap_or(&[]))
}

/// Moves a field over the picture. Calls `each` for every row of places, from the top: with its number, and with the
/// prefix sums at the left and at the right end of the field at each place, whose difference is the area in the field.
#[inline(always)]
fn for_each_row_of_places(
    areas: &impl Areas,
    grid: &Grid,
    field: &FieldSize,
    scratch: &mut FieldScratch<'_>,
    mut each: impl FnMut(usize, &[u32], &[u32]),
) {
    let (across, _) = field.places(grid);
    let FieldScratch { columns, prefix, .. } = scratch;
    columns.fill(0);
    for bottom in 0..grid.rows {
        areas.add(grid, bottom, columns);
        let Some(y) = (bottom + 1).checked_sub(field.rows) else { continue };
        FieldScratch::fill_prefix(columns, prefix);
        let (from, to) = windows(prefix, field.columns, across);
        each(y, from, to);
        areas.take(grid, y, columns);
    }
}

/// Where a field lies, in cells from the top left, and the area in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct Place {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) area: u64,
}

/// The place of the field with the largest area of cells with a count; if several have as much, the one nearest to the
/// middle of the picture. The area is 0 if all cells of the picture are not enough.
pub(crate) struct WorstField<'a, 'm> {
    pub(crate) grid: &'a Grid,
    pub(crate) field: &'a FieldSize,
    pub(crate) counted: Counted<'a>,
    pub(crate) scratch: &'a mut FieldScratch<'m>,
}

impl Kernel for WorstField<'_, '_> {
    type Output = Place;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> Place {
        let Self { grid, field, counted, scratch } = self;
        let mut best = Place::default();
        let cells = counted.counts.iter().zip(counted.weights);
        let all: u32 = cells.map(|(&count, &weight)| counted.weight(count, weight)).sum();
        if u64::from(all) <= field.area_threshold {
            return best;
        }
        let (across, down) = field.places(grid);
        let mut nearest = usize::MAX;
        for_each_row_of_places(&counted, grid, field, scratch, |y, from, to| {
            let most = from.iter().zip(to).fold(0, |most, (from, to)| most.max(to - from));
            if u64::from(most) >= best.area && most > 0 {
                for (x, (from, to)) in from.iter().zip(to).enumerate() {
                    let off = (2 * x + 1).abs_diff(across) + (2 * y + 1).abs_diff(down);
                    if to - from == most && (u64::from(most) > best.area || off < nearest) {
                        best = Place { x: x as u32, y: y as u32, area: most.into() };
                        nearest = off;
                    }
                }
            }
        });
        best
    }
}

/// Finds the places at which a field has enough of the cells that wait; says whether there are any.
pub(crate) struct FindFull<'a, 'm> {
    pub(crate) grid: &'a Grid,
    pub(crate) field: &'a FieldSize,
    pub(crate) waiting: &'a [Part],
    /// 1 for such a place. The rows are as long as those of the cells.
    pub(crate) full: &'a mut [u8],
    pub(crate) scratch: &'a mut FieldScratch<'m>,
}

impl Kernel for FindFull<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let Self { grid, field, waiting, full, scratch } = self;
        let Ok(threshold) = u32::try_from(field.area_threshold) else {
            debug_assert!(
                false,
                "an area that waits is larger than the threshold, and has 32 bits"
            );
            return false;
        };
        let mut any = 0;
        for_each_row_of_places(&Waiting(waiting), grid, field, scratch, |y, from, to| {
            for (full, (from, to)) in grid.row_mut(full, y).iter_mut().zip(from.iter().zip(to)) {
                *full = u8::from(to - from > threshold);
                any |= *full;
            }
        });
        any != 0
    }
}

/// Finds, row by row from the top, the cells that lie in a full field.
pub(crate) struct Covered<'a> {
    grid: &'a Grid,
    field: &'a FieldSize,
    full: &'a [u8],
}

impl<'a> Covered<'a> {
    #[inline(always)]
    pub(crate) fn new(
        grid: &'a Grid,
        field: &'a FieldSize,
        full: &'a [u8],
        scratch: &mut FieldScratch<'_>,
    ) -> Self {
        scratch.full_columns.fill(0);
        Self { grid, field, full }
    }

    /// Sets each cell of row `y` to 1 if it lies in a full field, and to 0 if not. Rows are taken in order from the top.
    #[inline(always)]
    pub(crate) fn row(&self, y: usize, scratch: &mut FieldScratch<'_>, covered: &mut [u8]) {
        let Self { grid, field, full } = *self;
        let (across, down) = field.places(grid);
        let FieldScratch { full_columns, prefix, .. } = scratch;
        let places = |y: usize| grid.row(full, y).get(..across).unwrap_or(&[]);
        if y < down {
            for (column, &full) in full_columns.iter_mut().zip(places(y)) {
                *column += u32::from(full);
            }
        }
        if y >= field.rows {
            for (column, &full) in full_columns.iter_mut().zip(places(y - field.rows)) {
                *column -= u32::from(full);
            }
        }
        FieldScratch::fill_prefix(full_columns, prefix);
        // prefix[x + 1] - prefix[x + 1 - field.columns], the latter 0 for the first columns.
        let (first, rest) = covered.split_at_mut(field.columns.min(covered.len()));
        let (ends, later_ends) = windows(prefix.get(1..).unwrap_or(&[]), field.columns, rest.len());
        for (covered, &to) in first.iter_mut().zip(prefix.get(1..).unwrap_or(&[])) {
            *covered = u8::from(to > 0);
        }
        for (covered, (from, to)) in rest.iter_mut().zip(ends.iter().zip(later_ends)) {
            *covered = u8::from(to > from);
        }
    }
}

/// The cells with a count, as the smallest rectangle around them.
pub(crate) struct Bounds<'a, 'm> {
    pub(crate) grid: &'a Grid,
    pub(crate) counts: &'a [u8],
    pub(crate) count: u8,
    pub(crate) scratch: &'a mut FieldScratch<'m>,
}

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct CellBox {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) columns: u32,
    pub(crate) rows: u32,
}

impl Kernel for Bounds<'_, '_> {
    type Output = CellBox;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> CellBox {
        let Self { grid, counts, count, scratch: FieldScratch { columns, .. } } = self;
        columns.fill(0);
        let (mut first, mut last) = (None, 0);
        for y in 0..grid.rows {
            let mut any = 0;
            for (column, &of_cell) in columns.iter_mut().zip(grid.row(counts, y)) {
                let counted = u32::from(of_cell >= count);
                *column |= counted;
                any |= counted;
            }
            if any != 0 {
                first = first.or(Some(y));
                last = y;
            }
        }
        let filled = |column: &u32| *column != 0;
        let (Some(y), Some(x), Some(right)) =
            (first, columns.iter().position(filled), columns.iter().rposition(filled))
        else {
            return CellBox::default();
        };
        CellBox {
            x: x as u32,
            y: y as u32,
            columns: (right + 1 - x) as u32,
            rows: (last + 1 - y) as u32,
        }
    }
}
