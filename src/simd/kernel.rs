//! The algorithm, once, over [`Vector`], [`Pixels`] and [`Before`].
//!
//! # Why nothing is missed
//!
//! Only pixels that enter the five largest rises or falls matter, and few do. Let `t` be the fifth
//! largest rise so far, and `reach` the smallest distance of levels whose bound exceeds `t`
//! (see [`crate::curve`]). A pixel whose levels in the two frames lie fewer than `reach` apart
//! rises by no more than `bound[reach - 1] <= t`, so it cannot enter, whatever its codes. Rounding
//! keeps this true: a difference of two table entries and the bound are both single subtractions
//! of `f64`, and rounding does not change the order of what it rounds. `t` only grows while a frame
//! is looked at, so a `reach` of an earlier moment skips no more than today's would. Nothing is
//! assumed of the table but that it was the one `bound` was made from.
//!
//! The brighter of a pixel's two levels must also reach a level whose brightest code lies further than
//! `t` above black. Registers in which no pixel passes both tests are done; the others get a second
//! look, see [`super::second_look`].
//!
//! There are no closures in what runs in registers: a closure is a function of its own, compiled for the
//! least processor, and calls every operation where it could have been it.

use super::Work;
use super::pixels::{BLOCK, Pixels};
use super::reading::At;
use super::second_look::{Codes, SecondLook};
use super::vector::Vector;
use crate::extremes::Extremes;

/// Where the codes of the frame before come from, and where this frame's go.
pub(crate) trait Before<P: Pixels>: Copy {
    /// The levels of one register of a block.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`]; the block lies in what the implementor was made of.
    unsafe fn levels<V: Vector>(&self, block: usize, index: usize, constants: P::Constants<V>)
    -> V;

    /// The digits that belong to them.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`].
    unsafe fn digits<V: Vector>(&self, block: usize, index: usize, constants: P::Constants<V>)
    -> V;

    /// Asks memory for what will be read some blocks later.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn prefetch<V: Vector>(&self, block: usize);

    /// Keeps levels of the new frame.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`].
    unsafe fn keep_levels<V: Vector>(&self, block: usize, index: usize, levels: V);

    /// Keeps the digits of a whole block, after its levels.
    ///
    /// # Safety
    ///
    /// As [`Before::levels`].
    unsafe fn keep_digits<V: Vector>(&self, block: usize, digits: &[V]);
}

/// Streaming: the codes of the frame before, which this frame's replace. Each block has its levels first
/// and then, packed, its digits.
#[derive(Clone, Copy)]
pub(crate) struct Plane(pub(crate) *mut u8);

impl<P: Pixels> Before<P> for Plane {
    #[inline(always)]
    unsafe fn levels<V: Vector>(&self, block: usize, index: usize, _: P::Constants<V>) -> V {
        // SAFETY: the caller vouches for the block.
        unsafe { V::load(self.0.add(block * P::PLANE_BYTES + index * V::LANES)) }
    }

    #[inline(always)]
    unsafe fn digits<V: Vector>(&self, block: usize, index: usize, _: P::Constants<V>) -> V {
        // SAFETY: the caller vouches for the block.
        unsafe {
            let digits = self.0.add(block * P::PLANE_BYTES + BLOCK);
            match P::DIGITS.count {
                1 => V::splat(0),
                4 => V::unpack(digits, index),
                _ => V::load(digits.add(index * V::LANES)),
            }
        }
    }

    #[inline(always)]
    unsafe fn prefetch<V: Vector>(&self, _: usize) {}

    #[inline(always)]
    unsafe fn keep_levels<V: Vector>(&self, block: usize, index: usize, levels: V) {
        // SAFETY: the caller vouches for the block.
        unsafe { levels.store(self.0.add(block * P::PLANE_BYTES + index * V::LANES)) }
    }

    #[inline(always)]
    unsafe fn keep_digits<V: Vector>(&self, block: usize, digits: &[V]) {
        if P::DIGITS.count == 1 {
            return;
        }
        // SAFETY: the caller vouches for the block.
        unsafe {
            let to = self.0.add(block * P::PLANE_BYTES + BLOCK);
            if P::DIGITS.count == 4 {
                return V::pack(digits, to);
            }
            for (index, digits) in digits.iter().enumerate() {
                digits.store(to.add(index * V::LANES));
            }
        }
    }
}

/// A pair of frames: the frame before is there, and nothing is kept.
#[derive(Clone, Copy)]
pub(crate) struct Frame(pub(crate) At);

impl<P: Pixels> Before<P> for Frame {
    #[inline(always)]
    unsafe fn levels<V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> V {
        // SAFETY: the caller vouches for the block and what is overread behind it.
        unsafe { P::levels(place::<P, V>(self.0, block, index), constants).0 }
    }

    #[inline(always)]
    unsafe fn digits<V: Vector>(
        &self,
        block: usize,
        index: usize,
        constants: P::Constants<V>,
    ) -> V {
        // SAFETY: as above.
        unsafe { P::levels(place::<P, V>(self.0, block, index), constants).1 }
    }

