//! The T table.

use crate::array::FrameArray;
use crate::error::{in_use, rejected};
use flashinator::{TRow, TTable as Core, TableSettings};
use flashinator_cli::interrupt::POLL_INTERVAL;
use pyo3::prelude::*;
use std::sync::Mutex;
use std::time::Instant;

/// T, the mean of the largest rises, and that of the largest falls.
type Row = (f64, f64, f64);

fn columns(row: TRow) -> Row {
    (row.value, row.positive, row.negative)
}

/// The rows of an array of frames.
#[pyfunction]
pub fn table(py: Python<'_>, frames: &Bound<'_, PyAny>) -> PyResult<Vec<Row>> {
    let frames = FrameArray::of_frames(frames)?;
    py.detach(|| rows(&frames))
}

/// Looks for an interrupt now and then: an array may be a file that is larger than memory.
fn rows(frames: &FrameArray) -> PyResult<Vec<Row>> {
    let mut table =
        Core::with_owned_memory(frames.shape(), &TableSettings::default()).map_err(rejected)?;
    let (mut rows, mut scratch, mut looked) = (Vec::new(), Vec::new(), Instant::now());
    for index in 0..frames.count() {
        let frame = frames.frame(index, &mut scratch).map_err(rejected)?;
        rows.extend(table.push(&frame).map_err(rejected)?.map(columns));
        if looked.elapsed() >= POLL_INTERVAL {
            Python::attach(|py| py.check_signals())?;
            looked = Instant::now();
        }
    }
    Ok(rows)
}

/// The T table of frames that come one by one.
#[pyclass(frozen, module = "flashinator._native")]
pub struct TTable(Mutex<Option<Core<'static, Vec<u8>>>>);

#[pymethods]
impl TTable {
    #[new]
    fn py_new() -> Self {
        Self(Mutex::new(None))
    }

    /// Takes the next frame, one of an array, and gives its row; none for the first.
    fn push_from(
        &self,
        py: Python<'_>,
        frames: &FrameArray,
        index: usize,
    ) -> PyResult<Option<Row>> {
        let mut guard = self.0.try_lock().map_err(|_| in_use("table"))?;
        let table = &mut *guard;
        let shape = frames.shape();
        py.detach(|| {
            let table = match table {
                Some(table) => table,
                none => none.insert(Core::with_owned_memory(shape, &TableSettings::default())?),
            };
            table.push(&frames.frame(index, &mut Vec::new())?)
        })
        .map(|row| row.map(columns))
        .map_err(rejected)
    }
}
