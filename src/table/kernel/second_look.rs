//! The second look at the pixels of a register.
//!
//! A pixel is out of the question for any one of three reasons:
//!
//! * it did not change in this direction, or by so few codes that even the greatest steps of luminance
//!   up to its brighter code do not add up to more than the threshold;
//! * its brighter code is no brighter, and its darker code no darker, than those of a pair that has been
//!   refused;
//! * it changed too little: the chords of [`crate::table::lut`] give a number no smaller than the scaled
//!   luminance of its brighter code and one no larger than that of its darker code, and their
//!   difference, an integer no smaller than the scaled change, does not exceed the integer part of
//!   the scaled threshold.
//!
//! The first two ask for the codes alone, so they are asked first. Pixels that are left
//! are looked up then, and compared exactly.

use core::hint::black_box;
use core::marker::PhantomData;

use super::before::Before;
use super::codes::{Left, code_words, without_offset};
use super::first_look::Limits;
use super::pixels::{Codes, Pixels, place, prefetch};
use super::room::Registers;
use super::work::Apart;
use super::work::Work;
use crate::simd::Vector;
use crate::table::lut::Chords;
use crate::table::thresholds::{Side, Thresholds};

/// Looks at registers one by one, and goes on behind the first of which a pixel may enter: its codes are in the room
/// then, where codes are kept. Says whether there is one. Ends, too, with a block whose last register did not need it.
pub(super) struct SecondLook<'w, 'a, P, B, V, const VECTORS: usize>(
    pub(super) &'w mut Work<'a, B>,
    pub(super) Registers<V>,
    pub(super) PhantomData<P>,
);

impl<P: Pixels, B: Before, V: Vector, const VECTORS: usize> Apart<V>
    for SecondLook<'_, '_, P, B, V, VECTORS>
{
    type Output = bool;

    #[inline(always)]
    unsafe fn run(self) -> bool {
        let Self(work, room, _) = self;
        let (mut next, end) = work.registers::<V>();
        let (pixels, before) = (work.pixels, work.before);
        // SAFETY: every access below is to one of the registers the caller vouches for, or to its block.
        unsafe {
            while next < end {
                // Read anew for every register: kept from one to the next they would take room on the stack.
                let (method, extremes) = (black_box(work.method), black_box(&*work.extremes));
                let constants = P::constants::<V>(&method.reading);
                let limits = Limits::<V>::of(extremes);
                let (block, index) = (next / VECTORS, next % VECTORS);
                if index == 0 {
                    prefetch::<P, V>(pixels, block);
                    before.prefetch::<P, V>(block);
                }
                let (level, digit) = P::levels(place::<P, V>(pixels, block, index), constants);
                let new = Codes { level, digit };
                let old = before.codes::<P, V>(block, index, constants);
                before.keep::<P, V, VECTORS>(block, index, &new, room);
                next += 1;
                work.next = next * V::LANES;
                let needed = limits.exceeded(new.level, old.level)
                    && limits.bright_enough(new.level, old.level)
                    && new.differs(&old);
                let chords = method.curve.chords();
                if needed && may_enter::<P, B, V>(&new, &old, chords, extremes, room) {
                    return true;
                }
                if !needed && index == VECTORS - 1 {
                    break;
                }
            }
        }
        false
    }
}

/// Looks at the pixels of a register one by one, but in registers: with exact codes and with bounds of
/// their luminance. Says whether one of them may enter; their codes are left in the room then, where codes are kept.
#[inline(always)]
unsafe fn may_enter<P: Pixels, B: Before, V: Vector>(
    new: &Codes<V>,
    old: &Codes<V>,
    chords: &Chords,
    extremes: &Thresholds,
    room: Registers<V>,
) -> bool {
    let Thresholds { rises, falls, .. } = extremes;
    // SAFETY: the caller has the contract of `Vector`, and the room is its own.
    unsafe {
        let left = Left::of::<P>(new, old, extremes);
        if !left.any() {
            return false;
        }
        // Of two frames they can be read again, with less on the stack.
        if B::KEEPS {
            room.put_codes(without_offset::<P, V>(left.new), without_offset::<P, V>(left.old));
        }
        if !V::FAST_LOOKUP {
            return true;
        }
        room.set_aside(B::spare::<V>(), left.rise, left.fall);
        let (new, old) = (Light::of::<P>(new, chords), Light::of::<P>(old, chords));
        let [rise, fall] = room.what_was_set_aside(B::spare::<V>(), left.rise, left.fall);
        let rise = left_by_light(rises, chords, &rise, &new, &old);
        let fall = left_by_light(falls, chords, &fall, &old, &new);
        rise.or(fall).any()
    }
}

