"""Measures well, but leaves a process behind in a session of its own that holds channel and log open."""

import os
import time

from talk import Talk

talk = Talk()
if os.fork() == 0:
    os.setsid()
    time.sleep(3600)
talk.whole_block()
