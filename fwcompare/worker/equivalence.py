"""Same maths before any timing: a contender's results against the float64 reference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Iterable, List, NamedTuple, Optional, Tuple

import numpy as np

if TYPE_CHECKING:
    from .adapters import Program
    from .inputs import Inputs

OUTPUT_LIMIT = 1e-4
LOSS_LIMIT = 1e-4
PARAMETER_CHANGE_LIMIT = 1e-3

LOSSES_AFTER = (1, 5)
"""The losses that are checked, by the number of steps before them."""


class Check(NamedTuple):
    """One quantity of a contender compared with the reference.

    Attributes:
        quantity: "output", "loss_after_1", "loss_after_5" or "parameter_change".
        relative_error: 2-norm of the difference over that of the reference; None if there is none
            (see `relative_error`).
        limit: Largest relative error that passes.
        passed: True if there is a relative error and it is within the limit.
    """

    quantity: str
    relative_error: Optional[float]
    limit: float
    passed: bool


def check(program: Program, inputs: Inputs, task: str) -> List[Check]:
    """Run the program from its initial weights, and compare; afterwards they are back in place.

    Args:
        program: Has been called before: what it compiles is compiled, and a training step has moved it.
        inputs: What the program was built with, and the reference results.
        task: "inference" or "training".
    """
    program.reset_parameters()
    checks = _check_training(program, inputs) if task == "training" else [_check_output(program, inputs)]
    program.reset_parameters()
    return checks


def relative_error(pairs: Iterable[Tuple[np.ndarray, np.ndarray]]) -> Optional[float]:
    """2-norm of all differences over that of all references, from pairs (value, reference).

    Returns:
        None if a value is not finite, or has another shape than its reference, or if all references
        are 0: nothing is relative to that.
    """
    difference = norm = 0.0
    for value, reference in pairs:
        if value.shape != reference.shape:
            return None
        exact = reference.astype(np.float64).ravel()
        norm += float(exact @ exact)
        exact -= value.ravel()
        difference += float(exact @ exact)
    return math.sqrt(difference / norm) if norm and math.isfinite(difference) else None


def _judged(quantity: str, error: Optional[float], limit: float) -> Check:
    return Check(quantity, error, limit, error is not None and error <= limit)


def _check_output(program: Program, inputs: Inputs) -> Check:
    """The reference covers the first examples; the batch repeats them in their order."""
    reference = inputs.reference["output"]
    expected = np.resize(reference, (len(inputs.x), *reference.shape[1:]))
    output = program.output(program.iterate())
    return _judged("output", relative_error([(output, expected)]), OUTPUT_LIMIT)


def _check_training(program: Program, inputs: Inputs) -> List[Check]:
    """A step returns the loss before its update, so the loss after n steps is that of step n + 1."""
    losses = [program.loss(program.iterate())]
    change = _parameter_change(program, inputs)
    losses += [program.loss(program.iterate()) for _ in range(max(LOSSES_AFTER))]
    checks = []
    for steps in LOSSES_AFTER:
        quantity = f"loss_after_{steps}"
        error = relative_error([(np.array([losses[steps]]), inputs.reference[quantity])])
        checks.append(_judged(quantity, error, LOSS_LIMIT))
    return [*checks, _judged("parameter_change", change, PARAMETER_CHANGE_LIMIT)]


def _parameter_change(program: Program, inputs: Inputs) -> Optional[float]:
    """One parameter at a time: the largest model has 85 million weights."""
    reference = inputs.reference["parameter_change"]
    ends = np.cumsum([parameter.size for parameter in inputs.parameters])
    changes = (after - before for after, before in zip(program.read_parameters(), inputs.parameters))
    return relative_error(
        (change.ravel(), part) for change, part in zip(changes, np.split(reference, ends[:-1]))
    )
