"""Writing and reading snapshots: what goes in comes out."""

from __future__ import annotations

import json
import os
import re
import zipfile
from array import array
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.record import BlockRecord, RunRecord, Series
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.errors import SnapshotError, SnapshotErrorCode
from fwcompare.storage import archive, manifest
from fwcompare.storage.snapshot import (
    default_snapshot_name,
    pack,
    read_snapshot,
    store_snapshot,
    write_snapshot,
)


def there_and_back(record, folder):
    path = folder / "run.fwsnap"
    path.unlink(missing_ok=True)
    write_snapshot(record, path)
    return read_snapshot(path)


def texts_of(path):
    with zipfile.ZipFile(path) as opened:
        return b"".join(map(opened.read, opened.namelist())).decode(errors="replace")


def test_a_run_comes_back(run, tmp_path):
    assert there_and_back(run, tmp_path) == run


def test_an_empty_cancelled_run_comes_back(empty_run, tmp_path):
    assert there_and_back(empty_run, tmp_path) == empty_run


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_reader_accepts_everything_that_the_writer_can_write(any_run, tmp_path_factory, data):
    record = data.draw(any_run)
    assert there_and_back(record, tmp_path_factory.getbasetemp()) == record


def test_types_come_back_too(run, tmp_path):
    back = there_and_back(run, tmp_path)
    assert isinstance(back.blocks[1].outcome, Outcome)
    assert back.blocks[0].latency.value[0].typecode == "q"
    assert back.blocks[0].resources["rss_bytes"].value[0].typecode == "d"
    assert isinstance(back.plan.contenders, tuple)


def test_chunks_are_joined_and_blocks_kept_apart(run, tmp_path):
    parts = Series((array("q", (1,)), array("q", (2, 3))), (array("q", (4,)), array("q", (5, 6))))
    blocks = tuple(replace(block, latency=parts) for block in run.blocks)
    back = there_and_back(replace(run, blocks=blocks), tmp_path)
    for block in back.blocks:
        assert block.latency.time_ns == (array("q", (1, 2, 3)),)
        assert block.latency.value == (array("q", (4, 5, 6)),)


def test_the_manifest_names_every_field_of_a_record():
    names = {field.name for field in fields(BlockRecord)}
    assert names == {field.name for field in fields(manifest.BlockEntry)}
    names = {field.name for field in fields(RunRecord)} - {"blocks"}
    assert names == {field.name for field in fields(manifest.RunEntry)}


def test_the_golden_file_of_format_1_0_opens(golden):
    record = read_snapshot(golden)
    assert record.run_id == "6f1d0c2e4b7a4e0f9a5d3c1b2e8f7a60"
    assert [block.outcome for block in record.blocks] == [
        Outcome.OK,
        Outcome.USER_ERROR,
        Outcome.OK,
        Outcome.OK,
    ]


def known_before(new, old):
    """What a reader of the old file knows of the new one: keys may have been added since."""
    if isinstance(old, dict):
        return {key: known_before(new[key], value) for key, value in old.items()}
    if isinstance(old, list):
        return [known_before(*pair) for pair in zip(new, old, strict=True)]
    return new


def test_the_writer_still_writes_the_golden_members(golden, run):
    """Keys may be added to the manifest; nothing goes away or changes."""
    with zipfile.ZipFile(golden) as opened:
        old = {name: opened.read(name) for name in opened.namelist()}
    new = pack(run)
    manifests = [json.loads(members.pop(manifest.MANIFEST)) for members in (new, old)]
    assert new == old
    assert (manifests[0].pop("minor"), manifests[1].pop("minor")) == (manifest.MINOR, 0)
    assert known_before(*manifests) == manifests[1]


def test_the_home_folder_is_a_tilde_everywhere(run, tmp_path, home):
    python = f"{home}/venv/bin/python"
    named = Contender(Framework.KERAS_TORCH, Mode.DEFAULT, python, named=python)
    plan = replace(run.plan, contenders=(*run.plan.contenders, named), baseline=named.id)
    block = replace(
        run.blocks[0],
        contender=named.id,
        log=f"reading {home}/.keras",
        traceback=f'File "{home}/x.py"',
        error=f"OSError: {home}/data",
        reason=f"in {home}",
        settings={"cache": f"{home}/.cache"},
        unavailable={"power_w": f"{home}/lib is missing"},
    )
    record = replace(
        run,
        plan=plan,
        blocks=(block,),
        machine={"python": python},
        stopped={(named.id, plan.workloads[0].id): Outcome.CRASHED},
    )
    back = there_and_back(record, tmp_path)
    assert "the-user-of-the-tests" not in texts_of(tmp_path / "run.fwsnap")
    contender = back.plan.contenders[-1]
    assert contender.interpreter == "~/venv/bin/python"
    assert (
        back.plan.baseline
        == back.blocks[0].contender
        == contender.id
        == "keras-torch:default@~/venv/bin/python"
    )
    assert (contender.id, plan.workloads[0].id) in back.stopped
    assert back.blocks[0].log == "reading ~/.keras"
    assert back.blocks[0].traceback == 'File "~/x.py"'
    assert there_and_back(back, tmp_path) == back


def test_two_names_of_one_interpreter_are_refused_before_a_file_is_written(run, tmp_path, home):
    twins = [
        Contender(Framework.PYTORCH, Mode.EAGER, "/p", named=name) for name in ("~/venv", f"{home}/venv")
    ]
    record = replace(run, plan=replace(run.plan, contenders=tuple(twins), baseline=twins[0].id))
    with pytest.raises(SnapshotError, match="named twice") as caught:
        write_snapshot(record, tmp_path / "run.fwsnap")
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
    assert not list(tmp_path.iterdir())


