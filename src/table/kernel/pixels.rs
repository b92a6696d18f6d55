//! How pixels become levels, the bytes that are compared, and digits, the rest of their codes.

use super::channels::Channels;
use super::reading::{At, Reading};
use crate::frame::format::{Alignment, SampleLayout};
use crate::simd::Vector;
use crate::table::lut::Digits;

/// Pixels that are kept and compared together.
pub(crate) const BLOCK: usize = 128;

/// A kind of pixels as the kernel reads them.
pub(crate) trait Pixels {
    /// Planes that are looked at.
    const PLANES: usize;

    /// Bytes of a pixel in each of them.
    const BYTES: usize;

    /// Bytes that are read, and thrown away, behind the last pixel of a block.
    const OVERREAD: usize;

    /// How codes are cut.
    const DIGITS: Digits;

    /// What [`Pixels::levels`] needs in registers.
    type Constants<V: Vector>: Copy;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn constants<V: Vector>(reading: &Reading) -> Self::Constants<V>;

    /// Levels and digits of the `LANES` pixels of a register. Which pixel lands in which lane
    /// depends on nothing but the size of the register.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`]; `at` is valid, in the first [`Pixels::PLANES`] planes, for reading
    /// `LANES` pixels and [`Pixels::OVERREAD`] bytes behind them.
    unsafe fn levels<V: Vector>(at: At, constants: Self::Constants<V>) -> (V, V);

    /// Bytes that a block takes in the plane of codes: its levels, and then its digits, of two bits, or
    /// of more in a byte each.
    const PLANE_BYTES: usize = match Self::DIGITS.count {
        1 => BLOCK,
        4 => BLOCK + BLOCK / 4,
        _ => 2 * BLOCK,
    };

    /// The word that registers have for a code.
    #[inline(always)]
    fn word_of(code: u16) -> u16 {
        code.saturating_add(Self::DIGITS.offset as u16)
    }
}

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
}

/// One byte a pixel: the level is the code.
pub(crate) struct OneByte;

impl Pixels for OneByte {
    const PLANES: usize = 1;
    const BYTES: usize = 1;
    const OVERREAD: usize = 0;
    const DIGITS: Digits = Digits::NONE;
    type Constants<V: Vector> = ();

    #[inline(always)]
    unsafe fn constants<V: Vector>(_: &Reading) {}

    #[inline(always)]
    unsafe fn levels<V: Vector>(at: At, (): ()) -> (V, V) {
        // SAFETY: the caller's contract is the same.
        let level = unsafe { V::load(at[0]) };
        (level, level)
    }
}

/// Three channels whose mean is the gray: the code is their sum `s`, the level `ceil(s / 4)` and the digit
/// `(s - 1) mod 4`, so that `s = 4 · level + digit - 3`.
pub(crate) struct Mean<C>(C);

impl<C: Channels> Pixels for Mean<C> {
    const PLANES: usize = C::PLANES;
    const BYTES: usize = C::BYTES;
    const OVERREAD: usize = C::OVERREAD;
    const DIGITS: Digits = Digits::SUM;
    type Constants<V: Vector> = C::Constants<V>;

    #[inline(always)]
    unsafe fn constants<V: Vector>(reading: &Reading) -> Self::Constants<V> {
        // SAFETY: the caller's contract is the same.
        unsafe { C::constants(reading) }
    }

    #[inline(always)]
    unsafe fn levels<V: Vector>(at: At, constants: Self::Constants<V>) -> (V, V) {
        // SAFETY: the caller's contract is the same.
        unsafe {
            let [r, g, b]: [V; 3] = C::channels(at, constants);

            // ceil(s / 4) in bytes: with q = ceil((r + g) / 2) and c = (r + g) mod 2, so that
            // r + g = 2 q - c, it is ceil((q + ceil((b - c) / 2)) / 2).
            let q = r.average(g);
            let c = r.xor(g).and(V::splat(1));
            let half = b.xor(b.and(c)).average(V::splat(0));
            let level = q.average(half);
            let sum = r.wrapping_add(g).wrapping_add(b);
            let digit = sum.wrapping_add(V::splat(255)).and(V::splat(3));
            (level, digit)
        }
    }
}

/// Three channels whose weighted sum, rounded as [`Gray::rounded`](crate::Gray) says, is the code.
pub(crate) struct Weighted<C>(C);

