//! The flash analyser.

use core::ffi::{c_char, c_void};
use core::mem::offset_of;
use core::slice;

use library::{
    Analyser, AnalyserSettings, CellGrid, Curve, Hazard, Incident, MAX_PROFILES, Matrix, Motion,
    Pattern, Primaries, Profile, Range, Report, Summary, Timestamp, Verdict, Viewing,
};

use super::frame::{flashinator_format, flashinator_frame, flashinator_rectangle, shape, view};
use super::profile::{display, flashinator_display, flashinator_profile};
use super::sized::{self, Growing, Output};
use super::state::{Kind, State};
use super::status::*;
use super::table::ignored;

/// The matrix by which YUV is converted to RGB.
pub type flashinator_matrix = u32;

/// ITU-R BT.601, which FFmpeg assumes for streams that name none.
pub const FLASHINATOR_MATRIX_BT601: u32 = 1;
/// ITU-R BT.709.
pub const FLASHINATOR_MATRIX_BT709: u32 = 2;
/// ITU-R BT.2020, non-constant luminance.
pub const FLASHINATOR_MATRIX_BT2020: u32 = 3;

/// The range: which codes are black and white.
pub type flashinator_range = u32;

/// The first and the last code.
pub const FLASHINATOR_RANGE_FULL: u32 = 1;
/// 16 and 235 of 8 bits, and these times 2^(bits - 8) for more bits.
pub const FLASHINATOR_RANGE_LIMITED: u32 = 2;

/// The transfer function: how codes represent light.
pub type flashinator_curve = u32;

/// Standard dynamic range: relative to the white of a display.
pub const FLASHINATOR_CURVE_SDR: u32 = 1;
/// PQ of ITU-R BT.2100 (SMPTE ST 2084): 0 to 10000 cd/m2.
pub const FLASHINATOR_CURVE_PQ: u32 = 2;
/// HLG of ITU-R BT.2100, on a display of 1000 cd/m2 with a system gamma of 1.2.
pub const FLASHINATOR_CURVE_HLG: u32 = 3;

/// The primaries: the colours of red, green and blue.
pub type flashinator_primaries = u32;

/// ITU-R BT.709, also sRGB's.
pub const FLASHINATOR_PRIMARIES_BT709: u32 = 1;
/// ITU-R BT.2020, also BT.2100's.
pub const FLASHINATOR_PRIMARIES_BT2020: u32 = 2;

/// Settings of an analyser. All fields but `size` may be 0: WCAG 2.2, at up to 60 frames a second.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_analyser_settings {
    /// sizeof(flashinator_analyser_settings)
    pub size: usize,
    /// The profiles to judge by, all in one pass over the pixels, or NULL for WCAG 2.2 alone.
    pub profiles: *const *const flashinator_profile,
    /// How many, at most 8.
    pub profile_count: usize,
    /// How wide the picture is shown, in CSS pixels. 0 if it is unknown, or given in degrees.
    pub css_width: f32,
    /// How wide the picture is seen, in degrees up to 180, of 34.1 CSS pixels each. If both are 0, the picture is
    /// judged as if fitted into 1024 x 768 CSS pixels (TRACE: 1920 x 1080).
    pub degrees: f32,
    /// The width of a pixel divided by its height; 0 for square pixels.
    pub pixel_aspect: f32,
    /// The display of standard dynamic range, FLASHINATOR_DISPLAY_..., or 0 for that of each profile.
    pub display: flashinator_display,
    /// For YUV: FLASHINATOR_MATRIX_..., or 0 for BT.601.
    pub matrix: flashinator_matrix,
    /// For YUV: FLASHINATOR_RANGE_..., or 0 for limited.
    pub range: flashinator_range,
    /// The most frames in a second, up to 1000; 0 for 60. Memory grows with it.
    pub max_fps: u32,
    /// Incidents to keep for each profile, up to 65536; 0 for 64. Further ones are only counted.
    pub max_incidents: u32,
    /// The side of a cell in pixels, up to 256; 0 for a tenth of a degree.
    pub cell: u32,
    /// Rectangles to ignore: cells that touch one never flash. They may overlap.
    pub ignore: *const flashinator_rectangle,
    /// How many, at most 16.
    pub ignore_count: usize,
    /// FLASHINATOR_CURVE_..., or 0 for standard dynamic range.
    pub curve: flashinator_curve,
    /// FLASHINATOR_PRIMARIES_..., or 0 for BT.709.
    pub primaries: flashinator_primaries,
}

