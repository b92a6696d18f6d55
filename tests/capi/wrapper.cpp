// Calls everything of flashinator.hpp, and prints the T table and the reports of raw RGB24 frames from
// standard input, bit by bit, so that they can be compared with what Rust makes of the same frames.
#include <flashinator.hpp>

#include <cstdio>
#include <cstring>
#include <vector>

static int failures = 0;

#define EXPECT(condition)                                                        \
    do {                                                                         \
        if (!(condition)) {                                                      \
            std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            failures++;                                                          \
        }                                                                        \
    } while (0)

using namespace flashinator;

static void frames()
{
    const std::uint8_t pixels[4 * 6] = {0};
    const flashinator_plane top = plane({pixels, 24}, 6), bottom = plane({pixels, 24}, -6);
    EXPECT(top.data == pixels && bottom.data == pixels + 18 && bottom.size == 24);
    EXPECT(plane({pixels, 3}, -6).data == pixels);
    const frame picture = planar(FLASHINATOR_FORMAT_RGB24, 2, 4, {top});
    EXPECT(picture.planes[0].stride == 6 && picture.planes[1].data == nullptr);
    const result<frame> part = crop(picture, {1, 1, 1, 2});
    EXPECT(part && part.value().planes[0].data == pixels + 6 + 3);
    EXPECT(crop(picture, {1, 1, 2, 2}).status() == FLASHINATOR_ERROR_RECTANGLE);
}

