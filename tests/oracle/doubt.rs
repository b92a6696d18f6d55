//! Whether a program whose light differs a little could decide otherwise.
//!
//! The library computes light with whole numbers. Where a decision of the definition lies nearer to its threshold than
//! the two may differ, the definition is in doubt, and says so. In all other frames every count must be the same.

use std::cell::Cell;

/// More than twice the most by which the linear light of a cell may differ.
pub const LIGHT: f64 = 1e-4;

/// The most by which a part of a cell may differ, besides what light does.
pub const PART: f64 = 0.004;

#[derive(Debug, Default)]
pub struct Doubt(Cell<bool>);

impl Doubt {
    /// Whether a value is above a limit. In doubt where the two are no further from each other than `error`.
    pub fn above(&self, value: f64, limit: f64, error: f64) -> bool {
        self.when((value - limit).abs() <= error && error > 0.0);
        value > limit
    }

    /// In doubt where this holds.
    pub fn when(&self, holds: bool) {
        self.0.set(self.0.get() || holds);
    }

    /// Whether any decision so far was in doubt.
    pub fn any(&self) -> bool {
        self.0.get()
    }
}
