"""The scan of files, and the command."""

import io
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flashinator
from flashinator import scan
from test_analyser import random_film, strobe

SAMPLE = Path(__file__).parents[2] / "samples" / "flash.y4m"

COMMAND = Path(sysconfig.get_path("scripts")) / "flashinator"

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None and not os.environ.get("FLASHINATOR_SKIP_NOTHING"), reason="there is no ffmpeg"
)


def command(*arguments: str | Path, status: int = 0, **options: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, **options)
    assert done.returncode == status, done.stderr
    return done


def test_the_sample_fails() -> None:
    result = scan(SAMPLE)
    assert (result.name, result.width, result.height, result.frames) == (str(SAMPLE), 64, 48, 61)
    assert (result.verdict, result.error, result.looped) == ("fail", None, False)
    assert [round(incident.start, 2) for incident in result.incidents] == [1.30]
    assert result.max_transitions == {"wcag22": 6}
    assert "yuv" in result.pixels or "gray" in result.pixels


def test_rows_are_those_of_the_command(tmp_path: Path) -> None:
    profiles = ["wcag22", "bt1702"]
    result = scan(str(SAMPLE), profile=profiles, table=True)
    command("scan", SAMPLE, "--profile=wcag22,bt1702", "--csv", tmp_path / "rows.csv", "--quiet", status=1)
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert lines[0].split(",") == list(result.rows.dtype.names or ())
    assert len(lines) - 1 == len(result.rows) == 2 * 61
    for line, row in zip(lines[1:], result.rows):
        profile, frame, seconds, luminance, general, red, verdict, t, hazard, area, *rest = line.split(",")
        assert (profile, frame, verdict, hazard) == (row["profile"], str(row["frame"]), row["verdict"], row["hazard"])
        assert (general, red) == (str(row["general_transitions"]), str(row["red_transitions"]))
        assert (seconds, luminance) == (f"{row['time']:.6f}", f"{row['luminance']:.6f}")
        assert area == f"{row['area']:.4f}" and rest[:4] == [str(row[side]) for side in ("x", "y", "width", "height")]
        if profile == "wcag22":
            assert rest[4:] == [""] * 4 and np.isnan(row["pattern_area"]) and np.isnan(row["pattern_pairs"])
        else:
            assert rest[4:6] == [f"{row['pattern_area']:.4f}", f"{row['pattern_pairs']:.2f}"]
        assert rest[6:] == [row["pattern_motion"], row["pattern_verdict"]]
        assert np.isnan(row["t"]) if t == "" else float(t) == row["t"]


def test_the_table_is_made_if_it_is_asked_for() -> None:
    assert np.isnan(scan(SAMPLE).rows["t"]).all()


def test_an_array_in_a_file_is_the_array(tmp_path: Path) -> None:
    film = random_film(40, 60, 80, 3)
    np.save(tmp_path / "film.npy", film)
    from_file, from_array = scan(tmp_path / "film.npy", fps=25, table=True), flashinator.analyse(film, 25, table=True)
    assert from_file.rows.tobytes() == from_array.rows.tobytes()
    assert from_file.summaries == from_array.summaries
    assert (from_file.verdict, from_file.end, from_file.pixels) == (from_array.verdict, from_array.end, "rgb24")


def test_the_table_of_the_command_has_the_same_bits(tmp_path: Path) -> None:
    film = random_film(20, 61, 83, 3)
    np.save(tmp_path / "film.npy", film)
    command("table", tmp_path / "film.npy", "--npy", tmp_path / "t.npy")
    assert np.load(tmp_path / "t.npy").tobytes() == flashinator.video_flashinator(film).tobytes()


def test_files_without_names(tmp_path: Path) -> None:
    with open(SAMPLE, "rb") as file:
        named = scan(file)
    assert named.name == str(SAMPLE) and named.verdict == "fail"
    unnamed = scan(io.BytesIO(SAMPLE.read_bytes()))
    assert unnamed.name == "file" and unnamed.rows.tobytes() == named.rows.tobytes()
    unnamed.report(tmp_path / "page.html")
    assert "flashinator-" not in (tmp_path / "page.html").read_text()
    raw = io.BytesIO(strobe().tobytes())
    assert scan(raw, raw="rgb24", size=(64, 48), fps=20).verdict == "fail"


DATE = r"\d{4}-\d\d-\d\d"


