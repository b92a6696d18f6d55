//! Sums of the linear light of many pixels at once.
//!
//! Where there are look-ups in 16 entries and sums of products, the light of a register of codes is never formed: the
//! terms of its parabola ([`Parabolas`]) are whole numbers, and each is summed up by itself over as many pixels as
//! there is room for, the large ones in bytes and the rest in words. Elsewhere a table of the light of all codes is as
//! fast as anything. Both give the same sums of whole numbers.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;
use core::slice;

use crate::color::display::{Display, FRACTION_BITS, Parabolas};
use crate::frame::div_ceil;
use crate::simd::{MAX_LANES, Products, Simd, Vector};

/// Rows of pixels whose sums have room in bytes and words.
pub(crate) const ROWS: usize = 4;

/// Pixels are summed up in multiples of this, which every register divides.
pub(crate) const BLOCK: usize = 64;

/// How many columns next to each other are summed up at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ColumnGroup {
    One,
    Two,
    Four,
}

impl ColumnGroup {
    pub(crate) const fn columns(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
        }
    }
}

/// Adds the light of some rows of a channel, at most [`ROWS`], to the sum of each group of columns: of as many pixels as
/// all rows have, cut to a multiple of [`BLOCK`]. Asks for what lies `ahead` in memory.
#[inline(always)]
pub(crate) fn add_light<V: Vector>(
    _: Simd<V>,
    display: Display,
    rows: &[&[u8]],
    group: ColumnGroup,
    sums: &mut [i32],
    ahead: &[&[u8]],
) {
    if !V::FAST_MULTIPLY_ADD {
        return add_light_by_table(display, rows, group, sums);
    }
    // SAFETY: the proof says that the processor has the instructions.
    unsafe { add_channels::<V, 1>(display, rows, group, [sums], ahead) };
}

/// The same of packed pixels of three bytes, with sums for each channel in the order of memory. Gives the number of
/// pixels.
#[inline(always)]
pub(crate) fn add_light_packed_3<V: Vector>(
    _: Simd<V>,
    display: Display,
    rows: &[&[u8]],
    group: ColumnGroup,
    sums: [&mut [i32]; 3],
    ahead: &[&[u8]],
) -> usize {
    if !V::FAST_MULTIPLY_ADD || !V::FAST_DEINTERLEAVE_3 {
        return match group {
            ColumnGroup::One => add_packed_3_by_table::<1>(display, rows, sums),
            ColumnGroup::Two => add_packed_3_by_table::<2>(display, rows, sums),
            ColumnGroup::Four => add_packed_3_by_table::<4>(display, rows, sums),
        };
    }
    // SAFETY: the proof says that the processor has the instructions.
    unsafe { add_channels::<V, 3>(display, rows, group, sums, ahead) }
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
fn light_of(display: Display) -> &'static [i32; 256] {
    let [srgb, bt1886] = &LIGHT;
    match display {
        Display::Srgb => srgb,
        Display::Bt1886 => bt1886,
    }
}

#[inline(always)]
fn add_light_by_table(display: Display, rows: &[&[u8]], group: ColumnGroup, sums: &mut [i32]) {
    let light = light_of(display);
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
        let mut total = *sum;
        for &code in codes {
            total += light[usize::from(code)];
        }
        *sum = total;
    }
}

#[inline(always)]
fn add_packed_3_by_table<const G: usize>(
    display: Display,
    rows: &[&[u8]],
    sums: [&mut [i32]; 3],
) -> usize {
    let light = light_of(display);
    let [first, second, third] = sums;
    let room = first.len().min(second.len()).min(third.len()) * G;
    let count = rows.iter().fold(room, |length, row| length.min(row.len() / 3)) / G * G;
    for row in rows {
        let groups = row.as_chunks::<3>().0.as_chunks::<G>().0.iter().take(count / G);
        let sums = first.iter_mut().zip(second.iter_mut()).zip(third.iter_mut());
        for (((first, second), third), pixels) in sums.zip(groups) {
            // In numbers of their own, which stay in registers.
            let [mut a, mut b, mut c] = [*first, *second, *third];
            for codes in pixels {
                a += light[usize::from(codes[0])];
                b += light[usize::from(codes[1])];
                c += light[usize::from(codes[2])];
            }
            [*first, *second, *third] = [a, b, c];
        }
    }
    count
}

