//! Transitions of every cell: changes between a peak and the valley next to it, or within a short time.
//!
//! States are kept in 16 bits: luminance, or the two coordinates of a colour, in parts of [`SCALE`] and one more, so
//! that 0 and 65535 are free to say that there is no state.

use core::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::color::display::WHITE;
use crate::error::Error;
use crate::flash::geometry::Grid;
use crate::flash::memory::Cut;
use crate::flash::profile::{Profile, Red};
use crate::flash::report::Hazard;
use crate::flash::time::{LEAST_SLACK, SECOND, Timestamp};
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// White, and a coordinate of 1, in the units of states.
pub(crate) const SCALE: f32 = 65_000.0;

/// What a cell did in a frame: bits of [`ROSE`] and [`FELL`], at most one of them set.
pub(crate) type Turned = u8;
pub(crate) const ROSE: Turned = 1;
pub(crate) const FELL: Turned = 2;

/// A state that nothing is below, and one that nothing is above.
const NO_LOW: u16 = 0;
const NO_HIGH: u16 = u16::MAX;

/// The linear light of the cells of a frame, in parts of [`SCALE`].
pub(crate) type CellLight<'m> = [&'m mut [u16]; 3];

/// A row of cells, as far as the cells have the same number of pixels.
#[derive(Clone, Copy)]
pub(crate) struct RowSums<'a> {
    /// Sums of linear light of red, green and blue over a cell.
    pub(crate) light: [&'a [i32]; 3],
    /// Sums of luminance over a cell, where it is not that of the light.
    pub(crate) luminance: Option<&'a [f32]>,
    /// Pixels of each cell.
    pub(crate) pixels: f32,
}

/// Converts the sums of a row to light and luminance in 16 bits, and gives the sum of its luminances.
pub(crate) struct ConvertRow<'a> {
    pub(crate) sums: RowSums<'a>,
    pub(crate) light: [&'a mut [u16]; 3],
    pub(crate) luminance: &'a mut [u16],
}

impl Kernel for ConvertRow<'_> {
    /// In parts of [`SCALE`].
    type Output = u64;

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> u64 {
        let Self { sums: RowSums { light: sums, luminance: given, pixels }, light, luminance } =
            self;
        let scale = SCALE / (pixels * f32::from(WHITE));
        for (light, sums) in light.into_iter().zip(sums) {
            for (light, &sum) in light.iter_mut().zip(sums) {
                *light = rounded(sum as f32 * scale);
            }
        }
        match given {
            None => {
                let [red, green, blue] = sums;
                let cells = red.iter().zip(green).zip(blue);
                for (luminance, ((&red, &green), &blue)) in luminance.iter_mut().zip(cells) {
                    let sum = 0.2126 * red as f32 + 0.7152 * green as f32 + 0.0722 * blue as f32;
                    *luminance = rounded(sum * scale + 1.0);
                }
            }
            Some(given) => {
                let scale = SCALE / pixels;
                for (luminance, &sum) in luminance.iter_mut().zip(given) {
                    *luminance = rounded(sum * scale + 1.0);
                }
            }
        }
        let mut total = 0;
        for part in luminance.chunks(1 << 15) {
            total += u64::from(part.iter().map(|&luminance| u32::from(luminance) - 1).sum::<u32>());
        }
        total
    }
}

/// A number of 0 to 65535, rounded to the nearest: 2^23 more has no fraction, and the number in its lowest bits.
#[inline(always)]
fn rounded(value: f32) -> u16 {
    (value + 8_388_608.0).to_bits() as u16
}

/// What is a transition of one kind of hazard.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct Rule {
    /// The place of the hazard in [`Hazard::ALL`].
    pub(crate) hazard: u32,
    /// General: the smallest change, and the limit for the darker end, in the units of states.
    min_step: u16,
    dark_limit: u16,
    /// General: the smallest contrast where the darker end is not below the limit.
    min_contrast: f32,
    /// Red: the square of the largest distance that is no transition, in the units of states.
    distance_squared: f32,
    /// Red: the least part of the light of a saturated red.
    saturation: f32,
    /// Red: colours differ by R - G - B and not by u'v'.
    by_difference: u32,
    /// Nanoseconds that a transition may take; `i64::MAX` where it is a change from a peak to a valley.
    pub(crate) longest: i64,
}

