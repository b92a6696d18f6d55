//! The algorithm, once, over [`Vector`], [`Pixels`] and [`Before`].
//!
//! # Why nothing is missed
//!
//! Only pixels that enter the five largest rises or falls matter, and few do. Let `t` be the fifth
//! largest rise so far, and `reach` the smallest distance of levels whose bound exceeds `t`
//! (see [`crate::table::lut`]). A pixel whose levels in the two frames lie fewer than `reach` apart
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

use core::hint::black_box;
use core::marker::PhantomData;

use super::before::Before;
use super::first_look::FirstLook;
use super::pixels::{BLOCK, Pixels};
use super::second_look::{Found, SecondLook};
use super::work::{Apart, Work};
use crate::simd::Vector;
use crate::table::top::GROUP;

/// Compares pixels with the frame before: those that the work says, which begin and end with a register.
///
/// Each step is a function of its own that calls no other, so that what one of them needs of the stack is free when
/// the next one runs.
///
/// # Safety
///
/// The processor has the instruction set of `V`. `work.pixels` is valid, in the first [`Pixels::PLANES`] planes, for
/// reading those pixels and [`Pixels::OVERREAD`] bytes behind them, and `work.before` has them too. `VECTORS`
/// registers hold one block.
#[inline(always)]
pub(super) unsafe fn scan<P: Pixels, B: Before, V: Vector, const VECTORS: usize>(
    work: &mut Work<'_, B>,
) {
    let mut own = B::own::<V>();
    let room = work.before.room::<V>(&mut own);
    while work.next < work.end {
        if work.next.is_multiple_of(BLOCK) {
            // SAFETY: the caller's contract.
            unsafe { Apart::run(FirstLook::<P, B, V, VECTORS>(work, room, PhantomData)) };
        }
        // SAFETY: the caller's contract.
        if unsafe { Apart::run(SecondLook::<P, B, V, VECTORS>(work, room, PhantomData)) } {
            if !B::KEEPS {
                // SAFETY: the caller's contract.
                unsafe { Apart::run(Found::<P, B, V, VECTORS>(work, room, PhantomData)) };
            }
            // These are looked up, and compared exactly.
            for first in (0..V::LANES).step_by(GROUP) {
                // Where they are is found anew each time: kept it would take room on the stack.
                // SAFETY: they are in the room.
                let [new, old] = unsafe { black_box(room).codes(first) };
                if work.extremes.push_codes(new, old, work.method.curve) {
                    // SAFETY: the caller's contract.
                    unsafe { work.before.remember((work.next - 1) / BLOCK) };
                }
            }
        }
    }
}
