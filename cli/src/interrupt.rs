//! Ctrl-C: the scan stops, and what it has found so far is still reported.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// How often code that waits for something checks [`requested`].
pub const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// From now on an interrupt sets a flag and does not end the program.
pub fn install_handler() {
    // If a handler cannot be installed, an interrupt ends the program at once, as usual.
    let _ = ctrlc::set_handler(request);
}

/// Stops all scans of this program, as an interrupt does, until [`clear`].
pub fn request() {
    REQUESTED.store(true, Ordering::Relaxed);
}

/// Ends what [`request`] or an interrupt began.
pub fn clear() {
    REQUESTED.store(false, Ordering::Relaxed);
}

/// Whether scans are to stop.
#[must_use]
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
