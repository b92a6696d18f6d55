//! Runs: bars along a line that are as wide as the last of their kind, light or dark.

use core::ops::Range;

use super::edges::{Edge, Edges, LineEnds, Lines, MOST_EDGES_WITHOUT_RUN, NoticedEdges};
use super::{Steps, UNIT, alike};
use crate::flash::memory::Cut;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// Runs of fewer pairs are none.
const FEWEST_PAIRS: u32 = 3 * UNIT / 2;

/// Runs whose pairs are narrower than this many cells in the mean are none: there noise is as regular as stripes.
const NARROWEST: i32 = 19 * UNIT as i32 / 4;

/// One pair, in the unit of [`PairPlanes::offset`].
pub(super) const OFFSET_UNIT: i32 = 4096;

/// What the runs along lines say of each cell, line by line.
pub(super) struct RunPlanes<'m> {
    pub(super) pair: PairPlanes<'m>,
    /// Whether the cell has a run and is in a pattern.
    pub(super) grown: &'m mut [u8],
}

/// [`PairPlanes::offset`] of a cell without a run.
pub(super) const NO_OFFSET: i16 = i16::MIN;

/// What the run with the most pairs says of each cell. Pairs and width are 0 where there is none.
///
/// Before that, of each line, `mean` and `phase` hold the edges that are noticed: see [`NoticedEdges`].
pub(super) struct PairPlanes<'m> {
    /// Pairs of the run.
    pub(super) pairs: &'m mut [u16],
    /// Mean width of its pairs.
    pub(super) mean: &'m mut [u16],
    /// Width of the pair at the cell. The lowest bit is 1 in the light bar.
    pub(super) width: &'m mut [u16],
    /// How far the cell lies behind the last rising edge.
    pub(super) phase: &'m mut [u16],
    /// How far it lies from the middle of the light bar, in pairs.
    pub(super) offset: &'m mut [i16],
}

impl<'m> RunPlanes<'m> {
    pub(super) fn cut(cells: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        let pair = PairPlanes {
            pairs: from.cut(cells)?,
            mean: from.cut(cells)?,
            width: from.cut(cells)?,
            phase: from.cut(cells)?,
            offset: from.cut(cells)?,
        };
        Some(Self { pair, grown: from.cut(cells)? })
    }
}

impl PairPlanes<'_> {
    /// Some cells of the planes.
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

/// Notices the edges along all lines. The planes hold them until they are filled in. Gives the most edges of any line.
pub(super) fn notice_edges(
    backend: Backend,
    lines: &Lines<'_>,
    steps: Steps,
    median: &mut [u16],
    ends: &mut LineEnds<'_>,
    planes: &mut PairPlanes<'_>,
) -> Option<u32> {
    let PairPlanes { pairs: extremes, mean: at, phase: before, .. } = planes;
    let mut noticed = NoticedEdges { at, before, ends };
    lines.notice_edges(backend, steps, (median, extremes), &mut noticed)
}

/// Fills the planes in by the runs along all lines, whose edges they hold. Gives the most pairs of any run.
pub(super) fn fill_planes(
    backend: Backend,
    lines: &Lines<'_>,
    steps: Steps,
    ends: &LineEnds<'_>,
    edges: &mut [Edge],
    planes: &mut PairPlanes<'_>,
) -> Option<u32> {
    planes.pairs.fill(0);
    planes.width.fill(0);
    planes.offset.fill(NO_OFFSET);
    let mut most = 0;
    for (line, &count) in ends.edges.iter().enumerate() {
        if u32::from(count) <= MOST_EDGES_WITHOUT_RUN {
            continue;
        }
        let mut planes = planes.of_cells(line * lines.length..(line + 1) * lines.length)?;
        let noticed =
            (planes.mean.get(..usize::from(count))?, planes.phase.get(..usize::from(count))?);
        let edges = lines.list_edges(line, noticed, ends, edges)?;
        // Where the last two runs stop, and the pairs of the last.
        let (mut stops, mut pairs) = ([0, 0], 0);
        for_each_run(&edges, lines.length, steps, |run| {
            debug_assert!(stops[0] <= run.start, "only runs next to each other share cells");
            // They are of the one with more pairs.
            let from = if pairs > run.pairs { stops[1] } else { 0 };
            run.fill(backend, from, &mut planes)?;
            most = most.max(run.pairs);
            (stops, pairs) = ([stops[1], run.stop], run.pairs);
            Some(())
        })?;
    }
    Some(most)
}

/// Calls `each` with the runs of a line of `length` cells.
#[inline(always)]
fn for_each_run(
    edges: &Edges<'_>,
    length: usize,
    steps: Steps,
    mut each: impl FnMut(&Run<'_>) -> Option<()>,
) -> Option<()> {
    let at = |edge: usize| Some(i64::from(edges.edges.get(edge)?.at));
    let bar = |bar: usize| Some(at(bar + 1)? - at(bar)?);
    // Whether the bar behind an edge is as wide as the next of its kind.
    let is_alike = |edge: usize| {
        let (this, between, next) = (bar(edge)?, bar(edge + 1)?, bar(edge + 2)?);
        Some(8 * (this - next).abs() <= 8 + this.min(next) + between)
    };
    let mut first = None;
    let last = edges.edges.len() - 1;
    for edge in 0..edges.edges.len() {
        let goes_on = edge + 3 <= last && is_alike(edge)?;
        if goes_on {
            first = first.or(Some(edge));
        } else if let Some(first) = first.take()
            && let Some(run) = Run::new(edges, (first, edge + 2), length, steps)?
        {
            each(&run)?;
        }
    }
    Some(())
}

/// A run.
struct Run<'a> {
    edges: Edges<'a>,
    /// Its cells, with the bars at the ends of the line that the picture cuts off.
    start: usize,
    stop: usize,
    pairs: u32,
    /// The mean width of its pairs.
    mean: u32,
}

