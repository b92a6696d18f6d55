//! The `flashinator` command: tells whether a video flashes dangerously, where, and how much.
//!
//! It is a library so that other programs, tests and fuzz targets can link it; `main` only calls [`run`].
//!
//! * [`input`] reads frames: Y4M, raw frames, NumPy arrays, animations, and everything that `ffmpeg` decodes.
//! * [`Scan`] judges them and gives the result to a program. `scan` does so for the command, `table` prints their T
//!   table.

mod args;
pub mod failure;
mod frame_config;
pub mod input;
pub mod interrupt;
mod output_file;
mod scan;
mod table;

use args::{Args, Command};
use clap::{CommandFactory, Parser};
use failure::Failure;
pub use flashinator_report::{ProfileResult, Row, ScanResult};
pub use scan::Scan;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

/// Runs the command with the arguments of this process.
#[must_use]
pub fn run() -> ExitCode {
    ExitCode::from(run_with(std::env::args_os()))
}

/// Runs the command with these arguments, the first of which is the name of the program, and gives the exit status.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let Args { command } = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // A closed output is no reason to panic.
            let _ = error.print();
            return error.exit_code().try_into().unwrap_or(2);
        }
    };
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
        Ok(()) => 0,
        Err(failure) => {
            failure.print();
            2
        }
    }
}

/// The sections of a manual page that do not follow from the options.
const MANUAL_END: &str = r#".SH "EXIT STATUS"
.TP
\fB0\fR
All inputs pass, with or without a warning.
.TP
\fB1\fR
An input fails, or with \fB\-\-strict\fR has a warning.
.TP
\fB2\fR
An input could not be analysed to its end, a file could not be written, or the command line is wrong.
.SH FILES
Everything that the program does not read itself is decoded by the \fBffmpeg\fR on the PATH, from version 4.2 on,
unless FFmpeg's libraries are built in.
What comes through a pipe and has to be read more than once is kept in a temporary file, in TMPDIR if that is set.
.SH "SEE ALSO"
.BR ffmpeg (1),
.BR ffprobe (1)
"#;

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
        .and_then(|()| io::stdout().write_all(MANUAL_END.as_bytes()))
        .map_err(|error| Failure::new("standard output", error, "free some space or redirect it"))
}
