//! The report: a single web page that needs no other file.

use crate::chart::Point;
use crate::flashing::FlashingSpan;
use crate::profiles::{NamedProfile, Profiles, unit};
use crate::result::{ProfileResult, ScanResult, ShownIncident};
use crate::thumbnail::Thumbnail;
use crate::words::{self, clock, flashes, percent};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flashinator::{Incident, Light, Profile, Red, Timestamp, Verdict};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::fmt::Write;

/// The page. `{{name}}` is replaced.
const PAGE: &str = include_str!("page.html");

/// The part of the page that is there for each input.
const INPUT: &str = include_str!("page_input.html");

/// The part of an input that is there for each profile.
const SECTION: &str = include_str!("page_profile.html");

/// The incidents of each profile that are shown in full, the worst. The others are in a table.
pub const PICTURES: usize = 6;

/// The page of some inputs, checked on a day that is counted from 1970-01-01.
#[must_use]
pub fn page(results: &[ScanResult], profiles: &Profiles, day: i64) -> String {
    let date = date(day);
    let inputs = results.iter().enumerate();
    let data: Vec<Value> = results
        .iter()
        .filter(|result| result.frames > 0)
        .flat_map(|result| {
            let pairs = result.profiles.iter().zip(&profiles.list);
            pairs.map(|(one, profile)| data(one, profile))
        })
        .collect();
    let title = match results {
        [one] => format!("{}: {}", words::heading(one), one.name),
        _ => format!("Flash check of {} files", results.len()),
    };
    fill(
        PAGE,
        &[
            ("title", escaped(&title)),
            ("overview", overview(results)),
            (
                "inputs",
                inputs.map(|(index, result)| input(index, result, profiles, &date)).collect(),
            ),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("date", date.clone()),
            // In a script nothing may look like its end.
            ("data", Value::Array(data).to_string().replace('<', "\\u003c")),
        ],
    )
}

/// The date of a day, as in 2026-11-27. Years are taken to begin in March, so that the leap day is their last.
fn date(day: i64) -> String {
    // Days since 0000-03-01, in cycles of 400 years.
    let (cycle, day) = ((day + 719_468).div_euclid(146_097), (day + 719_468).rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", 400 * cycle + year + next)
}

/// A table of the inputs, if there are several.
fn overview(results: &[ScanResult]) -> String {
    if results.len() < 2 {
        return String::new();
    }
    let rows = results.iter().enumerate().map(|(index, result)| {
        let worst = |one: &ProfileResult| one.summary.worst.transitions.max();
        let count = flashes(result.profiles.iter().map(worst).max().unwrap_or(0));
        let incidents = result.profiles.iter().map(|one| one.shown_count(&one.shown()));
        let incidents = incidents.max().unwrap_or(0);
        let first = result.profiles.iter().filter_map(|one| one.spans.first());
        let first = first.map(|span| span.first.time).min_by_key(|time| time.nanoseconds());
        let cells = [
            format!("<a href=\"#i{index}\">{}</a>", escaped(&result.name)),
            words::heading(result).to_owned(),
            count,
            incidents.to_string(),
            first.map_or(String::new(), clock),
        ];
        row(class(result), &cells)
    });
    let head = ["File", "Verdict", "Flashes/s", "Incidents", "First at"];
    table(&head, &rows.collect::<String>())
}

fn table(head: &[&str], rows: &str) -> String {
    let cells = head.iter().map(|text| format!("<th scope=\"col\">{text}</th>"));
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{}</tr></thead><tbody>{rows}</tbody></table></div>",
        cells.collect::<String>()
    )
}

/// A row of a table; the cells are markup, and the second is a verdict.
fn row(class: &str, cells: &[String]) -> String {
    let cells = cells.iter().enumerate().map(|(index, cell)| match index {
        1 => format!("<td class=\"verdict-word\">{cell}</td>"),
        _ => format!("<td>{cell}</td>"),
    });
    format!("<tr class=\"{class}\">{}</tr>", cells.collect::<String>())
}

