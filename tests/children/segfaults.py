"""Reads from address 0."""

import ctypes

from talk import Talk

Talk().until_measure()
ctypes.string_at(0)
