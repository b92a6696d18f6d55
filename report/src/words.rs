//! What people read of a result, in one place for the terminal, the page and the JSON summary.

use crate::flashing::FlashingSpan;
use crate::profiles::{NamedProfile, Profiles, unit};
use crate::result::{Limit, ProfileResult, ScanResult};
use crate::settings::Settings;
use flashinator::{
    Field, Hazard, Incident, Pattern, Profile, Rectangle, Report, Shape, Timestamp, Verdict,
    Viewing,
};

/// What the verdict on an input holds for.
#[must_use]
pub fn limits(result: &ScanResult, profiles: &Profiles, settings: &Settings) -> Vec<Limit> {
    let mut limits = Vec::new();
    let mut add = |narrows: bool, text: String| limits.push(Limit { text, narrows });
    if let Some(part) = settings.crop {
        add(true, format!("Only the part {} of the picture was checked.", rectangle(part)));
    }
    if let Some(shape) = result.shape.filter(|_| !settings.ignore.is_empty()) {
        let parts: Vec<_> = settings.ignore.iter().map(|part| rectangle(*part)).collect();
        let share = percent(covered(shape, &settings.ignore));
        add(true, format!("{share} of the picture was ignored: {}.", parts.join(", ")));
    }
    let end = settings.duration.filter(|_| result.is_cut).map(|length| settings.start + length);
    match (settings.start > 0.0, end) {
        (true, Some(end)) => {
            add(true, format!("Only {} to {} was checked.", time(settings.start), time(end)));
        }
        (true, None) => add(true, format!("Nothing before {} was checked.", time(settings.start))),
        (false, Some(end)) => add(true, format!("Nothing after {} was checked.", time(end))),
        (false, None) => {}
    }
    if let Some(file) = &profiles.thresholds_file {
        add(true, format!("The thresholds are those of {file}, not of the published standard."));
    }
    let shown = match settings.width {
        Viewing::CssWidth(pixels) => Some(format!("{pixels} CSS pixels")),
        Viewing::Degrees(degrees) => Some(format!("{degrees} degrees of the visual field")),
        Viewing::Default => None,
    };
    if let Some(shown) = shown {
        let text = format!(
            "The picture was judged as if shown {shown} wide. Shown larger, it may not pass."
        );
        add(true, text);
    }
    for named in &profiles.list {
        if let (Field::Css { .. }, Viewing::Default) = (named.profile.field, settings.width) {
            let [width, height] = named.profile.fit;
            let text = format!(
                "{}: the picture was judged as if fitted into {width}x{height} CSS pixels. Shown larger, it may not \
                 pass.",
                named.title
            );
            add(false, text);
        }
        if named.name == "trace24" {
            add(false, format!("{} is a proposal, not a standard.", named.title));
        }
        let restricts = matches!(named.name, "bt1702" | "ofcom");
        match (named.profile.patterns, restricts) {
            (true, _) => {
                let text = format!(
                    "{}: regular patterns were checked. Stripes narrower than 10 pixels a pair, in a picture of \
                     1280x720, are not seen.",
                    named.title
                );
                add(false, text);
            }
            (false, true) => add(
                true,
                format!(
                    "{} also restricts regular patterns, such as stripes. They were not checked.",
                    named.title
                ),
            ),
            (false, false) => add(
                false,
                format!(
                    "{} has no rule for regular patterns, such as stripes. They were not checked; --patterns checks them.",
                    named.title
                ),
            ),
        }
    }
    if settings.no_deinterlace {
        add(false, "Interlaced video was judged frame by frame, not field by field.".to_owned());
    }
    limits
}

/// The part of a picture that rectangles cover, 0 to 1.
fn covered(shape: Shape, parts: &[Rectangle]) -> f64 {
    let edges = |from: fn(&Rectangle) -> u32, length: fn(&Rectangle) -> u32| {
        let mut edges: Vec<u32> = parts
            .iter()
            .flat_map(|part| [from(part), from(part).saturating_add(length(part))])
            .collect();
        edges.sort_unstable();
        edges
    };
    let (xs, ys) =
        (edges(|part| part.x, |part| part.width), edges(|part| part.y, |part| part.height));
    let mut area = 0u64;
    for x in xs.windows(2) {
        for y in ys.windows(2) {
            let is_inside = |part: &Rectangle| {
                (part.x..part.x.saturating_add(part.width)).contains(&x[0])
                    && (part.y..part.y.saturating_add(part.height)).contains(&y[0])
            };
            if parts.iter().any(is_inside) {
                area += u64::from(x[1] - x[0]) * u64::from(y[1] - y[0]);
            }
        }
    }
    area as f64 / (f64::from(shape.width()) * f64::from(shape.height()))
}

