"""Whether a block's median is what others measure: `torch.utils.benchmark` and a bare stopwatch loop.

All three time the same module with the same numbers in fresh processes, in turns. What the two others differ by is the
floor: nothing can agree better with both. (PyTorch's Timer knows means of many calls, which rare slow calls lift; the others
know each call.)
"""

from __future__ import annotations

from functools import partial

from benchmarks.common.results import Report, Sense, options, ratio_row
from benchmarks.common.runs import (
    EAGER,
    Measuring,
    Times,
    bare,
    in_turns,
    one_block,
    plan_of,
    times_of,
    workload,
)
from fwcompare.domain.workload import Workload

WORKLOADS = (("mlp", "small"), ("cnn", "tiny"))
AIM = 0.01


def ours(measuring: Measuring, work: Workload, measure_s: float, warm_up_s: float) -> Times:
    """One block of the product."""
    record = measuring.run(plan_of([work], [EAGER], one_block(measure_s, warm_up_s)))
    return times_of(record.blocks[0])


def main() -> None:
    chosen = options("fidelity", __doc__)
    report = Report("fidelity", chosen)
    rounds = chosen.choose(1, 8, 30)
    seconds = (chosen.choose(50, 1_500, 3_000) / 1e3, chosen.choose(50, 1_000, 2_000) / 1e3)
    with Measuring() as measuring:
        for work in (workload(*names) for names in WORKLOADS):
            found = in_turns(
                rounds,
                {
                    "ours": partial(ours, measuring, work, *seconds),
                    "stopwatch": partial(bare, measuring, work, "stopwatch", *seconds),
                    "timer": partial(bare, measuring, work, "timer", *seconds),
                },
            )
            medians = {name: [one.median_ns for one in times] for name, times in found.items()}
            name = f"{work.architecture}/{work.size}"
            for reference, text in (("timer", "torch.utils.benchmark"), ("stopwatch", "a bare stopwatch")):
                report.add(
                    ratio_row(
                        f"{name}: our block median over {text}",
                        medians[reference],
                        medians["ours"],
                        AIM,
                        Sense.WITHIN,
                    )
                )
            report.add(
                ratio_row(f"{name}: the floor, Timer over stopwatch", medians["stopwatch"], medians["timer"])
            )
    report.write(rounds=rounds, measure_s=seconds[0])


if __name__ == "__main__":
    main()
