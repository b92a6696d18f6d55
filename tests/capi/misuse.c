/* Calls every function with good and with bad arguments, and expects the status each one promises. */
#include <flashinator.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define EXPECT(condition)                                                   \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            failures++;                                                     \
        }                                                                   \
    } while (0)

enum { RGB = FLASHINATOR_FORMAT_RGB24, GRAY = FLASHINATOR_FORMAT_GRAY8, WIDTH = 40, HEIGHT = 9 };

static uint8_t black[WIDTH * HEIGHT * 3], white[WIDTH * HEIGHT * 3];

static flashinator_frame view(const uint8_t *pixels)
{
    flashinator_frame frame = {RGB, WIDTH, HEIGHT, NULL, sizeof black, 0};
    frame.data = pixels;
    return frame;
}

static void texts(void)
{
    int status;
    for (status = -2; status < 100; status++) {
        const char *text = flashinator_status_text(status);
        EXPECT(text != NULL && strlen(text) > 5 && strchr(text, '\n') == NULL);
    }
    EXPECT(strcmp(flashinator_status_text(FLASHINATOR_OK),
                  flashinator_status_text(FLASHINATOR_ERROR_NULL)) != 0);
    char version[32];
    sprintf(version, "%d.%d.%d", FLASHINATOR_VERSION_MAJOR, FLASHINATOR_VERSION_MINOR,
            FLASHINATOR_VERSION_PATCH);
    EXPECT(strcmp(version, flashinator_version()) == 0);
}

static void sizes(void)
{
    size_t size = 0;
    EXPECT(flashinator_table_memory(RGB, WIDTH, HEIGHT, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_memory(0, WIDTH, HEIGHT, &size) == FLASHINATOR_ERROR_FORMAT);
    EXPECT(flashinator_table_memory(77, WIDTH, HEIGHT, &size) == FLASHINATOR_ERROR_FORMAT);
    EXPECT(flashinator_table_memory(RGB, 0, HEIGHT, &size) == FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(flashinator_table_memory(RGB, WIDTH, 0, &size) == FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(flashinator_table_memory(RGB, UINT32_MAX, UINT32_MAX, &size) ==
           FLASHINATOR_ERROR_TOO_LARGE);
    EXPECT(flashinator_table_memory(GRAY, 1, 1, &size) == FLASHINATOR_OK);
    EXPECT(size > 0 && size <= 1024);
}

static void beginnings(void *memory, size_t size)
{
    flashinator_table *table = NULL;
    EXPECT(flashinator_table_init(NULL, size, RGB, WIDTH, HEIGHT, &table) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, NULL) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_init(memory, size, 9, WIDTH, HEIGHT, &table) ==
           FLASHINATOR_ERROR_FORMAT);
    EXPECT(flashinator_table_init(memory, size, RGB, 0, HEIGHT, &table) ==
           FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(flashinator_table_init(memory, size, RGB, UINT32_MAX, UINT32_MAX, &table) ==
           FLASHINATOR_ERROR_TOO_LARGE);
    EXPECT(flashinator_table_init(memory, size - 1, RGB, WIDTH, HEIGHT, &table) ==
           FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
    EXPECT(flashinator_table_init((char *)memory + 1, size, RGB, WIDTH, HEIGHT, &table) ==
           FLASHINATOR_ERROR_MISALIGNED);
    EXPECT(table == NULL);
}

static void frames(void *memory, size_t size)
{
    flashinator_table *table = memory;
    flashinator_frame frame = view(black);
    flashinator_row row;

    /* Memory that holds no table. */
    memset(memory, 0, size);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_NOT_A_TABLE);
    EXPECT(flashinator_table_reset(table) == FLASHINATOR_ERROR_NOT_A_TABLE);
    memset(memory, 0xa5, size);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_NOT_A_TABLE);
    EXPECT(flashinator_table_push(NULL, &frame, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_reset(NULL) == FLASHINATOR_ERROR_NULL);

    EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, &table) == FLASHINATOR_OK);
    EXPECT(flashinator_table_push((flashinator_table *)((char *)table + 1), &frame, &row) ==
           FLASHINATOR_ERROR_MISALIGNED);
    EXPECT(flashinator_table_push(table, NULL, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push(table, &frame, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 0 && row.value == 0.0 && row.positive == 0.0 && row.negative == 0.0);

    /* Frames that are refused leave the table as it was. */
    frame = view(white);
    frame.data = NULL;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_NULL);
    frame = view(white);
    frame.format = 4;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_FORMAT);
    frame = view(white);
    frame.width = 0;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_EMPTY_FRAME);
    frame = view(white);
    frame.width = frame.height = UINT32_MAX;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(white);
    frame.stride = PTRDIFF_MIN;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(white);
    frame.size = SIZE_MAX;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(white);
    frame.stride = WIDTH * 3 - 1;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_STRIDE);
    frame = view(white);
    frame.size -= 1;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    frame = view(white);
    frame.stride = WIDTH * 3 + 1;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    frame = view(white);
    frame.height -= 1;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_SHAPE_CHANGED);
    frame = view(white);
    frame.format = GRAY;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_SHAPE_CHANGED);

    frame = view(white);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 1 && row.value > 23833.0 && row.value < 23834.0 && row.negative == 0.0);
    /* The same frame bottom up: no change. */
    frame.data = white + (HEIGHT - 1) * WIDTH * 3;
    frame.stride = -(WIDTH * 3);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 2 && row.value == 0.0);
    EXPECT(flashinator_table_reset(table) == FLASHINATOR_OK);
    frame = view(black);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 0 && row.value == 0.0);
}

