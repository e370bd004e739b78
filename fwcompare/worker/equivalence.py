"""Same maths before any timing: a contender's results against the float64 reference."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Iterable, List, NamedTuple, Optional, Tuple

import numpy as np

if TYPE_CHECKING:
    from .adapters import Program
    from .inputs import Inputs


class Limits(NamedTuple):
    """Largest relative errors that pass in one precision, by quantity."""

    output: float
    loss: float
    parameter_change: float


LIMITS = {
    "float32": Limits(output=1e-4, loss=1e-4, parameter_change=1e-3),
    "tf32": Limits(output=1e-2, loss=5e-3, parameter_change=5e-2),
    "bfloat16": Limits(output=5e-2, loss=2e-2, parameter_change=0.2),
    "float16": Limits(output=1e-2, loss=5e-3, parameter_change=5e-2),
}
"""By precision; `docs/method.md` has what they were judged from."""

ROUNDING = {"output": 5e-5, "parameter_change": 1e-4}
"""What a precision below float32 differs by at least: one that differs by less was computed in float32."""

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


def check(program: Program, inputs: Inputs, task: str, precision: str) -> List[Check]:
    """Run the program from its initial weights, and compare; afterwards they are back in place.

    Args:
        program: Has been called before: what it compiles is compiled, and a training step has moved it.
        inputs: What the program was built with, and the reference results.
        task: "inference" or "training".
        precision: A name in `LIMITS`.
    """
    program.reset_parameters()
    run = _check_training if task == "training" else _check_output
    checks = run(program, inputs, LIMITS[precision])
    program.reset_parameters()
    return checks


def too_exact(checks: Iterable[Check], precision: str) -> str:
    """Sentence that says by which result another precision than this one ran; "" if nothing says so.

    Whatever the framework's settings say: rounding to 8 or 11 bits can be seen in the results.
    """
    for one in checks if precision != "float32" else ():
        error, least = one.relative_error, ROUNDING.get(one.quantity)
        if error is not None and least is not None and error < least:
            return (
                f"computed in float32 instead of {precision}: {one.quantity} differs by {error:.1g}, where "
                f"{precision} differs by more than {least:.0e}"
            )
    return ""


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


def _check_output(program: Program, inputs: Inputs, limits: Limits) -> List[Check]:
    """The reference covers the first examples; the batch repeats them in their order."""
    reference = inputs.reference["output"]
    expected = np.resize(reference, (len(inputs.x), *reference.shape[1:]))
    output = program.output(program.iterate())
    return [_judged("output", relative_error([(output, expected)]), limits.output)]


def _check_training(program: Program, inputs: Inputs, limits: Limits) -> List[Check]:
    """A step returns the loss before its update, so the loss after n steps is that of step n + 1."""
    losses = [program.loss(program.iterate())]
    change = _parameter_change(program, inputs)
    losses += [program.loss(program.iterate()) for _ in range(max(LOSSES_AFTER))]
    checks = []
    for steps in LOSSES_AFTER:
        quantity = f"loss_after_{steps}"
        error = relative_error([(np.array([losses[steps]]), inputs.reference[quantity])])
        checks.append(_judged(quantity, error, limits.loss))
    return [*checks, _judged("parameter_change", change, limits.parameter_change)]


def _parameter_change(program: Program, inputs: Inputs) -> Optional[float]:
    """One parameter at a time: the largest model has 85 million weights."""
    reference = inputs.reference["parameter_change"]
    ends = np.cumsum([parameter.size for parameter in inputs.parameters])
    changes = (after - before for after, before in zip(program.read_parameters(), inputs.parameters))
    return relative_error(
        (change.ravel(), part) for change, part in zip(changes, np.split(reference, ends[:-1]))
    )
