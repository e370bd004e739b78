"""What the check of the loop sees: another number of turns, in NumPy, against the right results."""

from __future__ import annotations

import numpy as np
import pytest

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import make_arrays
from fwcompare.worker import workloads
from fwcompare.worker.equivalence import LIMITS, relative_error
from fwcompare.worker.workloads.dynamic import reference
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE


@pytest.fixture(scope="module", params=[(Size.TINY, 1), (Size.TINY, 4), (Size.SMALL, 32), (Size.BASE, 2)])
def problem(request):
    """Spec, parameters, x, and the output that is right."""
    size, batch = request.param
    spec = workloads.spec("dynamic", size)
    arrays = make_arrays(Workload("dynamic", Task.INFERENCE, size, batch, "cpu"), 5)
    parameters = [arrays[f"parameter/{kind.name}"] for kind in spec.parameters]
    return spec, parameters, arrays["x"], arrays["reference/output"]


def turns_and_error(problem):
    spec, parameters, x, right = problem
    output, tape = reference.forward(spec, parameters, x)
    return tape.residuals.shape[1], relative_error([(output, right)])


def test_in_float32_it_takes_as_many_turns_and_is_far_below_the_limit(problem):
    spec, parameters, x, _ = problem
    exact = [array.astype(np.float64) for array in parameters]
    _, tape = reference.forward(spec, exact, x.astype(np.float64))

    turns, error = turns_and_error(problem)

    assert turns == tape.residuals.shape[1]
    assert 5 <= turns <= 40 < MAX_TURNS
    assert 0 < error < LIMITS["float32"].output / 50  # 1.3e-6 with the kernels for AVX-512
    assert np.abs(tape.residuals / TOLERANCE - 1).min() > 1e-3


def test_a_turn_fewer_is_above_the_limit(problem, monkeypatch):
    turns, _ = turns_and_error(problem)
    monkeypatch.setattr(reference, "MAX_TURNS", turns - 1)

    fewer, error = turns_and_error(problem)

    assert fewer == turns - 1
    assert error > 2 * LIMITS["float32"].output


def test_a_turn_more_is_above_the_limit(problem, monkeypatch):
    turns, _ = turns_and_error(problem)
    monkeypatch.setattr(reference, "MAX_TURNS", turns + 1)
    monkeypatch.setattr(reference, "TOLERANCE", 0.0)

    more, error = turns_and_error(problem)

    assert more == turns + 1
    assert error > 2 * LIMITS["float32"].output


def test_as_many_turns_as_zeros_take_are_far_above_the_limit(problem, monkeypatch):
    """A capture that keeps the turns of its example keeps those of zeros, which PyTorch's adapter gives it."""
    spec, parameters, x, _ = problem
    _, tape = reference.forward(spec, parameters, np.zeros_like(x))
    monkeypatch.setattr(reference, "MAX_TURNS", tape.residuals.shape[1])

    _, error = turns_and_error(problem)

    assert error > 100 * LIMITS["float32"].output