fn input(index: usize, result: &ScanResult, profiles: &Profiles, date: &str) -> String {
    let pairs = result.profiles.iter().zip(&profiles.list).enumerate();
    let sections = pairs.filter(|_| result.frames > 0).map(|(number, (one, profile))| {
        section(&format!("i{index}p{number}"), result, one, profile)
    });
    fill(
        INPUT,
        &[
            ("index", index.to_string()),
            ("name", escaped(&result.name)),
            ("class", class(result).to_owned()),
            ("heading", words::heading(result).to_owned()),
            ("advice", escaped(&words::advice(result, profiles))),
            ("answer", answer(result, profiles)),
            ("limits", limits(result)),
            ("facts", facts(result, profiles, date)),
            ("comparison", comparison(index, result, profiles)),
            ("sections", sections.collect()),
        ],
    )
}

/// Why, where, and what would mend it.
fn answer(result: &ScanResult, profiles: &Profiles) -> String {
    if result.frames == 0 {
        return String::new();
    }
    let mut html = format!("<p class=\"why\">{}</p>", escaped(&words::sentence(result, profiles)));
    let verdict = result.verdict();
    let pairs = result.profiles.iter().zip(&profiles.list);
    let worst =
        pairs.filter(|(one, _)| one.summary.verdict == verdict).find_map(|(one, profile)| {
            let shown = one.shown().into_iter().enumerate();
            let (_, worst) = shown.max_by_key(|(number, one)| badness(&one.incident, *number))?;
            Some((worst, profile))
        });
    if let (Some((ShownIncident { incident, span, .. }, profile)), Some(shape)) =
        (worst, result.shape)
    {
        let text = format!(
            "The worst: {}, from {}, {}.",
            words::extent(&incident, &profile.profile),
            times(&span, result.rate),
            words::place(incident.flashing, shape)
        );
        let mend = words::to_pass(&incident, &profile.profile);
        let _ = write!(html, "<p>{}</p><p>{}</p>", escaped(&text), escaped(&mend));
    }
    html
}

/// When something flashes: times, time codes if frames come at a steady rate, and frames.
fn times(span: &FlashingSpan, rate: Option<f64>) -> String {
    let (first, last) = (span.first.time, span.last.time);
    let codes = rate.map_or(String::new(), |rate| {
        let code = |time: Timestamp| words::timecode(time.seconds(), rate);
        format!("time code {} to {}, ", code(first), code(last))
    });
    format!("{} to {} ({codes}frames {})", clock(first), clock(last), words::frames(span))
}

/// How bad an incident is; of those that are equally bad the first is the worst.
fn badness(incident: &Incident, number: usize) -> (Verdict, u32, Reverse<usize>) {
    (incident.verdict, incident.transitions.max(), Reverse(number))
}

/// What the verdict holds for.
fn limits(result: &ScanResult) -> String {
    let failure = result.failure.iter().map(|failure| format!("Not complete: {failure}."));
    let (narrow, rest): (Vec<_>, Vec<_>) = result.limits.iter().partition(|limit| limit.narrows);
    let narrow: Vec<String> =
        failure.chain(narrow.into_iter().map(|limit| limit.text.clone())).collect();
    let rest: Vec<String> =
        rest.into_iter().map(|limit| limit.text.clone()).chain(result.notes.clone()).collect();
    let list = |name: &str, title: &str, items: &[String]| {
        if items.is_empty() {
            return String::new();
        }
        let items: String =
            items.iter().map(|item| format!("<li>{}</li>", with_options(item))).collect();
        format!("<p class=\"limits-title\">{title}</p><ul class=\"{name}\">{items}</ul>")
    };
    list("narrow", "What was not checked, or not as the standard asks", &narrow)
        + &list("assumed", "What the verdict assumes", &rest)
}

