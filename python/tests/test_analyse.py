"""The analysis of an array, and what a result shows."""

import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib import pyplot

import flashinator
from test_analyser import random_film, strobe


def test_rows_are_the_reports() -> None:
    film = random_film(40, 60, 80, 3)
    result = flashinator.analyse(film, 25, profile=["wcag22", "bt1702"], table=True)
    analyser = flashinator.Analyser(80, 60, profile=["wcag22", "bt1702"])
    values = flashinator.video_flashinator(film)[:, 0]
    assert len(result.rows) == 80 and result.frames == 40
    for i, pixels in enumerate(film):
        analyser.push(pixels, Fraction(i, 25))
        for row, profile in zip(result.rows[2 * i : 2 * i + 2], analyser.profiles):
            report = analyser.report(profile)
            assert report is not None
            assert (row["profile"], row["frame"], row["time"]) == (profile, i, i / 25)
            assert row["luminance"] == report.luminance and row["area"] == report.area
            assert row["general_transitions"] == report.general_transitions
            assert row["red_transitions"] == report.red_transitions
            assert (row["verdict"], row["hazard"]) == (report.verdict, report.hazard or "")
            assert tuple(row[["x", "y", "width", "height"]]) == report.flashing
            pattern, columns = report.pattern, [row[f"pattern_{name}"] for name in ("area", "pairs", "motion", "verdict")]
            if pattern is None:
                assert profile == "wcag22" and np.isnan(columns[:2]).all() and columns[2:] == ["", ""]
            else:
                assert columns == [pattern.area, pattern.pairs, pattern.motion, pattern.verdict]
            assert np.isnan(row["t"]) if i == 0 else row["t"] == values[i - 1]
    assert result.summaries == {profile: analyser.summary(profile) for profile in analyser.profiles}
    assert result.incidents == result.summaries["wcag22"].incidents


def test_the_table_is_made_if_it_is_asked_for() -> None:
    assert np.isnan(flashinator.analyse(strobe(), 20).rows["t"]).all()


@pytest.mark.parametrize(
    "view",
    [
        lambda f: f[:, ::-1],
        lambda f: f[..., ::-1],
        lambda f: f[:, :, ::2],
        lambda f: f[::-1, 3:, 5:],
        lambda f: np.ascontiguousarray(f.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1),
    ],
)
def test_strides(view: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]]) -> None:
    film = view(random_film(30, 60, 80, 3))
    found, expected = flashinator.analyse(film, 25), flashinator.analyse(film.copy(), 25)
    # A format has its own rounding of the light.
    np.testing.assert_allclose(found.rows["luminance"], expected.rows["luminance"], atol=1e-3)
    for column in ("general_transitions", "red_transitions", "verdict", "x", "y", "width", "height"):
        np.testing.assert_array_equal(found.rows[column], expected.rows[column])


@pytest.mark.parametrize("frames", [list, iter, lambda film: (pixels[:, ::-1][:, ::-1] for pixels in film)])
def test_frames_may_come_one_by_one(frames: Callable[[npt.NDArray[np.uint8]], Any]) -> None:
    film = random_film(40, 60, 80, 3)
    found = flashinator.analyse(frames(film), 25, profile=["wcag22", "bt1702"], table=True)
    expected = flashinator.analyse(film, 25, profile=["wcag22", "bt1702"], table=True)
    assert found.rows.tobytes() == expected.rows.tobytes() and found.summaries == expected.summaries
    assert (found.frames, found.end, found.width, found.height) == (40, 39 / 25, 80, 60)


def test_frames_of_another_size_in_the_middle() -> None:
    film = random_film(4, 60, 80, 3)
    with pytest.raises(flashinator.FrameError, match="frame 3 has 79x60"):
        flashinator.analyse([*film[:3], film[3, :, 1:]], 25)
    with pytest.raises(flashinator.FrameError, match="frame 2 of float64"):
        flashinator.analyse([*film[:2], film[2] / 255], 25)


