//! How pixels become codes in registers.
//!
//! A code is the integer whose luminance counts: the sum of three channels, or the sample itself. Registers hold
//! its high 8 bits, which are compared first, and its low bits apart, see [`CodeSplit`].

use crate::color::gray::Gray;
use crate::frame::format::{Alignment, Format, SampleLayout};
use crate::frame::regions::PlaneSlices;
use crate::simd::Vector;
use crate::table::lut::CodeSplit;

/// Pixels whose codes are kept together.
pub(crate) const BLOCK: usize = 128;

/// Where samples lie in memory, and how three of them become a code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PixelLayout {
    pub(crate) samples: SampleLayout,
    /// For RGB by weights: those of the channels, in the order of memory.
    pub(crate) weights: Option<[u16; 3]>,
}

impl PixelLayout {
    pub(crate) fn of(format: Format, gray: Gray) -> Self {
        let weights = gray.weights().filter(|_| format.is_rgb()).map(|rgb| {
            let mut weights = [0; 3];
            for (channel, weight) in format.channels().into_iter().zip(rgb) {
                weights[channel] = weight;
            }
            weights
        });
        Self { samples: format.samples(), weights }
    }
}

/// Gives an expression with the type that reads a layout.
macro_rules! with_pixels {
    ($layout:expr, $pixels:ident => $value:expr) => {{
        use crate::frame::format::{Bits, SampleLayout, Unused};
        use crate::table::kernel::pixels as p;
        let layout: &p::PixelLayout = $layout;
        match (layout.samples, layout.weights) {
            (SampleLayout::U8, _) => with_pixels!(@ p::U8, $pixels => $value),
            (SampleLayout::Packed3, None) => with_pixels!(@ p::Mean<p::Packed3>, $pixels => $value),
            // A small build has no shapes of other formats and no weights, so what follows is not in it.
            _ if !cfg!(feature = "formats") => with_pixels!(@ p::U8, $pixels => $value),
            (SampleLayout::U16(Bits::Ten, _), _) => with_pixels!(@ p::U16<2>, $pixels => $value),
            (SampleLayout::U16(Bits::Twelve, _), _) => with_pixels!(@ p::U16<4>, $pixels => $value),
            (SampleLayout::U16(Bits::Sixteen, _), _) => with_pixels!(@ p::U16<8>, $pixels => $value),
            (SampleLayout::Packed4(Unused::Last), None) => {
                with_pixels!(@ p::Mean<p::Packed4<0>>, $pixels => $value)
            }
            (SampleLayout::Packed4(Unused::First), None) => {
                with_pixels!(@ p::Mean<p::Packed4<1>>, $pixels => $value)
            }
            (SampleLayout::Planar3, None) => with_pixels!(@ p::Mean<p::Planar3>, $pixels => $value),
            (SampleLayout::Packed3, Some(_)) => {
                with_pixels!(@ p::Weighted<p::Packed3>, $pixels => $value)
            }
            (SampleLayout::Packed4(Unused::Last), Some(_)) => {
                with_pixels!(@ p::Weighted<p::Packed4<0>>, $pixels => $value)
            }
            (SampleLayout::Packed4(Unused::First), Some(_)) => {
                with_pixels!(@ p::Weighted<p::Packed4<1>>, $pixels => $value)
            }
            (SampleLayout::Planar3, Some(_)) => {
                with_pixels!(@ p::Weighted<p::Planar3>, $pixels => $value)
            }
        }
    }};
    (@ $type:ty, $pixels:ident => $value:expr) => {{
        type $pixels = $type;
        $value
    }};
}
pub(super) use with_pixels;

/// The first byte of some pixels, in each of the planes that are read.
pub(super) type Pointers = [*const u8; 3];

pub(super) fn pointers(planes: &PlaneSlices<'_>) -> Pointers {
    planes.map(<[u8]>::as_ptr)
}

/// Codes of the pixels of one register.
#[derive(Clone, Copy)]
pub(super) struct Codes<V> {
    pub(super) high: V,
    /// The same as `high` where a code has 8 bits.
    pub(super) low: V,
}

/// A kind of pixels.
pub(super) trait Pixels {
    /// Planes that are read.
    const PLANES: usize;

    /// Bytes of a pixel in each of them.
    const BYTES: usize;

    /// Bytes that are read, and ignored, behind the last pixel.
    const OVERREAD: usize;

    /// How codes are split.
    const SPLIT: CodeSplit;

    /// What [`Pixels::codes`] needs in registers.
    type Constants<V: Vector>: Copy;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn constants<V: Vector>(layout: &PixelLayout) -> Self::Constants<V>;

