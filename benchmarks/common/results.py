"""What every script of the proof has in common: its arguments, the rows of its table, its file of results."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from statistics import NormalDist

from fwcompare.execution.machine import describe_machine
from fwcompare.stats.ratio import CONFIDENCE, estimate_ratio

RESULTS = Path(__file__).parents[1] / "results"
_MACHINE = ("cpu_model", "logical_cores", "os_name", "python", "virtual_machine")


class Length(StrEnum):
    """How long a script takes: smoke shows that it works, and measures nothing that could be quoted."""

    SMOKE = "smoke"
    SHORT = "short"
    FULL = "full"


class Sense(StrEnum):
    """Which side of its aim a value should be on."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    WITHIN = "1 ±"
    """A ratio that should be as near to 1 as the aim says."""


class Unit(StrEnum):
    """What a value is; all but the first are given as they are."""

    RATE = "%"
    RATIO = "×"
    NANOSECONDS = "ns"
    SECONDS = "s"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Attributes:
        count: Experiments, pairs of blocks or whatever the value was made from.
        low: Lower end of the 95 % interval, as `high` the upper one; None without one.
        aim: None: the value is shown for information.
    """

    name: str
    unit: Unit
    count: int
    value: float
    low: float | None = None
    high: float | None = None
    aim: float | None = None
    sense: Sense = Sense.AT_MOST

    @property
    def holds(self) -> bool | None:
        """Whether the aim is met; a rate meets it if its interval contains or betters it. None without an aim."""
        if self.aim is None:
            return None
        by_interval = self.unit is Unit.RATE and self.low is not None and self.high is not None
        match self.sense:
            case Sense.AT_LEAST:
                return (self.high if by_interval else self.value) >= self.aim
            case Sense.AT_MOST:
                return (self.low if by_interval else self.value) <= self.aim
            case Sense.WITHIN:
                return abs(self.value - 1) <= self.aim

    @property
    def is_open(self) -> bool:
        """Whether a ratio misses its aim, but part of its interval does not: the machine was too noisy to tell."""
        if self.holds is not False or self.unit is not Unit.RATIO or self.low is None or self.high is None:
            return False
        nearest = min(max(1.0, self.low), self.high) if self.sense is Sense.WITHIN else self.low
        best = self.high if self.sense is Sense.AT_LEAST else nearest
        return replace(self, value=best).holds is True


@dataclass(frozen=True, slots=True)
class Options:
    """What a script was asked for.

    Attributes:
        out: File for the results, None to write none.
    """

    length: Length
    out: Path | None

    def choose(self, smoke: int, short: int, full: int) -> int:
        """The figure for this length."""
        return {Length.SMOKE: smoke, Length.SHORT: short, Length.FULL: full}[self.length]


def options(name: str, description: str | None, argv: Sequence[str] | None = None) -> Options:
    """Read the arguments that all scripts share.

    Args:
        name: Of the script, without suffix; so its file of results is called as well.
        description: The script's docstring.
        argv: Arguments without the program's name; None: those of this process.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    lengths = parser.add_mutually_exclusive_group()
    for length, text in (
        (Length.FULL, "as long as the figures deserve"),
        (Length.SMOKE, "only show that it works; writes results only with --out"),
    ):
        lengths.add_argument(f"--{length}", dest="length", action="store_const", const=length, help=text)
    parser.add_argument("--out", type=Path, help=f"file for the results, else results/{name}.json")
    chosen = parser.parse_args(argv)
    length = chosen.length or Length.SHORT
    usual = None if length is Length.SMOKE else RESULTS / f"{name}.json"
    return Options(length, chosen.out or usual)


