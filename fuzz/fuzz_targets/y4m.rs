//! Any bytes as Y4M: frames or an error, and never a panic.
//!
//!     cargo +nightly fuzz run y4m
#![no_main]

mod entry;

use flashinator_cli::input::y4m::Y4m;
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    if let Ok(y4m) = Y4m::new("input".into(), Box::new(Cursor::new(data.to_vec()))) {
        entry::follow(y4m);
    }
});
