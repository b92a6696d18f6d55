//! Transitions of every cell: changes between a peak and the valley next to it, or within a short time.
//!
//! A state is a luminance, or the two coordinates of a colour. States of 8-bit light are kept in 16 bits, in parts of
//! [`SCALE`] plus one, so that 0 and 65535 can mean that there is no state. Light of more bits may be 50 times as bright
//! as a standard's white; its states are `f32`. See [`State`].

use core::ops::Range;

use bytemuck::{Pod, Zeroable};

use crate::color::display::WHITE;
use crate::error::Error;
use crate::flash::geometry::Grid;
use crate::flash::light::{RowSums, SCALE, rounded, weigh};
use crate::flash::memory::{Arena, Cut};
use crate::flash::profile::{Profile, Red};
use crate::flash::report::Hazard;
use crate::flash::time::{LEAST_SLACK, SECOND, Timestamp};
use crate::simd::{Backend, Kernel, Simd, Vector, dispatch};

/// What a cell did in a frame: bits of [`ROSE`] and [`FELL`], at most one of them set.
pub(crate) type Turned = u8;
pub(crate) const ROSE: Turned = 1;
pub(crate) const FELL: Turned = 2;

/// A number that states are kept as.
pub(crate) trait State: Copy + PartialOrd {
    /// The type of a sum or a mean of a cell's light.
    type Light: Copy;

    /// A state below all others, and one above all others.
    const NO_LOW: Self;
    const NO_HIGH: Self;

    fn light(light: Self::Light) -> f32;

    fn lower(self, other: Self) -> Self;

    fn higher(self, other: Self) -> Self;

    /// Whether the change from the lower of two luminances to the higher one is a transition.
    fn is_general(rule: &Rule, lower: Self, higher: Self) -> bool;

    /// The state of a colour: the coordinate that is compared as higher or lower, and another one, which also tells
    /// whether the colour is a saturated red.
    fn of_red(rule: &Rule, light: [f32; 3]) -> (Self, Self);

    /// Whether a change of colour is a transition.
    fn is_red(distance_squared: f32, a: (Self, Self), b: (Self, Self)) -> bool;
}

impl State for u16 {
    type Light = i32;
    const NO_LOW: Self = 0;
    const NO_HIGH: Self = Self::MAX;

    #[inline(always)]
    fn light(light: i32) -> f32 {
        light as f32
    }

    #[inline(always)]
    fn lower(self, other: Self) -> Self {
        self.min(other)
    }

    #[inline(always)]
    fn higher(self, other: Self) -> Self {
        self.max(other)
    }

    #[inline(always)]
    fn is_general(rule: &Rule, lower: Self, higher: Self) -> bool {
        let change = higher.wrapping_sub(lower);
        // Without && and ||, which would branch: all cells are done side by side.
        let dark = (change >= rule.min_step) & (lower < rule.dark_limit);
        if rule.min_contrast == f32::INFINITY {
            // All in 16 bits.
            return dark;
        }
        let sum = 2.0 * (f32::from(lower) - 1.0) + f32::from(change);
        dark | ((lower >= rule.dark_limit) & (f32::from(change) >= rule.min_contrast * sum))
    }

    /// The second number has the saturation in its lowest bit.
    #[inline(always)]
    fn of_red(rule: &Rule, light: [f32; 3]) -> (Self, Self) {
        let (first, second, saturated) = red_coordinates(rule, light);
        let saturated = Self::from(saturated);
        if rule.by_difference != 0 {
            return (rounded(first + 1.0), saturated);
        }
        (rounded(first + 1.0), rounded(second) & !1 | saturated)
    }

    #[inline(always)]
    fn is_red(distance_squared: f32, a: (Self, Self), b: (Self, Self)) -> bool {
        let first = f32::from(a.0) - f32::from(b.0);
        let second = f32::from(a.1 | 1) - f32::from(b.1 | 1);
        (first * first + second * second > distance_squared) & ((a.1 | b.1) & 1 != 0)
    }
}

