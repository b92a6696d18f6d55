//! Flashes of one kind in fields of one size: which transitions count, and how many each cell has had in a second.

use bytemuck::{Pod, Zeroable};

use crate::flash::coverage::{
    Bounds, CellBox, Counted, Covered, FieldScratch, FindFull, Place, WorstField,
};
use crate::flash::geometry::{FieldSize, Grid, WHOLE_CELL};
use crate::flash::memory::{Arena, Cut};
use crate::flash::support::{Part, SUPPORTED, most_covered};
use crate::flash::time::{SECOND, Timestamp};
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// For a cell that has turned with support and waits to be counted, the frames since then: 1 for this frame. 0 for a
/// cell that does not wait.
type Age = u8;

/// The time of a slot that is not used.
const UNUSED: i64 = i64::MIN;

/// Counts the flashes that a detector finds, in fields of one size.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct FlashCounter {
    /// The number of the detector.
    pub(crate) detector: usize,
    /// Bytes before its arrays among those of all counters.
    pub(crate) start: usize,
    pub(crate) field: FieldSize,
    /// The time in nanoseconds within which transitions of different cells count as one.
    pub(crate) together: i64,
    /// The frame's count. Below: the field that has it, and the box around the cells that have it.
    pub(crate) count: u32,
    /// Whether transitions were counted or forgotten in this frame.
    changed: u32,
    pub(crate) place: Place,
    pub(crate) bounds: CellBox,
    /// The area of the cells that wait to be counted: of rising ones, and of falling ones.
    waiting: [u32; 2],
    /// A bit for each way: whether its ages have been set. If not, no cell waits.
    waits: u32,
    /// How many frames before this one a cell may have begun to wait.
    keep: u32,
}

/// The arrays of a counter.
pub(crate) struct CounterArrays<'m> {
    waiting: [Waiting<'m>; 2],
    pub(crate) window: Window<'m>,
}

/// Cells that turned one way and wait to be counted.
struct Waiting<'m> {
    parts: &'m mut [Part],
    ages: &'m mut [Age],
}

/// The transitions of every cell in the last second.
pub(crate) struct Window<'m> {
    /// Transitions of a cell, at most 255.
    pub(crate) counts: &'m mut [u8],
    /// The largest part that a cell had since its count was last 0.
    pub(crate) weights: &'m mut [Part],
    /// When the cells of each slot were counted.
    times: &'m mut [i64],
    /// For each slot, a bit for each cell. Each row begins with a new byte.
    slots: &'m mut [u8],
}

/// Slots for the frames of a second: in each of them cells may be counted as rising and as falling.
fn slots(max_fps: usize) -> usize {
    2 * max_fps
}

/// What counters need while they count; shared by all.
pub(crate) struct CounterScratch<'a, 'm> {
    pub(crate) field: &'a mut FieldScratch<'m>,
    /// A byte a cell.
    pub(crate) full: &'a mut [u8],
    /// A byte for each cell of a row.
    pub(crate) covered: &'a mut [u8],
}

impl FlashCounter {
    pub(crate) fn new(detector: usize, field: FieldSize, together: i64, start: usize) -> Self {
        Self { detector, field, together, start, ..Self::zeroed() }
    }

