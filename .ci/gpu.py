"""GPU builds of the frameworks, for `make run` on a machine with an NVIDIA driver; run by .venv's Python.

PyTorch and TensorFlow want different majors of CUDA, so that each gets an environment of its own, which
is assigned to it and to Keras on it in the user's settings. Whatever stands in the way is said in one
sentence, and that framework stays with its CPU build. A second call changes nothing and needs no network.
With or without a GPU, the environment that `.ci/setup` made for JAX is assigned to Keras on it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fwcompare.domain.contender import Framework
from fwcompare.execution.devices import driver_version, gpu_unavailable_reason
from fwcompare.execution.sources.nvml import NvmlLoader, shared_nvml
from fwcompare.interpreters.installation import python_at
from fwcompare.interpreters.settings import Settings, assign, load_settings, save_settings
from fwcompare.paths import user_paths

ROOT: Final = Path(__file__).resolve().parents[1]

DOWNLOAD_BYTES: Final = 3 * 10**9
"""What pip keeps in the temporary folder while it installs one build: the wheels, rounded up."""

INSTALLED_BYTES: Final = 7 * 10**9
"""What one environment takes, rounded up."""


JAX: Final = "jax"
"""Folder of the environment for JAX."""


@dataclass(frozen=True, slots=True)
class Build:
    """A framework's build for CUDA.

    Attributes:
        name: Of its folder.
        title: As the user knows it.
        users: What runs in its environment.
        requirements: For pip; {version} is that of the distribution in constraints.txt.
        distribution: Whose version that is.
        cuda: Major version of CUDA.
        driver: The first driver for Linux that runs this CUDA (NVIDIA's release notes of the CUDA
            toolkit, table "minimum required driver version"; the same in TensorFlow's and PyTorch's).
    """

    name: str
    title: str
    users: tuple[Framework, ...]
    requirements: tuple[str, ...]
    distribution: str
    cuda: int
    driver: str


BUILDS: Final = (
    # `===`, because `==` takes a CPU build, which is version 2.x.y+cpu, where pip knows of one
    Build(
        "torch",
        "PyTorch",
        (Framework.PYTORCH, Framework.KERAS_TORCH),
        ("torch==={version}", "keras", "numpy"),
        "torch",
        13,
        "580.65.06",
    ),
    Build(
        "tensorflow",
        "TensorFlow",
        (Framework.TENSORFLOW, Framework.KERAS_TENSORFLOW),
        ("tensorflow[and-cuda]=={version}", "keras", "numpy"),
        "tensorflow",
        12,
        "525.60.13",
    ),
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What the choice depends on and what it acts on; tests have one without a GPU or a network.

    Attributes:
        root: Folder of the project.
        wish: The variable GPU: "no" for CPU builds, anything else for GPU builds where they can be.
        settings_file: Where interpreters are assigned.
        nvml: Gives NVML.
        free_bytes: Room in the file system of a folder.
        run: Runs a command and returns its exit code.
        say: Tells the user.
    """

    root: Path
    wish: str
    settings_file: Path
    nvml: NvmlLoader
    free_bytes: Callable[[Path], int]
    run: Callable[[Sequence[str]], int]
    say: Callable[[str], None]

    @property
    def environments(self) -> Path:
        """The folder of all environments but the main one."""
        return self.root / ".venvs"


def driver_obstacle(build: Build, driver: str | None) -> str:
    """Why this driver can't run the build, "" if it can."""
    if driver is None:
        return f"the NVIDIA driver does not tell its version, and CUDA {build.cuda} needs {build.driver} or newer"
    if _numbers(driver) < _numbers(build.driver):
        return f"the NVIDIA driver {driver} is too old: CUDA {build.cuda} needs {build.driver} or newer"
    return ""


def room_obstacle(machine: Machine) -> str:
    """Why there is no room for one more build, "" if there is."""
    temporary = Path(tempfile.gettempdir())
    for folder, needed in ((machine.root, INSTALLED_BYTES + DOWNLOAD_BYTES), (temporary, DOWNLOAD_BYTES)):
        free = machine.free_bytes(folder)
        if free < needed:
            return f"it needs {needed / 1e9:.0f} GB in {folder}, where {free / 1e9:.1f} GB are free"
    return ""


