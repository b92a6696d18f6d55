//! The one place that chooses the code for the processor.

use core::marker::PhantomData;

use super::Baseline;
#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::Avx512;
use super::backend::Backend;
#[cfg(target_arch = "x86_64")]
use super::backend::has_vbmi;
#[cfg(all(target_arch = "aarch64", target_feature = "neon", target_endian = "little"))]
use super::neon::Neon;
use super::vector::Vector;

/// Code that is compiled once for every instruction set.
///
/// `run`, and all that it calls in its loops, is `inline(always)`: what is not inlined is not compiled for
/// the instruction set. A closure is a function of its own, so there are none around vectors.
pub(crate) trait Kernel {
    type Output;

    fn run<V: Vector>(self, simd: Simd<V>) -> Self::Output;
}

/// A part of a kernel for [`Simd::outline`].
pub(crate) trait Outlined<V> {
    type Output;

    fn run(self, simd: Simd<V>) -> Self::Output;
}

/// The proof that the processor has the instruction set of `V`, and that the code around is compiled for it.
#[derive(Clone, Copy)]
pub(crate) struct Simd<V>(PhantomData<V>);

impl<V: Vector> Simd<V> {
    /// # Safety
    ///
    /// The processor has the instruction set.
    #[inline(always)]
    pub(crate) unsafe fn new() -> Self {
        const {
            assert!(size_of::<V>() == V::LANES, "registers are written and read as bytes");
            assert!(V::LANES <= super::MAX_LANES, "arrays hold the largest register");
            assert!(64 % V::LANES == 0 && 128 % V::LANES == 0, "blocks are whole registers");
        }
        Self(PhantomData)
    }

    /// Runs a rare part of a kernel in a function of its own, so that it takes no registers from the loop around.
    #[inline(always)]
    pub(crate) fn outline<W: Outlined<V>>(self, work: W) -> W::Output {
        // SAFETY: this is the proof.
        unsafe { V::outline(work) }
    }
}

/// A whole kernel, as something to outline.
struct Whole<K>(K);

impl<K: Kernel, V: Vector> Outlined<V> for Whole<K> {
    type Output = K::Output;

    #[inline(always)]
    fn run(self, simd: Simd<V>) -> K::Output {
        self.0.run(simd)
    }
}

/// Runs a kernel with the instructions of a backend, or with the baseline's where the processor lacks them.
pub(crate) fn dispatch<K: Kernel>(backend: Backend, kernel: K) -> K::Output {
    debug_assert!(backend.is_available(), "settings refuse a backend that the processor lacks");
    let kernel = Whole(kernel);
    // Whether the processor has the instructions is asked anew, which costs one read, so that no caller has to be
    // trusted with it.
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() && has_vbmi() => {
            // SAFETY: the processor has the instructions.
            unsafe { Avx512::<true>::outline(kernel) }
        }
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() => {
            // SAFETY: the processor has the instructions.
            unsafe { Avx512::<false>::outline(kernel) }
        }
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 if backend.is_available() => {
            // SAFETY: the processor has the instructions.
            unsafe { Avx2::outline(kernel) }
        }
        #[cfg(all(target_arch = "aarch64", target_feature = "neon", target_endian = "little"))]
        Backend::Neon => {
            // SAFETY: every processor of the target has the instructions.
            unsafe { Neon::outline(kernel) }
        }
        _ => {
            // SAFETY: every processor of the target has the instructions.
            unsafe { Baseline::outline(kernel) }
        }
    }
}

/// Runs a kernel with every instruction set that the processor has, and in plain code.
#[cfg(test)]
pub(crate) fn on_each_instruction_set<K: Kernel>(
    kernel: impl Fn() -> K,
    mut check: impl FnMut(&str, K::Output),
) {
    for backend in Backend::ALL {
        if backend.is_available() {
            check(backend.name(), dispatch(backend, kernel()));
        }
    }
    // SAFETY: every processor has the instructions.
    check("scalar", unsafe { super::Scalar::outline(Whole(kernel())) });
    #[cfg(target_arch = "x86_64")]
    if Backend::Avx512.is_available() {
        // SAFETY: the processor has the instructions.
        check("avx512 without VBMI", unsafe { Avx512::<false>::outline(Whole(kernel())) });
    }
}
