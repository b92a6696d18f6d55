//! The user's wish to stop: what was found so far is still told.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// How often those who wait look whether it is there.
pub const LOOK: Duration = Duration::from_millis(50);

/// From now on an interruption is a wish and not an end.
pub fn listen() {
    // Where a handler cannot be set, the program ends at once, as programs do.
    let _ = ctrlc::set_handler(|| REQUESTED.store(true, Ordering::Relaxed));
}

pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
