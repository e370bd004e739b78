"""Neither listens to "cancel" nor dies from SIGTERM; keeps a core busy meanwhile."""

import signal

from talk import Talk

signal.signal(signal.SIGTERM, signal.SIG_IGN)
talk = Talk()
talk.until_measure()
while True:
    talk.samples(count=1)
