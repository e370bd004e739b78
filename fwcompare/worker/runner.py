"""One block from request to result: phases, checks, warm-up, measured loop.

Nothing but the measurement runs in here: memory is read at the borders of phases, samples leave
between two timed calls, and there is no heartbeat thread.
"""

from __future__ import annotations

import gc
import importlib
import os
import platform
import time
import traceback
from contextlib import contextmanager
from importlib import metadata
from typing import TYPE_CHECKING, Any, Callable

from . import memory, warmup, wire
from .adapters import ADAPTERS, IncompatibleError
from .channel import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .adapters import Adapter, Program
    from .equivalence import Check
    from .inputs import Inputs

OVERHEAD = "timer_overhead_ns"
"""Counter of what reading the clock and waiting for an idle device take."""

UNIQUE = "host_unique_bytes"
NO_UNIQUE = "this system does not tell how much memory a process holds alone"

MESSAGE_CHARACTERS = 2_000
"""A framework's message may hold a whole graph; the traceback ends with it."""

TRACEBACK_CHARACTERS = 32_768


class CancelledError(Exception):
    """The core asked to stop."""


class MismatchError(Exception):
    """The program does not compute what the reference computes."""


def serve(channel_fd: int) -> int:
    """Measure the one block that the core asks for; returns the process's exit status."""
    channel = Channel(channel_fd)
    channel.send("Hello", protocol=wire.PROTOCOL_VERSION, pid=os.getpid(), python=platform.python_version())
    block = Block(channel, channel.receive_request())
    try:
        block.run()
    except CancelledError:
        channel.send("WorkerCancelled")
    except Exception as error:  # noqa: BLE001 - the worker's top-level seam: every error becomes a message
        channel.send("WorkerFailed", **block.describe(error))
    channel.send("Bye")
    # Interpreter shutdown is not measured, can hang or crash in native code, and changes nothing any more.
    os._exit(0)


