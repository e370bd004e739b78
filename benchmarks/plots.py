"""How long a frame takes: curves decimated by `ui.profiler.decimate` against all points in plain pyqtgraph.

Three curves grow by 100 points and the whole of them is drawn, as a live timeline does ten times a second.
Prints a ratio of medians for each length; both ways take turns, so that a disturbance hits both alike.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.profiler.decimate import Curve, grid_of

LENGTHS = (10_000, 100_000, 1_000_000)
CURVES = 3
STEP = 100
FRAMES = {10_000: 30, 100_000: 15, 1_000_000: 5}
PERIOD_NS = 10_000
SIZE = (1200, 800)


class Stack:
    """Three plots under each other, with one curve each."""

    def __init__(self) -> None:
        self._window = QWidget()
        layout = QVBoxLayout(self._window)
        self._plots = [pg.PlotWidget() for _ in range(CURVES)]
        self.curves = [plot.plot(pen=pg.mkPen("#0072B2", width=1), antialias=False) for plot in self._plots]
        for plot in self._plots:
            layout.addWidget(plot)
            plot.setYRange(0, 8)
            plot.disableAutoRange()
        self._window.resize(*SIZE)
        self._window.show()
        QApplication.processEvents()  # nothing is painted before the window is exposed

    def frame_ns(self, end_ns: int, draw: Callable[[], None]) -> int:
        """Time of one frame: new data, then painting."""
        begin_ns = time.perf_counter_ns()
        for plot in self._plots:
            plot.setXRange(0, end_ns / 1e9, padding=0)
        draw()
        for plot in self._plots:
            plot.viewport().repaint()
        return time.perf_counter_ns() - begin_ns


def frames(own_stack: Stack, plain_stack: Stack, length: int) -> tuple[list[int], list[int]]:
    """Frame times of our curves and of plain ones, each drawn so often."""
    count = FRAMES[length]
    total = length + STEP * count
    time_ns = np.arange(total, dtype=np.int64) * PERIOD_NS
    value = np.random.default_rng(0).lognormal(size=total)
    seconds = time_ns / 1e9
    ours = [Curve() for _ in range(CURVES)]
    for curve in ours:
        curve.extend(time_ns[:length], value[:length])
    own_ns, plain_ns = [], []
    for end in range(length + STEP, total + 1, STEP):

        def draw_own(end: int = end) -> None:
            grid = grid_of(0, int(time_ns[end - 1]), SIZE[0])
            for item, curve in zip(own_stack.curves, ours, strict=True):
                curve.extend(time_ns[end - STEP : end], value[end - STEP : end])
                at_ns, drawn = curve.drawn(grid)
                item.setData(at_ns / 1e9, drawn)

        def draw_plain(end: int = end) -> None:
            for item in plain_stack.curves:
                item.setData(seconds[:end], value[:end])

        end_ns = int(time_ns[end - 1])
        own_ns.append(own_stack.frame_ns(end_ns, draw_own))
        plain_ns.append(plain_stack.frame_ns(end_ns, draw_plain))
    return own_ns[1:], plain_ns[1:]  # the first frames make caches


def main() -> None:
    application = QApplication([])
    own_stack, plain_stack = Stack(), Stack()
    for length in LENGTHS:
        own_ns, plain_ns = frames(own_stack, plain_stack, length)
        own, plain = statistics.median(own_ns), statistics.median(plain_ns)
        print(
            f"plots: {length:,} points a curve, decimated / plain pyqtgraph = {own / plain:.3f}"
            f" (medians of {len(own_ns)} frames of {CURVES} curves: {own / 1e6:.1f} ms, {plain / 1e6:.1f} ms)"
        )
    application.closeAllWindows()


if __name__ == "__main__":
    main()
