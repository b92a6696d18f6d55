//! Loops in plain Rust, compiled once for every instruction set and left to the compiler to vectorise.
//!
//! All backends run the same source, in integers and in `f32` operations that are rounded one by one, so
//! they give the same bits. What the compiler does not see by itself is called by way of [`With`].

use core::marker::PhantomData;

use super::light::{Light, Polynomial, sum_columns, sum_pairs};
use super::portable::Portable;
use super::Backend;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::{Avx512, Tables}, has_avx2, has_avx512, has_vbmi};

/// Work that gains from wide registers. `run`, and all that it calls in its loops, is `inline(always)`:
/// what is not inlined is not compiled for the instruction set.
pub(crate) trait Plain {
    type Output;

    fn run<L: Light>(self, with: With<L>) -> Self::Output;
}

/// Says that the processor has an instruction set, and that the code around is compiled for it.
pub(crate) struct With<L>(PhantomData<L>);

impl<L> Clone for With<L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for With<L> {}

impl<L: Light> With<L> {
    /// Sums up the linear light, as [`crate::linear`] has it, of the pixels of `N` rows, at most four; as
    /// many as all of them have, cut to a multiple of 64.
    #[inline(always)]
    pub(crate) fn sum_columns<const N: usize>(self, rows: [&[u8]; N], sums: &mut [u16]) {
        let shortest = rows.iter().fold(sums.len(), |length, row| length.min(row.len()));
        // SAFETY: this value says that the processor has the instructions. All have as many bytes or
        // words, and every register has 16, 32 or 64 bytes.
        unsafe {
            let rows = rows.map(|row| row.as_ptr());
            sum_columns::<L::V, N>(rows, shortest / 64 * 64, sums.as_mut_ptr());
        }
    }

    /// The same of every two pixels next to each other in `N` rows, at most two.
    #[inline(always)]
    pub(crate) fn sum_pairs<const N: usize>(
        self,
        rows: [&[u8]; N],
        sums: &mut [u16],
        ahead: [&[u8]; N],
    ) {
        let shortest = rows.iter().fold(2 * sums.len(), |length, row| length.min(row.len()));
        // SAFETY: as above; there is a word for every two bytes.
        unsafe {
            let rows = rows.map(|row| row.as_ptr());
            sum_pairs::<L, N>(rows, shortest / 64 * 64, sums.as_mut_ptr(), ahead.map(|row| row.as_ptr()));
        }
    }
}

/// Does the work with a backend's instructions, where the processor has them.
pub(crate) fn run<P: Plain>(backend: Backend, work: P) -> P::Output {
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if has_avx512::get() && has_vbmi::get() => {
            // SAFETY: the processor has the instructions.
            unsafe { vbmi(work) }
        }
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
        _ => work.run(With::<Polynomial<Portable>>(PhantomData)),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<P: Plain>(work: P) -> P::Output {
    work.run(With::<Polynomial<Avx2>>(PhantomData))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
fn avx512<P: Plain>(work: P) -> P::Output {
    work.run(With::<Polynomial<Avx512>>(PhantomData))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn vbmi<P: Plain>(work: P) -> P::Output {
    work.run(With::<Tables>(PhantomData))
}