/// Look-ups in 16 entries: by the upper four bits of a code, and by the lower ones.
struct Tables {
    /// Of the light of the ninth code of sixteen, without slope and curve; or, for [`Vector::MIXED_PRODUCTS`] that are
    /// not, of the first one's: then the upper part of the slope is multiplied by the place and not by the distance.
    high: [[u8; 16]; 2],
    whole: [[u8; 16]; 2],
    slope: [u8; 16],
    slope_fraction: [u8; 16],
    curvature: [u8; 16],
    distance: [u8; 16],
    bend: [u8; 16],
}

/// The part of light that is summed up in bytes, in steps of 256: below 64, so that four have room in a byte.
const HIGH_BITS: u32 = FRACTION_BITS + 8;

impl Tables {
    const fn new(display: Display) -> Self {
        let of = display.parabolas();
        let mut tables = Self {
            high: [[0; 16]; 2],
            whole: [[0; 16]; 2],
            slope: [0; 16],
            slope_fraction: [0; 16],
            curvature: of.curvature,
            distance: [0; 16],
            bend: [0; 16],
        };
        let mut i = 0;
        while i < 16 {
            assert!(of.offset[i] < 64 << 8 && of.slope[i] < 256 << FRACTION_BITS);
            tables.slope[i] = (of.slope[i] >> FRACTION_BITS) as u8;
            let first = of.offset[i] - 8 * tables.slope[i] as u16;
            tables.high[0][i] = (of.offset[i] >> 8) as u8;
            tables.high[1][i] = (first >> 8) as u8;
            tables.whole[0][i] = of.offset[i] as u8;
            tables.whole[1][i] = first as u8;
            tables.slope_fraction[i] = (of.slope[i] % (1 << FRACTION_BITS)) as u8;
            tables.distance[i] = Parabolas::distance(i as u8).cast_unsigned();
            tables.bend[i] = Parabolas::bend(i as u8).cast_unsigned();
            i += 1;
        }
        tables
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
    whole: Products<V>,
    /// In parts of 2^[`FRACTION_BITS`].
    fraction: Products<V>,
}

/// # Safety
///
/// The contract of [`Vector`], of which [`Vector::FAST_MULTIPLY_ADD`] holds.
impl<V: Vector> Parts<V> {
    #[inline(always)]
    unsafe fn new() -> Self {
        // SAFETY: the caller's contract.
        let zero = unsafe { V::splat(0) };
        Self { high: zero, whole: [zero; 3], fraction: [zero; 3] }
    }

    /// Adds the light of one row.
    #[inline(always)]
    unsafe fn add(&mut self, tables: &Tables, codes: V) {
        let Self { high, whole, fraction } = self;
        // SAFETY: the caller's contract.
        unsafe {
            let distance = codes.lookup_by_low_bits(&tables.distance);
            let bend = codes.lookup_by_low_bits(&tables.bend);
            let slope = codes.lookup_by_high_bits(&tables.slope);
            let from = if V::MIXED_PRODUCTS {
                slope.add_products(distance, whole);
                0
            } else {
                slope.add_products_u8(codes.and(V::splat(15)), whole);
                1
            };
            *high = high.wrapping_add(codes.lookup_by_high_bits(&tables.high[from]));
            codes.lookup_by_high_bits(&tables.whole[from]).add_bytes(whole);
            codes.lookup_by_high_bits(&tables.slope_fraction).add_products(distance, fraction);
            codes.lookup_by_high_bits(&tables.curvature).add_products(bend, fraction);
        }
    }

