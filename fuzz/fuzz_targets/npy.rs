//! Any bytes as arrays of NumPy: frames or an error, and never a panic.
//!
//!     cargo +nightly fuzz run npy
#![no_main]

#[path = "entry.rs"]
mod entry;
use entry::{failure, interrupt};

use entry::input::npy;
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    entry::follow(
        npy::npy("input".into(), Box::new(Cursor::new(data.to_vec())), 25.0)
            .ok()
            .map(|npy| Box::new(npy) as _),
    );
});
