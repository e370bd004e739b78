"""A finished run for people: one table for each workload, and below it what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich import box
from rich.table import Table

from fwcompare.cli import wording
from fwcompare.cli.output import print_line
from fwcompare.domain import words
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.verdict import Verdict
from fwcompare.domain.workload import Scenario, is_throughput
from fwcompare.paths import tilde
from fwcompare.stats.blocks import Look, blocks_of, measured_of, repeated
from fwcompare.stats.comparison import cautions_of, compare
from fwcompare.stats.fairness import fairness_of
from fwcompare.stats.gates import GateCode, Level, disturbances, gates_of, worst_first
from fwcompare.stats.quantiles import TOO_FEW
from fwcompare.stats.scaling import sweeps
from fwcompare.stats.starts import PHASES, PROCESS, TOTAL, starts_of
from fwcompare.stats.steadiness import Steadiness
from fwcompare.stats.summary import summarise

if TYPE_CHECKING:
    from rich.console import Console

    from fwcompare.domain.record import RunRecord
    from fwcompare.domain.verdict import Comparison
    from fwcompare.stats.gates import Gate
    from fwcompare.stats.scaling import Sweep
    from fwcompare.stats.summary import Summary

_CUT_OFF: Final = (None, Outcome.CANCELLED)
"""How blocks end in which a run is stopped."""

_START: Final = (PROCESS, *PHASES, TOTAL)
"""Columns of the cold starts."""

_RIGHT: Final = ("median", "p90", "items/s")
"""Columns of figures."""


def print_run(console: Console, record: RunRecord, look: Look, *, is_ours: bool = True) -> None:
    """Print all tables of a run, below the tracks in it.

    Args:
        console: Where to.
        record: The run.
        look: Gives the figures of a block.
        is_ours: This installation measured it, so rounds can be added.
    """
    can_go_on = is_ours and not record.plan.is_self_test
    tracks = wording.tracks(fairness_of(record))
    print_line(
        console, f"{tracks} fwcompare show SNAPSHOT --details says what was held equal and what differs."
    )
    comparisons, summaries = compare(record, look), summarise(record, look)
    for workload in record.plan.workloads:
        console.print(_table(record, workload.id, comparisons, summaries, look))
        lines = (
            *_failures(record, workload.id),
            *_disturbed(record, workload.id, look),
            *_repetitions(record, workload.id, look),
            *_cut_off(record, workload.id, can_go_on=can_go_on),
            *wording.outliers(
                {
                    one.contender: one.severe_outliers / one.n
                    for one in summaries
                    if one.workload == workload.id and one.n
                }
            ),
        )
        for line in lines:
            print_line(console, line)
        if (rounds := record.precise.get(workload.id)) is not None:
            text = wording.stopped_early(rounds, record.plan.effort.rounds)
            print_line(console, f"{text.capitalize()}.")
    _print_scaling(console, sweeps(record, look))
    for line in _versions(record):
        print_line(console, line)
    for one in record.history:
        text = f"{words.count(one.rounds, 'round')} from {one.started_utc} (run {one.run_id[:8]})"
        print_line(console, f"Holds {text}, to which rounds were added.")
    if pauses_ns := [one.cool_down_ns for one in record.blocks if one.cool_down_ns is not None]:
        ends = dict.fromkeys(wording.latency(end_ns) for end_ns in (min(pauses_ns), max(pauses_ns)))
        blocks = words.count(len(pauses_ns), "block")
        print_line(console, f"Cooled down before {blocks}: {' to '.join(ends)}.")
    print_line(console, "Ratio: latency over the baseline's with its 95 % interval, below 1 is faster.")
    if any(one.verdict is Verdict.NO_PRACTICAL_DIFFERENCE for one in comparisons):
        print_line(console, "Equal within the margin: by the 90 % interval, as is usual for equivalence.")
    if any(workload.scenario is Scenario.THROUGHPUT for workload in record.plan.workloads):
        print_line(console, "In the throughput scenario that is the time of an iteration in groups.")


def _print_scaling(console: Console, found: Sequence[Sweep]) -> None:
    """Items a second by contender and batch, one table for each sweep."""
    for sweep in found:
        first = sweep.workloads[0]
        title = f"Scaling, {first.id.replace(f'/b{first.batch}/', '/')}"
        table = Table(title=title, title_justify="left", box=box.SIMPLE)
        for name in ("contender", "batch", "items/s", f"of batch {first.batch}, efficiency", "latency"):
            table.add_column(name, justify="left" if name == "contender" else "right")
        for point in sweep.points:
            known, latency = point.throughput_per_s, point.latency_ns
            table.add_row(
                point.contender if point.batch == first.batch else "",
                str(point.batch),
                wording.rate_with_ends(known) if known else point.unavailable["throughput_per_s"],
                wording.gained(point),
                wording.latency(latency.value if latency else None),
            )
        console.print(table)
    if found:
        print_line(
            console,
            "Items/s with their 95 % interval; efficiency: what they grew by over what the batch did.",
        )


def print_cold(console: Console, record: RunRecord) -> None:
    """Print what the first answer of a fresh process costs, apart for empty and warm compile caches."""
    starts = starts_of(record)
    for workload in record.plan.workloads:
        table = Table(title=f"Cold start, {workload.id}", title_justify="left", box=box.SIMPLE)
        table.add_column("contender", no_wrap=True)
        for name in ("compile cache", "blocks"):
            table.add_column(name)
        for name in _START:
            table.add_column(name.replace("_", " "), justify="right")
        for start in starts:
            if start.workload == workload.id:
                row = [wording.duration(start.durations[name]) for name in _START]
                table.add_row(start.contender, start.compile_cache, str(start.blocks), *row)
        console.print(table)
    for line in wording.COLD_NOTES:
        print_line(console, line)


def _table(
    record: RunRecord,
    workload: str,
    every_comparison: Sequence[Comparison],
    every_summary: Sequence[Summary],
    look: Look,
) -> Table:
    figures = ("items/s",) if is_throughput(workload) else ("median", "p90")
    table = Table(title=workload, title_justify="left", box=box.SIMPLE)
    for name in ("contender", *figures, "ratio", "verdict"):
        table.add_column(name, justify="right" if name in _RIGHT else "left")
    summaries = {one.contender: one for one in every_summary if one.workload == workload}
    comparisons = {one.contender: one for one in every_comparison if one.workload == workload}
    for contender in record.plan.contenders:
        summary, comparison = summaries[contender.id], comparisons.get(contender.id)
        blocks = blocks_of(record, contender.id, workload)
        cautions = cautions_of(record, contender.id, workload, look)
        too_few = summary.unavailable.get("p90_ns", "").startswith(TOO_FEW)
        p90 = TOO_FEW if too_few else wording.latency(summary.p90_ns)
        shown = (
            (wording.rate(summary.throughput_per_s),)
            if is_throughput(workload)
            else (wording.latency(summary.median_ns), p90)
        )
        table.add_row(
            wording.in_track(contender),
            *shown,
            wording.ratio(comparison) if comparison else "-",
            wording.verdict(comparison, record.plan.margin, blocks, cautions)
            if comparison
            else wording.baseline(blocks, cautions),
        )
    return table


def _failures(record: RunRecord, workload: str) -> Iterator[str]:
    """One line for each way in which blocks of a contender failed."""
    for contender in record.plan.contenders:
        blocks = blocks_of(record, contender.id, workload)
        counts = Counter(block.outcome for block in blocks if block.outcome and block.outcome.is_failure)
        for outcome, count in counts.items():
            assert outcome is not None
            reason = next((one.reason for one in blocks if one.outcome is outcome and one.reason), "")
            told = " ".join(text for text in (outcome.sentence, tilde(reason), outcome.remedy) if text)
            yield f"{contender.id}: {count} of {words.count(len(blocks), 'block')} failed. {told}"


def _disturbed(record: RunRecord, workload: str, look: Look) -> Iterator[str]:
    """One line for each kind of disturbance that was the worst of a contender's blocks that count."""
    worst: dict[GateCode, dict[str, Gate]] = {}
    for contender in record.plan.contenders:
        blocks = measured_of(blocks_of(record, contender.id, workload), look)
        for gate in disturbances(blocks, record, look)[:1]:
            worst.setdefault(gate.code, {})[contender.id] = gate
    for gates in worst.values():
        told = worst_first(gates.values())[0].sentence
        if len(gates) > 1:
            told = f"At worst, {told[0].lower()}{told[1:]}"
        yield f"Disturbed: {', '.join(gates)}. {told}"