static void errors()
{
    EXPECT(table::create(FLASHINATOR_FORMAT_RGB24, 0, 4).status() == FLASHINATOR_ERROR_EMPTY_FRAME);
    EXPECT(analyser::create(77, 4, 4).status() == FLASHINATOR_ERROR_FORMAT);
    alignas(FLASHINATOR_ALIGNMENT) std::byte few[64];
    result<table> none = table::in({few, sizeof few}, FLASHINATOR_FORMAT_GRAY8, 4, 4);
    EXPECT(!none && none.status() == FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
    EXPECT(std::strcmp(none.text(), flashinator_status_text(none.status())) == 0);
    EXPECT(analyser::in({few, sizeof few}, FLASHINATOR_FORMAT_GRAY8, 4, 4).status() ==
           FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
#if defined(__cpp_exceptions)
    int caught = 0;
    try {
        none.value();
    } catch (const error &thrown) {
        EXPECT(thrown.status() == FLASHINATOR_ERROR_MEMORY_TOO_SMALL);
        EXPECT(std::strcmp(thrown.what(), none.text()) == 0);
        caught++;
    }
    try {
        result<void>(FLASHINATOR_ERROR_NULL).value();
    } catch (const error &thrown) {
        EXPECT(thrown.status() == FLASHINATOR_ERROR_NULL);
        caught++;
    }
    EXPECT(caught == 2);
#endif
}

/// In memory of the caller's, moved, begun anew: the same rows as by batch and by stripes.
static void ways(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t> &bytes)
{
    const flashinator_format format = FLASHINATOR_FORMAT_RGB24;
    const std::size_t size = std::size_t(width) * height * 3, count = bytes.size() / size;
    std::vector<std::byte> memory(table::memory(format, width, height).value() + 64);
    void *start = memory.data();
    std::size_t room = memory.size();
    std::align(FLASHINATOR_ALIGNMENT, 1, start, room);
    table first = table::in({static_cast<std::byte *>(start), room}, format, width, height).value();
    table moved = std::move(first);
    const frame any = contiguous(format, width, height, {bytes.data(), bytes.size()});
    EXPECT(first.get() == nullptr && first.push(any).status() == FLASHINATOR_ERROR_NULL);
    const flashinator_row empty = FLASHINATOR_ROW_INIT;
    std::vector<flashinator_row> rows(count, empty);
    moved.push_batch({bytes.data(), bytes.size()}, {rows.data(), rows.size()}).value();
    moved.reset().value();
    table striped = table::create(format, width, height).value();
    for (std::size_t i = 0; i < count; i++) {
        const frame picture = contiguous(format, width, height, {bytes.data() + i * size, size});
        const flashinator_row row = moved.push(picture).value();
        const flashinator_top_deltas deltas = striped.push_stripe(picture).value();
        flashinator_row merged = FLASHINATOR_ROW_INIT;
        EXPECT(flashinator_top_deltas_row(&deltas, i, &merged) == FLASHINATOR_OK);
        EXPECT(std::memcmp(&row, &rows[i], sizeof row) == 0);
        EXPECT(std::memcmp(&row, &merged, sizeof row) == 0);
    }
}

int main(int argc, char **argv)
{
    frames();
    errors();
    const std::uint32_t width = argc == 3 ? std::uint32_t(std::atoi(argv[1])) : 8;
    const std::uint32_t height = argc == 3 ? std::uint32_t(std::atoi(argv[2])) : 8;
    const std::size_t size = std::size_t(width) * height * 3;
    std::vector<std::uint8_t> bytes, pixels(size);
    while (std::fread(pixels.data(), 1, size, stdin) == size)
        bytes.insert(bytes.end(), pixels.begin(), pixels.end());
    ways(width, height, bytes);

    const flashinator_format format = FLASHINATOR_FORMAT_RGB24;
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.max_fps = 1000;
    table rows = table::create(format, width, height).value();
    analyser shared = analyser::create(format, width, height, &settings).value();
    stripe upper = stripe::create(shared, 0, 2).value(), lower = stripe::create(shared, 1, 2).value();
    EXPECT(stripe::create(shared, 2, 2).status() == FLASHINATOR_ERROR_STRIPES);
    analyser reports = analyser::create(format, width, height, &settings).value();
    result<analyser> alone = analyser::create(format, width, height, &settings);
    for (std::size_t i = 0; i < bytes.size() / size; i++) {
        const frame picture = contiguous(format, width, height, {bytes.data() + i * size, size});
        const flashinator_time time = microseconds(std::int64_t(i) * 40000);
        const auto [report, row] = reports.push_with(rows, picture, time).value();
        result<flashinator_report> same = alone->push(picture, time);
        EXPECT(same && same->general_transitions == report.general_transitions && same->luminance == report.luminance);
        EXPECT(alone->push(picture, time).status() == FLASHINATOR_ERROR_TIME_NOT_AFTER);
        upper.sum(picture, time).value();
        lower.sum(picture, time).value();
        const flashinator_stripe *const stripes[] = {upper.get(), lower.get()};
        const flashinator_report striped = shared.push(stripes).value();
        EXPECT(std::memcmp(&striped, &report, sizeof report) == 0);
        std::uint64_t bits[4];
        std::memcpy(&bits[0], &row.positive, 8);
        std::memcpy(&bits[1], &row.negative, 8);
        std::memcpy(&bits[2], &row.value, 8);
        std::memcpy(&bits[3], &report.luminance, 8);
        std::printf("%llu %016llx %016llx %016llx %016llx %u %u %u\n",
                    (unsigned long long)row.frame, (unsigned long long)bits[0],
                    (unsigned long long)bits[1], (unsigned long long)bits[2],
                    (unsigned long long)bits[3], report.general_transitions, report.red_transitions, report.verdict);
    }
    EXPECT(profile(0).status() == FLASHINATOR_ERROR_PROFILE);
    EXPECT(profile(FLASHINATOR_PROFILE_BT_1702).value().white == 200);
    const flashinator_cell_grid grid = reports.grid().value();
    std::vector<std::uint8_t> mask(std::size_t(grid.columns + 7) / 8 * grid.rows);
    EXPECT(reports.mask(mask) && reports.grid(1).status() == FLASHINATOR_ERROR_NOT_FOUND);
    EXPECT(reports.report().value().frame + 1 == bytes.size() / size || bytes.empty());
    const flashinator_summary summary = reports.summary().value();
    EXPECT(summary.frames == bytes.size() / size && (*alone).summary().value().frames == summary.frames);
    std::uint64_t incidents = 0;
    while (reports.incident(std::size_t(incidents)))
        incidents++;
    EXPECT(incidents == summary.incidents || incidents == 64);
    reports.reset().value();
    EXPECT(reports.summary().value().frames == 0 && reports.incident(0).status() == FLASHINATOR_ERROR_NOT_FOUND && reports.get() != nullptr && rows.get() != nullptr);
    return failures != 0;
}
