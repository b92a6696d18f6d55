//! The transitions of the last second: how many of them each cell has.

use crate::flash::time::{SECOND, Timestamp};

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
    cells.div_ceil(8)
}

/// Slots for so many frames a second: in each of them cells may rise and cells may fall.
pub(crate) fn slots(frames: usize) -> usize {
    2 * frames
}

impl Second<'_> {
    /// Forgets what was counted more than a second before `now`; says whether there was such.
    #[inline(always)]
    pub(crate) fn expire(&mut self, now: Timestamp) -> bool {
        let bytes = slot_bytes(self.counts.len());
        let mut any = false;
        for (time, slot) in self.times.iter_mut().zip(self.slots.chunks_exact(bytes)) {
            if *time == UNUSED || !now.is_past(*time, SECOND) {
                continue;
            }
            *time = UNUSED;
            any = true;
            let (eights, rest) = self.counts.as_chunks_mut::<8>();
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

    /// Counts the cells that wait and are covered, which then wait no longer; gives their number.
    #[inline(always)]
    pub(crate) fn count(&mut self, now: Timestamp, ages: &mut [u8], covered: &[u8]) -> u32 {
        let bytes = slot_bytes(self.counts.len());
        let free = self.times.iter_mut().zip(self.slots.chunks_exact_mut(bytes));
        let Some((time, slot)) = free.into_iter().find(|(time, _)| **time == UNUSED) else {
            return 0;
        };
        let mut counted = 0;
        let cells = self.counts.chunks_mut(8).zip(ages.chunks_mut(8)).zip(covered.chunks(8));
        for (bits, ((counts, ages), covered)) in slot.iter_mut().zip(cells) {
            *bits = 0;
            for (i, ((count, age), &covered)) in counts.iter_mut().zip(ages).zip(covered).enumerate()
            {
                let counts = u8::from(*age != 0) & covered;
                *count += u16::from(counts);
                *age = if counts == 1 { 0 } else { *age };
                *bits |= counts << i;
                counted += u32::from(counts);
            }
        }
        *time = now.nanoseconds();
        counted
    }
}
