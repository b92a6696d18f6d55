//! Frames as a sequence of blocks: what the kernel is given, and in which order.
//!
//! The pixels of a frame are numbered along its rows, and every 128 of them are a block, whatever
//! the width. Blocks that lie in one piece go to the kernel where they are; those that reach over the
//! end of a row with padding behind it, and the last ones of a frame, are copied together first, a register at a
//! time, filled up with zeros. So codes depend on the picture only, not on how it lies in memory, and the kernel
//! reads nothing but pixels.

use core::ops::Range;

use crate::color::gray::Gray;
use crate::frame::region::Numbered;
use crate::frame::{Frame, Shape};
use crate::table::kernel::{self, BLOCK, Reading, Room, Stream};
use crate::table::places::Places;
use crate::table::settings::KeptLook;
use crate::table::thresholds::Thresholds;

/// Blocks of a frame.
pub(crate) fn count(look: &KeptLook<'_>) -> usize {
    look.pixels.div_ceil(BLOCK)
}

/// Bytes of the plane of codes of frames of which all is looked at: other settings need no more.
pub(crate) fn plane_bytes(shape: Shape) -> usize {
    let reading = Reading::of(shape.format(), Gray::Mean);
    shape.pixels().div_ceil(BLOCK) * kernel::plane_bytes(&reading)
}

/// Compares some blocks of a frame with the plane of codes, which then holds the frame's.
pub(crate) fn stream(
    look: &KeptLook<'_>,
    frame: &Frame<'_>,
    plane: &mut [u8],
    mut blocks: Range<usize>,
    room: &mut Room,
    extremes: &mut Thresholds,
    places: &mut Places,
) {
    let size = kernel::plane_bytes(&look.method.reading);
    let mut pixels = Numbered::new(frame, look.region());
    let mut stream = Stream::new(&look.method, room, extremes, places);
    while !blocks.is_empty() {
        let block = blocks.start;
        let codes = plane.get_mut(block * size..blocks.end * size).unwrap_or_default();
        point(&mut pixels, &mut stream, block);
        let mut taken = stream.take(block, codes);
        if taken == 0 {
            // It is copied together, register by register.
            let lanes = stream.lanes();
            for from in (0..BLOCK).step_by(lanes) {
                pixels.gather(block * BLOCK + from, lanes, stream.stage(from));
                taken = stream.take(block, codes);
            }
        }
        // A block of whose codes there is no room is left out, and not looked at for ever.
        blocks.start += taken.max(1);
    }
}

/// Points at a block and at those that lie in one piece with it: a function of its own, so that where they lie has no
/// place on the stack while they are looked at.
#[inline(never)]
fn point<'a>(pixels: &mut Numbered<'a>, stream: &mut Stream<'a>, block: usize) {
    stream.point(&pixels.run(block * BLOCK));
}
