//! How long cells have been in a pattern, and how the pattern moves.
//!
//! The age of an event is the number of frames since then; it stops at the highest number.

use super::runs::{IN_COLUMN, IN_ROW, PairPlanes};
use super::{PatternArrays, UNIT, Windows, alike};
use crate::flash::geometry::Grid;
use crate::flash::memory::Cut;
use crate::frame::div_ceil;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// A shift of more than this part of a pair is a change: three eighths.
const REVERSED: (i32, i32) = (3, 8);

/// A step is a movement by a quarter of a pair, and by at least one and a half cells.
const STEP_PART: i32 = 4;
const SHORTEST_STEP: i32 = 3 * UNIT as i32 / 2;

/// Where cells have been in a pattern.
pub(super) struct PresenceArrays<'m> {
    /// How many frames ago the cell was last in the mask, and how many frames ago its pattern began.
    last: &'m mut [u16],
    began: &'m mut [u16],
    /// Whether, when the cell was last in the mask, the pattern had been there for half a second.
    stayed: &'m mut [u8],
    /// What the cell counts as in the last frame: [`STILL`], [`DRIFT`], [`CHANGING`], or 0 for nothing.
    counts_as: &'m mut [u8],
}

impl<'m> PresenceArrays<'m> {
    pub(super) fn cut(cells: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self {
            last: from.cut(cells)?,
            began: from.cut(cells)?,
            stayed: from.cut(cells)?,
            counts_as: from.cut(cells)?,
        })
    }

    pub(super) fn reset(&mut self) {
        self.last.fill(u16::MAX);
        self.began.fill(u16::MAX);
        self.stayed.fill(0);
        self.counts_as.fill(0);
    }

    /// Whether a cell counts for the area: it does not drift.
    pub(super) fn counts(&self, cell: usize) -> bool {
        self.counts_as.get(cell).is_some_and(|&as_what| counts(as_what))
    }
}

/// What a cell in a pattern counts as.
const STILL: u8 = 1;
const DRIFT: u8 = 2;
const CHANGING: u8 = 3;

fn counts(as_what: u8) -> bool {
    as_what == STILL || as_what == CHANGING
}

/// How patterns move along rows and along columns. The first one of every 2 x 2 cells is followed.
pub(super) struct MotionArrays<'m> {
    samples: &'m mut [[Sample; 2]],
}

/// A cell that is followed along a line.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
struct Sample {
    /// The pair that was last there, and its age.
    width: u16,
    phase: u16,
    last: u16,
    /// Ages of the last step and of the last change.
    step: u16,
    change: u16,
    /// The movement since the last step, and the direction of that step: 1, -1, or 0 if there was none.
    way: i16,
    direction: i16,
}

impl Sample {
    const NONE: Self = Self {
        width: 0,
        phase: 0,
        last: u16::MAX,
        step: u16::MAX,
        change: u16::MAX,
        way: 0,
        direction: 0,
    };

    /// Whether it has followed nothing for a second.
    fn is_idle(&self) -> bool {
        self.last == u16::MAX
    }

    /// Takes the pair that is at the cell in this frame, if any. Gives [`DRIFT`], [`CHANGING`] or 0.
    fn follow(&mut self, windows: &Windows, pair: Option<(u16, u16)>) -> u8 {
        for age in [&mut self.last, &mut self.step, &mut self.change] {
            *age = age.saturating_add(1);
        }
        // A pattern that was away for a second is forgotten: nothing that comes later can belong to it.
        if self.last >= windows.second {
            *self = Self::NONE;
        }
        let mut way = 0;
        if let Some((width, phase)) = pair {
            if self.is_idle() {
                // It is new.
            } else if self.last >= windows.gap {
                // It was away for a frame or more: a flash.
                self.change = 0;
            } else if alike(width, self.width) {
                way = self.shift(i32::from(width & !1), i32::from(phase));
            }
            (self.width, self.phase, self.last) = (width, phase, 0);
        }
        self.way = way;
        let is_there = self.last < windows.quarter;
        match () {
            () if is_there && self.change < windows.second => CHANGING,
            () if is_there && self.step < windows.half => DRIFT,
            () => 0,
        }
    }

    /// Follows a shift of the pattern; gives the movement since the last step.
    fn shift(&mut self, width: i32, phase: i32) -> i16 {
        let mut shift = i32::from(self.phase) - phase;
        // The shorter of the two ways that the pattern may have moved.
        if 2 * shift > width {
            shift -= width;
        } else if 2 * shift < -width {
            shift += width;
        }
        if REVERSED.1 * shift.abs() > REVERSED.0 * width {
            self.change = 0;
            return 0;
        }
        let way = i32::from(self.way) + shift;
        if way.abs() < (width / STEP_PART).max(SHORTEST_STEP) {
            return way as i16;
        }
        let direction = way.signum() as i16;
        if self.direction == -direction {
            self.change = 0;
        }
        (self.direction, self.step) = (direction, 0);
        0
    }
}

