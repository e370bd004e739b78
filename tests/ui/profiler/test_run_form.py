"""The form by mouse and by key: it says what is wrong, and what Run and Cancel can do now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLabel, QLineEdit, QPushButton

from fwcompare.domain.calibration import Calibration
from fwcompare.domain.contender import Framework, Mode
from fwcompare.domain.events import Rung
from fwcompare.domain.plan import Plan, PresetName
from fwcompare.domain.verdict import Verdict
from fwcompare.domain.workload import Precision
from fwcompare.execution.devices import Gpu
from fwcompare.execution.view import RunView
from fwcompare.stats.ratio import MAX_ROUNDS
from tests.runs import view_of
from tests.ui.profiler.forms import CHOSEN_ONLY, COMPILED, EAGER, GPU, MISSING, OPTIONS, SURVEYED, available
from tests.ui.profiler.replays import grown, long_run
from ui.profiler.planning import LOOKING
from ui.profiler.run_form import RunForm
from ui.theme import Scheme
from ui.widgets.popup import corner_below

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def form(qtbot, theme) -> RunForm:
    widget = RunForm(theme)
    qtbot.addWidget(widget)
    widget.resize(1400, 60)
    widget.show()
    widget.set_options(OPTIONS)
    widget.set_availability(SURVEYED)
    return widget


def running(**changes) -> RunView:
    return view_of(grown(long_run(10, is_running=True), **changes))


def test_before_anything_is_known_it_says_that_it_is_looking(qtbot, theme) -> None:
    form = RunForm(theme)
    qtbot.addWidget(form)

    assert form.problem.text() == LOOKING
    assert not form.run_button.isEnabled()
    assert form.run_button.toolTip() == LOOKING


def test_a_run_is_asked_for_as_it_was_put_in(form: RunForm, qtbot) -> None:
    form.preset.setCurrentIndex(form.preset.findData(PresetName.STANDARD))
    form.architecture.setCurrentText("cnn")
    qtbot.keyClicks(form.batch, "16")
    form.options.cool_down.setValue(30)
    form.options.cold.setChecked(True)

    with qtbot.waitSignal(form.run_requested) as asked:
        qtbot.mouseClick(form.run_button, LEFT)

    (plan,) = asked.args
    assert plan.effort.cool_down_s == 30
    assert (plan.effort.rounds, plan.effort.empties_caches, plan.stops_early) == (16, True, False)
    assert form.more.toolTip() == "30 s pauses, cold starts"
    assert isinstance(plan, Plan)
    assert [workload.id for workload in plan.workloads] == ["cnn/inference/small/b16/float32/cpu"]
    assert plan.preset is PresetName.STANDARD
    assert plan.threads == 3


def test_more_options_open_with_the_keyboard_in_them(form: RunForm, qtbot) -> None:
    assert "cool-down" in form.more.toolTip()

    qtbot.mouseClick(form.more, LEFT)

    assert form.options.isVisible()
    assert form.options.focusWidget() is form.options.precision
    form.options.close()


def test_a_precision_that_the_device_lacks_is_explained_in_place(form: RunForm) -> None:
    form.device.setCurrentIndex(form.device.findData("cpu"))
    form.options.precision.setCurrentText("tf32")

    assert form.problem.text().startswith("tf32 is not available on the CPU, because")
    assert not form.run_button.isEnabled()

    form.options.precision.setCurrentText("bfloat16")

    assert form.problem.text() == ""
    assert form.state().precision is Precision.BFLOAT16


def test_enter_in_the_batch_runs(form: RunForm, qtbot) -> None:
    with qtbot.waitSignal(form.run_requested):
        qtbot.keyClick(form.batch, Qt.Key.Key_Return)


def test_the_time_it_takes_is_said_before_the_start(form: RunForm) -> None:
    before = form.effort.text()
    form.preset.setCurrentIndex(form.preset.findData(PresetName.RIGOROUS))

    assert before.startswith("3 rounds, about")
    assert form.effort.text().startswith("15 rounds, about")


def test_a_wrong_batch_is_explained_in_place_and_run_says_why(form: RunForm, qtbot) -> None:
    qtbot.keyClicks(form.batch, "x")

    assert form.problem.isVisible()
    assert "whole number" in form.problem.text()
    assert not form.run_button.isEnabled()
    assert (
        form.run_button.toolTip() == form.run_button.statusTip() == form.run_obstacle == form.problem.text()
    )
    form.batch.clear()
    assert not form.problem.isVisible()
    assert form.run_button.isEnabled()
    assert form.batch.placeholderText() == "32"


def test_while_it_runs_only_cancel_can_be_used(form: RunForm, qtbot) -> None:
    changes: list[str] = []
    form.run_state_changed.connect(lambda: changes.append(form.run_obstacle))
    form.show_run(running())

    assert form.run_obstacle == "A comparison is running; cancel it first."
    assert changes == [form.run_obstacle]
    with qtbot.waitSignal(form.cancel_requested):
        qtbot.mouseClick(form.cancel_button, LEFT)
    assert form.cancel_button.text() == "Cancelling …"
    assert form.cancel_obstacle == "The comparison is being cancelled."


def test_an_older_view_does_not_take_back_the_cancel(form: RunForm) -> None:
    form.show_run(running())
    form.cancel()

    form.show_run(running())

    assert form.cancel_obstacle == "The comparison is being cancelled."


@pytest.mark.parametrize(
    ("rung", "words"), [(Rung.ASKING, "Asking"), (Rung.TERMINATING, "Terminating"), (Rung.KILLING, "Killing")]
)
def test_the_rung_of_stopping_is_shown(form: RunForm, rung: Rung, words: str) -> None:
    form.show_run(running(stopping=rung))

    assert form.status.isVisible()
    assert form.status.text().startswith(words)


def test_what_is_done_between_blocks_is_shown(form: RunForm) -> None:
    form.show_run(replace(running(), activity="Computing the reference …"))

    assert form.status.toolTip() == "Computing the reference …"
    assert form.status.text().startswith("Computing")


def test_afterwards_it_can_be_run_again(form: RunForm) -> None:
    form.show_run(running())
    form.show_run(view_of(long_run(10), finished=True))

    assert form.run_button.text() == "Run again"
    assert form.run_button.isEnabled()
    assert not form.cancel_button.isEnabled()
    assert form.cancel_button.toolTip() == "Nothing is running."


def test_run_and_cancel_do_nothing_where_they_can_not(form: RunForm, qtbot) -> None:
    with qtbot.assertNotEmitted(form.cancel_requested):
        form.cancel()
    form.show_run(running())
    with qtbot.assertNotEmitted(form.run_requested):
        form.run()


def test_the_devices_are_offered_and_a_choice_is_told(form: RunForm, qtbot) -> None:
    assert form.device.toolTip() == OPTIONS.gpu_reason
    form.set_options(replace(OPTIONS, gpus=(GPU,), gpu_reason=""))

    with qtbot.waitSignal(form.device_chosen) as chosen:
        form.device.setCurrentIndex(2)

    assert chosen.args == [f"cuda:{GPU.uuid}"]
    assert form.device.itemText(2) == "GPU 0 · A card"


def test_each_of_several_gpus_can_be_told_from_the_others(form: RunForm) -> None:
    parts = [Gpu(1, f"MIG-{number}2345678-9", "Half a card", 1, (9, 0)) for number in range(2)]

    form.set_options(replace(OPTIONS, gpus=(GPU, *parts), gpu_reason=""))

    assert [form.device.itemText(place) for place in range(2, 5)] == [
        "GPU 0 · A card",
        "GPU 1 · Half a card · MIG-02345678",
        "GPU 1 · Half a card · MIG-12345678",
    ]
    assert form.device.itemData(4) == "cuda:MIG-12345678-9"


def test_options_that_come_again_keep_what_was_chosen(form: RunForm) -> None:
    form.architecture.setCurrentText("cnn")

    form.set_options(OPTIONS)

    assert form.architecture.currentText() == "cnn"


def test_contenders_are_taken_out_and_stay_out(form: RunForm, qtbot) -> None:
    qtbot.mouseClick(form.contenders, LEFT)
    listed = form.contender_list
    assert listed.isVisible()
    assert form.contenders.text() == "2 of 3"
    assert listed.boxes[EAGER.contender.id].hasFocus() or listed.boxes[EAGER.contender.id].isEnabled()

    qtbot.keyClick(listed.boxes[EAGER.contender.id], Qt.Key.Key_Space)
    form.set_availability((*SURVEYED[:2], replace(MISSING, reason="Still not.")))

    assert form.contenders.text() == "1 of 3"
    assert not listed.boxes[EAGER.contender.id].isChecked()
    assert form.state().excluded == {EAGER.contender.id}
    listed.hide()


def test_what_is_no_default_competes_once_it_is_ticked(form: RunForm, qtbot) -> None:
    form.set_availability((*SURVEYED, CHOSEN_ONLY))
    box = form.contender_list.boxes[CHOSEN_ONLY.contender.id]
    assert (box.isEnabled(), box.isChecked(), form.contenders.text()) == (True, False, "2 of 4")

    box.click()
    form.set_availability((replace(EAGER, cuda_obstacle="None."), *SURVEYED[1:], CHOSEN_ONLY))

    assert form.contender_list.boxes[CHOSEN_ONLY.contender.id].isChecked()
    with qtbot.waitSignal(form.run_requested) as told:
        form.run()
    assert CHOSEN_ONLY.contender in told.args[0].contenders


def test_a_task_that_a_contender_can_not_do_takes_it_out_and_says_why(form: RunForm) -> None:
    ahead = available(Framework.PYTORCH, Mode.AOT)
    form.set_availability((*SURVEYED, ahead))
    form.contender_list.boxes[ahead.contender.id].click()
    assert form.contenders.text() == "3 of 4"

    form.task.setCurrentText("training")

    box = form.contender_list.boxes[ahead.contender.id]
    assert (box.isEnabled(), box.isChecked(), form.contenders.text()) == (False, False, "2 of 4")
    assert (
        box.accessibleDescription()
        == "pytorch:aot has no training: AOTInductor compiles the forward pass only."
    )
    form.task.setCurrentText("inference")
    assert form.contender_list.boxes[ahead.contender.id].isChecked()


def test_an_architecture_that_a_contender_can_not_do_takes_it_out_and_says_why(form: RunForm) -> None:
    traced = available(Framework.PYTORCH, Mode.TRACE)
    names = ("mlp", "dynamic")
    form.set_options(
        replace(OPTIONS, architectures=names, default_batches={(name, "small"): 32 for name in names})
    )
    form.set_availability((*SURVEYED, traced))
    form.contender_list.boxes[traced.contender.id].click()

    form.architecture.setCurrentText("dynamic")

    box = form.contender_list.boxes[traced.contender.id]
    assert (box.isEnabled(), box.isChecked()) == (False, False)
    assert (
        box.accessibleDescription()
        == "pytorch:trace has no inference of dynamic: torch.jit.trace keeps the number of turns that its example took."
    )
    form.task.setCurrentText("training")
    assert form.run_obstacle.startswith("dynamic has no training: its number of turns")
    form.architecture.setCurrentText("mlp")
    assert form.contender_list.boxes[traced.contender.id].isChecked()


def test_a_contender_that_can_not_run_says_why_and_what_to_do(form: RunForm) -> None:
    box = form.contender_list.boxes[MISSING.contender.id]
    texts = [label.text() for label in form.contender_list.findChildren(QLabel)]

    assert not box.isEnabled()
    assert box.accessibleDescription() == f"{MISSING.reason} {MISSING.remedy}"
    assert f"{MISSING.reason} {MISSING.remedy}" in texts
    assert form.contender_list.boxes[COMPILED.contender.id].isEnabled()


def test_another_python_is_wanted_for_a_framework(form: RunForm, qtbot) -> None:
    with qtbot.waitSignal(form.interpreters_wanted) as told:
        qtbot.mouseClick(form.contender_list.interpreter_buttons[Framework.TENSORFLOW], LEFT)

    assert told.args == [Framework.TENSORFLOW]
    assert not form.contender_list.isVisible()


def test_every_control_has_a_name_and_the_keyboard_gets_to_it(form: RunForm) -> None:
    controls = [
        control
        for kind in (QComboBox, QAbstractSpinBox, QPushButton)
        for control in form.findChildren(kind)
        if control.isVisible()
    ] + [form.batch]

    assert len(controls) == 10
    for control in controls:
        assert control.accessibleName() or control.text()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    for framework, button in form.contender_list.interpreter_buttons.items():
        assert str(framework) in button.accessibleName()
    assert isinstance(form.batch, QLineEdit)


def test_it_takes_the_colours_of_the_scheme(form: RunForm, theme, qtbot) -> None:
    qtbot.keyClicks(form.batch, "x")
    theme.choose(Scheme.DARK)

    assert theme.tokens.old.text in form.problem.styleSheet()


def checked(detectable: float) -> Calibration:
    """What a self-test found that shows such a difference in each preset, a wider one in quick."""
    shown = dict.fromkeys(PresetName, detectable) | {PresetName.QUICK: 2 * detectable}
    return Calibration("2026-11-23T01:02:03Z", {}, "pytorch:eager", "w", Verdict.INCONCLUSIVE, 0.01, shown)


def test_the_margin_is_filled_in_from_the_check_of_this_machine(form: RunForm, qtbot) -> None:
    margin = form.options.margin
    assert margin.text() == "2.0 %"
    assert "the default, as this machine has not been checked" in margin.toolTip()

    form.set_options(replace(OPTIONS, calibrations={"cpu": checked(0.02)}))

    assert margin.text() == "8.0 %"
    assert "Filled in: 8 %, what this machine can tell apart since 2026-11-23" in margin.toolTip()
    assert form.effort.text().endswith("±8 %")
    form.preset.setCurrentIndex(form.preset.findData(PresetName.STANDARD))
    assert margin.text() == "4.0 %"
    assert "margin" not in form.options.summary


def test_a_margin_that_the_user_chose_stays_and_goes_into_the_plan(form: RunForm, qtbot) -> None:
    form.more.click()
    margin = form.options.margin
    margin.selectAll()
    qtbot.keyClicks(margin, "2.5")
    form.options.close()

    form.set_options(replace(OPTIONS, calibrations={"cpu": checked(0.02)}))
    assert "as you said" in form.effort.toolTip()
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()

    assert asked.args[0].margin == 0.025
    assert form.more.toolTip() == "margin 2.5 %"


def test_rounds_and_seconds_follow_the_preset_until_others_are_chosen(form: RunForm, qtbot) -> None:
    options = form.options
    form.preset.setCurrentIndex(form.preset.findData(PresetName.STANDARD))
    assert (options.rounds.text(), options.block.text(), options.summary) == ("8", "3.0 s", "")

    options.rounds.setValue(6)
    options.block.setValue(0.5)
    form.preset.setCurrentIndex(form.preset.findData(PresetName.RIGOROUS))

    assert form.effort.text().startswith("6 rounds, about ")
    assert options.summary == "6 rounds, 0.5 s a block"
    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    effort = asked.args[0].effort
    assert (effort.rounds, effort.min_measure_s, effort.min_iterations) == (6, 0.5, 100)


def test_threads_are_those_of_the_machine_until_others_are_chosen(form: RunForm) -> None:
    threads = form.options.threads
    assert (threads.text(), form.options.summary) == ("3 of 4", "")

    threads.setValue(2)
    form.set_options(OPTIONS)

    assert (form.state().threads, form.more.toolTip()) == (2, "2 threads")


def test_whoever_names_more_rounds_than_would_be_suggested_gets_them(form: RunForm, qtbot) -> None:
    form.options.rounds.setValue(MAX_ROUNDS + 1)

    with qtbot.waitSignal(form.run_requested) as asked:
        form.run()
    assert asked.args[0].effort.rounds == MAX_ROUNDS + 1


@pytest.mark.parametrize("from_bottom", [300, 60], ids=["room below", "none below"])
def test_a_pop_up_stays_on_the_screen(form: RunForm, from_bottom: int) -> None:
    screen = form.screen().availableGeometry()
    form.move(screen.left(), screen.bottom() - from_bottom)

    for button, popup in ((form.contenders, form.contender_list), (form.more, form.options)):
        button.click()
        place = corner_below(button, popup.size())  # not where the test's platform puts it, 2 pixels beside
        assert screen.contains(QRect(place, popup.size()))
        popup.hide()


def test_in_a_narrow_window_the_form_takes_two_lines_and_nothing_is_cut(form: RunForm, qtbot) -> None:
    controls = (
        form.architecture,
        form.task,
        form.size_box,
        form.batch,
        form.contenders,
        form.device,
        form.preset,
    )

    def lines() -> int:
        tops = {control.mapTo(form, QPoint()).y() for control in controls}
        rights = [control.mapTo(form, control.rect().topRight()).x() for control in controls]
        return len(tops) if max(rights) < form.more.x() else 0

    qtbot.waitUntil(lambda: lines() == 1)
    form.resize(900, 100)
    qtbot.waitUntil(lambda: lines() == 2)
    form.resize(1400, 100)
    qtbot.waitUntil(lambda: lines() == 1)
