"""Tensors of PyTorch on the CPU, by DLPack, where it is installed: it is too large to be installed for the other tests."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import flashinator
from flashinator._frames import as_buffer
from test_table import random

torch = pytest.importorskip("torch", reason="torch is not installed")

FRAMES = random(6, 20, 30, 3)


def tensor() -> Any:
    return torch.from_numpy(FRAMES.copy())


def channels_first() -> Any:
    """The same frames as (F, 3, H, W), in one piece."""
    return tensor().permute(0, 3, 1, 2).contiguous()


@pytest.mark.parametrize(
    ("view", "format"),
    [
        (tensor, "rgb24"),
        (lambda: channels_first().permute(0, 2, 3, 1), "gbrp"),
        (lambda: channels_first().contiguous(memory_format=torch.channels_last).permute(0, 2, 3, 1), "rgb24"),
        (lambda: tensor()[:, 2:-2, 3:-3], "rgb24"),
        (lambda: tensor()[::2], "rgb24"),
        (lambda: tensor()[:1].expand(6, -1, -1, -1), "rgb24"),
        (lambda: torch.nn.Parameter(tensor(), requires_grad=False), "rgb24"),
    ],
    ids=["whole", "planes", "channels last", "crop", "every other frame", "one frame for all", "parameter"],
)
def test_tensors_are_read_where_they_are(view: Callable[[], Any], format: str) -> None:
    frames = view()
    seen: Any = as_buffer(frames)
    assert seen.ctypes.data == frames.data_ptr() and flashinator._native.FrameArray(seen).format == format
    array = np.ascontiguousarray(seen)
    expected = flashinator.table(array).tobytes()
    assert flashinator.table(frames).tobytes() == flashinator.table(iter(frames)).tobytes() == expected
    found, wanted = flashinator.analyse(frames, 25).rows, flashinator.analyse(array, 25).rows
    assert found[["frame", "verdict", "general_transitions"]].tolist() == (
        wanted[["frame", "verdict", "general_transitions"]].tolist()
    )
    pushed = flashinator.Analyser(array.shape[2], array.shape[1]).push(frames[0], torch.tensor(1.5))
    assert (pushed.luminance, pushed.time) == (
        flashinator.Analyser(array.shape[2], array.shape[1]).push(array[0], 1.5).luminance,
        1.5,
    )


def test_tensors_with_steps_are_copied() -> None:
    frames = tensor()[:, ::3, ::2]
    assert flashinator.table(frames).tobytes() == flashinator.table(FRAMES[:, ::3, ::2].copy()).tobytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frames: frames.permute(0, 3, 1, 2), r"transpose\(0, 2, 3, 1\)"),
        (lambda frames: frames.float(), "float32"),
        (lambda frames: frames.float().requires_grad_(), r"detach\(\)"),
        (lambda frames: frames.bfloat16(), "dtype"),
        (lambda frames: frames.bool(), "bool"),
        (lambda frames: frames.to(torch.uint16), "uint16"),
        (lambda frames: frames.to("meta"), "meta"),
        (lambda frames: frames.to(torch.complex64).conj(), "conjugate"),
        (lambda frames: frames[0, 0, 0, 0], "single number"),
    ],
    ids=["channels first", "float32", "gradient", "bfloat16", "bool", "uint16", "meta", "conjugate", "number"],
)
def test_what_is_no_tensor_of_frames(change: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(flashinator.FrameError, match=message):
        flashinator.table(change(tensor()))
