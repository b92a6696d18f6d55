//! Red, green and blue of the pixels of any format of 8 bits, in a plane of bytes each.

use crate::color::transfer::Range;
use crate::flash::linear_light::BLOCK;
use crate::frame::format::{Format, PlaneLayout, SampleLayout, Unused};
use crate::frame::{Frame, div_ceil};
use crate::simd::{Simd, Vector};

/// Columns of pixels that are worked on at a time: what is made of them stays in the first cache.
pub(crate) const TILE: usize = 1024;

/// A plane of bytes for each channel.
pub(crate) type Channels = [[u8; TILE]; 3];

/// How luma and chroma make red, green and blue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Matrix {
    /// ITU-R BT.601-7, 2.5.1: what FFmpeg takes where a stream names none.
    #[default]
    Bt601 = 1,
    /// ITU-R BT.709-6, item 3.2.
    Bt709 = 2,
    /// ITU-R BT.2020-2, table 4, with luminance that is not constant.
    Bt2020 = 3,
}

impl Matrix {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bt601, Self::Bt709, Self::Bt2020];

    /// What a number of the C interface stands for.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Bt601),
            2 => Some(Self::Bt709),
            3 => Some(Self::Bt2020),
            _ => None,
        }
    }

    /// The weights of red and of blue in luma; that of green is the rest to 1.
    #[must_use]
    pub const fn luma_weights(self) -> (f64, f64) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
            Self::Bt2020 => (0.2627, 0.0593),
        }
    }

    /// What Cb and Cr are multiplied by in red, green and blue less luma.
    pub(crate) fn chroma_factors(self) -> [[f32; 2]; 3] {
        let (red, blue) = self.luma_weights();
        let green = 1.0 - red - blue;
        [
            [0.0, 2.0 * (1.0 - red)],
            [-2.0 * (1.0 - blue) * blue / green, -2.0 * (1.0 - red) * red / green],
            [2.0 * (1.0 - blue), 0.0],
        ]
        .map(|factors: [f64; 2]| factors.map(|factor| factor as f32))
    }
}

/// The factors of luma and chroma in 8192nds.
///
/// Where pixels share chroma, each product is cut to a whole code, which is the conversion that FFmpeg's libswscale
/// makes with SIMD: a video gets the same verdicts as YUV and as the RGB that FFmpeg makes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Conversion {
    black: i16,
    luma: i16,
    red_of_cr: i16,
    green_of_cb: i16,
    green_of_cr: i16,
    blue_of_cb: i16,
}

impl Conversion {
    pub(crate) fn new(matrix: Matrix, range: Range) -> Self {
        let (red, blue) = matrix.luma_weights();
        let green = 1.0 - red - blue;
        let (black, luma, chroma) = match range {
            Range::Full => (0, 1.0, 1.0),
            Range::Limited => (16, 255.0 / 219.0, 255.0 / 224.0),
        };
        let factor = |value: f64| (value * 8192.0 + 0.5) as i16;
        Self {
            black,
            luma: factor(luma),
            red_of_cr: factor(2.0 * (1.0 - red) * chroma),
            green_of_cb: -factor(2.0 * (1.0 - blue) * blue / green * chroma),
            green_of_cr: -factor(2.0 * (1.0 - red) * red / green * chroma),
            blue_of_cb: factor(2.0 * (1.0 - blue) * chroma),
        }
    }

    /// The sum of the products of luma, Cb and Cr rounded to the nearest code, as libswscale does it where a pixel has
    /// chroma of its own.
    #[inline(always)]
    fn rounded(self, [luma, cb, cr]: [u8; 3], [of_cb, of_cr]: [i16; 2]) -> u8 {
        let times = |code: i16, factor: i16| i32::from(code * 8) * i32::from(factor);
        let luma = times(i16::from(luma) - self.black, self.luma) + (1 << 15);
        let (cb, cr) = (i16::from(cb) - 128, i16::from(cr) - 128);
        ((luma + times(cb, of_cb) + times(cr, of_cr)) >> 16).clamp(0, 255) as u8
    }

    /// What chroma adds to red, green and blue where pixels share it.
    #[inline(always)]
    fn chroma_offsets(self, cb: u8, cr: u8) -> [i16; 3] {
        let (cb, cr) = (i16::from(cb) - 128, i16::from(cr) - 128);
        // It never saturates. But of a plain sum of the two products the compiler makes one with multiplications of
        // 32 bits.
        let green = product(cb, self.green_of_cb).saturating_add(product(cr, self.green_of_cr));
        [product(cr, self.red_of_cr), green, product(cb, self.blue_of_cb)]
    }

