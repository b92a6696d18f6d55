//! The summary as JSON, for programs. `docs/scan.schema.json` is its schema.

use super::profiles::Rules;
use super::result::ScanResult;
use super::rows::write_whole;
use crate::args::ScanArgs;
use crate::failure::Failure;
use flashinator::{Field, Incident, Light, Red, Report};
use serde::Serialize;
use serde_json::{Value, json};
use std::path::Path;

/// The version of the schema: it changes where something is taken away or means another thing.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Summary<'a> {
    schema: u32,
    tool: Tool,
    settings: Value,
    /// The worst verdict of all inputs.
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
    /// How the pixels were taken.
    pixels: &'a str,
    frames: u64,
    /// When the last frame is shown, in seconds.
    end: f64,
    /// An animation that is shown again and again was followed beyond its end.
    repeated: bool,
    verdict: &'static str,
    /// All frames were analysed.
    complete: bool,
    error: Option<String>,
    /// The end of the worst second.
    worst: Value,
    /// Incidents in all.
    incident_count: u64,
    /// The first of them.
    incidents: Vec<Value>,
}

/// Writes the summary of all inputs.
pub fn write(
    path: &Path,
    scanned: &[ScanResult],
    rules: &Rules,
    args: &ScanArgs,
) -> Result<(), Failure> {
    let verdicts = scanned.iter().map(|one| one.summary.verdict);
    let summary = Summary {
        schema: SCHEMA,
        tool: Tool { name: "flashinator", version: env!("CARGO_PKG_VERSION") },
        settings: settings(rules, args),
        verdict: verdicts.max().unwrap_or_default().name(),
        inputs: scanned.iter().map(input).collect(),
    };
    let mut text = serde_json::to_string_pretty(&summary).unwrap_or_default();
    text.push('\n');
    write_whole(path, text.as_bytes())
}

fn input(one: &ScanResult) -> Input<'_> {
    Input {
        name: &one.name,
        width: one.shape.map(|shape| shape.width()),
        height: one.shape.map(|shape| shape.height()),
        pixels: &one.colours,
        frames: one.summary.frames,
        end: one.chart.end,
        repeated: one.repeated,
        verdict: one.summary.verdict.name(),
        complete: one.failure.is_none(),
        error: one.failure.as_ref().map(ToString::to_string),
        worst: worst(&one.summary.worst),
        incident_count: one.summary.incidents,
        incidents: one.incidents.iter().map(incident).collect(),
    }
}

fn worst(report: &Report) -> Value {
    let field = report.worst.field;
    json!({
        "frame": report.frame,
        "time": seconds(report.time),
        "general_transitions": report.general,
        "red_transitions": report.red,
        "area": short(report.worst.area),
        "field": [field.x, field.y, field.width, field.height],
    })
}

/// An incident.
pub fn incident(incident: &Incident) -> Value {
    let field = incident.worst.field;
    json!({
        "first_frame": incident.first_frame,
        "last_frame": incident.last_frame,
        "start": seconds(incident.start),
        "end": seconds(incident.end),
        "verdict": incident.verdict.name(),
        "flash": incident.flash.name(),
        "general_transitions": incident.general,
        "red_transitions": incident.red,
        "flashes_per_second": f64::from(incident.count()) / 2.0,
        "peak_frame": incident.peak_frame,
        "peak": seconds(incident.peak),
        "area": short(incident.worst.area),
        "field": [field.x, field.y, field.width, field.height],
    })
}

/// What was judged by.
pub fn settings(rules: &Rules, args: &ScanArgs) -> Value {
    let profile = &rules.profile;
    let rectangle = |r: &flashinator::Rectangle| json!([r.x, r.y, r.width, r.height]);
    json!({
        "profile": rules.standard.name(),
        "thresholds_file": rules.thresholds,
        "light": match profile.light { Light::Relative => "relative", Light::Display => "display" },
        "step": short(profile.step),
        "dark": short(profile.dark),
        "contrast": profile.contrast.is_finite().then(|| short(profile.contrast)),
        "red": match profile.red {
            Red::Chromaticity { distance, flare } => json!({"distance": short(distance), "flare": short(flare)}),
            Red::Difference { least } => json!({"difference": short(least)}),
        },
        "saturation": short(profile.saturation),
        "field": match profile.field {
            Field::TenDegrees => "ten-degrees",
            Field::Picture => "picture",
        },
        "area": short(profile.area),
        "warning": profile.warning,
        "most": profile.most,
        "width_degrees": rules.width.map(short),
        "start": args.start,
        "duration": args.duration,
        "crop": args.crop.as_ref().map(rectangle),
        "ignore": args.ignore.iter().map(rectangle).collect::<Vec<_>>(),
    })
}

/// A number in as few digits as tell it from its neighbours.
fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn seconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / 1e9
}
