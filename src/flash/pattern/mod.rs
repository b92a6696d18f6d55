//! Regular patterns: more than five pairs of light and dark stripes on too much of the picture.
//!
//! ITU-R BT.1702-3, Annex 1, guideline 2, and Ofcom's guidance note on regular patterns: a pattern of more than five
//! light-dark pairs of stripes in any orientation is harmful if it takes more than 40 % of the picture, or more than
//! 25 % if it changes direction, oscillates, flashes or reverses. One that flows smoothly in one direction is harmless.
//!
//! The steps, from a picture's luminance to the verdict. A line is a row of cells or a column; a bar is the part of a
//! line between two edges; a pair is a light bar and a dark one.
//!
//! * [`edges`]: the edges between light and dark along a line;
//! * [`runs`]: successive bars of equal width along a line, and what they tell about each cell;
//! * [`mask`]: the cells that lie in a pattern, from the runs along rows and along columns;
//! * [`motion`]: how long a cell has been in a pattern, and how the pattern moves.

mod edges;
mod mask;
mod motion;
mod runs;

use bytemuck::{Pod, Zeroable};

use crate::flash::geometry::Grid;
use crate::flash::light::SCALE;
use crate::flash::memory::{Arena, Cut};
use crate::flash::report::{Motion, Pattern, Verdict};
use crate::flash::time::{SECOND, Timestamp};
use crate::flash::verdict::History;
use crate::frame::Rectangle;
use crate::simd::{Backend, Kernel, Simd, Vector};

use edges::{Edge, Lines, MOST_EDGES_WITHOUT_RUN, transpose};
use motion::{MotionArrays, PresenceArrays};
use runs::{RunPlanes, Runs};

/// Widths and positions are whole numbers of 64ths of a cell, and numbers of pairs of 64ths of a pair. The lowest bit
/// of the width of a cell's pair tells whether the cell lies in the light bar.
const UNIT: u32 = 64;

/// The fewest pairs that are more than five, 5.25: five pairs are measured as up to 5.2, six as 5.3 or more.
const MORE_THAN_FIVE: u32 = 21 * UNIT / 4;

/// In cd/m² (BT.1702-3, guideline 2, which refers to the limits of flashes): the smallest step of luminance between
/// light and dark, and the mean that the light bars must exceed. If the darker one is not below 160, the step must be a
/// Michelson contrast of 1/17 or more, which is an eighth of the darker one: 20 of 160.
const MIN_STEP: f32 = 20.0;
const LIGHTEST: f32 = 50.0;

/// In cd/m²: white in standard dynamic range (BT.1702-3), and the highest luminance of a curve of high dynamic range.
const WHITE: f32 = 200.0;
const PEAK: f32 = 10_000.0;

/// The factor from light, which is 1 for white or in cd/m², to luminance of 16 bits in parts of [`SCALE`].
pub(crate) fn luminance_scale(is_absolute: bool) -> f32 {
    if is_absolute { SCALE / PEAK } else { SCALE }
}

/// `MIN_STEP` and `LIGHTEST` in the unit of the luminance of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
struct Steps {
    min: u16,
    lightest: u16,
}

impl Steps {
    /// The smallest step that is clearly discernible, given the darker of two luminances.
    #[inline(always)]
    fn discernible(self, darker: u16) -> u16 {
        self.min.max(darker >> 3)
    }
}

/// Follows the regular patterns of a light.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct PatternDetector {
    /// The number of the light that it follows.
    pub(crate) light: usize,
    /// Where its arrays begin among those of all pattern detectors, in bytes.
    pub(crate) start: usize,
    steps: Steps,
    /// The most pairs in the picture, in parts of [`UNIT`]; 0 if no cell is in a pattern.
    pairs: u32,
    /// The number of cells in a pattern in the last frame, by motion: still, drifting, changing.
    cells: [u32; 3],
    /// Frames since any cell was in a pattern; after a second there is nothing to follow.
    quiet: u32,
    /// Around the cells that count for the area: the first column and row, and those after the last.
    bounds: [u32; 4],
}

/// The arrays of a pattern detector.
pub(crate) struct PatternArrays<'m> {
    /// The luminance of all cells, column by column.
    transposed: &'m mut [u16],
    rows: RunPlanes<'m>,
    columns: RunPlanes<'m>,
    /// 1 for each cell that lies in a pattern of the last picture.
    mask: &'m mut [u8],
    presence: PresenceArrays<'m>,
    motion: MotionArrays<'m>,
    line: LineScratch<'m>,
}