impl Rule {
    pub(crate) fn new(profile: &Profile, hazard: Hazard) -> Self {
        let mut rule = Self { hazard: hazard as u32, longest: longest(profile), ..Self::zeroed() };
        match hazard {
            Hazard::General => {
                let scale = SCALE / profile.white;
                // No state reaches the highest limit, so that all are below it.
                let limited = |value: f32| value.clamp(0.0, 65_534.0);
                rule.min_step = rounded(limited(profile.min_step * scale)).max(1);
                rule.dark_limit = rounded(limited(profile.dark_limit * scale)) + 1;
                rule.min_contrast = profile.min_contrast;
            }
            Hazard::Red => {
                rule.saturation = profile.saturation;
                let distance = match profile.red {
                    Red::Chromaticity { min_distance } => min_distance,
                    Red::Difference { min_difference } => {
                        rule.by_difference = 1;
                        min_difference / DIFFERENCE_SCALE
                    }
                } * SCALE;
                rule.distance_squared = distance * distance;
            }
        }
        rule
    }

    /// Numbers of a state.
    fn coordinates(&self) -> usize {
        if self.is_red() { 2 } else { 1 }
    }

    fn is_red(&self) -> bool {
        self.hazard == Hazard::Red as u32
    }

    /// Whether transitions are changes within a short time.
    pub(crate) fn is_quick(&self) -> bool {
        self.longest != i64::MAX
    }

    /// States to keep of a cell for transitions within a short time: of twice the frames that lie in it at a
    /// steady rate.
    fn recent_frames(&self, max_fps: usize) -> usize {
        if !self.is_quick() {
            return 0;
        }
        let frames =
            (self.longest as u64).saturating_mul(max_fps as u64) / SECOND.unsigned_abs() + 1;
        2 * frames.min(u64::from(u16::MAX)) as usize + 1
    }
}

/// In nanoseconds.
fn longest(profile: &Profile) -> i64 {
    // Beyond a day there is no limit.
    if profile.longest < 86_400.0 {
        (f64::from(profile.longest) * 1e9 + 0.5) as i64
    } else {
        i64::MAX
    }
}

/// Follows the cells of a picture by a rule.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct Detector {
    pub(crate) rule: Rule,
    /// The number of the light that it follows.
    pub(crate) light: usize,
    /// Bytes before its arrays among those of all detectors.
    pub(crate) start: usize,
    /// Cells that rose and that fell in the last frame.
    pub(crate) turned: [u32; 2],
    /// Whether those have not been passed on to the counters, which may matter to the next frame.
    pub(crate) unsettled: usize,
    /// Frames whose states have room, where transitions are changes within a short time.
    ring_frames: usize,
    /// The frame in the ring that comes next.
    ring_next: usize,
    /// Frames before the one that is taken from which a transition may begin.
    recent: usize,
}

/// The arrays of a detector, with an entry for each cell.
pub(crate) struct DetectorArrays<'m> {
    /// The lowest and the highest state since the last transition; or the states of recent frames. Every
    /// coordinate is an array of its own.
    states: &'m mut [u16],
    /// The way of the last transition, where transitions are changes within a short time.
    last_turned: &'m mut [Turned],
    pub(crate) turned: &'m mut [Turned],
}

impl Detector {
    pub(crate) fn new(rule: Rule, light: usize, start: usize, max_fps: usize) -> Self {
        let ring_frames = rule.recent_frames(max_fps);
        Self { rule, light, start, ring_frames, ..Self::zeroed() }
    }

