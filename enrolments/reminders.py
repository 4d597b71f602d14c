"""Who is told what when: pure rules on the calendar of Vietnam. Nothing here reads a database or a clock.

A rule gives a stretch of days, not one day: a worker that was away yesterday
still tells people today, and whoever is told by a key is not told again.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from lms.lib.periods import ZONE, local_date
from people.quiet import awake

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
SETTLED = DAY
"""Who enrolled less than a day ago has just read all that a reminder would say."""


class Days(NamedTuple):
    """Days from `first` to `last`, both counted."""

    first: date
    last: date


class Moments(NamedTuple):
    """From `first` up to, and not including, `end`."""

    first: datetime
    end: datetime


def may_tell(at: datetime, *, quiet: tuple[int, int]) -> bool:
    """Whether reminders go out at `at`: not in the quiet hours."""
    return awake(at, quiet=quiet) == at


def starting(at: datetime) -> Days:
    """First days of classes that are a week ahead; two days before it is too late to leave the place to another."""
    today = local_date(at)
    return Days(today + 2 * DAY, today + WEEK)


def tomorrow(at: datetime, *, hour: int) -> Moments | None:
    """When meetings of the next day begin; None before the evening's `hour`."""
    local = at.astimezone(ZONE)
    if local.hour < hour:
        return None
    first = datetime.combine(local.date() + DAY, time.min, ZONE)
    return Moments(first, first + DAY)


def unbegun(at: datetime) -> Moments:
    """When they enrolled who should have begun by now: a week ago, and not long before."""
    return Moments(at - 2 * WEEK, at - WEEK)


def ending(at: datetime) -> Days:
    """Last days of classes that are near: within a week, from tomorrow on."""
    today = local_date(at)
    return Days(today + DAY, today + WEEK)


def completed_since(at: datetime) -> datetime:
    """From when completions are looked at that the broker may have forgotten."""
    return at - 3 * DAY


def report_key(at: datetime) -> str | None:
    """Of which week instructors get a report now; None on days without one.

    On Monday, and on Tuesday if the worker was away.
    """
    year, week, weekday = local_date(at).isocalendar()
    return f"{year}-W{week:02d}" if weekday <= 2 else None


def first_day(starts_on: date, meetings: Sequence[datetime]) -> date:
    """On which day a class really begins: at its first meeting, if it has any."""
    return local_date(min(meetings)) if meetings else starts_on