impl State for f32 {
    type Light = Self;
    const NO_LOW: Self = Self::NEG_INFINITY;
    const NO_HIGH: Self = Self::INFINITY;

    #[inline(always)]
    fn light(light: Self) -> f32 {
        light
    }

    #[inline(always)]
    fn lower(self, other: Self) -> Self {
        if self < other { self } else { other }
    }

    #[inline(always)]
    fn higher(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    #[inline(always)]
    fn is_general(rule: &Rule, lower: Self, higher: Self) -> bool {
        let change = higher - lower;
        let dark = (change >= rule.float_min_step) & (lower < rule.float_dark_limit);
        let bright =
            (lower >= rule.float_dark_limit) & (change >= rule.min_contrast * (higher + lower));
        // However small the smallest change may be, 0 is no change.
        (dark | bright) & (change > 0.0)
    }

    /// The second number is negative for a saturated red.
    #[inline(always)]
    fn of_red(rule: &Rule, light: [f32; 3]) -> (Self, Self) {
        let (first, second, saturated) = red_coordinates(rule, light);
        (first, if saturated { -1.0 - second } else { 1.0 + second })
    }

    #[inline(always)]
    fn is_red(distance_squared: f32, a: (Self, Self), b: (Self, Self)) -> bool {
        let (first, second) = (a.0 - b.0, a.1.abs() - b.1.abs());
        (first * first + second * second > distance_squared) & ((a.1 < 0.0) | (b.1 < 0.0))
    }
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
    /// General: the smallest contrast if the darker end is not below the limit.
    min_contrast: f32,
    /// Red: the square of the largest distance that is not a transition, in the units of states.
    distance_squared: f32,
    /// Red: the smallest part of the light that red has in a saturated red.
    saturation: f32,
    /// Red: whether colours are compared by R - G - B instead of u'v'.
    by_difference: u32,
    /// General: the smallest change, and the limit for the darker end, in the unit of light that is `f32`.
    float_min_step: f32,
    float_dark_limit: f32,
    /// The luminance of white in the unit of the light: 1, or cd/m².
    pub(crate) white: f32,
    /// Whether light and states are `f32`.
    is_float: u32,
    /// Nanoseconds that a transition may take; `i64::MAX` for changes between peaks and valleys.
    pub(crate) longest: i64,
}

impl Rule {
    /// The rule of a profile, given white in the unit of the light, and whether states are `f32`.
    pub(crate) fn new(profile: &Profile, hazard: Hazard, white: f32, is_float: bool) -> Self {
        let mut rule = Self {
            hazard: hazard as u32,
            longest: longest(profile),
            white,
            is_float: u32::from(is_float),
            ..Self::zeroed()
        };
        match hazard {
            Hazard::Pattern => debug_assert!(false, "patterns are no transitions"),
            Hazard::General => {
                let scale = SCALE / profile.white;
                // No state reaches the highest limit, so all are below it.
                let limited = |value: f32| value.clamp(0.0, 65_534.0);
                rule.min_step = rounded(limited(profile.min_step * scale)).max(1);
                rule.dark_limit = rounded(limited(profile.dark_limit * scale)) + 1;
                rule.min_contrast = profile.min_contrast;
                rule.float_min_step = profile.min_step / profile.white * white;
                rule.float_dark_limit = profile.dark_limit / profile.white * white;
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

    pub(crate) fn is_red(&self) -> bool {
        self.hazard == Hazard::Red as u32
    }

    fn is_float(&self) -> bool {
        self.is_float != 0
    }

    /// Whether transitions are changes within a short time.
    pub(crate) fn is_quick(&self) -> bool {
        self.longest != i64::MAX
    }

    /// How many states of a cell are kept for transitions within a short time: twice the frames that lie in it at a
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
    /// A bit for each way in which some of them were not passed on to the counters. They were too few for this frame,
    /// but may matter to the next one.
    pub(crate) unsettled: usize,
    /// For transitions within a short time: how many frames' states are kept.
    ring_frames: usize,
    /// The place of the next frame in the ring.
    ring_next: usize,
    /// How many frames before the current one a transition may have begun.
    recent: usize,
}

/// The arrays of a detector, with an entry for each cell.
pub(crate) struct DetectorArrays<'m> {
    /// The lowest and the highest state since the last transition; or the states of recent frames. Every
    /// coordinate is an array of its own.
    states: &'m mut [u16],
    /// The same in `f32`; one of the two is empty.
    float_states: &'m mut [f32],
    /// The way of the last transition; only for transitions within a short time.
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
        let states = cells.checked_mul(kept * rule.coordinates())?;
        Some(DetectorArrays {
            states: from.cut(if rule.is_float() { 0 } else { states })?,
            float_states: from.cut(if rule.is_float() { states } else { 0 })?,
            last_turned: from.cut(if rule.is_quick() { cells } else { 0 })?,
            turned: from.cut(cells)?,
        })
    }

    /// Its arrays among those of all detectors.
    #[inline(never)] // It cuts many arrays, and is called in many places.
    pub(crate) fn arrays_in<'m>(
        &self,
        max_fps: usize,
        grid: &Grid,
        detectors: &'m mut Arena<'_>,
    ) -> Option<DetectorArrays<'m>> {
        Self::arrays(&self.rule, max_fps, grid, &mut detectors.from(self.start)?)
    }

