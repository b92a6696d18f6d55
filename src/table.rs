//! The T table: how much each frame changed against the one before.

use crate::blocks;
use crate::curve::Curve;
use crate::error::Error;
use crate::extremes::{Extremes, Places};
use crate::frame::{Frame, Shape};
use crate::simd::Backend;

/// One row of the table: how a frame differs from the frame before it.
///
/// Values are differences of luminance by the curve `4 (0.2 x + 1)^2.2`, which runs from 4 for black
/// to about 23838 for white. None of them is ever -0.0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Row {
    /// Mean of the five largest rises of luminance, missing ones counted as 0.
    pub positive: f64,
    /// Mean of the five largest falls, as magnitudes.
    pub negative: f64,
    /// T: `positive` where it is larger than `negative`, else `-negative`.
    pub value: f64,
}

impl Row {
    /// The row of the means of rises and of falls.
    #[must_use]
    pub fn new(positive: f64, negative: f64) -> Self {
        // 0.0 - 0.0 is 0.0, where the negation of 0.0 would be -0.0.
        let value = if positive > negative { positive } else { 0.0 - negative };
        Self { positive, negative, value }
    }

    fn of(extremes: &Extremes) -> Self {
        Self::new(extremes.rises.mean(), extremes.falls.mean())
    }
}

/// Compares two frames of the same shape, keeping nothing.
///
/// # Errors
///
/// [`Error::ShapeChanged`] where the frames differ in format or size.
pub fn compare(before: &Frame<'_>, after: &Frame<'_>) -> Result<Row, Error> {
    compare_on(Backend::best(), before, after)
}

/// [`compare`] on a backend of the caller's choice, for tests and measurements.
///
/// # Errors
///
/// As [`compare`], and [`Error::BackendUnavailable`].
pub fn compare_on(backend: Backend, before: &Frame<'_>, after: &Frame<'_>) -> Result<Row, Error> {
    if before.shape() != after.shape() {
        return Err(Error::ShapeChanged);
    }
    if !backend.is_available() {
        return Err(Error::BackendUnavailable);
    }
    Ok(Row::of(&blocks::pair(backend, before, after)))
}

/// Makes the table of a stream of frames, in memory that the caller gives.
///
/// ```
/// use flashinator::{Format, Frame, Scanner, Shape};
///
/// let shape = Shape::new(Format::Gray8, 320, 240)?;
/// let mut memory = vec![0; Scanner::memory_needed(shape)];
/// let mut scanner = Scanner::new(shape, &mut memory)?;
/// let black = vec![0; shape.frame_bytes()];
/// let white = vec![255; shape.frame_bytes()];
/// assert_eq!(scanner.push(&Frame::packed(shape, &black)?)?, None);
/// let row = scanner.push(&Frame::packed(shape, &white)?)?.unwrap();
/// assert!(row.value > 23_000.0);
/// # Ok::<(), flashinator::Error>(())
/// ```
#[derive(Debug)]
pub struct Scanner<'m> {
    state: State,
    plane: &'m mut [u8],
}

impl<'m> Scanner<'m> {
    /// Bytes of memory that a scanner of this shape needs: about 1.25 a pixel for RGB, 1 for gray.
    #[must_use]
    pub fn memory_needed(shape: Shape) -> usize {
        blocks::plane_bytes(shape)
    }

    /// A scanner on the fastest backend of this processor. What `memory` holds does not matter, nor
    /// does its alignment, though multiples of 64 are fastest.
    ///
    /// # Errors
    ///
    /// [`Error::MemoryTooSmall`] where `memory` is shorter than [`Scanner::memory_needed`].
    pub fn new(shape: Shape, memory: &'m mut [u8]) -> Result<Self, Error> {
        Self::on(Backend::best(), shape, memory)
    }

    /// A scanner on a backend of the caller's choice, for tests and measurements.
    ///
    /// # Errors
    ///
    /// As [`Scanner::new`], and [`Error::BackendUnavailable`].
    pub fn on(backend: Backend, shape: Shape, memory: &'m mut [u8]) -> Result<Self, Error> {
        let state = State::new(backend, shape)?;
        let plane = memory.get_mut(..blocks::plane_bytes(shape)).ok_or(Error::MemoryTooSmall)?;
        Ok(Self { state, plane })
    }

    /// Takes the next frame and gives its row, or nothing for the first frame.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] where the frame is not of the scanner's shape. It is not taken then,
    /// and the next frame is compared with the last one that was.
    pub fn push(&mut self, frame: &Frame<'_>) -> Result<Option<Row>, Error> {
        self.state.push(self.plane, frame)
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
    pub fn push_batch(&mut self, frames: &[u8], rows: &mut [Row]) -> Result<usize, Error> {
        let shape = self.state.shape;
        if !frames.len().is_multiple_of(shape.frame_bytes()) {
            return Err(Error::BufferTooShort);
        }
        let count = frames.len() / shape.frame_bytes();
        let without = usize::from(self.state.frames == 0 && count > 0);
        let rows = rows.get_mut(..count - without).ok_or(Error::TooFewRows)?;
        let mut rows = rows.iter_mut();
        for data in frames.chunks_exact(shape.frame_bytes()) {
            if let Some(found) = self.push(&Frame::packed(shape, data)?)?
                && let Some(row) = rows.next()
            {
                *row = found;
            }
        }
        Ok(count - without)
    }

    /// Forgets all frames: the next one is the first.
    pub fn reset(&mut self) {
        self.state.reset();
    }
}

/// What a scanner knows besides the plane of codes.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct State {
    shape: Shape,
    backend: Backend,
    frames: u64,
    /// Where the last frame changed most.
    places: Places,
}

impl State {
    pub(crate) fn new(backend: Backend, shape: Shape) -> Result<Self, Error> {
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        Ok(Self { shape, backend, frames: 0, places: blocks::scattered(shape) })
    }

    #[cfg(feature = "capi")]
    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }

    #[cfg(feature = "capi")]
    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    pub(crate) fn reset(&mut self) {
        self.frames = 0;
    }

    pub(crate) fn push(
        &mut self,
        plane: &mut [u8],
        frame: &Frame<'_>,
    ) -> Result<Option<Row>, Error> {
        if frame.shape() != self.shape {
            return Err(Error::ShapeChanged);
        }
        let first = self.frames == 0;
        self.frames += 1;
        if first {
            blocks::stream(self.backend, frame, plane, &mut Extremes::none());
            return Ok(None);
        }
        let preview = blocks::preview(self.backend, frame, plane, &self.places);
        let mut extremes = Extremes::after(&preview, Curve::of(self.shape.format()));
        blocks::stream(self.backend, frame, plane, &mut extremes);
        self.places = extremes.places;
        Ok(Some(Row::of(&extremes)))
    }
}
