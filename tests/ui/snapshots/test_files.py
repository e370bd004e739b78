"""Reading, saving and counting, as the background does it."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtGui import QImage

from fwcompare.errors import FwcompareError, SnapshotError, SnapshotErrorCode
from fwcompare.paths import paths_in
from fwcompare.storage.journal import Journal
from fwcompare.storage.snapshot import read_snapshot
from tests import runs
from tests.ui.stand_ins import JOURNAL, SNAPSHOT
from ui.snapshots import files

RECORD = runs.record(runs.block(runs.BASELINE, 0, 1000))


def test_an_opened_snapshot_is_a_finished_view():
    view = files.open_snapshot(SNAPSHOT)

    assert view == runs.view_of(read_snapshot(SNAPSHOT), finished=True, snapshot=SNAPSHOT)


def test_a_copy_has_the_bytes_of_the_file(tmp_path):
    target = tmp_path / "copy.fwsnap"

    assert files.save_copy(files.open_snapshot(SNAPSHOT), target) == target
    assert target.read_bytes() == SNAPSHOT.read_bytes()


def test_a_comparison_without_a_file_is_written(tmp_path):
    target = tmp_path / "run.fwsnap"

    files.save_copy(runs.view_of(RECORD, finished=True), target)

    assert read_snapshot(target) == RECORD


@pytest.mark.parametrize("view", [runs.view_of(RECORD, finished=True), files.open_snapshot(SNAPSHOT)])
def test_a_file_that_is_there_is_never_overwritten(tmp_path, view):
    target = tmp_path / "precious.fwsnap"
    target.write_text("precious")

    with pytest.raises(SnapshotError) as caught:
        files.save_copy(view, target)

    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
    assert target.read_text() == "precious"


def test_journals_of_the_dead_are_counted_and_those_of_the_living_are_not(tmp_path):
    paths = paths_in(tmp_path)
    assert files.cut_off_runs(paths) == 0
    for name in ("one", "two"):
        (paths.runs / name).mkdir(parents=True)
        shutil.copy(JOURNAL, paths.runs / name / "journal.ndjson")
    (paths.runs / "alive").mkdir()

    with Journal(paths.runs / "alive" / "journal.ndjson"):
        assert files.cut_off_runs(paths) == 2


def test_bytes_and_pictures_are_written(tmp_path, qapp):
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)

    files.write_bytes(b"a,b\r\n", tmp_path / "table.csv")
    files.write_image(image, tmp_path / "plot.png")

    assert (tmp_path / "table.csv").read_bytes() == b"a,b\r\n"
    assert QImage(str(tmp_path / "plot.png")).size() == image.size()


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path, qapp):
    with pytest.raises(FwcompareError, match="can't be written"):
        files.write_image(QImage(4, 3, QImage.Format.Format_RGB32), tmp_path / "missing" / "plot.png")
