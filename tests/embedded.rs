//! The library on a Cortex-M4, emulated: the golden tables, the memory it takes, and the example.
//!
//! These tests need Rust's core for `thumbv7em-none-eabihf` (by `rustup target add`, or built from source where
//! `RUSTC_BOOTSTRAP` is set), `arm-none-eabi-gcc` with newlib, and `qemu-system-arm`; run them by
//! `cargo test --test embedded -- --ignored`.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use flashinator::{Analyser, AnalyserSettings, Format, Shape, Timestamp};
use support::c::{must, root, scratch, text};

const TARGET: &str = "thumbv7em-none-eabihf";

/// The small library: GRAY8 and RGB24, optimised for size.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let target = scratch("embedded");
        let mut command = Command::new(env!("CARGO"));
        command
            .args([
                "rustc",
                "--quiet",
                "--package",
                "flashinator-capi",
                "--profile",
                "small",
                "--lib",
            ])
            .args(["--no-default-features", "--crate-type", "staticlib"])
            .args(["--target", TARGET, "--target-dir"])
            .arg(&target)
            .current_dir(root());
        if std::env::var_os("RUSTC_BOOTSTRAP").is_some() {
            command.arg("-Zbuild-std=core");
        }
        must(&mut command);
        target.join(TARGET).join("small/libflashinator.a")
    })
}

fn compile(test: &str, source: &str) -> PathBuf {
    let program = scratch(test);
    must(
        Command::new("arm-none-eabi-gcc")
            .args(["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"])
            .args(["-std=c11", "-Os", "-Wall", "-Wextra", "-Werror", "-nostartfiles", "-Iinclude"])
            .args(["--specs=rdimon.specs", "-Wl,--gc-sections", "-T"])
            .args(["c-examples/embedded/mps2.ld", "c-examples/embedded/startup.c", source])
            .arg(library())
            .arg("-o")
            .arg(&program)
            .current_dir(root()),
    );
    program
}

/// Runs a program where the file `frames` is.
fn run(program: &Path, folder: &Path) -> String {
    let output = must(
        Command::new("qemu-system-arm")
            .args(["-M", "mps2-an386", "-nographic", "-semihosting", "-kernel"])
            .arg(program)
            .current_dir(folder),
    );
    text(&output.stdout)
}

/// Gives every golden case that has room to a program, and what it printed to `check`.
fn with_cases(program: &Path, mut check: impl FnMut(&support::golden::Golden, &str)) {
    let folder = scratch("embedded-frames");
    std::fs::create_dir_all(&folder).unwrap();
    let mut cases = 0;
    for case in support::golden::golden() {
        let bytes = case.width * case.height * 3;
        if bytes > 1 << 18 || Analyser::memory_needed(shape(&case), &settings()).unwrap() > 1 << 20
        {
            continue;
        }
        cases += 1;
        let count = case.frames.len() / bytes;
        let about = [2, case.width as u32, case.height as u32, count as u32];
        let mut file: Vec<u8> = about.iter().flat_map(|n| n.to_le_bytes()).collect();
        file.extend(&case.frames);
        std::fs::write(folder.join("frames"), file).unwrap();
        check(&case, &run(program, &folder));
    }
    assert!(cases > 0, "there is no golden case that has room");
}

fn shape(case: &support::golden::Golden) -> Shape {
    Shape::new(Format::Rgb24, case.width as u32, case.height as u32).unwrap()
}

/// As `tests/embedded/golden.c` has them.
fn settings() -> AnalyserSettings<'static> {
    AnalyserSettings { max_fps: 30, ..AnalyserSettings::default() }
}

#[test]
#[ignore = "needs a Rust core and a C compiler for Cortex-M, and qemu"]
fn golden_cases_give_the_same_bits_and_no_function_uses_more_than_four_kilobytes_of_the_stack() {
    let program = compile("embedded-golden", "tests/embedded/golden.c");
    let mut most: BTreeMap<String, u32> = BTreeMap::new();
    with_cases(&program, |case, printed| {
        let rows: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("row ")).collect();
        let time = |i| Timestamp::from_ticks(i, 1, 25).unwrap();
        let expected = support::bits::lines(shape(case), &case.frames, &settings(), time);
        assert_eq!(rows, expected, "{}", case.name);
        for line in printed.lines().filter_map(|line| line.strip_prefix("stack ")) {
            let (name, bytes) = line.split_once(' ').unwrap();
            let most = most.entry(name.to_owned()).or_default();
            *most = (*most).max(bytes.parse().unwrap());
        }
    });
    assert_eq!(most.len(), 10, "{most:?}");
    for (name, bytes) in &most {
        println!("{bytes:5} bytes of stack: {name}");
    }
    assert!(most.values().all(|&bytes| bytes <= 4096), "{most:?}");

    // All these functions are linked, and no way to panic is.
    let names = text(&must(Command::new("arm-none-eabi-nm").arg(&program)).stdout);
    assert!(names.contains("flashinator_analyser_push"), "{names}");
    assert!(!names.contains("panick"), "{names}");
}

#[test]
#[ignore = "needs a Rust core and a C compiler for Cortex-M, and qemu"]
fn the_example_runs_and_what_it_links_is_small() {
    let program = compile("embedded-example", "c-examples/embedded/main.c");
    let printed = run(&program, root());
    assert_eq!(printed.lines().count(), 9, "{printed}");
    assert_eq!(printed.lines().next(), Some("frame 1: 23043.4"), "{printed}");

    // All that the example has of the library, its tables of luminance included.
    let listed = must(
        Command::new("arm-none-eabi-nm").args(["--print-size", "--defined-only"]).arg(&program),
    );
    let mut bytes = 0;
    for line in text(&listed.stdout).lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let [_, size, kind, name] = words[..] else { continue };
        let ours = ["_R", "flashinator_", "__aeabi_", "anon."].iter().any(|p| name.starts_with(p));
        if ours && "tTrR".contains(kind) {
            bytes += u32::from_str_radix(size, 16).unwrap();
        }
    }
    println!("{bytes} bytes of code and tables");
    assert!(bytes > 16 * 1024, "symbols were not found: {bytes}");
    assert!(bytes <= 24 * 1024, "{bytes} bytes of code and tables");
}
