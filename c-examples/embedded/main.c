/* The T table on a Cortex-M4 without a heap. Frames of 160 x 120 gray pixels take 19 KB, the table 20 KB. Prints
 * T for each frame by semihosting.
 *
 *     RUSTC_BOOTSTRAP=1 cargo rustc -Zbuild-std=core -p flashinator-capi --profile small --lib --no-default-features \
 *         --crate-type staticlib --target thumbv7em-none-eabihf
 *     arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os -Iinclude \
 *         -nostartfiles --specs=rdimon.specs -Wl,--gc-sections -T c-examples/embedded/mps2.ld \
 *         c-examples/embedded/main.c c-examples/embedded/startup.c \
 *         target/thumbv7em-none-eabihf/small/libflashinator.a -o embedded.elf
 *     qemu-system-arm -M mps2-an386 -nographic -semihosting -kernel embedded.elf
 */
#include <flashinator.h>
#include <stdio.h>

enum { WIDTH = 160, HEIGHT = 120, PIXELS = WIDTH * HEIGHT, FRAMES = 10 };

static uint8_t pixels[PIXELS];

/* The table needs a byte per pixel and less than 1 KiB. */
static uint64_t memory[(PIXELS + 1024) / sizeof(uint64_t)];

/* In place of a camera: a moving gradient with a lamp that goes on and off. */
static void capture(int frame)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            pixels[y * WIDTH + x] = (uint8_t)((x + y + frame) / 2);
    for (int y = 40; frame % 3 == 1 && y < 80; y++)
        for (int x = 60; x < 100; x++)
            pixels[y * WIDTH + x] = 255;
}

int main(void)
{
    flashinator_table *table;
    flashinator_status status = flashinator_table_init(
        memory, sizeof memory, FLASHINATOR_FORMAT_GRAY8, WIDTH, HEIGHT, NULL, &table);
    const flashinator_frame frame = {
        .format = FLASHINATOR_FORMAT_GRAY8,
        .width = WIDTH,
        .height = HEIGHT,
        .planes = {{pixels, sizeof pixels, 0}},
    };
    for (int i = 0; status == FLASHINATOR_OK && i < FRAMES; i++) {
        flashinator_row row = FLASHINATOR_ROW_INIT;
        capture(i);
        status = flashinator_table_push(table, &frame, &row);
        if (status == FLASHINATOR_OK && i > 0)
            printf("frame %d: %.1f\n", i, row.value);
    }
    if (status != FLASHINATOR_OK)
        printf("%s\n", flashinator_status_text(status));
    return status != FLASHINATOR_OK;
}
