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

/// Thresholds as a file has them; those that are absent are the standard's.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    /// `relative` or `display`.
    light: Option<LightName>,
    step: Option<f32>,
    dark: Option<f32>,
    contrast: Option<f32>,
    red_distance: Option<f32>,
    red_flare: Option<f32>,
    red_difference: Option<f32>,
    saturation: Option<f32>,
    /// `ten-degrees` or `picture`.
    field: Option<FieldName>,
    area: Option<f32>,
    warning: Option<u32>,
    most: Option<u32>,
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
            .map_err(|error: Error| Failure::refused(&name, "as thresholds", error))?;
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
            step: self.step.unwrap_or(profile.step),
            dark: self.dark.unwrap_or(profile.dark),
            contrast: self.contrast.unwrap_or(profile.contrast),
            red,
            saturation: self.saturation.unwrap_or(profile.saturation),
            field: match self.field {
                Some(FieldName::TenDegrees) => Field::TenDegrees,
                Some(FieldName::Picture) => Field::Picture,
                None => profile.field,
            },
            area: self.area.unwrap_or(profile.area),
            warning: self.warning.unwrap_or(profile.warning),
            most: self.most.unwrap_or(profile.most),
        }
    }
}