class Block:
    """Runs one request; `run` either ends with a `ResultReported` or raises."""

    def __init__(self, channel: Channel, request: wire.BlockRequest) -> None:
        self._channel = channel
        self._request = request
        self._phase = "spawn"
        self._adapter: Adapter | None = None

    def run(self) -> None:
        """All phases in their order.

        Raises:
            CancelledError: The core asked to stop.
            MismatchError: The outputs differ from the reference.
            Exception: Whatever the framework raises.
        """
        if self._request.memory_limit_bytes is not None:
            memory.limit(self._request.memory_limit_bytes)
        with self._timed("import"):
            adapter: Any = importlib.import_module(
                "." + ADAPTERS[self._request.framework], __package__ + ".adapters"
            )
        self._adapter = adapter
        with self._timed("device_init"):
            environment = adapter.init_device(self._request)
        self._channel.send(
            "EnvironmentReported",
            versions=environment.versions,
            settings=environment.settings,
            device=environment.device,
            packages=installed_packages(),
        )
        from .inputs import read_inputs  # noqa: PLC0415 - imports NumPy, which belongs to the phase "import"

        inputs = read_inputs(self._request.inputs)  # our own cost, so part of no phase
        with self._timed("build"):
            program = adapter.build(self._request, inputs)
        with program.running():
            self._start(program, inputs)
            del inputs  # the reference of a large network takes hundreds of MB, which are not the contender's
            iterations = self._measure_program(program)
        with self._timed("teardown"):
            del program
            gc.collect()
        self._channel.send("ResultReported", iterations=iterations)

    def describe(self, error: Exception) -> dict[str, Any]:
        """The fields of a `WorkerFailed` message for this error."""
        return {
            "kind": self._kind(error),
            "error": type(error).__name__,
            "message": str(error)[:MESSAGE_CHARACTERS],
            "traceback": traceback.format_exc()[-TRACEBACK_CHARACTERS:],
        }

    def _kind(self, error: Exception) -> str:
        if isinstance(error, MismatchError):
            return "output_mismatch"
        if isinstance(error, IncompatibleError) or (
            isinstance(error, ImportError) and self._phase == "import"
        ):
            return "env_incompatible"
        if isinstance(error, MemoryError):
            return "oom_host"
        if self._adapter is not None and self._adapter.is_out_of_memory(error):
            return "oom_host" if self._request.device == "cpu" else "oom_device"
        return "user_error"

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        """Report and time a phase; one that fails stays open, so that the core knows where it was."""
        if self._channel.cancelled:
            raise CancelledError
        self._phase = phase
        is_own_peak = memory.reset_peak()
        self._channel.send("PhaseStarted", phase=phase)
        start_ns = time.perf_counter_ns()
        yield
        duration_ns = time.perf_counter_ns() - start_ns
        rss_bytes, peak_rss_bytes = memory.read()
        self._channel.send(
            "PhaseFinished",
            phase=phase,
            duration_ns=duration_ns,
            rss_bytes=rss_bytes,
            peak_rss_bytes=peak_rss_bytes if is_own_peak else None,
        )

    def _start(self, program: Program, inputs: Inputs) -> None:
        """The first calls, and the check of what they compute."""
        if program.compiles:
            with self._timed("compile"):
                program.iterate()
        with self._timed("first_call"):
            program.iterate()
        with self._timed("check"):
            self._check(program, inputs)

    def _check(self, program: Program, inputs: Inputs) -> None:
        from .equivalence import check, too_exact  # noqa: PLC0415 - imports NumPy

        proof = program.prove_mode()
        results = check(program, inputs, self._request.task, self._request.precision)
        wrong_precision = too_exact(results, self._request.precision)
        self._channel.send(
            "ModeProved",
            proved=proof.proved and not wrong_precision,
            evidence=wrong_precision if proof.proved and wrong_precision else proof.evidence,
        )
        for result in results:
            self._channel.send(
                "EquivalenceChecked",
                quantity=result.quantity,
                relative_error=result.relative_error,
                limit=result.limit,
                passed=result.passed,
            )
        failed = [_describe(result) for result in results if not result.passed]
        if failed:
            raise MismatchError("; ".join(failed))

    def _measure_program(self, program: Program) -> int:
        gc.collect()
        gc.freeze()  # what import and build left behind is not searched again in every collection
        from . import sampling  # noqa: PLC0415 - imports NumPy

        with self._timed("warm_up"):
            windows, steady = self._warm_up(program)
        overhead_ns = sampling.overhead_ns(program.iterate)
        sample = sampling.Sample(program.iterate, 1)
        if self._request.scenario == "throughput":
            depth = sampling.depth(windows[-1].median_ns, overhead_ns)
            sample = sampling.grouped(program.iterate, depth)
        self._channel.send(
            "WarmedUp",
            iterations=sum(window.iterations for window in windows),
            steady=steady,
            iterations_per_sample=sample.iterations,
        )
        with self._timed("measure"):
            measured = self._measure(sample.call)
        self._channel.send("CountersRead", values={OVERHEAD: overhead_ns}, unavailable={})
        counters = program.counters()
        self._channel.send("CountersRead", values=counters.values, unavailable=counters.unavailable)
        unique_bytes = memory.unique_bytes()
        self._channel.send(
            "CountersRead",
            values={} if unique_bytes is None else {UNIQUE: unique_bytes},
            unavailable={UNIQUE: NO_UNIQUE} if unique_bytes is None else {},
        )
        return measured

    def _warm_up(self, program: Program) -> tuple[list[warmup.Window], bool]:
        """Iterate until steady; returns the windows, and False if the time limit ended it."""
        limits_s = self._request.min_warm_up_s, self._request.max_warm_up_s
        return warmup.until_steady(program.iterate, program.compile_count, limits_s, self._stop_if_cancelled)

    def _stop_if_cancelled(self) -> None:
        if self._channel.cancelled:
            raise CancelledError

    def _measure(self, iterate: Callable[[], Any]) -> int:
        """The measured loop: `perf_counter_ns` around the call, and nothing else between the two readings.

        The times go into lists: an array would make an object of each number a second time.
        """
        clock, channel, request = time.perf_counter_ns, self._channel, self._request
        to_monotonic_ns = time.monotonic_ns() - clock()
        starts_ns: list[int] = []
        ends_ns: list[int] = []
        end_ns = clock() + int(request.min_measure_s * 1e9)
        sent = 0
        while True:
            flush_ns = clock() + wire.SAMPLE_INTERVAL_NS
            for _ in range(wire.MAX_SAMPLES_IN_MESSAGE):
                start_ns = clock()
                iterate()
                now_ns = clock()
                starts_ns.append(start_ns)
                ends_ns.append(now_ns)
                if now_ns >= flush_ns:
                    break
            samples = packed_samples(starts_ns, ends_ns, to_monotonic_ns)
            channel.send("SamplesMeasured", samples, first_index=sent)
            sent += len(ends_ns)
            starts_ns.clear()
            ends_ns.clear()
            if channel.cancelled:
                raise CancelledError
            if now_ns >= end_ns and sent >= request.min_iterations:
                return sent


def packed_samples(starts_ns: list[int], ends_ns: list[int], to_monotonic_ns: int) -> dict[str, str]:
    """The fields of a `SamplesMeasured` message: starts on the monotonic axis, and durations."""
    import numpy as np  # noqa: PLC0415 - belongs to the phase "import"

    starts, ends = (np.fromiter(times, np.int64, len(times)) for times in (starts_ns, ends_ns))
    fields = {"start_ns": starts + to_monotonic_ns, "duration_ns": ends - starts}
    return {name: wire.pack_bytes(values.astype("<i8").tobytes()) for name, values in fields.items()}


def installed_packages() -> dict[str, str]:
    """Version of every distribution in this interpreter; "" where its record is broken."""
    found = {
        name: distribution.version or ""
        for distribution in metadata.distributions()
        if (name := distribution.metadata["Name"])
    }
    return dict(sorted(found.items()))


def _describe(failed: Check) -> str:
    if failed.relative_error is None:
        return f"{failed.quantity} is not finite or has another shape"
    return f"{failed.quantity} differs by {failed.relative_error:.2g} (relative, limit {failed.limit:.0e})"
