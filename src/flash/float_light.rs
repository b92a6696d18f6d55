//! The light of every cell of a frame from all bits of its samples, in `f32`: for samples of more than 8 bits, for high
//! dynamic range, and for primaries other than BT.709's.
//!
//! Every sum is made in one order on all backends, so that all give the same bits.

use bytemuck::{Pod, Zeroable};

use crate::color::curve::{Cubics, Curve, LAST_NODE, Primaries, hlg_gain};
use crate::color::display::Display;
use crate::color::transfer::Range as CodeRange;
use crate::flash::geometry::Grid;
use crate::flash::light::{CellSums, RowSums, SCALE, rounded, weigh};
use crate::flash::linear_light::BLOCK;
use crate::flash::ofcom::luminance_of_luma;
use crate::flash::yuv::{Matrix, TILE, bytes, channels};
use crate::frame::format::{Alignment, Bits, Format, SampleLayout, Unused};
use crate::frame::{Frame, div_ceil};
use crate::simd::{Backend, Kernel, Outlined, Simd, Vector, dispatch};

/// How the light of pixels is made.
#[derive(Clone, Copy)]
pub(crate) struct FloatOptions {
    pub(crate) curve: Curve,
    pub(crate) primaries: Primaries,
    /// The display of standard dynamic range.
    pub(crate) display: Display,
    /// Whether the luminance of each pixel's luma by Ofcom's guidance note is summed up as well.
    pub(crate) ofcom_luma: bool,
    pub(crate) matrix: Matrix,
    pub(crate) range: CodeRange,
}

type Plane = [f32; TILE];

/// Memory for a tile: some columns of a row of cells. Signals are 0 for black to [`LAST_NODE`] for white.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct FloatScratch {
    luma: Plane,
    /// Cb and Cr, 0 in the middle.
    chroma: [Plane; 2],
    /// What red, green and blue have more than luma.
    offsets: [Plane; 3],
    /// Sums of linear light over each column.
    columns: [Plane; 3],
    /// Sums of the note's luminance over each column.
    luma_columns: Plane,
}

/// Sums up the light of the cells of row `row`.
pub(crate) fn sum_row(
    backend: Backend,
    frame: &Frame<'_>,
    grid: &Grid,
    options: FloatOptions,
    row: usize,
    sums: &mut CellSums<'_, f32>,
    scratch: &mut FloatScratch,
) {
    let (cell_width, cell_height) = (grid.cell_width(), grid.cell_height());
    let (width, height) = (grid.width as usize, grid.height as usize);
    let top = row * cell_height;
    let tile_width = tile_width(cell_width);
    let used = channels(frame.shape().format());
    let mut x = 0;
    while x < width {
        let count = tile_width.min(width - x);
        for columns in scratch.columns.iter_mut().take(used).chain([&mut scratch.luma_columns]) {
            columns.iter_mut().take(count).for_each(|sum| *sum = 0.0);
        }
        for y in top..(top + cell_height).min(height) {
            let row = Row { frame, options, x, y, count, is_first: y == top };
            dispatch(backend, AddRow { row, scratch });
        }
        let first = x / cell_width.max(1);
        let FloatScratch { columns, luma_columns, .. } = &mut *scratch;
        let planes = columns.iter().zip(&mut sums.light).take(used);
        for (columns, sums) in planes {
            let columns = columns.get(..count).unwrap_or(columns);
            let sums = sums.get_mut(first..).unwrap_or_default();
            dispatch(backend, SumCells { columns, cell_width, sums });
        }
        if options.ofcom_luma {
            let columns = luma_columns.get(..count).unwrap_or(luma_columns);
            let sums = sums.luma_light.get_mut(first..).unwrap_or_default();
            dispatch(backend, SumCells { columns, cell_width, sums });
        }
        x += tile_width;
    }
    if used == 1 {
        let [red, green, blue] = &mut sums.light;
        for ((green, blue), red) in green.iter_mut().zip(&mut **blue).zip(&**red) {
            (*green, *blue) = (*red, *red);
        }
    }
}

