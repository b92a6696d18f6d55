"""The analysis of a whole video."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _native
from ._analyser import Analyser, Incident, Pattern, Report, Summary, Verdict, nanoseconds, plain_number
from ._chart import chart
from ._frames import FrameLike, as_buffer, frames_of

#: The columns of :attr:`Result.rows`: those of ``flashinator scan --csv`` with profiles that look for
#: patterns.
ROW = np.dtype(
    [
        ("profile", "U16"),
        ("frame", np.uint64),
        ("time", np.float64),
        ("luminance", np.float64),
        ("general_transitions", np.uint32),
        ("red_transitions", np.uint32),
        ("verdict", "U16"),
        ("t", np.float64),
        ("hazard", "U16"),
        ("area", np.float64),
        ("x", np.uint32),
        ("y", np.uint32),
        ("width", np.uint32),
        ("height", np.uint32),
        ("pattern_area", np.float64),
        ("pattern_pairs", np.float64),
        ("pattern_motion", "U16"),
        ("pattern_verdict", "U16"),
    ]
)

#: From the best to the worst.
VERDICTS: tuple[Verdict, ...] = ("pass", "warning", "extended-warning", "fail")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """What was found in a video.

    Attributes:
        name: The name of the video.
        width: Pixels in a row.
        height: Rows.
        pixels: How the pixels were interpreted.
        frames: Frames analysed, repetitions of an animation included.
        end: When the last frame is shown, in seconds.
        verdict: The worst verdict by any profile: ``"pass"``, ``"warning"``, ``"extended-warning"`` or ``"fail"``; or
            ``"incomplete"`` if not all could be analysed and what could does not fail.
        summaries: What each profile says, a :class:`Summary` by its name, in the order in which they were given.
        max_transitions: Transitions in a second that are still no failure by each profile.
        rows: A row for every frame and profile, in a structured array with the columns ``profile``, ``frame``, ``time``
            in seconds, ``luminance`` as a part of white, ``general_transitions``, ``red_transitions``, ``verdict``,
            ``t`` (the value of the T table, NaN for the first frame and where it was not asked for), ``hazard`` (empty
            where nothing flashes), ``area``, ``x``, ``y``, ``width``, ``height`` of the box around what flashes, in
            pixels; and ``pattern_area``, ``pattern_pairs``, ``pattern_motion``, ``pattern_verdict`` of
            :class:`Pattern`, NaN or empty where the profile does not look for patterns.
            ``pandas.DataFrame(result.rows)`` and ``polars.DataFrame(result.rows)`` take it as it is.
        looped: Whether an animation that repeats was followed beyond its end; the repetitions have no rows.
        notes: What is worth telling about how the video was read, such as tags that are missing.
        error: Why not all of the video could be analysed; none if all was.
    """

    name: str
    width: int
    height: int
    pixels: str
    frames: int
    end: float
    verdict: Verdict | Literal["incomplete"]
    summaries: Mapping[str, Summary]
    max_transitions: Mapping[str, int]
    rows: npt.NDArray[np.void] = field(repr=False)
    looped: bool = False
    notes: tuple[str, ...] = ()
    error: str | None = None
    _page: str | None = field(default=None, repr=False)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents by the first profile."""
        return next(iter(self.summaries.values())).incidents

    def report(self, path: str | os.PathLike[str]) -> None:
        """Writes a web page that shows where the video flashes, and why. It needs no other file.

        Raises:
            FlashinatorError: The result is not of :func:`scan`, which takes the pictures for the page.
            OSError: The file cannot be written.
        """
        if self._page is None:
            raise _native.FlashinatorError(
                "only scan takes the pictures for a page; write the frames with numpy.save and scan the file"
            )
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(self._page)

    def plot(self, axes: Any = None) -> Any:
        """Draws the transitions of every second over time, the limits, and the incidents, with matplotlib.

        Args:
            axes: The axes of matplotlib to draw on; new ones by default.

        Returns:
            The axes.

        Raises:
            ImportError: matplotlib is not installed.
        """
        if axes is None:
            pyplot: Any = import_module("matplotlib.pyplot")
            _, axes = pyplot.subplots(figsize=(9, 3), layout="constrained")
        for name in self.summaries:
            rows = self.rows[self.rows["profile"] == name]
            counts = np.maximum(rows["general_transitions"], rows["red_transitions"])
            axes.step(rows["time"], counts, where="post", label=name)
        for incident in self.incidents:
            axes.axvspan(incident.start, incident.end, color="tab:red", alpha=0.15, linewidth=0)
        limit = next(iter(self.max_transitions.values()))
        axes.axhline(limit, color="tab:red", linestyle="--", linewidth=1)
        axes.set(title=f"{self.name}: {self.verdict}", xlabel="seconds", ylabel="transitions in a second", ylim=(0, None))
        axes.legend(loc="upper right")
        return axes

    def _repr_html_(self) -> str:
        """The chart that notebooks show: transitions over time, and the limit of the first profile."""
        return chart(self)


