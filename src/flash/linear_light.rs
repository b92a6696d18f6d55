//! The linear light of many pixels at once, and its sums.

use crate::color::srgb::{CODES, FACTORS, STRAIGHT, linear};
use crate::simd::{Simd, Vector};

/// Sums up the linear light, as [`crate::color::srgb`] has it, of the pixels of `N` rows, at most four; as
/// many as all of them have, cut to a multiple of 64.
#[inline(always)]
pub(crate) fn sum_columns<V: Vector, const N: usize>(
    _: Simd<V>,
    rows: [&[u8]; N],
    sums: &mut [u16],
) {
    let shortest = rows.iter().fold(sums.len(), |length, row| length.min(row.len()));
    // SAFETY: this value says that the processor has the instructions. All have as many bytes or
    // words, and every register has 4, 16, 32 or 64 bytes.
    unsafe {
        let rows = rows.map(|row| row.as_ptr());
        sum_columns_raw::<V, N>(rows, shortest / 64 * 64, sums.as_mut_ptr());
    }
}

/// The same of every two pixels next to each other in `N` rows, at most two, for each of `C` channels: of
/// one that has its own rows, or of pixels of three bytes. Gives the number of pixels that were summed up,
/// none where the instruction set is not made for it.
#[inline(always)]
pub(crate) fn sum_pairs<V: Vector, const C: usize, const N: usize>(
    _: Simd<V>,
    rows: [&[u8]; N],
    sums: [&mut [u16]; C],
    ahead: [&[u8]; N],
) -> usize {
    let room = sums.iter().fold(usize::MAX, |length, sums| length.min(2 * sums.len()));
    let count = count::<V, C, N>(&rows, room);
    // SAFETY: this value says that the processor has the instructions. Each row has `C` bytes for every
    // pixel, each of the sums a word for two; every register has 4, 16, 32 or 64 bytes.
    unsafe {
        let (rows, ahead) = (rows.map(|row| row.as_ptr()), ahead.map(|row| row.as_ptr()));
        sum_pairs_raw::<V, C, N>(rows, count, sums.map(|sums| sums.as_mut_ptr()), ahead);
    }
    count
}

/// The same of every four pixels next to each other in `N` rows, at most four; added to the sums that are
/// there, if any are.
#[inline(always)]
pub(crate) fn sum_quads<V: Vector, const C: usize, const N: usize>(
    _: Simd<V>,
    rows: [&[u8]; N],
    sums: [&mut [i32]; C],
    are_there: bool,
    ahead: [&[u8]; N],
) -> usize {
    let room = sums.iter().fold(usize::MAX, |length, sums| length.min(4 * sums.len()));
    let count = count::<V, C, N>(&rows, room);
    // SAFETY: as above, with a number for every four pixels.
    unsafe {
        let (rows, ahead) = (rows.map(|row| row.as_ptr()), ahead.map(|row| row.as_ptr()));
        let sums = sums.map(|sums| sums.as_mut_ptr());
        sum_quads_raw::<V, C, N>(rows, count, sums, are_there, ahead);
    }
    count
}

/// Pixels that all rows have, up to a number, in whole registers.
#[inline(always)]
fn count<V: Vector, const C: usize, const N: usize>(rows: &[&[u8]; N], room: usize) -> usize {
    const { assert!(C == 1 || C == 3) };
    if C == 3 && !V::FAST_DEINTERLEAVE_3 {
        return 0;
    }
    rows.iter().fold(room, |length, row| length.min(row.len() / C)) / 64 * 64
}

/// Adds the light of every two codes next to each other to words, which have room for two rows.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
unsafe fn add_pairs<V: Vector>(sums: V, codes: V) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        if V::WIDE_LOOKUP {
            return sums.wrapping_add_u16(pairs_by_lookup(codes));
        }
        let above = codes.saturating_sub(V::splat(STRAIGHT)).even_and_odd();
        let codes = codes.even_and_odd();
        let pair = light(above[0], codes[0]).saturating_add_u16(light(above[1], codes[1]));
        sums.saturating_add_u16(pair)
    }
}

/// The linear light of even codes in 64ths, the rest of it, and what the odd code behind each has more: half as
/// long as tables of all codes, so that each is one look-up.
static HALVES: [[u8; CODES / 2]; 3] = {
    let mut halves = [[0; CODES / 2]; 3];
    let mut i = 0;
    while i < CODES / 2 {
        let (even, odd) = (linear(2 * i as u8), linear(2 * i as u8 + 1));
        assert!(even / 64 < 256 && even % 64 + odd - even < 256);
        halves[0][i] = (even / 64) as u8;
        halves[1][i] = (even % 64) as u8;
        halves[2][i] = (odd - even) as u8;
        i += 1;
    }
    halves
};

