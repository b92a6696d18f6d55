//! What tests need that is not in the project: programs, and the files that lie beside it.
#![allow(dead_code)] // Tests of other packages need a part.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Says why a test, or a part of one, is skipped; where `FLASHINATOR_SKIP_NOTHING` is set and not empty, that is a failure.
pub fn skipped(why: &str) {
    let nothing = std::env::var_os("FLASHINATOR_SKIP_NOTHING").is_some_and(|set| !set.is_empty());
    assert!(!nothing, "this must not be skipped: {why}");
    // Not by a macro, whose output is kept back when a test passes.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Whether a program is installed.
pub fn have(program: &str) -> bool {
    let installed = Command::new(program).arg("--version").output().is_ok();
    if !installed {
        skipped(&format!("{program} is not installed"));
    }
    installed
}

/// A file or folder of `shared`, which lies beside the project.
pub fn beside(name: &str) -> Option<PathBuf> {
    // For the library's package and for the packages inside it.
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../shared", "../../shared"].map(|folder| package.join(folder).join(name));
    let found = folders.into_iter().find(|folder| folder.exists());
    if found.is_none() {
        skipped(&format!("there is no shared/{name} beside the project"));
    }
    found
}

/// The folder of clips, where there is ffmpeg to decode them.
pub fn clips() -> Option<PathBuf> {
    beside("clips").filter(|_| have("ffmpeg"))
}

/// The folder of the definition's program, where it can be run.
pub fn definition() -> Option<PathBuf> {
    let folder = beside("verdict")?;
    if !have("python3") {
        return None;
    }
    let numpy = Command::new("python3").args(["-c", "import numpy"]).output().unwrap();
    if !numpy.status.success() {
        skipped("NumPy is not installed");
        return None;
    }
    Some(folder)
}
