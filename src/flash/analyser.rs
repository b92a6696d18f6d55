//! The analyser: frames in, reports out.

use core::ops::Range;

use crate::changes::{Changes, Row};
use crate::error::Error;
use crate::flash::cells::{Wanted, sum_row};
use crate::flash::company::{Waiting, settle};
use crate::flash::field::{self, Place, Reaches, Waits, cover, fullest};
use crate::flash::incidents::{Flash, Incident, Worst};
use crate::flash::memory::{KindParts, Layout, Parts};
use crate::flash::profile::Profile;
use crate::flash::rgb::{Conversion, Matrix};
use crate::flash::second::{Second, UNUSED};
use crate::flash::time::{SECOND, Timestamp};
use crate::flash::verdict::{History, Span, Verdict};
use crate::flash::viewing::{Grid, Viewing};
use crate::flash::zigzag::{
    Extremes, NOTHING_HIGH, NOTHING_LOW, RedExtremes, Sums, Turn, luminance, narrow,
    step_luminance, step_red, total,
};
use crate::frame::{Frame, Rectangle, Shape};
use crate::region::MOST_IGNORED;
use crate::simd::{self, Backend, Light, Plain, With};
use crate::table::{Scanner, State};
use crate::transfer::Range as CodeRange;

/// How frames are analysed. The default is WCAG 2.2 at up to 60 frames a second.
///
/// ```
/// use flashinator::{AnalyserSettings, Profile};
///
/// let settings = AnalyserSettings { profile: Profile::BT_1702, ..AnalyserSettings::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnalyserSettings<'a> {
    /// The rules.
    pub profile: Profile,
    /// How large the picture appears.
    pub viewing: Viewing,
    /// The side of a cell in pixels, 1 to 256; by default the whole pixels in 0.1 degree.
    pub cell: Option<u32>,
    /// The most frames in a second, 1 to 1000. Memory grows with it.
    pub most_frames: u32,
    /// How luma and chroma make RGB; not looked at for other formats.
    pub matrix: Matrix,
    /// Which codes of luma and chroma are black and white; not looked at for other formats.
    pub range: CodeRange,
    /// What is not looked at: cells with a pixel in one of these rectangles never flash. At most
    /// [`MOST_IGNORED`].
    pub ignore: &'a [Rectangle],
    /// Incidents to keep the details of, at most 65536; further ones are only counted.
    pub incidents: u32,
    /// The instruction set, for tests and measurements; by default the fastest there is.
    pub backend: Option<Backend>,
}

impl Default for AnalyserSettings<'_> {
    fn default() -> Self {
        Self {
            profile: Profile::WCAG_2_2,
            viewing: Viewing::Typical,
            cell: None,
            most_frames: 60,
            matrix: Matrix::Bt601,
            range: CodeRange::Limited,
            ignore: &[],
            incidents: 64,
            backend: None,
        }
    }
}

/// The highest [`AnalyserSettings::most_frames`].
const HIGHEST_RATE: u32 = 1000;

/// The highest [`AnalyserSettings::incidents`].
const MOST_INCIDENTS: u32 = 65_536;

/// Bytes of a frame that the T table and the analyser look at in turns: they stay in the second cache.
const STRIP: usize = 64 << 10;

/// What is said of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Report {
    /// The number of the frame, counted from 0.
    pub frame: u64,
    /// When it is shown, in nanoseconds.
    pub time: i64,
    /// The mean luminance of the cells: relative, 0 to 1, or in cd/m², as the profile has it.
    pub luminance: f64,
    /// General transitions in the last second: the largest number that more than a quarter of some field
    /// has.
    pub general: u32,
    /// The same for transitions of saturated red.
    pub red: u32,
    /// The verdict on the frame.
    pub verdict: Verdict,
    /// The reason: the kind of flash with the larger count, general where they are the same.
    pub flash: Flash,
    /// Where most of it is. Empty where nothing flashes.
    pub worst: Worst,
}

