"""One comparison: its folder, journal and session, and block after block until it is saved."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final

import fwcompare
from fwcompare.domain.contender import DISK_CACHED_MODES
from fwcompare.domain.events import (
    BlockStarted,
    CancelRequested,
    CompileCache,
    ContenderStopped,
    Event,
    ResourceEvent,
    RoundsStopped,
    RunFinished,
    RunStarted,
)
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Plan
from fwcompare.domain.record import RunRecord
from fwcompare.domain.workload import Workload
from fwcompare.errors import FwcompareError, SnapshotError
from fwcompare.execution.block import BlockRun, Supply, Watcher, WorkerOrder
from fwcompare.execution.continuation import EARLIER_NAME, before, history_of, rounds_done
from fwcompare.execution.cooling import Cooling
from fwcompare.execution.machine import describe_machine
from fwcompare.execution.processes import mark
from fwcompare.execution.references import prepare_inputs
from fwcompare.execution.repetition import Repetition, repetition_of
from fwcompare.execution.schedule import ScheduledBlock, schedule
from fwcompare.execution.session import Session
from fwcompare.execution.sources.memory import oom_kill_count
from fwcompare.execution.supervision import Deadlines
from fwcompare.execution.view import RunView
from fwcompare.interpreters.environment import TEMPORARY, shareable_environment, worker_environment
from fwcompare.interpreters.installation import cpp_compiler, installation_of
from fwcompare.paths import DataPaths
from fwcompare.stats.blocks import BlockFigures, block_median_ns
from fwcompare.stats.comparison import compare
from fwcompare.stats.stopping import may_stop
from fwcompare.storage.journal import JOURNAL_NAME, Journal
from fwcompare.storage.snapshot import store_snapshot, write_snapshot
from fwcompare.worker import wire

PUBLISH_NS: Final = 100_000_000
"""A new view is made at most this often."""

MAX_FAILURES: Final = 3
"""A contender that failed so often in the same way gets no more blocks in that workload."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all comparisons of one engine are run with; see `fwcompare.execution.engine.Engine`."""

    paths: DataPaths
    make_watcher: Callable[[Callable[[ResourceEvent], None]], Watcher]
    deadlines: Deadlines
    floor_bytes: int