class Report:
    """Prints rows as they come, and writes all of them at the end.

    Args:
        name: Of the script, without suffix.
        chosen: What it was asked for.
    """

    def __init__(self, name: str, chosen: Options) -> None:
        self._name = name
        self._chosen = chosen
        self._started = time.perf_counter()
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Print a row and keep it."""
        self.rows.append(row)
        print(line(row), flush=True)

    def write(self, **settings: float | str) -> None:
        """Write the results if they are wanted, and print how many aims were missed.

        Args:
            settings: What the figures were made with, by name.
        """
        machine = describe_machine()
        seconds = round(time.perf_counter() - self._started)
        content = {
            "script": f"{self._name}.py",
            "length": self._chosen.length,
            "date_utc": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": {name: machine[name] for name in _MACHINE},
            "settings": settings,
            "seconds": seconds,
            "rows": [asdict(row) | {"holds": row.holds} for row in self.rows],
        }
        if self._chosen.out is not None:
            self._chosen.out.parent.mkdir(exist_ok=True)
            text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
            self._chosen.out.write_text(text, encoding="utf-8")
        opened = sum(row.is_open for row in self.rows)
        missed = sum(row.holds is False for row in self.rows) - opened
        print(
            f"{self._name}: {len(self.rows)} rows in {seconds} s, {missed} aims missed, {opened} can't be told"
        )


def rate_row(name: str, hits: int, total: int, aim: float | None = None, sense: Sense = Sense.AT_MOST) -> Row:
    """A rate with its interval (E. Wilson, Journal of the American Statistical Association 22, 1927)."""
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    rate, weight = int(hits) / total, z * z / total
    centre = (rate + weight / 2) / (1 + weight)
    half = z / (1 + weight) * (rate * (1 - rate) / total + weight / (4 * total)) ** 0.5
    return Row(name, Unit.RATE, total, rate, centre - half, centre + half, aim, sense)


def ratio_row(
    name: str,
    reference: Sequence[float],
    ours: Sequence[float],
    aim: float | None = None,
    sense: Sense = Sense.AT_MOST,
) -> Row:
    """Ours over the reference from pairs taken in turns, by the estimate that the product makes of rounds."""
    estimate = estimate_ratio(reference, ours)
    interval = estimate.interval(CONFIDENCE)
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Row(name, Unit.RATIO, estimate.rounds, estimate.ratio, low, high, aim, sense)


def figure(value: float, unit: Unit) -> str:
    """A value as people read it."""
    match unit:
        case Unit.RATE:
            return f"{value:.2%}"
        case Unit.RATIO:
            return f"{value:.4f}"
        case Unit.NANOSECONDS:
            return f"{value:.0f} ns"
        case Unit.SECONDS:
            return f"{value:.1f} s"


def interval_text(row: Row) -> str:
    """Both ends of the interval, "" without one."""
    if row.low is None or row.high is None:
        return ""
    return f"{figure(row.low, row.unit)}–{figure(row.high, row.unit)}"


def aim_text(row: Row) -> str:
    """The aim with its sense, "" without one."""
    if row.aim is None:
        return ""
    if row.sense is Sense.WITHIN:
        return f"{row.sense}{row.aim:g}"
    return f"{row.sense} {row.aim:.0%}" if row.unit is Unit.RATE else f"{row.sense} {row.aim:g}"


def outcome_text(row: Row) -> str:
    """Whether the aim was held, "" without one."""
    if row.is_open:
        return "can't tell"
    return {None: "", True: "held", False: "MISSED"}[row.holds]


def line(row: Row) -> str:
    """A row for the terminal."""
    value = figure(row.value, row.unit)
    return f"{row.name:<76}{value:>10}  {interval_text(row):<18}{row.count:>7}  {aim_text(row):<8}{outcome_text(row)}"


def rows_of(content: dict[str, object]) -> list[Row]:
    """The rows in a file of results."""
    found = []
    for entry in content["rows"]:  # type: ignore[attr-defined]
        fields = {name: value for name, value in entry.items() if name != "holds"}
        found.append(Row(**fields | {"unit": Unit(fields["unit"]), "sense": Sense(fields["sense"])}))
    return found
