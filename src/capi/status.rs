//! The version, and what functions say of their calls.

use crate::error::Error;
use core::ffi::c_char;

/// The version of this header: the first number changes with whatever a program could notice.
pub const FLASHINATOR_VERSION_MAJOR: u32 = 0;
/// Changes with every addition.
pub const FLASHINATOR_VERSION_MINOR: u32 = 1;
/// Changes with every correction.
pub const FLASHINATOR_VERSION_PATCH: u32 = 0;
/// All three in one number: a later version has a larger one.
pub const FLASHINATOR_VERSION: u32 =
    FLASHINATOR_VERSION_MAJOR << 16 | FLASHINATOR_VERSION_MINOR << 8 | FLASHINATOR_VERSION_PATCH;

/// What a function says of its call: `FLASHINATOR_OK`, or why it did nothing.
pub type flashinator_status = i32;

/// All is well.
pub const FLASHINATOR_OK: i32 = 0;
/// A pointer that must point to something is NULL.
pub const FLASHINATOR_ERROR_NULL: i32 = 1;
/// The format is none of this library's.
pub const FLASHINATOR_ERROR_FORMAT: i32 = 2;
/// There are no pixels to look at: the width or the height is 0, or all is ignored.
pub const FLASHINATOR_ERROR_EMPTY_FRAME: i32 = 3;
/// The frame is larger than the address space.
pub const FLASHINATOR_ERROR_TOO_LARGE: i32 = 4;
/// The stride is smaller than a row.
pub const FLASHINATOR_ERROR_STRIDE: i32 = 5;
/// The buffer ends before the frame does, or frames do not fill it evenly.
pub const FLASHINATOR_ERROR_BUFFER_TOO_SHORT: i32 = 6;
/// The memory for a table, a curve or an analyser is too small.
pub const FLASHINATOR_ERROR_MEMORY_TOO_SMALL: i32 = 7;
/// The memory for a table, a curve or an analyser is not aligned to FLASHINATOR_ALIGNMENT bytes.
pub const FLASHINATOR_ERROR_MISALIGNED: i32 = 8;
/// The memory holds no table: it was not initialised, or overwritten.
pub const FLASHINATOR_ERROR_NOT_A_TABLE: i32 = 9;
/// The frame's size or format is not the one the table was initialised with.
pub const FLASHINATOR_ERROR_SHAPE_CHANGED: i32 = 10;
/// There is not enough room for the rows.
pub const FLASHINATOR_ERROR_TOO_FEW_ROWS: i32 = 11;
/// The settings are of another size than this version's, or have an unknown gray or matrix.
pub const FLASHINATOR_ERROR_SETTINGS: i32 = 12;
/// A rectangle is not within the frame, or begins between samples of chroma, or is one too many.
pub const FLASHINATOR_ERROR_RECTANGLE: i32 = 13;
/// The format has more than 8 bits, and the settings give no curve.
pub const FLASHINATOR_ERROR_CURVE_NEEDED: i32 = 14;
/// The table of luminance has not as many values as there are codes.
pub const FLASHINATOR_ERROR_CURVE_LENGTH: i32 = 15;
/// The table of luminance falls, or is not finite.
pub const FLASHINATOR_ERROR_BAD_CURVE: i32 = 16;
/// The pointer is to no curve: its memory was not initialised, or overwritten.
pub const FLASHINATOR_ERROR_NOT_A_CURVE: i32 = 17;
/// The transfer function or the range is unknown, or white and black make no display.
pub const FLASHINATOR_ERROR_TRANSFER: i32 = 18;
/// A number of the profile makes no sense, or the standard is unknown.
pub const FLASHINATOR_ERROR_PROFILE: i32 = 19;
/// The width of the picture in degrees, or the side of a cell, makes no sense.
pub const FLASHINATOR_ERROR_VIEWING: i32 = 20;
/// The most frames in a second are more than 1000.
pub const FLASHINATOR_ERROR_RATE: i32 = 21;
/// The time is out of range, or its ticks have no length.
pub const FLASHINATOR_ERROR_TIME: i32 = 22;
/// The time is not after that of the frame before.
pub const FLASHINATOR_ERROR_TIME_NOT_AFTER: i32 = 23;
/// There are more frames in a second than the analyser was initialised for.
pub const FLASHINATOR_ERROR_RATE_TOO_HIGH: i32 = 24;
/// The memory holds no analyser: it was not initialised, or overwritten.
pub const FLASHINATOR_ERROR_NOT_AN_ANALYSER: i32 = 25;
/// This build of the library has left the format or the gray out, to be small.
pub const FLASHINATOR_ERROR_LEFT_OUT: i32 = 26;
/// The memory was initialised by another version of the library.
pub const FLASHINATOR_ERROR_VERSION: i32 = 27;

/// The version of the library, as "0.1.0". The text lives as long as the program. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The version of the library as FLASHINATOR_VERSION has it. Where the two differ a program was compiled with
/// another header than the library it runs with. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_version_number() -> u32 {
    FLASHINATOR_VERSION
}

