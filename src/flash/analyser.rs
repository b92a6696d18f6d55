//! The analyser: frames in, reports out.

use core::ops::Range as Columns;

use crate::color::transfer::Range;
use crate::error::Error;
use crate::flash::coverage::CellBox;
use crate::flash::float_light::{self, FloatOptions, FloatSums};
use crate::flash::geometry::{CellGrid, Grid, WHOLE_CELL};
use crate::flash::layout::{
    CellLightKey, FloatLightArrays, FrameLight, Layout, LightArrays, Parts, Records, SharedScratch,
};
use crate::flash::light::{CellSums, LightOptions, sum_row};
use crate::flash::memory::Arena;
use crate::flash::pattern::{self, PatternDetector};
use crate::flash::report::{Hazard, Incident, Pattern, Report, Summary, Transitions, Worst};
use crate::flash::settings::AnalyserSettings;
use crate::flash::support::{CellValues, LightChange, MarkSupported, Part, add_edges};
use crate::flash::time::{SECOND, Timestamp};
use crate::flash::transitions::{
    ConvertFloatLuminance, ConvertFloatRow, ConvertRow, Detector, FELL, FloatRowSums, ROSE,
    RowSums, SCALE, Tally, Turned, is_recent,
};
use crate::flash::verdict::{History, Judge, Span};
use crate::flash::window::{CounterScratch, FlashCounter, mask_bytes};
use crate::flash::yuv::{Conversion, Matrix};
use crate::frame::{Frame, Rectangle, Shape, div_ceil};
use crate::memory::Memory;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};
use crate::table::top::TRow;
use crate::table::{TTable, TTableState};

