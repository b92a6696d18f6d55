/* flashinator: tells, frame by frame, whether a video flashes dangerously.
 *
 * An analyser judges a video by a standard, by default WCAG 2.2:
 *
 *     size_t size;
 *     flashinator_analyser *analyser;
 *     flashinator_analyser_memory(FLASHINATOR_FORMAT_RGB24, width, height, NULL, &size);
 *     void *memory = malloc(size);
 *     flashinator_analyser_init(memory, size, FLASHINATOR_FORMAT_RGB24, width, height, NULL, &analyser);
 *
 *     flashinator_frame frame = {FLASHINATOR_FORMAT_RGB24, width, height, {{pixels, bytes, 0}}};
 *     flashinator_time time = {0, 1, 30};
 *     flashinator_report report = FLASHINATOR_REPORT_INIT;
 *     for (; read_pixels(pixels); time.ticks++) {
 *         flashinator_analyser_push(analyser, &frame, time, &report);
 *         if (report.verdict == FLASHINATOR_VERDICT_FAIL) ...
 *     }
 *     free(memory);
 *
 * A T table is used in the same way and has a row for each frame: how much it differs from the one before.
 *
 * A function that can fail returns a status. Its comment names its errors, without FLASHINATOR_ERROR_. The library
 * allocates nothing, has no global state, keeps no pointer to a frame, and reads nothing outside its rows.
 * Pointers must not be NULL unless a comment says that they may be. Two rules hold for all functions:
 *
 * 1. Sizes. A struct that may grow in later versions begins with `size`. Set it to the sizeof of the struct,
 *    or initialise the struct with its macro ..._INIT, whether the library reads or writes it. Programs and
 *    libraries of different versions then work together. A field that the program does not have is taken as 0
 *    and not written. A field that the library does not have must be 0 (else STRUCT_NEWER) and is not written.
 * 2. Overlap. What a function writes must not overlap anything else that it is given, unless a comment says
 *    that it may.
 */
#ifndef FLASHINATOR_H
#define FLASHINATOR_H

/* Made from capi/src: change that, then write this anew as tests/header.rs says. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version and statuses */

/// Version of this header. It changes when programs must be compiled again (below 1.0: MINOR).
#define FLASHINATOR_VERSION_MAJOR 0
/// It changes with every addition.
#define FLASHINATOR_VERSION_MINOR 1
/// It changes with every correction.
#define FLASHINATOR_VERSION_PATCH 0
/// All three in one number, greater for later versions.
#define FLASHINATOR_VERSION (((FLASHINATOR_VERSION_MAJOR << 16) | (FLASHINATOR_VERSION_MINOR << 8)) | FLASHINATOR_VERSION_PATCH)

/// Returns the version of the library as text, such as "0.1.0". Thread safe.
const char *flashinator_version(void);

/// Returns the version of the library as a number. If it differs from FLASHINATOR_VERSION, the program was
/// compiled with the header of another version. Thread safe.
uint32_t flashinator_version_number(void);

/// The result of a function: FLASHINATOR_OK, or why it failed.
typedef int32_t flashinator_status;
/// Success.
#define FLASHINATOR_OK 0
/// A pointer that must point to something is NULL.
#define FLASHINATOR_ERROR_NULL 1
/// The `size` of a struct is not set, or is smaller than in its first version.
#define FLASHINATOR_ERROR_STRUCT_SIZE 2
/// A struct is newer than the library, and a field that the library does not know is not 0.
#define FLASHINATOR_ERROR_STRUCT_NEWER 3
/// The memory for an analyser, a table or a LUT is too small.
#define FLASHINATOR_ERROR_MEMORY_TOO_SMALL 4
/// The memory is not aligned to FLASHINATOR_ALIGNMENT bytes, or an array is not aligned to its elements.
#define FLASHINATOR_ERROR_MISALIGNED 5
/// The memory holds no analyser.
#define FLASHINATOR_ERROR_NOT_AN_ANALYSER 6
/// The memory holds no table.
#define FLASHINATOR_ERROR_NOT_A_TABLE 7
/// The memory holds no LUT.
#define FLASHINATOR_ERROR_NOT_A_LUT 8
/// The memory was initialised by another version of the library.
#define FLASHINATOR_ERROR_VERSION 9
/// The pixel format is unknown.
#define FLASHINATOR_ERROR_FORMAT 10
/// This build of the library does not support the format, the gray or the setting.
#define FLASHINATOR_ERROR_NOT_BUILT 11
/// There are no pixels: the width or height is 0, or all pixels are ignored.
#define FLASHINATOR_ERROR_EMPTY_FRAME 12
/// The frame does not fit into the address space.
#define FLASHINATOR_ERROR_TOO_LARGE 13
/// The stride is smaller than a row.
#define FLASHINATOR_ERROR_STRIDE 14
/// The buffer is too short, or does not hold whole frames.
#define FLASHINATOR_ERROR_BUFFER_TOO_SHORT 15
/// The format or size of a frame differs from the one expected.
#define FLASHINATOR_ERROR_SHAPE_CHANGED 16
/// A rectangle reaches out of the frame, splits a chroma sample, or there are too many.
#define FLASHINATOR_ERROR_RECTANGLE 17
/// A setting is out of range or not one of its constants.
#define FLASHINATOR_ERROR_SETTINGS 18
/// A profile is unknown or has a number out of range, or there are too many.
#define FLASHINATOR_ERROR_PROFILE 19
/// The viewing width, pixel aspect ratio or cell size is out of range.
#define FLASHINATOR_ERROR_VIEWING 20
/// The frame rate is above 1000.
#define FLASHINATOR_ERROR_RATE 21
/// The time is out of range, or its time base is 0.
#define FLASHINATOR_ERROR_TIME 22
/// The time is not after that of the previous frame.
#define FLASHINATOR_ERROR_TIME_NOT_AFTER 23
/// There are more frames in a second than `max_fps`.
#define FLASHINATOR_ERROR_RATE_TOO_HIGH 24
/// There is no such profile or incident.
#define FLASHINATOR_ERROR_NOT_FOUND 25
/// There are fewer rows than frames.
#define FLASHINATOR_ERROR_TOO_FEW_ROWS 26
/// The format has more than 8 bits and needs a LUT.
#define FLASHINATOR_ERROR_LUT_NEEDED 27
/// The LUT has a different number of codes than the format.
#define FLASHINATOR_ERROR_LUT_LENGTH 28
/// The luminance falls or is not finite.
#define FLASHINATOR_ERROR_BAD_LUT 29
/// The transfer function or range is unknown, or white is not above black.
#define FLASHINATOR_ERROR_TRANSFER 30
/// There is no such stripe, or stripes are not all those of one frame of the analyser.
#define FLASHINATOR_ERROR_STRIPES 31
/// The memory holds no stripe.
#define FLASHINATOR_ERROR_NOT_A_STRIPE 32

