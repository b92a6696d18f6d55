//! The largest rises and falls of one frame against the frame before, while it is being looked at.

use crate::table::lut::LuminanceLut;
use crate::table::top::{GROUP, Top5};

/// The five largest rises and falls found so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thresholds {
    pub(crate) rises: Side,
    pub(crate) falls: Side,
}

/// The five largest changes in one direction, and what is known to be no larger than the fifth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    top: Top5,
    /// Codes whose levels lie less than this apart differ by no more than the threshold.
    reach: u16,
    /// Levels below this are too dark to be the brighter end.
    dimmest: u16,
    /// How many codes two may lie apart, by every 16 levels that the brighter one may be of.
    ignored: [u8; 16],
    /// No code up to `bright` lies further than the threshold above any code from `dark` on, because
    /// those two do not.
    refused: Pair,
}

/// The codes of a pixel in its brighter and its darker frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) bright: u16,
    pub(crate) dark: u16,
}

impl Thresholds {
    /// Begins anew: nothing seen yet.
    #[inline(never)]
    pub(crate) fn restart(&mut self, curve: &LuminanceLut<'_>) {
        self.rises = Side::new();
        self.rises.follow_threshold(curve);
        self.falls = self.rises;
    }

    /// After a preview: nothing seen yet, but known to find what it found, whose pixels will be seen again.
    #[inline(never)]
    pub(crate) fn after_preview(&mut self, curve: &LuminanceLut<'_>) {
        for side in [&mut self.rises, &mut self.falls] {
            side.after_preview(curve);
        }
    }

    /// What ignores every pixel: for the first frame, which has none before it, and until it is restarted.
    pub(crate) fn none() -> Self {
        let side = Side { reach: ALL, dimmest: ALL, ..Side::new() };
        Self { rises: side, falls: side }
    }

    /// Takes the codes of a group of pixels, no more than [`GROUP`], in this frame and the one before, into account.
    /// Says whether one of them entered.
    #[inline(never)]
    pub(crate) fn push_codes(
        &mut self,
        new: &[u16],
        old: &[u16],
        curve: &LuminanceLut<'_>,
    ) -> bool {
        let mut changes = [0.0; GROUP];
        differences(&mut changes, new, old, curve);
        let risen = self.rises.push_group(&changes, new, old, curve);
        negate(&mut changes);
        let fallen = self.falls.push_group(&changes, old, new, curve);
        risen || fallen
    }
}

#[inline(never)]
fn differences(to: &mut [f64; GROUP], from: &[u16], less: &[u16], curve: &LuminanceLut<'_>) {
    for ((to, &from), &less) in to.iter_mut().zip(from).zip(less) {
        *to = curve.at(from) - curve.at(less);
    }
}

#[inline(never)]
fn negate(changes: &mut [f64; GROUP]) {
    for change in changes {
        *change = -*change;
    }
}

/// More than any level, or distance of levels.
const ALL: u16 = 256;

impl Side {
    fn new() -> Self {
        let refused = Pair { bright: 0, dark: u16::MAX };
        Self { top: Top5::new(), reach: 0, dimmest: 0, ignored: [0; 16], refused }
    }

    fn after_preview(&mut self, curve: &LuminanceLut<'_>) {
        // Five changes are at least as large as the preview's fifth, and they all must be found, so
        // only what is smaller is out of the question; it is what they will take the places of.
        let floor = self.top.threshold().next_down().max(0.0);
        *self = Self { top: Top5::of_equal(floor), ..Self::new() };
        self.follow_threshold(curve);
    }

    /// The five largest.
    pub(crate) fn top(&self) -> Top5 {
        self.top
    }

    /// What a change must exceed.
    pub(crate) fn threshold(&self) -> f64 {
        self.top.threshold()
    }

    /// The distance of levels from which on a pixel must be looked at.
    pub(crate) fn reach(&self) -> u16 {
        self.reach
    }

    /// The darkest level that may be the brighter end of a change that enters.
    pub(crate) fn dimmest(&self) -> u16 {
        self.dimmest
    }

    /// How many codes a pixel may change without entering, by the level of its brighter code / 16.
    pub(crate) fn ignored(&self) -> &[u8; 16] {
        &self.ignored
    }

    /// Codes that were looked at and found too close, and with them all between.
    pub(crate) fn refused(&self) -> Pair {
        self.refused
    }

    #[inline(never)]
    fn push_group(
        &mut self,
        changes: &[f64; GROUP],
        bright: &[u16],
        dark: &[u16],
        curve: &LuminanceLut<'_>,
    ) -> bool {
        let nearly = self.threshold() * NEARLY;
        let greatest = changes.iter().fold(0.0, |a: f64, &b| if b > a { b } else { a });
        if greatest <= nearly {
            return false;
        }
        let entered = self.top.push_group(changes);
        if entered {
            self.follow_threshold(curve);
        }
        self.refuse(changes, nearly, bright, dark, curve);
        entered
    }

    /// Brings all that depends on the threshold up to it, after it has risen.
    fn follow_threshold(&mut self, curve: &LuminanceLut<'_>) {
        let threshold = self.threshold();
        let bound = curve.bound();
        // Thresholds only rise, so the search goes on where it ended last.
        while bound.get(usize::from(self.reach)).is_some_and(|&b| f64::from(b) <= threshold) {
            self.reach += 1;
        }
        while curve.above_black(self.dimmest).is_some_and(|light| light <= threshold) {
            self.dimmest += 1;
        }
        for (ignored, &step) in self.ignored.iter_mut().zip(curve.step()) {
            // A little less than the quotient, so that no rounding makes it a code too many.
            *ignored = (threshold / step * (1.0 - 1e-9)) as u8;
        }
    }

    /// Remembers the corner of what nearly entered, if it is too close itself: many pixels near the
    /// threshold are then told from their codes.
    fn refuse(
        &mut self,
        changes: &[f64; GROUP],
        nearly: f64,
        bright: &[u16],
        dark: &[u16],
        curve: &LuminanceLut<'_>,
    ) {
        let mut corner = Pair { bright: 0, dark: u16::MAX };
        for ((&change, &bright), &dark) in changes.iter().zip(bright).zip(dark) {
            if change > nearly {
                corner.bright = corner.bright.max(bright);
                corner.dark = corner.dark.min(dark);
            }
        }
        let both = Pair {
            bright: corner.bright.max(self.refused.bright),
            dark: corner.dark.min(self.refused.dark),
        };
        for pair in [corner, both] {
            if pair.bright > 0 && curve.at(pair.bright) - curve.at(pair.dark) <= self.threshold() {
                self.refused = pair;
            }
        }
    }
}

/// The part of the threshold above which a change nearly entered: the second look's precision.
const NEARLY: f64 = 0.98;
