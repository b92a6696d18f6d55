//! The T table as CSV, JSON and .npy.

use crate::failure::Failure;
use crate::output_file::unwritable;
use flashinator::TRow;
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A row in JSON. Numbers are printed in the shortest form that reads back to the same value.
#[derive(Serialize)]
struct JsonRow {
    /// The number of the later of the two frames, from 0.
    frame: u64,
    /// When it is shown, in seconds.
    time: f64,
    positive: f64,
    negative: f64,
    value: f64,
}

/// Rows on standard output.
pub struct Rows {
    out: BufWriter<Box<dyn Write>>,
    json: bool,
    count: u64,
}

/// Why no more rows can be written.
pub enum WriteError {
    /// The reader has closed the pipe, as `head` does.
    Closed,
    Failed(Failure),
}

impl WriteError {
    /// A reader that has closed the pipe has all it wanted, which is no failure.
    pub fn into_result(self) -> Result<(), Failure> {
        match self {
            Self::Closed => Ok(()),
            Self::Failed(failure) => Err(failure),
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(Failure::new(
                "standard output",
                format!("the rows cannot be written: {error}"),
                "free some space, or use another file",
            )),
        }
    }
}

impl Rows {
    /// Begins a table on standard output, as a JSON array or else as CSV.
    pub fn begin(json: bool) -> Result<Self, WriteError> {
        // Not locked for the whole run: no other thread writes to standard output.
        let mut out = BufWriter::new(Box::new(io::stdout()) as Box<dyn Write>);
        if !json {
            writeln!(out, "frame,time,positive,negative,value")?;
        }
        Ok(Self { out, json, count: 0 })
    }

    /// Writes a row.
    pub fn write(&mut self, frame: u64, time: f64, row: TRow) -> Result<(), WriteError> {
        let TRow { positive, negative, value } = row;
        let separator = if self.count == 0 { "[" } else { "," };
        self.count += 1;
        if self.json {
            let row = JsonRow { frame, time, positive, negative, value };
            write!(self.out, "{separator}\n ")?;
            serde_json::to_writer(&mut self.out, &row).map_err(io::Error::from)?;
        } else {
            writeln!(self.out, "{frame},{time},{positive},{negative},{value}")?;
        }
        Ok(())
    }

    /// Ends the table. The output is well-formed even if rows are missing.
    pub fn end(mut self) -> Result<(), WriteError> {
        if self.json {
            let end = if self.count == 0 { "[]" } else { "\n]" };
            writeln!(self.out, "{end}")?;
        }
        Ok(self.out.flush()?)
    }
}

/// A .npy file of the values.
pub struct NpyFile {
    name: String,
    file: File,
    values: Vec<f64>,
}

impl NpyFile {
    /// Creates the file, so that an error is found before the work begins.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        match File::create(path) {
            Ok(file) => Ok(Self { name, file, values: Vec::new() }),
            Err(error) => Err(unwritable(&name, &error)),
        }
    }

    pub fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// Writes the array: float64 of shape (F-1, 1).
    pub fn finish(self) -> Result<(), Failure> {
        let Self { name, file, values } = self;
        let mut out = BufWriter::new(file);
        let mut header =
            format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}, 1), }}", values.len());
        // The format asks for data at a multiple of 64 bytes, after spaces and a line break.
        let prefix = 10;
        let padded = (prefix + header.len() + 1).next_multiple_of(64) - prefix;
        header.extend(std::iter::repeat_n(' ', padded - 1 - header.len()));
        header.push('\n');
        let write = |out: &mut BufWriter<File>| {
            out.write_all(b"\x93NUMPY\x01\x00")?;
            out.write_all(&(header.len() as u16).to_le_bytes())?;
            out.write_all(header.as_bytes())?;
            for value in &values {
                out.write_all(&value.to_le_bytes())?;
            }
            out.flush()
        };
        write(&mut out).map_err(|error| unwritable(&name, &error))
    }
}