/// Returns a line of English that says what a status means and what to do about it. It lives as long as the
/// program. Never NULL, not even for unknown numbers. Thread safe.
const char *flashinator_status_text(flashinator_status status);

/* Frames */

/// A pixel format. Lower-case names are FFmpeg's for the same layout. Samples of more than 8 bits are 16-bit
/// little-endian words whose unused bits are ignored, and so is alpha. The T table uses only Y of YUV.
typedef uint32_t flashinator_format;
/// 8-bit gray.
#define FLASHINATOR_FORMAT_GRAY8 1
/// Bytes R, G, B.
#define FLASHINATOR_FORMAT_RGB24 2
/// Bytes B, G, R.
#define FLASHINATOR_FORMAT_BGR24 3
/// Bytes R, G, B, alpha.
#define FLASHINATOR_FORMAT_RGBA 4
/// Bytes B, G, R, alpha.
#define FLASHINATOR_FORMAT_BGRA 5
/// Bytes alpha, R, G, B.
#define FLASHINATOR_FORMAT_ARGB 6
/// Bytes alpha, B, G, R.
#define FLASHINATOR_FORMAT_ABGR 7
/// Planes G, B, R.
#define FLASHINATOR_FORMAT_GBRP 8
/// Planes Y, Cb, Cr, 4:2:0. yuv420p
#define FLASHINATOR_FORMAT_I420 9
/// Planes Y, Cr, Cb, 4:2:0.
#define FLASHINATOR_FORMAT_YV12 10
/// Planes Y, CbCr, 4:2:0. nv12
#define FLASHINATOR_FORMAT_NV12 11
/// Planes Y, CrCb, 4:2:0. nv21
#define FLASHINATOR_FORMAT_NV21 12
/// Planes Y, Cb, Cr, 4:2:2. yuv422p
#define FLASHINATOR_FORMAT_I422 13
/// Planes Y, Cb, Cr, 4:4:4. yuv444p
#define FLASHINATOR_FORMAT_I444 14
/// 10 bits. yuv420p10le
#define FLASHINATOR_FORMAT_I420P10 15
/// 10 bits. yuv422p10le
#define FLASHINATOR_FORMAT_I422P10 16
/// 10 bits. yuv444p10le
#define FLASHINATOR_FORMAT_I444P10 17
/// 12 bits. yuv420p12le
#define FLASHINATOR_FORMAT_I420P12 18
/// 12 bits. yuv422p12le
#define FLASHINATOR_FORMAT_I422P12 19
/// 12 bits. yuv444p12le
#define FLASHINATOR_FORMAT_I444P12 20
/// Planes Y, CbCr, 4:2:0, 10 bits in the upper bits. p010le
#define FLASHINATOR_FORMAT_P010 21
/// The same with 12 bits. p012le
#define FLASHINATOR_FORMAT_P012 22
/// 10-bit gray. gray10le
#define FLASHINATOR_FORMAT_GRAY10 23
/// 12-bit gray. gray12le
#define FLASHINATOR_FORMAT_GRAY12 24
/// 16-bit gray. gray16le
#define FLASHINATOR_FORMAT_GRAY16 25
/// The same as RGBA.
#define FLASHINATOR_FORMAT_RGBX 4
/// The same as BGRA.
#define FLASHINATOR_FORMAT_BGRX 5
/// The same as ARGB.
#define FLASHINATOR_FORMAT_XRGB 6
/// The same as ABGR.
#define FLASHINATOR_FORMAT_XBGR 7

/// A plane of a frame.
typedef struct flashinator_plane {
  /// The first byte of the top row.
  const uint8_t *data;
  /// Bytes that can be read, beginning at the row with the lowest address.
  size_t size;
  /// Bytes from one row to the row below it, or 0 for rows without padding. Negative for bottom-up pictures.
  /// Padding is never read.
  ptrdiff_t stride;
} flashinator_plane;

