//! The frame before, which new pixels are compared with.

use super::pixels::{BLOCK, Codes, Pixels, place, prefetch};
use super::reading::At;
use super::room::{PairRoom, Registers, Room};
use crate::simd::Vector;
use crate::table::places::Places;

/// Where the codes of the frame before come from, and where this frame's go.
pub(super) trait Before: Copy {
    /// The levels of one register of a block.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`]; the block lies in what the implementor was made of.
    unsafe fn levels<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> V;

    /// The digits that belong to them.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`].
    unsafe fn digits<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> V;

    /// Asks memory for what will be read some blocks later.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn prefetch<P: Pixels, V: Vector>(&self, block: usize);

    /// The codes of one register of a block.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`].
    #[inline(always)]
    unsafe fn codes<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> Codes<V> {
        // SAFETY: the caller's contract.
        unsafe {
            let level = self.levels::<P, V>(block, index, constants);
            Codes { level, digit: self.digits::<P, V>(block, index, constants) }
        }
    }

    /// Keeps the codes of one register of the new frame, one after the other: the digits are in the room until those of
    /// all `VECTORS` registers of the block are.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`]; the room is this one's.
    unsafe fn keep<P: Pixels, V: Vector, const VECTORS: usize>(
        &self,
        block: usize,
        index: usize,
        codes: &Codes<V>,
        room: Registers<V>,
    );

    /// Whether codes are kept.
    const KEEPS: bool;

    /// Room for the steps of the kernel, where there is none in the frame before.
    type Own<V: Vector>;

    fn own<V: Vector>() -> Self::Own<V>;

    /// The room for the steps.
    fn room<V: Vector>(&self, own: &mut Self::Own<V>) -> Registers<V>;

    /// Where something can be set aside there.
    fn spare<V: Vector>() -> Option<usize>;

    /// Remembers a block of which a pixel is among those that changed most.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`].
    unsafe fn remember(&self, block: usize);
}

/// Streaming: the codes of the frame before, which this frame's replace. Each block has its levels first
/// and then, packed, its digits.
#[derive(Clone, Copy)]
pub(crate) struct Plane {
    pub(super) codes: *mut u8,
    /// Who remembers blocks, and the number of the first of those that `codes` are of.
    pub(super) places: *mut Places,
    pub(super) first: u32,
    /// A [`Room`], which is nobody else's.
    pub(super) room: *mut u8,
}

impl Before for Plane {
    const KEEPS: bool = true;

    type Own<V: Vector> = ();

    #[inline(always)]
    fn own<V: Vector>() {}

    #[inline(always)]
    fn room<V: Vector>(&self, (): &mut ()) -> Registers<V> {
        Registers::at(self.room)
    }

    #[inline(always)]
    fn spare<V: Vector>() -> Option<usize> {
        Room::spare::<V>()
    }

    #[inline(always)]
    unsafe fn remember(&self, block: usize) {
        // SAFETY: whoever made this vouches for the places.
        unsafe { (*self.places).remember(self.first.wrapping_add(block as u32)) }
    }

    #[inline(always)]
    unsafe fn levels<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        _: P::Constants<V>,
    ) -> V {
        // SAFETY: the caller vouches for the block.
        unsafe { V::load(self.codes.add(block * P::PLANE_BYTES + index * V::LANES)) }
    }

    #[inline(always)]
    unsafe fn digits<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        _: P::Constants<V>,
    ) -> V {
        // SAFETY: the caller vouches for the block.
        unsafe {
            let digits = self.codes.add(block * P::PLANE_BYTES + BLOCK);
            match P::DIGITS.count {
                1 => V::splat(0),
                4 => V::unpack_2_bits(digits, index),
                _ => V::load(digits.add(index * V::LANES)),
            }
        }
    }

    #[inline(always)]
    unsafe fn prefetch<P: Pixels, V: Vector>(&self, _: usize) {}

    #[inline(always)]
    unsafe fn keep<P: Pixels, V: Vector, const VECTORS: usize>(
        &self,
        block: usize,
        index: usize,
        codes: &Codes<V>,
        room: Registers<V>,
    ) {
        // SAFETY: the caller vouches for the block and the room.
        unsafe {
            let to = self.codes.add(block * P::PLANE_BYTES);
            codes.level.store(to.add(index * V::LANES));
            if P::DIGITS.count == 1 {
                return;
            }
            if index < VECTORS - 1 {
                return room.put_digits(index, codes.digit);
            }
            let (digits, to) = (room.digits::<VECTORS>(codes.digit), to.add(BLOCK));
            if P::DIGITS.count == 4 {
                return V::pack_2_bits(&digits, to);
            }
            for (index, digits) in digits.iter().enumerate() {
                digits.store(to.add(index * V::LANES));
            }
        }
    }
}

/// A pair of frames: the frame before is there, and nothing is kept.
#[derive(Clone, Copy)]
pub(crate) struct Frame(pub(super) At);

impl Before for Frame {
    const KEEPS: bool = false;

    type Own<V: Vector> = PairRoom<V>;

    #[inline(always)]
    fn own<V: Vector>() -> PairRoom<V> {
        PairRoom::new()
    }

    #[inline(always)]
    fn room<V: Vector>(&self, own: &mut PairRoom<V>) -> Registers<V> {
        own.registers()
    }

    #[inline(always)]
    fn spare<V: Vector>() -> Option<usize> {
        PairRoom::<V>::spare()
    }

    #[inline(always)]
    unsafe fn remember(&self, _: usize) {}

    #[inline(always)]
    unsafe fn levels<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> V {
        // SAFETY: the caller vouches for the block and what is overread behind it.
        unsafe { P::levels(place::<P, V>(self.0, block, index), constants).0 }
    }

    #[inline(always)]
    unsafe fn digits<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> V {
        // SAFETY: as above.
        unsafe { P::levels(place::<P, V>(self.0, block, index), constants).1 }
    }

    #[inline(always)]
    unsafe fn prefetch<P: Pixels, V: Vector>(&self, block: usize) {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { prefetch::<P, V>(self.0, block) }
    }

    #[inline(always)]
    unsafe fn keep<P: Pixels, V: Vector, const VECTORS: usize>(
        &self,
        _: usize,
        _: usize,
        _: &Codes<V>,
        _: Registers<V>,
    ) {
    }
}
