/* Calls every function of tables and LUTs with good and with bad arguments, and expects the status each one promises. */
#include "frames.h"

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
    /* 1 byte per pixel of gray, 1.25 of RGB, and at most 1.25 KiB. */
    uint32_t side;
    for (side = 1; side < 700; side += 13) {
        const size_t pixels = (size_t)side * (side + 5);
        EXPECT(flashinator_table_memory(GRAY, side, side + 5, &size) == FLASHINATOR_OK);
        EXPECT(size < pixels + 1024);
        EXPECT(flashinator_table_memory(RGB, side, side + 5, &size) == FLASHINATOR_OK);
        EXPECT(size < pixels * 5 / 4 + 1280);
    }
}

static void beginnings(void *memory, size_t size)
{
    flashinator_table *table = NULL;
    EXPECT(flashinator_table_init(NULL, size, RGB, WIDTH, HEIGHT, NULL, &table) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, NULL, NULL) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_init(memory, size, 99, WIDTH, HEIGHT, NULL, &table) ==
           FLASHINATOR_ERROR_FORMAT);
    EXPECT(flashinator_table_init(memory, size, RGB, 0, HEIGHT, NULL, &table) ==
           FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(flashinator_table_init(memory, size, RGB, UINT32_MAX, UINT32_MAX, NULL, &table) ==
           FLASHINATOR_ERROR_TOO_LARGE);
    EXPECT(flashinator_table_init(memory, size - 1, RGB, WIDTH, HEIGHT, NULL, &table) ==
           FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
    EXPECT(flashinator_table_init((char *)memory + 1, size, RGB, WIDTH, HEIGHT, NULL, &table) ==
           FLASHINATOR_ERROR_MISALIGNED);
    EXPECT(table == NULL);
}

static void frames(void *memory, size_t size)
{
    flashinator_table *table = memory;
    flashinator_frame frame = view(black);
    flashinator_row row = FLASHINATOR_ROW_INIT;

    /* Memory that holds no table. */
    memset(memory, 0, size);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_NOT_A_TABLE);
    EXPECT(flashinator_table_reset(table) == FLASHINATOR_ERROR_NOT_A_TABLE);
    memset(memory, 0xa5, size);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_NOT_A_TABLE);
    EXPECT(flashinator_table_push(NULL, &frame, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_reset(NULL) == FLASHINATOR_ERROR_NULL);

    EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, NULL, &table) == FLASHINATOR_OK);
    EXPECT(flashinator_table_push((flashinator_table *)((char *)table + 1), &frame, &row) ==
           FLASHINATOR_ERROR_MISALIGNED);
    EXPECT(flashinator_table_push(table, NULL, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push(table, &frame, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 0 && row.value == 0.0 && row.positive == 0.0 && row.negative == 0.0);

    /* Frames that are refused leave the table as it was. */
    frame = view(white);
    frame.planes[0].data = NULL;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_NULL);
    frame = view(white);
    frame.format = 99;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_FORMAT);
    frame = view(white);
    frame.width = 0;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_EMPTY_FRAME);
    frame = view(white);
    frame.width = frame.height = UINT32_MAX;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(white);
    frame.planes[0].stride = PTRDIFF_MIN;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(white);
    frame.planes[0].size = SIZE_MAX;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_TOO_LARGE);
    frame = view(white);
    frame.planes[0].stride = WIDTH * 3 - 1;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_STRIDE);
    frame = view(white);
    frame.planes[0].size -= 1;
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    frame = view(white);
    frame.planes[0].stride = WIDTH * 3 + 1;
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
    frame.planes[0].data = white + (HEIGHT - 1) * WIDTH * 3;
    frame.planes[0].stride = -(WIDTH * 3);
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
    flashinator_row rows[2] = {FLASHINATOR_ROW_INIT, FLASHINATOR_ROW_INIT};
    memset(both + sizeof black, 255, sizeof black);
    EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, NULL, &table) == FLASHINATOR_OK);
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
    flashinator_top_deltas deltas = FLASHINATOR_TOP_DELTAS_INIT;
    flashinator_row row = FLASHINATOR_ROW_INIT;
    EXPECT(flashinator_compare(NULL, &after, NULL, &deltas) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_compare(&before, NULL, NULL, &deltas) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_compare(&before, &after, NULL, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) == FLASHINATOR_OK);
    EXPECT(flashinator_top_deltas_row(NULL, 1, &row) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_top_deltas_row(&deltas, 1, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_top_deltas_row(&deltas, 7, &row) == FLASHINATOR_OK);
    EXPECT(row.frame == 7 && row.value < -23833.0 && row.positive == 0.0);
    after.width -= 1;
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) ==
           FLASHINATOR_ERROR_SHAPE_CHANGED);
    after.format = 0;
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) == FLASHINATOR_ERROR_FORMAT);
    after = view(black);
    after.height = 0;
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) == FLASHINATOR_ERROR_EMPTY_FRAME);
    after = view(black);
    after.planes[0].size = 1;
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) ==
           FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
    after = view(black);
    after.planes[0].stride = 3;
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) == FLASHINATOR_ERROR_STRIDE);
    after = view(black);
    after.planes[0].size = SIZE_MAX;
    EXPECT(flashinator_compare(&before, &after, NULL, &deltas) == FLASHINATOR_ERROR_TOO_LARGE);
    after = view(black);
    flashinator_table_settings settings = FLASHINATOR_TABLE_SETTINGS_INIT;
    settings.gray = 4;
    EXPECT(flashinator_compare(&before, &after, &settings, &deltas) ==
           FLASHINATOR_ERROR_SETTINGS);
}