/// Text in markup, in which the names of options are not broken between lines.
fn with_options(text: &str) -> String {
    let word = |word: &str| match word.starts_with("--") {
        true => format!("<span class=\"option\">{}</span>", escaped(word)),
        false => escaped(word),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn facts(result: &ScanResult, profiles: &Profiles, date: &str) -> String {
    let titles: Vec<_> = profiles.list.iter().map(|profile| &*profile.title).collect();
    let mut facts: Vec<_> = result.title.iter().map(|title| ("Title", title.clone())).collect();
    facts.push(("Profile", titles.join(", ")));
    if let Some(shape) = result.shape {
        let looped = if result.looped { ", repeated as a player does" } else { "" };
        let rate = match result.rate {
            Some(rate) => format!(" at {} a second", rounded(rate)),
            None if result.frames > 1 => " at a variable rate".to_owned(),
            None => String::new(),
        };
        facts.push((
            "Video",
            format!("{}x{}, {}{looped}", shape.width(), shape.height(), result.pixels),
        ));
        let from = match result.start > 0.0 {
            true => format!(" from {}", words::time(result.start)),
            false => String::new(),
        };
        let length = words::time(result.length);
        facts.push(("Duration", format!("{length}{from}, {} frames{rate}", result.frames)));
    }
    facts.push((
        "SHA-256",
        result.hash.clone().unwrap_or_else(|| "none: it is not a file".to_owned()),
    ));
    let version = env!("CARGO_PKG_VERSION");
    facts.push(("Checked on", format!("{date}, with flashinator {version}")));
    list(&facts)
}

/// The rows of a list of terms.
fn list(rows: &[(&str, String)]) -> String {
    let row = |(term, text): &(&str, String)| format!("<dt>{term}</dt><dd>{}</dd>", escaped(text));
    rows.iter().map(row).collect()
}

fn section(id: &str, result: &ScanResult, one: &ProfileResult, profile: &NamedProfile) -> String {
    fill(
        SECTION,
        &[
            ("id", id.to_owned()),
            ("article", id.split('p').next().unwrap_or(id).to_owned()),
            (
                "class",
                if one.incidents.is_empty() { "profile clear" } else { "profile" }.to_owned(),
            ),
            ("title", escaped(&profile.title)),
            ("word", words::word_by(result, one).to_owned()),
            ("end", one.chart.end().to_string()),
            ("summary", escaped(&words::reason(one, profile))),
            ("incidents", incidents(id, result, one, profile)),
            ("thresholds", thresholds(&profile.profile)),
        ],
    )
}

/// Replaces every `{{name}}` of a template in a single pass, so that text that is filled in is never replaced.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len() + 4096);
    let mut parts = template.split("{{");
    filled.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let value = part.split_once("}}").and_then(|(name, rest)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, rest))
        });
        debug_assert!(value.is_some(), "a value for everything in the template: {part}");
        if let Some((value, rest)) = value {
            filled.push_str(value);
            filled.push_str(rest);
        }
    }
    filled
}

/// The CSS class of a verdict.
fn style(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warning | Verdict::ExtendedWarning => "warning",
        Verdict::Fail => "fail",
    }
}

/// The CSS class of the verdict on an input: green says that it may be published.
#[must_use]
pub fn class(result: &ScanResult) -> &'static str {
    match result.verdict() {
        Verdict::Pass if result.is_narrowed() => "warning",
        verdict => style(verdict),
    }
}

/// Several profiles side by side.
fn comparison(index: usize, result: &ScanResult, profiles: &Profiles) -> String {
    if profiles.list.len() < 2 || result.frames == 0 {
        return String::new();
    }
    let rows =
        result.profiles.iter().zip(&profiles.list).enumerate().map(|(number, (one, profile))| {
            let cells = [
                format!("<a href=\"#i{index}p{number}\">{}</a>", escaped(&profile.title)),
                words::word_by(result, one).to_owned(),
                flashes(one.summary.worst.transitions.max()),
                one.shown_count(&one.shown()).to_string(),
                escaped(&words::reason(one, profile)),
            ];
            row(style(one.summary.verdict), &cells)
        });
    let head = ["Profile", "Verdict", "Flashes/s", "Incidents", "Reason"];
    table(&head, &rows.collect::<String>())
}

/// The worst incidents with pictures, and a table of all that are kept.
fn incidents(id: &str, result: &ScanResult, one: &ProfileResult, profile: &NamedProfile) -> String {
    let kept = one.shown();
    let all = one.shown_count(&kept);
    if one.incidents.is_empty() {
        return "<h4>No incidents</h4>".to_owned();
    }
    let mut worst: Vec<_> = kept.iter().enumerate().collect();
    worst.sort_by_key(|(number, shown)| Reverse(badness(&shown.incident, *number)));
    worst.truncate(PICTURES);
    // How bad it is among them decides what is open on a phone, and what is printed.
    let mut worst: Vec<_> = worst.into_iter().enumerate().collect();
    worst.sort_by_key(|(_, (number, _))| *number);
    let heading = match worst.len() as u64 {
        shown if shown < all => format!("The worst {shown} of {all} incidents"),
        1 => "The incident".to_owned(),
        _ => format!("{all} incidents"),
    };
    let mut html = format!("<h4>{heading}</h4><ol class=\"incidents\">");
    for (rank, (_, shown)) in worst {
        html.push_str(&card(id, rank, shown, result, one, profile));
    }
    html.push_str("</ol>");
    let rows = kept.iter().enumerate().map(|(number, shown)| {
        let cells = cells(number, shown, result.rate, profile).map(|text| escaped(&text));
        row(style(shown.incident.verdict), &cells)
    });
    let table = table(&INCIDENT_HEAD, &rows.collect::<String>());
    let _ = write!(
        html,
        "<details class=\"all\"><summary>All incidents in a table</summary>{table}</details>"
    );
    let more = all.saturating_sub(kept.len() as u64);
    if more > 0 {
        let _ = write!(html, "<p>And {more} more, whose details were not kept.</p>");
    }
    html
}

