//! The forms that rows are written in.

use crate::failure::Failure;
use flashinator::TRow;
use serde::Serialize;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A row as it is printed. The numbers are written in the shortest form that reads back to the same.
#[derive(Serialize)]
struct Printed {
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

/// Why nothing more can be written.
pub enum Stop {
    /// The reader has gone, as `head` does: it has what it wanted.
    Unwanted,
    Failed(Failure),
}

impl Rows {
    /// Begins a table on standard output, as a JSON array or else as CSV.
    pub fn begin(json: bool) -> Result<Self, Stop> {
        // Locked at each write: other threads write nothing here.
        let mut out = BufWriter::new(Box::new(io::stdout()) as Box<dyn Write>);
        if !json {
            writeln!(out, "frame,time,positive,negative,value").map_err(stop)?;
        }
        Ok(Self { out, json, count: 0 })
    }

    /// Writes a row.
    pub fn write(&mut self, frame: u64, time: f64, row: TRow) -> Result<(), Stop> {
        let TRow { positive, negative, value } = row;
        let between = if self.count == 0 { "[" } else { "," };
        self.count += 1;
        if self.json {
            let printed = Printed { frame, time, positive, negative, value };
            write!(self.out, "{between}\n ").map_err(stop)?;
            serde_json::to_writer(&mut self.out, &printed).map_err(|e| stop(e.into()))
        } else {
            writeln!(self.out, "{frame},{time},{positive},{negative},{value}").map_err(stop)
        }
    }

    /// Ends the table: what was written is whole, also where rows are missing.
    pub fn end(mut self) -> Result<(), Stop> {
        if self.json {
            let end = if self.count == 0 { "[]" } else { "\n]" };
            writeln!(self.out, "{end}").map_err(stop)?;
        }
        self.out.flush().map_err(stop)
    }
}

fn stop(error: io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::Unwanted,
        _ => Stop::Failed(Failure::new(
            "standard output",
            format!("the rows cannot be written: {error}"),
            "make room, or write to another place",
        )),
    }
}

/// A .npy file of the values.
pub struct Npy {
    name: String,
    file: File,
    values: Vec<f64>,
}

impl Npy {
    /// Opens the file, so that a place that cannot be written is known before the work.
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
        // Spaces make the data begin at a multiple of 64 bytes; the last one is a line break.
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

fn unwritable(name: &str, error: &io::Error) -> Failure {
    Failure::new(name, format!("cannot be written: {error}"), "make room, or give another place")
}
