//! Curves of luminance.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::slice;

use super::frame::flashinator_format;
use super::gray::flashinator_gray;
use super::memory::{FLASHINATOR_ALIGNMENT, Mark, check_room};
use super::status::*;
use crate::color::gray::Gray;
use crate::color::transfer::{Range, Transfer};
use crate::frame::format::Format;
use crate::table::lut::LuminanceLut;

/// How the luminance of a pixel follows from its gray value v, 0 for black to 1 for white.
pub type flashinator_transfer = u32;

/// The T table's own: 4 (0.2 x + 1)^2.2 for x = 255 v.
pub const FLASHINATOR_TRANSFER_TABLE: u32 = 0;
/// Relative luminance, 0 to 1, by the transfer function of sRGB (IEC 61966-2-1).
pub const FLASHINATOR_TRANSFER_SRGB: u32 = 1;
/// A display by ITU-R BT.1886 with luminances of white and black, in cd/m2.
pub const FLASHINATOR_TRANSFER_BT1886: u32 = 2;
/// The perceptual quantizer of ITU-R BT.2100 (SMPTE ST 2084), in cd/m2: 0 to 10000.
pub const FLASHINATOR_TRANSFER_PQ: u32 = 3;
/// A display of hybrid log-gamma by ITU-R BT.2100 with luminances of white and black, in cd/m2.
pub const FLASHINATOR_TRANSFER_HLG: u32 = 4;

/// Which codes stand for black and for white.
pub type flashinator_range = u32;

/// The first and the last code.
pub const FLASHINATOR_RANGE_FULL: u32 = 1;
/// 16 and 235 for 8 bits, and for more bits as many times that; codes beyond are black or white.
pub const FLASHINATOR_RANGE_LIMITED: u32 = 2;

/// The luminance of every code, checked, in the caller's memory. What is in it is the library's own
/// business.
pub struct flashinator_curve {
    _private: [u8; 0],
}

/// What a `flashinator_curve` points to.
#[repr(C)]
struct Kept {
    mark: Mark,
    curve: LuminanceLut<'static>,
}

const _: () = assert!(align_of::<Kept>() <= FLASHINATOR_ALIGNMENT);

/// Writes to *codes how many codes the pixels of a format have: 766 for the mean of RGB, 256 for 8 bits,
/// 1024, 4096 and 65536 for 10, 12 and 16. Thread safe.
///
/// Errors: NULL, FORMAT, SETTINGS for an unknown gray.
///
/// # Safety
///
/// `codes` is NULL or points to a `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_codes(
    format: flashinator_format,
    gray: flashinator_gray,
    codes: *mut usize,
) -> flashinator_status {
    status(|| {
        if codes.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let format = Format::from_number(format).ok_or(FLASHINATOR_ERROR_FORMAT)?;
        let gray = Gray::from_number(gray).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
        // SAFETY: not NULL, so by the contract it points to a `size_t`.
        unsafe { codes.write(LuminanceLut::codes(format, gray)) };
        Ok(())
    })
}