def analyse(
    frames: FrameLike | Iterable[FrameLike],
    fps: float | Fraction,
    *,
    profile: str | Sequence[str] = "wcag22",
    table: bool = False,
    **settings: Any,
) -> Result:
    """Judges an array of frames, or frames one by one.

    Args:
        frames: Pixels of uint8 in an array of shape (F, H, W, 3), red, green and blue, or (F, H, W), gray; or frames of
            shape (H, W, 3) or (H, W) one by one, from a list or a generator. As :func:`video_flashinator` takes them:
            read where they are, if their strides allow it.
        fps: Frames in a second, 1 to 1000, such as ``25`` or ``Fraction(30000, 1001)``.
        profile: As :class:`Analyser` takes it.
        table: Whether to make the T table too, for the column ``t`` of the rows.
        **settings: Further settings of :class:`Analyser`, by name.

    Returns:
        The result, with a row for every frame and profile.

    Raises:
        FrameError: ``frames`` is not of uint8, has another shape, or has no frames, or a frame has not the size of the
            first.
        SettingsError: ``fps`` or another setting is out of range.

    >>> import numpy as np
    >>> frames = np.zeros((25, 48, 64, 3), np.uint8)
    >>> frames[1::2] = 255
    >>> result = analyse(frames, fps=20, profile=["wcag22", "bt1702"])
    >>> result.verdict, result.summaries["bt1702"].verdict
    ('fail', 'fail')
    >>> result.rows[["frame", "verdict"]][-2:].tolist()
    [(24, 'fail'), (24, 'fail')]
    """
    try:
        rate = Fraction(plain_number(fps))
    except (TypeError, ValueError, OverflowError):
        rate = Fraction(0)
    if not 1 <= rate <= 1000:
        raise _native.SettingsError(f"the frame rate {fps!r} is out of range; give 1 to 1000 frames a second")
    settings.setdefault("max_fps", max(60, -(-rate.numerator // rate.denominator)))
    analyser = None
    changes = _native.TTable()
    rows = []
    for number, (array, index) in enumerate(frames_of(as_buffer(frames))):
        if analyser is None:
            analyser = Analyser(array.width, array.height, array.format, profile=profile, **settings)
            format, width, height = array.format, array.width, array.height
        analyser._native.push_from(array, index, nanoseconds(number / rate))
        change = changes.push_from(array, index) if table else None
        for name in analyser.profiles:
            report = analyser.report(name)
            assert report is not None
            rows.append(_row(name, report, float("nan") if change is None else change[0]))
    if analyser is None:
        raise _native.FrameError("there are no frames to analyse; give at least one")
    summaries = {name: analyser.summary(name) for name in analyser.profiles}
    return Result(
        name="array",
        width=width,
        height=height,
        pixels=format,
        frames=number + 1,
        end=float(number / rate),
        verdict=max((summary.verdict for summary in summaries.values()), key=VERDICTS.index),
        summaries=summaries,
        max_transitions={name: _native.max_transitions(name) for name in analyser.profiles},
        rows=np.array(rows, ROW),
    )


def _row(profile: str, report: Report, value: float) -> tuple[Any, ...]:
    """The row of a report."""
    return (
        profile,
        report.frame,
        report.time,
        report.luminance,
        report.general_transitions,
        report.red_transitions,
        report.verdict,
        value,
        report.hazard or "",
        report.area,
        *report.flashing,
        *_pattern_columns(report.pattern),
    )


def _pattern_columns(pattern: Pattern | None) -> tuple[float, float, str, str]:
    if pattern is None:
        return float("nan"), float("nan"), "", ""
    return pattern.area, pattern.pairs, pattern.motion, pattern.verdict
