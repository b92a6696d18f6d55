"""Tells, frame by frame, whether a video flashes dangerously, and how much it changes.

Flashing video can trigger seizures in people with photosensitive epilepsy. :class:`Analyser` judges frames by the flash
rules of WCAG 2.x, ITU-R BT.1702 or Ofcom's guidance note, :func:`analyse` does so for an array, :func:`scan` for a file.
:func:`video_flashinator` and :func:`table` make the T table, which says how much the picture changed, whatever any
standard makes of it. :mod:`flashinator.archive` scans many files.

:data:`PROFILES` has the names of the rules to judge by, :data:`FORMATS` those of the pixel formats.

Pixels are read where they are, by the buffer protocol, and the interpreter lock is released meanwhile. A frame that
another thread changes while it is read gives a meaningless result; that it does not happen is up to the caller.

Black and white in turns, 20 frames a second:

>>> import numpy as np
>>> import flashinator
>>> frames = np.zeros((25, 48, 64, 3), np.uint8)
>>> frames[1::2] = 255
>>> flashinator.analyse(frames, fps=20).verdict
'fail'
>>> flashinator.video_flashinator(frames)[:2].round(1)
array([[ 23833.9],
       [-23833.9]])
"""

from . import archive
from ._analyser import Analyser, Incident, Pattern, Report, Summary, Verdict
from ._analysis import Result, analyse
from ._frames import FrameLike, SupportsDLPack
from ._native import (
    FORMATS,
    PROFILES,
    FlashinatorError,
    FrameError,
    InUseError,
    ScanError,
    SettingsError,
    TimeError,
    __version__,
)
from ._scan import scan
from ._table import table, video_flashinator

__all__ = [
    "FORMATS",
    "PROFILES",
    "Analyser",
    "FlashinatorError",
    "FrameError",
    "FrameLike",
    "InUseError",
    "Incident",
    "Pattern",
    "Report",
    "Result",
    "ScanError",
    "SettingsError",
    "Summary",
    "SupportsDLPack",
    "TimeError",
    "Verdict",
    "__version__",
    "analyse",
    "archive",
    "scan",
    "table",
    "video_flashinator",
]
