//! The functions of `flashinator.h`: they check every argument, call the safe interface, and hold no
//! logic of their own. The comments on them are the header's.
#![allow(non_camel_case_types)] // The names are C's.
#![allow(dead_code)] // Constants that only the header has a use for.

use core::ffi::{c_char, c_void};
use core::mem::{align_of, offset_of, size_of};
use core::slice;

use crate::error::Error;
use crate::frame::{Format, Frame, Shape};
use crate::simd::Backend;
use crate::table::{self, Row, State};

/// The version of this header: the first number changes with whatever a program could notice.
pub const FLASHINATOR_VERSION_MAJOR: u32 = 0;
/// Changes with every addition.
pub const FLASHINATOR_VERSION_MINOR: u32 = 1;
/// Changes with every correction.
pub const FLASHINATOR_VERSION_PATCH: u32 = 0;

/// What a function says of its call: `FLASHINATOR_OK`, or why it did nothing.
pub type flashinator_status = i32;

/// All is well.
pub const FLASHINATOR_OK: i32 = 0;
/// A pointer that must point to something is NULL.
pub const FLASHINATOR_ERROR_NULL: i32 = 1;
/// The format is none of this library's.
pub const FLASHINATOR_ERROR_FORMAT: i32 = 2;
/// The width or the height is 0.
pub const FLASHINATOR_ERROR_EMPTY_FRAME: i32 = 3;
/// The frame is larger than the address space.
pub const FLASHINATOR_ERROR_TOO_LARGE: i32 = 4;
/// The stride is smaller than a row.
pub const FLASHINATOR_ERROR_STRIDE: i32 = 5;
/// The buffer ends before the frame does, or frames do not fill it evenly.
pub const FLASHINATOR_ERROR_BUFFER_TOO_SHORT: i32 = 6;
/// The memory for the table is too small.
pub const FLASHINATOR_ERROR_MEMORY_TOO_SMALL: i32 = 7;
/// The memory for the table is not aligned to FLASHINATOR_TABLE_ALIGNMENT bytes.
pub const FLASHINATOR_ERROR_MISALIGNED: i32 = 8;
/// The memory holds no table of this version of the library: it was not initialised, or overwritten.
pub const FLASHINATOR_ERROR_NOT_A_TABLE: i32 = 9;
/// The frame's size or format is not the one the table was initialised with.
pub const FLASHINATOR_ERROR_SHAPE_CHANGED: i32 = 10;
/// There is not enough room for the rows.
pub const FLASHINATOR_ERROR_TOO_FEW_ROWS: i32 = 11;

/// How the pixels of a frame lie in memory.
pub type flashinator_format = u32;

/// One byte a pixel: gray, or full-range luma.
pub const FLASHINATOR_FORMAT_GRAY8: u32 = 1;
/// Three bytes a pixel: red, green, blue. FFmpeg's rgb24.
pub const FLASHINATOR_FORMAT_RGB24: u32 = 2;

/// One byte a pixel: limited-range luma, 16 for black and 235 for white, as the Y plane of most video
/// has it. It is expanded to gray without rounding.
pub const FLASHINATOR_FORMAT_LUMA8: u32 = 3;

/// The alignment, in bytes, of the memory for a table. Multiples of 64 are fastest.
pub const FLASHINATOR_TABLE_ALIGNMENT: usize = 8;

/// A frame in the caller's memory. The library reads it during the call it is given to, and keeps no
/// pointer to it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_frame {
    /// One of FLASHINATOR_FORMAT_...
    pub format: flashinator_format,
    /// Pixels in a row, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
    /// The first byte of the top row.
    pub data: *const u8,
    /// Bytes of the buffer, from the lowest byte of any row to the highest or beyond.
    pub size: usize,
    /// Bytes from a row to the one below it: at least the bytes of a row, or 0 for exactly those.
    /// Negative where the top row lies last in memory. Bytes between rows are never looked at.
    pub stride: isize,
}