/// What is said of a video.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Summary {
    /// Frames in all.
    pub frames: u64,
    /// The worst verdict on any frame.
    pub verdict: Verdict,
    /// Incidents in all, those included whose details were not kept.
    pub incidents: u64,
    /// The report on the first of the frames with the largest count: the end of the worst second.
    pub worst: Report,
}

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
///     let report = analyser.push(&Frame::packed(shape, pixels)?, Timestamp::from_micros(40_000 * i)?)?;
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
        Layout::new(shape, settings)?.bytes().ok_or(Error::TooLarge)
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
        let analysis = Analysis::new(shape, settings, memory)?;
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
        self.analysis.push(self.memory, frame, time)
    }

    /// Takes the next frame, and gives its row of the T table as well, from one pass over the pixels: both
    /// look at a strip of the frame while it is in the cache. The row is what [`Scanner::push`] gives.
    ///
    /// # Errors
    ///
    /// As [`Analyser::push`]; [`Error::ShapeChanged`] also where the frame is not of the scanner's shape.
    /// Neither of the two has taken the frame then.
    pub fn push_with(
        &mut self,
        scanner: &mut Scanner<'_, '_>,
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(Option<Row>, Report), Error> {
        let (state, plane) = scanner.parts();
        let (changes, report) = self.analysis.push_with(self.memory, state, plane, frame, time)?;
        Ok((changes.map(|changes| changes.row()), report))
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

impl Layout {
    fn new(shape: Shape, settings: &AnalyserSettings<'_>) -> Result<Self, Error> {
        settings.profile.check()?;
        if !(1..=HIGHEST_RATE).contains(&settings.most_frames) {
            return Err(Error::BadRate);
        }
        if settings.incidents > MOST_INCIDENTS {
            return Err(Error::TooLarge);
        }
        let grid = Grid::new(shape, &settings.profile, settings.viewing, settings.cell)?;
        Ok(Self {
            grid,
            rate: settings.most_frames as usize,
            incidents: settings.incidents as usize,
        })
    }
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
    ignored: [Rectangle; MOST_IGNORED],
    ignored_count: usize,
    span: Span,
    general: Kept,
    red: Kept,
    /// The incident that goes on, if the last frame was no pass.
    open: bool,
    incident: Incident,
    summary: Summary,
}

/// What is kept of one kind of flash besides its arrays.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
struct Kept {
    /// The frame's count, and the field that has it.
    count: u32,
    place: Place,
    /// Cells that wait to be counted as rising and as falling.
    waiting: [u32; 2],
    /// The ages are of no meaning: no cell waits.
    void: bool,
    /// Cells that turned in the last frame were too few to count, and have not been looked at further.
    unsettled: bool,
}

impl Analysis {
    pub(crate) fn new(
        shape: Shape,
        settings: &AnalyserSettings<'_>,
        memory: &mut [u8],
    ) -> Result<Self, Error> {
        let layout = Layout::new(shape, settings)?;
        let backend = settings.backend.unwrap_or_else(Backend::best);
        if !backend.is_available() {
            return Err(Error::BackendUnavailable);
        }
        let mut ignored = [Rectangle::default(); MOST_IGNORED];
        let cells = ignored.get_mut(..settings.ignore.len()).ok_or(Error::TooManyRectangles)?;
        for (cells, rectangle) in cells.iter_mut().zip(settings.ignore) {
            if !rectangle.lies_in(shape) {
                return Err(Error::OutsideFrame);
            }
            *cells = in_cells(*rectangle, layout.grid.cell);
        }
        if memory.len() < layout.bytes().ok_or(Error::TooLarge)? {
            return Err(Error::MemoryTooSmall);
        }
        let mut analysis = Self {
            shape,
            backend,
            profile: settings.profile,
            conversion: Conversion::new(settings.matrix, settings.range),
            layout,
            ignored,
            ignored_count: settings.ignore.len(),
            span: Span::default(),
            general: Kept::default(),
            red: Kept::default(),
            open: false,
            incident: Incident::default(),
            summary: Summary::default(),
        };
        analysis.reset(memory);
        Ok(analysis)
    }

    /// Bytes of memory that goes with it.
    #[cfg(feature = "capi")]
    pub(crate) fn bytes(&self) -> usize {
        self.layout.bytes().unwrap_or(0)
    }

    pub(crate) fn reset(&mut self, memory: &mut [u8]) {
        let Some(parts) = self.layout.split(memory) else { return };
        for low in [parts.luminance, parts.red_low, parts.red_high] {
            for array in low {
                array.fill(0.0);
            }
        }
        let Some(parts) = self.layout.split(memory) else { return };
        let [low, high] = parts.luminance;
        let ([red_low, _], [red_high, _]) = (parts.red_low, parts.red_high);
        low.fill(NOTHING_LOW);
        red_low.fill(NOTHING_LOW);
        high.fill(NOTHING_HIGH);
        red_high.fill(NOTHING_HIGH);
        for kind in parts.kinds {
            kind.counts.fill(0);
            kind.times.fill(UNUSED);
        }
        self.span = Span::default();
        self.general = Kept { void: true, ..Kept::default() };
        self.red = self.general;
        self.open = false;
        self.summary = Summary::default();
    }

    pub(crate) fn push(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<Report, Error> {
        let keep = self.begin(memory, frame, time)?;
        let luminance = self.follow(memory, frame, 0..self.layout.grid.down)?;
        self.end(memory, time, keep, luminance)
    }

    pub(crate) fn push_with(
        &mut self,
        memory: &mut [u8],
        table: &mut State<'_>,
        plane: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<(Option<Changes>, Report), Error> {
        let mut pass = table.begin(plane, frame)?;
        let keep = self.begin(memory, frame, time)?;
        let grid = self.layout.grid;
        let row_bytes = frame.shape().row_bytes(0) * grid.cell as usize;
        let strip = (STRIP / row_bytes.max(1)).max(1);
        let mut luminance = 0.0;
        let mut row = 0;
        while row < grid.down {
            let end = (row + strip).min(grid.down);
            let below = (end as u32).saturating_mul(grid.cell).min(grid.height);
            table.advance(&mut pass, plane, frame, below);
            luminance += self.follow(memory, frame, row..end)?;
            row = end;
        }
        let report = self.end(memory, time, keep, luminance)?;
        Ok((table.end(&pass), report))
    }

    /// Begins to take a frame; gives the number of those before it that lie within 1/30 of a second: none
    /// at up to 30 frames a second.
    fn begin(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        time: Timestamp,
    ) -> Result<u8, Error> {
        if frame.shape() != self.shape {
            return Err(Error::ShapeChanged);
        }
        let parts = self.layout.split(memory).ok_or(Error::MemoryTooSmall)?;
        let history = History { frames: parts.history, span: &mut self.span };
        if history.last().is_some_and(|last| time.nanoseconds() <= last) {
            return Err(Error::TimeNotAfter);
        }
        if history.is_full(time, self.layout.rate) {
            return Err(Error::RateTooHigh);
        }
        let keep = history.within(time, SECOND / 30, u8::MAX - 1);
        simd::plain(self.backend, CatchUp { analysis: self, parts, keep });
        Ok(keep)
    }

    /// Follows the cells of some rows of cells; gives the sum of their luminances.
    fn follow(
        &mut self,
        memory: &mut [u8],
        frame: &Frame<'_>,
        rows: Range<usize>,
    ) -> Result<f64, Error> {
        let parts = self.layout.split(memory).ok_or(Error::MemoryTooSmall)?;
        Ok(simd::plain(self.backend, Follow { analysis: self, parts, frame, rows }))
    }

    /// Counts, judges and reports.
    fn end(
        &mut self,
        memory: &mut [u8],
        time: Timestamp,
        keep: u8,
        luminance: f64,
    ) -> Result<Report, Error> {
        let parts = self.layout.split(memory).ok_or(Error::MemoryTooSmall)?;
        simd::plain(self.backend, Count { analysis: self, parts, time, keep });
        let parts = self.layout.split(memory).ok_or(Error::MemoryTooSmall)?;
        Ok(self.report(parts, time, luminance))
    }

    fn report(&mut self, parts: Parts<'_>, time: Timestamp, luminance: f64) -> Report {
        let (general, red) = (self.general.count, self.red.count);
        let (flash, kept) =
            if red > general { (Flash::Red, &self.red) } else { (Flash::General, &self.general) };
        let worst = worst(&self.layout.grid, kept);
        let mut history = History { frames: parts.history, span: &mut self.span };
        let verdict = history.judge(&self.profile, time, general.max(red));
        let report = Report {
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
        let most = self.summary.worst.general.max(self.summary.worst.red);
        if general.max(red) > most || report.frame == 0 {
            self.summary.worst = report;
        }
        self.follow_incident(parts.incidents, &report);
        report
    }

    /// Begins, continues or ends an incident.
    fn follow_incident(
        &mut self,
        kept: &mut [[u64; crate::flash::incidents::WORDS]],
        now: &Report,
    ) {
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

    pub(crate) fn summary(&self) -> Summary {
        self.summary
    }

    pub(crate) fn incident(&self, memory: &mut [u8], index: usize) -> Option<Incident> {
        if index as u64 >= self.summary.incidents {
            return None;
        }
        let words = self.layout.split(memory)?.incidents.get(index).copied()?;
        Some(Incident::of_words(words))
    }
}

/// The cells that a rectangle touches.
fn in_cells(rectangle: Rectangle, cell: u32) -> Rectangle {
    if rectangle.width == 0 || rectangle.height == 0 {
        return Rectangle::default();
    }
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

/// Lets the cells that turned in the frame before wait, where they can still matter.
struct CatchUp<'a, 'm> {
    analysis: &'a mut Analysis,
    parts: Parts<'m>,
    keep: u8,
}

impl Plain for CatchUp<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Light>(self, _: With<L>) {
        let Self { analysis, parts, keep } = self;
        let grid = analysis.layout.grid;
        for (kept, mut kind) in
            [&mut analysis.general, &mut analysis.red].into_iter().zip(parts.kinds)
        {
            if keep == 0 {
                kept.void = true;
            } else if kept.unsettled {
                settle_turns(&grid, kept, &mut kind, parts.company, 0);
            }
            kept.unsettled = false;
        }
    }
}

/// Follows the cells of some rows of cells.
struct Follow<'a, 'm, 'f> {
    analysis: &'a mut Analysis,
    parts: Parts<'m>,
    frame: &'a Frame<'f>,
    rows: Range<usize>,
}

impl Plain for Follow<'_, '_, '_> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Light>(self, with: With<L>) -> f64 {
        let Self { analysis, mut parts, frame, rows } = self;
        let grid = analysis.layout.grid;
        let wanted = Wanted { light: analysis.profile.light, conversion: analysis.conversion };
        let mut luminance = 0.0;
        for row in rows {
            sum_row(with, frame, &grid, wanted, row, &mut parts.bench);
            luminance += step_row(&analysis.profile, &grid, row, &mut parts);
        }
        luminance
    }
}

/// Counts the cells that turned.
struct Count<'a, 'm> {
    analysis: &'a mut Analysis,
    parts: Parts<'m>,
    time: Timestamp,
    keep: u8,
}

impl Plain for Count<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Light>(self, _: With<L>) {
        let Self { analysis, parts, time, keep } = self;
        let grid = analysis.layout.grid;
        let ignored = analysis.ignored.get(..analysis.ignored_count).unwrap_or(&[]);
        let Parts { kinds, mut sums, company, full, covered, .. } = parts;
        let mut room = Room { company, sums: &mut sums, full, covered };
        for (kept, mut kind) in [&mut analysis.general, &mut analysis.red].into_iter().zip(kinds) {
            for cells in ignored {
                ignore(&grid, cells, kind.turns);
            }
            count(&grid, kept, &mut kind, &mut room, keep, time);
        }
    }
}

/// Room to work in that both kinds of flash share.
struct Room<'a, 'm> {
    company: &'a mut [i8],
    sums: &'a mut field::Sums<'m>,
    full: &'a mut [u8],
    covered: &'a mut [u8],
}

/// Lets the cells that turned wait to be counted.
#[inline(always)]
fn settle_turns(grid: &Grid, kept: &mut Kept, kind: &mut KindParts<'_>, room: &mut [i8], keep: u8) {
    if kept.void {
        kind.rising.fill(0);
        kind.falling.fill(0);
        kept.void = false;
    }
    let waiting = Waiting { rising: kind.rising, falling: kind.falling, room };
    kept.waiting = settle(grid, kind.turns, keep, waiting);
}

/// Takes the turns of cells away.
#[inline(always)]
fn ignore(grid: &Grid, cells: &Rectangle, turns: &mut [Turn]) {
    let (top, high) = (cells.y as usize, cells.height as usize);
    for row in turns.chunks_exact_mut(grid.across).skip(top).take(high) {
        for turn in row.iter_mut().skip(cells.x as usize).take(cells.width as usize) {
            *turn = 0;
        }
    }
}

/// Counts the cells that turned in company, and finds the count of the frame.
#[inline(always)]
fn count(
    grid: &Grid,
    kept: &mut Kept,
    kind: &mut KindParts<'_>,
    room: &mut Room<'_, '_>,
    keep: u8,
    time: Timestamp,
) {
    let turned = tally(kind.turns);
    let waited = if kept.void { [0; 2] } else { kept.waiting };
    // More cells than turned or waited cannot wait now, and too few change nothing.
    let can_count = (0..2).any(|i| turned[i] + waited[i] > grid.enough);
    let mut changed = false;
    if can_count || (keep > 0 && turned.iter().chain(&waited).any(|&cells| cells > 0)) {
        settle_turns(grid, kept, kind, room.company, keep);
        for (ages, waiting) in
            [&mut *kind.rising, &mut *kind.falling].into_iter().zip(&mut kept.waiting)
        {
            if *waiting <= grid.enough {
                continue;
            }
            let waits = Waits { ages, across: grid.across };
            if cover(grid, &waits, room.sums, room.full, room.covered) {
                let mut second =
                    Second { counts: kind.counts, times: kind.times, slots: kind.slots };
                *waiting -= second.count(time, ages, room.covered);
                changed = true;
            }
        }
    } else {
        kept.unsettled = turned.iter().any(|&cells| cells > 0);
    }
    let mut second = Second { counts: kind.counts, times: kind.times, slots: kind.slots };
    if second.expire(time) || changed {
        recount(grid, kept, kind.counts, room.sums);
    }
}

/// Cells that rose, and that fell.
#[inline(always)]
fn tally(turns: &[Turn]) -> [u32; 2] {
    let mut tally = [0; 2];
    for row in turns.chunks(1 << 12) {
        let (mut rose, mut fell) = (0, 0);
        for &turn in row {
            rose += u16::from(turn > 0);
            fell += u16::from(turn < 0);
        }
        tally[0] += u32::from(rose);
        tally[1] += u32::from(fell);
    }
    tally
}

/// Finds the largest number of transitions that enough cells of some field have. It seldom lies far from
/// that of the frame before.
#[inline(always)]
fn recount(grid: &Grid, kept: &mut Kept, counts: &[u16], sums: &mut field::Sums<'_>) {
    let before = kept.count;
    while let Some(place) = reaching(grid, counts, kept.count + 1, sums) {
        kept.count += 1;
        kept.place = place;
    }
    if kept.count > before {
        return;
    }
    while kept.count > 0 {
        if let Some(place) = reaching(grid, counts, kept.count, sums) {
            kept.place = place;
            return;
        }
        kept.count -= 1;
    }
}

/// The field with the most cells whose count is at least `least`, where those are enough.
#[inline(always)]
fn reaching(grid: &Grid, counts: &[u16], least: u32, sums: &mut field::Sums<'_>) -> Option<Place> {
    let least = u16::try_from(least).ok()?;
    let cells: u32 = counts.iter().map(|&count| u32::from(count >= least)).sum();
    if cells <= grid.enough {
        return None;
    }
    let place = fullest(grid, &Reaches { counts, least, across: grid.across }, sums);
    (place.cells > grid.enough).then_some(place)
}

/// Follows the cells of a row, whose light the bench has; gives the sum of their luminances.
#[inline(always)]
fn step_row(profile: &Profile, grid: &Grid, row: usize, parts: &mut Parts<'_>) -> f64 {
    let cell = grid.cell as usize;
    let high = cell.min(grid.height as usize - row * cell);
    // The last cell of a row may be narrower than the others.
    let last = grid.width as usize - (grid.across - 1) * cell;
    let mut sum = 0.0;
    for (from, to, wide) in [(0, grid.across - 1, cell), (grid.across - 1, grid.across, last)] {
        let at = row * grid.across;
        let (first, end) = (at + from, at + to);
        let [a, b, c] = &parts.bench.light;
        let (Some(a), Some(b), Some(c)) = (a.get(from..to), b.get(from..to), c.get(from..to))
        else {
            return sum;
        };
        let pixels = (wide * high) as f32;
        let sums = Sums { light: [a, b, c], pixels };
        let (Some(cells), Some(wide)) =
            (parts.bench.luminance.get_mut(from..to), parts.bench.turns.get_mut(from..to))
        else {
            return sum;
        };
        luminance(profile.light, sums, cells);
        sum += total(cells);
        let [general, red] = &mut parts.kinds;
        let [low, high] = &mut parts.luminance;
        if let (Some(low), Some(high), Some(turns)) =
            (low.get_mut(first..end), high.get_mut(first..end), general.turns.get_mut(first..end))
        {
            step_luminance(profile, cells, Extremes { low, high }, wide);
            narrow(wide, turns);
        }
        let ([low, low_second], [high, high_second]) = (&mut parts.red_low, &mut parts.red_high);
        if let (Some(low), Some(low_second), Some(high), Some(high_second), Some(turns)) = (
            low.get_mut(first..end),
            low_second.get_mut(first..end),
            high.get_mut(first..end),
            high_second.get_mut(first..end),
            red.turns.get_mut(first..end),
        ) {
            let kept = RedExtremes { low: [low, low_second], high: [high, high_second] };
            step_red(profile, sums, kept, wide);
            narrow(wide, turns);
        }
    }
    sum
}
