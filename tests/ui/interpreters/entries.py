"""Pythons as the window is told of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fwcompare.domain.contender import MODES, Contender, Framework
from fwcompare.interpreters.availability import judge
from fwcompare.interpreters.discovery import Origin
from fwcompare.interpreters.installation import Installation, Kind
from fwcompare.interpreters.obstacle import Obstacle
from fwcompare.interpreters.overview import Entry
from fwcompare.interpreters.probe import InterpreterInfo


def entry(folder: str = "/envs/torch", versions: dict[str, str] | None = None, **changes) -> Entry:
    """A venv that holds PyTorch and may not be started yet."""
    python = Path(folder) / "bin/python"
    info = InterpreterInfo(
        interpreter=str(python),
        python="3.12.1",
        implementation="",
        executable=str(python),
        prefix=folder,
        platform="",
        versions=versions if versions is not None else {"torch": "2.13.0", "numpy": "2.4.6"},
        tensorflow_distribution="",
        torch_cuda=None,
        tensorflow_cuda=None,
        cuda_libraries=None,
        jax_cuda=None,
        onnxruntime_distribution="",
        compiler="/usr/bin/g++",
        python_header="/usr/include/Python.h",
        site_packages=(),
    )
    made = Entry(
        installation=Installation(python, Kind.VENV, Path(folder)),
        origin=Origin.VENV,
        info=info,
        is_own=False,
        is_probed=False,
        is_allowed=False,
        assigned=(),
        beside=(),
        contenders=tuple(
            judge(Contender(framework, mode, str(python)), info, "cpu")
            for framework, modes in MODES.items()
            for mode in modes
        ),
    )
    return replace(made, **changes)


def gone() -> Entry:
    """One that was assigned and is not there any more."""
    obstacle = Obstacle("There is no Python at /gone/bin/python.", "Forget it.")
    contender = Contender(Framework.PYTORCH, MODES[Framework.PYTORCH][0], "/gone/bin/python")
    return entry(
        "/gone",
        info=None,
        assigned=(Framework.PYTORCH,),
        contenders=(judge(contender, obstacle, "cpu"),),
    )


OWN = entry(
    "/own", is_own=True, is_allowed=True, is_probed=True, origin=Origin.OWN, assigned=tuple(Framework)
)