/// Puts the codes of the register that ended the second look in the room, of two frames of which nothing is kept.
pub(super) struct Found<'w, 'a, P, B, V, const VECTORS: usize>(
    pub(super) &'w Work<'a, B>,
    pub(super) Registers<V>,
    pub(super) PhantomData<P>,
);

impl<P: Pixels, B: Before, V: Vector, const VECTORS: usize> Apart<V>
    for Found<'_, '_, P, B, V, VECTORS>
{
    type Output = ();

    #[inline(always)]
    unsafe fn run(self) {
        let Self(work, room, _) = self;
        let register = work.registers::<V>().0 - 1;
        let (block, index) = (register / VECTORS, register % VECTORS);
        // SAFETY: the register is one that was looked at.
        unsafe {
            let constants = P::constants::<V>(&work.method.reading);
            let (level, digit) = P::levels(place::<P, V>(work.pixels, block, index), constants);
            let new = code_words::<P, V>(&Codes { level, digit });
            let old = code_words::<P, V>(&work.before.codes::<P, V>(block, index, constants));
            room.put_codes(without_offset::<P, V>(new), without_offset::<P, V>(old));
        }
    }
}

/// Bounds of the scaled luminance of the pixels of one register, as words in two registers.
struct Light<V> {
    least: [V; 2],
    most: [V; 2],
}

impl<V: Vector> Light<V> {
    #[inline(always)]
    unsafe fn of<P: Pixels>(codes: &Codes<V>, chords: &Chords) -> Self {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            let nibble = codes.level.shift_right(4);
            let zero = V::splat(0);
            let mut place = codes.level.and(V::splat(15));
            // The code's place among those of 16 levels, as `Digits::per_place` counts.
            match P::DIGITS.count {
                1 => {}
                4 => place = place.shift_left(2).wrapping_add(codes.digit),
                16 => place = place.shift_left(4).or(codes.digit),
                _ => place = place.shift_left(4).or(codes.digit.shift_right(4)),
            }
            let base = V::interleave_u16(
                nibble.lookup(&chords.base_low),
                nibble.lookup(&chords.base_high),
            );
            let slope = V::interleave_u16(
                nibble.lookup(&chords.slope_low),
                nibble.lookup(&chords.slope_high),
            );
            let error = V::interleave_u16(nibble.lookup(&chords.error), zero);
            // 256 p, so that the upper half of the product is p · slope / 256.
            let place = V::interleave_u16(zero, place);
            let mut light = Self { least: base, most: base };
            for half in 0..2 {
                let line =
                    base[half].saturating_add_u16(place[half].multiply_high_u16(slope[half]));
                light.least[half] = line.saturating_sub_u16(error[half]);
                light.most[half] = line.saturating_add_u16(error[half]);
            }
            light
        }
    }
}

/// Of what is left, what the luminance does not put out of the question.
#[inline(always)]
unsafe fn left_by_light<V: Vector>(
    side: &Side,
    chords: &Chords,
    left: &[V; 2],
    bright: &Light<V>,
    dark: &Light<V>,
) -> V {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        // A whole number is above the threshold only if it is above the threshold's whole part.
        let needed = V::splat_u16((side.threshold() * chords.scale) as u16);
        let mut any = V::splat(0);
        for (half, left) in left.iter().enumerate() {
            let change =
                bright.most[half].saturating_sub_u16(dark.least[half]).saturating_sub_u16(needed);
            any = any.or(left.min_u16(change));
        }
        any
    }
}