    #[inline(always)]
    pub(crate) fn arrays<'m>(
        rule: &Rule,
        max_fps: usize,
        grid: &Grid,
        from: &mut impl Cut<'m>,
    ) -> Option<DetectorArrays<'m>> {
        let cells = grid.cells();
        let kept = if rule.is_quick() { rule.recent_frames(max_fps) } else { 2 };
        Some(DetectorArrays {
            states: from.cut(cells.checked_mul(kept * rule.coordinates())?)?,
            last_turned: from.cut(if rule.is_quick() { cells } else { 0 })?,
            turned: from.cut(cells)?,
        })
    }

    /// Forgets all frames.
    pub(crate) fn reset(&mut self, arrays: &mut DetectorArrays<'_>) {
        (self.turned, self.unsettled, self.ring_next, self.recent) = ([0; 2], 0, 0, 0);
        let half = arrays.states.len() / 2;
        for (i, state) in arrays.states.iter_mut().enumerate() {
            // Before the first frame nothing is as low as the lowest state, and nothing as high as the highest.
            *state = if i < half { u16::MAX } else { 0 };
        }
        arrays.last_turned.fill(0);
        arrays.turned.fill(0);
    }

    /// Checks that there is room for a frame with `recent` frames before it in [`Rule::longest`].
    ///
    /// # Errors
    ///
    /// [`Error::RateTooHigh`] where there are more than have room.
    pub(crate) fn check_recent(&self, recent: usize) -> Result<(), Error> {
        // The frame's own states need a place as well.
        if self.rule.is_quick() && recent >= self.ring_frames {
            return Err(Error::RateTooHigh);
        }
        Ok(())
    }

    pub(crate) fn begin(&mut self, recent: usize) {
        self.turned = [0; 2];
        self.recent = recent;
    }

    /// Ends a frame.
    pub(crate) fn end(&mut self) {
        if self.rule.is_quick() {
            self.ring_next =
                if self.ring_next + 1 < self.ring_frames { self.ring_next + 1 } else { 0 };
        }
    }

    /// Follows the cells `columns` of row `y`, whose sums and luminances are given.
    pub(crate) fn follow(
        &self,
        backend: Backend,
        grid: &Grid,
        y: usize,
        columns: Range<usize>,
        (sums, luminance): (RowSums<'_>, &[u16]),
        arrays: &mut DetectorArrays<'_>,
    ) {
        let cells = y * grid.columns + columns.start..y * grid.columns + columns.end;
        let (rule, detector) = (&self.rule, self);
        let DetectorArrays { states, last_turned, turned } = arrays;
        let Some(turned) = turned.get_mut(cells.clone()) else {
            debug_assert!(false, "every cell has an entry");
            return;
        };
        let row = Row { cells, count: grid.cells(), sums, luminance, states, turned };
        match (rule.is_quick(), rule.is_red()) {
            (false, false) => dispatch(backend, PeakValley { rule, row }),
            (false, true) => dispatch(backend, RedPeakValley { rule, row }),
            (true, _) => dispatch(backend, Quick { detector, row, last_turned }),
        }
    }
}

/// Some cells of a row.
struct Row<'a> {
    /// Their places among all cells, and the number of these.
    cells: Range<usize>,
    count: usize,
    sums: RowSums<'a>,
    luminance: &'a [u16],
    states: &'a mut [u16],
    turned: &'a mut [Turned],
}

impl<'a> Row<'a> {
    /// The entries of the cells in `N` arrays of states.
    #[inline(always)]
    fn states<const N: usize>(
        states: &'a mut [u16],
        count: usize,
        cells: &Range<usize>,
    ) -> [&'a mut [u16]; N] {
        let mut all = states.chunks_exact_mut(count.max(1));
        debug_assert!(all.len() >= N, "a state has at least N numbers");
        [(); N].map(|()| all.next().and_then(|all| all.get_mut(cells.clone())).unwrap_or_default())
    }
}

/// The bits of a cell that rose, or fell.
#[inline(always)]
fn way(rose: bool, fell: bool) -> Turned {
    (Turned::from(rose) * ROSE) | (Turned::from(fell) * FELL)
}