/// A frame in the caller's memory. The library reads it during the call and keeps no pointer to it.
typedef struct flashinator_frame {
  /// FLASHINATOR_FORMAT_...
  flashinator_format format;
  /// Pixels in a row, at least 1. May be odd, even with subsampled chroma.
  uint32_t width;
  /// Rows, at least 1.
  uint32_t height;
  /// The planes of the format, in their order. Others are ignored.
  flashinator_plane planes[3];
} flashinator_frame;

/// A rectangle of pixels.
typedef struct flashinator_rectangle {
  /// The first column, counted from 0.
  uint32_t x;
  /// The first row, counted from 0.
  uint32_t y;
  /// Columns.
  uint32_t width;
  /// Rows.
  uint32_t height;
} flashinator_rectangle;

/// Makes *part a view of a part of a frame, for a region of interest or a stripe per thread. No pixels are
/// copied, and `part` may be `frame`. With subsampled chroma the part must start at even positions. Thread safe.
/// Errors: NULL, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, RECTANGLE.
flashinator_status flashinator_frame_crop(const flashinator_frame *frame, flashinator_rectangle rectangle,
    flashinator_frame *part);

/// Alignment of the memory for an analyser, a table or a LUT, in bytes. Multiples of 64 are fastest.
#define FLASHINATOR_ALIGNMENT 8

/* Profiles: what counts as a flash, and how many are too many */

/// Published rules.
typedef uint32_t flashinator_profile_id;
/// WCAG 2.2, SC 2.3.1: changes of relative luminance of 0.1 or more, the darker below 0.8, or of saturated red
/// by more than 0.2 in CIE 1976 u'v', on more than a quarter of any 10 degrees of the visual field.
#define FLASHINATOR_PROFILE_WCAG_2_2 1
/// WCAG 2.1: the same, but red changes by (R - G - B) * 320 of more than 20.
#define FLASHINATOR_PROFILE_WCAG_2_1 2
/// WCAG 2.2, SC 2.3.2 (level AAA): flashes of any area and any brightness.
#define FLASHINATOR_PROFILE_WCAG_2_2_AAA 3
/// ITU-R BT.1702-3: white of 200 cd/m2; changes of 20 cd/m2 or more, the darker below 160, and above that of a
/// Michelson contrast of 1/17 or more, on more than a quarter of the picture; regular patterns of more than five pairs of
/// stripes on more than 40 % of it, or 25 % where they change.
#define FLASHINATOR_PROFILE_BT_1702 4
/// Ofcom's guidance note: as BT.1702, with the note's curve of luminance; high dynamic range as by BT.1702.
#define FLASHINATOR_PROFILE_OFCOM 5
/// The rules of the TRACE test media of 2024.
#define FLASHINATOR_PROFILE_TRACE_24 6

/// What the luminance of a pixel is.
typedef uint32_t flashinator_light;
/// 0.2126 R + 0.7152 G + 0.0722 B of the linear light of the display.
#define FLASHINATOR_LIGHT_DISPLAY 1
/// 413.435 (0.002745 x + 0.0189623)^2.2 cd/m2 of the luma x, 0 to 255: the curve of Ofcom's note.
#define FLASHINATOR_LIGHT_OFCOM_NOTE 2

/// The display that pixels are made for.
typedef uint32_t flashinator_display;
/// sRGB (IEC 61966-2-1).
#define FLASHINATOR_DISPLAY_SRGB 1
/// ITU-R BT.1886: gamma 2.4, black at 0.
#define FLASHINATOR_DISPLAY_BT1886 2

/// What a change of red is.
typedef uint32_t flashinator_red;
/// A distance in CIE 1976 u'v'.
#define FLASHINATOR_RED_CHROMATICITY 1
/// A difference of max(0, R - G - B) * 320.
#define FLASHINATOR_RED_DIFFERENCE 2

/// What counts as a flash, and how many are too many. Start from flashinator_profile_of.
typedef struct flashinator_profile {
  /// sizeof(flashinator_profile)
  size_t size;
  /// FLASHINATOR_LIGHT_...
  flashinator_light light;
  /// The display for YUV, FLASHINATOR_DISPLAY_... For RGB and gray it is always sRGB.
  flashinator_display yuv_display;
  /// The luminance of white, in the unit of the next two fields: 1, or in cd/m2.
  float white;
  /// The smallest change of luminance that is a transition, above 0.
  float min_step;
  /// The darker of the two luminances must be below this.
  float dark_limit;
  /// If it is not: the smallest Michelson contrast that is a transition, or HUGE_VALF (infinity) if none is.
  float min_contrast;
  /// FLASHINATOR_RED_...
  flashinator_red red;
  /// A red transition is a change of more than this, above 0.
  float min_red;
  /// The smallest R / (R + G + B) of a saturated red, 0 to 1.
  float saturation;
  /// The longest time of a transition in seconds, or HUGE_VALF for no limit.
  float longest;
  /// Transitions at most this far apart in seconds count as one, 0 to 1.
  float together;
  /// The width of a field, in CSS pixels of the picture as it is shown; 0 if the field is the picture.
  float field_width;
  /// The height of a field; 0 if the field is the picture.
  float field_height;
  /// By default the picture is judged as if fitted into this width in CSS pixels,
  float fit_width;
  /// and into this height.
  float fit_height;
  /// More than this part of a field must flash: 0 for any part, below 1.
  float min_area;
  /// Transitions in a second that are a warning, at least 1.
  uint32_t warn_transitions;
  /// The most transitions in a second that do not fail. A flash is two of them.
  uint32_t max_transitions;
  /// 1 if warnings in 4 of the last 5 seconds are extended warnings, else 0.
  uint32_t extended;
  /// The luminance in cd/m2 that counts as white in high dynamic range. 0 stands for 203 if `white` is 1, else
  /// for `white`, and then luminance is absolute.
  float reference_white;
  /// 1 to look for regular patterns as well, by BT.1702-3, else 0. If it is 1, a library built without formats
  /// returns NOT_BUILT.
  uint32_t patterns;
  /// 0.
  uint32_t reserved;
} flashinator_profile;
#define FLASHINATOR_PROFILE_INIT {sizeof(flashinator_profile), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/// Writes published rules, to be used as they are or changed. Thread safe.
/// Errors: NULL, STRUCT_SIZE, PROFILE.
flashinator_status flashinator_profile_of(flashinator_profile_id id, flashinator_profile *profile);

