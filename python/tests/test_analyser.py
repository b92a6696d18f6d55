"""The analyser: formats, times, errors, and what it says."""

import copy
import ctypes
import pickle
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

import flashinator
from flashinator import Analyser

WIDTH, HEIGHT = 64, 48


def frame(value: int) -> npt.NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), value, np.uint8)


def strobe(count: int = 25, fps: float = 20) -> npt.NDArray[np.uint8]:
    frames = np.zeros((count, HEIGHT, WIDTH, 3), np.uint8)
    frames[1::2] = 255
    return frames


def random_film(*shape: int) -> npt.NDArray[np.uint8]:
    """Areas that flash in colours, so that counts, boxes and masks differ."""
    random = np.random.default_rng(3)
    blocks = random.integers(0, 256, (shape[0], 3, 4, *shape[3:]), np.uint8)
    rows = np.arange(shape[1]) * 3 // shape[1]
    columns = np.arange(shape[2]) * 4 // shape[2]
    return np.ascontiguousarray(blocks[:, rows][:, :, columns])


def test_a_strobe_fails() -> None:
    analyser = Analyser(WIDTH, HEIGHT)
    reports = [analyser.push(pixels, i / 20) for i, pixels in enumerate(strobe())]
    last = reports[-1]
    assert (last.frame, last.time, last.verdict, last.hazard) == (24, 1.2, "fail", "general")
    assert last.general_transitions == 20 and last.red_transitions == 0
    # The picture is shown 1024x768 CSS pixels large, of which a field is a third.
    assert last.flashing == (0, 0, WIDTH, HEIGHT) and last.field[2:] == (21, 16) and last.area == 1
    assert [report.verdict for report in reports[:8]] == ["pass"] * 4 + ["warning"] * 3 + ["fail"]
    assert analyser.report() == last
    summary = analyser.summary()
    assert (summary.frames, summary.verdict, summary.incident_count) == (25, "fail", 1)
    incident = summary.incidents[0]
    assert (incident.first_frame, incident.last_frame, incident.start, incident.end) == (4, 24, 0.2, 1.2)
    assert summary.worst is not None and summary.worst.general_transitions == incident.general_transitions == 20
    assert analyser.mask().all()


def test_nothing_before_the_first_frame() -> None:
    analyser = Analyser(WIDTH, HEIGHT)
    assert analyser.report() is None
    summary = analyser.summary()
    assert (summary.frames, summary.verdict, summary.worst, summary.incidents) == (0, "pass", None, ())
    assert not analyser.mask().any()


def test_red() -> None:
    red = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    red[..., 0] = 255
    analyser = Analyser(WIDTH, HEIGHT)
    for i in range(25):
        # A gray of the same luminance.
        report = analyser.push(red if i % 2 else frame(127), i / 20)
    assert report.hazard == "red" and report.red_transitions == 20 and report.general_transitions == 0


