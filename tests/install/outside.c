/* A program outside the project: two frames, one of which is white. */
#include <flashinator.h>
#include <stdio.h>

int main(void)
{
    static double memory[256];
    static const uint8_t frames[2][12] = {{0}, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};
    flashinator_table *table;
    flashinator_row rows[2] = {FLASHINATOR_ROW_INIT, FLASHINATOR_ROW_INIT};
    if (flashinator_version_number() != FLASHINATOR_VERSION ||
        flashinator_table_init(memory, sizeof memory, FLASHINATOR_FORMAT_RGB24, 2, 2, NULL, &table) !=
            FLASHINATOR_OK ||
        flashinator_table_push_batch(table, frames[0], sizeof frames, rows, 2) != FLASHINATOR_OK)
        return 1;
    printf("%s %.4f\n", flashinator_version(), rows[1].value);
    return 0;
}
