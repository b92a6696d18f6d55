//! The functions of `flashinator.h`. They check every argument, call the library, and hold no logic of their own.
//!
//! The comments on public items are the header's, which `tests/header.rs` makes from these files. The library's public
//! interface is all that is used of it.
#![no_std]
#![allow(unsafe_code)]
#![allow(non_camel_case_types)] // The names are C's.
#![allow(dead_code)] // Constants that only the header uses.

mod analyser;
mod frame;
mod lut;
mod profile;
mod sized;
mod state;
mod status;
mod stripe;
mod table;

// Where panics unwind, which tests and debug builds need, the standard library handles them.
#[cfg(panic = "unwind")]
extern crate std;

/// What a library without the standard library must bring. It is never reached: `tests/c_guarantees.rs` checks that no
/// code for a panic is linked.
#[cfg(panic = "abort")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
