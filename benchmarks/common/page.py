"""Makes docs/benchmarks.md from benchmarks/results/*.json: `python -m benchmarks.common.page`."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from benchmarks.common.results import RESULTS, aim_text, figure, interval_text, outcome_text, rows_of

SCRIPTS = RESULTS.parent
PAGE = RESULTS.parents[1] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Made by `make bench` (or `make bench-full`) from the files in `benchmarks/results`; change nothing by hand. The scripts
are described in [benchmarks/README.md](../benchmarks/README.md). Intervals are 95 % intervals. An aim that is a rate
holds when its interval (Wilson's) contains or betters it; any other when the value does. A ratio that misses it although part of its interval
does not can't be told: the machine was too noisy. Why an aim was missed stands [there](../benchmarks/README.md#proof) too.
"""


def page(contents: list[dict[str, Any]]) -> str:
    """The page.

    Args:
        contents: Of the files of results.
    """
    return "\n".join([HEAD, *map(section, contents)])


def section(content: dict[str, Any]) -> str:
    """One script: what it shows, where and when, its table."""
    script = content["script"]
    machine = content["machine"]
    where = f"{machine['cpu_model']}, {machine['logical_cores']} logical cores, {machine['os_name']}"
    settings = "".join(f", {name} {value}" for name, value in content["settings"].items())
    rows = [
        f"| {row.name.strip()} | {figure(row.value, row.unit)} | {interval_text(row)} | {row.count} "
        f"| {aim_text(row)} | {outcome_text(row)} |"
        for row in rows_of(content)
    ]
    return "\n".join(
        (
            f"## {script}",
            "",
            summary(SCRIPTS / script),
            "",
            f"{content['date_utc']}, {where}; {content['length']}, {content['seconds']} s{settings}.",
            "",
            "| | value | interval | n | aim | |",
            "|---|---:|---|---:|---|---|",
            *rows,
            "",
        )
    )


def summary(script: Path) -> str:
    """The first line of the script's docstring."""
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    return text.splitlines()[0] if text else ""


def main() -> None:
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    PAGE.write_text(page(contents), encoding="utf-8")
    print(f"{PAGE.name} shows {len(contents)} benchmarks")


if __name__ == "__main__":
    main()