def _repetitions(record: RunRecord, workload: str, look: Look) -> Iterator[str]:
    """One line for each reason for which blocks were run once more."""
    where: dict[str, dict[str, list[int]]] = {}
    known = {block.block: block for block in record.blocks}
    replaced = repeated(record.blocks)
    for again in record.blocks:
        first = known.get(again.repeats) if again.repeats is not None else None
        if first is None or first.workload != workload:
            continue
        course = look(first).course
        warm = course is not None and course.label is Steadiness.WARM_UP
        found = ["It was still getting warm."] if warm else []
        gates = gates_of(first, record, look).gates
        found += [one.sentence for one in gates if one.level is Level.RED or one.code is GateCode.GPU_WARM_UP]
        counts = "" if first.block in replaced else " The repetition did not end, so the first one counts."
        rounds = where.setdefault(f"{' '.join(found)}{counts}", {}).setdefault(first.contender, [])
        rounds.append(first.round + 1)
    for reason, by_contender in where.items():
        told = "; ".join(
            f"{who}, {'round' if len(rounds) == 1 else 'rounds'} {', '.join(map(str, rounds))}"
            for who, rounds in by_contender.items()
        )
        yield f"Run once more: {told}. {reason}"


def _cut_off(record: RunRecord, workload: str, *, can_go_on: bool) -> Iterator[str]:
    """One line for each round that the run did not come to the end of, with how to make up for it if that is possible."""
    mine = [block for block in record.blocks if block.workload == workload]
    more = "fwcompare run --continue SNAPSHOT --rounds 1"
    every = f" {more} measures as many here as elsewhere, and one more." if can_go_on else ""
    one_more = f" {more} adds one." if can_go_on else ""
    if not mine:
        yield f"No round was begun.{every}"
    for number in dict.fromkeys(block.round for block in mine):
        had = {one.contender for one in mine if one.round == number and one.outcome not in _CUT_OFF}
        lacking = [
            one.id
            for one in record.plan.contenders
            if one.id not in had and (one.id, workload) not in record.stopped
        ]
        if lacking:
            whose = "" if record.plan.baseline in lacking else " of theirs"
            told = (
                f"Round {number + 1} was cut off without {', '.join(lacking)}: it counts in no ratio{whose}."
            )
            yield f"{told}{one_more}"


def _versions(record: RunRecord) -> Iterator[str]:
    """What each contender ran, if a framework ran in several Pythons: then its name does not tell."""
    pythons = {(one.framework, one.interpreter) for one in record.plan.contenders}
    if len(pythons) == len({framework for framework, _ in pythons}):
        return
    for contender in record.plan.contenders:
        told = [one.versions for one in record.blocks if one.contender == contender.id and one.versions]
        if told:
            yield f"{contender.id}: {', '.join(f'{name} {version}' for name, version in told[0].items())}"