static void batches(void *memory, size_t size)
{
    static uint8_t both[2 * sizeof black];
    flashinator_table *table = NULL;
    flashinator_row rows[2];
    memset(both + sizeof black, 255, sizeof black);
    EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, &table) == FLASHINATOR_OK);
    EXPECT(flashinator_table_push_batch(NULL, both, sizeof both, rows, 2) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push_batch(table, NULL, sizeof both, rows, 2) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push_batch(table, both, sizeof both, NULL, 2) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push_batch(table, both, sizeof both - 1, rows, 2) ==
           FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    EXPECT(flashinator_table_push_batch(table, both, sizeof both, rows, 1) ==
           FLASHINATOR_ERROR_TOO_FEW_ROWS);
    EXPECT(flashinator_table_push_batch(table, both, sizeof both, rows, 2) == FLASHINATOR_OK);
    EXPECT(rows[0].frame == 0 && rows[0].value == 0.0);
    EXPECT(rows[1].frame == 1 && rows[1].value > 23833.0);
    memset(memory, 0, 8);
    EXPECT(flashinator_table_push_batch(table, both, sizeof both, rows, 2) ==
           FLASHINATOR_ERROR_NOT_A_TABLE);
}

static void pairs(void)
{
    flashinator_frame before = view(white), after = view(black);
    flashinator_row row;
    EXPECT(flashinator_compare(NULL, &after, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_compare(&before, NULL, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_compare(&before, &after, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 1 && row.value < -23833.0 && row.positive == 0.0);
    after.width -= 1;
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_ERROR_SHAPE_CHANGED);
    after.format = 0;
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_ERROR_FORMAT);
    after = view(black);
    after.height = 0;
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_ERROR_EMPTY_FRAME);
    after = view(black);
    after.size = 1;
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    after = view(black);
    after.stride = 3;
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_ERROR_STRIDE);
    after = view(black);
    after.size = SIZE_MAX;
    EXPECT(flashinator_compare(&before, &after, &row) == FLASHINATOR_ERROR_TOO_LARGE);
}

int main(void)
{
    size_t size = 0;
    memset(white, 255, sizeof white);
    texts();
    sizes();
    EXPECT(flashinator_table_memory(RGB, WIDTH, HEIGHT, &size) == FLASHINATOR_OK);
    void *memory = malloc(size + 1);
    if (memory == NULL)
        return 2;
    beginnings(memory, size);
    frames(memory, size);
    batches(memory, size);
    pairs();
    free(memory);
    if (failures == 0)
        printf("every status as promised\n");
    return failures != 0;
}
