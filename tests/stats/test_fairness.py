"""What the contenders of a run had alike."""

from __future__ import annotations

from dataclasses import replace

from fwcompare.cli import wording
from fwcompare.domain.contender import MODES, Contender, Framework, Mode
from fwcompare.domain.workload import Precision
from fwcompare.stats.fairness import Fairness, Track, execution_of, fairness_of, track_of
from tests import runs
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
        "execution": {
            "pytorch:eager": "eager",
            "tensorflow:function": "graph",
            "keras-torch:default": "Keras's choice",
        },
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

    assert found.held == {"execution": "eager", "tf32": False}
    assert found.untold == ("tensorflow:function",)


def test_the_lines_say_it() -> None:
    lines = wording.fairness(of({"tf32": False, "onednn": True}, {"tf32": False, "onednn": None}))

    assert lines[0].startswith("Track matched: pytorch:eager, tensorflow:function (same maths,")
    assert lines[1:] == [
        "Held equal: tf32 off.",
        "Differs: execution eager (pytorch:eager), graph (tensorflow:function).",
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

    assert (found.held, found.differs.keys()) == ({"precision": "float32, bfloat16"}, {"execution"})


def test_what_differs_within_one_workload_differs() -> None:
    found = in_two_precisions("float32", "float32", "bfloat16", "float32")

    assert found.held == {}
    assert found.differs["precision"] == {
        "pytorch:eager": "float32, bfloat16",
        "tensorflow:function": "float32",
    }


def test_a_later_block_that_told_something_else_differs():
    blocks = [
        block(
            contender,
            number,
            10,
            settings={"intra_op_threads": 2 if (contender, number) == (CONTENDER, 1) else 3},
        )
        for number in (0, 1)
        for contender in (BASELINE, CONTENDER)
    ]

    found = fairness_of(record(*blocks))

    assert found.held == {}
    assert found.differs["intra_op_threads"] == {"pytorch:eager": 3, "tensorflow:function": "3, 2"}


def test_equal_execution_is_held_equal():
    both = (BASELINE, Contender(Framework.TENSORFLOW, Mode.EAGER, "/usr/bin/python3"))
    blocks = [block(one, 0, 10, settings={"tf32": False}, block=place) for place, one in enumerate(both)]

    assert fairness_of(record(*blocks, plan=plan(contenders=both))).held == {
        "execution": "eager",
        "tf32": False,
    }


def test_only_keras_has_a_default_track_and_every_mode_an_execution():
    every = [Contender(framework, mode, "python") for framework, modes in MODES.items() for mode in modes]

    assert [one.id for one in every if track_of(one) is Track.DEFAULT] == [
        "keras-tensorflow:default", "keras-torch:default", "keras-jax:default",
    ]  # fmt: skip
    assert all(execution_of(one) for one in every)


def test_values_that_several_share_are_said_once():
    found = of({"onednn": True}, {"onednn": None}, {"onednn": True})

    assert "Differs: onednn on (pytorch:eager, keras-torch:default), not set (tensorflow:function)." in (
        wording.fairness(found)
    )


def test_the_tracks_in_a_few_words_name_who_is_not_in_the_usual_one():
    assert wording.tracks(of({}, {})) == "Track matched."
    assert wording.tracks(of({}, {}, {})) == "Track matched; track default: keras-torch:default."
    alone = fairness_of(record(plan=plan(contenders=(KERAS,), baseline=KERAS.id)))
    assert wording.tracks(alone) == "Track default: keras-torch:default."


def test_most_are_not_named_one_by_one():
    ids = [f"pytorch:eager#{number}" for number in range(5)]
    values = dict.fromkeys(ids, True) | {"keras-jax:default": None}
    found = Fairness({}, {}, {"onednn": values, "layout": dict.fromkeys(ids, "nhwc")}, ())

    assert wording.fairness(found) == [
        "Differs: onednn not set (keras-jax:default), on (all others).",
        f"Differs: layout nhwc ({', '.join(ids)}).",
    ]


def test_settings_of_gpus_are_told_where_one_was_used() -> None:
    for device, told in (("cpu", {}), ("cuda:GPU-1234", {"cudnn_benchmark": True})):
        workload = replace(runs.WORKLOAD, device=device)
        block = runs.block(runs.BASELINE, 0, 10, workload=workload.id, settings={"cudnn_benchmark": True})
        record = runs.record(block, plan=runs.plan(workloads=(workload,), contenders=(runs.BASELINE,)))

        assert fairness_of(record).held == {"execution": "eager", **told}
