"""The library's controller: what is done lands on the disk and in the list, and can be taken back."""

from __future__ import annotations

import shutil
from unittest.mock import create_autospec

import pytest
from PySide6.QtCore import Qt

from fwcompare.library.annotations import Annotation
from fwcompare.library.library import Library
from fwcompare.paths import paths_in
from tests.snapshots import copies
from tests.ui.stand_ins import AtOnce
from ui.bridge import Background
from ui.snapshots.library import Field, LibraryModel
from ui.snapshots.library_controller import LibraryController
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind, Messages


@pytest.fixture
def paths(tmp_path):
    return paths_in(tmp_path)


@pytest.fixture
def three(paths):
    return copies(paths.snapshots, 3)


@pytest.fixture
def model(qapp):
    return LibraryModel()


@pytest.fixture
def messages():
    return create_autospec(Messages, instance=True)


@pytest.fixture
def dialogs():
    return create_autospec(FileDialogs, instance=True)


@pytest.fixture
def controller(paths, three, model, messages, dialogs):
    made = LibraryController(Library(paths), model, AtOnce(), messages, dialogs)
    made.refresh()
    return made


def rows(model) -> list:
    return [model.entry(row) for row in range(model.rowCount())]


def said(messages) -> list[tuple]:
    return [call.args for call in messages.show_message.call_args_list]


def test_the_folder_is_listed_and_changes_are_noticed(controller, model, three, paths):
    assert [entry.path for entry in rows(model)] == three

    three[1].unlink()
    (paths.snapshots / "new.fwsnap").write_bytes(b"")
    controller.on_application_state(Qt.ApplicationState.ApplicationInactive)
    assert model.rowCount() == 3
    controller.on_application_state(Qt.ApplicationState.ApplicationActive)

    assert [entry.path.name for entry in rows(model)] == [three[0].name, three[2].name, "new.fwsnap"]
    assert rows(model)[-1].problem


def test_more_files_than_one_batch(paths, model, messages, dialogs):
    copies(paths.snapshots, 50)

    LibraryController(Library(paths), model, AtOnce(), messages, dialogs).refresh()

    assert model.rowCount() == 50
    assert Library(paths).look().unread == ()


@pytest.mark.parametrize(
    "case",
    [
        (Field.NAME, "  My  run ", Annotation(name="My run")),
        (Field.NOTE, "Fan", Annotation(note="Fan")),
        (Field.TAGS, "a, #b", Annotation(tags=("a", "b"))),
    ],
)
def test_what_is_typed_is_kept_and_can_be_taken_back(controller, model, paths, qtbot, case):
    field, typed, kept = case
    with qtbot.waitSignal(controller.undo_changed) as undo:
        controller.say(model.entry(1), field, typed)
    assert model.entry(1).said == kept
    assert undo.args == [f"change of the {field} of mlp/tiny inference"]
    assert Library(paths).list_all().entries[1].said == kept

    with qtbot.waitSignal(controller.undo_changed) as undo:
        controller.undo()
    assert model.entry(1).said == Annotation()
    assert undo.args == [""]


def test_saying_the_same_again_is_no_change(controller, model, qtbot):
    controller.say(model.entry(0), Field.NAME, "x")

    with qtbot.assertNotEmitted(controller.undo_changed):
        controller.say(model.entry(0), Field.NAME, " x ")


def test_changes_are_taken_back_the_last_first(controller, model, three):
    controller.say(model.entry(0), Field.NAME, "a")
    controller.star(model.entry(2))
    controller.star(model.entry(1))
    assert [entry.is_baseline for entry in rows(model)] == [True, False, False]
    controller.delete([model.entry(0)])

    controller.undo()
    assert [entry.path for entry in rows(model)] == [three[0], three[1], three[2]]
    controller.undo()
    assert [entry.path for entry in rows(model) if entry.is_baseline] == [three[2]]
    controller.undo()
    assert not any(entry.is_baseline for entry in rows(model))
    controller.undo()
    assert not any(entry.said.name for entry in rows(model))
    controller.undo()


def test_a_star_is_taken_away(controller, model):
    controller.star(model.entry(2))
    controller.star(model.entry(0))

    assert not any(entry.is_baseline for entry in rows(model))


def test_a_deletion_is_said_and_undone_from_its_message(controller, model, messages, three, paths):
    """GIVEN two deletions, the message of the first takes back the first."""
    controller.delete([model.entry(0), model.entry(1)])
    controller.delete([model.entry(0)])
    assert model.rowCount() == 0
    (kind, text, action, act), _ = said(messages)
    assert (kind, text, action) == (MessageKind.INFO, "Moved to the trash: 2 snapshots", "Undo")

    act()

    assert [entry.path for entry in rows(model)] == three[:2]
    messages.withdraw.assert_called_once_with(text)
    act()
    assert model.rowCount() == 2
    controller.undo()
    assert model.rowCount() == 3


def test_the_trash_is_told_and_restored_from(controller, model, qtbot, three):
    with qtbot.waitSignal(controller.trash_changed) as told:
        controller.delete([model.entry(0)])
    (entry,) = told.args[0]

    with qtbot.waitSignal(controller.trash_changed) as told:
        controller.restore(entry)

    assert told.args == [()]
    assert model.entry(0).path == three[0]


def test_the_trash_is_emptied_only_after_asking(controller, model, dialogs, messages, paths):
    controller.empty_trash()
    dialogs.confirmed.assert_not_called()
    controller.delete([model.entry(0)])

    dialogs.confirmed.return_value = False
    controller.empty_trash()
    assert len(list(paths.trash.iterdir())) == 1

    dialogs.confirmed.return_value = True
    controller.empty_trash()
    assert list(paths.trash.iterdir()) == []
    assert "1 snapshot" in dialogs.confirmed.call_args.args[0]

    controller.undo()
    assert "no longer in the trash" in said(messages)[-1][1]


def test_rebuilding_keeps_what_was_said(controller, model, paths):
    controller.say(model.entry(0), Field.NAME, "x")
    before = rows(model)

    controller.rebuild()

    assert rows(model) == before


def test_a_change_that_is_refused_is_said_and_changes_nothing(controller, model, messages, paths):
    shutil.rmtree(paths.library, ignore_errors=True)
    paths.library.write_bytes(b"in the way")

    controller.say(model.entry(0), Field.NAME, "x")
    controller.delete([model.entry(0)])

    kinds = [kind for kind, *_ in said(messages)]
    assert kinds.count(MessageKind.ERROR) == 2
    assert model.rowCount() == 3


def test_annotations_that_cannot_be_read_are_said_once(controller, messages, paths):
    paths.library.mkdir(exist_ok=True)
    (paths.library / "annotations.json").write_text("{")

    controller.refresh()
    controller.refresh()

    assert [kind for kind, *_ in said(messages)] == [MessageKind.WARNING]


def test_the_gui_thread_never_touches_the_disk(paths, three, model, qtbot, gui_thread_guard):
    background = Background()
    messages, dialogs = (create_autospec(kind, instance=True) for kind in (Messages, FileDialogs))
    controller = LibraryController(Library(paths), model, background, messages, dialogs)

    with gui_thread_guard:
        controller.refresh()
        qtbot.waitUntil(lambda: model.rowCount() == 3)
        controller.say(model.entry(0), Field.NAME, "x")
        controller.star(model.entry(1))
        qtbot.waitUntil(lambda: model.entry(0).is_baseline)
        controller.delete([model.entry(0)])
        qtbot.waitUntil(lambda: model.rowCount() == 2)
        controller.undo()
        qtbot.waitUntil(lambda: model.rowCount() == 3)
    background.close()
