//! Sums of the linear light of many pixels at once.
//!
//! Where there are look-ups in 16 entries and sums of products, the light of a register of codes is never formed: the
//! terms of its parabola ([`Parabolas`]) are whole numbers, and each is summed up by itself over as many pixels as
//! there is room for, the large ones in bytes and the rest in words. With look-ups in 256 entries the light itself is
//! looked up in three parts, which are summed up in the same way. Everywhere else a table of the light of all codes is
//! as fast as any of this. All are the same sums of whole numbers.
#![allow(unsafe_code)]

use crate::color::display::{Display, FRACTION_BITS, Parabolas};
use crate::simd::{Simd, Vector};

/// Rows of pixels whose sums have room in bytes and words.
pub(crate) const ROWS: usize = 4;

/// Pixels are summed up in multiples of this, which every register divides.
pub(crate) const BLOCK: usize = 64;

/// How many columns next to each other are summed up at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ColumnGroup {
    One = 1,
    Two = 2,
    Four = 4,
}

/// Adds the light of the pixels of some rows, at most [`ROWS`], to the sum of each group of columns: of as many pixels
/// as all rows have, cut to a multiple of [`BLOCK`]. Asks for what lies `ahead` in memory.
#[inline(always)]
pub(crate) fn add_light<V: Vector>(
    _: Simd<V>,
    display: Display,
    rows: &[&[u8]],
    group: ColumnGroup,
    sums: &mut [i32],
    ahead: &[&[u8]; ROWS],
) {
    if !V::FAST_MULTIPLY_ADD {
        return add_light_by_table(display, rows, group, sums);
    }
    let tables = display.tables();
    // SAFETY: this value says that the processor has the instructions.
    unsafe {
        match rows {
            [a, b, c, d] => add_rows::<V, 4>(tables, [a, b, c, d], group, sums, ahead),
            [a, b, c] => add_rows::<V, 3>(tables, [a, b, c], group, sums, ahead),
            [a, b] => add_rows::<V, 2>(tables, [a, b], group, sums, ahead),
            [a] => add_rows::<V, 1>(tables, [a], group, sums, ahead),
            _ => debug_assert!(rows.is_empty(), "sums have room for so many rows"),
        }
    }
}

/// The light of every code, for one look-up a pixel.
static LIGHT: [[i32; 256]; 2] = {
    let mut light = [[0; 256]; 2];
    let mut display = 0;
    while display < 2 {
        let parabolas = Display::ALL[display].parabolas();
        let mut code = 0;
        while code < 256 {
            light[display][code] = parabolas.light(code as u8);
            code += 1;
        }
        display += 1;
    }
    light
};

#[inline(always)]
fn add_light_by_table(display: Display, rows: &[&[u8]], group: ColumnGroup, sums: &mut [i32]) {
    let [srgb, bt1886] = &LIGHT;
    let light = if display == Display::Bt1886 { bt1886 } else { srgb };
    for row in rows {
        match group {
            ColumnGroup::One => add_groups::<1>(light, row, sums),
            ColumnGroup::Two => add_groups::<2>(light, row, sums),
            ColumnGroup::Four => add_groups::<4>(light, row, sums),
        }
    }
}

#[inline(always)]
fn add_groups<const N: usize>(light: &[i32; 256], row: &[u8], sums: &mut [i32]) {
    for (sum, codes) in sums.iter_mut().zip(row.as_chunks::<N>().0) {
        for &code in codes {
            *sum += light[usize::from(code)];
        }
    }
}

/// Look-ups in 16 entries: of the upper four bits of a code, and of the lower ones.
struct ParabolaTables {
    high: [u8; 16],
    whole: [u8; 16],
    slope: [u8; 16],
    slope_fraction: [u8; 16],
    curvature: [u8; 16],
    distance: [u8; 16],
    bend: [u8; 16],
}

/// Look-ups in 256 entries.
struct WideTables {
    high: [u8; 256],
    whole: [u8; 256],
    fraction: [u8; 256],
}

struct Tables {
    parabolas: ParabolaTables,
    wide: WideTables,
}

/// The part of light that is summed up in bytes, in steps of 256: below 64, so that four have room in a byte.
const HIGH_BITS: u32 = FRACTION_BITS + 8;

impl Tables {
    const fn new(display: Display) -> Self {
        let of = display.parabolas();
        let mut parabolas = ParabolaTables {
            high: [0; 16],
            whole: [0; 16],
            slope: [0; 16],
            slope_fraction: [0; 16],
            curvature: of.curvature,
            distance: [0; 16],
            bend: [0; 16],
        };
        let mut i = 0;
        while i < 16 {
            assert!(of.offset[i] < 64 << 8 && of.slope[i] < 256 << FRACTION_BITS);
            parabolas.high[i] = (of.offset[i] >> 8) as u8;
            parabolas.whole[i] = of.offset[i] as u8;
            parabolas.slope[i] = (of.slope[i] >> FRACTION_BITS) as u8;
            parabolas.slope_fraction[i] = (of.slope[i] % (1 << FRACTION_BITS)) as u8;
            parabolas.distance[i] = Parabolas::distance(i as u8).cast_unsigned();
            parabolas.bend[i] = Parabolas::bend(i as u8).cast_unsigned();
            i += 1;
        }
        let mut wide = WideTables { high: [0; 256], whole: [0; 256], fraction: [0; 256] };
        let mut code = 0;
        while code < 256 {
            let light = of.light(code as u8);
            assert!(0 <= light && light < 64 << HIGH_BITS);
            wide.high[code] = (light >> HIGH_BITS) as u8;
            wide.whole[code] = (light >> FRACTION_BITS) as u8;
            wide.fraction[code] = (light % (1 << FRACTION_BITS)) as u8;
            code += 1;
        }
        Self { parabolas, wide }
    }
}

