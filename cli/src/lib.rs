//! The `flashinator` command: tells whether a video flashes dangerously, where, and how much.
//!
//! It is a library so that tests and fuzz targets can link it; `main` only calls [`run`].
//!
//! * [`input`] reads frames: Y4M, raw frames, NumPy arrays, animations, and everything that `ffmpeg` decodes.
//! * `scan` judges them, `table` prints their T table.

mod args;
pub mod failure;
mod frame_config;
pub mod input;
mod interrupt;
mod output_file;
mod scan;
mod table;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use failure::Failure;
use std::io;
use std::process::ExitCode;

/// Runs the command with the arguments of this process.
#[must_use]
pub fn run() -> ExitCode {
    let Args { command } = Args::parse();
    let result = match command {
        Command::Scan(args) => return scan::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "flashinator", &mut io::stdout());
            Ok(())
        }
        Command::Man { command } => manual(command.as_deref()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(2)
        }
    }
}

/// Prints the manual page of the program, or of one of its commands.
fn manual(command: Option<&str>) -> Result<(), Failure> {
    let mut program = Args::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::new(name, "there is no such command", "flashinator help lists them all")
        })?,
    };
    clap_mangen::Man::new(page)
        .render(&mut io::stdout())
        .map_err(|error| Failure::new("standard output", error, "free some space or redirect it"))
}
