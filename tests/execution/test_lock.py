from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from fwcompare.errors import MachineBusyError, UsageError
from fwcompare.execution.lock import MeasuringLock, owner_of
from fwcompare.storage.flock import try_flock
from tests.execution.child_processes import first_line, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")

HOLD = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from fwcompare.execution.lock import MeasuringLock
with MeasuringLock(Path({path!r}), "run of mlp"):
    print("held", flush=True)
    sys.stdin.readline()
print("given back", flush=True)
sys.stdin.read()
"""
ROOT = str(Path(__file__).parents[2])


def holder(path: Path) -> str:
    return HOLD.format(root=ROOT, path=str(path))


def test_a_held_lock_names_its_owner_and_a_remedy(tmp_path) -> None:
    path = tmp_path / "lock"
    with running(holder(path)) as owner:
        assert first_line(owner) == "held"
        with pytest.raises(MachineBusyError) as busy, MeasuringLock(path, "mine"):
            pass
    assert f"process {owner.pid}" in busy.value.message
    assert "run of mlp" in busy.value.message
    assert busy.value.remedy


def test_a_lock_that_was_given_back_is_free(tmp_path) -> None:
    path = tmp_path / "lock"
    with running(holder(path)) as owner:
        assert first_line(owner) == "held"
        owner.stdin.write("\n")
        owner.stdin.flush()
        assert first_line(owner) == "given back"
        assert path.read_bytes() == b""
        with MeasuringLock(path, "mine") as lock:
            assert lock.unavailable == ""


def test_a_dead_owner_leaves_the_lock_free(tmp_path) -> None:
    path = tmp_path / "lock"
    with running(holder(path)) as owner:
        assert first_line(owner) == "held"
        owner.kill()
        owner.wait()
        with MeasuringLock(path, "mine"):
            assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_child_of_the_owner_does_not_inherit_the_lock(tmp_path) -> None:
    path = tmp_path / "lock"
    with MeasuringLock(path, "mine"):
        child = running("print('up', flush=True); import sys; sys.stdin.read()")
        worker = child.__enter__()
        first_line(worker)
    with MeasuringLock(path, "again"):
        pass
    child.__exit__(None, None, None)


def test_the_lock_is_given_back_on_an_error(tmp_path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), MeasuringLock(path, "mine"):
        _ = 1 / 0
    with MeasuringLock(path, "mine"):
        pass


def test_every_user_may_use_the_file_whatever_the_umask(tmp_path) -> None:
    path = tmp_path / "lock"
    before = os.umask(0o077)
    try:
        with MeasuringLock(path, "mine"):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


def test_a_file_that_may_only_be_read_still_locks(tmp_path, monkeypatch) -> None:
    path = tmp_path / "lock"
    path.write_text("kept")
    path.chmod(0o444)
    really_open = os.open

    def as_another_user(name, flags, mode=0o777):
        # What the kernel does for a user without the right to write; root has every right.
        if flags & os.O_RDWR and not flags & os.O_EXCL:
            raise PermissionError(13, "Permission denied")
        return really_open(name, flags, mode)

    monkeypatch.setattr(os, "open", as_another_user)
    with MeasuringLock(path, "mine"):
        with (
            pytest.raises(MachineBusyError, match="Another fwcompare is measuring"),
            MeasuringLock(path, "2"),
        ):
            pass
        assert path.read_text() == "kept"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become another user"
)
def test_the_file_of_another_user_can_be_locked(tmp_path) -> None:
    public = tmp_path / "public"
    public.mkdir()
    public.chmod(0o1777)
    path = public / "lock"
    path.touch()
    os.chown(path, 12345, 12345)
    path.chmod(0o666)
    with MeasuringLock(path, "mine"):
        assert json.loads(path.read_text())["what"] == "mine"
    assert path.stat().st_uid == 12345


@pytest.mark.parametrize(
    "note", ["", "{", "[]", "{}", '{"pid": "x", "started": 1, "what": 2}', "\udc80", "9" * 9000]
)
def test_a_note_that_makes_no_sense_is_not_believed(tmp_path, note: str) -> None:
    path = tmp_path / "lock"
    path.write_text(note, errors="surrogateescape")
    with path.open() as held:
        assert try_flock(held.fileno())
        with (
            pytest.raises(MachineBusyError, match="Another fwcompare is measuring"),
            MeasuringLock(path, "mine"),
        ):
            pass


def test_a_long_description_is_cut_and_the_note_stays_readable(tmp_path) -> None:
    path = tmp_path / "lock"
    with (
        MeasuringLock(path, "x" * 10_000),
        pytest.raises(MachineBusyError, match=f"process {os.getpid()}, x+,"),
        MeasuringLock(path, "mine"),
    ):
        pass


def test_a_link_is_refused(tmp_path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    link = tmp_path / "lock"
    link.symlink_to(target)
    with pytest.raises(UsageError, match="can't be opened") as refused, MeasuringLock(link, "mine"):
        pass
    assert refused.value.remedy
    assert target.read_text() == "kept"


def test_a_folder_that_is_missing_is_an_error_in_words(tmp_path) -> None:
    with pytest.raises(UsageError, match="No such file"), MeasuringLock(tmp_path / "none" / "lock", "mine"):
        pass


def note_of(pid: object) -> str:
    return json.dumps({"pid": pid, "started": "2026-01-01T00:00:00Z", "what": "a run"})


def test_the_owner_is_read_from_its_note(tmp_path) -> None:
    path = tmp_path / "lock"
    assert owner_of(path) == ""
    with running(holder(path)) as owner:
        assert first_line(owner) == "held"
        assert owner_of(path).startswith(f"Another fwcompare (process {owner.pid}, run of mlp, since 2")
        owner.stdin.write("\n")
        owner.stdin.flush()
        assert first_line(owner) == "given back"
        assert owner_of(path) == ""


def test_an_owner_that_was_killed_is_none(tmp_path) -> None:
    path = tmp_path / "lock"
    with running(holder(path)) as owner:
        assert first_line(owner) == "held"
        owner.kill()
        owner.wait()
    assert str(owner.pid) in path.read_text()
    assert owner_of(path) == ""


def test_asking_for_the_owner_takes_no_lock(tmp_path, monkeypatch) -> None:
    """Not even for an instant: it would be the instant in which somebody starts a run."""
    path = tmp_path / "lock"
    path.write_text(note_of(os.getpid()))
    path.chmod(0o444)
    monkeypatch.setattr("fwcompare.execution.lock.try_flock", lambda _: pytest.fail("it was locked"))
    assert owner_of(path) == f"Another fwcompare (process {os.getpid()}, a run, since 2026-01-01T00:00:00Z)"
    assert path.read_text() == note_of(os.getpid())


@pytest.mark.parametrize("note", ["", "{", "[]", "{}", "9" * 9000, *map(note_of, (-1, 0, "x", None, 10**30))])
def test_a_note_that_names_no_process_has_no_owner(tmp_path, note: str) -> None:
    path = tmp_path / "lock"
    path.write_text(note)
    assert owner_of(path) == ""


def test_a_note_behind_a_link_or_in_a_folder_is_not_read(tmp_path) -> None:
    (tmp_path / "note").write_text(note_of(os.getpid()))
    (tmp_path / "link").symlink_to(tmp_path / "note")
    assert owner_of(tmp_path / "note") != ""
    assert owner_of(tmp_path / "link") == ""
    assert owner_of(tmp_path) == ""
