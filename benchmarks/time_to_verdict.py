"""Seconds to a correct verdict on a known difference of 5 %: ours against pyperf's default protocol.

Both compare the same calibrated work (`children/hashing.py`), in turns. Ours runs six rounds whose blocks
measure as long as one of pyperf's processes, 0.3 s, and where that says "can't tell" once as many more as it
asks for, as its users can; pyperf runs its 20 processes of 3 values for each side, then `compare_to`. A
verdict that took long but was wrong is paid by those that were right: the seconds of all attempts are divided
by the correct ones. What both say of equal sides is shown beside it; a saving of time counts only with the
error rates that are aimed at.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.common.known import calibrated_bytes, slowed, two_sides
from benchmarks.common.results import Options, Report, Row, Sense, Unit, options, rate_row
from benchmarks.common.runs import CHILDREN, Measuring, in_turns, plan_of, workload
from fwcompare.domain.plan import Effort
from fwcompare.domain.verdict import Verdict
from fwcompare.execution.continuation import continued, rounds_missing
from fwcompare.stats.blocks import figures_of_all
from fwcompare.stats.comparison import compare

EFFECT = 0.05
AIM = 0.5
FOUND_AIM, WRONG_AIM = 0.9, 0.05
MOST_ADDED = 18
"""Rounds: four times what was planned may be spent, then the machine is too noisy."""
WORKLOAD = workload("mlp", "tiny")
EFFORT = Effort(rounds=6, min_measure_s=0.3, min_iterations=30, min_warm_up_s=0.1)
BRIEF = Effort(rounds=2, min_measure_s=0.05, min_iterations=10, min_warm_up_s=0.05)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One comparison.

    Attributes:
        said: FASTER, SLOWER, or None if no difference was claimed.
    """

    said: Verdict | None
    seconds: float


def ours(measuring: Measuring, folder: Path, count: int, effect: float, *, effort: Effort) -> Attempt:
    """The product's verdict, after more rounds if it asks for them."""
    started = time.perf_counter()
    record = measuring.run(plan_of([WORKLOAD], two_sides(folder, count, effect), effort, threads=1))
    if more := rounds_missing(record, figures_of_all(record)):
        record = measuring.run(*continued(record, min(more, MOST_ADDED)))
    verdict = compare(record)[0].verdict
    said = verdict if verdict in (Verdict.FASTER, Verdict.SLOWER) else None
    return Attempt(said, time.perf_counter() - started)


def pyperfs(count: int, effect: float, *, flags: tuple[str, ...]) -> Attempt:
    """What pyperf says."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / f"{side}.json" for side in ("baseline", "contender")]
        for file, wanted in zip(files, (count, slowed(count, effect)), strict=True):
            program = CHILDREN / "pyperf_work.py"
            _printed(program, "--bytes", str(wanted), "-o", file, "--quiet", *flags)
        text = _printed("-m", "pyperf", "compare_to", *files)
    return Attempt(said_by_pyperf(text), time.perf_counter() - started)


def said_by_pyperf(text: str) -> Verdict | None:
    """The claim in the output of `pyperf compare_to`.

    Raises:
        ValueError: It says nothing that is known.
    """
    for sign, verdict in (("slower", Verdict.SLOWER), ("faster", Verdict.FASTER)):
        if sign in text:
            return verdict
    if "not significant" in text.lower() or "no change" in text:
        return None
    raise ValueError(f"pyperf says something new: {text}")


def _printed(*arguments: str | Path) -> str:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout


def rows(slow: dict[str, list[Attempt]], equal: dict[str, list[Attempt]]) -> Iterator[Row]:
    """The table, from what each tool made of slower and of equal sides."""
    seconds = {}
    for tool, attempts in slow.items():
        found_aim, wrong_aim = (FOUND_AIM, WRONG_AIM) if tool == "ours" else (None, None)
        found = sum(one.said is Verdict.SLOWER for one in attempts)
        yield rate_row(f"{tool}: {EFFECT:.0%} told slower", found, len(attempts), found_aim, Sense.AT_LEAST)
        wrong = sum(one.said is not None for one in equal[tool])
        yield rate_row(f"{tool}: equals told different", wrong, len(equal[tool]), wrong_aim)
        if found:
            seconds[tool] = sum(one.seconds for one in attempts) / found
            yield Row(f"{tool}: for each correct verdict", Unit.SECONDS, found, seconds[tool])
    if len(seconds) == 2:
        ratio = seconds["ours"] / seconds["pyperf"]
        yield Row("ours over pyperf", Unit.RATIO, len(slow["ours"]), ratio, aim=AIM, sense=Sense.AT_MOST)


def attempts(
    chosen: Options, measuring: Measuring, folder: Path, count: int
) -> Callable[[float], dict[str, list[Attempt]]]:
    """Lets both tools compare sides with an effect, as often as the length says."""
    is_smoke = chosen.choose(1, 0, 0)
    flags = ("--processes", "2", "--min-time", "0.01") if is_smoke else ()

    def compared(effect: float) -> dict[str, list[Attempt]]:
        measures = {
            "ours": partial(ours, measuring, folder, count, effect, effort=BRIEF if is_smoke else EFFORT),
            "pyperf": partial(pyperfs, count, effect, flags=flags),
        }
        return in_turns(chosen.choose(1, 5, 30), measures)

    return compared


def main() -> None:
    chosen = options("time_to_verdict", __doc__)
    report = Report("time_to_verdict", chosen)
    with tempfile.TemporaryDirectory() as folder, Measuring() as measuring:
        compared = attempts(chosen, measuring, Path(folder), calibrated_bytes())
        for row in rows(compared(EFFECT), compared(0.0)):
            report.add(row)
    report.write(effect=EFFECT, rounds=EFFORT.rounds, measure_s=EFFORT.min_measure_s)


if __name__ == "__main__":
    main()
