//! Why a command could not do what it was asked.

use flashinator::Error;
use std::fmt;

/// One line for the user: which file, what is wrong with it, what to do.
#[derive(Debug)]
pub struct Failure {
    file: String,
    what: String,
    todo: String,
}

impl Failure {
    /// What is wrong with the file of this name, and what to do about it.
    pub fn new(file: impl fmt::Display, what: impl fmt::Display, todo: impl fmt::Display) -> Self {
        // Names and messages of others may have line breaks in them.
        let line = |text: &dyn fmt::Display| {
            text.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Self { file: line(&file), what: line(&what), todo: line(&todo) }
    }

    /// What the library refused, in its own words: what is wrong, and after a semicolon what to do.
    pub fn refused(file: impl fmt::Display, what: impl fmt::Display, error: Error) -> Self {
        let (why, todo) = error.text().split_once("; ").unwrap_or((error.text(), "check it"));
        Self::new(file, format!("{what}: {why}"), todo)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.file, self.what, self.todo)
    }
}