    #[inline(always)]
    pub(crate) fn arrays<'m>(
        max_fps: usize,
        grid: &Grid,
        from: &mut impl Cut<'m>,
    ) -> Option<CounterArrays<'m>> {
        let (cells, slots) = (grid.cells(), slots(max_fps));
        let slot_bytes = grid.row_bytes().checked_mul(grid.rows)?;
        Some(CounterArrays {
            waiting: [
                Waiting { parts: from.cut(cells)?, ages: from.cut(cells)? },
                Waiting { parts: from.cut(cells)?, ages: from.cut(cells)? },
            ],
            window: Window {
                counts: from.cut(cells)?,
                weights: from.cut(cells)?,
                times: from.cut(slots)?,
                slots: from.cut(slots.checked_mul(slot_bytes)?)?,
            },
        })
    }

    /// Its arrays among those of all counters.
    #[inline(never)] // It cuts many arrays, and is called in many places.
    pub(crate) fn arrays_in<'m>(
        &self,
        max_fps: usize,
        grid: &Grid,
        counters: &'m mut Arena<'_>,
    ) -> Option<CounterArrays<'m>> {
        Self::arrays(max_fps, grid, &mut counters.from(self.start)?)
    }

    /// Forgets all frames.
    pub(crate) fn reset(&mut self, arrays: &mut CounterArrays<'_>) {
        *self = Self::new(self.detector, self.field, self.together, self.start);
        arrays.window.counts.fill(0);
        arrays.window.weights.fill(0);
        arrays.window.times.fill(UNUSED);
    }

    /// Begins a frame. Cells that turned in the `keep` frames before it may count together with cells of this one.
    pub(crate) fn begin(&mut self, keep: usize) {
        self.keep = keep.min(usize::from(Age::MAX) - 1) as u32;
        if keep == 0 {
            self.waits = 0;
            self.waiting = [0; 2];
        }
    }

    /// Whether cells may have to wait for cells of the next frames.
    pub(crate) fn may_wait(&self) -> bool {
        self.keep > 0
    }

    /// Whether cells may have to be counted, or to wait, given the most cells that can have turned one way: 0 for
    /// rising, 1 for falling.
    pub(crate) fn may_count(&self, way: usize, covered: usize) -> bool {
        let most = u64::from(WHOLE_CELL) * covered as u64;
        let waiting = self.waiting.get(way).copied().unwrap_or(0);
        (covered > 0 && self.may_wait()) || most + u64::from(waiting) > self.field.area_threshold
    }

    /// Whether cells may have to be counted, or to wait, given how many rose and fell.
    pub(crate) fn needs(&self, turned: [u32; 2]) -> bool {
        // Cells that wait grow older.
        let ages = self.may_wait() && self.waiting.iter().any(|&area| area > 0);
        ages || (0..)
            .zip(turned)
            .any(|(way, turned)| self.may_count(way, most_covered(turned as usize)))
    }

    /// Cells that turned one way, 0 for rising and 1 for falling, begin to wait. Those that have waited for too many
    /// frames stop.
    pub(crate) fn wait(
        &mut self,
        backend: Backend,
        way: usize,
        parts: &[Part],
        arrays: &mut CounterArrays<'_>,
    ) {
        let Some((waiting, area)) = arrays.waiting.get_mut(way).zip(self.waiting.get_mut(way))
        else {
            debug_assert!(false, "there are two ways");
            return;
        };
        let keep = if self.waits & (1 << way) != 0 { self.keep as Age } else { 0 };
        self.waits |= 1 << way;
        *area = dispatch(backend, Wait { waiting, parts, keep });
    }

    /// Forgets the transitions that were counted more than a second ago.
    pub(crate) fn expire(
        &mut self,
        backend: Backend,
        grid: &Grid,
        now: Timestamp,
        window: &mut Window<'_>,
    ) {
        self.changed = u32::from(dispatch(backend, Expire { grid, window, now }));
    }

    /// Counts the waiting cells, rising or falling, where enough of them lie in one field.
    pub(crate) fn count_waiting(
        &mut self,
        backend: Backend,
        grid: &Grid,
        way: usize,
        now: Timestamp,
        arrays: &mut CounterArrays<'_>,
        scratch: &mut CounterScratch<'_, '_>,
    ) {
        let (Some(waiting), Some(area)) = (arrays.waiting.get_mut(way), self.waiting.get_mut(way))
        else {
            debug_assert!(false, "there are two ways");
            return;
        };
        if u64::from(*area) <= self.field.area_threshold {
            return;
        }
        let field = &self.field;
        let find = FindFull {
            grid,
            field,
            waiting: waiting.parts,
            full: scratch.full,
            scratch: scratch.field,
        };
        if !dispatch(backend, find) {
            return;
        }
        let window = &mut arrays.window;
        *area -= dispatch(backend, Count { grid, field, window, now, waiting, scratch });
        self.changed = 1;
    }

    /// Finds the count of the frame, if it may have changed: the largest number of transitions that a large enough part
    /// of some field has. It is seldom far from that of the last frame, so the search goes up from there, or else down.
    pub(crate) fn recount(
        &mut self,
        backend: Backend,
        grid: &Grid,
        window: &mut Window<'_>,
        scratch: &mut FieldScratch<'_>,
    ) {
        if self.changed == 0 {
            return;
        }
        dispatch(backend, ForgetWeights { window });
        let before = self.count;
        let mut count = before + 1;
        self.count = 0;
        while count > 0 {
            if let Some(place) = self.worst_field(backend, grid, window, scratch, count) {
                (self.count, self.place) = (count, place);
                if count <= before {
                    break;
                }
                count += 1;
            } else if count > before + 1 {
                break;
            } else {
                count -= 1;
            }
        }
        let (Ok(count @ 1..), counts) = (u8::try_from(self.count), &*window.counts) else {
            (self.place, self.bounds) = (Place::default(), CellBox::default());
            return;
        };
        self.bounds = dispatch(backend, Bounds { grid, counts, count, scratch });
    }

    /// The field with the largest area of cells whose count is at least `count`, if that area is large enough.
    fn worst_field(
        &self,
        backend: Backend,
        grid: &Grid,
        window: &Window<'_>,
        scratch: &mut FieldScratch<'_>,
        count: u32,
    ) -> Option<Place> {
        let count = u8::try_from(count).ok()?;
        let counted = Counted { counts: window.counts, weights: window.weights, count };
        let place = dispatch(backend, WorstField { grid, field: &self.field, counted, scratch });
        (place.area > self.field.area_threshold).then_some(place)
    }

    /// Writes a bit for each cell, 1 if it has the frame's count, from the lowest bit of a byte up. Each row begins with
    /// a new byte.
    pub(crate) fn mask(&self, grid: &Grid, window: &Window<'_>, bits: &mut [u8]) {
        bits.fill(0);
        let Ok(count @ 1..) = u8::try_from(self.count) else { return };
        for (y, row) in bits.chunks_exact_mut(grid.row_bytes().max(1)).enumerate().take(grid.rows) {
            let mut eights = grid.row(window.counts, y).chunks(8);
            for bits in row {
                let Some(counts) = eights.next() else { break };
                for (i, &of_cell) in counts.iter().enumerate() {
                    *bits |= u8::from(of_cell >= count) << i;
                }
            }
        }
    }
}

