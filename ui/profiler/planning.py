"""From what the form holds to a valid plan, or the sentence that says what is missing. No Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Final

from fwcompare.cli.wording import span
from fwcompare.domain.calibration import Calibration, Margin
from fwcompare.domain.plan import EARLY_STOPPERS, PRESETS, SELF_TEST_ARCHITECTURE, Plan, PresetName, self_test
from fwcompare.domain.record import RunRecord
from fwcompare.domain.verdict import Comparison, Verdict
from fwcompare.domain.words import count, percent
from fwcompare.domain.workload import Precision, Scenario, Size, Task, Workload
from fwcompare.execution.continuation import going_on, rounds_done, within_reach
from fwcompare.execution.devices import Gpu, precision_obstacle
from fwcompare.execution.schedule import estimate_s
from fwcompare.interpreters.availability import Availability, choose_device
from fwcompare.stats.blocks import Look
from fwcompare.stats.selftest import margin_for

AUTO: Final = "auto"

NOBODY: Final = "No contender can run here: open the list of contenders to see what each of them lacks."

_SETTLED: Final = "No comparison needs more rounds."

_NAMED: Final = 3
"""So many contenders are named that need more rounds, those that need the most."""

_FEW_ROUNDS: Final = "There are too few rounds to say how many would settle it."

LOOKING: Final = "Looking for what can run here …"

MAX_BATCH: Final = 1_000_000
"""A larger batch is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class FormOptions:
    """What there is to choose from on this machine.

    Attributes:
        default_batches: Batch by architecture and size, where the user names none.
        gpu_reason: Why there is no GPU to choose, "" if there is one.
        default_threads: Threads that leave a core to the application.
        max_threads: Cores that may be used.
        calibrations: What self-tests found out of this machine, by device.
    """

    architectures: tuple[str, ...] = ()
    default_batches: Mapping[tuple[str, str], int] = field(default_factory=dict)
    gpus: tuple[Gpu, ...] = ()
    gpu_reason: str = ""
    default_threads: int = 1
    max_threads: int = 1
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormState:
    """What the user has put into the form.

    Attributes:
        batch: As it was typed, several with commas; empty for the default of the size.
        excluded: Ids of the contenders that the user took out, or did not put in.
        device: "auto", "cpu", or "cuda:" and the GPU's UUID.
        cool_down_s: Pause between blocks, at most.
        cold: Starts with empty caches and with warm ones are measured alike.
        rounds: Blocks of each contender, None for what the preset has.
        block_s: A block measures at least so long, None for what the preset has.
        margin: Smallest difference that matters, None for what is known of this machine.
    """

    architecture: str
    task: Task = Task.INFERENCE
    size: Size = Size.SMALL
    batch: str = ""
    excluded: frozenset[str] = frozenset()
    device: str = AUTO
    preset: PresetName = PresetName.QUICK
    threads: int = 1
    scenario: Scenario = Scenario.SINGLE_STREAM
    cool_down_s: int = 0
    cold: bool = False
    precision: Precision = Precision.FLOAT32
    rounds: int | None = None
    block_s: float | None = None
    margin: float | None = None


def plan_from(state: FormState, surveyed: Sequence[Availability] | None, options: FormOptions) -> Plan | str:
    """The plan that the form describes, or why there is none.

    Args:
        state: What was put in.
        surveyed: What can run here, None while that is not known.
        options: What there is to choose from.
    """
    if not options.architectures or surveyed is None:
        return LOOKING
    able = [one for one in surveyed if one.available]
    if not able:
        return NOBODY
    chosen = [
        one
        for one in able
        if one.contender.id not in state.excluded
        and not one.contender.obstacle_to(state.task, state.architecture)
        and not one.contender.obstacle_in(state.precision)
    ]
    if not chosen:
        obstacles = {one.contender.obstacle_to(state.task, state.architecture) for one in able}
        return (obstacles.pop() if len(obstacles) == 1 else "") or "Choose at least one contender."
    batches = _batches(state, options)
    if isinstance(batches, str):
        return batches
    device = resolved_device(state.device, chosen, options)
    workloads = tuple(
        Workload(state.architecture, state.task, state.size, batch, device, state.precision, state.scenario)
        for batch in batches
    )
    obstacle = precision_obstacle(state.precision, device, options.gpus) or workloads[0].obstacle
    if obstacle:
        return obstacle
    contenders = tuple(one.contender for one in chosen)
    margin = margin_for(options.calibrations.get(device), state.preset).value
    preset = PRESETS[state.preset]
    effort = replace(
        preset,
        rounds=state.rounds or preset.rounds,
        min_measure_s=state.block_s or preset.min_measure_s,
        cool_down_s=float(state.cool_down_s),
    )
    return Plan(
        workloads=workloads,
        contenders=contenders,
        preset=state.preset,
        effort=effort.with_cold_starts() if state.cold else effort,
        baseline=contenders[0].id,
        seed=0,
        threads=state.threads,
        margin=state.margin or margin,
        stops_early=state.preset in EARLY_STOPPERS and not state.cold,
    )


