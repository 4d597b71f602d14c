"""What an invigilator sees of a session: people, not questions; no answer, no key, no score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from people.models import User
from quizzes.models import (
    Answer,
    Attempt,
    AttemptEvent,
    ExamSession,
    ExamSessionEvent,
    Grade,
    Invigilator,
    Presence,
    Sitting,
    Ticket,
)
from quizzes.seating import by_seat

LOST_AFTER = timedelta(seconds=60)
"""Without a sign for so long somebody is shown as cut off."""

ABSENT, WORKING, LOST, PAUSED, OVER, DONE, VOID = "absent", "working", "lost", "paused", "over", "done", "void"


@dataclass
class Seat:
    """One person of a session, as the hall's table shows them."""

    sitting: Sitting
    attempt: Attempt | None
    presence: Presence | None
    answered: int
    questions: int
    seen_at: datetime | None
    """The script's last sign, or the last save of a page without one."""
    status: str
    left: timedelta | None
    ticket: Ticket | None
    added: int
    void_asked: str
    """Name of the invigilator who proposed to declare the attempt void."""
    void_asked_by: int | None
    identified_at: datetime | None = None
    """Since when the person's papers count as checked."""

    @property
    def left_seconds(self) -> int:
        """Whole seconds left, none below 0."""
        return max(0, int(self.left.total_seconds())) if self.left is not None else 0


@dataclass
class Hall:
    """A session with its people, read in the same few queries however many they are."""

    session: ExamSession
    invigilators: list[Invigilator]
    seats: list[Seat]
    counts: dict[str, int] = field(default_factory=dict)


def sessions(viewer: User) -> QuerySet[ExamSession]:
    """Sessions that the viewer may look at, newest first, each with `people` and `inside`."""
    attempts = Attempt.objects.filter(session=OuterRef("pk"))
    gone = attempts.exclude(sitting__session=F("session"))
    return (
        ExamSession.objects.visible_to(viewer)
        .select_related("exam", "run")
        .annotate(
            people=_number(Sitting.objects.filter(session=OuterRef("pk")), "pk") + _number(gone, "sitting"),
            inside=_number(attempts.filter(state=Attempt.State.STARTED), "pk"),
        )
        .order_by("-starts_at", "-pk")
    )


def _number(rows: QuerySet[Any], name: str) -> Coalesce:
    """How many different `name` there are among the rows of a session; each counted by itself, not by a join."""
    counted = rows.order_by().values("session").annotate(number=Count(name, distinct=True))
    return Coalesce(Subquery(counted.values("number")), 0)


def people(session: ExamSession) -> QuerySet[Sitting]:
    """Who sits in the session, and who has sat in it and gone on to another one."""
    there = Q(session=session) | Q(pk__in=Attempt.objects.filter(session=session).values("sitting"))
    return Sitting.objects.filter(there).select_related("person").order_by("seat", "person__sort_key", "pk")


def hall(session: ExamSession, at: datetime) -> Hall:
    """Everybody of a session by seat, as of `at`."""
    attempts = _newest(session)
    sittings = list(people(session))
    for sitting in sittings:
        # Who has gone on to another session stood here at the seat of then.
        if sitting.session_id != session.pk:
            sitting.seat = attempts[sitting.pk].seat
    sittings = by_seat(sittings)
    answered = _answered(session)
    happened = _happened(session)
    tickets = {
        ticket.sitting_id: ticket
        # One that was used up in an earlier session is not this one's.
        for ticket in Ticket.objects.filter(
            Q(used_at=None) | Q(sitting__in=attempts), sitting__session=session, ended_at=None
        ).order_by("issued_at")
    }
    seats = [
        _seat(
            sitting,
            attempts.get(sitting.pk),
            answered,
            happened,
            tickets.get(sitting.pk),
            session.exam.minutes + sitting.extra_minutes,
            at,
        )
        for sitting in sittings
    ]
    counts = dict.fromkeys((ABSENT, WORKING, LOST, PAUSED, OVER, DONE, VOID), 0)
    checked = identified(session)
    for seat in seats:
        counts[seat.status] += 1
        seat.identified_at = checked.get(seat.sitting.pk)
    watching = session.invigilators.filter(until=None).select_related("person").order_by("since")
    return Hall(session, list(watching), seats, counts)


def _newest(session: ExamSession) -> dict[int, Attempt]:
    """By sitting its newest attempt, with its presence."""
    rows = (
        Attempt.objects.filter(session=session)
        .select_related("presence")
        .defer("section_ends", "seed")
        .order_by("number")
    )
    return {attempt.sitting_id: attempt for attempt in rows}


def _answered(session: ExamSession) -> dict[int, tuple[int, datetime]]:
    """By attempt how many questions have an answer, and when the last one came in."""
    newer = Answer.objects.filter(item=OuterRef("item"), revision__gt=OuterRef("revision"))
    rows = (
        Answer.objects.filter(item__attempt__session=session)
        .filter(~Exists(newer))
        .values("item__attempt")
        .annotate(count=Count("pk", filter=Q(response__isnull=False)), last=Max("received_at"))
    )
    return {row["item__attempt"]: (row["count"], row["last"]) for row in rows}


