"""A table as text: for spreadsheets, for documents, for files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


def to_tsv(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines with tabs between the cells; a tab or line break within a cell becomes a space."""
    return "".join("\t".join(guarded(_flat(cell)) for cell in row) + "\n" for row in rows)


def to_markdown(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """Rows as a Markdown table, the first one as its header.

    Args:
        rows: At least the header.
        right: Whether each column is aligned to the right.
    """
    header, *body = [[_flat(cell).replace("\\", "\\\\").replace("|", "\\|") for cell in row] for row in rows]
    rule = ["---:" if is_right else "---" for is_right in right]
    return "".join(f"| {' | '.join(line)} |\n" for line in (header, rule, *body))


def to_csv(rows: Sequence[Sequence[str | float | None]]) -> str:
    """Rows as CSV with full precision; a cell without a value is empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue()


def guarded(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _flat(text: str) -> str:
    return " ".join(text.split())
