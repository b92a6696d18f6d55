//! Runs: successive bars along a line, each as wide as the last one of its kind, light or dark.

use core::ops::Range;

use super::edges::{Edges, LineEnds, Lines, MOST_EDGES_WITHOUT_RUN, NoticedEdges};
use super::{LineScratch, Steps, UNIT, alike};
use crate::flash::light::rounded;
use crate::flash::memory::Cut;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// A run has at least this many pairs.
const FEWEST_PAIRS: u32 = 3 * UNIT / 2;

/// The pairs of a run are on average at least this wide: below, noise is as regular as stripes.
const NARROWEST: i32 = 19 * UNIT as i32 / 4;

/// One pair, in the unit of [`PairPlanes::offset`].
pub(super) const OFFSET_UNIT: i32 = 4096;

/// What the runs along the lines tell about each cell, line by line.
pub(super) struct RunPlanes<'m> {
    pub(super) pair: PairPlanes<'m>,
    /// 1 if the cell has a run along the line and is in a pattern. In the planes of the rows, patterns of rows and
    /// columns are combined: there these are the bits [`IN_ROW`] and [`IN_COLUMN`].
    pub(super) grown: &'m mut [u8],
    ends: LineEnds<'m>,
}

/// The cell is in a pattern by the run of its row, or by that of its column.
pub(super) const IN_ROW: u8 = 1;
pub(super) const IN_COLUMN: u8 = 2;

/// [`PairPlanes::offset`] of a cell without a run.
pub(super) const NO_OFFSET: i16 = i16::MIN;

/// What the run at each cell tells about it; where two runs overlap, the one with more pairs. Pairs and width are 0
/// where there is no run.
///
/// Until [`Runs::fill`], `mean` and `phase` hold the edges that were noticed along each line, see [`NoticedEdges`].
pub(super) struct PairPlanes<'m> {
    /// Pairs of the run.
    pub(super) pairs: &'m mut [u16],
    /// The mean width of its pairs.
    pub(super) mean: &'m mut [u16],
    /// The width of the pair at the cell. The lowest bit is 1 in the light bar.
    pub(super) width: &'m mut [u16],
    /// How far the cell lies after the last rising edge.
    pub(super) phase: &'m mut [u16],
    /// How far the cell lies from the middle of the nearest light bar, in parts of [`OFFSET_UNIT`].
    pub(super) offset: &'m mut [i16],
}

impl<'m> RunPlanes<'m> {
    pub(super) fn cut((lines, length): (usize, usize), from: &mut impl Cut<'m>) -> Option<Self> {
        let cells = lines * length;
        let pair = PairPlanes {
            pairs: from.cut(cells)?,
            mean: from.cut(cells)?,
            width: from.cut(cells)?,
            phase: from.cut(cells)?,
            offset: from.cut(cells)?,
        };
        Some(Self { pair, grown: from.cut(cells)?, ends: LineEnds::cut(lines, from)? })
    }
}

impl PairPlanes<'_> {
    /// The planes of some cells.
    fn of_cells(&mut self, cells: Range<usize>) -> Option<PairPlanes<'_>> {
        Some(PairPlanes {
            pairs: self.pairs.get_mut(cells.clone())?,
            mean: self.mean.get_mut(cells.clone())?,
            width: self.width.get_mut(cells.clone())?,
            phase: self.phase.get_mut(cells.clone())?,
            offset: self.offset.get_mut(cells)?,
        })
    }
}

/// The runs along all rows of cells, or along all columns.
pub(super) struct Runs<'a, 'm> {
    pub(super) backend: Backend,
    pub(super) steps: Steps,
    pub(super) lines: Lines<'a>,
    pub(super) planes: &'a mut RunPlanes<'m>,
}

impl Runs<'_, '_> {
    /// Notices the edges along all lines. Gives the most edges of any line.
    pub(super) fn notice_edges(&mut self, scratch: &mut LineScratch<'_>) -> Option<u32> {
        let RunPlanes { pair, ends, .. } = &mut *self.planes;
        let PairPlanes { pairs: extremes, mean: at, phase: before, .. } = pair;
        let mut noticed = NoticedEdges { at, before, ends };
        let [median, ..] = &mut scratch.numbers;
        self.lines.notice_edges(self.backend, self.steps, (median, extremes), &mut noticed)
    }

