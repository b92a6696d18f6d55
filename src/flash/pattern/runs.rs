//! Runs: bars along a line that are as wide as the last of their kind, light or dark.

use super::edges::{Edge, Edges, Lines, MOST_EDGES_WITHOUT_RUN, list_edges};
use super::{Steps, UNIT, alike};
use crate::flash::memory::Cut;
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// Runs of fewer pairs are none.
const FEWEST_PAIRS: u32 = 3 * UNIT / 2;

/// Runs whose pairs are narrower than this many cells in the mean are none: there noise is as regular as stripes.
const NARROWEST: i32 = 19 * UNIT as i32 / 4;

/// One pair, in the unit of [`RunPlanes::offset`].
pub(super) const OFFSET_UNIT: i32 = 4096;

/// What the run with the most pairs says of each cell, line by line. All but `grown` is 0 where there is no run.
pub(super) struct RunPlanes<'m> {
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
    /// Whether the cell has a run and is in a pattern.
    pub(super) grown: &'m mut [u8],
}

impl<'m> RunPlanes<'m> {
    pub(super) fn cut(cells: usize, from: &mut impl Cut<'m>) -> Option<Self> {
        Some(Self {
            pairs: from.cut(cells)?,
            mean: from.cut(cells)?,
            width: from.cut(cells)?,
            phase: from.cut(cells)?,
            offset: from.cut(cells)?,
            grown: from.cut(cells)?,
        })
    }
}

/// Finds the runs along all lines, and fills the planes in. Gives the most pairs of any.
pub(super) fn find_runs(
    backend: Backend,
    lines: &Lines<'_>,
    edge_counts: &[u16],
    steps: Steps,
    (median, edges): (&mut [u16], &mut [Edge]),
    planes: &mut RunPlanes<'_>,
) -> Option<u32> {
    planes.pairs.fill(0);
    planes.width.fill(0);
    let mut most = 0;
    for (line, &count) in edge_counts.iter().enumerate() {
        if u32::from(count) <= MOST_EDGES_WITHOUT_RUN {
            continue;
        }
        let cells = lines.median(backend, line, median)?;
        let edges = list_edges(cells, steps, edges)?;
        debug_assert_eq!(edges.edges.len().min(usize::from(u16::MAX)), usize::from(count));
        most = most.max(runs_of_line(&edges, lines, line, steps, planes)?);
    }
    Some(most)
}

fn runs_of_line(
    edges: &Edges<'_>,
    lines: &Lines<'_>,
    line: usize,
    steps: Steps,
    planes: &mut RunPlanes<'_>,
) -> Option<u32> {
    let at = |edge: usize| Some(i64::from(edges.edges.get(edge)?.at));
    let bar = |bar: usize| Some(at(bar + 1)? - at(bar)?);
    // Whether the bar behind an edge is as wide as the next of its kind.
    let is_alike = |edge: usize| {
        let (this, between, next) = (bar(edge)?, bar(edge + 1)?, bar(edge + 2)?);
        Some(8 * (this - next).abs() <= 8 + this.min(next) + between)
    };
    let (mut most, mut first) = (0, None);
    let last = edges.edges.len() - 1;
    for edge in 0..edges.edges.len() {
        let goes_on = edge + 3 <= last && is_alike(edge)?;
        if goes_on {
            first = first.or(Some(edge));
        } else if let Some(first) = first.take() {
            most = most.max(run(edges, (first, edge + 2), lines, line, steps, planes)?);
        }
    }
    Some(most)
}

/// Fills in a run from one edge to another, and the bars at the ends of the line that are cut off. Gives its pairs, or 0 where it is none.
fn run(
    edges: &Edges<'_>,
    (first, last): (usize, usize),
    lines: &Lines<'_>,
    line: usize,
    steps: Steps,
    planes: &mut RunPlanes<'_>,
) -> Option<u32> {
    let length = lines.length as i64;
    let at = |edge: usize| Some(i64::from(edges.edges.get(edge)?.at));
    let (mut start, mut stop) = (at(first)?, at(last)?);
    let mut pairs = (last - first) as i64 * i64::from(UNIT) / 2;
    // A bar that the picture cuts off belongs to the run unless it is wider than the next of its kind; it counts by its part.
    let mut cut = |width: i64, like: i64, pair: i64| {
        let belongs = 8 * (width - like) <= 8 + pair;
        if belongs {
            pairs += (width.min(like) * i64::from(UNIT)).checked_div(2 * like).unwrap_or(0);
        }
        belongs
    };
    if first == 0 {
        let like = at(2)? - at(1)?;
        if cut(start, like, at(2)? - at(0)?) {
            start = 0;
        }
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
    if pairs < FEWEST_PAIRS || mean < i64::from(NARROWEST) || !is_light {
        return Some(0);
    }
    let fill = FillRun {
        edges: run,
        first_rises: edges.rises(first),
        pairs: pairs.min(u32::from(u16::MAX)) as u16,
        mean: mean.min(i64::from(u16::MAX)) as u16,
    };
    let cells = line * lines.length..(line + 1) * lines.length;
    fill.run((start as usize, stop as usize), &mut PlanesOfLine::new(planes, cells)?)?;
    Some(pairs)
}

/// The planes of a line.
struct PlanesOfLine<'a> {
    pairs: &'a mut [u16],
    mean: &'a mut [u16],
    width: &'a mut [u16],
    phase: &'a mut [u16],
    offset: &'a mut [i16],
}

