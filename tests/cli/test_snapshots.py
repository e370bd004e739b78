"""What the user may call a snapshot, and what is said of one that was cut off."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from fwcompare.cli.entry import main
from fwcompare.cli.output import Output
from fwcompare.cli.tables import print_run
from fwcompare.domain.outcome import Outcome
from fwcompare.stats.blocks import block_figures
from fwcompare.storage.snapshot import read_snapshot
from tests import runs
from tests.cli import fakes
from tests.snapshots import copies


@pytest.fixture
def files(tmp_path):
    return copies(tmp_path / "snapshots", 3)


def test_whatever_the_list_shows_is_understood(call, files):
    """GIVEN three snapshots, two of one title THEN file, start of the id and a title of one alone mean a snapshot."""
    parts = fakes.parts(read_snapshot=read_snapshot)
    listed = call("library", "list", parts=parts)[1]
    words = (files[1].name, files[1].stem, "00000001", "0000000", "mlp/tiny inference", "cnn/tiny training")
    assert "00000001" in listed

    told = {word: call("show", word, parts=parts) for word in words}

    assert [told[word][0] for word in words] == [0, 0, 0, 2, 0, 2]
    for word in ("0000000", "cnn/tiny training"):
        assert f"{word!r} means " in told[word][2]
        assert files[0].name in told[word][2]


def test_the_sample_is_known_everywhere_and_changed_nowhere(call, files):
    for words in (("rename", "sample", "x"), ("delete", "sample"), ("star", "sample")):
        code, _, err = call("library", *words)

        assert code == 2
        assert "is not in the library" in err


def test_the_data_folder_may_be_named_before_the_command(capsys, tmp_path, files):
    assert main(["--data-dir", str(tmp_path), "library", "list"], parts=fakes.parts) == 0
    assert "cnn/tiny training" in capsys.readouterr().out


def test_what_is_no_snapshot_says_so(call, tmp_path):
    (tmp_path / "notes.txt").write_text("Cool the machine.")

    code, _, err = call("show", tmp_path / "notes.txt", parts=fakes.parts(read_snapshot=read_snapshot))

    assert code == 2
    assert "notes.txt: This file is not a snapshot of fwcompare." in err
    assert "names end in .fwsnap" in err


def test_an_answer_is_not_made_unless_it_is_asked_for():
    output = Output(as_json=False)

    output.answer(lambda: pytest.fail("nobody asked"))

    assert output.answered


def cut_off(*turns):
    """A cancelled comparison with these blocks: contender, round, outcome."""
    blocks = [
        runs.block(who, number, *([100] if outcome is Outcome.OK else []), block=place, outcome=outcome)
        for place, (who, number, outcome) in enumerate(turns)
    ]
    return replace(runs.record(*blocks), cancelled=True)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (runs.BASELINE, "Round 2 was cut off without tensorflow:function: it counts in no ratio of theirs."),
        (runs.CONTENDER, "Round 2 was cut off without pytorch:eager: it counts in no ratio."),
    ],
)
@pytest.mark.parametrize("broken", [True, False])
def test_a_round_that_was_cut_off_is_told(call, last, said, broken):
    other = runs.CONTENDER if last is runs.BASELINE else runs.BASELINE
    turns = [(one, 0, Outcome.OK) for one in (runs.BASELINE, runs.CONTENDER)] + [(last, 1, Outcome.OK)]
    record = cut_off(*turns, *([(other, 1, Outcome.CANCELLED)] if broken else []))

    _, out, _ = call("show", "a.fwsnap", parts=fakes.parts(read_snapshot=lambda _: record))

    assert "cut off before its end" in out.splitlines()[0]
    assert said in out
    assert "fwcompare run --continue SNAPSHOT --rounds 1 adds one." in out


def test_a_workload_that_was_not_begun_is_told():
    other = replace(runs.WORKLOAD, batch=99)
    record = replace(
        cut_off((runs.BASELINE, 0, Outcome.OK)), plan=runs.plan(workloads=(runs.WORKLOAD, other))
    )
    console = Console(file=StringIO(), width=160)

    print_run(console, record, block_figures)

    assert console.file.getvalue().count("No round was begun. ") == 1


def test_rounds_are_not_offered_where_none_can_be_added(call):
    """GIVEN a round that was cut off elsewhere, or in a self-test, THEN it is told without what would be refused."""
    record = cut_off((runs.BASELINE, 0, Outcome.OK))
    twins = (runs.BASELINE, replace(runs.BASELINE, slot=2))
    elsewhere = replace(record, machine={"os": "Linux", "cpu_model": "Theirs"})
    for shown in (elsewhere, replace(record, plan=runs.plan(contenders=twins))):
        parts = fakes.parts(
            read_snapshot=lambda _, shown=shown: shown, describe_machine=lambda: {"cpu_model": "Mine"}
        )

        _, out, _ = call("show", "a.fwsnap", parts=parts)

        assert "Round 1 was cut off without" in out
        assert "--continue" not in out


def test_a_folder_is_no_snapshot_and_says_so(call, tmp_path):
    code, _, err = call("show", tmp_path)

    assert code == 2
    assert f"{tmp_path.name} is a folder." in err
