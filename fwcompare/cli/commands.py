"""The commands and their flags; what each does is in the module that it imports."""

# ruff: noqa: PLC0415 - a command imports its module when it is called, so that --help is quick

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from fwcompare import __version__
from fwcompare.cli.flags import DataDir, Json, Snapshot, command
from fwcompare.cli.interpreter_commands import interpreters
from fwcompare.cli.invocation import Invocation
from fwcompare.cli.library_commands import library
from fwcompare.cli.planning import RunFlags
from fwcompare.errors import UsageError

NAMES: Final = (
    "run",
    "show",
    "contenders",
    "interpreters",
    "doctor",
    "recover",
    "library",
    "selftest",
    "largest-batch",
)

_DEFAULTS: Final = RunFlags()

_MAX_BATCH: Final = 1 << 20
"""Where the search for the largest batch ends if everything fits."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    help="Compare TensorFlow, Keras and PyTorch by measuring them on this machine.",
)

app.add_typer(interpreters, name="interpreters")
app.add_typer(library, name="library")

Size = Annotated[str, typer.Option(metavar="S", help="tiny, small or base.")]
Contenders = Annotated[
    list[str] | None,
    typer.Option(
        metavar="C", help="framework:mode[@interpreter]; can be repeated.  [default: all that can run]"
    ),
]
Preset = Annotated[str, typer.Option(metavar="P", help="quick (3 rounds), standard (8) or rigorous (15).")]
Threads = Annotated[
    int | None, typer.Option(metavar="N", help="Of each worker.  [default: physical cores less one]")
]
AllowInterpreters = Annotated[
    bool,
    typer.Option(
        "--allow-interpreters",
        help="Allow the Pythons of these contenders to be started, without being asked; remembered.",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        metavar="D",
        help="cpu, cuda, cuda:INDEX, cuda:UUID or auto: the GPU if every contender can use it, else the CPU.",
    ),
]


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    invocation: Invocation = context.obj
    context.obj = invocation.within(data_dir)
    if version:
        typer.echo(f"fwcompare {__version__}, Python {platform.python_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        if json:
            raise UsageError("No command is named.", "fwcompare --help lists them.")
        typer.echo(context.get_help())


@command(app)
def run(
    invocation: Invocation,
    *,
    workload: Annotated[
        list[str] | None,
        typer.Option(
            metavar="W", help="mlp, cnn, lstm, transformer, gan or dynamic; can be repeated.  [default: mlp]"
        ),
    ] = None,
    task: Annotated[
        list[str] | None,
        typer.Option(metavar="T", help="inference or training; can be repeated.  [default: inference]"),
    ] = None,
    size: Size = _DEFAULTS.size,
    batch: Annotated[
        str | None,
        typer.Option(
            metavar="N,...", help="Examples in one iteration; several are a sweep.  [default: by size]"
        ),
    ] = None,
    precision: Annotated[
        str,
        typer.Option(
            metavar="P,...", help="float32, bfloat16, and on GPUs tf32 and float16; each is a workload."
        ),
    ] = _DEFAULTS.precisions,
    scenario: Annotated[
        str,
        typer.Option(
            metavar="S", help="single-stream: each iteration waits for the device; throughput: groups do."
        ),
    ] = _DEFAULTS.scenario,
    contender: Contenders = None,
    device: Device = _DEFAULTS.device,
    preset: Preset = _DEFAULTS.preset,
    rounds: Annotated[int | None, typer.Option(metavar="N", help="Instead of the preset's.")] = None,
    seconds_per_block: Annotated[
        float | None, typer.Option(metavar="S", help="Least time that a block measures.")
    ] = None,
    threads: Threads = None,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Of the order, weights and inputs.")
    ] = _DEFAULTS.seed,
    margin: Annotated[
        float | None,
        typer.Option(metavar="PERCENT", help="Least difference that matters.  [default: see selftest]"),
    ] = None,
    stop_early: Annotated[
        bool | None,
        typer.Option(
            "--stop-early/--no-stop-early",
            help="End the rounds when the result is precise.  [default: in preset standard]",
        ),
    ] = None,
    cool_down: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", help="Pause between blocks; on a GPU at most, until it is cool again."
        ),
    ] = _DEFAULTS.cool_down_s,
    cold: Annotated[
        bool,
        typer.Option(
            "--cold", help="Run each round with empty compile caches, and again with what that left."
        ),
    ] = False,
    baseline: Annotated[
        str | None, typer.Option(metavar="C", help="Whom to compare with.  [default: the first that can run]")
    ] = None,
    allow_interpreters: AllowInterpreters = False,
    go_on: Annotated[
        str | None,
        typer.Option(
            "--continue",
            metavar="SNAPSHOT",
            help="Add rounds to this comparison: --rounds N, or as many as it needs; all else is as it was.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The snapshot.  [default: one in the library]")
    ] = None,
) -> int:
    """Measure, compare, and save a snapshot."""
    from fwcompare.cli import running

    flags = RunFlags(
        workloads=workload or _DEFAULTS.workloads,
        tasks=task or _DEFAULTS.tasks,
        size=size,
        batches=batch,
        precisions=precision,
        contenders=contender or (),
        device=device,
        preset=preset,
        rounds=rounds,
        seconds_per_block=seconds_per_block,
        threads=threads,
        seed=seed,
        margin_percent=margin,
        stops_early=stop_early,
        cool_down_s=cool_down,
        cold=cold,
        baseline=baseline,
        scenario=scenario,
    )
    target = out.expanduser().absolute() if out else None
    if go_on is not None:
        if replace(flags, rounds=None) != _DEFAULTS:
            raise UsageError(
                "With --continue all but --rounds comes from the snapshot.", "Leave the others out."
            )
        return running.go_on(go_on, rounds, target, invocation)
    return running.run(flags, target, invocation, allow=allow_interpreters)


@command(app)
def selftest(
    invocation: Invocation,
    *,
    contender: Annotated[
        str | None, typer.Option(metavar="C", help="Whom to take.  [default: the first that can run]")
    ] = None,
    device: Device = _DEFAULTS.device,
    preset: Preset = "standard",
    allow_interpreters: AllowInterpreters = False,
) -> int:
    """Compare a contender with itself: what can this machine tell apart?"""
    from fwcompare.cli import selftest as selftests

    named = (contender,) if contender else ()
    return selftests.selftest(named, preset, device, invocation, allow=allow_interpreters)


@command(app)
def largest_batch(
    invocation: Invocation,
    *,
    workload: Annotated[
        str, typer.Option(metavar="W", help="mlp, cnn, lstm, transformer, gan or dynamic.")
    ] = _DEFAULTS.workloads[0],
    task: Annotated[str, typer.Option(metavar="T", help="inference or training.")] = _DEFAULTS.tasks[0],
    precision: Annotated[
        str, typer.Option(metavar="P", help="float32, bfloat16, and on GPUs tf32 and float16.")
    ] = _DEFAULTS.precisions,
    size: Size = _DEFAULTS.size,
    contender: Contenders = None,
    device: Device = _DEFAULTS.device,
    threads: Threads = None,
    memory_limit: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            help="Of a worker on the CPU, as 2GB.  [default: all that is free, less a reserve]",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", help="No larger batch is tried.")] = _MAX_BATCH,
    allow_interpreters: AllowInterpreters = False,
) -> int:
    """Search for the largest batch that fits into memory."""
    from fwcompare.cli import largest_batch as searching

    flags = RunFlags(
        workloads=(workload,),
        tasks=(task,),
        size=size,
        precisions=precision,
        contenders=contender or (),
        device=device,
        threads=threads,
    )
    wanted = searching.SearchFlags(memory_limit, limit)
    return searching.largest_batch(flags, wanted, invocation, allow=allow_interpreters)


@command(app)
def show(
    invocation: Invocation,
    snapshot: Snapshot,
    *,
    cold: Annotated[
        bool, typer.Option("--cold", help="Print import, build, compile and first call instead.")
    ] = False,
    details: Annotated[
        bool, typer.Option("--details", help="Print percentiles, memory, energy and each block instead.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="CONTENDER", help="Print how the verdicts of this contender came about instead."
        ),
    ] = None,
) -> int:
    """Print a snapshot as `run` printed it; `show sample` prints the one that fwcompare brings along."""
    from fwcompare.cli import inspecting

    page = inspecting.Page(cold=cold, details=details, explained=explain)
    return inspecting.show(snapshot, page, invocation)


@command(app)
def contenders(invocation: Invocation, *, device: Device = _DEFAULTS.device) -> int:
    """List who can run here; for the others: why not, what to do."""
    from fwcompare.cli import inspecting

    return inspecting.contenders(device, invocation)


@command(app)
def doctor(invocation: Invocation) -> int:
    """Look at this machine and say what is missing."""
    from fwcompare.cli import doctor as doctors

    return doctors.doctor(invocation)


@command(app)
def recover(invocation: Invocation) -> int:
    """Turn what an ended fwcompare left unfinished into snapshots."""
    from fwcompare.cli import inspecting

    return inspecting.recover(invocation)
