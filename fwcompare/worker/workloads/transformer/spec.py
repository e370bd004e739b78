"""Sizes of the transformer encoder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, List, Tuple

from .. import BIAS_STD, Parameter, kernel_std

EPSILON = 1e-5
"""Added to the variance in each layer normalisation: PyTorch's default (Keras's is 1e-3)."""


@dataclass(frozen=True)
class TransformerSpec:
    """Encoder layers with the normalisation after each residual, mean over time, one dense layer.

    Attributes:
        time: Steps of one example.
        width: Features of each step, before, between and after the layers.
        heads: Attention heads; each sees width / heads features.
        hidden: Features between the two dense layers of an encoder layer.
        layers: Encoder layers.
        batch: Examples in one iteration.
        last_scale: Mean of the last normalisation's initial scale; the others have 1. The deeper the
            network, the more alike are its steps of time and the larger is their mean; with 1, plain
            gradient descent at `LEARNING_RATE` diverges at "base".
        classes: Number of logits.
        input_variance: See `workloads.Spec`; 1, because nearly equal steps would make every attention
            uniform, and then the check would not see how it is computed.
    """

    time: int
    width: int
    heads: int
    hidden: int
    layers: int
    batch: int
    last_scale: float = 1.0
    classes: int = 10
    input_variance: float = 1.0

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """One example: (time, width)."""
        return self.time, self.width

    @property
    def head_width(self) -> int:
        """Features of one attention head."""
        return self.width // self.heads

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """Those of each encoder layer, then the dense layer's.

        Kernels of query, key and value are (width, heads, head width), that of the attention's output
        (heads, head width, width), as in Keras.
        """
        found: List[Parameter] = []
        for number in range(1, self.layers + 1):
            last_scale = self.last_scale if number == self.layers else 1.0
            found += self._layer_parameters(f"layer{number}", last_scale)
        return (*found, *_dense("dense", (self.width,), (self.classes,)))

    def by_layer(self, arrays: List[Any]) -> List[List[Any]]:
        """The arrays of each encoder layer, from those of all, whether in canonical or another layout."""
        each = len(arrays) // self.layers
        return [arrays[start : start + each] for start in range(0, len(arrays), each)]

    def _layer_parameters(self, prefix: str, last_scale: float) -> Tuple[Parameter, ...]:
        width, hidden, heads = (self.width,), (self.hidden,), (self.heads, self.head_width)
        return (
            *_dense(f"{prefix}.query", width, heads),
            *_dense(f"{prefix}.key", width, heads),
            *_dense(f"{prefix}.value", width, heads),
            *_dense(f"{prefix}.output", heads, width),
            *_norm(f"{prefix}.norm1", width, 1.0),
            *_dense(f"{prefix}.dense1", width, hidden),
            *_dense(f"{prefix}.dense2", hidden, width),
            *_norm(f"{prefix}.norm2", width, last_scale),
        )


def _dense(name: str, inputs: Tuple[int, ...], outputs: Tuple[int, ...]) -> Tuple[Parameter, Parameter]:
    """Kernel (*inputs, *outputs) and bias (*outputs)."""
    kernel = Parameter(f"{name}.kernel", (*inputs, *outputs), kernel_std(math.prod(inputs)))
    return kernel, Parameter(f"{name}.bias", outputs, BIAS_STD)


def _norm(name: str, width: Tuple[int, ...], scale: float) -> Tuple[Parameter, Parameter]:
    """Scale, near the given one, and offset of a layer normalisation."""
    return (
        Parameter(f"{name}.scale", width, BIAS_STD, mean=scale),
        Parameter(f"{name}.offset", width, BIAS_STD),
    )


_SIZES = {
    "tiny": TransformerSpec(time=8, width=16, heads=2, hidden=32, layers=1, batch=2),
    "small": TransformerSpec(time=64, width=128, heads=4, hidden=512, layers=2, batch=32, last_scale=0.5),
    "base": TransformerSpec(time=128, width=768, heads=12, hidden=3072, layers=12, batch=16, last_scale=0.1),
}


def spec(size: str) -> TransformerSpec:
    """The sizes at "tiny", "small" or "base".

    Raises:
        KeyError: There is no such size.
    """
    return _SIZES[size]