    /// Writes what its run tells about each cell. Gives the most pairs of any run.
    pub(super) fn fill(&mut self, scratch: &mut LineScratch<'_>) -> Option<u32> {
        let Self { backend, steps, lines, planes: RunPlanes { pair, ends, .. } } = self;
        pair.pairs.fill(0);
        pair.width.fill(0);
        pair.offset.fill(NO_OFFSET);
        let LineScratch { numbers: [median, ..], edges } = scratch;
        let mut most = 0;
        for (line, &count) in ends.edges.iter().enumerate() {
            if u32::from(count) <= MOST_EDGES_WITHOUT_RUN {
                continue;
            }
            let mut planes = pair.of_cells(lines.cells_of(line))?;
            let noticed =
                (planes.mean.get(..usize::from(count))?, planes.phase.get(..usize::from(count))?);
            let scratch = (&mut **median, &mut **edges);
            let edges = lines.list_edges(*backend, line, noticed, ends, scratch)?;
            for_each_run(&edges, lines.length, *steps, |run, from| {
                most = most.max(run.pairs);
                dispatch(*backend, Fill { run, from, planes: &mut planes })
            })?;
        }
        Some(most)
    }
}

impl RunPlanes<'_> {
    /// Grows patterns from line to line along their bars, once forward and once back: from a cell to those of the next
    /// line that are at most one step aside and lie in a bar of the same kind and a pair of the same width. A line has
    /// `length` cells.
    pub(super) fn grow(&mut self, backend: Backend, length: usize) -> Option<()> {
        let lines = self.grown.len().checked_div(length)?;
        for line in 1..lines {
            self.grow_line(backend, length, (line - 1, line))?;
        }
        for line in (1..lines).rev() {
            self.grow_line(backend, length, (line, line - 1))?;
        }
        Some(())
    }

    /// Grows a pattern from a line to one beside it.
    fn grow_line(
        &mut self,
        backend: Backend,
        length: usize,
        (from, to): (usize, usize),
    ) -> Option<()> {
        let Self { pair: PairPlanes { width, .. }, grown, .. } = self;
        let low = from.min(to) * length;
        let two = grown.get_mut(low..low + 2 * length)?;
        let (low, high) = two.split_at_mut_checked(length)?;
        let (grown, to_grow) = if from < to { (low, high) } else { (high, low) };
        // If no pattern reaches a line, the later ones may still have seeds of their own.
        if grown.iter().fold(0, |any, grown| any | grown) == 0 {
            return Some(());
        }
        let line = |line: usize| width.get(line * length..(line + 1) * length);
        let widths = [line(from)?, line(to)?];
        dispatch(backend, Grow { widths, grown, to: to_grow });
        Some(())
    }
}

/// Calls `each` for every run of a line of `length` cells, with the run and its first cell that does not belong to
/// another run.
#[inline(always)]
fn for_each_run(
    edges: &Edges<'_>,
    length: usize,
    steps: Steps,
    mut each: impl FnMut(&Run<'_>, usize) -> Option<()>,
) -> Option<()> {
    // Where the last two runs stop, and how many pairs the last one has.
    let (mut stops, mut pairs) = ([0, 0], 0);
    let mut end = |first: usize, last: usize| {
        let Some(run) = Run::new(edges, (first, last), length, steps)? else { return Some(()) };
        debug_assert!(stops[0] <= run.start, "only runs next to each other share cells");
        // Cells that two runs share belong to the one with more pairs.
        let from = if pairs > run.pairs { stops[1] } else { 0 };
        each(&run, from.max(run.start))?;
        (stops, pairs) = ([stops[1], run.stop], run.pairs);
        Some(())
    };
    let mut first = None;
    for (edge, four) in edges.edges.windows(4).enumerate() {
        let [a, b, c, d] = four else { break };
        let [a, b, c, d] = [a.at as i32, b.at as i32, c.at as i32, d.at as i32];
        // Whether the bar after an edge is as wide as the next one of its kind.
        let (this, between, next) = (b - a, c - b, d - c);
        if 8 * (this - next).abs() <= 8 + this.min(next) + between {
            first = first.or(Some(edge));
        } else if let Some(first) = first.take() {
            end(first, edge + 2)?;
        }
    }
    first.map_or(Some(()), |first| end(first, edges.edges.len() - 1))
}

/// A run.
struct Run<'a> {
    edges: Edges<'a>,
    /// Its cells, including bars that the border of the picture cuts off.
    start: usize,
    stop: usize,
    pairs: u32,
    /// The mean width of its pairs.
    mean: u32,
}

