"""How active time is counted: pure rules, shared by whoever records and whoever prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

IDLE = timedelta(minutes=3)
"""A longer silence is not study: reading a screen of text takes less."""
CAP = 3
"""A lesson counts for at most so many times the minutes planned for it."""


def gained(last: datetime | None, now: datetime) -> int:
    """Seconds of study between two signs of life; none after a silence, and none when the clock went back."""
    if last is None or not timedelta(0) < now - last <= IDLE:
        return 0
    return int((now - last).total_seconds())


def capped(seconds: int, planned_minutes: int) -> int:
    """What of `seconds` in one lesson counts."""
    return min(seconds, CAP * planned_minutes * 60)


@dataclass(frozen=True)
class Line:
    """One line of a statement of hours: on which day, at what, how long, by which proof."""

    day: date
    kind: str
    what: str
    seconds: int
    proof: str


def total(lines: Iterable[Line], kind: str = "") -> int:
    """Seconds of all lines, or of those of one kind."""
    return sum(line.seconds for line in lines if kind in ("", line.kind))


def clock(seconds: int) -> str:
    """Hours and minutes, such as 1:05."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
