//! The `flashinator` command: whether a video flashes dangerously, where, and by how much.

mod args;
mod failure;
mod input;
mod interrupt;
mod look;
mod output;
mod scan;
mod table;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use failure::Failure;
use std::io;
use std::process::ExitCode;

/// Prints the manual page of the program, or of one of its commands.
fn manual(command: Option<&str>) -> Result<(), Failure> {
    let mut program = Args::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            Failure::new(name, "there is no such command", "ask flashinator help for all of them")
        })?,
    };
    let written = clap_mangen::Man::new(page).render(&mut io::stdout());
    written.map_err(|error| {
        Failure::new("standard output", error, "make room, or write to another place")
    })
}

fn main() -> ExitCode {
    let Args { command } = Args::parse();
    let done = match command {
        Command::Scan(args) => return scan::run(&args),
        Command::Table(args) => table::run(&args),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "flashinator", &mut io::stdout());
            Ok(())
        }
        Command::Man { command } => manual(command.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("flashinator: {failure}");
            ExitCode::from(2)
        }
    }
}