/// Bytes of a frame that are read for all lights, and for the T table, in turns: they stay in the second cache.
const STRIP_BYTES: usize = 64 << 10;

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
    /// Bytes of memory that an analyser needs: for each cell 37, and for each of
    /// [`AnalyserSettings::max_fps`] half a byte; more with several profiles. 4 MB for 1920x1080 at 60 frames a
    /// second. For samples of more than 8 bits, high dynamic range and BT.2020's primaries it is 70 bytes a cell. A profile
    /// with [`Profile::patterns`](crate::Profile::patterns) needs 44 more for each of the smaller cells that it looks at:
    /// 14 MB for 1920x1080.
    ///
    /// # Errors
    ///
    /// [`Error::BadProfile`], [`Error::BadViewing`], [`Error::BadRate`], [`Error::TooManyIncidents`],
    /// [`Error::TooManyRectangles`], [`Error::OutsideFrame`] for what no analyser can be made of;
    /// [`Error::EmptyFrame`] where all pixels are ignored; [`Error::TooLarge`] where the frame is.
    pub fn memory_needed(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<usize, Error> {
        Ok(Layout::new(shape, settings)?.bytes())
    }

    /// An analyser of frames of one shape, in memory at any address, whatever it holds.
    ///
    /// # Errors
    ///
    /// As [`Analyser::memory_needed`], and: [`Error::MemoryTooSmall`]; [`Error::BackendUnavailable`].
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
    /// As [`Analyser::memory_needed`], and [`Error::BackendUnavailable`].
    pub fn with_owned_memory(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Self, Error> {
        let mut memory = alloc::vec![0; Layout::new(shape, settings)?.bytes()];
        let state = AnalyserState::new(shape, settings, &mut memory)?;
        Ok(Self { state, memory })
    }
}

impl<M: Memory> Analyser<M> {
    /// Format and size of the frames.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.state.shape
    }

    /// Profiles that frames are judged by.
    #[must_use]
    pub fn profiles(&self) -> usize {
        self.state.layout.profiles
    }

    /// Takes the next frame. Gives the report by the first profile; [`Analyser::report`] has the others.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeChanged`] where the frame is not of the analyser's shape;
    /// [`Error::TimeNotAfter`] where it is not shown after the one before; [`Error::RateTooHigh`] where
    /// there are more frames in the last second than promised. The frame is not taken then, and the
    /// analyser goes on with the next.
    pub fn push(&mut self, frame: &Frame<'_>, time: Timestamp) -> Result<Report, Error> {
        self.state.push(self.memory.bytes(), frame, time, None)?;
        self.report(0).ok_or(Error::MemoryTooSmall)
    }

    /// Takes the next frame, and gives its row of the T table as well, from one pass over the pixels. The row is
    /// what [`TTable::push`] gives.
    ///
    /// # Errors
    ///
    /// As [`Analyser::push`]; [`Error::ShapeChanged`] also where the frame is not of the table's shape.
    /// Neither of the two has taken the frame then.
    pub fn push_with_table(
        &mut self,
        table: &mut TTable<'_, impl Memory>,
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(Option<TRow>, Report), Error> {
        let (state, plane) = table.parts();
        self.state.push(self.memory.bytes(), frame, time, Some((state, plane)))?;
        let row = state.deltas().map(|deltas| deltas.row());
        Ok((row, self.report(0).ok_or(Error::MemoryTooSmall)?))
    }

    /// The report on the last frame by a profile, the first of them being 0.
    #[must_use]
    #[inline(never)] // What it reads has no place on the stack while a frame is taken.
    pub fn report(&self, profile: usize) -> Option<Report> {
        Some(self.state.layout.judge(self.memory.as_bytes(), profile)?.0.report)
    }

    /// What is to be said of the frames so far by a profile.
    #[must_use]
    pub fn summary(&self, profile: usize) -> Option<Summary> {
        let (judge, _) = self.state.layout.judge(self.memory.as_bytes(), profile)?;
        Some(judge.summary(self.state.frames))
    }

    /// An incident by a profile, the first of both being 0; nothing where there is none, or its details were not
    /// kept.
    #[must_use]
    pub fn incident(&self, profile: usize, index: usize) -> Option<Incident> {
        let (judge, kept) = self.state.layout.judge(self.memory.as_bytes(), profile)?;
        judge.incident(kept, index)
    }

    /// The incidents by a profile whose details were kept, in their order.
    pub fn incidents(&self, profile: usize) -> impl Iterator<Item = Incident> {
        (0..).map_while(move |index| self.incident(profile, index))
    }

    /// How the cells of a profile lie in the picture.
    #[must_use]
    pub fn grid(&self, profile: usize) -> Option<CellGrid> {
        Some(self.state.layout.judge(self.memory.as_bytes(), profile)?.0.grid.public())
    }

    /// Writes a bit for each cell that has the count of the last frame, 1 for those that flash, or whose middle lies in the
    /// pattern where [`Report::hazard`] is [`Hazard::Pattern`]: in rows from the top,
    /// each of `columns.div_ceil(8)` bytes, the lowest bit of a byte first, with the columns of [`Analyser::grid`].
    /// Gives the smallest rectangle around these cells, in pixels; it is empty where nothing flashes.
    ///
    /// # Errors
    ///
    /// [`Error::BadProfile`] where there is no such profile; [`Error::MemoryTooSmall`] where `bits` has fewer bytes
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
    backend: Backend,
    conversion: Conversion,
    matrix: Matrix,
    range: Range,
    layout: Layout,
    span: Span,
    frames: u64,
    /// Which of two arrays has the light of the last frame.
    newest: bool,
}

/// The T table of the same frames, and its plane.
type Table<'t, 'c> = (&'t mut TTableState<'c>, &'t mut [u8]);

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
        let conversion = Conversion::new(settings.matrix, settings.range);
        let mut state = Self {
            shape,
            backend,
            conversion,
            matrix: settings.matrix,
            range: settings.range,
            layout,
            span: Span::default(),
            frames: 0,
            newest: false,
        };
        state.reset(memory);
        Ok(state)
    }

    fn reset(&mut self, memory: &mut [u8]) {
        let parts = self.layout.parts(memory);
        debug_assert!(parts.is_some(), "an analyser's memory was written when it was made");
        let Some(mut parts) = parts else { return };
        let Records { lights, detectors, counters, patterns, .. } = &mut parts.records;
        for detector in &mut **detectors {
            let grid = lights.get(detector.light).map(|light| light.key.grid);
            let arrays =
                parts.detectors.from(detector.start).zip(grid).and_then(|(mut from, grid)| {
                    Detector::arrays(&detector.rule, self.layout.max_fps, &grid, &mut from)
                });
            if let Some(mut arrays) = arrays {
                detector.reset(&mut arrays);
            }
        }
        for counter in &mut **counters {
            let light = detectors.get(counter.detector).and_then(|of| lights.get(of.light));
            let arrays =
                parts.counters.from(counter.start).zip(light).and_then(|(mut from, light)| {
                    FlashCounter::arrays(self.layout.max_fps, &light.key.grid, &mut from)
                });
            if let Some(mut arrays) = arrays {
                counter.reset(&mut arrays);
            }
        }
        for pattern in &mut **patterns {
            let grid = lights.get(pattern.light).map(|light| light.key.grid);
            let arrays = parts.patterns.from(pattern.start).zip(grid);
            let arrays =
                arrays.and_then(|(mut from, grid)| PatternDetector::arrays(&grid, &mut from));
            if let Some(mut arrays) = arrays {
                pattern.reset(&mut arrays);
            }
        }
        parts.judges.iter_mut().for_each(Judge::reset);
        (self.span, self.frames, self.newest) = (Span::default(), 0, false);
    }

    /// Takes a frame, and gives it to a T table as well.
    fn push(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
        mut table: Option<Table<'_, '_>>,
    ) -> Result<(), Error> {
        if frame.shape() != self.shape {
            return Err(Error::ShapeChanged);
        }
        if let Some((table, _)) = &table {
            table.check(frame)?;
        }
        let mut parts = self.layout.parts(memory).ok_or(Error::MemoryTooSmall)?;
        self.begin(&mut parts, time)?;
        if let Some((table, plane)) = &mut table {
            table.begin(plane, frame);
        }
        let (height, strip) =
            (self.shape.height(), self.strip_rows(table.is_some(), parts.records.lights.len()));
        let mut below = 0;
        while below < height {
            below = below.saturating_add(strip).min(height);
            if let Some((table, plane)) = &mut table {
                table.advance(plane, frame, below);
            }
            for light in 0..parts.records.lights.len() {
                self.follow_rows(&mut parts, frame, light, below).ok_or(Error::MemoryTooSmall)?;
            }
        }
        for detector in &mut *parts.records.detectors {
            detector.end();
        }
        for detector in 0..parts.records.detectors.len() {
            self.count(&mut parts, detector, time).ok_or(Error::MemoryTooSmall)?;
        }
        for pattern in 0..parts.records.patterns.len() {
            self.find_patterns(&mut parts, pattern, time).ok_or(Error::MemoryTooSmall)?;
        }
        self.judge(&mut parts, time);
        if let Some((table, _)) = table {
            table.end();
        }
        Ok(())
    }

    /// Rows of pixels that are read at a time: all, where only one reads them.
    fn strip_rows(&self, table: bool, lights: usize) -> u32 {
        if !table && lights == 1 {
            return self.shape.height();
        }
        (STRIP_BYTES / self.shape.row_bytes(0).max(1)).max(1) as u32
    }

    /// Begins a frame, if it can be taken.
    #[inline(never)] // Like the next steps: what they keep has no place on the stack while light is summed up.
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
            (light.next_row, light.luminance, light.differs) = (0, 0, 0);
        }
        history.push(time, parts.judges);
        self.newest = !self.newest;
        Ok(())
    }

    /// Lets the cells wait that turned in the last frame, where they were too few to be counted then and may be together
    /// with those of this one.
    #[inline(never)]
    fn catch_up(&self, parts: &mut Parts<'_>, detector: usize) -> Option<()> {
        let Records { detectors, counters, lights, .. } = &mut parts.records;
        let unsettled = core::mem::take(&mut detectors.get_mut(detector)?.unsettled) != 0;
        let waits = |counter: &FlashCounter| counter.detector == detector && counter.may_wait();
        if !unsettled || !counters.iter().any(waits) {
            return Some(());
        }
        let detector_of = detectors.get(detector)?;
        let light = lights.get(detector_of.light)?;
        let mut scratch = self.layout.scratch(parts.scratch.from(0)?, &light.key.grid)?;
        let of = (detector, detector_of);
        let settling = Settling::new(self, light, of, &mut parts.lights, &mut parts.detectors)?;
        for way in 0..2 {
            settling.find_parts(self.backend, way, counters, &mut scratch);
            for counter in counters.iter_mut().filter(|counter| counter.detector == detector) {
                let mut from = parts.counters.from(counter.start)?;
                let mut arrays =
                    FlashCounter::arrays(self.layout.max_fps, &light.key.grid, &mut from)?;
                counter.wait(self.backend, way, scratch.parts, &mut arrays);
            }
        }
        Some(())
    }

    /// Follows the rows of cells of a light that end above a row of pixels.
    fn follow_rows(
        &self,
        parts: &mut Parts<'_>,
        frame: &Frame<'_>,
        light: usize,
        below: u32,
    ) -> Option<()> {
        loop {
            let of = parts.records.lights.get_mut(light)?;
            let (grid, y) = (of.key.grid, of.next_row);
            let end = ((y + 1) * grid.cell_height()).min(grid.height as usize);
            if y == grid.rows || end > below as usize {
                return Some(());
            }
            of.next_row += 1;
            self.sum_light(parts, frame, light, &grid, y)?;
            self.follow_row(parts, light, &grid, y)?;
        }
    }

    /// Sums up the light of a row of cells. The next step is not on the stack meanwhile.
    #[inline(never)]
    fn sum_light(
        &self,
        parts: &mut Parts<'_>,
        frame: &Frame<'_>,
        number: usize,
        grid: &Grid,
        y: usize,
    ) -> Option<()> {
        let of = parts.records.lights.get(number)?;
        let mut from = parts.lights.from(of.start)?;
        let LightArrays { mut sums, float, .. } = of.key.arrays(&mut from)?;
        let scratch = self.layout.pixel_scratch(parts.scratch.from(0)?)?;
        if let Some(curve) = of.key.float_curve() {
            let options = FloatOptions {
                curve,
                primaries: of.key.primaries(),
                display: of.key.display(),
                ofcom_luma: of.key.is_ofcom(),
                matrix: self.matrix,
                range: self.range,
            };
            let (mut sums, pixels) = (float.sums, scratch.float_pixels.first_mut()?);
            float_light::sum_row(self.backend, frame, grid, options, y, &mut sums, pixels);
            return Some(());
        }
        let options = LightOptions {
            display: of.key.display(),
            ofcom_luma: of.key.is_ofcom(),
            conversion: self.conversion,
        };
        sum_row(self.backend, frame, grid, options, y, &mut sums, scratch.pixels.first_mut()?);
        Some(())
    }

    /// Follows the cells of a row by their light.
    #[inline(never)]
    fn follow_row(
        &self,
        parts: &mut Parts<'_>,
        number: usize,
        grid: &Grid,
        y: usize,
    ) -> Option<()> {
        let Records { lights, detectors, ignored, .. } = &mut parts.records;
        let of = lights.get_mut(number)?;
        let mut from = parts.lights.from(of.start)?;
        if of.key.is_luminance_only() {
            let arrays = of.key.arrays(&mut from)?;
            of.differs |= u64::from(self.keep_luminance(arrays, &of.key, y)?);
            return Some(());
        }
        let LightArrays { sums, luminance_row, light: lights_of_cells, luminance, float, .. } =
            of.key.arrays(&mut from)?;
        let is_float = of.key.is_float();
        let FloatLightArrays { sums: float_sums, light: float_light, luminance: float_luminance } =
            float;
        let ([even, odd], [even_luminance, odd_luminance]) = (float_light, float_luminance);
        let (mut float_light, float_luminance) =
            if self.newest { (odd, odd_luminance) } else { (even, even_luminance) };
        let CellSums { light: sums, luma_light } = sums;
        let [even, odd] = lights_of_cells;
        let mut newest = if self.newest { odd } else { even };
        for (columns, pixels) in grid.cells_of_row(y) {
            if is_float {
                let row = FloatRow {
                    sums: &float_sums,
                    light: float_light.each_mut().map(|light| &mut **light),
                    luminance: &mut *float_luminance,
                    columns,
                    pixels,
                };
                of.luminance += self.follow_float_row(
                    row,
                    of.key,
                    y,
                    (number, detectors),
                    &mut parts.detectors,
                )?;
                continue;
            }
            let [red, green, blue] = &sums;
            let sums = RowSums {
                light: [
                    red.get(columns.clone())?,
                    green.get(columns.clone())?,
                    blue.get(columns.clone())?,
                ],
                luminance: if of.key.is_ofcom() {
                    Some(luma_light.get(columns.clone())?)
                } else {
                    None
                },
                pixels,
            };
            let row = y * grid.columns;
            let cells = row + columns.start..row + columns.end;
            let [red, green, blue] = &mut newest;
            let light =
                [red.get_mut(cells.clone())?, green.get_mut(cells.clone())?, blue.get_mut(cells)?];
            let luminance_cells = luminance_row.get_mut(columns.clone())?;
            let convert = ConvertRow { sums, light, luminance: luminance_cells };
            of.luminance += dispatch(self.backend, convert);
            for detector in detectors.iter().filter(|detector| detector.light == number) {
                let mut from = parts.detectors.from(detector.start)?;
                let rule = &detector.rule;
                let mut arrays = Detector::arrays(rule, self.layout.max_fps, grid, &mut from)?;
                let luminance = luminance_row.get(columns.clone())?;
                detector.follow(
                    self.backend,
                    grid,
                    y,
                    columns.clone(),
                    (sums, luminance),
                    &mut arrays,
                );
            }
        }
        if of.key.is_ofcom() && !is_float {
            let [even, odd] = luminance;
            let newest = if self.newest { odd } else { even };
            let newest = grid.row_mut(newest, y);
            debug_assert_eq!(newest.len(), luminance_row.len(), "both have the cells of a row");
            // Not by `copy_from_slice`, which links code for a panic.
            newest.iter_mut().zip(luminance_row).for_each(|(newest, &mut row)| *newest = row);
        }
        for detector in detectors.iter_mut().filter(|detector| detector.light == number) {
            let mut from = parts.detectors.from(detector.start)?;
            let arrays = Detector::arrays(&detector.rule, self.layout.max_fps, grid, &mut from)?;
            let turned = grid.row_mut(arrays.turned, y);
            ignored.iter().for_each(|rectangle| grid.clear_touched(y, rectangle, turned));
            let tally = dispatch(self.backend, Tally { turned });
            for (all, row) in detector.turned.iter_mut().zip(tally) {
                *all += row;
            }
        }
        Some(())
    }

    /// Keeps the luminance of the cells of row `y`. Gives whether one differs from the last frame.
    #[inline(never)]
    fn keep_luminance(
        &self,
        arrays: LightArrays<'_>,
        key: &CellLightKey,
        y: usize,
    ) -> Option<bool> {
        let LightArrays { sums, luminance_row, luminance_only, float, .. } = arrays;
        let grid = &key.grid;
        let scale = pattern::luminance_scale(key.is_absolute());
        for (columns, pixels) in grid.cells_of_row(y) {
            let luminance = luminance_row.get_mut(columns.clone())?;
            if key.is_float() {
                let [red, green, blue] = &float.sums.light;
                let [red, green, blue] = [red, green, blue].map(|sums| sums.get(columns.clone()));
                let light = [red?, green?, blue?];
                let luma_light = float.sums.luma_light.get(columns);
                let given = if key.is_ofcom() { Some(luma_light?) } else { None };
                let primaries = key.primaries();
                let sums = FloatRowSums { light, luminance: given, primaries, pixels };
                dispatch(self.backend, ConvertFloatLuminance { sums, scale, luminance });
            } else {
                let [red, green, blue] = &sums.light;
                let [red, green, blue] = [red, green, blue].map(|sums| sums.get(columns.clone()));
                let light = [red?, green?, blue?];
                let luma_light = sums.luma_light.get(columns);
                let given = if key.is_ofcom() { Some(luma_light?) } else { None };
                let sums = RowSums { light, luminance: given, pixels };
                let light = [&mut [][..], &mut [], &mut []];
                dispatch(self.backend, ConvertRow { sums, light, luminance });
            }
        }
        let kept = grid.row_mut(luminance_only, y);
        Some(dispatch(self.backend, Keep { kept, row: luminance_row }))
    }

    /// Finds the patterns in a frame that was read.
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
        let mut from = parts.lights.from(light.start)?;
        let luminance = light.key.arrays(&mut from)?.luminance_only;
        let mut arrays = PatternDetector::arrays(grid, &mut parts.patterns.from(pattern.start)?)?;
        // What the memory held before the first frame is of no meaning.
        let differs = light.differs != 0 || self.frames == 0;
        let shown = (&history, time);
        pattern.frame(self.backend, grid, (luminance, differs), ignored, shown, &mut arrays)
    }

    /// Follows some cells of row `y` by light that is `f32`; gives the sum of their luminances.
    fn follow_float_row(
        &self,
        row: FloatRow<'_, '_>,
        key: CellLightKey,
        y: usize,
        (number, detectors): (usize, &[Detector]),
        arrays: &mut Arena<'_>,
    ) -> Option<u64> {
        let FloatRow { sums, light, luminance, columns, pixels } = row;
        let grid = &key.grid;
        let [red, green, blue] = &sums.light;
        let cells = y * grid.columns + columns.start..y * grid.columns + columns.end;
        let sums = FloatRowSums {
            light: [
                red.get(columns.clone())?,
                green.get(columns.clone())?,
                blue.get(columns.clone())?,
            ],
            luminance: if key.is_ofcom() {
                Some(sums.luma_light.get(columns.clone())?)
            } else {
                None
            },
            primaries: key.primaries(),
            pixels,
        };
        let [red, green, blue] = light;
        let (red, green) = (red.get_mut(cells.clone())?, green.get_mut(cells.clone())?);
        let (blue, luminance) = (blue.get_mut(cells.clone())?, luminance.get_mut(cells)?);
        let convert = ConvertFloatRow {
            sums,
            light: [&mut *red, &mut *green, &mut *blue],
            luminance: &mut *luminance,
        };
        let total = dispatch(self.backend, convert);
        for detector in detectors.iter().filter(|detector| detector.light == number) {
            let mut from = arrays.from(detector.start)?;
            let mut arrays =
                Detector::arrays(&detector.rule, self.layout.max_fps, grid, &mut from)?;
            let row = ([&*red, &*green, &*blue], &*luminance);
            detector.follow_float(self.backend, grid, y, columns.clone(), row, &mut arrays);
        }
        Some(total)
    }

    /// Counts the flashes that a detector found in a frame that was read.
    #[inline(never)]
    fn count(&self, parts: &mut Parts<'_>, detector: usize, time: Timestamp) -> Option<()> {
        let Records { detectors, counters, lights, .. } = &mut parts.records;
        let max_fps = self.layout.max_fps;
        let of = detectors.get_mut(detector)?;
        let light = lights.get(of.light)?;
        let grid = &light.key.grid;
        let mut scratch = self.layout.scratch(parts.scratch.from(0)?, grid)?;
        let turned = of.turned;
        let needed =
            counters.iter().any(|counter| counter.detector == detector && counter.needs(turned));
        of.unsettled = usize::from(!needed && turned.iter().any(|&cells| cells > 0));
        // What is past goes first, so that there is room for what comes.
        for counter in counters.iter_mut().filter(|counter| counter.detector == detector) {
            let mut from = parts.counters.from(counter.start)?;
            let mut window = FlashCounter::arrays(max_fps, grid, &mut from)?.window;
            counter.expire(self.backend, grid, time, &mut window);
        }
        if needed {
            let of = (detector, detectors.get(detector)?);
            let settling = Settling::new(self, light, of, &mut parts.lights, &mut parts.detectors)?;
            for way in 0..2 {
                settling.find_parts(self.backend, way, counters, &mut scratch);
                for counter in counters.iter_mut().filter(|counter| counter.detector == detector) {
                    let mut from = parts.counters.from(counter.start)?;
                    let mut arrays = FlashCounter::arrays(max_fps, grid, &mut from)?;
                    counter.wait(self.backend, way, scratch.parts, &mut arrays);
                }
                // The parts wait now, and their place is free.
                for counter in counters.iter_mut().filter(|counter| counter.detector == detector) {
                    let mut from = parts.counters.from(counter.start)?;
                    let mut arrays = FlashCounter::arrays(max_fps, grid, &mut from)?;
                    let mut scratch = CounterScratch {
                        field: &mut scratch.field,
                        full: scratch.parts,
                        covered: scratch.row.get_mut(..grid.columns)?,
                    };
                    counter.count_waiting(self.backend, grid, way, time, &mut arrays, &mut scratch);
                }
            }
        }
        for counter in counters.iter_mut().filter(|counter| counter.detector == detector) {
            let mut from = parts.counters.from(counter.start)?;
            let mut window = FlashCounter::arrays(max_fps, grid, &mut from)?.window;
            counter.recount(self.backend, grid, &mut window, &mut scratch.field);
        }
        Some(())
    }

    /// Judges a frame that was counted by all profiles.
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

    /// What is known of a frame by a profile; the verdict is not.
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
        if report.hazard == Hazard::Pattern {
            let (pattern, of_patterns) =
                records.patterns_of(profile).ok_or(Error::MemoryTooSmall)?;
            let bits = bits.get_mut(..mask_bytes(&grid)).ok_or(Error::MemoryTooSmall)?;
            let arrays = parts.patterns.from(pattern.start);
            let arrays =
                arrays.and_then(|mut from| PatternDetector::arrays(of_patterns, &mut from));
            let arrays = arrays.ok_or(Error::MemoryTooSmall)?;
            write_mask(&grid, bits, |x, y| PatternDetector::counts(of_patterns, &arrays, x, y));
            return Ok(report.flashing);
        }
        let light = records.light_of(profile, report.hazard).ok_or(Error::MemoryTooSmall)?;
        let counter = records.counter_of(profile, report.hazard).ok_or(Error::MemoryTooSmall)?;
        let grid = &light.key.grid;
        let bits = bits.get_mut(..mask_bytes(grid)).ok_or(Error::MemoryTooSmall)?;
        let window = parts.counters.from(counter.start).and_then(|mut from| {
            Some(FlashCounter::arrays(self.layout.max_fps, grid, &mut from)?.window)
        });
        counter.mask(grid, &window.ok_or(Error::MemoryTooSmall)?, bits);
        Ok(report.flashing)
    }
}

