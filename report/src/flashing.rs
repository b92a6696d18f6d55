//! When the flashing of each incident begins and ends.
//!
//! A frame's count is of the last second, so that an incident begins after the first of its flashes and goes on after
//! the last. The counts tell when each counted change was: where the count is more than the number of changes that are
//! not yet a second old, there is a new one.

use flashinator::{Hazard, Report, Timestamp, Verdict};
use std::collections::VecDeque;

/// A frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Its number, from 0.
    pub frame: u64,
    /// When it is shown.
    pub time: Timestamp,
}

/// The first and the last change that is counted in an incident; of a regular pattern, the first and the last frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlashingSpan {
    /// The frame of the first change.
    pub first: Moment,
    /// The frame of the last change.
    pub last: Moment,
}

/// Nanoseconds after which a change counts no longer: a second, less the rounding of times to milliseconds.
const COUNTED: i64 = 1_000_000_000 - 500_000;

/// Follows the counts.
#[derive(Debug, Default)]
pub struct FlashingSpans {
    /// The changes of the last second.
    recent: VecDeque<Moment>,
    /// The first and the last frame of the regular pattern; its verdict goes on for a while after it.
    pattern: Option<(Moment, Moment)>,
    spans: Vec<FlashingSpan>,
    is_open: bool,
    most: usize,
}

impl FlashingSpans {
    /// Keeps the spans of the first incidents, `most` of them.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self { most: most as usize, ..Self::default() }
    }

    /// Takes the next frame.
    pub fn push(&mut self, report: &Report) {
        let now = Moment { frame: report.frame, time: report.time };
        let age = |moment: &Moment| now.time.nanoseconds() - moment.time.nanoseconds();
        while self.recent.front().is_some_and(|oldest| age(oldest) >= COUNTED) {
            self.recent.pop_front();
        }
        // Fewer where another part of the picture has the largest count now.
        let count = report.transitions.max() as usize;
        self.recent.drain(..self.recent.len().saturating_sub(count));
        self.recent.resize(count, now);
        if report.pattern.pairs > 0.0 {
            self.pattern = Some((self.pattern.map_or(now, |(first, _)| first), now));
        } else if report.pattern.verdict == Verdict::Pass {
            self.pattern = None;
        }
        let (first, last) = match report.hazard {
            Hazard::Pattern => self.pattern.unzip(),
            Hazard::General | Hazard::Red => {
                (self.recent.front().copied(), self.recent.back().copied())
            }
        };
        let (first, last) = (first.unwrap_or(now), last.unwrap_or(now));
        if report.verdict == Verdict::Pass {
            self.is_open = false;
        } else if !self.is_open {
            self.is_open = true;
            self.spans.push(FlashingSpan { first, last });
        } else if let Some(span) = self.spans.last_mut() {
            span.last = last;
        }
        // One more, so that the last that is kept is not extended by those after it.
        self.spans.truncate(self.most + 1);
    }

    /// The spans, in the order of the incidents.
    #[must_use]
    pub fn kept(&self) -> &[FlashingSpan] {
        self.spans.get(..self.most).unwrap_or(&self.spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Transitions;

    /// The spans of changes in given frames at 25 frames a second.
    fn spans(changes: &[u64], frames: u64) -> Vec<(u64, u64)> {
        let mut spans = FlashingSpans::new(8);
        for frame in 0..frames {
            let time = Timestamp::from_micros(frame as i64 * 40_000).unwrap();
            let mut report = Report { frame, time, ..Report::default() };
            let count = changes.iter().filter(|&&at| at <= frame && frame < at + 25).count() as u32;
            report.transitions = Transitions::new(count, 0);
            report.verdict = match count {
                0..4 => Verdict::Pass,
                4..7 => Verdict::Warning,
                _ => Verdict::Fail,
            };
            spans.push(&report);
        }
        spans.kept().iter().map(|span| (span.first.frame, span.last.frame)).collect()
    }

    #[test]
    fn flashing_begins_and_ends_with_its_changes() {
        assert_eq!(spans(&[10, 12, 15, 20, 21, 26, 30], 100), [(10, 30)]);
        // A change enters the count as another leaves it.
        let steady: Vec<u64> = (0..40).map(|i| 10 + 5 * i).collect();
        assert_eq!(spans(&steady, 300), [(10, 205)]);
        let two: Vec<u64> = [3, 5, 7, 9, 103, 106, 110, 111].to_vec();
        assert_eq!(spans(&two, 200), [(3, 9), (103, 111)]);
        assert_eq!(spans(&[3, 5, 7], 100), []);
    }

    #[test]
    fn only_the_first_incidents_are_kept() {
        let mut all = FlashingSpans::new(1);
        for frame in 0..40u64 {
            let time = Timestamp::from_micros(frame as i64 * 500_000).unwrap();
            let mut report = Report { frame, time, ..Report::default() };
            if frame % 10 == 5 {
                report.transitions = Transitions::new(4, 0);
                report.verdict = Verdict::Warning;
            }
            all.push(&report);
        }
        let kept = all.kept();
        assert_eq!((kept.len(), kept[0].first.frame, kept[0].last.frame), (1, 5, 5));
    }
}