    /// The codes of `LANES` pixels. Which pixel is in which lane depends on the size of the register only.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`]; `from` is valid, in the first [`Pixels::PLANES`] planes, for reading
    /// `LANES` pixels and [`Pixels::OVERREAD`] bytes behind them.
    unsafe fn codes<V: Vector>(from: Pointers, constants: Self::Constants<V>) -> Codes<V>;

    /// Bytes of a block in the plane of codes: the high bits, then the low bits, two bits for each pixel or
    /// a byte where there are more.
    const PLANE_BYTES: usize = match Self::SPLIT.codes_per_level {
        1 => BLOCK,
        4 => BLOCK + BLOCK / 4,
        _ => 2 * BLOCK,
    };

    /// Bytes of a block of pixels that is copied together, with those that are read behind it.
    const STAGE_BYTES: usize = Self::PLANES * Self::BYTES * BLOCK + Self::OVERREAD;

    /// Pixels that can be read where they are: the bytes to overread follow them.
    #[inline(always)]
    fn readable(planes: &PlaneSlices<'_>) -> usize {
        let used = planes.iter().take(Self::PLANES);
        let shortest = used.fold(usize::MAX, |bytes, plane| bytes.min(plane.len()));
        shortest.saturating_sub(Self::OVERREAD) / Self::BYTES
    }

    /// Where pixel `index` is.
    #[inline(always)]
    fn at(pixels: Pointers, index: usize) -> Pointers {
        let bytes = index * Self::BYTES;
        let first = pixels[0].wrapping_add(bytes);
        if Self::PLANES == 1 {
            [first; 3]
        } else {
            [first, pixels[1].wrapping_add(bytes), pixels[2].wrapping_add(bytes)]
        }
    }

    /// Asks memory for `count` pixels, some time before they are read.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`].
    #[inline(always)]
    unsafe fn prefetch<V: Vector>(pixels: Pointers, count: usize) {
        for plane in &pixels[..Self::PLANES] {
            for line in (0..count * Self::BYTES).step_by(CACHE_LINE) {
                // SAFETY: the caller has the contract of `Vector`; any address will do.
                unsafe { V::prefetch(plane.wrapping_add(line + AHEAD / Self::PLANES)) };
            }
        }
    }
}

/// How far ahead memory is asked for pixels, in bytes: some microseconds of work.
const AHEAD: usize = 12_288;

const CACHE_LINE: usize = 64;

/// One byte a pixel, which is the code.
pub(super) struct U8;

impl Pixels for U8 {
    const PLANES: usize = 1;
    const BYTES: usize = 1;
    const OVERREAD: usize = 0;
    const SPLIT: CodeSplit = CodeSplit::BITS_8;
    type Constants<V: Vector> = ();

    #[inline(always)]
    unsafe fn constants<V: Vector>(_: &PixelLayout) {}

    #[inline(always)]
    unsafe fn codes<V: Vector>(from: Pointers, (): ()) -> Codes<V> {
        // SAFETY: the caller's contract is the same.
        let code = unsafe { V::load(from[0]) };
        Codes { high: code, low: code }
    }
}

/// Samples of more than 8 bits in 16: the low bits are `LOW_BITS`.
pub(super) struct U16<const LOW_BITS: u32>;

impl<const LOW_BITS: u32> Pixels for U16<LOW_BITS> {
    const PLANES: usize = 1;
    const BYTES: usize = 2;
    const OVERREAD: usize = 0;
    const SPLIT: CodeSplit = match LOW_BITS {
        2 => CodeSplit::BITS_10,
        4 => CodeSplit::BITS_12,
        _ => CodeSplit::BITS_16,
    };
    /// A factor that shifts a sample to the high end of its 16 bits.
    type Constants<V: Vector> = V;

    #[inline(always)]
    unsafe fn constants<V: Vector>(layout: &PixelLayout) -> V {
        let shift = match layout.samples {
            SampleLayout::U16(_, Alignment::Low) => 8 - LOW_BITS,
            _ => 0,
        };
        // SAFETY: the caller's contract is the same.
        unsafe { V::splat_u16(1 << shift) }
    }

    #[inline(always)]
    unsafe fn codes<V: Vector>(from: Pointers, factor: V) -> Codes<V> {
        // SAFETY: the caller vouches for 2 LANES bytes.
        unsafe {
            let [first, second] = V::load_u16(from[0]);
            let samples = [first.multiply_u16(factor), second.multiply_u16(factor)];
            let low = V::low_bytes(samples).shift_right(8 - LOW_BITS);
            Codes { high: V::high_bytes(samples), low }
        }
    }
}