    /// Forgets all frames.
    pub(crate) fn reset(&mut self, arrays: &mut DetectorArrays<'_>) {
        (self.turned, self.unsettled, self.ring_next, self.recent) = ([0; 2], 0, 0, 0);
        clear(arrays.states);
        clear(arrays.float_states);
        arrays.last_turned.fill(0);
        arrays.turned.fill(0);
    }

    /// Checks that the states of the `recent` frames before this one, within [`Rule::longest`], are all kept.
    ///
    /// # Errors
    ///
    /// [`Error::RateTooHigh`] if there are more than have room.
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
        (sums, luminance): (RowSums<'_, i32>, &[u16]),
        arrays: &mut DetectorArrays<'_>,
    ) {
        let RowSums { light, pixels, .. } = sums;
        let scale = 1.0 / (pixels * f32::from(WHITE));
        let DetectorArrays { states, last_turned, turned, .. } = arrays;
        let cells = grid.places(y, &columns);
        let row = Row { cells, count: grid.cells(), light, scale, luminance, states, turned };
        self.follow_row(backend, row, last_turned);
    }

    /// The same, given light in BT.709's primaries.
    pub(crate) fn follow_float(
        &self,
        backend: Backend,
        grid: &Grid,
        y: usize,
        columns: Range<usize>,
        (light, luminance): ([&[f32]; 3], &[f32]),
        arrays: &mut DetectorArrays<'_>,
    ) {
        let scale = 1.0 / self.rule.white;
        let DetectorArrays { float_states: states, last_turned, turned, .. } = arrays;
        let cells = grid.places(y, &columns);
        let row = Row { cells, count: grid.cells(), light, scale, luminance, states, turned };
        self.follow_row(backend, row, last_turned);
    }

    fn follow_row<T: State>(&self, backend: Backend, row: Row<'_, T>, last_turned: &mut [Turned]) {
        let (rule, detector) = (&self.rule, self);
        let Row { cells, turned, .. } = row;
        let Some(turned) = turned.get_mut(cells.clone()) else {
            debug_assert!(false, "every cell has an entry");
            return;
        };
        let row = Row { cells, turned, ..row };
        match (rule.is_quick(), rule.is_red()) {
            (false, false) => dispatch(backend, PeakValley { rule, row }),
            (false, true) => dispatch(backend, RedPeakValley { rule, row }),
            (true, _) => dispatch(backend, Quick { detector, row, last_turned }),
        }
    }
}

