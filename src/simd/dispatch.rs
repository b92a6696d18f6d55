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
use super::vector::Vector;

/// Code that is compiled once for every instruction set.
///
/// `run`, and all that it calls in its loops, is `inline(always)`: what is not inlined is not compiled for
/// the instruction set. Closures are functions of their own, so there are none around vectors.
pub(crate) trait Kernel {
    type Output;

    fn run<V: Vector>(self, simd: Simd<V>) -> Self::Output;
}

/// The proof that the processor has the instruction set of `V`, and that the code around is compiled for it.
#[derive(Clone, Copy)]
pub(crate) struct Simd<V>(PhantomData<V>);

impl<V: Vector> Simd<V> {
    /// # Safety
    ///
    /// The processor has the instruction set.
    #[inline(always)]
    unsafe fn new() -> Self {
        Self(PhantomData)
    }
}

/// Runs a kernel with the instructions of a backend, or with the least where the processor has not those.
pub(crate) fn dispatch<K: Kernel>(backend: Backend, kernel: K) -> K::Output {
    debug_assert!(backend.is_available(), "settings refuse a backend that the processor lacks");
    // SAFETY: the processor has the instructions, which is asked anew: it costs one read, and no caller has to
    // be trusted with it.
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() && has_vbmi() => unsafe { avx512_vbmi(kernel) },
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() => unsafe { avx512(kernel) },
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 if backend.is_available() => unsafe { avx2(kernel) },
        _ => baseline(kernel),
    }
}

#[inline(never)]
fn baseline<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: the target always has the instructions.
    kernel.run(unsafe { Simd::<Baseline>::new() })
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx2")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: so says the attribute.
    kernel.run(unsafe { Simd::<Avx2>::new() })
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: so says the attribute.
    kernel.run(unsafe { Simd::<Avx512<false>>::new() })
}

#[cfg(target_arch = "x86_64")]
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn avx512_vbmi<K: Kernel>(kernel: K) -> K::Output {
    // SAFETY: so says the attribute.
    kernel.run(unsafe { Simd::<Avx512<true>>::new() })
}
