//! The T table: how much each frame changed against the one before.

pub(crate) mod blocks;
pub(crate) mod changes;
pub(crate) mod kernel;
pub(crate) mod lut;
pub(crate) mod pair;
pub(crate) mod places;
pub mod reference;
pub(crate) mod settings;
pub(crate) mod thresholds;
pub(crate) mod top;

use core::ops::Range;

use crate::error::Error;
use crate::frame::{Frame, Shape};
use crate::memory::Memory;
use crate::table::changes::{TRow, TopDeltas};
use crate::table::kernel::{BLOCK, Room};
use crate::table::places::Places;
use crate::table::settings::{KeptLook, Look, TableSettings};
use crate::table::thresholds::Thresholds;

/// Compares two frames of the same shape, keeping nothing.
///
/// # Errors
///
/// As [`TopDeltas::between`].
pub fn compare(before: &Frame<'_>, after: &Frame<'_>) -> Result<TRow, Error> {
    Ok(TopDeltas::between(before, after, &TableSettings::default())?.row())
}

impl TopDeltas {
    /// What two frames of the same shape, or the same stripe of two frames, differ by. Nothing is kept.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] where the frames differ in format or size, and what [`TTable::with`] says
    /// of settings.
    pub fn between(
        before: &Frame<'_>,
        after: &Frame<'_>,
        settings: &TableSettings<'_, '_>,
    ) -> Result<Self, Error> {
        if before.shape() != after.shape() {
            return Err(Error::ShapeChanged);
        }
        let look = Look::new(after.shape(), settings)?;
        let mut extremes = Thresholds::none();
        pair::compare(&look, &[before, after], &mut extremes);
        Ok(Self::of(&extremes))
    }
}

/// Takes frames one after the other, in memory that the caller gives.
///
/// ```
/// use flashinator::{Format, Frame, TTable, Shape};
///
/// let shape = Shape::new(Format::Gray8, 320, 240)?;
/// let mut memory = vec![0; TTable::memory_needed(shape)];
/// let mut table = TTable::new(shape, &mut memory)?;
/// let black = vec![0; shape.frame_bytes()];
/// let white = vec![255; shape.frame_bytes()];
/// assert_eq!(table.push(&Frame::contiguous(shape, &black)?)?, None);
/// let row = table.push(&Frame::contiguous(shape, &white)?)?.unwrap();
/// assert!(row.value > 23_000.0);
/// # Ok::<(), flashinator::Error>(())
/// ```
#[derive(Debug)]
pub struct TTable<'c, M> {
    state: TTableState<'c>,
    memory: M,
}

impl<'m, 'c> TTable<'c, &'m mut [u8]> {
    /// Bytes of memory that the T table of a shape needs, whatever the settings: about 1.25 a pixel for
    /// RGB and 10 bits, 1 for 8 bits of gray and luma, 2 for 12 and 16.
    #[must_use]
    pub fn memory_needed(shape: Shape) -> usize {
        blocks::plane_bytes(shape)
    }

    /// A T table with the default settings. The contents and the alignment of `memory` do not matter;
    /// multiples of 64 are fastest.
    ///
    /// # Errors
    ///
    /// [`Error::MemoryTooSmall`] where `memory` is shorter than [`TTable::memory_needed`];
    /// [`Error::LutNeeded`] where the format has more than 8 bits.
    pub fn new(shape: Shape, memory: &'m mut [u8]) -> Result<Self, Error> {
        Self::with(shape, &TableSettings::default(), memory)
    }

    /// A T table with other settings.
    ///
    /// # Errors
    ///
    /// As [`TTable::new`], and: [`Error::LutLength`] where the table of luminance has not as many codes as
    /// [`LuminanceLut::codes`](crate::LuminanceLut::codes) says; [`Error::TooManyRectangles`];
    /// [`Error::OutsideFrame`] for a rectangle that is not within the frame; [`Error::EmptyFrame`] where all
    /// pixels are ignored; [`Error::BackendUnavailable`].
    pub fn with(
        shape: Shape,
        settings: &TableSettings<'_, 'c>,
        memory: &'m mut [u8],
    ) -> Result<Self, Error> {
        let state = TTableState::new(shape, settings)?;
        if memory.len() < blocks::plane_bytes(shape) {
            return Err(Error::MemoryTooSmall);
        }
        Ok(Self { state, memory })
    }
}

