"""The T table."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from . import _native
from ._frames import FrameLike, as_buffer, frames_of, is_stream


def video_flashinator(frames: FrameLike | Iterable[FrameLike]) -> npt.NDArray[np.float64]:
    """T for every frame after the first: how much brighter or darker the picture became.

    The gray value x of a pixel is the mean of its channels, 0 to 255, and its luminance is 4 (0.2 x + 1)^2.2, from 4 for
    black to 23837.9 for white. Of the differences of luminance to the frame before, p is the mean of the five largest
    rises and n the mean of the five largest falls, as magnitudes, missing ones counted as 0. T is p where p is larger
    than n, else -n. It is exact to the last bit on every processor.

    Args:
        frames: Pixels of uint8 in an array of shape (F, H, W, 3) or (F, H, W), or frames of shape (H, W, 3) or (H, W)
            one by one, from a list or a generator, which may be longer than memory. Read-only arrays are fine.
            Nothing is copied if in every row pixel follows pixel and channel follows channel, in either order
            (``frames[..., ::-1]``), or if the channels are planes (``tensor.permute(0, 2, 3, 1)``); there may be any
            distance between rows and between frames, also a negative one, so slices, crops and flipped pictures are
            read where they are. Of any other array one frame at a time is copied.

    Returns:
        float64 of shape (F - 1, 1), in the unit of luminance; of shape (0, 1) if there are fewer than two frames.

    Raises:
        FrameError: ``frames`` is not of uint8, has another shape, has no pixels, or a frame of an iterable has not the
            size of the first.

    >>> import numpy as np
    >>> frames = np.zeros((3, 2, 2, 3), np.uint8)
    >>> frames[1] = 255
    >>> video_flashinator(frames).round(1)
    array([[ 19067.1],
           [-19067.1]])

    A frame of four pixels has no fifth change, which counts as 0.
    """
    return table(frames)[:, :1].copy()


def table(frames: FrameLike | Iterable[FrameLike], positive: bool = True) -> npt.NDArray[np.float64]:
    """The T table with its three columns: T, the rises and the falls.

    Args:
        frames: As :func:`video_flashinator` takes them.
        positive: Whether the falls are magnitudes, 0 or more, as in the definition. Otherwise they are 0 or less.

    Returns:
        float64 of shape (F - 1, 3): T, the mean of the five largest rises, the mean of the five largest falls.

    Raises:
        FrameError: As :func:`video_flashinator`.

    >>> import numpy as np
    >>> frames = np.full((2, 1, 10), 100, np.uint8)
    >>> frames[1, 0, :5], frames[1, 0, 5:] = 110, 95
    >>> table(frames).round(2)
    array([[718.55, 718.55, 330.06]])
    >>> table(frames, positive=False).round(2)
    array([[ 718.55,  718.55, -330.06]])
    """
    pixels = as_buffer(frames)
    if is_stream(pixels):
        stream = _native.TTable()
        pushed = (stream.push_from(array, index) for array, index in frames_of(pixels))
        rows = [row for row in pushed if row is not None]
    else:
        rows = _native.table(pixels)
    columns = np.array(rows, np.float64).reshape(-1, 3)
    if not positive:
        columns[:, 2] = 0.0 - columns[:, 2]
    return columns
