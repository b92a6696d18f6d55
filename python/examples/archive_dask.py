#!/usr/bin/env python3
"""Scans an archive with Dask, on all processors of this machine or on the cluster whose scheduler is given:

    python archive_dask.py results.parquet /archive/2024 [tcp://scheduler:8786]

Dask tries a file again if its worker dies. A file whose workers died four times is a row with an error.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

import pandas
from dask.distributed import Client, KilledWorker, as_completed

from flashinator import archive


def main(client: Client, output: str, paths: Iterable[str], row: Callable[..., dict[str, Any]] = archive.row) -> None:
    """Scans all files and writes a row for each."""
    tasks = {client.submit(row, file, pure=False): file for file in archive.videos(paths)}
    rows = []
    for task in as_completed(tasks):
        try:
            # If the worker that has the row dies before it is fetched, this waits for another one to make it again.
            rows.append(task.result())
        except KilledWorker as error:
            rows.append(archive.failed(tasks[task], str(error)))
        print(f"\r{len(rows)} of {len(tasks)} files", end="", file=sys.stderr)
    pandas.DataFrame(rows).to_parquet(output)


if __name__ == "__main__":
    output, folder, *scheduler = sys.argv[1:]
    with Client(*scheduler) if scheduler else Client(threads_per_worker=1) as client:
        main(client, output, [folder])