/* The analyser */

/// The matrix by which YUV is converted to RGB.
typedef uint32_t flashinator_matrix;
/// ITU-R BT.601, which FFmpeg assumes for streams that name none.
#define FLASHINATOR_MATRIX_BT601 1
/// ITU-R BT.709.
#define FLASHINATOR_MATRIX_BT709 2
/// ITU-R BT.2020, non-constant luminance.
#define FLASHINATOR_MATRIX_BT2020 3

/// The range: which codes are black and white.
typedef uint32_t flashinator_range;
/// The first and the last code.
#define FLASHINATOR_RANGE_FULL 1
/// 16 and 235 of 8 bits, and these times 2^(bits - 8) for more bits.
#define FLASHINATOR_RANGE_LIMITED 2

/// The transfer function: how codes represent light.
typedef uint32_t flashinator_curve;
/// Standard dynamic range: relative to the white of a display.
#define FLASHINATOR_CURVE_SDR 1
/// PQ of ITU-R BT.2100 (SMPTE ST 2084): 0 to 10000 cd/m2.
#define FLASHINATOR_CURVE_PQ 2
/// HLG of ITU-R BT.2100, on a display of 1000 cd/m2 with a system gamma of 1.2.
#define FLASHINATOR_CURVE_HLG 3

/// The primaries: the colours of red, green and blue.
typedef uint32_t flashinator_primaries;
/// ITU-R BT.709, also sRGB's.
#define FLASHINATOR_PRIMARIES_BT709 1
/// ITU-R BT.2020, also BT.2100's.
#define FLASHINATOR_PRIMARIES_BT2020 2

/// Settings of an analyser. All fields but `size` may be 0: WCAG 2.2, at up to 60 frames a second.
typedef struct flashinator_analyser_settings {
  /// sizeof(flashinator_analyser_settings)
  size_t size;
  /// The profiles to judge by, all in one pass over the pixels, or NULL for WCAG 2.2 alone.
  const flashinator_profile *const *profiles;
  /// How many, at most 8.
  size_t profile_count;
  /// How wide the picture is shown, in CSS pixels. 0 if it is unknown, or given in degrees.
  float css_width;
  /// How wide the picture is seen, in degrees up to 180, of 34.1 CSS pixels each. If both are 0, the picture is
  /// judged as if fitted into 1024 x 768 CSS pixels (TRACE: 1920 x 1080).
  float degrees;
  /// The width of a pixel divided by its height; 0 for square pixels.
  float pixel_aspect;
  /// The display of standard dynamic range, FLASHINATOR_DISPLAY_..., or 0 for that of each profile.
  flashinator_display display;
  /// For YUV: FLASHINATOR_MATRIX_..., or 0 for BT.601.
  flashinator_matrix matrix;
  /// For YUV: FLASHINATOR_RANGE_..., or 0 for limited.
  flashinator_range range;
  /// The most frames in a second, up to 1000; 0 for 60. Memory grows with it.
  uint32_t max_fps;
  /// Incidents to keep for each profile, up to 65536; 0 for 64. Further ones are only counted.
  uint32_t max_incidents;
  /// The side of a cell in pixels, up to 256; 0 for a tenth of a degree.
  uint32_t cell;
  /// Rectangles to ignore: cells that touch one never flash. They may overlap.
  const flashinator_rectangle *ignore;
  /// How many, at most 16.
  size_t ignore_count;
  /// FLASHINATOR_CURVE_..., or 0 for standard dynamic range.
  flashinator_curve curve;
  /// FLASHINATOR_PRIMARIES_..., or 0 for BT.709.
  flashinator_primaries primaries;
} flashinator_analyser_settings;
#define FLASHINATOR_ANALYSER_SETTINGS_INIT {sizeof(flashinator_analyser_settings), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/// A time: ticks * numerator / denominator seconds from any start, less than 146 years. For microseconds
/// {us, 1, 1000000}; for frame i at 30 frames a second {i, 1, 30}; for an AVFrame {pts, time_base.num, .den}.
typedef struct flashinator_time {
  /// The number of ticks.
  int64_t ticks;
  /// The length of a tick, above 0.
  uint32_t numerator;
  /// Its denominator, above 0.
  uint32_t denominator;
} flashinator_time;