/// Some cells of a row whose light is `f32`: the sums of the row, and the light of all cells, to be filled in.
struct FloatRow<'a, 'm> {
    sums: &'a FloatSums<'m>,
    light: [&'a mut [f32]; 3],
    luminance: &'a mut [f32],
    columns: Columns<usize>,
    /// Pixels of each cell.
    pixels: f32,
}

/// The cells that a detector found to turn, and how their light changed.
struct Settling<'a> {
    grid: &'a Grid,
    detector: usize,
    turned: &'a [Turned],
    change: LightChange<'a>,
}

impl<'a> Settling<'a> {
    fn new(
        state: &AnalyserState,
        light: &'a FrameLight,
        (number, detector): (usize, &Detector),
        lights: &'a mut Arena<'_>,
        detectors: &'a mut Arena<'_>,
    ) -> Option<Self> {
        let grid = &light.key.grid;
        let mut from = detectors.from(detector.start)?;
        let arrays = Detector::arrays(&detector.rule, state.layout.max_fps, grid, &mut from)?;
        let LightArrays { light: whole, luminance: whole_luminance, float, .. } =
            light.key.arrays(&mut lights.from(light.start)?)?;
        let whole_values = |values: &'a mut [u16]| CellValues::Whole(values);
        let float_values = |values: &'a mut [f32]| CellValues::Float(values);
        let (of_cells, luminance) = if light.key.is_float() {
            (float.light.map(|light| light.map(float_values)), float.luminance.map(float_values))
        } else {
            (whole.map(|light| light.map(whole_values)), whole_luminance.map(whole_values))
        };
        let ([even, odd], [even_luminance, odd_luminance]) = (of_cells, luminance);
        let (new, old, luminance) = if state.newest {
            (odd, even, [odd_luminance, even_luminance])
        } else {
            (even, odd, [even_luminance, odd_luminance])
        };
        let has_luminance = light.key.is_float() || light.key.is_ofcom();
        let change = LightChange {
            new,
            old,
            luminance: has_luminance.then_some(luminance),
            is_red: detector.rule.hazard == Hazard::Red as u32,
        };
        Some(Self { grid, detector: number, turned: arrays.turned, change })
    }