impl<'m> MotionArrays<'m> {
    pub(super) fn cut(grid: &Grid, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self { samples: from.cut(div_ceil(grid.columns, 2) * div_ceil(grid.rows, 2))? })
    }

    pub(super) fn reset(&mut self) {
        self.samples.fill([Sample::NONE; 2]);
    }
}

/// Takes the pattern of a frame. Gives the number of cells that are still, that drift and that change; and, around the
/// cells that count for the area, the first column and row and those after the last.
#[inline(never)] // Its variables are not on the stack while other steps run.
pub(super) fn follow(
    backend: Backend,
    grid: &Grid,
    windows: &Windows,
    arrays: &mut PatternArrays<'_>,
) -> Option<([u32; 3], [u32; 4])> {
    let PatternArrays { mask, rows, columns, presence, motion, .. } = arrays;
    let PresenceArrays { last, began, stayed, counts_as } = presence;
    dispatch(backend, Stay { windows, mask, last, began, stayed, present: counts_as });
    let pair_at = |PairPlanes { width, phase, .. }: &PairPlanes<'_>, cell: usize| {
        Some((*width.get(cell)?, *phase.get(cell)?))
    };
    let across = div_ceil(grid.columns, 2);
    let (mut cells, mut bounds) = ([0; 3], [u32::MAX, u32::MAX, 0, 0]);
    let sample_rows = motion.samples.chunks_exact_mut(across.max(1));
    for (y, samples) in (0..grid.rows).step_by(2).zip(sample_rows) {
        let below = (y + 2).min(grid.rows);
        let two_rows = counts_as.get_mut(y * grid.columns..below * grid.columns)?;
        let is_any_present = two_rows.iter().fold(0, |any, present| any | present) != 0;
        let grown = grid.row(rows.grown, y).iter().step_by(2);
        for ((x, samples), &grown) in (0..).step_by(2).zip(samples).zip(grown) {
            let mut moves = [STILL; 2];
            // Most have nothing to follow.
            if grown != 0 || !samples.iter().all(Sample::is_idle) {
                let row_pair = if grown & IN_ROW != 0 {
                    Some(pair_at(&rows.pair, y * grid.columns + x)?)
                } else {
                    None
                };
                let column_pair = if grown & IN_COLUMN != 0 {
                    Some(pair_at(&columns.pair, x * grid.rows + y)?)
                } else {
                    None
                };
                let [along_row, along_column] = samples;
                moves = [
                    along_row.follow(windows, row_pair),
                    along_column.follow(windows, column_pair),
                ];
            }
            if !is_any_present {
                continue;
            }
            // Drift is tested first, because checks that drift along the rows look as if they reversed along the
            // columns.
            let as_what = if moves.contains(&DRIFT) {
                DRIFT
            } else if moves.contains(&CHANGING) {
                CHANGING
            } else {
                STILL
            };
            for (y, row) in (y..).zip(two_rows.chunks_exact_mut(grid.columns.max(1))) {
                for (x, cell) in (x..).zip(row.iter_mut().skip(x).take(2)) {
                    if *cell == 0 {
                        continue;
                    }
                    *cell = as_what;
                    *cells.get_mut(usize::from(as_what) - 1)? += 1;
                    if counts(as_what) {
                        let (x, y) = (x as u32, y as u32);
                        let [left, top, right, below] = bounds;
                        bounds = [left.min(x), top.min(y), right.max(x + 1), below.max(y + 1)];
                    }
                }
            }
        }
    }
    Some((cells, if bounds[2] == 0 { [0; 4] } else { bounds }))
}

/// Follows for how long each cell is in the mask; says which cells have been in a pattern for long enough.
struct Stay<'a> {
    windows: &'a Windows,
    mask: &'a [u8],
    last: &'a mut [u16],
    began: &'a mut [u16],
    stayed: &'a mut [u8],
    present: &'a mut [u8],
}

impl Kernel for Stay<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self {
            windows: &Windows { quarter, less_than_half, .. },
            mask,
            last,
            began,
            stayed,
            present,
        } = self;
        // Three loops: with all arrays in one, the compiler does not see that they do not overlap.
        for ((last, began), &is_in) in last.iter_mut().zip(&mut *began).zip(mask) {
            let age = last.saturating_add(1);
            let begins = (is_in != 0) & (age >= quarter);
            *began = if begins { 0 } else { began.saturating_add(1) };
            *last = if is_in != 0 { 0 } else { age };
        }
        for ((stayed, &began), &is_in) in stayed.iter_mut().zip(&*began).zip(mask) {
            *stayed = if is_in != 0 { u8::from(began >= less_than_half) } else { *stayed };
        }
        for ((present, &stayed), &last) in present.iter_mut().zip(&*stayed).zip(&*last) {
            *present = stayed & u8::from(last < quarter);
        }
    }
}
