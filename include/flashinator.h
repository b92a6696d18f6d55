/* flashinator: tells, frame by frame, how much a video flashes, and whether that is safe.
 *
 * Begin a table in memory of your own, push frames, read rows:
 *
 *     size_t size;
 *     flashinator_table_memory(FLASHINATOR_FORMAT_RGB24, width, height, &size);
 *     void *memory = malloc(size);
 *     flashinator_table *table;
 *     flashinator_table_init(memory, size, FLASHINATOR_FORMAT_RGB24, width, height, NULL, &table);
 *     flashinator_frame frame = {FLASHINATOR_FORMAT_RGB24, width, height, {{pixels, bytes, stride}}};
 *     flashinator_row row;
 *     flashinator_table_push(table, &frame, &row);
 *
 * An analyser is used in the same way, and says of every frame whether it is safe by a standard:
 *
 *     flashinator_analyser_memory(FLASHINATOR_FORMAT_RGB24, width, height, NULL, &size);
 *     flashinator_analyser_init(memory, size, FLASHINATOR_FORMAT_RGB24, width, height, NULL, &analyser);
 *     flashinator_report report;
 *     flashinator_analyser_push(analyser, &frame, time, &report);
 *
 * Every function that can fail returns a status; flashinator_status_text says what it means. The
 * library allocates nothing, keeps no pointer to a frame, has no global state, and never reads outside
 * the rows of a frame.
 */

#ifndef FLASHINATOR_H
#define FLASHINATOR_H

/* Made by cbindgen from src/capi: change that, then write it anew as tests/header.rs says. */

#include <stddef.h>
#include <stdint.h>

/**
 * The version of this header: the first number changes with whatever a program could notice.
 */
#define FLASHINATOR_VERSION_MAJOR 0

/**
 * Changes with every addition.
 */
#define FLASHINATOR_VERSION_MINOR 1

/**
 * Changes with every correction.
 */
#define FLASHINATOR_VERSION_PATCH 0

/**
 * All three in one number: a later version has a larger one.
 */
#define FLASHINATOR_VERSION (((FLASHINATOR_VERSION_MAJOR << 16) | (FLASHINATOR_VERSION_MINOR << 8)) | FLASHINATOR_VERSION_PATCH)

/**
 * All is well.
 */
#define FLASHINATOR_OK 0

/**
 * A pointer that must point to something is NULL.
 */
#define FLASHINATOR_ERROR_NULL 1

/**
 * The format is none of this library's.
 */
#define FLASHINATOR_ERROR_FORMAT 2

/**
 * There are no pixels to look at: the width or the height is 0, or all is ignored.
 */
#define FLASHINATOR_ERROR_EMPTY_FRAME 3

/**
 * The frame is larger than the address space.
 */
#define FLASHINATOR_ERROR_TOO_LARGE 4

/**
 * The stride is smaller than a row.
 */
#define FLASHINATOR_ERROR_STRIDE 5

/**
 * The buffer ends before the frame does, or frames do not fill it evenly.
 */
#define FLASHINATOR_ERROR_BUFFER_TOO_SHORT 6

/**
 * The memory for a table, a curve or an analyser is too small.
 */
#define FLASHINATOR_ERROR_MEMORY_TOO_SMALL 7

/**
 * The memory for a table, a curve or an analyser is not aligned to FLASHINATOR_ALIGNMENT bytes.
 */
#define FLASHINATOR_ERROR_MISALIGNED 8

/**
 * The memory holds no table: it was not initialised, or overwritten.
 */
#define FLASHINATOR_ERROR_NOT_A_TABLE 9

/**
 * The frame's size or format is not the one the table was initialised with.
 */
#define FLASHINATOR_ERROR_SHAPE_CHANGED 10

/**
 * There is not enough room for the rows.
 */
#define FLASHINATOR_ERROR_TOO_FEW_ROWS 11

/**
 * The settings are of another size than this version's, or have an unknown gray or matrix.
 */
#define FLASHINATOR_ERROR_SETTINGS 12

/**
 * A rectangle is not within the frame, or begins between samples of chroma, or is one too many.
 */
#define FLASHINATOR_ERROR_RECTANGLE 13

/**
 * The format has more than 8 bits, and the settings give no curve.
 */
#define FLASHINATOR_ERROR_CURVE_NEEDED 14

/**
 * The table of luminance has not as many values as there are codes.
 */
#define FLASHINATOR_ERROR_CURVE_LENGTH 15

/**
 * The table of luminance falls, or is not finite.
 */
#define FLASHINATOR_ERROR_BAD_CURVE 16

/**
 * The pointer is to no curve: its memory was not initialised, or overwritten.
 */
#define FLASHINATOR_ERROR_NOT_A_CURVE 17

/**
 * The transfer function or the range is unknown, or white and black make no display.
 */
