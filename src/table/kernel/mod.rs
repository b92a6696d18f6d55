//! The kernel of the T table: the five largest rises and falls between two frames, without looking up more
//! than a few pixels.
//!
//! # The idea
//!
//! Only pixels that enter the five largest rises or falls matter, and few do. So pixels are first compared as
//! integers, a register at a time, and nearly all registers are done then:
//!
//! ```text
//! for each register of pixels:
//!     new = codes of the pixels            # high 8 bits and low bits
//!     old = codes of the same pixels in the frame before
//!     if max(new.high - old.high) >= min_level_delta (rise), or the same the other way round (fall)
//!        and max(new.high, old.high) >= min_bright_level
//!        and new != old:
//!         refine                           # cold, a function of its own
//!     store new in the place of old
//!
//! refine:
//!     cross out pixels by their whole codes
//!     cross out pixels by a bound of their luminance, in 16 bits
//!     if any is left: look up the luminance of all, push the differences to the five largest,
//!                     and raise the thresholds
//! ```
//!
//! # Why nothing is missed
//!
//! Let `t` be the fifth largest rise so far. It only grows while a frame is compared, so a threshold from an
//! earlier moment crosses out no more than a later one would.
//!
//! * *Levels.* The level of a code is the value of its high bits. `max_delta[d]` is the greatest difference of
//!   luminance between any codes whose levels lie `d` apart, see [`crate::table::lut`], and `min_level_delta` is
//!   the smallest `d` where it exceeds `t`. A pixel whose levels lie closer rises by no more than `t`, whatever
//!   its codes, and cannot enter. Nor can one whose brighter level is below `min_bright_level`: even from black it
//!   would rise by no more than `t`.
//! * *Codes.* A pixel cannot enter if its codes lie so close that even the greatest steps of luminance from code
//!   to code up to its brighter one do not add up to more than `t`; nor if its brighter code is no brighter and
//!   its darker code no darker than those of a pair that was looked up and rejected.
//! * *Bounds.* [`LinearBounds`] give an integer no smaller than the scaled luminance of the brighter code, and one
//!   no larger than that of the darker code. Their difference is no smaller than the scaled change. If it does not
//!   exceed the integer part of the scaled `t`, the pixel cannot enter.
//!
//! Rounding keeps all this true: a difference of two table entries and a `max_delta` are both single
//! subtractions of `f64`, and rounding keeps the order of what it rounds. Nothing is assumed of the table of
//! luminance but that it does not decrease and is the one the bounds were made from.
//!
//! # What it costs
//!
//! A still picture costs the loads, the codes and one comparison. The worst inputs are those where many
//! registers pass the first test. So the thresholds are raised early, by the blocks that changed most in the
//! frame before ([`HotBlocks`]), and what was looked up and rejected is rejected from then on by its codes.
//!
//! There are no closures around registers: a closure is a function of its own and would be compiled for
//! the baseline, with a call for every operation.

mod pair;
mod pixels;
mod previous;
mod stream;

pub(crate) use pair::compare;
pub(crate) use pixels::{BLOCK, PixelLayout};
pub(crate) use stream::{HotBlocks, memory_needed, stream};

use core::marker::PhantomData;

use crate::simd::{Backend, MAX_LANES, Outlined, Simd, Vector};
use crate::table::lut::{LinearBounds, LuminanceLut};
use crate::table::thresholds::{Direction, Thresholds};
use crate::table::top::GROUP;
use pixels::{Codes, Pixels, Pointers};
use previous::Previous;

/// How pixels are compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KernelConfig<'l> {
    pub(crate) backend: Backend,
    pub(crate) layout: PixelLayout,
    pub(crate) lut: &'l LuminanceLut<'l>,
}

