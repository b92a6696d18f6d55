//! The T table.

use core::ffi::c_void;
use core::mem::{align_of, offset_of, size_of};
use core::slice;

use library::{Frame, Gray, MAX_IGNORED, Rectangle, TRow, TTable, TableSettings, Top5, TopDeltas};

use super::analyser::{self, flashinator_analyser, flashinator_report, flashinator_time};
use super::frame::{flashinator_format, flashinator_frame, flashinator_rectangle, shape, view};
use super::sized::{self, Growing, Output};
use super::state::{Kind, State};
use super::status::*;

/// The gray value of an RGB pixel. Weighted sums are rounded to 8 bits; gray and YUV formats ignore it.
pub type flashinator_gray = u32;

/// The mean of R, G and B, not rounded: its code is their sum, 0 to 765.
pub const FLASHINATOR_GRAY_MEAN: u32 = 0;
/// 0.299 R + 0.587 G + 0.114 B
pub const FLASHINATOR_GRAY_BT601: u32 = 1;
/// 0.2126 R + 0.7152 G + 0.0722 B
pub const FLASHINATOR_GRAY_BT709: u32 = 2;
/// 0.2627 R + 0.6780 G + 0.0593 B
pub const FLASHINATOR_GRAY_BT2020: u32 = 3;

/// The luminance of each code, made by flashinator_lut_init. Opaque.
pub struct flashinator_lut {
    _private: [u8; 0],
}

/// Settings of a T table. All fields but `size` may be 0 for the defaults.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_table_settings {
    /// sizeof(flashinator_table_settings)
    pub size: usize,
    /// FLASHINATOR_GRAY_...
    pub gray: flashinator_gray,
    /// The luminance of each code, or NULL for 4 (0.2 x + 1)^2.2, which 8-bit formats have. It must outlive
    /// the table, and may be shared.
    pub lut: *const flashinator_lut,
    /// Rectangles to ignore, such as letterbox bars. They may overlap.
    pub ignore: *const flashinator_rectangle,
    /// How many, at most 16.
    pub ignore_count: usize,
}

// SAFETY: `repr(C)`, the size first, integers and raw pointers only.
unsafe impl Growing for flashinator_table_settings {
    const FIRST: usize = size_of::<Self>();
}

/// A row of the T table: how a frame differs from the previous one, in luminance. No value is ever -0.0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_row {
    /// sizeof(flashinator_row)
    pub size: usize,
    /// The number of the frame, from 0. The values of frame 0 are 0.
    pub frame: u64,
    /// The mean of the five largest rises of any pixel. Where there are fewer, 0 stands for the others.
    pub positive: f64,
    /// The mean of the five largest falls, as a magnitude.
    pub negative: f64,
    /// T: `positive` if it is larger than `negative`, else -`negative`.
    pub value: f64,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_row {
    const FIRST: usize = size_of::<Self>();
}

/// The five largest rises and falls of a frame, or of a stripe of it. 0 if there are none.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_top_deltas {
    /// sizeof(flashinator_top_deltas)
    pub size: usize,
    /// Rises of luminance, the largest first, 0 where there are fewer.
    pub rises: [f64; 5],
    /// Falls, as magnitudes.
    pub falls: [f64; 5],
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_top_deltas {
    const FIRST: usize = size_of::<Self>();
}

/// Opaque.
pub struct flashinator_table {
    _private: [u8; 0],
}

type Table = State<TTable<'static, &'static mut [u8]>>;

// SAFETY: no other type has this number.
unsafe impl Kind for TTable<'static, &'static mut [u8]> {
    const KIND: u32 = u32::from_be_bytes(*b"fTab");
    const NOT_ONE: flashinator_status = FLASHINATOR_ERROR_NOT_A_TABLE;
}

/// Computes how many bytes of memory a table needs: at most 1.25 per pixel for 8- and 10-bit formats, 2 for
/// others, and 1.25 KiB. Thread safe.
///
/// Errors: NULL, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE.
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
        let needed = Table::bytes(TTable::memory_needed(shape(format, width, height)?));
        // SAFETY: not NULL, so by the contract it points to a `size_t`.
        unsafe { size.write(needed) };
        Ok(())
    })
}

/// Makes a table in `size` bytes of memory, whatever they hold. The table is that memory: it must stay where
/// it is, there is nothing else to free, and another object may be made in it at any time. `settings` may be
/// NULL, and is not needed after the call, but its LUT is. Functions that take the same table must not be
/// called at the same time; between calls it may go to another thread.
///
/// Errors: those of flashinator_table_memory, and MISALIGNED, MEMORY_TOO_SMALL, STRUCT_SIZE, STRUCT_NEWER,
/// SETTINGS, RECTANGLE, LUT_NEEDED, LUT_LENGTH, NOT_A_LUT, VERSION.
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
    settings: *const flashinator_table_settings,
    table: *mut *mut flashinator_table,
) -> flashinator_status {
    status(|| {
        if table.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = shape(format, width, height)?;
        // SAFETY: the caller's contract; `table` is not NULL.
        unsafe {
            let settings = settings_at(settings)?;
            Table::make(memory, size, TTable::memory_needed(shape), table, |made, plane| {
                made.write(TTable::with(shape, &settings, plane).map_err(status_of)?);
                Ok(())
            })
        }
    })
}

