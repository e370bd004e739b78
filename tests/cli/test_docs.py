"""`docs/cli.md` names everything that the commands and their objects have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.main import get_command

from fwcompare.cli.commands import NAMES, library
from fwcompare.cli.entry import main
from fwcompare.domain.contender import Framework
from fwcompare.interpreters.settings import load_settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/cli.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_and_flag_is_described(capsys, name):
    main([name, "--help"])
    flags = re.findall(r"--[a-z-]+", capsys.readouterr().out)

    assert f"`{name}" in TEXT
    assert [flag for flag in flags if f"`{flag}" not in TEXT] == []


@pytest.mark.parametrize("command", sorted(get_command(library).commands))
def test_every_command_of_the_library_is_described(capsys, command):
    main(["library", command, "--help"])
    flags = re.findall(r"--[a-z-]+", capsys.readouterr().out)

    assert f"`library {command}" in TEXT
    assert [flag for flag in flags if f"`{flag}" not in TEXT] == []


@pytest.mark.parametrize(
    "name", ["run", "contenders", "interpreters", "doctor", "recover", "library", "selftest", "largest-batch"]
)
def test_every_key_and_token_of_the_objects_is_described(name):
    schema = json.loads((ROOT / f"resources/schema/{name}.schema.json").read_text(encoding="utf-8"))
    keys = set(schema["properties"])
    for definition in ("block", "comparison", "entry", "equivalence", "self_test", "summary"):
        keys |= set(schema["$defs"].get(definition, {}).get("properties", {}))
    comparison = schema["$defs"].get("comparison", {}).get("properties", {})
    keys |= set(comparison.get("verdict", {}).get("enum", []))
    keys |= set(comparison.get("reasons", {}).get("items", {}).get("enum", []))

    assert [key for key in sorted(keys) if not re.search(rf"`{key}[`\[{{]", TEXT)] == []


@pytest.mark.parametrize("name", ["README.md", "docs/cli.md"])
def test_the_settings_that_are_shown_can_be_used(name, tmp_path):
    (shown,) = re.findall(r"```json\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "settings.json").write_text(shown, encoding="utf-8")

    settings, problems = load_settings(tmp_path / "settings.json")

    assert problems == ()
    assert Framework.TENSORFLOW in settings.interpreters