def test_half_surrogate_pairs_become_text_that_any_language_reads(run, tmp_path):
    block = replace(run.blocks[0], log="a\udcffb", error="\ud800", device="c\udc80")
    back = there_and_back(replace(run, blocks=(block,)), tmp_path).blocks[0]
    assert (back.log, back.error, back.device) == ("a\\udcffb", "\\ud800", "c\\udc80")


def test_no_host_name_is_in_a_snapshot(golden):
    assert os.uname().nodename not in texts_of(golden)


def test_the_same_run_always_makes_the_same_file(run, tmp_path):
    for name in ("one", "two"):
        write_snapshot(run, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_arrays_are_stored_and_texts_are_deflated(run, tmp_path):
    write_snapshot(run, tmp_path / "run.fwsnap")
    with zipfile.ZipFile(tmp_path / "run.fwsnap") as opened:
        infos = opened.infolist()
        assert opened.testzip() is None
    assert infos[0].filename == "manifest.json"
    for info in infos:
        is_text = info.filename.endswith((".json", ".txt"))
        assert info.compress_type == (zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED)


def test_a_channel_of_any_name_has_a_legal_member(run):
    column = Series((array("q", (1,)),), (array("d", (2.0,)),))
    names = ("rss_bytes", "../../etc/passwd", "Ä", "", "x" * 65)
    members = pack(replace(run, blocks=(replace(run.blocks[0], resources=dict.fromkeys(names, column)),)))
    assert all(re.fullmatch(r"[a-z0-9_./-]{1,120}", name) for name in members)
    assert not any(".." in name for name in members)
    assert set(json.loads(members["manifest.json"])["channels"]) == set(names)


def test_a_snapshot_is_never_overwritten(run, empty_run, tmp_path):
    path = tmp_path / "run.fwsnap"
    write_snapshot(run, path)
    before = path.read_bytes()
    with pytest.raises(SnapshotError, match="never overwritten") as caught:
        write_snapshot(empty_run, path)
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
    assert path.read_bytes() == before


@pytest.mark.parametrize("values", [array("d", (float("nan"),)), array("d", (float("inf"),))])
def test_a_reading_that_is_no_number_is_not_written(run, tmp_path, values):
    block = replace(run.blocks[0], resources={"rss_bytes": Series((array("q", (1,)),), (values,))})
    with pytest.raises(ValueError, match="not finite"):
        write_snapshot(replace(run, blocks=(block,)), tmp_path / "run.fwsnap")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "limit", [{"MAX_TOTAL_BYTES": 5000}, {"MAX_MEMBERS": 8}, {"MAX_JSON_BYTES": 9000}], ids=str
)
def test_writer_and_reader_have_the_same_limits(run, golden, tmp_path, monkeypatch, limit):
    for name, value in limit.items():
        monkeypatch.setattr(archive, name, value)
    with pytest.raises(SnapshotError) as on_writing:
        write_snapshot(run, tmp_path / "run.fwsnap")
    assert not list(tmp_path.iterdir())
    with pytest.raises(SnapshotError) as on_reading:
        read_snapshot(golden)
    assert on_writing.value.code is on_reading.value.code is SnapshotErrorCode.TOO_LARGE
    assert str(on_writing.value) == str(on_reading.value)


def test_the_largest_that_is_written_is_read(run, tmp_path, monkeypatch):
    sizes = [len(data) for data in pack(run).values()]
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", sum(sizes))
    monkeypatch.setattr(archive, "MAX_MEMBERS", len(sizes))
    monkeypatch.setattr(archive, "MAX_JSON_BYTES", sizes[0])
    assert there_and_back(run, tmp_path) == run


def test_logs_beyond_all_measure_keep_their_ends(run, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TEXT_BYTES", 40)  # ten bytes for each of four blocks
    blocks = tuple(replace(block, log="first …" * 9 + " last ü") for block in run.blocks)
    back = there_and_back(replace(run, blocks=blocks), tmp_path)
    assert [block.log for block in back.blocks] == [
        " last ü"
    ] * 4  # … has three bytes, of which one is cut off


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "2026-11-22T14-02-03Z-mlp-tiny-inference-6f1d0c2e.fwsnap"),
        ({"run_id": "../../e"}, "2026-11-22T14-02-03Z-mlp-tiny-inference-e.fwsnap"),
        ({"started_utc": "\n/ü"}, "mlp-tiny-inference-6f1d0c2e.fwsnap"),
    ],
)
def test_the_default_name_says_when_and_what(run, change, name):
    assert default_snapshot_name(replace(run, **change)) == name


def test_the_default_name_of_several_workloads(run):
    more = tuple(Workload("cnn", Task.TRAINING, Size.BASE, batch, "cpu") for batch in (1, 2))
    plan = replace(run.plan, workloads=(*run.plan.workloads, *more))
    assert default_snapshot_name(replace(run, plan=plan)).endswith(
        "Z-mlp-tiny-inference-and-2-more-6f1d0c2e.fwsnap"
    )


def test_a_name_is_never_too_long_for_a_file_system(run):
    assert len(default_snapshot_name(replace(run, started_utc="9" * 1000))) <= 130


def test_storing_makes_the_folder_and_says_where(run, tmp_path):
    path = store_snapshot(run, tmp_path / "a" / "b", prefix="recovered-")
    assert path == tmp_path / "a" / "b" / f"recovered-{default_snapshot_name(run)}"
    assert read_snapshot(path) == run


def test_storing_where_no_folder_can_be(run, tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(SnapshotError) as caught:
        store_snapshot(run, tmp_path / "a" / "b")
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
