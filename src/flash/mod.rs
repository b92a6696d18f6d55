//! The flash analyser: whether a video is safe by a standard.
//!
//! Every small cell of the picture is followed on its own, so that flashes of opposite phase never cancel.
//! The steps, each in a module of its own:
//!
//! 1. [`viewing`]: how large the picture is seen, which makes cells and fields;
//! 2. [`rgb`], [`cells`], [`display`]: the linear light of every cell of a frame;
//! 3. [`zigzag`]: peaks and valleys of every cell, and transitions between them;
//! 4. [`company`], [`field`]: transitions count where many happen together;
//! 5. [`second`]: counts of the last second;
//! 6. [`verdict`], [`incidents`]: what that means.

mod analyser;
mod cells;
mod company;
mod display;
mod field;
mod incidents;
mod memory;
mod profile;
mod rgb;
mod second;
mod time;
mod verdict;
mod viewing;
mod zigzag;

pub use analyser::{Analyser, AnalyserSettings, Report, Summary};
pub use incidents::{Flash, Incident, Worst};
pub use profile::{Field, Light, Profile, Red};
pub use rgb::Matrix;
pub use time::Timestamp;
pub use verdict::Verdict;
pub use viewing::Viewing;

#[cfg(feature = "capi")]
pub(crate) use analyser::Analysis;
