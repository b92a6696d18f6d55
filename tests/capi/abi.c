/* The sizes, alignments and offsets of all public structs, and the values of all constants: a program that was
 * compiled with an earlier header must find them where they were. Compiling it is the test.
 * Columns are for 64 and for 32 bits. */
#include <flashinator.h>
#include <limits.h>

/* Fails to compile where the two differ. */
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define SAME(a, b) typedef char JOIN(same_, __LINE__)[(a) == (b) ? 1 : -1]

#if UINTPTR_MAX > 0xffffffffu
#define BITS(of_64, of_32) of_64
#else
#define BITS(of_64, of_32) of_32
#endif

/* The alignment of a type is the offset of one behind a byte. */
#define STRUCT(type, size, alignment)                                             \
    SAME(sizeof(type), size);                                                     \
    struct type##_behind_a_byte {                                                 \
        char byte;                                                                \
        type behind;                                                              \
    };                                                                            \
    typedef char type##_alignment[offsetof(struct type##_behind_a_byte, behind) == (alignment) ? 1 : -1]
#define FIELD(type, field, offset) SAME(offsetof(type, field), offset)

STRUCT(flashinator_plane, BITS(24, 12), BITS(8, 4));
FIELD(flashinator_plane, data, 0);
FIELD(flashinator_plane, size, BITS(8, 4));
FIELD(flashinator_plane, stride, BITS(16, 8));

STRUCT(flashinator_frame, BITS(88, 48), BITS(8, 4));
FIELD(flashinator_frame, format, 0);
FIELD(flashinator_frame, width, 4);
FIELD(flashinator_frame, height, 8);
FIELD(flashinator_frame, planes, BITS(16, 12));

STRUCT(flashinator_rectangle, 16, 4);
FIELD(flashinator_rectangle, x, 0);
FIELD(flashinator_rectangle, y, 4);
FIELD(flashinator_rectangle, width, 8);
FIELD(flashinator_rectangle, height, 12);

STRUCT(flashinator_profile, BITS(96, 92), BITS(8, 4));
FIELD(flashinator_profile, size, 0);
FIELD(flashinator_profile, light, BITS(8, 4));
FIELD(flashinator_profile, yuv_display, BITS(12, 8));
FIELD(flashinator_profile, white, BITS(16, 12));
FIELD(flashinator_profile, min_step, BITS(20, 16));
FIELD(flashinator_profile, dark_limit, BITS(24, 20));
FIELD(flashinator_profile, min_contrast, BITS(28, 24));
FIELD(flashinator_profile, red, BITS(32, 28));
FIELD(flashinator_profile, min_red, BITS(36, 32));
FIELD(flashinator_profile, saturation, BITS(40, 36));
FIELD(flashinator_profile, longest, BITS(44, 40));
FIELD(flashinator_profile, together, BITS(48, 44));
FIELD(flashinator_profile, field_width, BITS(52, 48));
FIELD(flashinator_profile, field_height, BITS(56, 52));
FIELD(flashinator_profile, fit_width, BITS(60, 56));
FIELD(flashinator_profile, fit_height, BITS(64, 60));
FIELD(flashinator_profile, min_area, BITS(68, 64));
FIELD(flashinator_profile, warn_transitions, BITS(72, 68));
FIELD(flashinator_profile, max_transitions, BITS(76, 72));
FIELD(flashinator_profile, extended, BITS(80, 76));
FIELD(flashinator_profile, reference_white, BITS(84, 80));
FIELD(flashinator_profile, patterns, BITS(88, 84));
FIELD(flashinator_profile, reserved, BITS(92, 88));

STRUCT(flashinator_analyser_settings, BITS(88, 64), BITS(8, 4));
FIELD(flashinator_analyser_settings, size, 0);
FIELD(flashinator_analyser_settings, profiles, BITS(8, 4));
FIELD(flashinator_analyser_settings, profile_count, BITS(16, 8));
FIELD(flashinator_analyser_settings, css_width, BITS(24, 12));
FIELD(flashinator_analyser_settings, degrees, BITS(28, 16));
FIELD(flashinator_analyser_settings, pixel_aspect, BITS(32, 20));
FIELD(flashinator_analyser_settings, display, BITS(36, 24));
FIELD(flashinator_analyser_settings, matrix, BITS(40, 28));
FIELD(flashinator_analyser_settings, range, BITS(44, 32));
FIELD(flashinator_analyser_settings, max_fps, BITS(48, 36));
FIELD(flashinator_analyser_settings, max_incidents, BITS(52, 40));
FIELD(flashinator_analyser_settings, cell, BITS(56, 44));
FIELD(flashinator_analyser_settings, ignore, BITS(64, 48));
FIELD(flashinator_analyser_settings, ignore_count, BITS(72, 52));
FIELD(flashinator_analyser_settings, curve, BITS(80, 56));
FIELD(flashinator_analyser_settings, primaries, BITS(84, 60));