/// General transitions between a peak and a valley.
///
/// Of each cell the lowest and the highest state since its last transition are kept. After a rise only the highest
/// matters and after a fall only the lowest; the other one is [`NO_LOW`] or [`NO_HIGH`].
struct PeakValley<'a> {
    rule: &'a Rule,
    row: Row<'a>,
}

impl Kernel for PeakValley<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { rule: &Rule { min_step, dark_limit, min_contrast, .. }, row } = self;
        let Row { cells, count, luminance, states, turned, .. } = row;
        let [low, high] = Row::states(states, count, &cells);
        if min_contrast == f32::INFINITY {
            // All in 16 bits.
            peaks_and_valleys(luminance, low, high, turned, |change, darker| {
                (change >= min_step) & (darker < dark_limit)
            });
        } else {
            peaks_and_valleys(luminance, low, high, turned, |change, darker| {
                is_general(min_step, dark_limit, min_contrast, change, darker)
            });
        }
    }
}

/// Whether a change of luminance is a transition.
#[inline(always)]
fn is_general(min_step: u16, dark_limit: u16, min_contrast: f32, change: u16, darker: u16) -> bool {
    // Without && and ||, so that nothing is skipped and all cells can be done side by side.
    let dark = (change >= min_step) & (darker < dark_limit);
    let sum = 2.0 * (f32::from(darker) - 1.0) + f32::from(change);
    dark | ((darker >= dark_limit) & (f32::from(change) >= min_contrast * sum))
}

#[inline(always)]
fn peaks_and_valleys(
    luminance: &[u16],
    low: &mut [u16],
    high: &mut [u16],
    turned: &mut [Turned],
    is_transition: impl Fn(u16, u16) -> bool,
) {
    for (((low, high), turned), &now) in low.iter_mut().zip(high).zip(turned).zip(luminance) {
        let (lowest, highest) = (now.min(*low), now.max(*high));
        let rose = is_transition(now.wrapping_sub(lowest), lowest) & (*low != NO_LOW);
        let fell = is_transition(highest.wrapping_sub(now), now) & (*high != NO_HIGH) & !rose;
        *low = if rose {
            NO_LOW
        } else if fell {
            now
        } else {
            lowest
        };
        *high = if fell {
            NO_HIGH
        } else if rose {
            now
        } else {
            highest
        };
        *turned = way(rose, fell);
    }
}

/// max(0, R - G - B) is multiplied by this (WCAG 2.1, "general flash and red flash thresholds").
const DIFFERENCE_SCALE: f32 = 320.0;

/// A state whose R + G + B is below this is lifted to it by equal parts of the three, as black has no colour and the
/// noise of dark scenes is no red flash.
const DARK: f32 = 0.05;

/// X, Y and Z of linear sRGB with the white point D65 (IEC 61966-2-1).
const XYZ: [[f64; 3]; 3] = [
    [0.412_456_4, 0.357_576_1, 0.180_437_5],
    [0.212_672_9, 0.715_152_2, 0.072_175_0],
    [0.019_333_9, 0.119_192_0, 0.950_304_1],
];

/// The weights of red, green and blue in some weighted sum of X, Y and Z.
const fn weights(of: [f64; 3]) -> [f32; 3] {
    let mut weights = [0.0; 3];
    let mut i = 0;
    while i < 3 {
        weights[i] = (of[0] * XYZ[0][i] + of[1] * XYZ[1][i] + of[2] * XYZ[2][i]) as f32;
        i += 1;
    }
    weights
}

/// CIE 1976: u' = 4 X / d and v' = 9 Y / d with d = X + 15 Y + 3 Z.
const U: [f32; 3] = weights([4.0, 0.0, 0.0]);
const V: [f32; 3] = weights([0.0, 9.0, 0.0]);
const D: [f32; 3] = weights([1.0, 15.0, 3.0]);

#[inline(always)]
fn weigh(weights: [f32; 3], [red, green, blue]: [f32; 3]) -> f32 {
    weights[0] * red + weights[1] * green + weights[2] * blue
}

