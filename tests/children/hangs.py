"""Waits for ever for something that never happens."""

import faulthandler
import signal
import threading

from talk import Talk

faulthandler.register(signal.SIGUSR1, all_threads=True)
Talk().until_measure()
threading.Event().wait()