#define FLASHINATOR_ERROR_TRANSFER 18

/**
 * A number of the profile makes no sense, or the standard is unknown.
 */
#define FLASHINATOR_ERROR_PROFILE 19

/**
 * The width of the picture in degrees, or the side of a cell, makes no sense.
 */
#define FLASHINATOR_ERROR_VIEWING 20

/**
 * The most frames in a second are more than 1000.
 */
#define FLASHINATOR_ERROR_RATE 21

/**
 * The time is out of range, or its ticks have no length.
 */
#define FLASHINATOR_ERROR_TIME 22

/**
 * The time is not after that of the frame before.
 */
#define FLASHINATOR_ERROR_TIME_NOT_AFTER 23

/**
 * There are more frames in a second than the analyser was initialised for.
 */
#define FLASHINATOR_ERROR_RATE_TOO_HIGH 24

/**
 * The memory holds no analyser: it was not initialised, or overwritten.
 */
#define FLASHINATOR_ERROR_NOT_AN_ANALYSER 25

/**
 * This build of the library has left the format or the gray out, to be small.
 */
#define FLASHINATOR_ERROR_LEFT_OUT 26

/**
 * The memory was initialised by another version of the library.
 */
#define FLASHINATOR_ERROR_VERSION 27

/**
 * One byte a pixel: gray.
 */
#define FLASHINATOR_FORMAT_GRAY8 1

/**
 * Three bytes a pixel: red, green, blue.
 */
#define FLASHINATOR_FORMAT_RGB24 2

/**
 * Three bytes a pixel: blue, green, red.
 */
#define FLASHINATOR_FORMAT_BGR24 3

/**
 * Four bytes a pixel: red, green, blue, and one that is not looked at.
 */
#define FLASHINATOR_FORMAT_RGBA 4

/**
 * Four bytes a pixel: blue, green, red, and one that is not looked at.
 */
#define FLASHINATOR_FORMAT_BGRA 5

/**
 * Four bytes a pixel: one that is not looked at, red, green, blue.
 */
#define FLASHINATOR_FORMAT_ARGB 6

/**
 * Four bytes a pixel: one that is not looked at, blue, green, red.
 */
#define FLASHINATOR_FORMAT_ABGR 7

/**
 * Three planes of bytes: green, blue, red.
 */
#define FLASHINATOR_FORMAT_GBRP 8

/**
 * Three planes of bytes: luma, Cb and Cr, these with a sample for two by two pixels. yuv420p.
 */
#define FLASHINATOR_FORMAT_I420 9

/**
 * As I420 with Cr before Cb.
 */
#define FLASHINATOR_FORMAT_YV12 10

/**
 * Two planes of bytes: luma; Cb and Cr in turns, a pair for two by two pixels.
 */
#define FLASHINATOR_FORMAT_NV12 11

/**
 * As NV12 with Cr before Cb.
 */
#define FLASHINATOR_FORMAT_NV21 12

/**
 * Three planes of bytes: luma, Cb and Cr, these with a sample for two pixels of a row. yuv422p.
 */
#define FLASHINATOR_FORMAT_I422 13

/**
 * Three planes of bytes: luma, Cb and Cr, all of one size. yuv444p.
 */
#define FLASHINATOR_FORMAT_I444 14

/**
 * As I420 with 10 bits in words of 16, the six upper bits not looked at. yuv420p10le.
 */
#define FLASHINATOR_FORMAT_I420P10 15

/**
 * As I422 with 10 bits in words of 16, the six upper bits not looked at. yuv422p10le.
 */
#define FLASHINATOR_FORMAT_I422P10 16

/**
 * As I444 with 10 bits in words of 16, the six upper bits not looked at. yuv444p10le.
 */
#define FLASHINATOR_FORMAT_I444P10 17

/**
 * As I420 with 12 bits in words of 16, the four upper bits not looked at. yuv420p12le.
 */
#define FLASHINATOR_FORMAT_I420P12 18

/**
 * As I422 with 12 bits in words of 16, the four upper bits not looked at. yuv422p12le.
 */
#define FLASHINATOR_FORMAT_I422P12 19

/**
 * As I444 with 12 bits in words of 16, the four upper bits not looked at. yuv444p12le.
 */
#define FLASHINATOR_FORMAT_I444P12 20

/**
 * As NV12 with the 10 upper bits of words of 16, the others not looked at. p010le.
 */
#define FLASHINATOR_FORMAT_P010 21

/**
 * As NV12 with the 12 upper bits of words of 16, the others not looked at. p012le.
 */
#define FLASHINATOR_FORMAT_P012 22

/**
 * Gray of 10 bits in words of 16, the six upper bits not looked at. gray10le.
 */
#define FLASHINATOR_FORMAT_GRAY10 23

