//! `include/flashinator.h` is what the source of `capi` says. `FLASHINATOR_WRITE_HEADER=1 cargo test --test header`
//! writes it anew.
//!
//! cbindgen writes all constants first, then all types, then all functions. Here they are put in the order of the
//! source, so that the header can be read from top to bottom.

use std::fmt::Write;
use std::path::Path;

/// The files of the source in the order of the header, and what stands above the items of each.
const SECTIONS: [(&str, &str); 7] = [
    ("status", "Version and statuses"),
    ("frame", "Frames"),
    ("profile", "Profiles: what counts as a flash, and how many are too many"),
    ("analyser", "The analyser"),
    ("stripe", "Stripes: an analyser on several threads"),
    ("table", "The T table"),
    ("lut", "Look-up tables of luminance, for T tables"),
];

const WIDTH: usize = 110;

#[test]
fn the_header_is_what_the_source_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let mut builder = cbindgen::Builder::new().with_config(config);
    for name in ["status", "frame", "state", "profile", "analyser", "stripe", "table", "lut"] {
        builder = builder.with_src(root.join(format!("capi/src/{name}.rs")));
    }
    let mut generated = Vec::new();
    builder.generate().unwrap().write(&mut generated);
    let generated = String::from_utf8(generated).unwrap();
    let mut items: Vec<Item> = generated.split("\n\n").filter_map(Item::parse).collect();

    let [start, end] = [file("capi/header/start.h"), file("capi/header/end.h")];
    let mut made = start;
    for (name, heading) in SECTIONS {
        // What there is to know of the memory of objects comes before the first of them.
        let mut source = file(&format!("capi/src/{name}.rs"));
        if name == "frame" {
            source += &file("capi/src/state.rs");
        }
        let mut here: Vec<(usize, Item)> = Vec::new();
        for item in std::mem::take(&mut items) {
            match item.defined_in(&source) {
                Some(at) => here.push((at, item)),
                None => items.push(item),
            }
        }
        here.sort_by_key(|&(at, _)| at);
        writeln!(made, "\n/* {heading} */").unwrap();
        let mut before = "";
        for (_, item) in &here {
            // Constants follow the type they are of without a gap.
            if !(item.kind == "constant" && ["constant", "alias"].contains(&before)) {
                made.push('\n');
            }
            made += &item.text;
            before = item.kind;
        }
    }
    let left: Vec<_> = items.iter().map(|item| &item.name).collect();
    assert!(left.is_empty(), "not in any section: {left:?}");
    made += &end;

    let path = root.join("include/flashinator.h");
    if std::env::var_os("FLASHINATOR_WRITE_HEADER").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(
        made == file("include/flashinator.h"),
        "include/flashinator.h differs from capi/src; write it anew with \
         FLASHINATOR_WRITE_HEADER=1 cargo test --test header"
    );
    let lines = made.lines().count();
    assert!(lines <= 850, "the header has {lines} lines, too many to read at a sitting");
}

/// A constant, type or function of the header with its comment.
struct Item {
    name: String,
    kind: &'static str,
    text: String,
}

impl Item {
    fn parse(generated: &str) -> Option<Self> {
        // The sections for Rust's readers say nothing to C's.
        let mut lines = generated.lines().filter(|line| !line.is_empty()).peekable();
        let mut comment = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("///")) {
            comment += line;
            comment.push('\n');
        }
        if let Some((before, _)) = comment.split_once("///\n/// # Safety") {
            comment.truncate(before.len());
        }
        let comment = comment.replace("///\n/// Errors:", "/// Errors:");
        let code: Vec<&str> = lines.collect();
        let code = code.join("\n").replace("struct flashinator_", "flashinator_");
        let word = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned()
        };
        let (name, kind, code) = if let Some(rest) = code.strip_prefix("#define ") {
            (word(rest), "constant", code + "\n")
        } else if let Some(rest) = code.strip_prefix("typedef flashinator_") {
            let name = word(&code["typedef ".len()..]);
            let code = format!("typedef struct flashinator_{rest}\n");
            let init = initialiser(&name, &code);
            (name, "struct", code + &init)
        } else if let Some(rest) = code.strip_prefix("typedef ") {
            (word(rest.split_once(' ')?.1), "alias", code + "\n")
        } else {
            let (before, _) = code.split_once('(')?;
            let name = before.rsplit([' ', '*']).next()?.to_owned();
            (name, "function", wrapped(&code))
        };
        Some(Self { name, kind, text: comment + &code })
    }

    /// Where a source defines it.
    fn defined_in(&self, source: &str) -> Option<usize> {
        let name = &self.name;
        [
            format!("pub const {name}:"),
            format!("pub type {name} "),
            format!("pub struct {name} "),
            format!("fn {name}("),
        ]
        .iter()
        .find_map(|definition| source.find(definition))
    }
}

/// The macro that initialises a struct that begins with its size: all other fields are 0.
fn initialiser(name: &str, code: &str) -> String {
    let fields: Vec<&str> = code
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(';') && !line.starts_with(['/', '}']))
        .collect();
    if fields.first() != Some(&"size_t size;") {
        return String::new();
    }
    let values = fields[1..].iter().map(|field| match field {
        _ if field.starts_with("flashinator_rectangle ") => "{0, 0, 0, 0}",
        _ if field.starts_with("flashinator_pattern ") => "{0, 0, 0, 0, 0, {0, 0, 0, 0}}",
        _ if field.ends_with("];") => "{0}",
        _ => "0",
    });
    let values: Vec<&str> = std::iter::once("").chain(values).collect();
    let prefix = name.to_uppercase();
    format!("#define {prefix}_INIT {{sizeof({name}){}}}\n", values.join(", "))
}

/// A declaration, its arguments in as few lines as they need.
fn wrapped(code: &str) -> String {
    let mut lines = vec![String::new()];
    for piece in code.split_inclusive(", ") {
        if lines.last().unwrap().len() + piece.trim_end().len() > WIDTH {
            lines.push("    ".to_owned());
        }
        *lines.last_mut().unwrap() += piece;
    }
    lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
}