/// How a frame or a video is judged. Greater is worse.
typedef uint32_t flashinator_verdict;
/// Fewer transitions in the last second than the profile's `warn_transitions`.
#define FLASHINATOR_VERDICT_PASS 0
/// At least that many, but no more than `max_transitions`.
#define FLASHINATOR_VERDICT_WARNING 1
/// A warning, and warnings were shown for at least 4 of the last 5 seconds. WCAG allows it, BT.1702 warns of it.
#define FLASHINATOR_VERDICT_EXTENDED_WARNING 2
/// More than `max_transitions`: more than three flashes in a second.
#define FLASHINATOR_VERDICT_FAIL 3

/// A kind of hazard.
typedef uint32_t flashinator_hazard;
/// Flashes of luminance.
#define FLASHINATOR_HAZARD_GENERAL 1
/// Flashes to or from a saturated red.
#define FLASHINATOR_HAZARD_RED 2
/// Regular patterns: more than five pairs of light and dark stripes.
#define FLASHINATOR_HAZARD_PATTERN 3

/// How a regular pattern moves.
typedef uint32_t flashinator_motion;
/// There is none.
#define FLASHINATOR_MOTION_NONE 0
/// It stands still.
#define FLASHINATOR_MOTION_STILL 1
/// It flows smoothly in one direction, which is harmless.
#define FLASHINATOR_MOTION_DRIFT 2
/// It changes direction, oscillates, flashes or reverses in contrast.
#define FLASHINATOR_MOTION_CHANGING 3

/// What the analyser says of the regular pattern of a frame. All fields are 0 if the profile looks for none.
typedef struct flashinator_pattern {
  /// The part of the picture, 0 to 1, that has had a pattern for half a second, without the parts where it flows
  /// smoothly in one direction.
  double area;
  /// The part of the picture in which it changes.
  double changing;
  /// The most pairs of light and dark stripes, more than 5; 0 if no part of the picture is in a pattern.
  double pairs;
  /// FLASHINATOR_MOTION_...: how most of it moves.
  flashinator_motion motion;
  /// FLASHINATOR_VERDICT_FAIL if it takes more than 40 % of the picture, or changes on more than 25 %, else PASS.
  flashinator_verdict verdict;
  /// The smallest rectangle around that area, in pixels. Empty if there is none.
  flashinator_rectangle bounds;
} flashinator_pattern;

/// What the analyser says of a frame.
typedef struct flashinator_report {
  /// sizeof(flashinator_report)
  size_t size;
  /// The number of the frame, from 0.
  uint64_t frame;
  /// When it is shown.
  int64_t nanoseconds;
  /// The mean luminance of the picture, as a part of white.
  double luminance;
  /// Transitions of luminance in the last second, in the field that has the most.
  uint32_t general_transitions;
  /// The same for transitions of saturated red.
  uint32_t red_transitions;
  /// FLASHINATOR_VERDICT_...: the worse of those on flashes and on the regular pattern.
  flashinator_verdict verdict;
  /// FLASHINATOR_HAZARD_...: the kind with the larger count, or PATTERN if the frame fails for its pattern only.
  flashinator_hazard hazard;
  /// The field with that count, in pixels. Empty if nothing flashes.
  flashinator_rectangle field;
  /// The part of the field that has that count, 0 to 1.
  double area;
  /// The smallest rectangle around the cells that have that count, or lie in the pattern, in pixels; or empty.
  flashinator_rectangle flashing;
  /// The regular pattern.
  flashinator_pattern pattern;
} flashinator_report;
#define FLASHINATOR_REPORT_INIT {sizeof(flashinator_report), 0, 0, 0, 0, 0, 0, 0, {0, 0, 0, 0}, 0, {0, 0, 0, 0}, {0, 0, 0, 0, 0, {0, 0, 0, 0}}}

/// What the analyser says of all frames so far.
typedef struct flashinator_summary {
  /// sizeof(flashinator_summary)
  size_t size;
  /// The number of frames.
  uint64_t frames;
  /// The number of incidents, including those that are not kept.
  uint64_t incidents;
  /// The number of the worst frame, the first of equals: worst by failure, then by count, then by pattern area.
  uint64_t peak_frame;
  /// When it is shown, in nanoseconds.
  int64_t peak;
  /// Transitions of luminance in the second before it.
  uint32_t general_transitions;
  /// Transitions of saturated red in the second before it.
  uint32_t red_transitions;
  /// The worst verdict of all frames.
  flashinator_verdict verdict;
  /// FLASHINATOR_HAZARD_...: the kind with the larger count.
  flashinator_hazard hazard;
  /// The field with that count, in pixels. Empty if nothing flashes.
  flashinator_rectangle field;
  /// The part of the field that has that count, 0 to 1.
  double area;
  /// The smallest rectangle around the cells that have that count, or lie in the pattern, in pixels; or empty.
  flashinator_rectangle flashing;
  /// The regular pattern of the worst frame.
  flashinator_pattern pattern;
} flashinator_summary;
#define FLASHINATOR_SUMMARY_INIT {sizeof(flashinator_summary), 0, 0, 0, 0, 0, 0, 0, 0, {0, 0, 0, 0}, 0, {0, 0, 0, 0}, {0, 0, 0, 0, 0, {0, 0, 0, 0}}}

