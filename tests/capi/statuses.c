/* Provokes every status of every function, and prints the pairs: they are compared with those that the header
 * promises. Compiled with SMALL for a library that takes GRAY8 and RGB24 only. */
#include "frames.h"

/* A function and the status it is to give. */
#define GIVES(status, function, arguments)                                                      \
    do {                                                                                        \
        flashinator_status given = function arguments;                                          \
        if (given == FLASHINATOR_##status) {                                                    \
            printf("%s %s\n", #function, #status);                                              \
        } else {                                                                                \
            fprintf(stderr, "%s:%d: %s gave %d and not " #status "\n", __FILE__, __LINE__, #function, \
                    (int)given);                                                                \
            failures++;                                                                         \
        }                                                                                       \
    } while (0)

/* What the library reads, with bytes behind it that a later version might have. */
#define WITH_MORE(type, name, init)                                         \
    static struct {                                                         \
        type known;                                                         \
        unsigned char more[8];                                              \
    } name##_with_more = {init, {0}}

WITH_MORE(flashinator_table_settings, settings, FLASHINATOR_TABLE_SETTINGS_INIT);
WITH_MORE(flashinator_analyser_settings, wanted, FLASHINATOR_ANALYSER_SETTINGS_INIT);
WITH_MORE(flashinator_profile, rules, FLASHINATOR_PROFILE_INIT);
WITH_MORE(flashinator_top_deltas, deltas, FLASHINATOR_TOP_DELTAS_INIT);
#define settings settings_with_more.known
#define wanted wanted_with_more.known
#define rules rules_with_more.known
#define deltas deltas_with_more.known

/* Sizes that were never set. */
#define SIZES(given, function, arguments)                                   \
    do {                                                                    \
        const size_t kept = (given).size;                                   \
        (given).size = 0;                                                   \
        GIVES(ERROR_STRUCT_SIZE, function, arguments);                      \
        (given).size = sizeof(size_t);                                      \
        GIVES(ERROR_STRUCT_SIZE, function, arguments);                      \
        (given).size = SIZE_MAX;                                            \
        GIVES(ERROR_STRUCT_SIZE, function, arguments);                      \
        (given).size = kept;                                                \
    } while (0)

/* A struct of a later version, of which the last byte is not 0. */
#define NEWER(given, function, arguments)                                   \
    do {                                                                    \
        unsigned char *more = (unsigned char *)&(given) + (given).size;     \
        (given).size += 8, more[7] = 1;                                     \
        GIVES(ERROR_STRUCT_NEWER, function, arguments);                     \
        (given).size -= 8, more[7] = 0;                                     \
    } while (0)

enum { ROOM = 4 << 20 };

static union {
    unsigned char bytes[ROOM];
    double aligned;
} table_room, analyser_room, stripe_room, lut_room;

static flashinator_table *table;
static flashinator_analyser *analyser;
static flashinator_stripe *stripe;
static const flashinator_lut *lut;
static flashinator_frame frame, good;
static const flashinator_profile *const profiles[9] = {&rules, &rules, &rules, &rules, &rules,
                                                       &rules, &rules, &rules, &rules};
static const flashinator_profile *const no_profile[1] = {NULL};
static flashinator_cell_grid grid;
static uint8_t mask[1024];
static flashinator_rectangle outside = {1, 0, WIDTH, HEIGHT}, all = {0, 0, WIDTH, HEIGHT};
static flashinator_row rows[2] = {FLASHINATOR_ROW_INIT, FLASHINATOR_ROW_INIT};
static flashinator_report report = FLASHINATOR_REPORT_INIT;
static flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
static flashinator_incident incident = FLASHINATOR_INCIDENT_INIT;
static flashinator_time now = {0, 1, 25};
static double luminance[65536];
static size_t size;

static void *odd(void *pointer)
{
    return (char *)pointer + 1;
}

/* The version of a state lies behind its kind. */
static void spoil_version(void *state)
{
    ((uint32_t *)state)[1] ^= 1;
}

/* What can be wrong with `frame`, in turn. */
#define FRAMES(function, arguments)                                          \
    do {                                                                     \
        frame = good, frame.planes[0].data = NULL;                           \
        GIVES(ERROR_NULL, function, arguments);                              \
        frame = good, frame.format = 77;                                     \
        GIVES(ERROR_FORMAT, function, arguments);                            \
        frame = good, frame.height = 0;                                      \
        GIVES(ERROR_EMPTY_FRAME, function, arguments);                       \
        frame = good, frame.width = frame.height = UINT32_MAX;               \
        GIVES(ERROR_TOO_LARGE, function, arguments);                         \
        frame = good, frame.planes[0].stride = 3 * WIDTH - 1;                \
        GIVES(ERROR_STRIDE, function, arguments);                            \
        frame = good, frame.planes[0].size--;                                \
        GIVES(ERROR_BUFFER_TOO_SHORT, function, arguments);                  \
        NOT_BUILT(function, arguments);                                       \
        frame = good;                                                        \
    } while (0)

#ifdef SMALL
#define NOT_BUILT(function, arguments)                \
    do {                                             \
        frame = good, frame.format = 3;              \
        GIVES(ERROR_NOT_BUILT, function, arguments);  \
    } while (0)
#else
#define NOT_BUILT(function, arguments) (void)0
#endif

/* What can be wrong with a state, in turn. */
#define STATES(other, state, function, arguments)   \
    do {                                            \
        void *kept = state;                         \
        state = NULL;                               \
        GIVES(ERROR_NULL, function, arguments);     \
        state = odd(kept);                          \
        GIVES(ERROR_MISALIGNED, function, arguments); \
        state = kept;                               \
        spoil_version(kept);                        \
        GIVES(ERROR_VERSION, function, arguments);  \
        spoil_version(kept);                        \
        ((uint32_t *)kept)[0] ^= 1;                 \
        GIVES(other, function, arguments);          \
        ((uint32_t *)kept)[0] ^= 1;                 \
    } while (0)

/* What can be wrong with the settings of a table, in turn. */
#define SETTINGS(function, arguments)                          \
    do {                                                       \
        SIZES(settings, function, arguments);                  \
        NEWER(settings, function, arguments);                  \
        settings.gray = 4;                                     \
        GIVES(ERROR_SETTINGS, function, arguments);            \
        settings.gray = 0;                                     \
        settings.ignore_count = 1;                             \
        GIVES(ERROR_NULL, function, arguments);                \
        settings.ignore = &outside;                            \
        GIVES(ERROR_RECTANGLE, function, arguments);           \
        settings.ignore_count = 17;                            \
        GIVES(ERROR_RECTANGLE, function, arguments);           \
        settings.ignore_count = 0, settings.ignore = NULL;     \
        settings.lut = (const flashinator_lut *)odd(&lut_room); \
        GIVES(ERROR_MISALIGNED, function, arguments);          \
        settings.lut = lut;                                \
        GIVES(ERROR_LUT_LENGTH, function, arguments);        \
        spoil_version(&lut_room);                            \
        GIVES(ERROR_VERSION, function, arguments);             \
        spoil_version(&lut_room);                            \
        lut_room.bytes[0] ^= 1;                              \
        GIVES(ERROR_NOT_A_LUT, function, arguments);         \
        lut_room.bytes[0] ^= 1;                              \
        settings.lut = NULL;                                 \
    } while (0)

static void luts(void)
{
    GIVES(ERROR_NULL, flashinator_codes, (RGB, 0, NULL));
    GIVES(ERROR_FORMAT, flashinator_codes, (0, 0, &size));
    GIVES(ERROR_SETTINGS, flashinator_codes, (RGB, 4, &size));
    GIVES(OK, flashinator_codes, (GRAY, 0, &size));

    const uint32_t range = FLASHINATOR_RANGE_FULL, srgb = FLASHINATOR_TRANSFER_SRGB;
    GIVES(ERROR_NULL, flashinator_luminance, (srgb, 0, 0, range, NULL, size));
    GIVES(ERROR_MISALIGNED, flashinator_luminance, (srgb, 0, 0, range, odd(luminance), size));
    GIVES(ERROR_LUT_LENGTH, flashinator_luminance, (srgb, 0, 0, range, luminance, 255));
    GIVES(ERROR_TRANSFER, flashinator_luminance, (9, 0, 0, range, luminance, size));
    GIVES(ERROR_TRANSFER, flashinator_luminance, (srgb, 0, 0, 3, luminance, size));
    GIVES(ERROR_TRANSFER, flashinator_luminance,
          (FLASHINATOR_TRANSFER_BT1886, 1, 1, range, luminance, size));
    GIVES(OK, flashinator_luminance, (srgb, 0, 0, range, luminance, size));

    const size_t room = flashinator_lut_memory();
    GIVES(ERROR_NULL, flashinator_lut_init, (NULL, room, luminance, size, &lut));
    GIVES(ERROR_NULL, flashinator_lut_init, (&lut_room, room, NULL, size, &lut));
    GIVES(ERROR_NULL, flashinator_lut_init, (&lut_room, room, luminance, size, NULL));
    GIVES(ERROR_MISALIGNED, flashinator_lut_init, (odd(&lut_room), room, luminance, size, &lut));
    GIVES(ERROR_MISALIGNED, flashinator_lut_init, (&lut_room, room, odd(luminance), size, &lut));
    GIVES(ERROR_MEMORY_TOO_SMALL, flashinator_lut_init,
          (&lut_room, room - 1, luminance, size, &lut));
    GIVES(ERROR_LUT_LENGTH, flashinator_lut_init, (&lut_room, room, luminance, 3, &lut));
    luminance[9] += 1;
    GIVES(ERROR_BAD_LUT, flashinator_lut_init, (&lut_room, room, luminance, size, &lut));
    luminance[9] -= 1;
    GIVES(OK, flashinator_lut_init, (&lut_room, room, luminance, size, &lut));
}

static void tables(void)
{
    GIVES(ERROR_NULL, flashinator_table_memory, (RGB, WIDTH, HEIGHT, NULL));
    GIVES(ERROR_FORMAT, flashinator_table_memory, (0, WIDTH, HEIGHT, &size));
    GIVES(ERROR_EMPTY_FRAME, flashinator_table_memory, (RGB, 0, HEIGHT, &size));
    GIVES(ERROR_TOO_LARGE, flashinator_table_memory, (RGB, UINT32_MAX, UINT32_MAX, &size));
    GIVES(OK, flashinator_table_memory, (RGB, WIDTH, HEIGHT, &size));

    GIVES(ERROR_NULL, flashinator_table_init, (NULL, size, RGB, WIDTH, HEIGHT, NULL, &table));
    GIVES(ERROR_NULL, flashinator_table_init, (&table_room, size, RGB, WIDTH, HEIGHT, NULL, NULL));
    GIVES(ERROR_FORMAT, flashinator_table_init, (&table_room, size, 99, WIDTH, HEIGHT, NULL, &table));
    GIVES(ERROR_EMPTY_FRAME, flashinator_table_init,
          (&table_room, size, RGB, WIDTH, 0, NULL, &table));
    GIVES(ERROR_TOO_LARGE, flashinator_table_init,
          (&table_room, size, RGB, UINT32_MAX, UINT32_MAX, NULL, &table));
    GIVES(ERROR_MISALIGNED, flashinator_table_init,
          (odd(&table_room), size, RGB, WIDTH, HEIGHT, NULL, &table));
    GIVES(ERROR_MEMORY_TOO_SMALL, flashinator_table_init,
          (&table_room, size - 1, RGB, WIDTH, HEIGHT, NULL, &table));
    SETTINGS(flashinator_table_init, (&table_room, size, RGB, WIDTH, HEIGHT, &settings, &table));
    GIVES(OK, flashinator_table_init, (&table_room, size, RGB, WIDTH, HEIGHT, &settings, &table));

    STATES(ERROR_NOT_A_TABLE, table, flashinator_table_push, (table, &good, rows));
    GIVES(ERROR_NULL, flashinator_table_push, (table, NULL, rows));
    GIVES(ERROR_NULL, flashinator_table_push, (table, &good, NULL));
    SIZES(rows[0], flashinator_table_push, (table, &good, rows));
    FRAMES(flashinator_table_push, (table, &frame, rows));
    frame.height--;
    GIVES(ERROR_SHAPE_CHANGED, flashinator_table_push, (table, &frame, rows));
    GIVES(OK, flashinator_table_push, (table, &good, rows));

    STATES(ERROR_NOT_A_TABLE, table, flashinator_table_push_stripe, (table, &good, &deltas));
    GIVES(ERROR_NULL, flashinator_table_push_stripe, (table, NULL, &deltas));
    GIVES(ERROR_NULL, flashinator_table_push_stripe, (table, &good, NULL));
    SIZES(deltas, flashinator_table_push_stripe, (table, &good, &deltas));
    FRAMES(flashinator_table_push_stripe, (table, &frame, &deltas));
    frame.height--;
    GIVES(ERROR_SHAPE_CHANGED, flashinator_table_push_stripe, (table, &frame, &deltas));
    GIVES(OK, flashinator_table_push_stripe, (table, &good, &deltas));

    GIVES(ERROR_NULL, flashinator_top_deltas_merge, (NULL, &deltas));
    GIVES(ERROR_NULL, flashinator_top_deltas_merge, (&deltas, NULL));
    static flashinator_top_deltas other = FLASHINATOR_TOP_DELTAS_INIT;
    SIZES(deltas, flashinator_top_deltas_merge, (&deltas, &other));
    SIZES(deltas, flashinator_top_deltas_merge, (&other, &deltas));
    NEWER(deltas, flashinator_top_deltas_merge, (&deltas, &other));
    NEWER(deltas, flashinator_top_deltas_merge, (&other, &deltas));
    GIVES(OK, flashinator_top_deltas_merge, (&other, &deltas));
    GIVES(ERROR_NULL, flashinator_top_deltas_row, (NULL, 1, rows));
    GIVES(ERROR_NULL, flashinator_top_deltas_row, (&deltas, 1, NULL));
    SIZES(deltas, flashinator_top_deltas_row, (&deltas, 1, rows));
    NEWER(deltas, flashinator_top_deltas_row, (&deltas, 1, rows));
    SIZES(rows[0], flashinator_top_deltas_row, (&deltas, 1, rows));
    GIVES(OK, flashinator_top_deltas_row, (&deltas, 1, rows));

    const size_t bytes = sizeof black;
    STATES(ERROR_NOT_A_TABLE, table, flashinator_table_push_batch, (table, black, bytes, rows, 2));
    GIVES(ERROR_NULL, flashinator_table_push_batch, (table, NULL, bytes, rows, 2));
    GIVES(ERROR_NULL, flashinator_table_push_batch, (table, black, bytes, NULL, 2));
    GIVES(ERROR_BUFFER_TOO_SHORT, flashinator_table_push_batch, (table, black, bytes - 1, rows, 2));
    GIVES(ERROR_TOO_FEW_ROWS, flashinator_table_push_batch, (table, black, bytes, rows, 0));
    SIZES(rows[0], flashinator_table_push_batch, (table, black, bytes, rows, 2));
    GIVES(OK, flashinator_table_push_batch, (table, white, bytes, rows, 1));

    STATES(ERROR_NOT_A_TABLE, table, flashinator_table_reset, (table));
    GIVES(OK, flashinator_table_reset, (table));

    GIVES(ERROR_NULL, flashinator_compare, (NULL, &good, NULL, &deltas));
    GIVES(ERROR_NULL, flashinator_compare, (&good, NULL, NULL, &deltas));
    GIVES(ERROR_NULL, flashinator_compare, (&good, &good, NULL, NULL));
    FRAMES(flashinator_compare, (&frame, &good, NULL, &deltas));
    FRAMES(flashinator_compare, (&good, &frame, NULL, &deltas));
    frame.height--;
    GIVES(ERROR_SHAPE_CHANGED, flashinator_compare, (&good, &frame, NULL, &deltas));
    SETTINGS(flashinator_compare, (&good, &good, &settings, &deltas));
    SIZES(deltas, flashinator_compare, (&good, &good, &settings, &deltas));
    GIVES(OK, flashinator_compare, (&good, &good, &settings, &deltas));

    flashinator_frame part;
    flashinator_rectangle inside = {1, 1, 2, 2};
    GIVES(ERROR_NULL, flashinator_frame_crop, (NULL, inside, &part));
    GIVES(ERROR_NULL, flashinator_frame_crop, (&good, inside, NULL));
    FRAMES(flashinator_frame_crop, (&frame, inside, &part));
    GIVES(ERROR_RECTANGLE, flashinator_frame_crop, (&good, outside, &part));
    GIVES(OK, flashinator_frame_crop, (&good, inside, &part));
}

/* What can be wrong with the settings of an analyser, in turn. */
#define WANTED(function, arguments)                                  \
    do {                                                             \
        SIZES(wanted, function, arguments);                          \
        NEWER(wanted, function, arguments);                          \
        wanted.matrix = 9;                                           \
        GIVES(ERROR_SETTINGS, function, arguments);                  \
        wanted.matrix = 0;                                           \
        wanted.range = 3;                                            \
        GIVES(ERROR_SETTINGS, function, arguments);                  \
        wanted.range = 0;                                            \
        wanted.curve = 4;                                            \
        GIVES(ERROR_SETTINGS, function, arguments);                  \
        wanted.curve = 0;                                            \
        wanted.primaries = 3;                                        \
        GIVES(ERROR_SETTINGS, function, arguments);                  \
        wanted.primaries = 0;                                        \
        wanted.degrees = -1;                                         \
        GIVES(ERROR_VIEWING, function, arguments);                   \
        wanted.degrees = 0;                                          \
        wanted.max_fps = 1001;                                   \
        GIVES(ERROR_RATE, function, arguments);                      \
        wanted.max_fps = 0;                                      \
        wanted.display = 3;                                          \
        GIVES(ERROR_SETTINGS, function, arguments);                  \
        wanted.display = 0;                                          \
        wanted.max_incidents = 65537;                                \
        GIVES(ERROR_SETTINGS, function, arguments);                  \
        wanted.max_incidents = 0;                                    \
        wanted.cell = 257;                                           \
        GIVES(ERROR_VIEWING, function, arguments);                   \
        wanted.cell = 0;                                             \
        wanted.css_width = wanted.degrees = 10;                      \
        GIVES(ERROR_VIEWING, function, arguments);                   \
        wanted.css_width = wanted.degrees = 0;                       \
        wanted.pixel_aspect = -1;                                    \
        GIVES(ERROR_VIEWING, function, arguments);                   \
        wanted.pixel_aspect = 0;                                     \
        wanted.profile_count = 1;                                    \
        GIVES(ERROR_NULL, function, arguments);                      \
        wanted.profiles = no_profile;                                \
        GIVES(ERROR_NULL, function, arguments);                      \
        wanted.profiles = profiles, wanted.profile_count = 9;        \
        GIVES(ERROR_PROFILE, function, arguments);                   \
        wanted.profile_count = 8;                                    \
        SIZES(rules, function, arguments);                           \
        NEWER(rules, function, arguments);                           \
        rules.min_step = -rules.min_step;                            \
        GIVES(ERROR_PROFILE, function, arguments);                   \
        rules.min_step = -rules.min_step;                            \
        wanted.profiles = NULL, wanted.profile_count = 0;            \
        wanted.ignore_count = 1;                                     \
        GIVES(ERROR_NULL, function, arguments);                      \
        wanted.ignore = &outside;                                    \
        GIVES(ERROR_RECTANGLE, function, arguments);                 \
        wanted.ignore_count = 17;                                    \
        GIVES(ERROR_RECTANGLE, function, arguments);                 \
        wanted.ignore = &all, wanted.ignore_count = 1;               \
        GIVES(ERROR_EMPTY_FRAME, function, arguments);               \
        wanted.ignore_count = 0, wanted.ignore = NULL;               \
    } while (0)

/* The times that are refused, in turn. */
#define TIMES(function, arguments)                      \
    do {                                                \
        now.numerator = 0;                              \
        GIVES(ERROR_TIME, function, arguments);         \
        now.numerator = 1;                              \
        GIVES(OK, function, arguments);                 \
        GIVES(ERROR_TIME_NOT_AFTER, function, arguments); \
        now.denominator = 100000;                       \
        now.ticks = now.ticks * 4000;                   \
        int more;                                       \
        for (more = 1; more < 60; more++) {             \
            now.ticks++;                                \
            GIVES(OK, function, arguments);             \
        }                                               \
        now.ticks++;                                    \
        GIVES(ERROR_RATE_TOO_HIGH, function, arguments); \
        now.ticks = now.ticks / 4000 + 100;             \
        now.denominator = 25;                           \
    } while (0)

static void stripes(void)
{
    void *room = &stripe_room;
    flashinator_stripe *own[2];
    const flashinator_stripe *const *const list = (const flashinator_stripe *const *)own;
    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_stripe_memory, (analyser, 0, 1, &size));
    GIVES(ERROR_NULL, flashinator_stripe_memory, (analyser, 0, 1, NULL));
    GIVES(ERROR_STRIPES, flashinator_stripe_memory, (analyser, 1, 1, &size));
    GIVES(ERROR_STRIPES, flashinator_stripe_memory, (analyser, 0, 0, &size));
    GIVES(OK, flashinator_stripe_memory, (analyser, 0, 1, &size));

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_stripe_init,
           (room, size, analyser, 0, 1, &stripe));
    GIVES(ERROR_NULL, flashinator_stripe_init, (NULL, size, analyser, 0, 1, &stripe));
    GIVES(ERROR_NULL, flashinator_stripe_init, (room, size, analyser, 0, 1, NULL));
    GIVES(ERROR_MISALIGNED, flashinator_stripe_init, (odd(room), size, analyser, 0, 1, &stripe));
    GIVES(ERROR_MEMORY_TOO_SMALL, flashinator_stripe_init,
          (room, size - 1, analyser, 0, 1, &stripe));
    GIVES(ERROR_STRIPES, flashinator_stripe_init, (room, size, analyser, 2, 2, &stripe));
    GIVES(OK, flashinator_stripe_init, (room, size, analyser, 0, 1, &stripe));

    own[0] = stripe;
    GIVES(ERROR_STRIPES, flashinator_analyser_push_stripes, (analyser, list, 1, &report));
    STATES(ERROR_NOT_A_STRIPE, stripe, flashinator_stripe_sum, (stripe, &good, now));
    GIVES(ERROR_NULL, flashinator_stripe_sum, (stripe, NULL, now));
    FRAMES(flashinator_stripe_sum, (stripe, &frame, now));
    frame.height--;
    GIVES(ERROR_SHAPE_CHANGED, flashinator_stripe_sum, (stripe, &frame, now));
    now.denominator = 0;
    GIVES(ERROR_TIME, flashinator_stripe_sum, (stripe, &good, now));
    now.denominator = 25;

