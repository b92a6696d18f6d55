"""What can be given as pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from . import _native


class SupportsDLPack(Protocol):
    """An array of another library in this machine's memory, such as a tensor of PyTorch on the CPU."""

    def __dlpack__(self, *, stream: None = None) -> Any: ...

    def __dlpack_device__(self) -> tuple[Any, int]: ...


#: Pixels: an array of NumPy, an object with the buffer protocol, or one with DLPack.
FrameLike: TypeAlias = (
    npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | bytes | bytearray | memoryview | SupportsDLPack
)


def has_buffer(pixels: object) -> bool:
    """Whether an object has the buffer protocol."""
    try:
        memoryview(pixels).release()  # type: ignore[arg-type]
    except TypeError:
        return False
    except (BufferError, ValueError):
        # An array of a type that the protocol has no name for; the native half says so.
        return True
    return True


def as_buffer(pixels: object) -> object:
    """The same memory as an object with the buffer protocol, if there is a way to it.

    Raises:
        FrameError: Some pixels of an array of NumPy are masked, or an array of another library cannot be read.
    """
    if isinstance(pixels, np.ma.MaskedArray) and np.ma.is_masked(pixels):
        raise _native.FrameError("some pixels are masked, and have no value; give them one with array.filled(0)")
    if not hasattr(pixels, "__dlpack__") or has_buffer(pixels):
        return pixels
    try:
        return np.from_dlpack(pixels)
    except Exception as error:
        raise _native.FrameError(
            f"{type(pixels).__name__} cannot be read by DLPack: {error}; give one of uint8 in this machine's memory"
        ) from error


def is_stream(pixels: object) -> bool:
    """Whether frames come one by one, and not in one array."""
    return not has_buffer(pixels) and isinstance(pixels, Iterable)


def frames_of(pixels: Any) -> Iterator[tuple[_native.FrameArray, int]]:
    """The frames of an array or an iterable of frames, each as an array and its place there.

    Raises:
        FrameError: It is neither, or a frame is not of the size of the first.
    """
    if not is_stream(pixels):
        array = _native.FrameArray(pixels)
        yield from ((array, index) for index in range(len(array)))
        return
    first = None
    for number, frame in enumerate(pixels):
        array = _native.FrameArray.one(as_buffer(frame), number, first)
        first = first or array
        yield array, 0
