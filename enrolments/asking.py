"""Requests for places as staff read them: who waits where, what they lack, what they miss by it."""

from dataclasses import dataclass, field
from datetime import datetime

from enrolments import places, seats
from enrolments.models import CourseRun, SeatRequest
from enrolments.prerequisites import Verdict
from lms.lib.periods import local_date


@dataclass(frozen=True)
class AskingRow:
    """One request for a place."""

    request: SeatRequest
    position: int
    """Which number in the line; 0 for those who do not wait."""
    conditions: list[Verdict] = field(default_factory=list)
    clashes: list[tuple[seats.Slot, seats.Slot]] = field(default_factory=list)

    @property
    def lacking(self) -> list[Verdict]:
        """What the class asks for and they lack, unless the office waives it."""
        return [] if self.request.waived else [one for one in self.conditions if not one.met]

    @property
    def may_approve(self) -> bool:
        """Whether it waits for the office's answer."""
        return self.request.state == SeatRequest.State.ASKED

    @property
    def may_refuse(self) -> bool:
        """Whether the office can say no."""
        return self.request.may_move(SeatRequest.State.REFUSED)

    @property
    def may_offer(self) -> bool:
        """Whether a place can be held for them by hand."""
        return self.request.may_move(SeatRequest.State.OFFERED) and self.request.state != SeatRequest.State.TAKEN


@dataclass(frozen=True)
class Asking:
    """All requests for a class: those that wait for an answer, those held, the line, and those that ended."""

    run: CourseRun
    places: seats.Places
    held: int
    rows: list[AskingRow]
    ended: list[AskingRow]

    @property
    def taken(self) -> int:
        """How many are enrolled."""
        return self.places.total - self.held

    @property
    def by_enterprise(self) -> list[tuple[str, int]]:
        """Enterprises with places or requests here, and how many places each has in use."""
        names = {row.request.enterprise_id: str(row.request.enterprise) for row in self.rows if row.request.enterprise}
        return sorted((name, self.places.in_use.get(pk, 0)) for pk, name in names.items())


_ORDER = {SeatRequest.State.ASKED: 0, SeatRequest.State.OFFERED: 1, SeatRequest.State.WAITING: 2}
ENDED_SHOWN = 100
"""How many ended requests a page shows, latest first."""


def asking(run: CourseRun, at: datetime) -> Asking:
    """Requests for a class: the same number of queries however many."""
    found = run.requests.select_related("person", "enterprise", "nominated_by")
    standing = list(found.open().order_by("since", "pk"))
    ended = list(
        found.exclude(state__in=[*SeatRequest.OPEN, SeatRequest.State.TAKEN]).order_by("-since", "-pk")[:ENDED_SHOWN]
    )
    people = [request.person_id for request in standing]
    conditions = places.conditions(run, people, local_date(at))
    clashes = places.clashes(run, people)
    numbers = {
        request.pk: number
        for number, request in enumerate((one for one in standing if one.state == SeatRequest.State.WAITING), 1)
    }
    rows = [
        AskingRow(request, numbers.get(request.pk, 0), conditions[request.person_id], clashes[request.person_id])
        for request in standing
    ]
    rows.sort(key=lambda row: _ORDER[SeatRequest.State(row.request.state)])
    held = sum(request.state == SeatRequest.State.OFFERED and (request.held_until or at) > at for request in standing)
    return Asking(run, places.count(run, at), held, rows, [AskingRow(request, 0) for request in ended])


def one(request: SeatRequest, at: datetime) -> AskingRow:
    """One request with what the office looks at before it answers."""
    run, person = request.run, request.person_id
    waits = request.state == SeatRequest.State.WAITING
    return AskingRow(
        request,
        places.position(request) if waits else 0,
        places.conditions(run, [person], local_date(at))[person],
        places.clashes(run, [person])[person],
    )
