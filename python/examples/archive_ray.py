#!/usr/bin/env python3
"""Scans an archive with Ray Data: one file a task, one row of Parquet a file.

    python archive_ray.py --output results /archive/2024 /archive/more.mp4

Tasks get the paths of the files and read them where they run, so the archive is at the same path on all machines. A
broken file is a row with its error. Results are written while the work goes on; a second run goes on where the first one
stopped, and scans no file twice. Ray shows the progress. Run it where a Ray cluster is, or alone, on all processors of
this machine.
"""

import argparse
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import ray

from flashinator import archive

SCHEMA = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("verdict", pa.string(), nullable=False),
        ("error", pa.string()),
        ("frames", pa.int64()),
        ("incidents", pa.int64()),
        ("width", pa.int64()),
        ("height", pa.int64()),
        ("seconds", pa.float64()),
        ("peak", pa.float64()),
        ("general_transitions", pa.int64()),
        ("red_transitions", pa.int64()),
    ]
)

# A part of the results is written after this many rows or seconds.
ROWS, SECONDS = 1000, 10.0


def main(
    paths: Iterable[str],
    output: Path,
    row: Callable[..., dict[str, Any]] = archive.row,
    **options: Any,
) -> None:
    """Scans what has no row in the folder `output`, and adds the rows."""
    output.mkdir(parents=True, exist_ok=True)
    done = set(pq.read_table(output, columns=["path"])["path"].to_pylist()) if any(output.glob("*.parquet")) else set()
    files = [file for file in archive.videos(paths) if file not in done]
    print(f"{len(done)} files are done, {len(files)} are left")
    if not files:
        return
    # A file that ends its process, as one that needs too much memory may, does not end the work.
    ray.data.DataContext.get_current().max_errored_blocks = -1
    tasks = ray.data.from_items([{"path": file} for file in files], override_num_blocks=len(files))
    rows = tasks.map(
        lambda item: row(item["path"], **options), num_cpus=1, ray_remote_args_fn=lambda: {"max_retries": 3}
    )
    found = set()
    for part in parts(rows.iter_rows()):
        found.update(one["path"] for one in part)
        write(part, output)
    lost = [archive.failed(file, DIED) for file in files if file not in found]
    if lost:
        write(lost, output)


DIED = "the process that scanned the file died four times; scan it alone to see why"


def parts(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The rows, in parts that are due to be written."""
    part, begin = [], time.monotonic()
    for row in rows:
        part.append(row)
        if len(part) >= ROWS or time.monotonic() - begin >= SECONDS:
            yield part
            part, begin = [], time.monotonic()
    if part:
        yield part


def write(part: list[dict[str, Any]], output: Path) -> None:
    """Writes a file of rows; it is there whole or not at all."""
    unfinished = output / f".{uuid.uuid4()}"
    pq.write_table(pa.Table.from_pylist(part, SCHEMA), unfinished)
    os.rename(unfinished, output / f"{time.time_ns()}.parquet")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", help="files, and folders of files")
    parser.add_argument("--output", required=True, type=Path, help="a folder for the results, as Parquet")
    parser.add_argument("--profile", default="wcag22", help="what to judge by; several are separated by commas")
    arguments = parser.parse_args()
    main(arguments.paths, arguments.output, profile=arguments.profile.split(","))
