"""Training matrix: what a job asks for, and whether a person has it. Pure.

A need is met by a course of its subject completed, or a certificate of it in
force. It lasts as long as the certificate says and, where the need comes again
after so many months, no longer than that.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

DUE_WITHIN = timedelta(days=90)
"""What ends within so many days is to be renewed."""


class Status(StrEnum):
    """How a person stands to one need."""

    HAS = "has"
    DUE = "due"
    EXPIRED = "expired"
    MISSING = "missing"
    NOT_ASKED = "not-asked"


class Standing(StrEnum):
    """How a person stands to all needs of their job."""

    COMPLETE = "complete"
    DUE = "due"
    GAP = "gap"


class Need(NamedTuple):
    """People of a job (empty: everybody) need a subject, again after `months` where given."""

    job: str
    subject: int
    months: int | None = None


class Done(NamedTuple):
    """Trained in a subject on a day; `until` is the last day of a certificate that ends by itself."""

    on: date
    until: date | None = None


@dataclass(frozen=True)
class Cell:
    """One person and one subject. `until` is the last day on which what they have counts; None: for good."""

    status: Status
    on: date | None = None
    until: date | None = None
    learning: date | None = None
    """The last day of a class of the subject that they are in."""
    proposed: bool = False
    """Proposed for a class, or waiting for a place in one."""

    @property
    def wanting(self) -> bool:
        """Whether something is to be done: nothing is under way yet."""
        return self.gap and not self.under_way

    @property
    def gap(self) -> bool:
        """Whether the need is not met, or not for long."""
        return self.status in (Status.DUE, Status.EXPIRED, Status.MISSING)

    @property
    def under_way(self) -> bool:
        """Whether they learn it already, or are about to."""
        return self.learning is not None or self.proposed


def asked_of(needs: Iterable[Need], job: str) -> dict[int, int | None]:
    """Subjects that a job needs, each with the months after which it comes again.

    Where everybody's rule and the job's own differ the shorter time counts.
    """
    found: dict[int, int | None] = {}
    for need in needs:
        if need.job not in ("", job):
            continue
        known = found.get(need.subject)
        if need.subject not in found or known is None:
            found[need.subject] = need.months
        elif need.months is not None:
            found[need.subject] = min(known, need.months)
    return found


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def lasts_until(done: Done, months: int | None) -> date | None:
    """The last day on which `done` meets a need that comes again after `months`; None: for good."""
    ends = [done.until] if done.until is not None else []
    if months is not None:
        ends.append(months_after(done.on, months))
    return min(ends, default=None)


def judge(
    months: int | None, done: Iterable[Done], *, on: date, learning: date | None = None, proposed: bool = False
) -> Cell:
    """How somebody stands on a day to a need that comes again after `months`: by what lasts longest."""
    best: tuple[date, date] | None = None
    for one in done:
        if one.on > on:
            continue
        found = (lasts_until(one, months) or date.max, one.on)
        best = found if best is None else max(best, found)
    if best is None:
        return Cell(Status.MISSING, learning=learning, proposed=proposed)
    end, trained = best
    if end == date.max:
        return Cell(Status.HAS, trained, None, learning, proposed)
    status = Status.EXPIRED if end < on else Status.DUE if end <= on + DUE_WITHIN else Status.HAS
    return Cell(status, trained, end, learning, proposed)


NOT_ASKED = Cell(Status.NOT_ASKED)


def row(
    asked: Mapping[int, int | None],
    subjects: Iterable[int],
    done: Mapping[int, Iterable[Done]],
    *,
    on: date,
    learning: Mapping[int, date],
    proposed: Iterable[int] = (),
) -> list[Cell]:
    """A person's cells in the order of `subjects`; everything else is keyed by subject."""
    waiting = set(proposed)
    return [
        judge(
            asked[subject],
            done.get(subject, ()),
            on=on,
            learning=learning.get(subject),
            proposed=subject in waiting,
        )
        if subject in asked
        else NOT_ASKED
        for subject in subjects
    ]


def standing(cells: Iterable[Cell]) -> Standing:
    """The worst of the cells; who is asked for nothing is complete."""
    found = {cell.status for cell in cells}
    if found & {Status.EXPIRED, Status.MISSING}:
        return Standing.GAP
    return Standing.DUE if Status.DUE in found else Standing.COMPLETE
