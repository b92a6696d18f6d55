//! The analyser: frames in, reports out.

use crate::error::Error;
use crate::flash::coverage::CellBox;
use crate::flash::float_light::{ConvertFloatLuminance, ConvertFloatRow};
use crate::flash::geometry::{CellGrid, Grid, WHOLE_CELL};
use crate::flash::layout::{
    FloatLightArrays, FrameLight, Layout, LightArrays, Parts, Records, Turn,
};
use crate::flash::light::{ConvertRow, SCALE};
use crate::flash::memory::Arena;
use crate::flash::needs::CellLightKey;
use crate::flash::pattern::{self, Keep, PatternDetector};
use crate::flash::report::{Hazard, Incident, Pattern, Report, Summary, Transitions, Worst};
use crate::flash::settings::AnalyserSettings;
use crate::flash::stripe::{self, Stripe};
use crate::flash::sums::{LightRow, PixelReader, strips};
use crate::flash::support::find_parts;
use crate::flash::time::{SECOND, Timestamp};
use crate::flash::transitions::{Detector, Tally, is_recent};
use crate::flash::verdict::{History, Judge, Span};
use crate::flash::window::{CounterScratch, FlashCounter};
use crate::frame::{Frame, Rectangle, Shape};
use crate::memory::Memory;
use crate::simd::{Backend, dispatch};
use crate::table::top::TRow;
use crate::table::{TTable, TTableState};

/// Follows a video and says of every frame whether it is safe by one or more profiles.
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
///     analyser.push(&Frame::contiguous(shape, pixels)?, Timestamp::from_micros(40_000 * i)?)?;
/// }
/// assert_eq!(analyser.summary(0).unwrap().verdict, Verdict::Fail);
/// # Ok::<(), flashinator::Error>(())
/// ```
#[derive(Debug)]
pub struct Analyser<M> {
    state: AnalyserState,
    memory: M,
}

impl<'m> Analyser<&'m mut [u8]> {
    /// Bytes of memory that an analyser needs: 37 for each cell, and for each cell half a byte more for every frame of
    /// [`AnalyserSettings::max_fps`]; more with several profiles. That is 4 MB for 1920x1080 at 60 frames a second.
    /// Samples of more than 8 bits, high dynamic range and BT.2020's primaries take 70 bytes a cell instead of 37. A
    /// profile with [`Profile::patterns`](crate::Profile::patterns) needs 40 bytes more for each of the smaller cells
    /// that it looks at: 13 MB in all for 1920x1080.
    ///
    /// # Errors
    ///
    /// [`Error::BadProfile`], [`Error::BadViewing`], [`Error::BadRate`], [`Error::TooManyIncidents`],
    /// [`Error::TooManyRectangles`] or [`Error::OutsideFrame`] if a setting is out of range;
    /// [`Error::EmptyFrame`] if all pixels are ignored; [`Error::TooLarge`] if the frame is too large;
    /// [`Error::NotBuilt`] if the settings need the feature `formats`.
    pub fn memory_needed(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<usize, Error> {
        Ok(Layout::new(shape, settings)?.bytes())
    }

    /// An analyser of frames of one shape, in memory at any address, whatever it holds.
    ///
    /// # Errors
    ///
    /// As [`Analyser::memory_needed`], and [`Error::MemoryTooSmall`] and [`Error::BackendUnavailable`].
    pub fn new(
        shape: Shape,
        settings: &AnalyserSettings<'_>,
        memory: &'m mut [u8],
    ) -> Result<Self, Error> {
        let state = AnalyserState::new(shape, settings, memory)?;
        Ok(Self { state, memory })
    }
}

#[cfg(feature = "alloc")]
impl Analyser<alloc::vec::Vec<u8>> {
    /// An analyser with memory of its own.
    ///
    /// # Errors
    ///
    /// As [`Analyser::memory_needed`], and [`Error::OutOfMemory`] and [`Error::BackendUnavailable`].
    pub fn with_owned_memory(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Self, Error> {
        let mut memory = crate::memory::owned(Layout::new(shape, settings)?.bytes())?;
        let state = AnalyserState::new(shape, settings, &mut memory)?;
        Ok(Self { state, memory })
    }
}

impl<M: Memory> Analyser<M> {
    /// What its stripes need to know of it.
    pub(crate) fn lights(&mut self) -> Option<(Shape, PixelReader, &[FrameLight])> {
        let AnalyserState { shape, reader, layout, .. } = self.state;
        Some((shape, reader, layout.parts(self.memory.bytes())?.records.lights))
    }

