"""The transformer encoder in NumPy, as the other implementations must compute it.

Every step gives its output and a function for the way back, so that each derivative stands beside what
it is the derivative of. The activation is the exact gelu, x Φ(x): it has no kink, so no rounding decides
where a gradient goes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Callable, List, NamedTuple, Tuple

import numpy as np

from .spec import EPSILON

if TYPE_CHECKING:
    from .spec import TransformerSpec

Backward = Callable[[np.ndarray], Tuple[np.ndarray, List[np.ndarray]]]
"""Gradient of a step's output → gradient of its input, and those of its parameters in their order."""

Step = Tuple[np.ndarray, Backward]


class Tape(NamedTuple):
    """The way back through the network."""

    examples: int
    steps: List[Backward]


def forward(spec: TransformerSpec, parameters: List[np.ndarray], x: np.ndarray) -> Tuple[np.ndarray, Tape]:
    """Logits (batch, classes) of x (batch, time, width), and the way back."""
    tape = Tape(len(x), [])
    *encoder, kernel, bias = parameters
    for weights in spec.by_layer(encoder):
        x, backward_layer = _encoder_layer(x, weights)
        tape.steps.append(backward_layer)
    features, backward_mean = _mean_over_time(x)
    logits, backward_dense = _dense(features, kernel, bias)
    tape.steps.extend([backward_mean, backward_dense])
    return logits, tape


def backward(
    _spec: TransformerSpec, _parameters: List[np.ndarray], tape: Tape, gradient: np.ndarray
) -> List[np.ndarray]:
    """Gradients of the parameters, from that of the logits (batch, classes)."""
    gradients: List[np.ndarray] = []
    for step in reversed(tape.steps):
        gradient, found = step(gradient)
        gradients = [*found, *gradients]
    return gradients


def margins(_spec: TransformerSpec, tape: Tape) -> np.ndarray:
    """No gradient jumps anywhere."""
    return np.full(tape.examples, np.inf)


def _encoder_layer(x: np.ndarray, weights: List[np.ndarray]) -> Step:
    """Self-attention, then two dense layers; to each its input is added, and the sum normalised."""
    *attention, scale1, offset1, kernel1, bias1, kernel2, bias2, scale2, offset2 = weights
    attended, backward_attention = _attention(x, attention)
    x, backward_norm1 = _layer_norm(x + attended, scale1, offset1)
    hidden, backward_dense1 = _dense(x, kernel1, bias1)
    active, backward_gelu = _gelu(hidden)
    fed, backward_dense2 = _dense(active, kernel2, bias2)
    y, backward_norm2 = _layer_norm(x + fed, scale2, offset2)

    def way_back(gradient: np.ndarray) -> Tuple[np.ndarray, List[np.ndarray]]:
        gradient, norm2 = backward_norm2(gradient)
        through, dense2 = backward_dense2(gradient)
        through, _ = backward_gelu(through)
        through, dense1 = backward_dense1(through)
        gradient, norm1 = backward_norm1(gradient + through)
        through, attention = backward_attention(gradient)
        return gradient + through, [*attention, *norm1, *dense1, *dense2, *norm2]

    return y, way_back


def _attention(x: np.ndarray, weights: List[np.ndarray]) -> Step:
    """softmax(Q Kᵀ / √head width) V in each head, all heads through one dense layer."""
    inward = [_dense(x, *weights[place : place + 2]) for place in (0, 2, 4)]
    query, key, value = (projected.swapaxes(1, 2) for projected, _ in inward)  # (batch, heads, time, …)
    scale = 1.0 / math.sqrt(query.shape[-1])
    portions = _softmax(query @ key.swapaxes(2, 3) * scale)
    seen = (portions @ value).swapaxes(1, 2)
    y, backward_output = _dense(seen, *weights[6:])

    def way_back(gradient: np.ndarray) -> Tuple[np.ndarray, List[np.ndarray]]:
        gradient, output = backward_output(gradient)
        gradient = gradient.swapaxes(1, 2)
        of_portions = gradient @ value.swapaxes(2, 3)
        of_scores = portions * (of_portions - (of_portions * portions).sum(axis=-1, keepdims=True)) * scale
        of_projected = (of_scores @ key, of_scores.swapaxes(2, 3) @ query, portions.swapaxes(2, 3) @ gradient)
        back = [step(found.swapaxes(1, 2)) for (_, step), found in zip(inward, of_projected)]
        gradients = [found for _, both in back for found in both]
        return back[0][0] + back[1][0] + back[2][0], [*gradients, *output]

    return y, way_back


def _dense(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> Step:
    """Takes x (batch, …, *in) through a kernel (*in, *out), with a bias (*out)."""
    inputs = kernel.ndim - bias.ndim
    leading = tuple(range(x.ndim - inputs))
    y = np.tensordot(x, kernel, inputs) + bias

    def way_back(gradient: np.ndarray) -> Tuple[np.ndarray, List[np.ndarray]]:
        outputs = tuple(range(-bias.ndim, 0))
        of_x = np.tensordot(gradient, kernel, (outputs, outputs))
        return of_x, [np.tensordot(x, gradient, (leading, leading)), gradient.sum(axis=leading)]

    return y, way_back


def _layer_norm(x: np.ndarray, scale: np.ndarray, offset: np.ndarray) -> Step:
    """Mean 0 and variance 1 over the features of each step of time, then scaled and moved."""
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt(np.mean(np.square(centred), axis=-1, keepdims=True) + EPSILON)
    normal = centred / deviation

    def way_back(gradient: np.ndarray) -> Tuple[np.ndarray, List[np.ndarray]]:
        of_normal = gradient * scale
        along = np.mean(of_normal * normal, axis=-1, keepdims=True)
        of_x = (of_normal - of_normal.mean(axis=-1, keepdims=True) - along * normal) / deviation
        return of_x, [(gradient * normal).sum(axis=(0, 1)), gradient.sum(axis=(0, 1))]

    return normal * scale + offset, way_back


def _gelu(x: np.ndarray) -> Step:
    """The exact gelu, x Φ(x), with Φ the distribution function of the standard normal distribution."""
    below = (0.5 * (1.0 + _erf(x * math.sqrt(0.5)))).astype(x.dtype)

    def way_back(gradient: np.ndarray) -> Tuple[np.ndarray, List[np.ndarray]]:
        density = np.exp(-0.5 * np.square(x)) * (1.0 / math.sqrt(2.0 * math.pi))
        return gradient * (below + x * density), []

    return x * below, way_back


def _erf(x: np.ndarray) -> np.ndarray:
    """The error function, which NumPy does not have."""
    return np.fromiter(map(math.erf, x.ravel().tolist()), np.float64, x.size).reshape(x.shape)


def _mean_over_time(x: np.ndarray) -> Step:
    """(batch, time, width) → (batch, width)."""

    def way_back(gradient: np.ndarray) -> Tuple[np.ndarray, List[np.ndarray]]:
        return np.broadcast_to(gradient[:, np.newaxis] / x.shape[1], x.shape), []

    return x.mean(axis=1), way_back


def _softmax(scores: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    portions = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: np.ndarray = portions / portions.sum(axis=-1, keepdims=True)
    return normalised
