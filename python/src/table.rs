//! The T table.

use crate::array::FrameArray;
use crate::error::{FrameError, in_use, rejected};
use flashinator::{Error, TRow, TTable as Core, TableSettings};
use flashinator_cli::interrupt;
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
        if looked.elapsed() >= interrupt::POLL_INTERVAL {
            Python::attach(|py| py.check_signals())?;
            looked = Instant::now();
        }
    }
    Ok(rows)
}

/// The T table of frames that come one by one.
#[pyclass(frozen, module = "flashinator._native")]
pub struct TTable(Mutex<Stream>);

/// A table from its first frame on.
#[derive(Default)]
struct Stream {
    table: Option<Core<'static, Vec<u8>>>,
    frames: u64,
}

#[pymethods]
impl TTable {
    #[new]
    fn py_new() -> Self {
        Self(Mutex::default())
    }

    /// Takes the next frame and gives its row; none for the first.
    fn push(&self, py: Python<'_>, frame: &Bound<'_, PyAny>) -> PyResult<Option<Row>> {
        let mut guard = self.0.try_lock().map_err(|_| in_use("table"))?;
        let Stream { table, frames } = &mut *guard;
        let format = table.as_ref().map(|table| table.shape().format());
        let name = format!("frame {frames}");
        let frame = FrameArray::of_frame(frame, format, &name)?;
        let shape = frame.shape();
        let row = py.detach(|| {
            let table = match table {
                Some(table) => table,
                none => none.insert(Core::with_owned_memory(shape, &TableSettings::default())?),
            };
            table.push(&frame.frame(0, &mut Vec::new())?)
        });
        match row {
            Ok(row) => {
                *frames += 1;
                Ok(row.map(columns))
            }
            Err(Error::ShapeChanged) => Err(FrameError::new_err(format!(
                "{name} has {}x{} pixels, and another size or number of channels than those before it; begin a new \
                 table for it",
                shape.width(),
                shape.height()
            ))),
            Err(other) => Err(rejected(other)),
        }
    }
}
