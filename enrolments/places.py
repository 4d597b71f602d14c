"""What is read about places in classes: how many, who waits, what one has and lacks, what lies at the same time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from enrolments import prerequisites, seats
from enrolments.models import CourseRun, Enrolment, Meeting, SeatRequest
from enrolments.prerequisites import Asked, Verdict
from lms.lib.periods import local_date
from people.models import Enterprise, User

_REFUSED = SeatRequest.State.REFUSED


def count(run: CourseRun, at: datetime) -> seats.Places:
    """Places in use at `at`, by enterprise: two queries. What was merged counts as what it was merged into."""
    in_use: dict[int | None, int] = {}
    counted_as = Coalesce("enterprise__merged_into", "enterprise")
    for rows in (run.enrolments.seated(), run.requests.holding(at)):
        for enterprise, number in rows.order_by().values_list(counted_as).annotate(Count("pk")):
            in_use[enterprise] = in_use.get(enterprise, 0) + number
    return seats.Places(run.seats, run.quota, in_use)


def gives_until(run: CourseRun) -> datetime:
    """Until when places of the class go to those in line."""
    return seats.gives_until(enrols_until=run.enrols_until, starts_on=run.starts_on, ends_on=run.ends_on)


def gives(run: CourseRun, at: datetime) -> bool:
    """Whether places of the class still go to those in line."""
    opened = run.enrols_from is None or run.enrols_from <= at
    return run.state in (CourseRun.State.OPEN, CourseRun.State.RUNNING) and opened and at < gives_until(run)


def asked_by(run: CourseRun) -> list[Asked]:
    """What a class asks for."""
    return [Asked(row.kind, row.key, row.months) for row in run.prerequisites.order_by("pk")]


def conditions(run: CourseRun, people: Collection[int], on: date, language: str = "") -> dict[int, list[Verdict]]:
    """For each of `people` (their ids) a verdict on what the class asks for; with addresses given a language."""
    return prerequisites.verdicts(asked_by(run), people, on=on, language=language)


def line(run: CourseRun, at: datetime) -> list[seats.InLine]:
    """Those who wait, in order, each with whether they could take a place."""
    rows = list(
        run.requests.in_line().values_list(
            "pk", "person", "enterprise", "waived", "person__is_active", "person__merged_into"
        )
    )
    found = conditions(run, [person for _pk, person, *_rest in rows], local_date(at))
    return [
        seats.InLine(pk, enterprise, active and merged is None and (waived or all(one.met for one in found[person])))
        for pk, person, enterprise, waived, active, merged in rows
    ]


def position(request: SeatRequest) -> int:
    """Which number in the line, from 1."""
    before = Q(since__lt=request.since) | Q(since=request.since, pk__lte=request.pk)
    return SeatRequest.objects.in_line().filter(before, run=request.run_id).count()


def fits_sector(run: CourseRun, enterprise: Enterprise | None) -> bool:
    """Whether the class is open to the enterprise's sector."""
    if run.open_to != CourseRun.OpenTo.SECTORS:
        return True
    return enterprise is not None and run.sectors.filter(pk=enterprise.sector_id).exists()


def clashes(run: CourseRun, people: Iterable[int]) -> dict[int, list[tuple[seats.Slot, seats.Slot]]]:
    """For each of `people` (their ids) the meetings that lie on those of their other classes: two queries."""
    found: dict[int, list[tuple[seats.Slot, seats.Slot]]] = {person: [] for person in people}
    own = [seats.Slot(one.starts_at, one.ends_at, one.topic) for one in run.meetings.standing()]
    if not own or not found:
        return found
    others = (
        Meeting.objects.standing()
        .filter(
            run__enrolments__person__in=list(found),
            run__enrolments__state=Enrolment.State.ACTIVE,
            run__state__in=[CourseRun.State.OPEN, CourseRun.State.RUNNING],
            starts_at__lt=max(slot.ends for slot in own),
            ends_at__gt=min(slot.starts for slot in own),
        )
        .exclude(run=run)
        .values_list("run__enrolments__person", "starts_at", "ends_at", "run__code")
    )
    bound: dict[int, list[seats.Slot]] = {}
    for person, starts, ends, code in others:
        bound.setdefault(person, []).append(seats.Slot(starts, ends, code))
    for person, slots in bound.items():
        found[person] = seats.clashes(own, slots)
    return found


def to_settle(at: datetime) -> QuerySet[CourseRun]:
    """Classes with an offer whose time is over, a free place and somebody in line, or requests left after their end."""
    asking = SeatRequest.objects.order_by()
    lapsed = Q(pk__in=asking.lapsed(at).values("run"))
    waiting = Q(
        Q(seats=None) | Q(seats__gt=F("taken") + F("held")),
        pk__in=asking.filter(state=SeatRequest.State.WAITING).values("run"),
        waiting=CourseRun.Waiting.AUTO,
        state__in=[CourseRun.State.OPEN, CourseRun.State.RUNNING],
    )
    ended = Q(state__in=[CourseRun.State.FINISHED, CourseRun.State.CANCELLED]) | Q(ends_on__lt=local_date(at))
    left = Q(ended, pk__in=asking.open().values("run"))
    return CourseRun.objects.with_taken(at).filter(lapsed | waiting | left).order_by("pk")


