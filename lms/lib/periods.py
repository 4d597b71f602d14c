"""Reporting periods: half-open in Asia/Ho_Chi_Minh, with boundaries as data."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class BadPeriod(ValueError):
    """A period that does not parse; `str()` says what would."""


@dataclass(frozen=True)
class Boundaries:
    """First days of the two halves, as (month, day); the first half begins in the year before.

    Decree 09/2019/NĐ-CP's reporting dates by default: 15 December to 14 June,
    15 June to 14 December.
    """

    first: tuple[int, int] = (12, 15)
    second: tuple[int, int] = (6, 15)

    def starts(self, year: int) -> tuple[date, date, date]:
        """First days of the first half, the second half and the next year's first half."""

        def first(of: int) -> date:
            return date(of - 1 if self.first[0] > self.second[0] else of, *self.first)

        return first(year), date(year, *self.second), first(year + 1)


@dataclass(frozen=True)
class Period:
    """Days from `first` up to and including `last`, in Vietnam's time."""

    code: str
    first: date
    last: date

    @property
    def start(self) -> datetime:
        """First instant that belongs to the period."""
        return datetime.combine(self.first, time.min, ZONE)

    @property
    def end(self) -> datetime:
        """First instant after the period."""
        return datetime.combine(self.last + timedelta(days=1), time.min, ZONE)

    @property
    def title(self) -> str:
        """Name for a heading."""
        if match := re.fullmatch(r"(\d{4})-H([12])", self.code):
            if match[2] == "1":
                return _("First half of %(year)s") % {"year": match[1]}
            return _("Second half of %(year)s") % {"year": match[1]}
        if re.fullmatch(r"\d{4}", self.code):
            return _("Year %(year)s") % {"year": self.code}
        return _("From %(first)s to %(last)s") % {
            "first": f"{self.first:%d/%m/%Y}",
            "last": f"{self.last:%d/%m/%Y}",
        }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPeriod(
            _("“%(text)s” is not a day of the calendar. Write it as 2026-03-01.") % {"text": text}
        ) from error


def parse(text: str, boundaries: Boundaries = Boundaries()) -> Period:
    """The period named by `text`: 2026-H1, 2026-H2, 2026 or 2026-03-01..2026-05-31.

    The last day of a free range is included. Raises BadPeriod.
    """
    text = text.strip()
    if match := re.fullmatch(r"(\d{4})(?:-H([12]))?", text, re.IGNORECASE):
        year = int(match[1])
        if not 2000 <= year <= 2100:
            raise BadPeriod(_("The year must lie between 2000 and 2100."))
        h1, h2, following = boundaries.starts(year)
        first, after = {"1": (h1, h2), "2": (h2, following), None: (h1, following)}[match[2]]
        return Period(text.upper(), first, after - timedelta(days=1))
    if ".." in text:
        left, _dots, right = text.partition("..")
        first, last = _day(left.strip()), _day(right.strip())
        if last < first:
            raise BadPeriod(_("The period ends before it begins. Put the earlier day first."))
        return Period(f"{first}..{last}", first, last)
    raise BadPeriod(
        _("“%(text)s” is not a period. Write 2026-H1, 2026-H2, 2026 or 2026-03-01..2026-05-31.") % {"text": text}
    )


def current(today: date, boundaries: Boundaries = Boundaries()) -> Period:
    """The half-year that `today` belongs to."""
    for year in (today.year, today.year + 1):
        for half in ("H1", "H2"):
            period = parse(f"{year}-{half}", boundaries)
            if period.first <= today <= period.last:
                return period
    raise AssertionError("half-years cover every day")


def around(period: Period, count: int, boundaries: Boundaries = Boundaries()) -> list[Period]:
    """The last `count` half-years up to the one in which `period` ends, newest first."""
    found = []
    half = current(period.last, boundaries)
    for _index in range(count):
        found.append(half)
        half = current(half.first - timedelta(days=1), boundaries)
    return found


def local_date(moment: datetime) -> date:
    """The day in Vietnam at `moment`."""
    return moment.astimezone(ZONE).date()
