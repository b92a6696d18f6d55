//! Clips made by code, and what the analyser says of them.
#![allow(dead_code)] // Each user needs a part.

use crate::flash_reference::{Reference, Row};
use flashinator::{
    Analyser, AnalyserSettings, Format, Frame, Profile, Report, Shape, Timestamp, Verdict,
};

/// Frames of three-byte RGB at a steady rate.
pub struct Clip {
    pub width: u32,
    pub height: u32,
    pub rate: u32,
    pub frames: Vec<Vec<u8>>,
}

impl Clip {
    /// A clip whose pixels are given by column, row and frame.
    pub fn new(
        (width, height): (u32, u32),
        rate: u32,
        frames: usize,
        pixel: impl Fn(u32, u32, usize) -> [u8; 3],
    ) -> Self {
        let frame = |i| {
            let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
            places.flat_map(|(x, y)| pixel(x, y, i)).collect()
        };
        Self { width, height, rate, frames: (0..frames).map(frame).collect() }
    }

    pub fn shape(&self) -> Shape {
        Shape::new(Format::Rgb24, self.width, self.height).unwrap()
    }

    pub fn time(&self, frame: usize) -> Timestamp {
        Timestamp::from_ticks(frame as i64, 1, self.rate).unwrap()
    }

    /// What the analyser says of every frame.
    pub fn reports(&self, settings: &AnalyserSettings<'_>) -> Vec<Report> {
        let settings =
            AnalyserSettings { most_frames: settings.most_frames.max(self.rate), ..*settings };
        let shape = self.shape();
        let mut memory = vec![0xa5; Analyser::memory_needed(shape, &settings).unwrap()];
        let mut analyser = Analyser::new(shape, &settings, &mut memory).unwrap();
        let frames = self.frames.iter().enumerate();
        let push = |(i, data): (usize, &Vec<u8>)| {
            analyser.push(&Frame::contiguous(shape, data).unwrap(), self.time(i)).unwrap()
        };
        frames.map(push).collect()
    }

    /// What the definition says of every frame, of light as it is or with errors.
    pub fn rows(&self, profile: Profile, cell: Option<usize>, errors: Option<u64>) -> Vec<Row> {
        let (width, height) = (self.width as usize, self.height as usize);
        let mut reference = Reference::new(width, height, profile, cell, errors);
        let time = |i: usize| i as f64 / f64::from(self.rate);
        self.frames.iter().enumerate().map(|(i, data)| reference.frame(time(i), data)).collect()
    }

    /// Compares the analyser with the definition, frame by frame; gives the worst verdict.
    pub fn check(&self, name: &str, profile: Profile) -> Verdict {
        let settings = AnalyserSettings { profile, ..AnalyserSettings::default() };
        agree(name, &self.reports(&settings), &self.rows(profile, None, None));
        self.reports(&settings).iter().map(|report| report.verdict).max().unwrap()
    }
}

/// Every verdict and count is the same, and luminance within 0.002.
pub fn agree(name: &str, reports: &[Report], rows: &[Row]) {
    assert_eq!(reports.len(), rows.len());
    for (report, row) in reports.iter().zip(rows) {
        let place = format!("{name}, frame {}: {report:?} {row:?}", report.frame);
        assert!((report.luminance - row.luminance).abs() < 0.002, "{place}");
        assert_eq!(i64::from(report.general), row.general, "{place}");
        assert_eq!(i64::from(report.red), row.red, "{place}");
        assert_eq!(report.verdict, row.verdict, "{place}");
    }
}

/// A gray pixel.
pub fn gray(code: u8) -> [u8; 3] {
    [code; 3]
}

/// Whether a wave of so many cycles a second is in the second half of a cycle.
pub fn high(rate: u32, hertz: f64, frame: usize) -> bool {
    (2.0 * hertz * frame as f64 / f64::from(rate) + 1e-9) as u64 % 2 == 1
}
