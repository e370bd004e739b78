"""One module for each framework; importing it imports the framework (that is the phase "import").

An adapter module satisfies `Adapter`; what it builds satisfies `Program`. To add a framework: write
the module, name it in `ADAPTERS`, and put an implementation beside the others in each workload.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np

    from ..inputs import Inputs
    from ..wire import BlockRequest

ADAPTERS = {
    "pytorch": "pytorch",
    "tensorflow": "tensorflow",
    "keras-tensorflow": "keras",
    "keras-torch": "keras",
    "keras-jax": "keras",
    "onnxruntime": "onnxruntime",
    "litert": "litert",
}
"""Name of the module in this folder, by framework."""


@dataclass(frozen=True)
class Environment:
    """What the framework says it runs with, read back after the settings were made.

    Attributes:
        versions: By distribution name, with "python" and "numpy".
        settings: By name; the same names in all adapters where they mean the same thing.
        device: Name of the device as the framework sees it.
    """

    versions: dict[str, str]
    settings: dict[str, Any]
    device: str


@dataclass(frozen=True)
class ModeProof:
    """Whether the mode that was asked for really ran, with the evidence in words."""

    proved: bool
    evidence: str


@dataclass(frozen=True)
class Counters:
    """Counters that only the framework knows: figures, and the reason for each that is missing."""

    values: dict[str, int]
    unavailable: dict[str, str]


class Program(Protocol):
    """One workload, built in one framework and mode, with the weights and inputs in place."""

    compiles: bool
    """True if the first call traces or compiles."""

    iterate: Callable[[], Any]
    """One iteration with the device synchronised at its end: exactly what is timed.

    Where the device works on its own it is made by `common.then`, so that `common.halves` gives the call
    and the wait apart: in the throughput scenario a group of calls is timed with one wait.

    Inference returns the output, a training step returns the loss before its update.
    """

    def running(self) -> AbstractContextManager[Any]:
        """Entered once around all iterations: what would cost each of them time if it entered it by itself."""

    def output(self, result: Any) -> np.ndarray:
        """What an inference iteration returned, as logits (batch, classes)."""

    def loss(self, result: Any) -> float:
        """What a training iteration returned, as the mean loss of that step alone.

        To be read after each iteration from `reset_parameters` on, if it is read at all: some versions
        of Keras keep a running mean, which reading the loss starts anew.
        """

    def read_parameters(self) -> list[np.ndarray]:
        """The parameters as float32 in the order and layout of the workload's spec."""

    def reset_parameters(self) -> None:
        """Put the initial weights back, in place (nothing is compiled anew)."""

    def compile_count(self) -> int:
        """How often something was traced or compiled so far; constant once the program is warm."""

    def prove_mode(self) -> ModeProof:
        """Called after the first calls, outside all timing."""

    def counters(self) -> Counters:
        """Called after the measurement."""


class Adapter(Protocol):
    """What an adapter module offers."""

    def init_device(self, request: BlockRequest) -> Environment:
        """Make all settings, bring up the device, read everything back.

        Raises:
            IncompatibleError: The framework can't do what is asked for here.
        """

    def build(self, request: BlockRequest, inputs: Inputs) -> Program:
        """Build the model, load the weights, place the inputs on the device."""

    def is_out_of_memory(self, error: BaseException) -> bool:
        """True if this error means that the device's memory ran out."""


class IncompatibleError(Exception):
    """This interpreter, version or build can't run the contender; the text says why and what to do."""