/// Makes cells wait; gives the area of all that wait.
struct Wait<'a, 'm> {
    waiting: &'a mut Waiting<'m>,
    /// Of the cells that turned in this frame.
    parts: &'a [Part],
    /// How many frames before this one a cell may have begun to wait.
    keep: Age,
}

impl Kernel for Wait<'_, '_> {
    type Output = u32;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> u32 {
        let Self { waiting: Waiting { parts, ages }, parts: new, keep } = self;
        let mut area = 0;
        for ((waiting, age), &new) in parts.iter_mut().zip(ages.iter_mut()).zip(new) {
            let new = if new == SUPPORTED { WHOLE_CELL } else { new };
            let stays = (*age != 0) & (*age <= keep);
            let part = if stays { *waiting } else { 0 };
            let old_age = if stays { *age + 1 } else { 0 };
            *waiting = if new != 0 { new } else { part };
            *age = if new != 0 { 1 } else { old_age };
            area += u32::from(*waiting);
        }
        area
    }
}

/// Forgets what was counted a second before `now`, and the weights of cells that have no transition left.
struct Expire<'a, 'm> {
    grid: &'a Grid,
    window: &'a mut Window<'m>,
    now: Timestamp,
}

impl Kernel for Expire<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let Self { grid, window: Window { counts, times, slots, .. }, now } = self;
        let bytes = grid.row_bytes();
        let mut any = false;
        for (time, slot) in times.iter_mut().zip(slots.chunks_exact((bytes * grid.rows).max(1))) {
            if *time == UNUSED || !now.is_past(*time, SECOND) {
                continue;
            }
            *time = UNUSED;
            any = true;
            for (y, bits) in slot.chunks_exact(bytes.max(1)).enumerate() {
                let (eights, rest) = grid.row_mut(counts, y).as_chunks_mut::<8>();
                for (counts, &bits) in eights.iter_mut().zip(bits) {
                    for (i, count) in counts.iter_mut().enumerate() {
                        *count -= (bits >> i) & 1;
                    }
                }
                if let (false, Some(&bits)) = (rest.is_empty(), bits.last()) {
                    for (i, count) in rest.iter_mut().enumerate() {
                        *count -= (bits >> i) & 1;
                    }
                }
            }
        }
        any
    }
}

