"""Lines and bar of a run that goes on."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from fwcompare.cli.progress import STOPPING, Bar, Lines, progress_on
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from tests import runs
from tests.cli.fakes import View

DISTURBED = "disturbed: the middle half of the iterations differs by 50 % of the median"


def console(*, terminal=False):
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=200, markup=False, emoji=False, highlight=False
    )


def text_of(screen) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.file.getvalue())


def left_60(_record):
    return 60.0


def ended(number):
    return runs.block((runs.BASELINE, runs.CONTENDER)[number % 2], number // 2, 1000, 2000, 3000)


def going_on(number):
    return replace(
        ended(number), outcome=None, phases={Phase.IMPORT: PhaseRecord(0, 1), Phase.WARM_UP: PhaseRecord(2)}
    )


def running(*blocks, **changes):
    return View(runs.record(*blocks, finished_utc=None, **changes))


def test_a_terminal_gets_the_bar_and_anything_else_lines():
    assert isinstance(progress_on(console(terminal=True), left_60), Bar)
    assert isinstance(progress_on(console(), left_60), Lines)


def test_each_block_that_ended_gets_one_line_once():
    screen = console()
    with Lines(screen, left_60) as lines:
        lines.show(running(ended(0), going_on(1)))
        lines.show(running(ended(0), going_on(1)))
        lines.show(running(ended(0), replace(ended(1), outcome=Outcome.CRASHED, reason="SIGSEGV [x] :x:")))

    workload = runs.WORKLOAD.id
    assert text_of(screen).splitlines() == [
        f"[1/6] pytorch:eager {workload} round 1: median 2 us of 3; {DISTURBED}; about 60 s left",
        f"[2/6] tensorflow:function {workload} round 1: crashed: SIGSEGV [x] :x:; about 60 s left",
    ]


def test_a_block_that_was_run_once_more_says_why_there_are_more() -> None:
    again = replace(ended(0), block=9, repeats=0)
    lines_on, bar_on = console(), console(terminal=True)
    with Lines(lines_on, left_60) as lines, Bar(bar_on, left_60) as bar:
        for shown in (lines, bar):
            shown.show(running(ended(0)))
            shown.show(running(ended(0), again))
        text = text_of(bar_on)

    first, second = text_of(lines_on).splitlines()
    assert first.startswith("[1/6] ")
    assert second.startswith("[2/7] ")
    assert "round 1 (run once more, so there is one block more): " in second
    assert "1 block run once more  about 60 s left" in text


def test_the_last_line_has_no_time_left():
    screen = console()
    with Lines(screen, lambda _: 0.0) as lines:
        lines.show(View(runs.record(ended(0))))

    assert text_of(screen).endswith(f"median 2 us of 3; {DISTURBED}\n")


def test_what_is_done_between_blocks_is_said_each_time_it_begins():
    screen = console()
    with Lines(screen, left_60) as lines:
        for activity in ("Computing …", "Computing …", "", "Computing …"):
            lines.show(replace(running(), activity=activity))
        lines.stopping()

    assert text_of(screen).splitlines() == ["Computing …", "Computing …", STOPPING]


def test_the_bar_shows_count_remaining_time_and_what_runs():
    screen = console(terminal=True)
    with Bar(screen, left_60) as bar:
        bar.show(running(ended(0), going_on(1)))

        text = text_of(screen)
    assert "1/6" in text
    assert f"about 60 s left  tensorflow:function: warm up, round 1 of {runs.WORKLOAD.id}" in text


def test_a_bar_whose_time_nobody_knows_shows_what_runs_alone():
    screen = console(terminal=True)
    with Bar(screen, lambda _: 0.0) as bar:
        bar.show(running(going_on(0)))

    assert f"pytorch:eager: warm up, round 1 of {runs.WORKLOAD.id}" in text_of(screen)
    assert "left" not in text_of(screen)


def test_without_a_terminal_there_is_no_bar():
    screen = console()
    with Bar(screen, left_60) as bar:
        bar.show(running(going_on(0)))
        bar.stopping()

    assert text_of(screen) == ""


def test_the_bar_shows_what_is_done_between_blocks_and_that_it_stops():
    screen = console(terminal=True)
    with Bar(screen, left_60) as bar:
        bar.show(replace(running(), activity="Computing [1]"))
        bar.stopping()
        bar.show(running(ended(0)))

    text = text_of(screen)
    assert "about 60 s left  Computing [1]" in text
    assert STOPPING in text


def test_a_block_that_has_no_phase_yet_is_spawning():
    screen = console(terminal=True)
    with Bar(screen, left_60) as bar:
        bar.show(running(replace(going_on(0), phases={})))

    assert "pytorch:eager: spawn, round 1" in text_of(screen)
