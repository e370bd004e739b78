"""Weights, inputs and reference results of a workload: computed once, kept in the cache, read by workers."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.worker import workloads
from fwcompare.worker.equivalence import LOSSES_AFTER
from fwcompare.worker.inputs import InputsError, read_arrays, write_arrays
from fwcompare.worker.workloads import Spec, training

FORMAT: Final = 1
"""Part of every key: raise it whenever the files or the numbers in them change."""

MAX_DIFFERENT: Final = 128
"""Different examples in a batch; a larger batch repeats them, and so costs the reference no more."""

MAX_DIFFERENT_AT_BASE: Final = 2
"""The same at `base`, where one example takes the reference seconds."""


MIN_MARGIN: Final = 2e-6
"""An example that comes closer than this to a kink (see `training.distance`) is drawn again. Rounding in
float32 moves the values of the largest network by 4e-7; one pixel on the other side of a kink changed the
gradients of a small one by 3e-3, three times what the equivalence check allows."""

MAX_DRAWS: Final = 16
"""After this many the best example drawn is taken: at `base` there are a million pixels for each."""


def prepare_inputs(workload: Workload, seed: int, cache: Path) -> Path:
    """The folder for `fwcompare.worker.inputs.read_inputs`, made if it is not in the cache yet.

    Device and precision don't matter to it: all contenders of a workload start from the same numbers.

    Args:
        workload: What is to be computed.
        seed: Of the weights, inputs and labels.
        cache: Folder that may be deleted at any time between two runs.

    Raises:
        OSError: The cache can't be written.
    """
    folder = cache / "inputs" / _key(workload, seed)
    if not _is_complete(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as making:
            made = Path(making) / folder.name
            made.mkdir()
            write_arrays(str(made), make_arrays(workload, seed))
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
    return folder


def make_arrays(workload: Workload, seed: int) -> dict[str, np.ndarray]:
    """Everything that `read_inputs` reads, by name.

    The batch repeats its first examples in their order, so that the reference need compute only those:
    the mean loss and the gradients of the batch are theirs, weighted by how often each is in it.
    """
    spec = workloads.spec(workload.architecture, workload.size)
    reference: Any = workloads.implementation(workload.architecture, "reference")
    different = min(workload.batch, MAX_DIFFERENT_AT_BASE if workload.size is Size.BASE else MAX_DIFFERENT)
    for_weights, for_examples = (np.random.default_rng([seed, stream]) for stream in range(2))
    parameters = _draw_parameters(spec, for_weights)
    labels = getattr(reference, "draw_targets", training.draw_targets)(spec, different, for_examples)
    x = _draw_examples(reference, spec, parameters, different, for_examples)
    if workload.task is Task.INFERENCE:
        results = {"output": training.inference(reference, spec, parameters, x)}
    else:
        weights = np.bincount(np.arange(workload.batch) % different) / workload.batch
        results = _training_results(reference, spec, parameters, x, labels, weights=weights)
    return {
        **{f"parameter/{kind.name}": array for kind, array in zip(spec.parameters, parameters, strict=True)},
        "x": np.resize(x, (workload.batch, *spec.input_shape)),
        "labels": np.resize(labels, (workload.batch, *labels.shape[1:])),
        **{f"reference/{name}": array for name, array in results.items()},
    }


def _draw_parameters(spec: Spec, random: np.random.Generator) -> list[np.ndarray]:
    return [
        np.float32(kind.mean) + np.float32(kind.std) * random.standard_normal(kind.shape, dtype=np.float32)
        for kind in spec.parameters
    ]


def _draw_examples(
    reference: training.Reference,
    spec: Spec,
    parameters: list[np.ndarray],
    count: int,
    random: np.random.Generator,
) -> np.ndarray:
    """Inputs (count, …), none so close to a kink that rounding decides its gradient, as far as may be."""
    std = np.sqrt(np.float32(min(1.0, spec.input_variance * count)))
    x = np.zeros((count, *spec.input_shape), np.float32)
    margins = np.full(count, -1.0)
    for _ in range(MAX_DRAWS):
        close = np.flatnonzero(margins < MIN_MARGIN)
        if not close.size:
            break
        drawn = std * random.standard_normal((len(close), *spec.input_shape), dtype=np.float32)
        found = training.margins(reference, spec, parameters, drawn)
        better = found > margins[close]
        x[close[better]], margins[close[better]] = drawn[better], found[better]
    return x


def _training_results(
    reference: training.Reference,
    spec: Spec,
    parameters: list[np.ndarray],
    x: np.ndarray,
    labels: np.ndarray,
    *,
    weights: np.ndarray,
) -> dict[str, np.ndarray]:
    """Losses in float64; the parameter change, which is large, in float32."""
    result = training.train(reference, spec, parameters, x, labels, weights=weights, steps=max(LOSSES_AFTER))
    return {
        **{f"loss_after_{steps}": np.array([result.losses[steps]]) for steps in LOSSES_AFTER},
        "parameter_change": result.parameter_change.astype(np.float32),
    }


def _key(workload: Workload, seed: int) -> str:
    """Name of the folder; NumPy is in it because its random streams may differ between versions."""
    parts = (
        workload.architecture,
        workload.task,
        workload.size,
        f"b{workload.batch}",
        f"seed{seed}",
        f"numpy{np.__version__}",
        f"format{FORMAT}",
    )
    return "-".join(parts)


def _is_complete(folder: Path) -> bool:
    try:
        read_arrays(str(folder))
    except InputsError:
        return False
    return True
