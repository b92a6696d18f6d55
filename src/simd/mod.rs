//! The kernel on every instruction set, and the one place that chooses between them.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod kernel;
mod pixels;
mod portable;
mod second_look;
mod vector;

pub(crate) use pixels::BLOCK;

use crate::extremes::Extremes;
use crate::frame::Format;
use kernel::Before;
use pixels::{Gray8, Luma8, Pixels, Rgb24};

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

/// Bytes of the plane of codes for one block of pixels.
pub(crate) const fn plane_bytes(format: Format) -> usize {
    match format {
        Format::Gray8 | Format::Luma8 => Gray8::PLANE_BYTES,
        Format::Rgb24 => Rgb24::PLANE_BYTES,
    }
}

/// Bytes that must follow the last pixel of the last block given to [`scan`].
pub(crate) const fn overread(format: Format) -> usize {
    match format {
        Format::Gray8 | Format::Luma8 => Gray8::OVERREAD,
        Format::Rgb24 => Rgb24::OVERREAD,
    }
}

/// What new pixels are compared with.
pub(crate) enum Old<'a> {
    /// The codes of the frame before, which are replaced.
    Plane(&'a mut [u8]),
    /// The pixels of the frame before.
    Frame(&'a [u8]),
}

/// Compares pixels with those of the frame before, in whole blocks: as many as there are in
/// `pixels`, followed by the bytes that are overread, and in `old`.
pub(crate) fn scan(
    backend: Backend,
    format: Format,
    pixels: &[u8],
    old: &mut Old<'_>,
    extremes: &mut Extremes,
) {
    match format {
        Format::Gray8 => scan_format::<Gray8>(backend, pixels, old, extremes),
        Format::Luma8 => scan_format::<Luma8>(backend, pixels, old, extremes),
        Format::Rgb24 => scan_format::<Rgb24>(backend, pixels, old, extremes),
    }
}

fn scan_format<P: Pixels>(
    backend: Backend,
    pixels: &[u8],
    old: &mut Old<'_>,
    extremes: &mut Extremes,
) {
    let whole = |bytes: &[u8]| {
        bytes.len().saturating_sub(P::OVERREAD) / (BLOCK * P::FORMAT.bytes_per_pixel())
    };
    match old {
        Old::Plane(plane) => {
            let blocks = whole(pixels).min(plane.len() / P::PLANE_BYTES);
            let before = kernel::Plane(plane.as_mut_ptr());
            // SAFETY: both slices hold `blocks` blocks, and `pixels` the bytes that are overread.
            unsafe { run::<P, _>(backend, pixels.as_ptr(), &before, blocks, extremes) }
        }
        Old::Frame(frame) => {
            let blocks = whole(pixels).min(whole(frame));
            let before = kernel::Frame(frame.as_ptr());
            // SAFETY: both slices hold `blocks` blocks and the bytes that are overread.
            unsafe { run::<P, _>(backend, pixels.as_ptr(), &before, blocks, extremes) }
        }
    }
}

/// # Safety
///
/// `pixels` and `before` hold `blocks` blocks, as [`kernel::scan`] asks.
unsafe fn run<P: Pixels, B: Before<P>>(
    backend: Backend,
    pixels: *const u8,
    before: &B,
    blocks: usize,
    extremes: &mut Extremes,
) {
    // SAFETY: the caller vouches for the memory; that the processor has the instructions is asked
    // anew, which costs one read, so that no caller has to be trusted with it.
    unsafe {
        match backend {
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 if has_avx512::get() => {
                scan_avx512::<P, B>(pixels, before, blocks, extremes);
            }
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 if has_avx2::get() => {
                scan_avx2::<P, B>(pixels, before, blocks, extremes);
            }
            _ => kernel::scan::<P, B, portable::Portable, 8>(pixels, before, blocks, extremes),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn scan_avx2<P: Pixels, B: Before<P>>(
    pixels: *const u8,
    before: &B,
    blocks: usize,
    extremes: &mut Extremes,
) {
    // SAFETY: the caller's contract is the same.
    unsafe { kernel::scan::<P, B, avx2::Avx2, 4>(pixels, before, blocks, extremes) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn scan_avx512<P: Pixels, B: Before<P>>(
    pixels: *const u8,
    before: &B,
    blocks: usize,
    extremes: &mut Extremes,
) {
    // SAFETY: the caller's contract is the same.
    unsafe { kernel::scan::<P, B, avx512::Avx512, 2>(pixels, before, blocks, extremes) }
}
