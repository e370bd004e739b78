"""The JSON of the commands that measure nothing, against golden files; that of `run` is in `tests/test_report.py`.

`call_json` checks each object against its schema as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from fwcompare.domain.contender import Framework
from tests.cli import fakes

GOLDEN = Path(__file__).parents[1] / "golden"


def golden(name):
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def test_contenders(call_json):
    _, found, _ = call_json("contenders")

    assert found == golden("contenders")


def test_doctor(call_json, tmp_path, monkeypatch):
    """GIVEN one of everything that can be wrong, and the same Python and version everywhere."""
    monkeypatch.setattr("fwcompare.__version__", "1.2.3")
    monkeypatch.setattr("platform.python_version", lambda: "3.11.7")
    monkeypatch.setattr("sys.executable", fakes.PYTHON)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    settings = SimpleNamespace(interpreters={Framework.PYTORCH: "/opt/torch/bin/python"})
    parts = fakes.parts(
        load_settings=lambda _: (settings, ("A path is relative.",)),
        who_measures=lambda _: "Another fwcompare (process 7) is measuring on this machine.",
    )

    _, found, _ = call_json("doctor", parts=parts)

    assert found == golden("doctor")


def test_interpreters(call_json, tmp_path, monkeypatch):
    """GIVEN one Python of every sort: allowed or not, used or not, and one that is gone."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)

    _, found, _ = call_json("interpreters", parts=fakes.parts(interpreters=fakes.Lookout(tmp_path)))

    assert found == golden("interpreters")


def test_recover(call_json, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    report = SimpleNamespace(
        recovered=(
            SimpleNamespace(snapshot=tmp_path / "snapshots/a.fwsnap", blocks=5, lost_lines=1),
            SimpleNamespace(snapshot=Path("/data/b.fwsnap"), blocks=0, lost_lines=0),
        ),
        left_alone=(SimpleNamespace(journal=tmp_path / "runs/c/journal.ndjson", reason="Its owner lives."),),
    )

    _, found, _ = call_json("recover", parts=fakes.parts(recover=lambda _: report))

    assert found == golden("recover")


@pytest.mark.parametrize("name", ["contenders", "doctor", "interpreters", "recover", "library", "selftest"])
def test_the_golden_object_has_every_key_of_its_schema(name, root):
    schema = json.loads((root / f"resources/schema/{name}.schema.json").read_text(encoding="utf-8"))

    assert golden(name).keys() == schema["properties"].keys()