/// The columns of the table of incidents.
pub const INCIDENT_HEAD: [&str; 9] =
    ["No.", "Verdict", "From", "To", "Frames", "Kind", "Flashes/s", "Area", "Box, WxH+X+Y"];

/// The table of incidents of an input, by all profiles.
#[must_use]
pub fn incident_rows(result: &ScanResult, profiles: &Profiles) -> Vec<[String; 9]> {
    let pairs = result.profiles.iter().zip(&profiles.list);
    let rows = pairs.flat_map(|(one, profile)| {
        let shown = one.shown().into_iter().enumerate();
        shown.map(|(number, shown)| cells(number, &shown, result.rate, profile)).collect::<Vec<_>>()
    });
    rows.collect()
}

/// An incident in the table of incidents; `number` counts from 0.
fn cells(
    number: usize,
    ShownIncident { incident, span, .. }: &ShownIncident,
    rate: Option<f64>,
    profile: &NamedProfile,
) -> [String; 9] {
    let code = |time: Timestamp| match rate {
        Some(rate) => format!("{} ({})", words::timecode(time.seconds(), rate), clock(time)),
        None => clock(time),
    };
    [
        (number + 1).to_string(),
        words::word(incident.verdict).to_owned(),
        code(span.first.time),
        code(span.last.time),
        words::frames(span),
        words::kind(incident, &profile.profile),
        flashes(incident.transitions.max()),
        percent(incident.worst.area),
        words::rectangle(incident.flashing),
    ]
}

/// An incident with its pictures. `rank` is 0 for the worst of the profile.
fn card(
    id: &str,
    rank: usize,
    ShownIncident { incident, span, numbers }: &ShownIncident,
    result: &ScanResult,
    one: &ProfileResult,
    profile: &NamedProfile,
) -> String {
    let place = result.shape.map_or(String::new(), |shape| words::place(incident.flashing, shape));
    let (start, end) = (span.first.time, span.last.time);
    let codes = result.rate.map_or("Frames".to_owned(), |rate| {
        let code = |time: Timestamp| words::timecode(time.seconds(), rate);
        format!("Time code {} to {}, frames", code(start), code(end))
    });
    let mut html = format!(
        "<li class=\"{} rank{rank}\"><details open><summary><h5>{} to {}</h5> <b>{}</b></summary>\
         <p>{codes} {}</p><p class=\"what\">{}; {place} ({}).</p><p>{}</p>\
         <p class=\"screen\"><a href=\"#{id}\" data-from=\"{}\" data-to=\"{}\">Show it in the chart</a></p>",
        style(incident.verdict),
        clock(start),
        clock(end),
        words::word(incident.verdict),
        words::frames(span),
        escaped(&words::extent(incident, &profile.profile)),
        words::rectangle(incident.flashing),
        escaped(&words::to_pass(incident, &profile.profile)),
        start.seconds(),
        end.seconds(),
    );
    if let Some((_, thumbnail)) = one.pictures.iter().find(|(of, _)| numbers.contains(of)) {
        html.push_str("<div class=\"phases\">");
        for (name, png) in &thumbnail.phases {
            html.push_str(&picture(incident, thumbnail, name, png));
        }
        html.push_str("</div>");
    }
    html.push_str("</details></li>");
    html
}

