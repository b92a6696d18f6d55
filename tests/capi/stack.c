/* How much of the stack each function uses: it is called on a stack that was filled with a pattern, and what differs
 * afterwards was used. What a call of an empty function uses is subtracted. Fails where more than 4 KiB are used.
 * tests/embedded/golden.c measures the build for microcontrollers. */
#define _XOPEN_SOURCE 700
#include "expect.h"
#include <ucontext.h>

enum { STACK = 48 * 1024, COLOUR = 0xa5, MOST = 4096, SIDE = 64 };

static unsigned char stack[STACK];
static ucontext_t here, there;

static size_t used(void (*call)(void))
{
    /* Large registers may be aligned, which takes more or less by where the stack begins. */
    static size_t turn;
    size_t size = sizeof stack - 16 * (turn++ / 2 % 4);
    memset(stack, COLOUR, sizeof stack);
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = size;
    there.uc_link = &here;
    makecontext(&there, call, 0);
    swapcontext(&here, &there);
    size_t untouched = 0;
    while (untouched < size && stack[untouched] == COLOUR)
        untouched++;
    return size - untouched;
}

static union {
    unsigned char bytes[8 * 1024 * 1024];
    double aligned;
} table_memory, analyser_memory, stripe_memory, lut_memory;
static double luminance[65536], curve[256];
static unsigned char pixels[2][SIDE * SIDE * 8];
static flashinator_table *table;
static flashinator_analyser *analyser;
static flashinator_stripe *stripe;
static const flashinator_lut *lut;
static flashinator_table_settings settings = FLASHINATOR_TABLE_SETTINGS_INIT;
static flashinator_analyser_settings wanted = FLASHINATOR_ANALYSER_SETTINGS_INIT;
static flashinator_profile profile = FLASHINATOR_PROFILE_INIT, profiles[8];
static const flashinator_profile *all[8];
static flashinator_format format;
static flashinator_frame frames[2], part;
static flashinator_top_deltas deltas = FLASHINATOR_TOP_DELTAS_INIT;
static flashinator_row rows[2] = {FLASHINATOR_ROW_INIT, FLASHINATOR_ROW_INIT};
static flashinator_report report = FLASHINATOR_REPORT_INIT;
static flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
static flashinator_incident incident = FLASHINATOR_INCIDENT_INIT;
static flashinator_cell_grid grid;
static unsigned char mask[SIDE * SIDE / 8];
static flashinator_time now = {0, 1, 25};
static size_t size;
static int current;

