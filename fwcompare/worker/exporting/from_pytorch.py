"""PyTorch's model as ONNX, by the exporter that goes through `torch.export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from .. import workloads
from . import INPUT, OUTPUT

if TYPE_CHECKING:
    from ..inputs import Inputs
    from ..wire import BlockRequest

OPSET = 20
"""The operators' version: the first with Gelu, which the transformer uses."""


def export(request: BlockRequest, inputs: Inputs, path: str) -> workloads.Layout:
    """Write the model with its weights, for a batch of this size alone."""
    spec = workloads.spec(request.architecture, request.size)
    implementation = workloads.implementation(request.architecture, "pytorch")
    layout: workloads.Layout = implementation.layout(spec)
    model: torch.nn.Module = implementation.build(spec).eval()
    x = torch.from_numpy(layout.to_input(inputs.x.copy()))
    # PyTorch's fused operation for a whole encoder layer has no counterpart in ONNX.
    torch.backends.mha.set_fastpath_enabled(False)
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), layout.to_native(inputs.parameters)):
            parameter.copy_(torch.tensor(value))
        program = torch.onnx.export(
            model, (x,), dynamo=True, opset_version=OPSET, input_names=[INPUT], output_names=[OUTPUT]
        )
    program.save(path)
    return layout