    /// Finds the parts of the cells that turned one way with support, and of those at their edge, as far as they can
    /// matter to the counters.
    fn find_parts(
        &self,
        backend: Backend,
        way: usize,
        counters: &[FlashCounter],
        scratch: &mut SharedScratch<'_>,
    ) {
        let parts: &mut [Part] = scratch.parts;
        let mark = MarkSupported {
            grid: self.grid,
            turned: self.turned,
            way: if way == 0 { ROSE } else { FELL },
            parts,
            scratch: &mut scratch.support,
        };
        let supported = dispatch(backend, mark);
        let matters = |counter: &FlashCounter| {
            counter.detector == self.detector && counter.may_count(way, supported)
        };
        if counters.iter().any(matters) {
            add_edges(backend, self.grid, parts, &self.change, &mut scratch.support);
        }
    }
}

/// Keeps the luminance of a row of cells; gives whether it differs from what was kept.
struct Keep<'a> {
    kept: &'a mut [u16],
    row: &'a [u16],
}

impl Kernel for Keep<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> bool {
        let mut differences = 0;
        for (kept, &row) in self.kept.iter_mut().zip(self.row) {
            differences |= *kept ^ row;
            *kept = row;
        }
        differences != 0
    }
}

/// Writes a bit for each cell of a grid by the pixel in its middle.
fn write_mask(grid: &Grid, bits: &mut [u8], is_set: impl Fn(usize, usize) -> bool) {
    bits.fill(0);
    let row_bytes = div_ceil(grid.columns, 8);
    let middle =
        |cell: usize, side: usize, end: u32| (cell * side + side / 2).min(end as usize - 1);
    for y in 0..grid.rows {
        for x in 0..grid.columns {
            let pixel = (
                middle(x, grid.cell_width(), grid.width),
                middle(y, grid.cell_height(), grid.height),
            );
            if let (true, Some(bits)) =
                (is_set(pixel.0, pixel.1), bits.get_mut(y * row_bytes + x / 8))
            {
                *bits |= 1 << (x % 8);
            }
        }
    }
}
