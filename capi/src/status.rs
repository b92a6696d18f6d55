//! The version, and what functions return.

use core::ffi::c_char;

use library::Error;

/// Version of this header. It changes when programs must be compiled again (below 1.0: MINOR).
pub const FLASHINATOR_VERSION_MAJOR: u32 = 0;
/// It changes with every addition.
pub const FLASHINATOR_VERSION_MINOR: u32 = 1;
/// It changes with every correction.
pub const FLASHINATOR_VERSION_PATCH: u32 = 0;
/// All three in one number, greater for later versions.
pub const FLASHINATOR_VERSION: u32 =
    FLASHINATOR_VERSION_MAJOR << 16 | FLASHINATOR_VERSION_MINOR << 8 | FLASHINATOR_VERSION_PATCH;

/// Returns the version of the library as text, such as "0.1.0". Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// Returns the version of the library as a number. If it differs from FLASHINATOR_VERSION, the program was
/// compiled with the header of another version. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_version_number() -> u32 {
    FLASHINATOR_VERSION
}

/// The result of a function: FLASHINATOR_OK, or why it failed.
pub type flashinator_status = i32;

/// Success.
pub const FLASHINATOR_OK: i32 = 0;
/// A pointer that must point to something is NULL.
pub const FLASHINATOR_ERROR_NULL: i32 = 1;
/// The `size` of a struct is not set, or is smaller than in its first version.
pub const FLASHINATOR_ERROR_STRUCT_SIZE: i32 = 2;
/// A struct is newer than the library, and a field that the library does not know is not 0.
pub const FLASHINATOR_ERROR_STRUCT_NEWER: i32 = 3;
/// The memory for an analyser, a table or a LUT is too small.
pub const FLASHINATOR_ERROR_MEMORY_TOO_SMALL: i32 = 4;
/// The memory is not aligned to FLASHINATOR_ALIGNMENT bytes, or an array is not aligned to its elements.
pub const FLASHINATOR_ERROR_MISALIGNED: i32 = 5;
/// The memory holds no analyser.
pub const FLASHINATOR_ERROR_NOT_AN_ANALYSER: i32 = 6;
/// The memory holds no table.
pub const FLASHINATOR_ERROR_NOT_A_TABLE: i32 = 7;
/// The memory holds no LUT.
pub const FLASHINATOR_ERROR_NOT_A_LUT: i32 = 8;
/// The memory was initialised by another version of the library.
pub const FLASHINATOR_ERROR_VERSION: i32 = 9;
/// The pixel format is unknown.
pub const FLASHINATOR_ERROR_FORMAT: i32 = 10;
/// This build of the library does not support the format, the gray or the setting.
pub const FLASHINATOR_ERROR_NOT_BUILT: i32 = 11;
/// There are no pixels: the width or height is 0, or all pixels are ignored.
pub const FLASHINATOR_ERROR_EMPTY_FRAME: i32 = 12;
/// The frame does not fit into the address space.
pub const FLASHINATOR_ERROR_TOO_LARGE: i32 = 13;
/// The stride is smaller than a row.
pub const FLASHINATOR_ERROR_STRIDE: i32 = 14;
/// The buffer is too short, or does not hold whole frames.
pub const FLASHINATOR_ERROR_BUFFER_TOO_SHORT: i32 = 15;
/// The format or size of a frame differs from the one expected.
pub const FLASHINATOR_ERROR_SHAPE_CHANGED: i32 = 16;
/// A rectangle reaches out of the frame, splits a chroma sample, or there are too many.
pub const FLASHINATOR_ERROR_RECTANGLE: i32 = 17;
/// A setting is out of range or not one of its constants.
pub const FLASHINATOR_ERROR_SETTINGS: i32 = 18;
/// A profile is unknown or has a number out of range, or there are too many.
pub const FLASHINATOR_ERROR_PROFILE: i32 = 19;
/// The viewing width, pixel aspect ratio or cell size is out of range.
pub const FLASHINATOR_ERROR_VIEWING: i32 = 20;
/// The frame rate is above 1000.
pub const FLASHINATOR_ERROR_RATE: i32 = 21;
/// The time is out of range, or its time base is 0.
pub const FLASHINATOR_ERROR_TIME: i32 = 22;
/// The time is not after that of the previous frame.
pub const FLASHINATOR_ERROR_TIME_NOT_AFTER: i32 = 23;
/// There are more frames in a second than `max_fps`.
pub const FLASHINATOR_ERROR_RATE_TOO_HIGH: i32 = 24;
/// There is no such profile or incident.
pub const FLASHINATOR_ERROR_NOT_FOUND: i32 = 25;
/// There are fewer rows than frames.
pub const FLASHINATOR_ERROR_TOO_FEW_ROWS: i32 = 26;
/// The format has more than 8 bits and needs a LUT.
pub const FLASHINATOR_ERROR_LUT_NEEDED: i32 = 27;
/// The LUT has a different number of codes than the format.
pub const FLASHINATOR_ERROR_LUT_LENGTH: i32 = 28;
/// The luminance falls or is not finite.
pub const FLASHINATOR_ERROR_BAD_LUT: i32 = 29;
/// The transfer function or range is unknown, or white is not above black.
pub const FLASHINATOR_ERROR_TRANSFER: i32 = 30;
/// There is no such stripe, or stripes are not all those of one frame of the analyser.
pub const FLASHINATOR_ERROR_STRIPES: i32 = 31;
/// The memory holds no stripe.
pub const FLASHINATOR_ERROR_NOT_A_STRIPE: i32 = 32;

