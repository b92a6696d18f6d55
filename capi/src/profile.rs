//! The rules of standards.

use core::mem::offset_of;

use library::{Display, Field, Light, Profile, Red};

use super::sized::{Growing, Output};
use super::status::*;

/// Published rules.
pub type flashinator_profile_id = u32;

/// WCAG 2.2, SC 2.3.1: changes of relative luminance of 0.1 or more, the darker below 0.8, or of saturated red
/// by more than 0.2 in CIE 1976 u'v', on more than a quarter of any 10 degrees of the visual field.
pub const FLASHINATOR_PROFILE_WCAG_2_2: u32 = 1;
/// WCAG 2.1: the same, but red changes by (R - G - B) * 320 of more than 20.
pub const FLASHINATOR_PROFILE_WCAG_2_1: u32 = 2;
/// WCAG 2.2, SC 2.3.2 (level AAA): flashes of any area and any brightness.
pub const FLASHINATOR_PROFILE_WCAG_2_2_AAA: u32 = 3;
/// ITU-R BT.1702-3: white of 200 cd/m2; changes of 20 cd/m2 or more, the darker below 160, and above that of a
/// Michelson contrast of 1/17 or more, on more than a quarter of the picture; regular patterns of more than five pairs of
/// stripes on more than 40 % of it, or 25 % where they change.
pub const FLASHINATOR_PROFILE_BT_1702: u32 = 4;
/// Ofcom's guidance note: as BT.1702, with the note's curve of luminance; high dynamic range as by BT.1702.
pub const FLASHINATOR_PROFILE_OFCOM: u32 = 5;
/// The rules of the TRACE test media of 2024.
pub const FLASHINATOR_PROFILE_TRACE_24: u32 = 6;

/// What the luminance of a pixel is.
pub type flashinator_light = u32;

/// 0.2126 R + 0.7152 G + 0.0722 B of the linear light of the display.
pub const FLASHINATOR_LIGHT_DISPLAY: u32 = 1;
/// 413.435 (0.002745 x + 0.0189623)^2.2 cd/m2 of the luma x, 0 to 255: the curve of Ofcom's note.
pub const FLASHINATOR_LIGHT_OFCOM_NOTE: u32 = 2;

/// The display that pixels are made for.
pub type flashinator_display = u32;

/// sRGB (IEC 61966-2-1).
pub const FLASHINATOR_DISPLAY_SRGB: u32 = 1;
/// ITU-R BT.1886: gamma 2.4, black at 0.
pub const FLASHINATOR_DISPLAY_BT1886: u32 = 2;

/// What a change of red is.
pub type flashinator_red = u32;

/// A distance in CIE 1976 u'v'.
pub const FLASHINATOR_RED_CHROMATICITY: u32 = 1;
/// A difference of max(0, R - G - B) * 320.
pub const FLASHINATOR_RED_DIFFERENCE: u32 = 2;

/// What counts as a flash, and how many are too many. Start from flashinator_profile_of.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_profile {
    /// sizeof(flashinator_profile)
    pub size: usize,
    /// FLASHINATOR_LIGHT_...
    pub light: flashinator_light,
    /// The display for YUV, FLASHINATOR_DISPLAY_... For RGB and gray it is always sRGB.
    pub yuv_display: flashinator_display,
    /// The luminance of white, in the unit of the next two fields: 1, or in cd/m2.
    pub white: f32,
    /// The smallest change of luminance that is a transition, above 0.
    pub min_step: f32,
    /// The darker of the two luminances must be below this.
    pub dark_limit: f32,
    /// If it is not: the smallest Michelson contrast that is a transition, or HUGE_VALF (infinity) if none is.
    pub min_contrast: f32,
    /// FLASHINATOR_RED_...
    pub red: flashinator_red,
    /// A red transition is a change of more than this, above 0.
    pub min_red: f32,
    /// The smallest R / (R + G + B) of a saturated red, 0 to 1.
    pub saturation: f32,
    /// The longest time of a transition in seconds, or HUGE_VALF for no limit.
    pub longest: f32,
    /// Transitions at most this far apart in seconds count as one, 0 to 1.
    pub together: f32,
    /// The width of a field, in CSS pixels of the picture as it is shown; 0 if the field is the picture.
    pub field_width: f32,
    /// The height of a field; 0 if the field is the picture.
    pub field_height: f32,
    /// By default the picture is judged as if fitted into this width in CSS pixels,
    pub fit_width: f32,
    /// and into this height.
    pub fit_height: f32,
    /// More than this part of a field must flash: 0 for any part, below 1.
    pub min_area: f32,
    /// Transitions in a second that are a warning, at least 1.
    pub warn_transitions: u32,
    /// The most transitions in a second that do not fail. A flash is two of them.
    pub max_transitions: u32,
    /// 1 if warnings in 4 of the last 5 seconds are extended warnings, else 0.
    pub extended: u32,
    /// The luminance in cd/m2 that counts as white in high dynamic range. 0 stands for 203 if `white` is 1, else
    /// for `white`, and then luminance is absolute.
    pub reference_white: f32,
    /// 1 to look for regular patterns as well, by BT.1702-3, else 0. If it is 1, a library built without formats
    /// returns NOT_BUILT.
    pub patterns: u32,
    /// 0.
    pub reserved: u32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_profile {
    const FIRST: usize = offset_of!(Self, reference_white);
}

