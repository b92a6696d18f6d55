/* Two analysers with their tables on two threads at once, one lut shared by both, one table that goes from thread to
 * thread, and one analyser whose stripes are summed up by two threads: for ThreadSanitizer and helgrind. */
#include "expect.h"
#include <pthread.h>

enum { WIDTH = 64, HEIGHT = 48, FRAMES = 30, BYTES = WIDTH * HEIGHT * 3, THREADS = 2 };

static uint8_t pixels[2][BYTES];
static double luminance[766], lut_memory[1024];
static flashinator_table_settings settings = FLASHINATOR_TABLE_SETTINGS_INIT;

static flashinator_frame picture(int i)
{
    flashinator_frame frame = {FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, {{NULL, BYTES, 0}}};
    frame.planes[0].data = pixels[i % 2];
    return frame;
}

static flashinator_table *new_table(void)
{
    size_t size = 0;
    flashinator_table *table = NULL;
    flashinator_table_memory(FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, &size);
    flashinator_table_init(malloc(size), size, FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, &settings,
                           &table);
    return table;
}

/* An analyser and a table of the thread's own; gives the general transitions of the last second. */
static void *analyse(void *argument)
{
    uint32_t *general = argument;
    size_t size = 0;
    flashinator_analyser *analyser = NULL;
    flashinator_analyser_memory(FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, NULL, &size);
    flashinator_analyser_init(malloc(size), size, FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, NULL,
                              &analyser);
    flashinator_table *table = new_table();
    int i;
    for (i = 0; i < FRAMES; i++) {
        const flashinator_frame frame = picture(i);
        const flashinator_time time = {i, 1, FRAMES};
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        flashinator_row row = FLASHINATOR_ROW_INIT;
        flashinator_analyser_push_with_table(analyser, table, &frame, time, &report, &row);
        *general = report.general_transitions;
    }
    free(analyser);
    free(table);
    return NULL;
}

/* A table that two threads push to in turns. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    flashinator_table *table;
    int next;
    double value;
} shared = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, 0, 0};

static void *take_turns(void *argument)
{
    const int mine = *(int *)argument;
    int i;
    for (i = mine; i < FRAMES; i += THREADS) {
        flashinator_frame frame = picture(i);
        flashinator_row row = FLASHINATOR_ROW_INIT;
        pthread_mutex_lock(&shared.lock);
        while (shared.next != i)
            pthread_cond_wait(&shared.changed, &shared.lock);
        flashinator_table_push(shared.table, &frame, &row);
        shared.value = row.value;
        shared.next = i + 1;
        pthread_cond_broadcast(&shared.changed);
        pthread_mutex_unlock(&shared.lock);
    }
    return NULL;
}

/* A stripe of one frame, and the thread's part of the work on it. */
static struct {
    flashinator_stripe *stripe;
    const flashinator_frame *frame;
    flashinator_time time;
} parts[THREADS];

static void *sum(void *argument)
{
    const int mine = *(int *)argument;
    EXPECT(flashinator_stripe_sum(parts[mine].stripe, parts[mine].frame, parts[mine].time) ==
           FLASHINATOR_OK);
    return NULL;
}

/* Frames that are shared by all threads; gives the general transitions of the last second. */
static uint32_t share_frames(int *numbers)
{
    size_t size = 0;
    flashinator_analyser *analyser = NULL;
    const flashinator_stripe *stripes[THREADS];
    flashinator_report report = FLASHINATOR_REPORT_INIT;
    int i, thread;
    flashinator_analyser_memory(FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, NULL, &size);
    flashinator_analyser_init(malloc(size), size, FLASHINATOR_FORMAT_RGB24, WIDTH, HEIGHT, NULL,
                              &analyser);
    for (thread = 0; thread < THREADS; thread++) {
        flashinator_stripe_memory(analyser, thread, THREADS, &size);
        EXPECT(flashinator_stripe_init(malloc(size), size, analyser, thread, THREADS,
                                       &parts[thread].stripe) == FLASHINATOR_OK);
        stripes[thread] = parts[thread].stripe;
    }
    for (i = 0; i < FRAMES; i++) {
        const flashinator_frame frame = picture(i);
        pthread_t threads[THREADS];
        for (thread = 0; thread < THREADS; thread++) {
            parts[thread].frame = &frame;
            parts[thread].time.ticks = i;
            parts[thread].time.numerator = 1;
            parts[thread].time.denominator = FRAMES;
            pthread_create(&threads[thread], NULL, sum, &numbers[thread]);
        }
        for (thread = 0; thread < THREADS; thread++)
            pthread_join(threads[thread], NULL);
        EXPECT(flashinator_analyser_push_stripes(analyser, stripes, THREADS, &report) ==
               FLASHINATOR_OK);
    }
    for (thread = 0; thread < THREADS; thread++)
        free(parts[thread].stripe);
    free(analyser);
    return report.general_transitions;
}

int main(void)
{
    pthread_t threads[THREADS];
    uint32_t general[THREADS] = {0};
    int turns[THREADS] = {0, 1}, i;
    const flashinator_lut *lut = NULL;

    memset(pixels[1], 255, BYTES);
    EXPECT(flashinator_luminance(FLASHINATOR_TRANSFER_SRGB, 0, 0, FLASHINATOR_RANGE_FULL, luminance,
                                 766) == FLASHINATOR_OK);
    EXPECT(flashinator_lut_init(lut_memory, sizeof lut_memory, luminance, 766, &lut) ==
           FLASHINATOR_OK);
    settings.lut = lut;
    shared.table = new_table();
    EXPECT(shared.table != NULL);

    for (i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, analyse, &general[i]);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT(general[0] == FRAMES - 1 && general[1] == FRAMES - 1);

    for (i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, take_turns, &turns[i]);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT(shared.next == FRAMES && shared.value == 1.0);
    free(shared.table);

    EXPECT(share_frames(turns) == FRAMES - 1);
    return failures != 0;
}
