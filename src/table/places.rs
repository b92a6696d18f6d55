//! Blocks where large changes were found.

/// The blocks that last changed the five largest, the latest last. What moves or flashes in one frame mostly does so
/// in the next, so looking at them first makes the thresholds high from the beginning.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Places([u32; Self::COUNT]);

impl Places {
    /// As many are remembered.
    pub(crate) const COUNT: usize = 8;

    /// Places to begin with, when nothing is known: all over a picture of so many blocks.
    pub(crate) fn scattered(blocks: usize) -> Self {
        let mut places = Self([0; Self::COUNT]);
        let some = blocks.min(places.0.len());
        for (i, place) in places.0.iter_mut().enumerate().take(some) {
            // A frame has so few blocks that a hundred times their number is a `usize`.
            *place = (blocks * (2 * i + 1) / (2 * some)) as u32;
        }
        places
    }

    /// The number of the latest block but so many.
    pub(crate) fn latest_but(&self, index: usize) -> u32 {
        self.0.iter().rev().nth(index).copied().unwrap_or(0)
    }

    #[inline(never)]
    pub(crate) fn remember(&mut self, block: u32) {
        let at = self.0.iter().position(|&place| place == block).unwrap_or(0);
        if let Some(later) = self.0.get_mut(at..) {
            // One swap after the other: as small as it is slow.
            for place in 1..later.len() {
                later.swap(place - 1, place);
            }
        }
        if let Some(last) = self.0.last_mut() {
            *last = block;
        }
    }
}