/// Writes published rules, to be used as they are or changed. Thread safe.
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
        let rules = match id {
            FLASHINATOR_PROFILE_WCAG_2_2 => &Profile::WCAG_2_2,
            FLASHINATOR_PROFILE_WCAG_2_1 => &Profile::WCAG_2_1,
            FLASHINATOR_PROFILE_WCAG_2_2_AAA => &Profile::WCAG_2_2_AAA,
            FLASHINATOR_PROFILE_BT_1702 => &Profile::BT_1702,
            FLASHINATOR_PROFILE_OFCOM => &Profile::OFCOM,
            FLASHINATOR_PROFILE_TRACE_24 => &Profile::TRACE_24,
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        profile.write(&rules.into());
        Ok(())
    })
}

impl From<&Profile> for flashinator_profile {
    fn from(rules: &Profile) -> Self {
        let (red, min_red) = match rules.red {
            Red::Chromaticity { min_distance } => (FLASHINATOR_RED_CHROMATICITY, min_distance),
            Red::Difference { min_difference } => (FLASHINATOR_RED_DIFFERENCE, min_difference),
        };
        let (field_width, field_height) = match rules.field {
            Field::Css { width, height } => (width, height),
            Field::Picture => (0.0, 0.0),
        };
        let [fit_width, fit_height] = rules.fit;
        Self {
            size: size_of::<Self>(),
            light: rules.light as u32,
            yuv_display: rules.yuv_display as u32,
            white: rules.white,
            min_step: rules.min_step,
            dark_limit: rules.dark_limit,
            min_contrast: rules.min_contrast,
            red,
            min_red,
            saturation: rules.saturation,
            longest: rules.longest,
            together: rules.together,
            field_width,
            field_height,
            fit_width,
            fit_height,
            min_area: rules.min_area,
            warn_transitions: rules.warn_transitions,
            max_transitions: rules.max_transitions,
            extended: u32::from(rules.extended),
            reference_white: rules.reference_white,
            patterns: u32::from(rules.patterns),
            reserved: 0,
        }
    }
}

impl TryFrom<&flashinator_profile> for Profile {
    type Error = flashinator_status;

    fn try_from(given: &flashinator_profile) -> Result<Self, flashinator_status> {
        if given.reserved != 0 {
            return Err(FLASHINATOR_ERROR_PROFILE);
        }
        let light = match given.light {
            FLASHINATOR_LIGHT_DISPLAY => Light::Display,
            FLASHINATOR_LIGHT_OFCOM_NOTE => Light::OfcomNote,
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        let red = match given.red {
            FLASHINATOR_RED_CHROMATICITY => Red::Chromaticity { min_distance: given.min_red },
            FLASHINATOR_RED_DIFFERENCE => Red::Difference { min_difference: given.min_red },
            _ => return Err(FLASHINATOR_ERROR_PROFILE),
        };
        let field = match [given.field_width, given.field_height] {
            [0.0, 0.0] => Field::Picture,
            [width, height] => Field::Css { width, height },
        };
        Ok(Self {
            light,
            yuv_display: display(given.yuv_display).ok_or(FLASHINATOR_ERROR_PROFILE)?,
            white: given.white,
            min_step: given.min_step,
            dark_limit: given.dark_limit,
            min_contrast: given.min_contrast,
            red,
            saturation: given.saturation,
            longest: given.longest,
            together: given.together,
            field,
            fit: [given.fit_width, given.fit_height],
            min_area: given.min_area,
            warn_transitions: given.warn_transitions,
            max_transitions: given.max_transitions,
            extended: flag(given.extended)?,
            patterns: flag(given.patterns)?,
            reference_white: match given {
                flashinator_profile { reference_white: 0.0, white: 1.0, .. } => {
                    Self::WCAG_2_2.reference_white
                }
                flashinator_profile { reference_white: 0.0, white, .. } => *white,
                flashinator_profile { reference_white, .. } => *reference_white,
            },
        })
    }
}

/// Whether a number is 1 and not 0.
fn flag(given: u32) -> Result<bool, flashinator_status> {
    match given {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(FLASHINATOR_ERROR_PROFILE),
    }
}

pub(crate) fn display(given: flashinator_display) -> Option<Display> {
    match given {
        FLASHINATOR_DISPLAY_SRGB => Some(Display::Srgb),
        FLASHINATOR_DISPLAY_BT1886 => Some(Display::Bt1886),
        _ => None,
    }
}

const _: () = {
    assert!(Light::Display as u32 == FLASHINATOR_LIGHT_DISPLAY);
    assert!(Light::OfcomNote as u32 == FLASHINATOR_LIGHT_OFCOM_NOTE);
    assert!(Display::Srgb as u32 == FLASHINATOR_DISPLAY_SRGB);
    assert!(Display::Bt1886 as u32 == FLASHINATOR_DISPLAY_BT1886);
};
