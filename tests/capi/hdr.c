/* Flashes of gray between two codes of P010, in limited range of BT.2020: CURVE DARK BRIGHT PROFILE, in numbers. Prints
 * the verdict. */
#include "expect.h"

enum { WIDTH = 64, HEIGHT = 48, SAMPLES = WIDTH * HEIGHT * 3 / 2 };

int main(int argc, char **argv)
{
    if (argc != 5) {
        return 2;
    }
    const uint16_t codes[2] = {(uint16_t)atoi(argv[2]), (uint16_t)atoi(argv[3])};
    flashinator_profile profile = FLASHINATOR_PROFILE_INIT;
    EXPECT(flashinator_profile_of((uint32_t)atoi(argv[4]), &profile) == FLASHINATOR_OK);
    const flashinator_profile *const profiles[1] = {&profile};
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.profiles = profiles;
    settings.profile_count = 1;
    settings.matrix = FLASHINATOR_MATRIX_BT2020;
    settings.primaries = FLASHINATOR_PRIMARIES_BT2020;
    settings.curve = (uint32_t)atoi(argv[1]);

    size_t size = 0, small = 0;
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &size) == FLASHINATOR_OK);
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_NV12, WIDTH, HEIGHT, NULL, &small) == FLASHINATOR_OK);
    EXPECT(small < size);
    void *memory = malloc(size);
    flashinator_analyser *analyser = NULL;
    EXPECT(flashinator_analyser_init(memory, size, FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &analyser)
           == FLASHINATOR_OK);
    static uint16_t samples[SAMPLES];
    for (int i = 0; i < 30; i++) {
        for (int j = 0; j < SAMPLES; j++) {
            const unsigned code = j < WIDTH * HEIGHT ? codes[i / 3 % 2] : 512;
            uint8_t *bytes = (uint8_t *)&samples[j];
            bytes[0] = (uint8_t)(code << 6);
            bytes[1] = (uint8_t)(code >> 2);
        }
        const uint8_t *luma = (const uint8_t *)samples;
        const flashinator_frame frame = {FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT,
                                         {{luma, 2 * WIDTH * HEIGHT, 2 * WIDTH},
                                          {luma + 2 * WIDTH * HEIGHT, WIDTH * HEIGHT, 2 * WIDTH}}};
        const flashinator_time time = {i, 1, 25};
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        EXPECT(flashinator_analyser_push(analyser, &frame, time, &report) == FLASHINATOR_OK);
    }
    flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
    EXPECT(flashinator_analyser_summary(analyser, 0, &summary) == FLASHINATOR_OK);
    printf("%u\n", (unsigned)summary.verdict);
    free(memory);

    settings.curve = 4;
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &size)
           == FLASHINATOR_ERROR_SETTINGS);
    settings.curve = 0;
    settings.primaries = 3;
    EXPECT(flashinator_analyser_memory(FLASHINATOR_FORMAT_P010, WIDTH, HEIGHT, &settings, &size)
           == FLASHINATOR_ERROR_SETTINGS);
    return failures > 0;
}
