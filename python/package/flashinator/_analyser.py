"""The analyser: frames in, reports out."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any, Literal, NoReturn, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from . import _native
from ._frames import FrameLike, as_buffer

#: How a frame or a video is judged, from the best to the worst. ``extended-warning`` is flashing that is permitted for
#: a second and has been shown in 4 of the last 5: WCAG allows it, ITU-R BT.1702 calls it a risk.
Verdict: TypeAlias = Literal["pass", "warning", "extended-warning", "fail"]

#: x, y, width and height in pixels, from the top left of the picture.
Box: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What is said of a regular pattern, such as stripes.

    Attributes:
        area: The part of the picture, 0 to 1, that has had one for half a second and does not flow smoothly in one
            direction.
        changing: The part of the picture in which it changes, 0 to 1.
        pairs: The most pairs of light and dark stripes; a pattern has more than five. 0 where there is none.
        motion: How it moves: ``"none"`` if there is none, ``"still"``, ``"drift"`` or ``"changing"``.
        verdict: ``"fail"`` if it takes more than 40% of the picture, or changes on more than 25%; else ``"pass"``.
        bounds: The smallest box around it, (x, y, width, height) in pixels; empty if there is none.
    """

    area: float
    changing: float
    pairs: float
    motion: str
    verdict: Verdict
    bounds: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is said of one frame.

    One flash is two transitions. A count is the largest number of transitions in the last second that a large enough
    part of some field has. Boxes are (x, y, width, height) in pixels.

    Attributes:
        frame: The number of the frame, from 0.
        time: When it is shown, in seconds.
        luminance: The mean luminance of the picture, as a part of white.
        general_transitions: Transitions of luminance in the last second.
        red_transitions: Transitions to or from a saturated red in the last second.
        verdict: The verdict on the frame: ``"pass"``, ``"warning"``, ``"extended-warning"`` or ``"fail"``.
        hazard: The kind with the larger count, ``"general"`` or ``"red"``; ``"pattern"`` if the frame fails for its
            regular pattern only; none if there is nothing.
        area: The part of the worst field that flashes, 0 to 1.
        field: The worst field, as far as it lies in the picture; empty if nothing flashes.
        flashing: The smallest box around what flashes, or has the pattern; empty if nothing does.
        pattern: The regular pattern; none where the profile does not look for any, as only ``bt1702`` and ``ofcom`` do.
    """

    frame: int
    time: float
    luminance: float
    general_transitions: int
    red_transitions: int
    verdict: Verdict
    hazard: str | None
    area: float
    field: Box
    flashing: Box
    pattern: Pattern | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Frames that follow each other and none of which passes.

    Attributes:
        first_frame: The number of the first frame, from 0.
        last_frame: The number of the last frame.
        start: When the first frame is shown, in seconds. The flashes that count for it lie in the second before.
        end: When the last frame is shown.
        verdict: The worst verdict.
        hazard: The kind of hazard of the worst frame: ``"general"``, ``"red"`` or ``"pattern"``.
        general_transitions: The largest count of transitions of luminance in a second.
        red_transitions: The largest count of transitions to or from a saturated red in a second.
        peak_frame: The worst frame, the first of them.
        peak: When it is shown, in seconds.
        area: The part of the worst field that flashes there, 0 to 1.
        field: That field, (x, y, width, height) in pixels.
        flashing: The box around what flashes, or has the pattern, in all frames that are as bad.
        pattern: The regular pattern that takes the most of the picture, as :class:`Report` has it.
    """

    first_frame: int
    last_frame: int
    start: float
    end: float
    verdict: Verdict
    hazard: str
    general_transitions: int
    red_transitions: int
    peak_frame: int
    peak: float
    area: float
    field: Box
    flashing: Box
    pattern: Pattern | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is said of all frames so far.

    Attributes:
        frames: Frames in all.
        verdict: The worst verdict on any of them.
        incident_count: Incidents in all.
        worst: The report on the worst frame, the first of them; none before the first frame.
        incidents: The first incidents, as many as ``max_incidents`` says.
    """

    frames: int
    verdict: Verdict
    incident_count: int
    worst: Report | None
    incidents: tuple[Incident, ...]


class Analyser:
    """Follows a video and says of every frame whether it is safe, by one profile or by several in one pass.

    Args:
        width: Pixels in a row.
        height: Rows.
        format: How pixels lie in memory, by FFmpeg's name; :data:`FORMATS` has them all.
        profile: The rules to judge by, one of :data:`PROFILES`, or up to eight of them.
        css_width: How wide the picture is shown, in CSS pixels. By default it is fitted into 1024x768 CSS pixels, or
            1920x1080 for ``trace24``. Shown larger, more of it counts.
        degrees: The same in degrees of the visual field, up to 180. Give one of the two.
        pixel_aspect: The width of a pixel divided by its height, 0.001 to 1000.
        display: The display that video of standard dynamic range is made for, ``"srgb"`` or ``"bt1886"``; by default
            as the profile has it.
        curve: How codes stand for light: ``"sdr"``, ``"pq"`` or ``"hlg"``.
        primaries: The colours that red, green and blue are: ``"bt709"`` or ``"bt2020"``.
        matrix: How luma and chroma make RGB, for YUV: ``"bt601"``, ``"bt709"`` or ``"bt2020"``; by default ``bt709``
            from 720 rows on, else ``bt601``, as players do for video that does not say.
        range: Which codes of YUV are black and white: ``"limited"`` or ``"full"``.
        ignore: Boxes (x, y, width, height) that never flash, such as a logo; up to 16.
        max_fps: The most frames in a second, 1 to 1000. Memory grows with it.
        max_incidents: Incidents to keep the details of, up to 65536.

    Raises:
        SettingsError: A value that no analyser can be made with.

    An analyser is for one thread at a time. While it takes a frame, every call from another thread raises
    :class:`InUseError`. The interpreter lock is released, so that analysers in several threads run at the same time.

    >>> import numpy as np
    >>> analyser = Analyser(64, 48)
    >>> for i in range(25):
    ...     report = analyser.push(np.full((48, 64, 3), 255 * (i % 2), np.uint8), time=i / 20)
    >>> report.verdict, report.general_transitions
    ('fail', 20)
    >>> analyser.summary().incidents[0].start
    0.2
    """

    def __init__(
        self,
        width: int,
        height: int,
        format: str = "rgb24",
        *,
        profile: str | Sequence[str] = "wcag22",
        css_width: float | None = None,
        degrees: float | None = None,
        pixel_aspect: float = 1.0,
        display: str | None = None,
        curve: str = "sdr",
        primaries: str = "bt709",
        matrix: str | None = None,
        range: str = "limited",
        ignore: Sequence[Box] = (),
        max_fps: int = 60,
        max_incidents: int = 64,
    ) -> None:
        self._profiles = profile_names(profile)
        self._native = _native.Analyser(
            width,
            height,
            format,
            profiles=list(self._profiles),
            css_width=css_width,
            degrees=degrees,
            pixel_aspect=pixel_aspect,
            display=display,
            curve=curve,
            primaries=primaries,
            matrix=matrix,
            range=range,
            ignore=boxes("ignore", ignore),
            max_fps=max_fps,
            max_incidents=max_incidents,
        )
        self._shape = (format, int(width), int(height))

    def __reduce__(self) -> NoReturn:
        raise TypeError("an analyser cannot be copied or pickled; make one where its frames are")

    def __repr__(self) -> str:
        format, width, height = self._shape
        return f"<flashinator.Analyser of {width}x{height} {format} by {', '.join(self._profiles)}>"

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that frames are judged by."""
        return self._profiles

    def push(self, frame: FrameLike | Sequence[FrameLike], time: float | Fraction) -> Report:
        """Takes the next frame.

        Args:
            frame: Pixels of the analyser's format and size, in one of three forms. An array: (H, W) for gray, (H, W, 3)
                or (H, W, 4) for formats of one plane with colours. A list of planes in the format's order, each an
                array of its rows; the two samples of NV12's chroma may be an axis of their own. Or all bytes in one
                buffer, without padding. Samples of more than 8 bits are numpy.uint16, or their bytes in little-endian
                order. Rows may have any distance. A plane whose rows are not in one piece is copied.
            time: When the frame is shown, in seconds from any beginning, after the time of the frame before. A float is
                rounded to nanoseconds.

        Returns:
            The report by the first profile; :meth:`report` has the others.

        Raises:
            FrameError: The frame is not of this format or size.
            TimeError: The time is not a number, or not after the one before, or there are more than ``max_fps`` frames in a
                second.
            InUseError: Another thread is using the analyser.

        After an error the frame is not taken, and the analyser goes on with the next.
        """
        planes = [as_buffer(plane) for plane in frame] if isinstance(frame, (list, tuple)) else as_buffer(frame)
        return _report(self._native.push(planes, nanoseconds(time), 1, 1_000_000_000))

    def push_av(self, frame: Any) -> Report:
        """Takes a frame of PyAV, ``av.VideoFrame``, at its time, without copying its planes.

        Args:
            frame: A frame whose format, width and height are the analyser's. Others can be converted first, with
                ``frame.reformat(format="rgb24")``. Matrix and range are the analyser's, whatever the frame says.

        Returns:
            The report by the first profile.

        Raises:
            FrameError: The frame has another format or size, or a plane that is stored upside down.
            TimeError: As :meth:`push`, and if the frame has no time.
            InUseError: Another thread is using the analyser.
        """
        given = (frame.format.name, frame.width, frame.height)
        if given != self._shape:
            raise _native.FrameError(
                "the frame is {1}x{2} {0}, the analyser takes {4}x{5} {3}; make an analyser for it, or convert it with "
                "frame.reformat".format(*given, *self._shape)
            )
        if frame.pts is None or frame.time_base is None:
            raise _native.TimeError("the frame has no time; set its pts and time_base")
        planes = [_rows_of(plane, _native.plane_size(*given, index)) for index, plane in enumerate(frame.planes)]
        base = frame.time_base
        return _report(self._native.push(planes, frame.pts, base.numerator, base.denominator))

    def report(self, profile: str | None = None) -> Report | None:
        """The report on the last frame by a profile, the first by default; none before the first frame.

        Raises:
            SettingsError: The analyser has no such profile.
        """
        report = self._native.report(self._index(profile))
        return None if report is None else _report(report)

    def summary(self, profile: str | None = None) -> Summary:
        """What is to be said of the frames so far by a profile, the first by default.

        Raises:
            SettingsError: The analyser has no such profile.
        """
        return summary_of(self._native.summary(self._index(profile)))

    def mask(self, profile: str | None = None) -> npt.NDArray[np.bool_]:
        """The cells that have the count of the last frame: true for those that flash, or lie in its pattern if that is its
        hazard.

        Returns:
            bool of shape (rows, columns), from the top left of the picture. :meth:`cell` is the size of a cell; those at
            the right and at the bottom may reach over the edge.

        Raises:
            SettingsError: The analyser has no such profile.
        """
        index = self._index(profile)
        columns, rows, _, _ = self._native.grid(index)
        packed = np.frombuffer(self._native.mask(index), np.uint8).reshape(rows, -1)
        return np.unpackbits(packed, axis=1, count=columns, bitorder="little").astype(np.bool_)

    def cell(self, profile: str | None = None) -> tuple[int, int]:
        """Width and height of a cell in pixels: less than 0.1 degree of the visual field.

        Raises:
            SettingsError: The analyser has no such profile.
        """
        _, _, width, height = self._native.grid(self._index(profile))
        return width, height

    def reset(self) -> None:
        """Forgets all frames."""
        self._native.reset()

    def _index(self, profile: str | None) -> int:
        if profile is None:
            return 0
        try:
            return self._profiles.index(profile)
        except ValueError:
            raise _native.SettingsError(
                f"the analyser has no profile {profile!r}; it has {', '.join(self._profiles)}"
            ) from None


