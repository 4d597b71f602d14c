"""Dates of a class made from another: pure."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from lms.lib.periods import ZONE


class Window(NamedTuple):
    """When a class runs, and when one can enrol in it."""

    starts_on: date
    ends_on: date
    enrols_from: datetime | None
    enrols_until: datetime | None


def moved(before: Window, starts_on: date, at: datetime) -> Window:
    """The same window, whole days later or earlier, for a class made at `at`.

    Enrolment that would be over when the class is made ends when the class begins,
    or with the class where that has begun already.
    """
    shift = starts_on - before.starts_on
    ends_on = before.ends_on + shift
    enrols_from = before.enrols_from + shift if before.enrols_from else None
    enrols_until = before.enrols_until + shift if before.enrols_until else None
    if enrols_until is not None and enrols_until <= at:
        begins = datetime.combine(starts_on, time.min, ZONE)
        enrols_until = begins if begins > at else None
    if enrols_from is not None and enrols_until is not None and enrols_from >= enrols_until:
        enrols_from = None
    return Window(starts_on, ends_on, enrols_from, enrols_until)


def days_of(hours: float) -> int:
    """How many days a course of so many hours takes in a room, at eight hours a day; one at least."""
    return max(1, -(-int(hours * 60) // (8 * 60)))


def plain(starts_on: date, hours: float) -> Window:
    """A window for a course that was never held: whole days, enrolment until it begins."""
    return Window(starts_on, starts_on + timedelta(days=days_of(hours) - 1), None, None)
