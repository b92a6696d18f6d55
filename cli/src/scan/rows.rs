//! Rows of frames, as CSV and as lines of JSON.

use crate::args::OutputArgs;
use crate::failure::Failure;
use flashinator::{Report, Verdict};
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// What is said of one frame.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub frame: u64,
    /// Seconds from the beginning.
    pub time: f64,
    pub luminance: f64,
    pub general_transitions: u32,
    pub red_transitions: u32,
    pub verdict: &'static str,
    /// The value of the T table; none for the first frame.
    pub t: Option<f64>,
    /// The kind of flash with the larger count; none where nothing flashes.
    pub flash: Option<&'static str>,
    /// The part of the worst field that flashes so often.
    pub area: f32,
    /// The worst field, in pixels of what is looked at: x, y, width, height.
    pub field: [u32; 4],
    #[serde(skip)]
    pub judged: Verdict,
}

impl Row {
    pub fn new(report: &Report, time: f64, t: Option<f64>) -> Self {
        let field = report.worst.field;
        Self {
            frame: report.frame,
            time,
            luminance: report.luminance,
            general_transitions: report.general,
            red_transitions: report.red,
            verdict: report.verdict.name(),
            t,
            flash: (report.general.max(report.red) > 0).then(|| report.flash.name()),
            area: report.worst.area,
            field: [field.x, field.y, field.width, field.height],
            judged: report.verdict,
        }
    }
}

const HEADER: &str = "frame,time,luminance,general_transitions,red_transitions,verdict,t,flash,area,x,y,\
                      width,height";

/// The files that rows go to.
pub struct Writers {
    csv: Option<Output>,
    jsonl: Option<Output>,
}

struct Output {
    name: String,
    out: BufWriter<Box<dyn Write>>,
    /// Standard output is somebody who waits for every row.
    live: bool,
}

impl Writers {
    /// Opens the files before the work, so that a place that cannot be written is known.
    pub fn create(args: &OutputArgs) -> Result<Self, Failure> {
        let mut csv = args.csv.as_deref().map(Output::create).transpose()?;
        if let Some(csv) = &mut csv {
            let line = format!("{HEADER}\n");
            csv.write(line.as_bytes())?;
        }
        Ok(Self { csv, jsonl: args.jsonl.as_deref().map(Output::create).transpose()? })
    }

    /// Whether rows are written anywhere.
    pub fn have_any(&self) -> bool {
        self.csv.is_some() || self.jsonl.is_some()
    }

    /// Writes a row.
    pub fn write(&mut self, row: &Row) -> Result<(), Failure> {
        if let Some(csv) = &mut self.csv {
            let [x, y, width, height] = row.field;
            let line = format!(
                "{},{:.6},{:.6},{},{},{},{},{},{:.4},{x},{y},{width},{height}\n",
                row.frame,
                row.time,
                row.luminance,
                row.general_transitions,
                row.red_transitions,
                row.verdict,
                row.t.map_or(String::new(), |t| t.to_string()),
                row.flash.unwrap_or(""),
                row.area,
            );
            csv.write(line.as_bytes())?;
        }
        if let Some(jsonl) = &mut self.jsonl {
            let mut line = serde_json::to_vec(row).unwrap_or_default();
            line.push(b'\n');
            jsonl.write(&line)?;
        }
        Ok(())
    }

    pub fn finish(self) -> Result<(), Failure> {
        for mut output in [self.csv, self.jsonl].into_iter().flatten() {
            output.out.flush().map_err(|error| unwritable(&output.name, &error))?;
        }
        Ok(())
    }
}

impl Output {
    fn create(path: &Path) -> Result<Self, Failure> {
        let live = path.as_os_str() == "-";
        let name = if live { "standard output".to_owned() } else { path.display().to_string() };
        let out: Box<dyn Write> = if live {
            Box::new(io::stdout())
        } else {
            Box::new(File::create(path).map_err(|error| unwritable(&name, &error))?)
        };
        Ok(Self { name, out: BufWriter::with_capacity(1 << 16, out), live })
    }

    fn write(&mut self, line: &[u8]) -> Result<(), Failure> {
        let flushed = |out: &mut BufWriter<_>| if self.live { out.flush() } else { Ok(()) };
        let written = self.out.write_all(line).and_then(|()| flushed(&mut self.out));
        written.map_err(|error| unwritable(&self.name, &error))
    }
}

/// What to say of a file that cannot be written.
pub fn unwritable(name: &str, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        let what = "its reader has gone, so the rest was not analysed";
        return Failure::new(name, what, "let it read to the end");
    }
    Failure::new(name, format!("cannot be written: {error}"), "make room, or give another place")
}

/// Writes a whole file, or to standard output; where it fails nothing of the file is left.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        return match io::stdout().write_all(content) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(unwritable("standard output", &error))
            }
            _ => Ok(()),
        };
    }
    let name = path.display().to_string();
    let mut file = File::create(path).map_err(|error| unwritable(&name, &error))?;
    if let Err(error) = file.write_all(content).and_then(|()| file.flush()) {
        drop(file);
        // A device such as /dev/full is not removed.
        if path.is_file() {
            let _ = std::fs::remove_file(path);
        }
        return Err(unwritable(&name, &error));
    }
    Ok(())
}