impl Display {
    fn tables(self) -> &'static Tables {
        static SRGB: Tables = Tables::new(Display::Srgb);
        static BT_1886: Tables = Tables::new(Display::Bt1886);
        match self {
            Self::Srgb => &SRGB,
            Self::Bt1886 => &BT_1886,
        }
    }
}

/// Sums of the light of every two pixels next to each other, in parts: at most [`ROWS`] rows of them.
#[derive(Clone, Copy)]
struct Parts<V> {
    /// Bytes for each pixel, in steps of 256.
    high: V,
    /// Words for every two.
    whole: V,
    /// Words for every two, in parts of 2^[`FRACTION_BITS`].
    fraction: V,
}

/// # Safety
///
/// The contract of [`Vector`], of which [`Vector::FAST_MULTIPLY_ADD`] holds.
impl<V: Vector> Parts<V> {
    #[inline(always)]
    unsafe fn new() -> Self {
        // SAFETY: the caller's contract.
        let zero = unsafe { V::splat(0) };
        Self { high: zero, whole: zero, fraction: zero }
    }

    /// Adds the light of one row.
    #[inline(always)]
    unsafe fn add(&mut self, tables: &Tables, codes: V) {
        let Self { high, whole, fraction } = self;
        // SAFETY: the caller's contract.
        unsafe {
            let one = V::splat(1);
            if V::WIDE_LOOKUP {
                let of = &tables.wide;
                *high = high.wrapping_add(codes.lookup_256(&of.high));
                let more = codes.lookup_256(&of.whole).multiply_add_i8(one);
                *whole = whole.wrapping_add_u16(more);
                let more = codes.lookup_256(&of.fraction).multiply_add_i8(one);
                *fraction = fraction.wrapping_add_u16(more);
                return;
            }
            let of = &tables.parabolas;
            let sixteen = codes.shift_right(4);
            let place = codes.and(V::splat(15));
            let (distance, bend) = (place.lookup(&of.distance), place.lookup(&of.bend));
            *high = high.wrapping_add(sixteen.lookup(&of.high));
            let offset = sixteen.lookup(&of.whole).multiply_add_i8(one);
            let slope = sixteen.lookup(&of.slope).multiply_add_i8(distance);
            *whole = whole.wrapping_add_u16(offset).wrapping_add_u16(slope);
            let slope = sixteen.lookup(&of.slope_fraction).multiply_add_i8(distance);
            let curve = sixteen.lookup(&of.curvature).multiply_add_i8(bend);
            *fraction = fraction.wrapping_add_u16(slope).wrapping_add_u16(curve);
        }
    }

    /// The sums over those words that `chosen` has ones for, of every two next to each other.
    #[inline(always)]
    unsafe fn total(&self, chosen: V) -> V {
        // SAFETY: the caller's contract.
        unsafe {
            // A word has room for 64 times two bytes.
            let high = self.high.multiply_add_i8(V::splat(64));
            let high = high.multiply_add_i16(chosen.and(V::splat_u16(1 << (HIGH_BITS - 6))));
            let whole = self.whole.multiply_add_i16(chosen.and(V::splat_u16(1 << FRACTION_BITS)));
            let fraction = self.fraction.multiply_add_i16(chosen.and(V::splat_u16(1)));
            high.add_u32(whole).add_u32(fraction)
        }
    }

    /// Adds the sums of every four pixels next to each other to numbers in memory.
    #[inline(always)]
    unsafe fn add_fours(&self, to: *mut i32) {
        // SAFETY: the caller's contract, and there is room for a register.
        unsafe {
            let to = to.cast::<u8>();
            V::load(to).add_u32(self.total(V::splat(255))).store(to);
        }
    }

    /// Adds the sums of every two pixels next to each other to numbers in memory.
    #[inline(always)]
    unsafe fn add_twos(&self, to: *mut i32) {
        // SAFETY: the caller's contract, and there is room for two registers.
        unsafe {
            let all = V::splat(255);
            let (even, odd) = (all.shift_down_in_u32(2), all.shift_up_in_u32(2));
            let sums = V::interleave_u32(self.total(even), self.total(odd));
            let mut in_order = [0; 2 * 64];
            debug_assert!(2 * V::LANES <= in_order.len());
            V::store_interleaved_u16(sums, in_order.as_mut_ptr().cast());
            for half in 0..2 {
                let to = to.cast::<u8>().add(half * V::LANES);
                let sums = V::load(in_order.as_ptr().add(half * V::LANES));
                V::load(to).add_u32(sums).store(to);
            }
        }
    }
}

