"""The minutes of a session: who came, what happened, in order. No question, no answer, no score."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from people.models import User
from quizzes.models import Attempt, AttemptEvent, ExamSession, ExamSessionEvent, Invigilator, Sitting, Ticket
from quizzes.queries import hall
from quizzes.seating import seat_key

HERE = "here"


@dataclass
class Row:
    """One person of the session."""

    sitting: Sitting
    attempts: list[Attempt]
    identified_by: str
    tickets: int
    added: int
    stood: int
    """Seconds that its clock stood."""

    @property
    def last(self) -> Attempt | None:
        """The newest attempt in the session."""
        return self.attempts[-1] if self.attempts else None

    @property
    def status(self) -> str:
        """absent, here (papers checked, not started), working, done or void."""
        if self.last is None:
            return HERE if self.identified_by else hall.ABSENT
        if self.last.state == Attempt.State.VOID:
            return hall.VOID
        return hall.WORKING if self.last.state == Attempt.State.STARTED else hall.DONE


@dataclass(frozen=True)
class Happening:
    """A line of the session's history, or of an attempt in it."""

    at: datetime
    by: str
    session_event: ExamSessionEvent | None = None
    attempt_event: AttemptEvent | None = None
    sitting: Sitting | None = None


@dataclass
class Minutes:
    """A session as it went."""

    session: ExamSession
    invigilators: list[Invigilator]
    rows: list[Row]
    happenings: list[Happening]
    opened_at: datetime | None
    closed_at: datetime | None

    @property
    def counts(self) -> dict[str, int]:
        """How many people, by status."""
        found = dict.fromkeys((hall.WORKING, HERE, hall.DONE, hall.VOID, hall.ABSENT), 0)
        for row in self.rows:
            found[row.status] += 1
        return found


def minutes(session: ExamSession) -> Minutes:
    """Everything that the session's minutes say, in the same few queries however many sat in it."""
    sittings = {one.pk: one for one in hall.people(session)}
    attempts: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(session=session).defer("section_ends", "seed").order_by("number"):
        attempts.setdefault(attempt.sitting_id, []).append(attempt)
    for pk, own in attempts.items():
        if sittings[pk].session_id != session.pk:
            sittings[pk].seat = own[-1].seat
    events = list(AttemptEvent.objects.filter(subject__session=session).select_related("by", "subject").order_by("pk"))
    about = list(session.events.select_related("by").order_by("at", "pk"))
    identified = _identified(about)
    closed_at = next((event.at for event in reversed(about) if event.new == "closed" != event.old), None)
    tickets = _tickets(session, sittings, about, closed_at)
    added, stood = _sums(events, "extended", "minutes"), _sums(events, "resumed", "seconds")
    rows = [
        Row(
            sitting=sitting,
            attempts=attempts.get(pk, []),
            identified_by=identified.get(pk, ""),
            tickets=tickets.get(pk, 0),
            added=added.get(pk, 0),
            stood=stood.get(pk, 0),
        )
        for pk, sitting in sittings.items()
    ]
    rows.sort(key=lambda row: (seat_key(row.sitting.seat), row.sitting.person.sort_key, row.sitting.pk))
    happenings = [*_of_session(about, sittings), *_of_attempts(events, sittings)]
    return Minutes(
        session=session,
        invigilators=list(session.invigilators.select_related("person").order_by("since", "pk")),
        rows=rows,
        happenings=sorted(happenings, key=lambda line: line.at),
        opened_at=next((event.at for event in about if event.new == "open" != event.old), None),
        closed_at=closed_at if session.state == ExamSession.State.CLOSED else None,
    )


def _of(event: AttemptEvent) -> int:
    return event.subject.sitting_id


def _sums(events: Iterable[AttemptEvent], note: str, name: str) -> dict[int, int]:
    """By sitting the sum of a number that such events carry."""
    found: dict[int, int] = {}
    for event in events:
        if event.note == note:
            found[_of(event)] = found.get(_of(event), 0) + int(event.data.get(name) or 0)
    return found


def _name(person: User | None) -> str:
    return person.full_name if person else ""


def _identified(events: Iterable[ExamSessionEvent]) -> dict[int, str]:
    """By sitting who checked the person's papers last."""
    found: dict[int, str] = {}
    for event in events:
        if event.note == "identity":
            found[event.data["sitting"]] = _name(event.by) if event.data["checked"] else ""
    return found


def _tickets(
    session: ExamSession,
    sittings: Mapping[int, Sitting],
    events: Iterable[ExamSessionEvent],
    closed_at: datetime | None,
) -> dict[int, int]:
    """By sitting how many tickets were handed out here: since it got its seat, and before it went on elsewhere."""
    since: dict[int, datetime] = {}
    for event in events:
        for pk in event.data.get("seats", {}) if event.note == "seated" else ():
            since.setdefault(int(pk), event.at)
    found: dict[int, int] = {}
    for pk, at in Ticket.objects.filter(sitting__in=sittings).values_list("sitting", "issued_at"):
        gone = sittings[pk].session_id != session.pk
        if since.get(pk, at) <= at and not (gone and closed_at is not None and at > closed_at):
            found[pk] = found.get(pk, 0) + 1
    return found


def _of_session(events: Iterable[ExamSessionEvent], sittings: Mapping[int, Sitting]) -> list[Happening]:
    # Checks of papers stand in the list of people, each with its name: as lines they would bury what happened.
    return [
        Happening(event.at, _name(event.by), session_event=event, sitting=sittings.get(event.data.get("sitting", 0)))
        for event in events
        if not (event.note == "identity" and event.data["checked"])
    ]


def _of_attempts(events: Iterable[AttemptEvent], sittings: Mapping[int, Sitting]) -> list[Happening]:
    # Marking is no part of what went on in the hall.
    return [
        Happening(event.at, _name(event.by), attempt_event=event, sitting=sittings[_of(event)])
        for event in events
        if event.new != "graded" and event.note != "late_decided"
    ]
