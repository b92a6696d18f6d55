//! A row for every frame and profile, as CSV and as lines of JSON.

use super::profiles::{NamedProfile, Profiles};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output_file::OutputFile;
use flashinator::{Hazard, Pattern, Rectangle, Report};
use serde::Serialize;
use std::path::Path;

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
    /// The hazard with the larger count, or the pattern if it is what fails; none if nothing flashes.
    pub hazard: Option<&'static str>,
    /// The part of the worst field that flashes.
    pub area: f64,
    /// The worst field: x, y, width, height in pixels of the picture.
    pub field: [u32; 4],
    /// The box around what flashes: x, y, width, height in pixels of the picture.
    pub flashing: [u32; 4],
    /// The regular pattern, where the profile looks for any.
    #[serde(flatten)]
    pub pattern: Option<PatternColumns>,
}

/// What is reported about the regular pattern of a frame.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PatternColumns {
    /// The part of the picture that has a pattern which does not flow smoothly.
    pub pattern_area: f64,
    /// The most pairs of light and dark stripes.
    pub pattern_pairs: f64,
    /// The name of how it moves.
    pub pattern_motion: &'static str,
    /// The name of the verdict on it.
    pub pattern_verdict: &'static str,
}

impl PatternColumns {
    /// The columns of a pattern.
    #[must_use]
    pub fn new(pattern: &Pattern) -> Self {
        Self {
            pattern_area: pattern.area,
            pattern_pairs: pattern.pairs,
            pattern_motion: pattern.motion.name(),
            pattern_verdict: pattern.verdict.name(),
        }
    }
}

impl Row {
    /// The row of a report. `several` says that there are rows of several profiles.
    #[must_use]
    pub fn new(
        profile: &NamedProfile,
        several: bool,
        report: &Report,
        time: f64,
        t: Option<f64>,
    ) -> Self {
        let (transitions, worst) = (report.transitions, report.worst);
        Self {
            profile: several.then_some(profile.name),
            frame: report.frame,
            time,
            luminance: report.luminance,
            general_transitions: transitions[Hazard::General],
            red_transitions: transitions[Hazard::Red],
            verdict: report.verdict.name(),
            t,
            hazard: report.any_hazard().map(Hazard::name),
            area: worst.area,
            field: numbers(worst.field),
            flashing: numbers(report.flashing),
            pattern: profile.profile.patterns.then(|| PatternColumns::new(&report.pattern)),
        }
    }

