"""Runs of every kind, for what writes and reads them."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from fwcompare.domain.contender import MODES, Contender, Framework
from fwcompare.domain.events import CompileCache, EquivalenceChecked, Rung
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.record import BlockRecord, PhaseRecord, RunRecord, Series
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.storage.snapshot import read_snapshot

RECORDINGS = Path(__file__).parents[1] / "recordings"

COUNTS = st.integers(0, 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(max_size=20)
NAMES = st.sampled_from(["rss_bytes", "gpu_power_w", "Odd Name", "ä/../b", "channel-0", ""]) | TEXTS
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | TEXTS


def mappings(keys, values):
    return st.dictionaries(keys, values, max_size=3)


@st.composite
def series(draw, typecode):
    lengths = draw(st.lists(st.integers(0, 4), max_size=3))
    values = FLOATS if typecode == "d" else COUNTS

    def chunks(kind, numbers):
        return tuple(
            array(kind, draw(st.lists(numbers, min_size=length, max_size=length))) for length in lengths
        )

    return Series(chunks("q", COUNTS), chunks(typecode, values))


@st.composite
def plans(draw):
    frameworks = draw(st.lists(st.sampled_from(Framework), min_size=1, max_size=3, unique=True))
    contenders = tuple(
        Contender(framework, draw(st.sampled_from(MODES[framework])), draw(TEXTS), draw(TEXTS))
        for framework in frameworks
    )
    tasks = [task for task in Task if not any(one.obstacle_to(task) for one in contenders)]
    architectures = draw(st.lists(TEXTS, min_size=1, max_size=2, unique=True))
    workloads = tuple(
        Workload(
            name, draw(st.sampled_from(tasks)), draw(st.sampled_from(Size)), draw(st.integers(1, 512)), "cpu"
        )
        for name in architectures
    )
    return Plan(
        workloads,
        contenders,
        draw(st.sampled_from(PresetName)),
        Effort(draw(st.integers(1, 20)), draw(st.floats(0.001, 86_399)), draw(st.integers(1, 1000))),
        baseline=draw(st.sampled_from(contenders)).id,
        seed=draw(st.integers(0, 2**32 - 1)),
        threads=draw(st.integers(1, 256)),
        margin=draw(st.floats(0.001, 0.999)),
    )


PHASES = st.builds(PhaseRecord, COUNTS, st.none() | COUNTS, st.none() | COUNTS, st.none() | COUNTS)
CHECKS = st.builds(EquivalenceChecked, COUNTS, COUNTS, TEXTS, st.none() | FLOATS, FLOATS, st.booleans())
BLOCKS = st.builds(
    BlockRecord,
    block=COUNTS,
    contender=TEXTS,
    workload=TEXTS,
    round=COUNTS,
    started_ns=COUNTS,
    compile_cache=st.sampled_from(CompileCache),
    finished_ns=st.none() | COUNTS,
    outcome=st.none() | st.sampled_from(Outcome),
    reason=TEXTS,
    exit_code=st.none() | st.integers(-64, 255),
    pid=st.none() | COUNTS,
    phases=mappings(st.sampled_from(Phase), PHASES),
    versions=mappings(TEXTS, TEXTS),
    settings=mappings(TEXTS, SCALARS),
    device=TEXTS,
    mode_proof=st.none() | TEXTS,
    mode_proved=st.none() | st.booleans(),
    equivalence=st.lists(CHECKS, max_size=2).map(tuple),
    warm_up_iterations=st.none() | COUNTS,
    steady=st.none() | st.booleans(),
    latency=series("q"),
    resources=mappings(NAMES, series("d")),
    counters=mappings(TEXTS, st.integers()),
    unavailable=mappings(TEXTS, TEXTS),
    error=TEXTS,
    traceback=TEXTS,
    log=TEXTS,
    stopping=st.none() | st.sampled_from(Rung),
)
RUNS = st.builds(
    RunRecord,
    run_id=TEXTS,
    started_utc=TEXTS,
    started_ns=COUNTS,
    app_version=TEXTS,
    plan=plans(),
    machine=mappings(TEXTS, SCALARS),
    blocks=st.lists(BLOCKS, max_size=3).map(tuple),
    stopped=mappings(st.tuples(TEXTS, TEXTS), st.sampled_from(Outcome)),
    cancelled=st.booleans(),
    finished_utc=st.none() | TEXTS,
)


@pytest.fixture(scope="session")
def any_run():
    """Strategy for everything that a run can be."""
    return RUNS


@pytest.fixture(scope="session")
def golden():
    """The golden snapshot: a file that must be readable for ever."""
    return RECORDINGS / "mlp-tiny.fwsnap"


@pytest.fixture
def run(golden):
    """A run of four blocks, one of which failed."""
    return read_snapshot(golden)


@pytest.fixture
def empty_run(run):
    """A run that was cancelled before its first block."""
    return replace(run, blocks=(), stopped={}, cancelled=True, finished_utc=None, machine={"load": math.pi})


@pytest.fixture(autouse=True)
def home(monkeypatch):
    """A home folder that no text of the tests names by chance."""
    monkeypatch.setenv("HOME", "/home/the-user-of-the-tests")
    return "/home/the-user-of-the-tests"
