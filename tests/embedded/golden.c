/* On a microcontroller: prints the bits of the T table and the reports of the frames in the file `frames`, which
 * begins with their format, width, height and number, and then how much of the stack each function has used. Files
 * and output go by semihosting. */
#include <flashinator.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAINTED = 16 * 1024, COLOUR = 0xa5 };

/* The stack below a call is filled with a pattern before it, and compared after it. */
static unsigned char *painted;

static __attribute__((noinline)) void paint(void)
{
    unsigned char *end;
    __asm__ volatile("mov %0, sp" : "=r"(end));
    painted = end - PAINTED;
    for (volatile unsigned char *at = painted; at < end; at++)
        *at = COLOUR;
}

static __attribute__((noinline)) unsigned used(void)
{
    unsigned untouched = 0;
    while (untouched < PAINTED && painted[untouched] == COLOUR)
        untouched++;
    return PAINTED - untouched;
}

enum { TABLE_INIT, TABLE_PUSH, TABLE_STRIPE, COMPARE, ANALYSER_MEMORY, ANALYSER_INIT, ANALYSER_PUSH,
       BOTH, SUMMARY, ANALYSER_RESET, FUNCTIONS };
static const char *const names[FUNCTIONS] = {
    "table_init", "table_push", "table_push_stripe", "compare", "analyser_memory", "analyser_init",
    "analyser_push", "analyser_push_with_table", "analyser_summary", "analyser_reset",
};
static unsigned most[FUNCTIONS];

#define CALL(function, call)                                                     \
    do {                                                                         \
        paint();                                                                 \
        const flashinator_status status = call;                                  \
        const unsigned taken = used();                                           \
        if (taken > most[function])                                              \
            most[function] = taken;                                              \
        if (status != FLASHINATOR_OK) {                                          \
            printf("%s: %s\n", names[function], flashinator_status_text(status)); \
            return 1;                                                            \
        }                                                                        \
    } while (0)

static uint64_t table_memory[1 << 16], analyser_memory[1 << 17];
static uint8_t pixels[2][1 << 18];

static void print_bits(double value)
{
    union {
        double value;
        uint64_t bits;
    } both = {value};
    printf(" %08lx%08lx", (unsigned long)(both.bits >> 32), (unsigned long)both.bits);
}

int main(void)
{
    uint32_t about[4];
    FILE *file = fopen("frames", "rb");
    if (file == NULL || fread(about, sizeof about, 1, file) != 1)
        return 1;
    const uint32_t format = about[0], width = about[1], height = about[2], count = about[3];
    const size_t bytes = (size_t)width * height * (format == FLASHINATOR_FORMAT_RGB24 ? 3 : 1);
    if (bytes > sizeof pixels[0])
        return 1;
    flashinator_table *table, *stripe;
    flashinator_analyser *analyser;
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.max_fps = 30;
    size_t size;
    CALL(TABLE_INIT, flashinator_table_init(table_memory, sizeof table_memory / 2, format, width, height,
                                            NULL, &table));
    CALL(TABLE_INIT, flashinator_table_init(table_memory + (1 << 15), sizeof table_memory / 2, format,
                                            width, height, NULL, &stripe));
    CALL(ANALYSER_MEMORY, flashinator_analyser_memory(format, width, height, &settings, &size));
    if (size > sizeof analyser_memory)
        return 1;
    CALL(ANALYSER_INIT, flashinator_analyser_init(analyser_memory, sizeof analyser_memory, format, width,
                                                  height, &settings, &analyser));
    for (uint32_t i = 0; i < count; i++) {
        if (fread(pixels[i % 2], bytes, 1, file) != 1)
            return 1;
        flashinator_frame frame = {format, width, height, {{pixels[i % 2], bytes, 0}}};
        flashinator_frame before = {format, width, height, {{pixels[(i + 1) % 2], bytes, 0}}};
        const flashinator_time time = {i, 1, 25};
        flashinator_row row = FLASHINATOR_ROW_INIT;
        flashinator_top_deltas deltas = FLASHINATOR_TOP_DELTAS_INIT;
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        if (i % 2 == 0)
            CALL(BOTH, flashinator_analyser_push_with_table(analyser, table, &frame, time, &report, &row));
        else {
            CALL(ANALYSER_PUSH, flashinator_analyser_push(analyser, &frame, time, &report));
            CALL(TABLE_PUSH, flashinator_table_push(table, &frame, &row));
        }
        CALL(TABLE_STRIPE, flashinator_table_push_stripe(stripe, &frame, &deltas));
        if (i > 0)
            CALL(COMPARE, flashinator_compare(&before, &frame, NULL, &deltas));
        printf("row %lu", (unsigned long)i);
        print_bits(row.positive);
        print_bits(row.negative);
        print_bits(row.value);
        print_bits(report.luminance);
        printf(" %lu %lu %lu\n", (unsigned long)report.general_transitions, (unsigned long)report.red_transitions,
               (unsigned long)report.verdict);
    }
    flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
    CALL(SUMMARY, flashinator_analyser_summary(analyser, 0, &summary));
    CALL(ANALYSER_RESET, flashinator_analyser_reset(analyser));
    for (int i = 0; i < FUNCTIONS; i++)
        printf("stack %s %u\n", names[i], most[i]);
    return 0;
}
