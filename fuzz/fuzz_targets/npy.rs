//! Any bytes as arrays of NumPy: frames or an error, and never a panic.
//!
//!     cargo +nightly fuzz run npy
#![no_main]

mod entry;

use flashinator_cli::input::npy;
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    if let Ok(npy) = npy::open("input".into(), Box::new(Cursor::new(data.to_vec())), 25.0) {
        entry::follow(npy);
    }
});
