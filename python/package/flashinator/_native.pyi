from collections.abc import Sequence
from os import PathLike
from typing import Any, final

__all__ = [
    "__version__",
    "FORMATS",
    "PROFILES",
    "FlashinatorError",
    "FrameError",
    "TimeError",
    "SettingsError",
    "ScanError",
    "InUseError",
    "Analyser",
    "FrameArray",
    "TTable",
    "command",
    "max_transitions",
    "plane_size",
    "scan",
    "table",
]

__version__: str
FORMATS: list[str]
PROFILES: list[str]

class FlashinatorError(Exception): ...
class FrameError(FlashinatorError): ...
class TimeError(FlashinatorError): ...
class SettingsError(FlashinatorError): ...
class ScanError(FlashinatorError):
    result: Any
class InUseError(FlashinatorError): ...

@final
class FrameArray:
    def __new__(cls, array: object) -> FrameArray: ...
    @staticmethod
    def one(frame: object, number: int, first: FrameArray | None) -> FrameArray: ...
    def __len__(self) -> int: ...
    @property
    def format(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...

@final
class TTable:
    def __new__(cls) -> TTable: ...
    def push_from(self, frames: FrameArray, index: int) -> tuple[float, float, float] | None: ...

def table(frames: object) -> list[tuple[float, float, float]]: ...
@final
class Analyser:
    def __new__(
        cls,
        width: int,
        height: int,
        format: str,
        *,
        profiles: Sequence[str],
        css_width: float | None,
        degrees: float | None,
        pixel_aspect: float,
        display: str | None,
        curve: str,
        primaries: str,
        matrix: str | None,
        range: str,
        ignore: Sequence[tuple[int, int, int, int]],
        max_fps: int,
        max_incidents: int,
    ) -> Analyser: ...
    def push(self, frame: object, ticks: int, numerator: int, denominator: int) -> dict[str, Any]: ...
    def push_from(self, frames: FrameArray, index: int, nanoseconds: int) -> dict[str, Any]: ...
    def report(self, profile: int) -> dict[str, Any] | None: ...
    def summary(self, profile: int) -> dict[str, Any]: ...
    def grid(self, profile: int) -> tuple[int, int, int, int]: ...
    def mask(self, profile: int) -> bytes: ...
    def reset(self) -> None: ...

def plane_size(format: str, width: int, height: int, plane: int) -> tuple[int, int]: ...
def max_transitions(profile: str) -> int: ...
def scan(input: str | PathLike[str], options: Sequence[str | PathLike[str]], table: bool) -> dict[str, Any]: ...
def command(arguments: Sequence[str]) -> int: ...
