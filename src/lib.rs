//! Tells, frame by frame, how much a video flashes.
//!
//! The **T table** has a row for every frame after the first: the mean of the five largest rises of
//! luminance of any pixel since the frame before, the mean of the five largest falls, and the one of
//! larger magnitude. Luminance is `4 (0.2 x + 1)^2.2` of the gray value `x`, by a table that is exact to
//! the last bit; rows are exact, and the same on every processor.
//!
//! * [`Scanner`] takes frames one by one, or many at once; [`compare`] takes two.
//! * [`Frame`] is a view of a frame where it lies, with any stride.
//! * [`mod@reference`] is the definition in plain code.
//!
//! The crate uses neither the standard library nor an allocator: memory is the caller's.
//!
//! # Features
//!
//! * `capi`: the functions of `flashinator.h`, for static and shared libraries.
//! * `std`: links the standard library, whose panic handler then serves `capi`.
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "std")]
extern crate std;

mod blocks;
#[cfg(feature = "capi")]
mod capi;
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

/// What a library without the standard library needs: it is never reached, see the tests of the static
/// library.
#[cfg(all(feature = "capi", not(feature = "std"), not(test), panic = "abort"))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
