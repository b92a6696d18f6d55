//! What a person sees: a bar, a verdict, a table of incidents.

use super::profiles::Rules;
use super::result::ScanResult;
use crate::args::ScanArgs;
use crate::failure::Failure;
use flashinator::{Flash, Incident, Verdict};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

/// Where words go, and in which colours.
pub struct Terminal {
    quiet: bool,
    verbose: bool,
    colours: bool,
    /// Rows or a summary go to standard output, so words do not.
    aside: bool,
    bars: MultiProgress,
}

/// Incidents that are listed; the others are only counted.
const LISTED: usize = 20;

impl Terminal {
    pub fn new(args: &ScanArgs) -> Self {
        let outputs = &args.outputs;
        let to_standard = [&outputs.csv, &outputs.json, &outputs.jsonl, &outputs.report];
        let aside = to_standard
            .iter()
            .any(|output| output.as_deref().is_some_and(|path| path.as_os_str() == "-"));
        let terminal = if aside { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
        // https://no-color.org: any value but an empty one.
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let target =
            if outputs.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        Self {
            quiet: outputs.quiet,
            verbose: outputs.verbose,
            colours: terminal && wanted,
            aside,
            bars: MultiProgress::with_draw_target(target),
        }
    }

    /// A bar for one input, on standard error where that is a terminal.
    pub fn bar(&self, name: &str, count: Option<u64>, seconds: Option<f64>) -> ProgressBar {
        let (bar, template) = match (count, seconds) {
            (Some(count), _) => (
                ProgressBar::new(count),
                "{wide_bar} {human_pos} of {human_len} frames, {per_sec}, {eta} left",
            ),
            (None, Some(seconds)) => (
                ProgressBar::new((seconds * 1000.0) as u64).with_prefix(name.to_owned()),
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

    /// Says what went wrong.
    pub fn fail(&self, failure: &Failure) {
        failure.print();
    }

    /// Tells the verdict on one input, and its incidents.
    pub fn show(&self, one: &ScanResult, rules: &Rules) -> Result<(), Failure> {
        if let Some(failure) = &one.failure {
            self.fail(failure);
        }
        if self.quiet || one.summary.frames == 0 {
            return Ok(());
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{} {}: {}",
            self.word(one.summary.verdict),
            one.name,
            because(one, rules)
        );
        let shape = one.shape.map_or(String::new(), |s| format!("{}x{}", s.width(), s.height()));
        if self.verbose {
            let _ = writeln!(
                text,
                "  {shape} {}, {} frames, {}, judged by {}{}",
                one.colours,
                one.summary.frames,
                seconds(one.chart.end),
                rules.title(),
                if one.repeated { ", shown again and again" } else { "" },
            );
        }
        if !one.incidents.is_empty() {
            let _ = writeln!(
                text,
                "  {:>9} {:>9}  {:13} {:7} {:>9} {:>5}  place",
                "from", "to", "verdict", "kind", "flashes/s", "area"
            );
            for incident in one.incidents.iter().take(LISTED) {
                let _ = writeln!(text, "  {}", line(incident));
            }
            let more = (one.summary.incidents as usize).saturating_sub(LISTED);
            if more > 0 {
                let _ = writeln!(text, "  and {more} more");
            }
        }
        self.say(&text)
    }

    /// A line for each input, where there are several.
    pub fn show_table(&self, scanned: &[ScanResult]) -> Result<(), Failure> {
        if self.quiet || scanned.len() < 2 {
            return Ok(());
        }
        let mut text = String::from("\n");
        let widest = scanned.iter().map(|one| one.name.chars().count()).max().unwrap_or(0);
        for one in scanned {
            let state = match (&one.failure, one.summary.frames) {
                (Some(_), 0) => "not analysed".to_owned(),
                (Some(_), _) => format!("{}, incomplete", self.word(one.summary.verdict)),
                (None, _) => self.word(one.summary.verdict),
            };
            let (name, frames) = (&one.name, one.summary.frames);
            let worst = flashes(one.summary.worst.general.max(one.summary.worst.red));
            let _ =
                writeln!(text, "{name:widest$}  {frames:>7} frames  {worst:>4} flashes/s  {state}");
        }
        let failed = scanned.iter().filter(|one| one.is_failed(false)).count();
        let _ = writeln!(text, "{failed} of {} fail", scanned.len());
        self.say(&text)
    }

    fn word(&self, verdict: Verdict) -> String {
        let (word, colour) = match verdict {
            Verdict::Pass => ("PASS", 32),
            Verdict::Warning => ("WARNING", 33),
            Verdict::ExtendedFail | Verdict::Fail => ("FAIL", 31),
        };
        if self.colours { format!("\x1b[1;{colour}m{word}\x1b[0m") } else { word.to_owned() }
    }

    fn say(&self, text: &str) -> Result<(), Failure> {
        if self.aside {
            eprint!("{text}");
            return Ok(());
        }
        match io::stdout().write_all(text.as_bytes()) {
            // The reader has gone, as `head` does.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(super::rows::unwritable("standard output", &error))
            }
            _ => Ok(()),
        }
    }
}

/// The verdict in words.
pub fn because(one: &ScanResult, rules: &Rules) -> String {
    let worst = &one.summary.worst;
    let count = worst.general.max(worst.red);
    let kind = match worst.flash {
        Flash::General => "",
        Flash::Red => "red ",
    };
    let allowed = flashes(rules.profile.most);
    let most = flashes(count);
    let verdict = match one.summary.verdict {
        Verdict::Pass if count == 0 => "nothing flashes".to_owned(),
        Verdict::Pass => format!("no more than {most} {kind}flash{} in any second", plural(count)),
        Verdict::Warning => {
            format!(
                "up to {most} {kind}flashes in a second, at {}; {allowed} are allowed",
                when(worst.time)
            )
        }
        Verdict::ExtendedFail => format!(
            "{most} {kind}flashes in a second, and so many for more than 4 of 5 seconds, by {}",
            when(worst.time)
        ),
        Verdict::Fail => format!(
            "{most} {kind}flashes in the second before {}, where {allowed} are allowed",
            when(worst.time)
        ),
    };
    let rest = if one.failure.is_some() { "; incomplete" } else { "" };
    format!("{verdict} ({}){rest}", rules.title())
}

fn line(incident: &Incident) -> String {
    let field = incident.worst.field;
    format!(
        "{:>9} {:>9}  {:13} {:7} {:>9} {:>4.0}%  {}x{}+{}+{}",
        when(incident.start),
        when(incident.end),
        incident.verdict.name(),
        incident.flash.name(),
        flashes(incident.count()),
        incident.worst.area * 100.0,
        field.width,
        field.height,
        field.x,
        field.y,
    )
}

/// The ending of a word for so many transitions' flashes.
fn plural(transitions: u32) -> &'static str {
    if transitions <= 2 { "" } else { "es" }
}

/// A flash is two transitions.
pub fn flashes(transitions: u32) -> String {
    if transitions.is_multiple_of(2) {
        format!("{}", transitions / 2)
    } else {
        format!("{}.5", transitions / 2)
    }
}

/// A time as minutes and seconds.
pub fn when(nanoseconds: i64) -> String {
    let hundredths = (nanoseconds + 5_000_000).div_euclid(10_000_000);
    let (minutes, rest) = (hundredths.div_euclid(6000), hundredths.rem_euclid(6000));
    format!("{minutes}:{:02}.{:02}", rest / 100, rest % 100)
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.2} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!([0, 1, 6, 7].map(flashes), ["0", "0.5", "3", "3.5"]);
        assert_eq!(when(1_160_000_000), "0:01.16");
        assert_eq!(when(61_999_000_000), "1:02.00");
        assert_eq!(when(3_600_000_000_000), "60:00.00");
    }
}
