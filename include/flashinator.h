/* flashinator: tells, frame by frame, how much a video flashes.
 *
 * Begin a table in memory of your own, push frames, read rows:
 *
 *     size_t size;
 *     flashinator_table_memory(FLASHINATOR_FORMAT_RGB24, width, height, &size);
 *     void *memory = malloc(size);
 *     flashinator_table *table;
 *     flashinator_table_init(memory, size, FLASHINATOR_FORMAT_RGB24, width, height, &table);
 *     flashinator_frame frame = {FLASHINATOR_FORMAT_RGB24, width, height, pixels, bytes, stride};
 *     flashinator_row row;
 *     flashinator_table_push(table, &frame, &row);
 *
 * Every function that can fail returns a status; flashinator_status_text says what it means. The
 * library allocates nothing, keeps no pointer to a frame, has no global state, and never reads outside
 * the rows of a frame.
 */

#ifndef FLASHINATOR_H
#define FLASHINATOR_H

/* Made by cbindgen from src/capi.rs: change that, then write it anew as tests/header.rs says. */

#include <stddef.h>
#include <stdint.h>

/**
 * The version of this header: the first number changes with whatever a program could notice.
 */
#define FLASHINATOR_VERSION_MAJOR 0

/**
 * Changes with every addition.
 */
#define FLASHINATOR_VERSION_MINOR 1

/**
 * Changes with every correction.
 */
#define FLASHINATOR_VERSION_PATCH 0

/**
 * All is well.
 */
#define FLASHINATOR_OK 0

/**
 * A pointer that must point to something is NULL.
 */
#define FLASHINATOR_ERROR_NULL 1

/**
 * The format is none of this library's.
 */
#define FLASHINATOR_ERROR_FORMAT 2

/**
 * The width or the height is 0.
 */
#define FLASHINATOR_ERROR_EMPTY_FRAME 3

/**
 * The frame is larger than the address space.
 */
#define FLASHINATOR_ERROR_TOO_LARGE 4

/**
 * The stride is smaller than a row.
 */
#define FLASHINATOR_ERROR_STRIDE 5

/**
 * The buffer ends before the frame does, or frames do not fill it evenly.
 */
#define FLASHINATOR_ERROR_BUFFER_TOO_SHORT 6

/**
 * The memory for the table is too small.
 */
#define FLASHINATOR_ERROR_MEMORY_TOO_SMALL 7

/**
 * The memory for the table is not aligned to FLASHINATOR_TABLE_ALIGNMENT bytes.
 */
#define FLASHINATOR_ERROR_MISALIGNED 8

/**
 * The memory holds no table of this version of the library: it was not initialised, or overwritten.
 */
#define FLASHINATOR_ERROR_NOT_A_TABLE 9

/**
 * The frame's size or format is not the one the table was initialised with.
 */
#define FLASHINATOR_ERROR_SHAPE_CHANGED 10

/**
 * There is not enough room for the rows.
 */
#define FLASHINATOR_ERROR_TOO_FEW_ROWS 11

/**
 * One byte a pixel: gray, or full-range luma.
 */
#define FLASHINATOR_FORMAT_GRAY8 1

/**
 * Three bytes a pixel: red, green, blue. FFmpeg's rgb24.
 */
#define FLASHINATOR_FORMAT_RGB24 2

/**
 * One byte a pixel: limited-range luma, 16 for black and 235 for white, as the Y plane of most video
 * has it. It is expanded to gray without rounding.
 */
#define FLASHINATOR_FORMAT_LUMA8 3

/**
 * The alignment, in bytes, of the memory for a table. Multiples of 64 are fastest.
 */
#define FLASHINATOR_TABLE_ALIGNMENT 8

/**
 * A T table in the making, in the caller's memory. What is in it is the library's own business.
 */
typedef struct flashinator_table flashinator_table;

/**
 * What a function says of its call: `FLASHINATOR_OK`, or why it did nothing.
 */
typedef int32_t flashinator_status;

/**
 * How the pixels of a frame lie in memory.
 */
typedef uint32_t flashinator_format;

/**
 * A frame in the caller's memory. The library reads it during the call it is given to, and keeps no
 * pointer to it.
 */
