//! The T table.

use crate::array::FrameArray;
use crate::error::{FrameError, in_use, rejected};
use flashinator::{Error, TRow, TTable as Core, TableSettings};
use pyo3::prelude::*;
use std::sync::Mutex;

/// T, the mean of the largest rises, and that of the largest falls.
type Row = (f64, f64, f64);

fn columns(row: TRow) -> Row {
    (row.value, row.positive, row.negative)
}

/// The rows of an array of frames.
#[pyfunction]
pub fn table(py: Python<'_>, frames: &Bound<'_, PyAny>) -> PyResult<Vec<Row>> {
    let frames = FrameArray::of_frames(frames)?;
    py.detach(|| rows(&frames)).map_err(rejected)
}

fn rows(frames: &FrameArray) -> Result<Vec<Row>, Error> {
    let mut table = Core::with_owned_memory(frames.shape(), &TableSettings::default())?;
    let mut rows = Vec::with_capacity(frames.count().saturating_sub(1));
    let mut scratch = Vec::new();
    for index in 0..frames.count() {
        rows.extend(table.push(&frames.frame(index, &mut scratch)?)?.map(columns));
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

    /// Takes the next frame and gives its row; none for the first.
    fn push(&self, py: Python<'_>, frame: &Bound<'_, PyAny>) -> PyResult<Option<Row>> {
        let mut guard = self.0.try_lock().map_err(|_| in_use("table"))?;
        let table = &mut *guard;
        let format = table.as_ref().map(|table| table.shape().format());
        let frame = FrameArray::of_frame(frame, format)?;
        let shape = frame.shape();
        py.detach(|| {
            let table = match table {
                Some(table) => table,
                none => none.insert(Core::with_owned_memory(shape, &TableSettings::default())?),
            };
            table.push(&frame.frame(0, &mut Vec::new())?)
        })
        .map(|row| row.map(columns))
        .map_err(|error| match error {
            Error::ShapeChanged => FrameError::new_err(format!(
                "a frame of {}x{} pixels follows others of another size or number of channels; begin a new table for it",
                shape.width(),
                shape.height()
            )),
            other => rejected(other),
        })
    }
}
