//! The files with a row for every frame and profile: CSV, lines of JSON, and XML.

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output_file::OutputFile;
use flashinator_report::{Profiles, Row};
use std::path::Path;

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
            csv.write(csv_line(row, self.with_patterns).as_bytes())?;
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

/// A row as a line of CSV, with the columns of patterns or without them.
fn csv_line(row: &Row, with_patterns: bool) -> String {
    let [x, y, width, height] = row.flashing;
    let profile = row.profile.map_or(String::new(), |name| format!("{name},"));
    let pattern = match &row.pattern {
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
        row.frame,
        row.time,
        row.luminance,
        row.general_transitions,
        row.red_transitions,
        row.verdict,
        row.t.map_or(String::new(), |t| t.to_string()),
        row.hazard.unwrap_or(""),
        row.area,
    )
}