class Comparison:
    """Measures one plan; used by the engine's thread alone.

    Args:
        plan: What to measure.
        conditions: Folders, sampler, time limits.
        cancelled: Set to stop; looked at between and within blocks, and in pauses.
        publish: Takes the newest view.
        earlier: The comparison that the plan goes on with, see `fwcompare.execution.continuation`.
    """

    def __init__(
        self,
        plan: Plan,
        conditions: Conditions,
        cancelled: threading.Event,
        publish: Callable[[RunView], None],
        earlier: RunRecord | None = None,
    ) -> None:
        self._plan = plan
        self._earlier = before(earlier, time.monotonic_ns()) if earlier is not None else None
        self._first_block = 1 + max((one.block for one in earlier.blocks), default=-1) if earlier else 0
        self._conditions = conditions
        self._cancelled = cancelled
        self._cooling = Cooling(plan.effort.cool_down_s, cancelled.wait)
        self._publish = publish
        self._published_ns = 0
        self._activity = ""
        self._failures: Counter[tuple[str, str, Outcome]] = Counter()
        self._stopped = set(earlier.stopped if earlier else ())
        self._cancel_noticed = False
        self._trouble: FwcompareError | None = None
        self._session = Session(self._earlier)
        started = datetime.now(UTC)
        run_id = secrets.token_hex(8)
        self._folder = conditions.paths.runs / run_id
        self._start = RunStarted(
            run_id=run_id,
            at_ns=time.monotonic_ns(),
            started_utc=utc_text(started),
            app_version=fwcompare.__version__,
            plan=plan,
            machine=describe_machine(),
            history=history_of(earlier) if earlier else (),
        )
        self._session.apply(self._start)
        self._supply = Supply(
            record=self._record,
            is_cancelled=self._notice_cancel,
            make_watcher=conditions.make_watcher,
            deadlines=conditions.deadlines,
            oom_kill_count=oom_kill_count,
            memory_floor_bytes=conditions.floor_bytes,
        )

    def view(
        self, *, finished: bool = False, snapshot: Path | None = None, error: FwcompareError | None = None
    ) -> RunView:
        """The state now."""
        return RunView(self._session.record(), self._activity, finished, snapshot, error or self._trouble)

    def measure(self, out: Path | None) -> Path:
        """Run all blocks, or as many as there are until it is cancelled, and save what was measured.

        Returns:
            The snapshot.

        Raises:
            FwcompareError: The journal or the snapshot can't be written.
            OSError: A file of the run can't be written.
        """
        self._folder.mkdir(parents=True)
        with Journal(self._folder / JOURNAL_NAME) as self._journal:
            self._journal.append(self._start)
            if self._earlier is not None:
                write_snapshot(self._earlier, self._folder / EARLIER_NAME)
            self._run_blocks()
            self._record(RunFinished(time.monotonic_ns(), utc_text(datetime.now(UTC)), self._cancel_noticed))
            self._write_down(self._journal.sync)
            snapshot = self._save(out)
        shutil.rmtree(self._folder, ignore_errors=True)
        return snapshot

    def _save(self, out: Path | None) -> Path:
        record = self._session.record()
        if out is not None:
            try:
                write_snapshot(record, out)
            except SnapshotError as error:  # hours of measuring are not thrown away for a file name
                self._trouble = self._trouble or error
            else:
                return out
        return store_snapshot(record, self._conditions.paths.snapshots)

    def _run_blocks(self) -> None:
        prepared: dict[Workload, Path] = {}
        numbers = count(self._first_block)
        for turn in schedule(self._plan, rounds_done(self._earlier) if self._earlier else None):
            if self._notice_cancel():
                return
            if turn.workload.id in self._session.record().precise or self._stops_before(turn):
                continue
            if (turn.contender.id, turn.workload.id) in self._stopped:
                continue
            if turn.workload not in prepared:
                try:
                    prepared[turn.workload] = self._prepare(turn.workload)
                except (OSError, MemoryError) as error:  # what was measured before it is saved all the same
                    self._trouble = cannot_write(error)
                    continue
            self._run_block(next(numbers), turn, prepared[turn.workload])
            if repetition := self._repetition():
                self._run_block(next(numbers), turn, prepared[turn.workload], repetition)

    def _repetition(self) -> Repetition | None:
        """How the newest block is run once more, at once; None if it need not be."""
        record = self._session.record()
        if not self._plan.effort.repeats_disturbed or self._notice_cancel():
            return None
        if record.blocks[-1].outcome is not Outcome.OK:
            return None
        return repetition_of(record.blocks[-1], record)

    def _stops_before(self, turn: ScheduledBlock) -> bool:
        """True if the turn would begin a round that is not needed; the run then says so."""
        record = self._session.record()
        if (
            not self._plan.stops_early
            or self._earlier is not None
            or not _begins_round(turn, record)
            or not is_precise(turn.workload, record)
        ):
            return False
        self._record(RoundsStopped(time.monotonic_ns(), turn.workload.id, turn.round))
        return True

    def _notice_cancel(self) -> bool:
        if (self._cancelled.is_set() or self._trouble) and not self._cancel_noticed:
            self._cancel_noticed = True
            self._record(CancelRequested(time.monotonic_ns()))
        return self._cancel_noticed

    def _prepare(self, workload: Workload) -> Path:
        self._activity = f"Computing the reference of {workload.id} …"
        self._publish(self.view())
        folder = prepare_inputs(workload, self._plan.seed, self._conditions.paths.cache)
        self._activity = ""
        return folder

    def _run_block(
        self, number: int, turn: ScheduledBlock, inputs: Path, repetition: Repetition | None = None
    ) -> None:
        cool_down_ns = self._cool_down(turn)
        if self._notice_cancel():
            return
        cache = self._cache(turn)
        if self._begins_cold(turn):
            shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True, exist_ok=True)
        order = self._order(number, turn, cache, inputs, repetition.warm_up_factor if repetition else 1)
        Path(order.environment[TEMPORARY]).mkdir(exist_ok=True)
        self._record(
            BlockStarted(
                block=number,
                at_ns=time.monotonic_ns(),
                contender=turn.contender.id,
                workload=turn.workload.id,
                round=turn.round,
                compile_cache=self._found_cache(turn),
                variables=shareable_environment(order.environment),
                repeats=repetition.block if repetition else None,
                cool_down_ns=cool_down_ns,
            )
        )
        outcome = BlockRun(order, self._supply).run()
        self._write_down(self._journal.sync)
        self._count_failure(turn, outcome)

    def _cool_down(self, turn: ScheduledBlock) -> int | None:
        """Pause, and say so meanwhile; returns how long it took, None if there was no pause."""
        if self._cooling.is_due:
            self._activity = f"Cooling down, at most {self._plan.effort.cool_down_s:g} s …"
            self._publish(self.view())
        cool_down_ns = self._cooling.before_block(turn.workload.device)
        self._activity = ""
        return cool_down_ns

    def _found_cache(self, turn: ScheduledBlock) -> CompileCache:
        """Warm if the mode keeps what it compiles on disk, and a block has compiled since the cache was empty."""
        if turn.contender.mode not in DISK_CACHED_MODES or self._begins_cold(turn):
            return CompileCache.COLD
        emptied = turn.round - 1 if self._plan.effort.empties_caches else 0
        compiled = any(
            Phase.FIRST_CALL in block.phases
            for block in self._session.record().blocks
            if block.block >= self._first_block
            and block.round >= emptied
            and (block.contender, block.workload) == (turn.contender.id, turn.workload.id)
        )
        return CompileCache.WARM if compiled else CompileCache.COLD

    def _begins_cold(self, turn: ScheduledBlock) -> bool:
        """True if its caches are emptied before it: in the first round, the third and so on."""
        return self._plan.effort.empties_caches and turn.round % 2 == 0

    def _cache(self, turn: ScheduledBlock) -> Path:
        """Compile caches of one contender and workload, private to this run."""
        name = sha256(f"{turn.contender.id} {turn.workload.id}".encode()).hexdigest()[:16]
        return self._folder / "caches" / name

    def _order(
        self, number: int, turn: ScheduledBlock, cache: Path, inputs: Path, warm_up_factor: int
    ) -> WorkerOrder:
        contender, workload, effort = turn.contender, turn.workload, self._plan.effort
        installation = installation_of(Path(contender.interpreter))
        environment = worker_environment(
            os.environ,
            framework=contender.framework,
            threads=self._plan.threads,
            device=workload.device,
            cache=cache,
            installation=installation,
            compiler=cpp_compiler(os.environ),
        )
        request = wire.BlockRequest(
            framework=contender.framework,
            mode=contender.mode,
            architecture=workload.architecture,
            task=workload.task,
            size=workload.size,
            batch=workload.batch,
            precision=workload.precision,
            device=workload.device.partition(":")[0],
            threads=self._plan.threads,
            inputs=str(inputs),
            min_measure_s=effort.min_measure_s,
            min_iterations=effort.min_iterations,
            min_warm_up_s=effort.min_warm_up_s * warm_up_factor,
            max_warm_up_s=effort.max_warm_up_s * warm_up_factor,
            scenario=workload.scenario,
            memory_limit_bytes=self._plan.memory_limit_bytes,
        )
        return WorkerOrder(
            block=number,
            interpreter=contender.interpreter,
            environment=environment | mark(self._folder),
            folder=cache,
            request=request,
            device=workload.device,
            run_folder=self._folder,
        )

    def _count_failure(self, turn: ScheduledBlock, outcome: Outcome) -> None:
        """Stop a contender whose next block would only fail like the last ones."""
        if not outcome.is_failure:
            return
        pair = (turn.contender.id, turn.workload.id)
        self._failures[*pair, outcome] += 1
        if outcome.is_final or self._failures[*pair, outcome] >= MAX_FAILURES:
            self._stopped.add(pair)
            self._record(ContenderStopped(time.monotonic_ns(), *pair, outcome))

    def _record(self, event: Event) -> None:
        """Take in one event: first the session, which refuses what breaks the order, then the journal."""
        self._session.apply(event)
        self._write_down(lambda: self._journal.append(event))
        now_ns = time.monotonic_ns()
        if now_ns - self._published_ns >= PUBLISH_NS:
            self._published_ns = now_ns
            self._publish(self.view())

    def _write_down(self, write: Callable[[], None]) -> None:
        """Write to the journal; if the disk is full, stop measuring and save what there is."""
        try:
            write()
        except SnapshotError as error:
            self._trouble = self._trouble or error


def _begins_round(turn: ScheduledBlock, record: RunRecord) -> bool:
    return not any((one.workload, one.round) == (turn.workload.id, turn.round) for one in record.blocks)


def is_precise(workload: Workload, record: RunRecord) -> bool:
    """True if no further round of the workload is needed."""
    comparisons = compare(record, lambda block: BlockFigures(block_median_ns(block), None, None))
    return may_stop([one for one in comparisons if one.workload == workload.id], record.plan.margin)


def cannot_write(error: OSError | MemoryError) -> FwcompareError:
    """The error for what the system refuses to a run."""
    return FwcompareError(
        f"The files of the run could not be made: {str(error) or type(error).__name__}.",
        "Free some space or memory, or name another folder with --data-dir.",
    )


def utc_text(moment: datetime) -> str:
    """ISO 8601 with "Z", to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
