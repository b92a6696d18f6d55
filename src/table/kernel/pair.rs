//! Two frames compared, row by row, with nothing kept.

use core::ops::Range;

use super::pixels::{Pixels, pointers, with_pixels};
use super::previous::{Pair, Previous};
use super::{KernelConfig, scan};
use crate::frame::Frame;
use crate::frame::format::SampleLayout;
use crate::frame::regions::{PlaneSlices, Region};
use crate::simd::{Backend, Baseline, Kernel, Simd, Vector, dispatch};
use crate::table::thresholds::Thresholds;

/// Finds the largest changes from one frame to another of the same shape.
pub(crate) fn compare(
    config: &KernelConfig<'_>,
    region: Region<'_>,
    old: &Frame<'_>,
    new: &Frame<'_>,
    thresholds: &mut Thresholds,
) {
    thresholds.restart(config.lut);
    let samples = config.layout.samples;
    // Nothing is known of these frames. So some spans all over the picture are compared first, and then all
    // pixels with thresholds that are high from the beginning.
    let shape = new.shape();
    let count = PREVIEWED.min(shape.pixels() / (2 * PREVIEW));
    for i in 0..count {
        let distance = shape.pixels() / count;
        let (row, columns) = preview(region, shape.width() as usize, distance * i + distance / 2);
        let spans = [old, new].map(|frame| span(frame, samples, row, columns.clone()));
        compare_span(config, spans, thresholds);
    }
    thresholds.after_preview(config.lut);
    let planes = samples.planes();
    if region.ignored().is_empty() && old.is_contiguous(planes) && new.is_contiguous(planes) {
        let whole = [old, new].map(|frame| {
            let mut whole: PlaneSlices<'_> = [&[]; 3];
            for (plane, whole) in whole.iter_mut().enumerate().take(planes) {
                *whole = frame.rows_from(plane, 0);
            }
            whole
        });
        return compare_span(config, whole, thresholds);
    }
    for row in 0..shape.height() {
        let mut columns = region.span(row, 0);
        while !columns.is_empty() {
            let bytes = columns.start as usize..columns.end as usize;
            let spans = [old, new].map(|frame| span(frame, samples, row as usize, bytes.clone()));
            compare_span(config, spans, thresholds);
            columns = region.span(row, columns.end);
        }
    }
}

/// Spans that are compared first: 8192 pixels, of which the fifth largest change is a good threshold to begin with.
const PREVIEWED: usize = 64;

/// Pixels of each of them.
const PREVIEW: usize = 128;

/// The row and the columns of the span at a pixel. No two spans overlap, or a pixel would count twice: they begin
/// two of their lengths apart, and each is moved to the left by less than one.
fn preview(region: Region<'_>, width: usize, pixel: usize) -> (usize, Range<usize>) {
    let (y, x) = (pixel / width.max(1), pixel % width.max(1));
    let start = x.min(width.saturating_sub(PREVIEW));
    let columns = region.span(y as u32, start as u32);
    let first = columns.start as usize;
    (y, first..(columns.end as usize).min(start + PREVIEW).max(first))
}

/// The bytes of some columns of a row.
fn span<'a>(
    frame: &Frame<'a>,
    samples: SampleLayout,
    row: usize,
    columns: Range<usize>,
) -> PlaneSlices<'a> {
    let bytes = columns.start * samples.bytes()..columns.end * samples.bytes();
    let mut span: PlaneSlices<'_> = [&[]; 3];
    for (plane, span) in span.iter_mut().enumerate().take(samples.planes()) {
        let row = frame.row(plane, row).get(bytes.clone());
        debug_assert!(row.is_some(), "the columns are the frame's");
        *span = row.unwrap_or(&[]);
    }
    span
}

/// Compares pixels that follow each other in memory: as many as the backend can read where they are, then as many
/// as the baseline's smaller registers can, and the last ones copied together.
fn compare_span(
    config: &KernelConfig<'_>,
    mut spans: [PlaneSlices<'_>; 2],
    thresholds: &mut Thresholds,
) {
    let samples = config.layout.samples;
    for backend in [config.backend, Backend::Portable] {
        let done = dispatch(backend, Scan { config, spans: &spans, thresholds });
        for plane in spans.iter_mut().flat_map(|span| span.iter_mut().take(samples.planes())) {
            let rest = plane.get(done * samples.bytes()..);
            debug_assert!(rest.is_some(), "no more pixels were compared than there are");
            *plane = rest.unwrap_or(&[]);
        }
    }
    if spans[0][0].is_empty() {
        return;
    }
    let mut stages = [[0; STAGE]; 2];
    let register = Baseline::LANES * samples.bytes();
    let overread = with_pixels!(&config.layout, P => P::OVERREAD);
    let mut staged: [PlaneSlices<'_>; 2] = [[&[]; 3]; 2];
    for ((stage, staged), span) in stages.iter_mut().zip(&mut staged).zip(&spans) {
        for (i, plane) in span.iter().enumerate().take(samples.planes()) {
            debug_assert!(plane.len() <= register, "what is left is no more than a register");
            // Not a copy of lengths that have to be equal, and so no way to panic.
            for (to, &byte) in stage.iter_mut().skip(i * register).zip(*plane) {
                *to = byte;
            }
        }
        for (i, staged) in staged.iter_mut().enumerate().take(samples.planes()) {
            let plane = stage.get(i * register..(i + 1) * register + overread);
            debug_assert!(plane.is_some(), "a stage holds a register of every plane");
            *staged = plane.unwrap_or(&[]);
        }
    }
    dispatch(Backend::Portable, Scan { config, spans: &staged, thresholds });
}

/// Bytes for a register of pixels of four bytes at most, or of three and those that are overread.
const STAGE: usize = 4 * Baseline::LANES;

/// Compares pixels of two spans, as many as can be read where they are; gives their number.
struct Scan<'a> {
    config: &'a KernelConfig<'a>,
    /// Of the old frame and of the new one.
    spans: &'a [PlaneSlices<'a>; 2],
    thresholds: &'a mut Thresholds,
}

impl Kernel for Scan<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<V: Vector>(self, simd: Simd<V>) -> usize {
        let Self { config, spans: [old, new], thresholds } = self;
        with_pixels!(&config.layout, P => {
            let group = Pair::group::<V>();
            let groups = P::readable(old).min(P::readable(new)) / group;
            let previous = &mut Pair(pointers(old));
            // SAFETY: both spans have that number of groups, and the bytes that are overread.
            unsafe { scan::<P, _, V>(simd, config, pointers(new), previous, groups, thresholds) };
            groups * group
        })
    }
}
