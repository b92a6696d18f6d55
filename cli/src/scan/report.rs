//! The report: a single web page that needs no other file.

use super::chart::Point;
use super::profiles::{NamedProfile, Profiles, unit};
use super::result::{ProfileResult, ScanResult};
use super::summary;
use super::terminal::{clock, flashes, percent, reason, sentence};
use super::thumbnail::Thumbnail;
use crate::failure::Failure;
use crate::output_file::write_file;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flashinator::{Field, Hazard, Incident, Light, Profile, Red, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// The page. `{{name}}` is replaced.
const PAGE: &str = include_str!("report.html");

/// The part of the page that is there for each profile.
const SECTION: &str = include_str!("report_profile.html");

/// Writes the page of one video.
pub fn write(path: &Path, result: &ScanResult, profiles: &Profiles) -> Result<(), Failure> {
    write_file(path, page(result, profiles).as_bytes())
}

/// The page of one video.
pub fn page(result: &ScanResult, profiles: &Profiles) -> String {
    let pairs = || result.profiles.iter().zip(&profiles.list);
    let sections = pairs().enumerate().map(|(index, (one, profile))| section(index, one, profile));
    let data: Vec<Value> = pairs().map(|(one, profile)| data(result, one, profile)).collect();
    let (class, word) = match result.is_incomplete() {
        true => ("warning", "Incomplete"),
        false => style(result.verdict()),
    };
    let advice = match result.is_incomplete() {
        true => "Not all of the video was analysed. What is missing may flash.",
        false => advice(result.verdict()),
    };
    fill(
        PAGE,
        &[
            ("name", escaped(&result.name)),
            ("class", class.to_owned()),
            ("word", word.to_owned()),
            ("sentence", escaped(&sentence(result, profiles))),
            ("advice", escaped(advice)),
            ("incomplete", incomplete(result)),
            ("comparison", comparison(result, profiles)),
            ("sections", sections.collect()),
            ("input", input(result)),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            // In a script nothing may look like its end.
            ("data", Value::Array(data).to_string().replace('<', "\\u003c")),
        ],
    )
}

fn section(index: usize, result: &ProfileResult, profile: &NamedProfile) -> String {
    let (_, word) = style(result.summary.verdict);
    fill(
        SECTION,
        &[
            ("index", index.to_string()),
            ("title", escaped(&profile.title)),
            ("word", word.to_owned()),
            ("incidents", incidents(index, result)),
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

/// The CSS class and the word of a verdict.
fn style(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Pass => ("pass", "Pass"),
        Verdict::Warning => ("warning", "Warning"),
        Verdict::ExtendedWarning => ("warning", "Extended warning"),
        Verdict::Fail => ("fail", "Fail"),
    }
}

/// What a producer can do.
fn advice(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "The video can be shown.",
        Verdict::Warning => {
            "The video can be shown, but it flashes as often as is allowed. A longer stretch of such flashing \
             is a risk."
        }
        Verdict::ExtendedWarning => {
            "WCAG allows the video. By ITU-R BT.1702 it is a risk, because it flashes for more than 5 seconds: \
             better shorten the stretches below, or use fewer flashes, a smaller area, or less contrast."
        }
        Verdict::Fail => {
            "Do not publish the video as it is. It can cause seizures. In the stretches below, use fewer flashes, \
             a smaller area, or less contrast."
        }
    }
}

fn incomplete(result: &ScanResult) -> String {
    result.failure.as_ref().map_or(String::new(), |failure| {
        let failure = escaped(&failure.to_string());
        format!("<p class=\"incomplete\" role=\"alert\">Incomplete. {failure}</p>")
    })
}

/// Several profiles side by side.
fn comparison(result: &ScanResult, profiles: &Profiles) -> String {
    if profiles.list.len() < 2 {
        return String::new();
    }
    let mut html = String::from(
        "<div class=\"scroll\"><table><thead><tr><th>Profile</th><th>Verdict</th><th class=\"number\">Flashes/s</th>\
         <th class=\"number\">Incidents</th><th>Reason</th></tr></thead><tbody>",
    );
    for (index, (one, profile)) in result.profiles.iter().zip(&profiles.list).enumerate() {
        let (class, word) = style(one.summary.verdict);
        // Writing to a string does not fail.
        let _ = write!(
            html,
            "<tr class=\"{class}\"><td><a href=\"#p{index}\">{}</a></td><td class=\"verdict-word\">{word}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
            escaped(&profile.title),
            flashes(one.summary.worst.transitions.max()),
            one.summary.incidents,
            escaped(&reason(one, profile)),
        );
    }
    html.push_str("</tbody></table></div>");
    html
}

fn incidents(index: usize, result: &ProfileResult) -> String {
    if result.incidents.is_empty() {
        return "<p>None.</p>".into();
    }
    let mut html = String::from("<ol class=\"incidents\">");
    for (number, incident) in result.incidents.iter().enumerate() {
        let kind = match incident.hazard {
            Hazard::General => "flashes",
            Hazard::Red => "red flashes",
            Hazard::Pattern => "a regular pattern",
        };
        let (class, word) = style(incident.verdict);
        let _ = write!(
            html,
            "<li class=\"{class}\"><div><h3><a href=\"#p{index}\" data-from=\"{}\" data-to=\"{}\">{} to {}</a></h3>\
             <p>{word}: up to {} {kind} in a second, over {} of the field.</p></div>",
            incident.start.seconds(),
            incident.end.seconds(),
            clock(incident.start),
            clock(incident.end),
            flashes(incident.transitions.max()),
            escaped(&percent(incident.worst.area)),
        );
        if let Some(thumbnail) = result.pictures.get(number) {
            html.push_str(&picture(incident, thumbnail));
        }
        html.push_str("</li>");
    }
    html.push_str("</ol>");
    let more = (result.summary.incidents as usize).saturating_sub(result.incidents.len());
    if more > 0 {
        let _ = write!(html, "<p>And {more} more.</p>");
    }
    html
}

/// The frame, the cells that flash, and the box around them.
fn picture(incident: &Incident, thumbnail: &Thumbnail) -> String {
    let (width, height) = thumbnail.size;
    let flashing = incident.flashing;
    let mut svg = format!(
        "<svg class=\"picture\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"The frame at {}, \
         darkened; what flashes is in a box of {} by {} pixels at {}, {}\"><image class=\"frame\" \
         width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,{}\" />",
        clock(incident.peak),
        flashing.width,
        flashing.height,
        flashing.x,
        flashing.y,
        BASE64_STANDARD.encode(&thumbnail.frame_png),
    );
    if let Some(mask) = &thumbnail.mask {
        let cells = mask.rectangle;
        let _ = write!(
            svg,
            "<image class=\"mask\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
             href=\"data:image/png;base64,{}\" />",
            cells.x,
            cells.y,
            cells.width,
            cells.height,
            BASE64_STANDARD.encode(&mask.png),
        );
    }
    let _ = write!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" /></svg>",
        flashing.x, flashing.y, flashing.width, flashing.height,
    );
    svg
}

fn input(result: &ScanResult) -> String {
    let size = result.shape.map_or(String::new(), |s| format!("{}x{}, ", s.width(), s.height()));
    let looped = if result.looped { ", repeated as a player does" } else { "" };
    let text =
        format!("{size}{} frames, {}, {:.2} s{looped}", result.frames, result.pixels, result.end);
    let notes = result.notes.iter().map(|note| format!("<p>{}</p>", escaped(note)));
    format!("<p>{}</p>{}", escaped(&text), notes.collect::<String>())
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
    let field = match profile.field {
        Field::Css { width, height } => format!("any {width} × {height} CSS pixels"),
        Field::Picture => "the picture".to_owned(),
    };
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
                true => format!("more than {:.0} % of {field}", profile.min_area * 100.0),
                false => format!("any part of {field}"),
            },
        ),
        (
            "Limits",
            format!(
                "a warning from {} transitions in a second; more than {}, or {} flashes, fail",
                profile.warn_transitions,
                profile.max_transitions,
                flashes(profile.max_transitions)
            ),
        ),
    ];
    let mut html = String::from("<dl>");
    for (term, description) in rows {
        let _ = write!(html, "<dt>{term}</dt><dd>{}</dd>", escaped(&description));
    }
    html.push_str("</dl>");
    html
}

/// The data of one chart.
fn data(scan: &ScanResult, result: &ProfileResult, profile: &NamedProfile) -> Value {
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
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
        "verdict": column(&|p| json!(p.verdict)),
        "end": scan.end,
        "warn_transitions": profile.profile.warn_transitions,
        "max_transitions": profile.profile.max_transitions,
        "incidents": result
            .incidents
            .iter()
            .map(|incident| summary::incident(incident, &profile.profile))
            .collect::<Vec<_>>(),
    })
}

fn escaped(text: &str) -> String {
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
    fn the_page_loads_nothing() {
        for template in [PAGE, SECTION] {
            assert!(!template.contains("http://") && !template.contains("https://"));
        }
    }
}