/**
 * Gray of 12 bits in words of 16, the four upper bits not looked at. gray12le.
 */
#define FLASHINATOR_FORMAT_GRAY12 24

/**
 * Gray in words of 16 bits. gray16le.
 */
#define FLASHINATOR_FORMAT_GRAY16 25

/**
 * The same as RGBA.
 */
#define FLASHINATOR_FORMAT_RGBX 4

/**
 * The same as BGRA.
 */
#define FLASHINATOR_FORMAT_BGRX 5

/**
 * The same as ARGB.
 */
#define FLASHINATOR_FORMAT_XRGB 6

/**
 * The same as ABGR.
 */
#define FLASHINATOR_FORMAT_XBGR 7

/**
 * The alignment, in bytes, of the memory for a table, a curve or an analyser. Multiples of 64 are fastest.
 */
#define FLASHINATOR_ALIGNMENT 8

/**
 * The mean of the channels, unrounded: its code is their sum, 0 to 765.
 */
#define FLASHINATOR_GRAY_MEAN 0

/**
 * 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). This and the next two are rounded to 8 bits: weights in
 * 65536ths, each product cut to 256ths, their sum rounded to the nearest.
 */
#define FLASHINATOR_GRAY_BT601 1

/**
 * 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709).
 */
#define FLASHINATOR_GRAY_BT709 2

/**
 * 0.2627 R + 0.6780 G + 0.0593 B (ITU-R BT.2020).
 */
#define FLASHINATOR_GRAY_BT2020 3

/**
 * The T table's own: 4 (0.2 x + 1)^2.2 for x = 255 v.
 */
#define FLASHINATOR_TRANSFER_TABLE 0

/**
 * Relative luminance, 0 to 1, by the transfer function of sRGB (IEC 61966-2-1).
 */
#define FLASHINATOR_TRANSFER_SRGB 1

/**
 * A display by ITU-R BT.1886 with luminances of white and black, in cd/m2.
 */
#define FLASHINATOR_TRANSFER_BT1886 2

/**
 * The perceptual quantizer of ITU-R BT.2100 (SMPTE ST 2084), in cd/m2: 0 to 10000.
 */
#define FLASHINATOR_TRANSFER_PQ 3

/**
 * A display of hybrid log-gamma by ITU-R BT.2100 with luminances of white and black, in cd/m2.
 */
#define FLASHINATOR_TRANSFER_HLG 4

/**
 * The first and the last code.
 */
#define FLASHINATOR_RANGE_FULL 1

/**
 * 16 and 235 for 8 bits, and for more bits as many times that; codes beyond are black or white.
 */
#define FLASHINATOR_RANGE_LIMITED 2

/**
 * WCAG 2.2: a change of relative luminance of 0.1 or more, the darker below 0.8; or of saturated red by
 * more than 0.2 in CIE 1976 u'v'; in more than a quarter of any 10 degrees.
 */
#define FLASHINATOR_STANDARD_WCAG_2_2 1

/**
 * WCAG 2.1: as 2.2, but red by (R - G - B) * 320 of more than 20.
 */
#define FLASHINATOR_STANDARD_WCAG_2_1 2

/**
 * ITU-R BT.1702: a change of 20 cd/m2 or more, the darker below 160, or above that of a contrast of 1/17
 * or more; in more than a quarter of the screen.
 */
#define FLASHINATOR_STANDARD_BT_1702 3

/**
 * Relative luminance, 0 to 1, of linear sRGB.
 */
#define FLASHINATOR_LIGHT_RELATIVE 1

/**
 * cd/m2 of the display that ITU-R BT.1702 assumes: 413.435 (0.002745 x + 0.0189623)^2.2 of the luma x, 0
 * to 255; 0.07 to 200.
 */
#define FLASHINATOR_LIGHT_DISPLAY 2

/**
 * More than red_least in CIE 1976 u'v', of linear light with flare added to each channel.
 */
#define FLASHINATOR_RED_CHROMATICITY 1

/**
 * More than red_least in max(0, R - G - B) * 320, of linear light. flare is not looked at.
 */
#define FLASHINATOR_RED_DIFFERENCE 2

/**
 * Any part as wide as 10 degrees of the visual field, 341 x 256 pixels of a picture fitted into
 * 1024 x 768.
 */
#define FLASHINATOR_FIELD_TEN_DEGREES 1

/**
 * The whole picture.
 */
#define FLASHINATOR_FIELD_PICTURE 2

/**
 * Fewer transitions in the last second than the profile's warning.
 */
#define FLASHINATOR_VERDICT_PASS 0

/**
 * As many as that, but no more than the profile's most.
 */
#define FLASHINATOR_VERDICT_WARNING 1

/**
 * Such a number in the frames of at least 4 of the last 5 seconds.
 */
#define FLASHINATOR_VERDICT_EXTENDED_FAIL 2

