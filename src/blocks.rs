//! Frames as a sequence of blocks: what the kernel is given, and in which order.
//!
//! The pixels of a frame are numbered along its rows, and every 128 of them are a block, whatever
//! the width. Blocks that lie in one piece go to the kernel where they are; those that reach over the
//! end of a row with padding behind it, and the last ones of a frame, are copied together first, filled
//! up with zeros. So codes depend on the picture only, not on how it lies in memory, and the kernel
//! reads nothing but pixels.

use crate::curve::Curve;
use crate::extremes::{Extremes, Places};
use crate::frame::{Format, Frame, Shape};
use crate::simd::{self, BLOCK, Backend, Old};

/// Blocks of a frame.
pub(crate) fn count(shape: Shape) -> usize {
    shape.pixels().div_ceil(BLOCK)
}

/// Bytes of the plane of codes.
pub(crate) fn plane_bytes(shape: Shape) -> usize {
    count(shape) * simd::plane_bytes(shape.format())
}

/// The longest block and what is read behind it.
const STAGED: usize = BLOCK * 3 + 2;

/// The longest block of the plane of codes.
const STAGED_PLANE: usize = BLOCK + BLOCK / 4;

/// Compares a whole frame with the plane of codes, which then holds the frame's.
pub(crate) fn stream(
    backend: Backend,
    frame: &Frame<'_>,
    plane: &mut [u8],
    extremes: &mut Extremes,
) {
    let format = frame.shape().format();
    let size = simd::plane_bytes(format);
    let mut plane = plane;
    let mut block = 0;
    while block < count(frame.shape()) {
        let run = frame.run(block * BLOCK);
        let whole = whole_blocks(format, run);
        let Some((codes, rest)) = plane.split_at_mut_checked(whole.max(1) * size) else { return };
        if whole > 0 {
            extremes.first_block = block as u32;
            simd::scan(backend, format, run, &mut Old::Plane(codes), extremes);
        } else {
            one(backend, frame, block, codes, extremes);
        }
        plane = rest;
        block += whole.max(1);
    }
}

/// What a frame differs by from the plane of codes, which stays as it is, at some places.
pub(crate) fn preview(
    backend: Backend,
    frame: &Frame<'_>,
    plane: &[u8],
    places: &Places,
) -> Extremes {
    let mut preview = Extremes::new(Curve::of(frame.shape().format()));
    preview.places = *places;
    for place in distinct(places) {
        let size = simd::plane_bytes(frame.shape().format());
        let mut codes = [0; STAGED_PLANE];
        if let (Some(kept), Some(codes)) =
            (plane.get(place as usize * size..).and_then(|p| p.get(..size)), codes.get_mut(..size))
        {
            codes.copy_from_slice(kept);
            one(backend, frame, place as usize, codes, &mut preview);
        }
    }
    preview
}

/// Compares two frames of one shape.
pub(crate) fn pair(backend: Backend, old: &Frame<'_>, new: &Frame<'_>) -> Extremes {
    let shape = new.shape();
    let curve = Curve::of(shape.format());
    // Nothing is known of these frames, so the first look is at many places.
    let mut preview = Extremes::new(curve);
    for place in spread(shape, PREVIEWED) {
        some_of_pair(backend, old, new, place, 1, &mut preview);
    }
    let mut extremes = Extremes::after(&preview, curve);
    let mut block = 0;
    while block < count(shape) {
        block += some_of_pair(backend, old, new, block, usize::MAX, &mut extremes);
    }
    extremes
}

/// Blocks of a pair of frames that are looked at first: 8192 pixels, of which the fifth largest change is a
/// good beginning.
const PREVIEWED: usize = 64;

/// Compares up to `most` blocks from `block` on that lie in one piece; gives their number, at least 1.
fn some_of_pair(
    backend: Backend,
    old: &Frame<'_>,
    new: &Frame<'_>,
    block: usize,
    most: usize,
    extremes: &mut Extremes,
) -> usize {
    let format = new.shape().format();
    let (new_run, old_run) = (new.run(block * BLOCK), old.run(block * BLOCK));
    let whole = whole_blocks(format, new_run).min(whole_blocks(format, old_run)).min(most);
    if whole == 0 {
        let mut codes = [0; STAGED_PLANE];
        one(backend, old, block, &mut codes, &mut Extremes::none());
        one(backend, new, block, &mut codes, extremes);
        return 1;
    }
    extremes.first_block = block as u32;
    let bytes = whole * block_bytes(format) + simd::overread(format);
    let new_run = new_run.get(..bytes).unwrap_or(&[]);
    simd::scan(backend, format, new_run, &mut Old::Frame(old_run), extremes);
    whole
}

/// Places to begin with, when nothing is known: all over the picture.
pub(crate) fn scattered(shape: Shape) -> Places {
    let mut places = Places::default();
    let spread = spread(shape, places.len());
    for (place, block) in places.iter_mut().zip(spread) {
        *place = block as u32;
    }
    places
}

/// Some blocks at equal distances over the picture; all of them where there are fewer. None is given twice: a
/// pixel seen twice would count as two.
fn spread(shape: Shape, some: usize) -> impl Iterator<Item = usize> {
    let blocks = count(shape) as u64;
    let some = blocks.min(some as u64);
    (0..some).map(move |i| (blocks * (2 * i + 1) / (2 * some)) as usize)
}

/// The places without repetitions: a pixel seen twice would count as two.
fn distinct(places: &Places) -> impl Iterator<Item = u32> {
    let first = |&(i, place): &(usize, &u32)| !places.iter().take(i).any(|p| p == place);
    places.iter().enumerate().filter(first).map(|(_, &place)| place)
}

/// Compares one block, copied together where it has to be.
fn one(
    backend: Backend,
    frame: &Frame<'_>,
    block: usize,
    codes: &mut [u8],
    extremes: &mut Extremes,
) {
    let format = frame.shape().format();
    extremes.first_block = block as u32;
    let mut staged = [0; STAGED];
    frame.gather(block * BLOCK, &mut staged[..block_bytes(format).min(STAGED)]);
    let staged = &staged[..(block_bytes(format) + simd::overread(format)).min(STAGED)];
    simd::scan(backend, format, staged, &mut Old::Plane(codes), extremes);
}

fn block_bytes(format: Format) -> usize {
    BLOCK * format.bytes_per_pixel()
}

/// Blocks at the beginning of a run that the kernel can read in place.
fn whole_blocks(format: Format, run: &[u8]) -> usize {
    run.len().saturating_sub(simd::overread(format)) / block_bytes(format)
}