def test_the_mask_has_a_bit_for_each_cell() -> None:
    width, height = 1024, 768
    analyser = Analyser(width, height)
    pixels = np.zeros((height, width, 3), np.uint8)
    for i in range(12):
        pixels[: height // 2, width // 2 :] = 255 * (i % 2)
        report = analyser.push(pixels, i / 20)
    across, down = analyser.cell()
    # The box ends with whole cells.
    left = 512 // across * across
    assert report.verdict == "fail" and report.flashing == (left, 0, 1024 - left, 384)
    mask = analyser.mask()
    assert mask.dtype == np.bool_ and mask.shape == (-(-height // down), -(-width // across))
    rows, columns = np.nonzero(mask)
    assert rows.min() == 0 and rows.max() == 383 // down
    assert columns.min() == 512 // across and columns.max() == mask.shape[1] - 1


def test_several_profiles_in_one_pass() -> None:
    profiles = flashinator.PROFILES
    film = random_film(30, 96, 128, 3)
    together = Analyser(128, 96, profile=profiles)
    alone = {profile: Analyser(128, 96, profile=profile) for profile in profiles}
    assert together.profiles == tuple(profiles)
    for i, pixels in enumerate(film):
        first = together.push(pixels, i / 25)
        reports = {profile: alone[profile].push(pixels, i / 25) for profile in profiles}
        assert first == reports["wcag22"]
        assert reports == {profile: together.report(profile) for profile in profiles}
    for profile in profiles:
        assert together.summary(profile) == alone[profile].summary()
        np.testing.assert_array_equal(together.mask(profile), alone[profile].mask())


def planes_of(format: str, width: int, height: int, random: np.random.Generator) -> list[npt.NDArray[Any]]:
    """Random planes of a format, each as an array of its rows."""
    dtype = np.uint16 if format.endswith("le") else np.uint8
    highest = {"10": 1023, "12": 4095, "16": 65535}.get(format[-4:-2], 255)
    across, down = (2, 2) if "420" in format or format[:2] in ("nv", "p0", "yv") else (2, 1) if "422" in format else (1, 1)
    chroma = (-(-height // down), -(-width // across))
    known: dict[str, list[tuple[int, ...]]] = {
        "gray": [(height, width)],
        "rgb2": [(height, width, 3)],
        "bgr2": [(height, width, 3)],
        "rgba": [(height, width, 4)],
        "bgra": [(height, width, 4)],
        "argb": [(height, width, 4)],
        "abgr": [(height, width, 4)],
        "gbrp": [(height, width)] * 3,
        "nv12": [(height, width), (*chroma, 2)],
        "nv21": [(height, width), (*chroma, 2)],
        "p010": [(height, width), (*chroma, 2)],
        "p012": [(height, width), (*chroma, 2)],
    }
    shapes = known.get(format[:4], [(height, width), chroma, chroma])
    planes = [random.integers(0, highest + 1, shape, dtype) for shape in shapes]
    return [plane << (6 if format == "p010le" else 4) for plane in planes] if format[:2] == "p0" else planes


@pytest.mark.parametrize("format", flashinator.FORMATS)
def test_formats_as_planes_and_as_bytes(format: str) -> None:
    """What is read where it lies, with padding, upside down, copied and as bytes, is the same."""
    width, height, random = 38, 22, np.random.default_rng(7)
    analysers = [Analyser(width, height, format, max_fps=100) for _ in range(5)]
    for i in range(30):
        planes = planes_of(format, width, height, random)
        padded = [np.pad(plane, [(0, 0), (0, 5)] + [(0, 0)] * (plane.ndim - 2))[:, :-5] for plane in planes]
        flipped = [plane[::-1].copy()[::-1] for plane in planes]
        copied = [np.asfortranarray(plane) for plane in planes]
        as_bytes = b"".join(plane.tobytes() for plane in planes)
        given: list[Any] = [planes, padded, flipped, copied, as_bytes]
        if len(planes) == 1:
            given[0] = planes[0]
        reports = [analyser.push(pixels, i / 100) for analyser, pixels in zip(analysers, given)]
        assert all(report == reports[0] for report in reports)
    assert reports[0].luminance > 0


def test_samples_of_16_bits_may_be_bytes() -> None:
    planes = planes_of("p010le", 32, 16, np.random.default_rng(1))
    one, other = Analyser(32, 16, "p010le"), Analyser(32, 16, "p010le")
    assert one.push(planes, 0) == other.push([plane.view(np.uint8).reshape(len(plane), -1) for plane in planes], 0)


@pytest.mark.parametrize(
    "view",
    [
        lambda pixels: pixels.reshape(-1)[::-1],
        lambda pixels: np.repeat(pixels.reshape(-1), 2)[::2],
        lambda pixels: np.broadcast_to(np.uint8(9), pixels.size),
        lambda pixels: np.broadcast_to(pixels[:1], pixels.shape),
        lambda pixels: np.lib.stride_tricks.as_strided(pixels, strides=(5, 3, 1)),
        lambda pixels: (ctypes.c_ubyte * pixels.size)(*pixels.reshape(-1)),
        lambda pixels: bytearray(pixels),
    ],
    ids=["backwards", "every other byte", "one byte for all", "one row for all", "overlapping rows", "ctypes", "bytearray"],
)
def test_bytes_in_any_order(view: Callable[[npt.NDArray[np.uint8]], Any]) -> None:
    """What is seen is what a copy has."""
    pixels = np.random.default_rng(4).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    pixels[: HEIGHT // 2] //= 4
    given = view(pixels)
    assert Analyser(WIDTH, HEIGHT).push(given, 0) == Analyser(WIDTH, HEIGHT).push(bytes(given), 0)


def test_gray_is_the_same_as_rgb() -> None:
    gray, rgb = Analyser(WIDTH, HEIGHT, "gray"), Analyser(WIDTH, HEIGHT, "rgb24")
    for i in range(12):
        pixels = np.full((HEIGHT, WIDTH), 200 * (i % 2), np.uint8)
        assert gray.push(pixels, i / 20) == rgb.push(np.stack([pixels] * 3, axis=2), i / 20)


@pytest.mark.parametrize(
    ("format", "pixels", "message"),
    [
        ("rgb24", np.zeros((HEIGHT, WIDTH, 3)), "float64.*uint8"),
        ("rgb24", np.zeros((HEIGHT, WIDTH, 3), np.uint16), "uint16"),
        ("rgb24", np.zeros((HEIGHT, WIDTH), np.uint8), r"shape \(48, 64\).*give \(48, 64, 3\)"),
        ("rgb24", np.zeros((WIDTH, HEIGHT, 3), np.uint8), "give"),
        ("rgb24", np.zeros((HEIGHT, WIDTH, 4), np.uint8), "give"),
        ("rgb24", np.zeros((0, 0, 3), np.uint8), "give"),
        ("rgb24", np.zeros((1, HEIGHT, WIDTH, 3), np.uint8), "give"),
        ("rgb24", np.zeros((), np.uint8), "single number"),
        ("rgb24", np.ma.masked_equal(np.zeros((HEIGHT, WIDTH, 3), np.uint8), 0), "masked"),
        ("rgb24", b"", "0 bytes.*9216"),
        ("rgb24", bytes(WIDTH * HEIGHT * 3 + 1), "9217 bytes.*9216"),
        ("rgb24", [np.zeros((HEIGHT, WIDTH), np.uint8)] * 3, "1 planes, and 3"),
        ("rgb24", [], "1 planes, and 0"),
        ("rgb24", None, "NoneType"),
        ("rgb24", "frame", "str"),
        ("nv12", np.zeros((HEIGHT, WIDTH), np.uint8), "2 planes, and 1"),
        ("nv12", [np.zeros((HEIGHT, WIDTH), np.uint8)] * 2, r"plane 1.*give \(24, 64\)"),
        ("p010le", [np.zeros((HEIGHT, WIDTH), ">u2"), np.zeros((HEIGHT // 2, WIDTH), ">u2")], "of big-endian uint16.*little"),
        ("p010le", [np.zeros((HEIGHT, WIDTH), np.uint32)] * 2, "uint32"),
        ("gray16le", np.zeros((HEIGHT, WIDTH), np.int16), "int16"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_frame_is_not_taken(format: str, pixels: Any, message: str) -> None:
    analyser = Analyser(WIDTH, HEIGHT, format)
    with pytest.raises(flashinator.FrameError, match=message):
        analyser.push(pixels, 0)
    assert analyser.summary().frames == 0


def test_a_frame_after_an_error_is_taken() -> None:
    analyser, undisturbed = Analyser(WIDTH, HEIGHT), Analyser(WIDTH, HEIGHT)
    for i, pixels in enumerate(strobe()):
        with pytest.raises(flashinator.FrameError):
            analyser.push(pixels[1:], i / 20)
        if i > 0:
            for late in ((i - 1) / 20, i / 20 - 0.05, -1.0):
                with pytest.raises(flashinator.TimeError, match="not after"):
                    analyser.push(pixels, late)
        assert analyser.push(pixels, i / 20) == undisturbed.push(pixels, i / 20)
    assert analyser.summary() == undisturbed.summary()


@pytest.mark.parametrize("number", [np.uint8, np.int32, np.int64, np.float32, np.float64, Fraction, Decimal, np.array])
def test_times_may_be_numbers_of_any_type(number: Callable[[int], Any]) -> None:
    """Also of those that wrap around, as integers of NumPy do, where they are multiplied."""
    assert Analyser(WIDTH, HEIGHT).push(frame(0), number(100)).time == 100


@pytest.mark.parametrize("time", [float("nan"), float("inf"), float("-inf"), 1e300, "1", b"1", None, 10**30, [1]])
def test_what_is_no_time(time: Any) -> None:
    analyser = Analyser(WIDTH, HEIGHT)
    with pytest.raises(flashinator.TimeError, match="not a number of seconds"):
        analyser.push(frame(0), time)
    assert analyser.summary().frames == 0


def test_times_may_be_fractions() -> None:
    exact, rounded = Analyser(WIDTH, HEIGHT), Analyser(WIDTH, HEIGHT)
    for i, pixels in enumerate(strobe(60)):
        time = Fraction(1001 * i, 30000)
        assert exact.push(pixels, time) == rounded.push(pixels, float(time))


def test_too_many_frames_in_a_second() -> None:
    analyser = Analyser(WIDTH, HEIGHT, max_fps=30)
    with pytest.raises(flashinator.TimeError, match="max_fps"):
        for i in range(60):
            analyser.push(frame(0), i / 60)
    assert analyser.summary().frames == 30


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 0}, "no pixels"),
        ({"height": -1}, "height is -1; give a whole number"),
        ({"width": 64.0}, "width is 64.0"),
        ({"width": 2**70}, "width is"),
        ({"width": 2**32 - 1, "height": 2**32 - 1}, "larger than the address space"),
        ({"format": "rgb48"}, "no format 'rgb48'.*rgb24"),
        ({"format": None}, "no format None"),
        ({"profile": None}, "no profile None"),
        ({"profile": ["wcag22", 5]}, "no profile 5"),
        ({"css_width": "1920px"}, "css_width is '1920px'; give a number"),
        ({"profile": "wcag"}, "no profile.*wcag22"),
        ({"profile": []}, "0 profiles"),
        ({"profile": ["wcag22"] * 9}, "9 profiles"),
        ({"css_width": 0}, "viewing size"),
        ({"css_width": float("nan")}, "viewing size"),
        ({"degrees": 181}, "viewing size"),
        ({"css_width": 1920, "degrees": 56}, "one of them"),
        ({"pixel_aspect": 0}, "viewing size"),
        ({"display": "lcd"}, "no display.*bt1886"),
        ({"curve": "log"}, "no curve.*hlg"),
        ({"primaries": "p3"}, "no primaries"),
        ({"matrix": "rgb"}, "no matrix"),
        ({"range": "tv"}, "no range.*limited"),
        ({"ignore": [(0, 0, WIDTH + 1, 1)]}, "outside the frame"),
        ({"ignore": [(0, 0, 1, 1)] * 17}, "16"),
        ({"ignore": (0, 0, 1, 1)}, "give boxes"),
        ({"ignore": [(0, 0, 1)]}, "give boxes"),
        ({"ignore": [(-1, 0, 1, 1)]}, "give boxes"),
        ({"ignore": None}, "give boxes"),
        ({"ignore": [(0, 0, WIDTH, HEIGHT)]}, "no pixels"),
        ({"max_fps": 0}, "frame rate"),
        ({"max_fps": 1001}, "frame rate"),
        ({"max_fps": -1}, "max_fps is -1"),
        ({"max_fps": 29.97}, "max_fps is 29.97; give a whole number"),
        ({"max_incidents": 65537}, "65536"),
    ],
    ids=str,
)
def test_bad_settings(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(flashinator.SettingsError, match=message):
        Analyser(**{"width": WIDTH, "height": HEIGHT, **settings})


@pytest.mark.skipif(sys.platform != "linux", reason="other systems promise more memory than they have")
def test_memory_that_cannot_be_had() -> None:
    with pytest.raises(MemoryError, match="not enough memory"):
        Analyser(65536, 65536, css_width=1e6, max_fps=1000)


def test_sizes_may_be_numbers_of_numpy() -> None:
    analyser = Analyser(np.uint8(64), np.int64(48), ignore=np.array([[0, 0, 1, 1]]))  # type: ignore[arg-type]
    assert repr(analyser) == "<flashinator.Analyser of 64x48 rgb24 by wcag22>"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_analyser_cannot_be_copied(copied: Callable[[object], object]) -> None:
    """A copy would share its frames."""
    with pytest.raises(TypeError, match="cannot be copied or pickled"):
        copied(Analyser(WIDTH, HEIGHT))


def test_settings_change_what_is_judged() -> None:
    """A picture shown larger fails where the same one shown smaller does not."""
    verdicts = []
    for css_width in (320, 1920):
        analyser = Analyser(320, 180, css_width=css_width)
        pixels = np.zeros((180, 320, 3), np.uint8)
        for i in range(25):
            pixels[:80, :80] = 255 * (i % 2)
            report = analyser.push(pixels, i / 20)
        verdicts.append(report.verdict)
    assert verdicts == ["pass", "fail"]
    ignoring = Analyser(WIDTH, HEIGHT, ignore=[(0, 0, WIDTH, HEIGHT - 1)])
    assert {ignoring.push(pixels, i / 20).verdict for i, pixels in enumerate(strobe())} == {"pass"}


def test_the_matrix_is_that_of_players() -> None:
    for height, matrix in ((576, "bt601"), (720, "bt709")):
        usual, named = Analyser(64, height, "yuv444p"), Analyser(64, height, "yuv444p", matrix=matrix)
        other = Analyser(64, height, "yuv444p", matrix="bt2020")
        planes = [np.full((height, 64), code, np.uint8) for code in (81, 90, 240)]
        assert usual.push(planes, 0) == named.push(planes, 0) != other.push(planes, 0)


def test_reset_forgets_all() -> None:
    analyser = Analyser(WIDTH, HEIGHT)
    for _ in range(2):
        verdicts = [analyser.push(pixels, i / 20).verdict for i, pixels in enumerate(strobe())]
        assert verdicts[0] == "pass" and verdicts[-1] == "fail"
        analyser.reset()
        assert analyser.summary().frames == 0


def test_unknown_profiles_are_named() -> None:
    analyser = Analyser(WIDTH, HEIGHT, profile=["wcag22", "bt1702"])
    for ask in (analyser.report, analyser.summary, analyser.mask, analyser.cell):
        with pytest.raises(flashinator.SettingsError, match="no profile 'ofcom'; it has wcag22, bt1702"):
            ask("ofcom")
    assert "64x48 rgb24 by wcag22, bt1702" in repr(analyser)


def av_frame(format: str, planes: list[npt.NDArray[Any]], pts: int | None) -> av.VideoFrame:
    height, width = planes[0].shape[:2]
    frame = av.VideoFrame(width, height, format)
    for stored, plane in zip(frame.planes, planes, strict=True):
        rows = plane.reshape(len(plane), -1).view(np.uint8)
        # What lies between the rows is not read.
        padded = np.full((len(plane), stored.line_size), 99, np.uint8)
        padded[:, : rows.shape[1]] = rows
        stored.update(padded.tobytes())
    frame.pts, frame.time_base = pts, Fraction(1, 25)
    return frame


@pytest.mark.parametrize("format", ["yuv420p", "nv12", "yuv422p10le", "p010le", "rgb24", "bgra", "gray", "gbrp"])
def test_frames_of_pyav(format: str) -> None:
    random = np.random.default_rng(2)
    by_av, plain = Analyser(38, 22, format), Analyser(38, 22, format)
    for i in range(10):
        planes = planes_of(format, 38, 22, random)
        assert by_av.push_av(av_frame(format, planes, i)) == plain.push(planes, Fraction(i, 25))


def test_frames_of_pyav_that_do_not_fit() -> None:
    planes = planes_of("nv12", 38, 22, np.random.default_rng(2))
    with pytest.raises(flashinator.FrameError, match="38x22 nv12.*takes 38x22 yuv420p.*reformat"):
        Analyser(38, 22, "yuv420p").push_av(av_frame("nv12", planes, 0))
    with pytest.raises(flashinator.FrameError, match="38x22 nv12.*takes 40x22"):
        Analyser(40, 22, "nv12").push_av(av_frame("nv12", planes, 0))
    with pytest.raises(flashinator.TimeError, match="no time"):
        Analyser(38, 22, "nv12").push_av(av_frame("nv12", planes, None))


def test_frames_of_pyav_upside_down() -> None:
    """As the filter vflip gives them: the lines go up in memory."""
    plane = SimpleNamespace(line_size=-38)
    frame = SimpleNamespace(
        format=SimpleNamespace(name="gray"), width=38, height=22, pts=0, time_base=Fraction(1, 25), planes=[plane]
    )
    with pytest.raises(flashinator.FrameError, match="upside down"):
        Analyser(38, 22, "gray").push_av(frame)
