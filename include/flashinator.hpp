// flashinator.hpp: the library for C++17 and later, a thin layer over flashinator.h.
//
//     flashinator::analyser analyser =
//         flashinator::analyser::create(FLASHINATOR_FORMAT_RGB24, width, height).value();
//     flashinator::frame frame = flashinator::contiguous(FLASHINATOR_FORMAT_RGB24, width, height, pixels);
//     flashinator_report report = analyser.push(frame, flashinator::microseconds(us)).value();
//
// A function that can fail returns a result. Its value() throws flashinator::error if the call failed, or
// ends the program where exceptions are off; to check it first, use it as a bool, and status() and text().
// Nothing else throws, except that create() allocates and may throw std::bad_alloc.
//
// A table or an analyser owns its memory (create) or uses memory of the caller (in), which must outlive it
// and stay where it is. Both can be moved but not copied, and are used by one thread at a time. After a move
// the old object returns FLASHINATOR_ERROR_NULL.
#ifndef FLASHINATOR_HPP
#define FLASHINATOR_HPP

#include "flashinator.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif
#if defined(__cpp_lib_span)
#include <span>
#endif
#if defined(__cpp_exceptions)
#include <stdexcept>
#endif

namespace flashinator {

#if defined(__cpp_lib_span)
template <class T>
using span = std::span<T>;
#else
/// The part of std::span that is needed here.
template <class T>
class span {
public:
    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    template <class Container, class = decltype(std::declval<Container &>().data()),
              class = decltype(std::declval<Container &>().size())>
    constexpr span(Container &&container) noexcept
        : data_(container.data()), size_(container.size())
    {
    }
    template <std::size_t N>
    constexpr span(T (&array)[N]) noexcept : data_(array), size_(N)
    {
    }
    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};
#endif

#if defined(__cpp_exceptions)
/// What value() throws: the status of the failed call, and its text.
class error : public std::runtime_error {
public:
    explicit error(flashinator_status status)
        : std::runtime_error(flashinator_status_text(status)), status_(status)
    {
    }
    flashinator_status status() const noexcept { return status_; }

private:
    flashinator_status status_;
};
#endif

namespace detail {

[[noreturn]] inline void fail([[maybe_unused]] flashinator_status status)
{
#if defined(__cpp_exceptions)
    throw error(status);
#else
    std::abort();
#endif
}

} // namespace detail

/// The value of a call, or the status that says why there is none.
template <class T>
class [[nodiscard]] result {
public:
    explicit result(flashinator_status status) noexcept : status_(status) {}
    result(flashinator_status status, T &&value) : status_(status)
    {
        if (status == FLASHINATOR_OK)
            value_.emplace(std::move(value));
    }

    /// Whether the call succeeded.
    explicit operator bool() const noexcept { return status_ == FLASHINATOR_OK; }
    flashinator_status status() const noexcept { return status_; }
    /// The status as text, which lives as long as the program.
    const char *text() const noexcept { return flashinator_status_text(status_); }

    T &value() &
    {
        check();
        return *value_;
    }
    const T &value() const &
    {
        check();
        return *value_;
    }
    T value() &&
    {
        check();
        return std::move(*value_);
    }
    /// Only where the call succeeded.
    T &operator*() noexcept { return *value_; }
    T *operator->() noexcept { return &*value_; }

private:
    void check() const
    {
        if (status_ != FLASHINATOR_OK)
            detail::fail(status_);
    }

