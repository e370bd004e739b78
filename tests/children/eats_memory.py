"""Takes memory until somebody ends it."""

from talk import Talk

Talk().until_measure()
hoard = []
while True:
    hoard.append(b"\xaa" * (16 << 20))
