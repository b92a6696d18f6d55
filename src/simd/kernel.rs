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
//! So a register of pixels is compared by levels first, with the two reaches. Where one of the pixels
//! exceeds them all are looked at again, still in registers, and a pixel is out of the question for
//! any one of three reasons:
//!
//! * it did not change in this direction, or by so few codes that even the greatest steps of luminance
//!   up to its brighter code do not add up to more than the threshold;
//! * it changed too little: the chords of [`crate::curve`] give a number no smaller than the scaled
//!   luminance of its brighter code and one no larger than that of its darker code, and their
//!   difference, an integer no smaller than the scaled change, does not exceed the integer part of
//!   the scaled threshold;
//! * its brighter code is no brighter, and its darker code no darker, than those of a pair that has been
//!   refused.
//!
//! Pixels that are left are looked at with exact luminances.
//!
//! There are no closures in what runs in registers: a closure is a function of its own, compiled for the
//! least processor, and calls every operation where it could have been it.

use super::pixels::{BLOCK, Pixels};
use super::vector::{Rare, Vector};
use crate::extremes::{Extremes, Side};
use crate::top::GROUP;
use core::marker::PhantomData;

/// Where the codes of the frame before come from, and where this frame's go.
pub(crate) trait Before<P: Pixels> {
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
            if P::DIGITS {
                V::unpack(self.0.add(block * P::PLANE_BYTES + BLOCK), index)
            } else {
                V::splat(0)
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
        if P::DIGITS {
            // SAFETY: the caller vouches for the block.
            unsafe { V::pack(digits, self.0.add(block * P::PLANE_BYTES + BLOCK)) }
        }
    }
}

/// A pair of frames: the frame before is there, and nothing is kept.
pub(crate) struct Frame(pub(crate) *const u8);

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
unsafe fn place<P: Pixels, V: Vector>(pixels: *const u8, block: usize, index: usize) -> *const u8 {
    // SAFETY: the caller vouches for the block.
    unsafe { pixels.add((block * BLOCK + index * V::LANES) * P::FORMAT.bytes_per_pixel()) }
}

