"""A process of its own with the window around stand-ins: what `ui.app.main` does, without its panels.

Run as `python run_window.py FOLDER`; prints "open" once the window is shown, and at the end what it has
loaded of the frameworks. A line on standard input is done: `close`, `run` or `stop`.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from tests.ui.stand_ins import Engine, assemble
from ui.closing import StopSignals
from ui.theme import Theme

FRAMEWORKS = ("torch", "tensorflow", "keras", "jax", "onnxruntime", "onnx", "ai_edge_litert")


class Orders(QObject):
    given = Signal(str)

    def read(self) -> None:
        for line in sys.stdin:
            self.given.emit(line.strip())


class Slow(Engine):
    """Takes a while to stop: until it is asked the third time."""

    asked = 0

    def wait(self, timeout_s):
        self.asked += self.cancels
        return super().wait(timeout_s) or self.asked > 3

    def close(self):
        self.running = False
        super().close()


def main(folder: Path) -> int:
    application = QApplication(["fwcompare"])
    theme = Theme()
    theme.apply()
    engine = Slow()
    assembly = assemble(theme, folder, engine)
    orders = Orders()

    def obey(order: str) -> None:
        if order == "close":
            assembly.window.close()
        elif order == "run":
            engine.running = True
        print(f"done {order}", flush=True)

    orders.given.connect(obey)
    with assembly.defects, StopSignals() as stop:
        stop.requested.connect(assembly.window.close)
        assembly.window.show()
        assembly.start()
        threading.Thread(target=orders.read, daemon=True).start()
        print("open", flush=True)
        code = application.exec()
    assembly.end()
    print("cancelled", engine.cancels, flush=True)
    print("loaded", [name for name in FRAMEWORKS if name in sys.modules], flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
