"""Order and choice of rows against plain Python."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ui.comparison.ordering import matching, number_keys, runs, sorted_rows, text_keys

VALUES = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.0, -1.0]), st.floats(-1e9, 1e9))


def reference(columns, count: int) -> list[int]:
    """The order by comparison of rows, one key after the other."""

    def compare(left: int, right: int) -> int:
        for values, descending in columns:
            a, b = values[left], values[right]
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (1 if a > b else -1) * (-1 if descending else 1)
        return 0

    return sorted(range(count), key=cmp_to_key(compare))


@given(
    st.integers(0, 12).flatmap(
        lambda count: st.tuples(
            st.just(count),
            st.lists(st.tuples(st.lists(VALUES, min_size=count, max_size=count), st.booleans()), max_size=3),
        )
    )
)
def test_rows_are_sorted_by_several_keys_with_missing_values_last(case) -> None:
    count, columns = case

    order = sorted_rows([(number_keys(values), descending) for values, descending in columns], count)

    assert order.tolist() == reference(columns, count)


def test_missing_values_are_last_both_ways() -> None:
    keys = number_keys([2.0, None, 1.0])

    assert sorted_rows([(keys, False)], 3).tolist() == [2, 0, 1]
    assert sorted_rows([(keys, True)], 3).tolist() == [0, 2, 1]


def test_texts_are_sorted_whatever_their_case() -> None:
    order = sorted_rows([(text_keys(["b", "C", "a", "B"]), False)], 4)

    assert order.tolist() == [2, 0, 3, 1], "equal texts keep their order"


def test_every_word_must_be_found() -> None:
    texts = np.array(["pytorch eager", "tensorflow eager", "pytorch compile"])

    assert matching(texts, "EAGER  py").tolist() == [True, False, False]
    assert matching(texts, "  ").all()
    assert matching(np.array([], dtype=np.str_), "x").tolist() == []


@given(st.sets(st.integers(0, 30)))
def test_runs_cover_exactly_the_numbers(numbers) -> None:
    stretches = runs(sorted(numbers))

    assert [n for first, last in stretches for n in range(first, last + 1)] == sorted(numbers)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(stretches))
