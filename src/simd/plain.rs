//! Loops in plain Rust, compiled once for every instruction set and left to the compiler to vectorise.
//!
//! All backends run the same source, in integers and in `f32` operations that are rounded one by one, so
//! they give the same bits. What the compiler does not see by itself is called by way of [`With`].

use core::marker::PhantomData;

use super::Least;
#[cfg(target_arch = "x86_64")]
use super::avx2::Avx2;
#[cfg(target_arch = "x86_64")]
use super::avx512::{Avx512, Tables};
use super::backend::Backend;
#[cfg(target_arch = "x86_64")]
use super::backend::has_vbmi;
use super::colour::{Spread, add_colour};
use super::light::{Light, Polynomial, sum_columns, sum_pairs, sum_quads};
use super::vector::Vector;

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
        // words, and every register has 4, 16, 32 or 64 bytes.
        unsafe {
            let rows = rows.map(|row| row.as_ptr());
            sum_columns::<L::V, N>(rows, shortest / 64 * 64, sums.as_mut_ptr());
        }
    }

    /// The same of every two pixels next to each other in `N` rows, at most two, for each of `C` channels: of
    /// one that has its own rows, or of pixels of three bytes. Gives the number of pixels that were summed up,
    /// none where the instruction set is not made for it.
    #[inline(always)]
    pub(crate) fn sum_pairs<const C: usize, const N: usize>(
        self,
        rows: [&[u8]; N],
        sums: [&mut [u16]; C],
        ahead: [&[u8]; N],
    ) -> usize {
        let room = sums.iter().fold(usize::MAX, |length, sums| length.min(2 * sums.len()));
        let count = self.count::<C, N>(&rows, room);
        // SAFETY: this value says that the processor has the instructions. Each row has `C` bytes for every
        // pixel, each of the sums a word for two; every register has 4, 16, 32 or 64 bytes.
        unsafe {
            let (rows, ahead) = (rows.map(|row| row.as_ptr()), ahead.map(|row| row.as_ptr()));
            sum_pairs::<L, C, N>(rows, count, sums.map(|sums| sums.as_mut_ptr()), ahead);
        }
        count
    }

    /// The same of every four pixels next to each other in `N` rows, at most four; added to the sums that are
    /// there, if any are.
    #[inline(always)]
    pub(crate) fn sum_quads<const C: usize, const N: usize>(
        self,
        rows: [&[u8]; N],
        sums: [&mut [i32]; C],
        are_there: bool,
        ahead: [&[u8]; N],
    ) -> usize {
        let room = sums.iter().fold(usize::MAX, |length, sums| length.min(4 * sums.len()));
        let count = self.count::<C, N>(&rows, room);
        // SAFETY: as above, with a number for every four pixels.
        unsafe {
            let (rows, ahead) = (rows.map(|row| row.as_ptr()), ahead.map(|row| row.as_ptr()));
            let sums = sums.map(|sums| sums.as_mut_ptr());
            sum_quads::<L, C, N>(rows, count, sums, are_there, ahead);
        }
        count
    }

    /// Adds to luma what chroma adds to each channel, for as many pixels as there are of all, cut to a multiple of
    /// 64; what is not within 0 to 255 becomes that.
    #[inline(always)]
    pub(crate) fn add_colour(
        self,
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
            add_colour::<L::V>(luma.as_ptr(), count / 64 * 64, spread, colours, to);
        }
    }

    /// Pixels that all rows have, up to a number, in whole registers.
    #[inline(always)]
    fn count<const C: usize, const N: usize>(self, rows: &[&[u8]; N], room: usize) -> usize {
        const { assert!(C == 1 || C == 3) };
        if C == 3 && !L::V::SPLITS {
            return 0;
        }
        rows.iter().fold(room, |length, row| length.min(row.len() / C)) / 64 * 64
    }
}

/// Does the work with a backend's instructions, where the processor has them.
pub(crate) fn run<P: Plain>(backend: Backend, work: P) -> P::Output {
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() && has_vbmi() => {
            // SAFETY: the processor has the instructions.
            unsafe { vbmi(work) }
        }
        #[cfg(target_arch = "x86_64")]
        Backend::Avx512 if backend.is_available() => {
            // SAFETY: the processor has the instructions.
            unsafe { avx512(work) }
        }
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 if backend.is_available() => {
            // SAFETY: the processor has the instructions.
            unsafe { avx2(work) }
        }
        _ => least(work),
    }
}