/// Consecutive frames that do not pass.
typedef struct flashinator_incident {
  /// sizeof(flashinator_incident)
  size_t size;
  /// The number of the first frame.
  uint64_t first_frame;
  /// The number of the last frame.
  uint64_t last_frame;
  /// When the first frame is shown, in nanoseconds. Its flashes lie in the second before.
  int64_t start;
  /// When the last frame is shown, in nanoseconds.
  int64_t end;
  /// The number of the worst frame, as in flashinator_summary.
  uint64_t peak_frame;
  /// When it is shown, in nanoseconds.
  int64_t peak;
  /// The largest count of transitions of luminance in a second.
  uint32_t general_transitions;
  /// The largest count of transitions of saturated red.
  uint32_t red_transitions;
  /// The worst verdict.
  flashinator_verdict verdict;
  /// FLASHINATOR_HAZARD_...: the kind of the worst frame.
  flashinator_hazard hazard;
  /// The field with the largest count, in pixels.
  flashinator_rectangle field;
  /// The part of the field that has that count, 0 to 1.
  double area;
  /// The smallest rectangle around the cells that have that count, or lie in the pattern, in pixels; or empty.
  flashinator_rectangle flashing;
  /// The regular pattern, where it takes the most of the picture.
  flashinator_pattern pattern;
} flashinator_incident;
#define FLASHINATOR_INCIDENT_INIT {sizeof(flashinator_incident), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {0, 0, 0, 0}, 0, {0, 0, 0, 0}, {0, 0, 0, 0, 0, {0, 0, 0, 0}}}

/// The cells of a picture, for flashinator_analyser_mask.
typedef struct flashinator_cell_grid {
  /// Cells in a row.
  uint32_t columns;
  /// Rows of cells.
  uint32_t rows;
  /// Pixels in the width of a cell. The last cell of a row may have fewer.
  uint32_t cell_width;
  /// Pixels in the height of a cell. The cells of the last row may have fewer.
  uint32_t cell_height;
} flashinator_cell_grid;

/// Opaque.
typedef struct flashinator_analyser flashinator_analyser;

/// Computes how many bytes of memory an analyser needs, and checks its settings, which may be NULL. Thread safe.
/// Errors: NULL, STRUCT_SIZE, STRUCT_NEWER, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, SETTINGS, PROFILE,
/// VIEWING, RATE, RECTANGLE.
flashinator_status flashinator_analyser_memory(flashinator_format format, uint32_t width, uint32_t height,
    const flashinator_analyser_settings *settings, size_t *size);

/// Makes an analyser in `size` bytes of memory, whatever they hold. The analyser is that memory: it must stay
/// where it is, there is nothing else to free, and another object may be made in it at any time. `settings`
/// may be NULL, and is not needed after the call. Functions that take the same analyser must not be called at
/// the same time; between calls it may go to another thread.
/// Errors: those of flashinator_analyser_memory, and MISALIGNED, MEMORY_TOO_SMALL.
flashinator_status flashinator_analyser_init(void *memory, size_t size, flashinator_format format,
    uint32_t width, uint32_t height, const flashinator_analyser_settings *settings,
    flashinator_analyser **analyser);

/// Takes the next frame, shown at `time`, and writes the report by the first profile. A frame that is refused
/// does not count.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE,
/// STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED, TIME, TIME_NOT_AFTER, RATE_TOO_HIGH.
flashinator_status flashinator_analyser_push(flashinator_analyser *analyser, const flashinator_frame *frame,
    flashinator_time time, flashinator_report *report);

/// Writes the report on the last frame by a profile, counted from 0. All fields are 0 before the first frame.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, NOT_FOUND.
flashinator_status flashinator_analyser_report(flashinator_analyser *analyser, size_t profile,
    flashinator_report *report);

/// Writes the summary of the frames so far by a profile, counted from 0. More frames may follow.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, NOT_FOUND.
flashinator_status flashinator_analyser_summary(flashinator_analyser *analyser, size_t profile,
    flashinator_summary *summary);

/// Writes an incident by a profile, both counted from 0. NOT_FOUND if there are no more, or no more are kept.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRUCT_SIZE, NOT_FOUND.
flashinator_status flashinator_analyser_incident(flashinator_analyser *analyser, size_t profile, size_t index,
    flashinator_incident *incident);

/// Writes how a profile, counted from 0, divides the picture into cells.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, NOT_FOUND.
flashinator_status flashinator_analyser_grid(flashinator_analyser *analyser, size_t profile,
    flashinator_cell_grid *grid);

/// Writes which cells have the count of the last frame's report by a profile, a bit for each: rows from the top,
/// each of (columns + 7) / 8 bytes with the lowest bit first. `size`: the bytes of `bits`, at least the rows
/// times that. The report's `flashing` is the rectangle around these cells.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, NOT_FOUND, BUFFER_TOO_SHORT.
flashinator_status flashinator_analyser_mask(flashinator_analyser *analyser, size_t profile, uint8_t *bits,
    size_t size);

/// Forgets all frames: the next one is frame 0, and may have any time.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION.
flashinator_status flashinator_analyser_reset(flashinator_analyser *analyser);

/// Returns the name of a verdict: "pass", "warning", "extended-warning", "fail", or "unknown" for other numbers.
/// It lives as long as the program. Thread safe.
const char *flashinator_verdict_name(flashinator_verdict verdict);

/* Stripes: an analyser on several threads */

/// Opaque.
typedef struct flashinator_stripe flashinator_stripe;

/// Computes how many bytes of memory stripe `index` of `count` of an analyser needs: 12 for each of its cells, and
/// 40 KB.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, STRIPES.
flashinator_status flashinator_stripe_memory(flashinator_analyser *analyser, size_t index, size_t count,
    size_t *size);