/// Pixels of a tile: a whole number of cells, and an even number, as chroma needs. If there is room, they also fill whole
/// registers, and so does their chroma: pixels left over would be done one by one.
fn tile_width(cell_width: usize) -> usize {
    let in_registers =
        cell_width << BLOCK.trailing_zeros().saturating_sub(cell_width.trailing_zeros());
    let unit = if in_registers <= TILE { in_registers } else { 2 * cell_width }.max(1);
    TILE / unit * unit
}

/// Sums of the columns of each cell; the last one may be narrower.
struct SumCells<'a> {
    columns: &'a [f32],
    cell_width: usize,
    sums: &'a mut [f32],
}

impl Kernel for SumCells<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { columns, cell_width, sums } = self;
        // The cells of usual pictures by name, so that many are done side by side.
        match cell_width {
            1 => sum_cells_of::<1>(columns, sums),
            2 => sum_cells_of::<2>(columns, sums),
            3 => sum_cells_of::<3>(columns, sums),
            4 => sum_cells_of::<4>(columns, sums),
            6 => sum_cells_of::<6>(columns, sums),
            _ => sum_wide_cells(columns, cell_width, sums),
        }
    }
}

#[inline(always)]
fn sum_cells_of<const N: usize>(columns: &[f32], sums: &mut [f32]) {
    let (cells, rest) = columns.as_chunks::<N>();
    for (sum, columns) in sums.iter_mut().zip(cells) {
        let mut total = 0.0;
        for light in columns {
            total += light;
        }
        *sum = total;
    }
    if !rest.is_empty() {
        sum_wide_cells(rest, N, sums.get_mut(cells.len()..).unwrap_or_default());
    }
}

#[inline(always)]
fn sum_wide_cells(columns: &[f32], cell_width: usize, sums: &mut [f32]) {
    let mut cells = columns.chunks(cell_width.max(1));
    for sum in sums.iter_mut() {
        let Some(columns) = cells.next() else { break };
        *sum = columns.iter().fold(0.0, |sum, light| sum + light);
    }
}

/// The pixels `x .. x + count` of row `y`.
#[derive(Clone, Copy)]
struct Row<'a, 'f> {
    frame: &'a Frame<'f>,
    options: FloatOptions,
    x: usize,
    y: usize,
    count: usize,
    /// Whether it is the first row of a row of cells: the chroma of the row above is not at hand.
    is_first: bool,
}

/// Adds the light of a row of pixels to the sums of their columns.
struct AddRow<'a, 'f> {
    row: Row<'a, 'f>,
    scratch: &'a mut FloatScratch,
}

impl Kernel for AddRow<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, simd: Simd<V>) {
        let Self { row, scratch } = self;
        let Row { frame, options, count, .. } = row;
        simd.outline(FillSignals { row, scratch });
        let used = channels(frame.shape().format());
        if options.ofcom_luma {
            simd.outline(AddLumaLight { used, count, scratch });
        }
        let bytes_each = frame.shape().format().samples().bytes();
        let ahead = bytes(frame, 0, row.y + ROWS_AHEAD, row.x * bytes_each, count * bytes_each);
        let ahead = Ahead { pixels: ahead, bytes_each };
        simd.outline(AddLight { options, used, count, ahead, scratch });
    }
}

/// How samples become signals: `(sample - black) · scale`.
///
/// A sample in the upper bits of 16 is not shifted down. It is its code times a power of two, as `black` is here, so the
/// signal is the same to the last bit.
#[derive(Clone, Copy)]
struct Scale {
    bits: u32,
    /// The bits of its 16 that a sample has.
    mask: u16,
    black: f32,
    scale: f32,
}

impl Scale {
    /// That of luma, red, green, blue or gray.
    fn of_luma(format: Format, range: CodeRange) -> Self {
        let (bits, down) = depth(format.samples());
        let (black, span) = match range {
            CodeRange::Limited if format.is_yuv() => (16 << (bits - 8), 219 << (bits - 8)),
            _ => (0, (1 << bits) - 1),
        };
        Self::new(bits, down, black, span)
    }

    /// That of Cb and Cr, -0.5 to 0.5 of the span.
    fn of_chroma(format: Format, range: CodeRange) -> Self {
        let (bits, down) = depth(format.samples());
        let span = match range {
            CodeRange::Limited => 224 << (bits - 8),
            CodeRange::Full => (1 << bits) - 1,
        };
        Self::new(bits, down, 1 << (bits - 1), span)
    }

