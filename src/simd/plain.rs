//! Loops in plain Rust, compiled once for every instruction set and left to the compiler to vectorise.
//!
//! All backends run the same source, in integers and in `f32` operations that are rounded one by one, so
//! they give the same bits. What the compiler does not see by itself is called by way of [`With`].

use core::marker::PhantomData;

use super::light::{Light, Polynomial, sum_columns, sum_pairs, sum_triples};
use super::vector::Vector;
use super::{Backend, Least};
#[cfg(target_arch = "x86_64")]
use super::{
    avx2::Avx2,
    avx512::{Avx512, Tables},
    has_avx2, has_avx512, has_vbmi,
};

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
            sum_pairs::<L, N>(
                rows,
                shortest / 64 * 64,
                sums.as_mut_ptr(),
                ahead.map(|row| row.as_ptr()),
            );
        }
    }
}

impl<L: Light> With<L> {
    /// The same for pixels of three bytes, with sums for each of them. Gives the number of pixels that were
    /// summed up: a multiple of 64, or none where the instruction set is not made for it.
    #[inline(always)]
    pub(crate) fn sum_triples<const N: usize>(
        self,
        rows: [&[u8]; N],
        sums: [&mut [u16]; 3],
        ahead: [&[u8]; N],
    ) -> usize {
        if !L::V::SPLITS {
            return 0;
        }
        let shortest = rows.iter().fold(usize::MAX, |length, row| length.min(row.len() / 3));
        let shortest = sums.iter().fold(shortest, |length, sums| length.min(2 * sums.len()));
        let count = shortest / 64 * 64;
        // SAFETY: as above; each row has three bytes for every pixel, each of the sums a word for two.
        unsafe {
            let rows = rows.map(|row| row.as_ptr());
            let sums = sums.map(|sums| sums.as_mut_ptr());
            sum_triples::<L, N>(rows, count, sums, ahead.map(|row| row.as_ptr()));
        }
        count
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
        _ => work.run(With::<Polynomial<Least>>(PhantomData)),
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

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::linear::linear;
    use crate::simd::scalar::Scalar;
    use std::vec::Vec;

    /// Every code next to every other, in rows that differ.
    fn rows() -> [Vec<u8>; 4] {
        [1, 3, 7, 11].map(|step: usize| {
            (0..2 * 256 * 256)
                .map(|i| if i % 2 == 0 { i / 2 % 256 } else { i / 512 * step } as u8)
                .collect()
        })
    }

    struct Sums<'a>(&'a [Vec<u8>; 4]);

    impl Plain for Sums<'_> {
        type Output = ([Vec<u16>; 4], [Vec<u16>; 3]);

        #[inline(always)]
        fn run<L: Light>(self, with: With<L>) -> Self::Output {
            let [a, b, c, d] = self.0.each_ref().map(|row| &row[..]);
            let count = a.len();
            let mut sums = [count / 2, count / 2, count, count].map(|room| std::vec![0; room]);
            with.sum_pairs([a], &mut sums[0], [&[]]);
            with.sum_pairs([c, b], &mut sums[1], [a, d]);
            with.sum_columns([d], &mut sums[2]);
            with.sum_columns([a, b, c, d], &mut sums[3]);
            // The same bytes as pixels of three.
            let count = count / 3 / 64 * 64;
            let mut triples = [0; 3].map(|_| std::vec![0; count / 2]);
            let [first, second, third] = &mut triples;
            let done = with.sum_triples([a, b], [first, second, third], [c, d]);
            assert_eq!(done, if L::V::SPLITS { count } else { 0 });
            (sums, triples)
        }
    }

    #[test]
    fn sums_are_those_of_linear_light() {
        let rows = rows();
        let light =
            rows.each_ref().map(|row| -> Vec<u16> { row.iter().map(|&c| linear(c)).collect() });
        let pairs =
            |light: &[u16]| -> Vec<u16> { light.chunks(2).map(|two| two[0] + two[1]).collect() };
        let add =
            |a: Vec<u16>, b: &[u16]| -> Vec<u16> { a.iter().zip(b).map(|(a, b)| a + b).collect() };
        let [a, b, c, d] = light;
        let expected =
            [pairs(&a), add(pairs(&b), &pairs(&c)), d.clone(), add(add(add(a, &b), &c), &d)];
        let [a, b, ..] = &rows;
        let count = a.len() / 3 / 64 * 64;
        let triples = [0, 1, 2].map(|channel| -> Vec<u16> {
            let byte = |row: &[u8], pixel: usize| linear(row[3 * pixel + channel]);
            let pair = |i: usize| {
                byte(a, 2 * i) + byte(a, 2 * i + 1) + byte(b, 2 * i) + byte(b, 2 * i + 1)
            };
            (0..count / 2).map(pair).collect()
        });
        let check = |name: &str, (sums, found): ([Vec<u16>; 4], [Vec<u16>; 3])| {
            assert!(sums == expected, "{name}");
            // Where triples are not taken apart, nothing is written.
            assert!(found == triples || found.iter().flatten().all(|&sum| sum == 0), "{name}");
        };
        for backend in Backend::ALL {
            if backend.is_available() {
                check(backend.name(), run(backend, Sums(&rows)));
            }
        }
        check("scalar", Sums(&rows).run(With::<Polynomial<Scalar>>(PhantomData)));
        #[cfg(target_arch = "x86_64")]
        if has_avx512::get() {
            // The other way than the one that is chosen where there is VBMI.
            // SAFETY: the processor has the instructions.
            check("avx512 without VBMI", unsafe { avx512(Sums(&rows)) });
        }
    }
}
