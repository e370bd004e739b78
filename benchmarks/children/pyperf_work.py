"""The loop of `known_work.py` under pyperf's runner: python pyperf_work.py --turns N -o FILE."""

from __future__ import annotations

import argparse

import pyperf


def work(turns: int) -> None:
    """One iteration."""
    for _ in range(turns):
        pass


def hand_on(command: list[str], chosen: argparse.Namespace) -> None:
    """Tell pyperf's workers how many turns."""
    command += ["--turns", str(chosen.turns)]


def main() -> None:
    runner = pyperf.Runner(add_cmdline_args=hand_on)
    runner.argparser.add_argument("--turns", type=int, required=True)
    chosen = runner.parse_args()
    runner.bench_func("work", work, chosen.turns)


if __name__ == "__main__":
    main()