    /// For codes from `black` to `black + span`, `down` bits above the lowest bit.
    fn new(bits: u32, down: u32, black: u32, span: u32) -> Self {
        let mask = (((1_u32 << bits) - 1) << down) as u16;
        let unit = (1_u32 << down) as f32;
        Self { bits, mask, black: black as f32 * unit, scale: LAST_NODE / span as f32 / unit }
    }

    /// The signals of samples, of which every `N`th is taken, from `first` on.
    #[inline(always)]
    fn fill<const N: usize>(self, bytes: &[u8], first: usize, to: &mut [f32]) {
        let Self { bits, mask, black, scale } = self;
        if bits == 8 {
            return self.fill_of_8_bits::<N>(bytes, first, to);
        }
        for (to, samples) in to.iter_mut().zip(bytes.as_chunks::<2>().0.as_chunks::<N>().0) {
            let sample = u16::from_le_bytes(samples[first % N]) & mask;
            *to = (f32::from(sample) - black) * scale;
        }
    }

    /// The same of 8 bits, which all samples of red, green and blue have.
    #[inline(always)]
    fn fill_of_8_bits<const N: usize>(self, bytes: &[u8], first: usize, to: &mut [f32]) {
        let Self { black, scale, .. } = self;
        for (to, samples) in to.iter_mut().zip(bytes.as_chunks::<N>().0) {
            *to = (f32::from(samples[first % N]) - black) * scale;
        }
    }
}

/// Bits of a sample, and by how many they lie above the lowest bit.
const fn depth(samples: SampleLayout) -> (u32, u32) {
    let SampleLayout::U16(bits, alignment) = samples else { return (8, 0) };
    let bits = match bits {
        Bits::Ten => 10,
        Bits::Twelve => 12,
        Bits::Sixteen => 16,
    };
    match alignment {
        Alignment::Low => (bits, 0),
        Alignment::High => (bits, 16 - bits),
    }
}

/// Makes luma, and what red, green and blue have more, of a row of pixels.
struct FillSignals<'a, 'f> {
    row: Row<'a, 'f>,
    scratch: &'a mut FloatScratch,
}

impl<V: Vector> Outlined<V> for FillSignals<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, _: Simd<V>) {
        let Self { row, scratch } = self;
        let Row { frame, options, x, y, count, is_first } = row;
        let FloatScratch { luma, chroma, offsets, .. } = scratch;
        let format = frame.shape().format();
        let samples = format.samples();
        let luma_scale = Scale::of_luma(format, options.range);
        let first = bytes(frame, 0, y, x * samples.bytes(), count * samples.bytes());
        let order = format.channels();
        match samples {
            SampleLayout::Packed3 | SampleLayout::Packed4(_) => {
                luma.iter_mut().take(count).for_each(|luma| *luma = 0.0);
                let unused = usize::from(samples == SampleLayout::Packed4(Unused::First));
                for (to, channel) in offsets.iter_mut().zip(order) {
                    let channel = channel + unused;
                    if samples == SampleLayout::Packed3 {
                        luma_scale.fill_of_8_bits::<3>(first, channel, to);
                    } else {
                        luma_scale.fill_of_8_bits::<4>(first, channel, to);
                    }
                }
            }
            SampleLayout::Planar3 => {
                luma.iter_mut().take(count).for_each(|luma| *luma = 0.0);
                for (to, plane) in offsets.iter_mut().zip(order) {
                    luma_scale.fill_of_8_bits::<1>(bytes(frame, plane, y, x, count), 0, to);
                    prefetch::<V>(bytes(frame, plane, y + ROWS_AHEAD, x, count));
                }
            }
            SampleLayout::U8 | SampleLayout::U16(..) => {
                luma_scale.fill::<1>(first, 0, luma);
                let [_, sampling, ..] = format.planes() else {
                    let [red, ..] = offsets;
                    red.iter_mut().take(count).for_each(|offset| *offset = 0.0);
                    return;
                };
                if !is_first && y & ((1 << sampling.down) - 1) != 0 {
                    return;
                }
                let scale = Scale::of_chroma(format, options.range);
                let (chroma_y, from) =
                    (y >> sampling.down, (x >> sampling.across) * sampling.bytes);
                let wide = div_ceil(count, 1 << sampling.across) * sampling.bytes;
                let [cb, cr] = chroma;
                let both = match format {
                    Format::Yv12 | Format::Nv21 => [cr, cb],
                    _ => [cb, cr],
                };
                for (i, to) in both.into_iter().enumerate() {
                    prefetch::<V>(bytes(frame, 1 + i, chroma_y + ROWS_AHEAD, from, wide));
                    if let [_, _, _] = format.planes() {
                        scale.fill::<1>(bytes(frame, 1 + i, chroma_y, from, wide), 0, to);
                    } else {
                        scale.fill::<2>(bytes(frame, 1, chroma_y, from, wide), i, to);
                    }
                }
                let factors = options.matrix.chroma_factors();
                for (offsets, [of_cb, of_cr]) in offsets.iter_mut().zip(factors) {
                    let chroma = chroma[0].iter().zip(&chroma[1]);
                    if sampling.across == 0 {
                        for (offset, (cb, cr)) in offsets.iter_mut().zip(chroma).take(count) {
                            *offset = cb * of_cb + cr * of_cr;
                        }
                    } else {
                        let pairs = offsets.as_chunks_mut::<2>().0.iter_mut();
                        for (pair, (cb, cr)) in pairs.zip(chroma).take(div_ceil(count, 2)) {
                            *pair = [cb * of_cb + cr * of_cr; 2];
                        }
                    }
                }
            }
        }
    }
}

