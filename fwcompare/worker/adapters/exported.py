"""What the runtimes share: a model that is loaded from a file, and can do nothing but run forwards."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Callable, List, Protocol

from . import Counters, IncompatibleError, ModeProof

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import numpy as np

    from ..exporting import Exported

_COUNTERS = ("framework_allocated_peak_bytes", "framework_reserved_peak_bytes")


class Session(Protocol):
    """A model as a runtime has loaded it, its input in place."""

    run: Callable[[], Any]
    """One iteration."""

    def output(self) -> np.ndarray:
        """The logits of the last iteration."""

    def prove(self) -> ModeProof:
        """What was loaded, and where it runs."""


class ExportedProgram:
    """A model that the first iteration loads, and from then on runs: see `Program`.

    Its weights are constants of the file: nothing changes them, and the runtimes don't give them away.
    """

    compiles = True

    def __init__(
        self,
        exported: Exported,
        load: Callable[[Exported], Session],
        parameters: List[np.ndarray],
        title: str,
    ) -> None:
        self._exported = exported
        self._load = load
        self._parameters = parameters
        self._title = title
        self._sessions: List[Session] = []
        self.iterate: Callable[[], Any] = self._load_and_iterate

    def _load_and_iterate(self) -> Any:
        session = self._load(self._exported)
        self._sessions.append(session)
        self.iterate = session.run
        return self.iterate()

    def running(self) -> AbstractContextManager[Any]:
        """There is nothing to enter."""
        return nullcontext()

    def output(self, _result: Any) -> np.ndarray:
        """Logits (batch, classes) of the last iteration."""
        return self._sessions[-1].output()

    def loss(self, _result: Any) -> float:
        """There is none."""
        raise IncompatibleError(f"{self._title} does not train. Choose the task inference for it.")

    def read_parameters(self) -> List[np.ndarray]:
        """Those that were exported."""
        return self._parameters

    def reset_parameters(self) -> None:
        """They are as they were."""

    def compile_count(self) -> int:
        """How often the model was loaded, which is when a runtime prepares its graph."""
        return len(self._sessions)

    def prove_mode(self) -> ModeProof:
        """See `Session.prove`."""
        return self._sessions[-1].prove() if self._sessions else ModeProof(False, "no model was loaded")

    def counters(self) -> Counters:
        """None: the runtimes' Python interfaces have no counters of memory."""
        return Counters({}, dict.fromkeys(_COUNTERS, f"{self._title} does not tell what it allocates"))
