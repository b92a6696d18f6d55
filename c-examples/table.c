/* Reads raw RGB24 frames from standard input and prints their T table.
 *
 *     ffmpeg -i clip.mp4 -f rawvideo -pix_fmt rgb24 - | ./table 1280 720
 */
#include <flashinator.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what, flashinator_status status)
{
    fprintf(stderr, "table: %s: %s\n", what, flashinator_status_text(status));
    return 2;
}

static uint32_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= UINT32_MAX ? (uint32_t)value : 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: table WIDTH HEIGHT < frames of RGB24\n");
        return 2;
    }
    const uint32_t width = number(argv[1]), height = number(argv[2]);

    /* The table lives in memory of ours. */
    size_t size;
    flashinator_status status =
        flashinator_table_memory(FLASHINATOR_FORMAT_RGB24, width, height, &size);
    if (status != FLASHINATOR_OK)
        return fail("the size", status);
    const size_t bytes = (size_t)width * height * 3;
    void *memory = malloc(size);
    uint8_t *pixels = malloc(bytes);
    flashinator_table *table = NULL;
    int result = 0;
    if (memory == NULL || pixels == NULL) {
        fprintf(stderr, "table: out of memory\n");
        result = 2;
    }
    if (result == 0) {
        status = flashinator_table_init(memory, size, FLASHINATOR_FORMAT_RGB24, width, height,
                                        NULL, &table);
        if (status != FLASHINATOR_OK)
            result = fail("the table", status);
    }

    /* A row for every frame after the first. */
    const flashinator_frame frame = {
        .format = FLASHINATOR_FORMAT_RGB24,
        .width = width,
        .height = height,
        .planes = {{pixels, bytes, 0}},
    };
    size_t read = 0;
    if (result == 0)
        printf("frame,positive,negative,value\n");
    while (result == 0 && (read = fread(pixels, 1, bytes, stdin)) == bytes) {
        flashinator_row row = FLASHINATOR_ROW_INIT;
        status = flashinator_table_push(table, &frame, &row);
        if (status != FLASHINATOR_OK)
            result = fail("a frame", status);
        else if (row.frame > 0)
            printf("%llu,%.17g,%.17g,%.17g\n", (unsigned long long)row.frame, row.positive,
                   row.negative, row.value);
    }
    if (result == 0 && (read != 0 || ferror(stdin))) {
        fprintf(stderr, "table: the last frame is cut short\n");
        result = 2;
    }
    free(pixels);
    free(memory);
    return result;
}