/// The heading of a verdict.
#[must_use]
pub fn heading(result: &ScanResult) -> &'static str {
    match result.verdict() {
        _ if result.frames == 0 => "Not checked",
        _ if result.is_incomplete() => "Incomplete",
        Verdict::Pass if result.is_narrowed() => "Pass, for what was checked",
        verdict => word(verdict),
    }
}

/// The word of the verdict by one profile: a pass says if it is one in part.
#[must_use]
pub fn word_by(result: &ScanResult, one: &ProfileResult) -> &'static str {
    match one.summary.verdict {
        Verdict::Pass if result.is_narrowed() => "Pass, for what was checked",
        verdict => word(verdict),
    }
}

/// The word of a verdict.
#[must_use]
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass",
        Verdict::Warning => "Warning",
        Verdict::ExtendedWarning => "Extended warning",
        Verdict::Fail => "Fail",
    }
}

/// Whether the video may be published.
#[must_use]
pub fn advice(result: &ScanResult, profiles: &Profiles) -> String {
    let verdict = result.verdict();
    let by = |with: &dyn Fn(Verdict) -> bool| {
        let pairs = result.profiles.iter().zip(&profiles.list);
        let titles = pairs.filter(|(one, _)| with(one.summary.verdict));
        titles.map(|(_, profile)| &*profile.title).collect::<Vec<_>>().join(" and ")
    };
    let all = by(&|_| true);
    match verdict {
        Verdict::Fail => format!(
            "Do not publish it as it is: it does not meet {}, and it can cause seizures.",
            by(&|one| one == Verdict::Fail)
        ),
        _ if result.frames == 0 => "None of it could be checked.".to_owned(),
        _ if result.is_incomplete() => {
            "Do not publish it on the strength of this check: part of it was not checked, and may flash.".to_owned()
        }
        Verdict::ExtendedWarning => {
            "WCAG allows it. ITU-R BT.1702 and Ofcom call flashing that goes on for more than 5 seconds a risk: \
             shorten it before you publish the video."
                .to_owned()
        }
        _ if result.is_narrowed() => {
            "This does not clear the video for publication: not everything was checked, as listed below."
                .to_owned()
        }
        Verdict::Warning => format!("You may publish it under {all}, but it flashes nearly as often as is allowed."),
        Verdict::Pass => format!("You may publish it under {all}."),
    }
}

/// The verdict by all profiles in words.
#[must_use]
pub fn sentence(result: &ScanResult, profiles: &Profiles) -> String {
    let rest = if result.failure.is_some() { "; not all of it was checked" } else { "" };
    if let ([one], [profile]) = (&*result.profiles, &*profiles.list) {
        return format!("{} ({}){rest}", reason(one, profile), profile.title);
    }
    // The worst first.
    let groups = Verdict::ALL.into_iter().rev().filter_map(|verdict| {
        let pairs = result.profiles.iter().zip(&profiles.list);
        let with_verdict = pairs.filter(|(one, _)| one.summary.verdict == verdict);
        let titles: Vec<_> = with_verdict.map(|(_, profile)| &*profile.title).collect();
        let words = match verdict {
            Verdict::Pass => "passes",
            Verdict::Warning => "a warning by",
            Verdict::ExtendedWarning => "an extended warning by",
            Verdict::Fail => "fails",
        };
        (!titles.is_empty()).then(|| format!("{words} {}", titles.join(" and ")))
    });
    format!("{}{rest}", groups.collect::<Vec<_>>().join("; "))
}

