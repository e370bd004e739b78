"""Arrays as bytes."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fwcompare.storage import arrays


@given(st.lists(st.integers(0, 2**63 - 1)))
def test_integers_survive(numbers):
    assert arrays.integers(arrays.to_bytes(array("q", numbers))) == array("q", numbers)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_floats_survive_to_the_last_bit(numbers):
    assert arrays.floats(arrays.to_bytes(array("d", numbers))).tobytes() == array("d", numbers).tobytes()


def test_the_bytes_are_little_endian():
    assert arrays.to_bytes(array("q", (1, 256))) == b"\1" + bytes(7) + b"\0\1" + bytes(6)
    assert arrays.to_bytes(array("d", (1.0,))) == bytes.fromhex("000000000000f03f")


@pytest.mark.parametrize(
    "numbers",
    [array("q", (1, -1)), array("d", (math.nan,)), array("d", (1.0, math.inf)), array("d", (-math.inf,))],
)
def test_what_the_reader_refuses_is_not_written(numbers):
    read = arrays.integers if numbers.typecode == "q" else arrays.floats
    with pytest.raises(ValueError):
        arrays.to_bytes(numbers)
    with pytest.raises(ValueError):
        read(numbers.tobytes())


@pytest.mark.parametrize("read", [arrays.integers, arrays.floats])
def test_a_part_of_a_number_is_refused(read):
    with pytest.raises(ValueError):
        read(bytes(12))
