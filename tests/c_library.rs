//! The static and the shared library, linked with programs in C and C++ that are run.
//!
//! Tests are skipped, and say so, where there is no C compiler.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use flashinator::{AnalyserSettings, Format, Range, Shape, Timestamp, Transfer};
use support::beside::have;
use support::c::{compile, compile_with, library, must, root, scratch, small_library, text};

fn run(program: &Path, arguments: &[String], input: &[u8]) -> Output {
    support::process::feed(Command::new(program).args(arguments), input)
}

#[test]
fn the_table_example_gives_the_golden_tables() {
    if !have("gcc") {
        return;
    }
    let program = compile("golden", "c-examples/table.c");
    for case in support::golden::golden() {
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
            assert!(support::golden::close(row[1], *positive), "{}: {row:?}", case.name);
            assert!(support::golden::close(row[2], *negative), "{}: {row:?}", case.name);
            assert!(support::golden::close(row[3], *value), "{}: {row:?}", case.name);
        }
    }
}

#[test]
fn one_code_decides_in_high_dynamic_range() {
    if !have("gcc") {
        return;
    }
    let program = compile("hdr", "tests/capi/hdr.c");
    for (curve, transfer) in
        [("2", Transfer::Pq), ("3", Transfer::Hlg { white: 1000.0, black: 0.0 })]
    {
        for (number, range, black) in [("1", Range::Full, 0), ("2", Range::Limited, 64)] {
            let mut gray = vec![0.0; 1024];
            transfer.fill(range, &mut gray).unwrap();
            let first = |from: f64| gray.iter().position(|&l| l >= from).unwrap();
            let darks = [black, first(50.0), first(139.9), first(160.0) - 1, first(160.0)];
            let pairs = darks.map(|dark| {
                let low = gray[dark];
                [dark, first(if low < 160.0 { low + 20.0 } else { low * 18.0 / 16.0 })]
            });
            // One code less decides.
            let codes = pairs.iter().flat_map(|&[dark, bright]| [dark, bright, dark, bright - 1]);
            let codes: Vec<_> = codes.map(|code| code.to_string()).collect();
            for (format, profile) in [("0", "4"), ("0", "5"), ("1", "4"), ("2", "4")] {
                let mut arguments = [curve, number, format, profile].map(str::to_owned).to_vec();
                arguments.extend(codes.iter().cloned());
                let output = run(&program, &arguments, &[]);
                assert!(output.status.success(), "{}", text(&output.stderr));
                let found: Vec<_> = text(&output.stdout).lines().map(str::to_owned).collect();
                assert_eq!(found, ["3", "0"].repeat(pairs.len()), "{arguments:?}");
            }
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
    let verdicts = text(&output.stderr);
    for name in ["WCAG 2.2", "BT.1702"] {
        assert!(verdicts.contains(&format!("{name}: fail\n  0.")), "{verdicts}");
    }
    assert!(
        verdicts.ends_with("fail, 9 general and 0 red transitions in a second\n"),
        "{verdicts}"
    );
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
fn stripes_of_threads_give_the_rows_and_verdicts_of_whole_frames() {
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
    assert_eq!(whole.lines().count(), 5);
    for threads in ["2", "3", "12", "64"] {
        assert_eq!(table(threads), whole, "{threads} threads");
    }
}

#[test]
fn misuse_is_an_error() {
    if !have("gcc") {
        return;
    }
    for name in ["misuse", "misuse_analyser", "sizes"] {
        let output = run(&compile(name, &format!("tests/capi/{name}.c")), &[], &[]);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    }
}

/// The statuses that the header promises of every function, by their names without a prefix.
fn promised() -> BTreeMap<String, BTreeSet<String>> {
    let header = std::fs::read_to_string(root().join("include/flashinator.h")).unwrap();
    let mut promised = BTreeMap::new();
    for part in header.split("/// Errors:").skip(1) {
        let mut lines = part.lines();
        let mut errors = lines.next().unwrap().to_owned();
        let code = loop {
            let line = lines.next().unwrap();
            match line.strip_prefix("///") {
                Some(more) => errors += more,
                None => break line,
            }
        };
        let name = code.split('(').next().and_then(|left| left.split_whitespace().last()).unwrap();
        let mut names: BTreeSet<String> = errors
            .split(|c: char| !(c.is_ascii_uppercase() || c == '_'))
            .filter(|word| word.len() > 3)
            .map(str::to_owned)
            .collect();
        if let Some((_, other)) = errors.split_once("those of ") {
            let other: String =
                other.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let others: &BTreeSet<String> = &promised[&other];
            names.extend(others.iter().cloned());
        }
        assert!(name.starts_with("flashinator_"), "{part}");
        promised.insert(name.to_owned(), names);
    }
    promised
}

#[test]
fn every_status_is_returned_as_promised() {
    if !have("gcc") {
        return;
    }
    let source = "tests/capi/statuses.c";
    let mut given: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for program in [
        compile("statuses", source),
        compile_with("statuses-small", source, small_library(), &["-DSMALL"]),
    ] {
        let output = run(&program, &[], &[]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        for line in text(&output.stdout).lines() {
            let (function, status) = line.split_once(' ').unwrap();
            given.entry(function.to_owned()).or_default().insert(status.replace("ERROR_", ""));
        }
    }
    let promised = promised();
    assert!(promised.len() >= 20, "{promised:?}");
    for (function, statuses) in promised {
        let given = given.remove(&function).unwrap_or_default();
        let mut expected = statuses;
        expected.insert("OK".to_owned());
        assert_eq!(given, expected, "{function}");
    }
    assert!(given.is_empty(), "the header promises nothing of {given:?}");
}

#[test]
fn the_cpp_wrapper_gives_the_bits_that_rust_gives() {
    let case = support::golden::golden().into_iter().next();
    for compiler in ["g++", "clang++"] {
        if !have(compiler) {
            continue;
        }
        for options in
            [&["-std=c++17"][..], &["-std=c++20"], &["-std=c++17", "-fno-exceptions", "-fno-rtti"]]
        {
            let program = scratch(&format!("wrapper-{compiler}"));
            must(
                Command::new(compiler)
                    .args(options)
                    .args(["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"])
                    .args(["-O1", "-I"])
                    .arg(root().join("include"))
                    .arg(root().join("tests/capi/wrapper.cpp"))
                    .arg(library().join("libflashinator.a"))
                    .arg("-o")
                    .arg(&program),
            );
            let Some(case) = &case else { continue };
            let size = [case.width.to_string(), case.height.to_string()];
            let output = run(&program, &size, &case.frames);
            assert!(output.status.success(), "{compiler} {options:?}: {}", text(&output.stderr));
            let shape = Shape::new(Format::Rgb24, case.width as u32, case.height as u32).unwrap();
            let settings = AnalyserSettings { max_fps: 1000, ..AnalyserSettings::default() };
            let time = |i| Timestamp::from_ticks(i * 40_000, 1, 1_000_000).unwrap();
            let expected = support::bits::lines(shape, &case.frames, &settings, time);
            assert_eq!(text(&output.stdout).lines().collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn the_headers_serve_every_standard_of_c_and_cpp() {
    for (compiler, language, standards, header) in [
        ("gcc", "c", &["c99", "c11", "c17"][..], "flashinator.h"),
        ("g++", "c++", &["c++11", "c++17", "c++20"], "flashinator.h"),
        ("g++", "c++", &["c++17", "c++20"], "flashinator.hpp"),
        ("clang", "c", &["c99", "c11", "c17"], "flashinator.h"),
        ("clang++", "c++", &["c++11", "c++17", "c++20"], "flashinator.h"),
        ("clang++", "c++", &["c++17", "c++20"], "flashinator.hpp"),
    ] {
        if !have(compiler) {
            continue;
        }
        for standard in standards {
            must(
                Command::new(compiler)
                    .args(["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion"])
                    .args(["-Werror", "-x", language, &format!("-std={standard}")])
                    .arg(root().join("include").join(header)),
            );
        }
    }
}

#[test]
fn the_shared_library_runs() {
    if !have("gcc") {
        return;
    }
    let program = scratch("shared-misuse");
    must(
        Command::new("gcc")
            .arg("-I")
            .arg(root().join("include"))
            .arg(root().join("tests/capi/misuse.c"))
            .arg("-L")
            .arg(library())
            .args(["-lflashinator", "-o"])
            .arg(&program),
    );
    must(Command::new(&program).env("LD_LIBRARY_PATH", library()));
}
