"""Files that are there whole or not at all, whichever call fails."""

from __future__ import annotations

import builtins
import contextlib
import errno
import os
import stat

import pytest

from fwcompare.errors import SnapshotError, SnapshotErrorCode
from fwcompare.storage import atomic
from fwcompare.storage.atomic import (
    move_into,
    replace_file,
    require_room_for,
    sync_folder,
    write_new_file,
)

PIECES = (b"one, ", b"two, ", b"three")


def write_pieces(stream):
    for piece in PIECES:
        stream.write(piece)


class Faults:
    """Calls of the system, counted; the one with the chosen number fails."""

    def __init__(self, fails_at, error):
        self.fails_at = fails_at
        self.error = error
        self.calls = 0

    def wrap(self, function):
        def called(*args, **kwargs):
            self.calls += 1
            if self.calls == self.fails_at:
                raise self.error
            return function(*args, **kwargs)

        return called

    def open(self, *args, **kwargs):
        stream = self.wrap(builtins.open)(*args, **kwargs)
        return FaultyFile(stream, self)


class FaultyFile:
    def __init__(self, stream, faults):
        self.stream = stream
        self.write = faults.wrap(stream.write)
        self.flush = faults.wrap(stream.flush)
        self.fileno = stream.fileno

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()


class FaultyOs:
    def __init__(self, faults):
        self.faults = faults

    def __getattr__(self, name):
        real = getattr(os, name)
        return self.faults.wrap(real) if name in {"open", "fsync", "replace", "close"} else real


def inject(monkeypatch, fails_at, error):
    faults = Faults(fails_at, error)
    monkeypatch.setattr(atomic, "open", faults.open, raising=False)
    monkeypatch.setattr(atomic, "os", FaultyOs(faults))
    return faults


def test_a_file_is_written_and_nothing_else(tmp_path):
    write_new_file(tmp_path / "file", write_pieces)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"one, two, three"


def test_a_file_has_the_permissions_of_any_other(tmp_path):
    (tmp_path / "other").touch()
    write_new_file(tmp_path / "file", write_pieces)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "other").stat().st_mode
    )


@pytest.mark.parametrize(
    "make", [lambda path: path.write_text("mine"), lambda path: path.symlink_to("nowhere")]
)
def test_what_exists_is_never_overwritten(tmp_path, make):
    path = tmp_path / "file"
    make(path)
    before = path.lstat()
    with pytest.raises(SnapshotError, match="exists already") as caught:
        write_new_file(path, write_pieces)
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
    assert caught.value.remedy
    assert path.lstat() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SnapshotError, match="No such file or directory") as caught:
        write_new_file(tmp_path / "none" / "file", write_pieces)
    assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE


def calls_of_a_good_write(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        faults = inject(patch, None, None)
        write_new_file(tmp_path / "probe", write_pieces)
    (tmp_path / "probe").unlink()
    return faults.calls


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_whichever_call_fails_the_file_is_whole_or_absent(tmp_path, code):
    count = calls_of_a_good_write(tmp_path)
    assert count == 10  # open, three writes, flush, fsync, replace; open, fsync and close of the folder
    for fails_at in range(1, count + 1):
        path = tmp_path / f"file-{fails_at}"
        with pytest.MonkeyPatch.context() as patch:
            inject(patch, fails_at, OSError(code, os.strerror(code)))
            if fails_at <= 7:
                with pytest.raises(SnapshotError) as caught:
                    write_new_file(path, write_pieces)
                assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE
                assert os.strerror(code) in str(caught.value)
            else:  # the file is there; that its folder can't be synced is no reason to lose it
                write_new_file(path, write_pieces)
        assert path.exists() == (fails_at > 7)
        assert not list(tmp_path.glob(".*")), "a temporary file was left behind"
        if path.exists():
            assert path.read_bytes() == b"one, two, three"
        else:
            write_new_file(path, write_pieces)  # and a second try succeeds
        assert path.read_bytes() == b"one, two, three"


def test_an_interrupt_leaves_nothing_behind_and_is_not_swallowed(tmp_path):
    for fails_at in range(2, 8):
        with pytest.MonkeyPatch.context() as patch:
            inject(patch, fails_at, KeyboardInterrupt())
            with pytest.raises(KeyboardInterrupt):
                write_new_file(tmp_path / "file", write_pieces)
        assert not list(tmp_path.iterdir())


def test_a_folder_that_can_not_be_opened_is_not_synced(tmp_path):
    sync_folder(tmp_path / "none")  # no error


def test_room_is_looked_for_before_anything_is_written(tmp_path) -> None:
    require_room_for(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "taken").touch()
    for path in (tmp_path / "taken", tmp_path / "no folder" / "new", tmp_path / "taken" / "new"):
        with pytest.raises(SnapshotError, match="can't be written") as caught:
            require_room_for(path)
        assert caught.value.code is SnapshotErrorCode.NOT_WRITABLE


def test_a_file_gets_another_content_or_keeps_its_own(tmp_path):
    path = tmp_path / "file"
    replace_file(path, b"old")
    with pytest.MonkeyPatch.context() as patch:
        faults = inject(patch, None, None)
        replace_file(path, b"new")
    for fails_at in range(1, faults.calls + 1):
        path.write_bytes(b"old")
        with pytest.MonkeyPatch.context() as patch:
            inject(patch, fails_at, OSError(errno.ENOSPC, "full"))
            with contextlib.suppress(SnapshotError):
                replace_file(path, b"new")
        assert path.read_bytes() in (b"old", b"new")
        assert list(tmp_path.iterdir()) == [path]


def no_links(*_args, **_named):
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.fixture(params=["links", "no links"])
def folders(tmp_path, monkeypatch, request):
    """A file and a folder, on file systems that know second links and on those that do not."""
    if request.param == "no links":
        monkeypatch.setattr(atomic.os, "link", no_links)
    (tmp_path / "to").mkdir()
    (tmp_path / "a.x").write_bytes(b"a")
    return tmp_path / "a.x", tmp_path / "to"


def test_a_moved_file_never_takes_the_place_of_another(folders):
    source, folder = folders
    (folder / "a.x").write_bytes(b"other")
    (folder / "a-2.x").symlink_to("nowhere")

    assert move_into(source, folder) == folder / "a-3.x"

    assert (folder / "a-3.x").read_bytes() == b"a"
    assert (folder / "a.x").read_bytes() == b"other"
    assert not source.exists()


def test_a_file_that_is_gone_is_said(folders):
    source, folder = folders
    source.unlink()

    with pytest.raises(FileNotFoundError):
        move_into(source, folder)

    assert list(folder.iterdir()) == []


def test_a_file_that_can_not_leave_stays_where_it_is_alone(tmp_path, monkeypatch):
    source, folder = tmp_path / "a.x", tmp_path / "to"
    folder.mkdir()
    source.write_bytes(b"a")
    real = os.unlink

    def unlink(path):
        if path == source:
            raise PermissionError(errno.EACCES, "no")
        real(path)

    monkeypatch.setattr(atomic.os, "unlink", unlink)

    with pytest.raises(PermissionError):
        move_into(source, folder)

    assert source.read_bytes() == b"a"
    assert list(folder.iterdir()) == []
