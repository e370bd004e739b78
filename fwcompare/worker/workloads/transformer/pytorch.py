"""The transformer encoder in PyTorch: `nn.TransformerEncoder`.

Without gradients its layers take PyTorch's fused path (`torch.backends.mha.get_fastpath_enabled`): the
same maths in one operation, into which `torch.compile` does not look either.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, List, Tuple

import numpy as np
from torch import Tensor, nn

from .. import Layout
from .spec import EPSILON

if TYPE_CHECKING:
    from .spec import TransformerSpec


class Transformer(nn.Module):  # type: ignore[misc]
    """Encoder layers, mean over time, one dense layer."""

    def __init__(self, spec: TransformerSpec) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            spec.width,
            spec.heads,
            dim_feedforward=spec.hidden,
            dropout=0.0,
            activation="gelu",
            layer_norm_eps=EPSILON,
            batch_first=True,
        )
        # Nested tensors are for padded batches; without a mask they would change nothing.
        self.encoder = nn.TransformerEncoder(layer, spec.layers, enable_nested_tensor=False)
        self.classifier = nn.Linear(spec.width, spec.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of x (batch, time, width)."""
        logits: Tensor = self.classifier(self.encoder(x).mean(dim=1))
        return logits


def build(spec: TransformerSpec) -> nn.Module:
    """The model, with PyTorch's own initial weights."""
    return Transformer(spec)


def layout(spec: TransformerSpec) -> Layout:
    """PyTorch keeps kernels as (out, in), query, key and value as one, and the norms after the dense layers."""
    heads = spec.heads, spec.head_width

    def to_native(parameters: List[np.ndarray]) -> List[np.ndarray]:
        *encoder, kernel, bias = parameters
        layers = [_layer_to_native(layer) for layer in spec.by_layer(encoder)]
        return [*chain.from_iterable(layers), kernel.T, bias]

    def to_canonical(parameters: List[np.ndarray]) -> List[np.ndarray]:
        *encoder, kernel, bias = parameters
        layers = [_layer_to_canonical(layer, heads) for layer in spec.by_layer(encoder)]
        return [*chain.from_iterable(layers), kernel.T, bias]

    return Layout(to_native=to_native, to_canonical=to_canonical)


def _layer_to_native(weights: List[np.ndarray]) -> List[np.ndarray]:
    *attention, scale1, offset1, kernel1, bias1, kernel2, bias2, scale2, offset2 = weights
    *inward, output, output_bias = attention
    kernels = [kernel.reshape(len(kernel), -1).T for kernel in inward[::2]]
    biases = [bias.ravel() for bias in inward[1::2]]
    packed = [np.concatenate(kernels), np.concatenate(biases), output.reshape(-1, len(output_bias)).T]
    return [*packed, output_bias, kernel1.T, bias1, kernel2.T, bias2, scale1, offset1, scale2, offset2]


def _layer_to_canonical(weights: List[np.ndarray], heads: Tuple[int, int]) -> List[np.ndarray]:
    kernels, biases, output, output_bias, kernel1, bias1, kernel2, bias2, *norms = weights
    inward = [
        array
        for kernel, bias in zip(np.split(kernels, 3), np.split(biases, 3))
        for array in (kernel.T.reshape(-1, *heads), bias.reshape(heads))
    ]
    attention = [*inward, output.T.reshape(*heads, -1), output_bias]
    return [*attention, *norms[:2], kernel1.T, bias1, kernel2.T, bias2, *norms[2:]]