    /// By how many 65536ths of what is above black luma grows when its range becomes 0 to 255.
    #[inline(always)]
    fn luma_growth(self) -> i16 {
        (i32::from(self.luma) * 8 - (1 << 16)) as i16
    }
}

/// A product with 8192nds, cut down to a whole number.
#[inline(always)]
fn product(code: i16, factor: i16) -> i16 {
    ((i32::from(code * 8) * i32::from(factor)) >> 16) as i16
}

/// Luma and chroma of a row of a tile.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct YuvScratch {
    cb: [u8; TILE],
    cr: [u8; TILE],
    luma: [u8; TILE],
    /// What chroma adds to red, green and blue of every pixel, where pixels share it.
    offsets: [[i16; TILE]; 3],
}

/// Channels that are filled: one for gray, whose red, green and blue are the same.
pub(crate) fn channels(format: Format) -> usize {
    if format.is_rgb() || format.is_yuv() { 3 } else { 1 }
}

/// The pixels `x .. x + count` of row `y`; `x` is even, `count` at most [`TILE`].
#[derive(Clone, Copy)]
pub(crate) struct Span {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) count: usize,
    /// The row above was the last to be filled in: its chroma may be that of this one.
    pub(crate) is_below: bool,
}

/// Fills in some pixels: `count` of each channel; what follows them up to a multiple of [`BLOCK`] may change too.
#[inline(always)]
pub(crate) fn fill_channels<V: Vector>(
    simd: Simd<V>,
    frame: &Frame<'_>,
    conversion: Conversion,
    Span { x, y, count, is_below }: Span,
    to: &mut Channels,
    scratch: &mut YuvScratch,
) {
    debug_assert!(count <= TILE);
    let format = frame.shape().format();
    let samples = format.samples();
    let first = bytes(frame, 0, y, x * samples.bytes(), count * samples.bytes());
    let order = format.channels();
    match samples {
        SampleLayout::Packed3 => {
            deinterleave::<3>(first, order, to.each_mut().map(|to| &mut to[..]));
        }
        // A small build has no shapes of other formats: what follows is not in it.
        _ if !cfg!(feature = "formats") => copy(first, &mut to[0]),
        SampleLayout::Packed4(unused) => {
            let first_channel = usize::from(unused == Unused::First);
            let order = order.map(|channel| channel + first_channel);
            deinterleave::<4>(first, order, to.each_mut().map(|to| &mut to[..]));
        }
        SampleLayout::Planar3 => {
            for (to, plane) in to.iter_mut().zip(order) {
                copy(bytes(frame, plane, y, x, count), to);
            }
        }
        SampleLayout::U8 => {
            let [_, chroma, ..] = format.planes() else {
                return copy(first, &mut to[0]);
            };
            let is_new = !is_below || y & ((1 << chroma.down) - 1) == 0;
            if is_new {
                fill_chroma(frame, *chroma, (x, y), count, scratch);
            }
            if chroma.across == 0 {
                copy(first, &mut to[0]);
                convert(conversion, count, to, scratch);
                return;
            }
            if is_new {
                fill_offsets(conversion, count, scratch);
            }
            let YuvScratch { luma, offsets, .. } = scratch;
            let luma = if count.is_multiple_of(BLOCK) {
                first
            } else {
                copy(first, luma);
                luma.get(..count.next_multiple_of(BLOCK)).unwrap_or(&*luma)
            };
            add_offsets(simd, conversion, luma, offsets, to);
        }
        SampleLayout::U16(..) => debug_assert!(false, "their light is made of all bits"),
    }
}

/// A part of a row of a plane; less where the row ends before.
#[inline(always)]
pub(crate) fn bytes<'a>(
    frame: &Frame<'a>,
    plane: usize,
    y: usize,
    from: usize,
    count: usize,
) -> &'a [u8] {
    let row = frame.row(plane, y).get(from..).unwrap_or(&[]);
    row.get(..count).unwrap_or(row)
}