    std::optional<T> value_;
    flashinator_status status_;
};

/// The same for a call without a value.
template <>
class [[nodiscard]] result<void> {
public:
    explicit result(flashinator_status status) noexcept : status_(status) {}
    explicit operator bool() const noexcept { return status_ == FLASHINATOR_OK; }
    flashinator_status status() const noexcept { return status_; }
    const char *text() const noexcept { return flashinator_status_text(status_); }
    void value() const
    {
        if (status_ != FLASHINATOR_OK)
            detail::fail(status_);
    }

private:
    flashinator_status status_;
};

using frame = flashinator_frame;

/// A plane: its bytes, and the bytes from one row to the row below it, or 0 for rows without padding. If
/// `stride` is negative, the top row is the last one in memory.
inline flashinator_plane plane(span<const std::uint8_t> bytes, std::ptrdiff_t stride = 0) noexcept
{
    const std::size_t row = stride < 0 ? std::size_t(0) - static_cast<std::size_t>(stride) : 0;
    const std::size_t top = row > 0 && row <= bytes.size() ? bytes.size() - row : 0;
    return {bytes.data() + top, bytes.size(), stride};
}

/// A frame of one plane without padding, such as RGB24 or GRAY8.
inline frame contiguous(flashinator_format format, std::uint32_t width, std::uint32_t height,
                        span<const std::uint8_t> bytes) noexcept
{
    return {format, width, height, {plane(bytes), {nullptr, 0, 0}, {nullptr, 0, 0}}};
}

/// A frame of up to three planes, in the order of the format.
inline frame planar(flashinator_format format, std::uint32_t width, std::uint32_t height,
                    std::initializer_list<flashinator_plane> planes) noexcept
{
    frame made = {format, width, height, {{nullptr, 0, 0}, {nullptr, 0, 0}, {nullptr, 0, 0}}};
    std::size_t count = 0;
    for (const flashinator_plane &given : planes)
        if (count < 3)
            made.planes[count++] = given;
    return made;
}

/// A part of a frame: a region of interest, or a stripe for a thread.
inline result<frame> crop(const frame &whole, flashinator_rectangle part) noexcept
{
    frame made = {};
    const flashinator_status status = flashinator_frame_crop(&whole, part, &made);
    return {status, std::move(made)};
}

/// A time for analyser::push.
inline flashinator_time microseconds(std::int64_t count) noexcept
{
    return {count, 1, 1000000};
}

namespace detail {

struct free_aligned {
    void operator()(std::byte *memory) const noexcept
    {
        ::operator delete(memory, std::align_val_t{64});
    }
};

/// Memory that an object owns, or nullptr.
using owned = std::unique_ptr<std::byte, free_aligned>;

/// A pointer that does not own, and is nullptr after a move.
struct leave_alone {
    template <class T>
    void operator()(T *) const noexcept
    {
    }
};
template <class T>
using handle = std::unique_ptr<T, leave_alone>;

/// Allocates `size` bytes.
inline flashinator_status allocate(const result<std::size_t> &size, owned &memory)
{
    if (!size)
        return size.status();
#if defined(__cpp_exceptions)
    void *bytes = ::operator new(size.value(), std::align_val_t{64});
#else
    void *bytes = ::operator new(size.value(), std::align_val_t{64}, std::nothrow);
#endif
    memory.reset(static_cast<std::byte *>(bytes));
    return bytes == nullptr ? FLASHINATOR_ERROR_MEMORY_TOO_SMALL : FLASHINATOR_OK;
}

} // namespace detail

/// The profile of a published standard, by FLASHINATOR_PROFILE_...
inline result<flashinator_profile> profile(flashinator_profile_id id) noexcept
{
    flashinator_profile found = FLASHINATOR_PROFILE_INIT;
    const flashinator_status status = flashinator_profile_of(id, &found);
    return {status, std::move(found)};
}

/// A T table: how much each frame differs from the previous one. See flashinator_table_init.
class table {
public:
    /// The bytes that in() needs.
    static result<std::size_t> memory(flashinator_format format, std::uint32_t width,
                                      std::uint32_t height) noexcept
    {
        std::size_t size = 0;
        const flashinator_status status = flashinator_table_memory(format, width, height, &size);
        return {status, std::move(size)};
    }

    /// In the caller's memory, aligned to FLASHINATOR_ALIGNMENT.
    static result<table> in(span<std::byte> memory, flashinator_format format, std::uint32_t width,
                            std::uint32_t height,
                            const flashinator_table_settings *settings = nullptr) noexcept
    {
        flashinator_table *made = nullptr;
        const flashinator_status status = flashinator_table_init(
            memory.data(), memory.size(), format, width, height, settings, &made);
        return {status, table(made)};
    }

    /// In memory of its own. If it cannot be allocated and exceptions are off, the status is MEMORY_TOO_SMALL.
    static result<table> create(flashinator_format format, std::uint32_t width,
                                std::uint32_t height,
                                const flashinator_table_settings *settings = nullptr)
    {
        const result<std::size_t> size = memory(format, width, height);
        detail::owned own;
        const flashinator_status status = detail::allocate(size, own);
        if (status != FLASHINATOR_OK)
            return result<table>(status);
        result<table> made = in({own.get(), size.value()}, format, width, height, settings);
        if (made)
            made->own_ = std::move(own);
        return made;
    }