/// Memory for a line of cells.
struct LineScratch<'m> {
    /// A number for each cell of a line, or for each line.
    numbers: [&'m mut [u16]; 3],
    edges: &'m mut [Edge],
}

/// How many of the last frames, including the newest, lie within a time.
struct Windows {
    quarter: u16,
    half: u16,
    second: u16,
    /// Within less than half a second.
    less_than_half: u16,
    /// Within one and a half times the last frame interval.
    gap: u16,
}

impl Windows {
    fn new(history: &History<'_>, now: Timestamp) -> Self {
        let within = |span: i64| {
            let frames = history.frames_while(|earlier| {
                now.nanoseconds().saturating_sub(earlier) <= span.saturating_add(now.slack)
            });
            frames.min(usize::from(u16::MAX)) as u16
        };
        let less_than_half = history.frames_while(|earlier| !now.is_past(earlier, SECOND / 2));
        Self {
            quarter: within(SECOND / 4),
            half: within(SECOND / 2),
            second: within(SECOND),
            less_than_half: less_than_half.min(usize::from(u16::MAX)) as u16,
            gap: within(history.last_shown() * 3 / 2),
        }
    }
}

impl PatternDetector {
    pub(crate) fn new(light: usize, start: usize, is_absolute: bool) -> Self {
        let unit = if is_absolute { SCALE / PEAK } else { SCALE / WHITE };
        let steps = Steps { min: (MIN_STEP * unit) as u16, lightest: (LIGHTEST * unit) as u16 };
        Self { light, start, steps, ..Self::zeroed() }
    }

