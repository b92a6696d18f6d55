//! The C library, and programs in C and C++ compiled against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The folder with `libflashinator.a` and `libflashinator.so`, built once.
pub fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("c-library", &[]))
}

/// The same without the feature `formats`.
pub fn small_library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("c-small-library", &["--no-default-features"]))
}

fn build(name: &str, features: &[&str]) -> PathBuf {
    // A target folder of its own: cargo holds a lock on the one these tests are built in.
    let target = scratch(name);
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "flashinator-capi", "--release"])
        .args(features)
        .arg("--target-dir")
        .arg(&target)
        .current_dir(root())
        .env_remove("CARGO_BUILD_TARGET")
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", text(&built.stderr));
    target.join("release")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A command that must succeed.
pub fn must(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let printed = text(&output.stdout) + &text(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{printed}");
    output
}

/// Compiles a program in C99 and links it with a static library.
pub fn compile_with(test: &str, source: &str, library: &Path, options: &[&str]) -> PathBuf {
    let program = scratch(test);
    must(
        Command::new("gcc")
            .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-I"])
            .arg(root().join("include"))
            .args(options)
            .arg(root().join(source))
            .arg(library.join("libflashinator.a"))
            .args(["-pthread", "-o"])
            .arg(&program),
    );
    program
}

pub fn compile(test: &str, source: &str) -> PathBuf {
    compile_with(test, source, library(), &[])
}

/// The names that `nm` lists of a file.
pub fn symbols(options: &[&str], file: &Path) -> Vec<String> {
    let listed = must(Command::new("nm").args(options).arg(file));
    text(&listed.stdout)
        .lines()
        .filter_map(|line| line.split_whitespace().next_back())
        .filter(|word| !word.ends_with(':'))
        .map(str::to_owned)
        .collect()
}
