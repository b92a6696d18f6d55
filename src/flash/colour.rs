//! Red, green and blue of luma and of what chroma adds, for many pixels at once.

use crate::simd::{Simd, Vector};

/// How codes of luma are spread over 0 to 255: a code above black and `more` 65536ths of it, cut to a whole number.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) black: i16,
    pub(crate) more: i16,
}

/// Adds to luma what chroma adds to each channel, for as many pixels as there are of all, cut to a multiple of
/// 64; what is not within 0 to 255 becomes that.
#[inline(always)]
pub(crate) fn add_colour<V: Vector>(
    _: Simd<V>,
    luma: &[u8],
    spread: Spread,
    colours: [&[i16]; 3],
    to: [&mut [u8]; 3],
) {
    let mut count = luma.len();
    for (colours, to) in colours.iter().zip(&to) {
        count = count.min(colours.len()).min(to.len());
    }
    // SAFETY: this value says that the processor has the instructions. All have so many bytes or words.
    unsafe {
        let colours = colours.map(|colours| colours.as_ptr());
        let to = to.map(|to| to.as_mut_ptr());
        add_colour_raw::<V>(luma.as_ptr(), count / 64 * 64, spread, colours, to);
    }
}

/// Adds to the luma of pixels what chroma adds to each channel; what is not within 0 to 255 becomes that.
///
/// # Safety
///
/// The contract of [`Vector`]. There are `count` bytes of luma, and for each channel as many words, and room for as
/// many bytes; `count` is a multiple of [`Vector::LANES`].
#[inline(always)]
unsafe fn add_colour_raw<V: Vector>(
    luma: *const u8,
    count: usize,
    spread: Spread,
    colours: [*const i16; 3],
    to: [*mut u8; 3],
) {
    let mut at = 0;
    while at < count {
        // SAFETY: the caller's contract; `at` is below `count`, and whole registers fit.
        unsafe {
            let below = V::splat_u16(spread.black.wrapping_neg().cast_unsigned());
            let more = V::splat_u16(spread.more.cast_unsigned());
            let mut luma = V::load_widened(luma.add(at));
            for luma in &mut luma {
                let above = luma.wrapping_add_u16(below);
                *luma = above.wrapping_add_u16(above.multiply_high_i16(more));
            }
            for (colour, to) in colours.into_iter().zip(to) {
                let colour = colour.add(at).cast::<u8>();
                let mut words = luma;
                for (half, word) in words.iter_mut().enumerate() {
                    *word = word.wrapping_add_u16(V::load(colour.add(half * V::LANES)));
                }
                V::narrow_clamped(words).store(to.add(at));
            }
        }
        at += V::LANES;
    }
}
