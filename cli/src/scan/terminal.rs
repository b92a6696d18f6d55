//! What a person sees: a progress bar, a verdict, a table of incidents.

use super::profiles::{NamedProfile, Profiles};
use super::result::{ProfileResult, ScanResult};
use super::rows::numbers;
use crate::args::ScanArgs;
use crate::failure::{Failure, printable};
use crate::output_file::write_stdout;
use flashinator::{Hazard, Incident, Pattern, Report, Timestamp, Verdict};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::path::PathBuf;

/// Where text goes, and in which colors.
pub struct Terminal {
    quiet: bool,
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
        let files = [&outputs.csv, &outputs.json, &outputs.jsonl, &outputs.report];
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
            verbose: outputs.verbose,
            colors: is_terminal && colors_allowed,
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
            failure.print();
        }
        if self.quiet || result.frames == 0 {
            return Ok(());
        }
        let mut text = String::new();
        let word = self.word(result);
        // Writing to a string does not fail.
        let _ =
            writeln!(text, "{word} {}: {}", printable(&result.name), sentence(result, profiles));
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
        if let ([one], [_]) = (&*result.profiles, &*profiles.list) {
            list_incidents(&mut text, one);
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
                (Some(_), 0) => "not analysed".to_owned(),
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
        let _ = writeln!(text, "{failed} of {} fail", results.len());
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
        if self.to_stderr {
            let _ = io::stderr().write_all(text.as_bytes());
            return Ok(());
        }
        write_stdout(text.as_bytes())
    }
}

/// The verdict by all profiles in words.
pub fn sentence(result: &ScanResult, profiles: &Profiles) -> String {
    let rest = if result.failure.is_some() { "; incomplete" } else { "" };
    if let ([one], [profile]) = (&*result.profiles, &*profiles.list) {
        return format!("{} ({}){rest}", reason(one, profile), profile.title);
    }
    let verdict = result.verdict();
    let with_verdict = |(one, profile): (&ProfileResult, &NamedProfile)| {
        (one.summary.verdict == verdict).then(|| profile.title.clone())
    };
    let titles: Vec<_> =
        result.profiles.iter().zip(&profiles.list).filter_map(with_verdict).collect();
    let words = match verdict {
        Verdict::Pass => "passes",
        Verdict::Warning => "a warning by",
        Verdict::ExtendedWarning => "an extended warning by",
        Verdict::Fail => "fails",
    };
    format!("{words} {}{rest}", titles.join(", "))
}

/// Why one profile gives its verdict.
pub fn reason(result: &ProfileResult, profile: &NamedProfile) -> String {
    let worst = &result.summary.worst;
    let count = worst.transitions.max();
    let kind = match worst.hazard {
        Hazard::General => "",
        Hazard::Red => "red ",
        Hazard::Pattern => return pattern_reason(worst),
    };
    let (largest, allowed) = (flashes(count), flashes(profile.profile.max_transitions));
    let when = clock(worst.time);
    match result.summary.verdict {
        Verdict::Pass if count == 0 && profile.profile.patterns => {
            "nothing flashes, and no regular pattern is too large".to_owned()
        }
        Verdict::Pass if count == 0 => "nothing flashes".to_owned(),
        Verdict::Pass => {
            let plural = if count <= 2 { "" } else { "es" };
            format!("no more than {largest} {kind}flash{plural} in any second")
        }
        Verdict::Warning => {
            format!("up to {largest} {kind}flashes in a second, at {when}; {allowed} are allowed")
        }
        Verdict::ExtendedWarning => format!(
            "up to {largest} {kind}flashes in a second, for 4 of 5 seconds or more; allowed by WCAG, a risk \
             by ITU-R BT.1702 after 5 s"
        ),
        Verdict::Fail => {
            format!("{largest} {kind}flashes in the second before {when}; {allowed} are allowed")
        }
    }
}

/// Why a frame fails by its regular pattern.
fn pattern_reason(worst: &Report) -> String {
    let Pattern { area, changing, pairs, .. } = worst.pattern;
    let when = clock(worst.time);
    if area > 0.4 {
        return format!(
            "a regular pattern of {pairs:.0} pairs of stripes on {} of the picture, at {when}; 40% is allowed",
            percent(area)
        );
    }
    format!(
        "a regular pattern of {pairs:.0} pairs of stripes that changes on {} of the picture, at {when}; 25% is allowed",
        percent(changing)
    )
}

fn list_incidents(text: &mut String, result: &ProfileResult) {
    if result.incidents.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "  {:>9} {:>9}  {:16} {:7} {:>9} {:>5}  where",
        "from", "to", "verdict", "kind", "flashes/s", "area"
    );
    for incident in result.incidents.iter().take(MAX_LISTED) {
        let _ = writeln!(text, "  {}", line(incident));
    }
    let more = (result.summary.incidents as usize).saturating_sub(MAX_LISTED);
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
            one.summary.incidents,
            reason(one, profile)
        );
    }
    for (one, profile) in pairs().filter(|(one, _)| !one.incidents.is_empty()) {
        let _ = writeln!(text, "  {}:", profile.title);
        list_incidents(text, one);
    }
}

fn line(incident: &Incident) -> String {
    let [x, y, width, height] = numbers(incident.flashing);
    format!(
        "{:>9} {:>9}  {:16} {:7} {:>9} {:>5}  {width}x{height}+{x}+{y}",
        clock(incident.start),
        clock(incident.end),
        incident.verdict,
        incident.hazard,
        flashes(incident.transitions.max()),
        percent(incident.worst.area),
    )
}

/// A part of an area in percent.
pub fn percent(part: f64) -> String {
    if part > 0.0 && part < 0.005 { "<1%".to_owned() } else { format!("{:.0}%", part * 100.0) }
}

/// Two transitions are a flash.
pub fn flashes(transitions: u32) -> String {
    let half = if transitions.is_multiple_of(2) { "" } else { ".5" };
    format!("{}{half}", transitions / 2)
}

/// A time as minutes and seconds.
pub fn clock(time: Timestamp) -> String {
    let hundredths = (time.nanoseconds() + 5_000_000).div_euclid(10_000_000);
    let (minutes, rest) = (hundredths.div_euclid(6000), hundredths.rem_euclid(6000));
    format!("{minutes}:{:02}.{:02}", rest / 100, rest % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_flashes_and_times() {
        assert_eq!([0, 1, 6, 7].map(flashes), ["0", "0.5", "3", "3.5"]);
        let clock = |nanoseconds| clock(Timestamp::from_nanos(nanoseconds).unwrap());
        assert_eq!(clock(1_160_000_000), "0:01.16");
        assert_eq!(clock(61_999_000_000), "1:02.00");
        assert_eq!(clock(3_600_000_000_000), "60:00.00");
    }
}
