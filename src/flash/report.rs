//! Reports on frames, and summaries of videos.

use core::fmt;
use core::ops::Index;

use bytemuck::{CheckedBitPattern, NoUninit};

use crate::flash::time::Timestamp;
use crate::frame::Rectangle;

/// How a frame or a whole video is judged, from best to worst.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, NoUninit, CheckedBitPattern,
)]
#[repr(u32)]
pub enum Verdict {
    /// Fewer transitions in the last second than
    /// [`Profile::warn_transitions`](crate::Profile::warn_transitions).
    #[default]
    Pass = 0,
    /// At least that many, but no more than [`Profile::max_transitions`](crate::Profile::max_transitions).
    Warning = 1,
    /// A warning, and warnings were shown for at least 4 of the last 5 seconds: WCAG allows it,
    /// ITU-R BT.1702 calls it a risk.
    ExtendedWarning = 2,
    /// More transitions in the last second than
    /// [`Profile::max_transitions`](crate::Profile::max_transitions), or a regular pattern that is too large.
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
    /// Regular patterns: more than five pairs of light and dark stripes.
    Pattern = 3,
}

impl Hazard {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::General, Self::Red, Self::Pattern];

    /// Those that are counted in transitions.
    pub const FLASHES: [Self; 2] = [Self::General, Self::Red];

    /// A short name: `general`, `red`, `pattern`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Red => "red",
            Self::Pattern => "pattern",
        }
    }
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Counted transitions in a second, for every kind of hazard; 0 for [`Hazard::Pattern`].
///
/// ```
/// use flashinator::{Hazard, Transitions};
///
/// let transitions = Transitions::default();
/// assert_eq!((transitions[Hazard::Red], transitions.max()), (0, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Transitions([u32; Hazard::FLASHES.len()]);

impl Transitions {
    /// Transitions of luminance, and of saturated red.
    #[must_use]
    pub const fn new(general: u32, red: u32) -> Self {
        Self([general, red])
    }

    /// The largest count.
    #[must_use]
    pub fn max(self) -> u32 {
        self.0.into_iter().fold(0, u32::max)
    }

    /// The kind with the largest count; [`Hazard::General`] if both are equal.
    #[must_use]
    pub fn hazard(self) -> Hazard {
        let [general, red] = self.0;
        if red > general { Hazard::Red } else { Hazard::General }
    }

    /// The larger count of each kind.
    pub(crate) fn larger(self, other: Self) -> Self {
        let ([general, red], [other_general, other_red]) = (self.0, other.0);
        Self([general.max(other_general), red.max(other_red)])
    }
}

impl Index<Hazard> for Transitions {
    type Output = u32;

    fn index(&self, hazard: Hazard) -> &u32 {
        let [general, red] = &self.0;
        match hazard {
            Hazard::General => general,
            Hazard::Red => red,
            Hazard::Pattern => &0,
        }
    }
}

/// The field in which the most flashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Worst {
    /// The field as far as it lies in the picture, in pixels; empty if nothing flashes.
    pub field: Rectangle,
    /// The part of the field, 0 to 1, that has as many transitions as the count says.
    pub area: f64,
}

/// What the analyser says of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Report {
    /// The number of the frame, counted from 0.
    pub frame: u64,
    /// When it is shown.
    pub time: Timestamp,
    /// The mean luminance of the cells; 1 is white.
    pub luminance: f64,
    /// Transitions in the last second: the largest number that a large enough part of some field has.
    pub transitions: Transitions,
    /// The verdict on the frame: the worse of those on flashes and on regular patterns.
    pub verdict: Verdict,
    /// The kind of hazard with the largest count; [`Hazard::Pattern`] if the frame fails only for its pattern.
    pub hazard: Hazard,
    /// The field that has this count; for [`Hazard::Pattern`] the whole picture.
    pub worst: Worst,
    /// The smallest rectangle around the cells that have this count, or that lie in the pattern, in pixels; empty if
    /// there are none.
    pub flashing: Rectangle,
    /// The regular pattern, if the profile looks for patterns.
    pub pattern: Pattern,
}

/// How a regular pattern moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, NoUninit, CheckedBitPattern)]
#[repr(u32)]
pub enum Motion {
    /// There is none.
    #[default]
    None = 0,
    /// It stands still.
    Still = 1,
    /// It flows smoothly in one direction, which is harmless.
    Drift = 2,
    /// It changes direction, oscillates, flashes or reverses in contrast.
    Changing = 3,
}

