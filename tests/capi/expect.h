/* What the C tests share: expectations, and two frames. */
#ifndef EXPECT_H
#define EXPECT_H

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
    flashinator_frame frame = {RGB, WIDTH, HEIGHT, {{NULL, sizeof black, 0}}};
    frame.planes[0].data = pixels;
    return frame;
}

#endif
