//! Loops in plain Rust, compiled once for every instruction set and left to the compiler to vectorise.
//!
//! All backends run the same source, in integers and in `f32` operations that are rounded one by one, so
//! they give the same bits.

use super::Backend;
#[cfg(target_arch = "x86_64")]
use super::{has_avx2, has_avx512};

/// Work that gains from wide registers. `run`, and all that it calls in its loops, is `inline(always)`:
/// what is not inlined is not compiled for the instruction set.
pub(crate) trait Plain {
    type Output;

    fn run(self) -> Self::Output;
}

/// Does the work with a backend's instructions, where the processor has them.
pub(crate) fn run<P: Plain>(backend: Backend, work: P) -> P::Output {
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if has_avx512::get() => {
            // SAFETY: the processor has the instructions.
            unsafe { avx512(work) }
        }
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 if has_avx2::get() => {
            // SAFETY: the processor has the instructions.
            unsafe { avx2(work) }
        }
        _ => work.run(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<P: Plain>(work: P) -> P::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
fn avx512<P: Plain>(work: P) -> P::Output {
    work.run()
}