// SAFETY: `repr(C)`, the size first, numbers and raw pointers only.
unsafe impl Growing for flashinator_analyser_settings {
    const FIRST: usize = offset_of!(Self, curve);
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
/// A warning, and warnings were shown for at least 4 of the last 5 seconds. WCAG allows it, BT.1702 warns of it.
pub const FLASHINATOR_VERDICT_EXTENDED_WARNING: u32 = 2;
/// More than `max_transitions`: more than three flashes in a second.
pub const FLASHINATOR_VERDICT_FAIL: u32 = 3;

/// A kind of hazard.
pub type flashinator_hazard = u32;

/// Flashes of luminance.
pub const FLASHINATOR_HAZARD_GENERAL: u32 = 1;
/// Flashes to or from a saturated red.
pub const FLASHINATOR_HAZARD_RED: u32 = 2;
/// Regular patterns: more than five pairs of light and dark stripes.
pub const FLASHINATOR_HAZARD_PATTERN: u32 = 3;

/// How a regular pattern moves.
pub type flashinator_motion = u32;

/// There is none.
pub const FLASHINATOR_MOTION_NONE: u32 = 0;
/// It stands still.
pub const FLASHINATOR_MOTION_STILL: u32 = 1;
/// It flows smoothly in one direction, which is harmless.
pub const FLASHINATOR_MOTION_DRIFT: u32 = 2;
/// It changes direction, oscillates, flashes or reverses in contrast.
pub const FLASHINATOR_MOTION_CHANGING: u32 = 3;

/// What the analyser says of the regular pattern of a frame. All fields are 0 if the profile looks for none.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_pattern {
    /// The part of the picture, 0 to 1, that has had a pattern for half a second, without the parts where it flows
    /// smoothly in one direction.
    pub area: f64,
    /// The part of the picture in which it changes.
    pub changing: f64,
    /// The most pairs of light and dark stripes, more than 5; 0 if no part of the picture is in a pattern.
    pub pairs: f64,
    /// FLASHINATOR_MOTION_...: how most of it moves.
    pub motion: flashinator_motion,
    /// FLASHINATOR_VERDICT_FAIL if it takes more than 40 % of the picture, or changes on more than 25 %, else PASS.
    pub verdict: flashinator_verdict,
    /// The smallest rectangle around that area, in pixels. Empty if there is none.
    pub bounds: flashinator_rectangle,
}

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
    /// The mean luminance of the picture, as a part of white.
    pub luminance: f64,
    /// Transitions of luminance in the last second, in the field that has the most.
    pub general_transitions: u32,
    /// The same for transitions of saturated red.
    pub red_transitions: u32,
    /// FLASHINATOR_VERDICT_...: the worse of those on flashes and on the regular pattern.
    pub verdict: flashinator_verdict,
    /// FLASHINATOR_HAZARD_...: the kind with the larger count, or PATTERN if the frame fails for its pattern only.
    pub hazard: flashinator_hazard,
    /// The field with that count, in pixels. Empty if nothing flashes.
    pub field: flashinator_rectangle,
    /// The part of the field that has that count, 0 to 1.
    pub area: f64,
    /// The smallest rectangle around the cells that have that count, or lie in the pattern, in pixels; or empty.
    pub flashing: flashinator_rectangle,
    /// The regular pattern.
    pub pattern: flashinator_pattern,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_report {
    const FIRST: usize = offset_of!(Self, flashing);
}

/// What the analyser says of all frames so far.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_summary {
    /// sizeof(flashinator_summary)
    pub size: usize,
    /// The number of frames.
    pub frames: u64,
    /// The number of incidents, including those that are not kept.
    pub incidents: u64,
    /// The number of the worst frame, the first of equals: worst by failure, then by count, then by pattern area.
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
    pub area: f64,
    /// The smallest rectangle around the cells that have that count, or lie in the pattern, in pixels; or empty.
    pub flashing: flashinator_rectangle,
    /// The regular pattern of the worst frame.
    pub pattern: flashinator_pattern,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_summary {
    const FIRST: usize = offset_of!(Self, flashing);
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
    /// The number of the worst frame, as in flashinator_summary.
    pub peak_frame: u64,
    /// When it is shown, in nanoseconds.
    pub peak: i64,
    /// The largest count of transitions of luminance in a second.
    pub general_transitions: u32,
    /// The largest count of transitions of saturated red.
    pub red_transitions: u32,
    /// The worst verdict.
    pub verdict: flashinator_verdict,
    /// FLASHINATOR_HAZARD_...: the kind of the worst frame.
    pub hazard: flashinator_hazard,
    /// The field with the largest count, in pixels.
    pub field: flashinator_rectangle,
    /// The part of the field that has that count, 0 to 1.
    pub area: f64,
    /// The smallest rectangle around the cells that have that count, or lie in the pattern, in pixels; or empty.
    pub flashing: flashinator_rectangle,
    /// The regular pattern, where it takes the most of the picture.
    pub pattern: flashinator_pattern,
}