/// One row of the T table: how a frame differs from the frame before it. The three values are
/// differences of luminance by f(x) = 4 (0.2 x + 1)^2.2 of the gray value x, 0 to 255; f runs from 4
/// for black to 23837.9 for white. None is ever -0.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_row {
    /// The number of the frame, counted from 0. Frame 0 has nothing to differ from; its values are 0.
    pub frame: u64,
    /// The mean of the five largest rises of luminance, missing ones counted as 0.
    pub positive: f64,
    /// The mean of the five largest falls, as magnitudes.
    pub negative: f64,
    /// T: positive where it is larger than negative, else -negative.
    pub value: f64,
}

/// A T table in the making, in the caller's memory. What is in it is the library's own business.
pub struct flashinator_table {
    _private: [u8; 0],
}

/// What a `flashinator_table` points to. The plane of codes follows at [`PLANE`].
#[repr(C)]
struct Table {
    magic: u64,
    state: State,
}

/// Says that memory holds a table as this version lays it out.
const MAGIC: u64 = u64::from_be_bytes(*b"flashTT1");

/// Where the plane of codes begins: behind the state, at a multiple of 64 bytes.
const PLANE: usize = size_of::<Table>().next_multiple_of(64);

const _: () = assert!(align_of::<Table>() <= FLASHINATOR_TABLE_ALIGNMENT);
const _: () = assert!(offset_of!(Table, magic) == 0);

/// The version of the library, as "0.1.0". The text lives as long as the program. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
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
            c"the frame has no pixels; give a width and height of at least 1"
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
            c"the memory is too small; ask flashinator_table_memory for the size"
        }
        FLASHINATOR_ERROR_MISALIGNED => {
            c"the memory is misaligned; align it to FLASHINATOR_TABLE_ALIGNMENT bytes"
        }
        FLASHINATOR_ERROR_NOT_A_TABLE => {
            c"the memory holds no table; initialise it with flashinator_table_init"
        }
        FLASHINATOR_ERROR_SHAPE_CHANGED => {
            c"the frame's size or format is not the table's; initialise a table for it"
        }
        FLASHINATOR_ERROR_TOO_FEW_ROWS => c"not enough room for the rows; give one row a frame",
        _ => c"unknown status; this library never returned it",
    };
    text.as_ptr()
}

/// Writes to *size the bytes of memory that a table for such frames needs: about 1.25 a pixel for RGB
/// and 1 for gray, and less than 512 besides. Thread safe.
///
/// Errors: NULL, FORMAT, EMPTY_FRAME, TOO_LARGE.
///
/// # Safety
///
/// `size` is NULL or points to a `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_memory(
    format: flashinator_format,
    width: u32,
    height: u32,
    size: *mut usize,
) -> flashinator_status {
    status(|| {
        if size.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let needed = PLANE + table::Scanner::memory_needed(shape(format, width, height)?);
        // SAFETY: not NULL, so by the contract it points to a `size_t`.
        unsafe { size.write(needed) };
        Ok(())
    })
}

