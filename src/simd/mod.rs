//! The kernel on every instruction set, and the one place that chooses between them.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod channels;
mod colour;
mod kernel;
mod light;
mod pixels;
mod plain;
mod reading;
mod second_look;
mod vector;

/// What there is where the target always has vectors, and where it has not.
macro_rules! where_there_are_vectors {
    ({ $($with:item)* } else { $($without:item)* }) => {
        $(#[cfg(any(
            target_feature = "sse2",
            target_feature = "simd128",
            all(target_feature = "neon", target_arch = "aarch64")
        ))] $with)*
        $(#[cfg(not(any(
            target_feature = "sse2",
            target_feature = "simd128",
            all(target_feature = "neon", target_arch = "aarch64")
        )))] $without)*
    };
}
where_there_are_vectors!({
    mod portable;
    #[cfg(test)]
    mod scalar;
    use portable::Portable as Least;
} else {
    mod scalar;
    use scalar::Scalar as Least;
});

pub(crate) use colour::Spread;
pub(crate) use light::Light;
pub(crate) use pixels::BLOCK;
pub(crate) use plain::{Plain, With, run as plain};
pub(crate) use reading::Reading;

use crate::curve::Curve;
use crate::extremes::Extremes;
use crate::format::{Bits, Samples, Unused};
use crate::region::Run;
use channels::{Planar, Quad, Triple};
use kernel::Before;
use pixels::{Mean, OneByte, Pixels, Weighted, Word};
use reading::At;
use vector::Vector;

/// An instruction set the kernel can run on.
///
/// All of them give the same bits; they differ in speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Backend {
    /// 16 bytes at a time with what the target always has: SSE2, NEON, WebAssembly's simd128, or
    /// plain integers.
    Portable = 1,
    /// 32 bytes at a time, on x86-64 processors with AVX2.
    Avx2 = 2,
    /// 64 bytes at a time, on x86-64 processors with AVX-512 F and BW.
    Avx512 = 3,
}

impl Backend {
    /// All backends, the fastest last.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// The fastest backend of this processor.
    #[must_use]
    pub fn best() -> Self {
        let mut best = Self::Portable;
        for backend in Self::ALL {
            if backend.is_available() {
                best = backend;
            }
        }
        best
    }

    /// Whether this processor, and its operating system, can run the backend.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => has_avx2::get(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => has_avx512::get(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// A short name: `portable`, `avx2`, `avx512`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx2, "avx2");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx512, "avx512f", "avx512bw");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_vbmi, "avx512vbmi");

/// Gives an expression with the type that reads pixels in a certain way.
macro_rules! with_pixels {
    ($reading:expr, $pixels:ident => $value:expr) => {{
        let reading: &Reading = $reading;
        match (reading.samples, reading.weights) {
            (Samples::Byte, _) => with_pixels!(@ OneByte, $pixels => $value),
            (Samples::Triple, None) => with_pixels!(@ Mean<Triple>, $pixels => $value),
            // A small build has no shapes of other formats and no weights: what follows is not in it.
            _ if !cfg!(feature = "formats") => with_pixels!(@ OneByte, $pixels => $value),
            (Samples::Word(Bits::Ten, _), _) => with_pixels!(@ Word<2>, $pixels => $value),
            (Samples::Word(Bits::Twelve, _), _) => with_pixels!(@ Word<4>, $pixels => $value),
            (Samples::Word(Bits::Sixteen, _), _) => with_pixels!(@ Word<8>, $pixels => $value),
            (Samples::Quad(Unused::Last), None) => with_pixels!(@ Mean<Quad<0>>, $pixels => $value),
            (Samples::Quad(Unused::First), None) => with_pixels!(@ Mean<Quad<1>>, $pixels => $value),
            (Samples::Planar, None) => with_pixels!(@ Mean<Planar>, $pixels => $value),
            (Samples::Triple, Some(_)) => with_pixels!(@ Weighted<Triple>, $pixels => $value),
            (Samples::Quad(Unused::Last), Some(_)) => {
                with_pixels!(@ Weighted<Quad<0>>, $pixels => $value)
            }
            (Samples::Quad(Unused::First), Some(_)) => {
                with_pixels!(@ Weighted<Quad<1>>, $pixels => $value)
            }
            (Samples::Planar, Some(_)) => with_pixels!(@ Weighted<Planar>, $pixels => $value),
        }
    }};
    (@ $type:ty, $pixels:ident => $value:expr) => {{
        type $pixels = $type;
        $value
    }};
}

/// Bytes of the plane of codes for one block of pixels.
pub(crate) const fn plane_bytes(reading: &Reading) -> usize {
    with_pixels!(reading, P => P::PLANE_BYTES)
}

/// Bytes that must follow the last pixel of the last block given to [`scan`].
pub(crate) const fn overread(reading: &Reading) -> usize {
    with_pixels!(reading, P => P::OVERREAD)
}

/// What new pixels are compared with. A type for each, so that a program that compares no pairs of frames
/// is linked with no code for them.
pub(crate) trait Old {
    /// Blocks there are.
    fn blocks<P: Pixels>(&self) -> usize;

