//! How the caller's memory is laid out: every array one after the other, each at a multiple of 64 bytes.
//!
//! A step asks for the arrays that it needs, which lie next to each other: all of them at once would take more room on
//! the stack than any step does.

use bytemuck::Pod;

use crate::flash::counting::{Counts, Room, Turned};
use crate::flash::coverage::{Fields, Sums};
use crate::flash::follow::{Followed, States};
use crate::flash::geometry::Grid;
use crate::flash::incidents::{Flash, WORDS};
use crate::flash::light::{Bench, Lit, Row};
use crate::flash::support;
use crate::flash::transitions::Turn;
use crate::flash::verdict;
use crate::flash::window::{Second, slot_bytes, slots};

/// Where arrays begin.
const ALIGNMENT: usize = 64;

/// What the sizes of all arrays follow from, and where those of a step begin.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Layout {
    pub(crate) grid: Grid,
    /// The most frames in a second.
    pub(crate) rate: usize,
    /// Incidents that are kept.
    pub(crate) incidents: usize,
    starts: Starts,
}

/// Bytes before the arrays of a step, and of all together.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
struct Starts {
    counting: usize,
    following: usize,
    lighting: usize,
    end: usize,
}

/// What is kept of the frames so far.
pub(crate) struct Record<'m> {
    pub(crate) history: &'m mut [i64],
    pub(crate) incidents: &'m mut [[u64; WORDS]],
}

/// Cuts arrays off the front, or counts their bytes.
trait Cut<'m> {
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]>;
}

struct Memory<'m>(&'m mut [u8]);

impl<'m> Cut<'m> for Memory<'m> {
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]> {
        let bytes = length.checked_mul(size_of::<T>())?;
        let all = core::mem::take(&mut self.0);
        let (front, rest) = all.split_at_mut_checked(bytes.checked_next_multiple_of(ALIGNMENT)?)?;
        self.0 = rest;
        bytemuck::try_cast_slice_mut(front.get_mut(..bytes)?).ok()
    }
}

/// Bytes that were asked for; nothing is cut off.
struct Counter(usize);

impl<'m> Cut<'m> for Counter {
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]> {
        self.0 = length
            .checked_mul(size_of::<T>())
            .and_then(|bytes| bytes.checked_next_multiple_of(ALIGNMENT))
            .and_then(|bytes| bytes.checked_add(self.0))
            .filter(|&bytes| bytes <= isize::MAX as usize)?;
        Some(&mut [])
    }
}

impl Layout {
    /// Nothing where it would be more memory than there can be.
    pub(crate) fn of(grid: Grid, rate: usize, incidents: usize) -> Option<Self> {
        let mut layout = Self { grid, rate, incidents, starts: Starts::default() };
        let mut counter = Counter(0);
        layout.cut_record(&mut counter)?;
        let counting = counter.0;
        layout.cut_counts(&mut counter)?;
        let following = counter.0;
        layout.cut_turns(&mut counter)?;
        layout.cut_states(&mut counter)?;
        let lighting = counter.0;
        layout.cut_row(&mut counter)?;
        counter.cut::<Bench>(1)?;
        let end = counter.0.checked_add(ALIGNMENT).filter(|&bytes| bytes <= isize::MAX as usize)?;
        layout.starts = Starts { counting, following, lighting, end };
        Some(layout)
    }

    /// Bytes of memory at any address.
    pub(crate) fn bytes(&self) -> usize {
        self.starts.end
    }