/// How many rows ahead pixels are prefetched.
const ROWS_AHEAD: usize = 2;

/// Prefetches bytes that will soon be read.
#[inline(always)]
#[allow(unsafe_code)]
fn prefetch<V: Vector>(bytes: &[u8]) {
    for line in bytes.chunks(64) {
        // SAFETY: it is called in kernels only, and any address will do.
        unsafe { V::prefetch(line.as_ptr()) };
    }
}

/// Pixels that are prefetched while light is computed. If all were prefetched at once, the processor would wait.
#[derive(Clone, Copy)]
struct Ahead<'a> {
    pixels: &'a [u8],
    bytes_each: usize,
}

impl Ahead<'_> {
    /// # Safety
    ///
    /// The contract of [`Vector`].
    #[inline(always)]
    #[allow(unsafe_code)]
    unsafe fn prefetch<V: Vector>(self, at: usize) {
        // SAFETY: the caller's contract; any address will do.
        unsafe { V::prefetch(self.pixels.as_ptr().wrapping_add(at * self.bytes_each)) }
    }
}

/// Adds the light of a row of signals to the sums of its columns.
struct AddLight<'a> {
    options: FloatOptions,
    used: usize,
    count: usize,
    ahead: Ahead<'a>,
    scratch: &'a mut FloatScratch,
}

impl<V: Vector> Outlined<V> for AddLight<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(unsafe_code)]
    fn run(self, _: Simd<V>) {
        let Self { options, used, count, ahead, scratch } = self;
        let cubics = Cubics::new(options.curve, options.display);
        // SAFETY: the proof says that the processor has the instructions.
        unsafe {
            match (options.curve, used) {
                (Curve::Sdr, 3) => add_light::<V, 3, 0>(cubics, count, ahead, scratch),
                (Curve::Sdr, _) => add_light::<V, 1, 0>(cubics, count, ahead, scratch),
                (Curve::Pq, 3) => add_light::<V, 3, 2>(cubics, count, ahead, scratch),
                (Curve::Pq, _) => add_light::<V, 1, 2>(cubics, count, ahead, scratch),
                (Curve::Hlg, 3) => {
                    let weights = options.primaries.luminance_weights();
                    add_hlg::<V, 3>(cubics, weights, count, ahead, scratch);
                }
                (Curve::Hlg, _) => {
                    add_hlg::<V, 1>(cubics, [1.0, 0.0, 0.0], count, ahead, scratch);
                }
            }
        }
    }
}

