//! Any bytes as GIF: frames or an error, and never a panic.
//!
//!     cargo +nightly fuzz run gif
#![no_main]

#[path = "entry.rs"]
mod entry;
use entry::{failure, interrupt};

use entry::input::animation::{Animation, Kind};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    entry::follow(
        Animation::new("input", Cursor::new(data.to_vec()), Kind::Gif)
            .ok()
            .flatten()
            .map(|gif| Box::new(gif) as _),
    );
});
