"""The controller with a mock view and engine: what it asks of whom, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from PySide6.QtCore import QObject, Signal

from fwcompare.domain.contender import Framework
from fwcompare.domain.plan import PresetName, self_test
from fwcompare.errors import FwcompareError, InterpreterError, MachineBusyError
from fwcompare.execution.engine import Engine
from fwcompare.execution.machine import describe_machine
from fwcompare.interpreters.overview import real_interpreters
from fwcompare.interpreters.settings import Settings, assign, save_settings
from fwcompare.paths import paths_in
from fwcompare.stats.comparison import compare
from tests.runs import BASELINE, CONTENDER, WORKLOAD, block, plan, record, view_of
from tests.ui.profiler.forms import EAGER, MISSING, OPTIONS, SURVEYED
from tests.ui.profiler.replays import long_run
from ui.bridge import Background
from ui.profiler.analysis import analyse
from ui.profiler.controller import ProfilerController, Services, form_options, real_services
from ui.profiler.panel import ProfilerPanel
from ui.profiler.planning import LOOKING

SELF_TEST = self_test(BASELINE, WORKLOAD, PresetName.STANDARD, threads=1)


class PanelSignals(QObject):
    """Real signals for the mock of the panel."""

    run_requested = Signal(object)
    cancel_requested = Signal()
    device_chosen = Signal(str)
    analysis_wanted = Signal(object)


class LiveSignals(QObject):
    view_changed = Signal(object)


class Later:
    """A background whose work is done when the test says so."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable, Callable, Callable]] = []

    def submit(self, work: Callable, on_done: Callable, on_error: Callable) -> None:
        self._waiting.append((work, on_done, on_error))

    def do_all(self) -> int:
        done = 0
        while self._waiting:
            work, on_done, on_error = self._waiting.pop(0)
            done += 1
            try:
                result = work()
            except FwcompareError as error:
                on_error(error)
            else:
                on_done(result)
        return done


class Parts:
    """Everything around the controller."""

    def __init__(self, folder: Path) -> None:
        self.signals, self.live = PanelSignals(), LiveSignals()
        self.panel = create_autospec(ProfilerPanel, instance=True)
        for name in (
            "run_requested",
            "cancel_requested",
            "device_chosen",
            "analysis_wanted",
        ):
            setattr(self.panel, name, getattr(self.signals, name))
        self.engine = create_autospec(Engine, instance=True)
        self.background = Later()
        self.services = create_autospec(real_services(real_interpreters(), paths_in(folder)), instance=True)
        self.services.load_settings.return_value = (Settings(), ())
        self.services.options.return_value = OPTIONS
        self.services.contenders.return_value = (EAGER.contender,)
        self.services.survey.return_value = SURVEYED
        self.services.analyse.side_effect = analyse
        self.path = folder / "settings.json"
        self.controller = ProfilerController(
            self.panel, self.engine, self.live, self.background, self.path, self.services
        )
        self.errors: list[FwcompareError] = []
        self.controller.error_raised.connect(self.errors.append)


@pytest.fixture
def parts(qapp, tmp_path: Path) -> Parts:
    return Parts(tmp_path)


def test_it_looks_for_what_there_is_in_the_background(parts: Parts) -> None:
    parts.controller.start()
    parts.panel.set_availability.assert_not_called()
    parts.services.survey.assert_not_called()

    assert parts.background.do_all() == 2

    parts.panel.set_options.assert_called_once_with(OPTIONS)
    parts.panel.set_availability.assert_called_once_with(SURVEYED)
    parts.services.survey.assert_called_once_with((EAGER.contender,), "cpu", Settings())


def test_another_device_is_surveyed_anew(parts: Parts) -> None:
    parts.signals.device_chosen.emit("cuda:GPU-1")
    parts.background.do_all()

    parts.services.survey.assert_called_once_with((EAGER.contender,), "cuda:GPU-1", Settings())


def test_settings_that_can_not_be_used_are_told_once(parts: Parts) -> None:
    parts.services.load_settings.return_value = (Settings(), ("The settings are odd.",))
    parts.controller.look_again()
    parts.background.do_all()

    assert [error.message for error in parts.errors] == ["The settings are odd."]


