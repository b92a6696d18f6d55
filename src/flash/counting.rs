//! The transitions of one kind of flash: which of them count, and how many there are in a second.

use crate::flash::coverage::{Cover, Fields, Fullest, Place};
use crate::flash::geometry::Grid;
use crate::flash::support::{Age, Settle};
use crate::flash::time::Timestamp;
use crate::flash::transitions::{Tally, Turn};
use crate::flash::window::{Count, Expire, Second};
use crate::frame::Rectangle;
use crate::simd::{Backend, dispatch};

/// What is kept of one kind of flash besides its arrays.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Kept {
    /// The frame's count, and the field that has it.
    pub(crate) count: u32,
    pub(crate) place: Place,
    /// Cells that wait to be counted as rising and as falling.
    waiting: [u32; 2],
    /// The ages are of no meaning: no cell waits.
    void: bool,
    /// Cells that turned in the last frame were too few to count, and have not been looked at further.
    unsettled: bool,
}

impl Kept {
    pub(crate) fn new() -> Self {
        Self { void: true, ..Self::default() }
    }
}

/// The arrays of one kind of flash.
pub(crate) struct Counts<'m> {
    /// Of cells that wait to be counted as rising, and as falling.
    pub(crate) waiting: [&'m mut [Age]; 2],
    pub(crate) second: Second<'m>,
}

/// Room to work in that both kinds of flash share.
pub(crate) struct Room<'m> {
    pub(crate) company: &'m mut [i8],
    pub(crate) fields: Fields<'m>,
}

/// What all cells did, in one kind of flash, and what is counted of it.
pub(crate) struct Turned<'m> {
    pub(crate) turns: &'m mut [Turn],
    pub(crate) counts: Counts<'m>,
    pub(crate) room: Room<'m>,
}

/// One kind of flash, to be counted. Every loop over the cells is a step of its own, which is done before the next one
/// takes its place on the stack.
pub(crate) struct Counting<'a, 'm> {
    pub(crate) backend: Backend,
    pub(crate) grid: &'a Grid,
    /// Cells that never turn.
    pub(crate) ignored: &'a [Rectangle],
    pub(crate) kept: &'a mut Kept,
    pub(crate) turned: &'a mut Turned<'m>,
}

impl Counting<'_, '_> {
    /// Before a frame: lets the cells that turned in the one before wait, where they can still matter.
    pub(crate) fn catch_up(&mut self, keep: u8) {
        if keep == 0 {
            self.kept.void = true;
        } else if self.kept.unsettled {
            self.settle(0);
        }
        self.kept.unsettled = false;
    }

    /// Counts the cells that turned in company, and finds the count of the frame.
    pub(crate) fn count(&mut self, keep: u8, time: Timestamp) {
        self.ignore();
        let turned = dispatch(self.backend, Tally { turns: self.turned.turns });
        let waited = if self.kept.void { [0; 2] } else { self.kept.waiting };
        // More cells than turned or waited cannot wait now, and too few change nothing.
        let can_count = (0..2).any(|i| turned[i] + waited[i] > self.grid.enough);
        let mut changed = false;
        if can_count || (keep > 0 && turned.iter().chain(&waited).any(|&cells| cells > 0)) {
            self.settle(keep);
            for way in 0..2 {
                changed |= self.count_waiting(way, time);
            }
        } else {
            self.kept.unsettled = turned.iter().any(|&cells| cells > 0);
        }
        let second = &mut self.turned.counts.second;
        if dispatch(self.backend, Expire { second, now: time }) || changed {
            self.recount();
        }
    }

    /// Takes the turns of cells away.
    #[inline(never)]
    fn ignore(&mut self) {
        for cells in self.ignored {
            let (top, high) = (cells.y as usize, cells.height as usize);
            for row in self.grid.rows_mut(self.turned.turns).skip(top).take(high) {
                for turn in row.iter_mut().skip(cells.x as usize).take(cells.width as usize) {
                    *turn = 0;
                }
            }
        }
    }

    /// Lets the cells that turned wait to be counted.
    #[inline(never)]
    fn settle(&mut self, keep: u8) {
        let Turned { turns, counts, room } = &mut *self.turned;
        let [rising, falling] = &mut counts.waiting;
        if self.kept.void {
            rising.fill(0);
            falling.fill(0);
            self.kept.void = false;
        }
        self.kept.waiting = [0; 2];
        let (grid, room) = (self.grid, &mut *room.company);
        for y in 0..grid.down {
            let waits =
                dispatch(self.backend, Settle { grid, turns, y, keep, rising, falling, room });
            for (all, row) in self.kept.waiting.iter_mut().zip(waits) {
                *all += row;
            }
        }
    }

    /// Counts those cells that wait, the rising or the falling, of which enough lie in one field; says whether there are
    /// any.
    #[inline(never)]
    fn count_waiting(&mut self, way: usize, now: Timestamp) -> bool {
        let Counts { waiting, second } = &mut self.turned.counts;
        let (Some(ages), Some(cells)) = (waiting.get_mut(way), self.kept.waiting.get_mut(way))
        else {
            return false;
        };
        if *cells <= self.grid.enough {
            return false;
        }
        let (grid, fields) = (self.grid, &mut self.turned.room.fields);
        let found = dispatch(self.backend, Cover { grid, ages, fields });
        if found {
            let covered = &mut *fields.covered;
            *cells -= dispatch(self.backend, Count { second, now, ages, covered });
        }
        found
    }

    /// Finds the largest number of transitions that enough cells of some field have. It seldom lies far from
    /// that of the frame before: first up from there, and down where it is no longer as many.
    #[inline(never)]
    fn recount(&mut self) {
        let before = self.kept.count;
        let mut least = before + 1;
        while least > 0 {
            if let Some(place) = self.reaching(least) {
                (self.kept.count, self.kept.place) = (least, place);
                if least <= before {
                    return;
                }
                least += 1;
            } else if least > before + 1 {
                return;
            } else {
                least -= 1;
            }
        }
        self.kept.count = 0;
    }

    /// The field with the most cells whose count is at least `least`, where those are enough.
    fn reaching(&mut self, least: u32) -> Option<Place> {
        let (grid, counts, sums) =
            (self.grid, &*self.turned.counts.second.counts, &mut self.turned.room.fields.sums);
        let least = u16::try_from(least).ok()?;
        let place = dispatch(self.backend, Fullest { grid, counts, least, sums });
        (place.cells > grid.enough).then_some(place)
    }
}
