//! What is reported about one frame.

use crate::profiles::NamedProfile;
use flashinator::{Hazard, Pattern, Rectangle, Report};
use serde::Serialize;

/// What is reported about one frame by one profile.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The profile, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<&'static str>,
    /// The number of the frame, from 0.
    pub frame: u64,
    /// Seconds from the beginning.
    pub time: f64,
    /// The mean luminance of the picture, 1 for white.
    pub luminance: f64,
    /// Transitions of luminance in the last second.
    pub general_transitions: u32,
    /// Transitions to or from a saturated red in the last second.
    pub red_transitions: u32,
    /// The name of the verdict.
    pub verdict: &'static str,
    /// The value of the T table; none for the first frame.
    pub t: Option<f64>,
    /// The hazard with the larger count, or the pattern if it is what fails; none if nothing flashes.
    pub hazard: Option<&'static str>,
    /// The part of the worst field that flashes.
    pub area: f64,
    /// The worst field: x, y, width, height in pixels of the picture.
    pub field: [u32; 4],
    /// The box around what flashes: x, y, width, height in pixels of the picture.
    pub flashing: [u32; 4],
    /// The regular pattern, where the profile looks for any.
    #[serde(flatten)]
    pub pattern: Option<PatternColumns>,
}

/// What is reported about the regular pattern of a frame.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PatternColumns {
    /// The part of the picture that has a pattern which does not flow smoothly.
    pub pattern_area: f64,
    /// The most pairs of light and dark stripes.
    pub pattern_pairs: f64,
    /// The name of how it moves.
    pub pattern_motion: &'static str,
    /// The name of the verdict on it.
    pub pattern_verdict: &'static str,
}

impl PatternColumns {
    /// The columns of a pattern.
    #[must_use]
    pub fn new(pattern: &Pattern) -> Self {
        Self {
            pattern_area: pattern.area,
            pattern_pairs: pattern.pairs,
            pattern_motion: pattern.motion.name(),
            pattern_verdict: pattern.verdict.name(),
        }
    }
}

impl Row {
    /// The row of a report. `several` says that there are rows of several profiles.
    #[must_use]
    pub fn new(
        profile: &NamedProfile,
        several: bool,
        report: &Report,
        time: f64,
        t: Option<f64>,
    ) -> Self {
        let (transitions, worst) = (report.transitions, report.worst);
        Self {
            profile: several.then_some(profile.name),
            frame: report.frame,
            time,
            luminance: report.luminance,
            general_transitions: transitions[Hazard::General],
            red_transitions: transitions[Hazard::Red],
            verdict: report.verdict.name(),
            t,
            hazard: report.any_hazard().map(Hazard::name),
            area: worst.area,
            field: numbers(worst.field),
            flashing: numbers(report.flashing),
            pattern: profile.profile.patterns.then(|| PatternColumns::new(&report.pattern)),
        }
    }
}

/// A rectangle as x, y, width, height.
#[must_use]
pub fn numbers(rectangle: Rectangle) -> [u32; 4] {
    let Rectangle { x, y, width, height } = rectangle;
    [x, y, width, height]
}
