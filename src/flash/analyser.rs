//! The analyser: frames in, reports out.

use crate::error::Error;
use crate::flash::analysis::Analysis;
use crate::flash::incidents::Incident;
use crate::flash::memory::Layout;
use crate::flash::report::{Report, Summary};
use crate::flash::settings::AnalyserSettings;
use crate::flash::time::Timestamp;
use crate::frame::{Frame, Shape};
use crate::memory::Memory;
use crate::table::TTable;
use crate::table::top::TRow;

/// Follows a video and says of every frame whether it is safe.
///
/// ```
/// use flashinator::{Analyser, AnalyserSettings, Format, Frame, Shape, Timestamp, Verdict};
///
/// let shape = Shape::new(Format::Rgb24, 320, 180)?;
/// let settings = AnalyserSettings::default();
/// let mut memory = vec![0; Analyser::memory_needed(shape, &settings)?];
/// let mut analyser = Analyser::new(shape, &settings, &mut memory)?;
/// let black = vec![0; shape.frame_bytes()];
/// let white = vec![255; shape.frame_bytes()];
/// for i in 0..25 {
///     let pixels = if i % 4 < 2 { &black } else { &white };
///     let report = analyser.push(&Frame::contiguous(shape, pixels)?, Timestamp::from_micros(40_000 * i)?)?;
/// }
/// assert_eq!(analyser.summary().verdict, Verdict::Fail);
/// # Ok::<(), flashinator::Error>(())
/// ```
#[derive(Debug)]
pub struct Analyser<'m> {
    analysis: Analysis,
    memory: &'m mut [u8],
}

impl<'m> Analyser<'m> {
    /// Bytes of memory that an analyser needs: 36 a cell, and for the last second half a byte a cell for
    /// each of [`AnalyserSettings::most_frames`]. 3.8 MB for 1920x1080 at 60 frames a second.
    ///
    /// # Errors
    ///
    /// [`Error::BadProfile`], [`Error::BadViewing`], [`Error::BadRate`], [`Error::TooLarge`] for what no
    /// analyser can be made of.
    pub fn memory_needed(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<usize, Error> {
        Ok(Layout::new(shape, settings)?.bytes())
    }

    /// An analyser of frames of one shape, in memory at any address, whatever it holds.
    ///
    /// # Errors
    ///
    /// As [`Analyser::memory_needed`], and: [`Error::MemoryTooSmall`]; [`Error::OutsideFrame`] for a
    /// rectangle that is not within the frame; [`Error::TooManyRectangles`];
    /// [`Error::BackendUnavailable`].
    pub fn new(
        shape: Shape,
        settings: &AnalyserSettings<'_>,
        memory: &'m mut [u8],
    ) -> Result<Self, Error> {
        let mut analysis = Analysis::new(shape, settings)?;
        if memory.len() < analysis.bytes() {
            return Err(Error::MemoryTooSmall);
        }
        analysis.reset(memory);
        Ok(Self { analysis, memory })
    }

    /// Takes the next frame.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] where the frame is not of the analyser's shape;
    /// [`Error::TimeNotAfter`] where it is not shown after the one before; [`Error::RateTooHigh`] where
    /// there are more frames in the last second than promised. The frame is not taken then, and the
    /// analyser goes on with the next.
    pub fn push(&mut self, frame: &Frame<'_>, time: Timestamp) -> Result<Report, Error> {
        self.analysis.push(self.memory, frame, time)?;
        Ok(self.analysis.report())
    }

    /// Takes the next frame, and gives its row of the T table as well, from one pass over the pixels: both
    /// look at a strip of the frame while it is in the cache. The row is what [`TTable::push`] gives.
    ///
    /// # Errors
    ///
    /// As [`Analyser::push`]; [`Error::ShapeChanged`] also where the frame is not of the scanner's shape.
    /// Neither of the two has taken the frame then.
    pub fn push_with(
        &mut self,
        scanner: &mut TTable<'_, impl Memory>,
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(Option<TRow>, Report), Error> {
        let (state, plane) = scanner.parts();
        self.analysis.push_with(self.memory, state, plane, frame, time)?;
        Ok((state.deltas().map(|changes| changes.row()), self.analysis.report()))
    }

    /// What is to be said of the frames so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.analysis.summary()
    }

    /// An incident, the first of them being 0; nothing where there is none, or its details were not kept.
    #[must_use]
    pub fn incident(&mut self, index: usize) -> Option<Incident> {
        self.analysis.incident(self.memory, index)
    }

    /// Forgets all frames.
    pub fn reset(&mut self) {
        self.analysis.reset(self.memory);
    }
}
