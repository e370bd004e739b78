"""The user's consent to start a Python that is not fwcompare's own.

Starting a foreign Python runs the start-up files of its environment (sitecustomize.py, *.pth) with the
user's rights, before anything of ours. So each is started only after the user said yes once; the answer
is kept in the settings and holds until the Python is replaced by another.
"""

from __future__ import annotations

from typing import Final

from fwcompare.interpreters.installation import fingerprint, for_shell, identity, installation_of
from fwcompare.interpreters.obstacle import Obstacle
from fwcompare.interpreters.settings import Settings
from fwcompare.paths import tilde

WHAT_STARTING_DOES: Final = (
    "Starting a Python runs its environment's start-up files (sitecustomize.py, *.pth) with your rights."
)


def is_allowed(settings: Settings, interpreter: str, own: str) -> bool:
    """True if this Python may be started: it is fwcompare's own, or the user said so and it is the same still.

    Args:
        settings: Hold the user's answers.
        interpreter: A Python, or the folder of its environment.
        own: The application's own Python, "" if it has none.
    """
    installation = installation_of(interpreter)
    key = identity(installation)
    if own and key == identity(installation_of(own)):
        return True
    answer = settings.allowed.get(key)
    return answer is not None and answer == fingerprint(installation)


def refusal(settings: Settings, interpreter: str, own: str) -> Obstacle | None:
    """Why this Python may not be started, None if it may; one that is not there is for others to judge.

    Args:
        settings: Hold the user's answers.
        interpreter: A Python, or the folder of its environment.
        own: The application's own Python, "" if it has none.
    """
    installation = installation_of(interpreter)
    if fingerprint(installation) is None or is_allowed(settings, interpreter, own):
        return None
    name = tilde(str(installation.python))
    asked_before = identity(installation) in settings.allowed
    reason = (
        f"{name} was replaced since you allowed it to be started."
        if asked_before
        else f"{name} was not allowed to be started yet."
    )
    remedy = f"Allow it under Interpreters in the window, or: fwcompare interpreters allow {for_shell(installation.python)}"
    return Obstacle(reason, remedy)
