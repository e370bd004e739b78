"""The convolutional network in PyTorch, in its `channels_last` memory format."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

import torch
from torch import nn

from .. import Layout
from .spec import KERNEL, POOL

if TYPE_CHECKING:
    import numpy as np

    from .spec import CnnSpec


def build(spec: CnnSpec) -> nn.Module:
    """Stages of convolutions with relu, each ending in a max pooling; then one dense layer.

    The weights are PyTorch's own initial ones.
    """
    layers: List[nn.Module] = []
    convolutions = iter(spec.convolutions)
    for stage in spec.stages:
        for _ in stage:
            layers += [nn.Conv2d(*next(convolutions), KERNEL, padding=KERNEL // 2), nn.ReLU(inplace=True)]
        layers.append(nn.MaxPool2d(POOL))
    height, width, channels = spec.feature_shape
    classifier = nn.Linear(channels * height * width, spec.classes)
    return nn.Sequential(*layers, nn.Flatten(), classifier).to(memory_format=torch.channels_last)


def layout(spec: CnnSpec) -> Layout:
    """PyTorch's shapes put the channels first, and it flattens in that order.

    The images are a view: channels first in shape, last in memory, which is `channels_last`.
    """
    height, width, channels = spec.feature_shape

    def to_native(parameters: List[np.ndarray]) -> List[np.ndarray]:
        *convolutions, kernel, bias = parameters
        kernel = kernel.reshape(height, width, channels, -1).transpose(3, 2, 0, 1).reshape(len(bias), -1)
        return [*(_channels_first(parameter) for parameter in convolutions), kernel, bias]

    def to_canonical(parameters: List[np.ndarray]) -> List[np.ndarray]:
        *convolutions, kernel, bias = parameters
        kernel = kernel.reshape(-1, channels, height, width).transpose(2, 3, 1, 0).reshape(-1, len(bias))
        return [*(_channels_last(parameter) for parameter in convolutions), kernel, bias]

    return Layout(lambda images: images.transpose(0, 3, 1, 2), to_native, to_canonical)


def _channels_first(parameter: np.ndarray) -> np.ndarray:
    """Kernel (height, width, in, out) → (out, in, height, width); a bias stays as it is."""
    return parameter.transpose(3, 2, 0, 1) if parameter.ndim == 4 else parameter


def _channels_last(parameter: np.ndarray) -> np.ndarray:
    """Kernel (out, in, height, width) → (height, width, in, out); a bias stays as it is."""
    return parameter.transpose(2, 3, 1, 0) if parameter.ndim == 4 else parameter
