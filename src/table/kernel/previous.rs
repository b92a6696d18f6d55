//! The frame before: where its codes come from, and where those of the new frame go.

use super::pixels::{BLOCK, Codes, Pixels, Pointers};
use super::stream::HotBlocks;
use crate::simd::Vector;

/// The frame before. Pixels come in groups of [`Previous::group`].
pub(super) trait Previous {
    /// Pixels of a group: a multiple of `LANES`.
    fn group<V: Vector>() -> usize;

    /// Asks memory for what will be read some groups later.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn prefetch<P: Pixels, V: Vector>(&self, group: usize);

    /// The codes of one register of a group.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`]; the group is one that the implementor was made for.
    unsafe fn codes<P: Pixels, V: Vector>(
        &self,
        group: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> Codes<V>;

    /// Low bits of the registers of a group that were kept so far.
    type Low<V: Vector>;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn low<V: Vector>() -> Self::Low<V>;

    /// Keeps the codes of one register of the new frame; every register of a group, in their order.
    ///
    /// # Safety
    ///
    /// As [`Previous::codes`].
    unsafe fn keep<P: Pixels, V: Vector>(
        &mut self,
        group: usize,
        index: usize,
        codes: Codes<V>,
        low: &mut Self::Low<V>,
    );

    /// Keeps the low bits of a group.
    ///
    /// # Safety
    ///
    /// As [`Previous::codes`].
    unsafe fn keep_low<P: Pixels, V: Vector>(&mut self, group: usize, low: Self::Low<V>);

    /// Remembers a group in which a pixel entered the five largest.
    fn remember(&mut self, group: usize);
}

/// The plane of codes of a stream, which the new frame's codes replace. A group is a block: its high bits, then
/// its low bits.
pub(super) struct Plane<'a> {
    /// The codes of the first block.
    pub(super) codes: *mut u8,
    /// The number of that block in the frame.
    pub(super) first: usize,
    pub(super) hot: &'a mut HotBlocks,
}

impl Previous for Plane<'_> {
    #[inline(always)]
    fn group<V: Vector>() -> usize {
        BLOCK
    }

    #[inline(always)]
    unsafe fn prefetch<P: Pixels, V: Vector>(&self, _: usize) {}

    #[inline(always)]
    unsafe fn codes<P: Pixels, V: Vector>(
        &self,
        block: usize,
        index: usize,
        _: P::Constants<V>,
    ) -> Codes<V> {
        // SAFETY: the caller vouches for the block.
        unsafe {
            let from = self.codes.add(block * P::PLANE_BYTES);
            let high = V::load(from.add(index * V::LANES));
            let low = from.add(BLOCK);
            let low = match P::SPLIT.codes_per_level {
                1 => high,
                4 => V::unpack_2_bits(low, index),
                _ => V::load(low.add(index * V::LANES)),
            };
            Codes { high, low }
        }
    }

    type Low<V: Vector> = V::Packed;

    #[inline(always)]
    unsafe fn low<V: Vector>() -> V::Packed {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { V::nothing_packed() }
    }

    #[inline(always)]
    unsafe fn keep<P: Pixels, V: Vector>(
        &mut self,
        block: usize,
        index: usize,
        codes: Codes<V>,
        low: &mut V::Packed,
    ) {
        // SAFETY: the caller vouches for the block.
        unsafe {
            let to = self.codes.add(block * P::PLANE_BYTES + index * V::LANES);
            codes.high.store(to);
            match P::SPLIT.codes_per_level {
                1 => {}
                4 => codes.low.pack_2_bits(low, index),
                _ => codes.low.store(to.add(BLOCK)),
            }
        }
    }

    #[inline(always)]
    unsafe fn keep_low<P: Pixels, V: Vector>(&mut self, block: usize, low: V::Packed) {
        if P::SPLIT.codes_per_level == 4 {
            // SAFETY: the caller vouches for the block.
            unsafe { V::store_packed(low, self.codes.add(block * P::PLANE_BYTES + BLOCK)) }
        }
    }

    #[inline(always)]
    fn remember(&mut self, block: usize) {
        self.hot.remember(self.first + block);
    }
}

/// The pixels of the first of two frames. Nothing is kept.
pub(super) struct Pair(pub(super) Pointers);

impl Previous for Pair {
    /// Cache lines are asked for once for a group, so it has whole ones where there are prefetches.
    #[inline(always)]
    fn group<V: Vector>() -> usize {
        if V::LANES > 16 { 64 } else { V::LANES }
    }

    #[inline(always)]
    unsafe fn prefetch<P: Pixels, V: Vector>(&self, group: usize) {
        let count = Self::group::<V>();
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { P::prefetch::<V>(P::at(self.0, group * count), count) }
    }

    #[inline(always)]
    unsafe fn codes<P: Pixels, V: Vector>(
        &self,
        group: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> Codes<V> {
        let pixel = group * Self::group::<V>() + index * V::LANES;
        // SAFETY: the caller vouches for the pixels and the bytes that are overread.
        unsafe { P::codes(P::at(self.0, pixel), constants) }
    }

    type Low<V: Vector> = ();

    #[inline(always)]
    unsafe fn low<V: Vector>() {}

    #[inline(always)]
    unsafe fn keep<P: Pixels, V: Vector>(&mut self, _: usize, _: usize, _: Codes<V>, (): &mut ()) {}

    #[inline(always)]
    unsafe fn keep_low<P: Pixels, V: Vector>(&mut self, _: usize, (): ()) {}

    #[inline(always)]
    fn remember(&mut self, _: usize) {}
}