def test_the_page_is_that_of_the_command(tmp_path: Path) -> None:
    result = scan(SAMPLE, profile=["wcag22", "ofcom"])
    result.report(tmp_path / "ours.html")
    command("scan", SAMPLE, "--profile=wcag22,ofcom", "--report", tmp_path / "theirs.html", status=1)
    # Midnight may pass between the two.
    ours, theirs = (re.sub(DATE, "", (tmp_path / name).read_text()) for name in ("ours.html", "theirs.html"))
    assert ours == theirs
    with pytest.raises(OSError):
        result.report(tmp_path)
    with pytest.raises(flashinator.FlashinatorError, match="only scan takes the pictures"):
        flashinator.analyse(strobe(), 20).report(tmp_path / "page.html")


def test_results_can_be_sent_to_other_processes(tmp_path: Path) -> None:
    result = scan(SAMPLE)
    copy = pickle.loads(pickle.dumps(result))
    assert copy.summaries == result.summaries and copy.rows.tobytes() == result.rows.tobytes()
    copy.report(tmp_path / "page.html")
    assert "fail" in copy._repr_html_()


def test_options_are_those_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text("max_transitions = 30\nwarn_transitions = 20\n")
    assert scan(SAMPLE, thresholds=tmp_path / "house.toml").max_transitions == {"wcag22": 30}
    assert scan(SAMPLE, start=1.0, duration=0.5).frames < 20
    assert scan(SAMPLE, ignore=[(0, 0, 64, 47)]).verdict == "pass"
    assert scan(SAMPLE, crop=(0, 0, 16, 16)).verdict == "pass"
    everything = scan(
        SAMPLE,
        css_width=1920,
        pixel_aspect=1.5,
        display="bt1886",
        curve="sdr",
        primaries="bt709",
        matrix="bt709",
        range="limited",
        background="both",
        deinterlace=False,
    )
    assert everything.frames == 61
    assert scan(SAMPLE, degrees=56).frames == 61


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "iris"}, "iris.*wcag22"),
        ({"profile": []}, "profile"),
        ({"css_width": -1}, "-1px"),
        ({"degrees": float("nan")}, "nandeg"),
        ({"css_width": 1920, "degrees": 56}, "one of them"),
        ({"start": -1}, "write a time"),
        ({"duration": float("nan")}, "write a time"),
        ({"stream": -1}, "number from 0"),
        ({"fps": 0}, "rate"),
        ({"raw": "rgb24"}, "size"),
        ({"raw": "rgb99", "size": (64, 48)}, "the formats are"),
        ({"matrix": "rgb"}, "bt601, bt709 or bt2020"),
        ({"curve": "log"}, "possible values"),
        ({"crop": (0, 0, -1, 5)}, "give boxes"),
        ({"crop": (1, 2)}, "give boxes"),
        ({"crop": "1x1+0+0"}, "give boxes"),
        ({"ignore": (0, 0, 1, 1)}, "give boxes"),
        ({"raw": "gray", "size": "64x48"}, "size is '64x48'"),
        ({"raw": "gray", "size": (64, 48, 3)}, "size is"),
        ({"raw": "gray", "size": 64}, "size is 64"),
        ({"profile": None}, "None"),
        ({"background": "blue"}, "white, black, both"),
        ({"thresholds": "no.toml"}, "no.toml"),
    ],
    ids=str,
)
def test_options_that_are_none(options: dict[str, Any], message: str) -> None:
    with pytest.raises(flashinator.SettingsError, match=message):
        scan(SAMPLE, **options)


@pytest.mark.parametrize("path", ["no such file.mp4", "", "..", Path("no/such"), "--help", 7, None, b"clip.mp4", "a\0b", "\ud800.mp4", "x" * 5000, [SAMPLE]])
def test_what_is_no_path(path: Any) -> None:
    with pytest.raises(flashinator.ScanError) as caught:
        scan(path)
    assert caught.value.result is None


def test_files_of_text_and_with_odd_names(tmp_path: Path) -> None:
    with open(SAMPLE, encoding="latin-1") as text, pytest.raises(flashinator.ScanError, match=r'open\(path, "rb"\)'):
        scan(text)  # type: ignore[arg-type]
    for name in (3, b"clip.y4m", "a/b\0", "clip." + "y" * 300):
        file: Any = io.BytesIO(SAMPLE.read_bytes())
        file.name = name
        result = scan(file)
        assert result.verdict == "fail" and result.name == (name if isinstance(name, str) else "file")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems promise more memory than they have")
def test_sizes_that_do_not_fit_into_memory(tmp_path: Path) -> None:
    """A file or an option that asks for more than there is does not end the interpreter."""
    (tmp_path / "huge.y4m").write_bytes(b"YUV4MPEG2 W60000 H60000 F25:1 C420\nFRAME\n")
    choices: list[dict[str, Any]] = [{}, {"css_width": 1e6}, {"raw": "gray", "size": (65536, 65536), "css_width": 1e6}]
    for options in choices:
        with pytest.raises(flashinator.ScanError, match="memory"):
            scan(tmp_path / "huge.y4m", **options)


