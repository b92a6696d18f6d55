//! The T table.

use core::ffi::c_void;
use core::mem::{align_of, offset_of, size_of};
use core::slice;

use super::frame::{flashinator_format, flashinator_frame, shape, view};
use super::memory::{FLASHINATOR_ALIGNMENT, Mark, check_room};
use super::settings::{flashinator_settings, settings_of};
use super::status::*;
use crate::frame::{Frame, Shape};
use crate::table::changes::{TRow, TopDeltas};
use crate::table::kernel::Which;
use crate::table::pair::{self, Frames};
use crate::table::settings::Look;
use crate::table::thresholds::Thresholds;
use crate::table::top::Top5;
use crate::table::{TTable, TTableState};

/// One row of the T table: how a frame differs from the frame before it. The three values are
/// differences of luminance, by the usual curve f(x) = 4 (0.2 x + 1)^2.2 of the gray value x, 0 to 255,
/// which runs from 4 for black to 23837.9 for white. None is ever -0.0.
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

/// The five largest rises and falls of luminance of a frame, or of a stripe of it, each from the largest
/// down and filled up with 0. Zeroed, it is that of no pixels.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_changes {
    /// The rises.
    pub rises: [f64; 5],
    /// The falls, as magnitudes.
    pub falls: [f64; 5],
}

/// A T table in the making, in the caller's memory. What is in it is the library's own business.
pub struct flashinator_table {
    _private: [u8; 0],
}

/// What a `flashinator_table` points to. The plane of codes follows at [`PLANE`].
#[repr(C)]
struct Table {
    mark: Mark,
    state: TTableState<'static>,
}

/// Where the plane of codes begins: behind the state, at a multiple of 32 bytes.
const PLANE: usize = size_of::<Table>().next_multiple_of(32);

const _: () = assert!(align_of::<Table>() <= FLASHINATOR_ALIGNMENT);
const _: () = assert!(offset_of!(Table, mark) == 0);

/// Writes to *size the bytes of memory that a table for such frames needs: about 1.25 a pixel for RGB
/// and 10 bits, 1 for 8 bits of gray and luma, 2 for 12 and 16, and less than 1 KiB besides. Thread safe.
///
/// Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE.
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
        let needed = PLANE + TTable::memory_needed(shape(format, width, height)?);
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
/// memory: `size` bytes, aligned to FLASHINATOR_ALIGNMENT, that stay where they are for as long
/// as the table is used. size: at least what flashinator_table_memory says. settings: how to look at the
/// frames, or NULL for the usual way; not needed after the call, but the curve they name is.
///
/// Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, MISALIGNED, MEMORY_TOO_SMALL, SETTINGS,
/// RECTANGLE, CURVE_NEEDED, CURVE_LENGTH, NOT_A_CURVE, VERSION.
///
/// # Safety
///
/// `memory` is NULL or points to `size` writable bytes; `settings` is NULL or points to settings that
/// point to what they say; `table` is NULL or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_init(
    memory: *mut c_void,
    size: usize,
    format: flashinator_format,
    width: u32,
    height: u32,
    settings: *const flashinator_settings,
    table: *mut *mut flashinator_table,
) -> flashinator_status {
    status(|| {
        if memory.is_null() || table.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = shape(format, width, height)?;
        let plane = TTable::memory_needed(shape);
        check_room(memory, size, PLANE + plane)?;
        // SAFETY: the caller's contract.
        let given = unsafe { settings_of(settings) }?;
        let state = TTableState::new(shape, &given)?;
        // SAFETY: aligned, and `size` bytes are enough for the state and the plane behind it. The plane is
        // written because it may never have been, and bytes that were not must not be read.
        unsafe {
            memory.cast::<u8>().add(PLANE).write_bytes(0, plane);
            memory.cast::<Table>().write(Table { mark: Mark::TABLE, state });
            table.write(memory.cast());
        }
        Ok(())
    })
}

/// Takes the next frame and writes to *row how it differs from the frame before. The first frame has
/// nothing to differ from: its row has frame 0 and the value 0. Where the call fails the frame is not
/// taken, and the next one is compared with the last that was. One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE,
/// BUFFER_TOO_SHORT, SHAPE_CHANGED.
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
        let frame = unsafe { view(&*frame) };
        state.push(plane, frame.as_ref().map_err(|&wrong| wrong)?)?;
        // SAFETY: not NULL, so by the contract it points to a row.
        unsafe { write_row(state, row) };
        Ok(())
    })
}

