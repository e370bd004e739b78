"""PyTorch's precisions: IEEE float32, TF32, and autocast to bfloat16 or float16 over weights that stay float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict

import torch
from torch import Tensor, nn

from .. import workloads
from . import IncompatibleError

if TYPE_CHECKING:
    from ..wire import BlockRequest

_TYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16}


class Autocast(nn.Module):  # type: ignore[misc]
    """A model that casts by itself: what is compiled ahead must hold the casts."""

    def __init__(self, model: nn.Module, request: BlockRequest) -> None:
        super().__init__()
        self.model = model
        self._device, self._type = request.device, _TYPES[request.precision]

    def forward(self, x: Tensor) -> Tensor:
        """What the model says."""
        with torch.autocast(self._device, self._type):
            result: Tensor = self.model(x)
            return result


def configure(precision: str) -> None:
    """Switch TF32 on or off for all that CUDA computes.

    By the older of PyTorch's two interfaces: where `fp32_precision` was set, `torch.export` of PyTorch 2.13
    fails, which still asks for `cudnn.allow_tf32`.
    """
    is_tf32 = precision == "tf32"
    torch.set_float32_matmul_precision("high" if is_tf32 else "highest")
    torch.backends.cudnn.allow_tf32 = is_tf32


def settings(request: BlockRequest) -> Dict[str, Any]:
    """What was set, read back: the type by what a product comes out in."""
    one = torch.ones(1, 1, device=request.device)
    computed = str(casting(request)(torch.mm)(one, one).dtype).partition(".")[2]
    tf32 = torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32
    return {
        "precision": "tf32" if tf32 and computed == "float32" else computed,
        "tf32": tf32,
        "loss_scale": workloads.LOSS_SCALE if _scales_loss(request) else None,
    }


def casting(request: BlockRequest) -> Callable[[Any], Any]:
    """Puts a function under autocast; leaves it as it is where none is needed."""
    if request.precision not in _TYPES:
        return _unchanged
    cast: Callable[[Any], Any] = torch.autocast(request.device, _TYPES[request.precision])
    return cast


def holding_casts(model: nn.Module, request: BlockRequest) -> nn.Module:
    """The model with its casts in it."""
    return Autocast(model, request) if request.precision in _TYPES else model


def require_kernels(model: nn.Module, request: BlockRequest) -> None:
    """See that this processor has what autocast wants for recurrent layers: oneDNN has it for few.

    Raises:
        IncompatibleError: It has not.
    """
    recurrent = any(isinstance(module, nn.RNNBase) for module in model.modules())
    if request.device != "cpu" or request.precision not in _TYPES or not recurrent:
        return
    try:
        casting(request)(nn.LSTM(1, 1))(torch.zeros(1, 1, 1))
    except RuntimeError as error:
        raise IncompatibleError(
            f"PyTorch {torch.__version__} has no LSTM in {request.precision} for this processor: "
            f"{str(error).partition('.')[0]}. Choose the precision float32, or a processor with AVX-512 BF16 or AMX."
        ) from error


def updating(optimizer: torch.optim.Optimizer, request: BlockRequest) -> Callable[[Tensor], Any]:
    """The way back from a loss to new weights; in float16 with a dynamic loss scale.

    Raises:
        IncompatibleError: This PyTorch is too old for that.
    """
    if not _scales_loss(request):

        def update(loss: Tensor) -> None:
            loss.backward()
            optimizer.step()

        return update
    if not hasattr(torch.amp, "GradScaler"):
        raise IncompatibleError(
            f"PyTorch {torch.__version__} scales losses in another way. Install PyTorch 2.3 or newer."
        )
    scaler = torch.amp.GradScaler(
        request.device, init_scale=workloads.LOSS_SCALE, growth_interval=workloads.LOSS_SCALE_STEPS
    )

    def scaled_update(loss: Tensor) -> None:
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()

    return scaled_update


def _scales_loss(request: BlockRequest) -> bool:
    return request.precision == "float16" and request.task == "training"


def _unchanged(function: Any) -> Any:
    return function
