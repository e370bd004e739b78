"""How long the command line takes to say anything: `fwcompare --help` against a bare interpreter.

Prints a ratio of medians. Both are started in turn, so that a disturbance hits both alike.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
COMMANDS = {
    "fwcompare --help": [str(Path(sys.executable).with_name("fwcompare")), "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
}


def wall_ns(command: list[str]) -> int:
    """Wall time of one process from start to end."""
    start_ns = time.perf_counter_ns()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter_ns() - start_ns


def main() -> None:
    rounds = [{name: wall_ns(command) for name, command in COMMANDS.items()} for _ in range(1 + ROUNDS)]
    times_ns = {name: [each[name] for each in rounds[1:]] for name in COMMANDS}  # the first fills the caches
    ours, bare = (statistics.median(values) for values in times_ns.values())
    print(
        f"startup_cli: {' / '.join(COMMANDS)} = {ours / bare:.1f} (medians of {ROUNDS}: {ours / 1e6:.0f} ms, {bare / 1e6:.0f} ms)"
    )


if __name__ == "__main__":
    main()
