//! The exceptions of the package, one for each thing that a caller can mend.

use flashinator::Error;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyMemoryError};
use pyo3::prelude::*;

create_exception!(
    flashinator,
    FlashinatorError,
    PyException,
    "What all exceptions of this package are. The message says what is wrong and what to do."
);
create_exception!(
    flashinator,
    FrameError,
    FlashinatorError,
    "An object that is not a frame, or not one of the right type, size or number of planes."
);
create_exception!(
    flashinator,
    TimeError,
    FlashinatorError,
    "A time that is not a number or not after the one before, or more frames in a second than promised."
);
create_exception!(
    flashinator,
    SettingsError,
    FlashinatorError,
    "A format, a profile or a number that an analyser cannot be made with."
);
create_exception!(
    flashinator,
    ScanError,
    FlashinatorError,
    "An input that cannot be analysed to its end. `result` is a Result of what was found before, if anything was."
);
create_exception!(
    flashinator,
    InUseError,
    FlashinatorError,
    "An object that another thread is using at this moment."
);

/// Adds them to the module.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("FlashinatorError", py.get_type::<FlashinatorError>())?;
    module.add("FrameError", py.get_type::<FrameError>())?;
    module.add("TimeError", py.get_type::<TimeError>())?;
    module.add("SettingsError", py.get_type::<SettingsError>())?;
    module.add("ScanError", py.get_type::<ScanError>())?;
    module.add("InUseError", py.get_type::<InUseError>())
}

/// A frame that the library does not take.
pub fn rejected(error: Error) -> PyErr {
    match error {
        Error::BadTime | Error::TimeNotAfter | Error::RateTooHigh => {
            TimeError::new_err(error.text())
        }
        Error::OutOfMemory => PyMemoryError::new_err(error.text()),
        _ => FrameError::new_err(error.text()),
    }
}

/// Settings that the library does not take.
pub fn bad_settings(error: Error) -> PyErr {
    match error {
        Error::OutOfMemory => PyMemoryError::new_err(error.text()),
        _ => SettingsError::new_err(error.text()),
    }
}

/// Another thread has the lock.
pub fn in_use(what: &str) -> PyErr {
    InUseError::new_err(format!(
        "another thread is using this {what}; give every thread one of its own"
    ))
}
