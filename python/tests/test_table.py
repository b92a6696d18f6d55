"""The T table against its definition, with all the strides that arrays have."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import definition
import flashinator

GOLDEN = Path(__file__).parents[2] / "tests" / "data" / "golden"

Pixels = npt.NDArray[np.uint8]


def random(*shape: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def assert_close(found: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]) -> None:
    assert found.shape == expected.shape and found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)


def golden_names() -> list[str]:
    return sorted(path.name.removesuffix(".t.npy") for path in GOLDEN.glob("*.t.npy"))


def test_there_are_golden_arrays() -> None:
    assert len(golden_names()) == 14


@pytest.mark.parametrize("name", golden_names())
def test_golden(name: str) -> None:
    frames, expected = np.load(GOLDEN / f"{name}.npy"), np.load(GOLDEN / f"{name}.t.npy")
    assert_close(flashinator.table(frames), expected)
    assert_close(flashinator.video_flashinator(frames), expected[:, :1])
    stream = flashinator.table(frame for frame in frames)
    assert stream.tobytes() == flashinator.table(frames).tobytes()


@pytest.mark.parametrize("seed", range(40))
def test_random_shapes(seed: int) -> None:
    random_number = np.random.default_rng(seed)
    count, height, width = random_number.integers(1, [6, 40, 300])
    frames = random(count, height, width, 3, seed=seed)
    assert_close(flashinator.table(frames), definition.table(frames))
    assert_close(flashinator.table(frames[..., 0].copy()), definition.table(frames[..., 0]))


# Views that are read where they are.
VIEWS: dict[str, Callable[[Pixels], Pixels]] = {
    "whole": lambda f: f,
    "crop": lambda f: f[:, 5:-3, 7:-2],
    "every other frame": lambda f: f[::2],
    "frames backwards": lambda f: f[::-1],
    "upside down": lambda f: f[:, ::-1],
    "every third row": lambda f: f[:, ::3],
    "rows backwards, cropped": lambda f: f[:, -2:4:-2, 1:-1],
    "channels reversed": lambda f: f[..., ::-1],
    "channels reversed, cropped, upside down": lambda f: f[:, ::-1, 3:9, ::-1],
    "one frame for all": lambda f: np.broadcast_to(f[:1], f.shape),
    "planes": lambda f: np.ascontiguousarray(f.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1),
    "planes reversed, cropped": lambda f: np.ascontiguousarray(f.transpose(0, 3, 1, 2))[:, ::-1, 2:, 3:].transpose(
        0, 2, 3, 1
    ),
    "one row": lambda f: f[:, 4:5],
    "one column": lambda f: f[:, :, 4:5],
    "one pixel": lambda f: f[:, 4:5, 4:5],
    "one pixel reversed": lambda f: f[:, 4:5, 4:5, ::-1],
    "read-only": lambda f: np.frombuffer(f.tobytes(), np.uint8).reshape(f.shape),
}

# Views that are copied, a frame at a time.
COPIED: dict[str, Callable[[Pixels], Pixels]] = {
    "every other pixel": lambda f: f[:, :, ::2],
    "mirrored": lambda f: f[:, :, ::-1],
    "turned": lambda f: f.transpose(0, 2, 1, 3),
    "Fortran order": np.asfortranarray,
    "colours of RGBA": lambda f: np.concatenate([f, f[..., :1]], axis=3)[..., :3],
    "one row for all": lambda f: np.broadcast_to(f[:, :1], f.shape),
    "overlapping rows": lambda f: np.lib.stride_tricks.as_strided(f, strides=(f.strides[0], 5, 3, 1)),
    "overlapping pixels": lambda f: np.lib.stride_tricks.as_strided(f, strides=(*f.strides[:2], 1, 1)),
    "overlapping rows": lambda f: np.lib.stride_tricks.as_strided(f, (len(f), 4, 9, 3), (f.strides[0], 9, 3, 1)),
}


@pytest.mark.parametrize("view", [*VIEWS.items(), *COPIED.items()], ids=lambda view: view[0])
def test_strides(view: tuple[str, Callable[[Pixels], Pixels]]) -> None:
    frames = view[1](random(6, 21, 34, 3))
    found = flashinator.table(frames)
    assert_close(found, definition.table(frames))
    # To the last bit what the pixels in order give, as an array and as a stream.
    assert found.tobytes() == flashinator.table(frames.copy(order="C")).tobytes()
    assert found.tobytes() == flashinator.table(iter(frames)).tobytes()


@pytest.mark.parametrize(
    "view",
    [lambda f: f, lambda f: f[:, ::-1, 3:], lambda f: f[:, :, ::2], lambda f: f[:, :, ::-1], lambda f: f.swapaxes(1, 2)],
)
def test_strides_of_gray(view: Callable[[Pixels], Pixels]) -> None:
    frames = view(random(5, 20, 33))
    assert_close(flashinator.table(frames), definition.table(frames))


def test_a_channel_of_colours() -> None:
    frames = random(5, 20, 33, 3)[..., 1]
    assert_close(flashinator.table(frames), definition.table(frames))


def test_frames_that_change_their_strides() -> None:
    frames = random(4, 20, 33, 3)
    stream = [frames[0], frames[1, ..., ::-1][..., ::-1], np.asfortranarray(frames[2]), frames[3, :, ::-1][:, ::-1]]
    assert flashinator.table(stream).tobytes() == flashinator.table(frames).tobytes()
    reversed_channels = [frames[0], np.ascontiguousarray(frames[1, ..., ::-1])[..., ::-1], frames[2], frames[3]]
    assert flashinator.table(reversed_channels).tobytes() == flashinator.table(frames).tobytes()


@pytest.mark.parametrize("shape", [(0, 4, 6, 3), (1, 4, 6, 3), (0, 4, 6), (1, 4, 6)])
def test_fewer_than_two_frames(shape: tuple[int, ...]) -> None:
    frames = np.zeros(shape, np.uint8)
    assert flashinator.video_flashinator(frames).shape == (0, 1)
    assert flashinator.table(frames).shape == (0, 3)
    assert flashinator.video_flashinator(list(frames)).shape == (0, 1)


def test_falls_can_be_negative() -> None:
    frames = random(3, 8, 8, 3)
    both, signed = flashinator.table(frames), flashinator.table(frames, positive=False)
    np.testing.assert_array_equal(signed, both * [1, 1, -1])
    still = flashinator.table(np.zeros((2, 4, 4), np.uint8), positive=False)
    assert not np.signbit(still).any()


def test_other_objects_with_the_buffer_protocol() -> None:
    frames = random(3, 8, 9, 3)
    assert_close(flashinator.table(frames.data), definition.table(frames))
    shaped = memoryview(frames.tobytes()).cast("B", [3, 8, 9, 3])
    assert_close(flashinator.table(shaped), definition.table(frames))


class Tensor:
    """An array that has DLPack only, as tensors of PyTorch have."""

    def __init__(self, array: Pixels) -> None:
        self.array = array

    def __dlpack__(self, **arguments: Any) -> Any:
        return self.array.__dlpack__(**arguments)

    def __dlpack_device__(self) -> tuple[Any, int]:
        return self.array.__dlpack_device__()

    def __iter__(self) -> Iterator["Tensor"]:
        return map(Tensor, self.array)


def test_dlpack() -> None:
    frames = random(4, 8, 9, 3)
    planes = np.ascontiguousarray(frames.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1)
    for array in (frames, planes, frames[:, ::-1]):
        assert_close(flashinator.table(Tensor(array)), definition.table(array))
        assert_close(flashinator.table(map(Tensor, array)), definition.table(array))


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (np.zeros((2, 4, 4, 3)), r"float64.*0 to 255.*astype\(numpy.uint8\)"),
        (np.zeros((2, 4, 4, 3), np.float32), "float32"),
        (np.zeros((2, 4, 4, 3), np.float16), "float16"),
        (np.zeros((2, 4, 4, 3), np.int8), "int8"),
        (np.zeros((2, 4, 4), np.uint16), "uint16"),
        (np.zeros((2, 4, 4), np.bool_), "bool"),
        (np.zeros((2, 4, 4), "S1"), "type"),
        (np.zeros((2, 4, 4), [("a", "u1")]), "type"),
        (np.zeros((2, 4, 4), "datetime64[s]"), "cannot be read"),
        (np.zeros((2, 4, 4), object), "type"),
        (np.zeros(8, np.uint8), r"shape \(8,\).*\(F, H, W, 3\)"),
        (np.zeros((4, 4), np.uint8), r"shape \(4, 4\)"),
        (np.zeros((), np.uint8), "single number"),
        (np.zeros((2, 3, 4, 5), np.uint8), r"array.transpose\(0, 2, 3, 1\)"),
        (np.ma.masked_equal(np.zeros((2, 4, 4), np.uint8), 0), r"masked.*array.filled"),
        (Tensor(np.zeros((2, 4, 4), ">u2")), "cannot be read by DLPack.*byte order"),
        (np.zeros((2, 2, 4, 4, 3), np.uint8), "shape"),
        (np.zeros((2, 4, 4, 4), np.uint8), r"shape \(2, 4, 4, 4\).*array\[..., :3\]"),
        (np.zeros((2, 4, 4, 1), np.uint8), "shape"),
        (np.zeros((2, 0, 4, 3), np.uint8), "no pixels"),
        (np.zeros((2, 4, 0), np.uint8), "no pixels"),
        (np.zeros((0, 0, 0, 3), np.uint8), "no pixels"),
        (b"bytes", "shape"),
        ([np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)], "frame 1 has 5x4.*another size"),
        ([np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8)], "number of channels"),
        ([np.zeros((2, 4, 4, 3), np.uint8)], r"frame 0 of shape \(2, 4, 4, 3\)"),
        ([np.zeros((4, 4, 3), np.uint8)] * 2 + [np.zeros((4, 4, 3))], "frame 2 of float64"),
        ([[[0, 1], [2, 3]]], "list"),
        ("clip.mp4", "str"),
        (["clip.mp4"], "str"),
        (None, "NoneType"),
        (7, "int"),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_what_is_no_array_of_frames(frames: Any, message: str) -> None:
    with pytest.raises(flashinator.FrameError, match=message):
        flashinator.video_flashinator(frames)


def test_what_an_iterator_raises_is_raised() -> None:
    def frames() -> Iterator[Pixels]:
        yield random(4, 4, 3)
        raise OSError("the camera is gone")

    with pytest.raises(OSError, match="the camera is gone"):
        flashinator.table(frames())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems promise more memory than they have")
def test_frames_that_do_not_fit_into_memory() -> None:
    with pytest.raises(MemoryError, match="not enough memory"):
        flashinator.table(np.broadcast_to(np.uint8(1), (2, 2**20, 2**20)))


def test_all_exceptions_are_of_the_package() -> None:
    tree = [flashinator.FrameError, flashinator.TimeError, flashinator.SettingsError, flashinator.InUseError]
    for exception in tree:
        assert issubclass(exception, flashinator.FlashinatorError)
        assert exception.__module__ == "flashinator" and exception.__doc__