def prepare(build: Build, machine: Machine) -> str:
    """Make the build's environment unless it is up to date; why it could not be made, "" if it is there."""
    folder = machine.environments / build.name
    stamp, digest = folder / ".setup", _digest(build, machine.root)
    if stamp.is_file() and stamp.read_text() == digest:
        return ""
    obstacle = room_obstacle(machine)
    if obstacle:
        return obstacle
    machine.say(f"Installing {build.title} for CUDA {build.cuda} into {folder}: about 3 GB are downloaded.")
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "-qq", "--no-input"]
    constraints = ["--disable-pip-version-check", "--constraint", str(machine.root / "constraints.txt")]
    requirements = [text.format(version=_version(build, machine.root)) for text in build.requirements]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*pip, *constraints, *requirements],
    ):
        if machine.run(command):
            shutil.rmtree(folder, ignore_errors=True)
            return "it could not be installed, see above"
    stamp.write_text(digest)
    return ""


def chosen_builds(machine: Machine) -> tuple[Build, ...]:
    """The builds whose environments are there, made now if need be; why another is not, is said."""
    if machine.wish.lower() == "no" or gpu_unavailable_reason(machine.nvml) is not None:
        return ()
    driver = driver_version(machine.nvml)
    chosen = []
    for build in BUILDS:
        obstacle = driver_obstacle(build, driver) or prepare(build, machine)
        if obstacle:
            machine.say(f"{build.title} stays with its CPU build: {obstacle}.")
        else:
            chosen.append(build)
    return tuple(chosen)


def assigned(settings: Settings, builds: Sequence[Build], machine: Machine) -> Settings:
    """The settings with our environments assigned to whom they were made for, and to nobody else.

    An interpreter that the user assigned stays. Nobody need be asked whether ours may be started.
    """
    ours = {user: build.name for build in builds for user in build.users}
    if (machine.environments / JAX).is_dir():
        ours[Framework.KERAS_JAX] = JAX
    for framework in Framework:
        now = settings.interpreters.get(framework)
        if now is not None and not python_at(now).is_relative_to(machine.environments):
            if framework in ours:
                machine.say(f"{framework} stays with the Python that you assigned to it: {now}")
            continue
        name = ours.get(framework)
        wanted = str(machine.environments / name / "bin/python") if name else None
        # also where nothing changes: what was made anew has to be allowed again
        settings = assign(settings, framework, wanted)
    return settings


def main(machine: Machine) -> int:
    """Make what can be made and assign it; 0, because CPU builds are there in any case."""
    builds = chosen_builds(machine)
    settings, _ = load_settings(machine.settings_file)
    new = assigned(settings, builds, machine)
    if new != settings:
        save_settings(new, machine.settings_file)
    return 0


def this_machine(environ: Mapping[str, str]) -> Machine:
    """The machine that this runs on."""
    return Machine(
        root=ROOT,
        wish=environ.get("GPU", ""),
        settings_file=user_paths().settings_file,
        nvml=shared_nvml,
        free_bytes=lambda folder: shutil.disk_usage(folder).free,
        run=lambda command: subprocess.run(command, check=False).returncode,
        say=lambda text: print(f"setup: {text}", file=sys.stderr),  # noqa: T201 - it is a script
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))


def _version(build: Build, root: Path) -> str:
    """The version in constraints.txt."""
    found = re.search(rf"^{build.distribution}==(\S+)$", (root / "constraints.txt").read_text(), re.MULTILINE)
    assert found is not None, f"constraints.txt names no version of {build.distribution}"
    return found.group(1)


def _digest(build: Build, root: Path) -> str:
    """Of all that the environment depends on; it does not survive a move."""
    parts = (str(root), str(build), sys.base_prefix, sys.version, (root / "constraints.txt").read_text())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(this_machine(os.environ)))
