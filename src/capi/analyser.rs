//! The flash analyser.

use core::ffi::{c_char, c_void};
use core::mem::{align_of, size_of};
use core::slice;

use super::curve::flashinator_range;
use super::frame::{flashinator_format, flashinator_frame, flashinator_rectangle, shape, view};
use super::memory::{FLASHINATOR_ALIGNMENT, Mark, check_room};
use super::profile::flashinator_profile;
use super::settings::ignored_of;
use super::status::*;
use super::table::{flashinator_row, flashinator_table, open, write_row};
use crate::color::transfer::Range;
use crate::flash::{
    Analyser, AnalyserSettings, Analysis, Incident, Matrix, Plan, Profile, Report, Summary,
    Timestamp, Verdict, Viewing,
};
use crate::frame::Shape;

/// How a frame, or a whole video, is judged, the worst last.
pub type flashinator_verdict = u32;

/// Fewer transitions in the last second than the profile's warning.
pub const FLASHINATOR_VERDICT_PASS: u32 = 0;
/// As many as that, but no more than the profile's most.
pub const FLASHINATOR_VERDICT_WARNING: u32 = 1;
/// Such a number in the frames of at least 4 of the last 5 seconds.
pub const FLASHINATOR_VERDICT_EXTENDED_FAIL: u32 = 2;
/// More transitions in the last second than the profile's most: more than three flashes.
pub const FLASHINATOR_VERDICT_FAIL: u32 = 3;

/// A kind of flash.
pub type flashinator_flash = u32;

/// A change of luminance.
pub const FLASHINATOR_FLASH_GENERAL: u32 = 1;
/// A change to or from a saturated red.
pub const FLASHINATOR_FLASH_RED: u32 = 2;

/// How luma and chroma make red, green and blue.
pub type flashinator_matrix = u32;

/// ITU-R BT.601: what FFmpeg takes where a stream names none.
pub const FLASHINATOR_MATRIX_BT601: u32 = 1;
/// ITU-R BT.709.
pub const FLASHINATOR_MATRIX_BT709: u32 = 2;
/// ITU-R BT.2020, with luminance that is not constant.
pub const FLASHINATOR_MATRIX_BT2020: u32 = 3;

/// When a frame is shown: ticks * numerator / denominator seconds, less than 146 years, from any
/// beginning. For microseconds {us, 1, 1000000}; for an AVFrame {pts, time_base.num, time_base.den}.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_time {
    /// The number of ticks.
    pub ticks: i64,
    /// The length of a tick, not 0.
    pub numerator: u32,
    /// Ditto.
    pub denominator: u32,
}

/// How frames are analysed. Zeroed but for its size it is the usual way: WCAG 2.2.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_analyser_settings {
    /// sizeof(flashinator_analyser_settings), so that later versions may add to it.
    pub size: usize,
    /// The rules, or NULL for those of WCAG 2.2.
    pub profile: *const flashinator_profile,
    /// How wide the picture appears, in degrees, up to 180; 0 for the typical screen of WCAG 2.x.
    pub degrees: f32,
    /// The side of a cell in pixels, up to 256; 0 for the whole pixels in 0.1 degree.
    pub cell: u32,
    /// The most frames in a second, up to 1000; 0 for 60. Memory grows with it.
    pub most_frames: u32,
    /// Of luma and chroma: one of FLASHINATOR_MATRIX_..., or 0 for BT.601.
    pub matrix: flashinator_matrix,
    /// Of luma and chroma: one of FLASHINATOR_RANGE_..., or 0 for the limited one.
    pub range: flashinator_range,
    /// Incidents to keep the details of, up to 65536; 0 for 64. Further ones are only counted.
    pub incidents: u32,
    /// What is not looked at: cells with a pixel in one of these never flash. May be NULL where there are
    /// none.
    pub ignore: *const flashinator_rectangle,
    /// Rectangles to ignore, at most 16. They may overlap.
    pub ignore_count: usize,
}

/// What is said of one frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_report {
    /// The number of the frame, counted from 0.
    pub frame: u64,
    /// When it is shown, in nanoseconds.
    pub nanoseconds: i64,
    /// The mean luminance of the picture: relative, 0 to 1, or in cd/m2, as the profile has it.
    pub luminance: f64,
    /// General transitions in the last second: the largest number that more than the profile's area of
    /// some field has.
    pub general: u32,
    /// The same for transitions of saturated red.
    pub red: u32,
    /// One of FLASHINATOR_VERDICT_...
    pub verdict: flashinator_verdict,
    /// The reason: the kind of flash with the larger count, one of FLASHINATOR_FLASH_...
    pub flash: flashinator_flash,
    /// The field where most of it is, in pixels. Empty where nothing flashes.
    pub field: flashinator_rectangle,
    /// The part of that field that has so many transitions, 0 to 1.
    pub area: f32,
}

