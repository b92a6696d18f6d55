//! The library installed into a folder, by CMake and by cargo-c, and projects outside that find it there.
//!
//! Where CMake, pkg-config or cargo-c is absent the tests say so and skip.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::beside::have;
use support::c::{must, root, scratch, text};

/// What the programs outside print: four of five largest changes are white over black, 4 pixels of 5.
fn expected() -> String {
    format!("{} {:.4}\n", env!("CARGO_PKG_VERSION"), (23_837.864_527_991_06 - 4.0) * 4.0 / 5.0)
}

fn check(program: &Path, libraries: &Path) {
    let output = must(Command::new(program).env("LD_LIBRARY_PATH", libraries));
    assert_eq!(text(&output.stdout), expected(), "{program:?}");
}

/// An empty folder of the test's own.
fn empty(name: &str) -> PathBuf {
    let folder = scratch(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The folder below `prefix` with the installed libraries: `lib`, or one of Debian's below that.
fn libraries(prefix: &Path) -> PathBuf {
    let mut folders = vec![prefix.join("lib"), prefix.join("lib64")];
    if let Ok(below) = std::fs::read_dir(prefix.join("lib")) {
        folders.extend(below.map(|entry| entry.unwrap().path()));
    }
    let found = folders.into_iter().find(|folder| folder.join("libflashinator.a").exists());
    found.unwrap_or_else(|| panic!("no library below {prefix:?}"))
}

/// Builds C and C++ with what pkg-config says, against the shared and the static library.
fn by_pkg_config(prefix: &Path) {
    let libraries = libraries(prefix);
    let asked = must(
        Command::new("pkg-config")
            .args(["--cflags", "--libs", "flashinator"])
            .env("PKG_CONFIG_PATH", libraries.join("pkgconfig")),
    );
    let flags = text(&asked.stdout);
    for (compiler, source) in [("gcc", "outside.c"), ("g++", "outside.cpp")] {
        for link in ["-rdynamic", "-static"] {
            let program = prefix.join(format!("{source}{link}"));
            must(
                Command::new(compiler)
                    .arg(link)
                    .arg(root().join("tests/install").join(source))
                    .args(flags.split_whitespace())
                    .arg("-o")
                    .arg(&program),
            );
            check(&program, &libraries);
        }
    }
}

/// Configures and builds a project in `to`.
fn cmake(source: &Path, to: &Path, options: &[String]) {
    must(Command::new("cmake").arg("-S").arg(source).arg("-B").arg(to).args(options));
    must(Command::new("cmake").arg("--build").arg(to));
}

#[test]
fn projects_outside_find_what_cmake_installed() {
    if !have("cmake") || !have("gcc") || !have("g++") {
        return;
    }
    let (build, prefix) = (scratch("cmake-build"), empty("cmake-prefix"));
    cmake(root(), &build, &[]);
    must(Command::new("cmake").arg("--install").arg(&build).arg("--prefix").arg(&prefix));
    let libraries = libraries(&prefix);
    if have("readelf") {
        let dynamic =
            must(Command::new("readelf").arg("-d").arg(libraries.join("libflashinator.so")));
        assert!(text(&dynamic.stdout).contains("[libflashinator.so.0.1]"));
    }

    let outside = empty("cmake-outside");
    cmake(
        &root().join("tests/install"),
        &outside,
        &[format!("-DCMAKE_PREFIX_PATH={}", prefix.display())],
    );
    for kind in ["flashinator", "static", "shared"] {
        for language in ["c", "cpp"] {
            check(&outside.join(format!("{language}_{kind}")), &libraries);
        }
    }
    if have("pkg-config") {
        by_pkg_config(&prefix);
    }
}

#[test]
fn a_project_can_have_the_source_within_it() {
    if !have("cmake") || !have("gcc") || !have("g++") {
        return;
    }
    let outside = scratch("cmake-within");
    cmake(
        &root().join("tests/install"),
        &outside,
        &[format!("-DFLASHINATOR_SOURCE={}", root().display())],
    );
    for kind in ["flashinator", "static", "shared"] {
        for language in ["c", "cpp"] {
            check(&outside.join(format!("{language}_{kind}")), &outside.join("flashinator"));
        }
    }
}

#[test]
fn projects_outside_find_what_cargo_c_installed() {
    if !have("cargo-cinstall") || !have("pkg-config") || !have("gcc") || !have("g++") {
        return;
    }
    let prefix = empty("cargo-c-prefix");
    must(
        Command::new(env!("CARGO"))
            .args(["cinstall", "--release", "--package", "flashinator-capi", "--prefix"])
            .arg(&prefix)
            .arg("--target-dir")
            .arg(scratch("cargo-c"))
            .current_dir(root()),
    );
    by_pkg_config(&prefix);
}