typedef struct flashinator_frame {
  /**
   * One of FLASHINATOR_FORMAT_...
   */
  flashinator_format format;
  /**
   * Pixels in a row, at least 1.
   */
  uint32_t width;
  /**
   * Rows, at least 1.
   */
  uint32_t height;
  /**
   * The first byte of the top row.
   */
  const uint8_t *data;
  /**
   * Bytes of the buffer, from the lowest byte of any row to the highest or beyond.
   */
  size_t size;
  /**
   * Bytes from a row to the one below it: at least the bytes of a row, or 0 for exactly those.
   * Negative where the top row lies last in memory. Bytes between rows are never looked at.
   */
  ptrdiff_t stride;
} flashinator_frame;

/**
 * One row of the T table: how a frame differs from the frame before it. The three values are
 * differences of luminance by f(x) = 4 (0.2 x + 1)^2.2 of the gray value x, 0 to 255; f runs from 4
 * for black to 23837.9 for white. None is ever -0.0.
 */
typedef struct flashinator_row {
  /**
   * The number of the frame, counted from 0. Frame 0 has nothing to differ from; its values are 0.
   */
  uint64_t frame;
  /**
   * The mean of the five largest rises of luminance, missing ones counted as 0.
   */
  double positive;
  /**
   * The mean of the five largest falls, as magnitudes.
   */
  double negative;
  /**
   * T: positive where it is larger than negative, else -negative.
   */
  double value;
} flashinator_row;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library, as "0.1.0". The text lives as long as the program. Thread safe.
 */
const char *flashinator_version(void);

/**
 * What a status means and what to do about it: one line in English, which lives as long as the
 * program; for a number that is no status a line that says so. Never NULL. Thread safe.
 */
const char *flashinator_status_text(flashinator_status status);

/**
 * Writes to *size the bytes of memory that a table for such frames needs: about 1.25 a pixel for RGB
 * and 1 for gray, and less than 512 besides. Thread safe.
 *
 * Errors: NULL, FORMAT, EMPTY_FRAME, TOO_LARGE.
 */
flashinator_status flashinator_table_memory(flashinator_format format,
                                            uint32_t width,
                                            uint32_t height,
                                            size_t *size);

/**
 * Begins a T table of frames of one format and size, in memory of the caller's, which may hold
 * anything, and writes to *table the pointer that the other functions take. The table is the memory:
 * there is nothing to free, and a new table may be begun in it at any time. Between calls the table may
 * be used by another thread, but by one at a time.
 *
 * memory: `size` bytes, aligned to FLASHINATOR_TABLE_ALIGNMENT, that stay where they are for as long
 * as the table is used. size: at least what flashinator_table_memory says.
 *
 * Errors: NULL, FORMAT, EMPTY_FRAME, TOO_LARGE, MISALIGNED, MEMORY_TOO_SMALL.
 */
flashinator_status flashinator_table_init(void *memory,
                                          size_t size,
                                          flashinator_format format,
                                          uint32_t width,
                                          uint32_t height,
                                          struct flashinator_table **table);

/**
 * Takes the next frame and writes to *row how it differs from the frame before. The first frame has
 * nothing to differ from: its row has frame 0 and the value 0. Where the call fails the frame is not
 * taken, and the next one is compared with the last that was. One thread at a time.
 *
 * Errors: NULL, NOT_A_TABLE, FORMAT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED.
 */
flashinator_status flashinator_table_push(struct flashinator_table *table,
                                          const struct flashinator_frame *frame,
                                          struct flashinator_row *row);

/**
 * Takes several frames that follow each other without any padding, and writes a row for each, the
 * first frame of a table included. frames: `size` bytes, a multiple of the bytes of a frame. rows: room
 * for at least as many rows as frames. Where the call fails no frame is taken. One thread at a time.
 *
 * Errors: NULL, NOT_A_TABLE, BUFFER_TOO_SHORT, TOO_FEW_ROWS.
 */
flashinator_status flashinator_table_push_batch(struct flashinator_table *table,
                                                const uint8_t *frames,
                                                size_t size,
                                                struct flashinator_row *rows,
                                                size_t row_count);

/**
 * Forgets all frames: the next one is frame 0. One thread at a time.
 *
 * Errors: NULL, NOT_A_TABLE.
 */
flashinator_status flashinator_table_reset(struct flashinator_table *table);

/**
 * Compares two frames of the same format and size, without any table, and writes to *row how `after`
 * differs from `before`; its frame is 1. Thread safe.
 *
 * Errors: NULL, FORMAT, EMPTY_FRAME, TOO_LARGE, STRIDE, BUFFER_TOO_SHORT, SHAPE_CHANGED.
 */
flashinator_status flashinator_compare(const struct flashinator_frame *before,
                                       const struct flashinator_frame *after,
                                       struct flashinator_row *row);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FLASHINATOR_H */