impl<'a> PlanesOfLine<'a> {
    fn new(planes: &'a mut RunPlanes<'_>, cells: core::ops::Range<usize>) -> Option<Self> {
        Some(Self {
            pairs: planes.pairs.get_mut(cells.clone())?,
            mean: planes.mean.get_mut(cells.clone())?,
            width: planes.width.get_mut(cells.clone())?,
            phase: planes.phase.get_mut(cells.clone())?,
            offset: planes.offset.get_mut(cells)?,
        })
    }
}

/// A run, to be written to the cells that have none with more pairs.
struct FillRun<'a> {
    edges: &'a [Edge],
    first_rises: bool,
    pairs: u16,
    mean: u16,
}

impl FillRun<'_> {
    fn run(&self, (start, stop): (usize, usize), planes: &mut PlanesOfLine<'_>) -> Option<()> {
        let last = self.edges.len() - 1;
        // Bar k lies before edge k.
        for k in 0..=self.edges.len() {
            let from = if k == 0 { start } else { self.at(k - 1)? as usize };
            let to = if k > last { stop } else { self.at(k)? as usize };
            if from < to {
                self.fill_bar(k, from..to, planes)?;
            }
        }
        Some(())
    }

    fn at(&self, edge: usize) -> Option<i64> {
        Some(i64::from(self.edges.get(edge)?.at))
    }

    fn place(&self, edge: usize) -> Option<i32> {
        Some(self.edges.get(edge)?.place)
    }

    fn rises(&self, edge: usize) -> bool {
        self.first_rises == edge.is_multiple_of(2)
    }

    fn fill_bar(
        &self,
        bar: usize,
        cells: core::ops::Range<usize>,
        planes: &mut PlanesOfLine<'_>,
    ) -> Option<()> {
        let last = self.edges.len() - 1;
        let is_light = if bar == 0 { !self.rises(0) } else { self.rises(bar - 1) };
        let pair = bar.saturating_sub(1).min(last - 2);
        let width = (self.place(pair + 2)? - self.place(pair)?).max(2);
        // The last rising edge at or before the bar, or else the first one.
        let rise = match bar {
            0 => usize::from(!self.rises(0)),
            _ if self.rises(bar - 1) => bar - 1,
            1 => 1,
            _ => bar - 2,
        };
        // The outer bars are taken to be as wide as the next of their kind.
        let begins =
            if bar == 0 { self.at(0)? - (self.at(2)? - self.at(1)?) } else { self.at(bar - 1)? };
        let ends = if bar > last {
            self.at(last)? + (self.at(last - 1)? - self.at(last - 2)?)
        } else {
            self.at(bar)?
        };
        let unit = UNIT as i32;
        let start = cells.start as i32 * unit;
        let mut phase = (start - self.place(rise)?).checked_rem_euclid(width)?;
        let mut from_middle = (2 * start + unit) - (begins + ends) as i32 * unit;
        let scale = OFFSET_UNIT as f32 / (2 * width) as f32;
        let saturated = |value: i32| value.min(i32::from(u16::MAX)) as u16;
        let marked_width = saturated(width) & !1 | u16::from(is_light);
        let pairs = planes.pairs.get_mut(cells.clone())?.iter_mut();
        let means = planes.mean.get_mut(cells.clone())?.iter_mut();
        let widths = planes.width.get_mut(cells.clone())?.iter_mut();
        let phases = planes.phase.get_mut(cells.clone())?.iter_mut();
        let offsets = planes.offset.get_mut(cells)?.iter_mut();
        let planes = pairs.zip(means).zip(widths).zip(phases).zip(offsets);
        for ((((pairs, mean), to_width), to_phase), offset) in planes {
            if *pairs <= self.pairs {
                (*pairs, *mean, *to_width) = (self.pairs, self.mean, marked_width);
                *to_phase = saturated(phase);
                let pairs_off = (from_middle.abs() as f32 * scale) as i32;
                *offset = (if is_light { pairs_off } else { OFFSET_UNIT / 2 - pairs_off }) as i16;
            }
            phase += unit;
            if phase >= width {
                phase = (phase - width).min(width - 1);
            }
            from_middle += 2 * unit;
        }
        Some(())
    }
}

/// Grows a pattern from line to line along its bars, once down and once up: to a cell of a run at most one step aside, of a
/// bar of the same kind and of a pair of the same width.
pub(super) fn grow(backend: Backend, length: usize, planes: &mut RunPlanes<'_>) -> Option<()> {
    let RunPlanes { width, grown, .. } = planes;
    let lines = grown.len().checked_div(length)?;
    let mut step = |from: usize, to: usize| {
        let (low, high) = (from.min(to), from.max(to));
        let (before, behind) =
            grown.get_mut(low * length..(high + 1) * length)?.split_at_mut_checked(length)?;
        let (grown_from, grown_to) = if from < to { (before, behind) } else { (behind, before) };
        // A line that no pattern reaches ends nothing: those behind it may have seeds of their own.
        if grown_from.iter().all(|&grown| grown == 0) {
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