def test_a_plan_goes_to_the_engine(parts: Parts, qtbot) -> None:
    wanted = plan()

    with qtbot.waitSignal(parts.controller.run_started):
        parts.signals.run_requested.emit(wanted)
    parts.engine.run.assert_called_once_with(wanted, earlier=None)
    parts.signals.cancel_requested.emit()
    parts.engine.cancel.assert_called_once_with()


def test_the_live_view_goes_to_the_panel_and_its_end_is_told(parts: Parts, qtbot) -> None:
    going, ended = view_of(long_run(5, is_running=True)), view_of(long_run(5), finished=True)

    with qtbot.assertNotEmitted(parts.controller.run_finished):
        parts.live.view_changed.emit(going)
    with qtbot.waitSignal(parts.controller.run_finished) as told:
        parts.live.view_changed.emit(ended)

    assert told.args == [ended]
    assert [call.args for call in parts.panel.show_run.call_args_list] == [(going,), (ended,)]
    assert parts.errors == []


def test_an_error_of_the_run_is_raised(parts: Parts) -> None:
    busy = MachineBusyError("Another fwcompare is measuring.", "Wait until it is done.")

    parts.live.view_changed.emit(view_of(record(), finished=True, error=busy))

    assert parts.errors == [busy]


def test_what_fails_in_the_background_is_raised(parts: Parts) -> None:
    parts.services.survey.side_effect = InterpreterError("It can't be asked.")

    parts.controller.look_again()
    parts.background.do_all()

    assert [error.message for error in parts.errors] == ["It can't be asked."]
    parts.panel.set_availability.assert_not_called()


def test_only_the_newest_wish_is_analysed(parts: Parts) -> None:
    first, second = view_of(long_run(5, is_running=True)), view_of(long_run(5, 5))

    parts.signals.analysis_wanted.emit(first)
    parts.signals.analysis_wanted.emit(second)
    parts.background.do_all()

    parts.services.analyse.assert_called_once_with(second)
    (shown,) = parts.panel.show_analysis.call_args.args
    assert shown.key == analyse(second).key


def test_the_first_contender_that_can_run_is_to_be_compared_with_itself(parts: Parts, qtbot) -> None:
    parts.controller.start()
    parts.background.do_all()

    with qtbot.waitSignal(parts.controller.check_planned) as planned:
        parts.controller.check_machine()

    parts.engine.run.assert_not_called()
    (asked,) = planned.args
    assert asked.is_self_test
    assert asked.contenders[0] == EAGER.contender
    assert asked.workloads[0].id == "mlp/inference/small/b32/float32/cpu"


def test_nothing_is_checked_before_it_is_known_what_can_run(parts: Parts) -> None:
    parts.controller.check_machine()

    parts.engine.run.assert_not_called()
    assert [error.message for error in parts.errors] == [LOOKING]


def test_a_finished_check_is_remembered_told_and_taken_into_the_form(parts: Parts, tmp_path: Path) -> None:
    """GIVEN a self-test that ended WHEN its view comes THEN it is kept, and the form has its margin."""
    file = paths_in(tmp_path).calibrations_file
    parts.services.remember.side_effect = real_services(real_interpreters(), paths_in(tmp_path)).remember
    told = []
    parts.controller.checked.connect(lambda *found: told.append(found))
    blocks = [
        block(
            contender,
            number,
            latency_ns + slot * (15_000 if number % 2 else -15_000),
            block=2 * number + slot,
        )
        for number in range(8)
        for slot, (contender, latency_ns) in enumerate(zip(SELF_TEST.contenders, (10**6, 10**6), strict=True))
    ]
    view = view_of(record(*blocks, plan=SELF_TEST, machine=describe_machine()), finished=True)

    parts.live.view_changed.emit(view)
    parts.background.do_all()

    ((found, shown),) = told
    assert shown is view
    assert found.calibration is not None
    assert form_options(file).calibrations["cpu"].contender == "pytorch:eager"
    parts.panel.set_options.assert_called_once_with(OPTIONS)


def measured(*ratios: float, **changes):
    blocks = [
        block(contender, number, round(1_000_000 * factor))
        for number, ratio in enumerate(ratios)
        for contender, factor in ((BASELINE, 1.0), (CONTENDER, ratio))
    ]
    return record(*blocks, machine=describe_machine(), **changes)