def self_test_plan(device: str, surveyed: Sequence[Availability] | None, options: FormOptions) -> Plan | str:
    """The plan that compares the first contender that can run with itself, or why there is none.

    Args:
        device: As in `FormState`.
        surveyed: What can run here, None while that is not known.
        options: What there is to choose from.
    """
    if not options.architectures or surveyed is None:
        return LOOKING
    one = next((one for one in surveyed if one.available), None)
    if one is None:
        return NOBODY
    batch = options.default_batches[SELF_TEST_ARCHITECTURE, str(Size.SMALL)]
    on = resolved_device(device, [one], options)
    workload = Workload(SELF_TEST_ARCHITECTURE, Task.INFERENCE, Size.SMALL, batch, on)
    return self_test(one.contender, workload, PresetName.STANDARD, options.default_threads)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How many rounds to add to a comparison, and a sentence that says why so many."""

    rounds: int
    why: str


def rounds_to_add(record: RunRecord, look: Look) -> Suggestion:
    """As many as are missing where it was cut off, else as many as would settle what is open, else one.

    Args:
        record: A comparison that has ended.
        look: Gives the figures of a block.
    """
    planned = record.plan.effort.rounds
    open_ = [rounds for workload, rounds in rounds_done(record).items() if workload not in record.precise]
    done = max(open_, default=planned)
    if done < planned:
        return Suggestion(planned - done, f"It ended after {done} of {count(planned, 'planned round')}.")
    comparisons = going_on(record, look)
    names = told_apart([workload.id for workload in record.plan.workloads])
    named = dict(zip((one.id for one in record.plan.workloads), names, strict=True))
    wanted = within_reach(comparisons)
    within = _needs([one for one in comparisons if (one.more_rounds or 0) <= wanted], named)
    beyond = _needs([one for one in comparisons if (one.more_rounds or 0) > wanted], named)
    parts = []
    if wanted:
        parts.append(f"About {count(wanted, 'more round')} would settle what is open: {_needing(within)}.")
    if beyond:
        parts.append(f"Not within reach, the rounds differ too much: {_needing(beyond)}.")
    if not parts:
        few = any(one.verdict is Verdict.INCONCLUSIVE for one in comparisons)
        parts.append(_FEW_ROUNDS if few else _SETTLED)
    return Suggestion(wanted or 1, " ".join(parts))


def told_apart(ids: Sequence[str]) -> list[str]:
    """Of the ids of several workloads what differs, "" for a single one."""
    parts = [id_.split("/") for id_ in ids]
    if len({len(each) for each in parts}) > 1:
        return list(ids)
    differ = [len(set(column)) > 1 for column in zip(*parts, strict=True)]
    return [" · ".join(compress(each, differ)) for each in parts]


def _needs(comparisons: Sequence[Comparison], names: Mapping[str, str]) -> dict[str, int]:
    """How many more rounds each contender needs in each workload, by what both are called; the most first."""
    found: dict[str, int] = {}
    for one in comparisons:
        if one.more_rounds is not None:
            name = f"{one.contender} ({names[one.workload]})" if names[one.workload] else one.contender
            found[name] = max(found.get(name, 0), one.more_rounds)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _needing(needs: Mapping[str, int]) -> str:
    """The first of them with their rounds, and how many others there are."""
    named = [f"{name} needs {rounds:,}" for name, rounds in list(needs.items())[:_NAMED]]
    left = len(needs) - len(named)
    return ", ".join(named) + (f" and {count(left, 'other')}" if left else "")


def resolved_device(device: str, chosen: Sequence[Availability], options: FormOptions) -> str:
    """The device that is meant: "auto" is a GPU only if every chosen contender can use it."""
    if device != AUTO:
        return device
    return choose_device(chosen, options.gpus[0].uuid if options.gpus else None).device


def gpu_label(gpu: Gpu) -> str:
    """What a user knows a GPU by; the instances of a divided one differ in their UUIDs alone."""
    instance = f" · {gpu.uuid[:12]}" if gpu.uuid.startswith("MIG-") else ""
    return f"GPU {gpu.index} · {gpu.name}{instance}"


def effort_text(plan: Plan) -> str:
    """How much there is to do: 3 rounds, about 2 min, ±2 %."""
    effort = f"{count(plan.effort.rounds, 'round')}, about {span(estimate_s(plan))}"
    return f"{effort}, ±{percent(plan.margin)}"


def known_margin(plan: Plan, options: FormOptions) -> Margin:
    """The margin that is known of this machine for such a plan."""
    return margin_for(options.calibrations.get(plan.workloads[0].device), plan.preset)


def margin_text(plan: Plan, options: FormOptions) -> str:
    """Where the margin of the plan comes from."""
    known = known_margin(plan, options)
    why = known.why if plan.margin == known.value else "as you said"
    return f"Differences below the margin of {percent(plan.margin)} do not count: {why}."


def _batches(state: FormState, options: FormOptions) -> tuple[int, ...] | str:
    """The batches, or what is wrong with them."""
    texts = [text.strip() for text in state.batch.split(",")]
    if texts == [""]:
        return (options.default_batches[state.architecture, str(state.size)],)
    for text in texts:
        if not (text.isascii() and text.isdigit()) or not int(text[:9]) >= 1 or len(text) > 9:
            return (
                f"The batch is a whole number from 1, not {text[:20]!r}, or several with commas; "
                "leave it empty for the usual one."
            )
        if int(text) > MAX_BATCH:
            return f"A batch of {int(text):,} is more than {MAX_BATCH:,}."
    numbers = tuple(int(text) for text in texts)
    twice = next((number for number in numbers if numbers.count(number) > 1), None)
    return numbers if twice is None else f"The batch {twice} is named twice."
