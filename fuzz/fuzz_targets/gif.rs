//! Any bytes as GIF: frames or an error, and never a panic.
//!
//!     cargo +nightly fuzz run gif
#![no_main]

mod entry;

use flashinator_cli::input::animation::{Animation, Kind};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
    if let Ok(Some(gif)) = Animation::new("input", Cursor::new(data.to_vec()), Kind::Gif) {
        entry::follow(gif);
    }
});