/// The light of every two codes next to each other, by tables in registers.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
unsafe fn pairs_by_lookup<V: Vector>(codes: V) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        // 255 for odd codes, 0 for even ones.
        let odd = codes.and(V::splat(1)).xor(V::splat(1)).wrapping_add(V::splat(255));
        let half = codes.shift_right(1);
        let rest = half.lookup_128(&HALVES[1]).wrapping_add(half.lookup_128(&HALVES[2]).and(odd));
        let parts = half.lookup_128(&HALVES[0]).add_pairs_scaled(64);
        parts.wrapping_add_u16(rest.add_pairs_scaled(1))
    }
}

/// The next codes of `C` channels: of one that has its own row, or of pixels of three bytes.
///
/// # Safety
///
/// The contract of [`Vector`]; `from` is valid for reading `C` registers, and for three channels
/// [`Vector::FAST_DEINTERLEAVE_3`] holds.
#[inline(always)]
unsafe fn channels<V: Vector, const C: usize>(from: *const u8) -> [V; C] {
    // SAFETY: the caller's contract.
    unsafe {
        if C == 1 {
            return [V::load(from); C];
        }
        // A loop and no closure, which would be compiled without the instruction set.
        let (split, mut channels) = (V::deinterleave_3(from), [V::splat(0); C]);
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
unsafe fn pairs<V: Vector, const C: usize>(rows: &[*const u8], at: usize) -> [V; C] {
    // SAFETY: the caller's contract.
    unsafe {
        let mut pairs = [V::splat(0); C];
        for row in rows {
            let codes = channels::<V, C>(row.add(at));
            // One by one: a loop over the channels would keep them in memory.
            pairs[0] = add_pairs(pairs[0], codes[0]);
            if C == 3 {
                pairs[1] = add_pairs(pairs[1], codes[1]);
                pairs[2] = add_pairs(pairs[2], codes[2]);
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
unsafe fn sum_pairs_raw<V: Vector, const C: usize, const N: usize>(
    rows: [*const u8; N],
    count: usize,
    sums: [*mut u16; C],
    ahead: [*const u8; N],
) {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller's contract; `at` is below `count`, and whole registers fit.
        unsafe {
            prefetch::<V, N>(&ahead, C * at, C * V::LANES);
            for (pairs, sums) in pairs::<V, C>(&rows, C * at).iter().zip(&sums) {
                pairs.store(sums.cast::<u8>().add(at));
            }
        }
        at += V::LANES;
    }
}

/// The same of every four pixels next to each other, over `N` rows, at most four, as numbers of 32 bits; added
/// to what is there, if there is.
///
/// # Safety
///
/// As for [`sum_pairs`], with room for a quarter of `count` numbers.
#[inline(always)]
unsafe fn sum_quads_raw<V: Vector, const C: usize, const N: usize>(
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
            prefetch::<V, N>(&ahead, C * at, C * V::LANES);
            let mut quads = [V::splat(0); C];
            if are_there {
                for (quads, sums) in quads.iter_mut().zip(&sums) {
                    *quads = V::load(sums.cast::<u8>().add(at));
                }
            }
            for rows in rows.chunks(2) {
                for (quads, pairs) in quads.iter_mut().zip(pairs::<V, C>(rows, C * at)) {
                    *quads = quads.add_u32(pairs.add_pairs_u16());
                }
            }
            for (quads, sums) in quads.iter().zip(&sums) {
                quads.store(sums.cast::<u8>().add(at));
            }
        }
        at += V::LANES;
    }
}

/// Sums up the light of pixels that lie below each other in `N` rows, at most four.
///
/// # Safety
///
/// As for [`sum_pairs`] of one channel, with room for `count` words.
#[inline(always)]
unsafe fn sum_columns_raw<V: Vector, const N: usize>(
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
                let above = V::interleave_u16(zero, codes.saturating_sub(V::splat(STRAIGHT)));
                let codes = V::interleave_u16(zero, codes);
                for (sum, (above, codes)) in sum.iter_mut().zip(above.into_iter().zip(codes)) {
                    *sum = sum.saturating_add_u16(light(above, codes));
                }
            }
            V::store_interleaved_u16(sum, sums.add(at));
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
        let [a1, a2, a3, a4, a5] = FACTORS.map(|factor| V::splat_u16(factor));
        let sum = a4.saturating_sub_u16(a5.multiply_high_u16(above));
        let sum = a3.saturating_sub_u16(sum.multiply_high_u16(above));
        let sum = a2.saturating_add_u16(sum.multiply_high_u16(above));
        let sum = a1.saturating_add_u16(sum.multiply_high_u16(above));
        let ten = V::splat_u16(10 << 8);
        sum.multiply_high_u16(above).average_u16(codes.multiply_high_u16(ten))
    }
}
