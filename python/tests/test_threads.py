"""The interpreter lock, threads, and memory."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import flashinator

LARGE = np.random.default_rng(0).integers(0, 256, (3, 2160, 3840, 3), np.uint8)


SAMPLE = Path(__file__).parents[2] / "samples" / "flash.y4m"


def push_all() -> None:
    analyser = flashinator.Analyser(3840, 2160)
    for i, pixels in enumerate(LARGE):
        analyser.push(pixels, i / 25)


def runs_meanwhile(work: Callable[[], object]) -> bool:
    """Whether another thread gets the lock while something is done. Python itself hands it over no more often than once in
    1000 seconds here."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        for _ in range(20):
            gate, ran = threading.Lock(), threading.Event()

            def run(gate: threading.Lock = gate, ran: threading.Event = ran) -> None:
                with gate:
                    ran.set()

            gate.acquire()
            thread = threading.Thread(target=run)
            thread.start()
            gate.release()
            work()
            ran_meanwhile = ran.is_set()
            thread.join()
            if ran_meanwhile:
                break
    finally:
        sys.setswitchinterval(interval)
    return ran_meanwhile


@pytest.mark.parametrize(
    "work",
    [
        lambda: flashinator.table(LARGE),
        lambda: flashinator.table(LARGE[:, :, ::-1]),
        lambda: flashinator.table(iter(LARGE)),
        lambda: flashinator.analyse(LARGE, 25),
        push_all,
        lambda: flashinator.scan(SAMPLE),
    ],
    ids=["table", "table, copied", "stream", "analyse", "push", "scan"],
)
def test_other_threads_run_meanwhile(work: Callable[[], object]) -> None:
    assert runs_meanwhile(work)


@pytest.mark.skipif(not getattr(sys, "_is_gil_enabled", lambda: True)(), reason="there is no interpreter lock")
def test_other_threads_do_not_run_while_python_works() -> None:
    """The test above can fail."""
    assert not runs_meanwhile(lambda: sum(range(100_000)))


def test_each_thread_has_an_analyser_of_its_own() -> None:
    """Over the same frames at the same time, it says what one alone says."""
    expected = flashinator.analyse(LARGE, 25, table=True).rows.tobytes()
    found: list[bytes] = []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        found.append(flashinator.analyse(LARGE, 25, table=True).rows.tobytes())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


CALLS: dict[str, Callable[[flashinator.Analyser], object]] = {
    # Of the first frame's time: between two frames it is refused as well.
    "push": lambda analyser: analyser.push(LARGE[0], 0),
    "report": lambda analyser: analyser.report(),
    "summary": lambda analyser: analyser.summary(),
    "mask": lambda analyser: analyser.mask(),
    "reset": lambda analyser: analyser.reset(),
}


@pytest.mark.parametrize("name", CALLS)
def test_one_analyser_in_two_threads_is_an_error(name: str) -> None:
    """Whatever the other thread asks while a frame is taken, it gets an error, and the frames that were taken count."""
    analyser = flashinator.Analyser(3840, 2160, profile=flashinator.PROFILES)
    analyser.push(LARGE[0], 0)
    pushed = 1
    refused, done = threading.Event(), threading.Event()

    def ask() -> None:
        while not refused.is_set() and not done.is_set():
            try:
                CALLS[name](analyser)
            except flashinator.InUseError as error:
                assert "another thread" in str(error)
                refused.set()
            except flashinator.TimeError:
                pass

    thread = threading.Thread(target=ask)
    thread.start()
    while pushed < 400 and not refused.is_set():
        try:
            analyser.push(LARGE[pushed % 3], pushed / 25)
            pushed += 1
        except flashinator.InUseError:
            pass
    done.set()
    thread.join()
    assert refused.is_set()
    if name != "reset":
        assert analyser.summary().frames == pushed


def test_a_stream_of_a_table_in_two_threads_is_an_error() -> None:
    """Two threads that share one stream see an error or right rows, never wrong ones."""
    stream, frames = flashinator._native.TTable(), flashinator._native.FrameArray(LARGE)
    errors: list[BaseException] = []

    together = threading.Barrier(2)

    def push() -> None:
        together.wait()
        for i in range(2000):
            if errors:
                break
            try:
                stream.push_from(frames, i % 3)
            except flashinator.InUseError as error:
                errors.append(error)

    threads = [threading.Thread(target=push) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors and "this table" in str(errors[0])


# An array that is read for minutes: one frame for all.
ENDLESS = """
import flashinator, numpy as np, os, threading
frames = np.broadcast_to(np.zeros((720, 1280, 3), np.uint8), (10**6, 720, 1280, 3))
for call in (flashinator.table, lambda frames: flashinator.analyse(frames[:20000], 25)):
    try:
        threading.Timer(0.5, os.kill, [os.getpid(), 2]).start()
        call(frames)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a process")
def test_an_interrupt_ends_a_long_call() -> None:
    command = [sys.executable, "-c", ENDLESS]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert told.split() == ["interrupted", "interrupted"]


# The largest memory that a process ever had grows by less than a frame of 24.9 MB; the T table keeps 10.4 MB.
MEMORY = """
import numpy as np, flashinator, sys

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

frames = np.random.default_rng(0).integers(0, 256, (4, 2160, 3840, 3), np.uint8)
flashinator.table(np.zeros((2, 8, 8, 3), np.uint8))
analyser = flashinator.Analyser(3840, 2160, max_fps=60)
analyser.push(np.zeros((2160, 3840, 3), np.uint8), 0)
nv12 = [np.zeros((2160, 3840), np.uint8), np.zeros((1080, 1920, 2), np.uint8)]
other = flashinator.Analyser(3840, 2160, "nv12", max_fps=60)
other.push(nv12, 0)
before = peak()
view = eval(sys.argv[1])
if sys.argv[2] == "table":
    flashinator.table(view)
elif sys.argv[2] == "push":
    for i, frame in enumerate(view):
        analyser.push(frame, 1 + i / 25)
else:
    for i in range(4):
        other.push(nv12, 1 + i / 25)
print((peak() - before) / (2160 * 3840 * 3))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the largest memory is read from /proc")
@pytest.mark.parametrize(
    ("view", "work"),
    [
        ("frames", "table"),
        ("frames[::-1, ::-1]", "table"),
        ("frames[..., ::-1]", "table"),
        ("frames.reshape(4, 3, 2160, 3840).transpose(0, 2, 3, 1)", "table"),
        ("frames", "push"),
        ("frames[::-1, ::-1]", "push"),
        ("frames", "nv12"),
    ],
)
def test_nothing_is_copied(view: str, work: str) -> None:
    command = [sys.executable, "-c", MEMORY, view, work]
    grown = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert grown < 0.6, f"{grown} frames"


@pytest.mark.skipif(sys.platform != "linux", reason="the largest memory is read from /proc")
def test_what_must_be_copied_is_a_frame_at_a_time() -> None:
    """The test above can fail: a mirrored frame is copied, and four of them take the memory of one."""
    command = [sys.executable, "-c", MEMORY, "frames[:, :, ::-1]", "table"]
    grown = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert 0.9 < grown < 2, f"{grown} frames"