    result<flashinator_row> push(const frame &picture) noexcept
    {
        flashinator_row row = FLASHINATOR_ROW_INIT;
        const flashinator_status status = flashinator_table_push(table_.get(), &picture, &row);
        return {status, std::move(row)};
    }

    result<flashinator_top_deltas> push_stripe(const frame &stripe) noexcept
    {
        flashinator_top_deltas deltas = FLASHINATOR_TOP_DELTAS_INIT;
        const flashinator_status status = flashinator_table_push_stripe(table_.get(), &stripe, &deltas);
        return {status, std::move(deltas)};
    }

    /// Pushes several frames, one after the other in memory without padding. There is a row for each, which must be
    /// initialised.
    result<void> push_batch(span<const std::uint8_t> frames, span<flashinator_row> rows) noexcept
    {
        return result<void>(flashinator_table_push_batch(table_.get(), frames.data(), frames.size(),
                                                         rows.data(), rows.size()));
    }

    result<void> reset() noexcept { return result<void>(flashinator_table_reset(table_.get())); }

    /// The C object, for the functions of flashinator.h.
    flashinator_table *get() const noexcept { return table_.get(); }

private:
    explicit table(flashinator_table *made) noexcept : table_(made) {}

    detail::owned own_;
    detail::handle<flashinator_table> table_;
};

/// Judges each frame of a video. See flashinator_analyser_init.
class analyser {
public:
    /// The bytes that in() needs.
    static result<std::size_t>
    memory(flashinator_format format, std::uint32_t width, std::uint32_t height,
           const flashinator_analyser_settings *settings = nullptr) noexcept
    {
        std::size_t size = 0;
        const flashinator_status status =
            flashinator_analyser_memory(format, width, height, settings, &size);
        return {status, std::move(size)};
    }

    /// In the caller's memory, aligned to FLASHINATOR_ALIGNMENT.
    static result<analyser> in(span<std::byte> memory, flashinator_format format,
                               std::uint32_t width, std::uint32_t height,
                               const flashinator_analyser_settings *settings = nullptr) noexcept
    {
        flashinator_analyser *made = nullptr;
        const flashinator_status status = flashinator_analyser_init(
            memory.data(), memory.size(), format, width, height, settings, &made);
        return {status, analyser(made)};
    }

    /// In memory of its own. If it cannot be allocated and exceptions are off, the status is MEMORY_TOO_SMALL.
    static result<analyser> create(flashinator_format format, std::uint32_t width,
                                   std::uint32_t height,
                                   const flashinator_analyser_settings *settings = nullptr)
    {
        const result<std::size_t> size = memory(format, width, height, settings);
        detail::owned own;
        const flashinator_status status = detail::allocate(size, own);
        if (status != FLASHINATOR_OK)
            return result<analyser>(status);
        result<analyser> made = in({own.get(), size.value()}, format, width, height, settings);
        if (made)
            made->own_ = std::move(own);
        return made;
    }

    result<flashinator_report> push(const frame &picture, flashinator_time time) noexcept
    {
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        const flashinator_status status =
            flashinator_analyser_push(analyser_.get(), &picture, time, &report);
        return {status, std::move(report)};
    }

    /// The analyser's report and a table's row, from one pass over the pixels.
    result<std::pair<flashinator_report, flashinator_row>>
    push_with(table &rows, const frame &picture, flashinator_time time) noexcept
    {
        std::pair<flashinator_report, flashinator_row> both = {FLASHINATOR_REPORT_INIT,
                                                               FLASHINATOR_ROW_INIT};
        const flashinator_status status = flashinator_analyser_push_with_table(
            analyser_.get(), rows.get(), &picture, time, &both.first, &both.second);
        return {status, std::move(both)};
    }

    /// The report on a frame whose light the stripes of this analyser have summed up. Takes all stripes, top to
    /// bottom.
    result<flashinator_report> push(span<const flashinator_stripe *const> stripes) noexcept
    {
        flashinator_report report = FLASHINATOR_REPORT_INIT;
        const flashinator_status status = flashinator_analyser_push_stripes(
            analyser_.get(), stripes.data(), stripes.size(), &report);
        return {status, std::move(report)};
    }