impl<C: Channels> Pixels for Weighted<C> {
    const PLANES: usize = C::PLANES;
    const BYTES: usize = C::BYTES;
    const OVERREAD: usize = C::OVERREAD;
    const DIGITS: Digits = Digits::NONE;
    type Constants<V: Vector> = (C::Constants<V>, [V; 3]);

    #[inline(always)]
    unsafe fn constants<V: Vector>(reading: &Reading) -> Self::Constants<V> {
        let [r, g, b] = reading.weights.unwrap_or_default();
        // SAFETY: the caller's contract is the same.
        unsafe { (C::constants(reading), [V::splat_u16(r), V::splat_u16(g), V::splat_u16(b)]) }
    }

    #[inline(always)]
    unsafe fn levels<V: Vector>(at: At, constants: Self::Constants<V>) -> (V, V) {
        let (constants, weights) = constants;
        // SAFETY: the caller's contract is the same.
        unsafe {
            let channels: [V; 3] = C::channels(at, constants);
            let mut sums = [V::splat_u16(128); 2];
            for (channel, weight) in channels.into_iter().zip(weights) {
                // 256 times the channel, so that the upper half of the product is in 256ths.
                let words = V::interleave_u16(V::splat(0), channel);
                for (sum, word) in sums.iter_mut().zip(words) {
                    *sum = sum.saturating_add_u16(word.multiply_high_u16(weight));
                }
            }
            let level = V::high_bytes(sums);
            (level, level)
        }
    }
}

/// SampleLayout of more than 8 bits in words of 16: the level is the upper 8 of the sample's bits, the digit
/// the other `DIGIT_BITS`.
pub(crate) struct Word<const DIGIT_BITS: u32>;

impl<const DIGIT_BITS: u32> Pixels for Word<DIGIT_BITS> {
    const PLANES: usize = 1;
    const BYTES: usize = 2;
    const OVERREAD: usize = 0;
    const DIGITS: Digits = match DIGIT_BITS {
        2 => Digits::OF_10_BITS,
        4 => Digits::OF_12_BITS,
        _ => Digits::OF_16_BITS,
    };
    /// A factor that moves words up, so that the sample's highest bit is the word's.
    type Constants<V: Vector> = V;

    #[inline(always)]
    unsafe fn constants<V: Vector>(reading: &Reading) -> V {
        let up = match reading.samples {
            SampleLayout::U16(_, Alignment::Low) => 8 - DIGIT_BITS,
            _ => 0,
        };
        // SAFETY: the caller's contract is the same.
        unsafe { V::splat_u16(1 << up) }
    }

    #[inline(always)]
    unsafe fn levels<V: Vector>(at: At, up: V) -> (V, V) {
        // SAFETY: the caller vouches for 2 LANES bytes.
        unsafe {
            let [first, second] = V::load_u16(at[0]);
            let words = [first.multiply_u16(up), second.multiply_u16(up)];
            (V::high_bytes(words), V::low_bytes(words).shift_right(8 - DIGIT_BITS))
        }
    }
}

/// Where the pixels of a register begin.
#[inline(always)]
pub(super) fn place<P: Pixels, V: Vector>(pixels: At, block: usize, index: usize) -> At {
    let bytes = (block * BLOCK + index * V::LANES) * P::BYTES;
    let first = pixels[0].wrapping_add(bytes);
    if P::PLANES == 1 {
        [first; 3]
    } else {
        [first, pixels[1].wrapping_add(bytes), pixels[2].wrapping_add(bytes)]
    }
}

/// How far ahead memory is asked for pixels, in bytes: some microseconds of work, so that they have come
/// when they are wanted.
const AHEAD: usize = 12_288;

/// Asks memory for the pixels that will be read some blocks later.
#[inline(always)]
pub(super) unsafe fn prefetch<P: Pixels, V: Vector>(pixels: At, block: usize) {
    let bytes = BLOCK * P::BYTES;
    for plane in &pixels[..P::PLANES] {
        for line in (0..bytes).step_by(LINE) {
            // SAFETY: the caller has the contract of `Vector`; any address will do.
            unsafe { V::prefetch(plane.wrapping_add(block * bytes + line + AHEAD / P::PLANES)) };
        }
    }
}

/// Bytes that memory hands out at a time.
const LINE: usize = 64;
