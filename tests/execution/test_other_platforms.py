"""Linux comes first; elsewhere the modules must at least load and say what they can't do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WINDOWS = """
import sys, tempfile
from pathlib import Path
import psutil, platformdirs, subprocess
sys.platform = "win32"
sys.modules["fcntl"] = None
import os
del os.pidfd_open, os.sched_getaffinity, os.getloadavg, os.fchmod
from fwcompare.execution import leftovers, lock, machine, processes, sampler
folder = Path(tempfile.mkdtemp())
with lock.MeasuringLock(folder / "lock", "test") as held:
    assert held.unavailable == "not available: this system has no flock", held.unavailable
run = folder / "runs" / "1"
run.mkdir(parents=True)
(run / "journal.ndjson").touch()
os.environ.update(processes.mark(run))
with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as worker:
    assert leftovers.sweep(folder / "runs") == 0
    assert worker.poll() is None
assert processes.wait_gone([psutil.Process()], 0)
assert machine.default_threads() >= 1
source = sampler.worker_memory(os.getpid())
source.open()
print(type(source).__name__, source.read()["rss_bytes"] > 0)
"""


def test_without_flock_pidfd_and_affinity_everything_loads_and_nothing_is_killed() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "PsutilMemory True"), done.stderr
