/* The T table and the verdicts of raw NV12 frames from standard input, 25 a second, with a thread for each stripe of
 * a frame.
 *
 *     ffmpeg -i clip.mp4 -r 25 -f rawvideo -pix_fmt nv12 - | ./stripes_pthreads 1280 720 4
 */
#include <flashinator.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_THREADS = 64 };

/* The work of a thread. */
struct worker {
    const flashinator_frame *frame; /* the whole one */
    flashinator_time time;
    flashinator_rectangle part; /* what the table sees of it */
    flashinator_table *table;
    flashinator_stripe *stripe; /* for the analyser */
    flashinator_top_deltas deltas;
    flashinator_status status;
};

static void *scan(void *argument)
{
    struct worker *worker = argument;
    flashinator_frame part;
    worker->status = flashinator_stripe_sum(worker->stripe, worker->frame, worker->time);
    if (worker->status == FLASHINATOR_OK)
        worker->status = flashinator_frame_crop(worker->frame, worker->part, &part);
    if (worker->status == FLASHINATOR_OK)
        worker->status = flashinator_table_push_stripe(worker->table, &part, &worker->deltas);
    return NULL;
}

/* Begins the table and the stripe of worker `index` of `count`. */
static flashinator_status begin(struct worker *worker, flashinator_analyser *analyser,
                                uint32_t index, uint32_t count)
{
    const flashinator_frame *frame = worker->frame;
    size_t size = 0;
    flashinator_status status =
        flashinator_table_memory(frame->format, frame->width, worker->part.height, &size);
    if (status == FLASHINATOR_OK)
        status = flashinator_table_init(malloc(size), size, frame->format, frame->width,
                                        worker->part.height, NULL, &worker->table);
    if (status == FLASHINATOR_OK)
        status = flashinator_stripe_memory(analyser, index, count, &size);
    if (status == FLASHINATOR_OK)
        status = flashinator_stripe_init(malloc(size), size, analyser, index, count,
                                         &worker->stripe);
    return status; /* ERROR_NULL where there is no memory */
}

static uint32_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= 16384 ? (uint32_t)value : 0;
}

static int fail(const char *what, flashinator_status status)
{
    fprintf(stderr, "stripes: %s: %s\n", what, flashinator_status_text(status));
    return 2;
}

int main(int argc, char **argv)
{
    const uint32_t width = argc == 4 ? number(argv[1]) : 0;
    const uint32_t height = argc == 4 ? number(argv[2]) : 0;
    const uint32_t threads = argc == 4 ? number(argv[3]) : 0;
    if (width == 0 || height == 0 || threads == 0 || threads > MOST_THREADS) {
        fprintf(stderr, "usage: stripes WIDTH HEIGHT THREADS < frames of NV12\n");
        return 2;
    }
    const size_t luma = (size_t)width * height;
    const size_t chroma = (size_t)((width + 1) / 2) * 2 * ((height + 1) / 2);
    static struct worker workers[MOST_THREADS];
    const flashinator_stripe *stripes[MOST_THREADS];
    pthread_t running[MOST_THREADS];
    uint8_t *pixels = malloc(luma + chroma);
    if (pixels == NULL) {
        fprintf(stderr, "stripes: out of memory\n");
        return 2;
    }
    const flashinator_frame frame = {
        .format = FLASHINATOR_FORMAT_NV12,
        .width = width,
        .height = height,
        .planes = {{pixels, luma, 0}, {pixels + luma, chroma, 0}},
    };
    size_t size = 0;
    flashinator_analyser *analyser = NULL;
    flashinator_status status =
        flashinator_analyser_memory(frame.format, width, height, NULL, &size);
    if (status == FLASHINATOR_OK)
        status = flashinator_analyser_init(malloc(size), size, frame.format, width, height, NULL,
                                           &analyser);

    /* Tables see an even number of rows, because two of them share their chroma. */
    const uint32_t rows = ((height + threads - 1) / threads + 1) / 2 * 2;
    const uint32_t count = (height + rows - 1) / rows;
    uint32_t i;
    for (i = 0; status == FLASHINATOR_OK && i < count; i++) {
        struct worker *worker = &workers[i];
        const flashinator_top_deltas none = FLASHINATOR_TOP_DELTAS_INIT;
        worker->deltas = none;
        worker->frame = &frame;
        worker->part.y = i * rows;
        worker->part.width = width;
        worker->part.height = height - i * rows < rows ? height - i * rows : rows;
        status = begin(worker, analyser, i, count);
        stripes[i] = worker->stripe;
    }
    int result = status == FLASHINATOR_OK ? 0 : fail("a worker", status);

    int64_t index = 0;
    if (result == 0)
        printf("frame,positive,negative,value,transitions,verdict\n");
    while (result == 0 && fread(pixels, 1, luma + chroma, stdin) == luma + chroma) {
        flashinator_top_deltas whole = FLASHINATOR_TOP_DELTAS_INIT;
        flashinator_row row = FLASHINATOR_ROW_INIT;
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        const flashinator_time time = {index, 1, 25};
        uint32_t started = 0;
        for (i = 0; i < count; i++)
            workers[i].time = time;
        while (started < count &&
               pthread_create(&running[started], NULL, scan, &workers[started]) == 0)
            started++;
        for (i = started; i < count; i++) /* no more threads: in this one */
            scan(&workers[i]);
        for (i = 0; i < started; i++)
            pthread_join(running[i], NULL);
        for (i = 0; result == 0 && i < count; i++) {
            if (workers[i].status != FLASHINATOR_OK)
                result = fail("a frame", workers[i].status);
            flashinator_top_deltas_merge(&whole, &workers[i].deltas);
        }
        if (result != 0)
            break;
        status = flashinator_analyser_push_stripes(analyser, stripes, count, &report);
        if (status != FLASHINATOR_OK)
            result = fail("a frame", status);
        flashinator_top_deltas_row(&whole, (uint64_t)index, &row);
        if (result == 0)
            printf("%lld,%.17g,%.17g,%.17g,%u,%s\n", (long long)index, row.positive, row.negative,
                   row.value,
                   report.general_transitions > report.red_transitions ? report.general_transitions
                                                                       : report.red_transitions,
                   flashinator_verdict_name(report.verdict));
        index++;
    }
    /* Tables, stripes and the analyser are their memory. */
    for (i = 0; i < count; i++) {
        free(workers[i].table);
        free(workers[i].stripe);
    }
    free(analyser);
    free(pixels);
    return result;
}
