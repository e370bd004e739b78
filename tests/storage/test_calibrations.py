"""What self-tests found out, kept for this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.domain.calibration import Calibration, identity
from fwcompare.domain.plan import PresetName
from fwcompare.domain.verdict import Verdict
from fwcompare.errors import SnapshotError
from fwcompare.storage.calibrations import load_calibrations, save_calibration

HERE = {"os": "Linux", "cpu_model": "A", "logical_cores": 8, "available_cores": 8, "memory_bytes": 1}
FOUND = Calibration(
    checked_utc="2026-11-23T01:02:03Z",
    machine=identity(HERE),
    contender="pytorch:eager",
    workload="mlp/inference/small/b128/float32/cpu",
    verdict=Verdict.NO_PRACTICAL_DIFFERENCE,
    log_deviation=0.01,
    detectable=dict.fromkeys(PresetName, 0.015),
)


def test_what_was_found_comes_back_and_the_newest_counts(tmp_path: Path) -> None:
    path = tmp_path / "data" / "calibrations.json"
    newer = replace(FOUND, checked_utc="2026-11-24T01:02:03Z")
    for device, one in (("cpu", FOUND), ("cuda:GPU-1", FOUND), ("cpu", newer)):
        save_calibration(path, device, one)

    assert load_calibrations(path, HERE | {"memory_bytes": 2}) == {"cpu": newer, "cuda:GPU-1": FOUND}


@pytest.mark.parametrize("other", [{"cpu_model": "B"}, {"available_cores": 4}, {"gpu_driver": "600"}])
def test_it_does_not_hold_for_another_machine(tmp_path: Path, other: dict[str, object]) -> None:
    save_calibration(tmp_path / "c.json", "cpu", FOUND)

    assert load_calibrations(tmp_path / "c.json", HERE | other) == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 2, "devices": {}}', '{"schema": 1, "devices": {"cpu": 3}}', "\xff"]
)
def test_what_can_not_be_read_is_not_used_and_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text, encoding="latin-1")

    assert load_calibrations(path, HERE) == {}

    save_calibration(path, "cpu", FOUND)
    assert load_calibrations(path, HERE) == {"cpu": FOUND}


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert load_calibrations(tmp_path / "none.json", HERE) == {}


def test_a_folder_that_can_not_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")

    with pytest.raises(SnapshotError):
        save_calibration(tmp_path / "data/sub/c.json", "cpu", FOUND)