/**
 * More transitions in the last second than the profile's most: more than three flashes.
 */
#define FLASHINATOR_VERDICT_FAIL 3

/**
 * A change of luminance.
 */
#define FLASHINATOR_FLASH_GENERAL 1

/**
 * A change to or from a saturated red.
 */
#define FLASHINATOR_FLASH_RED 2

/**
 * ITU-R BT.601: what FFmpeg takes where a stream names none.
 */
#define FLASHINATOR_MATRIX_BT601 1

/**
 * ITU-R BT.709.
 */
#define FLASHINATOR_MATRIX_BT709 2

/**
 * ITU-R BT.2020, with luminance that is not constant.
 */
#define FLASHINATOR_MATRIX_BT2020 3

/**
 * An analyser at work, in the caller's memory. What is in it is the library's own business.
 */
typedef struct flashinator_analyser flashinator_analyser;

/**
 * The luminance of every code, checked, in the caller's memory. What is in it is the library's own
 * business.
 */
typedef struct flashinator_curve flashinator_curve;

/**
 * A T table in the making, in the caller's memory. What is in it is the library's own business.
 */
typedef struct flashinator_table flashinator_table;

/**
 * What a function says of its call: `FLASHINATOR_OK`, or why it did nothing.
 */
typedef int32_t flashinator_status;

/**
 * How the pixels of a frame lie in memory. The names at the ends of the lines are FFmpeg's, for the same
 * layout. Words of 16 bits have their lower byte first. Alpha is not looked at. Of YUV the T table looks
 * at the luma alone.
 */
typedef uint32_t flashinator_format;

/**
 * Pixels of one kind, as they lie in memory.
 */
typedef struct flashinator_plane {
  /**
   * The first byte of the top row.
   */
  const uint8_t *data;
  /**
   * Bytes of the buffer, from the lowest byte of any row to the highest or beyond.
   */
  size_t size;
  /**
   * Bytes from a row to the one below it: at least the bytes of a row, or 0 for exactly those.
   * Negative where the top row lies last in memory. Bytes between rows are never looked at.
   */
  ptrdiff_t stride;
} flashinator_plane;

/**
 * A frame in the caller's memory. The library reads it during the call it is given to, and keeps no
 * pointer to it.
 */
typedef struct flashinator_frame {
  /**
   * One of FLASHINATOR_FORMAT_...
   */
  flashinator_format format;
  /**
   * Pixels in a row, at least 1.
   */
  uint32_t width;
  /**
   * Rows, at least 1.
   */
  uint32_t height;
  /**
   * As many planes as the format has, in its order. The others are not looked at.
   */
  struct flashinator_plane planes[3];
} flashinator_frame;

/**
 * A rectangle of pixels, x and y counted from the top left of the frame.
 */
typedef struct flashinator_rectangle {
  /**
   * The first column.
   */
  uint32_t x;
  /**
   * The first row.
   */
  uint32_t y;
  /**
   * Columns.
   */
  uint32_t width;
  /**
   * Rows.
   */
  uint32_t height;
} flashinator_rectangle;

/**
 * What the gray value of an RGB pixel is. Gray and luma are what they are.
 */
typedef uint32_t flashinator_gray;

/**
 * How the luminance of a pixel follows from its gray value v, 0 for black to 1 for white.
 */
typedef uint32_t flashinator_transfer;

/**
 * Which codes stand for black and for white.
 */
typedef uint32_t flashinator_range;

/**
 * How frames are looked at. Zeroed but for its size it is the usual way.
 */
typedef struct flashinator_settings {
  /**
   * sizeof(flashinator_settings), so that later versions may add to it.
   */
  size_t size;
  /**
   * One of FLASHINATOR_GRAY_...
   */
  flashinator_gray gray;
  /**
   * The luminance of every code, or NULL for the usual one: f(x) = 4 (0.2 x + 1)^2.2 of full range for
   * gray and RGB, of limited range for YUV. Formats of more than 8 bits need one. It must stay for as
   * long as a table uses it; any number of tables and threads may.
   */
  const struct flashinator_curve *curve;
  /**
   * What is not looked at: letterbox bars, a station's logo. May be NULL where there are none.
   */
  const struct flashinator_rectangle *ignore;
  /**
   * Rectangles to ignore, at most 16. They may overlap.
   */
  size_t ignore_count;
} flashinator_settings;

/**
 * One row of the T table: how a frame differs from the frame before it. The three values are
 * differences of luminance, by the usual curve f(x) = 4 (0.2 x + 1)^2.2 of the gray value x, 0 to 255,
 * which runs from 4 for black to 23837.9 for white. None is ever -0.0.
 */
