/* Callers that are older and newer than the library: structs with fewer and with more fields than it knows. */
#include "frames.h"

enum { MORE = 24, UNTOUCHED = 0xa5 };

/* Structs as a later version of the header might have them. */
#define NEWER(type)                 \
    struct newer_##type {           \
        flashinator_##type known;   \
        unsigned char more[MORE];   \
    }
NEWER(table_settings);
NEWER(analyser_settings);
NEWER(profile);
NEWER(top_deltas);
NEWER(row);
NEWER(report);
NEWER(summary);
NEWER(incident);

/* Fills a struct, and sets its size. */
#define FILL(given, bytes)                              \
    do {                                                \
        memset(&(given), UNTOUCHED, sizeof(given));     \
        (given).known.size = bytes;                     \
    } while (0)

/* The bytes of a struct from one on are as they were. */
#define EXPECT_UNTOUCHED_FROM(given, first)                                      \
    do {                                                                         \
        size_t at_;                                                              \
        for (at_ = (first); at_ < sizeof(given); at_++)                          \
            EXPECT(((const unsigned char *)&(given))[at_] == UNTOUCHED);         \
    } while (0)

static union {
    double aligned;
    unsigned char bytes[1 << 20];
} table_memory, analyser_memory;
static flashinator_table *table;
static flashinator_analyser *analyser;

/* Settings of a newer caller are accepted as long as the fields that only it has are 0. */
static void newer_settings(void)
{
    struct newer_table_settings of_table = {FLASHINATOR_TABLE_SETTINGS_INIT, {0}};
    struct newer_analyser_settings of_analyser = {FLASHINATOR_ANALYSER_SETTINGS_INIT, {0}};
    struct newer_profile profile = {FLASHINATOR_PROFILE_INIT, {0}};
    const flashinator_profile *const profiles[] = {&profile.known};
    of_table.known.size = sizeof of_table;
    of_analyser.known.size = sizeof of_analyser;
    profile.known.size = sizeof profile;
    EXPECT(flashinator_profile_of(FLASHINATOR_PROFILE_WCAG_2_2, &profile.known) == FLASHINATOR_OK);
    EXPECT(profile.known.size == sizeof profile);
    of_analyser.known.profiles = profiles;
    of_analyser.known.profile_count = 1;

#define TABLE()                                                                                  \
    flashinator_table_init(&table_memory, sizeof table_memory, RGB, WIDTH, HEIGHT, &of_table.known, \
                           &table)
#define ANALYSER()                                                                     \
    flashinator_analyser_init(&analyser_memory, sizeof analyser_memory, RGB, WIDTH, HEIGHT, \
                              &of_analyser.known, &analyser)
    of_table.more[MORE - 1] = 1;
    EXPECT(TABLE() == FLASHINATOR_ERROR_STRUCT_NEWER);
    of_table.more[MORE - 1] = 0;
    EXPECT(TABLE() == FLASHINATOR_OK);
    of_analyser.more[0] = 1;
    EXPECT(ANALYSER() == FLASHINATOR_ERROR_STRUCT_NEWER);
    of_analyser.more[0] = 0;
    profile.more[0] = 1;
    EXPECT(ANALYSER() == FLASHINATOR_ERROR_STRUCT_NEWER);
    profile.more[0] = 0;
    EXPECT(ANALYSER() == FLASHINATOR_OK);
}

/* What is written for older and newer callers: the fields they have and the library knows, and no byte more. */
static void outputs(void)
{
    struct newer_report report;
    struct newer_summary summary;
    struct newer_incident incident;
    struct newer_row row;
    struct newer_top_deltas deltas;
    const size_t old_report = offsetof(flashinator_report, flashing);
    const size_t old_summary = offsetof(flashinator_summary, flashing);
    const size_t old_incident = offsetof(flashinator_incident, flashing);
    flashinator_time time = {0, 1, 10};

    for (; time.ticks < 10; time.ticks++) {
        const flashinator_frame frame = view(time.ticks % 2 == 0 ? black : white);
        FILL(report, time.ticks % 2 == 0 ? old_report : sizeof report);
        FILL(row, sizeof row);
        EXPECT(flashinator_analyser_push_with_table(analyser, table, &frame, time, &report.known,
                                                    &row.known) == FLASHINATOR_OK);
        EXPECT(report.known.frame == (uint64_t)time.ticks && report.known.size >= old_report);
        EXPECT_UNTOUCHED_FROM(report, time.ticks % 2 == 0 ? old_report : sizeof report.known);
        EXPECT(row.known.size == sizeof row && row.known.frame == (uint64_t)time.ticks);
        EXPECT_UNTOUCHED_FROM(row, sizeof row.known);
    }
    EXPECT(report.known.flashing.width == WIDTH && report.known.flashing.height == HEIGHT);

    FILL(summary, old_summary);
    EXPECT(flashinator_analyser_summary(analyser, 0, &summary.known) == FLASHINATOR_OK);
    EXPECT(summary.known.frames == 10);
    EXPECT_UNTOUCHED_FROM(summary, old_summary);
    FILL(incident, old_incident);
    EXPECT(flashinator_analyser_incident(analyser, 0, 0, &incident.known) == FLASHINATOR_OK);
    EXPECT(incident.known.last_frame == 9);
    EXPECT_UNTOUCHED_FROM(incident, old_incident);
    FILL(incident, old_incident - 1);
    EXPECT(flashinator_analyser_incident(analyser, 0, 0, &incident.known) ==
           FLASHINATOR_ERROR_STRUCT_SIZE);

    const flashinator_frame frames[2] = {view(black), view(white)};
    FILL(deltas, sizeof deltas);
    EXPECT(flashinator_compare(&frames[0], &frames[1], NULL, &deltas.known) == FLASHINATOR_OK);
    EXPECT(deltas.known.rises[4] > 23833 && deltas.known.falls[0] == 0);
    EXPECT_UNTOUCHED_FROM(deltas, sizeof deltas.known);
}

/* The elements of an array have the size of the first. */
static void arrays(void)
{
    static uint8_t frames[2 * sizeof black];
    struct newer_row rows[2];
    memset(frames + sizeof black, 255, sizeof black);
    memset(rows, UNTOUCHED, sizeof rows);
    rows[0].known.size = sizeof rows[0];
    EXPECT(flashinator_table_reset(table) == FLASHINATOR_OK);
    EXPECT(flashinator_table_push_batch(table, frames, sizeof frames, &rows[0].known, 2) ==
           FLASHINATOR_OK);
    EXPECT(rows[0].known.frame == 0 && rows[1].known.frame == 1 && rows[1].known.value > 23833);
    EXPECT(rows[1].known.size == sizeof rows[1]);
    EXPECT_UNTOUCHED_FROM(rows[0], sizeof rows[0].known);
    EXPECT_UNTOUCHED_FROM(rows[1], sizeof rows[1].known);
}

int main(void)
{
    memset(white, 255, sizeof white);
    newer_settings();
    outputs();
    arrays();
    return failures != 0;
}
