//! The rules of standards.

use library::{Field, Light, Profile, Red};

use super::sized::{Growing, Output};
use super::status::*;

/// A published standard.
pub type flashinator_profile_id = u32;

/// WCAG 2.2: a change of relative luminance of 0.1 or more, the darker below 0.8; or of saturated red by
/// more than 0.2 in CIE 1976 u'v'; in more than a quarter of any 10 degrees.
pub const FLASHINATOR_PROFILE_WCAG_2_2: u32 = 1;
/// WCAG 2.1: the same, with red by (R - G - B) * 320 of more than 20.
pub const FLASHINATOR_PROFILE_WCAG_2_1: u32 = 2;
/// ITU-R BT.1702: a change of 20 cd/m2 or more, the darker below 160, or above that of a contrast of 1/17 or
/// more; in more than a quarter of the picture.
pub const FLASHINATOR_PROFILE_BT_1702: u32 = 3;

/// What luminance is.
pub type flashinator_light = u32;

/// Relative luminance, 0 to 1, of linear sRGB.
pub const FLASHINATOR_LIGHT_RELATIVE: u32 = 1;
/// cd/m2 of the display of ITU-R BT.1702, 413.435 (0.002745 x + 0.0189623)^2.2 of the luma x, 0 to 255.
pub const FLASHINATOR_LIGHT_DISPLAY: u32 = 2;

/// What a change of red is.
pub type flashinator_red = u32;

/// A distance in CIE 1976 u'v'.
pub const FLASHINATOR_RED_CHROMATICITY: u32 = 1;
/// A difference of max(0, R - G - B) * 320.
pub const FLASHINATOR_RED_DIFFERENCE: u32 = 2;

/// The part of the picture in which flashes are counted together.
pub type flashinator_field = u32;

/// Any part as wide as 10 degrees of the visual field.
pub const FLASHINATOR_FIELD_TEN_DEGREES: u32 = 1;
/// The whole picture.
pub const FLASHINATOR_FIELD_PICTURE: u32 = 2;

/// What counts as a flash, and how many are too many.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_profile {
    /// sizeof(flashinator_profile)
    pub size: usize,
    /// FLASHINATOR_LIGHT_...
    pub light: flashinator_light,
    /// The least change of luminance that is a transition, above 0.
    pub min_step: f32,
    /// The darker of the two luminances must be below this.
    pub dark_limit: f32,
    /// Above that limit: the least Michelson contrast, or HUGE_VALF (infinity) for none.
    pub min_contrast: f32,
    /// FLASHINATOR_RED_...
    pub red: flashinator_red,
    /// A red transition is more than this, above 0.
    pub min_red: f32,
    /// What a black screen reflects, as a part of white, 0 to 1.
    pub flare: f32,
    /// The least R / (R + G + B) of a saturated red, 0 to 1.
    pub saturation: f32,
    /// FLASHINATOR_FIELD_...
    pub field: flashinator_field,
    /// The part of a field of which more must flash, above 0 and below 1.
    pub min_area: f32,
    /// Transitions in a second that are a warning, at least 1.
    pub warn_transitions: u32,
    /// Transitions in a second that are no failure yet. A flash is two of them.
    pub max_transitions: u32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_profile {
    const FIRST: usize = size_of::<Self>();
}

/// Writes the rules of a standard, to be used as they are or changed. Thread safe.
///
/// Errors: NULL, STRUCT_SIZE, PROFILE.
///
/// # Safety
///
/// `profile` is NULL or points to a profile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_profile_of(
    id: flashinator_profile_id,
    profile: *mut flashinator_profile,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let profile = unsafe { Output::new(profile) }?;
        profile.write(&match id {
            FLASHINATOR_PROFILE_WCAG_2_2 => Profile::WCAG_2_2.into(),
            FLASHINATOR_PROFILE_WCAG_2_1 => Profile::WCAG_2_1.into(),
            FLASHINATOR_PROFILE_BT_1702 => Profile::BT_1702.into(),
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        });
        Ok(())
    })
}

impl From<Profile> for flashinator_profile {
    fn from(rules: Profile) -> Self {
        let (red, min_red, flare) = match rules.red {
            Red::Chromaticity { distance, flare } => {
                (FLASHINATOR_RED_CHROMATICITY, distance, flare)
            }
            Red::Difference { least } => (FLASHINATOR_RED_DIFFERENCE, least, 0.0),
        };
        Self {
            size: size_of::<Self>(),
            light: rules.light as u32,
            min_step: rules.step,
            dark_limit: rules.dark,
            min_contrast: rules.contrast,
            red,
            min_red,
            flare,
            saturation: rules.saturation,
            field: rules.field as u32,
            min_area: rules.area,
            warn_transitions: rules.warning,
            max_transitions: rules.most,
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
                Red::Chromaticity { distance: given.min_red, flare: given.flare }
            }
            FLASHINATOR_RED_DIFFERENCE => Red::Difference { least: given.min_red },
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        let field = match given.field {
            FLASHINATOR_FIELD_TEN_DEGREES => Field::TenDegrees,
            FLASHINATOR_FIELD_PICTURE => Field::Picture,
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        Ok(Self {
            light,
            step: given.min_step,
            dark: given.dark_limit,
            contrast: given.min_contrast,
            red,
            saturation: given.saturation,
            field,
            area: given.min_area,
            warning: given.warn_transitions,
            most: given.max_transitions,
        })
    }
}