    /// The same for the kernel.
    fn before<P: Pixels>(&mut self) -> impl Before<P>;
}

/// The codes of the frame before, which are replaced.
pub(crate) struct Codes<'a>(pub(crate) &'a mut [u8]);

impl Old for Codes<'_> {
    fn blocks<P: Pixels>(&self) -> usize {
        self.0.len() / P::PLANE_BYTES
    }

    fn before<P: Pixels>(&mut self) -> impl Before<P> {
        kernel::Plane(self.0.as_mut_ptr())
    }
}

/// The pixels of the frame before.
pub(crate) struct Earlier<'a>(pub(crate) Run<'a>);

impl Old for Earlier<'_> {
    fn blocks<P: Pixels>(&self) -> usize {
        whole::<P>(self.0)
    }

    fn before<P: Pixels>(&mut self) -> impl Before<P> {
        kernel::Frame(at(self.0))
    }
}

/// Compares pixels with those of the frame before, in whole blocks: as many as there are in
/// `pixels`, followed by the bytes that are overread, and in `old`.
pub(crate) fn scan<O: Old>(
    backend: Backend,
    reading: &Reading,
    pixels: Run<'_>,
    mut old: O,
    curve: &Curve<'_>,
    extremes: &mut Extremes,
) {
    with_pixels!(reading, P => {
        let blocks = whole::<P>(pixels).min(old.blocks::<P>());
        let before = old.before::<P>();
        let work = Work { reading, pixels: at(pixels), before, blocks, curve };
        // SAFETY: both hold `blocks` blocks, and the bytes that are overread where it is pixels.
        unsafe { run::<P, _>(backend, work, extremes) }
    });
}

/// Blocks that can be read of all planes.
fn whole<P: Pixels>(run: Run<'_>) -> usize {
    let shortest = run.iter().take(P::PLANES).map(|bytes| bytes.len()).min().unwrap_or(0);
    shortest.saturating_sub(P::OVERREAD) / (BLOCK * P::BYTES)
}

fn at(run: Run<'_>) -> At {
    [run[0].as_ptr(), run[1].as_ptr(), run[2].as_ptr()]
}

/// What the kernel is to do.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a, B> {
    pub(crate) reading: &'a Reading,
    pub(crate) pixels: At,
    pub(crate) before: B,
    pub(crate) blocks: usize,
    pub(crate) curve: &'a Curve<'a>,
}

/// # Safety
///
/// `pixels` and `before` hold `blocks` blocks, as [`kernel::scan`] asks.
unsafe fn run<P: Pixels, B: Before<P>>(
    backend: Backend,
    work: Work<'_, B>,
    extremes: &mut Extremes,
) {
    // SAFETY: the caller vouches for the memory; that the processor has the instructions is asked
    // anew, which costs one read, so that no caller has to be trusted with it.
    unsafe {
        match backend {
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 if has_avx512::get() => scan_avx512::<P, B>(&work, extremes),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 if has_avx2::get() => scan_avx2::<P, B>(&work, extremes),
            _ => kernel::scan::<P, B, Least, { BLOCK / Least::LANES }>(&work, extremes),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn scan_avx2<P: Pixels, B: Before<P>>(work: &Work<'_, B>, extremes: &mut Extremes) {
    // SAFETY: the caller's contract is the same.
    unsafe { kernel::scan::<P, B, avx2::Avx2, 4>(work, extremes) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn scan_avx512<P: Pixels, B: Before<P>>(work: &Work<'_, B>, extremes: &mut Extremes) {
    // SAFETY: the caller's contract is the same.
    unsafe { kernel::scan::<P, B, avx512::Avx512, 2>(work, extremes) }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::scalar::Scalar;
    use super::*;
    use crate::format::Format;
    use crate::gray::Gray;
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
                let Some(curve) = Curve::usual(format, gray) else { continue };
                let reading = Reading::of(format, gray);
                let bytes = BLOCKS * BLOCK * reading.samples.bytes() + overread(&reading);
                let frames = [1, 2, 3].map(|seed| noise(bytes, seed));
                with_pixels!(&reading, P => {
                    let mut planes = [0, 1].map(|_| std::vec![0; BLOCKS * P::PLANE_BYTES]);
                    for frame in &frames {
                        let pixels = at([frame; 3]);
                        let mut found = [0, 1].map(|_| Extremes::new(curve));
                        for (i, plane) in planes.iter_mut().enumerate() {
                            let before = kernel::Plane(plane.as_mut_ptr());
                            let reading = &reading;
                            let work = Work { reading, pixels, before, blocks: BLOCKS, curve };
                            // SAFETY: the plane and the frame have so many blocks, and the frame the
                            // bytes that are overread.
                            unsafe {
                                if i == 0 {
                                    run::<P, _>(Backend::Portable, work, &mut found[i]);
                                } else {
                                    kernel::scan::<P, _, Scalar, 32>(&work, &mut found[i]);
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
