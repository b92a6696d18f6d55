//! The report: one page that needs nothing else.

use super::profiles::Rules;
use super::result::ScanResult;
use super::rows::write_whole;
use super::summary;
use super::terminal::{because, flashes, when};
use crate::failure::Failure;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flashinator::{Field, Flash, Red, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// The page, with places for what differs from video to video.
const PAGE: &str = include_str!("report.html");

/// Writes the page of one video.
pub fn write(path: &Path, one: &ScanResult, rules: &Rules) -> Result<(), Failure> {
    write_whole(path, page(one, rules).as_bytes())
}

fn page(one: &ScanResult, rules: &Rules) -> String {
    let (class, word) = match one.summary.verdict {
        Verdict::Pass => ("pass", "Pass"),
        Verdict::Warning => ("warning", "Warning"),
        Verdict::ExtendedFail | Verdict::Fail => ("fail", "Fail"),
    };
    let places = [
        ("{{name}}", escaped(&one.name)),
        ("{{class}}", class.to_owned()),
        ("{{word}}", word.to_owned()),
        ("{{because}}", escaped(&because(one, rules))),
        ("{{advice}}", escaped(advice(one.summary.verdict))),
        ("{{incomplete}}", incomplete(one)),
        ("{{incidents}}", incidents(one)),
        ("{{settings}}", settings(one, rules)),
        ("{{version}}", env!("CARGO_PKG_VERSION").to_owned()),
        ("{{data}}", data(one, rules)),
    ];
    // In one go over the page, so that nothing that is put in is taken for a place.
    let mut page = String::with_capacity(PAGE.len() + 4096);
    let mut rest = PAGE;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        page.push_str(before);
        match places.iter().find(|(place, _)| from.starts_with(place)) {
            Some((place, text)) => {
                page.push_str(text);
                rest = &from[place.len()..];
            }
            None => {
                page.push_str("{{");
                rest = &from[2..];
            }
        }
    }
    page.push_str(rest);
    page
}

/// What a producer may do about it.
fn advice(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "By this standard the video can be shown.",
        Verdict::Warning => {
            "By this standard the video can be shown, but it flashes as often as is allowed. Longer \
             stretches of such flashing would fail."
        }
        Verdict::ExtendedFail => {
            "Do not publish the video as it is. It flashes for too long at a rate that would be allowed for \
             a moment: shorten the stretches below, or flash less often, over a smaller part of the \
             picture, or with less contrast."
        }
        Verdict::Fail => {
            "Do not publish the video as it is. It can throw viewers into a seizure: in the stretches below \
             flash less often, over a smaller part of the picture, or with less contrast."
        }
    }
}

fn incomplete(one: &ScanResult) -> String {
    one.failure.as_ref().map_or(String::new(), |failure| {
        format!(
            "<p class=\"incomplete\" role=\"alert\">Incomplete. {}</p>",
            escaped(&failure.to_string())
        )
    })
}

fn incidents(one: &ScanResult) -> String {
    if one.incidents.is_empty() {
        return "<p>There are none.</p>".into();
    }
    let mut html = String::from("<ol class=\"incidents\">");
    for (i, incident) in one.incidents.iter().enumerate() {
        let kind = match incident.flash {
            Flash::General => "flashes",
            Flash::Red => "red flashes",
        };
        let class = if incident.verdict >= Verdict::ExtendedFail { "fail" } else { "warning" };
        // Writing to a string does not fail.
        let _ = write!(
            html,
            "<li class=\"{class}\"><div><h3><a href=\"#timeline\" data-from=\"{}\" data-to=\"{}\">{} to \
             {}</a></h3><p>{}: up to {} {kind} in a second, over {:.0} % of the field.</p></div>",
            incident.start as f64 / 1e9,
            incident.end as f64 / 1e9,
            when(incident.start),
            when(incident.end),
            match incident.verdict {
                Verdict::Fail => "Fails",
                Verdict::ExtendedFail => "Fails by its length",
                _ => "Warning",
            },
            flashes(incident.count()),
            incident.worst.area * 100.0,
        );
        if let Some(picture) = one.pictures.get(i) {
            let (width, height) = picture.whole;
            let field = incident.worst.field;
            let (x, y) = (field.x + picture.part.x, field.y + picture.part.y);
            let _ = write!(
                html,
                "<svg class=\"picture\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"The frame \
                 at {}, darkened; the outline is the field that flashes most: {} by {} pixels at {x}, \
                 {y}\"><image width=\"{width}\" height=\"{height}\" href=\"data:image/png;base64,{}\" \
                 /><rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" /></svg>",
                when(incident.peak),
                field.width,
                field.height,
                BASE64_STANDARD.encode(&picture.png),
                field.width,
                field.height,
            );
        }
        html.push_str("</li>");
    }
    html.push_str("</ol>");
    let more = (one.summary.incidents as usize).saturating_sub(one.incidents.len());
    if more > 0 {
        let _ = write!(html, "<p>And {more} more.</p>");
    }
    html
}

fn settings(one: &ScanResult, rules: &Rules) -> String {
    let profile = &rules.profile;
    let size = one.shape.map_or(String::new(), |s| format!("{}x{}, ", s.width(), s.height()));
    let red = match profile.red {
        Red::Chromaticity { distance, .. } => {
            format!("a change of more than {distance} in CIE 1976 u'v'")
        }
        Red::Difference { least } => format!("a change of more than {least} in (R - G - B) · 320"),
    };
    let rows = [
        ("Standard", rules.title()),
        (
            "Video",
            format!("{size}{} frames, {}, {:.2} s", one.summary.frames, one.colours, one.chart.end),
        ),
        (
            "A general transition",
            format!(
                "a change of luminance of {} {} or more, the darker end below {}",
                profile.step,
                rules.unit(),
                profile.dark
            ),
        ),
        ("A red transition", format!("{red}, one end a saturated red")),
        (
            "Counted together",
            format!(
                "in more than {:.0} % of {}",
                profile.area * 100.0,
                match profile.field {
                    Field::TenDegrees => "any 10 degrees of the visual field",
                    Field::Picture => "the picture",
                }
            ),
        ),
        (
            "Limits",
            format!(
                "a warning from {} transitions in a second on; more than {}, {} flashes, fail",
                profile.warning,
                profile.most,
                flashes(profile.most)
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

/// What the chart is drawn from.
fn data(one: &ScanResult, rules: &Rules) -> String {
    let rounded = |value: f32| (f64::from(value) * 1e4).round() / 1e4;
    let column = |of: &dyn Fn(&super::chart::Point) -> Value| -> Value {
        one.chart.points.iter().map(of).collect()
    };
    let data = json!({
        "time": column(&|p| json!((p.time * 1e4).round() / 1e4)),
        "low": column(&|p| json!(rounded(p.low))),
        "high": column(&|p| json!(rounded(p.high))),
        "general": column(&|p| json!(p.general)),
        "red": column(&|p| json!(p.red)),
        "verdict": column(&|p| json!(p.verdict)),
        "end": one.chart.end,
        "unit": rules.unit(),
        "warning": rules.profile.warning,
        "most": rules.profile.most,
        "incidents": one.incidents.iter().map(summary::incident).collect::<Vec<_>>(),
    });
    // In a script nothing may look like its end.
    data.to_string().replace('<', "\\u003c")
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
    fn the_page_has_every_place_once_or_more() {
        for place in ["name", "class", "word", "because", "advice", "incidents", "settings", "data"]
        {
            assert!(PAGE.contains(&format!("{{{{{place}}}}}")), "{place}");
        }
        assert!(!PAGE.contains("http://") && !PAGE.contains("https://"));
    }
}