/// Takes the next frame and writes its row. A frame that is refused does not count: the next one is compared
/// with the last that was taken.
///
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, STRUCT_SIZE, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE,
/// STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED.
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
        let (table, row, frame) = unsafe { (open(table)?, Output::new(row)?, view(frame)?) };
        let pushed = table.push(&frame).map_err(status_of)?;
        row.write(&numbered(table.frames() - 1, pushed));
        Ok(())
    })
}

/// Takes the next frame, of which this table sees one stripe, and writes how it differs from the same stripe of
/// the previous frame. With a table for each stripe, threads can share a frame: merge their deltas with
/// flashinator_top_deltas_merge, and turn them into a row. It is the same as the row of the whole frame.
///
/// Errors: those of flashinator_table_push.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`; `stripe` is NULL or describes
/// readable memory; `deltas` is NULL or points to top deltas.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_table_push_stripe(
    table: *mut flashinator_table,
    stripe: *const flashinator_frame,
    deltas: *mut flashinator_top_deltas,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (table, deltas, stripe) =
            unsafe { (open(table)?, Output::new(deltas)?, view(stripe)?) };
        let pushed = table.push_stripe(&stripe).map_err(status_of)?;
        write_deltas(&deltas, pushed.unwrap_or_default());
        Ok(())
    })
}

/// Takes several frames that lie in `size` bytes one after the other, without padding, and writes a row for
/// each, including the first. `rows` has `row_count` elements; all have the size of the first.
///
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, STRUCT_SIZE, BUFFER_TOO_SHORT, TOO_FEW_ROWS.
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
        let table = unsafe { open(table) }?;
        if frames.is_null() || rows.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = table.shape();
        let frame_bytes = shape.frame_bytes().max(1);
        if !size.is_multiple_of(frame_bytes) || size > isize::MAX as usize {
            return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
        }
        if row_count < size / frame_bytes {
            return Err(FLASHINATOR_ERROR_TOO_FEW_ROWS);
        }
        if size == 0 {
            return Ok(());
        }
        // SAFETY: not NULL, so by the contract they point to `size` bytes and to at least one row.
        let (frames, rows) = unsafe { (slice::from_raw_parts(frames, size), Output::new(rows)?) };
        for (i, data) in frames.chunks_exact(frame_bytes).enumerate() {
            let frame = Frame::contiguous(shape, data).map_err(status_of)?;
            let pushed = table.push(&frame).map_err(status_of)?;
            // SAFETY: by the contract there are `row_count` rows, and `i` is less.
            unsafe { rows.write_at(i, &numbered(table.frames() - 1, pushed)) };
        }
        Ok(())
    })
}

/// Gives the next frame to an analyser and to a table, in one pass over the pixels, and writes what
/// flashinator_analyser_push and flashinator_table_push write. If the frame is refused, neither takes it.
///
/// Errors: those of flashinator_analyser_push, and NOT_A_TABLE.
///
/// # Safety
///
/// As for `flashinator_analyser_push`; `table` is NULL or points to memory given to
/// `flashinator_table_init`; `row` is NULL or points to a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_push_with_table(
    analyser: *mut flashinator_analyser,
    table: *mut flashinator_table,
    frame: *const flashinator_frame,
    time: flashinator_time,
    report: *mut flashinator_report,
    row: *mut flashinator_row,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analyser, table) = unsafe { (analyser::open(analyser)?, open(table)?) };
        // SAFETY: as above.
        let (report, row, frame) =
            unsafe { (Output::new(report)?, Output::new(row)?, view(frame)?) };
        let (pushed, reported) = analyser
            .push_with_table(table, &frame, analyser::timestamp(time)?)
            .map_err(status_of)?;
        analyser::write_report(&report, &reported);
        row.write(&numbered(table.frames() - 1, pushed));
        Ok(())
    })
}

/// Forgets all frames: the next one is frame 0.
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
        unsafe { open(table) }?.reset();
        Ok(())
    })
}