/* The deltas of stripes of a frame, merged, are those of the whole frame. */
static void stripes(void *memory, size_t size)
{
    static const uint32_t cuts[] = {0, 3, 4, HEIGHT};
    flashinator_frame frames[2] = {view(black), view(white)}, part;
    flashinator_top_deltas whole = FLASHINATOR_TOP_DELTAS_INIT, merged = whole, deltas = whole;
    flashinator_rectangle stripe = {0, 0, WIDTH, 0}, beyond = {1, 0, WIDTH, 1};
    flashinator_table *table = NULL;
    size_t i;
    white[100] = 7;
    EXPECT(flashinator_compare(&frames[0], &frames[1], NULL, &whole) == FLASHINATOR_OK);
    for (i = 0; i < 3; i++) {
        stripe.y = cuts[i];
        stripe.height = cuts[i + 1] - cuts[i];
        EXPECT(flashinator_frame_crop(&frames[0], stripe, &part) == FLASHINATOR_OK);
        EXPECT(part.planes[0].data == black + cuts[i] * WIDTH * 3 && part.height == stripe.height);
        EXPECT(flashinator_table_init(memory, size, RGB, WIDTH, stripe.height, NULL, &table) ==
               FLASHINATOR_OK);
        EXPECT(flashinator_table_push_stripe(table, &part, &deltas) == FLASHINATOR_OK);
        EXPECT(deltas.rises[0] == 0.0 && deltas.falls[0] == 0.0);
        EXPECT(flashinator_frame_crop(&frames[1], stripe, &part) == FLASHINATOR_OK);
        EXPECT(flashinator_table_push_stripe(table, &part, &deltas) == FLASHINATOR_OK);
        EXPECT(flashinator_top_deltas_merge(&merged, &deltas) == FLASHINATOR_OK);
    }
    EXPECT(memcmp(&merged, &whole, sizeof whole) == 0);
    white[100] = 255;

    EXPECT(flashinator_table_push_stripe(NULL, &part, &deltas) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push_stripe(table, NULL, &deltas) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push_stripe(table, &part, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_table_push_stripe(table, &frames[0], &deltas) ==
           FLASHINATOR_ERROR_SHAPE_CHANGED);
    EXPECT(flashinator_top_deltas_merge(NULL, &deltas) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_top_deltas_merge(&merged, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_frame_crop(NULL, stripe, &part) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_frame_crop(&frames[0], stripe, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_frame_crop(&frames[0], beyond, &part) == FLASHINATOR_ERROR_RECTANGLE);
    beyond.width = 0;
    EXPECT(flashinator_frame_crop(&frames[0], beyond, &part) == FLASHINATOR_ERROR_EMPTY_FRAME);
    frames[0].planes[0].size = 1;
    EXPECT(flashinator_frame_crop(&frames[0], stripe, &part) ==
           FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
}

/* Every format: views that are short by a byte in any plane, and a flash from black to white. */
static void formats(void)
{
    static uint8_t dark[4 * 7 * 5 * 3], bright[sizeof dark];
    uint32_t format;
    memset(bright, 255, sizeof bright);
    for (format = FLASHINATOR_FORMAT_GRAY8; format <= FLASHINATOR_FORMAT_GRAY16; format++) {
        flashinator_frame before = {format, 7, 5, {{dark, sizeof dark, 0}}}, after = before;
        flashinator_table_settings settings = FLASHINATOR_TABLE_SETTINGS_INIT;
        flashinator_top_deltas deltas = FLASHINATOR_TOP_DELTAS_INIT;
        flashinator_row row = FLASHINATOR_ROW_INIT;
        size_t codes = 0, plane, planes = 1;
        double *luminance;
        void *memory = malloc(flashinator_lut_memory());
        EXPECT(flashinator_compare(&before, &after, NULL, &deltas) != FLASHINATOR_ERROR_FORMAT);
        before.planes[1] = before.planes[2] = before.planes[0];
        for (plane = 0; plane < 3; plane++) {
            after.planes[plane] = before.planes[plane];
            after.planes[plane].data = bright;
        }
        EXPECT(flashinator_codes(format, FLASHINATOR_GRAY_MEAN, &codes) == FLASHINATOR_OK);
        luminance = malloc(codes * sizeof *luminance);
        if (memory == NULL || luminance == NULL)
            exit(2);
        EXPECT(flashinator_luminance(FLASHINATOR_TRANSFER_SRGB, 0, 0, FLASHINATOR_RANGE_FULL,
                                     luminance, codes) == FLASHINATOR_OK);
        EXPECT(luminance[0] == 0.0 && luminance[codes - 1] == 1.0);
        EXPECT(flashinator_lut_init(memory, flashinator_lut_memory(), luminance, codes,
                                      &settings.lut) == FLASHINATOR_OK);
        EXPECT(flashinator_compare(&before, &after, &settings, &deltas) == FLASHINATOR_OK);
        EXPECT(flashinator_top_deltas_row(&deltas, 1, &row) == FLASHINATOR_OK);
        EXPECT(row.value == 1.0 && row.negative == 0.0);
        /* The planes that the format has are those that may not be NULL. */
        for (plane = 0; plane < 3; plane++) {
            flashinator_frame lacking = after;
            lacking.planes[plane].data = NULL;
            if (flashinator_compare(&before, &lacking, &settings, &deltas) == FLASHINATOR_OK)
                break;
            planes = plane + 1;
            lacking = after;
            lacking.planes[plane].size = 1;
            EXPECT(flashinator_compare(&before, &lacking, &settings, &deltas) ==
                   FLASHINATOR_ERROR_BUFFER_TOO_SHORT);
            lacking = after;
            lacking.planes[plane].stride = 1;
            EXPECT(flashinator_compare(&before, &lacking, &settings, &deltas) ==
                   FLASHINATOR_ERROR_STRIDE);
        }
        EXPECT((planes == 1) == (format <= FLASHINATOR_FORMAT_ABGR ||
                                 format >= FLASHINATOR_FORMAT_GRAY10));
        settings.lut = NULL;
        EXPECT(flashinator_compare(&before, &after, &settings, &deltas) ==
               (codes <= 766 ? FLASHINATOR_OK : FLASHINATOR_ERROR_LUT_NEEDED));
        free(luminance);
        free(memory);
    }
}

static void luts(void)
{
    static double luminance[1025];
    union {
        double aligned;
        char bytes[8192];
    } memory;
    const flashinator_lut *lut = NULL;
    size_t codes, size = flashinator_lut_memory();
    EXPECT(size > 0 && size <= sizeof memory);
    EXPECT(flashinator_codes(RGB, FLASHINATOR_GRAY_BT709, NULL) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_codes(0, FLASHINATOR_GRAY_BT709, &codes) == FLASHINATOR_ERROR_FORMAT);
    EXPECT(flashinator_codes(RGB, 4, &codes) == FLASHINATOR_ERROR_SETTINGS);
    EXPECT(flashinator_codes(RGB, FLASHINATOR_GRAY_BT709, &codes) == FLASHINATOR_OK);
    EXPECT(codes == 256);
    EXPECT(flashinator_codes(FLASHINATOR_FORMAT_P010, 0, &codes) == FLASHINATOR_OK);
    EXPECT(codes == 1024);

#define FILL(transfer, white, black, range, to, codes) \
    flashinator_luminance(FLASHINATOR_TRANSFER_##transfer, white, black, range, to, codes)
    EXPECT(FILL(PQ, 0, 0, FLASHINATOR_RANGE_FULL, NULL, 1024) == FLASHINATOR_ERROR_NULL);
    EXPECT(FILL(PQ, 0, 0, 0, luminance, 1024) == FLASHINATOR_ERROR_TRANSFER);
    EXPECT(flashinator_luminance(5, 0, 0, 1, luminance, 1024) == FLASHINATOR_ERROR_TRANSFER);
    EXPECT(FILL(PQ, 0, 0, 1, luminance, 1025) == FLASHINATOR_ERROR_LUT_LENGTH);
    EXPECT(FILL(PQ, 0, 0, 1, luminance, 0) == FLASHINATOR_ERROR_LUT_LENGTH);
    EXPECT(FILL(PQ, 0, 0, 1, luminance, SIZE_MAX) == FLASHINATOR_ERROR_LUT_LENGTH);
    EXPECT(FILL(HLG, 1, 1, 1, luminance, 1024) == FLASHINATOR_ERROR_TRANSFER);
    EXPECT(FILL(BT1886, -1, 0, 1, luminance, 1024) == FLASHINATOR_ERROR_TRANSFER);
    EXPECT(flashinator_luminance(FLASHINATOR_TRANSFER_PQ, 0, 0, 1,
                                 (double *)(void *)((char *)luminance + 1), 1024) ==
           FLASHINATOR_ERROR_MISALIGNED);
    EXPECT(FILL(TABLE, 0, 0, 2, luminance, 1024) == FLASHINATOR_OK);
    EXPECT(luminance[64] == 4.0 && luminance[940] == luminance[1023]);
    EXPECT(FILL(HLG, 1000, 0, 1, luminance, 1024) == FLASHINATOR_OK);
    EXPECT(FILL(BT1886, 100, 0.1, 1, luminance, 1024) == FLASHINATOR_OK);

    EXPECT(flashinator_lut_init(NULL, size, luminance, 1024, &lut) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_lut_init(&memory, size, NULL, 1024, &lut) == FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_lut_init(&memory, size, luminance, 1024, NULL) ==
           FLASHINATOR_ERROR_NULL);
    EXPECT(flashinator_lut_init(memory.bytes + 1, size, luminance, 1024, &lut) ==
           FLASHINATOR_ERROR_MISALIGNED);
    EXPECT(flashinator_lut_init(&memory, size - 1, luminance, 1024, &lut) ==
           FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
    EXPECT(flashinator_lut_init(&memory, size, luminance, 1025, &lut) ==
           FLASHINATOR_ERROR_LUT_LENGTH);
    EXPECT(flashinator_lut_init(&memory, size, luminance, SIZE_MAX, &lut) ==
           FLASHINATOR_ERROR_LUT_LENGTH);
    luminance[7] = -1;
    EXPECT(flashinator_lut_init(&memory, size, luminance, 1024, &lut) ==
           FLASHINATOR_ERROR_BAD_LUT);
    EXPECT(lut == NULL);
    EXPECT(FILL(PQ, 0, 0, 1, luminance, 1024) == FLASHINATOR_OK);
    EXPECT(flashinator_lut_init(&memory, size, luminance, 1024, &lut) == FLASHINATOR_OK);
    EXPECT(lut != NULL);
}

static void table_settings(void *memory, size_t size)
{
    flashinator_rectangle ignored[17] = {{0, 0, WIDTH, HEIGHT - 1}};
    flashinator_table_settings settings = FLASHINATOR_TABLE_SETTINGS_INIT;
    union {
        double aligned;
        char bytes[8192];
    } other;
    flashinator_table *table = NULL;
    flashinator_frame frame = view(black);
    flashinator_row row = FLASHINATOR_ROW_INIT;
    double luminance[256] = {0};
    settings.gray = FLASHINATOR_GRAY_BT2020;
#define INIT() flashinator_table_init(memory, size, RGB, WIDTH, HEIGHT, &settings, &table)
    EXPECT(INIT() == FLASHINATOR_OK);
    settings.gray = 4;
    EXPECT(INIT() == FLASHINATOR_ERROR_SETTINGS);
    settings.gray = FLASHINATOR_GRAY_MEAN;
    settings.ignore_count = 1;
    EXPECT(INIT() == FLASHINATOR_ERROR_NULL);
    settings.ignore = ignored;
    settings.ignore_count = 17;
    EXPECT(INIT() == FLASHINATOR_ERROR_RECTANGLE);
    settings.ignore_count = SIZE_MAX;
    EXPECT(INIT() == FLASHINATOR_ERROR_RECTANGLE);
    settings.ignore_count = 16;
    ignored[15].x = WIDTH + 1;
    EXPECT(INIT() == FLASHINATOR_ERROR_RECTANGLE);
    settings.ignore_count = 1;
    ignored[0].height = HEIGHT;
    EXPECT(INIT() == FLASHINATOR_ERROR_EMPTY_FRAME);
    ignored[0].height = HEIGHT - 1;

    /* Memory that holds no LUT, and a LUT for other codes. */
    memset(&other, 0, sizeof other);
    settings.lut = (const flashinator_lut *)(const void *)&other;
    EXPECT(INIT() == FLASHINATOR_ERROR_NOT_A_LUT);
    settings.lut = (const flashinator_lut *)(const void *)(other.bytes + 1);
    EXPECT(INIT() == FLASHINATOR_ERROR_MISALIGNED);
    luminance[255] = 10;
    EXPECT(flashinator_lut_init(&other, sizeof other, luminance, 256, &settings.lut) ==
           FLASHINATOR_OK);
    EXPECT(INIT() == FLASHINATOR_ERROR_LUT_LENGTH);
    EXPECT(flashinator_table_init(memory, size, FLASHINATOR_FORMAT_P010, 3, 3, NULL, &table) ==
           FLASHINATOR_ERROR_LUT_NEEDED);

    /* White alone is bright by this LUT, and all rows but the last are ignored. */
    settings.gray = FLASHINATOR_GRAY_BT601;
    EXPECT(INIT() == FLASHINATOR_OK);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    memset(white + sizeof white - 4 * 3, 254, 4 * 3);
    frame = view(white);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.value == 10.0);
    memset(white + sizeof white - WIDTH * 3, 254, (WIDTH - 4) * 3);
    frame = view(black);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    frame = view(white);
    EXPECT(flashinator_table_push(table, &frame, &row) == FLASHINATOR_OK);
    EXPECT(row.value == 0.0);
    memset(white, 255, sizeof white);
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
    stripes(memory, size);
    formats();
    luts();
    table_settings(memory, size);
    free(memory);
    if (failures == 0)
        printf("every status as promised\n");
    return failures != 0;
}
