//! The transitions of the last second: how many of them each cell has.

use crate::flash::time::{SECOND, Timestamp};
use crate::simd::{Kernel, Simd, Vector};

/// When the cells of a slot were counted; a slot that is not used has this time.
pub(crate) const UNUSED: i64 = i64::MIN;

/// The counts of all cells, and which cells were counted when.
pub(crate) struct Second<'a> {
    pub(crate) counts: &'a mut [u16],
    /// A time for each slot.
    pub(crate) times: &'a mut [i64],
    /// A bit a cell for each slot, in whole bytes.
    pub(crate) slots: &'a mut [u8],
}

/// Bytes of a slot.
pub(crate) fn slot_bytes(cells: usize) -> usize {
    cells.div_ceil(8).max(1)
}

/// Slots for so many frames a second: in each of them cells may rise and cells may fall.
pub(crate) fn slots(frames: usize) -> usize {
    2 * frames
}

/// Forgets what was counted more than a second before `now`; says whether there was such.
pub(crate) struct Expire<'a, 'm> {
    pub(crate) second: &'a mut Second<'m>,
    pub(crate) now: Timestamp,
}

impl Kernel for Expire<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let Self { second, now } = self;
        let bytes = slot_bytes(second.counts.len());
        let mut any = false;
        for (time, slot) in second.times.iter_mut().zip(second.slots.chunks_exact(bytes)) {
            if *time == UNUSED || !now.is_past(*time, SECOND) {
                continue;
            }
            *time = UNUSED;
            any = true;
            let (eights, rest) = second.counts.as_chunks_mut::<8>();
            for (counts, &bits) in eights.iter_mut().zip(slot) {
                for (i, count) in counts.iter_mut().enumerate() {
                    *count -= u16::from((bits >> i) & 1);
                }
            }
            for (i, count) in rest.iter_mut().enumerate() {
                *count -= u16::from((slot.last().unwrap_or(&0) >> i) & 1);
            }
        }
        any
    }
}

/// Counts the cells that wait and are covered, which then wait no longer; gives their number. Of
/// `covered` the counted ones are left.
pub(crate) struct Count<'a, 'm> {
    pub(crate) second: &'a mut Second<'m>,
    pub(crate) now: Timestamp,
    pub(crate) ages: &'a mut [u8],
    pub(crate) covered: &'a mut [u8],
}

impl Kernel for Count<'_, '_> {
    type Output = u32;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> u32 {
        let Self { second, now, ages, covered } = self;
        let bytes = slot_bytes(second.counts.len());
        let free = second.times.iter_mut().zip(second.slots.chunks_exact_mut(bytes));
        let Some((time, slot)) = free.into_iter().find(|(time, _)| **time == UNUSED) else {
            return 0;
        };
        for ((count, age), covered) in
            second.counts.iter_mut().zip(ages.iter_mut()).zip(&mut *covered)
        {
            let counts = u8::from(*age != 0) & *covered;
            *count += u16::from(counts);
            *age &= counts.wrapping_sub(1);
            *covered = counts;
        }
        let (eights, rest) = covered.as_chunks::<8>();
        let mut counted = 0;
        for (bits, &bytes) in slot.iter_mut().zip(eights) {
            // The product has byte i of the eight in bit 56 + i, and nothing that carries into those.
            *bits = (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8;
            counted += bits.count_ones();
        }
        if let (false, Some(bits)) = (rest.is_empty(), slot.last_mut()) {
            *bits = 0;
            for (i, &counts) in rest.iter().enumerate() {
                *bits |= counts << i;
            }
            counted += bits.count_ones();
        }
        *time = now.nanoseconds();
        counted
    }
}
