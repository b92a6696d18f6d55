//! What docs/c.md promises of the library, measured: what it needs from outside, that it cannot panic, how much of the
//! stack it uses, and the layouts of its structs.
//!
//! Tests are skipped, and say so, where there is no C compiler.

mod support;

use std::path::Path;
use std::process::Command;

use support::beside::{have, skipped};
use support::c::{compile, compile_with, library, must, root, symbols, text};

#[test]
fn the_shared_library_exports_the_list_that_is_kept() {
    if !have("nm") {
        return;
    }
    let mut exported = symbols(&["-D", "--defined-only"], &library().join("libflashinator.so"));
    exported.sort();
    let kept = std::fs::read_to_string(root().join("tests/capi/symbols.txt")).unwrap();
    assert_eq!(exported, kept.lines().collect::<Vec<_>>(), "tests/capi/symbols.txt");
    assert!(exported.iter().all(|symbol| symbol.starts_with("flashinator_")));
}

#[test]
fn the_static_library_knows_no_allocator() {
    if !have("nm") {
        return;
    }
    let all = symbols(&[], &library().join("libflashinator.a"));
    assert!(all.iter().any(|symbol| symbol == "flashinator_table_push"), "{all:?}");
    let allocators = ["malloc", "calloc", "realloc", "free", "__rust_alloc", "__rg_alloc"];
    let found: Vec<_> = all
        .iter()
        .filter(|s| allocators.iter().any(|a| s == a) || s.contains("rust_alloc"))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// Symbols of a panic: none of them may be left of what is linked.
fn panics(file: &Path) -> Vec<String> {
    let all = symbols(&[], file);
    assert!(all.len() > 20, "{all:?}");
    all.into_iter().filter(|s| s.contains("panic") || s.contains("slice_index_fail")).collect()
}

#[test]
fn nothing_that_is_linked_can_panic() {
    if !have("gcc") || !have("nm") {
        return;
    }
    // Every function there is, and programs that call some.
    assert_eq!(panics(&library().join("libflashinator.so")), [""; 0]);
    for name in ["table", "analyse", "stripes_pthreads"] {
        let source = format!("c-examples/{name}.c");
        let program =
            compile_with(&format!("panics-{name}"), &source, library(), &["-Wl,--gc-sections"]);
        assert_eq!(panics(&program), [""; 0], "{name}");
    }
}

#[test]
fn a_program_without_any_other_library_is_linked_and_runs() {
    let known =
        cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));
    if !known {
        skipped("not on this processor, whose way to end a program is not known here");
        return;
    }
    if !have("gcc") || !have("nm") {
        return;
    }
    // The program brings memcpy, memset and memcmp, and links with nothing else.
    let options =
        ["-ffreestanding", "-fno-stack-protector", "-nostdlib", "-static", "-Wl,--gc-sections"];
    let program = compile_with("freestanding", "tests/capi/freestanding.c", library(), &options);
    must(&mut Command::new(&program));

    // All that the library refers to and does not bring itself, but for what every shared library may have.
    let needed = symbols(&["-D", "--undefined-only"], &library().join("libflashinator.so"));
    for symbol in needed {
        let name = symbol.split('@').next().unwrap_or_default();
        let loaders = ["_ITM_registerTMCloneTable", "_ITM_deregisterTMCloneTable"]
            .into_iter()
            .chain(["__gmon_start__", "__cxa_finalize"]);
        let known = ["memcpy", "memset", "memcmp"].into_iter().chain(loaders);
        assert!(known.into_iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn structs_and_constants_are_where_they_were() {
    if have("gcc") {
        compile("abi", "tests/capi/abi.c");
    }
    if !have("clang") {
        return;
    }
    for target in ["armv7-none-eabi", "riscv32-unknown-elf", "s390x-linux-gnu", "wasm32"] {
        must(
            Command::new("clang")
                .arg(format!("--target={target}"))
                .args(["-ffreestanding", "-std=c99", "-Wall", "-Werror", "-fsyntax-only", "-I"])
                .arg(root().join("include"))
                .arg(root().join("tests/capi/abi.c")),
        );
    }
}

#[test]
fn threads_do_not_meet() {
    // Run under ThreadSanitizer and helgrind as well where all is checked, see .ci/run.
    if !have("gcc") {
        return;
    }
    let program = compile("threads", "tests/capi/threads.c");
    must(&mut Command::new(&program));
}

#[test]
fn functions_use_no_more_of_the_stack_than_is_promised() {
    if !have("gcc") {
        return;
    }
    let program = compile("stack", "tests/capi/stack.c");
    let check = |processor: &str, command: &mut Command| {
        let lines = text(&must(command).stdout);
        let functions = std::fs::read_to_string(root().join("tests/capi/symbols.txt")).unwrap();
        assert_eq!(lines.lines().count(), functions.lines().count(), "{lines}");
        println!("{processor}\n{lines}");
    };
    check("this processor", &mut Command::new(&program));
    // Without AVX-512, and without AVX2. (NEON is measured on aarch64.)
    const EMULATOR: &str = "qemu-x86_64-static";
    if cfg!(target_arch = "x86_64") && have(EMULATOR) {
        check("AVX2", Command::new(EMULATOR).args(["-cpu", "Haswell"]).arg(&program));
        check("portable", Command::new(EMULATOR).args(["-cpu", "Nehalem"]).arg(&program));
    }
}
