#!/usr/bin/env python3
"""Draws docs/speed.svg from what `cargo bench --bench pipeline` and `--bench top_k` measured.

Nothing but Python is needed. Absolute times are those of the machine that ran the benches.
"""
import html
import json
import math
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
CRITERION = ROOT / "target" / "criterion"
INK, SOFT, LINE = "#333", "#999", "#2b6cb0"
COLOURS = {"natural": "#2b6cb0", "noise": "#c05621", "ramp": "#2f855a"}


def medians(group):
    """Microseconds by the names below a group."""
    found = {}
    for file in (CRITERION / group).glob("**/new/estimates.json"):
        name = file.parent.parent.relative_to(CRITERION / group).as_posix()
        found[name] = json.loads(file.read_text())["median"]["point_estimate"] / 1e3
    return found


def text(x, y, words, size=12, anchor="start", colour=INK):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{html.escape(words)}</text>'


def by_size(left, top, width, height):
    """Time against pixels, both logarithmic: a straight line is linear cost."""
    points = []
    for name, time in medians("pipeline by size").items():
        across, down = map(int, name.split("x"))
        points.append((across * down, time, name))
    points.sort()
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    slow = math.log10(max(time / pixels for pixels, time, _ in points) * points[-1][0])
    fast = slow - (high - low) - 0.3
    at = lambda p, t: (left + 40 + (math.log10(p) - low) / (high - low) * (width - 90),
                       top + height - (math.log10(t) - fast) / (slow - fast) * height)
    out = [text(left, top - 14, "A frame, by its size (µs)", 14)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(p, t) for p, t, _ in points))
    out.append(f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    for pixels, time, name in points:
        x, y = at(pixels, time)
        out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{LINE}"/>')
        out.append(text(x, y - 10, f"{time:.0f}", anchor="middle"))
        out.append(text(x, top + height + 16, name, 11, "middle", SOFT))
    return out


def by_content(left, top, width, height):
    """Time by content, as bars."""
    times = sorted(medians("pipeline by content").items(), key=lambda item: item[1])
    step = height / len(times)
    most = times[-1][1]
    out = [text(left, top - 14, "A frame of 1280x720, by what it shows (µs)", 14)]
    for i, (name, time) in enumerate(times):
        y = top + i * step
        out.append(text(left + 95, y + step * 0.65, name, 11, "end"))
        long = time / most * (width - 150)
        colour = COLOURS.get(name, SOFT)
        out.append(f'<rect x="{left + 100}" y="{y + 2:.1f}" width="{long:.1f}" height="{step - 4:.1f}" fill="{colour}"/>')
        out.append(text(left + 105 + long, y + step * 0.65, f"{time:.0f}", 11))
    return out


def by_k(left, top, width, height):
    """Time of the selection by how many values are kept."""
    times = medians("top_k by k")
    most = max(times.values())
    at = lambda k, t: (left + 40 + (math.log2(k) - math.log2(5)) / math.log2(32 / 5) * (width - 130),
                       top + height - t / most * height)
    out = [text(left, top - 14, "The selection alone, by k (µs for 921,600 deltas)", 14)]
    for content, colour in COLOURS.items():
        points = [(k, times[f"{content}/{k}"]) for k in (5, 10, 32)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for k, time in points:
            x, y = at(k, time)
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        x, y = at(*points[-1])
        below = 14 if content == "natural" else -4 if content == "noise" else 4
        out.append(text(x + 8, y + below, f"{content} {points[-1][1]:.0f}", 11, colour=colour))
    for k in (5, 10, 32):
        out.append(text(at(k, 0)[0], top + height + 16, f"k = {k}", 11, "middle", SOFT))
    return out


def main():
    parts = by_size(30, 60, 520, 230) + by_k(30, 380, 520, 180) + by_content(600, 60, 480, 500)
    svg = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1100 620" font-family="sans-serif">',
           '<rect width="1100" height="620" fill="white"/>', *parts, "</svg>"]
    (ROOT / "docs" / "speed.svg").write_text("\n".join(svg) + "\n")


if __name__ == "__main__":
    main()