/// Calls `work` for the place of every register of `f32` in the first `count` numbers of a plane.
macro_rules! for_registers {
    ($vector:ty, $count:expr, |$at:ident| $work:block) => {
        let lanes = <$vector>::LANES / 4;
        const { assert!(TILE.is_multiple_of(<$vector>::LANES / 4)) };
        let count = $count.min(TILE);
        let mut $at = 0;
        while $at < count {
            $work
            $at += lanes;
        }
    };
}

/// All is read before any sum is written: planes lie 4096 bytes apart, and a processor takes a read behind a write for one
/// of the same place where their lower 12 bits agree.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn add_light<V: Vector, const C: usize, const SQUARINGS: u32>(
    cubics: &Cubics,
    count: usize,
    ahead: Ahead<'_>,
    scratch: &mut FloatScratch,
) {
    debug_assert_eq!(cubics.squarings, SQUARINGS);
    let FloatScratch { luma, offsets, columns, .. } = scratch;
    for_registers!(V, count, |at| {
        // SAFETY: the caller's contract; a plane is a whole number of registers, and `at` is the place of one.
        unsafe {
            ahead.prefetch::<V>(at);
            let luma = load::<V>(luma, at);
            let (mut lights, mut sums) = ([luma; C], [luma; C]);
            for ((light, sum), (offsets, columns)) in
                lights.iter_mut().zip(&mut sums).zip(offsets.iter().zip(&*columns))
            {
                *light = light_of::<V, SQUARINGS>(cubics, luma.add_f32(load::<V>(offsets, at)));
                *sum = load::<V>(columns, at);
            }
            for ((light, sum), columns) in lights.into_iter().zip(sums).zip(&mut *columns) {
                store(sum.add_f32(light), columns, at);
            }
        }
    });
}

/// Two loops: in one, each pixel is a chain too long for a processor to work on several. Between them the light of the
/// scene lies where luma and chroma were, which are done with.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn add_hlg<V: Vector, const C: usize>(
    cubics: &Cubics,
    weights: [f32; 3],
    count: usize,
    ahead: Ahead<'_>,
    scratch: &mut FloatScratch,
) {
    debug_assert_eq!(cubics.squarings, 1);
    let FloatScratch { luma, chroma: [second, third], offsets, columns, .. } = scratch;
    for_registers!(V, count, |at| {
        // SAFETY: the caller's contract; a plane is a whole number of registers, and `at` is the place of one.
        unsafe {
            ahead.prefetch::<V>(at);
            let base = load::<V>(luma, at);
            let mut scene = [base; C];
            for (scene, offsets) in scene.iter_mut().zip(&*offsets) {
                *scene = light_of::<V, 1>(cubics, base.add_f32(load::<V>(offsets, at)));
            }
            for (scene, plane) in scene.into_iter().zip([&mut *luma, &mut *second, &mut *third]) {
                store(scene, plane, at);
            }
        }
    });
    for_registers!(V, count, |at| {
        // SAFETY: as above.
        unsafe {
            let (mut scene, mut sums) = ([V::splat(0); C], [V::splat(0); C]);
            let planes = [&*luma, &*second, &*third];
            for ((scene, sum), (plane, columns)) in
                scene.iter_mut().zip(&mut sums).zip(planes.into_iter().zip(&*columns))
            {
                (*scene, *sum) = (load::<V>(plane, at), load::<V>(columns, at));
            }
            let mut luminance = V::splat(0);
            for (scene, weight) in scene.iter().zip(weights) {
                luminance = luminance.add_f32(scene.mul_f32(V::splat_f32(weight)));
            }
            let gain = gain_of(luminance);
            for ((columns, sum), scene) in columns.iter_mut().zip(sums).zip(scene) {
                store(sum.add_f32(scene.mul_f32(gain)), columns, at);
            }
        }
    });
}

