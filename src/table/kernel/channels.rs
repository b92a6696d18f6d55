//! How the three channels of RGB are brought into registers, one each.
//!
//! No shuffles: a channel is picked by the same masks, from loads some bytes apart or from registers whose
//! bytes were shifted. The order of the pixels is not that of memory, but the same for all channels and in
//! every frame.

use super::reading::{At, Reading};
use crate::simd::Vector;

/// A layout of three channels.
pub(crate) trait Channels {
    /// Planes that are looked at.
    const PLANES: usize;

    /// Bytes of a pixel in each of them.
    const BYTES: usize;

    /// Bytes that are read, and thrown away, behind the last pixel of a block.
    const OVERREAD: usize;

    /// What [`Channels::channels`] needs in registers.
    type Constants<V: Vector>: Copy;

    /// # Safety
    ///
    /// The contract of [`Vector`].
    unsafe fn constants<V: Vector>(reading: &Reading) -> Self::Constants<V>;

    /// The channels of `LANES` pixels, in the order of memory.
    ///
    /// # Safety
    ///
    /// As [`Pixels::levels`](super::pixels::Pixels::levels).
    unsafe fn channels<V: Vector>(at: At, constants: Self::Constants<V>) -> [V; 3];
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
pub(crate) struct Triple;

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

impl Channels for Triple {
    const PLANES: usize = 1;
    const BYTES: usize = 3;
    const OVERREAD: usize = 2;
    type Constants<V: Vector> = (V::Mask, V::Mask);

    #[inline(always)]
    unsafe fn constants<V: Vector>(_: &Reading) -> Self::Constants<V> {
        // Where pixels begin in the first and in the second of three registers: the second begins
        // LANES bytes later.
        // SAFETY: `THIRDS` has two bytes more than the largest register.
        unsafe { (V::load_mask(THIRDS.as_ptr()), V::load_mask(THIRDS.as_ptr().add(V::LANES % 3))) }
    }

    #[inline(always)]
    unsafe fn channels<V: Vector>(at: At, masks: Self::Constants<V>) -> [V; 3] {
        // Three registers hold as many pixels as one has lanes. The lanes in which a pixel begins
        // are different ones in each of the three, because LANES is no multiple of 3, so picking
        // them fills one register with one channel; the other two are picked in the same way one and
        // two bytes further on.
        let from = at[0];
        // SAFETY: the caller vouches for 3 LANES bytes and two behind them.
        unsafe {
            [
                every_third(from, masks),
                every_third(from.add(1), masks),
                every_third(from.add(2), masks),
            ]
        }
    }
}

/// Four bytes a pixel, of which three count, from `FIRST` on.
pub(crate) struct Quad<const FIRST: usize>;

impl<const FIRST: usize> Channels for Quad<FIRST> {
    const PLANES: usize = 1;
    const BYTES: usize = 4;
    const OVERREAD: usize = 0;
    type Constants<V: Vector> = [V::Mask; 3];

    #[inline(always)]
    unsafe fn constants<V: Vector>(_: &Reading) -> Self::Constants<V> {
        let from = FOURTHS.as_ptr();
        // The lanes with the rest 0, 1 and 2 by four; the others are what is left.
        // SAFETY: `FOURTHS` has four bytes more than the largest register.
        unsafe { [V::load_mask(from), V::load_mask(from.add(3)), V::load_mask(from.add(2))] }
    }

    #[inline(always)]
    unsafe fn channels<V: Vector>(at: At, masks: Self::Constants<V>) -> [V; 3] {
        // Four registers hold as many pixels as one has lanes. Of register r the byte of a channel goes
        // to lane r of its pixel.
        // SAFETY: the caller vouches for 4 LANES bytes.
        unsafe {
            let mut four = [V::splat(0); 4];
            for (r, register) in four.iter_mut().enumerate() {
                *register = V::load(at[0].add(r * V::LANES));
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
                let later = V::select(masks[2], moved[2], moved[3]);
                *channel = V::select(masks[0], moved[0], V::select(masks[1], moved[1], later));
            }
            channels
        }
    }
}

/// A plane for each channel.
pub(crate) struct Planar;

impl Channels for Planar {
    const PLANES: usize = 3;
    const BYTES: usize = 1;
    const OVERREAD: usize = 0;
    type Constants<V: Vector> = ();

    #[inline(always)]
    unsafe fn constants<V: Vector>(_: &Reading) {}

    #[inline(always)]
    unsafe fn channels<V: Vector>(at: At, (): ()) -> [V; 3] {
        // SAFETY: the caller vouches for LANES bytes in each plane.
        unsafe { [V::load(at[0]), V::load(at[1]), V::load(at[2])] }
    }
}
