"""One folder for each architecture, the implementations side by side.

To add an architecture: a folder and its line in `WORKLOADS`. In the folder:

* `spec.py` (standard library alone): `spec(size)` returns a `Spec`;
* `reference.py` (NumPy, float64): `forward`, `backward` and `margins`, see `training.Reference`;
* `pytorch.py`, `tensorflow.py`, `keras.py`: `build(spec)` returns the framework's own kind of model,
  whose output is the logits, and `layout(spec)` the `Layout` between its arrays and the canonical ones;
  `training_step` makes a step that is another one than the adapter's own (see `gan/`).

Canonical layout of every array: images (batch, height, width, channels), kernels of convolutions
(height, width, in, out), of dense layers (in, out); flattening goes height, width, channels.
"""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Protocol, Tuple

if TYPE_CHECKING:
    from types import ModuleType

WORKLOADS: Dict[str, str] = {
    "mlp": "mlp",
    "cnn": "cnn",
    "lstm": "lstm",
    "transformer": "transformer",
    "gan": "gan",
    "dynamic": "dynamic",
}
"""Folder of each architecture, in the order in which they are listed."""

LEARNING_RATE = 0.1
"""Of the plain stochastic gradient descent that a training step does."""


@dataclass(frozen=True)
class Parameter:
    """One array of weights and the normal distribution that its initial values come from."""

    name: str
    shape: Tuple[int, ...]
    std: float
    mean: float = 0.0


LOSS_SCALE = 2.0**15
"""Of the loss in float16 at first, so that small gradients don't become 0: Keras's own default."""

LOSS_SCALE_STEPS = 2000
"""So many steps with finite gradients double it; one without halves it, and changes no weights."""

BIAS_STD = 0.002
"""Spread of initial biases: not 0, so that a bias in the wrong place is seen; small, so that they don't
drown what comes from the input."""


def kernel_std(fan_in: int) -> float:
    """Spread of the initial weights of a layer with this many inputs: that of PyTorch's own default.

    He's 2.4 times larger one keeps the signal's strength through the layers, but then the deep networks
    diverge within five steps at `LEARNING_RATE`.
    """
    return 1.0 / math.sqrt(3.0 * fan_in)


class Spec(Protocol):
    """The sizes of one architecture at one size."""

    @property
    def batch(self) -> int:
        """Examples in one iteration, unless the user says otherwise."""

    @property
    def input_shape(self) -> Tuple[int, ...]:
        """Shape of one example."""

    @property
    def classes(self) -> int:
        """Number of logits."""

    @property
    def input_variance(self) -> float:
        """Variance of the input values, for each different example in the batch; at most 1 in all.

        Chosen so that five steps at `LEARNING_RATE` neither diverge nor bring the loss near 0, where a
        relative error says nothing.
        """

    @property
    def parameters(self) -> Tuple[Parameter, ...]:
        """All weights, in canonical order and layout."""


def _unchanged(array: Any) -> Any:
    return array


@dataclass(frozen=True)
class Layout:
    """How a framework's arrays differ from the canonical ones; by default they don't.

    Attributes:
        to_input: Canonical input batch → the framework's.
        to_native: Canonical parameters → the framework's, in the order of the model's own.
        to_canonical: The way back.
    """

    to_input: Callable[[Any], Any] = _unchanged
    to_native: Callable[[List[Any]], List[Any]] = list
    to_canonical: Callable[[List[Any]], List[Any]] = list


def architectures() -> Tuple[str, ...]:
    """Names of all architectures, in the order in which they are listed."""
    return tuple(WORKLOADS)


def spec(architecture: str, size: str) -> Spec:
    """The sizes of an architecture.

    Raises:
        KeyError: There is no such architecture or size.
    """
    found: Spec = implementation(architecture, "spec").spec(size)
    return found


def default_batch(architecture: str, size: str) -> int:
    """The batch that an architecture has at this size unless the user says otherwise.

    Raises:
        KeyError: There is no such architecture or size.
    """
    return spec(architecture, size).batch


def implementation(architecture: str, name: str) -> ModuleType:
    """A module of the architecture's folder: "spec", "reference", or a framework's.

    Raises:
        KeyError: There is no such architecture.
        ModuleNotFoundError: The architecture has no such implementation.
    """
    return importlib.import_module(f".{WORKLOADS[architecture]}.{name}", __name__)
