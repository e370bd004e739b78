"""Panels, engine and runs that are simple enough to be believed."""

from __future__ import annotations

from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from fwcompare.errors import FwcompareError
from fwcompare.execution.session import Session
from fwcompare.execution.view import RunView
from fwcompare.paths import paths_in
from fwcompare.storage.journal import read_journal
from tests.runs import view_of
from ui.assembly import Assembly, Ground
from ui.bridge import Background
from ui.settings import WindowSettings

RECORDINGS = Path(__file__).parents[1] / "recordings"
SNAPSHOT = RECORDINGS / "mlp-tiny.fwsnap"
JOURNAL = RECORDINGS / "mlp-tiny.ndjson"


class Comparison(QWidget):
    """Remembers what it was told."""

    selection_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.views, self.calls, self.arranged = [], [], {}
        self.filter = QLineEdit()
        QVBoxLayout(self).addWidget(self.filter)

    def show_view(self, view):
        self.views.append(view)

    def show_machine(self, here):
        self.here = here

    def show_tab(self, name):
        self.calls.append(name)

    def layouts(self):
        return self.arranged

    def arrange(self, layouts):
        self.arranged = layouts

    def focus_filter(self):
        self.filter.setFocus()

    def copy_as_tsv(self):
        self.calls.append("tsv")

    def copy_as_markdown(self):
        self.calls.append("markdown")

    def export_csv_text(self):
        return "contender,median\r\npytorch:eager,1\r\n"


class Profiler(QWidget):
    """A plot and a button."""

    engine_obstacle, run_obstacle, cancel_obstacle = "", "", "Nothing runs."

    def __init__(self) -> None:
        super().__init__()
        self.views, self.calls = [], []
        self.plot = pg.PlotWidget()
        layout = QVBoxLayout(self)
        layout.addWidget(QPushButton("Run"))
        layout.addWidget(self.plot)

    def show_view(self, view):
        self.views.append(view)

    def give_up(self, reason):
        self.engine_obstacle = self.run_obstacle = self.cancel_obstacle = reason

    def run(self):
        self.calls.append("run")

    def cancel(self):
        self.calls.append("cancel")

    def plots(self):
        return {"latency": self.plot}


class Details(QWidget):
    """Remembers the last selection."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = None

    def show_selection(self, selection, record, catalog):
        self.shown = (selection, record, catalog)

    def show_explanation(self):
        self.shown = (*self.shown, "explanation")


class Engine:
    """An engine that runs when a test says so, and ends when a test says so."""

    def __init__(self) -> None:
        self.newest: RunView | None = None
        self.running = False
        self.cancels = 0
        self.started = self.closed = False

    def start(self):
        self.started = True

    def cancel(self):
        self.cancels += 1

    def view(self):
        return self.newest

    def wait(self, timeout_s):
        assert timeout_s == 0, "the window never waits"
        return not self.running

    def close(self):
        assert not self.running
        self.closed = True


class Replay(Engine):
    """Gives the views of a recorded journal, one event further at each look."""

    def __init__(self, journal: Path = JOURNAL) -> None:
        super().__init__()
        session, self._views = Session(), []
        for event in read_journal(journal):
            session.apply(event)
            self._views.append(view_of(session.record()))

    def view(self):
        if self._views:
            self.newest = self._views.pop(0)
        return self.newest


class AtOnce:
    """A background that does its work at once and hands errors back like the real one."""

    def submit(self, work, on_done, on_error):
        try:
            result = work()
        except FwcompareError as error:
            on_error(error)
        except OSError as error:
            on_error(FwcompareError(str(error)))
        else:
            on_done(result)


def assemble(theme, folder: Path, engine=None, settings: WindowSettings | None = None) -> Assembly:
    """The window around stand-ins, in folders of its own."""
    ground = Ground(paths_in(folder), theme, Background(), None)
    assembly = Assembly(ground, Comparison(), Profiler(), Details(), settings or WindowSettings())
    assembly.starting.connect(lambda: assembly.engage(engine or Engine()))
    return assembly