/// Returns a line of English that says what a status means and what to do about it. It lives as long as the
/// program. Never NULL, not even for unknown numbers. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_status_text(status: flashinator_status) -> *const c_char {
    let text = match status {
        FLASHINATOR_OK => c"success",
        FLASHINATOR_ERROR_NULL => c"a pointer is NULL; give a valid pointer",
        FLASHINATOR_ERROR_STRUCT_SIZE => c"the size of a struct is not set; initialise it with its ..._INIT",
        FLASHINATOR_ERROR_STRUCT_NEWER => c"a struct has fields that this library does not know; set them to 0, or use a newer library",
        FLASHINATOR_ERROR_MEMORY_TOO_SMALL => c"the memory is too small; the function ..._memory says how much is needed",
        FLASHINATOR_ERROR_MISALIGNED => c"the memory is misaligned; align it to FLASHINATOR_ALIGNMENT bytes",
        FLASHINATOR_ERROR_NOT_AN_ANALYSER => c"the memory holds no analyser; begin one with flashinator_analyser_init",
        FLASHINATOR_ERROR_NOT_A_TABLE => c"the memory holds no table; begin one with flashinator_table_init",
        FLASHINATOR_ERROR_NOT_A_LUT => c"the memory holds no LUT; make one with flashinator_lut_init",
        FLASHINATOR_ERROR_VERSION => c"the memory was initialised by another version of the library; initialise it with this one",
        FLASHINATOR_ERROR_FORMAT => c"unknown pixel format; give one of FLASHINATOR_FORMAT_...",
        FLASHINATOR_ERROR_NOT_BUILT => c"the library was built without this format, gray or curve; build it with the feature \"formats\"",
        FLASHINATOR_ERROR_EMPTY_FRAME => c"there are no pixels; give a width and height of at least 1, and ignore fewer pixels",
        FLASHINATOR_ERROR_TOO_LARGE => c"the frame does not fit into the address space; check width, height, stride and size",
        FLASHINATOR_ERROR_STRIDE => c"the stride is smaller than a row; give the bytes from one row to the next, or 0",
        FLASHINATOR_ERROR_BUFFER_TOO_SHORT => c"the buffer is too short or does not hold whole frames; check size, format and stride",
        FLASHINATOR_ERROR_SHAPE_CHANGED => c"the frame has another format or size; initialise again for the new one",
        FLASHINATOR_ERROR_RECTANGLE => c"a rectangle does not fit the frame; keep it inside, start at even positions for YUV, give at most 16",
        FLASHINATOR_ERROR_SETTINGS => c"a setting is out of range or unknown; see the comments on its struct",
        FLASHINATOR_ERROR_PROFILE => c"a profile is unknown or out of range; begin with flashinator_profile_of, give at most 8",
        FLASHINATOR_ERROR_VIEWING => c"the viewing is out of range; give a width, pixel aspect ratio and cell size above 0, or 0 for the default",
        FLASHINATOR_ERROR_RATE => c"the frame rate is out of range; give at most 1000 frames a second",
        FLASHINATOR_ERROR_TIME => c"the time is out of range; give less than 146 years, with a time base above 0",
        FLASHINATOR_ERROR_TIME_NOT_AFTER => c"the time is not after that of the previous frame; give frames in presentation order",
        FLASHINATOR_ERROR_RATE_TOO_HIGH => c"there are more frames in a second than max_fps; initialise the analyser with a larger one",
        FLASHINATOR_ERROR_NOT_FOUND => c"there is no such profile or incident; count from 0",
        FLASHINATOR_ERROR_TOO_FEW_ROWS => c"there are fewer rows than frames; give one row for each frame",
        FLASHINATOR_ERROR_LUT_NEEDED => c"the format has more than 8 bits; give a LUT in the settings",
        FLASHINATOR_ERROR_LUT_LENGTH => c"the LUT has a different number of codes than the format; flashinator_codes gives that number",
        FLASHINATOR_ERROR_BAD_LUT => c"the luminance falls or is not finite; check its values, from black to white",
        FLASHINATOR_ERROR_TRANSFER => c"unknown transfer function or range, or white not above black; give luminances in cd/m2",
        FLASHINATOR_ERROR_STRIPES => c"the stripes are not those of one frame; give all stripes of the analyser, in order, after each has summed it up",
        FLASHINATOR_ERROR_NOT_A_STRIPE => c"the memory holds no stripe; begin one with flashinator_stripe_init",
        _ => c"unknown status",
    };
    text.as_ptr()
}

