/* Flashes of gray between two codes of 10 bits by BT.2020: CURVE RANGE FORMAT PROFILE in numbers, then pairs of codes.
 * Prints the verdict on each. */
#include "expect.h"

enum { WIDTH = 64, HEIGHT = 48, LUMA = WIDTH * HEIGHT, MOST = 3 * LUMA };

/* Frames that show two codes of luma in turns; 0 if something fails. */
static uint32_t verdict_of(const flashinator_analyser_settings *settings, uint32_t format, const unsigned codes[2])
{
    const int is_p010 = format == FLASHINATOR_FORMAT_P010;
    const size_t chroma = format == FLASHINATOR_FORMAT_I444P10 ? LUMA : LUMA / 4;
    const unsigned shift = is_p010 ? 6 : 0;
    size_t size = 0;
    EXPECT(flashinator_analyser_memory(format, WIDTH, HEIGHT, settings, &size) == FLASHINATOR_OK);
    void *memory = malloc(size);
    flashinator_analyser *analyser = NULL;
    EXPECT(flashinator_analyser_init(memory, size, format, WIDTH, HEIGHT, settings, &analyser) == FLASHINATOR_OK);
    static uint8_t bytes[2 * MOST];
    for (int i = 0; i < 30; i++) {
        for (size_t j = 0; j < LUMA + 2 * chroma; j++) {
            const unsigned code = (j < LUMA ? codes[i / 3 % 2] : 512u) << shift;
            bytes[2 * j] = (uint8_t)code;
            bytes[2 * j + 1] = (uint8_t)(code >> 8);
        }
        const size_t width = format == FLASHINATOR_FORMAT_I444P10 ? WIDTH : WIDTH / 2;
        const uint8_t *cb = bytes + 2 * LUMA;
        flashinator_frame frame = {format, WIDTH, HEIGHT, {{bytes, 2 * LUMA, 2 * WIDTH}}};
        if (is_p010) {
            frame.planes[1] = (flashinator_plane){cb, 4 * chroma, 2 * WIDTH};
        } else {
            frame.planes[1] = (flashinator_plane){cb, 2 * chroma, (ptrdiff_t)(2 * width)};
            frame.planes[2] = (flashinator_plane){cb + 2 * chroma, 2 * chroma, (ptrdiff_t)(2 * width)};
        }
        const flashinator_time time = {i, 1, 25};
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        EXPECT(flashinator_analyser_push(analyser, &frame, time, &report) == FLASHINATOR_OK);
    }
    flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
    EXPECT(flashinator_analyser_summary(analyser, 0, &summary) == FLASHINATOR_OK);
    free(memory);
    return summary.verdict;
}

int main(int argc, char **argv)
{
    if (argc < 7) {
        return 2;
    }
    flashinator_profile profile = FLASHINATOR_PROFILE_INIT;
    EXPECT(flashinator_profile_of((uint32_t)atoi(argv[4]), &profile) == FLASHINATOR_OK);
    const flashinator_profile *const profiles[1] = {&profile};
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.profiles = profiles;
    settings.profile_count = 1;
    settings.matrix = FLASHINATOR_MATRIX_BT2020;
    settings.primaries = FLASHINATOR_PRIMARIES_BT2020;
    settings.curve = (uint32_t)atoi(argv[1]);
    settings.range = (uint32_t)atoi(argv[2]);
    const uint32_t formats[3] = {FLASHINATOR_FORMAT_P010, FLASHINATOR_FORMAT_I420P10, FLASHINATOR_FORMAT_I444P10};
    const uint32_t format = formats[atoi(argv[3]) % 3];
    for (int i = 5; i + 1 < argc; i += 2) {
        const unsigned codes[2] = {(unsigned)atoi(argv[i]), (unsigned)atoi(argv[i + 1])};
        printf("%u\n", (unsigned)verdict_of(&settings, format, codes));
    }

    size_t size = 0, small = 0;
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &size) == FLASHINATOR_OK);
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_NV12, WIDTH, HEIGHT, NULL, &small) == FLASHINATOR_OK);
    EXPECT(small < size);
    settings.curve = 4;
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &size)
           == FLASHINATOR_ERROR_SETTINGS);
    settings.curve = 0;
    settings.primaries = 3;
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &size)
           == FLASHINATOR_ERROR_SETTINGS);
    return failures > 0;
}
