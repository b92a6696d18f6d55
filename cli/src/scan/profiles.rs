//! What videos are judged by: a standard, or thresholds of the user's own.

use crate::args::{ScanArgs, Standard};
use crate::failure::Failure;
use flashinator::{
    Analyser, AnalyserSettings, Error, Field, Format, Light, Profile, Red, Shape, Viewing,
};
use serde::{Deserialize, Serialize};

/// A standard or what differs from it.
pub struct Rules {
    pub standard: Standard,
    pub profile: Profile,
    /// The file with thresholds, if there is one.
    pub thresholds: Option<String>,
    pub width: Option<f32>,
}

/// The thresholds of a file; absent ones are those of the profile. Each key is also read by its old name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    /// `relative` or `display`.
    light: Option<LightName>,
    #[serde(alias = "step")]
    min_step: Option<f32>,
    #[serde(alias = "dark")]
    dark_limit: Option<f32>,
    #[serde(alias = "contrast")]
    min_contrast: Option<f32>,
    red_distance: Option<f32>,
    red_flare: Option<f32>,
    red_difference: Option<f32>,
    saturation: Option<f32>,
    /// `ten-degrees` or `picture`.
    field: Option<FieldName>,
    #[serde(alias = "area")]
    min_area: Option<f32>,
    #[serde(alias = "warning")]
    warn_transitions: Option<u32>,
    #[serde(alias = "most")]
    max_transitions: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LightName {
    Relative,
    Display,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldName {
    TenDegrees,
    Picture,
}

impl Rules {
    pub fn new(args: &ScanArgs) -> Result<Self, Failure> {
        let standard = args.profile;
        let mut rules =
            Self { standard, profile: standard.profile(), thresholds: None, width: args.width };
        let Some(path) = &args.thresholds else { return Ok(rules) };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::new(&name, error, "give a file that can be read"))?;
        let given: Thresholds = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let what = format!("line {line}: {}", error.message());
            Failure::new(&name, what, "see the thresholds that docs/scan.md lists")
        })?;
        rules.profile = given.applied(rules.profile);
        // A small analyser is made to see whether the numbers make sense.
        let settings = AnalyserSettings { profile: rules.profile, ..AnalyserSettings::default() };
        Shape::new(Format::Gray8, 8, 8)
            .and_then(|shape| Analyser::memory_needed(shape, &settings))
            .map_err(|error: Error| Failure::rejected(&name, "as thresholds", error))?;
        rules.thresholds = Some(name);
        Ok(rules)
    }

    /// What people call it.
    pub fn title(&self) -> String {
        match &self.thresholds {
            None => self.standard.title().to_owned(),
            Some(file) => format!("{file}, from {}", self.standard.title()),
        }
    }

    /// The unit of luminance.
    pub fn unit(&self) -> &'static str {
        match self.profile.light {
            Light::Relative => "of white",
            Light::Display => "cd/m²",
        }
    }

    /// How the picture is seen: the whole one as it is, a part as large as it is in the whole.
    pub fn viewing(&self, whole: Shape, part: Shape) -> Viewing {
        let degrees = match self.width {
            Some(degrees) => degrees,
            None if whole == part => return Viewing::Typical,
            None => {
                // 34.1 pixels a degree in a picture fitted into 1024 x 768.
                let (width, height) = (f64::from(whole.width()), f64::from(whole.height()));
                (width * (1024.0 / width).min(768.0 / height) / 34.1) as f32
            }
        };
        Viewing::Degrees(degrees * part.width() as f32 / whole.width() as f32)
    }
}

impl Thresholds {
    fn applied(self, profile: Profile) -> Profile {
        let red = match (self.red_difference, self.red_distance, self.red_flare, profile.red) {
            (Some(least), ..) => Red::Difference { least },
            (None, None, None, red) => red,
            (None, distance, flare, red) => {
                let (usual, usual_flare) = match red {
                    Red::Chromaticity { distance, flare } => (distance, flare),
                    Red::Difference { .. } => (0.2, 0.005),
                };
                Red::Chromaticity {
                    distance: distance.unwrap_or(usual),
                    flare: flare.unwrap_or(usual_flare),
                }
            }
        };
        Profile {
            light: match self.light {
                Some(LightName::Relative) => Light::Relative,
                Some(LightName::Display) => Light::Display,
                None => profile.light,
            },
            step: self.min_step.unwrap_or(profile.step),
            dark: self.dark_limit.unwrap_or(profile.dark),
            contrast: self.min_contrast.unwrap_or(profile.contrast),
            red,
            saturation: self.saturation.unwrap_or(profile.saturation),
            field: match self.field {
                Some(FieldName::TenDegrees) => Field::TenDegrees,
                Some(FieldName::Picture) => Field::Picture,
                None => profile.field,
            },
            area: self.min_area.unwrap_or(profile.area),
            warning: self.warn_transitions.unwrap_or(profile.warning),
            most: self.max_transitions.unwrap_or(profile.most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_keys_mean_the_same() {
        let applied =
            |text: &str| toml::from_str::<Thresholds>(text).unwrap().applied(Profile::BT_1702);
        let new = "min_step = 15\ndark_limit = 150\nmin_contrast = 0.1\nmin_area = 0.2\n\
                   warn_transitions = 2\nmax_transitions = 5";
        let old = "step = 15\ndark = 150\ncontrast = 0.1\narea = 0.2\nwarning = 2\nmost = 5";
        assert_eq!(applied(new), applied(old));
        assert_ne!(applied(new), Profile::BT_1702);
        assert!(toml::from_str::<Thresholds>("step = 1\nmin_step = 1").is_err());
    }
}