    /// Format and size of the frames.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.state.shape
    }

    /// How many profiles frames are judged by.
    #[must_use]
    pub fn profiles(&self) -> usize {
        self.state.layout.profiles
    }

    /// Takes the next frame. Gives the report by the first profile; [`Analyser::report`] has the others.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] if the frame does not have the analyser's shape;
    /// [`Error::TimeNotAfter`] if it is not shown after the one before; [`Error::RateTooHigh`] if
    /// there are more frames in the last second than [`AnalyserSettings::max_fps`]. A frame that is refused
    /// does not count, and the analyser goes on with the next.
    pub fn push(&mut self, frame: &Frame<'_>, time: Timestamp) -> Result<Report, Error> {
        self.state.push(self.memory.bytes(), frame, time, &mut Nothing)?;
        self.report(0).ok_or(Error::MemoryTooSmall)
    }

    /// Takes the next frame, and gives its row of the T table as well, from one pass over the pixels. The row is
    /// what [`TTable::push`] gives.
    ///
    /// # Errors
    ///
    /// As [`Analyser::push`]; also [`Error::ShapeChanged`] if the frame does not have the table's shape. If the
    /// frame is refused, neither of the two takes it.
    pub fn push_with_table(
        &mut self,
        table: &mut TTable<'_, impl Memory>,
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(Option<TRow>, Report), Error> {
        let (state, plane) = table.parts();
        let mut both = TableAndPlane { table: state, plane };
        self.state.push(self.memory.bytes(), frame, time, &mut both)?;
        let row = state.deltas().map(|deltas| deltas.row());
        Ok((row, self.report(0).ok_or(Error::MemoryTooSmall)?))
    }

    /// Takes the next frame, whose light was added up by [`Stripe`]s of this analyser: all of them, in their order. The
    /// report is the one that [`Analyser::push`] gives for the whole frame.
    ///
    /// # Errors
    ///
    /// [`Error::StripesDiffer`] if they are not all stripes of one frame, each once and in their order, or were made
    /// for an analyser with other settings; [`Error::TimeNotAfter`] and [`Error::RateTooHigh`] as [`Analyser::push`].
    pub fn push_stripes<'s, S: Memory + 's>(
        &mut self,
        stripes: impl IntoIterator<Item = &'s Stripe<S>, IntoIter: Clone>,
    ) -> Result<Report, Error> {
        self.state.push_stripes(self.memory.bytes(), stripes.into_iter())?;
        self.report(0).ok_or(Error::MemoryTooSmall)
    }

    /// The report on the last frame by a profile, counted from 0; `None` if there is no such profile.
    #[must_use]
    #[inline(never)] // What it reads is not on the stack while a frame is taken.
    pub fn report(&self, profile: usize) -> Option<Report> {
        Some(self.state.layout.judge(self.memory.as_bytes(), profile)?.0.report)
    }

    /// The summary of the frames so far by a profile, counted from 0.
    #[must_use]
    pub fn summary(&self, profile: usize) -> Option<Summary> {
        let (judge, _) = self.state.layout.judge(self.memory.as_bytes(), profile)?;
        Some(judge.summary(self.state.frames))
    }

    /// An incident by a profile, both counted from 0; `None` if there is none, or if its details were not kept.
    #[must_use]
    pub fn incident(&self, profile: usize, index: usize) -> Option<Incident> {
        let (judge, kept) = self.state.layout.judge(self.memory.as_bytes(), profile)?;
        judge.incident(kept, index)
    }

    /// The incidents by a profile whose details were kept, in the order of time.
    pub fn incidents(&self, profile: usize) -> impl Iterator<Item = Incident> {
        (0..).map_while(move |index| self.incident(profile, index))
    }

    /// How the cells of a profile lie in the picture.
    #[must_use]
    pub fn grid(&self, profile: usize) -> Option<CellGrid> {
        Some(self.state.layout.judge(self.memory.as_bytes(), profile)?.0.grid.public())
    }

    /// Writes a bit for each cell, in rows from the top, each of `columns.div_ceil(8)` bytes, the lowest bit of a byte
    /// first, with the columns of [`Analyser::grid`]. The bit is 1 if the cell has the count of the last frame; where
    /// [`Report::hazard`] is [`Hazard::Pattern`], if its middle lies in the pattern.
    /// Gives the smallest rectangle around these cells, in pixels; it is empty if there are none.
    ///
    /// # Errors
    ///
    /// [`Error::BadProfile`] if there is no such profile; [`Error::MemoryTooSmall`] if `bits` has fewer bytes
    /// than that.
    pub fn mask(&mut self, profile: usize, bits: &mut [u8]) -> Result<Rectangle, Error> {
        self.state.mask(self.memory.bytes(), profile, bits)
    }

    /// Forgets all frames.
    pub fn reset(&mut self) {
        self.state.reset(self.memory.bytes());
    }
}

/// What an analyser knows besides its arrays.
#[derive(Clone, Copy, Debug)]
struct AnalyserState {
    shape: Shape,
    reader: PixelReader,
    layout: Layout,
    span: Span,
    frames: u64,
    /// Which arrays have the light of the last frame.
    newest: Turn,
}

/// Something else that takes the pixels of a frame while they are in the cache. It is a trait and not an `Option` of a T
/// table, so that a program without a T table is linked without its code.
trait AlongPixels {
    /// 1, or 0 if it reads no pixels.
    fn readers(&self) -> usize {
        0
    }

