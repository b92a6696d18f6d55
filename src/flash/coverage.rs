//! Fields of cells: where in the picture many cells are of a kind.

use crate::flash::geometry::Grid;
use crate::simd::{Kernel, Simd, Vector};

/// Cells of a kind, as what a row of them adds to sums of columns.
trait Kind {
    /// Adds 1 to the column of every cell of row `y` that is of the kind.
    fn add(&self, y: usize, columns: &mut [u32]);

    /// Takes it away again.
    fn take(&self, y: usize, columns: &mut [u32]);
}

/// Cells that wait to be counted: those whose age is not 0.
struct Waits<'a> {
    ages: &'a [u8],
    grid: &'a Grid,
}

/// Cells with a count of at least `least`.
struct Reaches<'a> {
    counts: &'a [u16],
    least: u16,
    grid: &'a Grid,
}

impl Kind for Waits<'_> {
    #[inline(always)]
    fn add(&self, y: usize, columns: &mut [u32]) {
        for (column, &age) in columns.iter_mut().zip(self.grid.row(self.ages, y)) {
            *column += u32::from(age != 0);
        }
    }

    #[inline(always)]
    fn take(&self, y: usize, columns: &mut [u32]) {
        for (column, &age) in columns.iter_mut().zip(self.grid.row(self.ages, y)) {
            *column -= u32::from(age != 0);
        }
    }
}

impl Kind for Reaches<'_> {
    #[inline(always)]
    fn add(&self, y: usize, columns: &mut [u32]) {
        for (column, &count) in columns.iter_mut().zip(self.grid.row(self.counts, y)) {
            *column += u32::from(count >= self.least);
        }
    }

    #[inline(always)]
    fn take(&self, y: usize, columns: &mut [u32]) {
        for (column, &count) in columns.iter_mut().zip(self.grid.row(self.counts, y)) {
            *column -= u32::from(count >= self.least);
        }
    }
}

/// Room to work in.
pub(crate) struct Fields<'m> {
    pub(crate) sums: Sums<'m>,
    /// Whether the field at a place has enough cells of a kind.
    pub(crate) full: &'m mut [u8],
    /// Whether a cell lies in such a field.
    pub(crate) covered: &'m mut [u8],
}

/// Sums of the columns of cells, and sums of those from the left on, one more.
pub(crate) struct Sums<'a> {
    pub(crate) columns: &'a mut [u32],
    pub(crate) prefix: &'a mut [u32],
}

/// Where a field lies, in cells from the top left, and how many of its cells are of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Place {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) cells: u32,
}

/// The place of the field with the most cells whose count is at least `least`; the one nearest to the middle of the
/// picture where several have as many. A place of no cells where all of them are not enough.
pub(crate) struct Fullest<'a, 'm> {
    pub(crate) grid: &'a Grid,
    pub(crate) counts: &'a [u16],
    pub(crate) least: u16,
    pub(crate) sums: &'a mut Sums<'m>,
}

impl Kernel for Fullest<'_, '_> {
    type Output = Place;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> Place {
        let Self { grid, counts, least, sums } = self;
        let mut best = Place::default();
        let cells: u32 = counts.iter().map(|&count| u32::from(count >= least)).sum();
        if cells <= grid.enough {
            return best;
        }
        let kind = Reaches { counts, least, grid };
        let (field_across, field_down) = grid.field;
        let (across, down) = grid.places();
        let mut nearest = usize::MAX;
        sums.columns.fill(0);
        for y in 0..field_down - 1 {
            kind.add(y, sums.columns);
        }
        for y in 0..down {
            kind.add(y + field_down - 1, sums.columns);
            fill_prefix(sums);
            let (from, to) = windows(sums.prefix, field_across, across);
            let most = from.iter().zip(to).fold(0, |most, (from, to)| most.max(to - from));
            if most >= best.cells && most > 0 {
                for (x, (from, to)) in from.iter().zip(to).enumerate() {
                    let off = (2 * x + 1).abs_diff(across) + (2 * y + 1).abs_diff(down);
                    if to - from == most && (most > best.cells || off < nearest) {
                        best = Place { x, y, cells: most };
                        nearest = off;
                    }
                }
            }
            kind.take(y, sums.columns);
        }
        best
    }
}

/// Marks every cell that lies in some field with enough cells that wait as covered; says whether there is one.
pub(crate) struct Cover<'a, 'm> {
    pub(crate) grid: &'a Grid,
    pub(crate) ages: &'a [u8],
    pub(crate) fields: &'a mut Fields<'m>,
}

impl Kernel for Cover<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let Self { grid, ages, fields: Fields { sums, full, covered } } = self;
        let kind = Waits { ages, grid };
        let (field_across, field_down) = grid.field;
        let (across, down) = grid.places();
        let mut places = 0;
        sums.columns.fill(0);
        for y in 0..field_down - 1 {
            kind.add(y, sums.columns);
        }
        for (y, full) in grid.rows_mut(full).enumerate().take(down) {
            kind.add(y + field_down - 1, sums.columns);
            fill_prefix(sums);
            let (from, to) = windows(sums.prefix, field_across, across);
            let mut row = 0;
            for (full, (from, to)) in full.iter_mut().zip(from.iter().zip(to)) {
                let enough = to - from > grid.enough;
                *full = u8::from(enough);
                row += u32::from(enough);
            }
            places += row as usize;
            kind.take(y, sums.columns);
        }
        if places == 0 {
            return false;
        }
        if places == across * down {
            covered.fill(1);
            return true;
        }
        // The other way round: a cell is covered where there is a full place among those above and to the
        // left of it that are not further than the field is wide and high.
        sums.columns.fill(0);
        for (y, covered) in grid.rows_mut(covered).enumerate() {
            if y < down {
                let places = grid.row(full, y).get(..across).unwrap_or(&[]);
                for (column, &full) in sums.columns.iter_mut().zip(places) {
                    *column += u32::from(full);
                }
            }
            if y >= field_down {
                let gone = grid.row(full, y - field_down).get(..across).unwrap_or(&[]);
                for (column, &full) in sums.columns.iter_mut().zip(gone) {
                    *column -= u32::from(full);
                }
            }
            fill_prefix(sums);
            // prefix[x + 1] - prefix[x + 1 - field_across], the latter 0 for the first columns.
            let (Some(to), Some(later), Some((first, rest))) = (
                sums.prefix.get(1..),
                sums.prefix.get(1 + field_across..),
                covered.split_at_mut_checked(field_across),
            ) else {
                return false;
            };
            for (covered, to) in first.iter_mut().zip(to) {
                *covered = u8::from(*to > 0);
            }
            for (covered, (from, to)) in rest.iter_mut().zip(to.iter().zip(later)) {
                *covered = u8::from(to > from);
            }
        }
        true
    }
}

/// Sums of columns from the left on.
#[inline(always)]
fn fill_prefix(sums: &mut Sums<'_>) {
    let mut sum = 0;
    let mut prefix = sums.prefix.iter_mut();
    if let Some(first) = prefix.next() {
        *first = 0;
    }
    for (prefix, &column) in prefix.zip(sums.columns.iter()) {
        sum += column;
        *prefix = sum;
    }
}

/// Prefix sums at the left and at the right end of windows of so many columns, at so many places.
#[inline(always)]
fn windows(prefix: &[u32], wide: usize, places: usize) -> (&[u32], &[u32]) {
    let from = prefix.get(..places).unwrap_or(&[]);
    let to = prefix.get(wide..).and_then(|rest| rest.get(..places)).unwrap_or(&[]);
    (from, to)
}
