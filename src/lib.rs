//! Checks, frame by frame, whether a video flashes dangerously, and how much it changes.
//!
//! Flashing video can trigger seizures in people with photosensitive epilepsy. An [`Analyser`] judges the frames of a
//! video by the flash rules of WCAG 2.x, ITU-R BT.1702 or Ofcom's guidance note, or by several of them in one pass. For
//! every frame it reports a verdict, the number of transitions in the last second, and where in the picture they are.
//!
//! ```
//! use flashinator::{Analyser, AnalyserSettings, Format, Frame, Shape, Timestamp, Verdict};
//!
//! let shape = Shape::new(Format::Rgb24, 64, 48)?;
//! let settings = AnalyserSettings::default(); // WCAG 2.2, up to 60 frames a second
//! let mut memory = vec![0; Analyser::memory_needed(shape, &settings)?];
//! let mut analyser = Analyser::new(shape, &settings, &mut memory)?;
//! for i in 0..25 {
//!     // Black and white alternate, 20 frames a second.
//!     let pixels = vec![if i % 2 == 0 { 0 } else { 255 }; shape.frame_bytes()];
//!     let time = Timestamp::from_micros(50_000 * i)?;
//!     let report = analyser.push(&Frame::contiguous(shape, &pixels)?, time)?;
//!     println!("{i}: {} transitions, {}", report.transitions.max(), report.verdict);
//! }
//! assert_eq!(analyser.summary(0).map(|summary| summary.verdict), Some(Verdict::Fail));
//! # Ok::<(), flashinator::Error>(())
//! ```
//!
//! # The analyser
//!
//! * [`Analyser`] takes frames with their times; [`AnalyserSettings`] give the profiles, the size at which the video is
//!   shown, and how its codes are converted to light.
//! * [`Profile`] is the rule of a standard as data: a published one, or one of your own.
//! * [`Report`] is about a frame, [`Summary`] about the whole video, and [`Incident`] about a stretch of frames that do
//!   not pass. [`Analyser::mask`] says which cells of the picture flash.
//! * [`Stripe`]s let threads share the pixels of a frame.
//!
//! # The T table
//!
//! The T table says how much the picture changed, not whether that breaks a rule. It has a row for every frame after the
//! first: the mean of the five largest rises of luminance of any pixel since the previous frame, the mean of the five
//! largest falls, and the larger of the two, negative for a fall. Luminance is `4 (0.2 x + 1)^2.2` of the gray value `x`.
//! Rows are exact to the last bit on every processor.
//!
//! * [`TTable`] takes frames one by one or in batches; [`compare`] takes two. [`Analyser::push_with_table`] makes reports
//!   and rows in one pass over the pixels.
//! * [`TableSettings`] say how RGB becomes gray, and which [`LuminanceLut`] gives its luminance.
//! * [`TopDeltas`] merge the results of several threads, each of which compared a stripe of the frame.
//! * [`mod@reference`] is the definition in plain code.
//!
//! # Frames and memory
//!
//! A [`Frame`] is a view of pixels in place, in any [`Format`] and with any strides. The crate is `no_std` and never
//! allocates: the caller gives as much memory as `memory_needed` says. No function panics.
//!
//! # Features
//!
//! * `formats` (on by default): all pixel formats, high dynamic range and regular patterns. Without it there are only
//!   [`Format::Gray8`], [`Format::Rgb24`] and [`Gray::Mean`], for microcontrollers.
//! * `alloc`: analysers and tables that own their memory, made by `with_owned_memory`.
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

pub use color::curve::{Curve, Primaries};
pub use color::display::Display;
pub use color::gray::Gray;
pub use color::transfer::{Range, Transfer};
pub use error::Error;
pub use flash::{
    Analyser, AnalyserSettings, CellGrid, Field, Hazard, Incident, Light, MAX_PROFILES, Matrix,
    Motion, Pattern, Profile, Red, Report, Severity, Stripe, Summary, Timestamp, Transitions,
    Verdict, Viewing, Worst,
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
