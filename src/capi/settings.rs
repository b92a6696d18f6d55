//! How frames are looked at.

use core::mem::{align_of, offset_of, size_of};
use core::slice;

use super::curve::{curve_of, flashinator_curve};
use super::frame::flashinator_rectangle;
use super::gray::flashinator_gray;
use super::status::*;
use crate::color::gray::Gray;
use crate::frame::Rectangle;
use crate::frame::region::MAX_IGNORED;
use crate::table::settings::TableSettings;

/// How frames are looked at. Zeroed but for its size it is the usual way.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_settings {
    /// sizeof(flashinator_settings), so that later versions may add to it.
    pub size: usize,
    /// One of FLASHINATOR_GRAY_...
    pub gray: flashinator_gray,
    /// The luminance of every code, or NULL for the usual one: f(x) = 4 (0.2 x + 1)^2.2 of full range for
    /// gray and RGB, of limited range for YUV. Formats of more than 8 bits need one. It must stay for as
    /// long as a table uses it; any number of tables and threads may.
    pub curve: *const flashinator_curve,
    /// What is not looked at: letterbox bars, a station's logo. May be NULL where there are none.
    pub ignore: *const flashinator_rectangle,
    /// Rectangles to ignore, at most 16. They may overlap.
    pub ignore_count: usize,
}

/// The settings that C describes.
///
/// # Safety
///
/// `settings` is NULL or points to settings that point to what they say; the curve stays.
pub(super) unsafe fn settings_of<'a>(
    settings: *const flashinator_settings,
) -> Result<TableSettings<'a, 'static>, flashinator_status> {
    let mut given = TableSettings::default();
    if settings.is_null() {
        return Ok(given);
    }
    // SAFETY: not NULL, so by the contract it points to settings, which begin with their size.
    unsafe {
        if settings.cast::<usize>().read() != size_of::<flashinator_settings>() {
            return Err(FLASHINATOR_ERROR_SETTINGS);
        }
        let settings = &*settings;
        given.gray = Gray::from_number(settings.gray).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
        if !settings.curve.is_null() {
            given.lut = Some(curve_of(settings.curve)?);
        }
        given.ignore = ignored_of(settings.ignore, settings.ignore_count)?;
    }
    Ok(given)
}

/// The rectangles to ignore, where they are.
///
/// # Safety
///
/// `from` is NULL or points to `count` rectangles.
pub(super) unsafe fn ignored_of<'a>(
    from: *const flashinator_rectangle,
    count: usize,
) -> Result<&'a [Rectangle], flashinator_status> {
    // C's rectangle is Rust's.
    const {
        assert!(size_of::<flashinator_rectangle>() == size_of::<Rectangle>());
        assert!(align_of::<flashinator_rectangle>() == align_of::<Rectangle>());
        assert!(offset_of!(flashinator_rectangle, x) == offset_of!(Rectangle, x));
        assert!(offset_of!(flashinator_rectangle, y) == offset_of!(Rectangle, y));
        assert!(offset_of!(flashinator_rectangle, width) == offset_of!(Rectangle, width));
    }
    match count {
        0 => Ok(&[]),
        _ if from.is_null() => Err(FLASHINATOR_ERROR_NULL),
        1..=MAX_IGNORED => {
            // SAFETY: not NULL, so by the contract it points to `count` rectangles.
            Ok(unsafe { slice::from_raw_parts(from.cast(), count) })
        }
        _ => Err(FLASHINATOR_ERROR_RECTANGLE),
    }
}
