"""Sizes of the convolutional network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from .. import BIAS_STD, Parameter, kernel_std

KERNEL = 3
"""Height and width of every convolution; its stride is 1 and its padding "same"."""

POOL = 2
"""Height, width and stride of the max pooling that ends each stage."""


@dataclass(frozen=True)
class CnnSpec:
    """Stages of convolutions with relu, then one dense layer.

    Attributes:
        image: (height, width, channels) of one example.
        stages: Filters of the convolutions of each stage; a max pooling ends the stage.
        classes: Number of logits.
        batch: Examples in one iteration.
        input_variance: See `workloads.Spec`.
    """

    image: Tuple[int, int, int]
    stages: Tuple[Tuple[int, ...], ...]
    classes: int
    batch: int
    input_variance: float

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """One example: (height, width, channels)."""
        return self.image

    @property
    def convolutions(self) -> Tuple[Tuple[int, int], ...]:
        """(channels in, filters) of each convolution, whatever its stage."""
        filters = [count for stage in self.stages for count in stage]
        return tuple(zip([self.image[2], *filters[:-1]], filters))

    @property
    def feature_shape(self) -> Tuple[int, int, int]:
        """(height, width, channels) of what the dense layer sees, before it is flattened."""
        height, width, _ = self.image
        shrink = POOL ** len(self.stages)
        return height // shrink, width // shrink, self.stages[-1][-1]

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """Kernel (height, width, in, out) and bias (out,) of each convolution, then of the dense layer."""
        found = []
        for number, (channels, filters) in enumerate(self.convolutions, start=1):
            shape = (KERNEL, KERNEL, channels, filters)
            found.append(Parameter(f"conv{number}.kernel", shape, kernel_std(KERNEL * KERNEL * channels)))
            found.append(Parameter(f"conv{number}.bias", (filters,), BIAS_STD))
        height, width, channels = self.feature_shape
        features = height * width * channels
        found.append(Parameter("dense.kernel", (features, self.classes), kernel_std(features)))
        found.append(Parameter("dense.bias", (self.classes,), BIAS_STD))
        return tuple(found)


_SIZES = {
    "tiny": CnnSpec((8, 8, 3), ((4,), (8,)), classes=10, batch=4, input_variance=0.08),
    "small": CnnSpec((32, 32, 3), ((32,), (64,)), classes=10, batch=32, input_variance=0.0005),
    "base": CnnSpec(
        (64, 64, 3),
        ((64, 64), (128, 128), (256, 256), (512, 512)),
        classes=10,
        batch=64,
        input_variance=0.045,
    ),
}


def spec(size: str) -> CnnSpec:
    """The sizes at "tiny", "small" or "base".

    Raises:
        KeyError: There is no such size.
    """
    return _SIZES[size]
