// The same by the wrapper.
#include <flashinator.hpp>

#include <array>
#include <cstdio>

int main()
{
    const std::array<std::uint8_t, 12> black{};
    std::array<std::uint8_t, 12> white;
    white.fill(255);
    auto table = flashinator::table::create(FLASHINATOR_FORMAT_RGB24, 2, 2).value();
    table.push(flashinator::contiguous(FLASHINATOR_FORMAT_RGB24, 2, 2, black)).value();
    const auto row = table.push(flashinator::contiguous(FLASHINATOR_FORMAT_RGB24, 2, 2, white)).value();
    std::printf("%s %.4f\n", flashinator_version(), row.value);
}