#define SUMMED (flashinator_stripe_sum(stripe, &good, now), analyser)
    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_push_stripes,
           (analyser, list, 1, &report));
    STATES(ERROR_NOT_A_STRIPE, own[0], flashinator_analyser_push_stripes,
           (analyser, list, 1, &report));
    GIVES(ERROR_NULL, flashinator_analyser_push_stripes, (analyser, NULL, 1, &report));
    GIVES(ERROR_NULL, flashinator_analyser_push_stripes, (analyser, list, 1, NULL));
    SIZES(report, flashinator_analyser_push_stripes, (analyser, list, 1, &report));
    GIVES(ERROR_STRIPES, flashinator_analyser_push_stripes, (analyser, list, 0, &report));
    own[1] = stripe;
    GIVES(ERROR_STRIPES, flashinator_analyser_push_stripes, (SUMMED, list, 2, &report));
    GIVES(OK, flashinator_stripe_sum, (stripe, &good, now));
    GIVES(OK, flashinator_analyser_push_stripes, (analyser, list, 1, &report));
    GIVES(ERROR_TIME_NOT_AFTER, flashinator_analyser_push_stripes, (analyser, list, 1, &report));
    int i;
    now.ticks *= 40, now.denominator = 1000;
    for (i = 1; i < 60; i++) {
        now.ticks++;
        GIVES(OK, flashinator_analyser_push_stripes, (SUMMED, list, 1, &report));
    }
    now.ticks++;
    GIVES(ERROR_RATE_TOO_HIGH, flashinator_analyser_push_stripes, (SUMMED, list, 1, &report));
    now.ticks = now.ticks / 40 + 100, now.denominator = 25;
    GIVES(OK, flashinator_analyser_reset, (analyser));
}

