"""Arrays of numbers as raw little-endian bytes, and back.

Both directions hold to the same rule, so that whatever was written is read: times and durations are
not negative, readings are finite.
"""

from __future__ import annotations

from array import array
from typing import Any, Final

import numpy as np

ITEM_BYTES: Final = 8

_FILE_DTYPES: Final = {"q": "<i8", "d": "<f8"}


def to_bytes(numbers: array[int] | array[float]) -> bytes:
    """The bytes of an array of int64 ("q") or float64 ("d").

    Raises:
        ValueError: A time is negative, or a reading is not finite.
    """
    return _checked(np.asarray(numbers)).astype(_FILE_DTYPES[numbers.typecode]).tobytes()


def integers(data: bytes) -> array[int]:
    """The int64 numbers in these bytes.

    Raises:
        ValueError: The length is no multiple of 8, or a number is negative.
    """
    result: array[int] = array("q")
    result.frombytes(_checked(np.frombuffer(data, "<i8")).astype(np.int64).tobytes())
    return result


def floats(data: bytes) -> array[float]:
    """The float64 numbers in these bytes.

    Raises:
        ValueError: The length is no multiple of 8, or a number is not finite.
    """
    result: array[float] = array("d")
    result.frombytes(_checked(np.frombuffer(data, "<f8")).astype(np.float64).tobytes())
    return result


def _checked(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if numbers.dtype.kind == "i" and (numbers < 0).any():
        raise ValueError("a time is negative")
    if not np.isfinite(numbers).all():
        raise ValueError("a reading is not finite")
    return numbers