static void nothing(void) {}
static void version(void) { flashinator_version(); }
static void version_number(void) { flashinator_version_number(); }
static void status_text(void) { flashinator_status_text(FLASHINATOR_ERROR_NULL); }
static void verdict_name(void) { flashinator_verdict_name(FLASHINATOR_VERDICT_FAIL); }
static void frame_crop(void)
{
    flashinator_rectangle rectangle = {2, 2, 8, 8};
    EXPECT(flashinator_frame_crop(&frames[0], rectangle, &part) == FLASHINATOR_OK);
}
static void codes(void) { EXPECT(flashinator_codes(format, settings.gray, &size) == FLASHINATOR_OK); }
static void fill(void)
{
    EXPECT(flashinator_luminance(FLASHINATOR_TRANSFER_HLG, 1000, 0.1, FLASHINATOR_RANGE_LIMITED, curve,
                                 256) == FLASHINATOR_OK);
}
static void lut_size(void) { EXPECT(flashinator_lut_memory() <= sizeof lut_memory); }
static void lut_init(void)
{
    EXPECT(flashinator_lut_init(&lut_memory, sizeof lut_memory, luminance, size, &lut) ==
           FLASHINATOR_OK);
}
static void table_size(void)
{
    EXPECT(flashinator_table_memory(format, SIDE, SIDE, &size) == FLASHINATOR_OK);
}
static void table_init(void)
{
    EXPECT(flashinator_table_init(&table_memory, sizeof table_memory, format, SIDE, SIDE, &settings,
                                  &table) == FLASHINATOR_OK);
}
static void push(void)
{
    EXPECT(flashinator_table_push(table, &frames[current], &rows[0]) == FLASHINATOR_OK);
}
static void push_stripe(void)
{
    EXPECT(flashinator_table_push_stripe(table, &frames[current], &deltas) == FLASHINATOR_OK);
}
static void push_batch(void)
{
    EXPECT(flashinator_table_push_batch(table, pixels[0], size, rows, 2) == FLASHINATOR_OK);
}
static void merge(void)
{
    EXPECT(flashinator_top_deltas_merge(&deltas, &deltas) == FLASHINATOR_OK);
}
static void deltas_row(void)
{
    EXPECT(flashinator_top_deltas_row(&deltas, 1, &rows[0]) == FLASHINATOR_OK);
}
static void reset(void) { EXPECT(flashinator_table_reset(table) == FLASHINATOR_OK); }
static void compare(void)
{
    EXPECT(flashinator_compare(&frames[0], &frames[1], &settings, &deltas) == FLASHINATOR_OK);
}
static void profile_of(void)
{
    EXPECT(flashinator_profile_of(FLASHINATOR_PROFILE_BT_1702, &profile) == FLASHINATOR_OK);
}
static void analyser_size(void)
{
    EXPECT(flashinator_analyser_memory(format, SIDE, SIDE, &wanted, &size) == FLASHINATOR_OK);
}
static void analyser_init(void)
{
    EXPECT(flashinator_analyser_init(&analyser_memory, sizeof analyser_memory, format, SIDE, SIDE,
                                     &wanted, &analyser) == FLASHINATOR_OK);
}
static void analyser_push(void)
{
    EXPECT(flashinator_analyser_push(analyser, &frames[current], now, &report) == FLASHINATOR_OK);
}
static void analyser_push_with_table(void)
{
    EXPECT(flashinator_analyser_push_with_table(analyser, table, &frames[current], now, &report,
                                                &rows[0]) == FLASHINATOR_OK);
}
static void stripe_size(void)
{
    EXPECT(flashinator_stripe_memory(analyser, 0, 1, &size) == FLASHINATOR_OK);
}
static void stripe_init(void)
{
    EXPECT(flashinator_stripe_init(&stripe_memory, sizeof stripe_memory, analyser, 0, 1, &stripe) ==
           FLASHINATOR_OK);
}
static void stripe_sum(void)
{
    EXPECT(flashinator_stripe_sum(stripe, &frames[current], now) == FLASHINATOR_OK);
}
static void analyser_push_stripes(void)
{
    const flashinator_stripe *const stripes[1] = {stripe};
    EXPECT(flashinator_analyser_push_stripes(analyser, stripes, 1, &report) == FLASHINATOR_OK);
}
static void analyser_report(void)
{
    EXPECT(flashinator_analyser_report(analyser, 0, &report) == FLASHINATOR_OK);
}
static void analyser_grid(void)
{
    EXPECT(flashinator_analyser_grid(analyser, 0, &grid) == FLASHINATOR_OK);
}
static void analyser_mask(void)
{
    EXPECT(flashinator_analyser_mask(analyser, 0, mask, sizeof mask) == FLASHINATOR_OK);
}
static void analyser_summary(void)
{
    EXPECT(flashinator_analyser_summary(analyser, 0, &summary) == FLASHINATOR_OK);
}
static void analyser_incident(void)
{
    const flashinator_status status = flashinator_analyser_incident(analyser, 0, 0, &incident);
    EXPECT(status == FLASHINATOR_OK || status == FLASHINATOR_ERROR_NOT_FOUND);
}
static void analyser_reset(void) { EXPECT(flashinator_analyser_reset(analyser) == FLASHINATOR_OK); }

static struct {
    const char *name;
    size_t most;
} known[64];