/// The state of a colour: the coordinate by which states are higher or lower, and one whose lowest bit says whether
/// the colour is a saturated red.
#[inline(always)]
fn red_state(rule: &Rule, [red, green, blue]: [f32; 3]) -> (u16, u16) {
    let lift = (DARK - (red + green + blue)).max(0.0) * (1.0 / 3.0);
    let lifted = [red + lift, green + lift, blue + lift];
    let total = lifted[0] + lifted[1] + lifted[2];
    let saturated = u16::from(lifted[0] >= rule.saturation * total);
    if rule.by_difference != 0 {
        return (rounded((red - green - blue).max(0.0) * SCALE + 1.0), saturated);
    }
    let scale = SCALE / weigh(D, lifted);
    let (first, second) = (weigh(U, lifted) * scale + 1.0, weigh(V, lifted) * scale);
    (rounded(first), rounded(second) & !1 | saturated)
}

/// Whether a change of colour is a transition.
#[inline(always)]
fn is_red(distance_squared: f32, a: (u16, u16), b: (u16, u16)) -> bool {
    let first = f32::from(a.0) - f32::from(b.0);
    let second = f32::from(a.1 | 1) - f32::from(b.1 | 1);
    (first * first + second * second > distance_squared) & ((a.1 | b.1) & 1 != 0)
}

/// Red transitions between a peak and a valley, as [`PeakValley`].
struct RedPeakValley<'a> {
    rule: &'a Rule,
    row: Row<'a>,
}

impl Kernel for RedPeakValley<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        // The choice is made once, and not for each cell.
        if self.rule.by_difference == 0 {
            let rule = Rule { by_difference: 0, ..*self.rule };
            self.follow(&rule);
        } else {
            let rule = Rule { by_difference: 1, ..*self.rule };
            self.follow(&rule);
        }
    }
}

impl RedPeakValley<'_> {
    #[inline(always)]
    fn follow(self, rule: &Rule) {
        let Row { cells, count, sums, states, turned, .. } = self.row;
        let [low, low_second, high, high_second] = Row::states(states, count, &cells);
        let (scale, [red, green, blue]) = (1.0 / (sums.pixels * f32::from(WHITE)), sums.light);
        let light = red.iter().zip(green).zip(blue);
        let lows = low.iter_mut().zip(low_second);
        let highs = high.iter_mut().zip(high_second);
        let limit = rule.distance_squared;
        for (((low, high), turned), ((&red, &green), &blue)) in
            lows.zip(highs).zip(turned).zip(light)
        {
            let light = [red as f32 * scale, green as f32 * scale, blue as f32 * scale];
            let now = red_state(rule, light);
            let (old_low, old_high) = ((*low.0, *low.1), (*high.0, *high.1));
            let lowest = if now.0 < old_low.0 { now } else { old_low };
            let highest = if now.0 > old_high.0 { now } else { old_high };
            let rose = (now.0 > lowest.0) & is_red(limit, now, lowest) & (old_low.0 != NO_LOW);
            let fell =
                (now.0 < highest.0) & is_red(limit, now, highest) & (old_high.0 != NO_HIGH) & !rose;
            let new_low = if fell { now } else { lowest };
            let new_high = if rose { now } else { highest };
            *low.0 = if rose { NO_LOW } else { new_low.0 };
            *low.1 = new_low.1;
            *high.0 = if fell { NO_HIGH } else { new_high.0 };
            *high.1 = new_high.1;
            *turned = way(rose, fell);
        }
    }
}

/// Transitions within a short time: against the states of recent frames, the latest first.
///
/// The latest of them from which the change is large enough says the direction. A cell that turned that way last
/// does not turn again.
struct Quick<'a> {
    detector: &'a Detector,
    row: Row<'a>,
    last_turned: &'a mut [Turned],
}

