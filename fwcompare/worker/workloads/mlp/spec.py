"""Sizes of the multi-layer perceptron."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from .. import BIAS_STD, Parameter, kernel_std


@dataclass(frozen=True)
class MlpSpec:
    """Dense layers with relu between them.

    Attributes:
        widths: Features of the input, of each hidden layer, and number of classes.
        batch: Examples in one iteration.
        input_variance: See `workloads.Spec`.
    """

    widths: Tuple[int, ...]
    batch: int
    input_variance: float

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """One example: (features,)."""
        return self.widths[:1]

    @property
    def classes(self) -> int:
        """Width of the last layer."""
        return self.widths[-1]

    @property
    def layers(self) -> Tuple[Tuple[int, int], ...]:
        """(in, out) of each dense layer."""
        return tuple(zip(self.widths[:-1], self.widths[1:]))

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """Kernel (in, out) and bias (out,) of each layer."""
        return tuple(
            parameter
            for number, (features_in, features_out) in enumerate(self.layers, start=1)
            for parameter in (
                Parameter(f"dense{number}.kernel", (features_in, features_out), kernel_std(features_in)),
                Parameter(f"dense{number}.bias", (features_out,), BIAS_STD),
            )
        )


_SIZES = {
    "tiny": MlpSpec((64, 32, 10), batch=8, input_variance=0.06),
    "small": MlpSpec((784, 512, 512, 10), batch=128, input_variance=0.005),
    "base": MlpSpec((4096, 4096, 4096, 4096, 1000), batch=256, input_variance=0.003),
}


def spec(size: str) -> MlpSpec:
    """The sizes at "tiny", "small" or "base".

    Raises:
        KeyError: There is no such size.
    """
    return _SIZES[size]
