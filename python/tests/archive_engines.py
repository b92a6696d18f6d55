"""The programs for archives, on a cluster of two workers of this machine.

Run on its own, by ``pytest tests/archive_engines.py``: it needs Ray and Dask, which are large.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import pandas
import pyarrow.parquet as pq
import pytest
import ray
from dask.distributed import Client, as_completed

from flashinator import archive

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "python" / "examples"
sys.path.insert(0, str(EXAMPLES))

import archive_dask  # noqa: E402
import archive_ray  # noqa: E402

# Ray warns of its own settings.
pytestmark = pytest.mark.filterwarnings("default")

# The workers have neither this file nor the examples.
cloudpickle.register_pickle_by_value(sys.modules[__name__])
cloudpickle.register_pickle_by_value(archive_ray)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 films that end at different times, one that is cut in a frame, and an empty one."""
    folder = tmp_path_factory.mktemp("films")
    header, *frames = (ROOT / "samples" / "flash.y4m").read_bytes().split(b"FRAME\n")
    for i in range(60):
        kind = folder / ("news" if i % 2 else "sport")
        kind.mkdir(exist_ok=True)
        (kind / f"{i:02}.y4m").write_bytes(b"FRAME\n".join([header, *frames[: i + 1]]))
    (folder / "broken.y4m").write_bytes(b"FRAME\n".join([header, *frames])[:-7])
    (folder / "empty.mp4").touch()
    (folder / "notes.txt").write_text("no film")
    return folder


@pytest.fixture(scope="module")
def expected(films: Path) -> list[dict[str, Any]]:
    """What a plain loop gives."""
    rows = [archive.row(path) for path in archive.videos([films])]
    assert len(rows) == 62 and {row["verdict"] for row in rows} == {"pass", "warning", "fail", "incomplete"}
    errors = {Path(row["path"]).name: row["error"] for row in rows if row["error"]}
    assert "cut short" in errors["broken.y4m"] and "empty" in errors["empty.mp4"] and len(errors) == 2
    return by_path(rows)


def by_path(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: str(row["path"]))


def killed_once(marks: Path, name: str) -> Callable[..., dict[str, Any]]:
    """Rows, of a process that is killed when it first comes to a file."""

    def row(path: str, **options: Any) -> dict[str, Any]:
        mark = marks / "killed"
        if path.endswith(name) and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return archive.row(path, **options)

    return row


def killed_always(name: str) -> Callable[..., dict[str, Any]]:
    def row(path: str, **options: Any) -> dict[str, Any]:
        if path.endswith(name):
            os.kill(os.getpid(), signal.SIGKILL)
        return archive.row(path, **options)

    return row


@pytest.fixture(scope="module")
def cluster() -> Any:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def parquet(folder: Path) -> list[dict[str, Any]]:
    return by_path(pq.read_table(folder).to_pylist())


def test_ray(cluster: Any, films: Path, expected: list[dict[str, Any]], tmp_path: Path) -> None:
    output = tmp_path / "results"
    archive_ray.main([str(films)], output, killed_once(tmp_path, "31.y4m"))
    assert (tmp_path / "killed").exists()
    assert parquet(output) == expected


def test_ray_goes_on_where_it_stopped(
    cluster: Any, films: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    output = tmp_path / "results"
    archive_ray.main([str(films / "news")], output)
    assert len(parquet(output)) == 30
    # What another run left unfinished is nothing.
    (output / ".part").write_bytes(b"PAR1")

    def unscanned(path: str, **options: Any) -> dict[str, Any]:
        assert "news" not in path
        return archive.row(path, **options)

    archive_ray.main([str(films)], output, unscanned)
    assert parquet(output) == expected
    archive_ray.main([str(films)], output, killed_always("y4m"))
    assert parquet(output) == expected


def test_ray_gives_up_a_file_that_kills_its_worker(
    cluster: Any, films: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    output = tmp_path / "results"
    archive_ray.main([str(films / "sport")], output, killed_always("20.y4m"))
    rows = parquet(output)
    assert [row["path"] for row in rows] == [row["path"] for row in expected if "sport" in row["path"]]
    died = [row for row in rows if row["error"]]
    assert len(died) == 1 and "died" in died[0]["error"] and died[0]["path"].endswith("20.y4m")


def test_ray_as_a_program(films: Path, expected: list[dict[str, Any]], tmp_path: Path) -> None:
    program = [sys.executable, EXAMPLES / "archive_ray.py", films / "sport", "--output", tmp_path, "--profile=wcag22,ofcom"]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "0 files are done, 30 are left" in done.stdout
    assert len(parquet(tmp_path)) == 30


def test_dask(films: Path, expected: list[dict[str, Any]], tmp_path: Path) -> None:
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        archive_dask.main(client, str(tmp_path / "rows.parquet"), [str(films)], killed_once(tmp_path, "31.y4m"))
    assert (tmp_path / "killed").exists()
    found = pandas.read_parquet(tmp_path / "rows.parquet").sort_values("path", ignore_index=True)
    pandas.testing.assert_frame_equal(found, pandas.DataFrame(expected), check_dtype=False)


def test_dask_makes_a_row_again_that_was_lost(
    films: Path, expected: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker of the first row dies after the row was made, and before it was fetched."""
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:

        def first_lost(tasks: Iterable[Any]) -> Iterator[Any]:
            completed = as_completed(tasks)
            first = next(completed)
            [worker] = client.who_has(first)[first.key]
            os.kill(client.run(os.getpid, workers=[worker])[worker], signal.SIGKILL)
            end = time.monotonic() + 10
            while first.status == "finished" and time.monotonic() < end:
                time.sleep(0.001)
            yield first
            yield from completed

        monkeypatch.setattr(archive_dask, "as_completed", first_lost)
        archive_dask.main(client, str(tmp_path / "rows.parquet"), [str(films)])
    found = pandas.read_parquet(tmp_path / "rows.parquet").sort_values("path", ignore_index=True)
    pandas.testing.assert_frame_equal(found, pandas.DataFrame(expected), check_dtype=False)
