"""What was held equal between the contenders of a run and what differs, as their workers read it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fwcompare.domain.contender import Contender, Mode
from fwcompare.domain.events import Scalar
from fwcompare.domain.record import RunRecord


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
    Track.DEFAULT: "as the framework does by itself, with the same weights, inputs and threads.",
}


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
    """The track of a contender."""
    return Track.DEFAULT if contender.mode is Mode.DEFAULT else Track.MATCHED


def fairness_of(record: RunRecord) -> Fairness:
    """What the contenders of a run had alike."""
    told: dict[tuple[str, str], Mapping[str, Scalar]] = {}
    for block in record.blocks:
        if block.settings:
            told.setdefault((block.workload, block.contender), block.settings)
    names = sorted({name for settings in told.values() for name in settings})
    heard = list(dict.fromkeys(contender for _, contender in told))
    by_name = {
        name: {
            contender: _together(values)
            for contender in heard
            if (values := [told[one][name] for one in told if one[1] == contender and name in told[one]])
        }
        for name in names
    }
    held = {
        name: _together([settings[name] for settings in told.values()])
        for name in names
        if all(_is_alike(name, told, workload.id) for workload in record.plan.workloads)
    }
    contenders = record.plan.contenders
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


def _is_alike(name: str, told: Mapping[tuple[str, str], Mapping[str, Scalar]], workload: str) -> bool:
    """True if all that told anything in this workload have one value of the setting."""
    here = [settings for (in_workload, _), settings in told.items() if in_workload == workload]
    values = [settings[name] for settings in here if name in settings]
    return len(values) == len(here) and len({(type(value), value) for value in values}) <= 1


def _together(values: Sequence[Scalar]) -> Scalar:
    """The value, or all of them as text where there are several."""
    different = {(type(value), value): value for value in values}
    only, *others = different.values()
    return ", ".join(str(value) for value in different.values()) if others else only
