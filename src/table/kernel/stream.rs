//! Frames of a stream, whose codes are kept.

use core::{ptr, slice};

use super::before::Plane;
use super::dispatch::{plane_bytes, readable, run};
use super::pixels::BLOCK;
use super::reading::{at, pixels_of};
use super::room::Room;
use super::work::{Method, Work};
use crate::frame::region::Run;
use crate::table::places::Places;
use crate::table::thresholds::Thresholds;

/// Compares pixels with the codes of the frame before, which they replace.
pub(crate) type Stream<'a> = Work<'a, Plane>;

impl<'a> Stream<'a> {
    pub(crate) fn new(
        method: &'a Method<'a>,
        room: &'a mut Room,
        extremes: &'a mut Thresholds,
        places: &'a mut Places,
    ) -> Self {
        let before = Plane { codes: ptr::null_mut(), places, first: 0, room: room.at() };
        Self { method, pixels: at(&[&[]; 3]), before, next: 0, end: 0, extremes }
    }

    /// Makes whole blocks that lie in one piece those that are taken next, as many as there are in `pixels` with the
    /// bytes that are overread behind them.
    pub(crate) fn point(&mut self, pixels: &Run<'a>) {
        let reading = &self.method.reading;
        let pieces = readable(reading, pixels_of(reading, pixels));
        self.pixels = at(pixels);
        (self.next, self.end) = (0, pieces / BLOCK * BLOCK);
    }

    /// Pixels of a register, which is what is staged.
    pub(crate) fn lanes(&self) -> usize {
        self.method.backend.lanes()
    }

    /// Makes one register of a block, whose first pixel is the block's pixel `from`, what is taken next. Its pixels,
    /// and the bytes that are overread, are to be written to the bytes given: those of a plane behind those of the one
    /// before.
    pub(crate) fn stage(&mut self, from: usize) -> &mut [u8] {
        let (lanes, bytes) = (self.lanes(), self.method.reading.samples.bytes());
        let stage = self.before.room;
        for (plane, at) in self.pixels.iter_mut().enumerate() {
            // As if the whole block were there.
            *at = stage.wrapping_add(plane * lanes * bytes).wrapping_sub(from * bytes).cast_const();
        }
        (self.next, self.end) = (from, (from + lanes).min(BLOCK));
        // SAFETY: the room has so many bytes, and is borrowed for as long as this is.
        unsafe { slice::from_raw_parts_mut(stage, Room::STAGE) }
    }

    /// Takes what was pointed at or staged, as far as there are codes of it: `codes` are those of blocks from `block`
    /// on. Gives the number of blocks whose last pixel is taken.
    pub(crate) fn take(&mut self, block: usize, codes: &mut [u8]) -> usize {
        let blocks = codes.len() / plane_bytes(&self.method.reading);
        self.end = self.end.min(blocks * BLOCK);
        self.before.codes = codes.as_mut_ptr();
        self.before.first = block as u32;
        // SAFETY: both hold the blocks that end with `end`, and the pixels the bytes that are overread; or the room has
        // a register's pixels in each plane.
        unsafe { run(self.method.backend, self) };
        self.end / BLOCK
    }
}
