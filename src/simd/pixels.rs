//! How pixels become levels, the bytes that are compared, and digits, the rest of their codes.

use super::channels::Channels;
use super::reading::{At, Reading};
use super::vector::Vector;
use crate::curve::Digits;
use crate::format::Samples;

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
        unsafe { (C::constants(reading), [V::splat_word(r), V::splat_word(g), V::splat_word(b)]) }
    }

    #[inline(always)]
    unsafe fn levels<V: Vector>(at: At, constants: Self::Constants<V>) -> (V, V) {
        let (constants, weights) = constants;
        // SAFETY: the caller's contract is the same.
        unsafe {
            let channels: [V; 3] = C::channels(at, constants);
            let mut sums = [V::splat_word(128); 2];
            for (channel, weight) in channels.into_iter().zip(weights) {
                // 256 times the channel, so that the upper half of the product is in 256ths.
                let words = V::words(V::splat(0), channel);
                for (sum, word) in sums.iter_mut().zip(words) {
                    *sum = sum.saturating_add_words(word.multiply_high_words(weight));
                }
            }
            let level = V::high_bytes(sums);
            (level, level)
        }
    }
}

/// Samples of more than 8 bits in words of 16: the level is the upper 8 of the sample's bits, the digit
/// the other `DIGIT_BITS`.
pub(crate) struct Word<const DIGIT_BITS: u32>;

/// 255 for every second byte, beginning with the first.
const HALVES: [u8; 64] = {
    let mut bytes = [0; 64];
    let mut i = 0;
    while i < bytes.len() {
        bytes[i] = 255;
        i += 2;
    }
    bytes
};

/// What picks the bytes of words, and by how many bits they are moved.
#[derive(Clone, Copy)]
pub(crate) struct WordConstants<M> {
    even: M,
    /// The higher byte to the left and the lower to the right, for the level.
    high_left: u32,
    low_right: u32,
    /// The lower byte to the right, for the digit.
    digit_right: u32,
}

impl<const DIGIT_BITS: u32> Pixels for Word<DIGIT_BITS> {
    const PLANES: usize = 1;
    const BYTES: usize = 2;
    const OVERREAD: usize = 0;
    const DIGITS: Digits = match DIGIT_BITS {
        2 => Digits::OF_10_BITS,
        4 => Digits::OF_12_BITS,
        _ => Digits::OF_16_BITS,
    };
    type Constants<V: Vector> = WordConstants<V::Mask>;

    #[inline(always)]
    unsafe fn constants<V: Vector>(reading: &Reading) -> Self::Constants<V> {
        let low = matches!(reading.samples, Samples::Word(_, crate::format::Aligned::Low));
        // SAFETY: `HALVES` is as long as the largest register.
        let even = unsafe { V::load_mask(HALVES.as_ptr()) };
        if low {
            let high_left = 8 - DIGIT_BITS;
            WordConstants { even, high_left, low_right: DIGIT_BITS, digit_right: 0 }
        } else {
            WordConstants { even, high_left: 0, low_right: 8, digit_right: 8 - DIGIT_BITS }
        }
    }

    #[inline(always)]
    unsafe fn levels<V: Vector>(at: At, constants: Self::Constants<V>) -> (V, V) {
        // Two registers hold as many words as one has lanes. The lower bytes of the first lie in even
        // lanes, those of the second are moved into odd ones; the higher bytes the other way round.
        // SAFETY: the caller vouches for 2 LANES bytes.
        unsafe {
            let from = at[0];
            let low_of_second = V::load(from.add(V::LANES - 1));
            let low = V::select(constants.even, V::load(from), low_of_second);
            let high_of_second = V::load(from.add(V::LANES));
            let high = V::select(constants.even, V::load(from.add(1)), high_of_second);
            let level =
                high.shift_left(constants.high_left).or(low.shift_right(constants.low_right));
            let digit = low.shift_right(constants.digit_right);
            (level, digit.and(V::splat((Self::DIGITS.count - 1) as u8)))
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
    for plane in pixels.into_iter().take(P::PLANES) {
        for line in (0..bytes).step_by(LINE) {
            // SAFETY: the caller has the contract of `Vector`; any address will do.
            unsafe { V::prefetch(plane.wrapping_add(block * bytes + line + AHEAD / P::PLANES)) };
        }
    }
}

/// Bytes that memory hands out at a time.
const LINE: usize = 64;