impl<'a> Run<'a> {
    /// The run from one edge of a line to another; `Some(None)` if its pairs are too few, too narrow or too dark.
    fn new(
        edges: &Edges<'a>,
        (first, last): (usize, usize),
        length: usize,
        steps: Steps,
    ) -> Option<Option<Self>> {
        let length = length as i64;
        let at = |edge: usize| Some(i64::from(edges.edges.get(edge)?.at));
        let (mut start, mut stop) = (at(first)?, at(last)?);
        let mut pairs = (last - first) as i64 * i64::from(UNIT) / 2;
        // A bar that is cut off belongs to the run unless it is wider than the next one of its kind. It counts in
        // proportion to its width.
        let mut cut = |width: i64, like: i64, pair: i64| {
            let belongs = 8 * (width - like) <= 8 + pair;
            if belongs {
                let part = (width.min(like) * i64::from(UNIT)).checked_div(2 * like);
                pairs += part.unwrap_or(0);
            }
            belongs
        };
        if first == 0 && cut(start, at(2)? - at(1)?, at(2)? - at(0)?) {
            start = 0;
        }
        if last + 1 == edges.edges.len() {
            let like = at(last - 1)? - at(last - 2)?;
            if cut(length - stop, like, at(last)? - at(last - 2)?) {
                stop = length;
            }
        }
        let bars = (last - first) as i64;
        let mean = (2 * (at(last)? - at(first)?) * i64::from(UNIT)).checked_div(bars)?;
        let run = edges.edges.get(first..=last)?;
        let peaks: u64 = run.iter().map(|edge| u64::from(edge.peak)).sum();
        let is_light = peaks > u64::from(steps.lightest) * run.len() as u64;
        let pairs = u32::try_from(pairs).ok()?;
        let is_run = pairs >= FEWEST_PAIRS && mean >= i64::from(NARROWEST) && is_light;
        Some(is_run.then_some(Self {
            edges: Edges { edges: run, first_rises: edges.rises(first) },
            start: start as usize,
            stop: stop as usize,
            pairs,
            mean: mean as u32,
        }))
    }
}

impl Run<'_> {
    /// Bar number `bar`, without the cells before `from`. Bar k lies before edge k.
    #[inline(always)]
    fn bar(&self, bar: usize, from: usize) -> Option<Bar> {
        let edges = self.edges.edges;
        let last = edges.len() - 1;
        let pair = bar.saturating_sub(1).min(last - 2);
        let width = edges.get(pair + 2)?.position - edges.get(pair)?.position;
        let cell = |edge: usize| Some(edges.get(edge)?.at as i32);
        // The outer bars are assumed to be as wide as the next ones of their kind.
        let (start, begins) = match bar {
            0 => (self.start, cell(0)? - (cell(2)? - cell(1)?)),
            _ => (cell(bar - 1)? as usize, cell(bar - 1)?),
        };
        let (stop, ends) = match bar {
            _ if bar <= last => (cell(bar)? as usize, cell(bar)?),
            _ => (self.stop, cell(last)? + (cell(last - 1)? - cell(last - 2)?)),
        };
        Some(Bar {
            start: start.max(from),
            stop,
            is_light: self.edges.first_rises != bar.is_multiple_of(2),
            width: width.max(2),
            middle: begins + ends,
        })
    }
}

/// A bar of a run.
struct Bar {
    /// Its cells.
    start: usize,
    stop: usize,
    is_light: bool,
    /// The width of its pair.
    width: i32,
    /// Twice the position of its middle, in cells.
    middle: i32,
}

/// A number cut to 16 bits: the highest one stands for all above it.
#[inline(always)]
fn short(value: i32) -> u16 {
    value.min(i32::from(u16::MAX)) as u16
}

/// Bars are narrow, so loops over their cells would be short. Instead this many cells are written at a time. Those
/// after the end of the bar belong to the next one, and are overwritten then.
const AT_A_TIME: usize = 8;

/// Writes what a run tells about its cells, from the cell `from` on.
struct Fill<'a, 'r, 'm> {
    run: &'a Run<'r>,
    from: usize,
    planes: &'a mut PairPlanes<'m>,
}