/// Why one profile gives its verdict.
#[must_use]
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
            "up to {largest} {kind}flashes in a second, for at least 4 of 5 seconds; allowed by WCAG, a risk by \
             ITU-R BT.1702 after 5 s"
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
    if area > Pattern::MAX_AREA {
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

/// The hazards of an incident: those whose counts alone have its verdict, or its pattern.
fn hazards_of(incident: &Incident, profile: &Profile) -> Vec<Hazard> {
    let least = match incident.verdict {
        Verdict::Fail => profile.max_transitions + 1,
        _ => profile.warn_transitions,
    };
    let counts = |hazard: &Hazard| match hazard {
        Hazard::Pattern => incident.pattern.verdict == Verdict::Fail,
        Hazard::General | Hazard::Red => incident.transitions[*hazard] >= least,
    };
    Hazard::ALL.into_iter().filter(counts).collect()
}

/// The names of the hazards of an incident.
#[must_use]
pub fn hazards(incident: &Incident, profile: &Profile) -> String {
    let names: Vec<_> =
        hazards_of(incident, profile).into_iter().map(|hazard| hazard.name()).collect();
    names.join("+")
}

/// What is hazardous in an incident.
#[must_use]
pub fn kind(incident: &Incident, profile: &Profile) -> String {
    let name = |hazard| match hazard {
        Hazard::General => "flashes",
        Hazard::Red => "red flashes",
        Hazard::Pattern => "a regular pattern",
    };
    let names: Vec<_> = hazards_of(incident, profile).into_iter().map(name).collect();
    names.join(" and ")
}

/// How often it flashes and on which area, or how large its pattern is.
#[must_use]
pub fn extent(incident: &Incident, profile: &Profile) -> String {
    if incident.hazard == Hazard::Pattern {
        let Pattern { area, pairs, .. } = incident.pattern;
        return format!(
            "a regular pattern of {pairs:.0} pairs of stripes on {} of the picture",
            percent(area)
        );
    }
    let (count, area) = (flashes(incident.transitions.max()), percent(incident.worst.area));
    format!(
        "{}, up to {count} in a second, on {area} of {}",
        kind(incident, profile),
        field(profile, "an")
    )
}

/// What would make an incident pass.
#[must_use]
pub fn to_pass(incident: &Incident, profile: &Profile) -> String {
    if incident.hazard == Hazard::Pattern {
        return "To pass: keep the pattern to 40% of the picture, or 25% where it changes; or use no more than five pairs \
                of stripes; or lower its contrast; or let it move smoothly in one direction."
            .to_owned();
    }
    let count = incident.transitions.max();
    let mut ways = Vec::new();
    if incident.verdict == Verdict::Fail {
        let allowed = flashes(profile.max_transitions);
        ways.push(format!(
            "flash no more than {allowed} times in any second (now {})",
            flashes(count)
        ));
    } else {
        let least = flashes(profile.warn_transitions);
        ways.push(format!("flash fewer than {least} times in any second (now {})", flashes(count)));
        if incident.verdict == Verdict::ExtendedWarning {
            ways.push("flash for less than 4 of any 5 seconds".to_owned());
        }
    }
    if profile.min_area > 0.0 {
        let most = percent(profile.min_area.into());
        ways.push(format!(
            "keep the flashing to {most} of {} (now {})",
            field(profile, "any"),
            percent(incident.worst.area)
        ));
    }
    let mut gentler = Vec::new();
    for hazard in hazards_of(incident, profile) {
        match hazard {
            Hazard::General => {
                gentler.push(format!(
                    "change luminance by less than {} {}",
                    profile.min_step,
                    unit(profile)
                ));
            }
            Hazard::Red => gentler.push("use a less saturated red".to_owned()),
            Hazard::Pattern => {}
        }
    }
    ways.push(gentler.join(" and "));
    let words = match incident.verdict {
        Verdict::Fail => "To pass: ",
        _ => "Allowed. To be without a warning: ",
    };
    format!("{words}{}.", ways.join("; or "))
}

/// The area in which flashes are counted together, with an article.
#[must_use]
pub fn field(profile: &Profile, article: &str) -> String {
    match profile.field {
        Field::Css { width, height } => format!("{article} area of {width}x{height} CSS pixels"),
        Field::Picture => "the picture".to_owned(),
    }
}

/// Where in the picture a rectangle is.
#[must_use]
pub fn place(part: Rectangle, shape: Shape) -> String {
    let (width, height) = (f64::from(shape.width()), f64::from(shape.height()));
    let (across, down) = (f64::from(part.width) / width, f64::from(part.height) / height);
    if across > 0.8 && down > 0.8 {
        return "all over the picture".to_owned();
    }
    let third = |from: u32, length: u32, all: f64, names: [&'static str; 3]| {
        let middle = (f64::from(from) + f64::from(length) / 2.0) / all;
        names[(middle * 3.0).clamp(0.0, 2.0) as usize]
    };
    let column = third(part.x, part.width, width, ["left", "", "right"]);
    let row = third(part.y, part.height, height, ["top", "", "bottom"]);
    match (if down > 0.8 { "" } else { row }, if across > 0.8 { "" } else { column }) {
        ("", "") => "in the middle".to_owned(),
        ("", one) => format!("on the {one}"),
        (one, "") => format!("at the {one}"),
        (row, column) => format!("at the {row} {column}"),
    }
}

/// A rectangle in the form of the command line.
#[must_use]
pub fn rectangle(part: Rectangle) -> String {
    let Rectangle { x, y, width, height } = part;
    format!("{width}x{height}+{x}+{y}")
}

/// The frames of a stretch of flashing.
#[must_use]
pub fn frames(span: &FlashingSpan) -> String {
    format!("{}-{}", span.first.frame, span.last.frame)
}

/// A part of an area in percent.
#[must_use]
pub fn percent(part: f64) -> String {
    if part > 0.0 && part < 0.005 { "<1%".to_owned() } else { format!("{:.0}%", part * 100.0) }
}

/// Two transitions are a flash.
#[must_use]
pub fn flashes(transitions: u32) -> String {
    let half = if transitions.is_multiple_of(2) { "" } else { ".5" };
    format!("{}{half}", transitions / 2)
}

/// A time as minutes and seconds, from an hour on with hours before them.
#[must_use]
pub fn clock(time: Timestamp) -> String {
    hundredths((time.nanoseconds() + 5_000_000).div_euclid(10_000_000))
}

/// Seconds in the form of [`clock`].
#[must_use]
pub fn time(seconds: f64) -> String {
    hundredths((seconds * 100.0).round() as i64)
}

fn hundredths(hundredths: i64) -> String {
    let (minutes, rest) = (hundredths.div_euclid(6000), hundredths.rem_euclid(6000));
    let begin = match minutes {
        60.. => format!("{}:{:02}", minutes / 60, minutes % 60),
        _ => minutes.to_string(),
    };
    format!("{begin}:{:02}.{:02}", rest / 100, rest % 100)
}

/// A time as hours, minutes, seconds and frames at a rate, as editors count them, without dropped numbers; 0 is
/// 00:00:00:00.
#[must_use]
pub fn timecode(seconds: f64, rate: f64) -> String {
    let frame = (seconds * rate).round().max(0.0) as u64;
    let per_second = (rate.round() as u64).max(1);
    let (all, frames) = (frame / per_second, frame % per_second);
    format!("{:02}:{:02}:{:02}:{frames:02}", all / 3600, all / 60 % 60, all % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flashinator::Format;

    #[test]
    fn prints_flashes_and_times() {
        assert_eq!([0, 1, 6, 7].map(flashes), ["0", "0.5", "3", "3.5"]);
        let clock = |nanoseconds| clock(Timestamp::from_nanos(nanoseconds).unwrap());
        assert_eq!(clock(1_160_000_000), "0:01.16");
        assert_eq!(clock(61_999_000_000), "1:02.00");
        assert_eq!(clock(3_599_999_000_000), "1:00:00.00");
        assert_eq!(clock(7_325_500_000_000), "2:02:05.50");
        assert_eq!(timecode(61.2, 25.0), "00:01:01:05");
        // Frame 1800 at 29.97: the count of frames, not of seconds.
        assert_eq!(timecode(1800.0 * 1001.0 / 30000.0, 30000.0 / 1001.0), "00:01:00:00");
    }

    #[test]
    fn parts_that_overlap_count_once() {
        let shape = Shape::new(Format::Gray8, 10, 10).unwrap();
        let part = |x, y, width, height| Rectangle { x, y, width, height };
        assert_eq!(covered(shape, &[part(0, 0, 10, 5), part(2, 2, 4, 3)]), 0.5);
        assert_eq!(covered(shape, &[part(0, 0, 5, 5), part(5, 5, 5, 5)]), 0.5);
    }

    #[test]
    fn places_have_names() {
        let shape = Shape::new(Format::Gray8, 90, 90).unwrap();
        let at = |x, y, width, height| place(Rectangle { x, y, width, height }, shape);
        assert_eq!(at(0, 0, 90, 90), "all over the picture");
        assert_eq!(at(0, 0, 20, 20), "at the top left");
        assert_eq!(at(0, 0, 30, 90), "on the left");
        assert_eq!(at(30, 70, 30, 20), "at the bottom");
        assert_eq!(at(30, 30, 30, 30), "in the middle");
    }
}
