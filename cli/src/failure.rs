//! Why a command could not do what it was asked to do.

use flashinator::Error;
use std::fmt;
use std::io::{self, Write};

/// One line for the user: which file, what is wrong with it, and what to do.
#[derive(Debug)]
pub struct Failure {
    file: String,
    problem: String,
    advice: String,
}

impl Failure {
    /// What is wrong with a file, and what to do about it.
    pub fn new(
        file: impl fmt::Display,
        problem: impl fmt::Display,
        advice: impl fmt::Display,
    ) -> Self {
        // File names and the messages of other programs may contain line breaks.
        let one_line = |text: &dyn fmt::Display| {
            printable(&text.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
        };
        // Other programs end sentences; here the advice goes on.
        let problem = one_line(&problem).trim_end_matches('.').to_owned();
        Self { file: one_line(&file), problem, advice: one_line(&advice) }
    }

    /// A file that cannot be read.
    pub fn unreadable(file: impl fmt::Display, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::new(file, "there is no such file", "check its name"),
            _ => Self::new(
                file,
                format!("it cannot be read: {error}"),
                "use a file that can be read",
            ),
        }
    }

    /// What the library rejected, in its own words: the problem, and after a semicolon the advice.
    pub fn rejected(file: impl fmt::Display, what: impl fmt::Display, error: Error) -> Self {
        let (problem, advice) = error.text().split_once("; ").unwrap_or((error.text(), "check it"));
        Self::new(file, format!("{what}: {problem}"), advice)
    }

    /// Prints the line on standard error.
    pub fn print(&self) {
        print(self);
    }
}

/// Prints a line on standard error. If that is closed, this is no reason to panic.
pub fn print(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "flashinator: {line}");
}

/// Text with its control characters escaped, so that a file name cannot control the terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            printable.extend(c.escape_default());
        } else {
            printable.push(c);
        }
    }
    printable
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.problem, self.advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        let failure = Failure::new("a\x1b[2J\nb", "x\u{9b}y.", "z");
        assert_eq!(failure.to_string(), "a\\u{1b}[2J b: x\\u{9b}y; z");
    }
}
