//! A scan whose result a program uses itself.

use super::analysis::{self, ScanJob};
use super::terminal::Terminal;
use super::{profiles, today};
use crate::args::{Args, Command, ScanArgs, StreamArg};
use crate::interrupt::Stop;
use clap::Parser;
use flashinator::Profile;
use flashinator_report::{Profiles, ScanResult, Settings, page};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A scan of one input, as `flashinator scan` does it.
///
/// ```
/// use flashinator_cli::{Scan, interrupt::Stop};
/// use std::path::Path;
///
/// let scan = Scan::new(Path::new("../samples/flash.y4m"), ["--profile=wcag22,bt1702"], false)?;
/// let result = scan.run(&Stop::default());
/// assert_eq!(result.verdict_name(), "fail");
/// assert_eq!(result.rows.len(), 2 * 61);
/// assert!(scan.page(&result).contains("<html"));
/// # Ok::<(), String>(())
/// ```
pub struct Scan {
    args: ScanArgs,
    input: PathBuf,
    settings: Settings,
    profiles: Profiles,
    table: bool,
}

impl Scan {
    /// A scan with the options of the command line, each with its value: `--start=62.5`. `table` says whether the rows have
    /// values of the T table.
    ///
    /// # Errors
    ///
    /// What is wrong with the options, in a sentence.
    pub fn new(
        input: &Path,
        options: impl IntoIterator<Item = impl Into<OsString>>,
        table: bool,
    ) -> Result<Self, String> {
        let arguments = ["flashinator", "scan", "--quiet"].map(OsString::from).into_iter();
        let arguments = arguments
            .chain(options.into_iter().map(Into::into))
            .chain(["--".into(), input.as_os_str().to_owned()]);
        let command = Args::try_parse_from(arguments).map_err(|error| sentence(&error))?.command;
        let Command::Scan(args) = command else {
            return Err("the options are of another command; give those of a scan".to_owned());
        };
        let profiles = profiles::profiles(&args).map_err(|failure| failure.to_string())?;
        let settings = args.settings();
        Ok(Self { args: *args, input: input.to_owned(), settings, profiles, table })
    }

    /// Scans the input, to its end or until it is to stop. What was found before an error is in the result.
    #[must_use]
    pub fn run(&self, stop: &Stop) -> ScanResult {
        let job = ScanJob {
            args: &self.args,
            settings: &self.settings,
            profiles: &self.profiles,
            pictures: Some(page::PICTURES),
            keep_rows: true,
            table: self.table,
            stop,
        };
        let stream = match self.args.stream {
            Some(StreamArg::One(stream)) => Some(stream),
            None | Some(StreamArg::All) => None,
        };
        analysis::scan(&self.input, stream, &job, &Terminal::new(&self.args))
    }

    /// The profiles with their names, in the order in which the result has them.
    pub fn profiles(&self) -> impl Iterator<Item = (&'static str, &Profile)> {
        self.profiles.list.iter().map(|named| (named.name, &named.profile))
    }

    /// The web page of a result, which needs no other file.
    #[must_use]
    pub fn page(&self, result: &ScanResult) -> String {
        page::page(std::slice::from_ref(result), &self.profiles, today())
    }
}

/// The first paragraph of a message about the command line, and the values that are possible.
fn sentence(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines.take_while(|line| {
        !["Usage:", "For more information", "tip:"].iter().any(|end| line.starts_with(end))
    });
    let told = told.collect::<Vec<_>>().join(" ");
    told.trim_start_matches("error: ").to_owned()
}
