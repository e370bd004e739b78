"""What one iteration must compute, whatever the architecture: float64 results of inference and training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Protocol, Tuple

import numpy as np

from . import LEARNING_RATE, Spec


class Reference(Protocol):
    """What `reference.py` of an architecture offers.

    One whose training is not the descent of the mean softmax cross-entropy offers instead of `backward` its
    own `train`, and `draw_targets` if its examples have no classes, both like the functions here. One that
    has no training has none of these.
    """

    def forward(self, spec: Any, parameters: List[np.ndarray], x: np.ndarray) -> Tuple[np.ndarray, Any]:
        """Logits (batch, classes), and whatever `backward` needs to know about the way there."""

    def backward(
        self, spec: Any, parameters: List[np.ndarray], tape: Any, gradient: np.ndarray
    ) -> List[np.ndarray]:
        """Gradient of each parameter, from the gradient of the logits."""

    def margins(self, spec: Any, tape: Any) -> np.ndarray:
        """How far each example is from the nearest place where its gradient jumps: see `distance`."""


@dataclass(frozen=True)
class TrainingResult:
    """What training steps must give.

    Attributes:
        losses: Mean loss at the parameters after 0, 1, 2 … steps.
        parameter_change: What the first step added to all parameters, flat, in canonical order.
    """

    losses: List[float]
    parameter_change: np.ndarray


def draw_targets(spec: Spec, count: int, random: np.random.Generator) -> np.ndarray:
    """What training is told of each example: its class (count,), all classes alike often."""
    return np.resize(random.permutation(spec.classes), count)


def softmax_cross_entropy(
    logits: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> Tuple[float, np.ndarray]:
    """Weighted sum of the losses of logits (batch, classes) for labels (batch,), and its gradient.

    With equal weights that add up to 1 it is the mean.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted)
    totals = probabilities.sum(axis=1, keepdims=True)
    probabilities /= totals
    examples = np.arange(len(labels))
    loss = float(weights @ (np.log(totals[:, 0]) - shifted[examples, labels]))
    probabilities[examples, labels] -= 1.0
    return loss, probabilities * weights[:, np.newaxis]


def distance(to_kink: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Smallest distance from a kink in each example (batch,), relative to the size (rms) of the values.

    Float32 rounds differently in each framework. Where a value is that close to the kink of a relu or to
    a tie of two maxima, one passes the gradient of a pixel and the other does not, and both are right.
    """
    smallest: np.ndarray = np.abs(to_kink).reshape(len(to_kink), -1).min(axis=1)
    relative: np.ndarray = smallest / np.sqrt(np.mean(np.square(values)))
    return relative


def nearest(distances: List[np.ndarray]) -> np.ndarray:
    """The smallest of several distances, for each example (batch,)."""
    smallest: np.ndarray = np.min(distances, axis=0)
    return smallest


def inference(reference: Reference, spec: Spec, parameters: List[np.ndarray], x: np.ndarray) -> np.ndarray:
    """Logits (batch, classes) in float64."""
    logits, _ = reference.forward(spec, float64(parameters), np.asarray(x, np.float64))
    return logits


def margins(reference: Reference, spec: Spec, parameters: List[np.ndarray], x: np.ndarray) -> np.ndarray:
    """How far each example (batch,) is from the nearest place where its gradient jumps: see `distance`."""
    _, tape = reference.forward(spec, float64(parameters), np.asarray(x, np.float64))
    return reference.margins(spec, tape)


def train(
    reference: Reference,
    spec: Spec,
    parameters: List[np.ndarray],
    x: np.ndarray,
    labels: np.ndarray,
    *,
    weights: np.ndarray,
    steps: int,
) -> TrainingResult:
    """Plain gradient descent on one batch, in float64; the given parameters are left as they are.

    `weights` is the part that each example has in the mean: how often it is in the batch over its size.
    """
    own = getattr(reference, "train", None)
    if own is not None:
        result: TrainingResult = own(spec, parameters, x, labels, weights=weights, steps=steps)
        return result
    current = float64(parameters)
    x = np.asarray(x, np.float64)
    losses = []
    change = np.empty(0)
    for step in range(steps):
        logits, tape = reference.forward(spec, current, x)
        loss, gradient = softmax_cross_entropy(logits, labels, weights)
        losses.append(loss)
        gradients = reference.backward(spec, current, tape, gradient)
        if step == 0:
            change = np.concatenate([(-LEARNING_RATE * gradient).ravel() for gradient in gradients])
        for parameter, gradient in zip(current, gradients):
            # In place, because the largest model has 85 million weights.
            np.subtract(parameter, LEARNING_RATE * gradient, out=parameter)
    logits, _ = reference.forward(spec, current, x)
    return TrainingResult([*losses, softmax_cross_entropy(logits, labels, weights)[0]], change)


def float64(parameters: List[np.ndarray]) -> List[np.ndarray]:
    """Copies in float64."""
    return [parameter.astype(np.float64) for parameter in parameters]
