//! Two frames compared, row by row, with nothing kept.

use core::ops::Range;

use crate::frame::Frame;
use crate::frame::region::Run;
use crate::table::kernel::{Compare, Which};
use crate::table::settings::Look;
use crate::table::thresholds::Thresholds;

/// Two frames, whose rows are asked for one by one.
pub(crate) trait Frames {
    /// The bytes of a row of a plane, without padding.
    fn row(&self, which: Which, plane: usize, y: usize) -> &[u8];

    /// The bytes of all rows of a plane, where they follow each other from the top without padding.
    fn all(&self, which: Which, plane: usize) -> Option<&[u8]>;
}

impl Frames for [&Frame<'_>; 2] {
    fn row(&self, which: Which, plane: usize, y: usize) -> &[u8] {
        self.get(which as usize).map_or(&[], |frame| frame.row(plane, y))
    }

    fn all(&self, which: Which, plane: usize) -> Option<&[u8]> {
        let frame = self.get(which as usize).filter(|frame| frame.is_contiguous(plane + 1))?;
        Some(frame.rows_from(plane, 0))
    }
}

/// Finds the largest changes from one frame to another of the same shape.
#[inline(always)]
pub(crate) fn compare<'a>(
    look: &'a Look<'_, 'a>,
    frames: &'a impl Frames,
    extremes: &'a mut Thresholds,
) {
    extremes.restart(look.method.curve);
    let mut work = Compare::new(&look.method, extremes);
    let mut pieces = Pieces { place: 0, row: 0, column: 0 };
    while pieces.point_at_next(look, frames, &mut work) {
        work.run();
    }
}

/// What is looked at, piece by piece. Nothing is known of these frames, so the first look is at places all over the
/// picture; then at all pixels that are not ignored.
struct Pieces {
    place: usize,
    row: u32,
    column: u32,
}

/// Places that are looked at first: 8192 pixels, of which the fifth largest change is a good beginning.
const PREVIEWED: usize = 64;

/// Pixels of each of them.
const PLACE: usize = 128;

impl Pieces {
    /// Makes the next piece what is compared next; says whether there is one.
    #[inline(never)]
    fn point_at_next<'a>(
        &mut self,
        look: &Look<'_, '_>,
        frames: &'a impl Frames,
        work: &mut Compare<'a>,
    ) -> bool {
        let Look { shape, region, .. } = look;
        let places = PREVIEWED.min(shape.pixels() / (2 * PLACE));
        if self.place < places {
            let (y, columns) = place(look, self.place, shape.pixels() / places.max(1));
            self.place += 1;
            point(look, frames, work, Some(y), columns);
            return true;
        }
        if self.place == places {
            self.place += 1;
            work.seen_a_part();
            if region.ignored().is_empty() && point(look, frames, work, None, 0..shape.pixels()) {
                self.row = shape.height();
                return true;
            }
        }
        while self.row < shape.height() {
            let span = region.span(self.row, self.column);
            if span.from < shape.width() {
                self.column = span.to;
                let columns = span.from as usize..span.to as usize;
                point(look, frames, work, Some(self.row as usize), columns);
                return true;
            }
            (self.row, self.column) = (self.row + 1, 0);
        }
        false
    }
}

/// A row, and columns of it. No pixel is looked at twice, because it would count as two: places begin two of their
/// lengths apart, each less than one of them to the left.
fn place(look: &Look<'_, '_>, place: usize, apart: usize) -> (usize, Range<usize>) {
    let width = look.shape.width() as usize;
    let at = place * apart + apart / 2;
    let (y, x) = (at / width.max(1), at % width.max(1));
    let from = x.min(width.saturating_sub(PLACE));
    let span = look.region.span(y as u32, from as u32);
    (y, span.from as usize..(span.to as usize).min(from + PLACE))
}

/// Makes some pixels of a row, or of all rows, those that are looked at next; says whether they lie in one piece.
#[inline(never)]
fn point<'a>(
    look: &Look<'_, '_>,
    frames: &'a impl Frames,
    work: &mut Compare<'a>,
    row: Option<usize>,
    columns: Range<usize>,
) -> bool {
    let samples = look.method.reading.samples;
    let bytes = columns.start * samples.bytes()..columns.end * samples.bytes();
    for which in [Which::Old, Which::New] {
        let mut run: Run<'a> = [&[]; 3];
        for (plane, run) in run.iter_mut().enumerate().take(samples.planes()) {
            let rows = match row {
                Some(y) => Some(frames.row(which, plane, y)),
                None => frames.all(which, plane),
            };
            let Some(rows) = rows else { return false };
            *run = rows.get(bytes.clone()).unwrap_or(&[]);
        }
        work.point(which, &run);
    }
    true
}
