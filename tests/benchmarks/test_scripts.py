"""Every script of the proof explains itself; those that need no framework run, as short as can be."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path

import pytest

from benchmarks.common.page import summary
from benchmarks.common.results import rows_of

SCRIPTS = (
    "adapters",
    "error_rates",
    "fidelity",
    "known_slowdown",
    "observer",
    "recording",
    "time_to_verdict",
)


def test_make_bench_runs_these_scripts(root: Path) -> None:
    found = re.search(r"^PROOF := (.*)$", (root / "Makefile").read_text(), re.MULTILINE)

    assert found
    assert sorted(found[1].split()) == list(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_is_listed_and_summarised(root: Path, name: str) -> None:
    assert f"| `{name}.py` |" in (root / "benchmarks" / "README.md").read_text()
    assert len(summary(root / "benchmarks" / f"{name}.py")) > 20


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_explains_its_arguments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr(sys, "argv", [name, "--help"])

    with pytest.raises(SystemExit) as ended:
        importlib.import_module(f"benchmarks.{name}").main()

    assert ended.value.code == 0
    assert "--full" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["known_slowdown", "recording"])
def test_it_measures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    out = tmp_path / f"{name}.json"
    monkeypatch.setattr(sys, "argv", [name, "--smoke", "--out", str(out)])

    importlib.import_module(f"benchmarks.{name}").main()

    rows = rows_of(json.loads(out.read_text()))
    assert rows
    assert all(row.value >= 0 for row in rows)
    assert rows[0].name in capsys.readouterr().out