// SAFETY: `repr(C)`, the size first, numbers only.
unsafe impl Growing for flashinator_incident {
    const FIRST: usize = offset_of!(Self, flashing);
}

/// The cells of a picture, for flashinator_analyser_mask.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct flashinator_cell_grid {
    /// Cells in a row.
    pub columns: u32,
    /// Rows of cells.
    pub rows: u32,
    /// Pixels in the width of a cell. The last cell of a row may have fewer.
    pub cell_width: u32,
    /// Pixels in the height of a cell. The cells of the last row may have fewer.
    pub cell_height: u32,
}

/// Opaque.
pub struct flashinator_analyser {
    _private: [u8; 0],
}

type Object = State<Analyser<&'static mut [u8]>>;

// SAFETY: no other type has this number.
unsafe impl Kind for Analyser<&'static mut [u8]> {
    const KIND: u32 = u32::from_be_bytes(*b"fAna");
    const NOT_ONE: flashinator_status = FLASHINATOR_ERROR_NOT_AN_ANALYSER;
}

/// Computes how many bytes of memory an analyser needs, and checks its settings, which may be NULL. Thread safe.
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
            let mut profiles = [Profile::WCAG_2_2; MAX_PROFILES];
            let settings = settings_at(settings, &mut profiles)?;
            let needed = Analyser::memory_needed(shape, &settings).map_err(status_of)?;
            size.write(Object::bytes(needed));
        }
        Ok(())
    })
}

/// Makes an analyser in `size` bytes of memory, whatever they hold. The analyser is that memory: it must stay
/// where it is, there is nothing else to free, and another object may be made in it at any time. `settings`
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
        // SAFETY: the caller's contract; `analyser` is not NULL.
        unsafe {
            let mut profiles = [Profile::WCAG_2_2; MAX_PROFILES];
            let settings = settings_at(settings, &mut profiles)?;
            let needed = Analyser::memory_needed(shape, &settings).map_err(status_of)?;
            Object::make(memory, size, needed, analyser, |made, arrays| {
                made.write(Analyser::new(shape, &settings, arrays).map_err(status_of)?);
                Ok(())
            })
        }
    })
}

/// Takes the next frame, shown at `time`, and writes the report by the first profile. A frame that is refused
/// does not count.
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
        write_report(&report, &pushed);
        Ok(())
    })
}

/// Writes the report on the last frame by a profile, counted from 0. All fields are 0 before the first frame.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, NOT_FOUND.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `report` is NULL or
/// points to a report.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_report(
    analyser: *mut flashinator_analyser,
    profile: usize,
    report: *mut flashinator_report,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analyser, report) = unsafe { (open(analyser)?, Output::new(report)?) };
        report.write(&analyser.report(profile).ok_or(FLASHINATOR_ERROR_NOT_FOUND)?.into());
        Ok(())
    })
}

/// Writes the summary of the frames so far by a profile, counted from 0. More frames may follow.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, NOT_FOUND.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `summary` is NULL or
/// points to a summary.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_summary(
    analyser: *mut flashinator_analyser,
    profile: usize,
    summary: *mut flashinator_summary,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analyser, summary) = unsafe { (open(analyser)?, Output::new(summary)?) };
        summary.write(&analyser.summary(profile).ok_or(FLASHINATOR_ERROR_NOT_FOUND)?.into());
        Ok(())
    })
}

/// Writes an incident by a profile, both counted from 0. NOT_FOUND if there are no more, or no more are kept.
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
    profile: usize,
    index: usize,
    incident: *mut flashinator_incident,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let (analyser, incident) = unsafe { (open(analyser)?, Output::new(incident)?) };
        let found = analyser.incident(profile, index);
        incident.write(&found.ok_or(FLASHINATOR_ERROR_NOT_FOUND)?.into());
        Ok(())
    })
}