#[inline(never)]
fn least<P: Plain>(work: P) -> P::Output {
    work.run(With::<Polynomial<Least>>(PhantomData))
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

    /// Sums of pairs, of columns, and of quads; pairs and quads of triples, if there are any.
    #[derive(PartialEq)]
    struct Found {
        pairs: [Vec<u16>; 2],
        columns: [Vec<u16>; 2],
        quads: [Vec<i32>; 2],
        of_triples: Option<[Vec<u16>; 3]>,
        quads_of_triples: Option<[Vec<i32>; 3]>,
    }

    impl Plain for Sums<'_> {
        type Output = Found;

        #[inline(always)]
        fn run<L: Light>(self, with: With<L>) -> Found {
            let [a, b, c, d] = self.0.each_ref().map(|row| &row[..]);
            let count = a.len();
            let mut pairs = [0; 2].map(|_| std::vec![0; count / 2]);
            assert_eq!(with.sum_pairs([a], [&mut pairs[0]], [&[]]), count);
            with.sum_pairs([c, b], [&mut pairs[1]], [a, d]);
            let mut columns = [0; 2].map(|_| std::vec![0; count]);
            with.sum_columns([d], &mut columns[0]);
            with.sum_columns([a, b, c, d], &mut columns[1]);
            let mut quads = [0; 2].map(|_| std::vec![7; count / 4]);
            assert_eq!(with.sum_quads([b], [&mut quads[0]], false, [&[]]), count);
            with.sum_quads([a, b, c, d], [&mut quads[1]], false, [d, c, b, a]);
            with.sum_quads([d, c, b], [&mut quads[1]], true, [&[]; 3]);
            // The same bytes as pixels of three.
            let count = count / 3 / 64 * 64;
            let mut pairs_of = [0; 3].map(|_| std::vec![0; count / 2]);
            let done =
                with.sum_pairs([a, b], pairs_of.each_mut().map(|sums| &mut sums[..]), [c, d]);
            let mut quads_of = [0; 3].map(|_| std::vec![1; count / 4]);
            let sums = quads_of.each_mut().map(|sums| &mut sums[..]);
            assert_eq!(with.sum_quads([a, b, c, d], sums, true, [&[]; 4]), done);
            assert_eq!(done, if L::V::SPLITS { count } else { 0 });
            let of_triples = L::V::SPLITS.then_some(pairs_of);
            let quads_of_triples = L::V::SPLITS.then_some(quads_of);
            Found { pairs, columns, quads, of_triples, quads_of_triples }
        }
    }

    struct Coloured<'a>(&'a [u8], Spread, [&'a [i16]; 3]);

    impl Plain for Coloured<'_> {
        type Output = [Vec<u8>; 3];

        #[inline(always)]
        fn run<L: Light>(self, with: With<L>) -> [Vec<u8>; 3] {
            let mut found = [0; 3].map(|_| std::vec![0; self.0.len()]);
            let to = found.each_mut().map(|to| &mut to[..]);
            with.add_colour(self.0, self.1, self.2, to);
            found
        }
    }

    #[test]
    fn colours_are_products_cut_to_whole_codes() {
        // Every code of luma with all that chroma may add, and more.
        let luma: Vec<u8> = (0..256 * 1280).map(|i| (i % 256) as u8).collect();
        let added = |i: usize| (i / 256) as i16 - 640;
        let colours = [1, 3, 7].map(|step| -> Vec<i16> {
            (0..luma.len()).map(|i| added(i * step % luma.len())).collect()
        });
        for (black, factor) in [(0, 8192), (16, 9539)] {
            let spread = Spread { black: black as i16, more: (8 * factor - 65_536) as i16 };
            let expected = colours.each_ref().map(|colours| -> Vec<u8> {
                let codes = luma.iter().zip(colours);
                let code = |(&luma, &added): (&u8, &i16)| {
                    let luma = ((i32::from(luma) - black) * 8 * factor) >> 16;
                    (luma + i32::from(added)).clamp(0, 255) as u8
                };
                codes.map(code).collect()
            });
            let work = || Coloured(&luma, spread, colours.each_ref().map(|colours| &colours[..]));
            for backend in Backend::ALL {
                if backend.is_available() {
                    assert!(run(backend, work()) == expected, "{}", backend.name());
                }
            }
            let scalar = work().run(With::<Polynomial<Scalar>>(PhantomData));
            assert!(scalar == expected, "scalar");
        }
    }

    #[test]
    fn sums_are_those_of_linear_light() {
        let rows = rows();
        let light = |row: usize, place: usize| i32::from(linear(rows[row][place]));
        // The sum of the light of some bytes, so many steps apart, in some rows.
        let sum = |of: &[usize], from: usize, bytes: usize, step: usize| -> i32 {
            of.iter()
                .flat_map(|&row| (0..bytes).map(move |i| (row, from + step * i)))
                .map(|(row, place)| light(row, place))
                .sum()
        };
        let count = rows[0].len();
        let words = |of: &[usize], bytes: usize| -> Vec<u16> {
            (0..count / bytes).map(|i| sum(of, bytes * i, bytes, 1) as u16).collect()
        };
        let quads =
            |of: &[usize]| -> Vec<i32> { (0..count / 4).map(|i| sum(of, 4 * i, 4, 1)).collect() };
        let triples = count / 3 / 64 * 64;
        let expected =
            Found {
                pairs: [words(&[0], 2), words(&[1, 2], 2)],
                columns: [words(&[3], 1), words(&[0, 1, 2, 3], 1)],
                quads: [quads(&[1]), quads(&[0, 1, 2, 3, 3, 2, 1])],
                of_triples: Some([0, 1, 2].map(|c| {
                    (0..triples / 2).map(|i| sum(&[0, 1], 6 * i + c, 2, 3) as u16).collect()
                })),
                quads_of_triples: Some([0, 1, 2].map(|c| {
                    (0..triples / 4).map(|i| 1 + sum(&[0, 1, 2, 3], 12 * i + c, 4, 3)).collect()
                })),
            };
        let check = |name: &str, mut found: Found| {
            if found.of_triples.is_none() {
                found.of_triples = expected.of_triples.clone();
                found.quads_of_triples = expected.quads_of_triples.clone();
            }
            assert!(found == expected, "{name}");
        };
        for backend in Backend::ALL {
            if backend.is_available() {
                check(backend.name(), run(backend, Sums(&rows)));
            }
        }
        check("scalar", Sums(&rows).run(With::<Polynomial<Scalar>>(PhantomData)));
        #[cfg(target_arch = "x86_64")]
        if Backend::Avx512.is_available() {
            // The other way than the one that is chosen where there is VBMI.
            // SAFETY: the processor has the instructions.
            check("avx512 without VBMI", unsafe { avx512(Sums(&rows)) });
        }
    }
}
