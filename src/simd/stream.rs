//! Frames of a stream, whose codes are kept.

use core::ptr;

use super::before::Plane;
use super::dispatch::{plane_bytes, readable, run};
use super::pixels::BLOCK;
use super::reading::{at, pixels_of};
use super::room::Room;
use super::work::{Method, Work};
use crate::extremes::Extremes;
use crate::places::Places;
use crate::region::Run;

/// Compares pixels with the codes of the frame before, which they replace.
pub(crate) type Stream<'a> = Work<'a, Plane>;

impl<'a> Stream<'a> {
    pub(crate) fn new(
        method: &'a Method<'a>,
        room: &'a mut Room,
        extremes: &'a mut Extremes,
        places: &'a mut Places,
    ) -> Self {
        let (pixels, before) = (at(&[&[]; 3]), Plane { codes: ptr::null_mut(), places, first: 0 });
        Self { method, pixels, before, next: 0, end: 0, room: room.at(), extremes }
    }

    /// Takes whole blocks that lie in one piece: as many as there are in `pixels`, with the bytes that are overread
    /// behind them, and in `codes`. Gives their number.
    pub(crate) fn take(&mut self, block: usize, pixels: &Run<'_>, codes: &mut [u8]) -> usize {
        let reading = &self.method.reading;
        let blocks = (readable(reading, pixels_of(reading, pixels)) / BLOCK)
            .min(codes.len() / plane_bytes(reading));
        self.pixels = at(pixels);
        self.before.codes = codes.as_mut_ptr();
        self.before.first = block as u32;
        (self.next, self.end) = (0, blocks * BLOCK);
        // SAFETY: both hold `blocks` blocks, and the pixels the bytes that are overread.
        unsafe { run(self.method.backend, self) };
        blocks
    }

    /// Pixels of a register, which is what is staged.
    pub(crate) fn lanes(&self) -> usize {
        self.method.backend.lanes()
    }

    /// Where the pixels of one register are put together, with the bytes that are overread: those of a plane behind
    /// those of the one before.
    pub(crate) fn stage(&mut self) -> &mut [u8] {
        self.room.stage()
    }

    /// Takes the staged pixels of one register of a block, whose first pixel is the block's pixel `from`. `codes` are
    /// those of the block.
    pub(crate) fn take_staged(&mut self, block: usize, from: usize, codes: &mut [u8]) {
        let (lanes, reading) = (self.lanes(), &self.method.reading);
        if codes.len() < plane_bytes(reading) || from + lanes > BLOCK {
            return;
        }
        let bytes = reading.samples.bytes();
        let stage = self.room.staged(0);
        for (plane, at) in self.pixels.iter_mut().enumerate() {
            // As if the whole block were there.
            *at = stage.wrapping_add(plane * lanes * bytes).wrapping_sub(from * bytes);
        }
        self.before.codes = codes.as_mut_ptr();
        self.before.first = block as u32;
        (self.next, self.end) = (from, from + lanes);
        // SAFETY: the room has a register's pixels in each plane, and the bytes that are overread; the codes are
        // those of a block.
        unsafe { run(self.method.backend, self) }
    }
}
