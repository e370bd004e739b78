"""Writes to its standard output whatever it likes, also what is no UTF-8; its result is unharmed."""

import os

from talk import Talk

print("a framework's greeting on stdout")
os.write(1, b"\xff\xfe not UTF-8, \x00 a NUL byte\n")
os.write(2, b"and something on stderr\n")
Talk().whole_block()
