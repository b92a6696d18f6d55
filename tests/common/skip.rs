//! What a test may do without, and how it says so.
#![allow(dead_code)] // Each user needs a part.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says why a test, or a part of one, is skipped; where everything must be there, that is a failure.
pub fn skipped(why: &str) {
    assert!(
        std::env::var_os("FLASHINATOR_SKIP_NOTHING").is_none(),
        "this must not be skipped: {why}"
    );
    // Not by a macro, whose output is kept back when a test passes.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Whether a program is there.
pub fn have(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        skipped(&format!("there is no {program} here"));
    }
    there
}

/// The folder of clips, and nothing where there is none or no ffmpeg to decode them.
pub fn clips() -> Option<PathBuf> {
    beside("clips").filter(|_| have("ffmpeg"))
}

/// A folder of what lies beside the project, for the library's package and for the command's inside it.
pub fn beside(name: &str) -> Option<PathBuf> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared", "../../shared"].map(|place| package.join(place).join(name));
    let found = places.into_iter().find(|place| place.is_dir());
    if found.is_none() {
        skipped(&format!("there are no {name} beside the project"));
    }
    found
}
