"""`docs/workloads.md` says of every architecture what its spec says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from fwcompare.domain.contender import MODES
from fwcompare.domain.workload import Size
from fwcompare.worker import workloads
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE
from fwcompare.worker.workloads.transformer.spec import EPSILON

PAGE = (Path(__file__).parents[3] / "docs/workloads.md").read_text(encoding="utf-8")


def section(architecture):
    """What stands under the architecture's heading."""
    (found,) = re.findall(rf"^## `{architecture}`$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found


def figures(architecture, size):
    """Batch, parameters and operations of an example, the last columns of the size's row."""
    (row,) = re.findall(rf"^\| `{size}` \|(.*)\|$", section(architecture), re.MULTILINE)
    return [int(cell.replace(",", "")) for cell in row.split("|")[-3:]]


def positions(architecture, spec, name):
    """How often a kernel is applied in one example."""
    if name.startswith("discriminator"):  # rests in a forward pass
        return 0
    if name.startswith("dense") or architecture in ("gan", "dynamic"):  # of a loop the page counts one turn
        return 1
    if architecture != "cnn":
        return spec.input_shape[0]
    stages = [number for number, filters in enumerate(spec.stages) for _ in filters]
    shrink = 2 ** stages[int(re.search(r"\d+", name)[0]) - 1]
    return spec.image[0] // shrink * (spec.image[1] // shrink)


def operations(architecture, spec):
    """Two for each multiplication with a weight, or of two activations in the attention."""
    products = sum(
        math.prod(parameter.shape) * positions(architecture, spec, parameter.name)
        for parameter in spec.parameters
        if parameter.name.endswith("kernel")
    )
    if architecture == "transformer":  # queries with keys, and with values
        products += spec.layers * 2 * spec.time**2 * spec.width
    return 2 * products


@pytest.mark.parametrize("architecture", workloads.architectures())
@pytest.mark.parametrize("size", Size)
def test_batch_parameters_and_operations_are_those_of_the_spec(architecture, size):
    spec = workloads.spec(architecture, size)

    parameters = sum(math.prod(parameter.shape) for parameter in spec.parameters)

    assert figures(architecture, size) == [spec.batch, parameters, operations(architecture, spec)]


@pytest.mark.parametrize("architecture", workloads.architectures())
def test_what_each_framework_runs_is_said(architecture):
    for framework in MODES:
        assert f"`{framework}:*`" in section(architecture)


def test_tolerance_and_most_turns_are_those_of_the_code():
    assert f"more than {TOLERANCE:g} " in section("dynamic")
    assert f"at most {MAX_TURNS} turns" in section("dynamic")


def test_learning_rate_and_epsilon_are_those_of_the_code():
    assert f"learning rate {workloads.LEARNING_RATE}," in PAGE
    assert f"ε = {EPSILON:.0e}".replace("1e-05", "10⁻⁵") in section("transformer")
