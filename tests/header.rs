//! `include/flashinator.h` is what the source says. `FLASHINATOR_WRITE_HEADER=1 cargo test --test header`
//! writes it anew.

use std::path::Path;

#[test]
fn the_header_is_what_the_source_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    // In the order of the header.
    let sources =
        ["status", "frame", "memory", "gray", "curve", "settings", "table", "profile", "analyser"];
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in sources {
        builder = builder.with_src(root.join(format!("src/capi/{source}.rs")));
    }
    let bindings = builder.generate().unwrap();
    let mut made = Vec::new();
    bindings.write(&mut made);
    // The sections for Rust's readers say nothing to C's.
    let made = without_safety_sections(&String::from_utf8(made).unwrap());
    let path = root.join("include/flashinator.h");
    if std::env::var_os("FLASHINATOR_WRITE_HEADER").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        made == kept,
        "include/flashinator.h differs from src/capi; write it anew with \
         FLASHINATOR_WRITE_HEADER=1 cargo test --test header"
    );
}

/// Cuts ` * # Safety` and what follows it out of every comment.
fn without_safety_sections(header: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut inside = false;
    for line in header.lines() {
        if line.trim() == "* # Safety" {
            inside = true;
            while kept.last().is_some_and(|last| last.trim() == "*") {
                kept.pop();
            }
        }
        if line.trim() == "*/" {
            inside = false;
        }
        if !inside {
            kept.push(line);
        }
    }
    kept.join("\n") + "\n"
}
