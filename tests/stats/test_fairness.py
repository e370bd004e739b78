"""What the contenders of a run had alike."""

from __future__ import annotations

from dataclasses import replace

from fwcompare.cli import wording
from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.workload import Precision
from fwcompare.stats.fairness import Track, fairness_of
from tests.runs import BASELINE, CONTENDER, block, plan, record

KERAS = Contender(Framework.KERAS_TORCH, Mode.DEFAULT, "/usr/bin/python3")


def of(*settings, **changes):
    contenders = (BASELINE, CONTENDER, KERAS)
    blocks = [
        block(contender, 0, 10, settings=told, block=number)
        for number, (contender, told) in enumerate(zip(contenders, settings, strict=False))
    ]
    return fairness_of(record(*blocks, **({"plan": plan(contenders=contenders[: len(settings)])} | changes)))


def test_what_all_have_alike_is_held_equal_and_the_rest_differs() -> None:
    found = of(
        {"intra_op_threads": 3, "tf32": False, "onednn": True},
        {"intra_op_threads": 3, "tf32": True, "onednn": None},
        {"intra_op_threads": 3, "tf32": False, "onednn": True, "keras_backend": "torch"},
    )

    assert found.held == {"intra_op_threads": 3}
    assert found.differs == {
        "keras_backend": {"keras-torch:default": "torch"},
        "onednn": {"pytorch:eager": True, "tensorflow:function": None, "keras-torch:default": True},
        "tf32": {"pytorch:eager": False, "tensorflow:function": True, "keras-torch:default": False},
    }
    assert found.tracks == {
        Track.MATCHED: ("pytorch:eager", "tensorflow:function"),
        Track.DEFAULT: ("keras-torch:default",),
    }
    assert found.untold == ()


def test_true_is_not_one() -> None:
    assert of({"memory_growth": True}, {"memory_growth": 1}).held == {}


def test_who_has_told_nothing_is_named() -> None:
    found = of({"tf32": False}, {})

    assert found.held == {"tf32": False}
    assert found.untold == ("tensorflow:function",)


def test_the_lines_say_it() -> None:
    lines = wording.fairness(of({"tf32": False, "onednn": True}, {"tf32": False, "onednn": None}))

    assert lines[0].startswith("Track matched: pytorch:eager, tensorflow:function (same maths,")
    assert lines[1:] == [
        "Held equal: tf32 off.",
        "Differs: onednn on (pytorch:eager), not set (tensorflow:function).",
    ]
    assert wording.fairness(of({}, {}))[1:] == [
        "Not known of pytorch:eager, tensorflow:function, whose workers did not come so far."
    ]


def in_two_precisions(*values):
    """Two contenders that told these precisions in the first and in the second workload."""
    first, second = plan().workloads[0], replace(plan().workloads[0], precision=Precision.BFLOAT16)
    two = plan(workloads=(first, second))
    blocks = [
        block(contender, 0, 10, settings={"precision": told}, workload=workload.id, block=number)
        for number, (contender, workload, told) in enumerate(
            zip((BASELINE, CONTENDER) * 2, (first, first, second, second), values, strict=True)
        )
    ]
    return fairness_of(record(*blocks, plan=two))


def test_what_differs_between_workloads_alone_is_held_equal_and_both_are_said() -> None:
    found = in_two_precisions("float32", "float32", "bfloat16", "bfloat16")

    assert (found.held, found.differs) == ({"precision": "float32, bfloat16"}, {})


def test_what_differs_within_one_workload_differs() -> None:
    found = in_two_precisions("float32", "float32", "bfloat16", "float32")

    assert found.held == {}
    assert found.differs == {
        "precision": {"pytorch:eager": "float32, bfloat16", "tensorflow:function": "float32"}
    }
