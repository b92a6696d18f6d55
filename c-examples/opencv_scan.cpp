// Scans a file or a camera by OpenCV, and prints a line whenever the verdict changes.
//
//     g++ -std=c++17 -Iinclude -I/usr/include/opencv4 c-examples/opencv_scan.cpp
//         target/release/libflashinator.a -lopencv_core -lopencv_videoio -o opencv_scan
//     ./opencv_scan clip.mp4        or, for the first camera, ./opencv_scan 0
//
// Exit status: 0 if the video is safe, 1 if it fails, 2 if it could not be analysed.
#include <flashinator.hpp>
#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

// The rows of a cv::Mat may be padded, or be part of a larger picture: step is the stride.
static flashinator::frame view(const cv::Mat &mat)
{
    const flashinator_format format =
        mat.channels() == 1 ? FLASHINATOR_FORMAT_GRAY8 : FLASHINATOR_FORMAT_BGR24;
    const std::size_t row = std::size_t(mat.cols) * mat.elemSize();
    const std::size_t size = mat.step * std::size_t(mat.rows - 1) + row;
    return flashinator::planar(format, std::uint32_t(mat.cols), std::uint32_t(mat.rows),
                               {flashinator::plane({mat.data, size}, std::ptrdiff_t(mat.step))});
}

static int scan(cv::VideoCapture &capture, bool live)
{
    cv::Mat mat;
    if (!capture.read(mat) || mat.empty()) {
        std::fprintf(stderr, "opencv_scan: there are no frames\n");
        return 2;
    }
    flashinator_analyser_settings settings = FLASHINATOR_ANALYSER_SETTINGS_INIT;
    settings.max_fps = 240;
    const flashinator::frame first = view(mat);
    auto analyser =
        flashinator::analyser::create(first.format, first.width, first.height, &settings).value();

    // The frames of a camera are shown when they arrive; those of a file at its timestamps, or at its rate.
    const auto begin = std::chrono::steady_clock::now();
    const double rate = capture.get(cv::CAP_PROP_FPS);
    flashinator_verdict verdict = FLASHINATOR_VERDICT_PASS;
    double milliseconds = 0;
    for (std::int64_t frame = 0;; frame++) {
        using clock = std::chrono::duration<double, std::milli>;
        const double stated = live ? clock(std::chrono::steady_clock::now() - begin).count()
                                   : capture.get(cv::CAP_PROP_POS_MSEC);
        const double next = rate > 0 ? milliseconds + 1000 / rate : milliseconds + 40;
        milliseconds = frame == 0 || stated > milliseconds ? stated : next;
        const auto time = flashinator::microseconds(std::int64_t(milliseconds * 1000));
        const flashinator_report report = analyser.push(view(mat), time).value();
        if (report.verdict != verdict) {
            verdict = report.verdict;
            std::printf("%8.2f s: %s, %u general and %u red transitions in a second\n",
                        milliseconds / 1000, flashinator_verdict_name(verdict), report.general_transitions,
                        report.red_transitions);
            std::fflush(stdout);
        }
        if (!capture.read(mat) || mat.empty())
            break;
    }
    const flashinator_summary summary = analyser.summary().value();
    std::printf("%s, %llu frames\n", flashinator_verdict_name(summary.verdict),
                static_cast<unsigned long long>(summary.frames));
    return summary.verdict == FLASHINATOR_VERDICT_FAIL;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: opencv_scan VIDEO | CAMERA\n");
        return 2;
    }
    const std::string name = argv[1];
    const bool live = name.find_first_not_of("0123456789") == std::string::npos;
    cv::VideoCapture capture;
    if (!(live ? capture.open(std::atoi(argv[1])) : capture.open(name))) {
        std::fprintf(stderr, "opencv_scan: %s cannot be opened\n", argv[1]);
        return 2;
    }
    try {
        return scan(capture, live);
    } catch (const flashinator::error &error) {
        std::fprintf(stderr, "opencv_scan: %s: %s\n", argv[1], error.what());
        return 2;
    }
}
