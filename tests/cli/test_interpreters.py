"""The commands `interpreters …` and the question before a Python is started, with the real parts."""

from __future__ import annotations

import io
import json
import sys
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.cli.entry import main
from fwcompare.cli.parts import real_parts
from fwcompare.domain.contender import Framework
from fwcompare.interpreters.discovery import Surroundings
from fwcompare.interpreters.naming import own_interpreter
from fwcompare.interpreters.overview import Interpreters
from fwcompare.interpreters.probe import Prober
from fwcompare.interpreters.settings import load_settings
from fwcompare.paths import tilde
from tests.cli import fakes


@pytest.fixture
def env(tmp_path) -> Path:
    """A venv whose start-up file tells that it was started."""
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    (packages,) = (tmp_path / "env/lib").glob("*/site-packages")
    (packages / "marks.pth").write_text(
        f"import pathlib; pathlib.Path({str(tmp_path / 'started')!r}).touch()\n"
    )
    return tmp_path / "env"


@pytest.fixture
def run(call_json, tmp_path, env):
    """One of the commands in a home of its own: (exit code, object, standard error)."""
    home = tmp_path / "home"
    around = Surroundings(home, home, home, home, {})

    def command(*argv):
        known = Interpreters(around, Prober({}), own_interpreter())
        parts = replace(real_parts(), interpreters=known, survey=known.survey)
        return call_json("interpreters", *argv, parts=parts)

    return command


def settings_in(folder: Path):
    settings, problems = load_settings(folder / "config/settings.json")
    assert problems == ()
    return settings


def test_a_list_starts_nothing(run, env, tmp_path):
    run("add", env)

    code, found, _ = run("list")

    own, added = found["interpreters"][:2]
    assert code == 0
    assert found["complete"] is True
    assert (own["interpreter"], own["own"], own["allowed"]) == (tilde(sys.executable), True, True)
    assert added["interpreter"] == str(env / "bin/python")
    assert (added["allowed"], added["probed"], added["kind"]) == (False, False, "venv")
    assert added["python"].startswith("3.")
    assert not any(one["available"] for one in added["contenders"])
    assert not (tmp_path / "started").exists()


def test_to_allow_is_to_start_it_and_to_remember(run, env, tmp_path):
    code, found, _ = run("allow", env)

    (one,) = found["interpreters"]
    assert (code, one["allowed"], one["probed"]) == (0, True, True)
    assert (tmp_path / "started").exists()
    assert run("add", env)[1]["interpreters"][0]["allowed"] is True


def test_to_assign_needs_an_answer_and_does_not_wait_for_one(run, env, tmp_path):
    code, found, err = run("assign", "tensorflow", env)

    assert code == 1
    assert "was not allowed to be started yet" in found["error"]["message"]
    assert "sitecustomize" in found["error"]["message"]
    assert f"--allow, or once: fwcompare interpreters allow {env / 'bin/python'}" in err
    assert settings_in(tmp_path).interpreters == {}


def test_the_flag_is_an_answer_and_is_remembered(run, env, tmp_path):
    code, found, _ = run("assign", "tensorflow", env, "--allow")

    assert code == 0
    assert found["interpreters"][0]["assigned"] == ["tensorflow"]
    assert run("beside", "pytorch", env)[0] == 0
    kept = settings_in(tmp_path)
    assert kept.interpreters == {Framework.TENSORFLOW: str(env / "bin/python")}
    assert kept.beside == {Framework.PYTORCH: (str(env / "bin/python"),)}
    assert not (tmp_path / "started").exists(), "to allow is not yet to start"


def test_to_forget_takes_everything_back(run, env, tmp_path):
    run("assign", "tensorflow", env, "--allow")
    run("beside", "pytorch", env)
    run("add", env)

    code, found, _ = run("forget", env)

    kept, (one,) = settings_in(tmp_path), found["interpreters"]
    assert code == 0
    assert (kept.interpreters, kept.beside, kept.known, kept.allowed) == ({}, {}, (), {})
    assert (one["allowed"], one["assigned"], one["beside"]) == (False, [], [])


