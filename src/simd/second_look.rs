//! The second look at the pixels of a register, and the third, with exact luminances.
//!
//! A pixel is out of the question for any one of three reasons:
//!
//! * it did not change in this direction, or by so few codes that even the greatest steps of luminance
//!   up to its brighter code do not add up to more than the threshold;
//! * its brighter code is no brighter, and its darker code no darker, than those of a pair that has been
//!   refused;
//! * it changed too little: the chords of [`crate::curve`] give a number no smaller than the scaled
//!   luminance of its brighter code and one no larger than that of its darker code, and their
//!   difference, an integer no smaller than the scaled change, does not exceed the integer part of
//!   the scaled threshold.
//!
//! The first two ask for the codes alone, so they are asked first. Pixels that are left are looked up.

use super::pixels::Pixels;
use super::vector::{Rare, Vector};
use crate::curve::{Chords, Curve};
use crate::extremes::{Extremes, Side};
use crate::top::GROUP;
use core::marker::PhantomData;
use core::slice;

/// Levels and digits of the pixels of one register.
pub(super) struct Codes<V> {
    pub(super) level: V,
    pub(super) digit: V,
}

impl<V: Vector> Codes<V> {
    #[inline(always)]
    pub(super) unsafe fn differs(&self, other: &Self) -> bool {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { self.level.xor(other.level).or(self.digit.xor(other.digit)).any() }
    }

    /// Levels and digits as they lie in memory.
    fn lanes(&self) -> [&[u8]; 2] {
        const { assert!(size_of::<V>() == V::LANES) };
        let Self { level, digit } = self;
        // SAFETY: a register is bytes, as many as it has lanes, in their order.
        unsafe {
            [
                slice::from_raw_parts((&raw const *level).cast(), V::LANES),
                slice::from_raw_parts((&raw const *digit).cast(), V::LANES),
            ]
        }
    }
}

/// Codes of the pixels of one register, as words in two registers, with the offset of the digits.
#[inline(always)]
unsafe fn code_words<P: Pixels, V: Vector>(codes: &Codes<V>) -> [V; 2] {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let zero = V::splat(0);
        match P::DIGITS.count {
            1 => return V::words(codes.level, zero),
            256 => return V::words(codes.digit, codes.level),
            _ => {}
        }
        let level = V::words(zero, codes.level);
        let mut words = V::words(codes.digit, zero);
        for half in 0..2 {
            let times = V::splat_word((P::DIGITS.count as u16) << 8);
            words[half] = words[half].saturating_add_words(level[half].multiply_high_words(times));
        }
        words
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
            let base = V::words(nibble.lookup(&chords.base_low), nibble.lookup(&chords.base_high));
            let slope =
                V::words(nibble.lookup(&chords.slope_low), nibble.lookup(&chords.slope_high));
            let error = V::words(nibble.lookup(&chords.error), zero);
            // 256 p, so that the upper half of the product is p · slope / 256.
            let place = V::words(zero, place);
            let mut light = Self { least: base, most: base };
            for half in 0..2 {
                let line =
                    base[half].saturating_add_words(place[half].multiply_high_words(slope[half]));
                light.least[half] = line.saturating_sub_words(error[half]);
                light.most[half] = line.saturating_add_words(error[half]);
            }
            light
        }
    }
}