impl Kernel for Fill<'_, '_, '_> {
    type Output = Option<()>;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> Option<()> {
        let Self { run, from, planes: PairPlanes { pairs, mean, width, phase, offset } } = self;
        let cells = from..run.stop.max(from);
        pairs.get_mut(cells.clone())?.fill(short(run.pairs as i32));
        mean.get_mut(cells)?.fill(short(run.mean as i32));
        let unit = UNIT as i32;
        // The last rising edge at or before a bar, or else the first one.
        let mut rise = run.edges.edges.get(usize::from(!run.edges.first_rises))?.position;
        for index in 0..=run.edges.edges.len() {
            let bar = run.bar(index, from)?;
            if bar.is_light && index > 0 {
                rise = run.edges.edges.get(index - 1)?.position;
            }
            let width_and_kind = short(bar.width) & !1 | u16::from(bar.is_light);
            let scale = OFFSET_UNIT as f32 / (2 * bar.width) as f32;
            let first_phase = (bar.start as i32 * unit - rise).checked_rem_euclid(bar.width)?;
            let mut start = bar.start;
            while start < bar.stop {
                let (mut phases, mut offsets) = ([0; AT_A_TIME], [0; AT_A_TIME]);
                let phase_here = first_phase + (start - bar.start) as i32 * unit;
                let from_middle = (2 * start as i32 + 1 - bar.middle) * unit;
                for (i, (phase, offset)) in (0..).zip(phases.iter_mut().zip(&mut offsets)) {
                    *phase = bar.phase(phase_here + i * unit);
                    *offset = bar.offset(from_middle + 2 * i * unit, scale);
                }
                write(width, start, [width_and_kind; AT_A_TIME]);
                write(phase, start, phases);
                write(offset, start, offsets);
                start += AT_A_TIME;
            }
        }
        // The cells after the run belong to no run so far.
        write(width, run.stop, [0; AT_A_TIME]);
        write(offset, run.stop, [NO_OFFSET; AT_A_TIME]);
        Some(())
    }
}

/// Writes some cells of a line, or as many as there are.
#[inline(always)]
fn write<T>(line: &mut [T], at: usize, cells: [T; AT_A_TIME]) {
    let line = line.get_mut(at..).unwrap_or_default();
    if let Some(to) = line.first_chunk_mut() {
        *to = cells;
    } else {
        line.iter_mut().zip(cells).for_each(|(to, cell)| *to = cell);
    }
}

impl Bar {
    /// How far a cell lies after the last rising edge, given how far it lies after an earlier one.
    #[inline(always)]
    fn phase(&self, mut phase: i32) -> u16 {
        // A bar is narrower than two pairs.
        for _ in 0..2 {
            phase -= if phase >= self.width { self.width } else { 0 };
        }
        short(phase)
    }

    /// How far a cell lies from the middle of the nearest light bar, given twice its distance from the middle of this
    /// bar.
    #[inline(always)]
    fn offset(&self, from_middle: i32, scale: f32) -> i16 {
        let from_middle = from_middle.abs() as f32 * scale;
        // Rounded down, as by a cast, for which there is no vector instruction.
        let nearest = rounded(from_middle);
        let from_middle = i32::from(nearest) - i32::from(f32::from(nearest) > from_middle);
        (if self.is_light { from_middle } else { OFFSET_UNIT / 2 - from_middle }) as i16
    }
}

struct Grow<'a> {
    /// Of the line that the pattern grows from, and of the one that it grows to.
    widths: [&'a [u16]; 2],
    grown: &'a [u8],
    to: &'a mut [u8],
}

impl Kernel for Grow<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { widths: [from, to], grown, to: grown_to } = self;
        grow_line(from, grown, to, grown_to);
        if let ([_, from @ ..], [_, grown @ ..]) = (from, grown) {
            grow_line(from, grown, to, grown_to);
        }
        if let ([_, to @ ..], [_, grown_to @ ..]) = (to, grown_to) {
            grow_line(from, grown, to, grown_to);
        }
    }
}

#[inline(always)]
fn grow_line(from: &[u16], grown: &[u8], to: &[u16], grown_to: &mut [u8]) {
    for ((grown_to, &to), (&from, &grown)) in
        grown_to.iter_mut().zip(to).zip(from.iter().zip(grown))
    {
        let goes_on = (grown != 0) & (to != 0) & ((from ^ to) & 1 == 0) & alike(from, to);
        *grown_to |= u8::from(goes_on);
    }
}
