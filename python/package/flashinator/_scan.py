"""The scan of a file: what the command ``flashinator scan`` does, as a function."""

from __future__ import annotations

import io
import operator
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import IO, Any

import numpy as np

from . import _native
from ._analyser import Box, boxes, profile_names, summary_of
from ._analysis import ROW, Result


def scan(
    path_or_file: str | os.PathLike[str] | IO[bytes],
    *,
    profile: str | Sequence[str] = "wcag22",
    thresholds: str | os.PathLike[str] | None = None,
    css_width: float | None = None,
    degrees: float | None = None,
    pixel_aspect: float | None = None,
    display: str | None = None,
    curve: str | None = None,
    primaries: str | None = None,
    matrix: str | None = None,
    range: str | None = None,
    background: str | None = None,
    deinterlace: bool = True,
    stream: int | None = None,
    crop: Box | None = None,
    ignore: Sequence[Box] = (),
    start: float = 0.0,
    duration: float | None = None,
    raw: str | None = None,
    size: tuple[int, int] | None = None,
    fps: float = 25.0,
    table: bool = False,
) -> Result:
    """Judges a video: the code of ``flashinator scan``, whose options these are.

    Args:
        path_or_file: A video of any kind that the ``ffmpeg`` on the PATH decodes, an animation (GIF, PNG, WebP), a .y4m
            or .npy file, numbered pictures (``frame_%04d.png``), an address; or a file object of bytes, which is read
            from where it is to its end, into a temporary file.
        profile: The rules to judge by, one of :data:`PROFILES` or several.
        thresholds: A TOML file with thresholds that differ from those of the profile.
        css_width: How wide the picture is shown, in CSS pixels; by default as :class:`Analyser` has it.
        degrees: The same in degrees of the visual field. Give one of the two.
        pixel_aspect: The width of a pixel divided by its height; by default, as all of the following, as the file says.
        display: The display that the video is made for: ``"srgb"`` or ``"bt1886"``.
        curve: How codes stand for light: ``"sdr"``, ``"pq"`` or ``"hlg"``.
        primaries: The colours that red, green and blue are: ``"bt709"`` or ``"bt2020"``.
        matrix: How luma and chroma make RGB: ``"bt601"``, ``"bt709"`` or ``"bt2020"``.
        range: ``"full"`` or ``"limited"`` codes.
        background: What is behind pictures with alpha: ``"white"`` (the default), ``"black"``, a colour such as
            ``"#20a0ff"``, or ``"both"``, for white and black, of which the worse counts.
        deinterlace: Whether interlaced video is judged field by field.
        stream: Which video stream to judge, from 0; by default the one that the file marks, or the first.
        crop: The part of the picture to judge, (x, y, width, height) in pixels.
        ignore: Parts of the picture that never flash, such as a logo; up to 16.
        start: Where to begin, in seconds.
        duration: How many seconds to judge; by default all.
        raw: The format of frames without a header, one of :data:`FORMATS`; ``size`` is needed then.
        size: Width and height of raw frames.
        fps: Frames in a second, of raw frames and .npy.
        table: Whether to make the T table too, for the column ``t`` of the rows.

    Returns:
        The result; its ``report`` writes a web page.

    Raises:
        SettingsError: An option is no such value.
        ScanError: The input cannot be read, or not to its end. ``error.result`` is what was found before, if anything was.

    The interpreter lock is released. An interrupt (Ctrl-C) ends the scan.

    >>> result = scan("../samples/flash.y4m", profile=["wcag22", "bt1702"])
    >>> result.verdict, result.frames, result.incidents[0].peak
    ('fail', 61, 1.9)
    """
    if css_width is not None and degrees is not None:
        raise _native.SettingsError("css_width and degrees say the same; give one of them")
    width = None if css_width is None else f"{css_width}px"
    if degrees is not None:
        width = f"{degrees}deg"
    values: dict[str, Any] = {
        "profile": ",".join(map(str, profile_names(profile))),
        "thresholds": thresholds,
        "width": width,
        "pixel-aspect": pixel_aspect,
        "display": display,
        "curve": curve,
        "primaries": primaries,
        "matrix": matrix,
        "range": range,
        "background": background,
        "stream": stream,
        "crop": None if crop is None else _box(*boxes("crop", [crop])),
        "start": start,
        "duration": duration,
        "raw": raw,
        "size": None if size is None else _size(size),
        "fps": fps,
    }
    options = [f"--{name}={value}" for name, value in values.items() if value is not None]
    options += [f"--ignore={_box(box)}" for box in boxes("ignore", ignore)]
    if not deinterlace:
        options.append("--no-deinterlace")
    path = os.fspath(path_or_file) if isinstance(path_or_file, os.PathLike) else path_or_file
    if isinstance(path, str):
        return _scan(_checked(path), options, bool(table))
    if isinstance(path, bytes) or not hasattr(path, "read"):
        raise _failure(f"{path!r:.200} is neither a path nor a file; give a str, a pathlib.Path or a file of bytes")
    given = getattr(path, "name", None)
    name = given if isinstance(given, str) and given else "file"
    if isinstance(path, io.TextIOBase):
        raise _failure(f'{name} is a file of text; open it with open(path, "rb")')
    # No ending of a video is longer, and a system may refuse a long one.
    ending = os.path.splitext(name)[1][:16]
    with tempfile.NamedTemporaryFile(prefix="flashinator-", suffix=ending) as copy:
        shutil.copyfileobj(path, copy)
        copy.flush()
        return _scan(copy.name, options, bool(table), name)


def _checked(path: str) -> str:
    """A path that names something."""
    if not path:
        raise _failure("the path is empty; give that of a video")
    try:
        os.fsencode(path)
    except UnicodeError:
        raise _failure(f"{path!r} cannot be the name of a file; give that of a video") from None
    return path


def _scan(path: str, options: list[str], table: bool, name: str | None = None) -> Result:
    found = _native.scan(path, options, table)
    if name is not None:
        found["error"] = found["error"] and found["error"].replace(found["name"], name)
        found["page"] = found["page"].replace(found["name"], name)
        found["name"] = name
    error = found["error"]
    result = None
    if found["frames"]:
        rows = np.array([(*row[:4], *row[4], *row[5:9], *row[9], *row[10]) for row in found.pop("rows")], ROW)
        summaries = {profile: summary_of(summary) for profile, summary in found.pop("summaries")}
        page, limits, notes = found.pop("page"), dict(found.pop("max_transitions")), tuple(found.pop("notes"))
        result = Result(rows=rows, summaries=summaries, max_transitions=limits, notes=notes, _page=page, **found)
    if error is None and result is not None:
        return result
    raise _failure(error, result)


def _failure(message: str, result: Result | None = None) -> _native.ScanError:
    failure = _native.ScanError(message)
    failure.result = result
    return failure


def _size(size: tuple[int, int]) -> str:
    try:
        width, height = map(operator.index, size)
    except (TypeError, ValueError):
        raise _native.SettingsError(f"size is {size!r}; give (width, height) in pixels") from None
    return f"{width}x{height}"


def _box(box: Box) -> str:
    x, y, width, height = box
    return f"{width}x{height}+{x}+{y}"