/// The words of pixels that are `bright` in one frame and `dark` in the other are other than 0 where
/// the codes alone do not put the pixel out of the question.
#[inline(always)]
unsafe fn left_by_codes<P: Pixels, V: Vector>(
    side: &Side,
    bright_level: V,
    bright: &[V; 2],
    dark: &[V; 2],
) -> [V; 2] {
    let refused = side.refused();
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let zero = V::splat(0);
        let mut ignored = [zero; 2];
        if V::LOOKUP {
            ignored = V::words(bright_level.shift_right(4).lookup(side.ignored()), zero);
        }
        let refused_bright = V::splat_word(P::word_of(refused.bright));
        let refused_dark = V::splat_word(P::word_of(refused.dark));
        let mut left = [zero; 2];
        for (half, left) in left.iter_mut().enumerate() {
            let change = bright[half].saturating_sub_words(dark[half]);
            let not_refused = bright[half]
                .saturating_sub_words(refused_bright)
                .or(refused_dark.saturating_sub_words(dark[half]));
            *left = change.saturating_sub_words(ignored[half]).min_words(not_refused);
        }
        left
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
        let needed = V::splat_word((side.threshold() * chords.scale) as u16);
        let mut any = V::splat(0);
        for (half, left) in left.iter().enumerate() {
            let change = bright.most[half]
                .saturating_sub_words(dark.least[half])
                .saturating_sub_words(needed);
            any = any.or(left.min_words(change));
        }
        any
    }
}

/// The second look at the pixels of a register, and the third if need be.
pub(super) struct SecondLook<'a, P, V> {
    new: Codes<V>,
    old: Codes<V>,
    block: usize,
    curve: &'a Curve<'a>,
    extremes: &'a mut Extremes,
    pixels: PhantomData<P>,
}

impl<'a, P, V> SecondLook<'a, P, V> {
    #[inline(always)]
    pub(super) fn new(
        new: Codes<V>,
        old: Codes<V>,
        block: usize,
        curve: &'a Curve<'a>,
        extremes: &'a mut Extremes,
    ) -> Self {
        Self { new, old, block, curve, extremes, pixels: PhantomData }
    }
}

impl<P: Pixels, V: Vector> Rare<V> for SecondLook<'_, P, V> {
    #[inline(always)]
    unsafe fn run(self) -> bool {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            if !may_enter::<P, V>(&self.new, &self.old, self.curve.chords(), self.extremes) {
                return false;
            }
            examine::<P>(self.new.lanes(), self.old.lanes(), self.block, self.curve, self.extremes);
            true
        }
    }
}

/// Looks at the pixels of a register one by one, but in registers: with exact codes and with bounds of
/// their luminance. Says whether one of them may enter.
#[inline(always)]
unsafe fn may_enter<P: Pixels, V: Vector>(
    new: &Codes<V>,
    old: &Codes<V>,
    chords: &Chords,
    extremes: &Extremes,
) -> bool {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let new_codes = code_words::<P, V>(new);
        let old_codes = code_words::<P, V>(old);
        let (rises, falls) = (&extremes.rises, &extremes.falls);
        let rise = left_by_codes::<P, V>(rises, new.level, &new_codes, &old_codes);
        let fall = left_by_codes::<P, V>(falls, old.level, &old_codes, &new_codes);
        if !rise[0].or(rise[1]).or(fall[0].or(fall[1])).any() {
            return false;
        }
        if !V::LOOKUP {
            return true;
        }
        let (new, old) = (Light::of::<P>(new, chords), Light::of::<P>(old, chords));
        let rise = left_by_light(rises, chords, &rise, &new, &old);
        let fall = left_by_light(falls, chords, &fall, &old, &new);
        rise.or(fall).any()
    }
}

/// Looks at pixels with exact luminances.
#[cold]
#[inline(never)]
fn examine<P: Pixels>(
    new: [&[u8]; 2],
    old: [&[u8]; 2],
    block: usize,
    curve: &Curve<'_>,
    extremes: &mut Extremes,
) {
    for group in 0..new[0].len().div_ceil(GROUP) {
        let (new, old) = (codes::<P>(new, group), codes::<P>(old, group));
        extremes.push_codes(&new, &old, block, curve);
    }
}

/// The codes of a group of lanes; 0 where there are no more.
fn codes<P: Pixels>([levels, digits]: [&[u8]; 2], group: usize) -> [u16; GROUP] {
    let lanes = levels.iter().zip(digits).skip(group * GROUP);
    let mut codes = [0; GROUP];
    for (code, (&level, &digit)) in codes.iter_mut().zip(lanes) {
        *code = P::code(level, digit);
    }
    codes
}
