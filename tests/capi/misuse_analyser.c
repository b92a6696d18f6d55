/* Calls every function of the analyser with good and with bad arguments, and expects the status each one
 * promises. */
#include "frames.h"

static flashinator_time at(int64_t milliseconds)
{
    flashinator_time time = {0, 1, 1000};
    time.ticks = milliseconds;
    return time;
}

static flashinator_analyser_settings usual(void)
{
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    return settings;
}

static void profiles(void)
{
    flashinator_profile profile = FLASHINATOR_PROFILE_INIT;
    flashinator_analyser_settings settings = usual();
    flashinator_profile_id id;
    size_t size = 0;
    EXPECT(flashinator_profile_of(FLASHINATOR_PROFILE_WCAG_2_2, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_profile_of(0, &profile) == FLASHINATOR_ERROR_PROFILE);
    EXPECT(flashinator_profile_of(7, &profile) == FLASHINATOR_ERROR_PROFILE);
    const flashinator_profile *const all[] = {&profile};
    settings.profiles = all;
    settings.profile_count = 1;
#define MEMORY() flashinator_analyser_memory(RGB, WIDTH, HEIGHT, &settings, &size)
    for (id = 1; id <= 6; id++) {
        EXPECT(flashinator_profile_of(id, &profile) == FLASHINATOR_OK);
        EXPECT(MEMORY() == FLASHINATOR_OK && size > 0);
    }
#define WRONG(member, value)                                                            \
    do {                                                                                \
        EXPECT(flashinator_profile_of(FLASHINATOR_PROFILE_WCAG_2_2, &profile) == 0);   \
        profile.member = value;                                                         \
        EXPECT(MEMORY() == FLASHINATOR_ERROR_PROFILE);                                  \
    } while (0)
    WRONG(light, 0);
    WRONG(light, 3);
    WRONG(min_step, 0.0f);
    WRONG(dark_limit, -1.0f);
    WRONG(min_contrast, -1.0f);
    WRONG(red, 0);
    WRONG(red, 77);
    WRONG(min_red, 0.0f);
    WRONG(white, 0.0f);
    WRONG(yuv_display, 0);
    WRONG(longest, 0.0f);
    WRONG(together, -1.0f);
    WRONG(fit_width, 0.0f);
    WRONG(extended, 2);
    WRONG(saturation, 2.0f);
    WRONG(field_width, -1.0f);
    WRONG(field_height, 0.0f);
    WRONG(min_area, 1.0f);
    WRONG(warn_transitions, 0);
    WRONG(max_transitions, 1);
}

static void analysers(void)
{
    flashinator_analyser_settings settings = usual();
    flashinator_rectangle many[17] = {{0, 0, 1, 1}};
    flashinator_analyser *analyser = NULL;
    flashinator_frame frame = view(black);
    flashinator_report report = FLASHINATOR_REPORT_INIT;
    flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
    flashinator_incident incident = FLASHINATOR_INCIDENT_INIT;
    flashinator_row row = FLASHINATOR_ROW_INIT;
    size_t size = 0, table_size = 0;
    int i;

    EXPECT(flashinator_analyser_memory(RGB, WIDTH, HEIGHT, NULL, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_memory(99, WIDTH, HEIGHT, NULL, &size) == FLASHINATOR_ERROR_FORMAT);
    EXPECT(flashinator_analyser_memory(RGB, 0, HEIGHT, NULL, &size) ==
           FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(flashinator_analyser_memory(RGB, UINT32_MAX, UINT32_MAX, NULL, &size) ==
           FLASHINATOR_ERROR_TOO_LARGE);
#define SETTING(member, value, status)  \
    do {                                \
        settings = usual();             \
        settings.member = value;        \
        EXPECT(MEMORY() == status);     \
    } while (0)
    SETTING(size, 0, FLASHINATOR_ERROR_STRUCT_SIZE);
    SETTING(matrix, 4, FLASHINATOR_ERROR_SETTINGS);
    SETTING(range, 3, FLASHINATOR_ERROR_SETTINGS);
    SETTING(degrees, 181.0f, FLASHINATOR_ERROR_VIEWING);
    SETTING(degrees, -1.0f, FLASHINATOR_ERROR_VIEWING);
    SETTING(cell, 257, FLASHINATOR_ERROR_VIEWING);
    SETTING(max_fps, 1001, FLASHINATOR_ERROR_RATE);
    SETTING(max_incidents, UINT32_MAX, FLASHINATOR_ERROR_SETTINGS);
    SETTING(ignore_count, 1, FLASHINATOR_ERROR_NULL);
    settings.ignore = many;
    settings.ignore_count = 17;
    EXPECT(MEMORY() == FLASHINATOR_ERROR_RECTANGLE);
    settings = usual();
    EXPECT(MEMORY() == FLASHINATOR_OK);

    void *memory = malloc(size + 1);
    EXPECT(flashinator_table_memory(RGB, WIDTH, HEIGHT, &table_size) == FLASHINATOR_OK);
    void *table_memory = malloc(table_size);
    flashinator_table *table = NULL;
    if (memory == NULL || table_memory == NULL)
        exit(2);
#define BEGIN(memory, size, format, width) \
    flashinator_analyser_init(memory, size, format, width, HEIGHT, &settings, &analyser)
    EXPECT(BEGIN(NULL, size, RGB, WIDTH) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_init(memory, size, RGB, WIDTH, HEIGHT, NULL, NULL) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(BEGIN(memory, size, 99, WIDTH) == FLASHINATOR_ERROR_FORMAT);
    EXPECT(BEGIN(memory, size, RGB, 0) == FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(BEGIN(memory, size - 1, RGB, WIDTH) == FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
    EXPECT(BEGIN((char *)memory + 1, size, RGB, WIDTH) == FLASHINATOR_ERROR_MISALIGNED);
    settings.ignore = many;
    settings.ignore_count = 1;
    many[0].width = WIDTH + 1;
    EXPECT(BEGIN(memory, size, RGB, WIDTH) == FLASHINATOR_ERROR_RECTANGLE);
    settings.ignore_count = 0;
    EXPECT(analyser == NULL);

    /* Memory that holds no analyser, zeroed or not. */
    memset(memory, 0, size);
    EXPECT(flashinator_analyser_push(memory, &frame, at(0), &report) ==
           FLASHINATOR_ERROR_NOT_AN_ANALYSER);
    EXPECT(flashinator_table_init(table_memory, table_size, RGB, WIDTH, HEIGHT, NULL, &table) ==
           FLASHINATOR_OK);
    EXPECT(flashinator_analyser_push(table_memory, &frame, at(0), &report) ==
           FLASHINATOR_ERROR_NOT_AN_ANALYSER);
    EXPECT(flashinator_analyser_summary(memory, 0, &summary) == FLASHINATOR_ERROR_NOT_AN_ANALYSER);
    EXPECT(flashinator_analyser_reset(memory) == FLASHINATOR_ERROR_NOT_AN_ANALYSER);
    EXPECT(flashinator_analyser_reset(NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_reset((void *)((char *)memory + 1)) ==
           FLASHINATOR_ERROR_MISALIGNED);

    EXPECT(BEGIN(memory, size, RGB, WIDTH) == FLASHINATOR_OK && analyser != NULL);
#define PUSH(time) flashinator_analyser_push(analyser, &frame, time, &report)
    EXPECT(flashinator_analyser_push(NULL, &frame, at(0), &report) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_push(analyser, NULL, at(0), &report) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_push(analyser, &frame, at(0), NULL) == FLASHINATOR_ERROR_NULL);
    frame.format = 99;
    EXPECT(PUSH(at(0)) == FLASHINATOR_ERROR_FORMAT);
    frame = view(black);
    frame.width = 0;
    EXPECT(PUSH(at(0)) == FLASHINATOR_ERROR_EMPTY_FRAME);
    frame.width = UINT32_MAX;
    frame.height = UINT32_MAX;
    EXPECT(PUSH(at(0)) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(black);
    frame.width--;
    EXPECT(PUSH(at(0)) == FLASHINATOR_ERROR_SHAPE_CHANGED);
    frame = view(black);
    frame.planes[0].stride = 3;
    EXPECT(PUSH(at(0)) == FLASHINATOR_ERROR_STRIDE);
    frame = view(black);
    frame.planes[0].size--;
    EXPECT(PUSH(at(0)) == FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    frame = view(black);
    flashinator_time never = {0, 0, 1};
    EXPECT(PUSH(never) == FLASHINATOR_ERROR_TIME);
    never.numerator = 1;
    never.denominator = 0;
    EXPECT(PUSH(never) == FLASHINATOR_ERROR_TIME);

    /* Ten flashes in a second, beside a table. */
    for (i = 0; i < 20; i++) {
        frame = view(i % 2 ? white : black);
        EXPECT(flashinator_analyser_push_with_table(analyser, table, &frame, at(50 * i), &report,
                                                    &row) == FLASHINATOR_OK);
        EXPECT(report.frame == (uint64_t)i && row.frame == (uint64_t)i);
        EXPECT(report.general_transitions == (uint32_t)i && report.red_transitions == 0);
        EXPECT(report.nanoseconds == 50000000 * (int64_t)i);
        EXPECT(i == 0 || (row.value > 23000.0) == (i % 2 == 1));
    }
    EXPECT(report.verdict == FLASHINATOR_VERDICT_FAIL);
    EXPECT(report.hazard == FLASHINATOR_HAZARD_GENERAL);
    /* Shown 1024 x 230 CSS pixels large, the picture is less high than a field of 341 x 256. */
    EXPECT(report.area > 0.85 && report.area < 0.95);
    EXPECT(report.field.width < WIDTH && report.field.height == HEIGHT);
    EXPECT(report.flashing.width == WIDTH && report.flashing.height == HEIGHT);
    EXPECT(flashinator_analyser_push_with_table(analyser, NULL, &frame, at(1000), &report, &row) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_push_with_table(analyser, memory, &frame, at(1000), &report,
                                                &row) == FLASHINATOR_ERROR_NOT_A_TABLE);
    EXPECT(flashinator_analyser_push_with_table(analyser, table, &frame, at(1000), &report,
                                                NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(PUSH(at(950)) == FLASHINATOR_ERROR_TIME_NOT_AFTER);
    EXPECT(PUSH(at(-1)) == FLASHINATOR_ERROR_TIME_NOT_AFTER);
    for (i = 0; i < 40; i++)
        EXPECT(PUSH(at(951 + i)) == FLASHINATOR_OK);
    EXPECT(PUSH(at(993)) == FLASHINATOR_ERROR_RATE_TOO_HIGH);
    EXPECT(PUSH(at(100000)) == FLASHINATOR_OK && report.frame == 60);
    EXPECT(report.verdict == FLASHINATOR_VERDICT_PASS);

    EXPECT(flashinator_analyser_summary(analyser, 0, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_summary(analyser, 0, &summary) == FLASHINATOR_OK);
    EXPECT(flashinator_analyser_incident(analyser, 0, 0, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_analyser_incident(analyser, 0, 0, &incident) == FLASHINATOR_OK);
    EXPECT(flashinator_analyser_incident(analyser, 0, 1, &incident) == FLASHINATOR_ERROR_NOT_FOUND);
    EXPECT(summary.frames == 61 && summary.incidents == 1);
    EXPECT(summary.verdict == FLASHINATOR_VERDICT_FAIL && summary.general_transitions == 19 && summary.peak_frame == 19);
    EXPECT(incident.first_frame == 4 && incident.last_frame == 59);
    EXPECT(incident.start == 200000000 && incident.general_transitions == 19);
    EXPECT(incident.verdict == FLASHINATOR_VERDICT_FAIL);
    EXPECT(flashinator_analyser_reset(analyser) == FLASHINATOR_OK);
    EXPECT(PUSH(at(0)) == FLASHINATOR_OK && report.frame == 0 && report.general_transitions == 0);

    EXPECT(strcmp(flashinator_verdict_name(FLASHINATOR_VERDICT_PASS), "pass") == 0);
    EXPECT(strcmp(flashinator_verdict_name(FLASHINATOR_VERDICT_WARNING), "warning") == 0);
    EXPECT(strcmp(flashinator_verdict_name(FLASHINATOR_VERDICT_EXTENDED_WARNING), "extended-warning") ==
           0);
    EXPECT(strcmp(flashinator_verdict_name(FLASHINATOR_VERDICT_FAIL), "fail") == 0);
    EXPECT(strcmp(flashinator_verdict_name(4), "unknown") == 0);
    free(table_memory);
    free(memory);
}

int main(void)
{
    memset(white, 255, sizeof white);
    profiles();
    analysers();
    if (failures == 0)
        printf("every status as promised\n");
    return failures != 0;
}