static void analysers(void)
{
    GIVES(ERROR_NULL, flashinator_profile_of, (1, NULL));
    SIZES(rules, flashinator_profile_of, (1, &rules));
    GIVES(ERROR_PROFILE, flashinator_profile_of, (99, &rules));
    GIVES(OK, flashinator_profile_of, (1, &rules));

    GIVES(ERROR_NULL, flashinator_analyser_memory, (RGB, WIDTH, HEIGHT, &wanted, NULL));
    GIVES(ERROR_FORMAT, flashinator_analyser_memory, (0, WIDTH, HEIGHT, &wanted, &size));
    GIVES(ERROR_EMPTY_FRAME, flashinator_analyser_memory, (RGB, WIDTH, 0, &wanted, &size));
    GIVES(ERROR_TOO_LARGE, flashinator_analyser_memory,
          (RGB, UINT32_MAX, UINT32_MAX, &wanted, &size));
    WANTED(flashinator_analyser_memory, (RGB, WIDTH, HEIGHT, &wanted, &size));
    GIVES(OK, flashinator_analyser_memory, (RGB, WIDTH, HEIGHT, &wanted, &size));

    void *room = &analyser_room;
    GIVES(ERROR_NULL, flashinator_analyser_init, (NULL, size, RGB, WIDTH, HEIGHT, NULL, &analyser));
    GIVES(ERROR_NULL, flashinator_analyser_init, (room, size, RGB, WIDTH, HEIGHT, NULL, NULL));
    GIVES(ERROR_FORMAT, flashinator_analyser_init, (room, size, 99, WIDTH, HEIGHT, NULL, &analyser));
    GIVES(ERROR_EMPTY_FRAME, flashinator_analyser_init, (room, size, RGB, 0, HEIGHT, NULL, &analyser));
    GIVES(ERROR_TOO_LARGE, flashinator_analyser_init,
          (room, size, RGB, UINT32_MAX, UINT32_MAX, NULL, &analyser));
    GIVES(ERROR_MISALIGNED, flashinator_analyser_init,
          (odd(room), size, RGB, WIDTH, HEIGHT, NULL, &analyser));
    GIVES(ERROR_MEMORY_TOO_SMALL, flashinator_analyser_init,
          (room, size - 1, RGB, WIDTH, HEIGHT, NULL, &analyser));
    WANTED(flashinator_analyser_init, (room, size, RGB, WIDTH, HEIGHT, &wanted, &analyser));
    GIVES(OK, flashinator_analyser_init, (room, size, RGB, WIDTH, HEIGHT, &wanted, &analyser));

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_push, (analyser, &good, now, &report));
    GIVES(ERROR_NULL, flashinator_analyser_push, (analyser, NULL, now, &report));
    GIVES(ERROR_NULL, flashinator_analyser_push, (analyser, &good, now, NULL));
    SIZES(report, flashinator_analyser_push, (analyser, &good, now, &report));
    FRAMES(flashinator_analyser_push, (analyser, &frame, now, &report));
    frame.height--;
    GIVES(ERROR_SHAPE_CHANGED, flashinator_analyser_push, (analyser, &frame, now, &report));
    TIMES(flashinator_analyser_push, (analyser, &good, now, &report));

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_push_with_table,
           (analyser, table, &good, now, &report, rows));
    STATES(ERROR_NOT_A_TABLE, table, flashinator_analyser_push_with_table,
           (analyser, table, &good, now, &report, rows));
    GIVES(ERROR_NULL, flashinator_analyser_push_with_table,
          (analyser, table, NULL, now, &report, rows));
    GIVES(ERROR_NULL, flashinator_analyser_push_with_table, (analyser, table, &good, now, NULL, rows));
    GIVES(ERROR_NULL, flashinator_analyser_push_with_table,
          (analyser, table, &good, now, &report, NULL));
    SIZES(report, flashinator_analyser_push_with_table,
          (analyser, table, &good, now, &report, rows));
    SIZES(rows[0], flashinator_analyser_push_with_table,
          (analyser, table, &good, now, &report, rows));
    FRAMES(flashinator_analyser_push_with_table, (analyser, table, &frame, now, &report, rows));
    frame.height--;
    GIVES(ERROR_SHAPE_CHANGED, flashinator_analyser_push_with_table,
          (analyser, table, &frame, now, &report, rows));
    TIMES(flashinator_analyser_push_with_table, (analyser, table, &good, now, &report, rows));

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_report, (analyser, 0, &report));
    GIVES(ERROR_NULL, flashinator_analyser_report, (analyser, 0, NULL));
    SIZES(report, flashinator_analyser_report, (analyser, 0, &report));
    GIVES(ERROR_NOT_FOUND, flashinator_analyser_report, (analyser, 1, &report));
    GIVES(OK, flashinator_analyser_report, (analyser, 0, &report));

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_summary, (analyser, 0, &summary));
    GIVES(ERROR_NULL, flashinator_analyser_summary, (analyser, 0, NULL));
    SIZES(summary, flashinator_analyser_summary, (analyser, 0, &summary));
    GIVES(ERROR_NOT_FOUND, flashinator_analyser_summary, (analyser, SIZE_MAX, &summary));
    GIVES(OK, flashinator_analyser_summary, (analyser, 0, &summary));

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_grid, (analyser, 0, &grid));
    GIVES(ERROR_NULL, flashinator_analyser_grid, (analyser, 0, NULL));
    GIVES(ERROR_NOT_FOUND, flashinator_analyser_grid, (analyser, 1, &grid));
    GIVES(OK, flashinator_analyser_grid, (analyser, 0, &grid));
    const size_t mask_size = (size_t)(grid.columns + 7) / 8 * grid.rows;

    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_mask, (analyser, 0, mask, sizeof mask));
    GIVES(ERROR_NULL, flashinator_analyser_mask, (analyser, 0, NULL, sizeof mask));
    GIVES(ERROR_NOT_FOUND, flashinator_analyser_mask, (analyser, 1, mask, sizeof mask));
    GIVES(ERROR_BUFFER_TOO_SHORT, flashinator_analyser_mask, (analyser, 0, mask, mask_size - 1));
    GIVES(OK, flashinator_analyser_mask, (analyser, 0, mask, mask_size));

    stripes();

    /* A flash in every frame, until there is an incident. */
    int i;
    for (i = 0; i < 8; i++) {
        good.planes[0].data = i % 2 == 0 ? white : black;
        now.ticks++;
        GIVES(OK, flashinator_analyser_push, (analyser, &good, now, &report));
    }
    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_incident, (analyser, 0, 0, &incident));
    GIVES(ERROR_NULL, flashinator_analyser_incident, (analyser, 0, 0, NULL));
    SIZES(incident, flashinator_analyser_incident, (analyser, 0, 0, &incident));
    GIVES(ERROR_NOT_FOUND, flashinator_analyser_incident, (analyser, 0, 1, &incident));
    GIVES(ERROR_NOT_FOUND, flashinator_analyser_incident, (analyser, 1, 0, &incident));
    GIVES(OK, flashinator_analyser_incident, (analyser, 0, 0, &incident));
    STATES(ERROR_NOT_AN_ANALYSER, analyser, flashinator_analyser_reset, (analyser));
    GIVES(OK, flashinator_analyser_reset, (analyser));
}

