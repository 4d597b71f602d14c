"""Dates of a timetable: weekdays and times from a first day to a last one or up to a number. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from django.utils.translation import gettext as _

from lms.lib.periods import ZONE
from lms.lib.states import Refused

MOST = 200
"""Meetings of one series: more is a slip of the pen."""


@dataclass(frozen=True, order=True)
class Slot:
    """From one moment to another."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Slot") -> bool:
        """Whether both hold some moment. The end of one may be the start of the other."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Weekly:
    """A rule such as “Tuesdays and Thursdays, 18:00 to 20:30, eight times, not on 2 September”.

    `weekdays` count from 0, Monday. The series ends with `last` (included), after
    `count` meetings, or with whichever comes first. Days in `skipping` are passed
    over and, with a count, made up for at the end.
    """

    weekdays: Collection[int]
    times: Sequence[tuple[time, time]]
    first: date
    last: date | None = None
    count: int | None = None
    skipping: Collection[date] = frozenset()


def generate(rule: Weekly, zone: tzinfo = ZONE) -> list[Slot]:
    """The meetings of a rule, in order.

    Clock times are those of `zone`, whatever it does with its clocks; each meeting
    lasts as long as its times are apart on an ordinary day. Raises Refused for a
    rule without days, times or an end, for one that gives nothing, and for one
    that gives more than `MOST`.
    """
    if not rule.weekdays:
        raise Refused(_("Choose at least one day of the week."), code="weekdays")
    if not rule.times or any(ends <= starts for starts, ends in rule.times):
        raise Refused(_("A meeting ends after it starts, on the same day. Correct the times."), code="times")
    if any(then < ends for (_starts, ends), (then, _ends) in pairwise(sorted(rule.times))):
        raise Refused(_("Two times of one day run into each other. Correct the times."), code="times")
    if rule.last is None and not rule.count:
        raise Refused(_("Say until which day, or how many meetings."), code="end")
    found = []
    for slot in _slots(rule, zone):
        found.append(slot)
        if len(found) > MOST:
            raise Refused(
                _("This gives more than %(most)s meetings. Choose an earlier last day.") % {"most": MOST}, code="end"
            )
        if len(found) == rule.count:
            break
    if not found:
        raise Refused(_("Between these days there is no such day of the week. Choose other days."), code="weekdays")
    return found


def _slots(rule: Weekly, zone: tzinfo) -> Iterator[Slot]:
    for day in _days(rule):
        for starts, ends in sorted(rule.times):
            begins = on_day(day, starts, zone)
            lasts = datetime.combine(day, ends) - datetime.combine(day, starts)
            yield Slot(begins, begins + lasts)


def _days(rule: Weekly) -> Iterator[date]:
    day, skipping = rule.first, frozenset(rule.skipping)
    # With a count alone the end is near all the same: a year of skipped days is a mistake.
    last = rule.last or rule.first + timedelta(days=7 * MOST + len(skipping))
    while day <= last:
        if day.weekday() in rule.weekdays and day not in skipping:
            yield day
        day += timedelta(days=1)


def on_day(day: date, clock: time, zone: tzinfo = ZONE) -> datetime:
    """The moment at which clocks of `zone` show `clock` on `day`, in UTC.

    Shown twice, the first time; skipped by clocks set forward, as much later as they jump.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)