@pytest.mark.parametrize(
    ("argv", "code", "message"),
    [
        (("add", "/no/such/python"), 1, "There is no Python at /no/such/python"),
        (("assign", "tensorflw", "/x"), 2, "There is no framework 'tensorflw'"),
        (("allow",), 2, "Missing argument"),
        (("beside", "pytorch", sys.executable), 2, "pytorch runs in this Python already."),
        (("lisst",), 2, "No such command 'lisst'"),
    ],
)
def test_what_is_wrong_is_said(run, argv, code, message):
    found = run(*argv)

    assert found[0] == code
    assert message in found[1]["error"]["message"]
    assert found[1]["interpreters"] == []


def test_one_that_can_not_be_started_is_not_allowed_for_later(run, make_program_in, tmp_path):
    broken = make_program_in(tmp_path / "broken")

    code, found, _ = run("allow", broken)

    assert code == 1
    assert "disk error" in found["error"]["message"]
    assert settings_in(tmp_path).allowed == {}


@pytest.fixture
def make_program_in():
    def make(path: Path) -> Path:
        path.write_text("#!/bin/sh\necho 'disk error' >&2\nexit 5\n")
        path.chmod(0o755)
        return path

    return make


def test_people_read_a_table_and_what_can_not_run(call, env):
    code, out, _ = call("interpreters", "add", env, parts=real_parts())
    assert code == 0
    assert "may not be started" in out
    assert "pytorch:eager, pytorch:compile, " in out
    assert " can't run in it: torch is not installed" in out


def test_one_for_a_single_framework_need_not_hold_the_others(call, env):
    code, out, _ = call("interpreters", "assign", "tensorflow", env, "--allow", parts=real_parts())

    assert code == 0
    assert " can't run in it: tensorflow is not installed" in out
    assert "pytorch:eager" not in out


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("Yes\n", 0), ("n\n", 1), ("\n", 1), ("", 1)])
def test_at_a_terminal_it_asks_once(call, env, monkeypatch, answer, code):
    monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
    monkeypatch.setattr("fwcompare.cli.consent.is_at_terminal", lambda: True)

    first = call("interpreters", "assign", "pytorch", env, parts=real_parts())
    second = call("interpreters", "assign", "tensorflow", env, parts=real_parts())

    assert "now and later? [y/N] " in first[2]
    assert (first[0], second[0]) == (code, code)
    assert ("now and later?" in second[2]) is (code != 0)
    assert bool(settings_in(env.parent).allowed) is (code == 0)


def test_the_folder_of_the_data_may_be_named_before_the_subcommand(env, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "the user's own"))

    assert main(["interpreters", "--data-dir", str(tmp_path), "add", str(env)]) == 0

    assert settings_in(tmp_path).known == (str(env / "bin/python"),)
    assert not (tmp_path / "the user's own").exists()


# -- contenders of a run


def test_a_named_contender_is_not_started_without_consent(call_json, env, tmp_path):
    code, found, _ = call_json("run", "--contender", f"pytorch:eager@{env}", parts=real_parts())

    assert code == 1
    assert "was not allowed to be started yet" in found["error"]["message"]
    assert "--allow-interpreters" in found["error"]["remedy"]
    assert not (tmp_path / "started").exists()


def test_the_flag_of_run_is_remembered(call_json, env, tmp_path):
    """GIVEN the consent THEN the run ends only because nothing is installed there."""
    argv = ("run", "--contender", f"pytorch:eager@{env}", "--allow-interpreters", "--size", "tiny")
    _, found, _ = call_json(*argv, parts=real_parts())

    assert "torch is not installed" in found["error"]["message"]
    assert (tmp_path / "started").exists()
    assert list(settings_in(tmp_path).allowed) == [str(env)]


def test_one_that_is_assigned_but_not_allowed_is_left_out(call_json, env, tmp_path):
    (tmp_path / "config").mkdir()
    written = {"interpreters": {"pytorch": str(env)}}
    (tmp_path / "config/settings.json").write_text(json.dumps(written))

    _, found, _ = call_json("contenders", parts=real_parts())

    first = found["contenders"][0]
    assert not first["available"]
    assert "was not allowed" in first["reason"]
    assert "fwcompare interpreters allow" in first["remedy"]
    assert not (tmp_path / "started").exists()


def test_the_table_names_those_that_are_gone(call):
    _, out, _ = call("interpreters", parts=fakes.parts())

    assert "/gone/bin/python" in out
    assert "gone" in out
