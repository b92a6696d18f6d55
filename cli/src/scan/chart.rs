//! The course of a video, in few enough points to draw.

use super::rows::Row;
use serde::Serialize;

/// A stretch of frames that follow each other.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Point {
    /// When the first of them is shown, in seconds.
    pub time: f64,
    /// The least and the greatest luminance.
    pub low: f32,
    pub high: f32,
    /// The largest counts.
    pub general: u32,
    pub red: u32,
    /// The worst verdict, as a number.
    pub verdict: u32,
}

/// The most points that are kept; as many frames as needed make one.
const MOST: usize = 16_384;

/// The course so far.
#[derive(Clone, Debug)]
pub struct Chart {
    pub points: Vec<Point>,
    /// Frames in a point, and those of the last point so far.
    frames: u64,
    filled: u64,
    /// When the last frame is shown.
    pub end: f64,
}

impl Default for Chart {
    fn default() -> Self {
        Self { points: Vec::new(), frames: 1, filled: 0, end: 0.0 }
    }
}

impl Chart {
    pub fn push(&mut self, row: &Row) {
        self.end = row.time;
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
            Some(last) if self.filled < self.frames => {
                *last = joined(*last, point);
                self.filled += 1;
            }
            _ => {
                if self.points.len() == MOST {
                    self.thin();
                }
                self.points.push(point);
                self.filled = 1;
            }
        }
    }

    /// Makes one point of every two.
    fn thin(&mut self) {
        let pairs = self.points.chunks(2);
        self.points = pairs.filter_map(|pair| pair.iter().copied().reduce(joined)).collect();
        self.frames *= 2;
    }
}

fn joined(a: Point, b: Point) -> Point {
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
    use flashinator::{Report, Verdict};

    #[test]
    fn long_videos_keep_their_extremes_in_few_points() {
        let mut chart = Chart::default();
        for i in 0..200_000u32 {
            let mut report = Report { luminance: f64::from(i % 100), ..Report::default() };
            if i == 123_456 {
                report.general = 9;
                report.verdict = Verdict::Fail;
            }
            chart.push(&Row::new(&report, f64::from(i) / 25.0, None));
        }
        assert!(chart.points.len() <= MOST && chart.points.len() > MOST / 4);
        assert_eq!(chart.points.iter().map(|point| point.verdict).max(), Some(3));
        assert_eq!(chart.points.iter().map(|point| point.general).max(), Some(9));
        let place = chart.points.iter().find(|point| point.general == 9).unwrap().time;
        assert!((place - 123_456.0 / 25.0).abs() < 2.0);
        assert!(chart.points.windows(2).all(|pair| pair[0].time < pair[1].time));
    }
}
