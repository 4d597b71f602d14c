"""Who gets a place, and who is next: counts in, verdict out. No database, no clock.

One rule answers the page that shows a button and the verb behind it, so that
they cannot disagree.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from lms.lib.periods import ZONE


class Room(StrEnum):
    """Whether a class has a place for somebody of one enterprise."""

    FREE = "free"
    QUOTA = "quota"
    FULL = "full"


class Way(StrEnum):
    """What asking for a place leads to."""

    TAKE = "take"
    """The place is free and theirs."""
    ASK = "ask"
    """The office is asked first."""
    WAIT = "wait"
    """To the end of the line."""
    FULL = "full"
    QUOTA = "quota"
    NOMINATED = "nominated"
    """Only whom an enterprise nominates."""
    SECTOR = "sector"
    """Only people from certain sectors, and they are not."""
    LACKING = "lacking"
    """A place is free, but they lack what the class asks for."""


POSSIBLE = frozenset({Way.TAKE, Way.ASK, Way.WAIT})


@dataclass(frozen=True)
class Places:
    """Places of a class. `in_use` counts those enrolled and those held, by enterprise (None: of no enterprise)."""

    limit: int | None
    quota: int | None = None
    in_use: Mapping[int | None, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many places are in use."""
        return sum(self.in_use.values())

    @property
    def left(self) -> int | None:
        """How many are free; None without a limit."""
        return None if self.limit is None else max(self.limit - self.total, 0)

    def room(self, enterprise: int | None) -> Room:
        """Whether somebody of `enterprise` may have one. The quota does not bind people of no enterprise."""
        if self.left == 0:
            return Room.FULL
        if self.quota is not None and enterprise is not None and self.in_use.get(enterprise, 0) >= self.quota:
            return Room.QUOTA
        return Room.FREE

    def after(self, enterprises: Iterable[int | None]) -> "Places":
        """The same with a place more in use for each of `enterprises`."""
        return Places(self.limit, self.quota, Counter(self.in_use) + Counter(enterprises))


class InLine(NamedTuple):
    """One who waits. `ready`: nothing that the class asks for is missing."""

    request: int
    enterprise: int | None
    ready: bool = True


def next_in_line(places: Places, line: Iterable[InLine]) -> list[InLine]:
    """Who is offered the free places, first come first.

    Who is not ready, or whose enterprise has used up its quota, is passed over
    and keeps their place in the line.
    """
    chosen: list[InLine] = []
    for one in line:
        if places.left == 0:
            break
        if one.ready and places.room(one.enterprise) is Room.FREE:
            chosen.append(one)
            places = places.after([one.enterprise])
    return chosen


def way_in(
    *,
    room: Room,
    open_to: str = "anyone",
    nominated: bool = False,
    fits_sector: bool = True,
    lacks: bool = False,
    waiting: str = "auto",
    others_wait: bool = False,
) -> Way:
    """What asking for a place leads to.

    `open_to` and `waiting` are the class's policies (CourseRun.OpenTo, Waiting);
    `nominated`: a contact asks for the person; `others_wait`: somebody is in line
    whom the office places by hand, so a free place is theirs first.
    """
    if open_to == "nominated" and not nominated:
        return Way.NOMINATED
    if open_to == "sectors" and not fits_sector:
        return Way.SECTOR
    if open_to == "approval":
        return Way.ASK
    if room is Room.FREE and not others_wait:
        return Way.LACKING if lacks else Way.TAKE
    if waiting == "none":
        return Way.QUOTA if room is Room.QUOTA else Way.FULL
    return Way.WAIT


def gives_until(*, enrols_until: datetime | None, starts_on: date, ends_on: date) -> datetime:
    """Until when places go to those in line: the window's end or the class's start, whichever is later.

    Who got in line in time is asked although the window has closed meanwhile; into
    a class that has begun nobody is called who could not enrol in it.
    """
    over = datetime.combine(ends_on + timedelta(days=1), time.min, ZONE)
    if enrols_until is None:
        return over
    return min(over, max(enrols_until, datetime.combine(starts_on, time.min, ZONE)))


def hold_until(*, at: datetime, hours: int, gives: datetime) -> datetime:
    """Until when a place offered at `at` is held: `hours`, but not past `gives`, where it would be nobody's."""
    return min(at + timedelta(hours=hours), gives)


class Slot(NamedTuple):
    """A stretch of time that somebody is bound by, and what binds them."""

    starts: datetime
    ends: datetime
    what: str


def clashes(theirs: Iterable[Slot], bound: Iterable[Slot]) -> list[tuple[Slot, Slot]]:
    """Pairs that overlap, by time. One that begins when the other ends does not."""
    taken = sorted(bound)
    return [
        (slot, other)
        for slot in sorted(theirs)
        for other in taken
        if slot.starts < other.ends and other.starts < slot.ends
    ]
