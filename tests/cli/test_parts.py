"""The wiring fits the rooms that it joins."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, replace
from pathlib import Path

from fwcompare.cli.parts import Parts, real_parts
from fwcompare.domain.contender import Framework, Mode
from fwcompare.execution.lock import MeasuringLock
from fwcompare.paths import paths_in
from tests import runs


def test_every_part_can_be_called():
    parts = real_parts()

    for field in fields(Parts):
        assert callable(getattr(parts, field.name)) or field.name == "interpreters", field.name


def test_what_is_pure_gives_what_the_commands_expect(tmp_path):
    parts = real_parts()
    settings, problems = parts.load_settings(tmp_path / "none.json")

    contender = parts.parse_contender("pytorch:eager", settings)

    assert problems == ()
    assert (contender.framework, contender.mode) == (Framework.PYTORCH, Mode.EAGER)
    assert contender in parts.all_contenders(settings)
    assert [parts.default_batch(name, "small") for name in parts.architectures()] == [128, 32, 32, 32, 64, 32]
    assert parts.estimate_s(runs.plan()) > 0
    assert parts.remaining_s(runs.record()) == 0
    assert parts.default_threads() >= 1
    assert next(iter(inspect.signature(parts.open_engine).parameters)) == "paths"


def test_whoever_holds_the_lock_is_named(tmp_path: Path):
    parts, paths = real_parts(), replace(paths_in(tmp_path), lock_file=tmp_path / "lock")

    assert parts.who_measures(paths) == ""
    with MeasuringLock(paths.lock_file, "a test"):
        who = parts.who_measures(paths)
    assert re.fullmatch(
        r"Another fwcompare \(process \d+, a test, since .*\) is measuring on this machine\.", who
    )
    assert parts.who_measures(paths) == ""
