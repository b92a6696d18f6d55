//! Tells, frame by frame, whether a video flashes.
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "std")]
extern crate std;

mod blocks;
mod curve;
mod error;
mod extremes;
mod frame;
mod luminance;
pub mod reference;
mod simd;
mod table;
mod top;

pub use curve::Curve;
pub use error::Error;
pub use frame::{Format, Frame, Shape};
pub use simd::Backend;
pub use table::{Row, Scanner, compare, compare_on};
pub use top::{Top, Top5};
