"""The commands that measure nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from fwcompare.domain.events import CompileCache
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from fwcompare.paths import sample_snapshot
from fwcompare.storage.snapshot import read_snapshot
from tests import runs
from tests.cli import fakes

RECORDED = Path(__file__).parents[1] / "recordings/mlp-tiny.fwsnap"


def row(found, contender):
    (one,) = (one for one in found["contenders"] if one["contender"] == contender)
    return one


def test_show_cold_prints_what_the_first_answer_costs(call):
    """GIVEN two blocks with an empty compile cache and one with a warm one THEN each kind has a row."""
    seconds = {0: 2, 1: 4, 2: 1}
    blocks = [
        runs.block(
            runs.BASELINE,
            number,
            10,
            block=number,
            compile_cache=CompileCache.WARM if number == 2 else CompileCache.COLD,
            phases={Phase.IMPORT: PhaseRecord(0, 10**9), Phase.COMPILE: PhaseRecord(0, whole * 10**9)},
        )
        for number, whole in seconds.items()
    ]
    record = runs.record(*blocks, plan=runs.plan(contenders=(runs.BASELINE,)))

    code, out, _ = call("show", "a.fwsnap", "--cold", parts=fakes.parts(read_snapshot=lambda _: record))

    rows = [line.split() for line in out.splitlines() if "pytorch:eager" in line]
    assert code == 0
    assert rows == [
        ["pytorch:eager", "cold", "2", "-", "1", "s", "-", "3", "s", "-", "-"],
        ["pytorch:eager", "warm", "1", "-", "1", "s", "-", "1", "s", "-", "-"],
    ]


def test_show_cold_has_intervals_from_six_starts_on(call):
    blocks = [
        runs.block(runs.BASELINE, number, 10, block=number, compile_cache=CompileCache.COLD,
                   phases={Phase.IMPORT: PhaseRecord(0, (number + 1) * 10**9)})
        for number in range(6)
    ]  # fmt: skip
    record = runs.record(*blocks, plan=runs.plan(contenders=(runs.BASELINE,)))

    _, out, _ = call("show", "a.fwsnap", "--cold", parts=fakes.parts(read_snapshot=lambda _: record))

    assert "3.5 s (1-6)" in out
    assert "after a reboot" in out


def test_show_finds_a_snapshot_by_what_the_library_calls_it(call, tmp_path):
    """GIVEN one in the library THEN its stem and its file name mean it, wherever the command is called."""
    (tmp_path / "snapshots").mkdir()
    shutil.copy(RECORDED, tmp_path / "snapshots/mine.fwsnap")
    record = runs.record(runs.block(runs.BASELINE, 0, 10))
    read = []
    parts = fakes.parts(read_snapshot=lambda path: read.append(path) or record)

    assert [call("show", name, parts=parts)[0] for name in ("mine", "mine.fwsnap", RECORDED)] == [0, 0, 0]
    assert read == [*[tmp_path / "snapshots/mine.fwsnap"] * 2, RECORDED]
    code, _, err = call("show", "other", parts=parts)
    assert (code, "There is no snapshot 'other' here." in err) == (2, True)


def test_show_sample_prints_what_fwcompare_brings_along_and_where_it_was_measured(call):
    parts = fakes.parts(read_snapshot=read_snapshot, describe_machine=lambda: {"cpu_model": "Mine"})

    code, out, _ = call("show", "sample", parts=parts)

    record = read_snapshot(sample_snapshot())
    assert code == 0
    first, *rest = out.splitlines()
    assert first.startswith(
        f"Measured {record.started_utc} with fwcompare {record.app_version} on another machine: "
    )
    assert record.machine["cpu_model"] in first
    for contender in record.plan.contenders:
        assert any(contender.id in line for line in rest)


def test_show_says_nothing_of_this_machine(call):
    record = runs.record(runs.block(runs.BASELINE, 0, 10), machine={"os": "Linux"})

    _, out, _ = call("show", "a.fwsnap", parts=fakes.parts(read_snapshot=lambda _: record))

    assert out.splitlines()[0] == f"Measured {record.started_utc} with fwcompare {record.app_version}"


@pytest.mark.parametrize("where", ["snapshots/sample.fwsnap", "sample"])
def test_a_snapshot_of_ones_own_that_is_called_sample_comes_first(call, tmp_path, monkeypatch, where):
    """GIVEN one in the library, or a file of that name in the current folder THEN `sample` means it."""
    (tmp_path / "snapshots").mkdir()
    monkeypatch.chdir(tmp_path)
    shutil.copy(RECORDED, where)
    read = []
    record = runs.record(runs.block(runs.BASELINE, 0, 10))

    call("show", "sample", parts=fakes.parts(read_snapshot=lambda path: read.append(path) or record))

    assert [path.absolute() for path in read] == [tmp_path / where]


def test_show_explains_the_verdicts_of_a_contender(call):
    blocks = [
        runs.block(who, number, value)
        for number in range(3)
        for who, value in ((runs.BASELINE, 1000), (runs.CONTENDER, 1100 + number))
    ]
    parts = fakes.parts(read_snapshot=lambda _: runs.record(*blocks))

    code, out, _ = call("show", "a.fwsnap", "--explain", runs.CONTENDER.id, parts=parts)
    _, baseline, _ = call("show", "a.fwsnap", "--explain", runs.BASELINE.id, parts=parts)
    refused, _, err = call("show", "a.fwsnap", "--explain", "nobody", parts=parts)

    assert (code, refused) == (0, 2)
    for wanted in ("latency: slower", "Inputs", "exp(+0.0962", "decides", "NO_ENERGY", "docs/method.md"):
        assert wanted in out, wanted
    assert "is the baseline" in baseline
    assert "There is: pytorch:eager, tensorflow:function." in err


def test_contenders_lists_all_with_what_they_lack(call):
    code, out, err = call("contenders")

    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].strip() == "Contenders on cpu"
    (eager,) = (line for line in lines if "pytorch:eager" in line)
    (keras,) = (line for line in lines if "keras-torch:default" in line)
    assert eager.split()[1:] == ["yes", "python", "3.11.7,", "torch", "2.13.0"]
    assert "(as Keras does by itself)" in keras
    assert keras.rstrip().endswith(["", "tensorflow is not installed. pip install tensorflow"][1])


def test_contenders_as_json(call_json):
    code, found, err = call_json("contenders")

    assert code == 0
    assert found["device"] == "cpu"
    assert len(found["contenders"]) == len(fakes.every())
    assert sum(one["is_default"] for one in found["contenders"]) == 8
    assert row(found, "pytorch:eager")["available"] is True
    assert row(found, "keras-tensorflow:xla")["reason"] == "tensorflow is not installed."
    assert "Contenders on cpu" in err


def test_contenders_looks_at_the_device_that_was_named(call_json):
    parts = fakes.parts(resolve_device=lambda text: f"cuda:{text[5:]}")

    _, found, _ = call_json("contenders", "--device", "cuda:GPU-9", parts=parts)

    assert found["device"] == "cuda:GPU-9"


def test_contenders_hides_the_home_folder(call_json):
    there = fakes.parse(f"pytorch:eager@{Path.home()}/env/bin/python")

    _, found, _ = call_json("contenders", parts=fakes.parts(all_contenders=lambda _: (there,)))

    assert found["contenders"][0]["interpreter"] == "~/env/bin/python"


def test_contenders_says_what_is_wrong_with_the_settings(call):
    parts = fakes.parts(load_settings=lambda _: (fakes.SETTINGS, ("The settings are broken.",)))

    assert call("contenders", parts=parts)[2] == "The settings are broken.\n"


def test_recover_with_nothing_to_do_says_so(call, call_json):
    assert call("recover")[:2] == (0, "There is nothing to recover.\n")

    code, found, _ = call_json("recover")
    assert (code, found["recovered"], found["left_alone"]) == (0, [], [])


def test_recover_names_what_it_saved_and_what_it_left(call, call_json):
    home = Path.home()
    report = SimpleNamespace(
        recovered=(SimpleNamespace(snapshot=home / "a.fwsnap", blocks=5, lost_lines=1),),
        left_alone=(SimpleNamespace(journal=home / "b/journal.ndjson", reason="Its owner lives."),),
    )
    parts = fakes.parts(recover=lambda _: report)

    code, out, _ = call("recover", parts=parts)
    _, found, _ = call_json("recover", parts=parts)

    assert code == 0
    assert out.splitlines() == [
        "Recovered 5 blocks as ~/a.fwsnap, 1 line lost",
        "Left alone: ~/b/journal.ndjson: Its owner lives.",
    ]
    assert found["recovered"] == [{"snapshot": "~/a.fwsnap", "blocks": 5, "lost_lines": 1}]
    assert found["left_alone"] == [{"journal": "~/b/journal.ndjson", "reason": "Its owner lives."}]


def test_recover_looks_into_the_folder_that_was_named(call, tmp_path):
    asked = []
    empty = SimpleNamespace(recovered=(), left_alone=())

    call("recover", parts=fakes.parts(recover=lambda paths: asked.append(paths.data) or empty))

    assert asked == [tmp_path]