/// Compares two frames, or the same stripe of two frames, without a table. `settings` may be NULL. Thread safe.
///
/// Errors: NULL, MISALIGNED, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT,
/// SHAPE_CHANGED, STRUCT_SIZE, STRUCT_NEWER, SETTINGS, RECTANGLE, LUT_NEEDED, LUT_LENGTH, NOT_A_LUT, VERSION.
///
/// # Safety
///
/// `before` and `after` are NULL or describe readable memory; `settings` is NULL or points to settings
/// that point to what they say; `deltas` is NULL or points to top deltas.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_compare(
    before: *const flashinator_frame,
    after: *const flashinator_frame,
    settings: *const flashinator_table_settings,
    deltas: *mut flashinator_top_deltas,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let deltas = unsafe { Output::new(deltas) }?;
        // SAFETY: as above.
        let settings = unsafe { settings_at(settings) }?;
        // SAFETY: as above.
        let before = unsafe { view(before) }?;
        // SAFETY: as above.
        let after = unsafe { view(after) }?;
        let found = TopDeltas::between(&before, &after, &settings).map_err(status_of)?;
        write_deltas(&deltas, found);
        Ok(())
    })
}

/// Merges the deltas of another stripe of the same frame into *whole, in any order. Thread safe.
///
/// Errors: NULL, STRUCT_SIZE, STRUCT_NEWER.
///
/// # Safety
///
/// `whole` and `stripe` are NULL or point to top deltas.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_top_deltas_merge(
    whole: *mut flashinator_top_deltas,
    stripe: *const flashinator_top_deltas,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract. Both are read before one is written.
        let (to, mut merged, stripe) = unsafe {
            let to = Output::new(whole)?;
            (to, TopDeltas::from(sized::read(whole)?), TopDeltas::from(sized::read(stripe)?))
        };
        merged.merge(&stripe);
        to.write(&merged.into());
        Ok(())
    })
}

/// Turns the deltas of a whole frame into its row, with `frame` as its number. Thread safe.
///
/// Errors: NULL, STRUCT_SIZE, STRUCT_NEWER.
///
/// # Safety
///
/// `deltas` is NULL or points to top deltas; `row` is NULL or points to a row.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_top_deltas_row(
    deltas: *const flashinator_top_deltas,
    frame: u64,
    row: *mut flashinator_row,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (deltas, row) = unsafe { (TopDeltas::from(sized::read(deltas)?), Output::new(row)?) };
        row.write(&numbered(frame, Some(deltas.row())));
        Ok(())
    })
}

/// The table in the caller's memory.
///
/// # Safety
///
/// `table` is NULL or points to memory given to `flashinator_table_init`, and nobody else uses it.
pub(crate) unsafe fn open<'a>(
    table: *mut flashinator_table,
) -> Result<&'a mut TTable<'static, &'static mut [u8]>, flashinator_status> {
    // SAFETY: the caller's contract.
    unsafe { Table::open(table.cast()) }
}

/// The settings that C describes.
///
/// # Safety
///
/// `settings` is NULL or points to settings that point to what they say; the LUT stays.
unsafe fn settings_at<'a>(
    settings: *const flashinator_table_settings,
) -> Result<TableSettings<'a, 'static>, flashinator_status> {
    if settings.is_null() {
        return Ok(TableSettings::default());
    }
    // SAFETY: the caller's contract.
    unsafe {
        let given = sized::read(settings)?;
        Ok(TableSettings {
            gray: Gray::from_number(given.gray).ok_or(FLASHINATOR_ERROR_SETTINGS)?,
            lut: if given.lut.is_null() { None } else { Some(super::lut::open(given.lut)?) },
            ignore: ignored(given.ignore, given.ignore_count)?,
            backend: None,
        })
    }
}

/// The rectangles to ignore, where they lie.
///
/// # Safety
///
/// `from` is NULL or points to `count` rectangles.
pub(crate) unsafe fn ignored<'a>(
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

/// A function of its own, so that what it keeps has no place on the stack while frames are compared.
#[inline(never)]
fn write_deltas(to: &Output<flashinator_top_deltas>, deltas: TopDeltas) {
    to.write(&deltas.into());
}

/// The row of a frame, or that of the first one.
pub(crate) fn numbered(frame: u64, row: Option<TRow>) -> flashinator_row {
    let TRow { positive, negative, value } = row.unwrap_or_default();
    flashinator_row { size: size_of::<flashinator_row>(), frame, positive, negative, value }
}

impl From<TopDeltas> for flashinator_top_deltas {
    fn from(changes: TopDeltas) -> Self {
        let (rises, falls) = (*changes.rises.largest(), *changes.falls.largest());
        Self { size: size_of::<Self>(), rises, falls }
    }
}

impl From<flashinator_top_deltas> for TopDeltas {
    fn from(deltas: flashinator_top_deltas) -> Self {
        // Pushed one by one, so that they are in order whatever the caller wrote.
        let mut made = Self { rises: Top5::new(), falls: Top5::new() };
        made.rises.extend(&deltas.rises);
        made.falls.extend(&deltas.falls);
        made
    }
}
