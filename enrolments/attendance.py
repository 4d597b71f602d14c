"""What attendance amounts to: the share of meeting time that one was there. Pure.

The rule: cancelled meetings do not count. Of the others each weighs by its minutes;
present and late count as there; excused is taken out on both sides; whatever was
not marked once the meeting is over counts as absent. Who was excused from
everything was at nothing: there is no share, and nothing is met by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

PRESENT, LATE, EXCUSED, ABSENT = "present", "late", "excused", "absent"
THERE = frozenset({PRESENT, LATE})


@dataclass(frozen=True)
class Sat:
    """One standing meeting as one person met it; `status` is None while nothing is marked."""

    minutes: int
    status: str | None
    over: bool


@dataclass(frozen=True)
class Share:
    """Minutes there, of minutes that count; `ahead` are minutes that nobody knows of yet."""

    there: int
    counted: int
    ahead: int

    @property
    def percent(self) -> int | None:
        """The share so far, rounded down: 79.6 is not 80. None before anything counts."""
        return 100 * self.there // self.counted if self.counted else None

    @property
    def worst(self) -> int | None:
        """The share if nothing that lies ahead is attended."""
        whole = self.counted + self.ahead
        return 100 * self.there // whole if whole else None

    @property
    def best(self) -> int | None:
        """The share if everything that lies ahead is attended."""
        whole = self.counted + self.ahead
        return 100 * (self.there + self.ahead) // whole if whole else None

    def meets(self, threshold: int) -> bool:
        """Whether at least `threshold` percent are certain, whatever comes."""
        return self.there > 0 and self.worst is not None and self.worst >= threshold

    def misses(self, threshold: int) -> bool:
        """Whether `threshold` percent cannot be reached any more."""
        return self.best is not None and self.best < threshold


def share(sat: Iterable[Sat]) -> Share:
    """The share of one person in the standing meetings of a class."""
    there = counted = ahead = 0
    for one in sat:
        if one.status == EXCUSED:
            continue
        if one.status is None and not one.over:
            ahead += one.minutes
            continue
        counted += one.minutes
        if one.status in THERE:
            there += one.minutes
    return Share(there, counted, ahead)


def arrival(seen_minutes_after_start: float, late_after: int) -> str:
    """Present, or late for who came more than `late_after` minutes after the start."""
    return LATE if seen_minutes_after_start > late_after else PRESENT


def by_minutes(minutes: float, whole: int, present_from: int, late_from: int) -> str:
    """What being there `minutes` of `whole` counts as: at least `present_from` percent present, `late_from` late."""
    percent = 100 * minutes / whole if whole else 0
    if percent >= present_from:
        return PRESENT
    return LATE if percent >= late_from else ABSENT
