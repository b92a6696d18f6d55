//! What counts as a flash, and how many are too many: the rules of a standard, as data.

use crate::error::Error;

/// The rules of a standard.
///
/// [`Profile::WCAG_2_2`], [`Profile::WCAG_2_1`] and [`Profile::BT_1702`] are those published; any other is
/// made by changing their numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Profile {
    /// What luminance is, and its unit.
    pub light: Light,
    /// The smallest change of luminance that is a transition.
    pub step: f32,
    /// Such a change is one where the darker of the two luminances is below this.
    pub dark: f32,
    /// Where it is not below: the smallest Michelson contrast, (a - b) / (a + b), that is a transition.
    /// Infinity where there is none.
    pub contrast: f32,
    /// What a change of saturated red is.
    pub red: Red,
    /// The least R / (R + G + B) of a saturated red, in linear light; one end of a red transition is one.
    pub saturation: f32,
    /// The part of the picture in which flashes are counted together.
    pub field: Field,
    /// The part of a field in which more must flash, above 0 and below 1.
    pub area: f32,
    /// Transitions in a second that are a warning.
    pub warning: u32,
    /// Transitions in a second that are still no failure; one flash is two of them.
    pub most: u32,
}

/// What luminance is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Light {
    /// Relative luminance, 0 to 1, of linear sRGB (WCAG 2.x, "relative luminance").
    Relative = 1,
    /// cd/m² of the display that ITU-R BT.1702 assumes: 413.435 (0.002745 x + 0.0189623)^2.2 of the luma
    /// x, 0 to 255.
    Display = 2,
}

/// What a change of red is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, u32)]
pub enum Red {
    /// More than `distance` in CIE 1976 u'v', of linear light with `flare` added to each channel, so that
    /// near black, where a code more or less would make any colour, there is none.
    Chromaticity {
        /// WCAG 2.2: 0.2.
        distance: f32,
        /// What the viewing conditions of sRGB reflect from a black screen, as a part of white: 0.005.
        flare: f32,
    } = 1,
    /// More than `least` in max(0, R - G - B) · 320, of linear light.
    Difference {
        /// WCAG 2.1: 20.
        least: f32,
    } = 2,
}

/// The part of the picture in which flashes are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Field {
    /// Any part as wide as 10 degrees of the visual field, 341 x 256 pixels of a picture fitted into
    /// 1024 x 768 (WCAG 2.x, "general flash and red flash thresholds").
    TenDegrees = 1,
    /// The whole picture.
    Picture = 2,
}

impl Profile {
    /// WCAG 2.2: a change of relative luminance of 0.1 or more, the darker below 0.8; or of saturated red
    /// by more than 0.2 in u'v'; more than a quarter of any 10 degrees; more than three flashes a second
    /// fail.
    pub const WCAG_2_2: Self = Self {
        light: Light::Relative,
        step: 0.1,
        dark: 0.8,
        contrast: f32::INFINITY,
        red: Red::Chromaticity { distance: 0.2, flare: 0.005 },
        saturation: 0.8,
        field: Field::TenDegrees,
        area: 0.25,
        warning: 4,
        most: 6,
    };

    /// WCAG 2.1: as 2.2, but red by (R - G - B) · 320 of more than 20.
    pub const WCAG_2_1: Self = Self { red: Red::Difference { least: 20.0 }, ..Self::WCAG_2_2 };

    /// ITU-R BT.1702: a change of 20 cd/m² or more, the darker below 160, or above that of a contrast of
    /// 1/17 or more; more than a quarter of the screen.
    pub const BT_1702: Self = Self {
        light: Light::Display,
        step: 20.0,
        dark: 160.0,
        contrast: 1.0 / 17.0,
        field: Field::Picture,
        ..Self::WCAG_2_2
    };

    /// # Errors
    ///
    /// [`Error::BadProfile`] where a number makes no sense.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let red = match self.red {
            Red::Chromaticity { distance, flare } => {
                distance > 0.0 && distance.is_finite() && (0.0..=1.0).contains(&flare)
            }
            Red::Difference { least } => least > 0.0 && least.is_finite(),
        };
        let light = self.step > 0.0 && self.step.is_finite() && self.dark >= 0.0;
        let contrast = self.contrast > 0.0;
        let area = self.area > 0.0 && self.area < 1.0;
        let saturation = (0.0..=1.0).contains(&self.saturation);
        let counts = 0 < self.warning && self.warning <= self.most && self.most < u32::MAX;
        if red && light && contrast && area && saturation && counts {
            Ok(())
        } else {
            Err(Error::BadProfile)
        }
    }
}
