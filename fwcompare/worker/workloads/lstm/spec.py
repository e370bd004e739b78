"""Sizes of the recurrent network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from .. import BIAS_STD, Parameter, kernel_std

GATES = 4
"""In canonical order: input, forget, cell candidate, output; that is Keras's order and PyTorch's."""


@dataclass(frozen=True)
class LstmSpec:
    """LSTM layers, then one dense layer on what the last of them gives at the last time step.

    Attributes:
        steps: Time steps of one example.
        features: Of the input at one time step.
        hidden: Units of each LSTM layer.
        layers: Number of LSTM layers.
        classes: Number of logits.
        batch: Examples in one iteration.
        input_variance: See `workloads.Spec`.
    """

    steps: int
    features: int
    hidden: int
    layers: int
    classes: int
    batch: int
    input_variance: float

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """One example: (steps, features)."""
        return self.steps, self.features

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """Of each LSTM layer kernel (in, 4 hidden), recurrent kernel (hidden, 4 hidden) and one bias (4 hidden,).

        Gate after gate along the last axis, see `GATES`; last the dense layer's kernel and bias.
        """
        found = []
        std, width = kernel_std(self.hidden), GATES * self.hidden
        for number in range(1, self.layers + 1):
            size = self.features if number == 1 else self.hidden
            found += [
                Parameter(f"lstm{number}.kernel", (size, width), std),
                Parameter(f"lstm{number}.recurrent_kernel", (self.hidden, width), std),
                Parameter(f"lstm{number}.bias", (width,), BIAS_STD),
            ]
        found.append(Parameter("dense.kernel", (self.hidden, self.classes), std))
        found.append(Parameter("dense.bias", (self.classes,), BIAS_STD))
        return tuple(found)


_SIZES = {
    "tiny": LstmSpec(steps=8, features=8, hidden=16, layers=1, classes=10, batch=4, input_variance=1.0),
    "small": LstmSpec(steps=50, features=64, hidden=128, layers=1, classes=10, batch=32, input_variance=1.0),
    "base": LstmSpec(steps=128, features=256, hidden=512, layers=2, classes=10, batch=64, input_variance=1.0),
}


def spec(size: str) -> LstmSpec:
    """The sizes at "tiny", "small" or "base".

    Raises:
        KeyError: There is no such size.
    """
    return _SIZES[size]
