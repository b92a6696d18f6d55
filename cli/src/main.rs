//! The `flashinator` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    flashinator_cli::run()
}