    fn check(&self, _: &Frame<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn begin(&mut self, _: &Frame<'_>) {}

    /// Takes the rows above `below` that it has not taken yet.
    fn advance(&mut self, _frame: &Frame<'_>, _below: u32) {}

    fn end(&mut self) {}
}

struct Nothing;

impl AlongPixels for Nothing {}

/// The T table of the same frames.
struct TableAndPlane<'t, 'c> {
    table: &'t mut TTableState<'c>,
    plane: &'t mut [u8],
}

impl AlongPixels for TableAndPlane<'_, '_> {
    fn readers(&self) -> usize {
        1
    }

    fn check(&self, frame: &Frame<'_>) -> Result<(), Error> {
        self.table.check(frame)
    }

    fn begin(&mut self, frame: &Frame<'_>) {
        self.table.begin(self.plane, frame);
    }

    fn advance(&mut self, frame: &Frame<'_>, below: u32) {
        self.table.advance(self.plane, frame, below);
    }

    fn end(&mut self) {
        self.table.end();
    }
}

impl AnalyserState {
    fn new(
        shape: Shape,
        settings: &AnalyserSettings<'_>,
        memory: &mut [u8],
    ) -> Result<Self, Error> {
        let layout = Layout::new(shape, settings)?;
        let backend = settings.backend.unwrap_or_else(Backend::best);
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        if memory.len() < layout.bytes() {
            return Err(Error::MemoryTooSmall);
        }
        layout.write(memory, shape, settings).ok_or(Error::MemoryTooSmall)?;
        let mut state = Self {
            shape,
            reader: PixelReader::new(backend, settings.matrix, settings.range),
            layout,
            span: Span::default(),
            frames: 0,
            newest: Turn::default(),
        };
        state.reset(memory);
        Ok(state)
    }

    fn reset(&mut self, memory: &mut [u8]) {
        let done = self.layout.parts(memory).and_then(|mut parts| self.reset_parts(&mut parts));
        debug_assert!(done.is_some(), "an analyser's memory was written when it was made");
        (self.span, self.frames, self.newest) = (Span::default(), 0, Turn::default());
    }

    fn reset_parts(&self, parts: &mut Parts<'_>) -> Option<()> {
        let max_fps = self.layout.max_fps;
        let Records { lights, detectors, counters, patterns, .. } = &mut parts.records;
        for detector in &mut **detectors {
            let grid = &lights.get(detector.light)?.key.grid;
            detector.reset(&mut detector.arrays_in(max_fps, grid, &mut parts.detectors)?);
        }
        for counter in &mut **counters {
            let light = detectors.get(counter.detector)?.light;
            let grid = &lights.get(light)?.key.grid;
            counter.reset(&mut counter.arrays_in(max_fps, grid, &mut parts.counters)?);
        }
        for pattern in &mut **patterns {
            let grid = &lights.get(pattern.light)?.key.grid;
            pattern.reset(&mut pattern.arrays_in(grid, &mut parts.patterns)?);
        }
        parts.judges.iter_mut().for_each(Judge::reset);
        Some(())
    }

    /// Takes a frame, and gives it to `other` as well.
    fn push(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
        other: &mut dyn AlongPixels,
    ) -> Result<(), Error> {
        if frame.shape() != self.shape {
            return Err(Error::ShapeChanged);
        }
        other.check(frame)?;
        let mut parts = self.layout.parts(memory).ok_or(Error::MemoryTooSmall)?;
        self.begin(&mut parts, time)?;
        other.begin(frame);
        let readers = parts.records.lights.len() + other.readers();
        for (above, below) in strips(self.shape, readers) {
            other.advance(frame, below);
            for light in 0..parts.records.lights.len() {
                self.follow_rows(&mut parts, frame, light, (above, below))
                    .ok_or(Error::MemoryTooSmall)?;
            }
        }
        self.end(&mut parts, time)?;
        other.end();
        Ok(())
    }

    /// Takes a frame whose light was added up by stripes.
    fn push_stripes<'s, M: Memory + 's>(
        &mut self,
        memory: &mut [u8],
        stripes: impl Iterator<Item = &'s Stripe<M>> + Clone,
    ) -> Result<(), Error> {
        let mut parts = self.layout.parts(memory).ok_or(Error::MemoryTooSmall)?;
        let lights = &*parts.records.lights;
        let time = stripe::time_of_all(self.shape, self.reader, lights, stripes.clone())?;
        self.begin(&mut parts, time)?;
        for light in 0..parts.records.lights.len() {
            for stripe in stripes.clone() {
                self.follow_stripe(&mut parts, light, stripe).ok_or(Error::MemoryTooSmall)?;
            }
        }
        self.end(&mut parts, time)
    }

    /// Follows the rows of cells of a light that a stripe has.
    fn follow_stripe<M: Memory>(
        &self,
        parts: &mut Parts<'_>,
        light: usize,
        stripe: &Stripe<M>,
    ) -> Option<()> {
        let grid = parts.records.lights.get(light)?.key.grid;
        stripe.each_row(light, |y, sums| self.follow_row(parts, light, &grid, y, Some(sums)))
    }

    /// Begins a frame, if it can be taken.
    #[inline(never)] // Like the next steps: their variables are not on the stack while light is added up.
    fn begin(&mut self, parts: &mut Parts<'_>, time: Timestamp) -> Result<(), Error> {
        let Records { times, warnings, detectors, counters, .. } = &mut parts.records;
        let history = History { times, warnings, span: &mut self.span };
        if history.time(0).is_some_and(|last| time.nanoseconds() <= last) {
            return Err(Error::TimeNotAfter);
        }
        let oldest = history.time(self.layout.max_fps - 1);
        if oldest.is_some_and(|oldest| !time.is_past(oldest, SECOND)) {
            return Err(Error::RateTooHigh);
        }
        let recent = |history: &History<'_>, detector: &Detector| {
            let longest = detector.rule.longest;
            history.frames_while(|earlier| {
                detector.rule.is_quick() && is_recent(time, earlier, longest)
            })
        };
        for detector in detectors.iter() {
            detector.check_recent(recent(&history, detector))?;
        }
        // The frame is taken.
        for counter in counters.iter_mut() {
            let keep = history.frames_while(|earlier| !time.is_past(earlier, counter.together));
            counter.begin(keep);
        }
        for detector in 0..parts.records.detectors.len() {
            self.catch_up(parts, detector);
        }
        let Records { times, warnings, detectors, lights, .. } = &mut parts.records;
        let mut history = History { times, warnings, span: &mut self.span };
        for detector in detectors.iter_mut() {
            detector.begin(recent(&history, detector));
        }
        for light in lights.iter_mut() {
            (light.luminance, light.differs) = (0, 0);
        }
        history.push(time, parts.judges);
        self.newest = self.newest.next();
        Ok(())
    }

    /// Marks as waiting the cells that turned in the last frame, if they were too few to be counted then. Together with
    /// the cells that turn in this frame they may be enough.
    #[inline(never)]
    fn catch_up(&self, parts: &mut Parts<'_>, number: usize) -> Option<()> {
        let Records { detectors, counters, .. } = &mut parts.records;
        let unsettled = core::mem::take(&mut detectors.get_mut(number)?.unsettled);
        if unsettled != 0 && of_detector(counters, number).any(|counter| counter.may_wait()) {
            self.settle(parts, number, unsettled, None)?;
        }
        Some(())
    }

    /// Ends a frame whose cells have been followed: counts its flashes, finds its patterns, and judges it.
    fn end(&mut self, parts: &mut Parts<'_>, time: Timestamp) -> Result<(), Error> {
        for detector in &mut *parts.records.detectors {
            detector.end();
        }
        for detector in 0..parts.records.detectors.len() {
            self.count(parts, detector, time).ok_or(Error::MemoryTooSmall)?;
        }
        for pattern in 0..parts.records.patterns.len() {
            self.find_patterns(parts, pattern, time).ok_or(Error::MemoryTooSmall)?;
        }
        self.judge(parts, time);
        Ok(())
    }

    /// Follows the rows of cells of a light that end in some rows of pixels.
    fn follow_rows(
        &self,
        parts: &mut Parts<'_>,
        frame: &Frame<'_>,
        light: usize,
        (above, below): (u32, u32),
    ) -> Option<()> {
        let grid = parts.records.lights.get(light)?.key.grid;
        for y in grid.rows_that_end(above, below) {
            self.sum_light(parts, frame, light, y)?;
            self.follow_row(parts, light, &grid, y, None)?;
        }
        Some(())
    }

    /// Adds up the light of a row of cells. The variables of the next step are not on the stack meanwhile.
    #[inline(never)]
    fn sum_light(
        &self,
        parts: &mut Parts<'_>,
        frame: &Frame<'_>,
        light: usize,
        y: usize,
    ) -> Option<()> {
        let of = parts.records.lights.get(light)?;
        let mut sums = of.sums_in(&mut parts.lights)?;
        let mut scratch = self.layout.pixel_scratch(&mut parts.scratch.from(0)?)?;
        self.reader.sum_row(frame, &of.key, y, &mut sums, &mut scratch)
    }

    /// Follows the cells of a row by the sums of their light: those given by a stripe, or else those that the analyser
    /// made.
    #[inline(never)]
    fn follow_row(
        &self,
        parts: &mut Parts<'_>,
        number: usize,
        grid: &Grid,
        y: usize,
        sums: Option<&LightRow<'_>>,
    ) -> Option<()> {
        let Records { lights, detectors, ignored, .. } = &mut parts.records;
        let of = lights.get_mut(number)?;
        let arrays = of.arrays_in(&mut parts.lights)?;
        if of.key.is_luminance_only() {
            of.differs |= usize::from(self.keep_luminance(arrays, &of.key, y, sums)?);
            return Some(());
        }
        let followed = (number, &**detectors, &mut parts.detectors);
        of.luminance += if of.key.is_float() {
            self.follow_float_cells(arrays, &of.key, y, sums, followed)?
        } else {
            self.follow_cells(arrays, &of.key, y, sums, followed)?
        };
        for detector in detectors.iter_mut().filter(|detector| detector.light == number) {
            let arrays = detector.arrays_in(self.layout.max_fps, grid, &mut parts.detectors)?;
            let turned = grid.row_mut(arrays.turned, y);
            ignored.iter().for_each(|rectangle| grid.clear_touched(y, rectangle, turned));
            let tally = dispatch(self.reader.backend, Tally { turned });
            for (all, row) in detector.turned.iter_mut().zip(tally) {
                *all += row;
            }
        }
        Some(())
    }

    /// Follows the cells of row `y` by the sums of their light, with every detector that follows this light; gives the
    /// sum of their luminances.
    #[inline(always)]
    fn follow_cells(
        &self,
        arrays: LightArrays<'_>,
        key: &CellLightKey,
        y: usize,
        given: Option<&LightRow<'_>>,
        (number, detectors, of_detectors): (usize, &[Detector], &mut Arena<'_>),
    ) -> Option<u64> {
        let grid = &key.grid;
        let LightArrays { sums, luminance_row, light, luminance, .. } = arrays;
        let sums = given.map_or(sums.whole.read(), |given| given.whole);
        let [[red, green, blue], _] = self.newest.first(light);
        let [luminance, _] = self.newest.first(luminance);
        let luminance_row = if key.is_ofcom() { grid.row_mut(luminance, y) } else { luminance_row };
        let mut total = 0;
        for (columns, pixels) in grid.cells_of_row(y) {
            let sums = sums.cells(columns.clone(), pixels)?;
            let cells = grid.places(y, &columns);
            let light =
                [red.get_mut(cells.clone())?, green.get_mut(cells.clone())?, blue.get_mut(cells)?];
            let luminance = luminance_row.get_mut(columns.clone())?;
            let convert = ConvertRow { sums, light, luminance: &mut *luminance };
            total += dispatch(self.reader.backend, convert);
            for detector in detectors.iter().filter(|detector| detector.light == number) {
                let mut arrays = detector.arrays_in(self.layout.max_fps, grid, of_detectors)?;
                let cells = (sums, &*luminance);
                detector.follow(self.reader.backend, grid, y, columns.clone(), cells, &mut arrays);
            }
        }
        Some(total)
    }

    /// The same for light in `f32`.
    #[inline(never)]
    fn follow_float_cells(
        &self,
        arrays: LightArrays<'_>,
        key: &CellLightKey,
        y: usize,
        given: Option<&LightRow<'_>>,
        (number, detectors, of_detectors): (usize, &[Detector], &mut Arena<'_>),
    ) -> Option<u64> {
        let grid = &key.grid;
        let sums = given.map_or(arrays.sums.float.read(), |given| given.float);
        let FloatLightArrays { light, luminance } = arrays.float;
        let [[red, green, blue], _] = self.newest.first(light);
        let [luminance, _] = self.newest.first(luminance);
        let mut total = 0;
        for (columns, pixels) in grid.cells_of_row(y) {
            let sums = sums.cells(columns.clone(), pixels)?;
            let cells = grid.places(y, &columns);
            let red = red.get_mut(cells.clone())?;
            let green = green.get_mut(cells.clone())?;
            let blue = blue.get_mut(cells.clone())?;
            let luminance = luminance.get_mut(cells)?;
            let convert = ConvertFloatRow {
                sums,
                primaries: key.primaries(),
                light: [&mut *red, &mut *green, &mut *blue],
                luminance: &mut *luminance,
            };
            total += dispatch(self.reader.backend, convert);
            for detector in detectors.iter().filter(|detector| detector.light == number) {
                let mut arrays = detector.arrays_in(self.layout.max_fps, grid, of_detectors)?;
                let cells = ([&*red, &*green, &*blue], &*luminance);
                detector.follow_float(
                    self.reader.backend,
                    grid,
                    y,
                    columns.clone(),
                    cells,
                    &mut arrays,
                );
            }
        }
        Some(total)
    }

    /// Keeps the luminance of the cells of row `y`. Gives whether any differs from the last frame.
    #[inline(never)]
    fn keep_luminance(
        &self,
        arrays: LightArrays<'_>,
        key: &CellLightKey,
        y: usize,
        given: Option<&LightRow<'_>>,
    ) -> Option<bool> {
        let LightArrays { sums, luminance_row, luminance_only, .. } = arrays;
        let own = sums.read();
        let sums = given.unwrap_or(&own);
        let grid = &key.grid;
        let scale = pattern::luminance_scale(key.is_absolute());
        for (columns, pixels) in grid.cells_of_row(y) {
            let luminance = luminance_row.get_mut(columns.clone())?;
            if key.is_float() {
                let (sums, primaries) = (sums.float.cells(columns, pixels)?, key.primaries());
                let convert = ConvertFloatLuminance { sums, primaries, scale, luminance };
                dispatch(self.reader.backend, convert);
            } else {
                let sums = sums.whole.cells(columns, pixels)?;
                let light = [&mut [][..], &mut [], &mut []];
                dispatch(self.reader.backend, ConvertRow { sums, light, luminance });
            }
        }
        let kept = grid.row_mut(luminance_only, y);
        Some(dispatch(self.reader.backend, Keep { kept, row: luminance_row }))
    }

    /// Finds the patterns in a frame whose pixels have been read.
    #[inline(never)]
    fn find_patterns(
        &mut self,
        parts: &mut Parts<'_>,
        number: usize,
        time: Timestamp,
    ) -> Option<()> {
        if !cfg!(feature = "formats") {
            return Some(());
        }
        let Records { times, warnings, lights, patterns, ignored, .. } = &mut parts.records;
        let history = History { times, warnings, span: &mut self.span };
        let pattern = patterns.get_mut(number)?;
        let light = lights.get(pattern.light)?;
        let grid = &light.key.grid;
        let luminance = light.arrays_in(&mut parts.lights)?.luminance_only;
        // Not unwrapped by value: that would put one more copy of them on the stack.
        let mut arrays = pattern.arrays_in(grid, &mut parts.patterns);
        // Before the first frame the memory may hold anything.
        let differs = light.differs != 0 || self.frames == 0;
        let shown = (&history, time);
        let arrays = arrays.as_mut()?;
        pattern.frame(self.reader.backend, grid, (luminance, differs), ignored, shown, arrays)
    }

    /// Counts the flashes that a detector found in a frame whose pixels have been read.
    fn count(&self, parts: &mut Parts<'_>, number: usize, time: Timestamp) -> Option<()> {
        // Old transitions are forgotten first, so that there is room for new ones.
        if self.expire(parts, number, time)? {
            self.settle(parts, number, BOTH_WAYS, Some(time))?;
        }
        self.recount(parts, number)
    }

    /// Forgets the transitions that are more than a second old. Gives whether cells that turned may have to be counted,
    /// or to wait.
    #[inline(never)]
    fn expire(&self, parts: &mut Parts<'_>, number: usize, time: Timestamp) -> Option<bool> {
        let Records { detectors, counters, lights, .. } = &mut parts.records;
        let detector = detectors.get_mut(number)?;
        let grid = &lights.get(detector.light)?.key.grid;
        let turned = detector.turned;
        let needed = of_detector(counters, number).any(|counter| counter.needs(turned));
        let any = turned.iter().any(|&cells| cells > 0);
        detector.unsettled = if any && !needed { BOTH_WAYS } else { 0 };
        for counter in of_detector(counters, number) {
            let max_fps = self.layout.max_fps;
            let mut window = counter.arrays_in(max_fps, grid, &mut parts.counters)?.window;
            counter.expire(self.reader.backend, grid, time, &mut window);
        }
        Some(needed)
    }

    /// Finds the counts of the frame anew.
    #[inline(never)]
    fn recount(&self, parts: &mut Parts<'_>, number: usize) -> Option<()> {
        let Records { detectors, counters, lights, .. } = &mut parts.records;
        let grid = &lights.get(detectors.get(number)?.light)?.key.grid;
        let mut field = self.layout.scratch(parts.scratch.from(0)?, grid)?.field;
        for counter in of_detector(counters, number) {
            let max_fps = self.layout.max_fps;
            let mut window = counter.arrays_in(max_fps, grid, &mut parts.counters)?.window;
            counter.recount(self.reader.backend, grid, &mut window, &mut field);
        }
        Some(())
    }

    /// Marks as waiting the cells that turned in the frame that was read last, in the directions of `ways`, a bit for
    /// each. With a time, it then counts all cells that wait.
    #[inline(never)]
    fn settle(
        &self,
        parts: &mut Parts<'_>,
        number: usize,
        ways: usize,
        now: Option<Timestamp>,
    ) -> Option<()> {
        let Records { detectors, counters, lights, .. } = &mut parts.records;
        let max_fps = self.layout.max_fps;
        let detector = detectors.get_mut(number)?;
        let light = lights.get(detector.light)?;
        let grid = &light.key.grid;
        let turned = detector.arrays_in(max_fps, grid, &mut parts.detectors)?.turned;
        let change = light.change(&mut parts.lights, self.newest, detector.rule.is_red())?;
        let mut scratch = self.layout.scratch(parts.scratch.from(0)?, grid)?;
        for way in (0..2).filter(|way| ways & 1 << way != 0) {
            let matters = |covered| {
                of_detector(counters, number).any(|counter| counter.may_count(way, covered))
            };
            let found = (&mut *scratch.parts, &mut scratch.support);
            let all = find_parts(self.reader.backend, grid, (turned, way), &change, matters, found);
            detector.unsettled |= usize::from(!all) << way;
            for counter in of_detector(counters, number) {
                let mut arrays = counter.arrays_in(max_fps, grid, &mut parts.counters)?;
                counter.wait(self.reader.backend, way, scratch.parts, &mut arrays);
            }
            let Some(now) = now else { continue };
            // The counters have taken over the parts, so their memory is free.
            let mut scratch = CounterScratch {
                field: &mut scratch.field,
                full: scratch.parts,
                covered: scratch.row.get_mut(..grid.columns)?,
            };
            for counter in of_detector(counters, number) {
                let mut arrays = counter.arrays_in(max_fps, grid, &mut parts.counters)?;
                counter.count_waiting(
                    self.reader.backend,
                    grid,
                    way,
                    now,
                    &mut arrays,
                    &mut scratch,
                );
            }
        }
        Some(())
    }

    /// Judges a frame by all profiles, after its flashes are counted.
    #[inline(never)]
    fn judge(&mut self, parts: &mut Parts<'_>, time: Timestamp) {
        let Parts { records, judges, incidents, .. } = parts;
        let last_shown = {
            let Records { times, warnings, .. } = &mut *records;
            History { times, warnings, span: &mut self.span }.last_shown()
        };
        for (profile, judge) in judges.iter_mut().enumerate() {
            let report = self.report(records, profile, time);
            debug_assert!(report.is_some(), "every profile has a light and counters");
            judge.judge(report.unwrap_or_default(), last_shown);
            let kept = profile * self.layout.incident_bytes;
            let kept = incidents.get_mut(kept..kept + self.layout.incident_bytes);
            judge.follow_incident(kept.unwrap_or_default());
        }
        let Records { times, warnings, .. } = &mut *records;
        History { times, warnings, span: &mut self.span }.set_warnings(judges);
        self.frames += 1;
    }

    /// The report on a frame by a profile, without the verdict.
    #[inline(never)] // Inlined, each field of a report is a variable, and the code twice as long.
    fn report(&self, records: &Records<'_>, profile: usize, time: Timestamp) -> Option<Report> {
        let count = |hazard| Some(records.counter_of(profile, hazard)?.count);
        let transitions = Transitions::new(count(Hazard::General)?, count(Hazard::Red)?);
        let hazard = transitions.hazard();
        let counter = records.counter_of(profile, hazard)?;
        let light = records.light_of(profile, hazard)?;
        let white = records.detectors.get(counter.detector)?.rule.white;
        let grid = &light.key.grid;
        let (field, place, CellBox { x, y, columns, rows }) =
            (&counter.field, &counter.place, counter.bounds);
        let worst = if counter.count == 0 {
            Worst::default()
        } else {
            Worst {
                field: grid.pixels(place.x, place.y, field.columns as u32, field.rows as u32),
                area: place.area as f64 / f64::from(WHOLE_CELL) / field.cells,
            }
        };
        Some(Report {
            frame: self.frames,
            time,
            luminance: light.luminance as f64
                / (grid.cells() as f64 * f64::from(SCALE) * f64::from(white)),
            transitions,
            hazard,
            worst,
            flashing: grid.pixels(x, y, columns, rows),
            pattern: records
                .patterns_of(profile)
                .map_or_else(Pattern::default, |(pattern, grid)| pattern.report(grid)),
            ..Report::default()
        })
    }

    fn mask(&self, memory: &mut [u8], profile: usize, bits: &mut [u8]) -> Result<Rectangle, Error> {
        if profile >= self.layout.profiles {
            return Err(Error::BadProfile);
        }
        let mut parts = self.layout.parts(memory).ok_or(Error::MemoryTooSmall)?;
        let judge = parts.judges.get(profile).ok_or(Error::MemoryTooSmall)?;
        let (report, grid) = (judge.report, judge.grid);
        let records = &parts.records;
        let bits = bits.get_mut(..grid.mask_bytes()).ok_or(Error::MemoryTooSmall)?;
        let written = if report.hazard == Hazard::Pattern {
            records.patterns_of(profile).and_then(|(pattern, of_pattern)| {
                let arrays = pattern.arrays_in(of_pattern, &mut parts.patterns)?;
                grid.write_bits(bits, |x, y| PatternDetector::counts(of_pattern, &arrays, x, y));
                Some(())
            })
        } else {
            records.counter_of(profile, report.hazard).and_then(|counter| {
                let max_fps = self.layout.max_fps;
                let window = counter.arrays_in(max_fps, &grid, &mut parts.counters)?.window;
                counter.mask(&grid, &window, bits);
                Some(())
            })
        };
        written.ok_or(Error::MemoryTooSmall)?;
        Ok(report.flashing)
    }
}

/// A bit for rising, and one for falling.
const BOTH_WAYS: usize = 0b11;

/// The counters that count what a detector finds.
fn of_detector(
    counters: &mut [FlashCounter],
    detector: usize,
) -> impl Iterator<Item = &mut FlashCounter> {
    counters.iter_mut().filter(move |counter| counter.detector == detector)
}
