"""The perceptron in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from torch import Tensor, nn
from torch.nn import functional as F

from .. import Layout

if TYPE_CHECKING:
    import numpy as np

    from .spec import MlpSpec


class Mlp(nn.Module):  # type: ignore[misc]
    """Dense layers with relu between them."""

    def __init__(self, spec: MlpSpec) -> None:
        super().__init__()
        *hidden, last = spec.layers
        self.hidden = nn.ModuleList(nn.Linear(*widths) for widths in hidden)
        self.last = nn.Linear(*last)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (batch, classes) of x (batch, features)."""
        for layer in self.hidden:
            x = F.relu(layer(x))
        logits: Tensor = self.last(x)
        return logits


def build(spec: MlpSpec) -> nn.Module:
    """The model, with PyTorch's own initial weights."""
    return Mlp(spec)


def layout(_spec: MlpSpec) -> Layout:
    """PyTorch keeps dense kernels as (out, in)."""
    return Layout(to_native=_transposed, to_canonical=_transposed)


def _transposed(parameters: List[np.ndarray]) -> List[np.ndarray]:
    return [parameter.T for parameter in parameters]
