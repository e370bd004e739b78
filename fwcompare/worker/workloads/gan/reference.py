"""The generative adversarial network in NumPy, as the other implementations must compute it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import LEARNING_RATE
from ..training import TrainingResult, float64

if TYPE_CHECKING:
    from .spec import GanSpec


def draw_targets(spec: GanSpec, count: int, random: np.random.Generator) -> np.ndarray:
    """Real examples (count, values), each value between -1 and 1 as the generator's are."""
    return np.tanh(random.standard_normal((count, spec.generator[-1]), dtype=np.float32))


def forward(
    spec: GanSpec, parameters: list[np.ndarray], x: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """What the generator makes (batch, values) of latents x (batch, latents), and its way there."""
    values, tape = _dense_layers(parameters[: spec.generator_arrays], x)
    return np.tanh(values), tape


def margins(_spec: GanSpec, tape: list[np.ndarray]) -> np.ndarray:
    """Infinite for each example: there is no kink in silu and tanh."""
    return np.full(len(tape[0]), np.inf)


def train(
    spec: GanSpec,
    parameters: list[np.ndarray],
    x: np.ndarray,
    targets: np.ndarray,
    *,
    weights: np.ndarray,
    steps: int,
) -> TrainingResult:
    """Steps as in `GanSpec`, on latents x and the real examples; see `training.train`.

    The loss of a step is the sum of the discriminator's and the generator's, each before its own update.
    """
    current, losses, change = float64(parameters), [], np.empty(0)
    latents, real = x.astype(np.float64), targets.astype(np.float64)
    for step in range(steps + 1):
        loss, moved = _step(spec, current, latents, real, weights)
        losses.append(loss)
        if step == 0:
            change = np.concatenate([(new - old).ravel() for new, old in zip(moved, current)])
        current = moved
    return TrainingResult(losses, change)


def _step(
    spec: GanSpec, parameters: list[np.ndarray], latents: np.ndarray, real: np.ndarray, weights: np.ndarray
) -> tuple[float, list[np.ndarray]]:
    """Loss of one step, and the parameters after it."""
    generator, discriminator = parameters[: spec.generator_arrays], parameters[spec.generator_arrays :]
    fake, way = forward(spec, parameters, latents)
    discriminator_loss, gradients = _discriminator_loss(discriminator, real, fake, weights)
    discriminator = _descended(discriminator, gradients)
    generator_loss, to_fake = _generator_loss(discriminator, fake, weights)
    gradients, _ = _back(generator, way, to_fake * (1.0 - fake**2))
    return discriminator_loss + generator_loss, [*_descended(generator, gradients), *discriminator]


def _discriminator_loss(
    parameters: list[np.ndarray], real: np.ndarray, fake: np.ndarray, weights: np.ndarray
) -> tuple[float, list[np.ndarray]]:
    """Of taking the real for fake, and the fake for real; and its gradients, without the way to the fake."""
    loss = 0.0
    total = [np.zeros_like(parameter) for parameter in parameters]
    for examples, sign in ((real, -1.0), (fake, 1.0)):
        logits, tape = _dense_layers(parameters, examples)
        loss += float(weights @ np.logaddexp(0.0, sign * logits[:, 0]))
        gradients, _ = _back(parameters, tape, weights[:, np.newaxis] * sign * _sigmoid(sign * logits))
        total = [sum_so_far + gradient for sum_so_far, gradient in zip(total, gradients)]
    return loss, total


def _generator_loss(
    parameters: list[np.ndarray], fake: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray]:
    """Of the fake being taken for fake (the "non-saturating" one), and its gradient by the fake."""
    logits, tape = _dense_layers(parameters, fake)
    loss = float(weights @ np.logaddexp(0.0, -logits[:, 0]))
    _, to_fake = _back(parameters, tape, -weights[:, np.newaxis] * _sigmoid(-logits))
    return loss, to_fake


def _dense_layers(parameters: list[np.ndarray], x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """What the last layer gives; and x and what each other one gives to its silu, for `_back`."""
    tape = [x]
    for kernel, bias in zip(parameters[::2], parameters[1::2]):
        layer_input = x if len(tape) == 1 else tape[-1] * _sigmoid(tape[-1])
        tape.append(layer_input @ kernel + bias)
    return tape.pop(), tape


def _back(
    parameters: list[np.ndarray], tape: list[np.ndarray], gradient: np.ndarray
) -> tuple[list[np.ndarray], np.ndarray]:
    """Gradients of the parameters and of the input, from that of what the last layer gave."""
    gradients: list[np.ndarray] = []
    for number in reversed(range(len(tape))):
        values, squashed = tape[number], _sigmoid(tape[number])
        layer_input = values if number == 0 else values * squashed
        gradients = [layer_input.T @ gradient, gradient.sum(axis=0), *gradients]
        gradient = gradient @ parameters[2 * number].T
        if number:
            gradient = gradient * squashed * (1.0 + values * (1.0 - squashed))
    return gradients, gradient


def _descended(parameters: list[np.ndarray], gradients: list[np.ndarray]) -> list[np.ndarray]:
    return [parameter - LEARNING_RATE * gradient for parameter, gradient in zip(parameters, gradients)]


def _sigmoid(values: np.ndarray) -> np.ndarray:
    result: np.ndarray = 0.5 + 0.5 * np.tanh(0.5 * values)  # without overflow
    return result