/// Sets the lowest and the highest states before the first frame: any state is lower than the one and higher than the
/// other.
fn clear<T: State>(states: &mut [T]) {
    let half = states.len() / 2;
    for (i, state) in states.iter_mut().enumerate() {
        *state = if i < half { T::NO_HIGH } else { T::NO_LOW };
    }
}

/// Some cells of a row.
struct Row<'a, T: State> {
    /// Their places among all cells, and the number of these.
    cells: Range<usize>,
    count: usize,
    /// Linear light of red, green and blue, and the factor that makes it 1 for white.
    light: [&'a [T::Light]; 3],
    scale: f32,
    luminance: &'a [T],
    states: &'a mut [T],
    turned: &'a mut [Turned],
}

impl<'a, T: State> Row<'a, T> {
    /// The entries of the cells in `N` arrays of states.
    #[inline(always)]
    fn states<const N: usize>(
        states: &'a mut [T],
        count: usize,
        cells: &Range<usize>,
    ) -> [&'a mut [T]; N] {
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
/// Keeps the lowest and the highest state of each cell since its last transition. After a rise only the highest matters,
/// and after a fall only the lowest; the other one is [`State::NO_LOW`] or [`State::NO_HIGH`].
struct PeakValley<'a, T: State> {
    rule: &'a Rule,
    row: Row<'a, T>,
}

impl<T: State> Kernel for PeakValley<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { rule, row } = self;
        let Row { cells, count, luminance, states, turned, .. } = row;
        let [low, high] = Row::states(states, count, &cells);
        // The compiler knows that a copy is not changed by what is written, so it does cells side by side. The choice is
        // made once, not for each cell.
        let rule = *rule;
        if rule.min_contrast == f32::INFINITY {
            let rule = Rule { min_contrast: f32::INFINITY, ..rule };
            peaks_and_valleys(&rule, luminance, low, high, turned);
        } else {
            peaks_and_valleys(&rule, luminance, low, high, turned);
        }
    }
}

#[inline(always)]
fn peaks_and_valleys<T: State>(
    rule: &Rule,
    luminance: &[T],
    low: &mut [T],
    high: &mut [T],
    turned: &mut [Turned],
) {
    for (((low, high), turned), &now) in low.iter_mut().zip(high).zip(turned).zip(luminance) {
        let (lowest, highest) = (now.lower(*low), now.higher(*high));
        let rose = T::is_general(rule, lowest, now) & (*low != T::NO_LOW);
        let fell = T::is_general(rule, now, highest) & (*high != T::NO_HIGH) & !rose;
        *low = if rose {
            T::NO_LOW
        } else if fell {
            now
        } else {
            lowest
        };
        *high = if fell {
            T::NO_HIGH
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

/// A colour whose R + G + B is below this is raised to it by adding the same to all three: black has no colour, and the
/// noise of dark scenes is not a red flash.
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

/// The coordinates of a colour in parts of [`SCALE`], first the one that is compared as higher or lower; and whether the
/// colour is a saturated red. `light` is 1 for white.
#[inline(always)]
fn red_coordinates(rule: &Rule, [red, green, blue]: [f32; 3]) -> (f32, f32, bool) {
    let lift = (DARK - (red + green + blue)).max(0.0) * (1.0 / 3.0);
    let lifted = [red + lift, green + lift, blue + lift];
    let total = lifted[0] + lifted[1] + lifted[2];
    let saturated = lifted[0] >= rule.saturation * total;
    if rule.by_difference != 0 {
        return ((red - green - blue).max(0.0) * SCALE, 0.0, saturated);
    }
    let scale = SCALE / weigh(D, lifted);
    (weigh(U, lifted) * scale, weigh(V, lifted) * scale, saturated)
}

/// Red transitions between a peak and a valley, like [`PeakValley`].
struct RedPeakValley<'a, T: State> {
    rule: &'a Rule,
    row: Row<'a, T>,
}

impl<T: State> Kernel for RedPeakValley<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        // The choice is made once, not for each cell.
        if self.rule.by_difference == 0 {
            let rule = Rule { by_difference: 0, ..*self.rule };
            self.follow(&rule);
        } else {
            let rule = Rule { by_difference: 1, ..*self.rule };
            self.follow(&rule);
        }
    }
}

