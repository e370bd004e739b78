"""What the details say where a verdict is explained."""

from __future__ import annotations

from fwcompare.stats.explanation import explain
from tests import runs
from ui.comparison.explanation_details import explanations
from ui.comparison.markup import Markup
from ui.theme import LIGHT


def test_an_energy_that_was_not_measured_says_so_and_why() -> None:
    run = runs.record(*(runs.block(who, 0, 1000) for who in (runs.BASELINE, runs.CONTENDER)))

    told = "".join(explanations(explain(run, runs.CONTENDER.id, runs.WORKLOAD.id), Markup(LIGHT)))

    energy = told.partition("How the verdict on energy came about")[2]
    assert "Not measured here: " in energy
    assert "NO_ENERGY" not in energy
