"""Calls abort(), as native libraries do on a failed check."""

import os

from talk import Talk

Talk().hello()
os.write(2, b"F0000 check failed: impossible shape\n")
os.abort()
