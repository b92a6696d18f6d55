//! Any bytes as Y4M: frames or an error, and never a panic.
//!
//!     cargo +nightly fuzz run y4m
#![no_main]

#[path = "entry.rs"]
mod entry;
use entry::{failure, interrupt};

use entry::input::y4m::Y4m;
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    entry::follow(
        Y4m::new("input".into(), Box::new(Cursor::new(data.to_vec())))
            .ok()
            .map(|y4m| Box::new(y4m) as _),
    );
});
