//! How the caller's memory is laid out: every array one after the other, each at a multiple of 64 bytes.

use bytemuck::Pod;

use crate::flash::cells::{Bench, GROUP};
use crate::flash::company;
use crate::flash::counting::{KindParts, Room};
use crate::flash::field::Sums;
use crate::flash::incidents::WORDS;
use crate::flash::rgb::{Chroma, TILE};
use crate::flash::second::{slot_bytes, slots};
use crate::flash::verdict;
use crate::flash::viewing::Grid;

/// Where arrays begin.
const ALIGNMENT: usize = 64;

/// What the sizes of all arrays follow from.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Layout {
    pub(crate) grid: Grid,
    /// The most frames in a second.
    pub(crate) rate: usize,
    /// Incidents that are kept.
    pub(crate) incidents: usize,
}

/// What is kept of every cell: the lowest and the highest states.
pub(crate) struct States<'m> {
    pub(crate) luminance: [&'m mut [f32]; 2],
    pub(crate) red_low: [&'m mut [f32]; 2],
    pub(crate) red_high: [&'m mut [f32]; 2],
}

/// All arrays. No step needs all of them: who calls one hands over those that it does, and only they take room on
/// the stack.
pub(crate) struct Parts<'m> {
    pub(crate) history: &'m mut [i64],
    pub(crate) incidents: &'m mut [[u64; WORDS]],
    pub(crate) states: States<'m>,
    pub(crate) kinds: [KindParts<'m>; 2],
    pub(crate) bench: Bench<'m>,
    pub(crate) room: Room<'m>,
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
struct Counter(Option<usize>);

impl<'m> Cut<'m> for Counter {
    fn cut<T: Pod>(&mut self, length: usize) -> Option<&'m mut [T]> {
        self.0 = length
            .checked_mul(size_of::<T>())
            .and_then(|bytes| bytes.checked_next_multiple_of(ALIGNMENT))
            .and_then(|bytes| bytes.checked_add(self.0?))
            .filter(|&bytes| bytes <= isize::MAX as usize);
        Some(&mut [])
    }
}

impl Layout {
    /// Bytes of memory at any address; nothing where they are more than there can be.
    pub(crate) fn bytes(&self) -> Option<usize> {
        let mut counter = Counter(Some(ALIGNMENT));
        self.parts(&mut counter);
        counter.0
    }

    /// The arrays in memory of at least [`Layout::bytes`].
    #[inline(always)]
    pub(crate) fn split<'m>(&self, memory: &'m mut [u8]) -> Option<Parts<'m>> {
        let before = memory.as_ptr().align_offset(ALIGNMENT);
        self.parts(&mut Memory(memory.get_mut(before..)?))
    }

    #[inline(always)]
    fn parts<'m>(&self, from: &mut impl Cut<'m>) -> Option<Parts<'m>> {
        let Self { grid, rate, incidents } = *self;
        let (cells, across) = (grid.cells(), grid.across);
        let history = from.cut(verdict::frames(rate))?;
        let kept = from.cut::<u64>(incidents.checked_mul(WORDS)?)?;
        let luminance = pair(from, cells)?;
        let red_low = pair(from, cells)?;
        let red_high = pair(from, cells)?;
        let kinds = [self.kind(from)?, self.kind(from)?];
        let bench = Bench {
            rows: from.cut::<u8>(GROUP * 3 * TILE)?.as_chunks_mut().0.as_chunks_mut().0,
            chroma: Chroma {
                samples: from.cut::<u8>(3 * TILE)?.as_chunks_mut().0,
                colour: from.cut::<i16>(3 * TILE)?.as_chunks_mut().0,
            },
            few: from.cut::<u16>(3 * TILE)?.as_chunks_mut().0,
            columns: from.cut::<i32>(3 * TILE)?.as_chunks_mut().0,
            display: from.cut(TILE)?,
            light: [from.cut(across)?, from.cut(across)?, from.cut(across)?],
            turns: from.cut(across)?,
            luminance: from.cut(across)?,
        };
        let sums = Sums { columns: from.cut(across)?, prefix: from.cut(across + 1)? };
        let company = from.cut(company::room(&grid))?;
        let room = Room { company, sums, full: from.cut(cells)?, covered: from.cut(cells)? };
        let states = States { luminance, red_low, red_high };
        Some(Parts { history, incidents: kept.as_chunks_mut().0, states, kinds, bench, room })
    }

    #[inline(always)]
    fn kind<'m>(&self, from: &mut impl Cut<'m>) -> Option<KindParts<'m>> {
        let (cells, slots) = (self.grid.cells(), slots(self.rate));
        Some(KindParts {
            turns: from.cut(cells)?,
            rising: from.cut(cells)?,
            falling: from.cut(cells)?,
            counts: from.cut(cells)?,
            times: from.cut(slots)?,
            slots: from.cut(slots.checked_mul(slot_bytes(cells))?)?,
        })
    }
}

/// Two arrays.
#[inline(always)]
fn pair<'m>(from: &mut impl Cut<'m>, length: usize) -> Option<[&'m mut [f32]; 2]> {
    Some([from.cut(length)?, from.cut(length)?])
}
