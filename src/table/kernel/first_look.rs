//! The first look at pixels: by their levels, and where those lie far enough apart by their codes.

use core::hint::black_box;
use core::marker::PhantomData;

use super::before::Before;
use super::codes::Left;
use super::pixels::{BLOCK, Codes, Pixels, place, prefetch};
use super::room::Registers;
use super::work::Apart;
use super::work::Work;
use crate::simd::Vector;
use crate::table::thresholds::Thresholds;

/// Looks at whole blocks, and goes on to the first register that needs a second look, or behind the last whole block.
/// Everything before it is kept; of its block the digits are in the room.
pub(super) struct FirstLook<'w, 'a, P, B, V, const VECTORS: usize>(
    pub(super) &'w mut Work<'a, B>,
    pub(super) Registers<V>,
    pub(super) PhantomData<P>,
);

impl<P: Pixels, B: Before, V: Vector, const VECTORS: usize> Apart<V>
    for FirstLook<'_, '_, P, B, V, VECTORS>
{
    type Output = ();

    #[inline(always)]
    unsafe fn run(self) {
        let Self(work, room, _) = self;
        let (next, end) = work.registers::<V>();
        // Copies, so that the compiler knows that no pixel that is written changes them.
        let (reading, pixels, before) = (&work.method.reading, work.pixels, work.before);
        let extremes = &*work.extremes;
        // SAFETY: every access below is to one of the blocks the caller vouches for.
        unsafe {
            let mut constants = P::constants::<V>(reading);
            let mut limits = Limits::<V>::of(extremes);
            for block in next / VECTORS..end / VECTORS {
                prefetch::<P, V>(pixels, block);
                before.prefetch::<P, V>(block);
                for index in 0..VECTORS {
                    let at = place::<P, V>(pixels, block, index);
                    let (level, digit) = P::levels(at, constants);
                    let new = Codes { level, digit };
                    let old = before.levels::<P, V>(block, index, constants);
                    if limits.exceeded(level, old) && limits.bright_enough(level, old) {
                        let old = before.codes::<P, V>(block, index, constants);
                        // Asked first, because it is all that is wanted of a picture that stands still.
                        if new.differs(&old) {
                            // Where there is no look-up in registers the second look is at the codes and no more.
                            // The thresholds are read when they are needed: kept they would take room on the stack.
                            if !V::FAST_LOOKUP
                                || Left::of::<P>(&new, &old, black_box(extremes)).any()
                            {
                                work.next = block * BLOCK + index * V::LANES;
                                return;
                            }
                            // And so are these.
                            constants = P::constants::<V>(black_box(reading));
                            limits = Limits::of(black_box(extremes));
                        }
                    }
                    before.keep::<P, V, VECTORS>(block, index, &new, room);
                }
            }
        }
        work.next = end / VECTORS * BLOCK;
    }
}

/// What the distances of levels are compared with.
#[derive(Clone, Copy)]
pub(super) struct Limits<V> {
    rise: V,
    fall: V,
    bright: V,
    /// One of the reaches is 0: distances of levels say nothing yet.
    all: bool,
}

impl<V: Vector> Limits<V> {
    #[inline(always)]
    pub(super) unsafe fn of(extremes: &Thresholds) -> Self {
        let (rise, fall) = (extremes.rises.reach(), extremes.falls.reach());
        let dimmest = extremes.rises.dimmest().min(extremes.falls.dimmest());
        // SAFETY: the caller has the contract of `Vector`.
        unsafe {
            Self {
                rise: V::splat(rise.saturating_sub(1) as u8),
                fall: V::splat(fall.saturating_sub(1) as u8),
                bright: V::splat(dimmest.saturating_sub(1).min(255) as u8),
                all: rise == 0 || fall == 0,
            }
        }
    }

    #[inline(always)]
    pub(super) unsafe fn bright_enough(self, new: V, old: V) -> bool {
        // SAFETY: as above.
        unsafe { new.max(old).saturating_sub(self.bright).any() || self.all }
    }

    #[inline(always)]
    pub(super) unsafe fn exceeded(self, new: V, old: V) -> bool {
        // SAFETY: as above.
        unsafe {
            let rise = new.saturating_sub(old).saturating_sub(self.rise);
            let fall = old.saturating_sub(new).saturating_sub(self.fall);
            rise.or(fall).any() || self.all
        }
    }
}