def test_an_archive_may_be_one_path(tmp_path: Path) -> None:
    """The characters of a path are no paths."""
    shutil.copy(SAMPLE, tmp_path / "a.y4m")
    expected = [str(tmp_path / "a.y4m")]
    for paths in (str(tmp_path), tmp_path, [tmp_path], expected):
        assert flashinator.archive.videos(paths) == expected
    assert flashinator.archive.row(tmp_path / "a.y4m")["path"] == expected[0]


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(flashinator.ScanError, match="empty"):
        scan(tmp_path / "empty.mp4")
    with pytest.raises(flashinator.ScanError, match="^file: .*empty"):
        scan(io.BytesIO())


def test_what_was_found_before_an_error_is_not_lost(tmp_path: Path) -> None:
    whole = SAMPLE.read_bytes()
    for part, verdict in ((20, "incomplete"), (95, "fail")):
        (tmp_path / "cut.y4m").write_bytes(whole[: len(whole) * part // 100])
        with pytest.raises(flashinator.ScanError, match="cut short") as caught:
            scan(tmp_path / "cut.y4m")
        result = caught.value.result
        assert result.verdict == verdict and result.error == str(caught.value)
        assert result.frames == len(result.rows) > 0
        result.report(tmp_path / "page.html")
        assert verdict in result._repr_html_()


@needs_ffmpeg
def test_video_that_ffmpeg_decodes(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-i", SAMPLE, "-c:v", "ffv1", clip], check=True)
    result = scan(clip)
    assert result.verdict == "fail" and result.frames == 61
    with open(clip, "rb") as file:
        assert scan(file).rows.tobytes() == result.rows.tobytes()


def test_the_command_is_installed() -> None:
    assert flashinator.__version__ in command("--version").stdout
    told = command("scan", SAMPLE, status=1).stdout
    assert told.startswith(f"FAIL {SAMPLE}: 5 flashes")
    assert "Examples:" in command("scan", "--help").stdout
    assert "no-such" in command("scan", "no-such.mp4", status=2).stderr
    assert "Usage:" in command(status=2).stderr
    with open(SAMPLE, "rb") as file:
        assert command("scan", "-", status=1, stdin=file).stdout.startswith("FAIL standard input")


INTERRUPTED = """
import flashinator, sys
try:
    flashinator.scan(sys.argv[1], raw="gray", size=(64, 48))
except KeyboardInterrupt:
    print("interrupted")
# The next scan is not.
print(flashinator.scan(sys.argv[2]).verdict)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_an_interrupt_ends_a_scan(tmp_path: Path) -> None:
    """Of a pipe to which nothing comes any more."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(pipe), str(SAMPLE)], stdout=subprocess.PIPE, text=True
    )
    # It can be opened once the scan has opened it.
    with open(pipe, "wb") as writer:
        writer.write(bytes(64 * 48))
        writer.flush()
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    assert told.split() == ["interrupted", "fail"] and process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_an_interrupt_ends_no_scan_of_another_thread(tmp_path: Path) -> None:
    """Such as a limit of time for one file, set by a signal."""
    slow, endless = tmp_path / "slow.y4m", tmp_path / "endless.y4m"
    os.mkfifo(slow)
    os.mkfifo(endless)
    results: list[flashinator.Result] = []
    thread = threading.Thread(target=lambda: results.append(scan(slow)))
    thread.start()

    def late(*_: object) -> None:
        raise TimeoutError

    kept = signal.signal(signal.SIGALRM, late)
    try:
        with open(slow, "wb") as writer:
            with pytest.raises(TimeoutError):
                signal.setitimer(signal.ITIMER_REAL, 0.3)
                scan(endless)
            writer.write(SAMPLE.read_bytes())
    finally:
        signal.signal(signal.SIGALRM, kept)
    # Nothing waits for a writer any more. With both ends it opens, whether or not the scan has come to open it.
    os.close(os.open(endless, os.O_RDWR))
    thread.join()
    assert [(result.verdict, result.frames) for result in results] == [("fail", 61)]


def test_other_threads_run_meanwhile(tmp_path: Path) -> None:
    """Two scans at the same time, each with its own result."""
    results: dict[str, flashinator.Result] = {}

    def work(profile: str) -> None:
        results[profile] = scan(SAMPLE, profile=profile)

    threads = [threading.Thread(target=work, args=(profile,)) for profile in flashinator.PROFILES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(sorted(results)) == sorted(flashinator.PROFILES)
    assert all(list(result.summaries) == [profile] for profile, result in results.items())