typedef struct flashinator_row {
  /**
   * The number of the frame, counted from 0. Frame 0 has nothing to differ from; its values are 0.
   */
  uint64_t frame;
  /**
   * The mean of the five largest rises of luminance, missing ones counted as 0.
   */
  double positive;
  /**
   * The mean of the five largest falls, as magnitudes.
   */
  double negative;
  /**
   * T: positive where it is larger than negative, else -negative.
   */
  double value;
} flashinator_row;

/**
 * The five largest rises and falls of luminance of a frame, or of a stripe of it, each from the largest
 * down and filled up with 0. Zeroed, it is that of no pixels.
 */
typedef struct flashinator_changes {
  /**
   * The rises.
   */
  double rises[5];
  /**
   * The falls, as magnitudes.
   */
  double falls[5];
} flashinator_changes;

/**
 * A published standard.
 */
typedef uint32_t flashinator_standard;

/**
 * What luminance is.
 */
typedef uint32_t flashinator_light;

/**
 * What a change of red is.
 */
typedef uint32_t flashinator_red;

/**
 * The part of the picture in which flashes are counted together.
 */
typedef uint32_t flashinator_field;

/**
 * What counts as a flash, and how many are too many.
 */
typedef struct flashinator_profile {
  /**
   * One of FLASHINATOR_LIGHT_...
   */
  flashinator_light light;
  /**
   * The smallest change of luminance that is a transition, above 0.
   */
  float step;
  /**
   * Such a change is one where the darker of the two luminances is below this.
   */
  float dark;
  /**
   * Where it is not below: the smallest Michelson contrast, (a - b) / (a + b), that is a transition.
   * HUGE_VALF (infinity) where there is none.
   */
  float contrast;
  /**
   * One of FLASHINATOR_RED_...
   */
  flashinator_red red;
  /**
   * The change of red that a transition exceeds, above 0.
   */
  float red_least;
  /**
   * What a black screen reflects of the room, as a part of white, 0 to 1: without any, the noise of dark
   * scenes has all colours.
   */
  float flare;
  /**
   * The least R / (R + G + B) of a saturated red, 0 to 1.
   */
  float saturation;
  /**
   * One of FLASHINATOR_FIELD_...
   */
  flashinator_field field;
  /**
   * The part of a field in which more must flash, above 0 and below 1.
   */
  float area;
  /**
   * Transitions in a second that are a warning, at least 1.
   */
  uint32_t warning;
  /**
   * Transitions in a second that are still no failure; one flash is two of them.
   */
  uint32_t most;
} flashinator_profile;

/**
 * How luma and chroma make red, green and blue.
 */
typedef uint32_t flashinator_matrix;

/**
 * How frames are analysed. Zeroed but for its size it is the usual way: WCAG 2.2.
 */
typedef struct flashinator_analyser_settings {
  /**
   * sizeof(flashinator_analyser_settings), so that later versions may add to it.
   */
  size_t size;
  /**
   * The rules, or NULL for those of WCAG 2.2.
   */
  const struct flashinator_profile *profile;
  /**
   * How wide the picture appears, in degrees, up to 180; 0 for the typical screen of WCAG 2.x.
   */
  float degrees;
  /**
   * The side of a cell in pixels, up to 256; 0 for the whole pixels in 0.1 degree.
   */
  uint32_t cell;
  /**
   * The most frames in a second, up to 1000; 0 for 60. Memory grows with it.
   */
  uint32_t most_frames;
  /**
   * Of luma and chroma: one of FLASHINATOR_MATRIX_..., or 0 for BT.601.
   */
  flashinator_matrix matrix;
  /**
   * Of luma and chroma: one of FLASHINATOR_RANGE_..., or 0 for the limited one.
   */
  flashinator_range range;
  /**
   * Incidents to keep the details of, up to 65536; 0 for 64. Further ones are only counted.
   */
  uint32_t incidents;
  /**
   * What is not looked at: cells with a pixel in one of these never flash. May be NULL where there are
   * none.
   */
  const struct flashinator_rectangle *ignore;
  /**
   * Rectangles to ignore, at most 16. They may overlap.
   */
  size_t ignore_count;
} flashinator_analyser_settings;

/**
 * When a frame is shown: ticks * numerator / denominator seconds, less than 146 years, from any
 * beginning. For microseconds {us, 1, 1000000}; for an AVFrame {pts, time_base.num, time_base.den}.
 */
typedef struct flashinator_time {
  /**
   * The number of ticks.
   */
  int64_t ticks;
  /**
   * The length of a tick, not 0.
   */
  uint32_t numerator;
  /**
   * Ditto.
   */
  uint32_t denominator;
} flashinator_time;

/**
 * How a frame, or a whole video, is judged, the worst last.
 */
typedef uint32_t flashinator_verdict;

/**
 * A kind of flash.
 */
typedef uint32_t flashinator_flash;

/**
 * What is said of one frame.
 */