impl<'a> Run<'a> {
    /// The run from one edge of a line to another, unless it is none.
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
        // A bar that is cut off belongs to the run unless it is wider than the next of its kind; it counts by its part.
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
        let peaks: u64 = run.iter().map(|edge| u64::from(edge.before.max(edge.after))).sum();
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
    /// Writes the run to its cells from one on.
    fn fill(&self, backend: Backend, from: usize, planes: &mut PairPlanes<'_>) -> Option<()> {
        let cells = from.max(self.start)..self.stop.max(from);
        planes.pairs.get_mut(cells.clone())?.fill(short(self.pairs as i32));
        planes.mean.get_mut(cells)?.fill(short(self.mean as i32));
        dispatch(backend, FillBars { run: self, from, planes })
    }

    fn at(&self, edge: usize) -> Option<i32> {
        Some(self.edges.edges.get(edge)?.at as i32)
    }

    fn position(&self, edge: usize) -> Option<i32> {
        Some(self.edges.edges.get(edge)?.position)
    }
}

/// The highest number of 16 bits stands for all above it.
fn short(value: i32) -> u16 {
    value.min(i32::from(u16::MAX)) as u16
}

/// Writes what differs from bar to bar of a run, from a cell on.
struct FillBars<'a, 'r, 'm> {
    run: &'a Run<'r>,
    from: usize,
    planes: &'a mut PairPlanes<'m>,
}

impl Kernel for FillBars<'_, '_, '_> {
    type Output = Option<()>;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> Option<()> {
        let Self { run, from, planes } = self;
        let last = run.edges.edges.len() - 1;
        // Bar k lies before edge k.
        for bar in 0..=run.edges.edges.len() {
            let start = if bar == 0 { run.start } else { run.at(bar - 1)? as usize }.max(from);
            let stop = if bar > last { run.stop } else { run.at(bar)? as usize };
            if start < stop {
                fill_bar(run, bar, (start, planes.of_cells(start..stop)?))?;
            }
        }
        Some(())
    }
}

#[inline(always)]
fn fill_bar(run: &Run<'_>, bar: usize, (start, planes): (usize, PairPlanes<'_>)) -> Option<()> {
    let last = run.edges.edges.len() - 1;
    let is_light = if bar == 0 { !run.edges.rises(0) } else { run.edges.rises(bar - 1) };
    let pair = bar.saturating_sub(1).min(last - 2);
    let width = (run.position(pair + 2)? - run.position(pair)?).max(2);
    // The last rising edge at or before the bar, or else the first one.
    let rise = match bar {
        0 => usize::from(!run.edges.rises(0)),
        _ if run.edges.rises(bar - 1) => bar - 1,
        1 => 1,
        _ => bar - 2,
    };
    // The outer bars are taken to be as wide as the next of their kind.
    let begins = match bar {
        0 => run.at(0)? - (run.at(2)? - run.at(1)?),
        _ => run.at(bar - 1)?,
    };
    let ends = match bar {
        _ if bar <= last => run.at(bar)?,
        _ => run.at(last)? + (run.at(last - 1)? - run.at(last - 2)?),
    };
    let unit = UNIT as i32;
    let start = start as i32 * unit;
    let phase = (start - run.position(rise)?).checked_rem_euclid(width)?;
    let from_middle = (2 * start + unit) - (begins + ends) * unit;
    let scale = OFFSET_UNIT as f32 / (2 * width) as f32;
    planes.width.fill(short(width) & !1 | u16::from(is_light));
    for (i, (to_phase, offset)) in (0..).zip(planes.phase.iter_mut().zip(planes.offset)) {
        // A bar is narrower than two pairs.
        let mut phase = phase + i * unit;
        for _ in 0..2 {
            phase -= if phase >= width { width } else { 0 };
        }
        *to_phase = short(phase);
        let from_middle = ((from_middle + 2 * i * unit).abs() as f32 * scale) as i32;
        *offset = (if is_light { from_middle } else { OFFSET_UNIT / 2 - from_middle }) as i16;
    }
    Some(())
}

/// Grows a pattern from line to line along its bars, once down and once up: to a cell of a run at most one step aside, of a
/// bar of the same kind and of a pair of the same width.
pub(super) fn grow(backend: Backend, length: usize, planes: &mut RunPlanes<'_>) -> Option<()> {
    let RunPlanes { pair: PairPlanes { width, .. }, grown } = planes;
    let lines = grown.len().checked_div(length)?;
    let mut step = |from: usize, to: usize| {
        let (low, high) = (from.min(to), from.max(to));
        let (before, behind) =
            grown.get_mut(low * length..(high + 1) * length)?.split_at_mut_checked(length)?;
        let (grown_from, grown_to) = if from < to { (before, behind) } else { (behind, before) };
        // A line that no pattern reaches ends nothing: those behind it may have seeds of their own.
        if grown_from.iter().fold(0, |any, grown| any | grown) == 0 {
            return Some(());
        }
        let line = |line: usize| width.get(line * length..(line + 1) * length);
        let widths = [line(from)?, line(to)?];
        dispatch(backend, Grow { widths, grown: grown_from, to: grown_to });
        Some(())
    };
    for line in 1..lines {
        step(line - 1, line)?;
    }
    for line in (1..lines).rev() {
        step(line, line - 1)?;
    }
    Some(())
}

struct Grow<'a> {
    /// Of the line that it grows from, and of the one that it grows to.
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
