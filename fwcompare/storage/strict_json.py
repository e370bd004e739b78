"""JSON as this application reads and writes it: finite numbers, bounded nesting, one kind of error."""

from __future__ import annotations

import json
import math
from typing import Final

MAX_DEPTH: Final = 32
"""Deepest nesting of lists and objects that is read."""


def dump(tree: object) -> bytes:
    """The tree as one line of ASCII, without its newline.

    Raises:
        ValueError: A number is not finite.
    """
    return json.dumps(tree, allow_nan=False, separators=(",", ":")).encode()


def load_object(text: bytes) -> dict[str, object]:
    """The object in the text.

    The standard library's parser is used, not msgspec's, because a worker may rightly send half of a
    surrogate pair (a path that is no UTF-8, in a traceback), which msgspec refuses.

    Raises:
        ValueError: It is no UTF-8, no JSON, no object, nested deeper than `MAX_DEPTH`, or holds a
            number that is not finite.
    """
    try:
        tree = json.loads(text.decode(), parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(tree, dict):
        raise ValueError("it is not an object")  # noqa: TRY004  # callers know one kind of error
    if _is_deeper_than(tree, MAX_DEPTH):
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    return tree


def _refuse(token: str) -> float:
    raise ValueError(f"{token} is not a number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is too large for a float64")
    return number


def _is_deeper_than(tree: object, limit: int) -> bool:
    level = [tree]
    for _ in range(limit):
        level = [child for node in level for child in _children(node) if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []
