//! The flash analyser.

use core::ffi::{c_char, c_void};

use library::{
    Analyser, AnalyserSettings, Flash, Incident, Matrix, Profile, Range, Report, Summary,
    Timestamp, Verdict, Viewing,
};

use super::frame::{flashinator_format, flashinator_frame, flashinator_rectangle, shape, view};
use super::profile::flashinator_profile;
use super::sized::{self, Growing, Output};
use super::state::{Kind, State};
use super::status::*;
use super::table::ignored;

/// How YUV becomes RGB.
pub type flashinator_matrix = u32;

/// ITU-R BT.601, which FFmpeg takes for streams that name none.
pub const FLASHINATOR_MATRIX_BT601: u32 = 1;
/// ITU-R BT.709.
pub const FLASHINATOR_MATRIX_BT709: u32 = 2;
/// ITU-R BT.2020, non-constant luminance.
pub const FLASHINATOR_MATRIX_BT2020: u32 = 3;

/// Which codes are black and white.
pub type flashinator_range = u32;

/// The first and the last code.
pub const FLASHINATOR_RANGE_FULL: u32 = 1;
/// 16 and 235 of 8 bits, and so many times more for more bits.
pub const FLASHINATOR_RANGE_LIMITED: u32 = 2;

/// Settings of an analyser. Zero, but for `size`, is the default: WCAG 2.2.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_analyser_settings {
    /// sizeof(flashinator_analyser_settings)
    pub size: usize,
    /// The rules, or NULL for those of WCAG 2.2.
    pub profile: *const flashinator_profile,
    /// How wide the picture is seen, in degrees up to 180; 0 to fit it into 1024 x 768.
    pub degrees: f32,
    /// The side of a cell in pixels, up to 256; 0 for 0.1 degree.
    pub cell: u32,
    /// The most frames in a second, up to 1000; 0 for 60. Memory grows with it.
    pub max_fps: u32,
    /// Incidents to keep, up to 65536; 0 for 64. Further ones are counted only.
    pub max_incidents: u32,
    /// For YUV: FLASHINATOR_MATRIX_..., or 0 for BT.601.
    pub matrix: flashinator_matrix,
    /// For YUV: FLASHINATOR_RANGE_..., or 0 for limited.
    pub range: flashinator_range,
    /// Rectangles to ignore: cells that touch one never flash. They may overlap.
    pub ignore: *const flashinator_rectangle,
    /// How many, at most 16.
    pub ignore_count: usize,
}

// SAFETY: `repr(C)`, the size first, numbers and raw pointers only.
unsafe impl Growing for flashinator_analyser_settings {
    const FIRST: usize = size_of::<Self>();
}

/// A time: ticks * numerator / denominator seconds from any start, less than 146 years. For microseconds
/// {us, 1, 1000000}; for frame i at 30 frames a second {i, 1, 30}; for an AVFrame {pts, time_base.num, .den}.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_time {
    /// The number of ticks.
    pub ticks: i64,
    /// The length of a tick, above 0.
    pub numerator: u32,
    /// Its denominator, above 0.
    pub denominator: u32,
}

/// How a frame or a video is judged. Greater is worse.
pub type flashinator_verdict = u32;

/// Fewer transitions in the last second than the profile's `warn_transitions`.
pub const FLASHINATOR_VERDICT_PASS: u32 = 0;
/// At least that many, but no more than `max_transitions`.
pub const FLASHINATOR_VERDICT_WARNING: u32 = 1;
/// Warnings for at least 4 of the last 5 seconds.
pub const FLASHINATOR_VERDICT_EXTENDED_FAIL: u32 = 2;
/// More than `max_transitions`: more than three flashes in a second.
pub const FLASHINATOR_VERDICT_FAIL: u32 = 3;

/// A kind of flash.
pub type flashinator_hazard = u32;

/// A change of luminance.
pub const FLASHINATOR_HAZARD_GENERAL: u32 = 1;
/// A change to or from a saturated red.
pub const FLASHINATOR_HAZARD_RED: u32 = 2;

/// What the analyser says of a frame.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_report {
    /// sizeof(flashinator_report)
    pub size: usize,
    /// The number of the frame, from 0.
    pub frame: u64,
    /// When it is shown.
    pub nanoseconds: i64,
    /// The mean luminance of the picture.
    pub luminance: f64,
    /// Transitions of luminance in the last second, in the field that has most.
    pub general_transitions: u32,
    /// The same for transitions of saturated red.
    pub red_transitions: u32,
    /// FLASHINATOR_VERDICT_...
    pub verdict: flashinator_verdict,
    /// FLASHINATOR_HAZARD_...: the kind with the larger count.
    pub hazard: flashinator_hazard,
    /// The field with that count, in pixels. Empty if nothing flashes.
    pub field: flashinator_rectangle,
    /// The part of the field that has that count, 0 to 1.
    pub area: f32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_report {
    const FIRST: usize = size_of::<Self>();
}

/// What the analyser says of all frames so far.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_summary {
    /// sizeof(flashinator_summary)
    pub size: usize,
    /// The number of frames.
    pub frames: u64,
    /// The number of incidents, also of those that are not kept.
    pub incidents: u64,
    /// The number of the first frame with the largest count: the end of the worst second.
    pub peak_frame: u64,
    /// When it is shown, in nanoseconds.
    pub peak: i64,
    /// Transitions of luminance in the second before it.
    pub general_transitions: u32,
    /// Transitions of saturated red in the second before it.
    pub red_transitions: u32,
    /// The worst verdict of all frames.
    pub verdict: flashinator_verdict,
    /// FLASHINATOR_HAZARD_...: the kind with the larger count.
    pub hazard: flashinator_hazard,
    /// The field with that count, in pixels. Empty if nothing flashes.
    pub field: flashinator_rectangle,
    /// The part of the field that has that count, 0 to 1.
    pub area: f32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_summary {
    const FIRST: usize = size_of::<Self>();
}

/// Consecutive frames that do not pass.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_incident {
    /// sizeof(flashinator_incident)
    pub size: usize,
    /// The number of the first frame.
    pub first_frame: u64,
    /// The number of the last frame.
    pub last_frame: u64,
    /// When the first frame is shown, in nanoseconds. Its flashes lie in the second before.
    pub start: i64,
    /// When the last frame is shown, in nanoseconds.
    pub end: i64,
    /// The number of the first frame with the largest count.
    pub peak_frame: u64,
    /// When it is shown, in nanoseconds.
    pub peak: i64,
    /// The largest count of transitions of luminance in a second.
    pub general_transitions: u32,
    /// The largest count of transitions of saturated red.
    pub red_transitions: u32,
    /// The worst verdict.
    pub verdict: flashinator_verdict,
    /// FLASHINATOR_HAZARD_...: the kind with the largest count.
    pub hazard: flashinator_hazard,
    /// The field with the largest count, in pixels.
    pub field: flashinator_rectangle,
    /// The part of the field that has that count, 0 to 1.
    pub area: f32,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_incident {
    const FIRST: usize = size_of::<Self>();
}

/// Opaque.
pub struct flashinator_analyser {
    _private: [u8; 0],
}

type Object = State<Analyser<'static>>;

// SAFETY: no other type has this number.
unsafe impl Kind for Analyser<'static> {
    const KIND: u32 = u32::from_be_bytes(*b"fAna");
    const NOT_ONE: flashinator_status = FLASHINATOR_ERROR_NOT_AN_ANALYSER;
}

/// Gives the bytes of memory that an analyser needs, and checks its settings, which may be NULL. Thread safe.
///
/// Errors: NULL, STRUCT_SIZE, STRUCT_NEWER, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, SETTINGS, PROFILE,
/// VIEWING, RATE, RECTANGLE.
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
            let settings = settings_at(settings)?;
            let needed = Analyser::memory_needed(shape, &settings).map_err(status_of)?;
            size.write(Object::bytes(needed));
        }
        Ok(())
    })
}

/// Begins an analyser in `size` bytes of memory, whatever they hold. The analyser is that memory: it must stay
/// where it is, there is nothing else to free, and another object may be begun in it at any time. `settings`
/// may be NULL, and is not needed after the call. Functions that take the same analyser must not be called at
/// the same time; between calls it may go to another thread.
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
        if analyser.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let shape = shape(format, width, height)?;
        // SAFETY: the caller's contract. The object is written before the state is sealed.
        unsafe {
            let settings = settings_at(settings)?;
            let needed = Analyser::memory_needed(shape, &settings).map_err(status_of)?;
            let (state, arrays) = Object::split(memory, size, needed)?;
            let made = Analyser::new(shape, &settings, arrays).map_err(status_of)?;
            (&raw mut (*state).object).write(made);
            Object::seal(state);
            analyser.write(state.cast());
        }
        Ok(())
    })
}

/// Takes the next frame, shown at `time`, and writes its report. A frame that is refused does not count.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE,
/// STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED, TIME, TIME_NOT_AFTER, RATE_TOO_HIGH.
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
        let (analyser, report, frame) =
            unsafe { (open(analyser)?, Output::new(report)?, view(frame)?) };
        let pushed = analyser.push(&frame, timestamp(time)?).map_err(status_of)?;
        report.write(&pushed.into());
        Ok(())
    })
}