/* What depends on the formats there are. */
static void formats(void)
{
#ifdef SMALL
    void *room = &analyser_room;
    GIVES(ERROR_NOT_BUILT, flashinator_table_memory, (3, WIDTH, HEIGHT, &size));
    GIVES(ERROR_NOT_BUILT, flashinator_table_init, (room, ROOM, 3, WIDTH, HEIGHT, NULL, &table));
    GIVES(ERROR_NOT_BUILT, flashinator_analyser_memory, (3, WIDTH, HEIGHT, NULL, &size));
    GIVES(ERROR_NOT_BUILT, flashinator_analyser_init, (room, ROOM, 3, WIDTH, HEIGHT, NULL, &analyser));
    settings.gray = FLASHINATOR_GRAY_BT709;
    GIVES(ERROR_NOT_BUILT, flashinator_table_init,
          (room, ROOM, RGB, WIDTH, HEIGHT, &settings, &table));
#else
    const flashinator_format gray10 = FLASHINATOR_FORMAT_GRAY10;
    frame = good, frame.format = gray10;
    GIVES(ERROR_LUT_NEEDED, flashinator_compare, (&frame, &frame, NULL, &deltas));
    GIVES(ERROR_LUT_NEEDED, flashinator_table_init,
          (&table_room, ROOM, gray10, WIDTH, HEIGHT, NULL, &table));
#endif
}

int main(void)
{
    good = view(black);
    memset(white, 255, sizeof white);
    luts();
    tables();
    analysers();
    formats();
    return failures != 0;
}
