//! The state of an analyser, and what a frame does to it.

use core::num::NonZero;
use core::ops::Range;

use crate::error::Error;
use crate::flash::counting::{Counting, Kept};
use crate::flash::follow::{States, follow_row};
use crate::flash::geometry::Grid;
use crate::flash::incidents::{Flash, Incident, WORDS, Worst};
use crate::flash::light::{Wanted, sum_row};
use crate::flash::memory::{Layout, Record};
use crate::flash::profile::Profile;
use crate::flash::report::{Report, Summary};
use crate::flash::settings::AnalyserSettings;
use crate::flash::time::{SECOND, Timestamp};
use crate::flash::transitions::{NOTHING_HIGH, NOTHING_LOW};
use crate::flash::verdict::{History, Span, Verdict};
use crate::flash::window::UNUSED;
use crate::flash::yuv::Conversion;
use crate::frame::regions::MAX_IGNORED;
use crate::frame::{Frame, Rectangle, Shape};
use crate::simd::Backend;
use crate::table::TTableState;

/// Bytes of a frame that the T table and the analyser look at in turns: they stay in the second cache.
const STRIP: usize = 64 << 10;

/// What follows from settings that are right.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    layout: Layout,
    backend: Backend,
}

/// What an analyser knows besides its arrays.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Analysis {
    shape: Shape,
    backend: Backend,
    profile: Profile,
    conversion: Conversion,
    layout: Layout,
    /// In cells.
    ignored: [Rectangle; MAX_IGNORED],
    ignored_count: usize,
    span: Span,
    general: Kept,
    red: Kept,
    /// The incident that goes on, if the last frame was no pass.
    open: bool,
    incident: Incident,
    /// Of the frame that is being taken.
    taking: Taking,
    /// On the last frame.
    report: Report,
    summary: Summary,
}

/// What is known of a frame until all of it is.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Taking {
    time: Timestamp,
    /// The number of frames before it that cells may wait for: none at up to 30 frames a second.
    keep: u8,
    /// The sum of the luminances of the cells so far.
    luminance: f64,
}

impl Taking {
    const NOTHING: Self =
        Self { time: Timestamp { nanoseconds: 0, slack: 0 }, keep: 0, luminance: 0.0 };
}