STRUCT(flashinator_time, 16, 8);
FIELD(flashinator_time, ticks, 0);
FIELD(flashinator_time, numerator, 8);
FIELD(flashinator_time, denominator, 12);

STRUCT(flashinator_pattern, 48, 8);
FIELD(flashinator_pattern, area, 0);
FIELD(flashinator_pattern, changing, 8);
FIELD(flashinator_pattern, pairs, 16);
FIELD(flashinator_pattern, motion, 24);
FIELD(flashinator_pattern, verdict, 28);
FIELD(flashinator_pattern, bounds, 32);

STRUCT(flashinator_report, 136, 8);
FIELD(flashinator_report, size, 0);
FIELD(flashinator_report, frame, 8);
FIELD(flashinator_report, nanoseconds, 16);
FIELD(flashinator_report, luminance, 24);
FIELD(flashinator_report, general_transitions, 32);
FIELD(flashinator_report, red_transitions, 36);
FIELD(flashinator_report, verdict, 40);
FIELD(flashinator_report, hazard, 44);
FIELD(flashinator_report, field, 48);
FIELD(flashinator_report, area, 64);
FIELD(flashinator_report, flashing, 72);
FIELD(flashinator_report, pattern, 88);

STRUCT(flashinator_summary, 144, 8);
FIELD(flashinator_summary, size, 0);
FIELD(flashinator_summary, frames, 8);
FIELD(flashinator_summary, incidents, 16);
FIELD(flashinator_summary, peak_frame, 24);
FIELD(flashinator_summary, peak, 32);
FIELD(flashinator_summary, general_transitions, 40);
FIELD(flashinator_summary, red_transitions, 44);
FIELD(flashinator_summary, verdict, 48);
FIELD(flashinator_summary, hazard, 52);
FIELD(flashinator_summary, field, 56);
FIELD(flashinator_summary, area, 72);
FIELD(flashinator_summary, flashing, 80);
FIELD(flashinator_summary, pattern, 96);

STRUCT(flashinator_incident, 160, 8);
FIELD(flashinator_incident, size, 0);
FIELD(flashinator_incident, first_frame, 8);
FIELD(flashinator_incident, last_frame, 16);
FIELD(flashinator_incident, start, 24);
FIELD(flashinator_incident, end, 32);
FIELD(flashinator_incident, peak_frame, 40);
FIELD(flashinator_incident, peak, 48);
FIELD(flashinator_incident, general_transitions, 56);
FIELD(flashinator_incident, red_transitions, 60);
FIELD(flashinator_incident, verdict, 64);
FIELD(flashinator_incident, hazard, 68);
FIELD(flashinator_incident, field, 72);
FIELD(flashinator_incident, area, 88);
FIELD(flashinator_incident, flashing, 96);
FIELD(flashinator_incident, pattern, 112);

STRUCT(flashinator_cell_grid, 16, 4);
FIELD(flashinator_cell_grid, columns, 0);
FIELD(flashinator_cell_grid, rows, 4);
FIELD(flashinator_cell_grid, cell_width, 8);
FIELD(flashinator_cell_grid, cell_height, 12);

STRUCT(flashinator_table_settings, BITS(40, 20), BITS(8, 4));
FIELD(flashinator_table_settings, size, 0);
FIELD(flashinator_table_settings, gray, BITS(8, 4));
FIELD(flashinator_table_settings, lut, BITS(16, 8));
FIELD(flashinator_table_settings, ignore, BITS(24, 12));
FIELD(flashinator_table_settings, ignore_count, BITS(32, 16));

STRUCT(flashinator_row, 40, 8);
FIELD(flashinator_row, size, 0);
FIELD(flashinator_row, frame, 8);
FIELD(flashinator_row, positive, 16);
FIELD(flashinator_row, negative, 24);
FIELD(flashinator_row, value, 32);