/// Frames that follow each other and are all no pass.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_incident {
    /// The number of the first frame.
    pub first_frame: u64,
    /// The number of the last frame.
    pub last_frame: u64,
    /// When the first frame is shown, in nanoseconds. The flashes that count for it lie in the second
    /// before.
    pub start: i64,
    /// When the last frame is shown, in nanoseconds.
    pub end: i64,
    /// The number of the first frame with the largest count.
    pub peak_frame: u64,
    /// When that is shown, in nanoseconds.
    pub peak: i64,
    /// The largest count of general transitions in a second.
    pub general: u32,
    /// The largest count of red transitions in a second.
    pub red: u32,
    /// The worst verdict.
    pub verdict: flashinator_verdict,
    /// The kind of flash that has the largest count.
    pub flash: flashinator_flash,
    /// Where most flashes in the frame with the largest count.
    pub field: flashinator_rectangle,
    /// The part of that field that has so many transitions, 0 to 1.
    pub area: f32,
}

/// What is said of a video.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_summary {
    /// Frames in all.
    pub frames: u64,
    /// Incidents in all, those included whose details were not kept.
    pub incidents: u64,
    /// The report on the first of the frames with the largest count: the end of the worst second.
    pub worst: flashinator_report,
    /// The worst verdict on any frame.
    pub verdict: flashinator_verdict,
}

/// An analyser at work, in the caller's memory. What is in it is the library's own business.
pub struct flashinator_analyser {
    _private: [u8; 0],
}

/// What a `flashinator_analyser` points to. Its arrays follow at [`ARRAYS`].
#[repr(C)]
struct Kept {
    mark: Mark,
    analysis: Analysis,
}

/// Where the arrays begin.
const ARRAYS: usize = size_of::<Kept>().next_multiple_of(64);

const _: () = assert!(align_of::<Kept>() <= FLASHINATOR_ALIGNMENT);

/// Writes to *size the bytes of memory that an analyser of such frames needs: about 36 a cell, of which a
/// picture has up to 70000, or one a pixel where it is small, and half a byte a cell for each frame of a
/// second. settings: how to analyse, or NULL for the usual way. Thread safe.
///
/// Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, SETTINGS, PROFILE, VIEWING, RATE, TRANSFER for
/// an unknown range, RECTANGLE.
///
/// # Safety
///
/// `settings` is NULL or points to settings that point to what they say; `size` is NULL or points to a
/// `size_t`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_memory(
    format: flashinator_format,
    width: u32,
    height: u32,
    settings: *const flashinator_analyser_settings,
    size: *mut usize,
) -> flashinator_status {
    status(|| {
        if size.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = shape(format, width, height)?;
        // SAFETY: the caller's contract; `size` is not NULL.
        unsafe {
            let given = given(settings)?;
            size.write(ARRAYS + Analyser::memory_needed(shape, &given)?);
        }
        Ok(())
    })
}

/// Begins to analyse frames of one format and size, in memory of the caller's, which may hold anything, and
/// writes to *analyser the pointer that the other functions take. The analyser is the memory: there is
/// nothing to free, and a new one may be begun in it at any time. Between calls it may be used by another
/// thread, but by one at a time.
///
/// memory: `size` bytes, aligned to FLASHINATOR_ALIGNMENT, that stay where they are for as long as the
/// analyser is used. size: at least what flashinator_analyser_memory says for the same frames and settings.
/// settings: how to analyse, or NULL for the usual way; not needed after the call.
///
/// Errors: those of flashinator_analyser_memory, and MISALIGNED, MEMORY_TOO_SMALL.
///
/// # Safety
///
/// `memory` is NULL or points to `size` writable bytes; `settings` is NULL or points to settings that
/// point to what they say; `analyser` is NULL or points to a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_init(
    memory: *mut c_void,
    size: usize,
    format: flashinator_format,
    width: u32,
    height: u32,
    settings: *const flashinator_analyser_settings,
    analyser: *mut *mut flashinator_analyser,
) -> flashinator_status {
    status(|| {
        if memory.is_null() || analyser.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = shape(format, width, height)?;
        // SAFETY: the caller's contract.
        let given = unsafe { given(settings) }?;
        let plan = Analysis::plan(shape, &given)?;
        let needed = plan.bytes();
        check_room(memory, size, ARRAYS + needed)?;
        // SAFETY: aligned, and `size` bytes are enough. The arrays are written first, because they may
        // never have been, and bytes that were not must not be read.
        unsafe {
            let arrays = memory.cast::<u8>().add(ARRAYS);
            arrays.write_bytes(0, needed);
            let kept = memory.cast::<Kept>();
            begin(kept, shape, &given, &plan);
            (*kept).analysis.reset(slice::from_raw_parts_mut(arrays, needed));
            analyser.write(memory.cast());
        }
        Ok(())
    })
}

