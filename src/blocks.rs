//! Frames as a sequence of blocks: what the kernel is given, and in which order.
//!
//! The pixels of a frame are numbered along its rows, and every 128 of them are a block, whatever
//! the width. Blocks that lie in one piece go to the kernel where they are; those that reach over the
//! end of a row with padding behind it, and the last ones of a frame, are copied together first, filled
//! up with zeros. So codes depend on the picture only, not on how it lies in memory, and the kernel
//! reads nothing but pixels.

use core::ops::Range;

use crate::extremes::{Extremes, Places};
use crate::frame::{Frame, Shape};
use crate::gray::Gray;
use crate::look::Look;
use crate::region::{Numbered, Run};
use crate::simd::{self, BLOCK, Codes, Earlier, Old, Reading};

/// Blocks of a frame.
pub(crate) fn count(look: &Look<'_, '_>) -> usize {
    look.region.pixels().div_ceil(BLOCK)
}

/// Bytes of the plane of codes of frames of which all is looked at: other settings need no more.
pub(crate) fn plane_bytes(shape: Shape) -> usize {
    let reading = Reading::of(shape.format(), Gray::Mean);
    shape.pixels().div_ceil(BLOCK) * simd::plane_bytes(&reading)
}

/// The longest block: of four bytes a pixel, or in a small build of three and two that are read behind it.
const STAGED: usize = if cfg!(feature = "formats") { BLOCK * 4 } else { BLOCK * 3 + 2 };

/// The longest block of the plane of codes.
const STAGED_PLANE: usize = 2 * BLOCK;

/// Compares the blocks of a part of a frame with the plane of codes, which then holds the frame's.
pub(crate) fn stream(
    look: &Look<'_, '_>,
    frame: &Frame<'_>,
    plane: &mut [u8],
    blocks: Range<usize>,
    extremes: &mut Extremes,
) {
    let size = simd::plane_bytes(&look.reading);
    let mut pixels = Numbered::new(frame, &look.region);
    let Some(mut plane) = plane.get_mut(blocks.start * size..) else { return };
    let mut block = blocks.start;
    while block < blocks.end {
        let run = pixels.run(block * BLOCK);
        let whole = whole_blocks(look, run).min(blocks.end - block);
        let Some((codes, rest)) = plane.split_at_mut_checked(whole.max(1) * size) else { return };
        if whole > 0 {
            extremes.first_block = block as u32;
            scan(look, run, Codes(codes), extremes);
        } else {
            one(look, &mut pixels, block, codes, extremes);
        }
        plane = rest;
        block += whole.max(1);
    }
}

/// Begins a frame with the blocks where the one before changed most, so that the thresholds are high from then
/// on. When it is the turn of these blocks the plane of codes has them already, and they differ by nothing.
pub(crate) fn foremost(
    look: &Look<'_, '_>,
    frame: &Frame<'_>,
    plane: &mut [u8],
    extremes: &mut Extremes,
) {
    let size = simd::plane_bytes(&look.reading);
    let mut pixels = Numbered::new(frame, &look.region);
    // Others will be remembered meanwhile. One that is there twice differs by nothing the second time.
    for place in extremes.places {
        let place = place as usize;
        if let Some(codes) = plane.get_mut(place * size..).and_then(|codes| codes.get_mut(..size)) {
            one(look, &mut pixels, place, codes, extremes);
        }
    }
}

/// Compares two frames of one shape.
pub(crate) fn pair(look: &Look<'_, '_>, old: &Frame<'_>, new: &Frame<'_>) -> Extremes {
    let mut old = Numbered::new(old, &look.region);
    let mut new = Numbered::new(new, &look.region);
    // Nothing is known of these frames, so the first look is at many places.
    let mut extremes = Extremes::new(look.curve);
    for place in spread(count(look), PREVIEWED) {
        some_of_pair(look, &mut old, &mut new, place, 1, &mut extremes);
    }
    extremes.after_preview(look.curve);
    let mut block = 0;
    while block < count(look) {
        block += some_of_pair(look, &mut old, &mut new, block, usize::MAX, &mut extremes);
    }
    extremes
}