/// The status of a function that does some work.
pub(crate) fn status(work: impl FnOnce() -> Result<(), flashinator_status>) -> flashinator_status {
    match work() {
        Ok(()) => FLASHINATOR_OK,
        Err(status) => status,
    }
}

/// The status for an error of the library.
pub(crate) fn status_of(error: Error) -> flashinator_status {
    match error {
        Error::EmptyFrame => FLASHINATOR_ERROR_EMPTY_FRAME,
        Error::NotBuilt => FLASHINATOR_ERROR_NOT_BUILT,
        Error::TooLarge => FLASHINATOR_ERROR_TOO_LARGE,
        Error::StrideTooSmall => FLASHINATOR_ERROR_STRIDE,
        Error::BufferTooShort => FLASHINATOR_ERROR_BUFFER_TOO_SHORT,
        Error::MemoryTooSmall => FLASHINATOR_ERROR_MEMORY_TOO_SMALL,
        Error::ShapeChanged => FLASHINATOR_ERROR_SHAPE_CHANGED,
        Error::TooFewRows => FLASHINATOR_ERROR_TOO_FEW_ROWS,
        Error::OutsideFrame | Error::BetweenChroma | Error::TooManyRectangles => {
            FLASHINATOR_ERROR_RECTANGLE
        }
        Error::LutNeeded => FLASHINATOR_ERROR_LUT_NEEDED,
        Error::LutLength => FLASHINATOR_ERROR_LUT_LENGTH,
        Error::BadLut => FLASHINATOR_ERROR_BAD_LUT,
        Error::BadTransfer => FLASHINATOR_ERROR_TRANSFER,
        Error::BadProfile => FLASHINATOR_ERROR_PROFILE,
        Error::BadViewing => FLASHINATOR_ERROR_VIEWING,
        Error::TooManyIncidents => FLASHINATOR_ERROR_SETTINGS,
        Error::BadRate => FLASHINATOR_ERROR_RATE,
        Error::BadTime => FLASHINATOR_ERROR_TIME,
        Error::TimeNotAfter => FLASHINATOR_ERROR_TIME_NOT_AFTER,
        Error::RateTooHigh => FLASHINATOR_ERROR_RATE_TOO_HIGH,
        Error::StripesDiffer => FLASHINATOR_ERROR_STRIPES,
        // A frame of C's has as many planes as its format, no settings of C's choose a backend, nothing is allocated,
        // and errors that are added to the library must be added here.
        _ => {
            debug_assert!(false, "no status for {error:?}");
            FLASHINATOR_ERROR_SETTINGS
        }
    }
}
