//! What the counts of a frame mean.

use crate::flash::profile::Profile;
use crate::flash::time::{SECOND, Timestamp};

/// How a frame, or a whole video, is judged, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Verdict {
    /// Fewer transitions in the last second than [`Profile::warning`].
    #[default]
    Pass = 0,
    /// As many as that, but no more than [`Profile::most`].
    Warning = 1,
    /// Such a number in the frames of at least 4 of the last 5 seconds.
    ExtendedFail = 2,
    /// More transitions in the last second than [`Profile::most`].
    Fail = 3,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Warning, Self::ExtendedFail, Self::Fail];

    /// A short name: `pass`, `warning`, `extended-fail`, `fail`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::ExtendedFail => "extended-fail",
            Self::Fail => "fail",
        }
    }
}

/// How long frames with a warning are remembered, and how long they must last to fail.
const EXTENDED: i64 = 5 * SECOND;
const TOO_LONG: i64 = 4 * SECOND;

/// The frames of the last five seconds: when they were shown, and whether they had a warning.
///
/// A frame is kept in one number, twice its time and one more for a warning.
pub(crate) struct History<'a> {
    /// A ring.
    pub(crate) frames: &'a mut [i64],
    pub(crate) span: &'a mut Span,
}

/// The part of the ring that is used.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(crate) struct Span {
    first: usize,
    pub(crate) length: usize,
    warnings: usize,
}

/// Frames to remember for so many in a second.
pub(crate) fn frames(per_second: usize) -> usize {
    5 * per_second + 1
}

impl History<'_> {
    /// The frame that lies `back` before the last one.
    fn at(&self, back: usize) -> Option<i64> {
        let place = self.span.length.checked_sub(back + 1)?;
        self.frames.get((self.span.first + place) % self.frames.len().max(1)).copied()
    }

    /// When the frame `back` before the last one was shown.
    fn time(&self, back: usize) -> Option<i64> {
        Some(self.at(back)? >> 1)
    }

    /// When the last frame was shown.
    pub(crate) fn last(&self) -> Option<i64> {
        self.time(0)
    }

    /// Whether there are as many as `frames` in the second that ends with `now`.
    pub(crate) fn is_full(&self, now: Timestamp, frames: usize) -> bool {
        self.time(frames - 1).is_some_and(|time| !now.is_past(time, SECOND))
    }

    /// How many frames lie within a span of time that ends with `now`, up to `most`.
    pub(crate) fn within(&self, now: Timestamp, span: i64, most: u8) -> u8 {
        let mut count = 0;
        while count < most && self.time(count.into()).is_some_and(|time| !now.is_past(time, span)) {
            count += 1;
        }
        count
    }

    /// The verdict on a frame with a count.
    pub(crate) fn judge(&mut self, profile: &Profile, now: Timestamp, count: u32) -> Verdict {
        let warns = count >= profile.warning && count <= profile.most;
        while self.span.length > 0 {
            let Some(oldest) = self.at(self.span.length - 1) else { break };
            if !now.is_past(oldest >> 1, EXTENDED) {
                break;
            }
            self.drop_oldest(oldest);
        }
        if self.span.length == self.frames.len()
            && let Some(oldest) = self.at(self.span.length - 1)
        {
            self.drop_oldest(oldest);
        }
        let place = (self.span.first + self.span.length) % self.frames.len().max(1);
        if let Some(frame) = self.frames.get_mut(place) {
            *frame = now.nanoseconds() << 1 | i64::from(warns);
            self.span.length += 1;
            self.span.warnings += usize::from(warns);
        }
        if count > profile.most {
            return Verdict::Fail;
        }
        if !warns {
            return Verdict::Pass;
        }
        // Frames with a warning, times the mean time between frames.
        let oldest = self.time(self.span.length - 1).unwrap_or(now.nanoseconds());
        let (warnings, steps) = (self.span.warnings as i64, (self.span.length as i64 - 1).max(1));
        let lasted = warnings * (now.nanoseconds() - oldest + 2 * now.slack.min(1000));
        if lasted >= TOO_LONG * steps { Verdict::ExtendedFail } else { Verdict::Warning }
    }

    fn drop_oldest(&mut self, oldest: i64) {
        self.span.first = (self.span.first + 1) % self.frames.len().max(1);
        self.span.length -= 1;
        self.span.warnings -= (oldest & 1) as usize;
    }
}
