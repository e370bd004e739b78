"""JSON with bounds."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwcompare.storage import strict_json

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6)


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=5), TREES, max_size=3))
def test_what_is_written_is_read(tree):
    assert strict_json.load_object(strict_json.dump(tree)) == tree


def test_half_a_surrogate_pair_survives():
    tree = {"path": "/data/\udcff"}
    assert strict_json.load_object(strict_json.dump(tree)) == tree


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_not_written(number):
    with pytest.raises(ValueError):
        strict_json.dump({"x": [number]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b'{"a": 1} {"b": 2}', "Extra data"),
        (b"[1]", "not an object"),
        (b"7", "not an object"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1e400}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "limit"),
        (b'{"a": "\xff"}', "utf-8"),
        (b'\xef\xbb\xbf{"a": 1}', "BOM"),
        ('{"a": 1}'.encode("utf-16"), "utf-8"),
        (b"{'a': 1}", "property name"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "deeper than 32"),
        (b'{"a":' + b"[" * 100_000, "too deeply"),
    ],
)
def test_everything_else_is_one_error(text, reason):
    with pytest.raises(ValueError, match=reason):
        strict_json.load_object(text)


@pytest.mark.parametrize(("levels", "is_read"), [(32, True), (33, False)])
def test_the_depth_limit_is_exact(levels, is_read):
    text = b'{"a":' * (levels - 1) + b"[]" + b"}" * (levels - 1)
    if is_read:
        assert strict_json.load_object(text)
    else:
        with pytest.raises(ValueError, match="deeper"):
            strict_json.load_object(text)


@given(st.binary(max_size=60))
def test_any_bytes_are_an_object_or_a_value_error(data):
    with suppress(ValueError):
        assert isinstance(strict_json.load_object(data), dict)
