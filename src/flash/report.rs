//! What is said of frames and of videos.

use crate::flash::incidents::{Flash, Worst};
use crate::flash::verdict::Verdict;

/// What is said of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Report {
    /// The number of the frame, counted from 0.
    pub frame: u64,
    /// When it is shown, in nanoseconds.
    pub time: i64,
    /// The mean luminance of the cells: relative, 0 to 1, or in cd/m², as the profile has it.
    pub luminance: f64,
    /// General transitions in the last second: the largest number that more than a quarter of some field
    /// has.
    pub general: u32,
    /// The same for transitions of saturated red.
    pub red: u32,
    /// The verdict on the frame.
    pub verdict: Verdict,
    /// The reason: the kind of flash with the larger count, general where they are the same.
    pub flash: Flash,
    /// Where most of it is. Empty where nothing flashes.
    pub worst: Worst,
}

/// What is said of a video.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
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
