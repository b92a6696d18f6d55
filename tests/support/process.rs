//! Programs that are given bytes on their standard input, and programs made for a test.
#![allow(dead_code)] // Each user needs a part.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a program with these bytes on its standard input.
pub fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may stop reading early; that is its business.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Makes a program that does what a script of the shell says.
#[cfg(unix)]
pub fn program(file: &Path, script: &str) {
    let text = file.with_extension("sh");
    std::fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
    // Not written by this process: while another thread starts a program, that one has what is open here for
    // a moment, and a file that is open for writing is not run.
    let made = Command::new("install").args(["-m", "755"]).arg(&text).arg(file).status().unwrap();
    assert!(made.success());
}
