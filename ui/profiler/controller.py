"""Between the profiler's panel and everything that reads, starts or measures something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from fwcompare.cli.wording import stopped_early
from fwcompare.domain.contender import Contender
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Size
from fwcompare.errors import UsageError
from fwcompare.execution.continuation import continued, obstacle, rounds_missing
from fwcompare.execution.devices import Gpu, gpu_unavailable_reason, gpus
from fwcompare.execution.machine import available_physical_cores, default_threads, describe_machine
from fwcompare.execution.view import RunView
from fwcompare.interpreters.availability import CPU, Availability
from fwcompare.interpreters.naming import all_contenders, own_interpreter
from fwcompare.interpreters.overview import Interpreters
from fwcompare.interpreters.settings import Settings, load_settings
from fwcompare.paths import DataPaths
from fwcompare.stats.selftest import SelfTest, self_test_of
from fwcompare.storage.calibrations import load_calibrations, save_calibration
from fwcompare.worker.workloads import architectures, default_batch
from ui.bridge import Background, LiveView
from ui.profiler.analysis import Analysis, analyse, analysis_key
from ui.profiler.panel import ProfilerPanel
from ui.profiler.planning import AUTO, FormOptions, Suggestion, rounds_to_add, self_test_plan


class Runner(Protocol):
    """What the controller asks of the engine; neither call waits."""

    def run(self, plan: Plan, out: Path | None = None, earlier: RunRecord | None = None) -> None:
        """Begin a comparison, or add rounds to an earlier one."""

    def cancel(self) -> None:
        """Stop the running comparison."""


@dataclass(frozen=True, slots=True)
class Services:
    """What is done in the background; each may read files, start processes or ask a driver."""

    load_settings: Callable[[Path], tuple[Settings, tuple[str, ...]]]
    options: Callable[[], FormOptions]
    contenders: Callable[[Settings], tuple[Contender, ...]]
    survey: Callable[[Iterable[Contender], str, Settings], tuple[Availability, ...]]
    analyse: Callable[[RunView], Analysis]
    remember: Callable[[RunView], SelfTest]


def real_services(interpreters: Interpreters, paths: DataPaths) -> Services:
    """The services of the product."""
    own = own_interpreter()
    return Services(
        load_settings=load_settings,
        options=lambda: form_options(paths.calibrations_file),
        contenders=lambda settings: all_contenders(settings, own),
        survey=interpreters.survey,
        analyse=analyse,
        remember=lambda view: remember_self_test(view, paths.calibrations_file),
    )


def remember_self_test(view: RunView, calibrations_file: Path) -> SelfTest:
    """Judge a finished self-test and keep what it found out.

    Raises:
        FwcompareError: It can't be kept.
    """
    found = self_test_of(view.record, view.look)
    if found.calibration is not None:
        save_calibration(calibrations_file, view.record.plan.workloads[0].device, found.calibration)
    return found


def form_options(calibrations_file: Path) -> FormOptions:
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
        calibrations=load_calibrations(calibrations_file, describe_machine()),
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
        check_planned: The `Plan` of a self-test that the user asked for, which `run` begins.
        rounds_offered: How many more rounds would settle a `RunView` that has ended, and that view.
        rounds_suggested: A `Suggestion` for the `RunView` for which it was asked for, and that view.
        rounds_refused: A `FwcompareError` that says why rounds can't be added.
        checked: What a self-test that has ended found, and its `RunView`.
        said: What the user should know of a comparison that has ended.
    """

    error_raised = Signal(object)
    run_started = Signal()
    run_finished = Signal(object)
    surveyed = Signal(object)
    check_planned = Signal(object)
    rounds_offered = Signal(int, object)
    rounds_suggested = Signal(object, object)
    rounds_refused = Signal(object)
    checked = Signal(object, object)
    said = Signal(str)

    def __init__(  # noqa: PLR0917 - the parts that it joins
        self,
        panel: ProfilerPanel,
        engine: Runner,
        live: LiveView,
        background: Background,
        settings_path: Path,
        services: Services,
    ) -> None:
        super().__init__()
        self._panel, self._engine, self._background = panel, engine, background
        self._settings_path = settings_path
        self._services = services
        self._device = AUTO
        self._options = FormOptions()
        self._surveyed: tuple[Availability, ...] | None = None
        self._problems: tuple[str, ...] = ()
        self._awaited: tuple[str, int, bool] | None = None
        self._is_running = False
        live.view_changed.connect(self.show_live_view)
        panel.run_requested.connect(self.run)
        panel.cancel_requested.connect(engine.cancel)
        panel.device_chosen.connect(self._choose_device)
        panel.analysis_wanted.connect(self._analyse)

    def start(self) -> None:
        """Look for what there is to choose from, and for what can run."""
        self._look_for_options()
        self.look_again()

    def look_again(self) -> None:
        """Look once more for what can run here."""
        device = CPU if self._device == AUTO else self._device

        def look() -> tuple[Availability, ...]:
            settings, self._problems = self._services.load_settings(self._settings_path)
            return self._services.survey(self._services.contenders(settings), device, settings)

        self._background.submit(look, self._show_survey, self.error_raised.emit)

    def run(self, plan: Plan, earlier: RunRecord | None = None) -> None:
        """Begin a comparison, or go on with an earlier one."""
        self._engine.run(plan, earlier=earlier)
        self._is_running = True
        self.run_started.emit()

    def check_machine(self) -> None:
        """Plan to compare a contender with itself; what that says of the machine is remembered when it is done."""
        plan = self_test_plan(self._device, self._surveyed, self._options)
        if isinstance(plan, str):
            self.error_raised.emit(UsageError(plan))
        else:
            self.check_planned.emit(plan)

    def suggest_rounds(self, view: RunView) -> None:
        """Find out how many rounds should be added to a comparison that has ended."""

        def tell(suggestion: Suggestion) -> None:
            self.rounds_suggested.emit(suggestion, view)

        self._background.submit(lambda: rounds_to_add(view.record, view.look), tell, self.rounds_refused.emit)

    def add_rounds(self, record: RunRecord, rounds: int) -> None:
        """Add so many rounds to a comparison that has ended, if nothing has changed since."""

        def prepare() -> tuple[Plan, RunRecord]:
            plan, earlier = continued(record, rounds)
            settings, _ = self._services.load_settings(self._settings_path)
            surveyed = self._services.survey(plan.contenders, plan.workloads[0].device, settings)
            reason = obstacle(record, surveyed, describe_machine())
            if reason:
                raise UsageError(reason, "Measure it all anew.")
            return plan, earlier

        def begin(prepared: tuple[Plan, RunRecord]) -> None:
            if self._is_running:
                self.rounds_refused.emit(
                    UsageError("Another comparison is running.", "Add them when it has ended.")
                )
            else:
                self.run(*prepared)

        self._background.submit(prepare, begin, self.rounds_refused.emit)

    def show_live_view(self, view: RunView) -> None:
        """Take in the newest view of the running comparison."""
        self._is_running = not view.finished
        self._panel.show_run(view)
        if view.finished:
            if view.error is not None:
                self.error_raised.emit(view.error)
            if view.record.plan.is_self_test and view.record.blocks:
                self._background.submit(
                    lambda: self._services.remember(view),
                    lambda found: self._show_check(found, view),
                    self.error_raised.emit,
                )
            elif not view.record.cancelled:
                self._background.submit(
                    lambda: rounds_missing(view.record, view.look),
                    lambda rounds: self._offer_rounds(rounds, view),
                    self.error_raised.emit,
                )
            for workload, rounds in view.record.precise.items():
                planned = view.record.plan.effort.rounds
                self.said.emit(f"{workload} {stopped_early(rounds, planned)}.")
            self.run_finished.emit(view)

    def _offer_rounds(self, rounds: int | None, view: RunView) -> None:
        if rounds is not None:
            self.rounds_offered.emit(rounds, view)

    def _look_for_options(self) -> None:
        self._background.submit(self._services.options, self._show_options, self.error_raised.emit)

    def _show_options(self, options: FormOptions) -> None:
        self._options = options
        self._panel.set_options(options)

    def _show_check(self, found: SelfTest, view: RunView) -> None:
        self.checked.emit(found, view)
        self._look_for_options()

    def _show_survey(self, surveyed: tuple[Availability, ...]) -> None:
        self._surveyed = surveyed
        self._panel.set_availability(surveyed)
        problems, self._problems = self._problems, ()
        for sentence in problems:
            self.error_raised.emit(UsageError(sentence))
        self.surveyed.emit(surveyed)

    def _choose_device(self, device: str) -> None:
        self._device = device
        self.look_again()

    def _analyse(self, view: RunView) -> None:
        """Analyse a run, unless a newer wish came before its turn."""
        key = analysis_key(view)
        self._awaited = key

        def work() -> Analysis | None:
            return self._services.analyse(view) if self._awaited == key else None

        self._background.submit(work, self._show_analysis, self.error_raised.emit)

    def _show_analysis(self, analysis: Analysis | None) -> None:
        if analysis is not None:
            self._panel.show_analysis(analysis)