def ended(run: CourseRun, at: datetime) -> bool:
    """Whether the class is over or cancelled, so that nobody waits for it any more."""
    return run.state in (CourseRun.State.FINISHED, CourseRun.State.CANCELLED) or run.over_on(local_date(at))


@dataclass(frozen=True)
class Step:
    """One event of a request, in words."""

    what: str
    at: datetime
    note: str = ""
    by: User | None = None


def steps(request: SeatRequest, *, everything: bool = False) -> list[Step]:
    """What happened to a request, latest first, as its person sees it, or with `everything` as the office does."""
    names = dict(SeatRequest.State.choices)
    return [
        # The reason of a refusal is theirs to read; other notes are the office's.
        Step(str(names[event.new]), event.at, event.note if everything or event.new == _REFUSED else "", event.by)
        for event in request.events.select_related("by").order_by("-at", "-pk")
    ]


def reason(run: CourseRun) -> str:
    """Why a class was cancelled."""
    event = run.events.filter(new=CourseRun.State.CANCELLED).order_by("-pk").first()
    return event.note if event else ""


@dataclass(frozen=True)
class Door:
    """A class as one person finds it: where they stand, and what asking for a place would lead to."""

    run: CourseRun
    places: seats.Places
    held: int
    enrolling: bool
    way: seats.Way
    enrolment: Enrolment | None
    request: SeatRequest | None
    in_line: int
    position: int
    conditions: list[Verdict] = field(default_factory=list)
    clashes: list[tuple[seats.Slot, seats.Slot]] = field(default_factory=list)

    @property
    def inside(self) -> bool:
        """Whether they hold a seat."""
        return self.enrolment is not None and self.enrolment.state != Enrolment.State.WITHDRAWN

    @property
    def state(self) -> str:
        """What the page is about: a state of the request, or `inside`, `closed`, `may`, `may_not`."""
        if self.inside:
            return "inside"
        if self.request is not None and self.request.state in SeatRequest.OPEN:
            return str(self.request.state)
        if not self.enrolling:
            return "closed"
        return "may" if self.way in seats.POSSIBLE else "may_not"

    @property
    def lacking(self) -> list[Verdict]:
        """What the class asks for and they lack."""
        return [one for one in self.conditions if not one.met]

    @property
    def taken(self) -> int:
        """How many are enrolled."""
        return self.places.total - self.held

    @property
    def in_use(self) -> int:
        """Seats of those enrolled and those held for somebody."""
        return self.places.total

    @property
    def left(self) -> int | None:
        """Seats left; None without a limit."""
        return self.places.left

    @property
    def full(self) -> bool:
        """Whether no seat is left."""
        return self.left == 0

    @property
    def few(self) -> bool:
        """Whether the seats left should be said with some weight."""
        return self.left is not None and 0 < self.left <= 5

    @property
    def line(self) -> list[int]:
        """Numbers around one's own in the line, for the row of circles."""
        first = max(1, min(self.position - 4, self.in_line - 8))
        return list(range(first, min(self.in_line, first + 8) + 1))


def door(run: CourseRun, person: User, at: datetime, language: str) -> Door:
    """How `person` finds the class at `at`: the same number of queries however many are in it."""
    day = local_date(at)
    places = count(run, at)
    held = run.requests.holding(at).count()
    enrolment = run.enrolments.filter(person=person).first()
    request = run.requests.filter(person=person).select_related("enterprise").first()
    if request is not None and request.state == SeatRequest.State.OFFERED and (request.held_until or at) <= at:
        # Over, whether or not the sweep has noted it.
        request.state = SeatRequest.State.LAPSED
    in_line = run.requests.in_line().count()
    enterprise = person.enterprise_on(day)
    found = conditions(run, [person.pk], day, language)[person.pk]
    free = places
    if in_line and places.left != 0 and run.waiting == CourseRun.Waiting.AUTO and gives(run, at):
        # The sweep gives these in a moment.
        free = places.after(one.enterprise for one in seats.next_in_line(places, line(run, at)))
    way = seats.way_in(
        room=free.room(enterprise.pk if enterprise else None),
        open_to=run.open_to,
        fits_sector=fits_sector(run, enterprise),
        lacks=not all(one.met for one in found),
        waiting=run.waiting,
        others_wait=bool(in_line) and run.waiting == CourseRun.Waiting.HAND,
    )
    enrolling = run.enrolling_at(at) and not run.over_on(day)
    waits = request is not None and request.state == SeatRequest.State.WAITING
    return Door(
        run=run,
        places=places,
        held=held,
        enrolling=enrolling,
        way=way,
        enrolment=enrolment,
        request=request,
        in_line=in_line,
        position=position(request) if request is not None and waits else 0,
        conditions=found,
        clashes=clashes(run, [person.pk])[person.pk],
    )
