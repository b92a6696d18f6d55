//! The summary as JSON, for programs. `docs/scan.schema.json` is its schema.

use crate::flashing::FlashingSpan;
use crate::profiles::{NamedProfile, Profiles};
use crate::result::{ProfileResult, ScanResult};
use crate::row::numbers;
use crate::settings::Settings;
use crate::words;
use flashinator::{
    Curve, Display, Field, Hazard, Incident, Light, Matrix, Pattern, Primaries, Profile, Range,
    Red, Report, Verdict, Viewing,
};
use serde::Serialize;
use serde_json::{Value, json};

/// The version of the schema. It changes if something is removed or changes its meaning.
const SCHEMA: u32 = 2;

#[derive(Serialize)]
struct Summary<'a> {
    schema: u32,
    tool: Tool,
    settings: Value,
    /// The worst verdict of all inputs, or `incomplete`.
    verdict: &'static str,
    inputs: Vec<Input<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Input<'a> {
    name: &'a str,
    width: Option<u32>,
    height: Option<u32>,
    /// How the pixels were interpreted.
    pixels: &'a str,
    frames: u64,
    /// When the last frame is shown, in seconds.
    end: f64,
    /// An animation that repeats was followed beyond its end.
    looped: bool,
    /// What is worth telling about how the input was read.
    notes: &'a [String],
    /// What the verdict holds for.
    limits: Vec<Value>,
    /// The worst verdict by any profile, or `incomplete`.
    verdict: &'static str,
    /// All frames were analysed.
    complete: bool,
    error: Option<&'a str>,
    profiles: Vec<Value>,
}

/// The summary of all inputs.
#[must_use]
pub fn json(results: &[ScanResult], profiles: &Profiles, settings: &Settings) -> String {
    let worst = results.iter().map(ScanResult::verdict).max().unwrap_or_default();
    let is_incomplete = worst < Verdict::Fail && results.iter().any(ScanResult::is_incomplete);
    let summary = Summary {
        schema: SCHEMA,
        tool: Tool { name: "flashinator", version: env!("CARGO_PKG_VERSION") },
        settings: settings_of(profiles, settings),
        verdict: if is_incomplete { "incomplete" } else { worst.name() },
        inputs: results.iter().map(|result| input(result, profiles)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&summary).unwrap_or_default();
    text.push('\n');
    text
}

fn input<'a>(result: &'a ScanResult, profiles: &Profiles) -> Input<'a> {
    let pairs = result.profiles.iter().zip(&profiles.list);
    Input {
        name: &result.name,
        width: result.shape.map(|shape| shape.width()),
        height: result.shape.map(|shape| shape.height()),
        pixels: &result.pixels,
        frames: result.frames,
        end: result.end,
        looped: result.looped,
        notes: &result.notes,
        limits: result
            .limits
            .iter()
            .map(|limit| json!({ "text": limit.text, "narrows": limit.narrows }))
            .collect(),
        verdict: result.verdict_name(),
        complete: result.failure.is_none(),
        error: result.failure.as_deref(),
        profiles: pairs.map(|(one, profile)| by_profile(one, profile)).collect(),
    }
}

fn by_profile(result: &ProfileResult, profile: &NamedProfile) -> Value {
    let incidents = result.kept().map(|kept| incident(kept, &profile.profile));
    json!({
        "profile": profile.name,
        "verdict": result.summary.verdict.name(),
        "worst": worst(&result.summary.worst, &profile.profile),
        "incident_count": result.summary.incidents,
        "incidents": incidents.collect::<Vec<_>>(),
    })
}

/// A regular pattern, where the profile looks for any.
fn pattern(pattern: &Pattern, profile: &Profile) -> Option<Value> {
    profile.patterns.then(|| {
        json!({
            "area": pattern.area,
            "changing": pattern.changing,
            "pairs": pattern.pairs,
            "motion": pattern.motion.name(),
            "verdict": pattern.verdict.name(),
            "bounds": numbers(pattern.bounds),
        })
    })
}

fn worst(report: &Report, profile: &Profile) -> Value {
    json!({
        "pattern": pattern(&report.pattern, profile),
        "frame": report.frame,
        "time": report.time.seconds(),
        "general_transitions": report.transitions[Hazard::General],
        "red_transitions": report.transitions[Hazard::Red],
        "area": report.worst.area,
        "field": numbers(report.worst.field),
        "flashing": numbers(report.flashing),
    })
}

