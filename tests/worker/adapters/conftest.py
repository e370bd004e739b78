from __future__ import annotations

import pytest

from fwcompare.domain.contender import NO_TRAINING_OF
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import prepare_inputs
from fwcompare.worker import workloads


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return [
        prepare_inputs(
            Workload(architecture, task, Size.TINY, workloads.default_batch(architecture, "tiny"), "cpu"),
            5,
            cache,
        )
        for architecture in workloads.architectures()
        for task in Task
        if task is Task.INFERENCE or architecture not in NO_TRAINING_OF
    ]
