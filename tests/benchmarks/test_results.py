"""What the scripts of the proof share: rows and their aims, arguments, the file of results."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scipy.stats import binomtest

from benchmarks.common.results import (
    RESULTS,
    Length,
    Options,
    Report,
    Row,
    Sense,
    Unit,
    line,
    options,
    rate_row,
    ratio_row,
    rows_of,
)


@pytest.mark.parametrize(("hits", "total"), [(0, 20), (1, 20), (13, 60), (9_533, 10_000), (7, 7)])
def test_the_interval_of_a_rate_is_wilsons(hits: int, total: int) -> None:
    expected = binomtest(hits, total).proportion_ci(method="wilson")

    row = rate_row("", hits, total)

    assert (row.low, row.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(
    ("hits", "aim", "sense", "holds"),
    [
        (92, 0.95, Sense.AT_LEAST, True),  # its interval contains the aim
        (100, 0.95, Sense.AT_LEAST, True),
        (80, 0.95, Sense.AT_LEAST, False),
        (8, 0.05, Sense.AT_MOST, True),
        (20, 0.05, Sense.AT_MOST, False),
        (20, None, Sense.AT_MOST, None),
    ],
)
def test_a_rate_holds_when_its_interval_contains_or_betters_the_aim(
    hits: int, aim: float | None, sense: Sense, *, holds: bool | None
) -> None:
    assert rate_row("", hits, 100, aim, sense).holds is holds


@pytest.mark.parametrize(
    ("value", "sense", "aim", "holds"),
    [
        (1.02, Sense.AT_MOST, 1.02, True),
        (1.03, Sense.AT_MOST, 1.02, False),
        (0.989, Sense.WITHIN, 0.01, False),
        (1.009, Sense.WITHIN, 0.01, True),
    ],
)
def test_any_other_aim_is_held_by_the_value_itself(
    value: float, sense: Sense, aim: float, *, holds: bool
) -> None:
    row = Row("", Unit.RATIO, 3, value, 0.5, 2.0, aim, sense)

    assert row.holds is holds
    assert line(row).endswith("held") is holds


def test_a_ratio_is_ours_over_the_reference() -> None:
    row = ratio_row("", [1.0, 2.0, 4.0], [1.1, 2.2, 4.4])

    assert row.value == pytest.approx(1.1)
    assert (row.low, row.high) == pytest.approx((1.1, 1.1))
    assert row.count == 3


def test_arguments(tmp_path: Path) -> None:
    out = tmp_path / "x.json"

    assert options("x", None, []) == Options(Length.SHORT, RESULTS / "x.json")
    assert options("x", None, ["--full"]) == Options(Length.FULL, RESULTS / "x.json")
    assert options("x", None, ["--smoke"]) == Options(Length.SMOKE, None)
    assert options("x", None, ["--smoke", "--out", str(out)]) == Options(Length.SMOKE, out)
    assert [Options(length, None).choose(1, 2, 3) for length in Length] == [1, 2, 3]


def test_what_is_written_can_be_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("some", Options(Length.SMOKE, tmp_path / "some.json"))
    report.add(rate_row("good", 3, 100, 0.05))
    report.add(Row("bad", Unit.NANOSECONDS, 5, 300.0, aim=250))
    report.write(rounds=5)

    content = json.loads((tmp_path / "some.json").read_text())

    assert rows_of(content) == report.rows
    assert [row["holds"] for row in content["rows"]] == [True, False]
    assert content["machine"]["logical_cores"] >= 1
    assert content["settings"] == {"rounds": 5}
    assert "2 rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("low", "high", "sense", "aim", "text"),
    [
        (0.95, 1.2, Sense.AT_MOST, 1.01, "can't tell"),
        (1.02, 1.2, Sense.AT_MOST, 1.01, "MISSED"),
        (0.9, 1.2, Sense.WITHIN, 0.01, "can't tell"),
        (1.02, 1.2, Sense.WITHIN, 0.01, "MISSED"),
        (1.0, 1.5, Sense.AT_LEAST, 1.2, "can't tell"),
        (1.0, 1.1, Sense.AT_LEAST, 1.2, "MISSED"),
    ],
)
def test_a_ratio_whose_interval_reaches_its_aim_cannot_be_told(
    low: float, high: float, sense: Sense, aim: float, text: str
) -> None:
    row = Row("", Unit.RATIO, 6, 1.1, low, high, aim, sense)

    assert line(row).endswith(text)
    assert not replace(row, low=None, high=None).is_open
