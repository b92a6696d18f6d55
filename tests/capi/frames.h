/* Two frames, for the tests of arguments. */
#ifndef FRAMES_H
#define FRAMES_H

#include "expect.h"

enum { RGB = FLASHINATOR_FORMAT_RGB24, GRAY = FLASHINATOR_FORMAT_GRAY8, WIDTH = 40, HEIGHT = 9 };

static uint8_t black[WIDTH * HEIGHT * 3], white[WIDTH * HEIGHT * 3];

static flashinator_frame view(const uint8_t *pixels)
{
    flashinator_frame frame = {RGB, WIDTH, HEIGHT, {{NULL, sizeof black, 0}}};
    frame.planes[0].data = pixels;
    return frame;
}

#endif
