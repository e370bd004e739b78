"""Plans over real worker processes without frameworks, and how the engine runs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fwcompare.domain.contender import Contender, Framework, Mode
from fwcompare.domain.plan import Effort, Plan, PresetName
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.engine import Engine
from fwcompare.execution.supervision import Deadlines
from fwcompare.execution.view import RunView

CHILDREN = Path(__file__).parents[1] / "children"

EFFORT = Effort(rounds=1, min_measure_s=0.05, min_iterations=5, min_warm_up_s=0.05, max_warm_up_s=5.0)

IMPATIENT = replace(Deadlines(), silence_s=3.0, ask_s=0.2, terminate_s=0.3)
"""Shorter waits before a worker is stopped, so that hanging ones don't hold up the tests."""

TINY = Workload("mlp", Task.INFERENCE, Size.TINY, 8, "cpu")

WAIT_S = 120.0


def plan_of(*interpreters: str, effort: Effort = EFFORT, workload: Workload = TINY) -> Plan:
    """A plan whose contenders, in this order, run these 'interpreters'."""
    kinds = [
        (Framework.PYTORCH, Mode.EAGER),
        (Framework.PYTORCH, Mode.COMPILE),
        (Framework.TENSORFLOW, Mode.EAGER),
        (Framework.TENSORFLOW, Mode.XLA),
    ]
    contenders = tuple(
        Contender(*kind, interpreter) for kind, interpreter in zip(kinds, interpreters, strict=False)
    )
    return Plan(
        workloads=(workload,),
        contenders=contenders,
        preset=PresetName.QUICK,
        effort=effort,
        baseline=contenders[0].id,
        seed=0,
        threads=1,
    )


def finish(engine: Engine, plan: Plan, out: Path | None = None) -> RunView:
    """Run a plan to its end."""
    engine.run(plan, out)
    assert engine.wait(WAIT_S)
    view = engine.view()
    assert view is not None
    assert view.finished
    return view
