"""The T table as it is defined, in NumPy."""

import numpy as np
import numpy.typing as npt


def table(frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """T, rises and falls of frames of shape (F, H, W, 3) or (F, H, W)."""
    gray = frames.astype(np.float64)
    if frames.ndim == 4:
        gray = gray.mean(axis=3)
    luminance = 4.0 * (0.2 * gray + 1.0) ** 2.2
    rows = []
    for delta in np.diff(luminance, axis=0):
        rises, falls = five_largest(delta), five_largest(-delta)
        rows.append((rises if rises > falls else 0.0 - falls, rises, falls))
    return np.array(rows, np.float64).reshape(-1, 3)


def five_largest(values: npt.NDArray[np.float64]) -> float:
    """The mean of the five largest positive values, missing ones counted as 0."""
    positive = np.sort(values[values > 0])[::-1][:5]
    return float(positive.sum() / 5)