/// A phase of a flash, with what flashes marked.
fn picture(incident: &Incident, thumbnail: &Thumbnail, name: &str, png: &[u8]) -> String {
    let (width, height) = thumbnail.size;
    let flashing = words::rectangle(incident.flashing);
    let (frame, mask) = (BASE64_STANDARD.encode(png), BASE64_STANDARD.encode(&thumbnail.mask));
    let cells = thumbnail.mask_place;
    format!(
        "<figure><svg class=\"picture\" preserveAspectRatio=\"xMinYMid\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{name} at {}, \
         darkened; what flashes is outlined, within {flashing}\"><image width=\"{width}\" height=\"{height}\" \
         preserveAspectRatio=\"none\" href=\"data:image/png;base64,{frame}\"/><image class=\"mask\" x=\"{}\" y=\"{}\" \
         width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{mask}\"/></svg>\
         <figcaption>{name}</figcaption></figure>",
        clock(incident.peak),
        cells.x,
        cells.y,
        cells.width,
        cells.height,
    )
}

fn thresholds(profile: &Profile) -> String {
    let unit = unit(profile);
    let mut step = format!(
        "a change of luminance of {} {unit} or more{}",
        profile.min_step,
        match profile.dark_limit.is_finite() {
            true => format!(", with the darker end below {}", profile.dark_limit),
            false => String::new(),
        }
    );
    if profile.min_contrast.is_finite() {
        let _ = write!(step, ", or above that of a contrast of {:.3}", profile.min_contrast);
    }
    if profile.longest.is_finite() {
        let _ = write!(step, ", within {:.0} ms", profile.longest * 1000.0);
    }
    let red = match profile.red {
        Red::Chromaticity { min_distance } => {
            format!("a change of more than {min_distance} in CIE 1976 u'v'")
        }
        Red::Difference { min_difference } => {
            format!("a change of more than {min_difference} in (R - G - B) × 320")
        }
    };
    let field = words::field(profile, "any");
    let rows = [
        ("General transition", step),
        ("Red transition", format!("{red}, with a saturated red at one end")),
        (
            "Luminance",
            match profile.light {
                Light::Display if profile.white == 1.0 => "relative luminance".to_owned(),
                Light::Display => format!("white is {} cd/m²", profile.white),
                Light::OfcomNote => "the curve of Ofcom's guidance note".to_owned(),
            },
        ),
        (
            "Area",
            match profile.min_area > 0.0 {
                true => format!("more than {:.0}% of {field}", profile.min_area * 100.0),
                false => format!("any part of {field}"),
            },
        ),
        (
            "Limits",
            format!(
                "a warning from {} flashes in a second on; more than {} fail. Two transitions are a flash",
                flashes(profile.warn_transitions),
                flashes(profile.max_transitions)
            ),
        ),
        (
            "Regular patterns",
            match profile.patterns {
                true => "more than five pairs of stripes on more than 40% of the picture, or 25% where they change, fail",
                false => "not looked for",
            }
            .to_owned(),
        ),
    ];
    format!("<dl>{}</dl>", list(&rows))
}

/// The data of one chart.
fn data(result: &ProfileResult, profile: &NamedProfile) -> Value {
    let column = |value: &dyn Fn(&Point) -> Value| -> Value {
        result.chart.points.iter().map(value).collect()
    };
    json!({
        "profile": profile.name,
        "time": column(&|p| json!(rounded(p.time))),
        "low": column(&|p| json!(rounded(p.low.into()))),
        "high": column(&|p| json!(rounded(p.high.into()))),
        "general": column(&|p| json!(p.general)),
        "red": column(&|p| json!(p.red)),
        "end": result.chart.end(),
        "warn_transitions": profile.profile.warn_transitions,
        "max_transitions": profile.profile.max_transitions,
        "incidents": result.shown().iter().map(|ShownIncident { incident, span, .. }| json!({
            "from": rounded(span.first.time.seconds()),
            "to": rounded(span.last.time.seconds()),
            "fails": incident.verdict == Verdict::Fail,
        })).collect::<Vec<_>>(),
    })
}

/// With as many digits as one can see.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Text in markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }

    #[test]
    fn text_that_is_filled_in_is_not_replaced() {
        let values = [("a", "{{b}}".to_owned()), ("b", "x".to_owned())];
        assert_eq!(fill("{{a}} {{b}}!", &values), "{{b}} x!");
    }

    #[test]
    fn days_have_dates() {
        assert_eq!(
            [0, 59, 11_016, 20_784].map(date),
            ["1970-01-01", "1970-03-01", "2000-02-29", "2026-11-27"]
        );
    }

    #[test]
    fn the_page_loads_nothing() {
        for template in [PAGE, INPUT, SECTION] {
            assert!(!template.contains("http://") && !template.contains("https://"));
        }
    }
}