/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn light_of<V: Vector, const SQUARINGS: u32>(cubics: &Cubics, signal: V) -> V {
    // 2^23 more has no fraction, and the nearest whole number in its lowest bits.
    const WHOLE: f32 = 8_388_608.0;
    // SAFETY: the caller's contract.
    unsafe {
        let signal = signal.max_f32(V::splat_f32(0.0)).min_f32(V::splat_f32(LAST_NODE));
        let node = signal.add_f32(V::splat_f32(WHOLE));
        let [c0, c1, c2, c3] = node.lookup_f32(&cubics.table);
        let mut light = c3.mul_f32(signal).add_f32(c2);
        light = light.mul_f32(signal).add_f32(c1);
        light = light.mul_f32(signal).add_f32(c0);
        for _ in 0..SQUARINGS {
            light = light.mul_f32(light);
        }
        light
    }
}

/// What the light of a scene of this luminance is multiplied by.
///
/// # Safety
///
/// The contract of [`Vector`].
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn gain_of<V: Vector>(luminance: V) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        let luminance = luminance.max_f32(V::splat_f32(hlg_gain::LEAST));
        let [of_exponent, ..] = luminance.half_exponent_f32().lookup_f32(&hlg_gain::OF_EXPONENT);
        // The bits of 0.5, and of the number its fraction and the lowest bit of its exponent: from 0.5 to 2.
        let lower = luminance.and(V::splat_f32(f32::from_bits((1 << 24) - 1)));
        let mantissa = lower.or(V::splat_f32(0.5));
        // In pairs of powers, of which none waits for another.
        let [c6, c5, c4, c3, c2, c1, c0] = hlg_gain::OF_MANTISSA;
        let square = mantissa.mul_f32(mantissa);
        let low = mantissa.mul_f32(V::splat_f32(c1)).add_f32(V::splat_f32(c0));
        let middle = mantissa.mul_f32(V::splat_f32(c3)).add_f32(V::splat_f32(c2));
        let high = mantissa.mul_f32(V::splat_f32(c5)).add_f32(V::splat_f32(c4));
        let high = square.mul_f32(V::splat_f32(c6)).add_f32(high);
        let power = high.mul_f32(square).add_f32(middle).mul_f32(square).add_f32(low);
        of_exponent.mul_f32(power)
    }
}

/// # Safety
///
/// The contract of [`Vector`]; `at` is the place of a register.
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn load<V: Vector>(plane: &Plane, at: usize) -> V {
    debug_assert!(at + V::LANES / 4 <= TILE);
    // SAFETY: the caller's contract.
    unsafe { V::load(plane.as_ptr().add(at).cast()) }
}

/// # Safety
///
/// That of [`load`].
#[inline(always)]
#[allow(unsafe_code)]
unsafe fn store<V: Vector>(numbers: V, plane: &mut Plane, at: usize) {
    debug_assert!(at + V::LANES / 4 <= TILE);
    // SAFETY: the caller's contract.
    unsafe { numbers.store(plane.as_mut_ptr().add(at).cast()) }
}

/// Adds the luminance of a row of signals by the guidance note.
struct AddLumaLight<'a> {
    used: usize,
    count: usize,
    scratch: &'a mut FloatScratch,
}

impl<V: Vector> Outlined<V> for AddLumaLight<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self, _: Simd<V>) {
        let Self { used, count, scratch } = self;
        let FloatScratch { luma, offsets, luma_columns, .. } = scratch;
        let [red, green, blue] = &*offsets;
        let (green, blue) = if used == 1 { (red, red) } else { (green, blue) };
        let channels = red.iter().zip(green).zip(blue);
        let pixels = luma_columns.iter_mut().zip(&*luma).zip(channels).take(count);
        for ((sum, &luma), ((&red, &green), &blue)) in pixels {
            let code = |offset: f32| (luma + offset).clamp(0.0, LAST_NODE) * (255.0 / LAST_NODE);
            let luma = 0.2126 * code(red) + 0.7152 * code(green) + 0.0722 * code(blue);
            *sum += luminance_of_luma(luma);
        }
    }
}

/// Converts the sums of a row to luminance, and to light of BT.709's primaries that is not below 0; gives the sum of the
/// luminances.
pub(crate) struct ConvertFloatRow<'a> {
    pub(crate) sums: RowSums<'a, f32>,
    /// The colours that red, green and blue are.
    pub(crate) primaries: Primaries,
    pub(crate) light: [&'a mut [f32]; 3],
    pub(crate) luminance: &'a mut [f32],
}

