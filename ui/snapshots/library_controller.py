"""What happens in the library: list, say something of a snapshot, delete, restore, undo.

All disk work is done in the background; each change is followed by another look at what there is, so
the list always shows what is on the disk, whoever put it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal

from fwcompare.errors import FwcompareError
from fwcompare.library.annotations import Annotation, clean_text, parse_tags
from fwcompare.library.entries import LibraryEntry
from fwcompare.library.library import Library, Listing
from ui.bridge import Background
from ui.snapshots.library import Field, LibraryModel
from ui.widgets.file_dialogs import FileDialogs
from ui.widgets.message_bar import MessageKind, Messages

_BATCH: Final = 20
"""Files that are read in one go: so few that opening a snapshot meanwhile need not wait."""

_GONE: Final = "It can't be restored: it is no longer in the trash."


@dataclass(frozen=True, slots=True, eq=False)
class _Undo:
    """How a change is taken back.

    Attributes:
        text: What was done.
        work: Takes it back, in the background; gives () if there is nothing left to take back.
        message: Of the bar, which goes when it is taken back.
    """

    text: str
    work: Callable[[], object]
    message: str = ""


class LibraryController(QObject):
    """Keeps the model in step with the disk and does what the user wants.

    Signals:
        undo_changed: What would be undone next, "" for nothing.
        trash_changed: Tuple of the entries in the trash, the last first.
    """

    undo_changed = Signal(str)
    trash_changed = Signal(object)

    def __init__(
        self,
        library: Library,
        model: LibraryModel,
        background: Background,
        messages: Messages,
        dialogs: FileDialogs,
    ) -> None:
        super().__init__()
        self._library = library
        self._model = model
        self._background = background
        self._messages = messages
        self._dialogs = dialogs
        self._unread: list[Path] = []
        self._undos: list[_Undo] = []
        self._trash: tuple[LibraryEntry, ...] = ()
        self._problem = ""

    # listing

    def refresh(self) -> None:
        """Look again at what there is."""
        self._background.submit(self._library.look, self._listed, self._complain)

    def on_application_state(self, state: Qt.ApplicationState) -> None:
        """Look again when the user comes back from elsewhere, from a file manager perhaps."""
        if state is Qt.ApplicationState.ApplicationActive:
            self.refresh()

    def rebuild(self) -> None:
        """Read all files anew."""
        self._background.submit(self._library.forget, lambda _: self.refresh(), self._complain)

    def _listed(self, listing: Listing) -> None:
        self._model.replace_all(listing.entries, keep=listing.unread)
        self._unread = list(listing.unread)
        if listing.trash != self._trash:
            self._trash = listing.trash
            self.trash_changed.emit(listing.trash)
        if listing.problem and listing.problem != self._problem:
            self._messages.show_message(MessageKind.WARNING, listing.problem)
        self._problem = listing.problem
        self._read_next()

    def _read_next(self) -> None:
        batch, self._unread = self._unread[:_BATCH], self._unread[_BATCH:]
        if batch:
            self._background.submit(partial(self._library.read, batch), self._read, self._complain)
        else:
            self._background.submit(self._library.remember, lambda _: None, self._complain)

    def _read(self, entries: Sequence[LibraryEntry]) -> None:
        self._model.put(entries)
        self._read_next()

    # what the user says

    def say(self, entry: LibraryEntry, field: Field, text: str) -> None:
        """Give a snapshot a name, a note or tags, as they were typed."""
        assert entry.facts is not None
        said: Any = parse_tags(text) if field is Field.TAGS else clean_text(text)
        if said == getattr(entry.said, field):
            return
        content_id = entry.facts.content_id
        alter = partial(self._library.annotate, content_id)

        def done(before: Annotation) -> None:
            back = partial(_with, field, getattr(before, field))
            self._push(_Undo(f"change of the {field} of {entry.title}", partial(alter, back)))

        self._background.submit(partial(alter, partial(_with, field, said)), done, self._failed)

    def star(self, entry: LibraryEntry) -> None:
        """Make a snapshot the baseline, or take the star from it."""
        assert entry.facts is not None
        wanted = None if entry.is_baseline else entry.facts.content_id

        def done(before: str | None) -> None:
            self._push(_Undo(f"star of {entry.title}", partial(self._library.star, before)))

        self._background.submit(partial(self._library.star, wanted), done, self._failed)

    # the trash

    def delete(self, entries: Sequence[LibraryEntry]) -> None:
        """Move snapshots into the trash."""
        what = entries[0].title if len(entries) == 1 else f"{len(entries)} snapshots"
        message = f"Moved to the trash: {what}"

        def done(trashed: tuple[Path, ...]) -> None:
            undo = _Undo(f"deletion of {what}", partial(self._library.restore, trashed), message)
            self._messages.show_message(MessageKind.INFO, message, "Undo", partial(self._take_back, undo))
            self._push(undo)

        self._background.submit(
            partial(self._library.delete, [entry.path for entry in entries]), done, self._failed
        )

    def restore(self, entry: LibraryEntry) -> None:
        """Move a snapshot from the trash back."""
        self._background.submit(partial(self._library.restore, [entry.path]), self._restored, self._failed)

    def empty_trash(self) -> None:
        """Delete what is in the trash for good, after asking."""
        count = len(self._trash)
        what = "1 snapshot" if count == 1 else f"{count} snapshots"
        question = f"Delete {what} for good? This can't be undone."
        if count and self._dialogs.confirmed(question, "Delete for good"):
            self._background.submit(self._library.empty_trash, lambda _: self.refresh(), self._failed)

    # undo

    def undo(self) -> None:
        """Take the last change back."""
        if self._undos:
            self._take_back(self._undos[-1])

    def _push(self, undo: _Undo) -> None:
        self._undos.append(undo)
        self.undo_changed.emit(undo.text)
        self.refresh()

    def _take_back(self, undo: _Undo) -> None:
        if undo not in self._undos:
            return
        self._undos.remove(undo)
        self.undo_changed.emit(self._undos[-1].text if self._undos else "")
        if undo.message:
            self._messages.withdraw(undo.message)
        self._background.submit(undo.work, self._restored, self._failed)

    def _restored(self, done: object) -> None:
        if done == ():
            self._messages.show_message(MessageKind.WARNING, _GONE)
        self.refresh()

    def _failed(self, error: FwcompareError) -> None:
        self._complain(error)
        self.refresh()

    def _complain(self, error: FwcompareError) -> None:
        self._messages.show_message(MessageKind.ERROR, str(error))


def _with(field: Field, value: Any, said: Annotation) -> Annotation:
    return replace(said, **{field.value: value})
