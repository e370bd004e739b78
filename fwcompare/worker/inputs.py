"""Weights, inputs and reference results: raw little-endian arrays in a folder, with SHA-256.

Written once by the core (`fwcompare/execution/references.py`), read by every worker, so that all
contenders start from the same numbers whatever NumPy they have.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "arrays.json"
_DTYPES = ("<f4", "<f8", "<i8")


@dataclass(frozen=True)
class Inputs:
    """What one block works on.

    Attributes:
        parameters: Initial weights, float32, in the order and layout of the workload's spec.
        x: Input batch, float32, (batch, …) in the spec's layout (NHWC for images).
        labels: What training is told of each example: its class, int64, (batch,); or another target, float32,
            (batch, …), where the architecture draws its own.
        reference: Results in float64: "output" (checked examples, classes) for inference;
            "loss_after_1", "loss_after_5" (1,) and "parameter_change" (all parameters, flat) for training.
    """

    parameters: list[np.ndarray]
    x: np.ndarray
    labels: np.ndarray
    reference: dict[str, np.ndarray]


class InputsError(Exception):
    """The folder does not hold what the core wrote."""


def write_arrays(folder: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write each array to a file of its own, then the manifest, which makes the folder complete."""
    entries = {}
    for number, (name, array) in enumerate(arrays.items()):
        dtype = array.dtype.newbyteorder("<").str
        if dtype not in _DTYPES:
            raise ValueError(f"{name} has the type {dtype}, not one of {_DTYPES}")
        data = np.ascontiguousarray(array, dtype).tobytes()
        file = f"{number:03d}.bin"
        with open(os.path.join(folder, file), "wb") as stream:
            stream.write(data)
        entries[name] = {
            "file": file,
            "dtype": dtype,
            "shape": list(array.shape),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    with open(os.path.join(folder, MANIFEST), "w", encoding="utf-8") as stream:
        json.dump(entries, stream)


def read_arrays(folder: str) -> dict[str, np.ndarray]:
    """All arrays of the folder by name, checked against their SHA-256.

    Raises:
        InputsError: A file is missing, has another length, or other bytes than were written.
    """
    try:
        with open(os.path.join(folder, MANIFEST), encoding="utf-8") as stream:
            entries = json.load(stream)
        return {name: _read_array(folder, name, entry) for name, entry in entries.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputsError(f"the inputs in {folder} can't be read: {error}") from error


def _read_array(folder: str, name: str, entry: dict[str, Any]) -> np.ndarray:
    with open(os.path.join(folder, entry["file"]), "rb") as stream:
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise InputsError(f"the bytes of {name} in {folder} are not those that were written")
    array: np.ndarray = np.frombuffer(data, dtype=entry["dtype"]).reshape(entry["shape"])
    return array


def read_inputs(folder: str) -> Inputs:
    """The inputs of one block.

    Raises:
        InputsError: See `read_arrays`; or inputs or labels are not among the arrays.
    """
    arrays = read_arrays(folder)
    if not {"x", "labels"} <= set(arrays):
        raise InputsError(f"the arrays in {folder} are not the inputs of a workload")
    prefix = "reference/"
    return Inputs(
        parameters=[array for name, array in arrays.items() if name.startswith("parameter/")],
        x=arrays["x"],
        labels=arrays["labels"],
        reference={name[len(prefix) :]: array for name, array in arrays.items() if name.startswith(prefix)},
    )