impl Kernel for ConvertFloatRow<'_> {
    /// In parts of [`SCALE`].
    type Output = u64;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> u64 {
        let Self { sums, primaries, light, luminance } = self;
        let (given, RowSums { light: [red, green, blue], pixels, .. }) = (sums.luminance(), sums);
        for (light, weights) in light.into_iter().zip(primaries.to_bt709()) {
            let cells = red.iter().zip(green).zip(blue);
            for (light, ((&red, &green), &blue)) in light.iter_mut().zip(cells) {
                *light = (weigh(weights, [red, green, blue]) / pixels).max(0.0);
            }
        }
        if let Some(given) = given {
            for (luminance, sum) in luminance.iter_mut().zip(given) {
                *luminance = sum / pixels;
            }
        } else {
            let weights = primaries.luminance_weights();
            let cells = red.iter().zip(green).zip(blue);
            for (luminance, ((&red, &green), &blue)) in luminance.iter_mut().zip(cells) {
                *luminance = weigh(weights, [red, green, blue]) / pixels;
            }
        }
        luminance.iter().map(|luminance| u64::from(whole(luminance * SCALE))).sum()
    }
}

/// The whole part of a number up to 2^30; 0 for one below 0, as BT.1886's cubics give near black. The highest luminance,
/// 10000 cd/m² in parts of [`SCALE`], is less than 2^30. The compiler makes no vector code of `as u32`.
#[inline(always)]
#[allow(unsafe_code)]
fn whole(value: f32) -> u32 {
    const MOST: f32 = (1 << 30) as f32;
    debug_assert!(value <= MOST);
    // Each is one instruction; `max` and `min` would be more. NaN becomes 0.
    let value = if value > 0.0 { value } else { 0.0 };
    let value = if value < MOST { value } else { MOST };
    // SAFETY: it is a number from 0 to 2^30.
    unsafe { value.to_int_unchecked::<i32>() }.cast_unsigned()
}

/// Converts the sums of a row to luminance in 16 bits, like [`ConvertRow`](crate::flash::light::ConvertRow): light times
/// `scale`, plus one.
pub(crate) struct ConvertFloatLuminance<'a> {
    pub(crate) sums: RowSums<'a, f32>,
    pub(crate) primaries: Primaries,
    pub(crate) scale: f32,
    pub(crate) luminance: &'a mut [u16],
}

impl Kernel for ConvertFloatLuminance<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { sums, primaries, scale, luminance } = self;
        let (given, RowSums { light: [red, green, blue], pixels, .. }) = (sums.luminance(), sums);
        let scale = scale / pixels;
        let of_sum = |sum: f32| rounded((sum * scale).clamp(0.0, SCALE) + 1.0);
        if let Some(given) = given {
            for (luminance, &sum) in luminance.iter_mut().zip(given) {
                *luminance = of_sum(sum);
            }
        } else {
            let weights = primaries.luminance_weights();
            let cells = red.iter().zip(green).zip(blue);
            for (luminance, ((&red, &green), &blue)) in luminance.iter_mut().zip(cells) {
                *luminance = of_sum(weigh(weights, [red, green, blue]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_whole_cells_and_whole_registers_where_there_is_room() {
        for cell_width in 1..=256 {
            let width = tile_width(cell_width);
            assert!(0 < width && width <= TILE, "{cell_width}");
            assert_eq!((width % cell_width, width % 2), (0, 0), "{cell_width}");
            let has_room = (1..=TILE / 64).any(|blocks| (64 * blocks).is_multiple_of(cell_width));
            assert_eq!(width.is_multiple_of(64), has_room, "{cell_width}");
        }
    }

    #[test]
    fn the_whole_part_is_that_of_a_cast() {
        let brightest = 10_000.0 * SCALE;
        for value in [-1.5, -0.08, -0.0, 0.0, 0.999_999_94, 1.0, 8_388_607.5, brightest] {
            assert_eq!(whole(value), value as u32, "{value}");
        }
        for i in 0..1000 {
            let value = brightest / 1000.0 * i as f32;
            assert_eq!(whole(value), value as u32, "{value}");
        }
    }
}