impl<T: State> RedPeakValley<'_, T> {
    #[inline(always)]
    fn follow(self, rule: &Rule) {
        let Row { cells, count, light: [red, green, blue], scale, states, turned, .. } = self.row;
        let [low, low_second, high, high_second] = Row::states(states, count, &cells);
        let light = red.iter().zip(green).zip(blue);
        let lows = low.iter_mut().zip(low_second);
        let highs = high.iter_mut().zip(high_second);
        let limit = rule.distance_squared;
        for (((low, high), turned), ((&red, &green), &blue)) in
            lows.zip(highs).zip(turned).zip(light)
        {
            let light = [T::light(red) * scale, T::light(green) * scale, T::light(blue) * scale];
            let now = T::of_red(rule, light);
            let (old_low, old_high) = ((*low.0, *low.1), (*high.0, *high.1));
            let lowest = if now.0 < old_low.0 { now } else { old_low };
            let highest = if now.0 > old_high.0 { now } else { old_high };
            let rose =
                (now.0 > lowest.0) & T::is_red(limit, now, lowest) & (old_low.0 != T::NO_LOW);
            let fell = (now.0 < highest.0)
                & T::is_red(limit, now, highest)
                & (old_high.0 != T::NO_HIGH)
                & !rose;
            let new_low = if fell { now } else { lowest };
            let new_high = if rose { now } else { highest };
            *low.0 = if rose { T::NO_LOW } else { new_low.0 };
            *low.1 = new_low.1;
            *high.0 = if fell { T::NO_HIGH } else { new_high.0 };
            *high.1 = new_high.1;
            *turned = way(rose, fell);
        }
    }
}

/// Transitions within a short time: against the states of recent frames, the latest first.
///
/// The latest of them from which the change is large enough gives the direction. A cell whose last transition went that
/// way does not turn again.
struct Quick<'a, T: State> {
    detector: &'a Detector,
    row: Row<'a, T>,
    last_turned: &'a mut [Turned],
}

impl<T: State> Kernel for Quick<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self, _: Simd<V>) {
        let Self { detector, row, last_turned } = self;
        let Row { cells, count, light, scale, luminance, states, turned } = row;
        let rule = &{ detector.rule }; // A copy, as for `PeakValley`.
        let coordinates = rule.coordinates();
        let frame_states = coordinates * count;
        // The state of this frame goes to its place in the ring first.
        let own = detector.ring_next * frame_states;
        if let Some(own) = states.get_mut(own..own + frame_states) {
            if rule.is_red() {
                let [first, second] = Row::states(own, count, &cells);
                let [red, green, blue] = light;
                let light = red.iter().zip(green).zip(blue);
                for ((first, second), ((&red, &green), &blue)) in
                    first.iter_mut().zip(second).zip(light)
                {
                    let light =
                        [T::light(red) * scale, T::light(green) * scale, T::light(blue) * scale];
                    (*first, *second) = T::of_red(rule, light);
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
                        T::is_red(rule.distance_squared, (now, now_second), (past, past_second));
                    *turned |= new_turn(*turned, large, now, past);
                }
            } else {
                for (turned, (&now, &past)) in turned.iter_mut().zip(now.iter().zip(past)) {
                    let large = T::is_general(rule, now.lower(past), now.higher(past));
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

/// The way of a change, for a cell that no later frame has given a way.
#[inline(always)]
fn new_turn<T: State>(known: Turned, large: bool, now: T, past: T) -> Turned {
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