    /// The report on the last frame by one of the profiles, numbered from 0.
    result<flashinator_report> report(std::size_t profile = 0) noexcept
    {
        flashinator_report found = FLASHINATOR_REPORT_INIT;
        const flashinator_status status =
            flashinator_analyser_report(analyser_.get(), profile, &found);
        return {status, std::move(found)};
    }

    /// The summary of the frames so far by one of the profiles.
    result<flashinator_summary> summary(std::size_t profile = 0) noexcept
    {
        flashinator_summary found = FLASHINATOR_SUMMARY_INIT;
        const flashinator_status status = flashinator_analyser_summary(analyser_.get(), profile, &found);
        return {status, std::move(found)};
    }

    /// An incident by one of the profiles, or the status NOT_FOUND. Both are numbered from 0.
    result<flashinator_incident> incident(std::size_t index, std::size_t profile = 0) noexcept
    {
        flashinator_incident found = FLASHINATOR_INCIDENT_INIT;
        const flashinator_status status =
            flashinator_analyser_incident(analyser_.get(), profile, index, &found);
        return {status, std::move(found)};
    }

    /// The cells into which a profile divides the picture.
    result<flashinator_cell_grid> grid(std::size_t profile = 0) noexcept
    {
        flashinator_cell_grid found = {};
        const flashinator_status status = flashinator_analyser_grid(analyser_.get(), profile, &found);
        return {status, std::move(found)};
    }

    /// Sets a bit for each cell that flashes. See flashinator_analyser_mask.
    result<void> mask(span<std::uint8_t> bits, std::size_t profile = 0) noexcept
    {
        return result<void>(
            flashinator_analyser_mask(analyser_.get(), profile, bits.data(), bits.size()));
    }

    result<void> reset() noexcept { return result<void>(flashinator_analyser_reset(analyser_.get())); }

    /// The C object, for the functions of flashinator.h.
    flashinator_analyser *get() const noexcept { return analyser_.get(); }

private:
    explicit analyser(flashinator_analyser *made) noexcept : analyser_(made) {}

    detail::owned own_;
    detail::handle<flashinator_analyser> analyser_;
};

/// A horizontal stripe of an analyser's frames, for one thread. See flashinator_stripe_init.
class stripe {
public:
    /// The bytes that in() needs.
    static result<std::size_t> memory(const analyser &of, std::size_t index,
                                      std::size_t count) noexcept
    {
        std::size_t size = 0;
        const flashinator_status status =
            flashinator_stripe_memory(of.get(), index, count, &size);
        return {status, std::move(size)};
    }

    /// In the caller's memory, aligned to FLASHINATOR_ALIGNMENT.
    static result<stripe> in(span<std::byte> memory, const analyser &of, std::size_t index,
                             std::size_t count) noexcept
    {
        flashinator_stripe *made = nullptr;
        const flashinator_status status =
            flashinator_stripe_init(memory.data(), memory.size(), of.get(), index, count, &made);
        return {status, stripe(made)};
    }

    /// In memory of its own. If it cannot be allocated and exceptions are off, the status is MEMORY_TOO_SMALL.
    static result<stripe> create(const analyser &of, std::size_t index, std::size_t count)
    {
        const result<std::size_t> size = memory(of, index, count);
        detail::owned own;
        const flashinator_status status = detail::allocate(size, own);
        if (status != FLASHINATOR_OK)
            return result<stripe>(status);
        result<stripe> made = in({own.get(), size.value()}, of, index, count);
        if (made)
            made->own_ = std::move(own);
        return made;
    }

    /// Sums up the light of this stripe of a frame. Takes the whole frame.
    result<void> sum(const frame &picture, flashinator_time time) noexcept
    {
        return result<void>(flashinator_stripe_sum(stripe_.get(), &picture, time));
    }

    /// The C object, for analyser::push and the functions of flashinator.h.
    flashinator_stripe *get() const noexcept { return stripe_.get(); }

private:
    explicit stripe(flashinator_stripe *made) noexcept : stripe_(made) {}

    detail::owned own_;
    detail::handle<flashinator_stripe> stripe_;
};

} // namespace flashinator

#endif
