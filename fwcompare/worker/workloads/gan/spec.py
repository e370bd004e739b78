"""Sizes of the generative adversarial network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Tuple

from .. import BIAS_STD, Parameter


@dataclass(frozen=True)
class GanSpec:
    """Dense layers with silu between them: a generator that ends in tanh, a discriminator that ends in a logit.

    Inference is the generator. One training step, on as many real examples as there are latents:

    1. the generator makes its examples;
    2. the discriminator learns to tell them from the real ones, the generator being left alone;
    3. the generator learns from what the discriminator, as it is now, says of the same examples.

    Attributes:
        generator: Widths from the latents to the values of one example.
        discriminator: Widths from the values of one example to the logit.
        batch: Latents, and real examples, in one iteration.
        input_variance: Of the latents, see `workloads.Spec`.
    """

    generator: Tuple[int, ...]
    discriminator: Tuple[int, ...]
    batch: int
    input_variance: float = 1.0

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """The latents of one example."""
        return self.generator[:1]

    @property
    def classes(self) -> int:
        """Number of values that the generator gives for an example; they stand where others have logits."""
        return self.generator[-1]

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """Kernel (in, out) and bias of each layer, first the generator's, then the discriminator's."""
        networks = (("generator", self.generator), ("discriminator", self.discriminator))
        return tuple(
            parameter
            for name, widths in networks
            for number, (features_in, features_out) in enumerate(layers(widths), start=1)
            for parameter in (
                Parameter(
                    f"{name}{number}.kernel", (features_in, features_out), 1.0 / math.sqrt(features_in)
                ),
                Parameter(f"{name}{number}.bias", (features_out,), BIAS_STD),
            )
        )

    @property
    def generator_arrays(self) -> int:
        """How many of the parameters are the generator's."""
        return 2 * (len(self.generator) - 1)


_SIZES = {
    "tiny": GanSpec((8, 16, 32), (32, 16, 1), batch=8),
    "small": GanSpec((100, 256, 512, 784), (784, 512, 256, 1), batch=64),
    "base": GanSpec((128, 1024, 2048, 3072), (3072, 2048, 1024, 1), batch=128),
}


def layers(widths: Tuple[int, ...]) -> Tuple[Tuple[int, int], ...]:
    """(in, out) of each dense layer between these widths."""
    return tuple((widths[place - 1], widths[place]) for place in range(1, len(widths)))


def spec(size: str) -> GanSpec:
    """The sizes at "tiny", "small" or "base".

    Raises:
        KeyError: There is no such size.
    """
    return _SIZES[size]
