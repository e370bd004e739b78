"""The work of `known_work.py` under pyperf's runner: python pyperf_work.py --bytes N -o FILE."""

from __future__ import annotations

import argparse

import pyperf
from hashing import hash_bytes


def hand_on(command: list[str], chosen: argparse.Namespace) -> None:
    """Tell pyperf's workers how many bytes."""
    command += ["--bytes", str(chosen.bytes)]


def main() -> None:
    runner = pyperf.Runner(add_cmdline_args=hand_on)
    runner.argparser.add_argument("--bytes", type=int, required=True)
    chosen = runner.parse_args()
    runner.bench_func("work", hash_bytes, chosen.bytes)


if __name__ == "__main__":
    main()
