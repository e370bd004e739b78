"""Neither listens to "cancel" nor dies from SIGTERM; keeps a core busy meanwhile."""

import itertools
import signal

from talk import Talk

signal.signal(signal.SIGTERM, signal.SIG_IGN)
talk = Talk()
talk.until_measure()
for number in itertools.count():
    talk.samples(first_index=number, count=1)
