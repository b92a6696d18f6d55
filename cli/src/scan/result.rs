//! The result of scanning one input.

use super::chart::Chart;
use super::rows::Row;
use super::thumbnail::Thumbnail;
use crate::failure::Failure;
use flashinator::{Incident, Shape, Summary, Verdict};

/// What the scan of one input found.
pub struct ScanResult {
    /// The name of the input.
    pub name: String,
    /// Format and size of the whole picture, if there was one.
    pub shape: Option<Shape>,
    /// How the pixels were interpreted.
    pub pixels: String,
    /// Frames analysed, repetitions of an animation included.
    pub frames: u64,
    /// When the last frame is shown, in seconds.
    pub end: f64,
    /// An animation that repeats was followed beyond its end.
    pub looped: bool,
    /// What is worth telling about how the input was read.
    pub notes: Vec<String>,
    /// Why not all of the input could be analysed.
    pub failure: Option<Failure>,
    /// By each profile, in the order of the command line.
    pub profiles: Vec<ProfileResult>,
    /// Every frame by every profile, if rows are kept; without the repetitions of an animation.
    pub rows: Vec<Row>,
}

/// The result by one profile.
#[derive(Default)]
pub struct ProfileResult {
    /// The verdict, and the worst frame.
    pub summary: Summary,
    /// The first incidents; [`Summary::incidents`] counts all.
    pub incidents: Vec<Incident>,
    /// A picture for each of the first incidents, if pictures are wanted.
    pub pictures: Vec<Thumbnail>,
    /// The course of the video.
    pub chart: Chart,
}

impl ScanResult {
    /// The result before the first frame.
    #[must_use]
    pub fn new(name: String, profiles: usize) -> Self {
        Self {
            name,
            shape: None,
            pixels: String::new(),
            frames: 0,
            end: 0.0,
            looped: false,
            notes: Vec::new(),
            failure: None,
            profiles: (0..profiles).map(|_| ProfileResult::default()).collect(),
            rows: Vec::new(),
        }
    }

    /// The worst verdict by any profile.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.profiles.iter().map(|result| result.summary.verdict).max().unwrap_or_default()
    }

    /// Whether the verdict could still be worse: not all frames were analysed, and those that were do not fail.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.failure.is_some() && self.verdict() < Verdict::Fail
    }

    /// The name of the verdict, or `incomplete`.
    #[must_use]
    pub fn verdict_name(&self) -> &'static str {
        if self.is_incomplete() { "incomplete" } else { self.verdict().name() }
    }

    /// Whether the verdict makes the command fail.
    #[must_use]
    pub fn fails(&self, strict: bool) -> bool {
        self.verdict() >= if strict { Verdict::Warning } else { Verdict::Fail }
    }
}