/// Forgets the weights of cells that have no transitions.
struct ForgetWeights<'a, 'm> {
    window: &'a mut Window<'m>,
}

impl Kernel for ForgetWeights<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Window { counts, weights, .. } = self.window;
        for (weight, &count) in weights.iter_mut().zip(counts.iter()) {
            *weight = if count == 0 { 0 } else { *weight };
        }
    }
}

/// Counts the waiting cells that lie in a full field, which then stop waiting; gives their area.
struct Count<'a, 'b, 's, 'm> {
    grid: &'a Grid,
    field: &'a FieldSize,
    window: &'a mut Window<'m>,
    now: Timestamp,
    waiting: &'a mut Waiting<'m>,
    scratch: &'a mut CounterScratch<'b, 's>,
}

impl Kernel for Count<'_, '_, '_, '_> {
    type Output = u32;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> u32 {
        let Self { grid, field, window, now, waiting, scratch } = self;
        let Window { counts, weights, times, slots } = window;
        let bytes = grid.row_bytes();
        let free = times.iter_mut().zip(slots.chunks_exact_mut((bytes * grid.rows).max(1)));
        let Some((time, slot)) = free.into_iter().find(|(time, _)| **time == UNUSED) else {
            debug_assert!(false, "there are two slots for each frame of a second");
            return 0;
        };
        *time = now.nanoseconds();
        let covered_fields = Covered::new(grid, field, scratch.full, scratch.field);
        let mut area = 0;
        for (y, bits) in slot.chunks_exact_mut(bytes.max(1)).enumerate() {
            covered_fields.row(y, scratch.field, scratch.covered);
            let cells = grid.row_mut(counts, y).iter_mut().zip(grid.row_mut(weights, y));
            let waits =
                grid.row_mut(waiting.parts, y).iter_mut().zip(grid.row_mut(waiting.ages, y));
            for (((count, weight), (part, age)), covered) in
                cells.zip(waits).zip(scratch.covered.iter_mut())
            {
                let counts = (*covered != 0) & (*part != 0);
                let part_now = if counts { *part } else { 0 };
                area += u32::from(part_now);
                *weight = (*weight).max(part_now);
                *part = if counts { 0 } else { *part };
                *age = if counts { 0 } else { *age };
                let counts = u8::from(counts & (*count < u8::MAX));
                *count += counts;
                *covered = counts;
            }
            let (eights, rest) = scratch.covered.as_chunks::<8>();
            for (bits, &bytes) in bits.iter_mut().zip(eights) {
                // The product has byte i of the eight in bit 56 + i, and nothing that carries into those.
                *bits = (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8;
            }
            if let (false, Some(bits)) = (rest.is_empty(), bits.last_mut()) {
                *bits = 0;
                for (i, &counts) in rest.iter().enumerate() {
                    *bits |= counts << i;
                }
            }
        }
        area
    }
}
