"""What keeps something from being done here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps a contender from running, and what to do about it."""

    reason: str
    remedy: str
