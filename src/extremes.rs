//! The largest rises and falls of one frame against the frame before, while it is being looked at.

use crate::curve::Curve;
use crate::top::{GROUP, Top5};

/// The five largest rises and falls found so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extremes {
    pub(crate) rises: Side,
    pub(crate) falls: Side,
    /// The number of the first block the kernel is at work on.
    pub(crate) first_block: u32,
    /// Blocks that changed the five largest, the latest last.
    pub(crate) places: Places,
}

/// Blocks where large changes were found. What moves or flashes in one frame mostly does so in the
/// next, so looking at them first makes the thresholds high from the beginning.
pub(crate) type Places = [u32; 8];

/// The five largest changes in one direction, and what is known to be no larger than the fifth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    top: Top5,
    /// What the fifth largest exceeds in any case.
    floor: f64,
    /// Codes whose levels lie less than this apart differ by no more than the threshold.
    reach: u16,
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

impl Extremes {
    /// Nothing seen yet.
    pub(crate) fn new(curve: &Curve) -> Self {
        let mut side = Side::new();
        side.extend_reach(curve);
        Self { rises: side, falls: side, first_block: 0, places: [0; 8] }
    }

    /// Nothing seen yet, but known to find what `preview` found, whose pixels will be seen again.
    pub(crate) fn after(preview: &Self, curve: &Curve) -> Self {
        Self {
            rises: Side::after(&preview.rises, curve),
            falls: Side::after(&preview.falls, curve),
            first_block: 0,
            places: preview.places,
        }
    }

    /// What ignores every pixel: for the first frame, which has none before it.
    pub(crate) fn none() -> Self {
        let side = Side { reach: ALL, ..Side::new() };
        Self { rises: side, falls: side, first_block: 0, places: [0; 8] }
    }

    /// Takes the codes of a group of pixels, in this frame and the one before, into account.
    /// `block` is the number of their block after [`Extremes::first_block`].
    pub(crate) fn push_codes(
        &mut self,
        new: &[u16; GROUP],
        old: &[u16; GROUP],
        block: usize,
        curve: &Curve,
    ) {
        let mut changes = [0.0; GROUP];
        for ((change, &new), &old) in changes.iter_mut().zip(new).zip(old) {
            *change = curve.at(new) - curve.at(old);
        }
        let risen = self.rises.push_group(&changes, new, old, curve);
        for change in &mut changes {
            *change = -*change;
        }
        let fallen = self.falls.push_group(&changes, old, new, curve);
        if risen || fallen {
            self.remember(self.first_block.wrapping_add(block as u32));
        }
    }

    fn remember(&mut self, block: u32) {
        let at = self.places.iter().position(|&place| place == block).unwrap_or(0);
        if let Some(later) = self.places.get_mut(at..) {
            later.rotate_left(1);
        }
        if let Some(last) = self.places.last_mut() {
            *last = block;
        }
    }
}

/// A reach that no distance of levels has.
const ALL: u16 = 256;

impl Side {
    fn new() -> Self {
        let refused = Pair { bright: 0, dark: u16::MAX };
        Self { top: Top5::new(), floor: 0.0, reach: 0, refused }
    }

    fn after(preview: &Self, curve: &Curve) -> Self {
        // Five changes are at least as large as the preview's fifth, and they all must be found, so
        // only what is smaller is out of the question.
        let floor = preview.top.threshold().next_down().max(0.0);
        let mut side = Self { floor, ..Self::new() };
        side.extend_reach(curve);
        side
    }

    /// The mean of the five largest.
    pub(crate) fn mean(&self) -> f64 {
        self.top.mean()
    }

    /// What a change must exceed.
    pub(crate) fn threshold(&self) -> f64 {
        self.top.threshold().max(self.floor)
    }

    /// The distance of levels from which on a pixel must be looked at.
    pub(crate) fn reach(&self) -> u16 {
        self.reach
    }

    /// Codes that were looked at and found too close, and with them all between.
    pub(crate) fn refused(&self) -> Pair {
        self.refused
    }

    fn push_group(
        &mut self,
        changes: &[f64; GROUP],
        bright: &[u16; GROUP],
        dark: &[u16; GROUP],
        curve: &Curve,
    ) -> bool {
        let entered = self.top.push_group(changes);
        if entered {
            self.extend_reach(curve);
        }
        self.refuse(changes, bright, dark, curve);
        entered
    }

    /// Brings the reach up to the threshold, after that has risen.
    fn extend_reach(&mut self, curve: &Curve) {
        let bound = curve.bound();
        // Thresholds only rise, so the search goes on where it ended last.
        while bound.get(usize::from(self.reach)).is_some_and(|&b| b <= self.threshold()) {
            self.reach += 1;
        }
    }

    /// Remembers the corner of what nearly entered, if it is too close itself: many pixels near the
    /// threshold are then told from their codes.
    fn refuse(
        &mut self,
        changes: &[f64; GROUP],
        bright: &[u16; GROUP],
        dark: &[u16; GROUP],
        curve: &Curve,
    ) {
        let nearly = self.threshold() * NEARLY;
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
