"""The command ``flashinator``."""

import sys

from . import _native


def main() -> int:
    """Runs the command with the arguments of this process and gives its exit status."""
    return _native.command(sys.argv)