    /// The row as a line of CSV, with the columns of patterns or without them.
    fn csv(&self, with_patterns: bool) -> String {
        let [x, y, width, height] = self.flashing;
        let profile = self.profile.map_or(String::new(), |name| format!("{name},"));
        let pattern = match &self.pattern {
            _ if !with_patterns => String::new(),
            None => ",,,,".to_owned(),
            Some(pattern) => format!(
                ",{:.4},{:.2},{},{}",
                pattern.pattern_area,
                pattern.pattern_pairs,
                pattern.pattern_motion,
                pattern.pattern_verdict
            ),
        };
        format!(
            "{profile}{},{:.6},{:.6},{},{},{},{},{},{:.4},{x},{y},{width},{height}{pattern}\n",
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
                      width,height";

/// Further columns where a profile looks for regular patterns.
const PATTERN_HEADER: &str = ",pattern_area,pattern_pairs,pattern_motion,pattern_verdict";

/// The files that rows are written to.
pub struct RowWriters {
    csv: Option<OutputFile>,
    jsonl: Option<OutputFile>,
    xml: Option<Xml>,
    /// Whether the CSV has the columns of patterns.
    with_patterns: bool,
}

impl RowWriters {
    /// Creates the files, so that an error is found before the work begins.
    pub fn create(args: &OutputArgs, profiles: &Profiles) -> Result<Self, Failure> {
        let with_patterns = profiles.list.iter().any(|named| named.profile.patterns);
        let mut csv = args.csv.as_deref().map(OutputFile::create).transpose()?;
        if let Some(csv) = &mut csv {
            if profiles.list.len() > 1 {
                csv.write(b"profile,")?;
            }
            csv.write(HEADER.as_bytes())?;
            csv.write(if with_patterns { PATTERN_HEADER } else { "" }.as_bytes())?;
            csv.write(b"\n")?;
        }
        let jsonl = args.jsonl.as_deref().map(OutputFile::create).transpose()?;
        let xml = args.xml.as_deref().map(Xml::create).transpose()?;
        Ok(Self { csv, jsonl, xml, with_patterns })
    }

    /// Writes a row.
    pub fn write(&mut self, row: &Row) -> Result<(), Failure> {
        if let Some(csv) = &mut self.csv {
            csv.write(row.csv(self.with_patterns).as_bytes())?;
        }
        if let Some(jsonl) = &mut self.jsonl {
            let mut line = serde_json::to_vec(row).unwrap_or_default();
            line.push(b'\n');
            jsonl.write(&line)?;
        }
        if let Some(xml) = &mut self.xml {
            xml.write(row)?;
        }
        Ok(())
    }

    /// Writes what is still buffered.
    pub fn finish(self) -> Result<(), Failure> {
        [self.csv, self.jsonl].into_iter().flatten().try_for_each(OutputFile::finish)?;
        self.xml.map_or(Ok(()), Xml::finish)
    }
}

/// Rows in the form in which ffprobe writes the tags of frames: `ffprobe -show_frames -of xml`.
struct Xml {
    file: OutputFile,
    /// The frame whose element is open.
    frame: Option<u64>,
}

impl Xml {
    fn create(path: &Path) -> Result<Self, Failure> {
        let mut file = OutputFile::create(path)?;
        file.write(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ffprobe>\n    <frames>\n")?;
        Ok(Self { file, frame: None })
    }

    /// A frame has the tags of all profiles; each profile is named if there are several.
    fn write(&mut self, row: &Row) -> Result<(), Failure> {
        if self.frame != Some(row.frame) {
            self.close()?;
            let frame =
                format!("        <frame media_type=\"video\" pts_time=\"{:.6}\">\n", row.time);
            self.file.write(frame.as_bytes())?;
            self.frame = Some(row.frame);
        }
        let profile = row.profile.map_or(String::new(), |name| format!("{name}."));
        let [x, y, width, height] = row.flashing;
        let mut tags = vec![
            ("luminance", format!("{:.6}", row.luminance)),
            ("general_transitions", row.general_transitions.to_string()),
            ("red_transitions", row.red_transitions.to_string()),
            ("verdict", row.verdict.to_owned()),
            ("hazard", row.hazard.unwrap_or("none").to_owned()),
            ("area", format!("{:.4}", row.area)),
            ("x", x.to_string()),
            ("y", y.to_string()),
            ("width", width.to_string()),
            ("height", height.to_string()),
        ];
        if let Some(t) = row.t {
            tags.push(("t", t.to_string()));
        }
        if let Some(pattern) = &row.pattern {
            tags.push(("pattern_area", format!("{:.4}", pattern.pattern_area)));
            tags.push(("pattern_pairs", format!("{:.2}", pattern.pattern_pairs)));
            tags.push(("pattern_motion", pattern.pattern_motion.to_owned()));
            tags.push(("pattern_verdict", pattern.pattern_verdict.to_owned()));
        }
        for (key, value) in tags {
            let tag = format!(
                "            <tag key=\"lavfi.flashinator.{profile}{key}\" value=\"{value}\"/>\n"
            );
            self.file.write(tag.as_bytes())?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), Failure> {
        match self.frame.take() {
            Some(_) => self.file.write(b"        </frame>\n"),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.close()?;
        self.file.write(b"    </frames>\n</ffprobe>\n")?;
        self.file.finish()
    }
}
