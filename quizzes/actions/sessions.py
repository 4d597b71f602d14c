"""Exam sessions: planned, opened, closed; who watches over them and who sits where."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, override

from lms.lib.access import Role
from lms.lib.codes import random_code
from lms.lib.states import NotAllowed, Refused
from people.actions import Telling, notify_all
from people.models import User
from quizzes.models import Attempt, Exam, ExamSession, ExamSessionEvent, Invigilator, Sitting, Ticket

PLANNERS = (Role.ADMINISTRATOR, Role.EXAMINER)
OVER = (ExamSession.State.CLOSED, ExamSession.State.CANCELLED)
CHANGEABLE = ("place", "starts_at", "ends_at", "run")


@transaction.atomic
def plan_session(
    *,
    exam: Exam,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    at: datetime,
    place: str = "",
    run: Any = None,
    code: str = "",
) -> ExamSession:
    """Plan a session. Raises Refused for one that ends before it begins, or a code that is taken."""
    _refuse_times(starts_at, ends_at)
    code = code.strip() or f"{timezone.localtime(starts_at):%d%m%y}-{random_code(4)}"
    if ExamSession.objects.filter(code=code).exists():
        raise Refused(_("There is a session with this code. Choose another one."), "code")
    session = ExamSession.objects.create(
        code=code, exam=exam, place=place.strip(), starts_at=starts_at, ends_at=ends_at, run=run
    )
    session.born(by=by, at=at, data={"place": session.place, **_times(session)})
    return session


@transaction.atomic
def change_session(*, session: ExamSession, by: User, at: datetime, **wanted: Any) -> ExamSession:
    """Change place, time or class of a session that is not over; who sits in it is told of time and place."""
    held = _hold(session)
    _refuse_over(held)
    changed = {name: value for name, value in wanted.items() if name in CHANGEABLE and getattr(held, name) != value}
    if not changed:
        return held
    before = {"place": held.place, **_times(held)}
    for name, value in changed.items():
        setattr(held, name, value)
    _refuse_times(held.starts_at, held.ends_at)
    held.save(update_fields=list(changed))
    _note(held, "changed", by, at, before=before, after={"place": held.place, **_times(held)})
    if changed.keys() & {"place", "starts_at", "ends_at"}:
        _tell(held, "exam_session_changed", at.isoformat(), at)
    return held


@transaction.atomic
def open_session(*, session: ExamSession, by: User, at: datetime) -> ExamSession:
    """Open the hall. Raises Refused while nobody watches over it."""
    held = _hold(session)
    if not held.invigilators.filter(until=None).exists():
        raise Refused(_("Nobody watches over this session yet. Name an invigilator first."), "invigilator")
    held.move(ExamSession.State.OPEN, by=by, at=at)
    return held


@transaction.atomic
def close_session(*, session: ExamSession, by: User, at: datetime) -> ExamSession:
    """Close the hall. Raises Refused while somebody is still in the exam."""
    held = _hold(session)
    inside = held.attempts.filter(state=Attempt.State.STARTED).count()
    if inside:
        raise Refused(
            _("%(count)s people are still in the exam. Wait for the hand-in, or let those who are paused go on.")
            % {"count": inside},
            "inside",
        )
    held.move(ExamSession.State.CLOSED, by=by, at=at)
    return held


@transaction.atomic
def cancel_session(*, session: ExamSession, reason: str, by: User, at: datetime) -> ExamSession:
    """Cancel a session that was not opened; who was to sit in it is told, and is free for another one."""
    held = _hold(session)
    if not reason.strip():
        raise Refused(_("Say why the session is cancelled: people are told."), "reason")
    held.move(ExamSession.State.CANCELLED, by=by, at=at, note=reason.strip())
    _tell(held, "exam_session_cancelled", "cancelled", at, reason=reason.strip())
    held.sittings.update(session=None, seat="")
    return held


@transaction.atomic
def assign_invigilator(*, session: ExamSession, person: User, by: User, at: datetime) -> Invigilator:
    """Let a person watch over a session; twice is once. Raises Refused for who lacks the role or sits in it."""
    held = _hold(session)
    _refuse_over(held)
    if not person.has_role(Role.INVIGILATOR):
        raise Refused(_("%(name)s is no invigilator. Give them the role first.") % {"name": person.full_name}, "role")
    if held.sittings.filter(person=person).exists() or held.attempts.filter(sitting__person=person).exists():
        raise Refused(_("%(name)s sits in this session.") % {"name": person.full_name}, "sits")
    found, created = Invigilator.objects.get_or_create(session=held, person=person, until=None, defaults={"since": at})
    if created:
        _note(held, "invigilator_assigned", by, at, person=person.pk, name=person.full_name)
    return found


@transaction.atomic
def release_invigilator(*, session: ExamSession, person: User, by: User, at: datetime) -> None:
    """End that a person watches over a session. Raises Refused for the last one of an open hall."""
    held = _hold(session)
    others = held.invigilators.filter(until=None).exclude(person=person)
    if held.state == ExamSession.State.OPEN and not others.exists():
        raise Refused(_("Somebody must watch over an open session. Name another invigilator first."), "last")
    if held.invigilators.filter(person=person, until=None).update(until=at):
        _note(held, "invigilator_released", by, at, person=person.pk, name=person.full_name)


@transaction.atomic
def seat_people(*, session: ExamSession, seats: Mapping[int, str], by: User, at: datetime) -> list[Sitting]:
    """Put sittings, by id, into the session at their seats; who is new is told. In it already, the seat is changed.

    An empty seat gets the next free number. Who sat in a session that is over goes on to this one
    for the next attempt, without the form and ticket given there; the attempts keep where they were sat. Raises
    Refused for a sitting of another exam or of a session that is not over, a seat given twice, and an
    invigilator of the session.
    """
    held = _hold(session)
    _refuse_over(held)
    found = list(
        Sitting.objects.select_for_update(of=("self",))
        .filter(pk__in=seats)
        .select_related("person", "session")
        .order_by("pk")
    )
    _refuse_misplaced(held, found)
    moved = [sitting for sitting in found if sitting.session_id not in (None, held.pk)]
    Ticket.objects.filter(sitting__in=moved, used_at=None, ended_at=None).update(ended_at=at)
    for sitting in moved:
        sitting.form = None
    taken = dict(held.sittings.exclude(pk__in=seats).exclude(seat="").values_list("seat", "pk"))
    new = [sitting for sitting in found if sitting.session_id != held.pk]
    for sitting in sorted(found, key=lambda one: (not seats[one.pk].strip(), one.person.sort_key, one.pk)):
        seat = seats[sitting.pk].strip()[:10] or _free(taken)
        if seat in taken:
            raise Refused(_("Seat %(seat)s is given twice.") % {"seat": seat}, "seat")
        taken[seat] = sitting.pk
        sitting.session, sitting.seat = held, seat
    Sitting.objects.bulk_update(found, ["session", "seat", "form"], batch_size=200)
    # Who had begun before being put here is in the hall with the rest.
    begun = Attempt.objects.filter(sitting__in=new, state=Attempt.State.STARTED).select_related("sitting")
    for running in begun.select_for_update(of=("self",)).order_by("pk"):
        rules = running.rules | {"seat": running.sitting.seat}
        Attempt.objects.filter(pk=running.pk).update(session=held, rules=rules)
    _note(held, "seated", by, at, seats={str(sitting.pk): sitting.seat for sitting in found})
    # By its moment: who is taken out and put in again is told again.
    _tell(held, "exam_session", f"seated:{at.isoformat()}", at, only=new)
    return found


@transaction.atomic
def unseat(*, session: ExamSession, sitting: Sitting, by: User, at: datetime) -> None:
    """Take a sitting out of the session; the person is told. Raises Refused for who has started there."""
    held = _hold(session)
    if held.attempts.filter(sitting=sitting).exists():
        raise Refused(_("Whoever has started in this session stays in its record."), "started")
    if held.sittings.filter(pk=sitting.pk).update(session=None, seat=""):
        _note(held, "unseated", by, at, sitting=sitting.pk)
        _tell(held, "exam_session_left", at.isoformat(), at, only=[sitting])


def _hold(session: ExamSession) -> ExamSession:
    # Of two who seat or open at once the second sees what the first did.
    # Without its key: whoever starts holds their sitting and writes an attempt that names the session.
    return ExamSession.objects.select_for_update(of=("self",), no_key=True).select_related("exam").get(pk=session.pk)


def _refuse_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("The session must end after it begins."), "times")


def _refuse_over(held: ExamSession) -> None:
    if held.state in OVER:
        raise NotAllowed(
            _("This session stands at “%(state)s”; it is not changed any more.") % {"state": held.state_name()}, "over"
        )


def _refuse_misplaced(held: ExamSession, found: Iterable[Sitting]) -> None:
    watching = set(held.invigilators.filter(until=None).values_list("person_id", flat=True))
    for sitting in found:
        name = {"name": sitting.person.full_name}
        if sitting.exam_id != held.exam_id:
            raise Refused(_("%(name)s sits another exam.") % name, "exam")
        if sitting.session_id not in (None, held.pk) and sitting.session.state not in OVER:  # type: ignore[union-attr,operator]
            raise Refused(_("%(name)s is in another session already.") % name, "elsewhere")
        if sitting.person_id in watching:
            raise Refused(_("%(name)s watches over this session.") % name, "watches")


def _free(taken: Mapping[str, int]) -> str:
    number = 1
    while f"{number:02}" in taken:
        number += 1
    return f"{number:02}"


def _times(held: ExamSession) -> dict[str, str]:
    return {"starts_at": held.starts_at.isoformat(), "ends_at": held.ends_at.isoformat()}


def _note(held: ExamSession, note: str, by: User, at: datetime, **data: Any) -> None:
    ExamSessionEvent.objects.create(subject=held, old=held.state, new=held.state, at=at, by=by, note=note, data=data)


def _tell(
    held: ExamSession, kind: str, key: str, at: datetime, reason: str = "", only: list[Sitting] | None = None
) -> None:
    sittings = held.sittings.select_related("person") if only is None else only
    notify_all(
        tellings=[
            Telling(sitting.person, kind, f"session:{held.pk}:{key}:{sitting.pk}", _facts(held, sitting, reason))
            for sitting in sittings
        ],
        at=at,
    )


def _facts(held: ExamSession, sitting: Sitting, reason: str) -> dict[str, Any]:
    when = {}
    for language in ("vi", "en"):
        with override(language):
            when[language] = date_format(timezone.localtime(held.starts_at), "H:i, d/m/Y")
    return {
        "exam": {"vi": held.exam.title_vi, "en": held.exam.title_en},
        "when": when,
        "place": held.place or "–",
        "seat": sitting.seat or "–",
        "reason": reason,
        "url": f"/vi/learn/exams/{sitting.pk}/",
    }
