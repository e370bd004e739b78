"""The status bar and what it says."""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord, Series
from fwcompare.errors import FwcompareError
from tests import runs
from ui.theme import Scheme
from ui.widgets import status_texts
from ui.widgets.status_bar import StatusBar
from ui.widgets.status_texts import local_text, noise_of, progress, state_text


def loaded(machine, worker):
    """A block whose resources hold these loads, a second apart."""

    def series(values):
        times = array("q", [10**9 * second for second in range(len(values))])
        return Series((times,), (array("d", values),))

    resources = {"machine_cpu_percent": series(machine), "cpu_percent": series(worker)}
    return runs.block(
        runs.BASELINE, 0, 1000, resources=resources, phases={Phase.MEASURE: PhaseRecord(0, 10**10)}
    )


def record(*blocks):
    """A run on a machine with two cores."""
    return runs.record(*blocks, machine={"logical_cores": 2})


RUNNING = replace(runs.record(runs.block(runs.BASELINE, 0, 1000)), finished_utc=None)


def test_a_quiet_and_a_noisy_machine():
    quiet = noise_of(record(loaded([107.0, 106.0, 105.0], [100.0, 100.0, 100.0])))
    noisy = noise_of(record(loaded([167.0, 168.0, 169.0], [100.0, 100.0, 100.0])))

    assert (quiet.is_quiet, quiet.text) == (True, "Noise: quiet, other load 3 %")
    assert (noisy.is_quiet, noisy.text) == (
        False,
        "Noise: other programs used 34 % of the processors",
    )
    assert "Close other programs" in noisy.explanation


def test_scattered_iterations_are_not_the_machine_s_noise():
    scattered = replace(loaded([100.0], [100.0]), latency=runs.latency(*[1000] * 20, *[1500] * 20))

    assert noise_of(record(scattered)).is_quiet


def test_noise_is_not_known_without_both_loads():
    worker_only = replace(loaded([], []), resources={"cpu_percent": Series()})

    assert noise_of(record(worker_only)) is None
    assert noise_of(record()) is None


def test_the_newest_block_that_has_readings_counts():
    first, second = loaded([190.0], [100.0]), runs.block(runs.CONTENDER, 0, 1000)

    assert not noise_of(record(first, second)).is_quiet


def test_progress_leaves_out_what_will_not_run():
    stopped = {(runs.CONTENDER.id, runs.WORKLOAD.id): Outcome.CRASHED}

    assert progress(RUNNING) == (1, 6)
    assert progress(replace(RUNNING, stopped=stopped)) == (1, 3)
    assert progress(runs.record(runs.block(runs.BASELINE, 0, 1))) == (1, 1)


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (runs.view_of(RUNNING), "Running block 2 of 6 · 0:00 left"),
        (
            runs.view_of(RUNNING, activity="Computing the reference …"),
            "Computing the reference … · 0:00 left",
        ),
        (runs.view_of(replace(RUNNING, cancelled=True)), "Stopping; what was measured is being saved"),
        (
            runs.view_of(RUNNING, finished=True, error=FwcompareError("No.")),
            "Failed · time not known · 1 block",
        ),
    ],
)
def test_the_state_in_words(view, text):
    assert state_text(view) == text


def test_a_finished_run_says_how_it_ended():
    record = runs.record(runs.block(runs.BASELINE, 0, 1), runs.block(runs.CONTENDER, 0, 1))

    assert state_text(runs.view_of(record, finished=True)).startswith("Finished · 2 Jan")
    assert state_text(runs.view_of(replace(record, cancelled=True), finished=True)).startswith("Cancelled · ")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (59.6, "1:00"), (343, "5:43"), (3723, "1:02:03")]
)
def test_remaining_time_as_a_clock(seconds, text):
    assert status_texts.clock_text(seconds) == text


def test_times_are_said_as_one_would():
    at = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
    local = at.astimezone()

    assert local_text(at.isoformat(), at) == f"today {local:%H:%M}"
    assert local_text(at.isoformat(), at.replace(month=7)) == f"4 Mar {local:%H:%M}"
    assert local_text("2024-03-04T12:30:00Z", at) == "4 Mar 2024"
    assert local_text("yesterday") == "yesterday"


@pytest.fixture
def bar(theme, qtbot):
    bar = StatusBar(theme)
    qtbot.addWidget(bar)
    return bar


def test_a_run_shows_its_progress_and_then_how_it_ended(bar):
    bar.show_view(runs.view_of(RUNNING))
    assert not bar._progress.isHidden()
    assert (bar._progress.value(), bar._progress.maximum()) == (1, 6)

    bar.show_view(runs.view_of(runs.record(runs.block(runs.BASELINE, 0, 1)), finished=True))
    assert bar._progress.isHidden()
    assert bar._state.text().startswith("Finished")


def test_the_own_machine_is_named_until_a_run_names_its_own(bar):
    bar.show_machine({"cpu_model": "Mine"})
    assert bar._machine_text.text() == "Mine · no GPU"

    bar.show_view(runs.view_of(replace(RUNNING, machine={"cpu_model": "Mine", "gpu_0_name": "H200"})))
    assert bar._machine_text.text() == "Mine · H200"
    bar.show_view(runs.view_of(replace(RUNNING, machine={"cpu_model": "Yours"})))
    assert bar._machine_text.text() == "Another machine: Yours · no GPU"
    bar.show_view(None)
    assert bar._machine_text.text() == "Mine · no GPU"


def test_the_light_follows_noise_and_theme(bar, theme):
    noisy = replace(RUNNING, machine=record().machine, blocks=(loaded([200.0], [100.0]),))
    bar.show_view(runs.view_of(noisy))
    light = bar._light.pixmap().toImage()
    theme.choose(Scheme.DARK)

    assert bar._noise_text.text() == "Noise: other programs used 50 % of the processors"
    assert bar._light.pixmap().toImage() != light


def test_a_comparison_that_is_over_says_nothing_of_the_noise_now(bar):
    noisy = replace(RUNNING, machine=record().machine, blocks=(loaded([200.0], [100.0]),))
    assert bar._noise_row.isHidden()

    bar.show_view(runs.view_of(noisy))
    assert not bar._noise_row.isHidden()

    bar.show_view(runs.view_of(noisy, finished=True))
    assert bar._noise_row.isHidden()
