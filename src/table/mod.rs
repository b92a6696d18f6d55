//! The T table: how much each frame differs from the one before.

#[allow(unsafe_code)]
pub(crate) mod kernel;
pub(crate) mod lut;
pub mod reference;
pub(crate) mod settings;
pub(crate) mod thresholds;
pub(crate) mod top;

use crate::error::Error;
use crate::frame::regions::Region;
use crate::frame::{Frame, Shape, div_ceil};
use crate::memory::Memory;
use crate::table::kernel::{BLOCK, HotBlocks, KernelConfig};
use crate::table::settings::{Config, TableSettings};
use crate::table::thresholds::Thresholds;
use crate::table::top::{TRow, TopDeltas};

/// Compares two frames of the same shape, with the default settings and without a [`TTable`].
///
/// # Errors
///
/// As [`TopDeltas::between`].
pub fn compare(before: &Frame<'_>, after: &Frame<'_>) -> Result<TRow, Error> {
    Ok(TopDeltas::between(before, after, &TableSettings::default())?.row())
}

impl TopDeltas {
    /// How two frames of the same shape differ, or the same stripe of two frames.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] if the frames differ in format or size, and the errors of [`TTable::with`] about
    /// settings.
    pub fn between(
        before: &Frame<'_>,
        after: &Frame<'_>,
        settings: &TableSettings<'_, '_>,
    ) -> Result<Self, Error> {
        if before.shape() != after.shape() {
            return Err(Error::ShapeChanged);
        }
        let config = Config::check(after.shape(), settings)?;
        let region = Region::new(after.shape(), settings.ignore);
        let mut thresholds = Thresholds::none();
        kernel::compare(&config, region, before, after, &mut thresholds);
        Ok(Self::of(&thresholds))
    }
}

/// The T table of a stream: takes frames one after the other, and gives a row for each but the first.
///
/// Its memory is the caller's, `&mut [u8]`, or, with the feature `alloc`, a `Vec<u8>` of its own.
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
pub struct TTable<'l, M> {
    state: TTableState<'l>,
    memory: M,
}

impl<'m, 'l> TTable<'l, &'m mut [u8]> {
    /// Bytes of memory that a T table for frames of a shape needs, whatever the settings: about 1.25 a pixel for
    /// RGB and 10 bits, 1 for gray and luma of 8 bits, 2 for 12 and 16 bits, and up to 512 more.
    #[must_use]
    pub fn memory_needed(shape: Shape) -> usize {
        kernel::memory_needed(shape)
    }

    /// A T table with the default settings. The contents and the alignment of `memory` do not matter;
    /// multiples of 64 are fastest.
    ///
    /// # Errors
    ///
    /// [`Error::MemoryTooSmall`] if `memory` is shorter than [`TTable::memory_needed`];
    /// [`Error::LutNeeded`] if the format has more than 8 bits.
    pub fn new(shape: Shape, memory: &'m mut [u8]) -> Result<Self, Error> {
        Self::with(shape, &TableSettings::default(), memory)
    }

    /// A T table with other settings.
    ///
    /// # Errors
    ///
    /// As [`TTable::new`], and: [`Error::LutLength`] if the table of luminance does not have as many codes as
    /// [`LuminanceLut::codes`](crate::LuminanceLut::codes) says; [`Error::TooManyRectangles`];
    /// [`Error::OutsideFrame`] for a rectangle that is not within the frame; [`Error::EmptyFrame`] if all
    /// pixels are ignored; [`Error::BackendUnavailable`].
    pub fn with(
        shape: Shape,
        settings: &TableSettings<'_, 'l>,
        memory: &'m mut [u8],
    ) -> Result<Self, Error> {
        let kernel = Config::check(shape, settings)?;
        if memory.len() < kernel::memory_needed(shape) {
            return Err(Error::MemoryTooSmall);
        }
        Ok(Self { state: TTableState::new(shape, settings, kernel), memory })
    }
}

impl<'l, M: Memory> TTable<'l, M> {
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

    /// Takes the next frame and gives its row, or `None` for the first frame.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] if the frame does not have the table's shape. A frame that is refused does not
    /// count, and the next one is compared with the last that was taken.
    pub fn push(&mut self, frame: &Frame<'_>) -> Result<Option<TRow>, Error> {
        Ok(self.push_stripe(frame)?.map(|deltas| deltas.row()))
    }

    /// Takes a stripe of the next frame, which [`Frame::crop`] cuts out of it. This table sees only that stripe. Merge
    /// the deltas of all stripes to get the row of the frame.
    ///
    /// # Errors
    ///
    /// As [`TTable::push`].
    pub fn push_stripe(&mut self, stripe: &Frame<'_>) -> Result<Option<TopDeltas>, Error> {
        let (state, memory) = self.parts();
        state.push(memory, stripe)?;
        Ok(self.state.deltas())
    }

