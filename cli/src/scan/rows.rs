//! A row for every frame and profile, as CSV and as lines of JSON.

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output_file::OutputFile;
use flashinator::{Hazard, Rectangle, Report, Verdict};
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
    /// The hazard with the larger count; none if nothing flashes.
    pub hazard: Option<&'static str>,
    /// The part of the worst field that flashes.
    pub area: f64,
    /// The worst field: x, y, width, height in pixels of the picture.
    pub field: [u32; 4],
    /// The box around what flashes: x, y, width, height in pixels of the picture.
    pub flashing: [u32; 4],
    /// The verdict.
    #[serde(skip)]
    pub judged: Verdict,
}

impl Row {
    /// The row of a report.
    #[must_use]
    pub fn new(profile: Option<&'static str>, report: &Report, time: f64, t: Option<f64>) -> Self {
        let (transitions, worst) = (report.transitions, report.worst);
        Self {
            profile,
            frame: report.frame,
            time,
            luminance: report.luminance,
            general_transitions: transitions[Hazard::General],
            red_transitions: transitions[Hazard::Red],
            verdict: report.verdict.name(),
            t,
            hazard: (transitions.max() > 0).then(|| report.hazard.name()),
            area: worst.area,
            field: numbers(worst.field),
            flashing: numbers(report.flashing),
            judged: report.verdict,
        }
    }

    /// The row as a line of CSV.
    fn csv(&self) -> String {
        let [x, y, width, height] = self.flashing;
        let profile = self.profile.map_or(String::new(), |name| format!("{name},"));
        format!(
            "{profile}{},{:.6},{:.6},{},{},{},{},{},{:.4},{x},{y},{width},{height}\n",
            self.frame,
            self.time,
            self.luminance,
            self.general_transitions,
            self.red_transitions,
            self.verdict,
            self.t.map_or(String::new(), |t| t.to_string()),
            self.hazard.unwrap_or(""),
            self.area,
        )
    }
}

/// A rectangle as x, y, width, height.
pub fn numbers(rectangle: Rectangle) -> [u32; 4] {
    let Rectangle { x, y, width, height } = rectangle;
    [x, y, width, height]
}

const HEADER: &str = "frame,time,luminance,general_transitions,red_transitions,verdict,t,hazard,area,x,y,\
                      width,height\n";

/// The files that rows are written to.
pub struct RowWriters {
    csv: Option<OutputFile>,
    jsonl: Option<OutputFile>,
}

impl RowWriters {
    /// Creates the files, so that an error is found before the work begins.
    pub fn create(args: &OutputArgs, several_profiles: bool) -> Result<Self, Failure> {
        let mut csv = args.csv.as_deref().map(OutputFile::create).transpose()?;
        if let Some(csv) = &mut csv {
            if several_profiles {
                csv.write(b"profile,")?;
            }
            csv.write(HEADER.as_bytes())?;
        }
        Ok(Self { csv, jsonl: args.jsonl.as_deref().map(OutputFile::create).transpose()? })
    }

    /// Writes a row.
    pub fn write(&mut self, row: &Row) -> Result<(), Failure> {
        if let Some(csv) = &mut self.csv {
            csv.write(row.csv().as_bytes())?;
        }
        if let Some(jsonl) = &mut self.jsonl {
            let mut line = serde_json::to_vec(row).unwrap_or_default();
            line.push(b'\n');
            jsonl.write(&line)?;
        }
        Ok(())
    }

    /// Writes what is still buffered.
    pub fn finish(self) -> Result<(), Failure> {
        [self.csv, self.jsonl].into_iter().flatten().try_for_each(OutputFile::finish)
    }
}