/// Compares groups of pixels with the frame before.
///
/// # Safety
///
/// `pixels` is valid, in the first [`Pixels::PLANES`] planes, for reading `groups` groups and
/// [`Pixels::OVERREAD`] bytes behind them, and `previous` has as many groups.
#[inline(always)]
unsafe fn scan<P: Pixels, B: Previous, V: Vector>(
    simd: Simd<V>,
    config: &KernelConfig<'_>,
    pixels: Pointers,
    previous: &mut B,
    groups: usize,
    thresholds: &mut Thresholds,
) {
    // SAFETY: `simd` is the proof for the operations, and the caller vouches for the memory.
    unsafe {
        let constants = P::constants::<V>(&config.layout);
        let mut filter = Filter::<V>::of(thresholds);
        for group in 0..groups {
            let first = group * B::group::<V>();
            P::prefetch::<V>(P::at(pixels, first), B::group::<V>());
            previous.prefetch::<P, V>(group);
            let mut low = B::low::<V>();
            let registers = B::group::<V>() / V::LANES;
            // Codes of 8 bits take few instructions, of which the loop's own and the call of what the codes would
            // cross out anyway are a large part. Others take enough of them that more in the loop makes it slower.
            let short = P::SPLIT.codes_per_level == 1;
            let in_pairs = V::LANES == 16 && registers.is_multiple_of(2);
            let unrolled = if in_pairs || short && registers.is_multiple_of(2) { 2 } else { 1 };
            for i in 0..registers / unrolled {
                // A multiple, as the compiler sees: which of two parts of the low bits it is, is known.
                let start = i * unrolled;
                // Of short registers mostly neither of two passes: that is asked once.
                if in_pairs {
                    let at = P::at(pixels, first + start * V::LANES);
                    let new = P::codes::<V>(at, constants);
                    let next = P::codes::<V>(P::at(at, V::LANES), constants);
                    let old = previous.codes::<P, V>(group, start, constants);
                    let old_next = previous.codes::<P, V>(group, start + 1, constants);
                    if !filter.passes::<P, 2>([new, next], [old, old_next]) {
                        previous.keep::<P, V>(group, start, new, &mut low);
                        previous.keep::<P, V>(group, start + 1, next, &mut low);
                        continue;
                    }
                }
                for index in start..start + unrolled {
                    let new = P::codes::<V>(P::at(pixels, first + index * V::LANES), constants);
                    let old = previous.codes::<P, V>(group, index, constants);
                    if filter.passes::<P, 1>([new], [old])
                        && (!(short && V::FAST_LOOKUP)
                            || Survivors::of::<P>(new, old, thresholds).any())
                        && simd.outline(Refine::<P, V>::new(new, old, config.lut, thresholds))
                    {
                        previous.remember(group);
                        filter = Filter::of(thresholds);
                    }
                    previous.keep::<P, V>(group, index, new, &mut low);
                }
            }
            previous.keep_low::<P, V>(group, low);
        }
    }
}

/// The levels that pixels are compared with first.
#[derive(Clone, Copy)]
struct Filter<V> {
    /// One less than the level deltas of rises and falls that may enter, and than the level of the brighter code.
    rise: V,
    fall: V,
    bright: V,
    /// Whether a level delta of 0 may enter.
    all: bool,
}

impl<V: Vector> Filter<V> {
    #[inline(always)]
    unsafe fn of(thresholds: &Thresholds) -> Self {
        let Thresholds { rises, falls } = thresholds;
        let (rise, fall) = (rises.min_level_delta(), falls.min_level_delta());
        let bright = rises.min_bright_level().min(falls.min_bright_level());
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            Self {
                rise: V::splat(rise.saturating_sub(1) as u8),
                fall: V::splat(fall.saturating_sub(1) as u8),
                bright: V::splat(bright.saturating_sub(1).min(255) as u8),
                all: rise == 0 || fall == 0,
            }
        }
    }

    /// Whether a pixel of one register, or of several, may enter.
    #[inline(always)]
    unsafe fn passes<P: Pixels, const N: usize>(
        self,
        new: [Codes<V>; N],
        old: [Codes<V>; N],
    ) -> bool {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            let [mut changed, mut bright, mut different] = [V::splat(0); 3];
            // A pixel of 8 bits whose levels are equal has not changed.
            if !(self.all && P::SPLIT.codes_per_level > 1) {
                for (new, old) in new.iter().zip(&old) {
                    let rise = new.high.saturating_sub(old.high).saturating_sub(self.rise);
                    let fall = old.high.saturating_sub(new.high).saturating_sub(self.fall);
                    changed = changed.or(rise.or(fall));
                }
                if !changed.any() {
                    return false;
                }
                for (new, old) in new.iter().zip(&old) {
                    bright = bright.or(new.high.max(old.high).saturating_sub(self.bright));
                }
                if !bright.any() {
                    return false;
                }
            }
            // Asked last, but before anything that is slow: it is all that a still picture asks.
            for (new, old) in new.iter().zip(&old) {
                different = different.or(new.high.xor(old.high).or(new.low.xor(old.low)));
            }
            different.any()
        }
    }
}

