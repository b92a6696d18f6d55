//! The summary as JSON, for programs. `docs/scan.schema.json` is its schema.

use super::flashing::FlashingSpan;
use super::profiles::{DisplayName, LightName, NamedProfile, Profiles};
use super::result::{ProfileResult, ScanResult};
use super::rows::numbers;
use super::words;
use crate::args::{BackgroundArg, ScanArgs};
use crate::failure::Failure;
use crate::output_file::write_file;
use flashinator::{
    Display, Field, Hazard, Incident, Light, Matrix, Pattern, Profile, Range, Red, Report, Verdict,
    Viewing,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

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
    error: Option<String>,
    profiles: Vec<Value>,
}

/// Writes the summary of all inputs.
pub fn write(
    path: &Path,
    results: &[ScanResult],
    profiles: &Profiles,
    args: &ScanArgs,
) -> Result<(), Failure> {
    let worst = results.iter().map(ScanResult::verdict).max().unwrap_or_default();
    let is_incomplete = worst < Verdict::Fail && results.iter().any(ScanResult::is_incomplete);
    let summary = Summary {
        schema: SCHEMA,
        tool: Tool { name: "flashinator", version: env!("CARGO_PKG_VERSION") },
        settings: settings(profiles, args),
        verdict: if is_incomplete { "incomplete" } else { worst.name() },
        inputs: results.iter().map(|result| input(result, profiles)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&summary).unwrap_or_default();
    text.push('\n');
    write_file(path, text.as_bytes())
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
        error: result.failure.as_ref().map(ToString::to_string),
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

fn settings(profiles: &Profiles, args: &ScanArgs) -> Value {
    json!({
        "profiles": profiles.list.iter().map(thresholds).collect::<Vec<_>>(),
        "thresholds_file": profiles.thresholds_file,
        "width": match args.width {
            None | Some(Viewing::Default) => Value::Null,
            Some(Viewing::CssWidth(pixels)) => json!({ "css_pixels": short(pixels) }),
            Some(Viewing::Degrees(degrees)) => json!({ "degrees": short(degrees) }),
        },
        "pixel_aspect": args.pixel_aspect.map(short),
        "background": match args.background {
            BackgroundArg::One([red, green, blue]) => format!("#{red:02x}{green:02x}{blue:02x}"),
            BackgroundArg::Both => "both".to_owned(),
        },
        "deinterlace": !args.no_deinterlace,
        "matrix": args.matrix.map(matrix_name),
        "range": args.range.map(range_name),
        "curve": args.curve,
        "primaries": args.primaries,
        "display": args.display,
        "start": args.start,
        "duration": args.duration,
        "crop": args.crop.map(numbers),
        "ignore": args.ignore.iter().copied().map(numbers).collect::<Vec<_>>(),
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
            Light::Display => LightName::Display,
            Light::OfcomNote => LightName::OfcomNote,
        },
        "yuv_display": match profile.yuv_display {
            Display::Srgb => DisplayName::Srgb,
            Display::Bt1886 => DisplayName::Bt1886,
        },
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

/// JSON has no infinity. `null` stands for no limit.
fn finite(value: f32) -> Option<f64> {
    value.is_finite().then(|| short(value))
}

/// The shortest decimal number that reads back to the same `f32`.
fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