@pytest.mark.parametrize(
    ("found", "offers"),
    [
        (measured(1.0, 1.02, 0.99), True),
        (measured(0.5, 0.501, 0.499), False),
        (measured(1.0, 3.0, 0.4), False),
        (measured(1.0, 1.04, 0.98, cancelled=True), False),
    ],
    ids=["can't tell yet", "settled", "hopeless", "cancelled"],
)
def test_rounds_are_offered_where_they_help(parts: Parts, found, offers: bool) -> None:
    offered = []
    parts.controller.rounds_offered.connect(lambda rounds, _record: offered.append(rounds))

    parts.live.view_changed.emit(view_of(found, finished=True))
    parts.background.do_all()

    assert offered == ([compare(found)[0].more_rounds] if offers else [])


def test_rounds_are_added_if_nothing_has_changed(parts: Parts) -> None:
    found = measured(1.0, 1.02, 0.99)
    parts.services.survey.return_value = (EAGER,)

    parts.controller.add_rounds(found, 4)
    parts.background.do_all()

    (asked,) = parts.engine.run.call_args.args
    assert asked == replace(found.plan, effort=replace(found.plan.effort, rounds=7))
    assert parts.engine.run.call_args.kwargs == {"earlier": found}


def test_rounds_that_would_not_fit_are_not_added(parts: Parts) -> None:
    parts.services.survey.return_value = (MISSING,)
    refused = []
    parts.controller.rounds_refused.connect(refused.append)

    parts.controller.add_rounds(measured(1.0, 1.02, 0.99), 4)
    parts.background.do_all()

    parts.engine.run.assert_not_called()
    assert "can't run here any more" in refused[0].message
    assert parts.errors == []


def test_a_comparison_of_two_says_nothing_of_the_machine(parts: Parts) -> None:
    parts.live.view_changed.emit(view_of(long_run(1), finished=True))
    parts.background.do_all()

    parts.services.remember.assert_not_called()


@pytest.fixture
def background(qapp) -> Iterator[Background]:
    thread = Background()
    yield thread
    thread.close()


def test_the_real_services_find_this_machine(parts: Parts, background, qtbot, tmp_path: Path) -> None:
    """GIVEN settings that assign a Python WHEN it looks THEN the contenders are surveyed, in that one and this."""
    services = real_services(real_interpreters(), paths_in(tmp_path))
    assert isinstance(services, Services)
    path = tmp_path / "settings.json"
    save_settings(assign(Settings(), Framework.PYTORCH, "/no/such/python"), path)
    controller = ProfilerController(parts.panel, parts.engine, parts.live, background, path, services)

    with qtbot.waitSignal(controller.surveyed, timeout=120_000) as told:
        controller.look_again()

    by_framework = {one.contender.framework: one for one in told.args[0]}
    assert not by_framework[Framework.PYTORCH].available
    assert "/no/such/python" in by_framework[Framework.PYTORCH].reason
    assert by_framework[Framework.TENSORFLOW].versions["python"].startswith("3.")


def test_the_options_of_this_machine_are_sound(tmp_path: Path) -> None:
    options = form_options(tmp_path / "calibrations.json")

    assert {"mlp", "cnn"} <= set(options.architectures)
    assert all(batch >= 1 for batch in options.default_batches.values())
    assert 1 <= options.default_threads <= options.max_threads
    assert bool(options.gpus) != bool(options.gpu_reason)


def test_rounds_are_not_added_to_what_runs_by_then(parts: Parts) -> None:
    refused = []
    parts.controller.rounds_refused.connect(refused.append)
    parts.services.survey.return_value = (EAGER,)

    parts.controller.add_rounds(measured(1.0, 1.02, 0.99), 4)
    parts.signals.run_requested.emit(plan())
    parts.background.do_all()

    parts.engine.run.assert_called_once_with(plan(), earlier=None)
    assert [error.message for error in refused] == ["Another comparison is running."]

    parts.live.view_changed.emit(view_of(record(), finished=True))
    parts.controller.add_rounds(measured(1.0, 1.02, 0.99), 4)
    parts.background.do_all()
    assert parts.engine.run.call_count == 2


def test_a_number_is_suggested_in_the_background(parts: Parts) -> None:
    found, told = view_of(measured(1.0, 1.02, 0.99), finished=True), []
    parts.controller.rounds_suggested.connect(lambda *told_: told.append(told_))

    parts.controller.suggest_rounds(found)
    assert told == []
    parts.background.do_all()

    ((suggestion, of),) = told
    assert of is found
    assert suggestion.rounds == compare(found.record)[0].more_rounds