impl Analysis {
    /// Begins anew in its arrays only by [`Analysis::reset`].
    pub(crate) fn new(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Self, Error> {
        let mut analysis = Self::of(shape, settings, &Self::plan(shape, settings)?);
        analysis.ignore(settings.ignore);
        Ok(analysis)
    }

    /// What has to be right for an analysis.
    pub(crate) fn plan(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Plan, Error> {
        let layout = Layout::new(shape, settings)?;
        let backend = settings.backend.unwrap_or_else(Backend::best);
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        if settings.ignore.len() > MAX_IGNORED {
            return Err(Error::TooManyRectangles);
        }
        if !settings.ignore.iter().all(|rectangle| rectangle.lies_in(shape)) {
            return Err(Error::OutsideFrame);
        }
        Ok(Plan { layout, backend })
    }

    /// The same of what is known to be right, with nothing ignored yet: it needs little of the stack where it is
    /// written to its place at once.
    #[inline(always)]
    pub(crate) fn of(shape: Shape, settings: &AnalyserSettings<'_>, plan: &Plan) -> Self {
        let Plan { layout, backend } = *plan;
        Self {
            shape,
            backend,
            profile: settings.profile,
            conversion: Conversion::new(settings.matrix, settings.range),
            layout,
            ignored: [Rectangle::default(); MAX_IGNORED],
            ignored_count: 0,
            span: Span::default(),
            general: Kept::default(),
            red: Kept::default(),
            open: false,
            incident: Incident::default(),
            taking: Taking::NOTHING,
            report: Report::default(),
            summary: Summary::default(),
        }
    }

    /// Leaves out all cells that some rectangles touch.
    pub(crate) fn ignore(&mut self, rectangles: &[Rectangle]) {
        for (cells, rectangle) in self.ignored.iter_mut().zip(rectangles) {
            *cells = in_cells(*rectangle, self.layout.grid.side() as u32);
        }
        self.ignored_count = rectangles.len();
    }

    /// Bytes of memory that goes with it.
    pub(crate) fn bytes(&self) -> usize {
        self.layout.bytes()
    }

    pub(crate) fn reset(&mut self, memory: &mut [u8]) {
        if let Some(followed) = self.layout.following(memory) {
            let States { luminance: [low, high], red_low, red_high } = followed.states;
            let ([red_low, second_low], [red_high, second_high]) = (red_low, red_high);
            second_low.fill(0.0);
            second_high.fill(0.0);
            low.fill(NOTHING_LOW);
            red_low.fill(NOTHING_LOW);
            high.fill(NOTHING_HIGH);
            red_high.fill(NOTHING_HIGH);
        }
        for flash in Flash::ALL {
            if let Some(turned) = self.layout.counting(memory, flash) {
                turned.counts.second.counts.fill(0);
                turned.counts.second.times.fill(UNUSED);
            }
        }
        self.span = Span::default();
        self.general = Kept::new();
        self.red = self.general;
        self.open = false;
        self.summary = Summary::default();
    }

    pub(crate) fn push(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(), Error> {
        self.begin(memory, frame, time)?;
        self.follow(memory, frame, 0..self.layout.grid.down)?;
        self.end(memory)
    }

    pub(crate) fn push_with(
        &mut self,
        memory: &mut [u8],
        table: &mut TTableState<'_>,
        plane: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(), Error> {
        table.check(frame)?;
        self.begin(memory, frame, time)?;
        table.begin(plane, frame);
        let mut row = 0;
        while row < self.layout.grid.down {
            let (end, below) = self.strip(row);
            table.advance(plane, frame, below);
            self.follow(memory, frame, row..end)?;
            row = end;
        }
        self.end(memory)?;
        table.end();
        Ok(())
    }

    /// The row of cells, and the row of pixels, with which the strip ends that begins with a row of cells.
    fn strip(&self, row: usize) -> (usize, u32) {
        let grid = &self.layout.grid;
        let row_bytes = self.shape.row_bytes(0) * grid.side();
        let end = (row + (STRIP / row_bytes.max(1)).max(1)).min(grid.down);
        (end, (end as u32).saturating_mul(grid.cell).min(grid.height))
    }

    /// Begins to take a frame.
    fn begin(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(), Error> {
        let keep = self.recent(memory, frame, time)?;
        self.taking = Taking { time, keep, luminance: 0.0 };
        for flash in Flash::ALL {
            self.of_kind(memory, flash, |flashes| flashes.catch_up(keep))?;
        }
        Ok(())
    }

    /// The number of frames within 1/30 of a second before one, if that can be taken.
    #[inline(never)]
    fn recent(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<u8, Error> {
        if frame.shape() != self.shape {
            return Err(Error::ShapeChanged);
        }
        let record = self.layout.record(memory).ok_or(Error::MemoryTooSmall)?;
        let history = History { frames: record.history, span: &mut self.span };
        if history.last().is_some_and(|last| time.nanoseconds() <= last) {
            return Err(Error::TimeNotAfter);
        }
        if history.is_full(time, self.layout.rate) {
            return Err(Error::RateTooHigh);
        }
        Ok(history.within(time, SECOND / 30, u8::MAX - 1))
    }

    /// Follows the cells of some rows of cells.
    fn follow(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        rows: Range<usize>,
    ) -> Result<(), Error> {
        for row in rows {
            self.sum_up(memory, frame, row)?;
            self.step(memory, row)?;
        }
        Ok(())
    }

    /// Sums up the light of the cells of a row.
    #[inline(never)]
    fn sum_up(&self, memory: &mut [u8], frame: &Frame<'_>, row: usize) -> Result<(), Error> {
        let mut lit = self.layout.lighting(memory);
        let lit = lit.as_mut().ok_or(Error::MemoryTooSmall)?;
        let wanted = Wanted { light: self.profile.light, conversion: self.conversion };
        sum_row(self.backend, frame, &self.layout.grid, wanted, row, lit);
        Ok(())
    }

    /// Follows the cells of a row.
    #[inline(never)]
    fn step(&mut self, memory: &mut [u8], row: usize) -> Result<(), Error> {
        let mut followed = self.layout.following(memory);
        let followed = followed.as_mut().ok_or(Error::MemoryTooSmall)?;
        let (profile, grid) = (&self.profile, &self.layout.grid);
        self.taking.luminance += follow_row(self.backend, profile, grid, row, followed);
        Ok(())
    }

    /// Counts, judges and reports: the frame is taken.
    fn end(&mut self, memory: &mut [u8]) -> Result<(), Error> {
        let Taking { time, keep, .. } = self.taking;
        for flash in Flash::ALL {
            self.of_kind(memory, flash, |flashes| flashes.count(keep, time))?;
        }
        self.judge(memory)
    }

    /// Does something for one kind of flash.
    #[inline(never)]
    fn of_kind(
        &mut self,
        memory: &mut [u8],
        flash: Flash,
        act: impl FnOnce(&mut Counting<'_, '_>),
    ) -> Result<(), Error> {
        let mut turned = self.layout.counting(memory, flash);
        let turned = turned.as_mut().ok_or(Error::MemoryTooSmall)?;
        let (backend, grid) = (self.backend, &self.layout.grid);
        let ignored = self.ignored.get(..self.ignored_count).unwrap_or(&[]);
        let kept = match flash {
            Flash::General => &mut self.general,
            Flash::Red => &mut self.red,
        };
        act(&mut Counting { backend, grid, ignored, kept, turned });
        Ok(())
    }

    /// Judges and reports.
    #[inline(never)]
    fn judge(&mut self, memory: &mut [u8]) -> Result<(), Error> {
        let Taking { time, luminance, .. } = self.taking;
        let Record { history, incidents } =
            self.layout.record(memory).ok_or(Error::MemoryTooSmall)?;
        let (general, red) = (self.general.count, self.red.count);
        let (flash, kept) =
            if red > general { (Flash::Red, &self.red) } else { (Flash::General, &self.general) };
        let worst = worst(&self.layout.grid, kept);
        let mut history = History { frames: history, span: &mut self.span };
        let verdict = history.judge(&self.profile, time, general.max(red));
        self.report = Report {
            frame: self.summary.frames,
            time: time.nanoseconds(),
            luminance: luminance / self.layout.grid.cells() as f64,
            general,
            red,
            verdict,
            flash,
            worst,
        };
        self.summary.frames += 1;
        self.summary.verdict = self.summary.verdict.max(verdict);
        let report = &self.report;
        let most = self.summary.worst.general.max(self.summary.worst.red);
        if general.max(red) > most || report.frame == 0 {
            self.summary.worst = *report;
        }
        self.follow_incident(incidents);
        Ok(())
    }

    /// Begins, continues or ends an incident.
    fn follow_incident(&mut self, kept: &mut [[u64; WORDS]]) {
        let now = &self.report;
        if now.verdict == Verdict::Pass {
            self.open = false;
            return;
        }
        if !self.open {
            self.open = true;
            self.summary.incidents += 1;
            self.incident =
                Incident { first_frame: now.frame, start: now.time, ..Incident::default() };
        }
        let incident = &mut self.incident;
        if now.general.max(now.red) > incident.count() {
            incident.peak_frame = now.frame;
            incident.peak = now.time;
            incident.flash = now.flash;
            incident.worst = now.worst;
        }
        incident.last_frame = now.frame;
        incident.end = now.time;
        incident.verdict = incident.verdict.max(now.verdict);
        incident.general = incident.general.max(now.general);
        incident.red = incident.red.max(now.red);
        if let Some(words) = kept.get_mut(self.summary.incidents as usize - 1) {
            *words = incident.to_words();
        }
    }

    /// What was said of the last frame.
    pub(crate) fn report(&self) -> Report {
        self.report
    }

    pub(crate) fn summary(&self) -> Summary {
        self.summary
    }

    pub(crate) fn incident(&self, memory: &mut [u8], index: usize) -> Option<Incident> {
        if index as u64 >= self.summary.incidents {
            return None;
        }
        let words = self.layout.record(memory)?.incidents.get(index).copied()?;
        Some(Incident::of_words(words))
    }
}

/// The cells that a rectangle touches.
fn in_cells(rectangle: Rectangle, cell: u32) -> Rectangle {
    let Some(cell) = NonZero::new(cell).filter(|_| rectangle.width > 0 && rectangle.height > 0)
    else {
        return Rectangle::default();
    };
    let (x, y) = (rectangle.x / cell, rectangle.y / cell);
    let last = |from: u32, length: u32| (from + length - 1) / cell;
    Rectangle {
        x,
        y,
        width: last(rectangle.x, rectangle.width) + 1 - x,
        height: last(rectangle.y, rectangle.height) + 1 - y,
    }
}

/// The field of a count, in pixels.
fn worst(grid: &Grid, kept: &Kept) -> Worst {
    if kept.count == 0 {
        return Worst::default();
    }
    let (across, down) = grid.field;
    let side = |from: usize, cells: usize, end: u32| {
        let from = from as u32 * grid.cell;
        (from, (cells as u32 * grid.cell).min(end - from))
    };
    let (x, width) = side(kept.place.x, across, grid.width);
    let (y, height) = side(kept.place.y, down, grid.height);
    let area = kept.place.cells as f32 / (across * down) as f32;
    Worst { field: Rectangle { x, y, width, height }, area }
}
