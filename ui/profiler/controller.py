"""Between the profiler's panel and everything that reads, starts or measures something."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from fwcompare.domain.contender import Contender, Framework
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Size
from fwcompare.errors import UsageError
from fwcompare.execution.devices import Gpu, gpu_unavailable_reason, gpus
from fwcompare.execution.machine import available_physical_cores, default_threads
from fwcompare.execution.view import RunView
from fwcompare.interpreters.availability import CPU, Availability, survey
from fwcompare.interpreters.naming import all_contenders, own_interpreter
from fwcompare.interpreters.probe import Prober
from fwcompare.interpreters.settings import Settings, assign, load_settings, save_settings
from fwcompare.worker.workloads import architectures, default_batch
from ui.bridge import Background, LiveView
from ui.profiler.analysis import Analysis, analyse, analysis_key
from ui.profiler.panel import ProfilerPanel
from ui.profiler.planning import AUTO, FormOptions


class Runner(Protocol):
    """What the controller asks of the engine; neither call waits."""

    def run(self, plan: Plan, out: Path | None = None) -> None:
        """Begin a comparison."""

    def cancel(self) -> None:
        """Stop the running comparison."""


@dataclass(frozen=True, slots=True)
class Services:
    """What is done in the background; each may read files, start processes or ask a driver."""

    load_settings: Callable[[Path], tuple[Settings, tuple[str, ...]]]
    save_settings: Callable[[Settings, Path], None]
    assign: Callable[[Settings, Framework, str], Settings]
    options: Callable[[], FormOptions]
    contenders: Callable[[Settings], tuple[Contender, ...]]
    survey: Callable[[Iterable[Contender], str], tuple[Availability, ...]]
    analyse: Callable[[RunRecord], Analysis]


def real_services() -> Services:
    """The services of the product."""
    own, prober = own_interpreter(), Prober(os.environ)
    return Services(
        load_settings=load_settings,
        save_settings=save_settings,
        assign=assign,
        options=form_options,
        contenders=lambda settings: all_contenders(settings, own),
        survey=lambda contenders, device: survey(contenders, prober, device),
        analyse=analyse,
    )


def form_options() -> FormOptions:
    """What there is to choose from on this machine."""
    found: tuple[Gpu, ...] = gpus()
    batches: Mapping[tuple[str, str], int] = {
        (name, str(size)): default_batch(name, size) for name in architectures() for size in Size
    }
    return FormOptions(
        architectures=architectures(),
        default_batches=batches,
        gpus=found,
        gpu_reason=gpu_unavailable_reason() or "",
        default_threads=default_threads(),
        max_threads=available_physical_cores(),
    )


class ProfilerController(QObject):
    """Surveys what can run, starts and cancels comparisons, and has their results analysed.

    Args:
        panel: What the user sees.
        engine: What measures.
        live: Where the views of the running comparison come from.
        background: Where everything slow is done.
        settings_path: The user's settings.
        services: What is done there.

    Signals:
        error_raised: A `FwcompareError` that the user should see.
        run_started: A comparison was handed to the engine.
        run_finished: Its last `RunView`.
        surveyed: The availability of all contenders, whenever it was looked for.
    """

    error_raised = Signal(object)
    run_started = Signal()
    run_finished = Signal(object)
    surveyed = Signal(object)

    def __init__(  # noqa: PLR0917 - the parts that it joins
        self,
        panel: ProfilerPanel,
        engine: Runner,
        live: LiveView,
        background: Background,
        settings_path: Path,
        services: Services | None = None,
    ) -> None:
        super().__init__()
        self._panel, self._engine, self._background = panel, engine, background
        self._settings_path = settings_path
        self._services = services or real_services()
        self._device = AUTO
        self._problems: tuple[str, ...] = ()
        self._awaited: tuple[str, int, bool] | None = None
        live.view_changed.connect(self.show_live_view)
        panel.run_requested.connect(self.run)
        panel.cancel_requested.connect(engine.cancel)
        panel.assign_interpreter_requested.connect(self.assign_interpreter)
        panel.device_chosen.connect(self._choose_device)
        panel.analysis_wanted.connect(self._analyse)

    def start(self) -> None:
        """Look for what there is to choose from, and for what can run."""
        self._background.submit(self._services.options, self._panel.set_options, self.error_raised.emit)
        self.look_again()

    def look_again(self) -> None:
        """Look once more for what can run here."""
        self._submit_survey(self._settings)

    def run(self, plan: Plan) -> None:
        """Begin a comparison."""
        self._engine.run(plan)
        self.run_started.emit()

    def show_live_view(self, view: RunView) -> None:
        """Take in the newest view of the running comparison."""
        self._panel.show_run(view)
        if view.finished:
            if view.error is not None:
                self.error_raised.emit(view.error)
            self.run_finished.emit(view)

    def assign_interpreter(self, framework: Framework, path: str) -> None:
        """Keep in the settings that this framework runs in that Python, and look again."""

        def keep() -> Settings:
            settings = self._services.assign(self._settings(), framework, path)
            self._services.save_settings(settings, self._settings_path)
            return settings

        self._submit_survey(keep)

    def _settings(self) -> Settings:
        settings, problems = self._services.load_settings(self._settings_path)
        self._problems = problems
        return settings

    def _submit_survey(self, read_settings: Callable[[], Settings]) -> None:
        device = CPU if self._device == AUTO else self._device

        def look() -> tuple[Availability, ...]:
            return self._services.survey(self._services.contenders(read_settings()), device)

        self._background.submit(look, self._show_survey, self.error_raised.emit)

    def _show_survey(self, surveyed: tuple[Availability, ...]) -> None:
        self._panel.set_availability(surveyed)
        problems, self._problems = self._problems, ()
        for sentence in problems:
            self.error_raised.emit(UsageError(sentence))
        self.surveyed.emit(surveyed)

    def _choose_device(self, device: str) -> None:
        self._device = device
        self.look_again()

    def _analyse(self, record: RunRecord) -> None:
        """Analyse a run, unless a newer wish came before its turn."""
        key = analysis_key(record)
        self._awaited = key

        def work() -> Analysis | None:
            return self._services.analyse(record) if self._awaited == key else None

        self._background.submit(work, self._show_analysis, self.error_raised.emit)

    def _show_analysis(self, analysis: Analysis | None) -> None:
        if analysis is not None:
            self._panel.show_analysis(analysis)
