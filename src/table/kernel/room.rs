//! Room for what one step of the kernel hands to the next, so that no step keeps it on the stack while another runs.

use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::slice;

use super::pixels::BLOCK;
use crate::simd::Vector;
use crate::simd::{Baseline as Least, MAX_LANES};
use crate::table::top::GROUP;

/// Registers of the codes that a second look left, as words: two of the new pixels, and two of those before.
const FOUND: usize = 4;
const NEW: usize = 0;
const OLD: usize = 2;

/// Words of the largest registers that are found.
const FOUND_WORDS: usize = FOUND * MAX_LANES / 2;

/// Bytes for the pixels of one of the least registers, of four bytes at most, with those that are overread.
pub(super) const PAIR_STAGE: usize = 4 * Least::LANES;

/// Room for a stream of frames: for what is found, and behind it for the digits of a block. What it holds between
/// calls is of no meaning, but where a block is given register by register.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(8))]
pub(crate) struct Room([u16; STREAM_WORDS]);

/// The digits of the last register of a block need no room; tests have smaller registers than the least.
const STREAM_WORDS: usize = FOUND_WORDS + (BLOCK - if cfg!(test) { 4 } else { Least::LANES }) / 2;

impl Room {
    /// Bytes in which the pixels of one register are put together, with those that are overread: before a look, which
    /// reads them all before it writes what it found.
    pub(super) const STAGE: usize = 2 * FOUND_WORDS;

    /// Where something can be set aside: there is as much room again behind what is found of registers that have half
    /// the size of the largest.
    pub(super) fn spare<V: Vector>() -> Option<usize> {
        (2 * V::LANES <= MAX_LANES).then_some(FOUND)
    }

    pub(crate) const fn new() -> Self {
        Self([0; STREAM_WORDS])
    }

    pub(super) fn at(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }
}

/// Room for what is found in two frames, of which no digits are kept.
#[repr(C, align(8))]
pub(crate) struct PairRoom<V>(Loose<V>);

/// Not aligned as registers are, which would take more of the stack.
#[repr(C, packed)]
struct Loose<V>(MaybeUninit<[V; FOUND]>);

impl<V: Vector> PairRoom<V> {
    /// What is set aside takes the place of what was found before. Of registers of 64 bytes there are enough.
    pub(super) fn spare() -> Option<usize> {
        (V::LANES < 64).then_some(0)
    }

    pub(super) const fn new() -> Self {
        Self(Loose(MaybeUninit::uninit()))
    }

    pub(super) fn registers(&mut self) -> Registers<V> {
        Registers::at((&raw mut *self).cast())
    }
}

/// Room as registers.
pub(crate) struct Registers<V> {
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
    /// Those of room that begins there.
    pub(super) fn at(first: *mut u8) -> Self {
        const { assert!(V::LANES <= MAX_LANES && Least::LANES <= MAX_LANES) };
        Self { first, vector: PhantomData }
    }

    /// A group of the codes that were kept last, from one on that is a multiple of [`GROUP`]: of the new pixels and of
    /// those before.
    #[inline(always)]
    pub(super) unsafe fn codes<'a>(self, first: usize) -> [&'a [u16]; 2] {
        // SAFETY: both kinds of room have so many words, and are aligned for them.
        unsafe {
            let new = self.first.cast_const().cast::<u16>().add(first);
            let old = new.add(V::LANES);
            let count = V::LANES.min(GROUP);
            [slice::from_raw_parts(new, count), slice::from_raw_parts(old, count)]
        }
    }

    /// Keeps the codes, as words, of what was found, in its place.
    #[inline(always)]
    pub(super) unsafe fn put_codes(self, new: [V; 2], old: [V; 2]) {
        // SAFETY: the caller's contract.
        unsafe {
            self.put(NEW, new);
            self.put(OLD, old);
        }
    }

    /// Keeps what is not needed for a while, where registers are few and there is room.
    #[inline(always)]
    pub(super) unsafe fn set_aside(self, spare: Option<usize>, first: [V; 2], second: [V; 2]) {
        if let Some(spare) = spare {
            // SAFETY: the caller's contract; there is room.
            unsafe {
                self.put(spare, first);
                self.put(spare + 2, second);
            }
        }
    }

    /// The same again, as it was given.
    #[inline(always)]
    pub(super) unsafe fn what_was_set_aside(
        self,
        spare: Option<usize>,
        first: [V; 2],
        second: [V; 2],
    ) -> [[V; 2]; 2] {
        let Some(spare) = spare else { return [first, second] };
        // The compiler must not know that it has them still.
        let room = core::hint::black_box(self);
        // SAFETY: as above.
        unsafe { [room.get(spare), room.get(spare + 2)] }
    }

    /// Keeps the digits of register `index` of a block.
    #[inline(always)]
    pub(super) unsafe fn put_digits(self, index: usize, digits: V) {
        // SAFETY: a block has no more registers than there is room for.
        unsafe { digits.store(self.register(index).add(2 * FOUND_WORDS)) }
    }

    /// The digits of a block, of whose last register they are given.
    #[inline(always)]
    pub(super) unsafe fn digits<const VECTORS: usize>(self, last: V) -> [V; VECTORS] {
        // SAFETY: as above.
        unsafe {
            let mut digits = [last; VECTORS];
            for (index, digits) in digits.iter_mut().enumerate().take(VECTORS - 1) {
                *digits = V::load(self.register(index).add(2 * FOUND_WORDS));
            }
            digits
        }
    }

    #[inline(always)]
    unsafe fn put(self, index: usize, [first, second]: [V; 2]) {
        // SAFETY: the caller's contract.
        unsafe {
            first.store(self.register(index));
            second.store(self.register(index + 1));
        }
    }

    #[inline(always)]
    unsafe fn get(self, index: usize) -> [V; 2] {
        // SAFETY: the caller's contract.
        unsafe { [V::load(self.register(index)), V::load(self.register(index + 1))] }
    }

    #[inline(always)]
    unsafe fn register(self, index: usize) -> *mut u8 {
        // SAFETY: the room has so many registers.
        unsafe { self.first.add(index * V::LANES) }
    }
}
