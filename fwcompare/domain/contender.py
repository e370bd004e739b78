"""Who competes: a framework in a mode, in an interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fwcompare.domain.workload import Precision, Task


class Framework(StrEnum):
    """A framework, Keras on one of its backends, or a runtime of models that another framework exported."""

    PYTORCH = "pytorch"
    TENSORFLOW = "tensorflow"
    KERAS_TENSORFLOW = "keras-tensorflow"
    KERAS_TORCH = "keras-torch"
    KERAS_JAX = "keras-jax"
    ONNXRUNTIME = "onnxruntime"
    LITERT = "litert"


class Mode(StrEnum):
    """How the framework executes."""

    EAGER = "eager"
    COMPILE = "compile"
    FUNCTION = "function"
    XLA = "xla"
    EXPORT = "export"
    TRACE = "trace"
    SCRIPT = "script"
    AOT = "aot"
    SAVEDMODEL = "savedmodel"
    DEFAULT = "default"


MODES: Final[dict[Framework, tuple[Mode, ...]]] = {
    Framework.PYTORCH: (Mode.EAGER, Mode.COMPILE, Mode.EXPORT, Mode.TRACE, Mode.SCRIPT, Mode.AOT),
    Framework.TENSORFLOW: (Mode.EAGER, Mode.FUNCTION, Mode.XLA, Mode.SAVEDMODEL),
    Framework.KERAS_TENSORFLOW: (Mode.EAGER, Mode.DEFAULT, Mode.XLA),
    Framework.KERAS_TORCH: (Mode.DEFAULT, Mode.COMPILE),
    Framework.KERAS_JAX: (Mode.DEFAULT,),
    Framework.ONNXRUNTIME: (Mode.DEFAULT,),
    Framework.LITERT: (Mode.DEFAULT,),
}
"""The modes that each framework has, in the order in which they are listed."""

CHOSEN_ONLY: Final = frozenset(
    {
        (Framework.PYTORCH, Mode.EXPORT),
        (Framework.PYTORCH, Mode.TRACE),
        (Framework.PYTORCH, Mode.SCRIPT),
        (Framework.PYTORCH, Mode.AOT),
        (Framework.TENSORFLOW, Mode.SAVEDMODEL),
        (Framework.KERAS_TENSORFLOW, Mode.EAGER),
        (Framework.KERAS_TORCH, Mode.COMPILE),
        (Framework.KERAS_JAX, Mode.DEFAULT),
        (Framework.ONNXRUNTIME, Mode.DEFAULT),
        (Framework.LITERT, Mode.DEFAULT),
    }
)
"""The contenders that compete only where the user chooses them, so that a comparison of all that was not
chosen stays as short as it is: those that few people deploy, that are on their way out, or that need
more than is usually installed."""

WITHOUT_TRAINING: Final[dict[Framework | Mode, str]] = {
    Mode.AOT: "AOTInductor compiles the forward pass only",
    Framework.ONNXRUNTIME: "it runs the exported forward pass only",
    Framework.LITERT: "it runs the converted forward pass only",
}
"""Why a framework or mode has no training; those that are not in here have inference and training."""

NO_TRAINING_OF: Final[dict[str, str]] = {
    "dynamic": "its number of turns follows the weights, so that whoever had trained further would do other work"
}
"""Why nobody trains an architecture, by its name."""

GAPS: Final[dict[tuple[str, Task, Framework, Mode], str]] = {
    (
        "dynamic",
        Task.INFERENCE,
        Framework.PYTORCH,
        Mode.TRACE,
    ): "torch.jit.trace keeps the number of turns that its example took",
    **{
        (
            "gan",
            Task.TRAINING,
            Framework.PYTORCH,
            mode,
        ): "it captures one model, and a step takes two in turns"
        for mode in (Mode.EXPORT, Mode.TRACE, Mode.SCRIPT)
    },
}
"""Why a contender can't do one task of one architecture, where it can do others."""

