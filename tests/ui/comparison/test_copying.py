"""Tables as text."""

from __future__ import annotations

import csv
import io

import pytest

from ui.comparison.copying import guarded, to_csv, to_markdown, to_tsv


def test_tsv_has_a_line_for_each_row_and_no_stray_tabs() -> None:
    assert to_tsv([["a", "b"], ["1\t2", "3\n4"]]) == "a\tb\n1 2\t3 4\n"


def test_markdown_escapes_what_would_break_a_cell() -> None:
    text = to_markdown([["Name", "ms"], ["a|b\\", "1"]], [False, True])

    assert text == "| Name | ms |\n| --- | ---: |\n| a\\|b\\\\ | 1 |\n"


def test_csv_keeps_full_precision_and_leaves_missing_cells_empty() -> None:
    text = to_csv([["x", "y"], [0.1 + 0.2, None], ['quote " and, comma', 3]])

    rows = list(csv.reader(io.StringIO(text)))
    assert rows == [["x", "y"], ["0.30000000000000004", ""], ['quote " and, comma', "3"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_looks_like_a_formula_is_made_harmless(start: str) -> None:
    assert guarded(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert "'=" in to_tsv([["=1"]])
    assert "'=" in to_csv([["=1"]])


def test_other_texts_and_numbers_stay_as_they_are() -> None:
    assert guarded("a=b") == "a=b"
    assert to_csv([[-1.5]]) == "-1.5\r\n"
