//! The flash analyser: whether a video is safe by a standard.
//!
//! Every small cell of the picture is followed on its own, so that flashes of opposite phase never cancel. The way of
//! a frame:
//!
//! 1. [`light`], with [`yuv`] and [`linear_light`]: the linear light of every cell, of the size that [`geometry`] says;
//!    [`float_light`] makes it of all bits where there are more than 8, and of high dynamic range;
//! 2. [`transitions`]: which cells rose and fell, by the rule of a profile;
//! 3. [`support`]: which of them count, and which parts of the cells at their edge;
//! 4. [`coverage`]: where they cover enough of a field;
//! 5. [`window`]: how many transitions that makes in a second;
//! 6. [`verdict`]: what it means.
//!
//! [`pattern`] follows the luminance of smaller cells and finds regular patterns, where a profile asks for them.
//!
//! [`analyser`] puts them together; [`sums`] is its first step, which threads can share by [`stripe`]. [`needs`] says what
//! its profiles need, and [`layout`] what of it lies where in [`memory`].

mod analyser;
mod coverage;
mod float_light;
mod geometry;
mod layout;
mod light;
mod linear_light;
mod memory;
mod needs;
mod ofcom;
mod pattern;
mod profile;
mod report;
mod settings;
mod stripe;
mod sums;
mod support;
mod time;
mod transitions;
mod verdict;
mod window;
mod yuv;

pub use analyser::Analyser;
pub use geometry::{CellGrid, Viewing};
pub use profile::{Field, Light, Profile, Red};
pub use report::{
    Hazard, Incident, Motion, Pattern, Report, Severity, Summary, Transitions, Verdict, Worst,
};
pub use settings::{AnalyserSettings, MAX_PROFILES};
pub use stripe::Stripe;
pub use time::Timestamp;
pub use yuv::Matrix;
