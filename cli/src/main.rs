//! The `flashinator` command: how much every frame of a video flashes.

mod args;
mod failure;
mod input;
mod look;
mod output;
mod table;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Args { command } = Args::parse();
    let done = match command {
        Command::Table(args) => table::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("flashinator: {failure}");
            ExitCode::from(2)
        }
    }
}