@dataclass
class _Happened:
    added: int = 0
    asked_by: User | None = None


def _happened(session: ExamSession) -> dict[int, _Happened]:
    """By attempt what invigilators did to it, as far as the table shows it."""
    found: dict[int, _Happened] = {}
    events = AttemptEvent.objects.filter(
        subject__session=session, note__in=["extended", "void_asked", "resumed"]
    ).select_related("by")
    for event in events.order_by("pk"):
        row = found.setdefault(event.subject_id, _Happened())
        if event.note == "extended":
            row.added += int(event.data.get("minutes", 0))
        else:
            row.asked_by = event.by if event.note == "void_asked" else None
    return found


def _seat(
    sitting: Sitting,
    attempt: Attempt | None,
    answered: Mapping[int, tuple[int, datetime]],
    happened: Mapping[int, _Happened],
    ticket: Ticket | None,
    minutes: int,
    at: datetime,
) -> Seat:
    if attempt is None:
        return Seat(sitting, None, None, 0, 0, None, ABSENT, timedelta(minutes=minutes), ticket, 0, "", None)
    count, last = answered.get(attempt.pk, (0, attempt.started_at))
    presence: Presence | None = getattr(attempt, "presence", None)
    seen = max(last, presence.seen_at) if presence else last
    done = happened.get(attempt.pk, _Happened())
    asked = done.asked_by if attempt.state == Attempt.State.STARTED and attempt.paused_at else None
    return Seat(
        sitting=sitting,
        attempt=attempt,
        presence=presence,
        answered=count,
        questions=int(attempt.rules.get("questions", 0)),
        seen_at=seen,
        status=status(attempt, seen, at),
        left=left(attempt, at),
        ticket=ticket,
        added=done.added,
        void_asked=asked.full_name if asked else "",
        void_asked_by=asked.pk if asked else None,
    )


def status(attempt: Attempt, seen_at: datetime, at: datetime) -> str:
    """In one word how an attempt stands."""
    if attempt.state == Attempt.State.VOID:
        return VOID
    if attempt.state != Attempt.State.STARTED:
        return DONE
    if attempt.paused_at is not None:
        return PAUSED
    if at > attempt.deadline:
        return OVER
    return LOST if at - seen_at > LOST_AFTER else WORKING


def left(attempt: Attempt, at: datetime) -> timedelta | None:
    """Time left; none after the hand-in. While it is paused the clock stands."""
    if attempt.state != Attempt.State.STARTED:
        return None
    return attempt.deadline - (attempt.paused_at or at)


def identified(session: ExamSession) -> dict[int, datetime]:
    """By sitting since when a person's papers count as checked."""
    found: dict[int, datetime] = {}
    rows = session.events.filter(note="identity").order_by("pk").values_list("at", "data")
    for at, data in rows:
        found.pop(data["sitting"], None)
        if data["checked"]:
            found[data["sitting"]] = at
    return found


def notes(session: ExamSession, sitting: Sitting | None = None) -> list[ExamSessionEvent]:
    """What was written down in the hall, newest first; of one person where there is one."""
    events = session.events.filter(note="incident").select_related("by").order_by("-at", "-pk")
    return list((events if sitting is None else events.filter(data__sitting=sitting.pk))[:200])


def story(sitting: Sitting) -> list[AttemptEvent]:
    """What happened in the attempts of a sitting, newest first; without what was answered."""
    events = AttemptEvent.objects.filter(subject__sitting=sitting).select_related("by", "subject")
    return list(events.order_by("-at", "-pk")[:40])


def free_sittings(session: ExamSession) -> QuerySet[Sitting]:
    """Sittings of the session's exam that one may put into it: in none, or in one that is over, with an
    attempt still to use, nobody in the exam and nothing passed.
    """
    over = Q(session=None) | Q(session__state__in=[ExamSession.State.CLOSED, ExamSession.State.CANCELLED])
    used = Count("attempts", filter=~Q(attempts__state=Attempt.State.VOID))
    newer = Grade.objects.filter(attempt=OuterRef("attempt"), number__gt=OuterRef("number"))
    passed = Grade.objects.filter(~Exists(newer), attempt__sitting=OuterRef("pk"), passed=True)
    inside = Attempt.objects.filter(sitting=OuterRef("pk"), state=Attempt.State.STARTED)
    found = (
        Sitting.objects.filter(over, exam=session.exam, ended_at=None)
        .exclude(session=session)
        .filter(~Exists(inside), ~Exists(passed.exclude(attempt__state=Attempt.State.VOID)))
        .annotate(used=used)
        .filter(used__lt=session.exam.attempts + F("extra_attempts"))
        .select_related("person", "enrolment")
    )
    if session.run_id is not None:
        found = found.filter(enrolment__run=session.run_id)
    return found.order_by("person__sort_key", "pk")