/// Begins a T table of frames of one format and size, in memory of the caller's, which may hold
/// anything, and writes to *table the pointer that the other functions take. The table is the memory:
/// there is nothing to free, and a new table may be begun in it at any time. Between calls the table may
/// be used by another thread, but by one at a time.
///
/// memory: `size` bytes, aligned to FLASHINATOR_TABLE_ALIGNMENT, that stay where they are for as long
/// as the table is used. size: at least what flashinator_table_memory says.
///
/// Errors: NULL, FORMAT, EMPTY_FRAME, TOO_LARGE, MISALIGNED, MEMORY_TOO_SMALL.
///
/// # Safety
///
/// `memory` is NULL or points to `size` writable bytes; `table` is NULL or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_init(
    memory: *mut c_void,
    size: usize,
    format: flashinator_format,
    width: u32,
    height: u32,
    table: *mut *mut flashinator_table,
) -> flashinator_status {
    status(|| {
        if memory.is_null() || table.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = shape(format, width, height)?;
        if !memory.addr().is_multiple_of(FLASHINATOR_TABLE_ALIGNMENT) {
            return Err(FLASHINATOR_ERROR_MISALIGNED);
        }
        let plane = table::Scanner::memory_needed(shape);
        if size < PLANE + plane {
            return Err(FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
        }
        let state = State::new(Backend::best(), shape)?;
        // SAFETY: aligned, and `size` bytes are enough for the state and the plane behind it. The plane is
        // written because it may never have been, and bytes that were not must not be read.
        unsafe {
            memory.cast::<u8>().add(PLANE).write_bytes(0, plane);
            memory.cast::<Table>().write(Table { magic: MAGIC, state });
            table.write(memory.cast());
        }
        Ok(())
    })
}

/// Takes the next frame and writes to *row how it differs from the frame before. The first frame has
/// nothing to differ from: its row has frame 0 and the value 0. Where the call fails the frame is not
/// taken, and the next one is compared with the last that was. One thread at a time.
///
/// Errors: NULL, NOT_A_TABLE, FORMAT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`; `frame` is NULL or describes
/// readable memory; `row` is NULL or points to a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_push(
    table: *mut flashinator_table,
    frame: *const flashinator_frame,
    row: *mut flashinator_row,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (state, plane) = unsafe { open(table) }?;
        if frame.is_null() || row.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract it points to a frame of readable memory.
        let frame = unsafe { view(&*frame) }?;
        let number = state.frames();
        let found = state.push(plane, &frame)?.unwrap_or_default();
        // SAFETY: not NULL, so by the contract it points to a row.
        unsafe { row.write(numbered(number, found)) };
        Ok(())
    })
}

/// Takes several frames that follow each other without any padding, and writes a row for each, the
/// first frame of a table included. frames: `size` bytes, a multiple of the bytes of a frame. rows: room
/// for at least as many rows as frames. Where the call fails no frame is taken. One thread at a time.
///
/// Errors: NULL, NOT_A_TABLE, BUFFER_TOO_SHORT, TOO_FEW_ROWS.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`; `frames` is NULL or points to
/// `size` readable bytes; `rows` is NULL or points to `row_count` rows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_push_batch(
    table: *mut flashinator_table,
    frames: *const u8,
    size: usize,
    rows: *mut flashinator_row,
    row_count: usize,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (state, plane) = unsafe { open(table) }?;
        if frames.is_null() || rows.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let frame_bytes = state.shape().frame_bytes();
        if !size.is_multiple_of(frame_bytes) || size > isize::MAX as usize {
            return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
        }
        if row_count < size / frame_bytes {
            return Err(FLASHINATOR_ERROR_TOO_FEW_ROWS);
        }
        // SAFETY: not NULL, so by the contract it points to `size` bytes.
        let frames = unsafe { slice::from_raw_parts(frames, size) };
        for (i, data) in frames.chunks_exact(frame_bytes).enumerate() {
            let number = state.frames();
            let found = state.push(plane, &Frame::packed(state.shape(), data)?)?;
            // SAFETY: there is a row for every frame. The caller's rows need not be initialised, so
            // no reference to them is made.
            unsafe { rows.add(i).write(numbered(number, found.unwrap_or_default())) };
        }
        Ok(())
    })
}

/// Forgets all frames: the next one is frame 0. One thread at a time.
///
/// Errors: NULL, NOT_A_TABLE.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_reset(
    table: *mut flashinator_table,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        unsafe { open(table) }?.0.reset();
        Ok(())
    })
}

/// Compares two frames of the same format and size, without any table, and writes to *row how `after`
/// differs from `before`; its frame is 1. Thread safe.
///
/// Errors: NULL, FORMAT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED.
///
/// # Safety
///
/// `before` and `after` are NULL or describe readable memory; `row` is NULL or points to a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_compare(
    before: *const flashinator_frame,
    after: *const flashinator_frame,
    row: *mut flashinator_row,
) -> flashinator_status {
    status(|| {
        if before.is_null() || after.is_null() || row.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract they point to frames of readable memory, and a row.
        unsafe {
            let found = table::compare(&view(&*before)?, &view(&*after)?)?;
            row.write(numbered(1, found));
        }
        Ok(())
    })
}

