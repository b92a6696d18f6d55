//! How pixels become levels, the bytes that are compared, and digits, the rest of their codes.

use super::vector::Vector;
use crate::curve::Curve;
use crate::frame::Format;

/// Pixels that are kept and compared together.
pub(crate) const BLOCK: usize = 128;

/// A format as the kernel reads it.
pub(crate) trait Pixels {
    /// The same as a value.
    const FORMAT: Format;

    /// Whether a level stands for four codes, told apart by a digit of two bits.
    const DIGITS: bool;

    /// Bytes that are read, and thrown away, behind the last pixel of a block.
    const OVERREAD: usize;

    /// What [`Pixels::levels`] needs in registers.
    type Constants<V: Vector>: Copy;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn constants<V: Vector>() -> Self::Constants<V>;

    /// Levels and digits of the `LANES` pixels of a register. Which pixel lands in which lane
    /// depends on nothing but the size of the register.
    ///
    /// # Safety
    ///
    /// The contract of [`Vector`]; `from` is valid for reading `LANES` pixels and
    /// [`Pixels::OVERREAD`] bytes behind them.
    unsafe fn levels<V: Vector>(from: *const u8, constants: Self::Constants<V>) -> (V, V);

    /// Bytes that a block takes in the plane of codes.
    const PLANE_BYTES: usize = if Self::DIGITS { BLOCK + BLOCK / 4 } else { BLOCK };

    /// The code of a level and digit.
    #[inline(always)]
    fn code(level: u8, digit: u8) -> u16 {
        if Self::DIGITS {
            (4 * u16::from(level) + u16::from(digit)).saturating_sub(3)
        } else {
            u16::from(level)
        }
    }

    /// The word that registers have for a code: 4 · level + digit, or the level.
    #[inline(always)]
    fn word(code: u16) -> u16 {
        if Self::DIGITS { code.saturating_add(3) } else { code }
    }

    /// The luminance of codes.
    #[inline(always)]
    fn curve() -> &'static Curve {
        Curve::of(Self::FORMAT)
    }
}

/// One byte a pixel: the level is the code. The number of the format tells gray from luma.
pub(crate) struct OneByte<const FORMAT: u32>;

/// Gray, or full-range luma.
pub(crate) type Gray8 = OneByte<{ Format::Gray8 as u32 }>;
/// Limited-range luma.
pub(crate) type Luma8 = OneByte<{ Format::Luma8 as u32 }>;

impl<const FORMAT: u32> Pixels for OneByte<FORMAT> {
    const FORMAT: Format = match Format::from_number(FORMAT) {
        Some(format) => format,
        None => panic!("no format has this number"),
    };
    const DIGITS: bool = false;
    const OVERREAD: usize = 0;
    type Constants<V: Vector> = ();

    #[inline(always)]
    unsafe fn constants<V: Vector>() {}

    #[inline(always)]
    unsafe fn levels<V: Vector>(from: *const u8, (): ()) -> (V, V) {
        // SAFETY: the caller's contract is the same.
        let level = unsafe { V::load(from) };
        (level, level)
    }
}

/// Three bytes a pixel: the code is their sum `s`, the level `ceil(s / 4)` and the digit
/// `(s - 1) mod 4`, so that `s = 4 · level + digit - 3`.
pub(crate) struct Rgb24;

/// 255 for every third byte, beginning with the first.
const THIRDS: [u8; 64 + 2] = {
    let mut bytes = [0; 66];
    let mut i = 0;
    while i < bytes.len() {
        bytes[i] = 255;
        i += 3;
    }
    bytes
};

/// One byte of each of `LANES` pixels.
///
/// # Safety
///
/// The contract of [`Vector`]; `from` is valid for reading three registers.
#[inline(always)]
unsafe fn every_third<V: Vector>(from: *const u8, masks: (V::Mask, V::Mask)) -> V {
    // SAFETY: the caller's contract.
    unsafe {
        let first = V::load(from);
        let second = V::load(from.add(V::LANES));
        let third = V::load(from.add(2 * V::LANES));
        V::select(masks.0, first, V::select(masks.1, second, third))
    }
}

impl Pixels for Rgb24 {
    const FORMAT: Format = Format::Rgb24;
    const DIGITS: bool = true;
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
    unsafe fn levels<V: Vector>(from: *const u8, masks: Self::Constants<V>) -> (V, V) {
        // Three registers hold as many pixels as one has lanes. The lanes in which a pixel begins
        // are different ones in each of the three, because LANES is no multiple of 3, so picking
        // them fills one register with one channel, in an order that is the same for all channels:
        // the other two are picked in the same way one and two bytes further on.
        // SAFETY: the caller vouches for 3 LANES bytes and two behind them.
        unsafe {
            let r: V = every_third(from, masks);
            let g: V = every_third(from.add(1), masks);
            let b: V = every_third(from.add(2), masks);

            // ceil(s / 4) in bytes: with q = ceil((r + g) / 2) and c = (r + g) mod 2, so that
            // r + g = 2 q - c, it is ceil((q + ceil((b - c) / 2)) / 2).
            let q = r.average(g);
            let c = r.xor(g).and(V::splat(1));
            let half = b.xor(b.and(c)).average(V::splat(0));
            let level = q.average(half);
            let sum = r.wrapping_add(g).wrapping_add(b);
            let digit = sum.wrapping_add(V::splat(255)).and(V::splat(3));
            (level, digit)
        }
    }
}