    pub(crate) fn arrays<'m>(grid: &Grid, from: &mut impl Cut<'m>) -> Option<PatternArrays<'m>> {
        let cells = grid.cells();
        let longest = grid.columns.max(grid.rows);
        Some(PatternArrays {
            transposed: from.cut(cells)?,
            rows: RunPlanes::cut((grid.rows, grid.columns), from)?,
            columns: RunPlanes::cut((grid.columns, grid.rows), from)?,
            mask: from.cut(cells)?,
            presence: PresenceArrays::cut(cells, from)?,
            motion: MotionArrays::cut(grid, from)?,
            line: LineScratch {
                numbers: [from.cut(longest)?, from.cut(longest)?, from.cut(longest)?],
                edges: from.cut(longest)?,
            },
        })
    }

    /// Its arrays among those of all pattern detectors.
    pub(crate) fn arrays_in<'m>(
        &self,
        grid: &Grid,
        patterns: &'m mut Arena<'_>,
    ) -> Option<PatternArrays<'m>> {
        Self::arrays(grid, &mut patterns.from(self.start)?)
    }

    /// Forgets all frames.
    pub(crate) fn reset(&mut self, arrays: &mut PatternArrays<'_>) {
        *self = Self { pairs: 0, cells: [0; 3], quiet: u32::MAX, bounds: [0; 4], ..*self };
        arrays.mask.fill(0);
        arrays.forget();
    }

    /// Takes the luminance of a frame, and whether it differs from that of the frame before.
    pub(crate) fn frame(
        &mut self,
        backend: Backend,
        grid: &Grid,
        (luminance, differs): (&[u16], bool),
        ignored: &[Rectangle],
        (history, now): (&History<'_>, Timestamp),
        arrays: &mut PatternArrays<'_>,
    ) -> Option<()> {
        if differs {
            self.pairs = self.find(backend, grid, luminance, ignored, arrays)?;
            if self.pairs == 0 {
                arrays.clear_mask();
            }
        }
        let windows = Windows::new(history, now);
        let was_quiet = self.quiet >= u32::from(windows.second);
        self.quiet = if self.pairs > 0 { 0 } else { self.quiet.saturating_add(1) };
        if self.quiet >= u32::from(windows.second) {
            if !was_quiet {
                arrays.forget();
            }
            (self.cells, self.bounds) = ([0; 3], [0; 4]);
            return Some(());
        }
        (self.cells, self.bounds) = motion::follow(backend, grid, &windows, arrays)?;
        Some(())
    }

    /// Finds the cells that are in a pattern. Gives the most pairs, or 0 if there is no pattern; then the mask has no
    /// meaning.
    fn find(
        &self,
        backend: Backend,
        grid: &Grid,
        luminance: &[u16],
        ignored: &[Rectangle],
        arrays: &mut PatternArrays<'_>,
    ) -> Option<u32> {
        let PatternArrays { transposed, rows, columns, mask, line: scratch, .. } = arrays;
        transpose(backend, grid, luminance, transposed);
        let of_rows =
            Lines { along: luminance, abreast: transposed, count: grid.rows, length: grid.columns };
        let of_columns =
            Lines { along: transposed, abreast: luminance, count: grid.columns, length: grid.rows };
        let steps = self.steps;
        let mut along_rows = Runs { backend, steps, lines: of_rows, planes: rows };
        let mut along_columns = Runs { backend, steps, lines: of_columns, planes: columns };
        let edges = [along_rows.notice_edges(scratch)?, along_columns.notice_edges(scratch)?];
        // With the bars at both ends of a line there can be half a pair more than half the edges.
        let pairs = edges
            .map(|edges| if edges > MOST_EDGES_WITHOUT_RUN { (edges + 1) * UNIT / 2 } else { 0 });
        if pairs[0] + pairs[1] < MORE_THAN_FIVE {
            return Some(0);
        }
        let most = [along_rows.fill(scratch)?, along_columns.fill(scratch)?];
        // There are no more pairs across slanting stripes than along the row and the column together.
        if most[0] + most[1] < MORE_THAN_FIVE {
            return Some(0);
        }
        // The transposed luminance has served, and its memory takes the offsets.
        let is_aslant = most.into_iter().all(|most| most > 0) && {
            let offsets = [&*rows.pair.offset, &*columns.pair.offset];
            mask::is_aslant(backend, grid, offsets, transposed)?
        };
        if most[0].max(most[1]) < MORE_THAN_FIVE && !is_aslant {
            return Some(0);
        }
        let pairs = mask::find_seeds(grid, (most, is_aslant), (rows, columns))?;
        if pairs < MORE_THAN_FIVE {
            return Some(0);
        }
        let is_any = mask::find(backend, grid, ignored, (rows, columns), mask, scratch)?;
        Some(if is_any { pairs } else { 0 })
    }

    /// The report on the last frame.
    pub(crate) fn report(&self, grid: &Grid) -> Pattern {
        let all = grid.cells().max(1) as f64;
        let [still, drifting, changing] = self.cells.map(|cells| f64::from(cells) / all);
        let most = still.max(drifting).max(changing);
        let motion = if most == 0.0 {
            Motion::None
        } else if still == most {
            Motion::Still
        } else if drifting == most {
            Motion::Drift
        } else {
            Motion::Changing
        };
        let area = still + changing;
        let fails = changing > Pattern::MAX_CHANGING || area > Pattern::MAX_AREA;
        let [left, top, right, below] = self.bounds;
        Pattern {
            area,
            changing,
            pairs: f64::from(self.pairs) / f64::from(UNIT),
            motion,
            verdict: if fails { Verdict::Fail } else { Verdict::Pass },
            bounds: grid.pixels(left, top, right - left, below - top),
        }
    }

    /// Whether the pixel at (x, y) lies in a cell that counts for the area.
    pub(crate) fn counts(grid: &Grid, arrays: &PatternArrays<'_>, x: usize, y: usize) -> bool {
        let cell = y / grid.cell_height() * grid.columns + x / grid.cell_width();
        arrays.presence.counts(cell)
    }
}

impl PatternArrays<'_> {
    fn clear_mask(&mut self) {
        self.mask.fill(0);
        self.rows.grown.fill(0);
        self.columns.grown.fill(0);
    }

    /// Forgets where patterns were.
    fn forget(&mut self) {
        self.presence.reset();
        self.motion.reset();
    }
}

/// Whether the widths of two pairs differ by at most a cell and an eighth of the narrower one. Their lowest bits may
/// have another meaning.
#[inline(always)]
fn alike(a: u16, b: u16) -> bool {
    a.abs_diff(b) <= UNIT as u16 + (a.min(b) >> 3)
}

/// Keeps the luminance of a row of cells for [`PatternDetector::frame`]; gives whether it differs from the last frame's.
pub(crate) struct Keep<'a> {
    pub(crate) kept: &'a mut [u16],
    pub(crate) row: &'a [u16],
}

impl Kernel for Keep<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let mut differences = 0;
        for (kept, &row) in self.kept.iter_mut().zip(self.row) {
            differences |= *kept ^ row;
            *kept = row;
        }
        differences != 0
    }
}
