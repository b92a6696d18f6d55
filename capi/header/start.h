/* flashinator: tells, frame by frame, whether a video flashes dangerously.
 *
 * An analyser judges a video by a standard, by default WCAG 2.2:
 *
 *     size_t size;
 *     flashinator_analyser *analyser;
 *     flashinator_analyser_memory(FLASHINATOR_FORMAT_RGB24, width, height, NULL, &size);
 *     void *memory = malloc(size);
 *     flashinator_analyser_init(memory, size, FLASHINATOR_FORMAT_RGB24, width, height, NULL, &analyser);
 *
 *     flashinator_frame frame = {FLASHINATOR_FORMAT_RGB24, width, height, {{pixels, bytes, 0}}};
 *     flashinator_time time = {0, 1, 30};
 *     flashinator_report report = FLASHINATOR_REPORT_INIT;
 *     for (; read_pixels(pixels); time.ticks++) {
 *         flashinator_analyser_push(analyser, &frame, time, &report);
 *         if (report.verdict == FLASHINATOR_VERDICT_FAIL) ...
 *     }
 *     free(memory);
 *
 * A T table is used in the same way and has a row for each frame: how much it differs from the one before.
 *
 * A function that can fail returns a status. Its comment names its errors, without FLASHINATOR_ERROR_. The library
 * allocates nothing, has no global state, keeps no pointer to a frame, and reads nothing outside its rows.
 * Pointers must not be NULL unless a comment says that they may be. Two rules hold for all functions:
 *
 * 1. Sizes. A struct that may grow in later versions begins with `size`. Set it to the sizeof of the struct,
 *    or initialise the struct with its macro ..._INIT, whether the library reads or writes it. Programs and
 *    libraries of different versions then work together. A field that the program does not have is taken as 0
 *    and not written. A field that the library does not have must be 0 (else STRUCT_NEWER) and is not written.
 * 2. Overlap. What a function writes must not overlap anything else that it is given, unless a comment says
 *    that it may.
 */
#ifndef FLASHINATOR_H
#define FLASHINATOR_H

/* Made from capi/src: change that, then write this anew as tests/header.rs says. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