typedef struct flashinator_report {
  /**
   * The number of the frame, counted from 0.
   */
  uint64_t frame;
  /**
   * When it is shown, in nanoseconds.
   */
  int64_t nanoseconds;
  /**
   * The mean luminance of the picture: relative, 0 to 1, or in cd/m2, as the profile has it.
   */
  double luminance;
  /**
   * General transitions in the last second: the largest number that more than the profile's area of
   * some field has.
   */
  uint32_t general;
  /**
   * The same for transitions of saturated red.
   */
  uint32_t red;
  /**
   * One of FLASHINATOR_VERDICT_...
   */
  flashinator_verdict verdict;
  /**
   * The reason: the kind of flash with the larger count, one of FLASHINATOR_FLASH_...
   */
  flashinator_flash flash;
  /**
   * The field where most of it is, in pixels. Empty where nothing flashes.
   */
  struct flashinator_rectangle field;
  /**
   * The part of that field that has so many transitions, 0 to 1.
   */
  float area;
} flashinator_report;

/**
 * What is said of a video.
 */
typedef struct flashinator_summary {
  /**
   * Frames in all.
   */
  uint64_t frames;
  /**
   * Incidents in all, those included whose details were not kept.
   */
  uint64_t incidents;
  /**
   * The report on the first of the frames with the largest count: the end of the worst second.
   */
  struct flashinator_report worst;
  /**
   * The worst verdict on any frame.
   */
  flashinator_verdict verdict;
} flashinator_summary;

/**
 * Frames that follow each other and are all no pass.
 */
typedef struct flashinator_incident {
  /**
   * The number of the first frame.
   */
  uint64_t first_frame;
  /**
   * The number of the last frame.
   */
  uint64_t last_frame;
  /**
   * When the first frame is shown, in nanoseconds. The flashes that count for it lie in the second
   * before.
   */
  int64_t start;
  /**
   * When the last frame is shown, in nanoseconds.
   */
  int64_t end;
  /**
   * The number of the first frame with the largest count.
   */
  uint64_t peak_frame;
  /**
   * When that is shown, in nanoseconds.
   */
  int64_t peak;
  /**
   * The largest count of general transitions in a second.
   */
  uint32_t general;
  /**
   * The largest count of red transitions in a second.
   */
  uint32_t red;
  /**
   * The worst verdict.
   */
  flashinator_verdict verdict;
  /**
   * The kind of flash that has the largest count.
   */
  flashinator_flash flash;
  /**
   * Where most flashes in the frame with the largest count.
   */
  struct flashinator_rectangle field;
  /**
   * The part of that field that has so many transitions, 0 to 1.
   */
  float area;
} flashinator_incident;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library, as "0.1.0". The text lives as long as the program. Thread safe.
 */
const char *flashinator_version(void);

/**
 * The version of the library as FLASHINATOR_VERSION has it. Where the two differ a program was compiled with
 * another header than the library it runs with. Thread safe.
 */
uint32_t flashinator_version_number(void);

/**
 * What a status means and what to do about it: one line in English, which lives as long as the
 * program; for a number that is no status a line that says so. Never NULL. Thread safe.
 */
const char *flashinator_status_text(flashinator_status status);

/**
 * Writes to *part the view of a part of a frame: a region of interest, or a stripe for a thread. No pixels
 * are copied. *part may be *frame. Thread safe, but for *part.
 *
 * Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT; RECTANGLE where the
 * part reaches out of the frame, or begins within the pixels that share a sample of chroma: begin at an
 * even place.
 */
flashinator_status flashinator_frame_crop(const struct flashinator_frame *frame,
                                          struct flashinator_rectangle rectangle,
                                          struct flashinator_frame *part);

/**
 * Writes to *codes how many codes the pixels of a format have: 766 for the mean of RGB, 256 for 8 bits,
 * 1024, 4096 and 65536 for 10, 12 and 16. Thread safe.
 *
 * Errors: NULL, FORMAT, SETTINGS for an unknown gray.
 */
flashinator_status flashinator_codes(flashinator_format format,
                                     flashinator_gray gray,
                                     size_t *codes);

/**
 * Writes the luminance of every code by a transfer function, each value rounded once from twice the
 * precision. luminance: room for `codes` numbers, the number flashinator_codes gives. white, black: the
 * luminances of the display in cd/m2, from 0.000001 to 1000000, black also 0, for BT1886 and HLG; not
 * looked at for the others. Thread safe.
 *
 * Errors: NULL, MISALIGNED, CURVE_LENGTH where no format has so many codes, TRANSFER for an unknown
 * transfer function or range, or where white is not above black.
 */
flashinator_status flashinator_luminance(flashinator_transfer transfer,
                                         double white,
                                         double black,
                                         flashinator_range range,
                                         double *luminance,
                                         size_t codes);

