//! The T table: how much each frame changed against the one before.

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
        let config = Config::check(after.shape(), settings)?;
        let region = Region::new(after.shape(), settings.ignore);
        let mut thresholds = Thresholds::none();
        kernel::compare(&config, region, before, after, &mut thresholds);
        Ok(Self::of(&thresholds))
    }
}

/// The T table of a stream: takes frames one after the other and gives a row for each.
///
/// Memory is the caller's, `&mut [u8]`, or, with the feature `alloc`, a `Vec<u8>` of its own.
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
    /// Bytes of memory that the T table of a shape needs, whatever the settings: about 1.25 a pixel for
    /// RGB and 10 bits, 1 for 8 bits of gray and luma, 2 for 12 and 16, and up to 512 besides.
    #[must_use]
    pub fn memory_needed(shape: Shape) -> usize {
        kernel::memory_needed(shape)
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

    /// Takes the next frame and gives its row, or nothing for the first frame.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] where the frame has not the shape of the table. It is not taken then,
    /// and the next frame is compared with the last one that was.
    pub fn push(&mut self, frame: &Frame<'_>) -> Result<Option<TRow>, Error> {
        Ok(self.push_stripe(frame)?.map(|deltas| deltas.row()))
    }

    /// Takes the next frame of which this table sees a part, a stripe that [`Frame::crop`] cut out of
    /// it, and gives the deltas that make a row when those of all stripes are merged.
    ///
    /// # Errors
    ///
    /// As [`TTable::push`].
    pub fn push_stripe(&mut self, stripe: &Frame<'_>) -> Result<Option<TopDeltas>, Error> {
        let (state, memory) = self.parts();
        state.push(memory, stripe)?;
        Ok(self.state.deltas())
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
    /// Those of the frame that are compared already.
    done: usize,
    /// Of the frame that is being taken; of the last one where none is.
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

    /// What the last frame taken and the one before it differ by; nothing where there is no such.
    pub(crate) fn deltas(&self) -> Option<TopDeltas> {
        (self.frames > 1).then(|| TopDeltas::of(&self.thresholds))
    }

    /// Whether a frame can be taken.
    pub(crate) fn check(&self, frame: &Frame<'_>) -> Result<(), Error> {
        if frame.shape() == self.shape() { Ok(()) } else { Err(Error::ShapeChanged) }
    }

    /// Begins to take a frame that was checked.
    ///
    /// With the hot blocks, so that the thresholds are high from then on. When it is their turn, the plane of codes
    /// has them already and they differ by nothing.
    pub(crate) fn begin(&mut self, memory: &mut [u8], frame: &Frame<'_>) {
        self.done = 0;
        if self.frames == 0 {
            self.thresholds = Thresholds::none();
            return;
        }
        self.thresholds.restart(self.config.kernel.lut);
        // A block that is in the list twice differs by nothing the second time.
        let hot = self.hot;
        for block in hot.latest_first() {
            self.stream(memory, frame, block, block + 1);
        }
    }

    /// Takes the blocks that lie in the rows above one; all blocks, where it is the last.
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
