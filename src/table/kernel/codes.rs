//! Which pixels of a register are left when their codes are looked at.

use super::pixels::{Codes, Pixels};
use crate::simd::Vector;
use crate::table::thresholds::{Side, Thresholds};

/// Codes of the pixels of one register, as words in two registers, with the offset of the digits.
#[inline(always)]
pub(super) unsafe fn code_words<P: Pixels, V: Vector>(codes: &Codes<V>) -> [V; 2] {
    // SAFETY: the caller has the contract of `Vector`.
    unsafe {
        let zero = V::splat(0);
        match P::DIGITS.count {
            1 => return V::interleave_u16(codes.level, zero),
            256 => return V::interleave_u16(codes.digit, codes.level),
            _ => {}
        }
        let level = V::interleave_u16(zero, codes.level);
        let mut words = V::interleave_u16(codes.digit, zero);
        for half in 0..2 {
            let times = V::splat_u16((P::DIGITS.count as u16) << 8);
            words[half] = words[half].saturating_add_u16(level[half].multiply_high_u16(times));
        }
        words
    }
}

/// Codes as the table has them.
#[inline(always)]
pub(super) unsafe fn without_offset<P: Pixels, V: Vector>(mut words: [V; 2]) -> [V; 2] {
    for word in &mut words {
        // SAFETY: the caller has the contract of `Vector`.
        *word = unsafe { word.saturating_sub_u16(V::splat_u16(P::DIGITS.offset as u16)) };
    }
    words
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
        if V::FAST_LOOKUP {
            ignored = V::interleave_u16(bright_level.shift_right(4).lookup(side.ignored()), zero);
        }
        let refused_bright = V::splat_u16(P::word_of(refused.bright));
        let refused_dark = V::splat_u16(P::word_of(refused.dark));
        let mut left = [zero; 2];
        for (half, left) in left.iter_mut().enumerate() {
            let change = bright[half].saturating_sub_u16(dark[half]);
            let not_refused = bright[half]
                .saturating_sub_u16(refused_bright)
                .or(refused_dark.saturating_sub_u16(dark[half]));
            *left = change.saturating_sub_u16(ignored[half]).min_u16(not_refused);
        }
        left
    }
}

/// What the codes alone leave of the pixels of a register.
pub(super) struct Left<V> {
    /// Codes as words, with the offset of the digits.
    pub(super) new: [V; 2],
    pub(super) old: [V; 2],
    /// Words other than 0 where a pixel may have risen, or fallen, by enough.
    pub(super) rise: [V; 2],
    pub(super) fall: [V; 2],
}

impl<V: Vector> Left<V> {
    #[inline(always)]
    pub(super) unsafe fn of<P: Pixels>(
        new_codes: &Codes<V>,
        old_codes: &Codes<V>,
        extremes: &Thresholds,
    ) -> Self {
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            let new = code_words::<P, V>(new_codes);
            let old = code_words::<P, V>(old_codes);
            let rise = left_by_codes::<P, V>(&extremes.rises, new_codes.level, &new, &old);
            let fall = left_by_codes::<P, V>(&extremes.falls, old_codes.level, &old, &new);
            Self { new, old, rise, fall }
        }
    }

    /// Whether any pixel is left.
    #[inline(always)]
    pub(super) unsafe fn any(&self) -> bool {
        let ([a, b], [c, d]) = (self.rise, self.fall);
        // SAFETY: as above.
        unsafe { a.or(b).or(c.or(d)).any() }
    }
}
