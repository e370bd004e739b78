"""The command `selftest`, with an engine that plays what the test wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.plan import PresetName
from fwcompare.domain.verdict import Verdict
from fwcompare.errors import MachineBusyError
from tests import runs
from tests.cli import fakes
from tests.cli.fakes import Engine, View

GOLDEN = Path(__file__).parents[1] / "golden/selftest.json"


def played(*ratios, error=None, **changes):
    """An engine that measures these ratios, a round each."""

    def play(plan, out):
        blocks = []
        for number, ratio in enumerate(ratios):
            for contender, latency_ns in zip(plan.contenders, (1_000_000, 1_000_000 * ratio), strict=True):
                block = runs.block(contender, number, *[int(latency_ns)] * 40, workload=plan.workloads[0].id)
                blocks.append(replace(block, block=len(blocks)))
        record = runs.record(*blocks, plan=plan, **changes)
        return [View(record, finished=True, snapshot=Path.home() / "runs/a.fwsnap", error=error)]

    return Engine(play)


QUIET = (1.001, 0.999, 1.002, 0.998, 1.0, 1.001, 0.999, 1.0)
NOISY = (1.2, 0.8, 1.1, 0.9, 1.3, 0.75, 1.0, 1.05)
BIASED = (1.101, 1.099, 1.102, 1.098, 1.1, 1.101, 1.099, 1.1)


def test_the_object(call_json):
    saved = []
    parts = fakes.parts(played(*QUIET), save_calibration=lambda *what: saved.append(what))

    code, found, _ = call_json("selftest", parts=parts)

    assert code == 0
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))
    ((path, device, calibration),) = saved
    assert path.name == "calibrations.json"
    assert device == "cpu"
    assert calibration.verdict is Verdict.NO_PRACTICAL_DIFFERENCE
    assert calibration.detectable[PresetName.STANDARD] < 0.002


def test_the_first_contender_that_can_run_stands_in_both_slots(call):
    engine = played(*QUIET)

    _, out, _ = call("selftest", parts=fakes.parts(engine))

    assert [contender.id for contender in engine.plan.contenders] == ["pytorch:eager", "pytorch:eager#2"]
    assert engine.plan.is_self_test
    assert engine.plan.preset is PresetName.STANDARD
    assert "pytorch:eager against itself, mlp/inference/small/b128/float32/cpu, 8 rounds: about 3 min." in out
    assert "No practical difference (within 2 %), as it must be." in out
    assert "Saved as ~/runs/a.fwsnap" in out


def test_a_contender_and_a_preset_that_were_named(call):
    engine = played(*QUIET)

    call("selftest", "--contender", "tensorflow:xla", "--preset", "quick", parts=fakes.parts(engine))

    assert engine.plan.baseline == "tensorflow:xla"
    assert engine.plan.effort.rounds == 3


def test_a_machine_that_scatters_can_not_tell_but_knows_what_it_can(call):
    saved = []
    parts = fakes.parts(played(*NOISY), save_calibration=lambda *what: saved.append(what))

    code, out, _ = call("selftest", parts=parts)

    assert code == 1
    assert "This machine can't tell: its rounds scatter by" in out
    assert saved[0][2].detectable[PresetName.STANDARD] > 0.1


def test_a_machine_that_tells_the_same_apart_is_not_believed(call_json):
    parts = fakes.parts(played(*BIASED), save_calibration=lambda *_: pytest.fail("it must not be remembered"))

    code, found, _ = call_json("selftest", parts=parts)

    assert code == 1
    assert found["self_test"]["passed"] is False
    assert found["self_test"]["remembered"] is False
    assert "faster or slower than itself" in found["self_test"]["sentence"]


def test_what_disturbed_it_is_said(call):
    parts = fakes.parts(played(*QUIET, machine={"cpu_governor": "powersave"}))

    _, out, _ = call("selftest", parts=parts)

    assert "In 16 blocks, a note: The processor's clock is governed by powersave" in out


def test_one_that_ends_before_its_second_round_says_so(call_json):
    code, found, _ = call_json("selftest", parts=fakes.parts(played(1.0, cancelled=True)))

    assert code == 130
    assert found["self_test"]["sentence"].startswith("Too few rounds")


def test_a_busy_machine_is_an_error(call_json):
    busy = MachineBusyError("Another fwcompare is measuring.", "Wait.")

    code, found, _ = call_json("selftest", parts=fakes.parts(played(error=busy)))

    assert code == 1
    assert found["self_test"] is None
    assert found["error"] == {"message": "Another fwcompare is measuring.", "remedy": "Wait."}


def test_nobody_to_take_is_an_error(call):
    parts = fakes.parts(survey=lambda contenders, *_: tuple(map(fakes.missing, contenders)))

    code, _, err = call("selftest", parts=parts)

    assert code == 1
    assert "No contender can run here." in err


def test_what_this_machine_shows_is_said_for_each_preset(call):
    _, out, _ = call("selftest", parts=fakes.parts(played(*QUIET)))

    assert "Smallest difference that shows (margin of later comparisons): quick 0." in out
    assert "standard 0.1 % (2 %), rigorous 0.1 % (2 %)." in out

    _, out, _ = call("selftest", parts=fakes.parts(played(*BIASED)))

    assert "Nothing was remembered; the margins of later comparisons stay as they are." in out


@pytest.mark.parametrize(
    ("samples", "is_told"), [([1_000_000] * 40, False), ([1_000_000, 1_600_000] * 20, True)]
)
def test_what_is_remembered_of_a_disturbed_machine_says_so(call, samples, is_told):
    def play(plan, out):
        blocks = [
            runs.block(who, number, *samples, block=2 * number + slot, workload=plan.workloads[0].id)
            for number in range(3)
            for slot, who in enumerate(plan.contenders)
        ]
        return [View(runs.record(*blocks, plan=plan), finished=True)]

    _, out, _ = call("selftest", parts=fakes.parts(Engine(play)))

    stored = next(line for line in out.splitlines() if line.startswith("Smallest difference that shows"))
    assert ("repeat the check when it is quiet" in stored) is is_told
    assert (
        "In 6 blocks, at worst red (such a block is not to be trusted): The middle half" in out
    ) is is_told