/// Three channels whose mean is the gray value: the code is their sum `s`, the high bits `ceil(s / 4)` and the
/// low bits `(s - 1) mod 4`, so that `s = 4 · high + low - 3`.
pub(super) struct Mean<C>(C);

impl<C: Channels> Pixels for Mean<C> {
    const PLANES: usize = C::PLANES;
    const BYTES: usize = C::BYTES;
    const OVERREAD: usize = C::OVERREAD;
    const SPLIT: CodeSplit = CodeSplit::SUM;
    type Constants<V: Vector> = C::Constants<V>;

    #[inline(always)]
    unsafe fn constants<V: Vector>(_: &PixelLayout) -> Self::Constants<V> {
        // SAFETY: the caller's contract is the same.
        unsafe { C::constants() }
    }

    #[inline(always)]
    unsafe fn codes<V: Vector>(from: Pointers, constants: Self::Constants<V>) -> Codes<V> {
        // SAFETY: the caller's contract is the same.
        unsafe {
            let [r, g, b]: [V; 3] = C::channels(from, constants);

            // ceil(s / 4) in bytes: with q = ceil((r + g) / 2) and c = (r + g) mod 2, so that
            // r + g = 2 q - c, it is ceil((q + ceil((b - c) / 2)) / 2).
            let q = r.average(g);
            let c = r.xor(g).and(V::splat(1));
            let half = b.xor(b.and(c)).average(V::splat(0));
            let sum = r.wrapping_add(g).wrapping_add(b);
            let low = sum.wrapping_add(V::splat(255)).and(V::splat(3));
            Codes { high: q.average(half), low }
        }
    }
}

/// Three channels whose weighted sum, rounded as [`Gray::rounded`] says, is the code.
pub(super) struct Weighted<C>(C);

impl<C: Channels> Pixels for Weighted<C> {
    const PLANES: usize = C::PLANES;
    const BYTES: usize = C::BYTES;
    const OVERREAD: usize = C::OVERREAD;
    const SPLIT: CodeSplit = CodeSplit::BITS_8;
    type Constants<V: Vector> = (C::Constants<V>, [V; 3]);

    #[inline(always)]
    unsafe fn constants<V: Vector>(layout: &PixelLayout) -> Self::Constants<V> {
        debug_assert!(layout.weights.is_some(), "these pixels are chosen where there are weights");
        let [r, g, b] = layout.weights.unwrap_or_default();
        // SAFETY: the caller's contract is the same.
        unsafe { (C::constants(), [V::splat_u16(r), V::splat_u16(g), V::splat_u16(b)]) }
    }

    #[inline(always)]
    unsafe fn codes<V: Vector>(from: Pointers, constants: Self::Constants<V>) -> Codes<V> {
        let (constants, weights) = constants;
        // SAFETY: the caller's contract is the same.
        unsafe {
            let channels: [V; 3] = C::channels(from, constants);
            let mut sums = [V::splat_u16(128); 2];
            for (channel, weight) in channels.into_iter().zip(weights) {
                // 256 times the channel, so that the upper half of the product is in 256ths.
                let scaled = V::interleave_u16(V::splat(0), channel);
                for (sum, scaled) in sums.iter_mut().zip(scaled) {
                    *sum = sum.saturating_add_u16(scaled.multiply_high_u16(weight));
                }
            }
            let code = V::high_bytes(sums);
            Codes { high: code, low: code }
        }
    }
}

/// Three channels, brought into a register each.
///
/// No shuffles: the same masks pick each channel, from loads some bytes apart or from registers whose bytes
/// were shifted. The pixels are not in the order of memory, but in the same order for all channels and frames.
pub(super) trait Channels {
    /// See [`Pixels::PLANES`].
    const PLANES: usize;

    /// See [`Pixels::BYTES`].
    const BYTES: usize;

    /// See [`Pixels::OVERREAD`].
    const OVERREAD: usize;

    /// What [`Channels::channels`] needs in registers.
    type Constants<V: Vector>: Copy;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn constants<V: Vector>() -> Self::Constants<V>;

    /// The channels of `LANES` pixels, in the order of memory.
    ///
    /// # Safety
    ///
    /// As [`Pixels::codes`].
    unsafe fn channels<V: Vector>(from: Pointers, constants: Self::Constants<V>) -> [V; 3];
}

/// 255 for every third byte, beginning with the first.
const THIRDS: [u8; 64 + 2] = every(3);

/// 255 for every fourth byte, beginning with the first.
const FOURTHS: [u8; 64 + 4] = every(4);

const fn every<const LENGTH: usize>(distance: usize) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let mut i = 0;
    while i < LENGTH {
        bytes[i] = 255;
        i += distance;
    }
    bytes
}