/* Calls a function and remembers the most it has ever taken. */
static void measure(const char *name, void (*call)(void))
{
    size_t base = used(nothing), taken = used(call);
    taken = taken > base ? taken - base : 0;
    size_t i = 0;
    while (known[i].name != NULL && strcmp(known[i].name, name) != 0)
        i++;
    known[i].name = name;
    if (taken > known[i].most)
        known[i].most = taken;
}

#define MEASURE(name) measure(#name, name)

/* Two frames of noise in a format. */
static void with_format(void)
{
    int i;
    for (i = 0; i < 2; i++) {
        flashinator_frame frame = {0, SIDE, SIDE, {{NULL, 0, 0}, {NULL, 0, 0}, {NULL, 0, 0}}};
        frame.format = format;
        int plane;
        for (plane = 0; plane < 3; plane++) {
            frame.planes[plane].data = pixels[i];
            frame.planes[plane].size = sizeof pixels[i];
        }
        frames[i] = frame;
    }
    MEASURE(frame_crop);
    MEASURE(table_size);
}

/* The T table of these frames by a gray. */
static void with_gray(flashinator_gray gray)
{
    settings.gray = gray;
    settings.lut = NULL;
    MEASURE(codes);
    MEASURE(lut_init);
    settings.lut = lut;
    MEASURE(table_init);
    for (current = 0; current < 2; current++)
        MEASURE(push);
    for (current = 0; current < 2; current++)
        MEASURE(push_stripe);
    MEASURE(merge);
    MEASURE(deltas_row);
    MEASURE(compare);
    if (format == FLASHINATOR_FORMAT_GRAY8) {
        size = 2 * SIDE * SIDE;
        MEASURE(push_batch);
    }
}

/* The analysis of these frames, at last together with the table. */
static void with_analyser(void)
{
    MEASURE(analyser_size);
    MEASURE(analyser_init);
    MEASURE(reset);
    int frame;
    for (frame = 0; frame < 12; frame++) {
        current = frame % 2;
        now.ticks++;
        if (frame < 8)
            MEASURE(analyser_push);
        else
            MEASURE(analyser_push_with_table);
    }
    MEASURE(stripe_size);
    MEASURE(stripe_init);
    now.ticks++;
    MEASURE(stripe_sum);
    MEASURE(analyser_push_stripes);
    MEASURE(analyser_report);
    MEASURE(analyser_grid);
    MEASURE(analyser_mask);
    MEASURE(analyser_summary);
    MEASURE(analyser_incident);
    MEASURE(analyser_reset);
}

int main(void)
{
    size_t i;
    uint32_t noise = 1;
    for (i = 0; i < 2 * sizeof pixels[0]; i++) {
        noise = noise * 1664525 + 1013904223;
        ((unsigned char *)pixels)[i] = (unsigned char)(noise >> 24);
    }
    MEASURE(version);
    MEASURE(version_number);
    MEASURE(status_text);
    MEASURE(verdict_name);
    MEASURE(profile_of);
    MEASURE(fill);
    MEASURE(lut_size);
    for (i = 0; i < 65536; i++)
        luminance[i] = (double)i;
    for (i = 0; i < 8; i++) {
        all[i] = &profiles[i];
        flashinator_profile empty = FLASHINATOR_PROFILE_INIT;
        profiles[i] = empty;
        EXPECT(flashinator_profile_of((flashinator_profile_id)(i % 6 + 1), &profiles[i]) == FLASHINATOR_OK);
    }
    wanted.profiles = all;
    for (format = 1; format <= FLASHINATOR_FORMAT_GRAY16; format++) {
        wanted.profile_count = format % 2 == 0 ? 8 : 0;
        wanted.cell = format % 5;
        flashinator_gray gray;
        with_format();
        for (gray = 0; gray <= FLASHINATOR_GRAY_BT2020; gray++)
            with_gray(gray);
        with_analyser();
    }
    for (i = 0; known[i].name != NULL; i++) {
        printf("%5u bytes of stack: %s\n", (unsigned)known[i].most, known[i].name);
        EXPECT(known[i].most <= MOST);
    }
    return failures != 0;
}
