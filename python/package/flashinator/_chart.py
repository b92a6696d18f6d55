"""The chart of a result that notebooks show, as SVG: it needs no other package."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ._analysis import Result

WIDTH, HEIGHT = 720, 140

#: The most points of a line. Of a longer video the largest counts of stretches are shown.
POINTS = 1000

COLOURS = {"pass": "#1a7f37", "warning": "#9a6700", "extended-warning": "#9a6700", "fail": "#cf222e"}
COLOURS["incomplete"] = COLOURS["warning"]


def chart(result: Result) -> str:
    """The verdict, the counts of transitions over time by the first profile, its limit, and the incidents."""
    name = next(iter(result.summaries))
    rows = result.rows[result.rows["profile"] == name]
    counts = np.maximum(rows["general_transitions"], rows["red_transitions"])
    limit = result.max_transitions[name]
    times = rows["time"]
    start, end = (float(times[0]), float(times[-1])) if len(times) else (0.0, 0.0)
    scale_x = WIDTH / max(end - start, 1e-9)
    scale_y = HEIGHT / (1.1 * max(int(counts.max(initial=0)), limit + 1))

    def x(time: float) -> str:
        return f"{(time - start) * scale_x:.1f}"

    def y(count: float) -> str:
        return f"{HEIGHT - count * scale_y:.1f}"

    starts = np.arange(0, len(counts), max(1, -(-len(counts) // POINTS)))
    largest = np.maximum.reduceat(counts, starts) if len(counts) else counts
    steps = [f"H{x(float(times[i]))}V{y(int(count))}" for i, count in zip(starts, largest)]
    path = f"M0,{y(0)}{''.join(steps)}H{WIDTH}"
    spans = "".join(
        f'<rect x="{x(incident.start)}" y="0" width="{max(1.0, (incident.end - incident.start) * scale_x):.1f}" '
        f'height="{HEIGHT}" fill="{COLOURS[incident.verdict]}" fill-opacity="0.15"/>'
        for incident in result.incidents
    )
    verdicts = ", ".join(f"{escape(name)}: {summary.verdict}" for name, summary in result.summaries.items())
    return (
        f'<div><p><strong style="color:{COLOURS[result.verdict]}">{result.verdict}</strong> {escape(result.name)}, '
        f"{result.frames} frames of {result.width}x{result.height} ({verdicts})</p>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-label="Transitions in a second by {escape(name)}, from {start:.2f} to {end:.2f} seconds; more than '
        f'{limit} fail">{spans}<line x1="0" x2="{WIDTH}" y1="{y(limit)}" y2="{y(limit)}" stroke="#cf222e" '
        f'stroke-dasharray="4"/><path d="{path}" fill="none" stroke="currentColor"/></svg>'
        f"<p>Transitions in a second, {start:.2f} to {end:.2f} s; more than {limit} (the dashed line) fail.</p></div>"
    )
