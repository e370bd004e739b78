"""The end of the warm-up, by real workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.verdict import Reason
from fwcompare.execution.engine import Engine
from fwcompare.stats.comparison import compare
from tests.integration.plans import EFFORT, finish, plan_of

Child = Callable[[str], str]


def test_a_worker_that_never_settles_is_measured_and_called_unsteady(engine: Engine, child: Child) -> None:
    """GIVEN iterations that grow by 3 % each THEN the limit ends the warm-up, and the verdict says so."""
    effort = replace(EFFORT, max_warm_up_s=0.6)

    record = finish(engine, plan_of(child("numpy_worker"), child("never_settles"), effort=effort)).record

    (block,) = (one for one in record.blocks if one.contender == "pytorch:compile")
    assert (block.outcome, block.steady) == (Outcome.OK, False)
    assert block.phases[Phase.WARM_UP].duration_ns >= 0.6e9
    (found,) = compare(record)
    assert Reason.NO_STEADY_STATE in found.reasons


def test_a_worker_warms_up_for_the_shortest_time_at_least(engine: Engine, child: Child) -> None:
    effort = replace(EFFORT, min_warm_up_s=0.3)

    (block,) = finish(engine, plan_of(child("numpy_worker"), effort=effort)).record.blocks

    assert block.phases[Phase.WARM_UP].duration_ns >= 0.3e9