/// Writes how a profile, counted from 0, divides the picture into cells.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, NOT_FOUND.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `grid` is NULL or
/// points to a grid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_grid(
    analyser: *mut flashinator_analyser,
    profile: usize,
    grid: *mut flashinator_cell_grid,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let analyser = unsafe { open(analyser) }?;
        if grid.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let found = analyser.grid(profile).ok_or(FLASHINATOR_ERROR_NOT_FOUND)?;
        let CellGrid { columns, rows, cell_width, cell_height } = found;
        // SAFETY: not NULL, so by the contract it points to a grid.
        unsafe { grid.write(flashinator_cell_grid { columns, rows, cell_width, cell_height }) };
        Ok(())
    })
}

/// Writes which cells have the count of the last frame's report by a profile, a bit for each: rows from the top,
/// each of (columns + 7) / 8 bytes with the lowest bit first. `size`: the bytes of `bits`, at least the rows
/// times that. The report's `flashing` is the rectangle around these cells.
///
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, NOT_FOUND, BUFFER_TOO_SHORT.
///
/// # Safety
///
/// `analyser` is NULL or points to memory given to `flashinator_analyser_init`; `bits` is NULL or
/// points to `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn flashinator_analyser_mask(
    analyser: *mut flashinator_analyser,
    profile: usize,
    bits: *mut u8,
    size: usize,
) -> flashinator_status {
    status(|| {
        // SAFETY: the caller's contract.
        let analyser = unsafe { open(analyser) }?;
        if bits.is_null() {
            return Err(FLASHINATOR_ERROR_NULL);
        }
        let grid = analyser.grid(profile).ok_or(FLASHINATOR_ERROR_NOT_FOUND)?;
        let needed = (grid.columns / 8 + u32::from(!grid.columns.is_multiple_of(8))) as usize
            * grid.rows as usize;
        if size < needed {
            return Err(FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
        }
        // SAFETY: not NULL, so by the contract it points to `size` bytes. They are written first, because they
        // may never have been.
        let bits = unsafe {
            bits.write_bytes(0, needed);
            slice::from_raw_parts_mut(bits, needed)
        };
        analyser.mask(profile, bits).map_err(status_of)?;
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

/// Returns the name of a verdict: "pass", "warning", "extended-warning", "fail", or "unknown" for other numbers.
/// It lives as long as the program. Thread safe.
#[unsafe(no_mangle)]
pub extern "C" fn flashinator_verdict_name(verdict: flashinator_verdict) -> *const c_char {
    let name = match verdict {
        FLASHINATOR_VERDICT_PASS => c"pass",
        FLASHINATOR_VERDICT_WARNING => c"warning",
        FLASHINATOR_VERDICT_EXTENDED_WARNING => c"extended-warning",
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
) -> Result<&'a mut Analyser<&'static mut [u8]>, flashinator_status> {
    // SAFETY: the caller's contract.
    unsafe { Object::open(analyser.cast()) }
}

/// The settings that C describes. `profiles` keeps what they name.
///
/// # Safety
///
/// `settings` is NULL or points to settings that point to what they say.
unsafe fn settings_at<'a>(
    settings: *const flashinator_analyser_settings,
    profiles: &'a mut [Profile; MAX_PROFILES],
) -> Result<AnalyserSettings<'a>, flashinator_status> {
    let mut made = AnalyserSettings::default();
    if settings.is_null() {
        return Ok(made);
    }
    // SAFETY: the caller's contract.
    let given = unsafe { sized::read(settings) }?;
    // SAFETY: as above.
    unsafe { profiles_at(&given, profiles) }?;
    made.profiles = profiles.get(..given.profile_count.max(1)).unwrap_or(profiles);
    made.viewing = match [given.css_width, given.degrees] {
        [0.0, 0.0] => Viewing::Default,
        [css_width, 0.0] => Viewing::CssWidth(css_width),
        [0.0, degrees] => Viewing::Degrees(degrees),
        _ => return Err(FLASHINATOR_ERROR_VIEWING),
    };
    if given.pixel_aspect != 0.0 {
        made.pixel_aspect = given.pixel_aspect;
    }
    if given.display != 0 {
        made.display = Some(display(given.display).ok_or(FLASHINATOR_ERROR_SETTINGS)?);
    }
    if given.matrix != 0 {
        made.matrix = Matrix::from_number(given.matrix).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
    }
    if given.range != 0 {
        made.range = Range::from_number(given.range).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
    }
    if given.curve != 0 {
        made.curve = Curve::from_number(given.curve).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
    }
    if given.primaries != 0 {
        made.primaries =
            Primaries::from_number(given.primaries).ok_or(FLASHINATOR_ERROR_SETTINGS)?;
    }
    if given.max_fps != 0 {
        made.max_fps = given.max_fps;
    }
    if given.max_incidents != 0 {
        made.max_incidents = given.max_incidents;
    }
    if given.cell != 0 {
        made.cell = Some(given.cell);
    }
    // SAFETY: the caller's contract.
    made.ignore = unsafe { ignored(given.ignore, given.ignore_count) }?;
    Ok(made)
}

/// Copies the profiles that settings name.
///
/// # Safety
///
/// `given` points to what it says.
unsafe fn profiles_at(
    given: &flashinator_analyser_settings,
    profiles: &mut [Profile; MAX_PROFILES],
) -> Result<(), flashinator_status> {
    if given.profile_count > MAX_PROFILES {
        return Err(FLASHINATOR_ERROR_PROFILE);
    }
    if given.profile_count > 0 && given.profiles.is_null() {
        return Err(FLASHINATOR_ERROR_NULL);
    }
    for (i, profile) in profiles.iter_mut().enumerate().take(given.profile_count) {
        // SAFETY: not NULL, so by the contract it points to `profile_count` pointers to profiles.
        *profile = Profile::try_from(&unsafe { sized::read(given.profiles.add(i).read())? })?;
    }
    Ok(())
}

/// A function of its own, so that what it keeps has no place on the stack while a frame is taken.
#[inline(never)]
pub(crate) fn write_report(to: &Output<flashinator_report>, report: &Report) {
    to.write(&flashinator_report::from(*report));
}

pub(crate) fn timestamp(time: flashinator_time) -> Result<Timestamp, flashinator_status> {
    Timestamp::from_ticks(time.ticks, time.numerator, time.denominator).map_err(status_of)
}

impl From<Pattern> for flashinator_pattern {
    fn from(pattern: Pattern) -> Self {
        Self {
            area: pattern.area,
            changing: pattern.changing,
            pairs: pattern.pairs,
            motion: pattern.motion as u32,
            verdict: pattern.verdict as u32,
            bounds: pattern.bounds.into(),
        }
    }
}

impl From<Report> for flashinator_report {
    fn from(report: Report) -> Self {
        Self {
            size: size_of::<Self>(),
            frame: report.frame,
            nanoseconds: report.time.nanoseconds(),
            luminance: report.luminance,
            general_transitions: report.transitions[Hazard::General],
            red_transitions: report.transitions[Hazard::Red],
            verdict: report.verdict as u32,
            hazard: report.hazard as u32,
            field: report.worst.field.into(),
            area: report.worst.area,
            flashing: report.flashing.into(),
            pattern: report.pattern.into(),
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
            peak: worst.time.nanoseconds(),
            general_transitions: worst.transitions[Hazard::General],
            red_transitions: worst.transitions[Hazard::Red],
            verdict: summary.verdict as u32,
            hazard: worst.hazard as u32,
            field: worst.worst.field.into(),
            area: worst.worst.area,
            flashing: worst.flashing.into(),
            pattern: worst.pattern.into(),
        }
    }
}

impl From<Incident> for flashinator_incident {
    fn from(incident: Incident) -> Self {
        Self {
            size: size_of::<Self>(),
            first_frame: incident.first_frame,
            last_frame: incident.last_frame,
            start: incident.start.nanoseconds(),
            end: incident.end.nanoseconds(),
            peak_frame: incident.peak_frame,
            peak: incident.peak.nanoseconds(),
            general_transitions: incident.transitions[Hazard::General],
            red_transitions: incident.transitions[Hazard::Red],
            verdict: incident.verdict as u32,
            hazard: incident.hazard as u32,
            field: incident.worst.field.into(),
            area: incident.worst.area,
            flashing: incident.flashing.into(),
            pattern: incident.pattern.into(),
        }
    }
}

const _: () = {
    assert!(Verdict::Warning as u32 == FLASHINATOR_VERDICT_WARNING);
    assert!(Verdict::ExtendedWarning as u32 == FLASHINATOR_VERDICT_EXTENDED_WARNING);
    assert!(Verdict::Fail as u32 == FLASHINATOR_VERDICT_FAIL);
    assert!(Hazard::General as u32 == FLASHINATOR_HAZARD_GENERAL);
    assert!(Hazard::Red as u32 == FLASHINATOR_HAZARD_RED);
    assert!(Hazard::Pattern as u32 == FLASHINATOR_HAZARD_PATTERN);
    assert!(Motion::Still as u32 == FLASHINATOR_MOTION_STILL);
    assert!(Motion::Drift as u32 == FLASHINATOR_MOTION_DRIFT);
    assert!(Motion::Changing as u32 == FLASHINATOR_MOTION_CHANGING);
};
