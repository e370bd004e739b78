"""Calls `main` with scripted parts and checks every JSON object against its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from fwcompare.cli.entry import main
from tests.cli import fakes

SCHEMAS = Path(__file__).parents[2] / "resources/schema"


@pytest.fixture
def call(capsys, tmp_path):
    """Runs a command in folders of its own: (exit code, standard output, standard error)."""

    def run(*argv, parts=None):
        argv = [str(word) for word in argv]
        if argv and argv[0] in (
            "run",
            "show",
            "contenders",
            "interpreters",
            "doctor",
            "recover",
            "library",
            "selftest",
            "largest-batch",
        ):
            argv += ["--data-dir", str(tmp_path)]
        code = main(argv, parts=lambda: parts or fakes.parts())
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def call_json(call):
    """The same with --json: (exit code, the one object, standard error)."""

    def run(*argv, schema=None, parts=None):
        code, out, err = call(*argv, "--json", parts=parts)
        assert out.count("\n") == 1, "one object in one line"
        found = json.loads(out)
        name = schema or {"show": "run"}.get(argv[0], argv[0])
        content = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(content).validate(found)
        return code, found, err

    return run
