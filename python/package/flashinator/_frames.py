"""What can be given as pixels."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt


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
    """The same memory as an object with the buffer protocol, if there is a way to it."""
    if hasattr(pixels, "__dlpack__") and not has_buffer(pixels):
        return np.from_dlpack(pixels)
    return pixels