/// The status of what a function does.
fn status(work: impl FnOnce() -> Result<(), flashinator_status>) -> flashinator_status {
    match work() {
        Ok(()) => FLASHINATOR_OK,
        Err(status) => status,
    }
}

impl From<Error> for flashinator_status {
    fn from(error: Error) -> Self {
        match error {
            Error::EmptyFrame => FLASHINATOR_ERROR_EMPTY_FRAME,
            Error::TooLarge => FLASHINATOR_ERROR_TOO_LARGE,
            Error::StrideTooSmall => FLASHINATOR_ERROR_STRIDE,
            Error::BufferTooShort => FLASHINATOR_ERROR_BUFFER_TOO_SHORT,
            // The functions above choose a backend that there is.
            Error::MemoryTooSmall | Error::BackendUnavailable => FLASHINATOR_ERROR_MEMORY_TOO_SMALL,
            Error::ShapeChanged => FLASHINATOR_ERROR_SHAPE_CHANGED,
            Error::TooFewRows => FLASHINATOR_ERROR_TOO_FEW_ROWS,
        }
    }
}

fn shape(format: flashinator_format, width: u32, height: u32) -> Result<Shape, flashinator_status> {
    let format = Format::from_number(format).ok_or(FLASHINATOR_ERROR_FORMAT)?;
    Ok(Shape::new(format, width, height)?)
}

/// The parts of a table.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`, and nobody else uses it.
unsafe fn open<'a>(
    table: *mut flashinator_table,
) -> Result<(&'a mut State, &'a mut [u8]), flashinator_status> {
    if table.is_null() {
        return Err(FLASHINATOR_ERROR_NULL);
    }
    if !table.addr().is_multiple_of(FLASHINATOR_TABLE_ALIGNMENT) {
        return Err(FLASHINATOR_ERROR_MISALIGNED);
    }
    // SAFETY: aligned, and by the contract readable. The rest is looked at only behind the right magic
    // number, because other bytes might be no state at all.
    unsafe {
        if table.cast::<u64>().read() != MAGIC {
            return Err(FLASHINATOR_ERROR_NOT_A_TABLE);
        }
        let plane = table.cast::<u8>().add(PLANE);
        let state = &mut (*table.cast::<Table>()).state;
        let length = table::Scanner::memory_needed(state.shape());
        Ok((state, slice::from_raw_parts_mut(plane, length)))
    }
}

/// A validated view of a frame.
///
/// # Safety
///
/// The memory that the frame describes is readable.
unsafe fn view<'a>(frame: &flashinator_frame) -> Result<Frame<'a>, flashinator_status> {
    let shape = shape(frame.format, frame.width, frame.height)?;
    if frame.data.is_null() {
        return Err(FLASHINATOR_ERROR_NULL);
    }
    if frame.size > isize::MAX as usize {
        return Err(FLASHINATOR_ERROR_TOO_LARGE);
    }
    let stride = if frame.stride == 0 { shape.row_bytes() as isize } else { frame.stride };
    let needed = shape.bytes_needed(stride)?;
    if needed > frame.size {
        return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    }
    let before = if stride < 0 { needed - shape.row_bytes() } else { 0 };
    // SAFETY: by the contract `size` bytes are readable from the lowest row on, which lies `before` bytes
    // before the top row.
    let data = unsafe { slice::from_raw_parts(frame.data.sub(before), frame.size) };
    Ok(Frame::with_stride(shape, data, stride)?)
}

fn numbered(frame: u64, row: Row) -> flashinator_row {
    let Row { positive, negative, value } = row;
    flashinator_row { frame, positive, negative, value }
}
