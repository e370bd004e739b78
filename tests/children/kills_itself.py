"""Is killed by a signal that fwcompare did not send."""

import os
import signal

from talk import Talk

Talk().hello()
os.kill(os.getpid(), signal.SIGKILL)
