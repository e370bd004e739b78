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
    different = min(workload.batch, MAX_DIFFERENT_AT_BASE if workload.size is Size.BASE else MAX_DIFFERENT)
    parameters, x, labels = _random(spec, different, seed)
    named = {
        f"parameter/{parameter.name}": array
        for parameter, array in zip(spec.parameters, parameters, strict=True)
    }
    return {
        **named,
        "x": np.resize(x, (workload.batch, *spec.input_shape)),
        "labels": np.resize(labels, workload.batch),
        **{
            f"reference/{name}": array
            for name, array in _reference(workload, spec, parameters, x, labels).items()
        },
    }


def _random(spec: Spec, examples: int, seed: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights, which depend on the seed alone; inputs; labels, as many of each class as can be."""
    for_weights, for_examples = (np.random.default_rng([seed, stream]) for stream in range(2))
    parameters = [
        np.float32(parameter.mean)
        + np.float32(parameter.std) * for_weights.standard_normal(parameter.shape, dtype=np.float32)
        for parameter in spec.parameters
    ]
    std = np.sqrt(np.float32(min(1.0, spec.input_variance * examples)))
    x = std * for_examples.standard_normal((examples, *spec.input_shape), dtype=np.float32)
    labels = np.resize(for_examples.permutation(spec.classes), examples)
    return parameters, x, labels


def _reference(
    workload: Workload, spec: Spec, parameters: list[np.ndarray], x: np.ndarray, labels: np.ndarray
) -> dict[str, np.ndarray]:
    """Results in float64 for the different examples; the parameter change, which is large, as float32."""
    reference: Any = workloads.implementation(workload.architecture, "reference")
    if workload.task is Task.INFERENCE:
        return {"output": training.inference(reference, spec, parameters, x)}
    weights = np.bincount(np.arange(workload.batch) % len(x)) / workload.batch
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