impl Motion {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::None, Self::Still, Self::Drift, Self::Changing];

    /// A short name: `none`, `still`, `drift`, `changing`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Still => "still",
            Self::Drift => "drift",
            Self::Changing => "changing",
        }
    }
}

impl fmt::Display for Motion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the analyser says of the regular pattern of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Pattern {
    /// The part of the picture, 0 to 1, that has had a pattern for half a second, without the parts where it flows
    /// smoothly in one direction.
    pub area: f64,
    /// The part of the picture in which it changes.
    pub changing: f64,
    /// The most pairs of light and dark stripes in the picture; 0 if no part of it is in a pattern. A pattern has more
    /// than five.
    pub pairs: f64,
    /// How most of it moves.
    pub motion: Motion,
    /// [`Verdict::Fail`] if it takes more than 40 % of the picture, or changes on more than 25 %; else
    /// [`Verdict::Pass`].
    pub verdict: Verdict,
    /// The smallest rectangle around that area, in pixels; empty if there is none.
    pub bounds: Rectangle,
}

impl Pattern {
    /// The largest [`Pattern::area`] that passes (ITU-R BT.1702-3, Annex 1, guideline 2).
    pub const MAX_AREA: f64 = 0.40;

    /// The largest [`Pattern::changing`] that passes (ITU-R BT.1702-3, Annex 1, guideline 2).
    pub const MAX_CHANGING: f64 = 0.25;
}

/// What the analyser says of the video so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// The number of frames.
    pub frames: u64,
    /// The worst verdict on any frame.
    pub verdict: Verdict,
    /// The number of incidents, including those whose details were not kept.
    pub incidents: u64,
    /// The report on the worst frame, by [`Report::severity`]; the first one if several are equally bad.
    pub worst: Report,
}

/// Consecutive frames that do not pass.
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
    /// The number of the worst frame, as in [`Summary::worst`].
    pub peak_frame: u64,
    /// When it is shown.
    pub peak: Timestamp,
    /// The largest count of each kind of hazard.
    pub transitions: Transitions,
    /// The worst verdict.
    pub verdict: Verdict,
    /// The kind of hazard of the worst frame.
    pub hazard: Hazard,
    /// The field of the worst frame.
    pub worst: Worst,
    /// The smallest rectangle around the cells that have its count, or lie in its pattern, in pixels. It is taken over
    /// the worst frame and all frames that are as bad, because parts of the picture may flash in turns.
    pub flashing: Rectangle,
    /// The regular pattern that takes the largest part of the picture.
    pub pattern: Pattern,
    /// How bad the worst frame is.
    severity: Severity,
}

/// How bad a frame is; a worse one is greater. A frame that fails is worse than one that does not, then the larger
/// count is worse, and then the larger area of a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, NoUninit, CheckedBitPattern)]
#[repr(C)] // `NoUninit`: it lies in the caller's memory.
pub struct Severity {
    fails: u32,
    transitions: u32,
    pattern_area: f64,
}

impl Report {
    /// How bad the frame is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        // Flashes that are allowed do not make a pattern worse.
        let is_pattern = self.hazard == Hazard::Pattern;
        Severity {
            fails: u32::from(self.verdict == Verdict::Fail),
            transitions: if is_pattern { 0 } else { self.transitions.max() },
            pattern_area: self.pattern.area,
        }
    }

    /// [`Report::hazard`], or `None` if nothing flashes and no pattern fails.
    #[must_use]
    pub fn any_hazard(&self) -> Option<Hazard> {
        (self.transitions.max() > 0 || self.hazard == Hazard::Pattern).then_some(self.hazard)
    }
}

impl Incident {
    /// How bad its worst frame is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// An incident that begins with a frame.
    pub(crate) fn begin(report: &Report) -> Self {
        Self { first_frame: report.frame, start: report.time, ..Self::default() }
    }

    /// Takes the next of its frames.
    pub(crate) fn take(&mut self, report: &Report) {
        let severity = report.severity();
        if severity == self.severity {
            self.flashing = self.flashing.around(report.flashing);
        }
        if severity > self.severity {
            self.severity = severity;
            self.peak_frame = report.frame;
            self.peak = report.time;
            self.hazard = report.hazard;
            self.worst = report.worst;
            self.flashing = report.flashing;
        }
        if report.pattern.area > self.pattern.area {
            self.pattern = report.pattern;
        }
        self.last_frame = report.frame;
        self.end = report.time;
        self.verdict = self.verdict.max(report.verdict);
        self.transitions = self.transitions.larger(report.transitions);
    }
}