/// In a function of its own, whose part of the stack is free again when the arrays are reset.
///
/// # Safety
///
/// `kept` is aligned and has room.
#[inline(never)]
unsafe fn begin(kept: *mut Kept, shape: Shape, settings: &AnalyserSettings<'_>, plan: &Plan) {
    let analysis = Analysis::of(shape, settings, plan);
    // SAFETY: the caller's contract.
    unsafe {
        kept.write(Kept { mark: Mark::ANALYSER, analysis });
        (*kept).analysis.ignore(settings.ignore);
    }
}

/// Takes the next frame and writes to *report what is to be said of it. time: when it is shown, later than
/// the frame before. Where the call fails the frame is not taken, and the analyser goes on with the next.
/// One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE,
/// BUFFER_TOO_SHORT, SHAPE_CHANGED, TIME, TIME_NOT_AFTER, RATE_TOO_HIGH.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `frame` is NULL or
/// describes readable memory; `report` is NULL or points to a report.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_push(
    analyser: *mut flashinator_analyser,
    frame: *const flashinator_frame,
    time: flashinator_time,
    report: *mut flashinator_report,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analysis, arrays) = unsafe { open_analyser(analyser) }?;
        if frame.is_null() || report.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract it points to a frame of readable memory.
        let frame = unsafe { view(&*frame) };
        let frame = frame.as_ref().map_err(|&wrong| wrong)?;
        analysis.push(arrays, frame, timestamp(time)?)?;
        // SAFETY: not NULL, so by the contract it points to a report.
        unsafe { write_report(analysis, report) };
        Ok(())
    })
}

/// Takes the next frame, gives it to a table as well, and writes to *report and *row what they say of it,
/// from one pass over the pixels. Where the call fails neither of the two has taken the frame. One thread
/// at a time.
///
/// Errors: those of flashinator_analyser_push, and MISALIGNED, NOT_A_TABLE, VERSION.
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
        let ((analysis, arrays), (state, plane)) =
            unsafe { (open_analyser(analyser)?, open(table)?) };
        if frame.is_null() || report.is_null() || row.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        // SAFETY: not NULL, so by the contract it points to a frame of readable memory.
        let frame = unsafe { view(&*frame) };
        let frame = frame.as_ref().map_err(|&wrong| wrong)?;
        analysis.push_with(arrays, state, plane, frame, timestamp(time)?)?;
        // SAFETY: not NULL, so by the contract they point to a report and a row.
        unsafe {
            write_report(analysis, report);
            write_row(state, row);
        }
        Ok(())
    })
}

/// Writes to *summary what is to be said of the frames so far, and to incidents the first of them, as many
/// as there are, were kept and have room. More frames may follow. incidents: room for `count`, or NULL where
/// that is 0. One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `summary` is NULL or
/// points to a summary; `incidents` is NULL or points to `count` incidents.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_finish(
    analyser: *mut flashinator_analyser,
    summary: *mut flashinator_summary,
    incidents: *mut flashinator_incident,
    count: usize,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analysis, arrays) = unsafe { open_analyser(analyser) }?;
        if summary.is_null() || (incidents.is_null() && count > 0) {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let found = analysis.summary();
        // SAFETY: not NULL, so by the contract they point to a summary and to `count` incidents, which
        // need not be initialised, so no reference to them is made.
        unsafe {
            summary.write(found.into());
            for i in 0..count {
                let Some(incident) = analysis.incident(arrays, i) else { break };
                incidents.add(i).write(incident.into());
            }
        }
        Ok(())
    })
}

/// Forgets all frames: the next one is frame 0, and may be shown at any time. One thread at a time.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_reset(
    analyser: *mut flashinator_analyser,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analysis, arrays) = unsafe { open_analyser(analyser) }?;
        analysis.reset(arrays);
        Ok(())
    })
}

