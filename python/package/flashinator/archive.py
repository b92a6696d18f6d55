"""For archives: many files, one row each, with whatever engine runs the tasks.

``python/examples`` has programs that use this with Ray and with Dask, and ``docs/archives.md`` says how to run them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ._analysis import VERDICTS
from ._native import FlashinatorError, ScanError
from ._scan import scan

#: Files with other endings are left out where a folder is given; any file can be given by its own name.
ENDINGS = frozenset(
    ".3gp .apng .asf .avi .flv .gif .ivf .m2ts .m2v .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .npy .ogv .ts .vob .webm "
    ".webp .wmv .y4m".split()
)


def videos(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[str]:
    """The files of a path or of several, each once, in order: files as they are, and of folders the videos in them at any
    depth.

    >>> videos("../samples")
    ['../samples/flash.y4m']
    """
    found: dict[str, None] = {}
    for path in map(Path, [paths] if isinstance(paths, (str, os.PathLike)) else paths):
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file == path or file.suffix.lower() in ENDINGS and file.is_file():
                found[str(file)] = None
    return list(found)


def row(path: str | os.PathLike[str], **options: Any) -> dict[str, Any]:
    """Scans a file and gives a row of plain values, of the same columns for every file. It does not raise: a file that
    cannot be read, or not to its end, is a row with its error.

    Args:
        path: The file.
        **options: Those of :func:`flashinator.scan`.

    Returns:
        ``path``; ``verdict``, the worst one by any profile, ``"incomplete"`` if not all frames could be judged and those
        that were do not fail; ``error``, why not, or none; ``frames``; ``seconds``, when the last frame is shown;
        ``width`` and ``height`` in pixels; ``incidents`` of all profiles; and of the worst frame its time ``peak`` in
        seconds, ``general_transitions`` and ``red_transitions``. What is not known is none.

    >>> found = row("../samples/flash.y4m")
    >>> found["verdict"], found["frames"], found["peak"], found["error"]
    ('fail', 61, 1.9, None)
    >>> row("missing.mp4")["verdict"]
    'incomplete'
    """
    error = None
    try:
        result = scan(path, **options)
    except ScanError as failure:
        result, error = failure.result, str(failure)
    except (FlashinatorError, OSError) as failure:
        result, error = None, f"{path}: {failure}"
    found = failed(str(path), error)
    if result is not None:
        worst = max(
            (summary.worst for summary in result.summaries.values() if summary.worst is not None),
            key=lambda report: (
                VERDICTS.index(report.verdict),
                max(report.general_transitions, report.red_transitions),
            ),
        )
        found |= {
            "verdict": result.verdict,
            "frames": result.frames,
            "incidents": sum(summary.incident_count for summary in result.summaries.values()),
            "width": result.width,
            "height": result.height,
            "seconds": result.end,
            "peak": worst.time,
            "general_transitions": worst.general_transitions,
            "red_transitions": worst.red_transitions,
        }
    return found


def failed(path: str, error: str | None) -> dict[str, Any]:
    """The row of a file of which nothing is known but an error, for engines whose worker died."""
    return {
        "path": path,
        "verdict": "incomplete",
        "error": error,
        "frames": 0,
        "incidents": 0,
        "width": None,
        "height": None,
        "seconds": None,
        "peak": None,
        "general_transitions": None,
        "red_transitions": None,
    }
