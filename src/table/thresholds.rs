//! The largest rises and falls of a frame, and what follows from them for the pixels that are still to come.

use crate::table::lut::LuminanceLut;
use crate::table::top::{GROUP, Top5};

/// The five largest rises and falls so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thresholds {
    pub(crate) rises: Direction,
    pub(crate) falls: Direction,
}

/// The five largest changes in one direction, and what is known to be no larger than the fifth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Direction {
    top: Top5,
    min_level_delta: u16,
    min_bright_level: u16,
    negligible_deltas: [u8; 16],
    rejected: CodePair,
}

/// The codes of a pixel in its brighter and its darker frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodePair {
    pub(crate) bright: u16,
    pub(crate) dark: u16,
}

impl CodePair {
    /// What is rejected where nothing was.
    const NONE: Self = Self { bright: 0, dark: u16::MAX };
}

impl Thresholds {
    /// Begins a frame.
    #[inline(never)]
    pub(crate) fn restart(&mut self, lut: &LuminanceLut<'_>) {
        self.rises = Direction::new();
        self.rises.follow_threshold(lut);
        self.falls = self.rises;
    }

    /// Begins anew after some of the pixels were compared, all of which will be again: no pixels, but the thresholds
    /// that those have shown.
    #[inline(never)]
    pub(crate) fn after_preview(&mut self, lut: &LuminanceLut<'_>) {
        for direction in [&mut self.rises, &mut self.falls] {
            direction.after_preview(lut);
        }
    }

    /// No pixel enters, until [`Thresholds::restart`]: for the first frame, which has none before it.
    pub(crate) fn none() -> Self {
        let direction =
            Direction { min_level_delta: ALL, min_bright_level: ALL, ..Direction::new() };
        Self { rises: direction, falls: direction }
    }

    /// Looks up a group of pixels, no more than [`GROUP`], by their codes in both frames. Says whether one of them
    /// entered.
    #[inline(never)]
    pub(crate) fn push_codes(&mut self, new: &[u16], old: &[u16], lut: &LuminanceLut<'_>) -> bool {
        let mut deltas = [0.0; GROUP];
        subtract(&mut deltas, new, old, lut);
        let risen = self.rises.push_group(&deltas, new, old, lut);
        negate(&mut deltas);
        let fallen = self.falls.push_group(&deltas, old, new, lut);
        risen || fallen
    }
}

#[inline(never)]
fn subtract(to: &mut [f64; GROUP], new: &[u16], old: &[u16], lut: &LuminanceLut<'_>) {
    for ((to, &new), &old) in to.iter_mut().zip(new).zip(old) {
        *to = lut.at(new) - lut.at(old);
    }
}

#[inline(never)]
fn negate(deltas: &mut [f64; GROUP]) {
    for delta in deltas {
        *delta = -*delta;
    }
}

/// More than any level, or difference of levels.
const ALL: u16 = 256;

impl Direction {
    fn new() -> Self {
        Self {
            top: Top5::new(),
            min_level_delta: 0,
            min_bright_level: 0,
            negligible_deltas: [0; 16],
            rejected: CodePair::NONE,
        }
    }

    fn after_preview(&mut self, lut: &LuminanceLut<'_>) {
        // Five changes are at least as large as the fifth of the preview, and all five must be found. So only what
        // is smaller is out of the question, and it is what the five begin as.
        let floor = self.top.threshold().next_down().max(0.0);
        *self = Self { top: Top5::of_equal(floor), ..Self::new() };
        self.follow_threshold(lut);
    }

    /// The five largest.
    pub(crate) fn top(&self) -> Top5 {
        self.top
    }

    /// What a change must exceed.
    pub(crate) fn threshold(&self) -> f64 {
        self.top.threshold()
    }

    /// Pixels whose levels lie closer cannot enter.
    pub(crate) fn min_level_delta(&self) -> u16 {
        self.min_level_delta
    }

    /// Pixels whose brighter level is below cannot enter.
    pub(crate) fn min_bright_level(&self) -> u16 {
        self.min_bright_level
    }

    /// How many codes a pixel may change by without entering, by the level of its brighter code / 16.
    pub(crate) fn negligible_deltas(&self) -> &[u8; 16] {
        &self.negligible_deltas
    }

    /// Codes that lie too close for a pixel to enter, and with them all pairs that lie between the two.
    pub(crate) fn rejected(&self) -> CodePair {
        self.rejected
    }

    #[inline(never)]
    fn push_group(
        &mut self,
        deltas: &[f64; GROUP],
        bright: &[u16],
        dark: &[u16],
        lut: &LuminanceLut<'_>,
    ) -> bool {
        let nearly = self.threshold() * NEARLY;
        let largest = deltas.iter().fold(0.0, |a: f64, &b| if b > a { b } else { a });
        if largest <= nearly {
            return false;
        }
        let entered = self.top.push_group(deltas);
        if entered {
            self.follow_threshold(lut);
        }
        self.reject(deltas, nearly, bright, dark, lut);
        entered
    }

    /// Brings all that depends on the threshold up to it, after it has risen.
    fn follow_threshold(&mut self, lut: &LuminanceLut<'_>) {
        let threshold = self.threshold();
        let max_delta = lut.max_delta();
        // Thresholds only rise, so the search goes on where it ended last.
        while max_delta
            .get(usize::from(self.min_level_delta))
            .is_some_and(|&delta| f64::from(delta) <= threshold)
        {
            self.min_level_delta += 1;
        }
        while lut.above_black(self.min_bright_level).is_some_and(|delta| delta <= threshold) {
            self.min_bright_level += 1;
        }
        for (delta, &step) in self.negligible_deltas.iter_mut().zip(lut.max_step()) {
            // A little less than the quotient, so that no rounding makes it a code too many.
            *delta = (threshold / step * (1.0 - 1e-9)) as u8;
        }
    }

    /// Remembers the outermost codes of the pixels that nearly entered, if a pixel with both would not enter either.
    /// Many pixels near the threshold are then rejected by their codes.
    fn reject(
        &mut self,
        deltas: &[f64; GROUP],
        nearly: f64,
        bright: &[u16],
        dark: &[u16],
        lut: &LuminanceLut<'_>,
    ) {
        let mut outermost = CodePair::NONE;
        for ((&delta, &bright), &dark) in deltas.iter().zip(bright).zip(dark) {
            if delta > nearly {
                outermost.bright = outermost.bright.max(bright);
                outermost.dark = outermost.dark.min(dark);
            }
        }
        let both = CodePair {
            bright: outermost.bright.max(self.rejected.bright),
            dark: outermost.dark.min(self.rejected.dark),
        };
        for pair in [outermost, both] {
            if pair.bright > 0 && lut.at(pair.bright) - lut.at(pair.dark) <= self.threshold() {
                self.rejected = pair;
            }
        }
    }
}

/// The part of the threshold above which a change nearly entered: about the precision of the linear bounds.
const NEARLY: f64 = 0.98;