/// Takes a register of pixels that passed the filter into account. Says whether one of them entered.
struct Refine<'a, P, V> {
    new: Codes<V>,
    old: Codes<V>,
    lut: &'a LuminanceLut<'a>,
    thresholds: &'a mut Thresholds,
    pixels: PhantomData<P>,
}

impl<'a, P, V> Refine<'a, P, V> {
    #[inline(always)]
    fn new(
        new: Codes<V>,
        old: Codes<V>,
        lut: &'a LuminanceLut<'a>,
        thresholds: &'a mut Thresholds,
    ) -> Self {
        Self { new, old, lut, thresholds, pixels: PhantomData }
    }
}

impl<P: Pixels, V: Vector> Outlined<V> for Refine<'_, P, V> {
    type Output = bool;

    #[inline(always)]
    fn run(self, _: Simd<V>) -> bool {
        let Self { new, old, lut, thresholds, .. } = self;
        let mut codes = [[0; MAX_LANES]; 2];
        // SAFETY: the token is the proof for the operations; no register has more lanes than there is room for.
        unsafe {
            let survivors = Survivors::of::<P>(new, old, thresholds);
            if !survivors.any() {
                return false;
            }
            if V::FAST_LOOKUP {
                let bounds = lut.linear_bounds();
                let new = Bounds::of::<P>(new, bounds);
                let old = Bounds::of::<P>(old, bounds);
                let rise = exceeding(&thresholds.rises, bounds, survivors.rise, &new, &old);
                let fall = exceeding(&thresholds.falls, bounds, survivors.fall, &old, &new);
                if !rise.or(fall).any() {
                    return false;
                }
            }
            for (joined, to) in [survivors.new, survivors.old].into_iter().zip(&mut codes) {
                let [first, second] = without_offset::<P, V>(joined);
                first.store(to.as_mut_ptr().cast());
                second.store(to.as_mut_ptr().cast::<u8>().add(V::LANES));
            }
        }
        let [new, old] = &codes;
        let mut entered = false;
        // `zip` would count the groups, by a division whose code for a division by 0 is linked.
        let mut old = old[..V::LANES].chunks(GROUP);
        for new in new[..V::LANES].chunks(GROUP) {
            let Some(old) = old.next() else { break };
            entered |= thresholds.push_codes(new, old, lut);
        }
        entered
    }
}

/// The codes of the pixels of a register, as `u16` in two registers, with the offset of the split.
#[inline(always)]
unsafe fn joined<P: Pixels, V: Vector>(codes: Codes<V>) -> [V; 2] {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let zero = V::splat(0);
        match P::SPLIT.codes_per_level {
            1 => return V::interleave_u16(codes.high, zero),
            256 => return V::interleave_u16(codes.low, codes.high),
            _ => {}
        }
        let high = V::interleave_u16(zero, codes.high);
        let mut joined = V::interleave_u16(codes.low, zero);
        for half in 0..2 {
            let factor = V::splat_u16((P::SPLIT.codes_per_level as u16) << 8);
            joined[half] = joined[half].saturating_add_u16(high[half].multiply_high_u16(factor));
        }
        joined
    }
}

/// Codes as the table of luminance has them.
#[inline(always)]
unsafe fn without_offset<P: Pixels, V: Vector>(mut joined: [V; 2]) -> [V; 2] {
    for codes in &mut joined {
        // SAFETY: the caller has the contract of `Vector`.
        *codes = unsafe { codes.saturating_sub_u16(V::splat_u16(P::SPLIT.offset as u16)) };
    }
    joined
}

/// The pixels of a register that their codes do not cross out.
struct Survivors<V> {
    /// Codes, with the offset of the split.
    new: [V; 2],
    old: [V; 2],
    /// Not 0 where a pixel may have risen, or fallen, by enough.
    rise: [V; 2],
    fall: [V; 2],
}

