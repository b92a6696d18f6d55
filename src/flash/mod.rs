//! The flash analyser: whether a video is safe by a standard.
//!
//! Every small cell of the picture is followed on its own, so that flashes of opposite phase never cancel.
//! The steps, each in a module of its own:
//!
//! 1. [`viewing`]: how large the picture is seen, which makes cells and fields;
//! 2. [`rgb`], [`cells`], [`display`]: the linear light of every cell of a frame;
//! 3. [`follow`], [`zigzag`]: peaks and valleys of every cell, and transitions between them;
//! 4. [`counting`], [`company`], [`field`]: transitions count where many happen together;
//! 5. [`second`]: counts of the last second;
//! 6. [`verdict`], [`incidents`], [`report`]: what that means.
//!
//! [`analysis`] puts them together, [`analyser`] is what callers see, [`settings`] what they wish.

mod analyser;
mod analysis;
mod cells;
mod company;
mod counting;
mod display;
mod field;
mod follow;
mod incidents;
mod memory;
mod profile;
mod report;
mod rgb;
mod second;
mod settings;
mod time;
mod verdict;
mod viewing;
mod zigzag;

pub use analyser::Analyser;
pub use incidents::{Flash, Incident, Worst};
pub use profile::{Field, Light, Profile, Red};
pub use report::{Report, Summary};
pub use rgb::Matrix;
pub use settings::AnalyserSettings;
pub use time::Timestamp;
pub use verdict::Verdict;
pub use viewing::Viewing;

#[cfg(feature = "capi")]
pub(crate) use analysis::{Analysis, Plan};
