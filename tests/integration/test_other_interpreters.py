"""Workers in other Pythons that hold NumPy and one framework: two versions of TensorFlow side by side.

The environments are made once, in a folder that outlives the tests, from packages of the registry;
without a network, or where a Python is missing, the test says so and is skipped.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fwcompare.domain.contender import Framework, Mode
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.plan import Plan, PresetName
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.engine import Engine
from fwcompare.interpreters.naming import all_contenders
from fwcompare.interpreters.overview import real_interpreters
from fwcompare.interpreters.settings import Settings, place_beside
from fwcompare.paths import DataPaths
from fwcompare.stats.comparison import compare
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import EFFORT, finish

OTHERS = {"3.10": "2.20.0", "3.12": "2.21.0"}
"""Version of TensorFlow by version of Python; both have wheels without CUDA for these."""


@pytest.fixture(scope="session")
def interpreters(root: Path, real_python: Callable[[str], Path]) -> dict[str, str]:
    """A Python with that TensorFlow and what it needs, by version of Python."""
    made = {}
    for python, tensorflow in OTHERS.items():
        folder = root / ".venvs" / f"python{python}-tensorflow{tensorflow}"
        executable = folder / "bin" / "python"
        if not (folder / "complete").exists():
            subprocess.run([real_python(python), "-m", "venv", "--clear", folder], check=True)
            install = [
                executable,
                "-m",
                "pip",
                "install",
                "-q",
                "--retries",
                "1",
                f"tensorflow-cpu=={tensorflow}",
            ]
            if subprocess.run(install, capture_output=True, check=False).returncode:
                pytest.skip(f"tensorflow-cpu {tensorflow} can't be installed: no network?")
            (folder / "complete").touch()
        made[python] = str(executable)
    return made


def test_two_versions_of_tensorflow_in_two_pythons(paths: DataPaths, interpreters: dict[str, str]) -> None:
    # GIVEN settings in which both Pythons stand beside the one that is assigned
    settings = Settings()
    for path in interpreters.values():
        for framework in (Framework.TENSORFLOW, Framework.KERAS_TENSORFLOW):
            settings = place_beside(settings, framework, path)
    contenders = tuple(
        one
        for one in all_contenders(settings, own="")
        if one.named and one.mode in {Mode.FUNCTION, Mode.DEFAULT}
    )
    surveyed = real_interpreters().survey(contenders, "cpu", settings)
    assert [one.reason for one in surveyed] == [""] * 4
    # WHEN they compete
    plan = Plan(
        workloads=(Workload("cnn", Task.TRAINING, Size.TINY, 4, "cpu"),),
        contenders=contenders,
        preset=PresetName.QUICK,
        effort=EFFORT,
        baseline=contenders[0].id,
        seed=0,
        threads=1,
    )
    with Engine(paths) as engine:
        view = finish(engine, plan)
    blocks = {block.contender: block for block in view.record.blocks}
    # THEN each ran in its own Python with its own version
    assert [block.outcome for block in blocks.values()] == [Outcome.OK] * 4, [
        b.reason for b in blocks.values()
    ]
    assert all(block.mode_proved for block in blocks.values())
    for python, tensorflow in OTHERS.items():
        (versions,) = (
            blocks[one.id].versions
            for one in contenders
            if (one.framework, one.interpreter) == (Framework.TENSORFLOW, interpreters[python])
        )
        assert versions["tensorflow"] == tensorflow
        assert versions["python"].startswith(python)
    assert len(compare(read_snapshot(view.snapshot))) == 3
