"""The command `run`, with an engine that plays what the test wrote."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.calibration import Margin
from fwcompare.domain.outcome import Outcome
from fwcompare.errors import MachineBusyError, SnapshotError, SnapshotErrorCode
from tests import runs
from tests.cli import fakes
from tests.cli.fakes import Engine, View

TWO = ("--contender", "pytorch:eager", "--contender", "tensorflow:function", "--size", "tiny")


def measured(plan, out, *, outcome=Outcome.OK, error=None, **changes):
    """A view after each block of each round, then the finished one, saved where it was asked for."""
    blocks, views = [], []
    for number in range(plan.effort.rounds):
        for contender, latency_ns in zip(plan.contenders, (1000, 500), strict=True):
            sound = outcome if contender == plan.contenders[1] else Outcome.OK
            samples = [latency_ns + number] * 40 if sound is Outcome.OK else []
            block = runs.block(contender, number, *samples, outcome=sound, reason=str(number), **changes)
            blocks.append(replace(block, block=len(blocks)))
            views.append(View(runs.record(*blocks, plan=plan, finished_utc=None)))
    done = runs.record(*blocks, plan=plan)
    snapshot = None if error else out or Path.home() / "runs/a.fwsnap"
    return [*views, View(done, finished=True, snapshot=snapshot, error=error)]


@pytest.fixture
def engine():
    return Engine(measured)


def test_the_estimate_comes_first_then_the_blocks_the_table_and_the_file(call, engine):
    code, out, err = call("run", *TWO, parts=fakes.parts(engine))

    lines = out.splitlines()
    assert code == 0
    assert err == ""
    assert engine.calls == ["start", "run", "close"]
    assert lines[0] == "Device cpu: Because."
    assert lines[1] == "2 contenders, 1 workload, 3 rounds, 3 threads, quick: about 60 s."
    assert lines[2] == "Margin 2 %: known for quick."
    assert lines[3].startswith(
        "[1/6] pytorch:eager mlp/inference/tiny/b8/float32/cpu round 1: median 1 us of 40"
    )
    assert lines[8].startswith("[6/6] tensorflow:function")
    table = [line.split() for line in lines[9:] if line.lstrip().startswith("tensorflow:function")]
    assert len(table) == 1
    assert "2.00x faster (1.99-2.00)" in " ".join(table[0])
    assert lines[-1] == "Saved as ~/runs/a.fwsnap, which is not in the library"


def test_a_margin_that_was_named_goes_before_what_is_known(call, engine):
    _, out, _ = call("run", *TWO, "--margin", "7.5", parts=fakes.parts(engine))

    assert "Margin 7.5 %: as you said." in out
    assert engine.plan.margin == 0.075


def test_the_margin_that_is_known_for_the_preset_is_stored_before_the_run(call, engine):
    known = {"standard": Margin(0.03, "what this machine can tell apart since 2026-11-23")}
    parts = fakes.parts(engine, known_margin=lambda _paths, _device, preset: known[preset])

    _, out, _ = call("run", *TWO, "--preset", "standard", parts=parts)

    assert "Margin 3 %: what this machine can tell apart since 2026-11-23." in out
    assert engine.plan.margin == 0.03


@pytest.mark.parametrize("percent", ["0", "-1", "100", "nan"])
def test_a_margin_that_makes_no_plan_is_bad_usage(call, percent):
    code, _, err = call("run", *TWO, "--margin", percent, parts=fakes.parts())

    assert code == 2
    assert "margin" in err


def test_rounds_that_were_not_needed_are_explained(call):
    def precise(plan, out):
        *_, last = measured(plan, out)
        return [replace(last, record=replace(last.record, precise={plan.workloads[0].id: 6}))]

    engine = Engine(precise)

    _, out, _ = call("run", *TWO, "--preset", "standard", parts=fakes.parts(engine))

    assert engine.plan.stops_early
    assert "Stopped after 6 of 8 rounds: precise enough." in out


def test_cold_runs_each_round_twice_and_prints_the_starts_too(call, engine):
    code, out, _ = call(
        "run", *TWO, "--cold", "--rounds", "2", "--cool-down", "7.5", parts=fakes.parts(engine)
    )

    assert code == 0
    assert (engine.plan.effort.rounds, engine.plan.effort.empties_caches) == (4, True)
    assert engine.plan.effort.cool_down_s == 7.5
    assert "Cold start, mlp/inference/tiny" in out


def test_starts_are_as_many_as_were_asked_for(call, engine):
    call("run", *TWO, "--cold", "--preset", "standard", parts=fakes.parts(engine))

    assert engine.plan.effort.rounds == 16
    assert not engine.plan.stops_early


def test_a_cool_down_is_none_unless_it_is_asked_for(call, engine):
    _, out, _ = call("run", *TWO, parts=fakes.parts(engine))
    code, _, err = call("run", *TWO, "--cool-down", "-1", parts=fakes.parts(engine))

    assert engine.plan.effort.cool_down_s == 0
    assert "Cold start" not in out
    assert (code, "a cool-down is not in 0 … 3600 s" in err) == (2, True)


@pytest.mark.parametrize(
    ("flags", "stops"), [((), False), (("--stop-early",), True), (("--preset", "rigorous"), False)]
)
def test_only_the_preset_standard_stops_early_unless_told(call, engine, flags, stops):
    call("run", *TWO, *flags, parts=fakes.parts(engine))

    assert engine.plan.stops_early is stops


def ended(engine):
    """A comparison of three rounds that has ended, as its file holds it."""
    call_plan = runs.plan(contenders=(fakes.parse("pytorch:eager"), fakes.parse("tensorflow:function")))
    return replace(engine.play(call_plan, None)[-1].record, machine={"os": "Linux"})


def test_rounds_are_added_to_a_snapshot(call, engine):
    record = ended(engine)
    parts = fakes.parts(engine, read_snapshot=lambda _: record, describe_machine=lambda: {"os": "Linux"})

    code, out, err = call("run", "--continue", "a.fwsnap", "--rounds", 2, parts=parts)

    assert (code, err) == (0, "")
    assert "Adding 2 rounds to those of 2026-01-02T03:04:05Z; margin 2 % as before." in out
    assert engine.plan == replace(record.plan, effort=replace(record.plan.effort, rounds=5))
    assert engine.earlier == record


@pytest.mark.parametrize(
    ("flags", "machine", "said"),
    [
        (("--size", "tiny"), {"os": "Linux"}, "all but --rounds comes from the snapshot"),
        ((), {"os": "Linux"}, "No comparison of this snapshot needs more rounds"),
        (("--rounds", "2"), {"os": "Linux", "gpu_driver": "580"}, "This is not the machine as it was"),
        (
            ("--rounds", "2"),
            {"os": "Windows"},
            "rounds of two machines can't be compared",
        ),
    ],
)
def test_rounds_that_would_not_fit_are_not_added(call, engine, flags, machine, said):
    parts = fakes.parts(read_snapshot=lambda _: ended(engine), describe_machine=lambda: machine)

    code, _, err = call("run", "--continue", "a.fwsnap", *flags, parts=parts)

    assert code == 2
    assert said in err


@pytest.mark.parametrize("flags", [(), ("--rounds", "1")])
def test_no_rounds_are_added_to_the_sample(call, flags):
    """Also on a machine that looks like that of the sample."""
    code, _, err = call("run", "--continue", "sample", *flags)

    assert code == 2
    assert "The sample can't be continued: another installation measured it." in err
    assert "Measure it all anew with fwcompare run." in err


def test_json_is_the_only_thing_on_standard_output(call_json, engine):
    code, found, err = call_json("run", *TWO, parts=fakes.parts(engine))

    assert code == 0
    assert found["snapshot"] == "~/runs/a.fwsnap"
    assert found["comparisons"][0]["verdict"] == "faster"
    assert len(found["blocks"]) == 6
    assert "about 60 s" in err
    assert "2.00x faster" in err


def test_show_gives_the_object_that_run_gave(call_json, engine, tmp_path):
    target = tmp_path / "a.fwsnap"

    _, from_run, _ = call_json("run", *TWO, "--out", target, parts=fakes.parts(engine))
    record = engine.play(engine.plan, target)[-1].record
    code, from_show, _ = call_json("show", target, parts=fakes.parts(read_snapshot=lambda _: record))

    assert code == 0
    assert engine.out == target
    assert from_show == from_run


def test_show_prints_the_same_table(call, engine):
    _, from_run, _ = call("run", *TWO, parts=fakes.parts(engine))
    record = engine.play(engine.plan, None)[-1].record

    code, from_show, _ = call("show", "a.fwsnap", parts=fakes.parts(read_snapshot=lambda _: record))

    table = from_show.splitlines()[1:]
    assert code == 0
    assert from_show.startswith("Measured 2026-01-02T03:04:05Z with fwcompare 0.1.0\n")
    assert "\n".join(table) in from_run


def test_a_device_that_was_named_needs_no_reason(call, engine):
    _, out, _ = call("run", *TWO, "--device", "cpu", parts=fakes.parts(engine))

    assert out.startswith("2 contenders, ")


def test_a_run_that_has_not_begun_yet_shows_nothing(call, engine):
    begun = engine.play
    engine.play = lambda plan, out: [None, *begun(plan, out)]

    code, out, _ = call("run", *TWO, parts=fakes.parts(engine))

    assert code == 0
    assert "[6/6]" in out


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": Outcome.CRASHED}, "not available: crashed"),
        ({"outcome": Outcome.OUTPUT_MISMATCH}, "outputs differ"),
        ({"mode_proved": False, "mode_proof": "left eager"}, "not comparable: left eager"),
    ],
)
def test_a_contender_that_failed_makes_it_1_and_is_named(call, changes, words):
    engine = Engine(lambda plan, out: measured(plan, out, **changes))

    code, out, _ = call("run", *TWO, parts=fakes.parts(engine))

    assert code == 1
    assert words in out
    if "outcome" in changes:
        outcome = changes["outcome"]
        told = f"tensorflow:function: 3 of 3 blocks failed. {outcome.sentence} 0 {outcome.remedy}"
        assert told in out


def test_who_is_missing_is_said_before_and_counts_only_if_it_was_named(call):
    everyone = Engine(lambda plan, _: [View(runs.record(plan=plan), finished=True)])

    code, out, _ = call("run", parts=fakes.parts(everyone))

    assert code == 0
    missing = "keras-torch:default can't run here: tensorflow is not installed. pip install tensorflow"
    assert missing in out.splitlines()
    assert "keras-torch:default" not in [contender.id for contender in everyone.plan.contenders]


def test_too_few_iterations_for_p90_are_said(call):
    def short(plan, out):
        blocks = [runs.block(plan.contenders[0], 0, 1, 2, 3)]
        return [View(runs.record(*blocks, plan=plan), finished=True, snapshot=out)]

    _, out, _ = call(
        "run", "--contender", "pytorch:eager", "--size", "tiny", parts=fakes.parts(Engine(short))
    )

    assert "n too small" in out
    assert "baseline" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_saves_and_prints_and_a_second_one_does_no_harm(call_json, number):
    engine = Engine(measured, on_wait=lambda wait: signal.raise_signal(number) if wait in (2, 3) else None)

    code, found, err = call_json("run", *TWO, parts=fakes.parts(engine))

    assert code == 130
    assert engine.calls == ["start", "run", "cancel", "close"]
    assert found["cancelled"] is True
    assert found["error"] is None
    assert found["snapshot"] == "~/runs/a.fwsnap"
    assert err.count("Stopping; what was measured so far is kept.") == 1


def test_a_signal_before_anything_was_measured_is_an_answer_too(call_json):
    def interrupted(_contenders, _device, _settings):
        signal.raise_signal(signal.SIGINT)

    code, found, err = call_json("run", parts=fakes.parts(survey=interrupted))

    assert code == 130
    assert found["cancelled"] is True
    assert found["error"] == {"message": "Cancelled before it was done.", "remedy": ""}
    assert "Cancelled before it was done." in err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MachineBusyError("Another fwcompare is measuring.", "Wait."), 1),
        (SnapshotError(SnapshotErrorCode.NOT_WRITABLE, "The disk is full.", "Free some space."), 2),
    ],
)
def test_what_goes_wrong_on_the_way_keeps_what_was_measured(call_json, error, code):
    engine = Engine(lambda plan, out: measured(plan, out, error=error))

    found_code, found, err = call_json("run", *TWO, parts=fakes.parts(engine))

    assert found_code == code
    assert found["error"] == {"message": error.message, "remedy": error.remedy}
    assert found["snapshot"] is None
    assert len(found["blocks"]) == 6
    assert f"Error: {error.message}\n{error.remedy}\n" in err


def test_an_error_before_the_first_block_has_no_table(call):
    busy = MachineBusyError("Another fwcompare is measuring.", "Wait.")
    engine = Engine(lambda plan, _: [View(runs.record(plan=plan), finished=True, error=busy)])

    code, out, err = call("run", *TWO, parts=fakes.parts(engine))

    assert code == 1
    assert "ratio" not in out
    assert err == "Error: Another fwcompare is measuring.\nWait.\n"


def test_settings_that_can_not_be_read_are_a_remark(call, engine):
    parts = fakes.parts(engine, load_settings=lambda _: (fakes.SETTINGS, ("The settings are broken.",)))

    code, _, err = call("run", *TWO, parts=parts)

    assert code == 0
    assert err == "The settings are broken.\n"


def test_the_folders_and_the_file_are_those_that_were_named(call, tmp_path):
    asked = []
    engine = Engine(measured)
    parts = fakes.parts(
        open_engine=lambda paths: asked.append(paths) or engine,
        load_settings=lambda path: asked.append(path) or (fakes.SETTINGS, ()),
    )

    call("run", *TWO, "--out", tmp_path / "x.fwsnap", parts=parts)

    assert asked[0] == tmp_path / "config/settings.json"
    assert asked[1].data == tmp_path
    assert engine.out == tmp_path / "x.fwsnap"


def test_the_object_holds_no_home_folder(call_json, engine):
    named = ("--contender", "pytorch:eager", "--contender", f"tensorflow:xla@{Path.home()}/env")

    code, found, _ = call_json("run", *named, "--size", "tiny", parts=fakes.parts(engine))

    assert code == 0
    assert found["environment"]["contenders"][1]["interpreter"] == "~/env"
    assert str(Path.home()) not in json.dumps(found)


@pytest.mark.parametrize(("threads", "is_warned"), [(2, False), (500, True)])
def test_more_threads_than_cores_are_warned_of(call, engine, threads, is_warned):
    parts = fakes.parts(engine, describe_machine=lambda: {"available_physical_cores": 2})

    code, _, err = call("run", *TWO, "--threads", threads, parts=parts)

    assert code == 0
    assert err.startswith("500 threads on 2 cores: they wait for each other") is is_warned


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--cold",), "6 rounds, 3 threads, quick:"),
        (("--rounds", "4"), "4 rounds of at least 1 s, 3 threads, otherwise quick:"),
        (("--seconds-per-block", "0.5"), "3 rounds of at least 0.5 s, 3 threads, otherwise quick:"),
    ],
)
def test_what_was_chosen_in_place_of_the_preset_s_is_announced(call, engine, flags, told):
    _, out, _ = call("run", *TWO, *flags, parts=fakes.parts(engine))

    assert f"2 contenders, 1 workload, {told} about " in out


def test_a_run_in_which_nobody_can_run_begins_nothing(call, engine):
    nobody = fakes.parts(
        engine, survey=lambda contenders, *_: tuple(fakes.missing(one) for one in contenders)
    )

    code, _, err = call("run", "--contender", "keras-torch:default@/gone", parts=nobody)

    assert (code, engine.calls) == (1, [])
    assert "No contender can run here. keras-torch:default@/gone: tensorflow is not installed." in err


def test_how_a_block_ended_is_said_in_words(call):
    engine = Engine(lambda plan, out: measured(plan, out, outcome=Outcome.LAUNCH_FAILED))

    _, out, _ = call("run", *TWO, parts=fakes.parts(engine))

    assert "launch_failed" not in out
    assert "round 1: did not start: 0" in out
    assert "not available: did not start" in out
