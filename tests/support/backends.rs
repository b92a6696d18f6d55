//! The backends that tests run on.

use flashinator::Backend;

/// The backends of this processor; prints once which it lacks.
pub fn backends() -> Vec<Backend> {
    static SAID: std::sync::Once = std::sync::Once::new();
    SAID.call_once(|| {
        for backend in Backend::ALL {
            let has =
                if backend.is_available() { "runs" } else { "skipped: not on this processor" };
            eprintln!("backend {}: {has}", backend.name());
        }
    });
    Backend::ALL.into_iter().filter(|backend| backend.is_available()).collect()
}
