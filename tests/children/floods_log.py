"""Writes 100 MB to its standard error."""

import os

from talk import Talk

talk = Talk()
talk.until_measure()
chunk = (b"a warning that nobody reads\n" * 40_000)[:1_000_000]
for _ in range(100):
    os.write(2, chunk)
os.write(2, b"\nthe last line\n")
talk.samples()
talk.until_end()