#[inline(always)]
pub(crate) fn copy<T: Copy>(from: &[T], to: &mut [T]) {
    // As many as there are of both: no lengths that have to be equal.
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Takes apart pixels of `N` bytes, of which three are wanted.
#[inline(always)]
fn deinterleave<const N: usize>(pixels: &[u8], order: [usize; 3], to: [&mut [u8]; 3]) {
    let pixels = pixels.as_chunks::<N>().0;
    // The orders by name, so that the compiler sees which bytes are wanted. Of three bytes, all are.
    match order {
        [0, 1, 2] => deinterleave_as::<N, 0, 1, 2>(pixels, to),
        [1, 2, 3] if N == 4 => deinterleave_as::<N, 1, 2, 3>(pixels, to),
        [3, 2, 1] if N == 4 => deinterleave_as::<N, 3, 2, 1>(pixels, to),
        _ => deinterleave_as::<N, 2, 1, 0>(pixels, to),
    }
}

#[inline(always)]
fn deinterleave_as<const N: usize, const R: usize, const G: usize, const B: usize>(
    pixels: &[[u8; N]],
    [red, green, blue]: [&mut [u8]; 3],
) {
    let to = red.iter_mut().zip(green).zip(blue);
    for (((red, green), blue), pixel) in to.zip(pixels) {
        // In a packed pixel of three there is no fourth byte, and no order that asks for it.
        *red = pixel[R % N];
        *green = pixel[G % N];
        *blue = pixel[B % N];
    }
}

/// The samples of Cb and Cr for the pixels `x .. x + count` of row `y`.
#[inline(always)]
fn fill_chroma(
    frame: &Frame<'_>,
    sampling: PlaneLayout,
    (x, y): (usize, usize),
    count: usize,
    to: &mut YuvScratch,
) {
    let format = frame.shape().format();
    let (row, from) = (y >> sampling.down, (x >> sampling.across) * sampling.bytes);
    let wide = div_ceil(count, 1 << sampling.across) * sampling.bytes;
    let YuvScratch { cb, cr, .. } = to;
    let (first, second) = match format {
        Format::Yv12 | Format::Nv21 => (cr, cb),
        _ => (cb, cr),
    };
    if let [_, _, _] = format.planes() {
        copy(bytes(frame, 1, row, from, wide), first);
        copy(bytes(frame, 2, row, from, wide), second);
        return;
    }
    let pairs = bytes(frame, 1, row, from, wide).as_chunks::<2>().0;
    for ((first, second), pair) in first.iter_mut().zip(second).zip(pairs) {
        [*first, *second] = *pair;
    }
}

/// What each sample of chroma adds to the two pixels that share it.
#[inline(always)]
fn fill_offsets(conversion: Conversion, count: usize, scratch: &mut YuvScratch) {
    let YuvScratch { cb, cr, offsets: [red, green, blue], .. } = scratch;
    let pairs = count.next_multiple_of(BLOCK) / 2;
    let Some(red) = red.as_chunks_mut::<2>().0.get_mut(..pairs) else {
        debug_assert!(false, "a tile has room for them");
        return;
    };
    let (green, blue) = (green.as_chunks_mut::<2>().0, blue.as_chunks_mut::<2>().0);
    let offsets = red.iter_mut().zip(green).zip(blue);
    for (((red, green), blue), (&cb, &cr)) in offsets.zip(cb.iter().zip(&*cr)) {
        let [r, g, b] = conversion.chroma_offsets(cb, cr);
        [*red, *green, *blue] = [[r; 2], [g; 2], [b; 2]];
    }
}

/// Makes red, green and blue of luma and what chroma adds to it, of as many pixels as there are of luma, cut to a
/// multiple of [`BLOCK`]; what is not within 0 to 255 becomes that.
#[allow(unsafe_code)]
#[inline(always)]
fn add_offsets<V: Vector>(
    _: Simd<V>,
    conversion: Conversion,
    luma: &[u8],
    offsets: &[[i16; TILE]; 3],
    to: &mut Channels,
) {
    const { assert!(BLOCK.is_multiple_of(V::LANES)) };
    let count = luma.len().min(TILE) / BLOCK * BLOCK;
    let mut at = 0;
    while at < count {
        debug_assert!(at + V::LANES <= luma.len() && at + V::LANES <= TILE);
        // SAFETY: the proof says that the processor has the instructions. `at` is below `count`, which is a multiple of
        // `LANES`: luma and every channel have a register there, and the offsets two.
        unsafe {
            let black = V::splat_u16(conversion.black.wrapping_neg().cast_unsigned());
            let growth = V::splat_u16(conversion.luma_growth().cast_unsigned());
            let mut luma = V::load_widened(luma.as_ptr().add(at));
            for luma in &mut luma {
                let above = luma.wrapping_add_u16(black);
                *luma = above.wrapping_add_u16(above.multiply_high_i16(growth));
            }
            for (offsets, to) in offsets.iter().zip(&mut *to) {
                let offsets = offsets.as_ptr().add(at).cast::<u8>();
                let mut channel = luma;
                for (half, codes) in channel.iter_mut().enumerate() {
                    *codes = codes.wrapping_add_u16(V::load(offsets.add(half * V::LANES)));
                }
                V::narrow_clamped(channel).store(to.as_mut_ptr().add(at));
            }
        }
        at += V::LANES;
    }
}

/// Makes red, green and blue of luma, which lies where red will, and chroma of every pixel: one after the other, as
/// all at once would need more registers than there are.
#[inline(always)]
fn convert(of: Conversion, count: usize, to: &mut Channels, scratch: &YuvScratch) {
    let ([red, green, blue], YuvScratch { cb, cr, .. }) = (to, scratch);
    let Some(red) = red.get_mut(..count.next_multiple_of(BLOCK)) else { return };
    for ((blue, &luma), &cb) in blue.iter_mut().zip(&*red).zip(cb) {
        *blue = of.rounded([luma, cb, 128], [of.blue_of_cb, 0]);
    }
    for (((green, &luma), &cb), &cr) in green.iter_mut().zip(&*red).zip(cb).zip(cr) {
        *green = of.rounded([luma, cb, cr], [of.green_of_cb, of.green_of_cr]);
    }
    for (red, &cr) in red.iter_mut().zip(cr) {
        *red = of.rounded([*red, 128, cr], [0, of.red_of_cr]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Kernel, on_each_instruction_set};
    use std::boxed::Box;

    struct AddOffsets<'a> {
        conversion: Conversion,
        luma: &'a [u8],
        offsets: &'a [[i16; TILE]; 3],
    }

    impl Kernel for AddOffsets<'_> {
        type Output = Box<Channels>;

        #[inline(always)]
        fn run<V: Vector>(self, simd: Simd<V>) -> Box<Channels> {
            let mut channels = Box::new([[0; TILE]; 3]);
            add_offsets(simd, self.conversion, self.luma, self.offsets, &mut channels);
            channels
        }
    }

    #[test]
    fn shared_chroma_adds_products_cut_to_whole_codes() {
        // Every code of luma with all that chroma may add, and more.
        let luma = core::array::from_fn::<u8, TILE, _>(|i| i as u8);
        for (range, black, factor) in [(Range::Full, 0, 8192), (Range::Limited, 16, 9539)] {
            let conversion = Conversion::new(Matrix::Bt601, range);
            for offset in -640..640 {
                let offsets = [0, 211, 402].map(|more| {
                    core::array::from_fn(|i| {
                        (offset + more + 640 + 4 * (i as i16 / 256)) % 1280 - 640
                    })
                });
                let expected: [[u8; TILE]; 3] = offsets.map(|offsets| {
                    core::array::from_fn(|i| {
                        let luma = ((i32::from(luma[i]) - black) * 8 * factor) >> 16;
                        (luma + i32::from(offsets[i])).clamp(0, 255) as u8
                    })
                });
                on_each_instruction_set(
                    || AddOffsets { conversion, luma: &luma, offsets: &offsets },
                    |name, channels| assert!(*channels == expected, "{range:?} {offset}: {name}"),
                );
            }
        }
    }

    #[test]
    fn factors_are_those_of_the_standards() {
        let shared = |of: Conversion, luma: u8, cb, cr| {
            let luma = product(i16::from(luma) - of.black, of.luma);
            of.chroma_offsets(cb, cr).map(|added| (luma + added).clamp(0, 255) as u8)
        };
        let each = |of: Conversion, code: [u8; 3]| {
            let mut to = code.map(|code| [code; TILE]);
            let scratch = YuvScratch { cb: to[1], cr: to[2], luma: to[0], offsets: [[0; TILE]; 3] };
            convert(of, 1, &mut to, &scratch);
            to.map(|channel| channel[0])
        };
        let limited = Conversion::new(Matrix::Bt601, Range::Limited);
        assert_eq!((limited.luma, limited.red_of_cr, limited.blue_of_cb), (9539, 13_075, 16_525));
        assert_eq!((limited.green_of_cb, limited.green_of_cr), (-3209, -6660));
        for matrix in Matrix::ALL {
            let full = Conversion::new(matrix, Range::Full);
            let limited = Conversion::new(matrix, Range::Limited);
            for gray in 0..=255 {
                assert_eq!(shared(full, gray, 128, 128), [gray; 3]);
                assert_eq!(each(full, [gray, 128, 128]), [gray; 3]);
            }
            assert_eq!(each(limited, [235, 128, 128]), [255; 3]);
            assert_eq!(shared(limited, 16, 128, 128), [0; 3]);
            assert_eq!(shared(limited, 235, 128, 128), [255; 3]);
        }
        // Cut, not rounded: pure red is 81, 90, 240.
        assert_eq!(shared(limited, 81, 90, 240), [253, 0, 0]);
        assert_eq!(each(limited, [81, 90, 240]), [254, 0, 0]);
    }
}
