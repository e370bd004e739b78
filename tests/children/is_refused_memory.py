"""Asks C++ for more memory than there is; nobody catches what it throws, so that the process aborts."""

import ctypes
from ctypes.util import find_library

from talk import Talk

Talk().hello()
new = ctypes.CDLL(find_library("stdc++") or "libstdc++.so.6")._Znwm  # operator new(size_t)
new.argtypes = [ctypes.c_size_t]
new(1 << 60)
