//! Luminance look-up tables.

use core::ffi::c_void;
use core::mem::align_of;
use core::slice;

use library::{Format, Gray, LuminanceLut, Range, Transfer};

use super::analyser::flashinator_range;
use super::frame::flashinator_format;
use super::state::{Kind, State};
use super::status::*;
use super::table::{flashinator_gray, flashinator_lut};

/// How the luminance of a display depends on a gray value v, 0 for black to 1 for white.
pub type flashinator_transfer = u32;

/// The T table's own: 4 (0.2 x + 1)^2.2 with x = 255 v.
pub const FLASHINATOR_TRANSFER_TABLE: u32 = 0;
/// Relative luminance, 0 to 1, of sRGB (IEC 61966-2-1).
pub const FLASHINATOR_TRANSFER_SRGB: u32 = 1;
/// ITU-R BT.1886, in cd/m2.
pub const FLASHINATOR_TRANSFER_BT1886: u32 = 2;
/// The perceptual quantizer of ITU-R BT.2100 (SMPTE ST 2084), 0 to 10000 cd/m2.
pub const FLASHINATOR_TRANSFER_PQ: u32 = 3;
/// Hybrid log-gamma of ITU-R BT.2100, in cd/m2.
pub const FLASHINATOR_TRANSFER_HLG: u32 = 4;

type Lut = State<LuminanceLut<'static>>;

// SAFETY: no other type has this number.
unsafe impl Kind for LuminanceLut<'static> {
    const KIND: u32 = u32::from_be_bytes(*b"fLut");
    const NOT_ONE: flashinator_status = FLASHINATOR_ERROR_NOT_A_LUT;
}

/// The codes of 16 bits.
const LONGEST: usize = 65_536;

/// Computes the number of codes of a format: 766 for the mean of RGB, else 2 to the number of bits. Thread safe.
///
/// Errors: NULL, FORMAT, SETTINGS.
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

/// Writes the luminance of all `codes` codes by a transfer function, correctly rounded. `white` and `black` are
/// the luminances of a BT.1886 or HLG display in cd/m2, from 0.000001 to 1000000; `black` may be 0. The other
/// functions ignore them. Thread safe.
///
/// Errors: NULL, MISALIGNED, LUT_LENGTH, TRANSFER.
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
        check(luminance.cast_const(), codes)?;
        let transfer = match transfer {
            FLASHINATOR_TRANSFER_TABLE => Transfer::Table,
            FLASHINATOR_TRANSFER_SRGB => Transfer::Srgb,
            FLASHINATOR_TRANSFER_BT1886 => Transfer::Bt1886 { white, black },
            FLASHINATOR_TRANSFER_PQ => Transfer::Pq,
            FLASHINATOR_TRANSFER_HLG => Transfer::Hlg { white, black },
            _ => return Err(FLASHINATOR_ERROR_TRANSFER),
        };
        let range = Range::from_number(range).ok_or(FLASHINATOR_ERROR_TRANSFER)?;
        // SAFETY: not NULL, so by the contract it points to `codes` numbers. They are written first,
        // because they may never have been.
        let table = unsafe {
            luminance.write_bytes(0, codes);
            slice::from_raw_parts_mut(luminance, codes)
        };
        transfer.fill(range, table).map_err(status_of)
    })
}

/// Returns how many bytes of memory a LUT needs, not including `luminance`. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_lut_memory() -> usize {
    Lut::bytes(0)
}

/// Makes a LUT, in `size` bytes of memory, from the luminance of each code in any unit: by flashinator_luminance
/// or your own, finite and not falling. Both arrays must stay as they are while the LUT is used; there is
/// nothing else to free. Any number of threads may use a LUT at once.
///
/// Errors: NULL, MISALIGNED, MEMORY_TOO_SMALL, LUT_LENGTH, BAD_LUT.
///
/// # Safety
///
/// `memory` is NULL or points to `size` writable bytes; `luminance` is NULL or points to `codes` numbers;
/// `lut` is NULL or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_lut_init(
    memory: *mut c_void,
    size: usize,
    luminance: *const f64,
    codes: usize,
    lut: *mut *const flashinator_lut,
) -> flashinator_status {
    status(|| {
        if lut.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        check(luminance, codes)?;
        let any = LuminanceLut::of(Format::Gray8).ok_or(FLASHINATOR_ERROR_LUT_LENGTH)?;
        // SAFETY: checked, so by the contract they point to `codes` numbers that stay, to memory, and to a pointer.
        unsafe {
            let luminance = slice::from_raw_parts(luminance, codes);
            Lut::make(memory, size, 0, lut.cast::<*mut flashinator_lut>(), |made, _| {
                // It is made where it lies, because it is too large for the stack.
                made.as_mut_ptr().copy_from_nonoverlapping(any, 1);
                made.assume_init_mut().replace(luminance).map_err(status_of)
            })
        }
    })
}

/// Whether there can be such an array of luminance.
fn check(luminance: *const f64, codes: usize) -> Result<(), flashinator_status> {
    if luminance.is_null() {
        return Err(FLASHINATOR_ERROR_NULL);
    }
    if !luminance.addr().is_multiple_of(align_of::<f64>()) {
        return Err(FLASHINATOR_ERROR_MISALIGNED);
    }
    if codes > LONGEST { Err(FLASHINATOR_ERROR_LUT_LENGTH) } else { Ok(()) }
}

/// The LUT in the caller's memory.
///
/// # Safety
///
/// `lut` is NULL or points to memory given to `flashinator_lut_init`, and stays.
pub(crate) unsafe fn open(
    lut: *const flashinator_lut,
) -> Result<&'static LuminanceLut<'static>, flashinator_status> {
    // SAFETY: the caller's contract.
    unsafe { Lut::share(lut.cast()) }
}
