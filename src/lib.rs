//! Tells, frame by frame, how much a video flashes.
//!
//! The **T table** has a row for every frame after the first: the mean of the five largest rises of
//! luminance of any pixel since the frame before, the mean of the five largest falls, and the one of
//! larger magnitude. Luminance is `4 (0.2 x + 1)^2.2` of the gray value `x`, by a table that is exact to
//! the last bit; rows are exact, and the same on every processor.
//!
//! * [`TTable`] takes frames one by one, or many at once; [`compare`] takes two.
//! * [`Frame`] is a view of a frame where it lies, in any [`Format`] and with any strides.
//! * [`TableSettings`] say how gray is made of RGB, which [`LuminanceLut`] gives its luminance, and what to ignore.
//! * [`TopDeltas`] are what stripes of a frame, looked at by several threads, are merged by.
//! * [`mod@reference`] is the definition in plain code.
//!
//! The crate uses neither the standard library nor an allocator: memory is the caller's.
//!
//! # Features
//!
//! * `formats` (by default): every format and gray; without it [`Format::Gray8`], [`Format::Rgb24`] and
//!   [`Gray::Mean`] only, for microcontrollers.
#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod color;
mod error;
mod flash;
mod frame;
mod memory;
#[allow(unsafe_code)]
mod simd;
mod table;

pub use color::display::Display;
pub use color::gray::Gray;
pub use color::transfer::{Range, Transfer};
pub use error::Error;
pub use flash::{
    Analyser, AnalyserSettings, CellGrid, Field, Hazard, Incident, Light, MAX_PROFILES, Matrix,
    Profile, Red, Report, Summary, Timestamp, Transitions, Verdict, Viewing, Worst,
};
pub use frame::format::Format;
pub use frame::regions::MAX_IGNORED;
pub use frame::{Frame, Plane, Rectangle, Shape};
pub use memory::Memory;
pub use simd::Backend;
pub use table::lut::LuminanceLut;
pub use table::reference;
pub use table::settings::TableSettings;
pub use table::top::{TRow, TopDeltas};
pub use table::top::{Top, Top5};
pub use table::{TTable, compare};
