"""Port: how many people of a class lag, known by the app that sees lessons, attendance and exams together."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

Laggards = Callable[[Sequence[int], datetime], Mapping[int, int]]
"""From the keys of classes to how many people lag in each; those without any may be left out."""

_known: list[Laggards] = []


def register(laggards: Laggards) -> None:
    """Fill the port, in an upper app's `AppConfig.ready()`."""
    _known[:] = [laggards]


def count(runs: Sequence[int], at: datetime) -> Mapping[int, int]:
    """How many lag in each class, by its key."""
    return _known[0](runs, at) if _known else {}
