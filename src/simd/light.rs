//! The linear light of many pixels at once, and its sums.

use crate::linear::{FACTORS, STRAIGHT};
use crate::simd::vector::Vector;

/// A way to compute linear light with an instruction set. All give what [`crate::linear`] says.
pub(crate) trait Light {
    type V: Vector;

    /// Adds the light of every two codes next to each other to words, which have room for two rows.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn add(sums: Self::V, codes: Self::V) -> Self::V;

    /// The first, second and third bytes of as many pixels of three bytes as a register has lanes, in their
    /// order.
    ///
    /// # Safety
    ///
    /// As for [`Vector::split`].
    #[inline(always)]
    unsafe fn split(from: *const u8) -> [Self::V; 3] {
        // SAFETY: the caller's contract.
        unsafe { Self::V::split(from) }
    }
}

/// By a polynomial, on any instruction set.
pub(crate) struct Polynomial<V>(V);

impl<V: Vector> Light for Polynomial<V> {
    type V = V;

    #[inline(always)]
    unsafe fn add(sums: V, codes: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            let above = codes.saturating_sub(V::splat(STRAIGHT)).pairs();
            let codes = codes.pairs();
            let pair = light(above[0], codes[0]).saturating_add_words(light(above[1], codes[1]));
            sums.saturating_add_words(pair)
        }
    }
}

/// The next codes of `C` channels: of one that has its own row, or of pixels of three bytes.
///
/// # Safety
///
/// The contract of [`Vector`]; `from` is valid for reading `C` registers, and for three channels
/// [`Vector::SPLITS`] holds.
#[inline(always)]
unsafe fn channels<L: Light, const C: usize>(from: *const u8) -> [L::V; C] {
    // SAFETY: the caller's contract.
    unsafe {
        if C == 1 {
            return [L::V::load(from); C];
        }
        // A loop and no closure, which would be compiled without the instruction set.
        let (split, mut channels) = (L::split(from), [L::V::splat(0); C]);
        for (channel, split) in channels.iter_mut().zip(split) {
            *channel = split;
        }
        channels
    }
}

/// The light of every two pixels next to each other, `at` bytes behind the beginning of rows, at most two.
///
/// # Safety
///
/// That of [`channels`].
#[inline(always)]
unsafe fn pairs<L: Light, const C: usize>(rows: &[*const u8], at: usize) -> [L::V; C] {
    // SAFETY: the caller's contract.
    unsafe {
        let mut pairs = [L::V::splat(0); C];
        for row in rows {
            let codes = channels::<L, C>(row.add(at));
            // One by one: a loop over the channels would keep them in memory.
            pairs[0] = L::add(pairs[0], codes[0]);
            if C == 3 {
                pairs[1] = L::add(pairs[1], codes[1]);
                pairs[2] = L::add(pairs[2], codes[2]);
            }
        }
        pairs
    }
}

/// Asks for the lines of memory in which `bytes` lie, from the byte on that is `at` behind the beginning.
#[inline(always)]
unsafe fn prefetch<V: Vector, const N: usize>(rows: &[*const u8; N], at: usize, bytes: usize) {
    for row in rows {
        for line in 0..bytes.div_ceil(64) {
            // SAFETY: the caller has the contract of `Vector`.
            unsafe { V::prefetch(row.wrapping_add(at + 64 * line)) };
        }
    }
}

/// Sums up the light of every two pixels next to each other, over `N` rows, at most two, for each of `C`
/// channels. Of what lies `ahead` as many bytes are asked for.
///
/// # Safety
///
/// That of [`channels`]; each row has `C` times `count` bytes and each of the sums room for half as many words
/// as `count`, which is a multiple of [`Vector::LANES`].
#[inline(always)]
pub(crate) unsafe fn sum_pairs<L: Light, const C: usize, const N: usize>(
    rows: [*const u8; N],
    count: usize,
    sums: [*mut u16; C],
    ahead: [*const u8; N],
) {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller's contract; `at` is below `count`, and whole registers fit.
        unsafe {
            prefetch::<L::V, N>(&ahead, C * at, C * L::V::LANES);
            for (pairs, sums) in pairs::<L, C>(&rows, C * at).iter().zip(&sums) {
                pairs.store(sums.cast::<u8>().add(at));
            }
        }
        at += L::V::LANES;
    }
}

/// The same of every four pixels next to each other, over `N` rows, at most four, as numbers of 32 bits; added
/// to what is there, if there is.
///
/// # Safety
///
/// As for [`sum_pairs`], with room for a quarter of `count` numbers.
#[inline(always)]
pub(crate) unsafe fn sum_quads<L: Light, const C: usize, const N: usize>(
    rows: [*const u8; N],
    count: usize,
    sums: [*mut i32; C],
    are_there: bool,
    ahead: [*const u8; N],
) {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller's contract; `at` is below `count`, and whole registers fit.
        unsafe {
            prefetch::<L::V, N>(&ahead, C * at, C * L::V::LANES);
            let mut quads = [L::V::splat(0); C];
            if are_there {
                for (quads, sums) in quads.iter_mut().zip(&sums) {
                    *quads = L::V::load(sums.cast::<u8>().add(at));
                }
            }
            for rows in rows.chunks(2) {
                for (quads, pairs) in quads.iter_mut().zip(pairs::<L, C>(rows, C * at)) {
                    *quads = quads.add_double_words(pairs.add_word_pairs());
                }
            }
            for (quads, sums) in quads.iter().zip(&sums) {
                quads.store(sums.cast::<u8>().add(at));
            }
        }
        at += L::V::LANES;
    }
}

/// Sums up the light of pixels that lie below each other in `N` rows, at most four.
///
/// # Safety
///
/// As for [`sum_pairs`] of one channel, with room for `count` words.
#[inline(always)]
pub(crate) unsafe fn sum_columns<V: Vector, const N: usize>(
    rows: [*const u8; N],
    count: usize,
    sums: *mut u16,
) {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller's contract; `at` is below `count`, and a whole register fits.
        unsafe {
            let zero = V::splat(0);
            let mut sum = [zero; 2];
            for row in rows {
                let codes = V::load(row.add(at));
                let above = V::words(zero, codes.saturating_sub(V::splat(STRAIGHT)));
                let codes = V::words(zero, codes);
                for (sum, (above, codes)) in sum.iter_mut().zip(above.into_iter().zip(codes)) {
                    *sum = sum.saturating_add_words(light(above, codes));
                }
            }
            V::store_words(sum, sums.add(at));
        }
        at += V::LANES;
    }
}

/// The light of codes in words, of which and of what lies above the straight line 256 times are given.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
unsafe fn light<V: Vector>(above: V, codes: V) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        let [a1, a2, a3, a4, a5] = FACTORS.map(|factor| V::splat_word(factor));
        let sum = a4.saturating_sub_words(a5.multiply_high_words(above));
        let sum = a3.saturating_sub_words(sum.multiply_high_words(above));
        let sum = a2.saturating_add_words(sum.multiply_high_words(above));
        let sum = a1.saturating_add_words(sum.multiply_high_words(above));
        let ten = V::splat_word(10 << 8);
        sum.multiply_high_words(above).average_words(codes.multiply_high_words(ten))
    }
}
