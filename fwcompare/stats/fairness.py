"""What was held equal between the contenders of a run and what differs, as their workers read it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.events import Scalar
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import is_on_gpu


class Track(StrEnum):
    """Under which rules a contender competes."""

    MATCHED = "matched"
    DEFAULT = "default"

    @property
    def sentence(self) -> str:
        """The rules."""
        return _RULES[self]


_RULES = {
    Track.MATCHED: "same maths, weights, inputs, precision and threads; layout and kernels are each one's own choice.",
    Track.DEFAULT: "as Keras does by itself, NumPy in and out; same weights, inputs, precision and threads.",
}

_OF_GPUS: Final = frozenset({"cudnn_benchmark", "memory_growth"})
"""Settings that mean nothing where no workload runs on a GPU."""

EXECUTION: Final = "execution"
"""Name of the setting that says how a contender executes; it follows from the mode."""

_KERAS: Final = frozenset({Framework.KERAS_TENSORFLOW, Framework.KERAS_TORCH, Framework.KERAS_JAX})
_CHOSEN_BY_KERAS: Final = "Keras's choice"
_EXECUTIONS: Final = {
    Mode.EAGER: "eager",
    Mode.FUNCTION: "graph",
    Mode.EXPORT: "graph",
    Mode.TRACE: "graph",
    Mode.SCRIPT: "graph",
    Mode.SAVEDMODEL: "graph",
    Mode.COMPILE: "compiled",
    Mode.XLA: "compiled",
    Mode.AOT: "compiled",
    Mode.DEFAULT: "exported graph",
}
"""By mode; that of a runtime is "default"."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """The strip above a comparison.

    Attributes:
        tracks: Ids of the contenders by track.
        held: Value by setting of what all contenders have alike in each workload; where it is another one
            in another workload, all of them as text.
        differs: Value by contender, by setting of what they do not, in the same way; only those that have
            the setting.
        untold: Ids of contenders none of whose workers came so far as to tell.
    """

    tracks: Mapping[Track, tuple[str, ...]]
    held: Mapping[str, Scalar]
    differs: Mapping[str, Mapping[str, Scalar]]
    untold: tuple[str, ...]


def track_of(contender: Contender) -> Track:
    """The track of a contender; a runtime has no other mode, and is given what all others are given."""
    is_default = contender.mode is Mode.DEFAULT and contender.framework in _KERAS
    return Track.DEFAULT if is_default else Track.MATCHED


def execution_of(contender: Contender) -> str:
    """How a contender executes: within a track that may differ, and then it is said."""
    return _CHOSEN_BY_KERAS if track_of(contender) is Track.DEFAULT else _EXECUTIONS[contender.mode]


def fairness_of(record: RunRecord) -> Fairness:
    """What the contenders of a run had alike, in all of their blocks."""
    contenders = record.plan.contenders
    executions = {one.id: execution_of(one) for one in contenders}
    told: dict[tuple[str, str], list[dict[str, Scalar]]] = {}
    for block in record.blocks:
        if block.settings:
            settings = {**block.settings, EXECUTION: executions[block.contender]}
            known = told.setdefault((block.workload, block.contender), [])
            if settings not in known:
                known.append(settings)
    names = sorted({name for known in told.values() for one in known for name in one})
    if not any(is_on_gpu(workload.id) for workload in record.plan.workloads):
        names = [name for name in names if name not in _OF_GPUS]
    heard = list(dict.fromkeys(contender for _, contender in told))
    by_name = {
        name: {
            contender: _together(values)
            for contender in heard
            if (
                values := [
                    one[name]
                    for (_, who), known in told.items()
                    for one in known
                    if who == contender and name in one
                ]
            )
        }
        for name in names
    }
    by_workload = {
        workload.id: [one for (where, _), known in told.items() for one in known if where == workload.id]
        for workload in record.plan.workloads
    }
    held = {
        name: _together([one[name] for here in by_workload.values() for one in here])
        for name in names
        if all(_is_alike(name, here) for here in by_workload.values())
    }
    return Fairness(
        tracks={
            track: ids
            for track in Track
            if (ids := tuple(one.id for one in contenders if track_of(one) is track))
        },
        held=held,
        differs={name: values for name, values in by_name.items() if name not in held},
        untold=tuple(one.id for one in contenders if one.id not in heard),
    )


def _is_alike(name: str, here: Sequence[Mapping[str, Scalar]]) -> bool:
    """True if all that told anything in a workload have one value of the setting."""
    values = [settings[name] for settings in here if name in settings]
    return len(values) == len(here) and len({(type(value), value) for value in values}) <= 1


def _together(values: Sequence[Scalar]) -> Scalar:
    """The value, or all of them as text where there are several."""
    different = {(type(value), value): value for value in values}
    only, *others = different.values()
    return ", ".join(str(value) for value in different.values()) if others else only