/**
 * The bytes of memory that a curve needs, its table of luminance not counted. Thread safe.
 */
size_t flashinator_curve_memory(void);

/**
 * Makes a curve of a table of luminance in any unit, flashinator_luminance's or one's own, and writes to
 * *curve the pointer that settings take. There is nothing to free. A curve does not change: any number of
 * threads may use it.
 *
 * memory: `size` bytes, aligned to FLASHINATOR_ALIGNMENT. size: at least what flashinator_curve_memory
 * says. luminance: `codes` numbers, the number flashinator_codes gives, finite and not falling. Both stay
 * as they are for as long as the curve is used.
 *
 * Errors: NULL, MISALIGNED, MEMORY_TOO_SMALL, CURVE_LENGTH, BAD_CURVE.
 */
flashinator_status flashinator_curve_init(void *memory,
                                          size_t size,
                                          const double *luminance,
                                          size_t codes,
                                          const struct flashinator_curve **curve);

/**
 * Writes to *size the bytes of memory that a table for such frames needs: about 1.25 a pixel for RGB
 * and 10 bits, 1 for 8 bits of gray and luma, 2 for 12 and 16, and less than 1 KiB besides. Thread safe.
 *
 * Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE.
 */
flashinator_status flashinator_table_memory(flashinator_format format,
                                            uint32_t width,
                                            uint32_t height,
                                            size_t *size);

/**
 * Begins a T table of frames of one format and size, in memory of the caller's, which may hold
 * anything, and writes to *table the pointer that the other functions take. The table is the memory:
 * there is nothing to free, and a new table may be begun in it at any time. Between calls the table may
 * be used by another thread, but by one at a time.
 *
 * memory: `size` bytes, aligned to FLASHINATOR_ALIGNMENT, that stay where they are for as long
 * as the table is used. size: at least what flashinator_table_memory says. settings: how to look at the
 * frames, or NULL for the usual way; not needed after the call, but the curve they name is.
 *
 * Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, MISALIGNED, MEMORY_TOO_SMALL, SETTINGS,
 * RECTANGLE, CURVE_NEEDED, CURVE_LENGTH, NOT_A_CURVE, VERSION.
 */
flashinator_status flashinator_table_init(void *memory,
                                          size_t size,
                                          flashinator_format format,
                                          uint32_t width,
                                          uint32_t height,
                                          const struct flashinator_settings *settings,
                                          struct flashinator_table **table);

/**
 * Takes the next frame and writes to *row how it differs from the frame before. The first frame has
 * nothing to differ from: its row has frame 0 and the value 0. Where the call fails the frame is not
 * taken, and the next one is compared with the last that was. One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE,
 * BUFFER_TOO_SHORT, SHAPE_CHANGED.
 */
flashinator_status flashinator_table_push(struct flashinator_table *table,
                                          const struct flashinator_frame *frame,
                                          struct flashinator_row *row);

/**
 * Takes the next frame, of which this table sees one stripe, and writes to *changes how that differs from
 * the same stripe of the frame before; all 0 for the first frame. A frame may be cut into stripes, each
 * with a table of its own, pushed by a thread of its own; flashinator_changes_merge puts them together.
 * Where the call fails the stripe is not taken. One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE,
 * BUFFER_TOO_SHORT, SHAPE_CHANGED.
 */
flashinator_status flashinator_table_push_stripe(struct flashinator_table *table,
                                                 const struct flashinator_frame *stripe,
                                                 struct flashinator_changes *changes);

/**
 * Takes the changes of another stripe of the same frame into account: *whole becomes those of both. The
 * order in which stripes are merged does not matter. Thread safe, but for *whole.
 *
 * Errors: NULL.
 */
flashinator_status flashinator_changes_merge(struct flashinator_changes *whole,
                                             const struct flashinator_changes *stripe);

/**
 * Writes to *row what the changes of a whole frame come to. frame: its number, which the row is given.
 * Thread safe.
 *
 * Errors: NULL.
 */
flashinator_status flashinator_changes_row(const struct flashinator_changes *changes,
                                           uint64_t frame,
                                           struct flashinator_row *row);

/**
 * Takes several frames that follow each other without any padding, and writes a row for each, the
 * first frame of a table included. frames: `size` bytes, a multiple of the bytes of a frame. rows: room
 * for at least as many rows as frames. Where the call fails no frame is taken. One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION, BUFFER_TOO_SHORT, TOO_FEW_ROWS.
 */
flashinator_status flashinator_table_push_batch(struct flashinator_table *table,
                                                const uint8_t *frames,
                                                size_t size,
                                                struct flashinator_row *rows,
                                                size_t row_count);

/**
 * Forgets all frames: the next one is frame 0. One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_A_TABLE, VERSION.
 */
flashinator_status flashinator_table_reset(struct flashinator_table *table);

