"""`kill -9` of the application: no worker survives, no finished block is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from fwcompare.domain.outcome import Outcome
from fwcompare.execution.processes import is_alive, marked, wait_gone
from fwcompare.storage.snapshot import read_snapshot
from tests.integration.plans import APPLICATION

SURVIVAL_S = 3.0


def start(folder: Path, environment: dict[str, str], contender: str) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-c", APPLICATION, str(folder.with_name("lock")), "run"),
        *("--size", "tiny", "--rounds", "50", "--seconds-per-block", "0.2"),
        *("--contender", f"pytorch:eager@{contender}", "--contender", f"tensorflow:eager@{contender}"),
        *("--data-dir", str(folder), "--allow-interpreters"),
    ]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def finished_blocks(journal: Path) -> int:
    """Blocks whose end is in the journal, read without the product's own reader."""
    count = 0
    for line in journal.read_bytes().splitlines():
        try:
            count += json.loads(line)["type"] == "BlockFinished"
        except ValueError:
            continue
    return count


def wait_for_event(journals: Callable[[], list[Path]], event: bytes) -> None:
    pause = threading.Event()
    for _ in range(1200):
        if any(event in journal.read_bytes() for journal in journals()):
            return
        pause.wait(0.05)
    raise AssertionError(f"no {event!r} in a journal")


@pytest.mark.parametrize("seed", range(10))
def test_kill_at_a_random_moment(tmp_path: Path, child: Callable[[str], str], seed: int) -> None:
    generator = random.Random(seed)
    folder = tmp_path / "data"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    application = start(folder, environment, child("numpy_worker"))

    def journals() -> list[Path]:
        return list((folder / "runs").glob("*/journal.ndjson"))

    wait_for_event(
        journals, generator.choice([b'"BlockStarted"', b'"Hello"', b'"measure"', b'"BlockFinished"'])
    )
    threading.Event().wait(generator.uniform(0, 1.5))
    application.send_signal(signal.SIGKILL)
    application.wait()
    (run,) = [journal.parent for journal in journals()]
    wait_gone(marked(run), SURVIVAL_S)
    assert [process for process in marked(run) if is_alive(process)] == []

    finished = sum(map(finished_blocks, journals()))
    recovered = subprocess.run(
        [sys.executable, "-m", "fwcompare", "recover", "--json", "--data-dir", str(folder)],
        env=environment,
        capture_output=True,
        check=True,
    )
    report = json.loads(recovered.stdout)
    assert len(report["recovered"]) == 1
    record = read_snapshot(Path(report["recovered"][0]["snapshot"]).expanduser())
    assert sum(block.outcome is Outcome.OK for block in record.blocks) == finished
    assert journals() == []
