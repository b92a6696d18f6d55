//! The one place that chooses the code for pixels and for the processor.

use super::before::Before;
use super::channels::{Planar, Quad, Triple};
use super::pixels::{BLOCK, Mean, OneByte, Pixels, Weighted, Word};
use super::reading::Reading;
use super::room::PAIR_STAGE;
use super::scan as kernel;
use super::work::Work;
use crate::frame::format::{Bits, SampleLayout, Unused};
use crate::simd::{Backend, Baseline as Least, Kernel, Simd, Vector, dispatch};

/// Gives an expression with the type that reads pixels in a certain way.
macro_rules! with_pixels {
    ($reading:expr, $pixels:ident => $value:expr) => {{
        let reading: &Reading = $reading;
        match (reading.samples, reading.weights) {
            (SampleLayout::U8, _) => with_pixels!(@ OneByte, $pixels => $value),
            (SampleLayout::Packed3, None) => with_pixels!(@ Mean<Triple>, $pixels => $value),
            // A small build has no shapes of other formats and no weights: what follows is not in it.
            _ if !cfg!(feature = "formats") => with_pixels!(@ OneByte, $pixels => $value),
            (SampleLayout::U16(Bits::Ten, _), _) => with_pixels!(@ Word<2>, $pixels => $value),
            (SampleLayout::U16(Bits::Twelve, _), _) => with_pixels!(@ Word<4>, $pixels => $value),
            (SampleLayout::U16(Bits::Sixteen, _), _) => with_pixels!(@ Word<8>, $pixels => $value),
            (SampleLayout::Packed4(Unused::Last), None) => with_pixels!(@ Mean<Quad<0>>, $pixels => $value),
            (SampleLayout::Packed4(Unused::First), None) => with_pixels!(@ Mean<Quad<1>>, $pixels => $value),
            (SampleLayout::Planar3, None) => with_pixels!(@ Mean<Planar>, $pixels => $value),
            (SampleLayout::Packed3, Some(_)) => with_pixels!(@ Weighted<Triple>, $pixels => $value),
            (SampleLayout::Packed4(Unused::Last), Some(_)) => {
                with_pixels!(@ Weighted<Quad<0>>, $pixels => $value)
            }
            (SampleLayout::Packed4(Unused::First), Some(_)) => {
                with_pixels!(@ Weighted<Quad<1>>, $pixels => $value)
            }
            (SampleLayout::Planar3, Some(_)) => with_pixels!(@ Weighted<Planar>, $pixels => $value),
        }
    }};
    (@ $type:ty, $pixels:ident => $value:expr) => {{
        type $pixels = $type;
        $value
    }};
}

/// Bytes of the plane of codes for one block of pixels.
pub(crate) fn plane_bytes(reading: &Reading) -> usize {
    with_pixels!(reading, P => P::PLANE_BYTES)
}

/// Of so many pixels those that have the bytes behind them that are overread.
pub(super) fn readable(reading: &Reading, pixels: usize) -> usize {
    with_pixels!(reading, P => pixels.saturating_sub(P::OVERREAD.div_ceil(P::BYTES)))
}

/// Does the work with the instructions of a backend, or with the least where the processor has not those.
///
/// # Safety
///
/// As [`kernel::scan`], of pixels as the work says.
pub(super) unsafe fn run<B: Before>(backend: Backend, work: &mut Work<'_, B>) {
    dispatch(backend, Scan(work));
}

struct Scan<'w, 'a, B>(&'w mut Work<'a, B>);

impl<B: Before> Kernel for Scan<'_, '_, B> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let work = self.0;
        // SAFETY: the caller of `run` vouches for the memory.
        with_pixels!(&work.method.reading, P => unsafe {
            match V::LANES {
                64 => kernel::scan::<P, B, V, 2>(work),
                32 => kernel::scan::<P, B, V, 4>(work),
                16 => kernel::scan::<P, B, V, 8>(work),
                _ => kernel::scan::<P, B, V, 32>(work),
            }
        });
    }
}

/// Does the work with the least instructions, of pixels in a [`PAIR_STAGE`].
///
/// # Safety
///
/// As [`run`].
pub(super) unsafe fn run_staged<B: Before>(work: &mut Work<'_, B>) {
    // SAFETY: the caller vouches for the memory.
    with_pixels!(&work.method.reading, P => unsafe {
        const { assert!(P::PLANES * P::BYTES * Least::LANES + P::OVERREAD <= PAIR_STAGE) };
        kernel::scan::<P, B, Least, { BLOCK / Least::LANES }>(work);
    });
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::color::gray::Gray;
    use crate::frame::format::Format;
    use crate::simd::Scalar;
    use crate::table::kernel::before::Plane;
    use crate::table::kernel::reading::at;
    use crate::table::kernel::room::Room;
    use crate::table::kernel::work::Method;
    use crate::table::lut::LuminanceLut;
    use crate::table::places::Places;
    use crate::table::thresholds::Thresholds;
    use std::vec::Vec;

    /// Numbers without any order.
    fn noise(count: usize, seed: u32) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn scalar_code_finds_what_vectors_find() {
        const BLOCKS: usize = 5;
        for (format, gray) in Format::ALL.into_iter().zip(Gray::ALL.into_iter().cycle()) {
            for gray in [gray, Gray::Mean] {
                let Some(curve) = LuminanceLut::usual(format, gray) else { continue };
                let reading = Reading::of(format, gray);
                // Two are read behind the last pixel of three bytes.
                let bytes = BLOCKS * BLOCK * reading.samples.bytes() + 2;
                let frames = [1, 2, 3].map(|seed| noise(bytes, seed));
                with_pixels!(&reading, P => {
                    let mut planes = [0, 1].map(|_| std::vec![0; BLOCKS * P::PLANE_BYTES]);
                    for frame in &frames {
                        let pixels = at(&[frame; 3]);
                        let mut found = [Thresholds::none(); 2];
                        found.iter_mut().for_each(|extremes| extremes.restart(curve));
                        for (i, plane) in planes.iter_mut().enumerate() {
                            let places = &mut Places::scattered(BLOCKS);
                            let mut room = Room::new();
                            let (codes, room) = (plane.as_mut_ptr(), room.at());
                            let before = Plane { codes, places, first: 0, room };
                            let method =
                                &Method { backend: Backend::Portable, reading, curve };
                            let (extremes, end) = (&mut found[i], BLOCKS * BLOCK);
                            let work =
                                &mut Work { method, pixels, before, next: 0, end, extremes };
                            // SAFETY: the plane and the frame have so many blocks, and the frame the
                            // bytes that are overread.
                            unsafe {
                                if i == 0 {
                                    run(Backend::Portable, work);
                                } else {
                                    kernel::scan::<P, _, Scalar, 32>(work);
                                }
                            }
                        }
                        let [vectors, scalar] = found.map(|f| (f.rises.top(), f.falls.top()));
                        assert_eq!(vectors, scalar, "{format:?} {gray:?}");
                    }
                });
            }
        }
    }
}