impl<V: Vector> Survivors<V> {
    #[inline(always)]
    unsafe fn of<P: Pixels>(
        new_codes: Codes<V>,
        old_codes: Codes<V>,
        thresholds: &Thresholds,
    ) -> Self {
        let Thresholds { rises, falls } = thresholds;
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            let new = joined::<P, V>(new_codes);
            let old = joined::<P, V>(old_codes);
            let rise = surviving::<P, V>(rises, new_codes.high, &new, &old);
            let fall = surviving::<P, V>(falls, old_codes.high, &old, &new);
            Self { new, old, rise, fall }
        }
    }

    #[inline(always)]
    unsafe fn any(&self) -> bool {
        let ([a, b], [c, d]) = (self.rise, self.fall);
        // SAFETY: the caller has the contract of `Vector`.
        unsafe { a.or(b).or(c.or(d)).any() }
    }
}

/// Not 0 where the codes of a pixel, `bright` in one frame and `dark` in the other, do not cross it out.
#[inline(always)]
unsafe fn surviving<P: Pixels, V: Vector>(
    direction: &Direction,
    bright_high: V,
    bright: &[V; 2],
    dark: &[V; 2],
) -> [V; 2] {
    let rejected = direction.rejected();
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let zero = V::splat(0);
        let mut negligible = [zero; 2];
        if V::FAST_LOOKUP {
            let deltas = bright_high.shift_right(4).lookup(direction.negligible_deltas());
            negligible = V::interleave_u16(deltas, zero);
        }
        let offset = |code: u16| code.saturating_add(P::SPLIT.offset as u16);
        let rejected_bright = V::splat_u16(offset(rejected.bright));
        let rejected_dark = V::splat_u16(offset(rejected.dark));
        let mut surviving = [zero; 2];
        for (half, surviving) in surviving.iter_mut().enumerate() {
            let delta = bright[half].saturating_sub_u16(dark[half]);
            let not_rejected = bright[half]
                .saturating_sub_u16(rejected_bright)
                .or(rejected_dark.saturating_sub_u16(dark[half]));
            *surviving = delta.saturating_sub_u16(negligible[half]).min_u16(not_rejected);
        }
        surviving
    }
}

/// Bounds of the scaled luminance of the pixels of a register, as `u16` in two registers.
struct Bounds<V> {
    lower: [V; 2],
    upper: [V; 2],
}

impl<V: Vector> Bounds<V> {
    #[inline(always)]
    unsafe fn of<P: Pixels>(codes: Codes<V>, bounds: &LinearBounds) -> Self {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            let segment = codes.high.shift_right(4);
            let zero = V::splat(0);
            let mut position = codes.high.and(V::splat(15));
            // The code's position in its segment, as `CodeSplit::codes_per_position` counts.
            match P::SPLIT.codes_per_level {
                1 => {}
                4 => position = position.shift_left(2).wrapping_add(codes.low),
                16 => position = position.shift_left(4).or(codes.low),
                _ => position = position.shift_left(4).or(codes.low.shift_right(4)),
            }
            let base = V::interleave_u16(
                segment.lookup(&bounds.base_low),
                segment.lookup(&bounds.base_high),
            );
            let slope = V::interleave_u16(
                segment.lookup(&bounds.slope_low),
                segment.lookup(&bounds.slope_high),
            );
            let error = V::interleave_u16(segment.lookup(&bounds.error), zero);
            // 256 p, so that the upper half of the product is p · slope / 256.
            let position = V::interleave_u16(zero, position);
            let mut found = Self { lower: base, upper: base };
            for half in 0..2 {
                let line =
                    base[half].saturating_add_u16(position[half].multiply_high_u16(slope[half]));
                found.lower[half] = line.saturating_sub_u16(error[half]);
                found.upper[half] = line.saturating_add_u16(error[half]);
            }
            found
        }
    }
}

/// Not 0 where a survivor's luminance may have changed by more than the threshold.
#[inline(always)]
unsafe fn exceeding<V: Vector>(
    direction: &Direction,
    bounds: &LinearBounds,
    survivors: [V; 2],
    bright: &Bounds<V>,
    dark: &Bounds<V>,
) -> V {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        // An integer exceeds the threshold only if it exceeds the threshold's integer part.
        let threshold = V::splat_u16((direction.threshold() * bounds.scale) as u16);
        let mut any = V::splat(0);
        for (half, survivors) in survivors.into_iter().enumerate() {
            let delta = bright.upper[half]
                .saturating_sub_u16(dark.lower[half])
                .saturating_sub_u16(threshold);
            any = any.or(survivors.min_u16(delta));
        }
        any
    }
}
