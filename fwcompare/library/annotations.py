"""What the user says of snapshots: names, notes, tags, and which one is the baseline.

One JSON file, which belongs to the user: it is never rebuilt, never overwritten while it can't be
understood, and changed under a lock, so that two windows and the command line lose nothing of each other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from fwcompare.errors import LibraryError
from fwcompare.storage import strict_json
from fwcompare.storage.atomic import replace_file
from fwcompare.storage.flock import try_flock

SCHEMA: Final = 1
MAX_CHARACTERS: Final = 2000
"""Of a name, a note or a tag; what is longer is cut."""

_FILE: Final = "annotations.json"
_LOCK: Final = "lock"
_PATIENCE_S: Final = 10.0
_PAUSE_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the user says of one snapshot; "" and () where nothing is said."""

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()


NOTHING_SAID: Final = Annotation()


@dataclass(frozen=True, slots=True)
class Annotations:
    """What the user says of all snapshots.

    Attributes:
        baseline: Content id of the snapshot with the star, None if there is none.
        snapshots: By content id.
    """

    baseline: str | None = None
    snapshots: dict[str, Annotation] = field(default_factory=dict)

    def of(self, content_id: str) -> Annotation:
        """What is said of this snapshot."""
        return self.snapshots.get(content_id, NOTHING_SAID)

    def with_one(self, content_id: str, annotation: Annotation) -> Annotations:
        """The same with this said of one snapshot."""
        others = {known: said for known, said in self.snapshots.items() if known != content_id}
        said = {} if annotation == NOTHING_SAID else {content_id: annotation}
        return Annotations(self.baseline, others | said)

    def without(self, content_ids: Iterable[str]) -> Annotations:
        """The same with nothing said of these snapshots."""
        gone = set(content_ids)
        baseline = None if self.baseline in gone else self.baseline
        return Annotations(
            baseline, {known: said for known, said in self.snapshots.items() if known not in gone}
        )


@dataclass(frozen=True, slots=True)
class _Document:
    schema: int
    baseline: str | None
    snapshots: dict[str, Annotation]


def clean_text(text: str) -> str:
    """The text in one line, fit for UTF-8."""
    return " ".join(text.encode(errors="replace").decode().split())[:MAX_CHARACTERS]


def parse_tags(text: str) -> tuple[str, ...]:
    """Tags as they are typed: words between commas or spaces, each once, with or without `#`."""
    words = (word.lstrip("#") for word in clean_text(text).replace(",", " ").split())
    return tuple({word.casefold(): word for word in words if word}.values())


class AnnotationStore:
    """The annotations of one library.

    Args:
        folder: Where they lie; it is made by the first change.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Annotations:
        """What is said.

        Raises:
            LibraryError: The file can't be read.
        """
        path = self._folder / _FILE
        try:
            tree = strict_json.load_object(path.read_bytes())
            if tree.get("schema") != SCHEMA:
                raise LibraryError(
                    f"{path} was written by another fwcompare, so names, notes, tags and star can't be used.",
                    "Update fwcompare.",
                )
            document = msgspec.convert(tree, _Document)
        except FileNotFoundError:
            return Annotations()
        except (OSError, ValueError) as error:
            raise LibraryError(
                f"Names, notes, tags and star can't be read from {path}: {error}.",
                "Mend that file or move it away; the snapshots themselves are not affected.",
            ) from error
        return Annotations(document.baseline, document.snapshots)

    def change(self, alter: Callable[[Annotations], Annotations]) -> Annotations:
        """Change what is said, in the state in which it is now, whoever changed it last.

        Returns:
            What was said before.

        Raises:
            LibraryError: What is there can't be read, or another fwcompare does not let go of it.
            SnapshotError: The system refuses.
        """
        with self.lock():
            before = self.read()
            after = alter(before)
            if after != before:
                document = _Document(SCHEMA, after.baseline, after.snapshots)
                replace_file(self._folder / _FILE, strict_json.dump(msgspec.to_builtins(document)) + b"\n")
        return before

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the library, so that no other process changes it.

        Raises:
            LibraryError: Another fwcompare holds it and does not let go.
            OSError: The folder can't be made or written to.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            end = time.monotonic() + _PATIENCE_S
            while not try_flock(descriptor):
                if time.monotonic() > end:
                    raise LibraryError(
                        "Another fwcompare is changing the library and does not come to an end.",
                        "Close it and try again.",
                    )
                time.sleep(_PAUSE_S)
            yield
        finally:
            os.close(descriptor)
