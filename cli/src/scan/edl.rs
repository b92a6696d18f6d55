//! Incidents as an edit decision list in the form CMX3600, which editing programs read as a list of cuts or of markers.
//!
//! Time codes count from 00:00:00:00 at the start of the input, without dropped numbers.

use crate::failure::{Failure, printable};
use crate::output_file::write_file;
use flashinator::Verdict;
use flashinator_report::result::ShownIncident;
use flashinator_report::words::{self, timecode};
use flashinator_report::{Profiles, ScanResult};
use std::fmt::Write;
use std::path::Path;

/// Writes the incidents of one input.
pub fn write(path: &Path, result: &ScanResult, profiles: &Profiles) -> Result<(), Failure> {
    let Some(rate) = result.rate else {
        return Err(Failure::new(
            &result.name,
            "it has a variable frame rate, and --edl needs a constant one for its time codes",
            "use --json or --csv, or convert it to a constant rate first",
        ));
    };
    write_file(path, list(result, profiles, rate).as_bytes())
}

fn list(result: &ScanResult, profiles: &Profiles, rate: f64) -> String {
    // Editing programs find a clip by the name of its file.
    let file = Path::new(&result.name).file_name();
    let name = printable(&file.map_or(result.name.as_str().into(), |file| file.to_string_lossy()));
    let mut text = format!("TITLE: {name}\nFCM: NON-DROP FRAME\n");
    let mut event = 0;
    for (one, profile) in result.profiles.iter().zip(&profiles.list) {
        for ShownIncident { incident, span, .. } in &one.shown() {
            event += 1;
            let (from, to) = (span.first.time.seconds(), span.last.time.seconds());
            let color = if incident.verdict == Verdict::Fail { "RED" } else { "YELLOW" };
            // The end of a cut is the frame after it.
            let (from, to) = (timecode(from, rate), timecode(to + 1.0 / rate, rate));
            let word = words::word(incident.verdict);
            let extent = words::extent(incident, &profile.profile);
            // Writing to a string does not fail.
            let _ = write!(
                text,
                "\n{event:03}  AX       V     C        {from} {to} {from} {to}\n\
                 * FROM CLIP NAME: {name}\n\
                 * LOC: {from} {color:7} {word} by {}: {extent}\n",
                printable(&profile.title)
            );
        }
    }
    text
}
