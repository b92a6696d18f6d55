#!/usr/bin/env python3
"""Writes the tables of docs/speed.md and of the README from what `cargo bench --bench ratios` printed.

    cargo bench --bench ratios >target/ratios.jsonl
    docs/speed.py target/ratios.jsonl [MORE.jsonl ...]      print the tables
    docs/speed.py --write target/ratios.jsonl ...           put them into the two files

Where several files have the same measurement, their median is taken. Nothing but Python is needed; the machine,
the date and the commit are those of now.
"""
import argparse
import datetime
import json
import pathlib
import platform
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
BACKENDS = {"avx512": "AVX-512", "avx2": "AVX2", "neon": "NEON", "portable": "portable"}
# Rows of the README: input, format, size, what is measured, and the row's name; a row that was not measured is left out.
README = [
    ("natural", "rgb24", "1280x720", "analyser", "analyser, film"),
    ("flash", "rgb24", "1280x720", "analyser", "analyser, a video that flashes all the time"),
    ("natural", "rgb24", "3840x2160", "analyser", "analyser, film, 3840x2160"),
    ("natural", "rgb24", "3840x2160", "analyser 2 threads", "analyser on two threads, film, 3840x2160"),
    ("natural", "rgb24", "1280x720", "analyser 3 profiles", "analyser, three profiles at once, film"),
    ("natural", "rgb24", "1280x720", "analyser and table", "analyser and T table in one pass, film"),
    ("natural", "rgb24", "1280x720", "kernel", "T table, film"),
    ("noise", "rgb24", "1280x720", "kernel", "T table, noise"),
    ("static", "rgb24", "1280x720", "kernel", "T table, still picture"),
    ("new_maximum", "rgb24", "1280x720", "kernel", "T table, worst input found"),
    ("natural", "rgb24", "1280x720", "scalar fused", "T table in a plain loop, film"),
    ("natural", "rgb24", "1280x720", "NumPy", "T table in NumPy, film"),
    ("natural", "rgb24", "1280x720", "ffmpeg photosensitivity", "ffmpeg's filter photosensitivity, film"),
]


def measured(files):
    """Medians of the ratio and of the milliseconds, by (input, format, size, what) and backend."""
    found = {}
    for file in files:
        for line in pathlib.Path(file).read_text().splitlines():
            row = json.loads(line)
            what, _, backend = row["what"].rpartition(" ")
            if backend not in BACKENDS:
                what, backend = row["what"], ""
            key = row["input"], row["format"], row["size"], what
            times = found.setdefault(key, {}).setdefault(backend, [])
            times.append((row["vs_stream"], row["ms_per_frame"]))
    return {key: {backend: [statistics.median(column) for column in zip(*times)] for backend, times in by.items()}
            for key, by in found.items()}


def number(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def measured_backends(found):
    """The fastest first."""
    return [backend for backend in BACKENDS if any(backend in by for by in found.values())]


def cells(by, backends):
    """The ratios, a backend a column; on the first is also what names none."""
    by = {backend or backends[0]: times for backend, times in by.items()}
    return [number(by[backend][0]) if backend in by else "" for backend in backends]


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine():
    cpu = platform.processor() or platform.machine()
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"model name\s*:\s*(.*)", info.read_text())
        cpu = named.group(1).strip() if named else cpu
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short=10", "HEAD"],
                            capture_output=True, text=True, check=True).stdout.strip()
    return f"{cpu}, {platform.machine()}, Rust {compiler}, {datetime.date.today()}, commit {commit}"


def stream(found):
    """Milliseconds that reading a frame of film takes."""
    by = found.get(("natural", "rgb24", "1280x720", "stream"))
    return f"; reading a frame of 1280x720 RGB24 takes {by[''][1]:.3f} ms" if by else ""


def write(file, text):
    path = ROOT / file
    start, end = "<!-- speed: written by docs/speed.py -->\n", "<!-- end -->"
    old = path.read_text()
    begin, finish = old.index(start) + len(start), old.index(end)
    path.write_text(old[:begin] + text + "\n" + old[finish:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    found = measured(arguments.files)
    where = f"Measured on: {machine()}{stream(found)}.\n\n"
    backends = measured_backends(found)
    head = [BACKENDS[backend] for backend in backends]
    short = where + table(["", *head], [[name, *cells(found[tuple(key)], backends)] for *key, name in README if tuple(key) in found])
    rows = [[*key, *cells(by, backends)] for key, by in found.items() if key[3] != "stream"]
    full = where + table(["input", "format", "size", "what", *head], rows)
    if not arguments.write:
        print(short, full, sep="\n\n")
        return
    write("README.md", short)
    write("docs/speed.md", full)


if __name__ == "__main__":
    main()