    /// Adds the sums of groups of `G` pixels next to each other, two or four, to numbers in memory: there is room for those
    /// of a register of pixels.
    #[inline(always)]
    unsafe fn add_groups<const G: usize>(&self, to: *mut i32) {
        // SAFETY: the caller's contract.
        unsafe { if G == 4 { self.add_fours(to) } else { self.add_twos(to) } }
    }

    /// Adds the sums of every four pixels next to each other to numbers in memory.
    #[inline(always)]
    unsafe fn add_fours(&self, to: *mut i32) {
        // SAFETY: the caller's contract, and there is room for a register.
        unsafe {
            let to = to.cast::<u8>();
            let words = [&self.whole, &self.fraction];
            let sums = V::sums_of_fours::<HIGH_BITS, FRACTION_BITS>(self.high, words);
            V::load(to).add_u32(sums).store(to);
        }
    }

    /// The sums of every two pixels next to each other: half of `LANES` numbers.
    #[inline(always)]
    unsafe fn twos(&self) -> [V; 2] {
        let words = [&self.whole, &self.fraction];
        // SAFETY: the caller's contract.
        unsafe { V::sums_of_twos::<HIGH_BITS, FRACTION_BITS>(self.high, words) }
    }

    /// Adds them to numbers in memory.
    #[inline(always)]
    unsafe fn add_twos(&self, to: *mut i32) {
        // SAFETY: the caller's contract, and there is room for two registers.
        unsafe {
            let (to, [first, second]) = (to.cast::<u8>(), self.twos());
            V::load(to).add_u32(first).store(to);
            let to = to.add(V::LANES);
            V::load(to).add_u32(second).store(to);
        }
    }
}

/// Sums of every two pixels of a register: the first `count` are written. It is zeroed nowhere, which would take longer than
/// to sum up.
struct Twos {
    sums: MaybeUninit<[i32; MAX_LANES / 2]>,
    count: usize,
}

impl Twos {
    /// # Safety
    ///
    /// The contract of [`Vector`].
    #[inline(always)]
    unsafe fn of<V: Vector>([first, second]: [V; 2]) -> Self {
        let mut twos = Self { sums: MaybeUninit::uninit(), count: V::LANES / 2 };
        let to: *mut u8 = twos.sums.as_mut_ptr().cast();
        // SAFETY: the caller's contract; no register is larger than `MAX_LANES`.
        unsafe {
            first.store(to);
            second.store(to.add(V::LANES));
        }
        twos
    }

