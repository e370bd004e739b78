"""The command `selftest`: can this machine be trusted, and how small a difference does it show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fwcompare.cli import exit_codes, tables, wording
from fwcompare.cli.consent import allow_contenders
from fwcompare.cli.planning import Candidates, asked_for, choose, find_candidates
from fwcompare.cli.running import measure
from fwcompare.domain import words
from fwcompare.domain.plan import SELF_TEST_ARCHITECTURE, PresetName, self_test
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.errors import InterpreterError
from fwcompare.paths import shareable, tilde
from fwcompare.report import JSON, SCHEMA, error_object
from fwcompare.stats.detectable import suggested_margin
from fwcompare.stats.selftest import SelfTest, self_test_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fwcompare.cli.invocation import Invocation
    from fwcompare.cli.parts import Parts
    from fwcompare.domain.plan import Plan
    from fwcompare.execution.view import RunView


def selftest(
    contenders: Sequence[str], preset: str, device: str, invocation: Invocation, *, allow: bool = False
) -> int:
    """Compare a contender with itself, print what that says of this machine, and remember it.

    Args:
        contenders: The one to take, as the user wrote it; () for the first that can run here.
        preset: Name of the effort.
        device: As for `run`.
        invocation: What every command is called with.
        allow: The user allows the interpreter in question to be started.

    Raises:
        FwcompareError: The check could not be begun, or what it found not be remembered.
    """
    parts, output = invocation.parts(), invocation.output
    settings = allow_contenders(contenders, invocation, allow=allow)
    candidates = find_candidates(asked_for(contenders, settings, parts), device, settings, parts)
    plan = _plan(candidates, choose(preset, PresetName, "preset"), parts)
    estimate = wording.span(parts.estimate_s(plan))
    rounds = words.count(plan.effort.rounds, "round")
    output.say(f"{plan.baseline} against itself, {plan.workloads[0].id}, {rounds}: about {estimate}.")
    view = measure(plan, None, invocation)
    found = self_test_of(view.record, view.look) if view.record.blocks else None
    if found is not None:
        if found.calibration is not None:
            file = invocation.paths.calibrations_file
            parts.save_calibration(file, plan.workloads[0].device, found.calibration)
        tables.print_run(output.console, view.record, view.look)
        for line in wording.self_test(found):
            output.say(line)
    if view.snapshot:
        output.say(f"Saved as {tilde(str(view.snapshot))}")
    if view.error:
        output.error(view.error)
    output.answer(lambda: _object(found, view))
    return _exit_code(found, view)


def _plan(candidates: Candidates, preset: PresetName, parts: Parts) -> Plan:
    one = next((one for one in candidates.surveyed if one.available), None)
    if one is None:
        raise InterpreterError(
            "No contender can run here.", "fwcompare contenders says what each of them lacks."
        )
    batch = parts.default_batch(SELF_TEST_ARCHITECTURE, Size.SMALL)
    workload = Workload(SELF_TEST_ARCHITECTURE, Task.INFERENCE, Size.SMALL, batch, candidates.device)
    return self_test(one.contender, workload, preset, parts.default_threads())


def _object(found: SelfTest | None, view: RunView) -> dict[str, JSON]:
    snapshot = str(view.snapshot) if view.snapshot else None
    content: dict[str, JSON] = {
        "schema": SCHEMA,
        "self_test": _self_test(found, view) if found else None,
        "snapshot": snapshot,
        "error": error_object(view.error),
    }
    return {name: shareable(value) for name, value in content.items()}


def _self_test(found: SelfTest, view: RunView) -> JSON:
    comparison, calibration, plan = found.comparison, found.calibration, view.record.plan
    return {
        "contender": plan.baseline,
        "workload": comparison.workload,
        "preset": plan.preset,
        "checked_utc": view.record.started_utc,
        "margin": plan.margin,
        "rounds": comparison.rounds,
        "ratio": comparison.ratio,
        "low": comparison.low,
        "high": comparison.high,
        "log_deviation": comparison.log_deviation,
        "verdict": comparison.verdict,
        "passed": found.passed,
        "sentence": found.sentence,
        "disturbances": [
            {
                "code": one.gate.code,
                "level": one.gate.level,
                "blocks": one.blocks,
                "sentence": one.gate.sentence,
                "remedy": one.gate.code.remedy,
            }
            for one in found.disturbances
        ],
        "remembered": calibration is not None,
        "detectable": {str(preset): value for preset, value in calibration.detectable.items()}
        if calibration
        else {},
        "margins": {str(preset): suggested_margin(value) for preset, value in calibration.detectable.items()}
        if calibration
        else {},
    }


def _exit_code(found: SelfTest | None, view: RunView) -> int:
    if view.error is not None:
        return exit_codes.of_error(view.error)
    if view.record.cancelled:
        return exit_codes.CANCELLED
    return exit_codes.DONE if found is not None and found.passed else exit_codes.FAILED