    /// What is kept of the frames so far.
    #[inline(never)]
    pub(crate) fn record<'m>(&self, memory: &'m mut [u8]) -> Option<Record<'m>> {
        self.cut_record(&mut behind(memory, 0)?)
    }

    /// What is known of the cells that turned, for one kind of flash.
    #[inline(never)]
    pub(crate) fn counting<'m>(&self, memory: &'m mut [u8], flash: Flash) -> Option<Turned<'m>> {
        let mut from = behind(memory, self.starts.counting)?;
        let ([general, red], room) = self.cut_counts(&mut from)?;
        let [general_turns, red_turns] = self.cut_turns(&mut from)?;
        Some(match flash {
            Flash::General => Turned { turns: general_turns, counts: general, room },
            Flash::Red => Turned { turns: red_turns, counts: red, room },
        })
    }

    /// What follows cells from frame to frame.
    #[inline(never)]
    pub(crate) fn following<'m>(&self, memory: &'m mut [u8]) -> Option<Followed<'m>> {
        let mut from = behind(memory, self.starts.following)?;
        let (turns, states) = (self.cut_turns(&mut from)?, self.cut_states(&mut from)?);
        Some(Followed { turns, states, row: self.cut_row(&mut from)? })
    }

    /// What sums up the light of a row of cells.
    #[inline(never)]
    pub(crate) fn lighting<'m>(&self, memory: &'m mut [u8]) -> Option<Lit<'m>> {
        let mut from = behind(memory, self.starts.lighting)?;
        Some(Lit { row: self.cut_row(&mut from)?, bench: from.cut(1)?.first_mut()? })
    }

    #[inline(always)]
    fn cut_record<'m>(&self, from: &mut impl Cut<'m>) -> Option<Record<'m>> {
        let history = from.cut(verdict::frames(self.rate))?;
        let incidents = from.cut::<u64>(self.incidents.checked_mul(WORDS)?)?.as_chunks_mut().0;
        Some(Record { history, incidents })
    }

    #[inline(always)]
    fn cut_counts<'m>(&self, from: &mut impl Cut<'m>) -> Option<([Counts<'m>; 2], Room<'m>)> {
        let (cells, across) = (self.grid.cells(), self.grid.across);
        let counts = [self.cut_count(from)?, self.cut_count(from)?];
        let sums = Sums { columns: from.cut(across)?, prefix: from.cut(across + 1)? };
        let company = from.cut(support::room(&self.grid))?;
        let fields = Fields { sums, full: from.cut(cells)?, covered: from.cut(cells)? };
        let room = Room { company, fields };
        Some((counts, room))
    }

    #[inline(always)]
    fn cut_count<'m>(&self, from: &mut impl Cut<'m>) -> Option<Counts<'m>> {
        let (cells, slots) = (self.grid.cells(), slots(self.rate));
        let waiting = [from.cut(cells)?, from.cut(cells)?];
        let (counts, times) = (from.cut(cells)?, from.cut(slots)?);
        let slots = from.cut(slots.checked_mul(slot_bytes(cells))?)?;
        Some(Counts { waiting, second: Second { counts, times, slots } })
    }

    #[inline(always)]
    fn cut_turns<'m>(&self, from: &mut impl Cut<'m>) -> Option<[&'m mut [Turn]; 2]> {
        Some([from.cut(self.grid.cells())?, from.cut(self.grid.cells())?])
    }

    #[inline(always)]
    fn cut_states<'m>(&self, from: &mut impl Cut<'m>) -> Option<States<'m>> {
        let cells = self.grid.cells();
        let mut pair = || Some([from.cut(cells)?, from.cut(cells)?]);
        Some(States { luminance: pair()?, red_low: pair()?, red_high: pair()? })
    }

    #[inline(always)]
    fn cut_row<'m>(&self, from: &mut impl Cut<'m>) -> Option<Row<'m>> {
        let across = self.grid.across;
        let light = [from.cut(across)?, from.cut(across)?, from.cut(across)?];
        Some(Row { light, luminance: from.cut(across)?, turns: from.cut(across)? })
    }
}

/// Memory from an array on that begins so many bytes behind the first one.
fn behind(memory: &mut [u8], bytes: usize) -> Option<Memory<'_>> {
    let first = memory.as_ptr().align_offset(ALIGNMENT);
    Some(Memory(memory.get_mut(first.checked_add(bytes)?..)?))
}
