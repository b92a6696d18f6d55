//! The course of a video in a limited number of points.

use flashinator::{Hazard, Report};

/// A run of consecutive frames.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// When the first of them is shown, in seconds.
    pub time: f64,
    /// The smallest luminance.
    pub low: f32,
    /// The largest luminance.
    pub high: f32,
    /// The largest count of transitions of luminance.
    pub general: u32,
    /// The largest count of transitions of red.
    pub red: u32,
}

/// The most points. Beyond that, twice as many frames are merged into one.
const MAX_POINTS: usize = 8192;

/// The course so far.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The points, in the order of time.
    pub points: Vec<Point>,
    /// When the last frame is shown, in seconds.
    end: f64,
    frames_per_point: u64,
    /// Frames in the last point.
    filled: u64,
}

impl Default for Chart {
    fn default() -> Self {
        Self { points: Vec::new(), end: 0.0, frames_per_point: 1, filled: 0 }
    }
}

impl Chart {
    /// Takes the report on the next frame, shown at a time in seconds.
    pub fn push(&mut self, time: f64, report: &Report) {
        self.end = time;
        let luminance = report.luminance as f32;
        let point = Point {
            time,
            low: luminance,
            high: luminance,
            general: report.transitions[Hazard::General],
            red: report.transitions[Hazard::Red],
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

    /// When the last frame is shown, in seconds.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.end
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Transitions;

    #[test]
    fn long_videos_keep_their_extremes_in_few_points() {
        let mut chart = Chart::default();
        for i in 0..200_000u32 {
            let mut report = Report { luminance: f64::from(i % 100), ..Report::default() };
            if i == 123_456 {
                report.transitions = Transitions::new(9, 0);
            }
            chart.push(f64::from(i) / 25.0, &report);
        }
        assert!(chart.points.len() <= MAX_POINTS && chart.points.len() > MAX_POINTS / 4);
        assert_eq!(chart.points.iter().map(|point| point.general).max(), Some(9));
        let peak = chart.points.iter().find(|point| point.general == 9).unwrap().time;
        assert!((peak - 123_456.0 / 25.0).abs() < 2.0);
        assert!(chart.points.windows(2).all(|pair| pair[0].time < pair[1].time));
    }
}
