/* The T table of raw NV12 frames from standard input, with a thread for each stripe of a frame.
 *
 *     ffmpeg -i clip.mp4 -f rawvideo -pix_fmt nv12 - | ./stripes_pthreads 1280 720 4
 */
#include <flashinator.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_THREADS = 64 };

/* A part of the picture, with a table of its own. */
struct stripe {
    const flashinator_frame *frame; /* the whole one */
    flashinator_rectangle part;
    flashinator_table *table;
    flashinator_top_deltas deltas;
    flashinator_status status;
};

static void *scan(void *argument)
{
    struct stripe *stripe = argument;
    flashinator_frame part;
    stripe->status = flashinator_frame_crop(stripe->frame, stripe->part, &part);
    if (stripe->status == FLASHINATOR_OK)
        stripe->status = flashinator_table_push_stripe(stripe->table, &part, &stripe->deltas);
    return NULL;
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
    static struct stripe stripes[MOST_THREADS];
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

    /* Stripes have an even number of rows, because two of them share their chroma. */
    const uint32_t rows = ((height + threads - 1) / threads + 1) / 2 * 2;
    uint32_t count = 0, i, y;
    int result = 0;
    for (y = 0; result == 0 && y < height; y += rows, count++) {
        struct stripe *stripe = &stripes[count];
        size_t size = 0;
        const flashinator_top_deltas none = FLASHINATOR_TOP_DELTAS_INIT;
        stripe->deltas = none;
        stripe->frame = &frame;
        stripe->part.y = y;
        stripe->part.width = width;
        stripe->part.height = height - y < rows ? height - y : rows;
        flashinator_status status = flashinator_table_memory(frame.format, width,
                                                             stripe->part.height, &size);
        void *memory = status == FLASHINATOR_OK ? malloc(size) : NULL;
        if (memory != NULL)
            status = flashinator_table_init(memory, size, frame.format, width,
                                            stripe->part.height, NULL, &stripe->table);
        if (status != FLASHINATOR_OK || memory == NULL)
            result = fail("a table", status);
    }

    unsigned long long index = 0;
    if (result == 0)
        printf("frame,positive,negative,value\n");
    while (result == 0 && fread(pixels, 1, luma + chroma, stdin) == luma + chroma) {
        flashinator_top_deltas whole = FLASHINATOR_TOP_DELTAS_INIT;
        flashinator_row row = FLASHINATOR_ROW_INIT;
        uint32_t started = 0;
        while (started < count &&
               pthread_create(&running[started], NULL, scan, &stripes[started]) == 0)
            started++;
        for (i = started; i < count; i++) /* no more threads: in this one */
            scan(&stripes[i]);
        for (i = 0; i < started; i++)
            pthread_join(running[i], NULL);
        for (i = 0; result == 0 && i < count; i++) {
            if (stripes[i].status != FLASHINATOR_OK)
                result = fail("a frame", stripes[i].status);
            flashinator_top_deltas_merge(&whole, &stripes[i].deltas);
        }
        flashinator_top_deltas_row(&whole, index, &row);
        if (result == 0 && index > 0)
            printf("%llu,%.17g,%.17g,%.17g\n", index, row.positive, row.negative, row.value);
        index++;
    }
    for (i = 0; i < count; i++)
        free(stripes[i].table); /* the table is its memory */
    free(pixels);
    return result;
}