/// Blocks of a pair of frames that are looked at first: 8192 pixels, of which the fifth largest change is a
/// good beginning.
const PREVIEWED: usize = 64;

/// Compares up to `most` blocks from `block` on that lie in one piece; gives their number, at least 1.
fn some_of_pair(
    look: &Look<'_, '_>,
    old: &mut Numbered<'_>,
    new: &mut Numbered<'_>,
    block: usize,
    most: usize,
    extremes: &mut Extremes,
) -> usize {
    let (mut new_run, old_run) = (new.run(block * BLOCK), old.run(block * BLOCK));
    let whole = whole_blocks(look, new_run).min(whole_blocks(look, old_run)).min(most);
    if whole == 0 {
        let mut codes = [0; STAGED_PLANE];
        one(look, old, block, &mut codes, &mut Extremes::none());
        one(look, new, block, &mut codes, extremes);
        return 1;
    }
    extremes.first_block = block as u32;
    let bytes = whole * block_bytes(look) + simd::overread(&look.reading);
    for plane in &mut new_run {
        *plane = plane.get(..bytes).unwrap_or(&[]);
    }
    scan(look, new_run, Earlier(old_run), extremes);
    whole
}

/// Places to begin with, when nothing is known: all over the picture.
pub(crate) fn scattered(look: &Look<'_, '_>) -> Places {
    let mut places = Places::default();
    let spread = spread(count(look), places.len());
    for (place, block) in places.iter_mut().zip(spread) {
        *place = block as u32;
    }
    places
}

/// Some of the blocks at equal distances; all of them where there are fewer. None is given twice: a pixel
/// seen twice would count as two.
fn spread(blocks: usize, some: usize) -> impl Iterator<Item = usize> {
    // A frame has so few blocks that a hundred times their number is a `usize`.
    let some = blocks.min(some);
    (0..some).map(move |i| blocks * (2 * i + 1) / (2 * some).max(1))
}

/// Compares one block, copied together where it has to be.
fn one(
    look: &Look<'_, '_>,
    pixels: &mut Numbered<'_>,
    block: usize,
    codes: &mut [u8],
    extremes: &mut Extremes,
) {
    extremes.first_block = block as u32;
    let mut staged = [0; STAGED];
    let bytes = block_bytes(look);
    if look.reading.samples.planes() == 1 {
        let to = staged.get_mut(..bytes).unwrap_or_default();
        pixels.gather(block * BLOCK, [to, &mut [], &mut []]);
        let read = bytes + simd::overread(&look.reading);
        let staged = staged.get(..read).unwrap_or_default();
        scan(look, [staged, &[], &[]], Codes(codes), extremes);
    } else {
        let (first, rest) = staged.split_at_mut(BLOCK);
        let (second, rest) = rest.split_at_mut(BLOCK);
        let third = &mut rest[..BLOCK];
        pixels.gather(block * BLOCK, [first, second, third]);
        scan(look, [first, second, third], Codes(codes), extremes);
    }
}

fn scan(look: &Look<'_, '_>, pixels: Run<'_>, old: impl Old, extremes: &mut Extremes) {
    simd::scan(look.backend, &look.reading, pixels, old, look.curve, extremes);
}

/// Bytes of a block in each plane.
fn block_bytes(look: &Look<'_, '_>) -> usize {
    BLOCK * look.reading.samples.bytes()
}

/// Blocks at the beginning of a run that the kernel can read in place. All planes have as many.
fn whole_blocks(look: &Look<'_, '_>, run: Run<'_>) -> usize {
    run[0].len().saturating_sub(simd::overread(&look.reading)) / block_bytes(look)
}
