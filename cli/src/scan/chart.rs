//! The course of a video in a limited number of points.

use super::rows::Row;

/// A run of consecutive frames.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// When the first of them is shown, in seconds.
    pub time: f64,
    /// The smallest and the largest luminance.
    pub low: f32,
    pub high: f32,
    /// The largest counts of transitions.
    pub general: u32,
    pub red: u32,
    /// The worst verdict, as a number.
    pub verdict: u32,
}

/// The most points. Beyond that, twice as many frames are merged into one.
const MAX_POINTS: usize = 8192;

/// The course so far.
#[derive(Clone, Debug)]
pub struct Chart {
    pub points: Vec<Point>,
    frames_per_point: u64,
    /// Frames in the last point.
    filled: u64,
}

impl Default for Chart {
    fn default() -> Self {
        Self { points: Vec::new(), frames_per_point: 1, filled: 0 }
    }
}

impl Chart {
    pub fn push(&mut self, row: &Row) {
        let luminance = row.luminance as f32;
        let point = Point {
            time: row.time,
            low: luminance,
            high: luminance,
            general: row.general_transitions,
            red: row.red_transitions,
            verdict: row.judged as u32,
        };
        match self.points.last_mut() {
            Some(last) if self.filled < self.frames_per_point => {
                *last = merged(*last, point);
                self.filled += 1;
            }
            _ => {
                if self.points.len() == MAX_POINTS {
                    self.halve();
                }
                self.points.push(point);
                self.filled = 1;
            }
        }
    }

    /// Merges every two points into one.
    fn halve(&mut self) {
        let pairs = self.points.chunks(2);
        self.points = pairs.filter_map(|pair| pair.iter().copied().reduce(merged)).collect();
        self.frames_per_point *= 2;
    }
}

fn merged(a: Point, b: Point) -> Point {
    Point {
        time: a.time,
        low: a.low.min(b.low),
        high: a.high.max(b.high),
        general: a.general.max(b.general),
        red: a.red.max(b.red),
        verdict: a.verdict.max(b.verdict),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::profiles::NamedProfile;
    use flashinator::{Profile, Report, Transitions, Verdict};

    #[test]
    fn long_videos_keep_their_extremes_in_few_points() {
        let mut chart = Chart::default();
        let profile =
            NamedProfile { name: "wcag22", title: String::new(), profile: Profile::WCAG_2_2 };
        for i in 0..200_000u32 {
            let mut report = Report { luminance: f64::from(i % 100), ..Report::default() };
            if i == 123_456 {
                report.transitions = Transitions::new(9, 0);
                report.verdict = Verdict::Fail;
            }
            chart.push(&Row::new(&profile, false, &report, f64::from(i) / 25.0, None));
        }
        assert!(chart.points.len() <= MAX_POINTS && chart.points.len() > MAX_POINTS / 4);
        assert_eq!(chart.points.iter().map(|point| point.verdict).max(), Some(3));
        assert_eq!(chart.points.iter().map(|point| point.general).max(), Some(9));
        let peak = chart.points.iter().find(|point| point.general == 9).unwrap().time;
        assert!((peak - 123_456.0 / 25.0).abs() < 2.0);
        assert!(chart.points.windows(2).all(|pair| pair[0].time < pair[1].time));
    }
}