/// Three bytes a pixel.
pub(super) struct Packed3;

/// One byte of each of `LANES` pixels.
///
/// # Safety
///
/// The contract of [`Vector`]; `from` is valid for reading three registers.
#[inline(always)]
unsafe fn every_third<V: Vector>(from: *const u8, masks: (V::Mask, V::Mask)) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        let first = V::load_split(from);
        let second = V::load_split(from.add(V::LANES));
        let third = V::load_split(from.add(2 * V::LANES));
        V::select(masks.0, first, V::select(masks.1, second, third))
    }
}

impl Channels for Packed3 {
    const PLANES: usize = 1;
    const BYTES: usize = 3;
    const OVERREAD: usize = 2;
    type Constants<V: Vector> = (V::Mask, V::Mask);

    #[inline(always)]
    unsafe fn constants<V: Vector>() -> Self::Constants<V> {
        // Where pixels begin in the first and in the second of three registers: the second begins
        // LANES bytes later.
        // SAFETY: `THIRDS` has two bytes more than the largest register.
        unsafe { (V::load_mask(THIRDS.as_ptr()), V::load_mask(THIRDS.as_ptr().add(V::LANES % 3))) }
    }

    #[inline(always)]
    unsafe fn channels<V: Vector>(from: Pointers, masks: Self::Constants<V>) -> [V; 3] {
        // Three registers hold as many pixels as one has lanes. Because LANES is no multiple of 3, pixels begin in
        // different lanes in each of the three, so picking those lanes fills one register with one channel. The
        // other two channels are picked in the same way from one and two bytes further on.
        let from = from[0];
        // SAFETY: the caller vouches for 3 LANES bytes and two behind them.
        unsafe {
            if V::DEINTERLEAVING_LOADS {
                return V::deinterleave_3(from);
            }
            [
                every_third(from, masks),
                every_third(from.add(1), masks),
                every_third(from.add(2), masks),
            ]
        }
    }
}

/// Four bytes a pixel, of which three count, from `FIRST` on.
pub(super) struct Packed4<const FIRST: usize>;

impl<const FIRST: usize> Channels for Packed4<FIRST> {
    const PLANES: usize = 1;
    const BYTES: usize = 4;
    const OVERREAD: usize = 0;
    type Constants<V: Vector> = [V::Mask; 3];

    #[inline(always)]
    unsafe fn constants<V: Vector>() -> Self::Constants<V> {
        let from = FOURTHS.as_ptr();
        // Lanes 0, 1 and 2 of every four; the others are what is left.
        // SAFETY: `FOURTHS` has four bytes more than the largest register.
        unsafe { [V::load_mask(from), V::load_mask(from.add(3)), V::load_mask(from.add(2))] }
    }

    #[inline(always)]
    unsafe fn channels<V: Vector>(from: Pointers, masks: Self::Constants<V>) -> [V; 3] {
        // Four registers hold as many pixels as one has lanes. The channel's byte in register r goes to lane r
        // of its pixel.
        // SAFETY: the caller vouches for 4 LANES bytes.
        unsafe {
            let mut four = [V::splat(0); 4];
            if V::DEINTERLEAVING_LOADS {
                let [first, second, third, fourth] = V::deinterleave_4(from[0]);
                return if FIRST == 0 { [first, second, third] } else { [second, third, fourth] };
            }
            for (r, register) in four.iter_mut().enumerate() {
                *register = V::load(from[0].add(r * V::LANES));
            }
            let mut channels = [V::splat(0); 3];
            for (i, channel) in channels.iter_mut().enumerate() {
                let mut moved = four;
                for (r, register) in moved.iter_mut().enumerate() {
                    *register = if r < FIRST + i {
                        register.shift_down_in_u32(FIRST + i - r)
                    } else {
                        register.shift_up_in_u32(r - FIRST - i)
                    };
                }
                let last = V::select(masks[2], moved[2], moved[3]);
                *channel = V::select(masks[0], moved[0], V::select(masks[1], moved[1], last));
            }
            channels
        }
    }
}

/// A plane for each channel.
pub(super) struct Planar3;

impl Channels for Planar3 {
    const PLANES: usize = 3;
    const BYTES: usize = 1;
    const OVERREAD: usize = 0;
    type Constants<V: Vector> = ();

    #[inline(always)]
    unsafe fn constants<V: Vector>() {}

    #[inline(always)]
    unsafe fn channels<V: Vector>(from: Pointers, (): ()) -> [V; 3] {
        // SAFETY: the caller vouches for LANES bytes in each plane.
        unsafe { [V::load(from[0]), V::load(from[1]), V::load(from[2])] }
    }
}
