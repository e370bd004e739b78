"""The controller with a mock view and engine: what it asks of whom, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from PySide6.QtCore import QObject, Signal

from fwcompare.domain.contender import Framework
from fwcompare.errors import FwcompareError, InterpreterError, MachineBusyError
from fwcompare.execution.engine import Engine
from fwcompare.execution.view import RunView
from fwcompare.interpreters.settings import Settings, load_settings
from tests.runs import plan, record
from tests.ui.profiler.forms import EAGER, OPTIONS, SURVEYED
from tests.ui.profiler.replays import long_run
from ui.bridge import Background
from ui.profiler.analysis import analyse
from ui.profiler.controller import ProfilerController, Services, form_options, real_services
from ui.profiler.panel import ProfilerPanel


class PanelSignals(QObject):
    """Real signals for the mock of the panel."""

    run_requested = Signal(object)
    cancel_requested = Signal()
    assign_interpreter_requested = Signal(object, str)
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
            "assign_interpreter_requested",
            "device_chosen",
            "analysis_wanted",
        ):
            setattr(self.panel, name, getattr(self.signals, name))
        self.engine = create_autospec(Engine, instance=True)
        self.background = Later()
        self.services = create_autospec(real_services(), instance=True)
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
    parts.services.survey.assert_called_once_with((EAGER.contender,), "cpu")


def test_another_device_is_surveyed_anew(parts: Parts) -> None:
    parts.signals.device_chosen.emit("cuda:GPU-1")
    parts.background.do_all()

    parts.services.survey.assert_called_once_with((EAGER.contender,), "cuda:GPU-1")


def test_settings_that_can_not_be_used_are_told_once(parts: Parts) -> None:
    parts.services.load_settings.return_value = (Settings(), ("The settings are odd.",))
    parts.controller.look_again()
    parts.background.do_all()

    assert [error.message for error in parts.errors] == ["The settings are odd."]


def test_a_plan_goes_to_the_engine(parts: Parts, qtbot) -> None:
    wanted = plan()

    with qtbot.waitSignal(parts.controller.run_started):
        parts.signals.run_requested.emit(wanted)
    parts.engine.run.assert_called_once_with(wanted)
    parts.signals.cancel_requested.emit()
    parts.engine.cancel.assert_called_once_with()


def test_the_live_view_goes_to_the_panel_and_its_end_is_told(parts: Parts, qtbot) -> None:
    going, ended = RunView(long_run(5, is_running=True)), RunView(long_run(5), finished=True)

    with qtbot.assertNotEmitted(parts.controller.run_finished):
        parts.live.view_changed.emit(going)
    with qtbot.waitSignal(parts.controller.run_finished) as told:
        parts.live.view_changed.emit(ended)

    assert told.args == [ended]
    assert [call.args for call in parts.panel.show_run.call_args_list] == [(going,), (ended,)]
    assert parts.errors == []


def test_an_error_of_the_run_is_raised(parts: Parts) -> None:
    busy = MachineBusyError("Another fwcompare is measuring.", "Wait until it is done.")

    parts.live.view_changed.emit(RunView(record(), finished=True, error=busy))

    assert parts.errors == [busy]


def test_an_interpreter_is_kept_in_the_settings_and_looked_at(parts: Parts) -> None:
    parts.services.assign.return_value = assigned = Settings(interpreters={Framework.PYTORCH: "/opt/python"})

    parts.signals.assign_interpreter_requested.emit(Framework.PYTORCH, "/opt/python")
    parts.services.save_settings.assert_not_called()
    parts.background.do_all()

    parts.services.assign.assert_called_once_with(Settings(), Framework.PYTORCH, "/opt/python")
    parts.services.save_settings.assert_called_once_with(assigned, parts.path)
    parts.services.contenders.assert_called_once_with(assigned)
    parts.panel.set_availability.assert_called_once_with(SURVEYED)


def test_what_fails_in_the_background_is_raised(parts: Parts) -> None:
    parts.services.save_settings.side_effect = InterpreterError("It can't be kept.")

    parts.signals.assign_interpreter_requested.emit(Framework.PYTORCH, "/opt/python")
    parts.background.do_all()

    assert [error.message for error in parts.errors] == ["It can't be kept."]
    parts.panel.set_availability.assert_not_called()


def test_only_the_newest_wish_is_analysed(parts: Parts) -> None:
    first, second = long_run(5, is_running=True), long_run(5, 5)

    parts.signals.analysis_wanted.emit(first)
    parts.signals.analysis_wanted.emit(second)
    parts.background.do_all()

    parts.services.analyse.assert_called_once_with(second)
    (shown,) = parts.panel.show_analysis.call_args.args
    assert shown.key == analyse(second).key


@pytest.fixture
def background(qapp) -> Iterator[Background]:
    thread = Background()
    yield thread
    thread.close()


def test_the_real_services_find_this_machine(parts: Parts, background, qtbot, tmp_path: Path) -> None:
    """GIVEN the real services WHEN it starts THEN the contenders of this Python are surveyed and assigned."""
    services = real_services()
    assert isinstance(services, Services)
    controller = ProfilerController(
        parts.panel, parts.engine, parts.live, background, tmp_path / "settings.json", services
    )

    with qtbot.waitSignal(controller.surveyed, timeout=120_000) as told:
        controller.assign_interpreter(Framework.PYTORCH, "/no/such/python")

    by_framework = {one.contender.framework: one for one in told.args[0]}
    assert not by_framework[Framework.PYTORCH].available
    assert by_framework[Framework.PYTORCH].reason
    settings, problems = load_settings(tmp_path / "settings.json")
    assert settings.interpreters[Framework.PYTORCH].startswith("/no/such/python")
    assert not problems


def test_the_options_of_this_machine_are_sound() -> None:
    options = form_options()

    assert {"mlp", "cnn"} <= set(options.architectures)
    assert all(batch >= 1 for batch in options.default_batches.values())
    assert 1 <= options.default_threads <= options.max_threads
    assert bool(options.gpus) != bool(options.gpu_reason)
