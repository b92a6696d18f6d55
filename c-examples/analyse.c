/* Reads raw RGB24 frames from standard input and reports where they flash, by WCAG 2.2 and by ITU-R BT.1702.
 *
 *     ffmpeg -i clip.mp4 -f rawvideo -pix_fmt rgb24 - | ./analyse 1280 720 25
 *
 * Exit status: 0 if the video is safe, 1 if it fails by one of the two, 2 if it could not be analysed.
 */
#include <flashinator.h>
#include <stdio.h>
#include <stdlib.h>

/* The profiles to judge by. All of them cost little more than one, as the pixels are read once. */
enum { PROFILES = 2 };
static const flashinator_profile_id ids[PROFILES] = {FLASHINATOR_PROFILE_WCAG_2_2,
                                                     FLASHINATOR_PROFILE_BT_1702};
static const char *const names[PROFILES] = {"WCAG 2.2", "BT.1702"};

static int fail(const char *what, flashinator_status status)
{
    fprintf(stderr, "analyse: %s: %s\n", what, flashinator_status_text(status));
    return 2;
}

/* A number of the command line, or 0, which the library refuses as a width or height. */
static uint32_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= UINT32_MAX ? (uint32_t)value : 0;
}

/* Pushes all frames and prints a line for each, by the first profile. Returns the exit status. */
static int push_frames(flashinator_analyser *analyser, const flashinator_frame *frame, uint8_t *pixels,
                       size_t bytes, uint32_t rate)
{
    flashinator_report report = FLASHINATOR_REPORT_INIT;
    flashinator_time time = {0, 1, rate}; /* frame i is shown at i * 1 / rate seconds */
    size_t read;

    printf("frame,time,luminance,general_transitions,red_transitions,verdict\n");
    while ((read = fread(pixels, 1, bytes, stdin)) == bytes) {
        flashinator_status status = flashinator_analyser_push(analyser, frame, time, &report);
        if (status != FLASHINATOR_OK)
            return fail("frame", status);
        printf("%llu,%.4f,%.6f,%u,%u,%s\n", (unsigned long long)report.frame,
               (double)report.nanoseconds / 1e9, report.luminance, report.general_transitions,
               report.red_transitions, flashinator_verdict_name(report.verdict));
        time.ticks++;
    }
    if (read != 0 || ferror(stdin)) {
        fprintf(stderr, "analyse: the last frame is cut short\n");
        return 2;
    }
    return 0;
}

/* Prints the verdict and the incidents by a profile. Returns the exit status. */
static int print_summary(flashinator_analyser *analyser, size_t profile)
{
    flashinator_summary summary = FLASHINATOR_SUMMARY_INIT;
    flashinator_incident incident = FLASHINATOR_INCIDENT_INIT;
    flashinator_status status = flashinator_analyser_summary(analyser, profile, &summary);
    size_t i;

    if (status != FLASHINATOR_OK)
        return fail("summary", status);
    fprintf(stderr, "%s: %s\n", names[profile], flashinator_verdict_name(summary.verdict));
    for (i = 0; flashinator_analyser_incident(analyser, profile, i, &incident) == FLASHINATOR_OK; i++)
        fprintf(stderr, "  %.2f to %.2f s: %s, %u general and %u red transitions in a second\n",
                (double)incident.start / 1e9, (double)incident.end / 1e9,
                flashinator_verdict_name(incident.verdict), incident.general_transitions,
                incident.red_transitions);
    return summary.verdict == FLASHINATOR_VERDICT_FAIL;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: analyse WIDTH HEIGHT RATE < frames of RGB24\n");
        return 2;
    }
    const uint32_t width = number(argv[1]), height = number(argv[2]), rate = number(argv[3]);
    const flashinator_format format = FLASHINATOR_FORMAT_RGB24;
    flashinator_status status;
    size_t size, i;

    flashinator_profile profiles[PROFILES] = {FLASHINATOR_PROFILE_INIT, FLASHINATOR_PROFILE_INIT};
    const flashinator_profile *pointers[PROFILES];
    for (i = 0; i < PROFILES; i++) {
        pointers[i] = &profiles[i];
        status = flashinator_profile_of(ids[i], &profiles[i]);
        if (status != FLASHINATOR_OK)
            return fail("profile", status);
    }
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.profiles = pointers;
    settings.profile_count = PROFILES;
    settings.max_fps = rate;
    /* How large the picture is shown matters. Where it is known: settings.css_width = 1920; */

    /* The analyser lives in memory of ours. */
    status = flashinator_analyser_memory(format, width, height, &settings, &size);
    if (status != FLASHINATOR_OK)
        return fail("settings", status);
    const size_t bytes = (size_t)width * height * 3;
    void *memory = malloc(size);
    uint8_t *pixels = malloc(bytes);
    flashinator_analyser *analyser = NULL;
    int result = 2;
    if (memory == NULL || pixels == NULL) {
        fprintf(stderr, "analyse: out of memory\n");
    } else {
        status = flashinator_analyser_init(memory, size, format, width, height, &settings, &analyser);
        if (status != FLASHINATOR_OK) {
            result = fail("settings", status);
        } else {
            const flashinator_frame frame = {format, width, height, {{pixels, bytes, 0}}};
            result = push_frames(analyser, &frame, pixels, bytes, rate);
            for (i = 0; i < PROFILES; i++) {
                const int judged = print_summary(analyser, i);
                if (judged > result)
                    result = judged;
            }
        }
    }
    free(pixels);
    free(memory);
    return result;
}
