"""Sizes of the network with a loop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Tuple

from .. import BIAS_STD, Parameter, kernel_std

TOLERANCE = 5e-3
"""The loop ends when no value of the state moved by more than this in its last turn. A turn too many or too
few changes the logits by 5e-4 or more, which the check sees."""

MAX_TURNS = 64
"""The loop ends after so many turns whatever the state does."""

CONTRACTION = 0.8
"""Spectral radius of the recurrent kernel, about: each turn moves the state by less than this part of the
last move, so that the loop takes ten to twenty-five turns."""


@dataclass(frozen=True)
class DynamicSpec:
    """A state that is recomputed from itself and the input until it stays, then one dense layer.

    There is no training: the turns follow the weights, which training moves, so that whoever had done more
    steps would do other work; and PyTorch's loop operation has no way back.

    Attributes:
        features: Of the input.
        hidden: Of the state.
        classes: Number of logits.
        batch: Examples in one iteration; they go through the loop together, until the last of them stays.
        input_variance: See `workloads.Spec`.
    """

    features: int
    hidden: int
    classes: int
    batch: int
    input_variance: float

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """One example: (features,)."""
        return (self.features,)

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """The loop's kernel (in, hidden), recurrent kernel (hidden, hidden) and bias; the dense layer's two."""
        hidden, recurrent_std = self.hidden, CONTRACTION / math.sqrt(self.hidden)
        return (
            Parameter("loop.kernel", (self.features, hidden), kernel_std(self.features)),
            Parameter("loop.recurrent_kernel", (hidden, hidden), recurrent_std),
            Parameter("loop.bias", (hidden,), BIAS_STD),
            Parameter("dense.kernel", (hidden, self.classes), kernel_std(hidden)),
            Parameter("dense.bias", (self.classes,), BIAS_STD),
        )


_SIZES = {
    "tiny": DynamicSpec(features=8, hidden=16, classes=10, batch=4, input_variance=1.0),
    "small": DynamicSpec(features=64, hidden=256, classes=10, batch=32, input_variance=1.0),
    "base": DynamicSpec(features=512, hidden=2048, classes=10, batch=128, input_variance=1.0),
}


def spec(size: str) -> DynamicSpec:
    """The sizes at "tiny", "small" or "base".

    Raises:
        KeyError: There is no such size.
    """
    return _SIZES[size]