impl<'c, M: Memory> TTable<'c, M> {
    /// Format and size of the frames.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.state.shape()
    }

    /// Frames taken since the beginning or the last [`TTable::reset`].
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.state.frames
    }

    /// Takes the next frame and gives its row, or nothing for the first frame.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] where the frame is not of the scanner's shape. It is not taken then,
    /// and the next frame is compared with the last one that was.
    pub fn push(&mut self, frame: &Frame<'_>) -> Result<Option<TRow>, Error> {
        Ok(self.push_stripe(frame)?.map(|changes| changes.row()))
    }

    /// Takes the next frame of which this scanner sees a part, a stripe that [`Frame::crop`] cut out of
    /// it, and gives the changes that make a row when those of all stripes are merged.
    ///
    /// # Errors
    ///
    /// As [`TTable::push`].
    pub fn push_stripe(&mut self, stripe: &Frame<'_>) -> Result<Option<TopDeltas>, Error> {
        let (state, plane) = self.parts();
        state.push(plane, stripe)?;
        Ok(self.state.changes())
    }

    /// Takes several frames, which follow each other in `frames` without any padding, and writes their
    /// rows; gives the number of rows, one less than frames where the stream begins with them.
    ///
    /// Gives the same rows as pushing the frames one by one.
    ///
    /// # Errors
    ///
    /// [`Error::BufferTooShort`] where the length of `frames` is no multiple of
    /// [`Shape::frame_bytes`], [`Error::TooFewRows`] where `rows` is too short. No frame is taken.
    pub fn push_batch(&mut self, frames: &[u8], rows: &mut [TRow]) -> Result<usize, Error> {
        let shape = self.state.shape();
        if !frames.len().is_multiple_of(shape.frame_bytes()) {
            return Err(Error::BufferTooShort);
        }
        let count = frames.len() / shape.frame_bytes();
        let without = usize::from(self.state.frames == 0 && count > 0);
        let rows = rows.get_mut(..count - without).ok_or(Error::TooFewRows)?;
        let mut rows = rows.iter_mut();
        for data in frames.chunks_exact(shape.frame_bytes()) {
            if let Some(found) = self.push(&Frame::contiguous(shape, data)?)?
                && let Some(row) = rows.next()
            {
                *row = found;
            }
        }
        Ok(count - without)
    }

    /// The state and the plane of codes.
    pub(crate) fn parts(&mut self) -> (&mut TTableState<'c>, &mut [u8]) {
        let plane = self.memory.bytes();
        let length = blocks::plane_bytes(self.state.shape());
        debug_assert!(plane.len() >= length, "checked when the table was made");
        (&mut self.state, plane.get_mut(..length).unwrap_or_default())
    }

    /// Forgets all frames: the next one is the first.
    pub fn reset(&mut self) {
        self.state.reset();
    }
}

#[cfg(feature = "alloc")]
impl<'c> TTable<'c, alloc::vec::Vec<u8>> {
    /// A T table that owns its memory.
    ///
    /// # Errors
    ///
    /// As [`TTable::with`].
    pub fn with_owned_memory(
        shape: Shape,
        settings: &TableSettings<'_, 'c>,
    ) -> Result<Self, Error> {
        let state = TTableState::new(shape, settings)?;
        Ok(Self { state, memory: alloc::vec![0; blocks::plane_bytes(shape)] })
    }
}

/// What a T table knows besides the plane of codes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct TTableState<'c> {
    look: KeptLook<'c>,
    frames: u64,
    /// Of the frame that is being taken; of the last one where none is.
    extremes: Thresholds,
    places: Places,
    /// The first block of it that is not taken yet.
    block: usize,
    room: Room,
}

impl<'c> TTableState<'c> {
    #[inline(always)]
    pub(crate) fn new(shape: Shape, settings: &TableSettings<'_, 'c>) -> Result<Self, Error> {
        let look = Look::new(shape, settings)?;
        let (look, extremes) = (KeptLook::new(&look), Thresholds::none());
        let places = Places::scattered(blocks::count(&look));
        Ok(Self { look, frames: 0, extremes, places, block: 0, room: Room::new() })
    }

    pub(crate) fn shape(&self) -> Shape {
        self.look.shape
    }

    pub(crate) fn reset(&mut self) {
        self.frames = 0;
    }

    /// Takes a frame.
    pub(crate) fn push(&mut self, plane: &mut [u8], frame: &Frame<'_>) -> Result<(), Error> {
        self.check(frame)?;
        self.begin(plane, frame);
        self.advance(plane, frame, self.shape().height());
        self.end();
        Ok(())
    }

    /// What the last frame taken and the one before it differ by; nothing where there is no such.
    pub(crate) fn changes(&self) -> Option<TopDeltas> {
        (self.frames > 1).then(|| TopDeltas::of(&self.extremes))
    }

    /// Whether a frame can be taken.
    pub(crate) fn check(&self, frame: &Frame<'_>) -> Result<(), Error> {
        if frame.shape() == self.shape() { Ok(()) } else { Err(Error::ShapeChanged) }
    }

    /// Begins to take a frame that was checked.
    ///
    /// With the blocks where the one before changed most, so that the thresholds are high from then on. When it is
    /// the turn of these blocks the plane of codes has them already, and they differ by nothing.
    #[inline(always)]
    pub(crate) fn begin(&mut self, plane: &mut [u8], frame: &Frame<'_>) {
        self.block = 0;
        if self.frames == 0 {
            self.extremes = Thresholds::none();
            return;
        }
        self.extremes.restart(self.look.method.curve);
        // A block that is remembered anew becomes the latest, which moves only those that were taken. One that is
        // there twice differs by nothing the second time.
        for index in 0..Places::COUNT {
            let block = self.places.latest_but(index) as usize;
            self.stream(plane, frame, block..block + 1);
        }
    }

    /// Takes the blocks that lie in the rows above one; all blocks, where it is the last.
    pub(crate) fn advance(&mut self, plane: &mut [u8], frame: &Frame<'_>, row: u32) {
        let blocks = self.block..self.blocks_above(row);
        self.block = blocks.end;
        self.stream(plane, frame, blocks);
    }

    #[inline(never)]
    fn blocks_above(&self, row: u32) -> usize {
        if row == self.look.shape.height() {
            blocks::count(&self.look)
        } else {
            self.look.region().pixels_above(row) / BLOCK
        }
    }

    #[inline(never)]
    fn stream(&mut self, plane: &mut [u8], frame: &Frame<'_>, blocks: Range<usize>) {
        let Self { look, room, extremes, places, .. } = self;
        blocks::stream(look, frame, plane, blocks, room, extremes, places);
    }

    /// Ends it: the frame is taken.
    pub(crate) fn end(&mut self) {
        self.frames += 1;
    }
}
