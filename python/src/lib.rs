//! The native half of the Python package `flashinator`.
//!
//! It checks arguments, looks at the memory of Python's objects where it is, and releases the interpreter lock while
//! pixels are read. What users see, with its documentation, is the Python in `package/flashinator`.

mod analyser;
mod array;
mod error;
mod planes;
mod scan;
mod table;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _native {
    use super::error;
    use flashinator::{Format, Profile};
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::analyser::{Analyser, max_transitions, plane_size};
    #[pymodule_export]
    use super::array::FrameArray;
    #[pymodule_export]
    use super::scan::{command, scan};
    #[pymodule_export]
    use super::table::{TTable, table};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("FORMATS", Format::ALL.map(Format::name))?;
        module.add("PROFILES", Profile::NAMED.map(|(name, _)| name))?;
        error::add(module)
    }
}
