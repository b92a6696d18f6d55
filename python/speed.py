#!/usr/bin/env python3
"""Measures the package against the definition in NumPy, the Rust library, and the Python port of EA IRIS.

    cargo build --release --package flashinator-capi
    python python/speed.py target/release/libflashinator.so

What is compared runs in turns in one process, on one thread, with 48 frames of 1280x720. Each time is the shortest of
its turns, for another program can only make one longer. The Rust library is called through its C interface, and both
must be built with the same options, as wheels.sh builds the package. IRIS is left out where it is not installed: pip
install iris-pse-detection opencv-python-headless.
"""

import ctypes
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_char, c_double, c_int64, c_size_t, c_ssize_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import flashinator

sys.path.insert(0, str(Path(__file__).parent / "tests"))
import definition  # noqa: E402

FRAMES, HEIGHT, WIDTH = 48, 720, 1280

Pixels = npt.NDArray[np.uint8]


def film() -> Pixels:
    """A smooth picture that pans, with grain."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[0:HEIGHT, 0 : WIDTH + 4 * FRAMES]
    waves = [np.sin(x / 90 + y / 50), np.cos(x / 60 - y / 80), np.sin((x + y) / 40)]
    wide = np.stack([110 + 70 * wave for wave in waves], -1)
    frames = [wide[:, 4 * i : 4 * i + WIDTH] + random.normal(0, 2, (HEIGHT, WIDTH, 1)) for i in range(FRAMES)]
    return np.stack([frame.clip(0, 255).astype(np.uint8) for frame in frames])


def noise() -> Pixels:
    return np.random.default_rng(2).integers(0, 256, (FRAMES, HEIGHT, WIDTH, 3), np.uint8)


class Plane(Structure):
    _fields_ = [("data", c_void_p), ("size", c_size_t), ("stride", c_ssize_t)]


class Frame(Structure):
    _fields_ = [("format", c_uint32), ("width", c_uint32), ("height", c_uint32), ("planes", Plane * 3)]


class Row(Structure):
    _fields_ = [("size", c_size_t), ("frame", c_uint64), *[(name, c_double) for name in ("positive", "negative", "value")]]


class Time(Structure):
    _fields_ = [("ticks", c_int64), ("numerator", c_uint32), ("denominator", c_uint32)]


class Library:
    """The Rust library, through its C interface: frames in, without a word in Python on what comes out."""

    formats = {"rgb24": 2, "nv12": 11}

    def __init__(self, path: str) -> None:
        self.library = ctypes.CDLL(path)

    def call(self, name: str, *arguments: Any) -> None:
        status = getattr(self.library, f"flashinator_{name}")(*arguments)
        if status != 0:
            raise SystemExit(f"flashinator_{name}: status {status}")

    def frames(self, format: str, planes: list[list[Pixels]]) -> list[Frame]:
        described = [[Plane(plane.ctypes.data, plane.nbytes, 0) for plane in frame] for frame in planes]
        return [Frame(self.formats[format], WIDTH, HEIGHT, (Plane * 3)(*frame)) for frame in described]

    def table(self, frames: Pixels) -> None:
        size, table = c_size_t(), c_void_p()
        rgb, width, height = c_uint32(self.formats["rgb24"]), c_uint32(WIDTH), c_uint32(HEIGHT)
        self.call("table_memory", rgb, width, height, byref(size))
        memory = np.zeros(size.value, np.uint8)
        self.call("table_init", c_void_p(memory.ctypes.data), size, rgb, width, height, None, byref(table))
        row = Row(ctypes.sizeof(Row))
        for frame in self.frames("rgb24", [[pixels] for pixels in frames]):
            self.call("table_push", table, byref(frame), byref(row))

    def analyse(self, format: str, planes: list[list[Pixels]]) -> None:
        size, analyser = c_size_t(), c_void_p()
        number, width, height = c_uint32(self.formats[format]), c_uint32(WIDTH), c_uint32(HEIGHT)
        self.call("analyser_memory", number, width, height, None, byref(size))
        memory = np.zeros(size.value, np.uint8)
        self.call("analyser_init", c_void_p(memory.ctypes.data), size, number, width, height, None, byref(analyser))
        report = (c_char * 512)()
        # The first version of the struct, up to the area.
        ctypes.cast(report, POINTER(c_size_t))[0] = 72
        for i, frame in enumerate(self.frames(format, planes)):
            self.call("analyser_push", analyser, byref(frame), Time(i, 1, 25), byref(report))


def analyse(format: str, planes: list[list[Pixels]]) -> None:
    analyser = flashinator.Analyser(WIDTH, HEIGHT, format)
    for i, frame in enumerate(planes):
        analyser.push(frame if len(frame) > 1 else frame[0], i / 25)


def shortest(turns: int, *programs: Callable[[], object]) -> list[float]:
    """The shortest time of each program in seconds; they run in turns."""
    times = [float("inf")] * len(programs)
    for _ in range(turns):
        for i, program in enumerate(programs):
            begin = time.perf_counter()
            program()
            times[i] = min(times[i], time.perf_counter() - begin)
    return times


def compare(name: str, slow: float, fast: float, wanted: str) -> None:
    print(f"{name:58} {slow * 1e3:9.1f} ms {fast * 1e3:9.1f} ms {slow / fast:8.2f}   wanted: {wanted}", flush=True)


def iris(frames: Pixels) -> None:
    """The port of IRIS on the same frames; it reads files, so its time has the decoding of Motion JPEG in it."""
    try:
        import cv2
        from iris_pse_detection import Configuration, VideoAnalyser
    except ImportError as error:
        print(f"IRIS was not measured: {error}")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "film.avi")
        writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 25, (WIDTH, HEIGHT))
        for pixels in frames:
            writer.write(pixels[..., ::-1])
        writer.release()
        configuration = Configuration()
        configuration.results_path = f"{folder}/results/"
        # It would take all processors; here each of the two has one thread.
        VideoAnalyser._set_optimal_cv_threads = lambda _, size: cv2.setNumThreads(1)
        theirs, ours = shortest(
            5,
            lambda: VideoAnalyser(configuration).analyse_video(path),
            lambda: flashinator.analyse(frames, 25),
        )
        compare("film: iris-pse-detection / analyse", theirs, ours, "at least 50")


def main() -> None:
    library = Library(sys.argv[1])
    for name, frames in (("film", film()), ("noise", noise())):
        def ours(frames: Pixels = frames) -> object:
            return flashinator.video_flashinator(frames)

        def plain(frames: Pixels = frames) -> object:
            return definition.table(frames)

        rust, python = shortest(15, lambda: library.table(frames), ours)
        (numpy,) = shortest(1, plain)
        compare(f"{name}: definition in NumPy / video_flashinator", numpy, python, "at least 300")
        compare(f"{name}: video_flashinator / Rust", python, rust, "at most 1.05")
        rgb = [[pixels] for pixels in frames]
        rows = frames[..., 0]
        nv12 = [[pixels, pixels[: HEIGHT // 2]] for pixels in np.ascontiguousarray(rows)]
        for format, planes in (("rgb24", rgb), ("nv12", nv12)):
            rust, python = shortest(
                9, lambda: library.analyse(format, planes), lambda: analyse(format, planes)
            )
            compare(f"{name}: Analyser.push of {format} / Rust", python, rust, "at most 1.05")
        if name == "film":
            iris(frames)

            def both() -> None:
                threads = [threading.Thread(target=analyse, args=("rgb24", rgb)) for _ in range(2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

            one, two = shortest(9, lambda: analyse("rgb24", rgb), both)
            compare("film: two analysers one after the other / in two threads", 2 * one, two, "at least 1.8")


if __name__ == "__main__":
    main()
