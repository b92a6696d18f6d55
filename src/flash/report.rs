//! What is said of frames and of videos.

use core::fmt;
use core::ops::{Index, IndexMut};

use bytemuck::{CheckedBitPattern, NoUninit};

use crate::flash::time::Timestamp;
use crate::frame::Rectangle;

/// How a frame, or a whole video, is judged, the worst last.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, NoUninit, CheckedBitPattern,
)]
#[repr(u32)]
pub enum Verdict {
    /// Fewer transitions in the last second than
    /// [`Profile::warn_transitions`](crate::Profile::warn_transitions).
    #[default]
    Pass = 0,
    /// As many as that, but no more than [`Profile::max_transitions`](crate::Profile::max_transitions).
    Warning = 1,
    /// A warning, and such frames were shown for at least 4 of the last 5 seconds: WCAG allows it,
    /// ITU-R BT.1702 calls it a risk.
    ExtendedWarning = 2,
    /// More transitions in the last second than
    /// [`Profile::max_transitions`](crate::Profile::max_transitions).
    Fail = 3,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Warning, Self::ExtendedWarning, Self::Fail];

    /// A short name: `pass`, `warning`, `extended-warning`, `fail`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warning => "warning",
            Self::ExtendedWarning => "extended-warning",
            Self::Fail => "fail",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A kind of hazard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, NoUninit, CheckedBitPattern)]
#[repr(u32)]
pub enum Hazard {
    /// Flashes of luminance.
    #[default]
    General = 1,
    /// Flashes to or from a saturated red.
    Red = 2,
}

impl Hazard {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::General, Self::Red];

    /// A short name: `general`, `red`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Red => "red",
        }
    }

    /// Its place in [`Hazard::ALL`].
    const fn index(self) -> usize {
        self as usize - 1
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Counted transitions in a second, for every kind of hazard.
///
/// ```
/// use flashinator::{Hazard, Transitions};
///
/// let transitions = Transitions::default();
/// assert_eq!((transitions[Hazard::Red], transitions.max()), (0, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Transitions([u32; Hazard::ALL.len()]);

impl Transitions {
    /// The largest count.
    #[must_use]
    pub fn max(self) -> u32 {
        self.0.into_iter().fold(0, u32::max)
    }

    /// The kind with the largest count, the first of them.
    #[must_use]
    pub fn hazard(self) -> Hazard {
        let mut most = Hazard::General;
        for hazard in Hazard::ALL {
            if self[hazard] > self[most] {
                most = hazard;
            }
        }
        most
    }

    /// The larger count of each kind.
    pub(crate) fn larger(self, other: Self) -> Self {
        let mut larger = self;
        for hazard in Hazard::ALL {
            larger[hazard] = self[hazard].max(other[hazard]);
        }
        larger
    }
}

impl Index<Hazard> for Transitions {
    type Output = u32;

    fn index(&self, hazard: Hazard) -> &u32 {
        &self.0[hazard.index()]
    }
}

impl IndexMut<Hazard> for Transitions {
    fn index_mut(&mut self, hazard: Hazard) -> &mut u32 {
        &mut self.0[hazard.index()]
    }
}

/// The field in which most flashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Worst {
    /// The field as far as it lies in the picture, in pixels; empty where nothing flashes.
    pub field: Rectangle,
    /// The part of the field that has as many transitions as the count says, 0 to 1.
    pub area: f64,
}

/// What is said of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Report {
    /// The number of the frame, counted from 0.
    pub frame: u64,
    /// When it is shown.
    pub time: Timestamp,
    /// The mean luminance of the cells, as a part of white.
    pub luminance: f64,
    /// Transitions in the last second: the largest number that a large enough part of some field has.
    pub transitions: Transitions,
    /// The verdict on the frame.
    pub verdict: Verdict,
    /// The kind of hazard with the largest count.
    pub hazard: Hazard,
    /// The field that has this count.
    pub worst: Worst,
    /// The smallest rectangle around the cells that have this count, in pixels; empty where nothing
    /// flashes.
    pub flashing: Rectangle,
}

/// What is said of a video.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Frames in all.
    pub frames: u64,
    /// The worst verdict on any frame.
    pub verdict: Verdict,
    /// Incidents in all, those included whose details were not kept.
    pub incidents: u64,
    /// The report on the first of the frames with the largest count: the end of the worst second.
    pub worst: Report,
}

/// Frames that follow each other and none of which is a [`Verdict::Pass`].
#[derive(Clone, Copy, Debug, Default, PartialEq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Incident {
    /// The number of the first frame, counted from 0.
    pub first_frame: u64,
    /// The number of the last frame.
    pub last_frame: u64,
    /// When the first frame is shown. The flashes that count for it lie in the second before.
    pub start: Timestamp,
    /// When the last frame is shown.
    pub end: Timestamp,
    /// The number of the first frame with the largest count.
    pub peak_frame: u64,
    /// When that is shown.
    pub peak: Timestamp,
    /// The largest count of each kind of hazard.
    pub transitions: Transitions,
    /// The worst verdict.
    pub verdict: Verdict,
    /// The kind of hazard that has the largest count.
    pub hazard: Hazard,
    /// The field that has the largest count.
    pub worst: Worst,
    /// The smallest rectangle around the cells that have the largest count, in pixels.
    pub flashing: Rectangle,
}

impl Incident {
    /// An incident that begins with a frame.
    pub(crate) fn begin(report: &Report) -> Self {
        Self { first_frame: report.frame, start: report.time, ..Self::default() }
    }

    /// Takes the next of its frames.
    pub(crate) fn take(&mut self, report: &Report) {
        if report.transitions.max() > self.transitions.max() {
            self.peak_frame = report.frame;
            self.peak = report.time;
            self.hazard = report.hazard;
            self.worst = report.worst;
            self.flashing = report.flashing;
        }
        self.last_frame = report.frame;
        self.end = report.time;
        self.verdict = self.verdict.max(report.verdict);
        self.transitions = self.transitions.larger(report.transitions);
    }
}
