//! What videos are judged by: published profiles, or one with thresholds of the user's own.

use crate::args::ScanArgs;
use crate::failure::Failure;
use flashinator::{
    Analyser, AnalyserSettings, Display, Error, Field, Format, Light, Profile, Red, Shape,
};
use flashinator_report::Profiles;
use serde::Deserialize;

/// The profiles of the command line.
pub fn profiles(args: &ScanArgs) -> Result<Profiles, Failure> {
    let mut list = Profiles::named(&args.profiles, args.patterns).list;
    let Some(path) = &args.thresholds else {
        return Ok(Profiles { list, thresholds_file: None });
    };
    let file = path.display().to_string();
    let [one] = list.as_mut_slice() else {
        let problem = format!("it changes one profile, and --profile names {}", list.len());
        return Err(Failure::new(file, problem, "use one profile"));
    };
    let thresholds = Thresholds::read(&file)?;
    let base = one.profile;
    one.profile = thresholds.applied_to(base);
    check(&file, &base, &one.profile)?;
    one.title = format!("{file}, based on {}", one.title);
    Ok(Profiles { list, thresholds_file: Some(file) })
}

/// The thresholds of a file. Absent ones are those of the profile. Each key is also read by its old name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    light: Option<LightName>,
    yuv_display: Option<DisplayName>,
    white: Option<f32>,
    reference_white: Option<f32>,
    #[serde(alias = "step")]
    min_step: Option<f32>,
    #[serde(alias = "dark")]
    dark_limit: Option<f32>,
    #[serde(alias = "contrast")]
    min_contrast: Option<f32>,
    #[serde(alias = "red_distance")]
    red_min_distance: Option<f32>,
    #[serde(alias = "red_difference")]
    red_min_difference: Option<f32>,
    /// An old key without effect: dark colors are handled otherwise now.
    red_flare: Option<f32>,
    saturation: Option<f32>,
    longest: Option<f32>,
    together: Option<f32>,
    field: Option<FieldValue>,
    fit: Option<[f32; 2]>,
    #[serde(alias = "area")]
    min_area: Option<f32>,
    #[serde(alias = "warning")]
    warn_transitions: Option<u32>,
    #[serde(alias = "most")]
    max_transitions: Option<u32>,
    extended: Option<bool>,
    patterns: Option<bool>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LightName {
    /// The old name is `relative`.
    #[serde(alias = "relative")]
    Display,
    OfcomNote,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum DisplayName {
    Srgb,
    Bt1886,
}

impl From<DisplayName> for Display {
    fn from(name: DisplayName) -> Self {
        match name {
            DisplayName::Srgb => Self::Srgb,
            DisplayName::Bt1886 => Self::Bt1886,
        }
    }
}

/// Two numbers of CSS pixels, or a name.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a field is two numbers of CSS pixels, [341, 256], or \"picture\"")]
enum FieldValue {
    Size([f32; 2]),
    Named(FieldName),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FieldName {
    Picture,
    /// The old name of 341 x 256 CSS pixels.
    TenDegrees,
}

/// Rejects thresholds that make no sense; `base` is the profile that those of the file change.
fn check(file: &str, base: &Profile, profile: &Profile) -> Result<(), Failure> {
    // With a step above white no video would ever fail.
    if profile.min_step >= profile.white {
        let problem = format!("min_step is {}, but white is {}", profile.min_step, profile.white);
        return Err(Failure::new(file, problem, "use one unit for white, min_step and dark_limit"));
    }
    accepted(profile).map_err(|error| {
        let what = culprit(file, base).unwrap_or_else(|| "the thresholds together".to_owned());
        Failure::rejected(file, what, error)
    })
}

/// Whether the library takes a profile.
fn accepted(profile: &Profile) -> Result<(), Error> {
    let profiles = [*profile];
    let settings = AnalyserSettings { profiles: &profiles, ..AnalyserSettings::default() };
    let shape = Shape::new(Format::Gray8, 8, 8)?;
    Analyser::with_owned_memory(shape, &settings).map(|_| ())
}

/// The first threshold of a file that makes no sense by itself.
fn culprit(file: &str, base: &Profile) -> Option<String> {
    let all: toml::Table = toml::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    all.into_iter().find_map(|(key, value)| {
        let one: Thresholds = toml::Table::from_iter([(key.clone(), value)]).try_into().ok()?;
        accepted(&one.applied_to(*base)).err().map(|_| key)
    })
}

impl Thresholds {
    fn read(file: &str) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
        let thresholds: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let problem = format!("line {line}: {}", error.message());
            Failure::new(file, problem, "docs/scan.md lists the keys")
        })?;
        if thresholds.red_flare.is_some() {
            Failure::new(file, "red_flare no longer has any effect", "remove it").print();
        }
        Ok(thresholds)
    }

    fn applied_to(self, profile: Profile) -> Profile {
        let red = match (self.red_min_difference, self.red_min_distance) {
            (Some(min_difference), _) => Red::Difference { min_difference },
            (None, Some(min_distance)) => Red::Chromaticity { min_distance },
            (None, None) => profile.red,
        };
        Profile {
            light: match self.light {
                Some(LightName::Display) => Light::Display,
                Some(LightName::OfcomNote) => Light::OfcomNote,
                None => profile.light,
            },
            yuv_display: self.yuv_display.map_or(profile.yuv_display, Display::from),
            white: self.white.unwrap_or(profile.white),
            reference_white: self.reference_white.unwrap_or(profile.reference_white),
            min_step: self.min_step.unwrap_or(profile.min_step),
            dark_limit: self.dark_limit.unwrap_or(profile.dark_limit),
            min_contrast: self.min_contrast.unwrap_or(profile.min_contrast),
            red,
            saturation: self.saturation.unwrap_or(profile.saturation),
            longest: self.longest.unwrap_or(profile.longest),
            together: self.together.unwrap_or(profile.together),
            field: match self.field {
                Some(FieldValue::Size([width, height])) => Field::Css { width, height },
                Some(FieldValue::Named(FieldName::TenDegrees)) => Profile::WCAG_2_2.field,
                Some(FieldValue::Named(FieldName::Picture)) => Field::Picture,
                None => profile.field,
            },
            fit: self.fit.unwrap_or(profile.fit),
            min_area: self.min_area.unwrap_or(profile.min_area),
            warn_transitions: self.warn_transitions.unwrap_or(profile.warn_transitions),
            max_transitions: self.max_transitions.unwrap_or(profile.max_transitions),
            extended: self.extended.unwrap_or(profile.extended),
            patterns: self.patterns.unwrap_or(profile.patterns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(text: &str) -> Profile {
        toml::from_str::<Thresholds>(text).unwrap().applied_to(Profile::BT_1702)
    }

    #[test]
    fn old_keys_mean_the_same() {
        let new = "min_step = 15\ndark_limit = 150\nmin_contrast = 0.1\nmin_area = 0.2\n\
                   warn_transitions = 2\nmax_transitions = 5\nred_min_difference = 30\n\
                   light = \"display\"\nfield = [341, 256]";
        let old = "step = 15\ndark = 150\ncontrast = 0.1\narea = 0.2\nwarning = 2\nmost = 5\n\
                   red_difference = 30\nlight = \"relative\"\nfield = \"ten-degrees\"";
        assert_eq!(applied(new), applied(old));
        assert_ne!(applied(new), Profile::BT_1702);
        assert_eq!(applied("red_min_distance = 0.3"), applied("red_distance = 0.3"));
        assert!(toml::from_str::<Thresholds>("step = 1\nmin_step = 1").is_err());
    }

    #[test]
    fn every_key_changes_its_field() {
        let profile = applied(
            "light = \"ofcom-note\"\nyuv_display = \"srgb\"\nwhite = 100\nreference_white = 150\nsaturation = 0.7\n\
             longest = 0.066\ntogether = 0.01\nfield = [416.5, 416]\nfit = [1920, 1080]\n\
             extended = false\npatterns = false\ndark_limit = inf",
        );
        assert_eq!((profile.light, profile.yuv_display), (Light::OfcomNote, Display::Srgb));
        assert_eq!((profile.white, profile.saturation), (100.0, 0.7));
        assert_eq!(profile.reference_white, 150.0);
        assert_eq!((profile.longest, profile.together), (0.066, 0.01));
        assert_eq!(profile.field, Field::Css { width: 416.5, height: 416.0 });
        assert_eq!((profile.fit, profile.extended), ([1920.0, 1080.0], false));
        assert!(!profile.patterns && Profile::BT_1702.patterns);
        assert_eq!(profile.dark_limit, f32::INFINITY);
        assert_eq!(applied("field = \"picture\"").field, Field::Picture);
        assert!(toml::from_str::<Thresholds>("field = [1, 2, 3]").is_err());
        assert!(toml::from_str::<Thresholds>("field = \"all\"").is_err());
    }

    #[test]
    fn a_step_above_white_is_rejected() {
        let profile = Profile { min_step: 20.0, ..Profile::WCAG_2_2 };
        assert!(
            check("house.toml", &Profile::WCAG_2_2, &profile)
                .unwrap_err()
                .to_string()
                .contains("white is 1")
        );
        check("house.toml", &Profile::BT_1702, &Profile::BT_1702).unwrap();
    }
}