    #[inline(always)]
    fn sums(&self) -> &[i32] {
        debug_assert!(self.count <= MAX_LANES / 2);
        // SAFETY: they are written, and there is room for them.
        unsafe { slice::from_raw_parts(self.sums.as_ptr().cast(), self.count) }
    }
}

/// Adds numbers to others, as many as there are of both.
#[inline(always)]
fn add_to(sums: &mut [i32], more: &[i32]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

/// # Safety
///
/// The contract of [`Vector`], of which [`Vector::FAST_MULTIPLY_ADD`] holds, and for three channels
/// [`Vector::FAST_DEINTERLEAVE_3`].
#[inline(always)]
unsafe fn add_channels<V: Vector, const C: usize>(
    display: Display,
    rows: &[&[u8]],
    group: ColumnGroup,
    sums: [&mut [i32]; C],
    ahead: &[&[u8]],
) -> usize {
    let tables = display.tables();
    // SAFETY: the caller's contract.
    unsafe {
        match group {
            ColumnGroup::One => add_groups_of::<V, C, 1>(tables, rows, sums, ahead),
            ColumnGroup::Two => add_groups_of::<V, C, 2>(tables, rows, sums, ahead),
            ColumnGroup::Four => add_groups_of::<V, C, 4>(tables, rows, sums, ahead),
        }
    }
}

/// The same for groups of `G` columns.
///
/// # Safety
///
/// That of [`add_channels`].
#[inline(always)]
unsafe fn add_groups_of<V: Vector, const C: usize, const G: usize>(
    tables: &Tables,
    rows: &[&[u8]],
    mut sums: [&mut [i32]; C],
    ahead: &[&[u8]],
) -> usize {
    const {
        assert!(C == 1 || C == 3);
        assert!(G == 1 || G == 2 || G == 4);
        assert!(BLOCK.is_multiple_of(V::LANES));
    }
    debug_assert!(rows.len() <= ROWS, "sums have room for `ROWS` rows");
    let room = sums.iter().fold(usize::MAX, |length, sums| length.min(sums.len() * G));
    let count = rows.iter().fold(room, |length, row| length.min(row.len() / C)) / BLOCK * BLOCK;
    let mut at = 0;
    while at < count {
        debug_assert!(rows.iter().all(|row| C * (at + V::LANES) <= row.len()));
        debug_assert!(sums.iter().all(|sums| (at + V::LANES) / G <= sums.len()));
        // SAFETY: `at` is below `count`, which is a multiple of `LANES`: every row has a register for each channel
        // there, and the sums of each a number for each group of columns.
        unsafe {
            for row in ahead {
                for line in 0..div_ceil(C * V::LANES, 64) {
                    V::prefetch(row.as_ptr().wrapping_add(C * at + 64 * line));
                }
            }
            if G == 1 {
                add_columns::<V, C>(tables, rows, at, &mut sums);
            } else if C == 1 || V::ROOM_FOR_3_PRODUCTS {
                let mut parts = [Parts::new(); C];
                for row in rows.iter().take(ROWS) {
                    let channels = load_channels::<V, C>(row.as_ptr().add(C * at));
                    // One by one: a loop over the channels would keep the parts in memory.
                    parts[0].add(tables, channels[0]);
                    if C == 3 {
                        parts[1].add(tables, channels[1]);
                        parts[2].add(tables, channels[2]);
                    }
                }
                for (parts, sums) in parts.iter().zip(&mut sums) {
                    parts.add_groups::<G>(sums.as_mut_ptr().add(at / G));
                }
            } else {
                let pixels = load_rows::<V, C>(rows, at);
                for (channel, sums) in sums.iter_mut().enumerate() {
                    let mut parts = Parts::new();
                    for channels in pixels.iter().take(rows.len()) {
                        if let Some(&codes) = channels.get(channel) {
                            parts.add(tables, codes);
                        }
                    }
                    parts.add_groups::<G>(sums.as_mut_ptr().add(at / G));
                }
            }
        }
        at += V::LANES;
    }
    count
}

/// The next codes of a channel that has its own row, or of three channels of packed pixels.
///
/// # Safety
///
/// That of [`add_channels`]; `from` is valid for reading `C` registers.
#[inline(always)]
unsafe fn load_channels<V: Vector, const C: usize>(from: *const u8) -> [V; C] {
    // SAFETY: the caller's contract.
    unsafe {
        if C == 1 {
            return [V::load(from); C];
        }
        let (packed, mut channels) = (V::deinterleave_3(from), [V::splat(0); C]);
        for (channel, codes) in channels.iter_mut().zip(packed) {
            *channel = codes;
        }
        channels
    }
}

/// The next codes of some rows. Behind the last row is black, which has no light.
///
/// # Safety
///
/// That of [`add_channels`]; every row has a register for each channel at `at`.
#[inline(always)]
unsafe fn load_rows<V: Vector, const C: usize>(rows: &[&[u8]], at: usize) -> [[V; C]; ROWS] {
    // SAFETY: the caller's contract.
    unsafe {
        let mut pixels = [[V::splat(0); C]; ROWS];
        for (pixels, row) in pixels.iter_mut().zip(rows) {
            *pixels = load_channels::<V, C>(row.as_ptr().add(C * at));
        }
        pixels
    }
}

/// The light of single columns: the two pixels next to each other are from two rows.
///
/// # Safety
///
/// That of [`add_channels`]; every row has a register for each channel at `at`, and the sums a number for each byte
/// of it.
#[inline(always)]
unsafe fn add_columns<V: Vector, const C: usize>(
    tables: &Tables,
    rows: &[&[u8]],
    at: usize,
    sums: &mut [&mut [i32]; C],
) {
    // SAFETY: the caller's contract.
    unsafe {
        let pixels = load_rows::<V, C>(rows, at);
        for (channel, sums) in sums.iter_mut().enumerate() {
            let mut parts = [Parts::new(); 2];
            for pair in pixels.chunks(2).take(div_ceil(rows.len(), 2)) {
                if let [first, second] = pair
                    && let (Some(&first), Some(&second)) = (first.get(channel), second.get(channel))
                {
                    let [low, high] = V::interleave_u16(first, second);
                    parts[0].add(tables, low);
                    parts[1].add(tables, high);
                }
            }
            let [first, second] = parts;
            let (first, second) = (Twos::of(first.twos()), Twos::of(second.twos()));
            // Interleaved, the columns of a register lie in turns in both: eight in each sixteen lanes.
            let (first, second) =
                (first.sums().as_chunks::<8>().0, second.sums().as_chunks::<8>().0);
            let halves = first.iter().zip(second);
            let sums = sums.get_mut(at..at + V::LANES).unwrap_or(&mut []);
            for (sums, (first, second)) in sums.chunks_mut(16).zip(halves) {
                let (low, high) = sums.split_at_mut_checked(8).unwrap_or((&mut [], &mut []));
                add_to(low, first);
                add_to(high, second);
            }
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
            let mut sums = std::vec![7; rows[0].len() / group.columns()];
            add_light(simd, display, rows, group, &mut sums, &[]);
            sums
        }
    }

    struct PackedSums<'a>(Sums<'a>);

    impl Kernel for PackedSums<'_> {
        type Output = (usize, [Vec<i32>; 3]);

        #[inline(always)]
        fn run<V: Vector>(self, simd: Simd<V>) -> Self::Output {
            let Sums { display, rows, group } = self.0;
            let mut sums = [0; 3].map(|_| std::vec![7; rows[0].len() / 3 / group.columns()]);
            let to = sums.each_mut().map(|sums| &mut sums[..]);
            (add_light_packed_3(simd, display, rows, group, to, &[]), sums)
        }
    }

