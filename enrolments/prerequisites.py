"""Port: what a class asks for that only apps above know, such as certificates held."""

from collections.abc import Callable
from typing import Any

Check = Callable[[Any, Any], list[str]]
"""From (person, run) to the sentences that say what is missing."""

_checks: list[Check] = []


def register(check: Check) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _checks.append(check)


def missing(person: Any, run: Any) -> list[str]:
    """What `person` lacks for `run`, as sentences; empty if nothing."""
    return [sentence for check in _checks for sentence in check(person, run)]
