"""The perceptron in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from torch import nn

from .. import Layout

if TYPE_CHECKING:
    import numpy as np

    from .spec import MlpSpec


def build(spec: MlpSpec) -> nn.Module:
    """Dense layers with relu between them, with PyTorch's own initial weights."""
    layers: List[nn.Module] = []
    for widths in spec.layers:
        layers += [nn.Linear(*widths), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])


def layout(_spec: MlpSpec) -> Layout:
    """PyTorch keeps dense kernels as (out, in)."""
    return Layout(to_native=_transposed, to_canonical=_transposed)


def _transposed(parameters: List[np.ndarray]) -> List[np.ndarray]:
    return [parameter.T for parameter in parameters]
