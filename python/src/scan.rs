//! The command, and its scan as a function.

use crate::analyser::Summary;
use crate::error::SettingsError;
use flashinator_cli::interrupt::{POLL_INTERVAL, Stop};
use flashinator_cli::{Row, Scan, ScanResult};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

/// What a scan found, with the names of `flashinator.Result`.
#[derive(IntoPyObject)]
struct Scanned {
    name: String,
    width: Option<u32>,
    height: Option<u32>,
    pixels: String,
    frames: u64,
    end: f64,
    looped: bool,
    notes: Vec<String>,
    error: Option<String>,
    verdict: &'static str,
    /// By the names of the profiles.
    summaries: Vec<(&'static str, Summary)>,
    max_transitions: Vec<(&'static str, u32)>,
    rows: Vec<Columns>,
    page: String,
}

/// A row for the structured array: profile, frame, time, luminance, transitions, verdict, T, hazard, area, box, pattern.
type Columns = (
    &'static str,
    u64,
    f64,
    f64,
    (u32, u32),
    &'static str,
    f64,
    &'static str,
    f64,
    [u32; 4],
    (f64, f64, &'static str, &'static str),
);

fn columns(row: &Row, only: &'static str) -> Columns {
    (
        row.profile.unwrap_or(only),
        row.frame,
        row.time,
        row.luminance,
        (row.general_transitions, row.red_transitions),
        row.verdict,
        row.t.unwrap_or(f64::NAN),
        row.hazard.unwrap_or(""),
        row.area,
        row.flashing,
        row.pattern.map_or((f64::NAN, f64::NAN, "", ""), |pattern| {
            (
                pattern.pattern_area,
                pattern.pattern_pairs,
                pattern.pattern_motion,
                pattern.pattern_verdict,
            )
        }),
    )
}

/// Scans an input with options of the command line.
#[pyfunction]
pub fn scan(
    py: Python<'_>,
    input: PathBuf,
    options: Vec<OsString>,
    table: bool,
) -> PyResult<impl for<'py> IntoPyObject<'py> + use<>> {
    let scan = Scan::new(&input, options, table).map_err(SettingsError::new_err)?;
    let result = py.detach(|| run(&scan))?;
    let page = py.detach(|| scan.page(&result));
    let only = scan.profiles().next().map_or("", |(name, _)| name);
    let summaries = scan.profiles().zip(&result.profiles).map(|((name, profile), one)| {
        (name, Summary::new(&one.summary, one.incidents.iter().copied(), profile.patterns))
    });
    Ok(Scanned {
        width: result.shape.map(|shape| shape.width()),
        height: result.shape.map(|shape| shape.height()),
        frames: result.frames,
        end: result.end,
        looped: result.looped,
        error: result.failure.as_ref().map(ToString::to_string),
        verdict: result.verdict_name(),
        summaries: summaries.collect(),
        max_transitions: scan
            .profiles()
            .map(|(name, profile)| (name, profile.max_transitions))
            .collect(),
        rows: result.rows.iter().map(|row| columns(row, only)).collect(),
        page,
        name: result.name,
        pixels: result.pixels,
        notes: result.notes,
    })
}

/// Scans in a thread of its own, and looks for an interrupt meanwhile.
fn run(scan: &Scan) -> PyResult<ScanResult> {
    let (sender, receiver) = mpsc::channel();
    let stop = &Stop::default();
    thread::scope(|scope| {
        scope.spawn(move || {
            // The receiver outlives the thread.
            let _ = sender.send(scan.run(stop));
        });
        loop {
            match receiver.recv_timeout(POLL_INTERVAL) {
                Ok(result) => return Ok(result),
                Err(RecvTimeoutError::Timeout) => {
                    let signals = Python::attach(|py| py.check_signals());
                    if let Err(interrupted) = signals {
                        stop.request();
                        let _ = receiver.recv();
                        return Err(interrupted);
                    }
                }
                // It panicked, and so does the scope at its end.
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(PyRuntimeError::new_err(
                        "the scan has no result; please report this",
                    ));
                }
            }
        }
    })
}

/// Runs the command `flashinator` and gives its exit status.
#[pyfunction]
pub fn command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        let status = flashinator_cli::run_with(arguments);
        // What is still buffered; a reader that has gone is no error.
        let _ = std::io::stdout().flush();
        status
    })
}
