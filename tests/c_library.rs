//! The static and the shared library, as a C programmer has them: built, linked and run.
//!
//! Where there is no C compiler the tests say so and skip.

#[path = "common/golden.rs"]
mod golden;
#[path = "common/process.rs"]
mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder with `libflashinator.a` and `libflashinator.so`, built once.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // A target folder of its own: cargo holds a lock on the one these tests are built in.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c-library");
        let built = Command::new(env!("CARGO"))
            .args(["rustc", "--quiet", "--release", "--lib", "--features", "capi"])
            .args(["--crate-type", "staticlib,cdylib", "--target-dir"])
            .arg(&target)
            .current_dir(root())
            .env_remove("CARGO_BUILD_TARGET")
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", text(&built.stderr));
        target.join("release")
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether a program is there; says so where it is not.
fn have(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: there is no {program} here");
    }
    there
}

/// Compiles a C program against the static library, to a file of the test's own.
fn compile(test: &str, source: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let compiled = Command::new("gcc")
        .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-I"])
        .arg(root().join("include"))
        .arg(root().join(source))
        .arg(library().join("libflashinator.a"))
        .arg("-pthread")
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", text(&compiled.stderr));
    program
}

fn run(program: &Path, arguments: &[String], input: &[u8]) -> Output {
    process::feed(Command::new(program).args(arguments), input)
}

#[test]
fn the_table_example_gives_the_golden_tables() {
    if !have("gcc") {
        return;
    }
    let program = compile("golden", "c-examples/table.c");
    for case in golden::golden() {
        let size = [case.width.to_string(), case.height.to_string()];
        let output = run(&program, &size, &case.frames);
        assert!(output.status.success(), "{}: {}", case.name, text(&output.stderr));
        let rows: Vec<Vec<f64>> = text(&output.stdout)
            .lines()
            .skip(1)
            .map(|line| line.split(',').map(|value| value.parse().unwrap()).collect())
            .collect();
        assert_eq!(rows.len(), case.rows.len(), "{}", case.name);
        for (i, (row, [value, positive, negative])) in rows.iter().zip(&case.rows).enumerate() {
            assert_eq!(row[0], (i + 1) as f64);
            assert!(golden::close(row[1], *positive), "{}: {row:?}", case.name);
            assert!(golden::close(row[2], *negative), "{}: {row:?}", case.name);
            assert!(golden::close(row[3], *value), "{}: {row:?}", case.name);
        }
    }
}

#[test]
fn the_analyse_example_says_what_the_library_says() {
    if !have("gcc") {
        return;
    }
    let program = compile("analyse", "c-examples/analyse.c");
    let frames: Vec<u8> = (0..25).flat_map(|i| vec![if i % 5 < 2 { 255 } else { 0 }; 12]).collect();
    let output = run(&program, &["2".into(), "2".into(), "25".into()], &frames);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let rows = text(&output.stdout);
    // A fall and a rise every five frames.
    assert_eq!(rows.lines().next_back(), Some("24,0.9600,0.000000,9,0,fail"));
    assert!(text(&output.stderr).ends_with("9 general and 0 red transitions a second\nfail\n"));
    let output = run(&program, &["2".into(), "2".into(), "25".into()], &frames[..29]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("pass") && text(&output.stderr).contains("cut short"));
    let output = run(&program, &["2".into(), "2".into(), "1001".into()], &frames);
    assert!(text(&output.stderr).contains("1000 frames a second"), "{}", text(&output.stderr));
}

#[test]
fn the_table_example_keeps_rows_before_a_frame_cut_short() {
    if !have("gcc") {
        return;
    }
    let program = compile("cut-short", "c-examples/table.c");
    let mut frames = vec![0; 2 * 4 * 3];
    frames.extend([255; 2 * 4 * 3]);
    frames.extend([7; 5]);
    let output = run(&program, &["2".into(), "4".into()], &frames);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout).lines().count(), 2);
    assert!(text(&output.stderr).contains("cut short"));
    let output = run(&program, &["0".into(), "4".into()], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no pixels"), "{}", text(&output.stderr));
}

#[test]
fn stripes_of_threads_give_the_rows_of_whole_frames() {
    if !have("gcc") {
        return;
    }
    let program = compile("stripes", "c-examples/stripes_pthreads.c");
    // NV12 of odd sides: 37x23 of luma, 19x12 pairs of chroma.
    let frames: Vec<u8> = (0..4 * (37 * 23 + 2 * 19 * 12))
        .map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let table = |threads: &str| {
        let output = run(&program, &["37".into(), "23".into(), threads.into()], &frames);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let whole = table("1");
    assert_eq!(whole.lines().count(), 4);
    for threads in ["2", "3", "12", "64"] {
        assert_eq!(table(threads), whole, "{threads} threads");
    }
}

#[test]
fn every_status_is_returned_as_promised() {
    if !have("gcc") {
        return;
    }
    for name in ["misuse", "misuse_analyser"] {
        let output = run(&compile(name, &format!("tests/capi/{name}.c")), &[], &[]);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    }
}

#[test]
fn the_header_serves_every_standard_of_c_and_cpp() {
    for (compiler, language, standards) in [
        ("gcc", "c", ["c99", "c11", "c17"]),
        ("g++", "c++", ["c++11", "c++17", "c++20"]),
        ("clang", "c", ["c99", "c11", "c17"]),
        ("clang++", "c++", ["c++11", "c++17", "c++20"]),
    ] {
        if !have(compiler) {
            continue;
        }
        for standard in standards {
            let checked = Command::new(compiler)
                .args(["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion"])
                .args(["-Werror", "-x", language, &format!("-std={standard}")])
                .arg(root().join("include/flashinator.h"))
                .output()
                .unwrap();
            let said = text(&checked.stderr);
            assert!(checked.status.success(), "{compiler} -std={standard}: {said}");
        }
    }
}

#[test]
fn the_shared_library_runs_and_exports_its_functions_only() {
    if !have("gcc") || !have("nm") {
        return;
    }
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shared-misuse");
    let compiled = Command::new("gcc")
        .arg("-I")
        .arg(root().join("include"))
        .arg(root().join("tests/capi/misuse.c"))
        .arg("-L")
        .arg(library())
        .args(["-lflashinator", "-o"])
        .arg(&program)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", text(&compiled.stderr));
    let output = Command::new(&program).env("LD_LIBRARY_PATH", library()).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));

    let exported = symbols(&["-D", "--defined-only"], "libflashinator.so");
    let strange: Vec<_> = exported.iter().filter(|s| !s.starts_with("flashinator_")).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert_eq!(exported.len(), 24, "{exported:?}");
}

#[test]
fn the_static_library_knows_no_allocator() {
    if !have("nm") {
        return;
    }
    let all = symbols(&[], "libflashinator.a");
    assert!(all.iter().any(|symbol| symbol == "flashinator_table_push"), "{all:?}");
    let allocators = ["malloc", "calloc", "realloc", "free", "__rust_alloc", "__rg_alloc"];
    let found: Vec<_> = all
        .iter()
        .filter(|s| allocators.iter().any(|a| s == a) || s.contains("rust_alloc"))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// The names that `nm` lists of one of the libraries.
fn symbols(options: &[&str], file: &str) -> Vec<String> {
    let listed = Command::new("nm").args(options).arg(library().join(file)).output().unwrap();
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    text(&listed.stdout)
        .lines()
        .filter_map(|line| line.split_whitespace().next_back())
        .filter(|word| !word.ends_with(':'))
        .map(str::to_owned)
        .collect()
}
