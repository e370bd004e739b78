"""A small catalog without a mistake, as `tomllib` would hand it over, and ways to spoil it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

CHECKED = date(2026, 11, 22)

Path = tuple[str | int, ...]


def good() -> dict[str, dict[str, Any]]:
    """Two files with one row and one source, in which every optional key is used."""
    backed = {
        "said": "Static by default",
        "verdict": "outdated",
        "today": "Eager by default.",
        "details": "Eager has been the default since 2.0.",
        "checked": CHECKED,
        "sources": [{"id": "guide", "shows": "Eager is the default."}],
        "evidence": [
            {"finding": "It ran.", "environment": "2.21.0", "date": CHECKED, "probe": "control-flow"}
        ],
        "items": [
            {
                "name": "tf.function",
                "verdict": "imprecise",
                "today": "It makes graphs.",
                "sources": [{"id": "guide", "shows": "Tracing."}],
            }
        ],
        "probes": ["control-flow", "retracing"],
    }
    holds = {"said": "Dynamic", "verdict": "holds", "checked": CHECKED}
    row = {
        "id": "dynamic-graphs",
        "position": 1,
        "name": "Dynamic Graphs",
        "about": "Does Python run line by line?",
        "tensorflow": backed,
        "keras": dict(holds),
        "pytorch": dict(holds),
    }
    source = {
        "id": "guide",
        "title": "The guide",
        "url": "https://example.org/guide",
        "date": date(2026, 3, 11),
        "via": "its source",
    }
    return {
        "rows.toml": {"schema": 1, "criterion": [row]},
        "sources.toml": {"schema": 1, "source": [source]},
    }


ROW: Path = ("rows.toml", "criterion", 0)
CLAIM: Path = (*ROW, "tensorflow")
SOURCE: Path = ("sources.toml", "source", 0)


def at(documents: Any, path: Path) -> Any:
    """What is at this path."""
    for step in path:
        documents = documents[step]
    return documents


def with_value(path: Path, value: object) -> dict[str, dict[str, Any]]:
    """The good catalog with one value put in or replaced."""
    documents = good()
    at(documents, path[:-1])[path[-1]] = deepcopy(value)
    return documents


def without(path: Path) -> dict[str, dict[str, Any]]:
    """The good catalog with one value taken out."""
    documents = good()
    del at(documents, path[:-1])[path[-1]]
    return documents


def paths(tree: Any, above: Path = ()) -> list[Path]:
    """The paths of all values in the tree, the branches' too."""
    steps = list(tree) if isinstance(tree, dict) else list(range(len(tree))) if isinstance(tree, list) else []
    below = [path for step in steps for path in paths(tree[step], (*above, step))]
    return [above, *below] if above else below
