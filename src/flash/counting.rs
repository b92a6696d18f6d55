//! The transitions of one kind of flash: which of them count, and how many there are in a second.

use crate::flash::company::{Waiting, settle};
use crate::flash::field::{Place, Reaches, Sums, Waits, cover, fullest};
use crate::flash::second::Second;
use crate::flash::time::Timestamp;
use crate::flash::viewing::Grid;
use crate::flash::zigzag::Turn;
use crate::frame::Rectangle;

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
pub(crate) struct KindParts<'m> {
    pub(crate) turns: &'m mut [Turn],
    pub(crate) rising: &'m mut [u8],
    pub(crate) falling: &'m mut [u8],
    pub(crate) counts: &'m mut [u16],
    pub(crate) times: &'m mut [i64],
    pub(crate) slots: &'m mut [u8],
}

/// Room to work in that both kinds of flash share.
pub(crate) struct Room<'m> {
    pub(crate) company: &'m mut [i8],
    pub(crate) sums: Sums<'m>,
    pub(crate) full: &'m mut [u8],
    pub(crate) covered: &'m mut [u8],
}

/// Before a frame: lets the cells that turned in the one before wait, where they can still matter.
#[inline(always)]
pub(crate) fn catch_up(
    grid: &Grid,
    kept: &mut Kept,
    kind: &mut KindParts<'_>,
    room: &mut [i8],
    keep: u8,
) {
    if keep == 0 {
        kept.void = true;
    } else if kept.unsettled {
        settle_turns(grid, kept, kind, room, 0);
    }
    kept.unsettled = false;
}

/// Lets the cells that turned wait to be counted.
#[inline(always)]
fn settle_turns(grid: &Grid, kept: &mut Kept, kind: &mut KindParts<'_>, room: &mut [i8], keep: u8) {
    if kept.void {
        kind.rising.fill(0);
        kind.falling.fill(0);
        kept.void = false;
    }
    let waiting = Waiting { rising: kind.rising, falling: kind.falling, room };
    kept.waiting = settle(grid, kind.turns, keep, waiting);
}

/// Takes the turns of cells away.
#[inline(always)]
pub(crate) fn ignore(grid: &Grid, cells: &Rectangle, turns: &mut [Turn]) {
    let (top, high) = (cells.y as usize, cells.height as usize);
    for row in grid.rows_mut(turns).skip(top).take(high) {
        for turn in row.iter_mut().skip(cells.x as usize).take(cells.width as usize) {
            *turn = 0;
        }
    }
}

/// Counts the cells that turned in company, and finds the count of the frame.
#[inline(always)]
pub(crate) fn count(
    grid: &Grid,
    kept: &mut Kept,
    kind: &mut KindParts<'_>,
    room: &mut Room<'_>,
    keep: u8,
    time: Timestamp,
) {
    let turned = tally(kind.turns);
    let waited = if kept.void { [0; 2] } else { kept.waiting };
    // More cells than turned or waited cannot wait now, and too few change nothing.
    let can_count = (0..2).any(|i| turned[i] + waited[i] > grid.enough);
    let mut changed = false;
    if can_count || (keep > 0 && turned.iter().chain(&waited).any(|&cells| cells > 0)) {
        settle_turns(grid, kept, kind, room.company, keep);
        for (ages, waiting) in
            [&mut *kind.rising, &mut *kind.falling].into_iter().zip(&mut kept.waiting)
        {
            if *waiting <= grid.enough {
                continue;
            }
            let waits = Waits { ages, across: grid.across };
            if cover(grid, &waits, &mut room.sums, room.full, room.covered) {
                let mut second =
                    Second { counts: kind.counts, times: kind.times, slots: kind.slots };
                *waiting -= second.count(time, ages, room.covered);
                changed = true;
            }
        }
    } else {
        kept.unsettled = turned.iter().any(|&cells| cells > 0);
    }
    let mut second = Second { counts: kind.counts, times: kind.times, slots: kind.slots };
    if second.expire(time) || changed {
        recount(grid, kept, kind.counts, &mut room.sums);
    }
}

/// Cells that rose, and that fell.
#[inline(always)]
fn tally(turns: &[Turn]) -> [u32; 2] {
    let mut tally = [0; 2];
    for row in turns.chunks(1 << 12) {
        let (mut rose, mut fell) = (0, 0);
        for &turn in row {
            rose += u16::from(turn > 0);
            fell += u16::from(turn < 0);
        }
        tally[0] += u32::from(rose);
        tally[1] += u32::from(fell);
    }
    tally
}

/// Finds the largest number of transitions that enough cells of some field have. It seldom lies far from
/// that of the frame before.
#[inline(always)]
fn recount(grid: &Grid, kept: &mut Kept, counts: &[u16], sums: &mut Sums<'_>) {
    let before = kept.count;
    while let Some(place) = reaching(grid, counts, kept.count + 1, sums) {
        kept.count += 1;
        kept.place = place;
    }
    if kept.count > before {
        return;
    }
    while kept.count > 0 {
        if let Some(place) = reaching(grid, counts, kept.count, sums) {
            kept.place = place;
            return;
        }
        kept.count -= 1;
    }
}

/// The field with the most cells whose count is at least `least`, where those are enough.
#[inline(always)]
fn reaching(grid: &Grid, counts: &[u16], least: u32, sums: &mut Sums<'_>) -> Option<Place> {
    let least = u16::try_from(least).ok()?;
    let cells: u32 = counts.iter().map(|&count| u32::from(count >= least)).sum();
    if cells <= grid.enough {
        return None;
    }
    let place = fullest(grid, &Reaches { counts, least, across: grid.across }, sums);
    (place.cells > grid.enough).then_some(place)
}
