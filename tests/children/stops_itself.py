"""Is stopped like a job in a terminal: no message, no processor time."""

import os
import signal

from talk import Talk

Talk().until_measure()
os.kill(os.getpid(), signal.SIGSTOP)