/// An incident, and when its flashes are.
fn incident((incident, span): (&Incident, &FlashingSpan), profile: &Profile) -> Value {
    json!({
        "pattern": pattern(&incident.pattern, profile),
        "flashes_first_frame": span.first.frame,
        "flashes_last_frame": span.last.frame,
        "flashes_start": span.first.time.seconds(),
        "flashes_end": span.last.time.seconds(),
        "to_pass": words::to_pass(incident, profile),
        "first_frame": incident.first_frame,
        "last_frame": incident.last_frame,
        "start": incident.start.seconds(),
        "end": incident.end.seconds(),
        "verdict": incident.verdict.name(),
        "hazard": incident.hazard.name(),
        "general_transitions": incident.transitions[Hazard::General],
        "red_transitions": incident.transitions[Hazard::Red],
        "flashes_per_second": f64::from(incident.transitions.max()) / 2.0,
        "peak_frame": incident.peak_frame,
        "peak": incident.peak.seconds(),
        "area": incident.worst.area,
        "field": numbers(incident.worst.field),
        "flashing": numbers(incident.flashing),
    })
}

fn settings_of(profiles: &Profiles, settings: &Settings) -> Value {
    let hex = |[red, green, blue]: [u8; 3]| format!("#{red:02x}{green:02x}{blue:02x}");
    json!({
        "profiles": profiles.list.iter().map(thresholds).collect::<Vec<_>>(),
        "thresholds_file": profiles.thresholds_file,
        "width": match settings.width {
            Viewing::Default => Value::Null,
            Viewing::CssWidth(pixels) => json!({ "css_pixels": short(pixels) }),
            Viewing::Degrees(degrees) => json!({ "degrees": short(degrees) }),
        },
        "pixel_aspect": settings.pixel_aspect.map(short),
        "background": match *settings.backgrounds {
            [one] => hex(one),
            _ => "both".to_owned(),
        },
        "deinterlace": !settings.no_deinterlace,
        "matrix": settings.matrix.map(matrix_name),
        "range": settings.range.map(range_name),
        "curve": settings.curve.map(curve_name),
        "primaries": settings.primaries.map(primaries_name),
        "display": settings.display.map(display_name),
        "start": settings.start,
        "duration": settings.duration,
        "crop": settings.crop.map(numbers),
        "ignore": settings.ignore.iter().copied().map(numbers).collect::<Vec<_>>(),
    })
}

/// The thresholds of a profile, with the keys of a threshold file.
fn thresholds(named: &NamedProfile) -> Value {
    let profile = &named.profile;
    let (distance, difference) = match profile.red {
        Red::Chromaticity { min_distance } => (Some(short(min_distance)), None),
        Red::Difference { min_difference } => (None, Some(short(min_difference))),
    };
    json!({
        "profile": named.name,
        "light": match profile.light {
            Light::Display => "display",
            Light::OfcomNote => "ofcom-note",
        },
        "yuv_display": display_name(profile.yuv_display),
        "white": short(profile.white),
        "reference_white": short(profile.reference_white),
        "min_step": short(profile.min_step),
        "dark_limit": finite(profile.dark_limit),
        "min_contrast": finite(profile.min_contrast),
        "red_min_distance": distance,
        "red_min_difference": difference,
        "saturation": short(profile.saturation),
        "longest": finite(profile.longest),
        "together": short(profile.together),
        "field": match profile.field {
            Field::Css { width, height } => json!([short(width), short(height)]),
            Field::Picture => json!("picture"),
        },
        "fit": profile.fit.map(short),
        "min_area": short(profile.min_area),
        "warn_transitions": profile.warn_transitions,
        "max_transitions": profile.max_transitions,
        "extended": profile.extended,
        "patterns": profile.patterns,
    })
}

/// The name of a matrix on the command line.
fn matrix_name(matrix: Matrix) -> &'static str {
    match matrix {
        Matrix::Bt601 => "bt601",
        Matrix::Bt709 => "bt709",
        Matrix::Bt2020 => "bt2020",
    }
}

/// The name of a range on the command line.
fn range_name(range: Range) -> &'static str {
    match range {
        Range::Full => "full",
        Range::Limited => "limited",
    }
}

/// The name of a transfer function on the command line.
fn curve_name(curve: Curve) -> &'static str {
    match curve {
        Curve::Sdr => "sdr",
        Curve::Pq => "pq",
        Curve::Hlg => "hlg",
    }
}

/// The name of primaries on the command line.
fn primaries_name(primaries: Primaries) -> &'static str {
    match primaries {
        Primaries::Bt709 => "bt709",
        Primaries::Bt2020 => "bt2020",
    }
}

/// The name of a display on the command line.
fn display_name(display: Display) -> &'static str {
    match display {
        Display::Srgb => "srgb",
        Display::Bt1886 => "bt1886",
    }
}

/// JSON has no infinity. `null` stands for no limit.
fn finite(value: f32) -> Option<f64> {
    value.is_finite().then(|| short(value))
}

/// The shortest decimal number that reads back to the same `f32`.
fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
