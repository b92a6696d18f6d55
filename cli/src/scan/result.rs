//! What a scan of one input has found.

use super::chart::Chart;
use super::thumbnail::Thumbnail;
use crate::failure::Failure;
use flashinator::{Incident, Shape, Summary, Verdict};

/// What was found.
pub struct ScanResult {
    pub name: String,
    /// Format and size of the whole picture, where there was one.
    pub shape: Option<Shape>,
    pub summary: Summary,
    /// As many as were kept.
    pub incidents: Vec<Incident>,
    /// One for each incident, where pictures were wanted.
    pub pictures: Vec<Thumbnail>,
    pub chart: Chart,
    /// Why not all of it could be analysed.
    pub failure: Option<Failure>,
    /// The animation was shown again to see what its repetition does.
    pub repeated: bool,
    /// How luma and chroma were taken.
    pub colours: String,
}

impl ScanResult {
    /// Whether the video is one that a build should not have.
    pub fn is_failed(&self, strict: bool) -> bool {
        let limit = if strict { Verdict::Warning } else { Verdict::ExtendedFail };
        self.summary.verdict >= limit
    }
}
