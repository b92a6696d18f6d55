//! Room for what one step of the kernel hands to the next. It is the caller's, so that no step keeps it on the
//! stack while another runs.

use core::marker::PhantomData;
use core::slice;

use super::pixels::BLOCK;
use super::vector::Vector;
use super::{Least, MOST_LANES};

/// Registers of the codes that a second look left, as words: two of the new pixels, and two of those before. Behind the
/// largest of them there are those for the digits of a block, where codes are kept.
const FOUND: usize = 4;
const NEW: usize = 0;
const OLD: usize = 2;
/// Behind them there is as much room again where registers have half the size of the largest.
const SPARE: usize = FOUND;

/// Words of the largest registers that are found.
const FOUND_WORDS: usize = FOUND * MOST_LANES / 2;

/// Room for a stream of frames. What it holds between calls is of no meaning, but where a block is given register by
/// register.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub(crate) struct Room([u16; STREAM_WORDS]);

/// The digits of the last register of a block need no room; tests have smaller registers than the least.
const STREAM_WORDS: usize = FOUND_WORDS + (BLOCK - if cfg!(test) { 4 } else { Least::LANES }) / 2;

impl Room {
    pub(crate) const fn new() -> Self {
        Self([0; STREAM_WORDS])
    }

    pub(super) fn at(&mut self) -> RoomAt<'_> {
        RoomAt { first: self.0.as_mut_ptr().cast(), room: PhantomData }
    }
}

/// Room for two frames, of which nothing is kept: for what is found, or for two stages.
#[repr(C, align(8))]
pub(crate) struct PairRoom([u16; PAIR_WORDS]);

/// A stage has room for a register of the least ones, with four bytes a pixel at most and what is overread.
const PAIR_WORDS: usize = if STAGE > FOUND_WORDS { STAGE } else { FOUND_WORDS };
const STAGE: usize = 4 * Least::LANES + 8;

impl PairRoom {
    pub(crate) const fn new() -> Self {
        Self([0; PAIR_WORDS])
    }

    pub(super) fn at(&mut self) -> RoomAt<'_> {
        RoomAt { first: self.0.as_mut_ptr().cast(), room: PhantomData }
    }
}

/// Where a room is. What is staged is read and what is found is written by way of the same pointer.
pub(super) struct RoomAt<'a> {
    first: *mut u8,
    room: PhantomData<&'a mut [u16]>,
}

impl RoomAt<'_> {
    /// Where the pixels of one register are put together, with the bytes that are overread: before a look, which
    /// reads them all before it writes what it found.
    pub(super) fn stage(&mut self) -> &mut [u8] {
        // SAFETY: both kinds of room have so many bytes.
        unsafe { slice::from_raw_parts_mut(self.first, 2 * FOUND_WORDS) }
    }

    /// The same where two frames are compared: stage 0 or 1, for the pixels of a least register.
    pub(super) fn pair_stage(&mut self, index: usize) -> &mut [u8] {
        const { assert!(2 * STAGE <= 2 * PAIR_WORDS) };
        // SAFETY: a room has two of them, that for a stream as well.
        unsafe { slice::from_raw_parts_mut(self.first.add(index % 2 * STAGE), STAGE) }
    }

    /// Where the stage begins, or the stage with that index.
    pub(super) fn staged(&self, index: usize) -> *const u8 {
        self.first.wrapping_add(index % 2 * STAGE)
    }

    pub(super) fn registers<V: Vector>(&mut self) -> Registers<V> {
        const { assert!(V::LANES <= MOST_LANES && Least::LANES <= MOST_LANES) };
        Registers { first: self.first, vector: PhantomData }
    }

    /// The codes that a second look left, of the new pixels and of those before.
    pub(super) fn codes<V: Vector>(&self) -> [&[u16]; 2] {
        // SAFETY: both kinds of room have so many words, and are aligned for them.
        unsafe {
            let first = self.first.cast_const().cast::<u16>();
            [
                slice::from_raw_parts(first, V::LANES),
                slice::from_raw_parts(first.add(V::LANES), V::LANES),
            ]
        }
    }
}

/// Room as registers.
pub(super) struct Registers<V> {
    first: *mut u8,
    vector: PhantomData<V>,
}

impl<V> Clone for Registers<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Registers<V> {}

/// # Safety
///
/// Of all methods: the contract of [`Vector`], and the room is there and nobody else's.
impl<V: Vector> Registers<V> {
    /// Keeps the codes, as words, of what was found, in its place.
    #[inline(always)]
    pub(super) unsafe fn put_codes(self, new: [V; 2], old: [V; 2]) {
        // SAFETY: the caller's contract.
        unsafe {
            self.put(NEW, new);
            self.put(OLD, old);
        }
    }

    /// Keeps what is not needed for a while, where there are few registers and so more room than they need: only the
    /// largest are as many as that is not called for.
    #[inline(always)]
    pub(super) unsafe fn set_aside(self, first: [V; 2], second: [V; 2]) {
        if Self::HAS_SPARE {
            // SAFETY: the caller's contract; the room is for registers twice as large.
            unsafe {
                self.put(SPARE, first);
                self.put(SPARE + 2, second);
            }
        }
    }

    /// The same again, as it was given.
    #[inline(always)]
    pub(super) unsafe fn what_was_set_aside(self, first: [V; 2], second: [V; 2]) -> [[V; 2]; 2] {
        if !Self::HAS_SPARE {
            return [first, second];
        }
        // The compiler must not know that it has them still.
        let room = core::hint::black_box(self);
        // SAFETY: as above.
        unsafe { [room.get(SPARE), room.get(SPARE + 2)] }
    }

    const HAS_SPARE: bool = 2 * V::LANES <= MOST_LANES;

    /// Keeps the digits of register `index` of a block.
    #[inline(always)]
    pub(super) unsafe fn put_digits(self, index: usize, digits: V) {
        // SAFETY: a block has no more registers than there is room for.
        unsafe { digits.store(self.at(index).add(2 * FOUND_WORDS)) }
    }

    /// The digits of a block, of whose last register they are given.
    #[inline(always)]
    pub(super) unsafe fn digits<const VECTORS: usize>(self, last: V) -> [V; VECTORS] {
        // SAFETY: as above.
        unsafe {
            let mut digits = [last; VECTORS];
            for (index, digits) in digits.iter_mut().enumerate().take(VECTORS - 1) {
                *digits = V::load(self.at(index).add(2 * FOUND_WORDS));
            }
            digits
        }
    }

    #[inline(always)]
    unsafe fn put(self, index: usize, [first, second]: [V; 2]) {
        // SAFETY: the caller's contract.
        unsafe {
            first.store(self.at(index));
            second.store(self.at(index + 1));
        }
    }

    #[inline(always)]
    unsafe fn get(self, index: usize) -> [V; 2] {
        // SAFETY: the caller's contract.
        unsafe { [V::load(self.at(index)), V::load(self.at(index + 1))] }
    }

    #[inline(always)]
    unsafe fn at(self, index: usize) -> *mut u8 {
        // SAFETY: the room has so many registers.
        unsafe { self.first.add(index * V::LANES) }
    }
}