STRUCT(flashinator_top_deltas, 88, 8);
FIELD(flashinator_top_deltas, size, 0);
FIELD(flashinator_top_deltas, rises, 8);
FIELD(flashinator_top_deltas, falls, 48);

SAME(sizeof(flashinator_status), sizeof(int32_t));
SAME(sizeof(flashinator_format), sizeof(uint32_t));
SAME(sizeof(flashinator_profile_id), sizeof(uint32_t));
SAME(sizeof(flashinator_light), sizeof(uint32_t));
SAME(sizeof(flashinator_display), sizeof(uint32_t));
SAME(sizeof(flashinator_red), sizeof(uint32_t));
SAME(sizeof(flashinator_matrix), sizeof(uint32_t));
SAME(sizeof(flashinator_range), sizeof(uint32_t));
SAME(sizeof(flashinator_verdict), sizeof(uint32_t));
SAME(sizeof(flashinator_hazard), sizeof(uint32_t));
SAME(sizeof(flashinator_gray), sizeof(uint32_t));
SAME(sizeof(flashinator_transfer), sizeof(uint32_t));

SAME(FLASHINATOR_VERSION_MAJOR, 0);
SAME(FLASHINATOR_VERSION_MINOR, 1);
SAME(FLASHINATOR_VERSION_PATCH, 0);
SAME(FLASHINATOR_OK, 0);
SAME(FLASHINATOR_ERROR_NULL, 1);
SAME(FLASHINATOR_ERROR_STRUCT_SIZE, 2);
SAME(FLASHINATOR_ERROR_STRUCT_NEWER, 3);
SAME(FLASHINATOR_ERROR_MEMORY_TOO_SMALL, 4);
SAME(FLASHINATOR_ERROR_MISALIGNED, 5);
SAME(FLASHINATOR_ERROR_NOT_AN_ANALYSER, 6);
SAME(FLASHINATOR_ERROR_NOT_A_TABLE, 7);
SAME(FLASHINATOR_ERROR_NOT_A_LUT, 8);
SAME(FLASHINATOR_ERROR_VERSION, 9);
SAME(FLASHINATOR_ERROR_FORMAT, 10);
SAME(FLASHINATOR_ERROR_NOT_BUILT, 11);
SAME(FLASHINATOR_ERROR_EMPTY_FRAME, 12);
SAME(FLASHINATOR_ERROR_TOO_LARGE, 13);
SAME(FLASHINATOR_ERROR_STRIDE, 14);
SAME(FLASHINATOR_ERROR_BUFFER_TOO_SHORT, 15);
SAME(FLASHINATOR_ERROR_SHAPE_CHANGED, 16);
SAME(FLASHINATOR_ERROR_RECTANGLE, 17);
SAME(FLASHINATOR_ERROR_SETTINGS, 18);
SAME(FLASHINATOR_ERROR_PROFILE, 19);
SAME(FLASHINATOR_ERROR_VIEWING, 20);
SAME(FLASHINATOR_ERROR_RATE, 21);
SAME(FLASHINATOR_ERROR_TIME, 22);
SAME(FLASHINATOR_ERROR_TIME_NOT_AFTER, 23);
SAME(FLASHINATOR_ERROR_RATE_TOO_HIGH, 24);
SAME(FLASHINATOR_ERROR_NOT_FOUND, 25);
SAME(FLASHINATOR_ERROR_TOO_FEW_ROWS, 26);
SAME(FLASHINATOR_ERROR_LUT_NEEDED, 27);
SAME(FLASHINATOR_ERROR_LUT_LENGTH, 28);
SAME(FLASHINATOR_ERROR_BAD_LUT, 29);
SAME(FLASHINATOR_ERROR_TRANSFER, 30);
SAME(FLASHINATOR_ERROR_STRIPES, 31);
SAME(FLASHINATOR_ERROR_NOT_A_STRIPE, 32);
SAME(FLASHINATOR_FORMAT_GRAY8, 1);
SAME(FLASHINATOR_FORMAT_RGB24, 2);
SAME(FLASHINATOR_FORMAT_BGR24, 3);
SAME(FLASHINATOR_FORMAT_RGBA, 4);
SAME(FLASHINATOR_FORMAT_BGRA, 5);
SAME(FLASHINATOR_FORMAT_ARGB, 6);
SAME(FLASHINATOR_FORMAT_ABGR, 7);
SAME(FLASHINATOR_FORMAT_GBRP, 8);
SAME(FLASHINATOR_FORMAT_I420, 9);
SAME(FLASHINATOR_FORMAT_YV12, 10);
SAME(FLASHINATOR_FORMAT_NV12, 11);
SAME(FLASHINATOR_FORMAT_NV21, 12);
SAME(FLASHINATOR_FORMAT_I422, 13);
SAME(FLASHINATOR_FORMAT_I444, 14);
SAME(FLASHINATOR_FORMAT_I420P10, 15);
SAME(FLASHINATOR_FORMAT_I422P10, 16);
SAME(FLASHINATOR_FORMAT_I444P10, 17);
SAME(FLASHINATOR_FORMAT_I420P12, 18);
SAME(FLASHINATOR_FORMAT_I422P12, 19);
SAME(FLASHINATOR_FORMAT_I444P12, 20);
SAME(FLASHINATOR_FORMAT_P010, 21);
SAME(FLASHINATOR_FORMAT_P012, 22);
SAME(FLASHINATOR_FORMAT_GRAY10, 23);
SAME(FLASHINATOR_FORMAT_GRAY12, 24);
SAME(FLASHINATOR_FORMAT_GRAY16, 25);
SAME(FLASHINATOR_FORMAT_RGBX, 4);
SAME(FLASHINATOR_FORMAT_BGRX, 5);
SAME(FLASHINATOR_FORMAT_XRGB, 6);
SAME(FLASHINATOR_FORMAT_XBGR, 7);
SAME(FLASHINATOR_ALIGNMENT, 8);
SAME(FLASHINATOR_PROFILE_WCAG_2_2, 1);
SAME(FLASHINATOR_PROFILE_WCAG_2_1, 2);
SAME(FLASHINATOR_PROFILE_WCAG_2_2_AAA, 3);
SAME(FLASHINATOR_PROFILE_BT_1702, 4);
SAME(FLASHINATOR_PROFILE_OFCOM, 5);
SAME(FLASHINATOR_PROFILE_TRACE_24, 6);
SAME(FLASHINATOR_LIGHT_DISPLAY, 1);
SAME(FLASHINATOR_LIGHT_OFCOM_NOTE, 2);
SAME(FLASHINATOR_DISPLAY_SRGB, 1);
SAME(FLASHINATOR_DISPLAY_BT1886, 2);
SAME(FLASHINATOR_RED_CHROMATICITY, 1);
SAME(FLASHINATOR_RED_DIFFERENCE, 2);
SAME(FLASHINATOR_MATRIX_BT601, 1);
SAME(FLASHINATOR_MATRIX_BT709, 2);
SAME(FLASHINATOR_MATRIX_BT2020, 3);
SAME(FLASHINATOR_RANGE_FULL, 1);
SAME(FLASHINATOR_RANGE_LIMITED, 2);
SAME(FLASHINATOR_CURVE_SDR, 1);
SAME(FLASHINATOR_CURVE_PQ, 2);
SAME(FLASHINATOR_CURVE_HLG, 3);
SAME(FLASHINATOR_PRIMARIES_BT709, 1);
SAME(FLASHINATOR_PRIMARIES_BT2020, 2);
SAME(FLASHINATOR_VERDICT_PASS, 0);
SAME(FLASHINATOR_VERDICT_WARNING, 1);
SAME(FLASHINATOR_VERDICT_EXTENDED_WARNING, 2);
SAME(FLASHINATOR_VERDICT_FAIL, 3);
SAME(FLASHINATOR_HAZARD_GENERAL, 1);
SAME(FLASHINATOR_HAZARD_RED, 2);
SAME(FLASHINATOR_GRAY_MEAN, 0);
SAME(FLASHINATOR_GRAY_BT601, 1);
SAME(FLASHINATOR_GRAY_BT709, 2);
SAME(FLASHINATOR_GRAY_BT2020, 3);
SAME(FLASHINATOR_TRANSFER_TABLE, 0);
SAME(FLASHINATOR_TRANSFER_SRGB, 1);
SAME(FLASHINATOR_TRANSFER_BT1886, 2);
SAME(FLASHINATOR_TRANSFER_PQ, 3);
SAME(FLASHINATOR_TRANSFER_HLG, 4);

int main(void)
{
    return 0;
}
