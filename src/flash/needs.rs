//! What the profiles of an analyser need: which light of which cells, followed by which rule, counted by which field.

use bytemuck::{Pod, Zeroable};

use crate::color::curve::{Curve, Primaries};
use crate::color::display::Display;
use crate::error::Error;
use crate::flash::geometry::{FieldSize, Grid};
use crate::flash::profile::{Light, Profile};
use crate::flash::report::Hazard;
use crate::flash::settings::AnalyserSettings;
use crate::flash::transitions::Rule;
use crate::frame::Shape;
use crate::frame::format::SampleLayout;

/// The light of cells of one size for one display.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)] // `Pod`: it lies in the caller's memory.
pub(crate) struct CellLightKey {
    pub(crate) grid: Grid,
    /// The number of the [`Display`].
    display: u32,
    /// Luminance is that of Ofcom's note.
    ofcom: u16,
    /// The luminance of a frame is all that is kept: see [`PatternDetector`](crate::flash::pattern::PatternDetector).
    luminance_only: u16,
    /// The number of the [`Curve`] where light is `f32`, from all bits of samples; else 0.
    float_curve: u32,
    /// The number of the [`Primaries`].
    primaries: u32,
}

impl CellLightKey {
    pub(crate) fn display(&self) -> Display {
        if self.display == Display::Bt1886 as u32 { Display::Bt1886 } else { Display::Srgb }
    }

    pub(crate) fn is_ofcom(&self) -> bool {
        self.ofcom != 0
    }

    /// The curve where light is `f32`. A small build, without formats of more than 8 bits, has no code for it.
    pub(crate) fn float_curve(&self) -> Option<Curve> {
        if cfg!(feature = "formats") { Curve::from_number(self.float_curve) } else { None }
    }

    /// Whether light is in cd/m², and not relative to white.
    pub(crate) fn is_absolute(&self) -> bool {
        self.float_curve().is_some_and(|curve| curve != Curve::Sdr)
    }

    pub(crate) fn is_float(&self) -> bool {
        self.float_curve().is_some()
    }

    pub(crate) fn primaries(&self) -> Primaries {
        Primaries::from_number(self.primaries).unwrap_or_default()
    }

    /// A small build finds no patterns, and has no code for it.
    pub(crate) fn is_luminance_only(&self) -> bool {
        cfg!(feature = "formats") && self.luminance_only != 0
    }
}

/// The light that a profile follows in cells of a grid, and the luminance of white in its unit.
fn light_of(
    shape: Shape,
    settings: &AnalyserSettings<'_>,
    profile: &Profile,
    grid: Grid,
) -> Result<(CellLightKey, f32), Error> {
    let display = if shape.format().is_yuv() { profile.yuv_display } else { Display::Srgb };
    let (curve, primaries) = (settings.curve, settings.primaries);
    let is_standard = curve == Curve::Sdr && primaries == Primaries::Bt709;
    if !is_standard && !cfg!(feature = "formats") {
        return Err(Error::NotBuilt);
    }
    let is_float = !is_standard || matches!(shape.format().samples(), SampleLayout::U16(..));
    // High dynamic range has one display, and the note says nothing of it.
    let (display, is_ofcom, white) = if curve == Curve::Sdr {
        (settings.display.unwrap_or(display), profile.light == Light::OfcomNote, 1.0)
    } else {
        (Display::Srgb, false, profile.reference_white)
    };
    let key = CellLightKey {
        grid,
        display: display as u32,
        ofcom: u16::from(is_ofcom),
        luminance_only: 0,
        float_curve: if is_float { curve as u32 } else { 0 },
        primaries: primaries as u32,
    };
    Ok((key, white))
}

/// What the patterns of a profile need: the luminance of their cells; nothing where it does not look for any.
pub(crate) fn pattern_need(
    shape: Shape,
    settings: &AnalyserSettings<'_>,
    profile: &Profile,
) -> Result<Option<CellLightKey>, Error> {
    if !profile.patterns {
        return Ok(None);
    }
    if !cfg!(feature = "formats") {
        return Err(Error::NotBuilt);
    }
    let grid = Grid::for_patterns(shape, profile, settings)?;
    let (key, _) = light_of(shape, settings, profile, grid)?;
    Ok(Some(CellLightKey { luminance_only: 1, ..key }))
}

/// What a profile needs for a kind of flash.
pub(crate) struct Need {
    pub(crate) light: CellLightKey,
    pub(crate) rule: Rule,
    pub(crate) field: FieldSize,
    pub(crate) together: i64,
}

impl Need {
    fn new(
        shape: Shape,
        settings: &AnalyserSettings<'_>,
        profile: &Profile,
        hazard: Hazard,
    ) -> Result<Self, Error> {
        let grid = Grid::new(shape, profile, settings)?;
        let (light, white) = light_of(shape, settings, profile, grid)?;
        Ok(Self {
            light,
            rule: Rule::new(profile, hazard, white, light.is_float()),
            field: FieldSize::new(shape, &grid, profile, settings)?,
            together: (f64::from(profile.together) * 1e9 + 0.5) as i64,
        })
    }

    pub(crate) fn has_light_of(&self, other: &Self) -> bool {
        self.light == other.light
    }

    pub(crate) fn has_detector_of(&self, other: &Self) -> bool {
        self.has_light_of(other) && self.rule == other.rule
    }

    pub(crate) fn has_counter_of(&self, other: &Self) -> bool {
        self.has_detector_of(other) && self.field == other.field && self.together == other.together
    }
}

/// What all profiles need, profile by profile. It is computed anew wherever it is asked for: a list of it would take
/// too much of the stack.
pub(crate) fn needs(
    shape: Shape,
    settings: &AnalyserSettings<'_>,
) -> impl Iterator<Item = Result<Need, Error>> {
    let pairs = settings
        .profiles
        .iter()
        .flat_map(|profile| Hazard::FLASHES.map(|hazard| (profile, hazard)));
    pairs.map(move |(profile, hazard)| Need::new(shape, settings, profile, hazard))
}