def summary_of(native: dict[str, Any]) -> Summary:
    """The summary of a native one."""
    worst, incidents = native.pop("worst"), native.pop("incidents")
    return Summary(
        worst=None if worst is None else _report(worst),
        incidents=tuple(Incident(**_with_pattern(incident)) for incident in incidents),
        **native,
    )


def _report(native: dict[str, Any]) -> Report:
    return Report(**_with_pattern(native))


def _with_pattern(native: dict[str, Any]) -> dict[str, Any]:
    pattern = native["pattern"]
    return native | {"pattern": None if pattern is None else Pattern(**pattern)}


def nanoseconds(time: float | Fraction) -> int:
    """A time in seconds as nanoseconds.

    Raises:
        TimeError: It is not a number, or more than 146 years.
    """
    try:
        exact = round(plain_number(time) * 1_000_000_000)
    except (TypeError, ValueError, OverflowError):
        exact = 1 << 62
    if abs(exact) >= 1 << 62:
        raise _native.TimeError(f"the time {time!r} is not a number of seconds; give less than 146 years")
    return exact


def plain_number(value: Any) -> float | Fraction:
    """A number that does not wrap around, as those of NumPy do.

    Raises:
        TypeError, ValueError, OverflowError: It is none.
    """
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, (str, bytes)):
        raise TypeError("text is no number")
    return float(value)


def profile_names(profile: str | Sequence[str]) -> tuple[str, ...]:
    """The names of one profile or several; what is no name is found out where they are looked up."""
    return tuple(profile) if isinstance(profile, Iterable) and not isinstance(profile, str) else (profile,)


def boxes(name: str, given: Sequence[Box]) -> list[Box]:
    """Boxes of plain integers.

    Raises:
        SettingsError: They are none.
    """
    try:
        found = [tuple(map(operator.index, box)) for box in given]
    except TypeError:
        found = [()]
    if any(len(box) != 4 or not 0 <= min(box) <= max(box) < 1 << 32 for box in found):
        raise _native.SettingsError(f"{name} is {given!r}; give boxes (x, y, width, height) of whole numbers from 0")
    return cast("list[Box]", found)


def _rows_of(plane: Any, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """The rows of a plane of PyAV, without their padding."""
    rows, row_bytes = size
    if plane.line_size < row_bytes:
        raise _native.FrameError("a plane is stored upside down; convert the frame with frame.reformat")
    data = np.frombuffer(plane, np.uint8)
    return data[: rows * plane.line_size].reshape(rows, plane.line_size)[:, :row_bytes]