/// Makes stripe `index` of `count` of an analyser, counted from 0 at the top, in `size` bytes of memory, as
/// flashinator_analyser_init does. With a stripe for each thread, threads can share a frame.
/// Errors: those of flashinator_stripe_memory, and MEMORY_TOO_SMALL.
flashinator_status flashinator_stripe_init(void *memory, size_t size, flashinator_analyser *analyser,
    size_t index, size_t count, flashinator_stripe **stripe);

/// Adds up the light of a stripe of `frame`, which is a whole frame, shown at `time`. That is most of the work on
/// it, and threads may do it at the same time, each with its own stripe.
/// Errors: NULL, MISALIGNED, NOT_A_STRIPE, VERSION, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, STRIDE,
/// BUFFER_TOO_SHORT, SHAPE_CHANGED, TIME.
flashinator_status flashinator_stripe_sum(flashinator_stripe *stripe, const flashinator_frame *frame,
    flashinator_time time);

/// Takes a frame whose light the stripes of an analyser have added up, all stripes in their order, and writes the
/// report by the first profile. It is the same as that of flashinator_analyser_push.
/// Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, NOT_A_STRIPE, VERSION, STRUCT_SIZE, STRIPES, TIME_NOT_AFTER,
/// RATE_TOO_HIGH.
flashinator_status flashinator_analyser_push_stripes(flashinator_analyser *analyser,
    const flashinator_stripe *const *stripes, size_t count, flashinator_report *report);

/* The T table */

/// The gray value of an RGB pixel. Weighted sums are rounded to 8 bits; gray and YUV formats ignore it.
typedef uint32_t flashinator_gray;
/// The mean of R, G and B, not rounded: its code is their sum, 0 to 765.
#define FLASHINATOR_GRAY_MEAN 0
/// 0.299 R + 0.587 G + 0.114 B
#define FLASHINATOR_GRAY_BT601 1
/// 0.2126 R + 0.7152 G + 0.0722 B
#define FLASHINATOR_GRAY_BT709 2
/// 0.2627 R + 0.6780 G + 0.0593 B
#define FLASHINATOR_GRAY_BT2020 3

/// The luminance of each code, made by flashinator_lut_init. Opaque.
typedef struct flashinator_lut flashinator_lut;

/// Settings of a T table. All fields but `size` may be 0 for the defaults.
typedef struct flashinator_table_settings {
  /// sizeof(flashinator_table_settings)
  size_t size;
  /// FLASHINATOR_GRAY_...
  flashinator_gray gray;
  /// The luminance of each code, or NULL for 4 (0.2 x + 1)^2.2, which 8-bit formats have. It must outlive
  /// the table, and may be shared.
  const flashinator_lut *lut;
  /// Rectangles to ignore, such as letterbox bars. They may overlap.
  const flashinator_rectangle *ignore;
  /// How many, at most 16.
  size_t ignore_count;
} flashinator_table_settings;
#define FLASHINATOR_TABLE_SETTINGS_INIT {sizeof(flashinator_table_settings), 0, 0, 0, 0}

/// A row of the T table: how a frame differs from the previous one, in luminance. No value is ever -0.0.
typedef struct flashinator_row {
  /// sizeof(flashinator_row)
  size_t size;
  /// The number of the frame, from 0. The values of frame 0 are 0.
  uint64_t frame;
  /// The mean of the five largest rises of any pixel. Where there are fewer, 0 stands for the others.
  double positive;
  /// The mean of the five largest falls, as a magnitude.
  double negative;
  /// T: `positive` if it is larger than `negative`, else -`negative`.
  double value;
} flashinator_row;
#define FLASHINATOR_ROW_INIT {sizeof(flashinator_row), 0, 0, 0, 0}

/// The five largest rises and falls of a frame, or of a stripe of it. 0 if there are none.
typedef struct flashinator_top_deltas {
  /// sizeof(flashinator_top_deltas)
  size_t size;
  /// Rises of luminance, the largest first, 0 where there are fewer.
  double rises[5];
  /// Falls, as magnitudes.
  double falls[5];
} flashinator_top_deltas;
#define FLASHINATOR_TOP_DELTAS_INIT {sizeof(flashinator_top_deltas), {0}, {0}}

/// Opaque.
typedef struct flashinator_table flashinator_table;

/// Computes how many bytes of memory a table needs: at most 1.25 per pixel for 8- and 10-bit formats, 2 for
/// others, and 1.25 KiB. Thread safe.
/// Errors: NULL, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE.
flashinator_status flashinator_table_memory(flashinator_format format, uint32_t width, uint32_t height,
    size_t *size);

/// Makes a table in `size` bytes of memory, whatever they hold. The table is that memory: it must stay where
/// it is, there is nothing else to free, and another object may be made in it at any time. `settings` may be
/// NULL, and is not needed after the call, but its LUT is. Functions that take the same table must not be
/// called at the same time; between calls it may go to another thread.
/// Errors: those of flashinator_table_memory, and MISALIGNED, MEMORY_TOO_SMALL, STRUCT_SIZE, STRUCT_NEWER,
/// SETTINGS, RECTANGLE, LUT_NEEDED, LUT_LENGTH, NOT_A_LUT, VERSION.
flashinator_status flashinator_table_init(void *memory, size_t size, flashinator_format format,
    uint32_t width, uint32_t height, const flashinator_table_settings *settings, flashinator_table **table);

