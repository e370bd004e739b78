"""The controller: right things are asked of the background, and what comes back is said."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock, create_autospec

import pytest
from PySide6.QtGui import QDesktopServices, QImage

from fwcompare.paths import paths_in, sample_snapshot
from fwcompare.storage.snapshot import read_snapshot, write_snapshot
from tests import runs
from tests.ui.snapshots.test_plots import Painted
from tests.ui.stand_ins import JOURNAL, SNAPSHOT, AtOnce
from ui.bridge import Background
from ui.snapshots.controller import SnapshotController, Surroundings
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind, Messages
from ui.widgets.status_texts import local_text

RECORD = runs.record(runs.block(runs.BASELINE, 0, 1000))


@pytest.fixture
def paths(tmp_path):
    return paths_in(tmp_path)


@pytest.fixture
def dialogs():
    return create_autospec(FileDialogs, instance=True)


@pytest.fixture
def messages():
    return create_autospec(Messages, instance=True)


@pytest.fixture
def controller(qapp, paths, dialogs, messages):
    return SnapshotController(Surroundings(paths, AtOnce(), messages, dialogs))


def said(messages) -> list[tuple]:
    return [call.args for call in messages.show_message.call_args_list]


def test_an_opened_snapshot_is_shown_and_remembered(controller, qtbot):
    with qtbot.waitSignal(controller.opened) as opened, qtbot.waitSignal(controller.recent_changed) as recent:
        controller.open(SNAPSHOT)

    assert opened.args[0].record == read_snapshot(SNAPSHOT)
    assert recent.args == [(SNAPSHOT,)]
    assert controller.recent == (SNAPSHOT,)


def test_a_bad_file_is_said_and_changes_nothing(controller, messages, qtbot, tmp_path):
    bad = tmp_path / "bad.fwsnap"
    bad.write_bytes(b"nothing")

    with qtbot.assertNotEmitted(controller.opened):
        controller.open(bad)

    ((kind, text),) = said(messages)
    assert kind is MessageKind.ERROR
    assert text
    assert controller.recent == ()


def test_the_sample_is_shown_with_its_day_and_machine_and_is_not_remembered(controller, messages, qtbot):
    with qtbot.waitSignal(controller.opened) as opened, qtbot.assertNotEmitted(controller.files_changed):
        controller.open_sample()

    record = opened.args[0].record
    assert record == read_snapshot(sample_snapshot())
    assert controller.recent == ()
    ((kind, text),) = said(messages)
    assert kind is MessageKind.INFO
    assert f"measured {local_text(record.started_utc)} on {record.machine['cpu_model']}" in text


def test_browsing_opens_what_was_chosen(controller, dialogs, qtbot):
    dialogs.file_to_open.return_value = SNAPSHOT

    with qtbot.waitSignal(controller.opened):
        controller.browse()


def test_a_change_of_mind_does_nothing(controller, dialogs, messages, qtbot):
    dialogs.file_to_open.return_value = dialogs.file_to_write.return_value = None

    with qtbot.assertNotEmitted(controller.opened):
        controller.browse()
    controller.save_as(runs.view_of(RECORD, finished=True))
    controller.export_table("a,b")
    controller.export_plot("latency", Mock())

    messages.show_message.assert_not_called()


def test_saving_proposes_a_name_and_never_replaces(controller, dialogs, tmp_path, messages):
    dialogs.file_to_write.return_value = tmp_path / "mine.fwsnap"

    controller.save_as(runs.view_of(RECORD, finished=True))

    question = dialogs.file_to_write.call_args
    assert question.args[1].endswith("-mlp-tiny-inference-run.fwsnap")
    assert question.kwargs == {"may_replace": False}
    assert read_snapshot(tmp_path / "mine.fwsnap") == RECORD
    assert said(messages)[0][1] == f"Written: {tmp_path / 'mine.fwsnap'}"

    controller.save_as(runs.view_of(RECORD, finished=True))
    assert said(messages)[1][0] is MessageKind.ERROR


def test_the_table_is_exported(controller, dialogs, tmp_path):
    dialogs.file_to_write.return_value = tmp_path / "table.csv"

    controller.export_table("µ,b\r\n")

    assert (tmp_path / "table.csv").read_bytes() == "µ,b\r\n".encode()


@pytest.mark.parametrize("name", ["plot.png", "plot.svg", "plot.SVG"])
def test_a_plot_is_exported_in_the_form_that_its_name_says(controller, dialogs, tmp_path, qtbot, name):
    plot = Painted()
    qtbot.addWidget(plot)
    plot.resize(60, 40)
    dialogs.file_to_write.return_value = tmp_path / name

    controller.export_plot("Latency", plot)

    data = (tmp_path / name).read_bytes()
    assert data.startswith(b"<?xml") if name.lower().endswith("svg") else QImage.fromData(data).width() == 120


def test_a_file_that_cannot_be_written_is_said(controller, dialogs, messages, tmp_path):
    dialogs.file_to_write.return_value = tmp_path / "missing" / "table.csv"

    controller.export_table("a")

    assert said(messages)[0][0] is MessageKind.ERROR


def cut_off(paths) -> Path:
    folder = paths.runs / "dead"
    folder.mkdir(parents=True)
    lines = JOURNAL.read_bytes().splitlines(keepends=True)
    (folder / "journal.ndjson").write_bytes(b"".join(lines[:60]))
    return folder


def test_without_leftovers_nothing_is_offered(controller, messages):
    controller.look_for_cut_off_runs()

    messages.show_message.assert_not_called()


def test_a_cut_off_run_is_offered_recovered_and_opened(controller, messages, paths, qtbot):
    folder = cut_off(paths)
    controller.look_for_cut_off_runs()
    kind, text, action_text, act = said(messages)[0]
    assert (kind, action_text) == (MessageKind.WARNING, "Recover")
    assert "a comparison" in text

    with qtbot.waitSignal(controller.files_changed):
        act()

    assert not folder.exists()
    _, text, action_text, act = said(messages)[1]
    assert action_text == "Open"
    with qtbot.waitSignal(controller.opened):
        act()


def test_nothing_to_recover_is_said_when_it_was_asked_for(controller, messages):
    controller.recover()

    assert said(messages)[0][1] == "There is nothing to recover."


def test_a_journal_that_stays_says_why(controller, messages, paths):
    folder = paths.runs / "odd"
    folder.mkdir(parents=True)
    (folder / "journal.ndjson").write_bytes(b"garbage\n")

    controller.recover()

    assert any("stays" in text and "odd" in text for _, text, *_ in said(messages))


def test_revealing_opens_the_folder(controller, messages, monkeypatch, tmp_path):
    opened = Mock(return_value=True)
    monkeypatch.setattr(QDesktopServices, "openUrl", opened)

    controller.reveal(tmp_path / "run.fwsnap")
    assert opened.call_args.args[0].toLocalFile() == str(tmp_path)
    messages.show_message.assert_not_called()

    opened.return_value = False
    controller.reveal(tmp_path / "run.fwsnap")
    assert "opens no folders" in said(messages)[0][1]


def test_the_real_background_reads_elsewhere(paths, qtbot, gui_thread_guard):
    messages, dialogs = (create_autospec(kind, instance=True) for kind in (Messages, FileDialogs))
    paths.snapshots.mkdir()
    write_snapshot(RECORD, paths.snapshots / "run.fwsnap")
    background = Background()
    controller = SnapshotController(Surroundings(paths, background, messages, dialogs))

    with gui_thread_guard, qtbot.waitSignal(controller.opened):
        controller.look_for_cut_off_runs()
        controller.open(paths.snapshots / "run.fwsnap")
    background.close()
