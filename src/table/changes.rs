//! What the looking at a frame comes to: the largest changes, and the row that they make.

use crate::table::thresholds::Thresholds;
use crate::table::top::Top5;

/// One row of the T table: how a frame differs from the frame before it.
///
/// Values are differences of luminance, by the usual curve `4 (0.2 x + 1)^2.2`, which runs from 4 for
/// black to about 23838 for white. None of them is ever -0.0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TRow {
    /// Mean of the five largest rises of luminance, missing ones counted as 0.
    pub positive: f64,
    /// Mean of the five largest falls, as magnitudes.
    pub negative: f64,
    /// T: `positive` where it is larger than `negative`, else `-negative`.
    pub value: f64,
}

impl TRow {
    /// The row of the means of rises and of falls.
    #[must_use]
    pub fn new(positive: f64, negative: f64) -> Self {
        // 0.0 - 0.0 is 0.0, where the negation of 0.0 would be -0.0.
        let value = if positive > negative { positive } else { 0.0 - negative };
        Self { positive, negative, value }
    }
}

/// The five largest rises and falls of luminance in a frame, or in a stripe of it.
///
/// A frame may be cut into stripes that are looked at by one thread each; merged, in any order, their
/// changes make the row that the whole frame has, to the last bit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct TopDeltas {
    /// The rises.
    pub rises: Top5,
    /// The falls, as magnitudes.
    pub falls: Top5,
}

impl TopDeltas {
    pub(crate) fn of(extremes: &Thresholds) -> Self {
        Self { rises: extremes.rises.top(), falls: extremes.falls.top() }
    }

    /// Takes the changes of another stripe of the same frame into account.
    pub fn merge(&mut self, other: &Self) {
        self.rises.merge(&other.rises);
        self.falls.merge(&other.falls);
    }

    /// The row of the frame, when all stripes are merged.
    #[must_use]
    pub fn row(&self) -> TRow {
        TRow::new(self.rises.mean(), self.falls.mean())
    }
}
