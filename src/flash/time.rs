//! When frames are shown.

use bytemuck::{Pod, Zeroable};

use crate::error::Error;

/// Nanoseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000_000;

/// When a frame is shown, from any beginning.
///
/// Times are rounded to their ticks, so frames of a steady rate lie a little nearer or further than they
/// should. A frame is taken to be out of a span of time where it would be but for half a tick, of a
/// millisecond at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub struct Timestamp {
    pub(crate) nanoseconds: i64,
    pub(crate) slack: i64,
}

impl Timestamp {
    /// A time in microseconds.
    ///
    /// # Errors
    ///
    /// [`Error::BadTime`] where it is more than 146 years.
    pub fn from_micros(micros: i64) -> Result<Self, Error> {
        Self::from_ticks(micros, 1, 1_000_000)
    }

    /// A time in nanoseconds, for sources that compute it from a rate.
    ///
    /// # Errors
    ///
    /// [`Error::BadTime`] where it is more than 146 years.
    pub fn from_nanos(nanoseconds: i64) -> Result<Self, Error> {
        Self::from_ticks(nanoseconds, 1, 1_000_000_000)
    }

    /// A time of `ticks · numerator / denominator` seconds, as FFmpeg's streams have it.
    ///
    /// # Errors
    ///
    /// [`Error::BadTime`] where one of the two is 0, or the time is more than 146 years.
    pub fn from_ticks(ticks: i64, numerator: u32, denominator: u32) -> Result<Self, Error> {
        if numerator == 0 || denominator == 0 {
            return Err(Error::BadTime);
        }
        // Whole seconds and the rest apart, so that 64 bits are enough.
        let (whole, rest) = (
            ticks.div_euclid(denominator.into()),
            ticks.rem_euclid(denominator.into()).cast_unsigned() * u64::from(numerator),
        );
        let (more, rest) = (rest / u64::from(denominator), rest % u64::from(denominator));
        let second = SECOND.cast_unsigned();
        let fraction = (rest * second + u64::from(denominator) / 2) / u64::from(denominator);
        let nanoseconds = whole
            .checked_mul(numerator.into())
            .and_then(|seconds| seconds.checked_add_unsigned(more))
            .and_then(|seconds| seconds.checked_mul(SECOND))
            .and_then(|nanoseconds| nanoseconds.checked_add_unsigned(fraction))
            .filter(|nanoseconds| nanoseconds.unsigned_abs() < FURTHEST)
            .ok_or(Error::BadTime)?;
        let tick = i64::from(numerator) * SECOND / i64::from(denominator);
        Ok(Self { nanoseconds, slack: (tick / 2).clamp(LEAST_SLACK, MOST_SLACK) })
    }

    /// Nanoseconds from the beginning.
    #[must_use]
    pub fn nanoseconds(self) -> i64 {
        self.nanoseconds
    }

    /// Seconds from the beginning.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.nanoseconds as f64 / SECOND as f64
    }

    /// Whether an earlier time is no longer within a span that ends with this one.
    pub(crate) fn is_past(self, earlier: i64, span: i64) -> bool {
        self.nanoseconds.saturating_sub(earlier).saturating_add(self.slack) >= span
    }
}

/// So that twice a time fits into 64 bits.
const FURTHEST: u64 = 1 << 62;

/// Two roundings to microseconds.
pub(crate) const LEAST_SLACK: i64 = 1_000;

/// Half a millisecond, the tick of Matroska and WebM.
const MOST_SLACK: i64 = 500_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_rounded_to_nanoseconds() {
        let time = |ticks, n, d| Timestamp::from_ticks(ticks, n, d).unwrap().nanoseconds;
        assert_eq!(time(1, 1001, 30_000), 33_366_667);
        assert_eq!(time(-1, 1, 4), -250_000_000);
        assert_eq!(time(90_000 * 1_000_000, 1, 90_000), 1_000_000 * SECOND);
        assert_eq!(time(i64::MAX, 1, u32::MAX), 2_147_483_648_500_000_000);
        assert_eq!(time(-7, u32::MAX, u32::MAX - 1), -7_000_000_002);
        assert_eq!(Timestamp::from_ticks(i64::MAX, 1, 1), Err(Error::BadTime));
        assert_eq!(Timestamp::from_ticks(1, 0, 1), Err(Error::BadTime));
        assert_eq!(Timestamp::from_ticks(1, 1, 0), Err(Error::BadTime));
    }

    #[test]
    fn a_second_ends_at_the_frame_one_second_before() {
        for rate in [25, 30, 60] {
            let time = |i: i64| Timestamp::from_micros((i * 1_000_000 + rate / 2) / rate).unwrap();
            for i in rate..3 * rate {
                assert!(time(i).is_past(time(i - rate).nanoseconds, SECOND));
                assert!(!time(i).is_past(time(i - rate + 1).nanoseconds, SECOND));
            }
        }
        // Frames at 50 a second, in milliseconds: none lies within 20 ms of another.
        let time = |i: i64| Timestamp::from_ticks(i * 20, 1, 1000).unwrap();
        for i in 1..100 {
            assert!(time(i).is_past(time(i - 1).nanoseconds, SECOND / 50));
        }
    }
}
