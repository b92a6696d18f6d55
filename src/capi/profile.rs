//! The rules of standards.

use super::status::*;
use crate::flash::{Field, Light, Profile, Red};

/// A published standard.
pub type flashinator_standard = u32;

/// WCAG 2.2: a change of relative luminance of 0.1 or more, the darker below 0.8; or of saturated red by
/// more than 0.2 in CIE 1976 u'v'; in more than a quarter of any 10 degrees.
pub const FLASHINATOR_STANDARD_WCAG_2_2: u32 = 1;
/// WCAG 2.1: as 2.2, but red by (R - G - B) * 320 of more than 20.
pub const FLASHINATOR_STANDARD_WCAG_2_1: u32 = 2;
/// ITU-R BT.1702: a change of 20 cd/m2 or more, the darker below 160, or above that of a contrast of 1/17
/// or more; in more than a quarter of the screen.
pub const FLASHINATOR_STANDARD_BT_1702: u32 = 3;

/// What luminance is.
pub type flashinator_light = u32;

/// Relative luminance, 0 to 1, of linear sRGB.
pub const FLASHINATOR_LIGHT_RELATIVE: u32 = 1;
/// cd/m2 of the display that ITU-R BT.1702 assumes: 413.435 (0.002745 x + 0.0189623)^2.2 of the luma x, 0
/// to 255; 0.07 to 200.
pub const FLASHINATOR_LIGHT_DISPLAY: u32 = 2;

/// What a change of red is.
pub type flashinator_red = u32;

/// More than red_least in CIE 1976 u'v', of linear light with flare added to each channel.
pub const FLASHINATOR_RED_CHROMATICITY: u32 = 1;
/// More than red_least in max(0, R - G - B) * 320, of linear light. flare is not looked at.
pub const FLASHINATOR_RED_DIFFERENCE: u32 = 2;

/// The part of the picture in which flashes are counted together.
pub type flashinator_field = u32;

/// Any part as wide as 10 degrees of the visual field, 341 x 256 pixels of a picture fitted into
/// 1024 x 768.
pub const FLASHINATOR_FIELD_TEN_DEGREES: u32 = 1;
/// The whole picture.
pub const FLASHINATOR_FIELD_PICTURE: u32 = 2;

/// What counts as a flash, and how many are too many.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_profile {
    /// One of FLASHINATOR_LIGHT_...
    pub light: flashinator_light,
    /// The smallest change of luminance that is a transition, above 0.
    pub step: f32,
    /// Such a change is one where the darker of the two luminances is below this.
    pub dark: f32,
    /// Where it is not below: the smallest Michelson contrast, (a - b) / (a + b), that is a transition.
    /// HUGE_VALF (infinity) where there is none.
    pub contrast: f32,
    /// One of FLASHINATOR_RED_...
    pub red: flashinator_red,
    /// The change of red that a transition exceeds, above 0.
    pub red_least: f32,
    /// What a black screen reflects of the room, as a part of white, 0 to 1: without any, the noise of dark
    /// scenes has all colours.
    pub flare: f32,
    /// The least R / (R + G + B) of a saturated red, 0 to 1.
    pub saturation: f32,
    /// One of FLASHINATOR_FIELD_...
    pub field: flashinator_field,
    /// The part of a field in which more must flash, above 0 and below 1.
    pub area: f32,
    /// Transitions in a second that are a warning, at least 1.
    pub warning: u32,
    /// Transitions in a second that are still no failure; one flash is two of them.
    pub most: u32,
}

/// Writes to *profile the rules of a standard, to be used as they are or changed. Thread safe.
///
/// Errors: NULL, PROFILE for an unknown standard.
///
/// # Safety
///
/// `profile` is NULL or points to a profile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_profile_of(
    standard: flashinator_standard,
    profile: *mut flashinator_profile,
) -> flashinator_status {
    status(|| {
        if profile.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let rules = match standard {
            FLASHINATOR_STANDARD_WCAG_2_2 => Profile::WCAG_2_2,
            FLASHINATOR_STANDARD_WCAG_2_1 => Profile::WCAG_2_1,
            FLASHINATOR_STANDARD_BT_1702 => Profile::BT_1702,
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        // SAFETY: not NULL, so by the contract it points to a profile.
        unsafe { profile.write(rules.into()) };
        Ok(())
    })
}

impl From<Profile> for flashinator_profile {
    fn from(rules: Profile) -> Self {
        let (red, red_least, flare) = match rules.red {
            Red::Chromaticity { distance, flare } => {
                (FLASHINATOR_RED_CHROMATICITY, distance, flare)
            }
            Red::Difference { least } => (FLASHINATOR_RED_DIFFERENCE, least, 0.0),
        };
        Self {
            light: rules.light as u32,
            step: rules.step,
            dark: rules.dark,
            contrast: rules.contrast,
            red,
            red_least,
            flare,
            saturation: rules.saturation,
            field: rules.field as u32,
            area: rules.area,
            warning: rules.warning,
            most: rules.most,
        }
    }
}

impl TryFrom<flashinator_profile> for Profile {
    type Error = flashinator_status;

    fn try_from(given: flashinator_profile) -> Result<Self, flashinator_status> {
        let light = match given.light {
            FLASHINATOR_LIGHT_RELATIVE => Light::Relative,
            FLASHINATOR_LIGHT_DISPLAY => Light::Display,
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        let red = match given.red {
            FLASHINATOR_RED_CHROMATICITY => {
                Red::Chromaticity { distance: given.red_least, flare: given.flare }
            }
            FLASHINATOR_RED_DIFFERENCE => Red::Difference { least: given.red_least },
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        let field = match given.field {
            FLASHINATOR_FIELD_TEN_DEGREES => Field::TenDegrees,
            FLASHINATOR_FIELD_PICTURE => Field::Picture,
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        Ok(Self {
            light,
            step: given.step,
            dark: given.dark,
            contrast: given.contrast,
            red,
            saturation: given.saturation,
            field,
            area: given.area,
            warning: given.warning,
            most: given.most,
        })
    }
}