/// What a status means and what to do about it: one line in English, which lives as long as the
/// program; for a number that is no status a line that says so. Never NULL. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_status_text(status: flashinator_status) -> *const c_char {
    let text = match status {
        FLASHINATOR_OK => c"all is well",
        FLASHINATOR_ERROR_NULL => c"a pointer is NULL; every pointer must point to something",
        FLASHINATOR_ERROR_FORMAT => c"unknown format; give one of FLASHINATOR_FORMAT_...",
        FLASHINATOR_ERROR_EMPTY_FRAME => {
            c"there are no pixels to look at; give a width and height of at least 1, and ignore less"
        }
        FLASHINATOR_ERROR_TOO_LARGE => {
            c"the frame is larger than the address space; check width, height and stride"
        }
        FLASHINATOR_ERROR_STRIDE => {
            c"the stride is smaller than a row; give the bytes from one row to the next, or 0"
        }
        FLASHINATOR_ERROR_BUFFER_TOO_SHORT => {
            c"the buffer does not hold whole frames; check size, format and stride"
        }
        FLASHINATOR_ERROR_MEMORY_TOO_SMALL => {
            c"the memory is too small; ask the function named ..._memory for the size"
        }
        FLASHINATOR_ERROR_MISALIGNED => {
            c"the memory is misaligned; align it to FLASHINATOR_ALIGNMENT bytes"
        }
        FLASHINATOR_ERROR_NOT_A_TABLE => {
            c"the memory holds no table; initialise it with flashinator_table_init"
        }
        FLASHINATOR_ERROR_SHAPE_CHANGED => {
            c"the frame's size or format is not the table's; initialise a table for it"
        }
        FLASHINATOR_ERROR_TOO_FEW_ROWS => c"not enough room for the rows; give one row a frame",
        FLASHINATOR_ERROR_SETTINGS => {
            c"unknown settings; set size to the sizeof of their struct, and gray and matrix to constants of the header"
        }
        FLASHINATOR_ERROR_RECTANGLE => {
            c"a rectangle does not go with the frame; keep it within, at even places, and give at most 16"
        }
        FLASHINATOR_ERROR_CURVE_NEEDED => {
            c"the format has more than 8 bits and no usual curve; give one in the settings"
        }
        FLASHINATOR_ERROR_CURVE_LENGTH => {
            c"the table of luminance is for other codes; ask flashinator_codes for their number"
        }
        FLASHINATOR_ERROR_BAD_CURVE => {
            c"the table of luminance falls or is not finite; check its values, from black to white"
        }
        FLASHINATOR_ERROR_NOT_A_CURVE => {
            c"the memory holds no curve; initialise it with flashinator_curve_init"
        }
        FLASHINATOR_ERROR_TRANSFER => {
            c"unknown transfer function, range or display; give white above black, in cd/m2"
        }
        FLASHINATOR_ERROR_PROFILE => {
            c"a number of the profile makes no sense; begin with flashinator_profile_of and change what differs"
        }
        FLASHINATOR_ERROR_VIEWING => {
            c"the viewing makes no sense; give a width of up to 180 degrees, or 0, and cells of up to 256 pixels"
        }
        FLASHINATOR_ERROR_RATE => c"the rate makes no sense; give up to 1000 frames a second",
        FLASHINATOR_ERROR_TIME => {
            c"the time is out of range; give less than 146 years, in ticks that have a length"
        }
        FLASHINATOR_ERROR_TIME_NOT_AFTER => {
            c"the time is not after the one before; give frames in the order they are shown in"
        }
        FLASHINATOR_ERROR_RATE_TOO_HIGH => {
            c"more frames in a second than were promised; initialise an analyser with a higher most_frames"
        }
        FLASHINATOR_ERROR_NOT_AN_ANALYSER => {
            c"the memory holds no analyser; initialise it with flashinator_analyser_init"
        }
        FLASHINATOR_ERROR_LEFT_OUT => {
            c"the library was built without this format or gray; build it with the feature formats"
        }
        FLASHINATOR_ERROR_VERSION => {
            c"the memory was initialised by another version of the library; initialise it with this one"
        }
        _ => c"unknown status; this library never returned it",
    };
    text.as_ptr()
}

/// The status of what a function does.
pub(super) fn status(work: impl FnOnce() -> Result<(), flashinator_status>) -> flashinator_status {
    match work() {
        Ok(()) => FLASHINATOR_OK,
        Err(status) => status,
    }
}

impl From<Error> for flashinator_status {
    fn from(error: Error) -> Self {
        match error {
            Error::EmptyFrame => FLASHINATOR_ERROR_EMPTY_FRAME,
            Error::NotBuilt => FLASHINATOR_ERROR_LEFT_OUT,
            Error::TooLarge => FLASHINATOR_ERROR_TOO_LARGE,
            Error::StrideTooSmall => FLASHINATOR_ERROR_STRIDE,
            Error::BufferTooShort => FLASHINATOR_ERROR_BUFFER_TOO_SHORT,
            // The functions above choose a backend that there is.
            Error::MemoryTooSmall | Error::BackendUnavailable => FLASHINATOR_ERROR_MEMORY_TOO_SMALL,
            Error::ShapeChanged => FLASHINATOR_ERROR_SHAPE_CHANGED,
            Error::TooFewRows => FLASHINATOR_ERROR_TOO_FEW_ROWS,
            Error::OutsideFrame | Error::BetweenChroma | Error::TooManyRectangles => {
                FLASHINATOR_ERROR_RECTANGLE
            }
            Error::LutNeeded => FLASHINATOR_ERROR_CURVE_NEEDED,
            Error::LutLength => FLASHINATOR_ERROR_CURVE_LENGTH,
            Error::BadLut => FLASHINATOR_ERROR_BAD_CURVE,
            Error::BadTransfer => FLASHINATOR_ERROR_TRANSFER,
            Error::BadProfile => FLASHINATOR_ERROR_PROFILE,
            Error::BadViewing => FLASHINATOR_ERROR_VIEWING,
            Error::BadRate => FLASHINATOR_ERROR_RATE,
            Error::BadTime => FLASHINATOR_ERROR_TIME,
            Error::TimeNotAfter => FLASHINATOR_ERROR_TIME_NOT_AFTER,
            Error::RateTooHigh => FLASHINATOR_ERROR_RATE_TOO_HIGH,
            // A frame of C's has as many planes as its format.
            Error::PlaneCount => FLASHINATOR_ERROR_FORMAT,
        }
    }
}
