"""docs/benchmarks.md shows what the files of results hold."""

from __future__ import annotations

import json

from benchmarks.common.page import PAGE, page
from benchmarks.common.results import RESULTS

CONTENT = {
    "script": "error_rates.py",
    "length": "short",
    "date_utc": "2026-11-23",
    "machine": {"cpu_model": "Some CPU", "logical_cores": 2, "os_name": "Some OS"},
    "settings": {"rounds": 5},
    "seconds": 12,
    "rows": [
        {
            "name": "called different", "unit": "%", "count": 100, "value": 0.12, "low": 0.07, "high": 0.2,
            "aim": 0.05, "sense": "≤", "holds": False,
        }
    ],
}  # fmt: skip


def test_a_section_shows_date_machine_and_rows() -> None:
    text = page([CONTENT])

    assert "## error_rates.py\n\nHow often verdicts" in text
    assert "2026-11-23, Some CPU, 2 logical cores, Some OS; short, 12 s, rounds 5." in text
    assert "| called different | 12.00% | 7.00%–20.00% | 100 | ≤ 5% | MISSED |" in text


def test_the_page_is_the_one_that_the_results_give() -> None:
    contents = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]

    assert PAGE.read_text(encoding="utf-8") == page(contents)