/// A short name of a verdict: "pass", "warning", "extended-fail", "fail"; "unknown" for any other number.
/// It lives as long as the program. Never NULL. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_verdict_name(verdict: flashinator_verdict) -> *const c_char {
    let name = match verdict {
        FLASHINATOR_VERDICT_PASS => c"pass",
        FLASHINATOR_VERDICT_WARNING => c"warning",
        FLASHINATOR_VERDICT_EXTENDED_FAIL => c"extended-fail",
        FLASHINATOR_VERDICT_FAIL => c"fail",
        _ => c"unknown",
    };
    name.as_ptr()
}

/// The parts of an analyser.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`, and nobody else uses it.
unsafe fn open_analyser<'a>(
    analyser: *mut flashinator_analyser,
) -> Result<(&'a mut Analysis, &'a mut [u8]), flashinator_status> {
    // SAFETY: the caller's contract; the rest is looked at only behind the right mark.
    unsafe {
        Mark::ANALYSER.check(analyser.cast(), FLASHINATOR_ERROR_NOT_AN_ANALYSER)?;
        let arrays = analyser.cast::<u8>().add(ARRAYS);
        let analysis = &mut (*analyser.cast::<Kept>()).analysis;
        let bytes = analysis.bytes();
        Ok((analysis, slice::from_raw_parts_mut(arrays, bytes)))
    }
}

/// Writes what was said of the last frame: a function of its own, which has no place on the stack while a frame is
/// taken.
///
/// # Safety
///
/// `report` points to a report.
#[inline(never)]
unsafe fn write_report(analysis: &Analysis, report: *mut flashinator_report) {
    // SAFETY: the caller's contract.
    unsafe { report.write(analysis.report().into()) };
}

/// The settings that C describes.
///
/// # Safety
///
/// `settings` is NULL or points to settings that point to what they say.
unsafe fn given<'a>(
    settings: *const flashinator_analyser_settings,
) -> Result<AnalyserSettings<'a>, flashinator_status> {
    let mut given = AnalyserSettings::default();
    if settings.is_null() {
        return Ok(given);
    }
    // SAFETY: not NULL, so by the contract it points to settings, which begin with their size.
    unsafe {
        if settings.cast::<usize>().read() != size_of::<flashinator_analyser_settings>() {
            return Err(FLASHINATOR_ERROR_SETTINGS);
        }
        let from = &*settings;
        let to = &mut given;
        if !from.profile.is_null() {
            to.profile = Profile::try_from(*from.profile)?;
        }
        if from.degrees != 0.0 {
            to.viewing = Viewing::Degrees(from.degrees);
        }
        to.cell = (from.cell != 0).then_some(from.cell);
        if from.most_frames != 0 {
            to.most_frames = from.most_frames;
        }
        if from.matrix != 0 {
            to.matrix = Matrix::from_number(from.matrix).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
        }
        if from.range != 0 {
            to.range = Range::from_number(from.range).ok_or(FLASHINATOR_ERROR_TRANSFER)?;
        }
        if from.incidents != 0 {
            to.incidents = from.incidents;
        }
        to.ignore = ignored_of(from.ignore, from.ignore_count)?;
    }
    Ok(given)
}

fn timestamp(time: flashinator_time) -> Result<Timestamp, flashinator_status> {
    Ok(Timestamp::from_ticks(time.ticks, time.numerator, time.denominator)?)
}

impl From<Report> for flashinator_report {
    fn from(report: Report) -> Self {
        Self {
            frame: report.frame,
            nanoseconds: report.time,
            luminance: report.luminance,
            general: report.general,
            red: report.red,
            verdict: report.verdict as u32,
            flash: report.flash as u32,
            field: report.worst.field.into(),
            area: report.worst.area,
        }
    }
}

impl From<Incident> for flashinator_incident {
    fn from(incident: Incident) -> Self {
        Self {
            first_frame: incident.first_frame,
            last_frame: incident.last_frame,
            start: incident.start,
            end: incident.end,
            peak_frame: incident.peak_frame,
            peak: incident.peak,
            general: incident.general,
            red: incident.red,
            verdict: incident.verdict as u32,
            flash: incident.flash as u32,
            field: incident.worst.field.into(),
            area: incident.worst.area,
        }
    }
}

impl From<Summary> for flashinator_summary {
    fn from(summary: Summary) -> Self {
        Self {
            frames: summary.frames,
            incidents: summary.incidents,
            worst: summary.worst.into(),
            verdict: summary.verdict as u32,
        }
    }
}

const _: () = assert!(Verdict::Fail as u32 == FLASHINATOR_VERDICT_FAIL);
