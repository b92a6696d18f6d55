//! What a person sees: a progress bar, a verdict, a table of incidents.

use crate::args::{ColorArg, ScanArgs};
use crate::failure::{self, Failure, printable};
use crate::output_file::write_stdout;
use flashinator::{Incident, Verdict};
use flashinator_report::flashing::FlashingSpan;
use flashinator_report::result::ShownIncident;
use flashinator_report::words::{
    clock, flashes, frames, hazards, percent, reason, rectangle, sentence,
};
use flashinator_report::{NamedProfile, ProfileResult, Profiles, ScanResult};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::path::PathBuf;

/// Where text goes, and in which colors.
pub struct Terminal {
    quiet: bool,
    /// A warning fails too.
    strict: bool,
    verbose: bool,
    colors: bool,
    /// Standard output is used for rows, a summary or a page, so text goes to standard error.
    to_stderr: bool,
    bars: MultiProgress,
}

/// Incidents that are listed. The others are only counted.
const MAX_LISTED: usize = 20;

impl Terminal {
    pub fn new(args: &ScanArgs) -> Self {
        let outputs = &args.outputs;
        let files = [
            &outputs.csv,
            &outputs.json,
            &outputs.jsonl,
            &outputs.report,
            &outputs.xml,
            &outputs.edl,
            &outputs.junit,
        ];
        let to_stderr =
            files.iter().any(|file| file.as_deref().is_some_and(|path| path.as_os_str() == "-"));
        let is_terminal =
            if to_stderr { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
        // https://no-color.org: any value but an empty one.
        let colors_allowed = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let target =
            if outputs.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Self {
            quiet: outputs.quiet,
            strict: outputs.strict,
            verbose: outputs.verbose,
            colors: match outputs.color {
                ColorArg::Always => true,
                ColorArg::Never => false,
                ColorArg::Auto => is_terminal && colors_allowed,
            },
            to_stderr,
            bars: MultiProgress::with_draw_target(target),
        }
    }

    /// A progress bar for one input, on standard error if that is a terminal.
    pub fn bar(&self, name: &str, count: Option<u64>, seconds: Option<f64>) -> ProgressBar {
        let (bar, template) = match (count, seconds) {
            (Some(count), _) => (
                ProgressBar::new(count),
                "{wide_bar} {human_pos} of {human_len} frames, {per_sec}, {eta} left",
            ),
            (None, Some(seconds)) => (
                ProgressBar::new((seconds * 1000.0) as u64).with_prefix(printable(name)),
                "{prefix} {wide_bar} {percent}%, frame {msg}, {eta} left",
            ),
            (None, None) => (ProgressBar::new_spinner(), "{spinner} {human_pos} frames, {per_sec}"),
        };
        let bar = self.bars.add(bar);
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// Prints the verdict on one input, and its incidents.
    pub fn show(&self, result: &ScanResult, profiles: &Profiles) -> Result<(), Failure> {
        if let Some(failure) = &result.failure {
            self.bars.suspend(|| failure::print(failure));
        }
        if result.frames == 0 || self.quiet && !result.fails(self.strict) {
            return Ok(());
        }
        let mut text = String::new();
        let word = self.word(result);
        // Writing to a string does not fail.
        let _ =
            writeln!(text, "{word} {}: {}", printable(&result.name), sentence(result, profiles));
        if self.quiet {
            return self.print(&text);
        }
        if self.verbose {
            let size =
                result.shape.map_or(String::new(), |s| format!("{}x{}", s.width(), s.height()));
            let titles: Vec<_> = profiles.list.iter().map(|profile| &*profile.title).collect();
            let _ = writeln!(
                text,
                "  {size} {}, {} frames, {:.2} s, judged by {}{}",
                result.pixels,
                result.frames,
                result.end,
                titles.join(", "),
                if result.looped { ", repeated as a player does" } else { "" },
            );
        }
        for note in &result.notes {
            let _ = writeln!(text, "  {note}");
        }
        for limit in result.limits.iter().filter(|limit| limit.narrows || self.verbose) {
            let _ = writeln!(text, "  {}", printable(&limit.text));
        }
        if let ([one], [profile]) = (&*result.profiles, &*profiles.list) {
            list_incidents(&mut text, one, profile);
        } else {
            compare(&mut text, result, profiles);
        }
        self.print(&text)
    }

    /// A line for each input, if there are several.
    pub fn show_table(&self, results: &[ScanResult]) -> Result<(), Failure> {
        if self.quiet || results.len() < 2 {
            return Ok(());
        }
        let mut text = String::from("\n");
        let width =
            results.iter().map(|one| printable(&one.name).chars().count()).max().unwrap_or(0);
        for result in results {
            let word = self.word(result);
            let state = match (&result.failure, result.frames) {
                (Some(_), 0) => "not checked".to_owned(),
                (Some(_), _) if !result.is_incomplete() => format!("{word}, incomplete"),
                _ => word,
            };
            let count = |result: &ProfileResult| result.summary.worst.transitions.max();
            let worst = flashes(result.profiles.iter().map(count).max().unwrap_or(0));
            let (name, frames) = (printable(&result.name), result.frames);
            let _ =
                writeln!(text, "{name:width$}  {frames:>7} frames  {worst:>4} flashes/s  {state}");
        }
        let failed = results.iter().filter(|result| result.fails(false)).count();
        let incomplete = results.iter().filter(|result| result.failure.is_some()).count();
        let _ = match incomplete {
            0 => writeln!(text, "{failed} of {} fail", results.len()),
            _ => writeln!(text, "{failed} of {} fail, {incomplete} incomplete", results.len()),
        };
        self.print(&text)
    }

    /// How many files of folders were skipped, or which.
    pub fn show_skipped(&self, skipped: &[PathBuf]) -> Result<(), Failure> {
        if self.quiet || skipped.is_empty() {
            return Ok(());
        }
        if self.verbose {
            let line =
                |path: &PathBuf| format!("skipped {}\n", printable(&path.display().to_string()));
            return self.print(&skipped.iter().map(line).collect::<String>());
        }
        let plural = if skipped.len() == 1 { "" } else { "s" };
        self.print(&format!("{} other file{plural} skipped; --verbose lists them\n", skipped.len()))
    }

    fn word(&self, result: &ScanResult) -> String {
        let (word, color) = match result.verdict() {
            _ if result.is_incomplete() => ("INCOMPLETE", 33),
            Verdict::Pass => ("PASS", 32),
            Verdict::Warning | Verdict::ExtendedWarning => ("WARNING", 33),
            Verdict::Fail => ("FAIL", 31),
        };
        if self.colors { format!("\x1b[1;{color}m{word}\x1b[0m") } else { word.to_owned() }
    }

    fn print(&self, text: &str) -> Result<(), Failure> {
        // The bars of other inputs are drawn again below the text.
        self.bars.suspend(|| {
            if self.to_stderr {
                let _ = io::stderr().write_all(text.as_bytes());
                return Ok(());
            }
            write_stdout(text.as_bytes())
        })
    }
}

fn list_incidents(text: &mut String, result: &ProfileResult, profile: &NamedProfile) {
    if result.incidents.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "  {:>10} {:>10} {:>13}  {:16} {:11} {:>9} {:>5}  where",
        "from", "to", "frames", "verdict", "kind", "flashes/s", "area"
    );
    let shown = result.shown();
    for ShownIncident { incident, span, .. } in shown.iter().take(MAX_LISTED) {
        let _ = writeln!(text, "  {}", line(incident, span, profile));
    }
    let more = result.shown_count(&shown).saturating_sub(MAX_LISTED as u64);
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
}

/// Several profiles side by side, then the incidents of each.
fn compare(text: &mut String, result: &ScanResult, profiles: &Profiles) {
    let pairs = || result.profiles.iter().zip(&profiles.list);
    let _ = writeln!(
        text,
        "  {:11} {:16} {:>9} {:>9}  reason",
        "profile", "verdict", "flashes/s", "incidents"
    );
    for (one, profile) in pairs() {
        let (verdict, count) = (one.summary.verdict, one.summary.worst.transitions.max());
        let _ = writeln!(
            text,
            "  {:11} {verdict:16} {:>9} {:>9}  {}",
            profile.name,
            flashes(count),
            one.shown_count(&one.shown()),
            reason(one, profile)
        );
    }
    for (one, profile) in pairs().filter(|(one, _)| !one.incidents.is_empty()) {
        let _ = writeln!(text, "  {}:", profile.title);
        list_incidents(text, one, profile);
    }
}

fn line(incident: &Incident, span: &FlashingSpan, profile: &NamedProfile) -> String {
    format!(
        "{:>10} {:>10} {:>13}  {:16} {:11} {:>9} {:>5}  {}",
        clock(span.first.time),
        clock(span.last.time),
        frames(span),
        incident.verdict,
        hazards(incident, &profile.profile),
        flashes(incident.transitions.max()),
        percent(incident.worst.area),
        rectangle(incident.flashing),
    )
}
