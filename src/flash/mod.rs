//! The flash analyser: whether a video is safe by a standard.
//!
//! Every small cell of the picture is followed on its own, so that flashes of opposite phase never cancel.
//! The steps, each in a module of its own:
//!
//! 1. [`geometry`]: how large the picture is seen, which makes cells and fields;
//! 2. [`yuv`], [`light`], [`display`]: the linear light of every cell of a frame;
//! 3. [`follow`], [`transitions`]: peaks and valleys of every cell, and transitions between them;
//! 4. [`counting`], [`support`], [`coverage`]: transitions count where many happen together;
//! 5. [`window`]: counts of the last second;
//! 6. [`verdict`], [`incidents`], [`report`]: what that means.
//!
//! [`analysis`] puts them together, [`analyser`] is what callers see, [`settings`] what they wish.

mod analyser;
mod analysis;
mod colour;
mod counting;
mod coverage;
mod display;
mod follow;
mod geometry;
mod incidents;
mod light;
mod linear_light;
mod memory;
mod profile;
mod report;
mod settings;
mod support;
mod time;
mod transitions;
mod verdict;
mod window;
mod yuv;

pub use analyser::Analyser;
pub use geometry::Viewing;
pub use incidents::{Flash, Incident, Worst};
pub use profile::{Field, Light, Profile, Red};
pub use report::{Report, Summary};
pub use settings::AnalyserSettings;
pub use time::Timestamp;
pub use verdict::Verdict;
pub use yuv::Matrix;
