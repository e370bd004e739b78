"""Says that each iteration took the same time, so that what is decided of it is known beforehand."""

from talk import Talk

Talk().whole_block()
