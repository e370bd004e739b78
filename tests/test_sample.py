"""The comparison that fwcompare brings along is what it should be, and may be shared."""

from __future__ import annotations

import re
import zipfile

import pytest

from fwcompare.domain.plan import PresetName
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Size, Task
from fwcompare.paths import sample_snapshot
from fwcompare.storage.snapshot import read_snapshot

_PATH = re.compile(r"(?<![\w.~/-])/(?:[\w.@+-]+/)+[\w.@+-]+")
_EVERYWHERE = ("/usr/", "/proc/", "/sys/", "/dev/", "/__w/pytorch/")
"""Folders of the system, and where PyTorch was built, which tell nothing of who measured."""


@pytest.fixture(scope="module")
def record() -> RunRecord:
    return read_snapshot(sample_snapshot())


def test_it_compares_ten_contenders_in_inference_and_training_with_the_preset_standard(
    record: RunRecord,
) -> None:
    workloads = [(one.architecture, one.size, one.task) for one in record.plan.workloads]

    assert workloads == [("cnn", Size.SMALL, task) for task in Task]
    assert len(record.plan.contenders) >= 10
    assert record.plan.preset is PresetName.STANDARD
    assert record.finished_utc is not None
    assert not record.cancelled


def test_it_names_its_machine_and_no_path_that_is_somebody_s(record: RunRecord) -> None:
    assert record.machine["cpu_model"]
    with zipfile.ZipFile(sample_snapshot()) as archive:
        names = ["manifest.json", *(name for name in archive.namelist() if name.endswith(".txt"))]
        text = "\n".join(archive.read(name).decode() for name in names).replace(r"\n", "\n")

    assert [path for path in _PATH.findall(text) if not path.startswith(_EVERYWHERE)] == []
