//! Ctrl-C: a scan stops, and what it has found so far is still reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often code that waits for something checks [`Stop::is_requested`].
pub const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Tells scans to stop. Clones share one flag.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Is requested by an interrupt, which from now on does not end the program.
    pub fn at_interrupt() -> Self {
        let stop = Self::default();
        let of_handler = stop.clone();
        // If a handler cannot be installed, an interrupt ends the program at once, as usual.
        let _ = ctrlc::set_handler(move || of_handler.request());
        stop
    }

    /// Stops the scans that have it.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether scans are to stop.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
