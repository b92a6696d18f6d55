//! The results as JUnit XML, which build servers show as tests: one for each input and profile.

use crate::failure::{Failure, printable};
use crate::output_file::write_file;
use flashinator::Verdict;
use flashinator_report::page::escaped;
use flashinator_report::{Profiles, ScanResult, words};
use std::fmt::Write;
use std::path::Path;

/// Writes the results of all inputs. With `strict` a warning is a failure too.
pub fn write(
    path: &Path,
    results: &[ScanResult],
    profiles: &Profiles,
    strict: bool,
) -> Result<(), Failure> {
    let (mut cases, mut failures, mut errors) = (String::new(), 0, 0);
    let least = if strict { Verdict::Warning } else { Verdict::Fail };
    for result in results {
        for (one, profile) in result.profiles.iter().zip(&profiles.list) {
            // Control characters are not allowed in XML.
            let text = |text: &str| escaped(&printable(text));
            // Writing to a string does not fail.
            let _ = write!(
                cases,
                "    <testcase classname=\"{}\" name=\"{}\">",
                text(&profile.title),
                text(&result.name)
            );
            if one.summary.verdict >= least {
                failures += 1;
                let reason = text(&words::reason(one, profile));
                let _ = write!(
                    cases,
                    "<failure type=\"{}\" message=\"{reason}\"/>",
                    one.summary.verdict.name()
                );
            } else if let Some(failure) = &result.failure {
                errors += 1;
                let _ = write!(cases, "<error type=\"incomplete\" message=\"{}\"/>", text(failure));
            }
            let limits = result.limits.iter().filter(|limit| limit.narrows);
            let limits: Vec<_> = limits.map(|limit| text(&limit.text)).collect();
            if !limits.is_empty() {
                let _ = write!(cases, "<system-out>{}</system-out>", limits.join("\n"));
            }
            cases.push_str("</testcase>\n");
        }
    }
    let tests = results.len() * profiles.list.len();
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"flashinator scan\" \
         {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    );
    write_file(path, text.as_bytes())
}
