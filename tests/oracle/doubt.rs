//! Whether a program whose light differs a little could decide otherwise.
//!
//! The library computes light with whole numbers. Where a decision of the definition lies nearer to its threshold than
//! the two may differ, the definition is in doubt, and says so. In all other frames every count must be the same.

use std::cell::Cell;

/// More than twice the most by which the linear light of a cell may differ.
pub const LIGHT: f64 = 1e-4;

/// The most by which a part of a cell may differ, besides what light does.
pub const PART: f64 = 0.004;

/// Two times that differ by no more are the same, in seconds: binary fractions are no exact times.
const SAME_TIME: f64 = 1e-9;

/// The library's times may have been rounded to microseconds.
const ROUNDED_TIME: f64 = 2e-6;

#[derive(Debug, Default)]
pub struct Doubt(Cell<bool>);

impl Doubt {
    /// Whether a value is above a limit. In doubt where the two are no further from each other than `error`.
    pub fn above(&self, value: f64, limit: f64, error: f64) -> bool {
        self.when((value - limit).abs() <= error && error > 0.0);
        value > limit
    }

    /// Whether a span is longer than a limit, in seconds. In doubt where rounded times could make them equal.
    pub fn longer(&self, span: f64, limit: f64) -> bool {
        self.rounded(span - limit);
        span > limit + SAME_TIME
    }

    /// Whether a span is as long as a limit, or longer.
    pub fn as_long(&self, span: f64, limit: f64) -> bool {
        self.rounded(span - limit);
        span >= limit - SAME_TIME
    }

    fn rounded(&self, difference: f64) {
        self.when((SAME_TIME..=ROUNDED_TIME).contains(&difference.abs()));
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