    /// Takes several frames, which follow each other in `frames` without any padding, and writes their rows. Gives
    /// the number of rows: one for each frame, but none for the first frame of the stream.
    ///
    /// The rows are the same as those of the frames pushed one by one.
    ///
    /// # Errors
    ///
    /// [`Error::BufferTooShort`] if the length of `frames` is not a multiple of [`Shape::frame_bytes`],
    /// [`Error::TooFewRows`] if `rows` is too short. Then no frame is taken.
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

    /// The state and its memory.
    pub(crate) fn parts(&mut self) -> (&mut TTableState<'l>, &mut [u8]) {
        let length = kernel::memory_needed(self.state.shape());
        let memory = self.memory.bytes();
        debug_assert!(memory.len() >= length, "the length was checked when the table was made");
        (&mut self.state, memory.get_mut(..length).unwrap_or_default())
    }

    /// Forgets all frames: the next one is the first.
    pub fn reset(&mut self) {
        self.state.reset();
    }
}

#[cfg(feature = "alloc")]
impl<'l> TTable<'l, alloc::vec::Vec<u8>> {
    /// A T table that owns its memory.
    ///
    /// # Errors
    ///
    /// As [`TTable::with`], and [`Error::OutOfMemory`].
    pub fn with_owned_memory(
        shape: Shape,
        settings: &TableSettings<'_, 'l>,
    ) -> Result<Self, Error> {
        let state = TTableState::new(shape, settings, Config::check(shape, settings)?);
        Ok(Self { state, memory: crate::memory::owned(kernel::memory_needed(shape))? })
    }
}

/// What a T table knows besides the plane of codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TTableState<'l> {
    config: Config<'l>,
    frames: u64,
    /// Blocks of a frame.
    blocks: usize,
    /// How many of them are compared already.
    done: usize,
    /// Of the frame that is being taken, or else of the last one.
    thresholds: Thresholds,
    hot: HotBlocks,
}

impl<'l> TTableState<'l> {
    #[inline(always)]
    fn new(shape: Shape, settings: &TableSettings<'_, 'l>, kernel: KernelConfig<'l>) -> Self {
        let config = Config::new(shape, settings, kernel);
        let blocks = div_ceil(config.region().pixels(), BLOCK);
        let (thresholds, hot) = (Thresholds::none(), HotBlocks::spread(blocks));
        Self { config, frames: 0, blocks, done: 0, thresholds, hot }
    }

    pub(crate) fn shape(&self) -> Shape {
        self.config.shape
    }

    fn reset(&mut self) {
        self.frames = 0;
    }

    /// Takes a frame.
    fn push(&mut self, memory: &mut [u8], frame: &Frame<'_>) -> Result<(), Error> {
        self.check(frame)?;
        self.begin(memory, frame);
        self.advance(memory, frame, self.shape().height());
        self.end();
        Ok(())
    }

    /// How the last frame differs from the one before it; nothing if there were not two.
    pub(crate) fn deltas(&self) -> Option<TopDeltas> {
        (self.frames > 1).then(|| TopDeltas::of(&self.thresholds))
    }

    /// Whether a frame can be taken.
    pub(crate) fn check(&self, frame: &Frame<'_>) -> Result<(), Error> {
        if frame.shape() == self.shape() { Ok(()) } else { Err(Error::ShapeChanged) }
    }

    /// Begins to take a frame that was checked.
    ///
    /// The hot blocks are compared first, so that the thresholds are high from then on. When their turn comes, the plane
    /// of codes already holds their new codes, and they differ by nothing.
    pub(crate) fn begin(&mut self, memory: &mut [u8], frame: &Frame<'_>) {
        self.done = 0;
        if self.frames == 0 {
            self.thresholds = Thresholds::none();
            return;
        }
        self.thresholds.restart(self.config.kernel.lut);
        // If a block is in the list twice, it differs by nothing the second time.
        let hot = self.hot;
        for block in hot.latest_first() {
            self.stream(memory, frame, block, block + 1);
        }
    }

    /// Takes the blocks that lie above a row; if `row` is the height of the frame, all blocks.
    pub(crate) fn advance(&mut self, memory: &mut [u8], frame: &Frame<'_>, row: u32) {
        let end = if row == self.shape().height() {
            self.blocks
        } else {
            self.config.region().pixels_above(row) / BLOCK
        };
        self.stream(memory, frame, self.done, end);
        self.done = end;
    }

    #[inline(never)]
    fn stream(&mut self, memory: &mut [u8], frame: &Frame<'_>, first: usize, end: usize) {
        let Self { config, thresholds, hot, .. } = self;
        let (kernel, region) = (&config.kernel, config.region());
        kernel::stream(kernel, region, frame, memory, first..end, hot, thresholds);
    }

    /// Ends it: the frame is taken.
    pub(crate) fn end(&mut self) {
        self.frames += 1;
    }
}