/// Writes the luminance of every code by a transfer function, each value rounded once from twice the
/// precision. luminance: room for `codes` numbers, the number flashinator_codes gives. white, black: the
/// luminances of the display in cd/m2, from 0.000001 to 1000000, black also 0, for BT1886 and HLG; not
/// looked at for the others. Thread safe.
///
/// Errors: NULL, MISALIGNED, CURVE_LENGTH where no format has so many codes, TRANSFER for an unknown
/// transfer function or range, or where white is not above black.
///
/// # Safety
///
/// `luminance` is NULL or points to `codes` numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_luminance(
    transfer: flashinator_transfer,
    white: f64,
    black: f64,
    range: flashinator_range,
    luminance: *mut f64,
    codes: usize,
) -> flashinator_status {
    status(|| {
        if luminance.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        if !luminance.addr().is_multiple_of(align_of::<f64>()) {
            return Err(FLASHINATOR_ERROR_MISALIGNED);
        }
        let transfer = match transfer {
            FLASHINATOR_TRANSFER_TABLE => Transfer::Table,
            FLASHINATOR_TRANSFER_SRGB => Transfer::Srgb,
            FLASHINATOR_TRANSFER_BT1886 => Transfer::Bt1886 { white, black },
            FLASHINATOR_TRANSFER_PQ => Transfer::Pq,
            FLASHINATOR_TRANSFER_HLG => Transfer::Hlg { white, black },
            _ => return Err(FLASHINATOR_ERROR_TRANSFER),
        };
        let range = Range::from_number(range).ok_or(FLASHINATOR_ERROR_TRANSFER)?;
        if codes > LONGEST {
            return Err(FLASHINATOR_ERROR_CURVE_LENGTH);
        }
        // SAFETY: not NULL, so by the contract it points to `codes` numbers. They are written first,
        // because they may never have been.
        let table = unsafe {
            luminance.write_bytes(0, codes);
            slice::from_raw_parts_mut(luminance, codes)
        };
        Ok(transfer.fill(range, table)?)
    })
}

/// The codes of 16 bits.
const LONGEST: usize = 65_536;

/// The bytes of memory that a curve needs, its table of luminance not counted. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_curve_memory() -> usize {
    size_of::<Kept>()
}

/// Makes a curve of a table of luminance in any unit, flashinator_luminance's or one's own, and writes to
/// *curve the pointer that settings take. There is nothing to free. A curve does not change: any number of
/// threads may use it.
///
/// memory: `size` bytes, aligned to FLASHINATOR_ALIGNMENT. size: at least what flashinator_curve_memory
/// says. luminance: `codes` numbers, the number flashinator_codes gives, finite and not falling. Both stay
/// as they are for as long as the curve is used.
///
/// Errors: NULL, MISALIGNED, MEMORY_TOO_SMALL, CURVE_LENGTH, BAD_CURVE.
///
/// # Safety
///
/// `memory` is NULL or points to `size` writable bytes; `luminance` is NULL or points to `codes` numbers;
/// `curve` is NULL or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_curve_init(
    memory: *mut c_void,
    size: usize,
    luminance: *const f64,
    codes: usize,
    curve: *mut *const flashinator_curve,
) -> flashinator_status {
    status(|| {
        if memory.is_null() || luminance.is_null() || curve.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        if !luminance.addr().is_multiple_of(align_of::<f64>()) {
            return Err(FLASHINATOR_ERROR_MISALIGNED);
        }
        check_room(memory, size, size_of::<Kept>())?;
        if codes > LONGEST {
            return Err(FLASHINATOR_ERROR_CURVE_LENGTH);
        }
        // SAFETY: not NULL and aligned, so by the contract they point to `codes` numbers that stay, to
        // memory of the size that was checked, and to a pointer.
        unsafe {
            let kept = memory.cast::<Kept>();
            let luminance = slice::from_raw_parts(luminance, codes);
            let some = LuminanceLut::of(Format::Gray8).ok_or(FLASHINATOR_ERROR_CURVE_NEEDED)?;
            (&raw mut (*kept).curve).copy_from_nonoverlapping(some, 1);
            (*kept).curve.replace(luminance)?;
            (&raw mut (*kept).mark).write(Mark::CURVE);
            curve.write(memory.cast_const().cast());
        }
        Ok(())
    })
}

/// The curve that a pointer is to.
///
/// # Safety
///
/// `curve` is not NULL, points to memory given to `flashinator_curve_init`, and stays.
pub(super) unsafe fn curve_of(
    curve: *const flashinator_curve,
) -> Result<&'static LuminanceLut<'static>, flashinator_status> {
    // SAFETY: the caller's contract; the rest is looked at only behind the right mark.
    unsafe {
        Mark::CURVE.check(curve.cast(), FLASHINATOR_ERROR_NOT_A_CURVE)?;
        Ok(&(*curve.cast::<Kept>()).curve)
    }
}