/// Writes the summary of the frames so far. More frames may follow.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `summary` is NULL or
/// points to a summary.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_summary(
    analyser: *mut flashinator_analyser,
    summary: *mut flashinator_summary,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analyser, summary) = unsafe { (open(analyser)?, Output::new(summary)?) };
        summary.write(&analyser.summary().into());
        Ok(())
    })
}

/// Writes an incident, the first of which is 0. NOT_FOUND says that there are no more, or no more were kept.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, NOT_FOUND.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `incident` is NULL or
/// points to an incident.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_incident(
    analyser: *mut flashinator_analyser,
    index: usize,
    incident: *mut flashinator_incident,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analyser, incident) = unsafe { (open(analyser)?, Output::new(incident)?) };
        let found = analyser.incident(index).ok_or(FLASHINATOR_ERROR_NOT_FOUND)?;
        incident.write(&found.into());
        Ok(())
    })
}

/// Forgets all frames: the next one is frame 0, and may have any time.
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
        unsafe { open(analyser) }?.reset();
        Ok(())
    })
}

/// Returns the name of a verdict: "pass", "warning", "extended-fail", "fail", or "unknown" for other numbers.
/// It lives as long as the program. Thread safe.
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

/// The analyser in the caller's memory.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`, and nobody else uses it.
pub(crate) unsafe fn open<'a>(
    analyser: *mut flashinator_analyser,
) -> Result<&'a mut Analyser<'static>, flashinator_status> {
    // SAFETY: the caller's contract.
    unsafe { Object::open(analyser.cast()) }
}

/// The settings that C describes.
///
/// # Safety
///
/// `settings` is NULL or points to settings that point to what they say.
unsafe fn settings_at<'a>(
    settings: *const flashinator_analyser_settings,
) -> Result<AnalyserSettings<'a>, flashinator_status> {
    let mut made = AnalyserSettings::default();
    if settings.is_null() {
        return Ok(made);
    }
    // SAFETY: the caller's contract.
    unsafe {
        let given = sized::read(settings)?;
        if !given.profile.is_null() {
            made.profile = Profile::try_from(sized::read(given.profile)?)?;
        }
        if given.degrees != 0.0 {
            made.viewing = Viewing::Degrees(given.degrees);
        }
        if given.cell != 0 {
            made.cell = Some(given.cell);
        }
        if given.max_fps != 0 {
            made.most_frames = given.max_fps;
        }
        if given.max_incidents > MOST_INCIDENTS {
            return Err(FLASHINATOR_ERROR_SETTINGS);
        }
        if given.max_incidents != 0 {
            made.incidents = given.max_incidents;
        }
        if given.matrix != 0 {
            made.matrix = Matrix::from_number(given.matrix).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
        }
        if given.range != 0 {
            made.range = Range::from_number(given.range).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
        }
        made.ignore = ignored(given.ignore, given.ignore_count)?;
    }
    Ok(made)
}

/// The most incidents that can be kept.
const MOST_INCIDENTS: u32 = 65_536;

pub(crate) fn timestamp(time: flashinator_time) -> Result<Timestamp, flashinator_status> {
    Timestamp::from_ticks(time.ticks, time.numerator, time.denominator).map_err(status_of)
}

impl From<Report> for flashinator_report {
    fn from(report: Report) -> Self {
        Self {
            size: size_of::<Self>(),
            frame: report.frame,
            nanoseconds: report.time,
            luminance: report.luminance,
            general_transitions: report.general,
            red_transitions: report.red,
            verdict: report.verdict as u32,
            hazard: report.flash as u32,
            field: report.worst.field.into(),
            area: report.worst.area,
        }
    }
}

impl From<Summary> for flashinator_summary {
    fn from(summary: Summary) -> Self {
        let worst = summary.worst;
        Self {
            size: size_of::<Self>(),
            frames: summary.frames,
            incidents: summary.incidents,
            peak_frame: worst.frame,
            peak: worst.time,
            general_transitions: worst.general,
            red_transitions: worst.red,
            verdict: summary.verdict as u32,
            hazard: worst.flash as u32,
            field: worst.worst.field.into(),
            area: worst.worst.area,
        }
    }
}

impl From<Incident> for flashinator_incident {
    fn from(incident: Incident) -> Self {
        Self {
            size: size_of::<Self>(),
            first_frame: incident.first_frame,
            last_frame: incident.last_frame,
            start: incident.start,
            end: incident.end,
            peak_frame: incident.peak_frame,
            peak: incident.peak,
            general_transitions: incident.general,
            red_transitions: incident.red,
            verdict: incident.verdict as u32,
            hazard: incident.flash as u32,
            field: incident.worst.field.into(),
            area: incident.worst.area,
        }
    }
}

const _: () = {
    assert!(Verdict::Fail as u32 == FLASHINATOR_VERDICT_FAIL);
    assert!(Flash::Red as u32 == FLASHINATOR_HAZARD_RED);
};