/**
 * Compares two frames of the same format and size, or the same stripe of two frames, without any table,
 * and writes to *changes how `after` differs from `before`. settings: how to look at them, or NULL for
 * the usual way. Thread safe.
 *
 * Errors: NULL, MISALIGNED, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED,
 * SETTINGS, RECTANGLE, CURVE_NEEDED, CURVE_LENGTH, NOT_A_CURVE, VERSION.
 */
flashinator_status flashinator_compare(const struct flashinator_frame *before,
                                       const struct flashinator_frame *after,
                                       const struct flashinator_settings *settings,
                                       struct flashinator_changes *changes);

/**
 * Writes to *profile the rules of a standard, to be used as they are or changed. Thread safe.
 *
 * Errors: NULL, PROFILE for an unknown standard.
 */
flashinator_status flashinator_profile_of(flashinator_standard standard,
                                          struct flashinator_profile *profile);

/**
 * Writes to *size the bytes of memory that an analyser of such frames needs: about 36 a cell, of which a
 * picture has up to 70000, or one a pixel where it is small, and half a byte a cell for each frame of a
 * second. settings: how to analyse, or NULL for the usual way. Thread safe.
 *
 * Errors: NULL, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, SETTINGS, PROFILE, VIEWING, RATE, TRANSFER for
 * an unknown range, RECTANGLE.
 */
flashinator_status flashinator_analyser_memory(flashinator_format format,
                                               uint32_t width,
                                               uint32_t height,
                                               const struct flashinator_analyser_settings *settings,
                                               size_t *size);

/**
 * Begins to analyse frames of one format and size, in memory of the caller's, which may hold anything, and
 * writes to *analyser the pointer that the other functions take. The analyser is the memory: there is
 * nothing to free, and a new one may be begun in it at any time. Between calls it may be used by another
 * thread, but by one at a time.
 *
 * memory: `size` bytes, aligned to FLASHINATOR_ALIGNMENT, that stay where they are for as long as the
 * analyser is used. size: at least what flashinator_analyser_memory says for the same frames and settings.
 * settings: how to analyse, or NULL for the usual way; not needed after the call.
 *
 * Errors: those of flashinator_analyser_memory, and MISALIGNED, MEMORY_TOO_SMALL.
 */
flashinator_status flashinator_analyser_init(void *memory,
                                             size_t size,
                                             flashinator_format format,
                                             uint32_t width,
                                             uint32_t height,
                                             const struct flashinator_analyser_settings *settings,
                                             struct flashinator_analyser **analyser);

/**
 * Takes the next frame and writes to *report what is to be said of it. time: when it is shown, later than
 * the frame before. Where the call fails the frame is not taken, and the analyser goes on with the next.
 * One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION, FORMAT, LEFT_OUT, EMPTY_FRAME, TOO_LARGE, STRIDE,
 * BUFFER_TOO_SHORT, SHAPE_CHANGED, TIME, TIME_NOT_AFTER, RATE_TOO_HIGH.
 */
flashinator_status flashinator_analyser_push(struct flashinator_analyser *analyser,
                                             const struct flashinator_frame *frame,
                                             struct flashinator_time time,
                                             struct flashinator_report *report);

/**
 * Takes the next frame, gives it to a table as well, and writes to *report and *row what they say of it,
 * from one pass over the pixels. Where the call fails neither of the two has taken the frame. One thread
 * at a time.
 *
 * Errors: those of flashinator_analyser_push, and MISALIGNED, NOT_A_TABLE, VERSION.
 */
flashinator_status flashinator_analyser_push_with_table(struct flashinator_analyser *analyser,
                                                        struct flashinator_table *table,
                                                        const struct flashinator_frame *frame,
                                                        struct flashinator_time time,
                                                        struct flashinator_report *report,
                                                        struct flashinator_row *row);

/**
 * Writes to *summary what is to be said of the frames so far, and to incidents the first of them, as many
 * as there are, were kept and have room. More frames may follow. incidents: room for `count`, or NULL where
 * that is 0. One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION.
 */
flashinator_status flashinator_analyser_finish(struct flashinator_analyser *analyser,
                                               struct flashinator_summary *summary,
                                               struct flashinator_incident *incidents,
                                               size_t count);

/**
 * Forgets all frames: the next one is frame 0, and may be shown at any time. One thread at a time.
 *
 * Errors: NULL, MISALIGNED, NOT_AN_ANALYSER, VERSION.
 */
flashinator_status flashinator_analyser_reset(struct flashinator_analyser *analyser);

/**
 * A short name of a verdict: "pass", "warning", "extended-fail", "fail"; "unknown" for any other number.
 * It lives as long as the program. Never NULL. Thread safe.
 */
const char *flashinator_verdict_name(flashinator_verdict verdict);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FLASHINATOR_H */