    #[test]
    fn sums_are_those_of_linear_light() {
        let rows = rows();
        let rows = rows.each_ref().map(|row| &row[..]);
        for display in Display::ALL {
            let parabolas = display.parabolas();
            for group in [ColumnGroup::One, ColumnGroup::Two, ColumnGroup::Four] {
                let columns = group.columns();
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
                    // The same bytes as packed pixels.
                    let whole = rows[0].len() / 3 / BLOCK * BLOCK;
                    let expected = [0, 1, 2].map(|channel| -> Vec<i32> {
                        let sum = |i: usize| -> i32 {
                            let of_row = |row: &&[u8]| -> i32 {
                                let columns = columns * i..columns * (i + 1);
                                columns.map(|x| light(row, 3 * x + channel)).sum()
                            };
                            7 + rows[..height].iter().map(of_row).sum::<i32>()
                        };
                        (0..whole / columns).map(sum).collect()
                    });
                    on_each_instruction_set(
                        || PackedSums(Sums { display, rows: &rows[..height], group }),
                        |name, (done, sums)| {
                            assert!(done >= whole, "{name}");
                            let same = sums
                                .iter()
                                .zip(&expected)
                                .all(|(sums, expected)| sums[..expected.len()] == expected[..]);
                            assert!(same, "packed: {display:?} {group:?} {height} rows: {name}");
                        },
                    );
                }
            }
        }
    }
}
