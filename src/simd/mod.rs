//! The kernel on every instruction set, and the one place that chooses between them.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod channels;
mod kernel;
mod light;
mod pixels;
mod plain;
mod portable;
mod second_look;
mod vector;

pub(crate) use light::Light;
pub(crate) use pixels::{BLOCK, Reading};
pub(crate) use plain::{Plain, With, run as plain};

use crate::curve::Curve;
use crate::extremes::Extremes;
use crate::format::{Bits, Samples, Unused};
use crate::region::Run;
use channels::{Planar, Quad, Triple};
use kernel::Before;
use pixels::{At, Mean, OneByte, Pixels, Weighted, Word};

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
            (Samples::Word(Bits::Ten, _), _) => with_pixels!(@ Word<2>, $pixels => $value),
            (Samples::Word(Bits::Twelve, _), _) => with_pixels!(@ Word<4>, $pixels => $value),
            (Samples::Word(Bits::Sixteen, _), _) => with_pixels!(@ Word<8>, $pixels => $value),
            (Samples::Triple, None) => with_pixels!(@ Mean<Triple>, $pixels => $value),
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

/// What new pixels are compared with.
pub(crate) enum Old<'a> {
    /// The codes of the frame before, which are replaced.
    Plane(&'a mut [u8]),
    /// The pixels of the frame before.
    Frame(Run<'a>),
}

/// Compares pixels with those of the frame before, in whole blocks: as many as there are in
/// `pixels`, followed by the bytes that are overread, and in `old`.
pub(crate) fn scan(
    backend: Backend,
    reading: &Reading,
    pixels: Run<'_>,
    old: &mut Old<'_>,
    curve: &Curve<'_>,
    extremes: &mut Extremes,
) {
    with_pixels!(reading, P => scan_pixels::<P>(backend, reading, pixels, old, curve, extremes));
}

fn scan_pixels<P: Pixels>(
    backend: Backend,
    reading: &Reading,
    pixels: Run<'_>,
    old: &mut Old<'_>,
    curve: &Curve<'_>,
    extremes: &mut Extremes,
) {
    match old {
        Old::Plane(plane) => {
            let blocks = whole::<P>(pixels).min(plane.len() / P::PLANE_BYTES);
            let before = kernel::Plane(plane.as_mut_ptr());
            let work = Work { reading, pixels: at(pixels), before, blocks, curve };
            // SAFETY: both hold `blocks` blocks, and `pixels` the bytes that are overread.
            unsafe { run::<P, _>(backend, work, extremes) }
        }
        Old::Frame(frame) => {
            let blocks = whole::<P>(pixels).min(whole::<P>(*frame));
            let before = kernel::Frame(at(*frame));
            let work = Work { reading, pixels: at(pixels), before, blocks, curve };
            // SAFETY: both hold `blocks` blocks and the bytes that are overread.
            unsafe { run::<P, _>(backend, work, extremes) }
        }
    }
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
            _ => kernel::scan::<P, B, portable::Portable, 8>(&work, extremes),
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
