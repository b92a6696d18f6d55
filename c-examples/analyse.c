/* Reads raw RGB24 frames from standard input and says where they flash.
 *
 *     ffmpeg -i clip.mp4 -f rawvideo -pix_fmt rgb24 - | ./analyse 1280 720 25
 *
 * The exit status is 0 where the video passes, 1 where it fails, 2 where it could not be analysed.
 */
#include <flashinator.h>
#include <stdio.h>
#include <stdlib.h>

enum { INCIDENTS = 64 };

static int fail(const char *what, flashinator_status status)
{
    fprintf(stderr, "analyse: %s: %s\n", what, flashinator_status_text(status));
    return 2;
}

static uint32_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && value <= UINT32_MAX ? (uint32_t)value : 0;
}

static double seconds(int64_t nanoseconds)
{
    return (double)nanoseconds / 1e9;
}

/* Analyses all frames; gives the exit status. */
static int analyse(flashinator_analyser *analyser, const flashinator_frame *frame, uint8_t *pixels,
                   size_t bytes, uint32_t rate)
{
    flashinator_status status;
    flashinator_report report;
    flashinator_summary summary;
    flashinator_incident incidents[INCIDENTS];
    /* Frame i is shown at i / rate seconds. */
    flashinator_time time = {0, 1, rate};
    size_t read, i;

    printf("frame,time,luminance,general_transitions,red_transitions,verdict\n");
    while ((read = fread(pixels, 1, bytes, stdin)) == bytes) {
        status = flashinator_analyser_push(analyser, frame, time, &report);
        if (status != FLASHINATOR_OK)
            return fail("a frame", status);
        printf("%llu,%.4f,%.6f,%u,%u,%s\n", (unsigned long long)report.frame,
               seconds(report.nanoseconds), report.luminance, report.general, report.red,
               flashinator_verdict_name(report.verdict));
        time.ticks++;
    }
    status = flashinator_analyser_finish(analyser, &summary, incidents, INCIDENTS);
    if (status != FLASHINATOR_OK)
        return fail("the summary", status);
    for (i = 0; i < INCIDENTS && i < summary.incidents; i++) {
        const flashinator_incident *incident = &incidents[i];
        fprintf(stderr, "%.2f to %.2f s: %s, %u general and %u red transitions a second\n",
                seconds(incident->start), seconds(incident->end),
                flashinator_verdict_name(incident->verdict), incident->general, incident->red);
    }
    fprintf(stderr, "%s\n", flashinator_verdict_name(summary.verdict));
    if (read != 0 || ferror(stdin)) {
        fprintf(stderr, "analyse: the last frame is cut short\n");
        return 2;
    }
    return summary.verdict >= FLASHINATOR_VERDICT_EXTENDED_FAIL;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: analyse WIDTH HEIGHT RATE < frames of RGB24\n");
        return 2;
    }
    const uint32_t width = number(argv[1]), height = number(argv[2]), rate = number(argv[3]);
    const uint32_t format = FLASHINATOR_FORMAT_RGB24;

    flashinator_analyser_settings settings = {0};
    settings.size = sizeof settings;
    settings.most_frames = rate;

    /* The analyser lives in memory of ours. */
    size_t size;
    flashinator_status status = flashinator_analyser_memory(format, width, height, &settings, &size);
    if (status != FLASHINATOR_OK)
        return fail("the size", status);
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
            result = fail("the analyser", status);
        } else {
            const flashinator_frame frame = {format, width, height, {{pixels, bytes, 0}}};
            result = analyse(analyser, &frame, pixels, bytes, rate);
        }
    }
    free(pixels);
    free(memory);
    return result;
}
