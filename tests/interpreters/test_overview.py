"""All Pythons that are known, and what they are used for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.discovery import Origin, Surroundings
from fwcompare.interpreters.naming import all_contenders
from fwcompare.interpreters.overview import Interpreters
from fwcompare.interpreters.probe import Prober
from fwcompare.interpreters.settings import Settings, add, allow, assign, place_beside


@pytest.fixture
def interpreters(tmp_path):
    home = tmp_path / "home"
    return Interpreters(Surroundings(home, home, home, home, {}), Prober(os.environ), sys.executable)


def test_without_settings_everything_runs_in_its_own(interpreters):
    (own,) = (one for one in interpreters.overview(Settings()).entries if one.is_own)

    assert own.origin is Origin.OWN
    assert own.assigned == tuple(Framework)
    assert own.is_allowed
    assert not own.is_probed


def test_what_each_is_used_for(interpreters, make_environment):
    environment = make_environment()
    environment.install("torch", "2.9.0")
    environment.install("numpy", "2.3.0")
    settings = assign(Settings(), Framework.TENSORFLOW, "/gone/bin/python")
    settings = place_beside(settings, Framework.PYTORCH, str(environment.folder))

    own, *others = interpreters.overview(settings).entries
    by_path = {one.path: one for one in others}

    assert own.assigned == tuple(one for one in Framework if one is not Framework.TENSORFLOW)
    gone, here = by_path["/gone/bin/python"], by_path[str(environment.python)]
    assert (gone.info, gone.assigned, gone.is_allowed) == (None, (Framework.TENSORFLOW,), False)
    assert not any(one.available for one in gone.contenders)
    assert (here.assigned, here.beside, here.is_allowed) == ((), (Framework.PYTORCH,), True)
    assert "pytorch:eager" in [one.contender.id for one in here.contenders if one.available]


def test_an_answer_that_is_remembered_is_shown_instead_of_what_was_read(interpreters, make_environment):
    environment = make_environment()
    settings = allow(add(Settings(), str(environment.python)), str(environment.python))
    assert not interpreters.entry(settings, str(environment.python)).is_probed

    info = interpreters.probe(str(environment.python))

    entry = interpreters.entry(settings, str(environment.python))
    assert entry.is_probed
    assert entry.info == info


def test_the_survey_starts_only_what_may_be_started(interpreters, make_program, tmp_path):
    log = tmp_path / "log"
    program = make_program(f'echo started >> {log}\nexec {{python}} "$@"')
    settings = place_beside(Settings(), Framework.PYTORCH, str(program))
    contenders = [one for one in all_contenders(settings, sys.executable) if one.named]

    refused = interpreters.survey(contenders, "cpu", Settings())
    assert all("was not allowed" in one.reason for one in refused)
    assert not log.exists()

    interpreters.survey(contenders, "cpu", settings)
    assert log.read_text() == "started\n"


def test_after_stop_nothing_is_started_any_more(interpreters, make_program, tmp_path):
    log = tmp_path / "log"
    program = make_program(f'echo started >> {log}\nexec {{python}} "$@"')
    settings = place_beside(Settings(), Framework.PYTORCH, str(program))

    interpreters.stop()

    surveyed = interpreters.survey(all_contenders(settings, sys.executable), "cpu", settings)
    assert all("fwcompare is ending" in one.reason for one in surveyed)
    assert not interpreters.overview(settings).is_complete
    assert not log.exists()


def test_python_that_is_too_old_can_run_nothing(interpreters, tmp_path):
    python = tmp_path / "old/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "old/pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\nversion = 3.8.18\n")

    entry = interpreters.entry(Settings(), str(python))

    assert {one.reason for one in entry.contenders} == {f"{python} is Python 3.8.18, too old to measure in."}
