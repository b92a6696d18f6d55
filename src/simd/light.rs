//! The linear light of many pixels at once, and its sums.

use crate::linear::{FACTORS, STRAIGHT};
use crate::simd::vector::Vector;

/// A way to compute linear light with an instruction set. All give what [`crate::linear`] says.
pub(crate) trait Light {
    type V: Vector;

    /// Sums of the light of every two codes next to each other, in the making.
    type Sums: Copy;

    /// # Safety
    ///
    /// The contract of [`Vector`], as for the next two.
    unsafe fn none() -> Self::Sums;

    /// The sums with those of another row, of which there are two at most.
    unsafe fn and(sums: Self::Sums, codes: Self::V) -> Self::Sums;

    /// The sums in words.
    unsafe fn words(sums: Self::Sums) -> Self::V;

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

    type Sums = V;

    #[inline(always)]
    unsafe fn none() -> V {
        // SAFETY: the caller's contract.
        unsafe { V::splat(0) }
    }

    #[inline(always)]
    unsafe fn and(sums: V, codes: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            let above = codes.saturating_sub(V::splat(STRAIGHT)).pairs();
            let codes = codes.pairs();
            let pair = light(above[0], codes[0]).saturating_add_words(light(above[1], codes[1]));
            sums.saturating_add_words(pair)
        }
    }

    #[inline(always)]
    unsafe fn words(sums: V) -> V {
        sums
    }
}

/// Sums up the light of every two pixels next to each other, over `N` rows, at most two.
///
/// # Safety
///
/// The contract of [`Vector`]; each row has `count` bytes and `sums` room for half as many words, and
/// `count` is a multiple of [`Vector::LANES`]. Of what lies `ahead` as many bytes are asked for.
#[inline(always)]
pub(crate) unsafe fn sum_pairs<L: Light, const N: usize>(
    rows: [*const u8; N],
    count: usize,
    sums: *mut u16,
    ahead: [*const u8; N],
) {
    let mut at = 0;
    while at < count {
        if at.is_multiple_of(64) {
            for row in &ahead {
                // SAFETY: the caller's contract.
                unsafe { L::V::prefetch_near(row.wrapping_add(at)) };
            }
        }
        // SAFETY: the caller's contract; `at` is below `count`, and a whole register fits.
        unsafe {
            let mut pairs = L::none();
            for row in &rows {
                pairs = L::and(pairs, L::V::load(row.add(at)));
            }
            L::words(pairs).store(sums.cast::<u8>().add(at));
        }
        at += L::V::LANES;
    }
}

/// The same for pixels of three bytes, with sums for each of the three.
///
/// # Safety
///
/// As for [`sum_pairs`]; each row has three times `count` bytes, and [`Vector::SPLITS`] holds.
#[inline(always)]
pub(crate) unsafe fn sum_triples<L: Light, const N: usize>(
    rows: [*const u8; N],
    count: usize,
    sums: [*mut u16; 3],
    ahead: [*const u8; N],
) {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller's contract; `at` is below `count`, and three registers fit.
        unsafe {
            for row in &ahead {
                for line in 0..(3 * L::V::LANES).div_ceil(64) {
                    L::V::prefetch_near(row.wrapping_add(3 * at + 64 * line));
                }
            }
            // Loops and no closures, which would be compiled without the instruction set.
            let mut pairs = [L::none(); 3];
            for row in &rows {
                for (pairs, codes) in pairs.iter_mut().zip(&L::split(row.add(3 * at))) {
                    *pairs = L::and(*pairs, *codes);
                }
            }
            for (pairs, sums) in pairs.iter().zip(&sums) {
                L::words(*pairs).store(sums.cast::<u8>().add(at));
            }
        }
        at += L::V::LANES;
    }
}

/// Sums up the light of pixels that lie below each other in `N` rows, at most four.
///
/// # Safety
///
/// As for [`sum_pairs`], with room for `count` words.
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