/// Takes the next frame, of which this table sees one stripe, and writes to *changes how that differs from
/// the same stripe of the frame before; all 0 for the first frame. A frame may be cut into stripes, each
/// with a table of its own, pushed by a thread of its own; flashinator_changes_merge puts them together.
/// Where the call fails the stripe is not taken. One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE,
/// BUFFER_TOO_SHORT, SHAPE_CHANGED.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`; `stripe` is NULL or describes
/// readable memory; `changes` is NULL or points to changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_push_stripe(
    table: *mut flashinator_table,
    stripe: *const flashinator_frame,
    changes: *mut flashinator_changes,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (state, plane) = unsafe { open(table) }?;
        if stripe.is_null() || changes.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract it points to a frame of readable memory.
        let stripe = unsafe { view(&*stripe) };
        state.push(plane, stripe.as_ref().map_err(|&wrong| wrong)?)?;
        // SAFETY: not NULL, so by the contract it points to changes.
        unsafe { write_changes(state.extremes(), changes) };
        Ok(())
    })
}

/// Takes the changes of another stripe of the same frame into account: *whole becomes those of both. The
/// order in which stripes are merged does not matter. Thread safe, but for *whole.
///
/// Errors: NULL.
///
/// # Safety
///
/// `whole` and `stripe` are NULL or point to changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_changes_merge(
    whole: *mut flashinator_changes,
    stripe: *const flashinator_changes,
) -> flashinator_status {
    status(|| {
        if whole.is_null() || stripe.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract they point to changes. Read before any is written,
        // because they may be the same.
        unsafe {
            let mut merged = TopDeltas::from(whole.read());
            merged.merge(&TopDeltas::from(stripe.read()));
            whole.write(merged.into());
        }
        Ok(())
    })
}

/// Writes to *row what the changes of a whole frame come to. frame: its number, which the row is given.
/// Thread safe.
///
/// Errors: NULL.
///
/// # Safety
///
/// `changes` is NULL or points to changes; `row` is NULL or points to a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_changes_row(
    changes: *const flashinator_changes,
    frame: u64,
    row: *mut flashinator_row,
) -> flashinator_status {
    status(|| {
        if changes.is_null() || row.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract they point to changes and to a row.
        unsafe { row.write(numbered(frame, TopDeltas::from(changes.read()).row())) };
        Ok(())
    })
}

/// Takes several frames that follow each other without any padding, and writes a row for each, the
/// first frame of a table included. frames: `size` bytes, a multiple of the bytes of a frame. rows: room
/// for at least as many rows as frames. Where the call fails no frame is taken. One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, BUFFER_TOO_SHORT, TOO_FEW_ROWS.
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
        let frame_bytes = state.shape().frame_bytes().max(1);
        if !size.is_multiple_of(frame_bytes) || size > isize::MAX as usize {
            return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
        }
        if row_count < size / frame_bytes {
            return Err(FLASHINATOR_ERROR_TOO_FEW_ROWS);
        }
        // SAFETY: not NULL, so by the contract it points to `size` bytes.
        let frames = unsafe { slice::from_raw_parts(frames, size) };
        for (i, data) in frames.chunks_exact(frame_bytes).enumerate() {
            let frame = Frame::contiguous(state.shape(), data);
            state.push(plane, frame.as_ref().map_err(|&wrong| wrong)?)?;
            // SAFETY: there is a row for every frame. The caller's rows need not be initialised, so
            // no reference to them is made.
            unsafe { write_row(state, rows.add(i)) };
        }
        Ok(())
    })
}

/// Forgets all frames: the next one is frame 0. One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION.
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

/// Compares two frames of the same format and size, or the same stripe of two frames, without any table,
/// and writes to *changes how `after` differs from `before`. settings: how to look at them, or NULL for
/// the usual way. Thread safe.
///
/// Errors: NULL, MISALIGNED, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED,
/// SETTINGS, RECTANGLE, CURVE_NEEDED, CURVE_LENGTH, NOT_A_CURVE, VERSION.
///
/// # Safety
///
/// `before` and `after` are NULL or describe readable memory; `settings` is NULL or points to settings
/// that point to what they say; `changes` is NULL or points to changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_compare(
    before: *const flashinator_frame,
    after: *const flashinator_frame,
    settings: *const flashinator_settings,
    changes: *mut flashinator_changes,
) -> flashinator_status {
    status(|| {
        if before.is_null() || after.is_null() || changes.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract they point to frames of readable memory.
        let look = unsafe { look_at(before, after, settings) };
        let look = look.as_ref().map_err(|&wrong| wrong)?;
        // SAFETY: they were found to be right; not NULL, so by the contract `changes` points to changes.
        unsafe { compare(look, before, after, changes) };
        Ok(())
    })
}

/// A function of its own, which has no place on the stack while frames and settings are checked.
///
/// # Safety
///
/// `look` is of these frames; `changes` points to changes.
#[inline(never)]
unsafe fn compare(
    look: &Look<'_, '_>,
    before: *const flashinator_frame,
    after: *const flashinator_frame,
    changes: *mut flashinator_changes,
) {
    let mut extremes = Thresholds::none();
    let frames = Described { frames: [before, after], shape: &look.shape };
    pair::compare(look, &frames, &mut extremes);
    // SAFETY: the caller's contract.
    unsafe { write_changes(&extremes, changes) };
}

