//! Two frames compared, row by row, with nothing kept.

use core::ops::Range;

use crate::extremes::Extremes;
use crate::frame::Frame;
use crate::look::Look;
use crate::region::Run;
use crate::simd::{Compare, PairRoom, Which};

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
        let frame = self.get(which as usize).filter(|frame| frame.is_packed(plane + 1))?;
        Some(frame.rows_from(plane, 0))
    }
}

/// Finds the largest changes from one frame to another of the same shape.
#[inline(always)]
pub(crate) fn compare<'a>(
    look: &'a Look<'_, 'a>,
    frames: &'a impl Frames,
    extremes: &'a mut Extremes,
) {
    let mut room = PairRoom::new();
    extremes.restart(look.method.curve);
    let mut work = Compare::new(&look.method, &mut room, extremes);
    // Nothing is known of these frames, so the first look is at many places.
    preview(look, frames, &mut work);
    work.seen_a_part();
    whole(look, frames, &mut work);
}

/// Places that are looked at first: 8192 pixels, of which the fifth largest change is a good beginning.
const PREVIEWED: usize = 64;

/// Pixels of each of them.
const PLACE: usize = 128;

/// Looks at some places all over the picture. No pixel is looked at twice, because it would count as two: places begin
/// two of their lengths apart, each less than one of them to the left.
fn preview<'a>(look: &Look<'_, '_>, frames: &'a impl Frames, work: &mut Compare<'a>) {
    let width = look.shape.width() as usize;
    let pixels = look.shape.pixels();
    let places = PREVIEWED.min(pixels / (2 * PLACE));
    let apart = pixels / places.max(1);
    for place in 0..places {
        let at = place * apart + apart / 2;
        let (y, x) = (at / width.max(1), at % width.max(1));
        let from = x.min(width.saturating_sub(PLACE));
        let span = look.region.span(y as u32, from as u32);
        let end = (span.to as usize).min(from + PLACE);
        point(look, frames, work, Some(y), span.from as usize..end);
        work.run();
    }
}

/// Looks at all pixels that are not ignored.
fn whole<'a>(look: &Look<'_, '_>, frames: &'a impl Frames, work: &mut Compare<'a>) {
    let Look { shape, region, .. } = look;
    if region.ignored().is_empty() && point(look, frames, work, None, 0..shape.pixels()) {
        return work.run();
    }
    for y in 0..shape.height() {
        let mut span = region.span(y, 0);
        while span.from < shape.width() {
            let columns = span.from as usize..span.to as usize;
            point(look, frames, work, Some(y as usize), columns);
            work.run();
            span = region.span(y, span.to);
        }
    }
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