/// # Safety
///
/// The contract of [`Vector`], of which [`Vector::FAST_MULTIPLY_ADD`] holds.
#[inline(always)]
unsafe fn add_rows<V: Vector, const N: usize>(
    tables: &Tables,
    rows: [&[u8]; N],
    group: ColumnGroup,
    sums: &mut [i32],
    ahead: &[&[u8]; ROWS],
) {
    const { assert!(N <= ROWS && BLOCK.is_multiple_of(V::LANES)) };
    let room = sums.len() * group as usize;
    let count = rows.iter().fold(room, |length, row| length.min(row.len())) / BLOCK * BLOCK;
    let mut at = 0;
    while at < count {
        debug_assert!(rows.iter().all(|row| at + V::LANES <= row.len()));
        debug_assert!((at + V::LANES) / group as usize <= sums.len());
        // SAFETY: `at` is below `count`, which is a multiple of `LANES`: every row has a register there, and the
        // sums a number for each group of columns.
        unsafe {
            let to = sums.as_mut_ptr().add(at / group as usize);
            for row in ahead.iter().take(N) {
                V::prefetch(row.as_ptr().wrapping_add(at));
            }
            if group == ColumnGroup::One {
                add_columns::<V, N>(tables, &rows, at, to);
            } else {
                let mut parts = Parts::new();
                for row in &rows {
                    parts.add(tables, V::load(row.as_ptr().add(at)));
                }
                if group == ColumnGroup::Two { parts.add_twos(to) } else { parts.add_fours(to) }
            }
        }
        at += V::LANES;
    }
}

/// The same of single columns: the two pixels next to each other are from two rows.
///
/// # Safety
///
/// That of [`add_rows`]; every row has a register at `at`, and `to` room for a number for each byte of it.
#[inline(always)]
unsafe fn add_columns<V: Vector, const N: usize>(
    tables: &Tables,
    rows: &[&[u8]; N],
    at: usize,
    to: *mut i32,
) {
    // SAFETY: the caller's contract.
    unsafe {
        let mut halves = [Parts::new(); 2];
        for pair in rows.chunks(2) {
            let (mut first, mut second) = ([V::splat(0); 2], [V::splat(0); 2]);
            if let Some(row) = pair.first() {
                first = V::load_widened(row.as_ptr().add(at));
            }
            // Behind the last of an odd number is black, which has no light.
            if let Some(row) = pair.get(1) {
                second = V::load_widened(row.as_ptr().add(at));
            }
            for (parts, (first, second)) in halves.iter_mut().zip(first.into_iter().zip(second)) {
                parts.add(tables, first.or(second.shift_up_in_u32(1)));
            }
        }
        for (half, parts) in halves.iter().enumerate() {
            parts.add_twos(to.add(half * V::LANES / 2));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Kernel, on_each_instruction_set};
    use std::vec::Vec;

    /// Every code next to every other, in rows that differ, and less than a block more.
    fn rows() -> [Vec<u8>; ROWS] {
        [1, 3, 7, 11].map(|step: usize| {
            (0..2 * 256 * 256 + 63)
                .map(|i| if i % 2 == 0 { i / 2 % 256 } else { i / 512 * step } as u8)
                .collect()
        })
    }

    struct Sums<'a> {
        display: Display,
        rows: &'a [&'a [u8]],
        group: ColumnGroup,
    }

    impl Kernel for Sums<'_> {
        type Output = Vec<i32>;

        #[inline(always)]
        fn run<V: Vector>(self, simd: Simd<V>) -> Vec<i32> {
            let Self { display, rows, group } = self;
            let mut sums = std::vec![7; rows[0].len() / group as usize];
            add_light(simd, display, rows, group, &mut sums, &[&[]; ROWS]);
            sums
        }
    }

    #[test]
    fn sums_are_those_of_linear_light() {
        let rows = rows();
        let rows = rows.each_ref().map(|row| &row[..]);
        for display in Display::ALL {
            let parabolas = display.parabolas();
            for group in [ColumnGroup::One, ColumnGroup::Two, ColumnGroup::Four] {
                let columns = group as usize;
                for height in 1..=ROWS {
                    let whole = rows[0].len() / BLOCK * BLOCK;
                    let light = |row: &[u8], x: usize| parabolas.light(row[x]);
                    let expected: Vec<i32> = (0..whole / columns)
                        .map(|i| {
                            let columns = columns * i..columns * (i + 1);
                            let of_row = |row: &&[u8]| -> i32 {
                                columns.clone().map(|x| light(row, x)).sum()
                            };
                            7 + rows[..height].iter().map(of_row).sum::<i32>()
                        })
                        .collect();
                    on_each_instruction_set(
                        || Sums { display, rows: &rows[..height], group },
                        |name, sums| {
                            let same = sums[..expected.len()] == expected[..];
                            assert!(same, "{display:?} {group:?} {height} rows: {name}");
                        },
                    );
                }
            }
        }
    }
}