def test_stripes_fail_where_patterns_are_looked_for() -> None:
    """Nine pairs of black and white stripes over the whole picture, for a second."""
    stripes = np.zeros((25, 180, 320), np.uint8)
    stripes[:, np.arange(180) // 10 % 2 == 1] = 255
    result = flashinator.analyse(stripes, 25, profile=["wcag22", "bt1702"])
    assert {name: summary.verdict for name, summary in result.summaries.items()} == {"wcag22": "pass", "bt1702": "fail"}
    (incident,) = result.summaries["bt1702"].incidents
    pattern = incident.pattern
    assert incident.hazard == "pattern" and pattern is not None
    assert (pattern.motion, pattern.verdict, pattern.changing) == ("still", "fail", 0.0)
    assert pattern.area > 0.8 and 8 <= pattern.pairs <= 10 and pattern.bounds == incident.flashing
    worst = result.summaries["wcag22"].worst
    assert worst is not None and worst.hazard is None and worst.pattern is None
    assert "bt1702: fail" in result._repr_html_()


def test_gray() -> None:
    assert flashinator.analyse(strobe()[..., 0], 20).verdict == "fail"


def test_high_rates_need_no_setting() -> None:
    result = flashinator.analyse(strobe(240), 240)
    assert result.frames == 240 and result.rows["time"][-1] == round(239 / 240, 9)


@pytest.mark.parametrize("fps", [np.uint8(20), np.int8(20), np.float32(20), 20.0, Fraction(20), Decimal(20)])
def test_rates_may_be_numbers_of_any_type(fps: Any) -> None:
    expected = flashinator.analyse(strobe(300), 20)
    found = flashinator.analyse(strobe(300), fps)
    assert found.rows.tobytes() == expected.rows.tobytes() and found.end == expected.end


@pytest.mark.parametrize("fps", [0, -25, float("nan"), float("inf"), 1001, 0.5, None, "fast", "25"])
def test_rates_that_are_none(fps: Any) -> None:
    with pytest.raises(flashinator.SettingsError, match="frame rate"):
        flashinator.analyse(strobe(), fps)


@pytest.mark.parametrize("frames", [np.zeros((0, 4, 4, 3), np.uint8), np.zeros((2, 4, 4, 3)), [], b"", None])
def test_what_is_no_array(frames: Any) -> None:
    with pytest.raises(flashinator.FrameError):
        flashinator.analyse(frames, 25)


def test_unknown_settings_are_errors() -> None:
    with pytest.raises(TypeError, match="colour"):
        flashinator.analyse(strobe(), 25, colour="red")
    with pytest.raises(flashinator.SettingsError, match="no profile"):
        flashinator.analyse(strobe(), 25, profile="iris")


class Tags(HTMLParser):
    """All tags are closed in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


@pytest.mark.parametrize("count", [1, 25, 5000])
def test_a_notebook_shows_a_chart(count: int) -> None:
    result = flashinator.analyse(strobe(count), 20, profile=["wcag22", "ofcom"])
    html = result._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert tags.open == [] and {"svg", "path", "line"} <= set(tags.seen)
    assert (tags.seen.count("rect") == 1) == (count > 1)
    assert f"{count} frames of 64x48" in html and f"ofcom: {result.verdict}" in html
    assert len(html) < 40_000 and "nan" not in html


def test_a_plot() -> None:
    pyplot.switch_backend("agg")
    result = flashinator.analyse(strobe(), 20, profile=["wcag22", "ofcom"])
    axes = result.plot()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["wcag22", "ofcom"] and "fail" in axes.get_title()
    assert result.plot(axes) is axes
    pyplot.close("all")


def test_a_plot_needs_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="matplotlib"):
        flashinator.analyse(strobe(), 20).plot()


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_rows_make_data_frames(name: str) -> None:
    package: Any = pytest.importorskip(name, reason=f"{name} is not installed")
    rows = flashinator.analyse(strobe(), 20, table=True).rows
    frame = package.DataFrame(rows)
    assert list(frame.columns) == list(rows.dtype.names or ())
    assert list(frame["verdict"]) == rows["verdict"].tolist()
    assert list(frame["t"])[1:] == rows["t"].tolist()[1:]
