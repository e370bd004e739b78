"""An engine that measures nothing but plays what a test wrote for it, and the parts around it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from fwcompare.cli.parts import Parts
from fwcompare.domain.calibration import Margin
from fwcompare.domain.contender import MODES, Contender, Framework, Mode
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.workload import Precision
from fwcompare.errors import FwcompareError, UsageError
from fwcompare.execution.continuation import obstacle
from fwcompare.interpreters.availability import judge
from fwcompare.interpreters.discovery import Origin
from fwcompare.interpreters.installation import Installation, Kind
from fwcompare.interpreters.obstacle import Obstacle
from fwcompare.interpreters.overview import Entry, Overview
from fwcompare.interpreters.probe import InterpreterInfo
from fwcompare.library.library import Library
from fwcompare.stats.blocks import BlockFigures, block_figures

PYTHON = "/usr/bin/python3"
SETTINGS = SimpleNamespace(interpreters={})
GPU = SimpleNamespace(index=0, uuid="GPU-1234", name="NVIDIA H200")


@dataclass(frozen=True)
class View:
    """What `Engine.view` gives."""

    record: RunRecord
    activity: str = ""
    finished: bool = False
    snapshot: Path | None = None
    error: FwcompareError | None = None

    def look(self, block: BlockRecord) -> BlockFigures:
        """As in a real view."""
        return block_figures(block)


@dataclass
class Engine:
    """Shows the next view each time it is waited for; after `cancel` only the last one is left.

    Attributes:
        play: Makes the views of a plan, the last one finished.
        on_wait: Called with the number of each wait, before it.
    """

    play: Callable[[object, Path | None], list[View]]
    on_wait: Callable[[int], None] = lambda _: None
    calls: list[str] = field(default_factory=list)
    plan: object = None
    out: Path | None = None
    earlier: RunRecord | None = None

    def start(self) -> None:
        self.calls.append("start")

    def run(self, plan, out=None, earlier=None) -> None:
        self.calls.append("run")
        self.plan, self.out, self.earlier = plan, out, earlier
        self._views = self.play(plan, out)
        self._view = None
        self._waits = 0

    def cancel(self) -> None:
        self.calls.append("cancel")
        self._views = self._views[-1:]
        last = self._views[0]
        self._views = [dataclasses.replace(last, record=dataclasses.replace(last.record, cancelled=True))]

    def wait(self, timeout_s: float) -> bool:
        assert timeout_s > 0
        self._waits += 1
        self.on_wait(self._waits)
        self._view = self._views.pop(0)
        return self._view is not None and self._view.finished

    def view(self):
        return self._view

    def close(self) -> None:
        self.calls.append("close")


def available(contender: Contender, **changes) -> SimpleNamespace:
    """A contender that can run here."""
    fields = {
        "contender": contender,
        "available": True,
        "reason": "",
        "remedy": "",
        "versions": {"python": "3.11.7", "torch": "2.13.0"},
        "cuda_obstacle": "",
        "info": None,
    }
    return SimpleNamespace(**(fields | changes))


def missing(contender: Contender) -> SimpleNamespace:
    """A contender whose framework is not installed."""
    lack = {"reason": "tensorflow is not installed.", "remedy": "pip install tensorflow"}
    return available(contender, available=False, versions={}, info=None, **lack)


class Lookout:
    """Knows one Python that holds PyTorch and one that is gone; every Python may be started."""

    def __init__(self, home: Path = Path("/home")) -> None:
        self._home = home

    def overview(self, _settings):
        here = InterpreterInfo(
            **dict.fromkeys(
                ("implementation", "platform", "tensorflow_distribution", "onnxruntime_distribution"), ""
            ),
            **dict.fromkeys(("torch_cuda", "tensorflow_cuda", "cuda_libraries", "jax_cuda"), None),
            **dict.fromkeys(("executable", "interpreter"), str(self._home / "env/bin/python")),
            prefix=str(self._home / "env"),
            python="3.12.1",
            versions={"torch": "2.13.0", "numpy": "2.4.6"},
            compiler="/usr/bin/g++",
            python_header="/usr/include/Python.h",
            site_packages=(),
        )
        return Overview(
            (
                self._entry(self._home / "env", Kind.VENV, Origin.VENV, here, beside=(Framework.PYTORCH,)),
                self._entry(Path("/gone"), Kind.PLAIN, Origin.ADDED, None, assigned=(Framework.TENSORFLOW,)),
            ),
            is_complete=True,
        )

    def _entry(self, prefix, kind, origin, info, *, assigned=(), beside=()):
        python = prefix / "bin/python"
        gone = Obstacle(f"There is no Python at {python}.", "Forget it.")
        return Entry(
            installation=Installation(python, kind, prefix),
            origin=origin,
            info=info,
            is_own=False,
            is_probed=False,
            is_allowed=info is not None,
            assigned=assigned,
            beside=beside,
            contenders=tuple(
                judge(Contender(framework, Mode.EAGER, str(python)), info or gone, "cpu")
                for framework in (Framework.PYTORCH, Framework.TENSORFLOW)
            ),
        )

    def refusal(self, _settings, _interpreter):
        return None


def parse(text: str, _settings=None) -> Contender:
    """Contenders as users write them."""
    name, _, named = text.partition("@")
    framework, _, mode = name.partition(":")
    if framework not in list(Framework):
        raise UsageError(f"{framework!r} is no framework.", "Did you mean pytorch?")
    return Contender(Framework(framework), Mode(mode), named or PYTHON, named)


def every(_settings=None) -> tuple[Contender, ...]:
    return tuple(Contender(framework, mode, PYTHON) for framework, modes in MODES.items() for mode in modes)


def parts(engine: Engine | None = None, **changes) -> Parts:
    """Parts on a machine without a GPU where only PyTorch and TensorFlow are installed."""
    here = (Framework.PYTORCH, Framework.TENSORFLOW)

    def survey(contenders, _device, _settings):
        return tuple(available(one) if one.framework in here else missing(one) for one in contenders)

    def resolve_device(text):
        if text == "cpu":
            return text
        raise UsageError(f"{text!r} is no device.", "Write cpu.")

    def open_engine(_paths):
        assert engine is not None, "this command must not measure"
        return engine

    fields = {
        "open_engine": open_engine,
        "estimate_s": lambda plan: 10.0 * plan.block_count,
        "remaining_s": lambda record: 60.0 if record.finished_utc is None else 0.0,
        "describe_machine": lambda: {"os": "Linux", "gpu_count": None, "gpu_count_unavailable": "no driver"},
        "default_threads": lambda: 3,
        "gpus": lambda: (),
        "gpu_unavailable_reason": lambda: "not available: no NVIDIA driver was found",
        "driver_version": lambda: None,
        "resolve_device": resolve_device,
        "precision_obstacle": Precision.obstacle_on,
        "load_settings": lambda _path: (SETTINGS, ()),
        "parse_contender": parse,
        "all_contenders": every,
        "survey": survey,
        "interpreters": Lookout(),
        "choose_device": lambda _surveyed, gpu: SimpleNamespace(
            device=f"cuda:{gpu}" if gpu else "cpu", why="Because."
        ),
        "architectures": lambda: ("mlp", "cnn"),
        "default_batch": lambda _architecture, size: {"tiny": 8, "small": 128, "base": 256}[size],
        "read_snapshot": lambda _path: None,
        "recover": lambda _paths: SimpleNamespace(recovered=(), left_alone=()),
        "memory_budget_bytes": lambda: 8 << 30,
        "who_measures": lambda _paths: "",
        "open_library": Library,
        "continuation_obstacle": obstacle,
        "known_margin": lambda _paths, _device, preset: Margin(0.02, f"known for {preset}"),
        "save_calibration": lambda _path, _device, _calibration: None,
    }
    return Parts(**(fields | changes))
