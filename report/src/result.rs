//! The result of scanning one input.

use crate::chart::Chart;
use crate::flashing::FlashingSpan;
use crate::row::Row;
use crate::thumbnail::Thumbnail;
use flashinator::{Hazard, Incident, Shape, Summary, Transitions, Verdict};
use std::ops::Range;

/// A sentence that says what a verdict holds for.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The sentence.
    pub text: String,
    /// Whether less was checked than the standard asks of the whole video.
    pub narrows: bool,
}

/// What the scan of one input found.
pub struct ScanResult {
    /// The name of the input.
    pub name: String,
    /// The title in its metadata.
    pub title: Option<String>,
    /// Format and size of the whole picture, if there was one.
    pub shape: Option<Shape>,
    /// How the pixels were interpreted.
    pub pixels: String,
    /// Frames analysed, repetitions of an animation included.
    pub frames: u64,
    /// When the first frame is shown, in seconds.
    pub start: f64,
    /// When the last frame is shown, in seconds; that of the first round of an animation.
    pub end: f64,
    /// How long the checked part lasts, to the end of its last frame, in seconds.
    pub length: f64,
    /// An animation that repeats was followed beyond its end.
    pub looped: bool,
    /// Frames a second, if all are as long.
    pub rate: Option<f64>,
    /// The duration on the command line ended the analysis before the end of the input.
    pub is_cut: bool,
    /// The SHA-256 of the file in hexadecimal, if a page is wanted.
    pub hash: Option<String>,
    /// What the verdict holds for.
    pub limits: Vec<Limit>,
    /// What is worth telling about how the input was read.
    pub notes: Vec<String>,
    /// Why not all of the input could be analysed: what is wrong, where, and what to do.
    pub failure: Option<String>,
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
    /// When the flashing of each of them begins and ends.
    pub spans: Vec<FlashingSpan>,
    /// Pictures of the worst incidents, each with its number from 0, if pictures are wanted.
    pub pictures: Vec<(usize, Thumbnail)>,
    /// The course of the video.
    pub chart: Chart,
}

impl ProfileResult {
    /// The incidents that are kept, each with its flashing.
    pub fn kept(&self) -> impl Iterator<Item = (&Incident, &FlashingSpan)> {
        self.incidents.iter().zip(&self.spans)
    }

    /// The incidents that people read of: those that share a flash are one, as where the count of steady flashing goes up
    /// and down across a limit.
    #[must_use]
    pub fn shown(&self) -> Vec<ShownIncident> {
        let mut shown: Vec<ShownIncident> = Vec::new();
        for (number, (incident, span)) in self.kept().enumerate() {
            match shown.last_mut() {
                Some(last) if span.first.frame <= last.span.last.frame => {
                    last.take(incident, span);
                }
                _ => shown.push(ShownIncident {
                    incident: *incident,
                    span: *span,
                    numbers: number..number + 1,
                }),
            }
        }
        shown
    }

    /// How many they are, with those whose details were not kept.
    #[must_use]
    pub fn shown_count(&self, shown: &[ShownIncident]) -> u64 {
        shown.len() as u64 + self.summary.incidents.saturating_sub(self.incidents.len() as u64)
    }
}

/// Incidents that share flashes, as one.
pub struct ShownIncident {
    /// The worst of them, with the frames of all.
    pub incident: Incident,
    /// The flashing of all.
    pub span: FlashingSpan,
    /// Their numbers, from 0.
    pub numbers: Range<usize>,
}

impl ShownIncident {
    /// Takes the next of the incidents.
    fn take(&mut self, next: &Incident, span: &FlashingSpan) {
        let badness = |incident: &Incident| (incident.verdict, incident.severity());
        let (before, mut both) = (self.incident, self.incident);
        if badness(next) > badness(&before) {
            both = *next;
            (both.first_frame, both.start) = (before.first_frame, before.start);
        } else if badness(next) == badness(&before) {
            both.flashing = before.flashing.around(next.flashing);
        }
        (both.last_frame, both.end) = (next.last_frame, next.end);
        let most = |hazard| before.transitions[hazard].max(next.transitions[hazard]);
        both.transitions = Transitions::new(most(Hazard::General), most(Hazard::Red));
        self.incident = both;
        self.numbers.end += 1;
        if span.last.frame > self.span.last.frame {
            self.span.last = span.last;
        }
    }
}

impl ScanResult {
    /// The result before the first frame.
    #[must_use]
    pub fn new(name: String, profiles: usize) -> Self {
        Self {
            name,
            title: None,
            shape: None,
            pixels: String::new(),
            frames: 0,
            start: 0.0,
            end: 0.0,
            length: 0.0,
            looped: false,
            rate: None,
            is_cut: false,
            hash: None,
            limits: Vec::new(),
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

    /// Whether less was checked than the standard asks of the whole video, so that a pass does not clear it.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        self.failure.is_some() || self.limits.iter().any(|limit| limit.narrows)
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
