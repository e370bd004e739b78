"""PyTorch's modes that capture the forward pass before they run it: "export", "trace", "script" and "aot".

What was captured takes the model's place: it computes with the same parameters (compiled ahead of time:
with what they were then). Autograd, the loss and the optimizer stay as they are in eager mode.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import torch

from . import IncompatibleError


@dataclass(frozen=True)
class Captured:
    """What takes the model's place.

    Attributes:
        forward: Called instead of the model.
        calls: So many calls it needs until nothing is compiled any more: TorchScript watches the first
            one and optimises in the second.
        describe: After a call, whether it is what this mode should have captured, and what it is in words.
    """

    forward: Callable[[torch.Tensor], torch.Tensor]
    calls: int
    describe: Callable[[], tuple[bool, str]]


def export(model: torch.nn.Module, x: torch.Tensor) -> Captured:
    """`torch.export`: one graph of PyTorch's operations, run one after the other."""
    forward = torch.export.export(model, (x,)).module()

    def describe() -> tuple[bool, str]:
        operations = sum(node.op == "call_function" for node in forward.graph.nodes)
        return operations > 0, f"a graph of {operations} operations by torch.export"

    return Captured(forward, 1, describe)


def trace(model: torch.nn.Module, x: torch.Tensor) -> Captured:
    """`torch.jit.trace`, deprecated: TorchScript of what one call did."""
    # Its own check traces twice and compares, which fails where attention takes PyTorch's fused path.
    return _torch_script(torch.jit.trace(model, (x,), check_trace=False), "traced")


def script(model: torch.nn.Module, _x: torch.Tensor) -> Captured:
    """`torch.jit.script`, deprecated: TorchScript of the model's source code."""
    return _torch_script(torch.jit.script(model), "scripted")


def compile_ahead(model: torch.nn.Module, x: torch.Tensor) -> Captured:
    """AOTInductor: a shared library with the model's weights as they are now; it has no way back."""
    from torch import _inductor as inductor  # noqa: PLC0415 - takes a while, and no other mode needs it

    if not hasattr(inductor, "aoti_load_package"):
        raise IncompatibleError(
            f"AOTInductor of PyTorch {torch.__version__} makes no packages. Install PyTorch 2.6 or newer."
        )
    program = torch.export.export(model, (x,))
    forward = inductor.aoti_load_package(inductor.aoti_compile_and_package(program))

    def describe() -> tuple[bool, str]:
        weights = forward.get_constant_fqns()
        return bool(weights), f"a library that AOTInductor compiled, with {len(weights)} arrays of weights,"

    return Captured(forward, 1, describe)


CAPTURES = {"export": export, "trace": trace, "script": script, "aot": compile_ahead}
"""How each mode captures."""


def capture(mode: str, model: torch.nn.Module, x: torch.Tensor) -> Captured:
    """The forward pass of the model, in training or inference as it is set, for inputs like x."""
    with torch.inference_mode(False), torch.set_grad_enabled(model.training):
        return CAPTURES[mode](model, x)


def _torch_script(forward: Any, how: str) -> Captured:
    def describe() -> tuple[bool, str]:
        ran = torch.jit.last_executed_optimized_graph()
        operations = sum(1 for _ in ran.nodes())
        is_script = isinstance(forward, torch.jit.ScriptModule)
        return is_script and operations > 0, f"a {how} TorchScript graph of {operations} nodes"

    return Captured(forward, 2, describe)
