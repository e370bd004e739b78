"""What starts cost, apart for empty and warm compile caches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fwcompare.domain.events import CompileCache
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import PhaseRecord
from fwcompare.stats.starts import PHASES, PROCESS, TOTAL, Duration, Start, starts_of, too_few_starts
from tests import runs

MS = 10**6
EVERY = (Phase.SPAWN, Phase.IMPORT, Phase.DEVICE_INIT, Phase.BUILD, Phase.COMPILE, Phase.FIRST_CALL)
ONE = runs.plan(contenders=(runs.BASELINE,))


def block(number: int, took_ms: int, *names: Phase, cache=CompileCache.COLD, **changes):
    phases = {name: PhaseRecord(0, took_ms * MS) for name in names or EVERY}
    return runs.block(runs.BASELINE, number, 10, block=number, phases=phases, compile_cache=cache, **changes)


def starts(*blocks) -> tuple[Start, ...]:
    return starts_of(runs.record(*blocks, plan=ONE))


def test_cold_and_warm_starts_are_apart_and_the_total_is_until_the_first_answer() -> None:
    cold, warm = starts(block(0, 5), block(1, 2, cache=CompileCache.WARM), block(2, 7))

    assert (cold.compile_cache, cold.blocks) == (CompileCache.COLD, 2)
    assert (warm.compile_cache, warm.blocks) == (CompileCache.WARM, 1)
    assert [cold.durations[name].median_ns for name in PHASES] == [6 * MS] * 4
    assert cold.durations[TOTAL].median_ns == 6 * 6 * MS
    assert warm.durations[TOTAL] == Duration(12 * MS, None, None)
    assert cold.unavailable == {}


def test_the_interval_of_the_median_is_between_blocks_from_six_on() -> None:
    """Six independent values: their extremes enclose the median with 1 − 2 / 2⁶ = 96.9 %."""
    (five,) = starts(*(block(number, 10 + number) for number in range(5)))
    (six,) = starts(*(block(number, 10 + number) for number in range(6)))

    assert five.durations[Phase.IMPORT] == Duration(12 * MS, None, None)
    assert six.durations[Phase.IMPORT] == Duration(12.5 * MS, 10 * MS, 15 * MS)
    assert too_few_starts(5) == "n too small: an interval needs 6 starts, has 5"


@given(st.lists(st.integers(1, 1000), min_size=6, max_size=40, unique=True))
def test_the_interval_is_that_of_the_binomial_distribution(values) -> None:
    (found,) = starts(*(block(number, value) for number, value in enumerate(values)))
    ordered = np.sort(np.array(values)) * MS
    low, high = (int(np.searchsorted(ordered, end)) + 1 for end in
                 (found.durations[Phase.BUILD].low_ns, found.durations[Phase.BUILD].high_ns))  # fmt: skip

    assert stats.binom.cdf(high - 1, len(values), 0.5) - stats.binom.cdf(low - 1, len(values), 0.5) >= 0.95
    assert stats.binom.cdf(low - 1, len(values), 0.5) <= 0.025 < stats.binom.cdf(low, len(values), 0.5)


def test_what_no_block_finished_says_why() -> None:
    eager = [phase for phase in EVERY if phase is not Phase.COMPILE]
    (plain,) = starts(block(0, 5, *eager))
    (dead,) = starts(
        replace(
            block(0, 5, Phase.SPAWN),
            phases={Phase.SPAWN: PhaseRecord(0, 5), Phase.IMPORT: PhaseRecord(5)},
            outcome=Outcome.CRASHED,
        )
    )

    assert plain.durations[Phase.COMPILE] is None
    assert plain.unavailable == {"compile": "nothing is compiled in this mode"}
    assert plain.durations[TOTAL].median_ns == 25 * MS
    assert plain.durations[PROCESS].median_ns == 10 * MS
    assert set(dead.unavailable) == {*(phase.value for phase in PHASES), PROCESS, TOTAL}
    assert set(dead.unavailable.values()) == {"no worker got so far"}


def test_blocks_that_still_run_and_contenders_without_any_are_left_out() -> None:
    assert starts(block(0, 5, outcome=None)) == ()
    assert starts() == ()


def test_a_block_that_failed_later_or_was_run_once_more_has_started_all_the_same() -> None:
    """GIVEN a cold start that was repeated with warm caches THEN it is not lost, as it is the only one."""
    cold, warm = starts(
        block(0, 5),
        block(1, 9, repeats=0, cache=CompileCache.WARM),
        block(2, 3, cache=CompileCache.WARM, outcome=Outcome.CRASHED),
    )

    assert (cold.blocks, cold.durations[TOTAL].median_ns) == (1, 30 * MS)
    assert (warm.blocks, warm.durations[TOTAL].median_ns) == (2, 36 * MS)
