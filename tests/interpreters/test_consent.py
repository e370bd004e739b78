"""Who may be started: what the user allowed, as long as it is the same."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.interpreters.availability import survey
from fwcompare.interpreters.consent import is_allowed, refusal
from fwcompare.interpreters.probe import Prober
from fwcompare.interpreters.settings import (
    Settings,
    allow,
    assign,
    forget,
    load_settings,
    place_beside,
    save_settings,
)


@pytest.mark.parametrize(
    "consent",
    [
        allow,
        lambda settings, python: assign(settings, Framework.PYTORCH, python),
        lambda settings, python: place_beside(settings, Framework.PYTORCH, python),
    ],
)
def test_the_answer_is_remembered(make_environment, tmp_path, consent):
    python = str(make_environment().python)
    assert "was not allowed to be started yet" in refusal(Settings(), python, "").reason
    assert f"interpreters allow {python}" in refusal(Settings(), python, "").remedy

    save_settings(consent(Settings(), python), tmp_path / "settings.json")
    settings, problems = load_settings(tmp_path / "settings.json")

    assert problems == ()
    assert refusal(settings, python, "") is None
    assert is_allowed(settings, python, "")
    assert not is_allowed(forget(settings, python), python, "")


def test_every_way_to_an_environment_is_meant(make_environment, tmp_path):
    environment = make_environment()
    (tmp_path / "link").symlink_to(environment.folder)
    settings = allow(Settings(), str(environment.folder))

    for path in ("env", "env/bin/python3", "link", "link/bin/python"):
        assert is_allowed(settings, str(tmp_path / path), "")


def test_another_environment_of_the_same_python_is_not_meant(make_environment):
    one, other = make_environment("one"), make_environment("other")

    assert not is_allowed(allow(Settings(), str(one.python)), str(other.python), "")


def test_packages_come_and_go_without_a_question(make_environment):
    environment = make_environment()
    settings = allow(Settings(), str(environment.python))
    environment.install("torch", "2.9.0")

    assert is_allowed(settings, str(environment.python), "")


def test_an_environment_that_was_made_anew_is_asked_about_again(make_environment):
    environment = make_environment()
    settings = allow(Settings(), str(environment.python))
    os.utime(environment.folder / "pyvenv.cfg", ns=(1, 1))

    assert "was replaced since" in refusal(settings, str(environment.python), "").reason


def test_a_replaced_executable_is_asked_about_again(make_program):
    program = make_program("exit 0")
    settings = allow(Settings(), str(program))
    shutil.copy("/bin/true", program)

    assert "was replaced since" in refusal(settings, str(program), "").reason


def test_the_own_python_needs_no_answer_and_nor_does_one_that_is_not_there():
    assert refusal(Settings(), sys.executable, sys.executable) is None
    assert refusal(Settings(), "/no/such/python", "") is None
    assert not is_allowed(Settings(), "/no/such/python", "")
    assert allow(Settings(), "/no/such/python") == Settings()


@pytest.mark.parametrize("allowed", [[], {"/x": 5}, None, "all"])
def test_what_can_not_be_read_is_not_allowed(make_environment, tmp_path, allowed):
    (tmp_path / "settings.json").write_text(
        f'{{"allowed_interpreters": {str(allowed).replace(chr(39), chr(34)).replace("None", "null")}}}'
    )
    settings, _ = load_settings(tmp_path / "settings.json")

    assert not is_allowed(settings, str(make_environment().python), "")


def test_who_is_not_allowed_is_not_started(make_program, tmp_path):
    log = tmp_path / "log"
    program = make_program(f'echo started >> {log}\nexec {{python}} "$@"')
    contender = Contender(Framework.PYTORCH, Mode.EAGER, str(program))

    def look(settings):
        (found,) = survey([contender], Prober(os.environ), "cpu", lambda path: refusal(settings, path, ""))
        return found

    refused = look(Settings())
    assert not refused.available
    assert "not allowed" in refused.reason
    assert not log.exists()

    assert look(allow(Settings(), str(program))).info is not None
    assert log.exists()