/// Compares `blocks` blocks of pixels with the frame before.
///
/// # Safety
///
/// The contract of [`Vector`]. `pixels` is valid for reading `blocks` blocks of the format and
/// [`Pixels::OVERREAD`] bytes behind them, and `before` has as many blocks. `VECTORS` registers
/// hold one block.
#[inline(always)]
pub(crate) unsafe fn scan<P: Pixels, B: Before<P>, V: Vector, const VECTORS: usize>(
    pixels: *const u8,
    before: &B,
    blocks: usize,
    extremes: &mut Extremes,
) {
    const { assert!(VECTORS * V::LANES == BLOCK) };
    // SAFETY: every access below is to one of the `blocks` blocks the caller vouches for.
    unsafe {
        let constants = P::constants::<V>();
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
                        && V::rarely(LookAgain::<P, V>::new(new, old, block, extremes))
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
const AHEAD: usize = 6144;

/// Asks memory for the pixels that will be read some blocks later.
#[inline(always)]
unsafe fn prefetch<P: Pixels, V: Vector>(pixels: *const u8, block: usize) {
    let bytes = BLOCK * P::FORMAT.bytes_per_pixel();
    for line in (0..bytes).step_by(LINE) {
        // SAFETY: the caller has the contract of `Vector`; any address will do.
        unsafe { V::prefetch(pixels.wrapping_add(block * bytes + line + AHEAD)) };
    }
}

/// Bytes that memory hands out at a time.
const LINE: usize = 64;

/// Levels and digits of the pixels of one register.
struct Codes<V> {
    level: V,
    digit: V,
}

impl<V: Vector> Codes<V> {
    #[inline(always)]
    unsafe fn differs(&self, other: &Self) -> bool {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { self.level.xor(other.level).or(self.digit.xor(other.digit)).any() }
    }
}

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

/// Codes of the pixels of one register, as words in two registers; RGB has three more than the code.
#[inline(always)]
unsafe fn code_words<P: Pixels, V: Vector>(codes: &Codes<V>) -> [V; 2] {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let zero = V::splat(0);
        if !P::DIGITS {
            return V::words(codes.level, zero);
        }
        let level = V::words(zero, codes.level);
        let mut words = V::words(codes.digit, zero);
        for half in 0..2 {
            let four = level[half].multiply_high_words(V::splat_word(4 << 8));
            words[half] = words[half].saturating_add_words(four);
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
    unsafe fn of<P: Pixels>(codes: &Codes<V>) -> Self {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            let chords = P::curve().chords();
            let nibble = codes.level.high_nibble();
            let zero = V::splat(0);
            let mut place = codes.level.and(V::splat(15));
            if P::DIGITS {
                let twice = place.wrapping_add(place);
                place = twice.wrapping_add(twice).wrapping_add(codes.digit);
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
            ignored = V::words(bright_level.high_nibble().lookup(side.ignored()), zero);
        }
        let refused_bright = V::splat_word(P::word(refused.bright));
        let refused_dark = V::splat_word(P::word(refused.dark));
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
unsafe fn left_by_light<P: Pixels, V: Vector>(
    side: &Side,
    left: &[V; 2],
    bright: &Light<V>,
    dark: &Light<V>,
) -> V {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        // A whole number is above the threshold only if it is above the threshold's whole part.
        let needed = V::splat_word((side.threshold() * P::curve().chords().scale) as u16);
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
struct LookAgain<'a, P, V> {
    new: Codes<V>,
    old: Codes<V>,
    block: usize,
    extremes: &'a mut Extremes,
    format: PhantomData<P>,
}

impl<'a, P, V> LookAgain<'a, P, V> {
    #[inline(always)]
    fn new(new: Codes<V>, old: Codes<V>, block: usize, extremes: &'a mut Extremes) -> Self {
        Self { new, old, block, extremes, format: PhantomData }
    }
}

impl<P: Pixels, V: Vector> Rare<V> for LookAgain<'_, P, V> {
    #[inline(always)]
    unsafe fn run(self) -> bool {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            if !may_enter::<P, V>(&self.new, &self.old, self.extremes) {
                return false;
            }
            let mut bytes = Bytes::new();
            bytes.put(&self.new, &self.old);
            examine::<P>(&bytes, V::LANES, self.block, self.extremes);
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
        let (new, old) = (Light::of::<P>(new), Light::of::<P>(old));
        let rise = left_by_light::<P, V>(rises, &rise, &new, &old);
        let fall = left_by_light::<P, V>(falls, &fall, &old, &new);
        rise.or(fall).any()
    }
}

/// The codes of the pixels of a register, in memory; those it has no lanes for did not change.
struct Bytes {
    new: Codes<[u8; 64]>,
    old: Codes<[u8; 64]>,
}

impl Bytes {
    #[inline(always)]
    fn new() -> Self {
        let none = || Codes { level: [0; 64], digit: [0; 64] };
        Self { new: none(), old: none() }
    }

    #[inline(always)]
    unsafe fn put<V: Vector>(&mut self, new: &Codes<V>, old: &Codes<V>) {
        const { assert!(V::LANES <= 64) };
        // SAFETY: the caller has the contract of `Vector`, and no register is longer than the arrays.
        unsafe {
            new.level.store(self.new.level.as_mut_ptr());
            new.digit.store(self.new.digit.as_mut_ptr());
            old.level.store(self.old.level.as_mut_ptr());
            old.digit.store(self.old.digit.as_mut_ptr());
        }
    }
}

/// Looks at pixels with exact luminances.
#[cold]
#[inline(never)]
fn examine<P: Pixels>(bytes: &Bytes, lanes: usize, block: usize, extremes: &mut Extremes) {
    for group in 0..lanes.div_ceil(GROUP) {
        let new = codes::<P>(&bytes.new, group);
        let old = codes::<P>(&bytes.old, group);
        extremes.push_codes(&new, &old, block, P::curve());
    }
}

fn codes<P: Pixels>(bytes: &Codes<[u8; 64]>, group: usize) -> [u16; GROUP] {
    let levels = bytes.level.iter().zip(&bytes.digit).skip(group * GROUP);
    let mut codes = [0; GROUP];
    for (code, (&level, &digit)) in codes.iter_mut().zip(levels) {
        *code = P::code(level, digit);
    }
    codes
}