FLOAT32_ONLY: Final = frozenset({Framework.KERAS_JAX, Framework.ONNXRUNTIME, Framework.LITERT})
"""Frameworks that are measured in IEEE float32 alone."""

DISK_CACHED_MODES: Final = frozenset({Mode.COMPILE})
"""Modes that find on disk what an earlier process of the same run compiled; for all others the caches are emptied
before each block, so that those that keep something there by the way start as the first time."""

DEPRECATED_MODES: Final = frozenset({Mode.TRACE, Mode.SCRIPT})
"""Modes that their framework advises against."""

_NOTES: Final[dict[Framework | Mode, str]] = {
    Framework.ONNXRUNTIME: "the model exported from PyTorch",
    Framework.LITERT: "the model converted from TensorFlow",
    Mode.DEFAULT: "as Keras does by itself",
    **dict.fromkeys(DEPRECATED_MODES, "deprecated by PyTorch"),
}
"""What is said beside the names of contenders that are not like the others; of the framework rather than the mode."""

MODULES: Final[dict[Framework, tuple[str, ...]]] = {
    Framework.PYTORCH: ("torch",),
    Framework.TENSORFLOW: ("tensorflow",),
    Framework.KERAS_TENSORFLOW: ("keras", "tensorflow"),
    Framework.KERAS_TORCH: ("keras", "torch"),
    Framework.KERAS_JAX: ("keras", "jax"),
    Framework.ONNXRUNTIME: ("onnxruntime", "torch", "onnx", "onnxscript"),
    Framework.LITERT: ("ai_edge_litert", "tensorflow"),
}
"""The modules that a framework needs, the one that names it first; of a runtime then those that export its model."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One framework in one mode, in one interpreter.

    Attributes:
        interpreter: Absolute path of the Python that runs it.
        named: The interpreter as the user wrote it after `@`, "" if it was not named (then it is
            the one assigned to the framework, or the application's own).
        slot: 1, and 2 for the second of two that are the same, in a run that compares one with itself.
    """

    framework: Framework
    mode: Mode
    interpreter: str
    named: str = ""
    slot: int = 1

    @property
    def id(self) -> str:
        """`framework:mode`, with `@interpreter` where one was named and `#2` in a second slot; unique in a plan."""
        suffix = f"@{self.named}" if self.named else ""
        slot = f"#{self.slot}" if self.slot > 1 else ""
        return f"{self.framework}:{self.mode}{suffix}{slot}"

    @property
    def is_default(self) -> bool:
        """True if it competes where nobody chose any contenders."""
        return (self.framework, self.mode) not in CHOSEN_ONLY

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What it can do."""
        return tuple(task for task in Task if not self.obstacle_to(task))

    def obstacle_to(self, task: Task, architecture: str = "") -> str:
        """Sentence that says why it can't do a task, on no machine; "" if it can.

        Without an architecture the sentence is about all of them.
        """
        if task is Task.TRAINING and architecture in NO_TRAINING_OF:
            return f"{architecture} has no training: {NO_TRAINING_OF[architecture]}."
        why = WITHOUT_TRAINING.get(self.framework) or WITHOUT_TRAINING.get(self.mode)
        if task is Task.TRAINING and why:
            return f"{self.id} has no training: {why}."
        gap = GAPS.get((architecture, task, self.framework, self.mode))
        return f"{self.id} has no {task} of {architecture}: {gap}." if gap else ""

    def obstacle_in(self, precision: Precision) -> str:
        """Sentence that says why it is not measured in a precision, "" if it is."""
        if precision is Precision.FLOAT32 or self.framework not in FLOAT32_ONLY:
            return ""
        return f"{self.id} is measured in float32 alone, not in {precision}."

    @property
    def is_deprecated(self) -> bool:
        """True if its framework advises against it."""
        return self.mode in DEPRECATED_MODES

    @property
    def label(self) -> str:
        """The id, with a note where the contender is not like the others."""
        note = _NOTES.get(self.framework) or _NOTES.get(self.mode)
        return f"{self.id} ({note})" if note else self.id