/// How two frames are looked at, if they can be compared.
///
/// # Safety
///
/// They are frames of readable memory; `settings` is NULL or points to settings that point to what they say.
#[inline(never)]
unsafe fn look_at<'a>(
    before: *const flashinator_frame,
    after: *const flashinator_frame,
    settings: *const flashinator_settings,
) -> Result<Look<'a, 'static>, flashinator_status> {
    // SAFETY: the caller's contract.
    unsafe {
        let given = settings_of(settings)?;
        let shape = shape_of(&*before)?;
        if shape_of(&*after)? != shape {
            return Err(FLASHINATOR_ERROR_SHAPE_CHANGED);
        }
        Ok(Look::new(shape, &given)?)
    }
}

/// The shape of a frame that is right.
///
/// # Safety
///
/// As of [`view`].
#[inline(never)]
unsafe fn shape_of(frame: &flashinator_frame) -> Result<Shape, flashinator_status> {
    // SAFETY: the caller's contract.
    Ok(unsafe { view(frame) }?.shape())
}

/// Two frames as C describes them, which were found to be right and to have this shape. They are read where they are:
/// views of both would take more of the stack than all else.
struct Described<'a> {
    frames: [*const flashinator_frame; 2],
    shape: &'a Shape,
}

impl Described<'_> {
    /// Where the top row of a plane is, and how far the row below it.
    fn plane(&self, which: Which, plane: usize) -> (*const u8, isize) {
        let [old, new] = self.frames;
        let frame = if matches!(which, Which::Old) { old } else { new };
        // SAFETY: they are frames during the call that made this.
        let planes = unsafe { &(*frame).planes };
        let row = self.shape.row_bytes(plane);
        planes.get(plane).map_or((core::ptr::null(), 0), |plane| (plane.data, plane.stride(row)))
    }
}

impl Frames for Described<'_> {
    fn row(&self, which: Which, plane: usize, y: usize) -> &[u8] {
        if y >= self.shape.rows(plane) {
            return &[];
        }
        let (top, stride) = self.plane(which, plane);
        // SAFETY: there is such a row, and all of them are readable.
        unsafe {
            slice::from_raw_parts(top.offset(y as isize * stride), self.shape.row_bytes(plane))
        }
    }

    fn all(&self, which: Which, plane: usize) -> Option<&[u8]> {
        let (row, rows) = (self.shape.row_bytes(plane), self.shape.rows(plane));
        let (top, stride) = self.plane(which, plane);
        if rows == 0 || stride != row as isize {
            return None;
        }
        // SAFETY: the rows follow each other from the top, and are readable.
        Some(unsafe { slice::from_raw_parts(top, row * rows) })
    }
}

/// The parts of a table.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`, and nobody else uses it.
pub(super) unsafe fn open<'a>(
    table: *mut flashinator_table,
) -> Result<(&'a mut TTableState<'static>, &'a mut [u8]), flashinator_status> {
    // SAFETY: the caller's contract; the rest is looked at only behind the right mark.
    unsafe {
        Mark::TABLE.check(table.cast(), FLASHINATOR_ERROR_NOT_A_TABLE)?;
        let plane = table.cast::<u8>().add(PLANE);
        let state = &mut (*table.cast::<Table>()).state;
        let length = TTable::memory_needed(state.shape());
        Ok((state, slice::from_raw_parts_mut(plane, length)))
    }
}

/// Writes what was found: a function of its own, which has no place on the stack while a frame is taken.
///
/// # Safety
///
/// `changes` points to changes.
#[inline(never)]
unsafe fn write_changes(found: &Thresholds, changes: *mut flashinator_changes) {
    // SAFETY: the caller's contract.
    unsafe { changes.write(TopDeltas::of(found).into()) };
}

/// The same for the row of the last frame that was taken.
///
/// # Safety
///
/// `row` points to a row.
#[inline(never)]
pub(super) unsafe fn write_row(state: &TTableState<'_>, row: *mut flashinator_row) {
    let found = TopDeltas::of(state.extremes()).row();
    // SAFETY: the caller's contract.
    unsafe { row.write(numbered(state.frames() - 1, found)) };
}

fn numbered(frame: u64, row: TRow) -> flashinator_row {
    let TRow { positive, negative, value } = row;
    flashinator_row { frame, positive, negative, value }
}

impl From<TopDeltas> for flashinator_changes {
    fn from(changes: TopDeltas) -> Self {
        Self { rises: *changes.rises.largest(), falls: *changes.falls.largest() }
    }
}

impl From<flashinator_changes> for TopDeltas {
    fn from(changes: flashinator_changes) -> Self {
        // Pushed one by one, so that they are in order whatever the caller wrote.
        let mut made = Self { rises: Top5::new(), falls: Top5::new() };
        made.rises.extend(&changes.rises);
        made.falls.extend(&changes.falls);
        made
    }
}