    #[inline(always)]
    unsafe fn prefetch<V: Vector>(&self, block: usize) {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { prefetch::<P, V>(self.0, block) }
    }

    #[inline(always)]
    unsafe fn keep_levels<V: Vector>(&self, _: usize, _: usize, _: V) {}

    #[inline(always)]
    unsafe fn keep_digits<V: Vector>(&self, _: usize, _: &[V]) {}
}

/// Where the pixels of a register begin.
#[inline(always)]
unsafe fn place<P: Pixels, V: Vector>(pixels: At, block: usize, index: usize) -> At {
    let bytes = (block * BLOCK + index * V::LANES) * P::BYTES;
    // SAFETY: the caller vouches for the block in the planes there are.
    unsafe {
        let first = pixels[0].add(bytes);
        if P::PLANES == 1 {
            [first; 3]
        } else {
            [first, pixels[1].add(bytes), pixels[2].add(bytes)]
        }
    }
}

/// Compares `blocks` blocks of pixels with the frame before.
///
/// # Safety
///
/// The contract of [`Vector`]. `pixels` is valid, in the first [`Pixels::PLANES`] planes, for reading
/// `blocks` blocks and [`Pixels::OVERREAD`] bytes behind them, and `before` has as many blocks. `VECTORS`
/// registers hold one block.
#[inline(always)]
pub(crate) unsafe fn scan<P: Pixels, B: Before<P>, V: Vector, const VECTORS: usize>(
    work: &Work<'_, B>,
    extremes: &mut Extremes,
) {
    // Copies, so that the compiler knows that no pixel that is written changes them.
    let Work { reading, pixels, before, blocks, curve } = *work;
    const { assert!(VECTORS * V::LANES == BLOCK) };
    // SAFETY: every access below is to one of the `blocks` blocks the caller vouches for.
    unsafe {
        let constants = P::constants::<V>(reading);
        let mut limits = Limits::<V>::of(extremes);
        for block in 0..blocks {
            prefetch::<P, V>(pixels, block);
            before.prefetch::<V>(block);
            let mut digits = [V::splat(0); VECTORS];
            for (index, digits) in digits.iter_mut().enumerate() {
                let (level, digit) = P::levels(place::<P, V>(pixels, block, index), constants);
                let old = before.levels::<V>(block, index, constants);
                if limits.exceeded(level, old) {
                    let new = Codes { level, digit };
                    let old = Codes { level: old, digit: before.digits(block, index, constants) };
                    if limits.bright_enough(level, old.level)
                        && new.differs(&old)
                        && V::rarely(SecondLook::<P, V>::new(new, old, block, curve, extremes))
                    {
                        limits = Limits::of(extremes);
                    }
                }
                before.keep_levels(block, index, level);
                *digits = digit;
            }
            before.keep_digits(block, &digits);
        }
    }
}

/// How far ahead memory is asked for pixels, in bytes: some microseconds of work, so that they have come
/// when they are wanted.
const AHEAD: usize = 12_288;

/// Asks memory for the pixels that will be read some blocks later.
#[inline(always)]
unsafe fn prefetch<P: Pixels, V: Vector>(pixels: At, block: usize) {
    let bytes = BLOCK * P::BYTES;
    for plane in pixels.into_iter().take(P::PLANES) {
        for line in (0..bytes).step_by(LINE) {
            // SAFETY: the caller has the contract of `Vector`; any address will do.
            unsafe { V::prefetch(plane.wrapping_add(block * bytes + line + AHEAD / P::PLANES)) };
        }
    }
}

/// Bytes that memory hands out at a time.
const LINE: usize = 64;

/// What the distances of levels are compared with.
#[derive(Clone, Copy)]
struct Limits<V> {
    rise: V,
    fall: V,
    bright: V,
    /// One of the reaches is 0: distances of levels say nothing yet.
    all: bool,
}

impl<V: Vector> Limits<V> {
    #[inline(always)]
    unsafe fn of(extremes: &Extremes) -> Self {
        let (rise, fall) = (extremes.rises.reach(), extremes.falls.reach());
        let dimmest = extremes.rises.dimmest().min(extremes.falls.dimmest());
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            Self {
                rise: V::splat(rise.saturating_sub(1) as u8),
                fall: V::splat(fall.saturating_sub(1) as u8),
                bright: V::splat(dimmest.saturating_sub(1).min(255) as u8),
                all: rise == 0 || fall == 0,
            }
        }
    }

    #[inline(always)]
    unsafe fn bright_enough(self, new: V, old: V) -> bool {
        // SAFETY: as above.
        unsafe { new.max(old).saturating_sub(self.bright).any() || self.all }
    }

    #[inline(always)]
    unsafe fn exceeded(self, new: V, old: V) -> bool {
        // SAFETY: as above.
        unsafe {
            let rise = new.saturating_sub(old).saturating_sub(self.rise);
            let fall = old.saturating_sub(new).saturating_sub(self.fall);
            rise.or(fall).any() || self.all
        }
    }
}
