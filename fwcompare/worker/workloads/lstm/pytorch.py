"""The recurrent network in PyTorch: `nn.LSTM`, with one of its two biases."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

import numpy as np
from torch import Tensor, nn

from .. import Layout

if TYPE_CHECKING:
    from .spec import LstmSpec

_ARRAYS = 4
"""That `nn.LSTM` has for each layer: input kernel, recurrent kernel, and a bias for either."""


class Lstm(nn.Module):  # type: ignore[misc]
    """LSTM layers, then one dense layer on the last time step.

    PyTorch adds two biases where other frameworks have one. Both would get the same gradient, so that
    their sum would learn twice as fast: the second stays at zero, frozen.
    """

    def __init__(self, spec: LstmSpec) -> None:
        super().__init__()
        self.lstm = nn.LSTM(spec.features, spec.hidden, spec.layers, batch_first=True)
        self.classifier = nn.Linear(spec.hidden, spec.classes)
        for name, parameter in self.lstm.named_parameters():
            if name.startswith("bias_hh"):
                parameter.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of x (batch, steps, features)."""
        outputs, _ = self.lstm(x)
        logits: Tensor = self.classifier(outputs[:, -1])
        return logits


def build(spec: LstmSpec) -> nn.Module:
    """The model, with PyTorch's own initial weights."""
    return Lstm(spec)


def layout(_spec: LstmSpec) -> Layout:
    """PyTorch keeps kernels as (out, in), and has a second bias; the order of the gates is the canonical one."""
    return Layout(to_native=_to_native, to_canonical=_to_canonical)


def _to_native(parameters: List[np.ndarray]) -> List[np.ndarray]:
    *recurrent, kernel, bias = parameters
    native: List[np.ndarray] = []
    for input_kernel, recurrent_kernel, gate_bias in zip(recurrent[::3], recurrent[1::3], recurrent[2::3]):
        native += [input_kernel.T, recurrent_kernel.T, gate_bias, np.zeros_like(gate_bias)]
    return [*native, kernel.T, bias]


def _to_canonical(parameters: List[np.ndarray]) -> List[np.ndarray]:
    """The one bias is the sum of the two, which is what the gates see."""
    *recurrent, kernel, bias = parameters
    canonical: List[np.ndarray] = []
    for first in range(0, len(recurrent), _ARRAYS):
        input_kernel, recurrent_kernel, input_bias, recurrent_bias = recurrent[first : first + _ARRAYS]
        canonical += [input_kernel.T, recurrent_kernel.T, input_bias + recurrent_bias]
    return [*canonical, kernel.T, bias]