/// Takes the next frame and writes its row. A frame that is refused does not count: the next one is compared
/// with the last that was taken.
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, STRUCT_SIZE, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE,
/// STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED.
flashinator_status flashinator_table_push(flashinator_table *table, const flashinator_frame *frame,
    flashinator_row *row);

/// Takes the next frame, of which this table sees one stripe, and writes how it differs from the same stripe of
/// the previous frame. With a table for each stripe, threads can share a frame: merge their deltas with
/// flashinator_top_deltas_merge, and turn them into a row. It is the same as the row of the whole frame.
/// Errors: those of flashinator_table_push.
flashinator_status flashinator_table_push_stripe(flashinator_table *table, const flashinator_frame *stripe,
    flashinator_top_deltas *deltas);

/// Takes several frames that lie in `size` bytes one after the other, without padding, and writes a row for
/// each, including the first. `rows` has `row_count` elements; all have the size of the first.
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, STRUCT_SIZE, BUFFER_TOO_SHORT, TOO_FEW_ROWS.
flashinator_status flashinator_table_push_batch(flashinator_table *table, const uint8_t *frames, size_t size,
    flashinator_row *rows, size_t row_count);

/// Gives the next frame to an analyser and to a table, in one pass over the pixels, and writes what
/// flashinator_analyser_push and flashinator_table_push write. If the frame is refused, neither takes it.
/// Errors: those of flashinator_analyser_push, and NOT_A_TABLE.
flashinator_status flashinator_analyser_push_with_table(flashinator_analyser *analyser,
    flashinator_table *table, const flashinator_frame *frame, flashinator_time time,
    flashinator_report *report, flashinator_row *row);

/// Forgets all frames: the next one is frame 0.
/// Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION.
flashinator_status flashinator_table_reset(flashinator_table *table);

/// Compares two frames, or the same stripe of two frames, without a table. `settings` may be NULL. Thread safe.
/// Errors: NULL, MISALIGNED, FORMAT, NOT_BUILT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT,
/// SHAPE_CHANGED, STRUCT_SIZE, STRUCT_NEWER, SETTINGS, RECTANGLE, LUT_NEEDED, LUT_LENGTH, NOT_A_LUT, VERSION.
flashinator_status flashinator_compare(const flashinator_frame *before, const flashinator_frame *after,
    const flashinator_table_settings *settings, flashinator_top_deltas *deltas);

/// Merges the deltas of another stripe of the same frame into *whole, in any order. Thread safe.
/// Errors: NULL, STRUCT_SIZE, STRUCT_NEWER.
flashinator_status flashinator_top_deltas_merge(flashinator_top_deltas *whole,
    const flashinator_top_deltas *stripe);

/// Turns the deltas of a whole frame into its row, with `frame` as its number. Thread safe.
/// Errors: NULL, STRUCT_SIZE, STRUCT_NEWER.
flashinator_status flashinator_top_deltas_row(const flashinator_top_deltas *deltas, uint64_t frame,
    flashinator_row *row);

/* Look-up tables of luminance, for T tables */

/// How the luminance of a display depends on a gray value v, 0 for black to 1 for white.
typedef uint32_t flashinator_transfer;
/// The T table's own: 4 (0.2 x + 1)^2.2 with x = 255 v.
#define FLASHINATOR_TRANSFER_TABLE 0
/// Relative luminance, 0 to 1, of sRGB (IEC 61966-2-1).
#define FLASHINATOR_TRANSFER_SRGB 1
/// ITU-R BT.1886, in cd/m2.
#define FLASHINATOR_TRANSFER_BT1886 2
/// The perceptual quantizer of ITU-R BT.2100 (SMPTE ST 2084), 0 to 10000 cd/m2.
#define FLASHINATOR_TRANSFER_PQ 3
/// Hybrid log-gamma of ITU-R BT.2100, in cd/m2.
#define FLASHINATOR_TRANSFER_HLG 4

/// Computes the number of codes of a format: 766 for the mean of RGB, else 2 to the number of bits. Thread safe.
/// Errors: NULL, FORMAT, SETTINGS.
flashinator_status flashinator_codes(flashinator_format format, flashinator_gray gray, size_t *codes);

/// Writes the luminance of all `codes` codes by a transfer function, correctly rounded. `white` and `black` are
/// the luminances of a BT.1886 or HLG display in cd/m2, from 0.000001 to 1000000; `black` may be 0. The other
/// functions ignore them. Thread safe.
/// Errors: NULL, MISALIGNED, LUT_LENGTH, TRANSFER.
flashinator_status flashinator_luminance(flashinator_transfer transfer, double white, double black,
    flashinator_range range, double *luminance, size_t codes);

/// Returns how many bytes of memory a LUT needs, not including `luminance`. Thread safe.
size_t flashinator_lut_memory(void);

/// Makes a LUT, in `size` bytes of memory, from the luminance of each code in any unit: by flashinator_luminance
/// or your own, finite and not falling. Both arrays must stay as they are while the LUT is used; there is
/// nothing else to free. Any number of threads may use a LUT at once.
/// Errors: NULL, MISALIGNED, MEMORY_TOO_SMALL, LUT_LENGTH, BAD_LUT.
flashinator_status flashinator_lut_init(void *memory, size_t size, const double *luminance, size_t codes,
    const flashinator_lut **lut);

#ifdef __cplusplus
}
#endif

#endif