impl Kernel for Quick<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { detector, row, last_turned } = self;
        let Row { cells, count, sums, luminance, states, turned } = row;
        let rule = &detector.rule;
        let coordinates = rule.coordinates();
        let frame_states = coordinates * count;
        // The state of this frame goes to its place in the ring first.
        let own = detector.ring_next * frame_states;
        if let Some(own) = states.get_mut(own..own + frame_states) {
            if rule.is_red() {
                let [first, second] = Row::states(own, count, &cells);
                let (scale, [red, green, blue]) =
                    (1.0 / (sums.pixels * f32::from(WHITE)), sums.light);
                let light = red.iter().zip(green).zip(blue);
                for ((first, second), ((&red, &green), &blue)) in
                    first.iter_mut().zip(second).zip(light)
                {
                    let light = [red as f32 * scale, green as f32 * scale, blue as f32 * scale];
                    (*first, *second) = red_state(rule, light);
                }
            } else {
                let [first] = Row::states(own, count, &cells);
                for (first, &luminance) in first.iter_mut().zip(luminance) {
                    *first = luminance;
                }
            }
        }
        turned.fill(0);
        for back in 1..=detector.recent {
            let frame = detector.ring_next + detector.ring_frames - back;
            let frame =
                if frame < detector.ring_frames { frame } else { frame - detector.ring_frames };
            let coordinate = |frame: usize, i: usize| {
                let array = frame * frame_states + i * count;
                let cells = states.get(array + cells.start..array + cells.end);
                debug_assert!(cells.is_some(), "the ring has room for all recent frames");
                cells.unwrap_or(&[])
            };
            let (now, past) = (coordinate(detector.ring_next, 0), coordinate(frame, 0));
            if rule.is_red() {
                let seconds = coordinate(detector.ring_next, 1).iter().zip(coordinate(frame, 1));
                let states = now.iter().zip(past).zip(seconds);
                for (turned, ((&now, &past), (&now_second, &past_second))) in
                    turned.iter_mut().zip(states)
                {
                    let large =
                        is_red(rule.distance_squared, (now, now_second), (past, past_second));
                    *turned |= new_turn(*turned, large, now, past);
                }
            } else {
                for (turned, (&now, &past)) in turned.iter_mut().zip(now.iter().zip(past)) {
                    let (change, darker) = (now.abs_diff(past), now.min(past));
                    let Rule { min_step, dark_limit, min_contrast, .. } = *rule;
                    let large = is_general(min_step, dark_limit, min_contrast, change, darker);
                    *turned |= new_turn(*turned, large, now, past);
                }
            }
        }
        let Some(last_turned) = last_turned.get_mut(cells) else {
            debug_assert!(false, "every cell has an entry");
            return;
        };
        for (turned, last) in turned.iter_mut().zip(last_turned) {
            *turned &= !*last;
            *last = if *turned == 0 { *last } else { *turned };
        }
    }
}

/// The way of a change, for a cell whose way is not known yet.
#[inline(always)]
fn new_turn(known: Turned, large: bool, now: u16, past: u16) -> Turned {
    let way = way(now > past, now < past);
    if large & (known == 0) { way } else { 0 }
}

/// Counts the cells that rose and that fell.
pub(crate) struct Tally<'a> {
    pub(crate) turned: &'a [Turned],
}

impl Kernel for Tally<'_> {
    type Output = [u32; 2];

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) -> [u32; 2] {
        let mut tally = [0; 2];
        for part in self.turned.chunks(128) {
            let (mut rose, mut fell) = (0u8, 0u8);
            for &turned in part {
                rose += turned & ROSE;
                fell += turned >> 1;
            }
            tally[0] += u32::from(rose);
            tally[1] += u32::from(fell);
        }
        tally
    }
}

/// Whether a transition from an earlier time to `now` takes no longer than `longest`, as far as rounded times tell.
pub(crate) fn is_recent(now: Timestamp, earlier: i64, longest: i64) -> bool {
    let took = now.nanoseconds().saturating_sub(earlier);
    took.saturating_add(now.slack - LEAST_SLACK) <= longest.saturating_add(LEAST_SLACK)
}
