"""What an invigilator does to attempts under way: pause, go on, more time, void. Each with a reason, each in history.

The clock is the server's. A pause stops it: on going on, the deadline and the ends
of sections that were still open move by as long as the pause took.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import User
from quizzes import sections
from quizzes.actions.holding import closed
from quizzes.actions.telling import tell_taker
from quizzes.models import Attempt, AttemptEvent, ExamSession

MOST_MINUTES = 15
"""What an invigilator may add to one attempt in all; examiners decide about more."""
MOST_AT_ONCE = 120

FREE = (Role.ADMINISTRATOR, Role.EXAMINER)


def watches(session: ExamSession | None, person: User) -> bool:
    """Whether the person may act in a session (None: on an attempt outside of any)."""
    if person.has_role(*FREE):
        return True
    if session is None or not person.has_role(Role.INVIGILATOR):
        return False
    return session.invigilators.filter(person=person, until=None).exists()


def refuse_stranger(session: ExamSession | None, person: User) -> None:
    """Raises NotAllowed for somebody who does not watch over the session."""
    if not watches(session, person):
        raise NotAllowed(_("Only the invigilators of this session and examiners can do this."), "not_yours")


@transaction.atomic
def pause(*, attempt: Attempt, reason: str, by: User, at: datetime) -> Attempt:
    """Stop the clock of one attempt and hide its questions; paused already stays as it is.

    Raises Refused without a reason, once time is over and after the hand-in;
    NotAllowed for who does not watch over it.
    """
    return _one(attempt, by, lambda held: _pause(held, _said(reason), by, at))


@transaction.atomic
def resume(*, attempt: Attempt, by: User, at: datetime, reason: str = "") -> Attempt:
    """Let the clock run on; the deadline moves by the pause. Going on already stays as it is."""
    return _one(attempt, by, lambda held: _resume(held, reason.strip(), by, at))


@transaction.atomic
def extend(*, attempt: Attempt, minutes: int, reason: str, by: User, at: datetime) -> Attempt:
    """Add minutes to one attempt. Raises Refused as `pause`, and for more than the invigilator may add."""
    _refuse_minutes(minutes)

    def work(held: Attempt) -> AttemptEvent:
        given = added_minutes(Attempt.objects.filter(pk=held.pk)).get(held.pk, 0)
        return _extend(held, minutes, _said(reason), by, at, given)

    return _one(attempt, by, work)


@transaction.atomic
def pause_session(*, session: ExamSession, reason: str, by: User, at: datetime) -> int:
    """Pause everybody in a session who is in the exam; how many. Those whose time is over are left alone."""
    said = _said(reason)
    return _all(session, by, lambda held: None if closed(held, at) else _pause(held, said, by, at))


@transaction.atomic
def resume_session(*, session: ExamSession, by: User, at: datetime, reason: str = "") -> int:
    """Let everybody go on who is paused and not waiting to be declared void; how many."""
    waiting = set(asked_void(Attempt.objects.filter(session=session)))
    return _all(session, by, lambda held: None if held.pk in waiting else _resume(held, reason.strip(), by, at))


@transaction.atomic
def extend_session(*, session: ExamSession, minutes: int, reason: str, by: User, at: datetime) -> int:
    """Add minutes to everybody who is in the exam; how many. Nobody whose time is over is taken back in."""
    _refuse_minutes(minutes)
    said = _said(reason)
    given: dict[int, int] = {}

    def work(held: Attempt) -> AttemptEvent | None:
        return None if closed(held, at) else _extend(held, minutes, said, by, at, given.get(held.pk, 0))

    return _all(session, by, work, before=lambda running: given.update(added_minutes(running)))


@transaction.atomic
def ask_void(*, attempt: Attempt, reason: str, by: User, at: datetime) -> Attempt:
    """Propose that an attempt be declared void: it is paused until a second one agrees or lets it go on."""
    said = _said(reason)

    def work(held: Attempt) -> AttemptEvent | None:
        if refusal := closed(held, at):
            raise refusal
        if held.pk in asked_void(Attempt.objects.filter(pk=held.pk)):
            return None
        held.paused_at = held.paused_at or at
        return _event(held, "void_asked", by, at, reason=said)

    return _one(attempt, by, work)


@transaction.atomic
def void(*, attempt: Attempt, reason: str, by: User, at: datetime) -> Attempt:
    """Declare an attempt void: it does not count, and was not one of those allowed. The taker is told.

    An invigilator may only agree to what another one has proposed (`ask_void`);
    examiners and administrators decide alone, also after the hand-in. Raises
    Refused for an exam that was passed and counts for a class already.
    """
    said = _said(reason)
    held = _hold(attempt)
    refuse_stranger(held.session, by)
    _refuse_own(held, by)
    if not by.has_role(*FREE):
        asked = asked_void(Attempt.objects.filter(pk=held.pk)).get(held.pk)
        if asked is None or asked == by.pk:
            raise NotAllowed(_("A second invigilator, or an examiner, declares it void. Propose it first."), "second")
    if held.sitting.enrolment_id and held.grades.filter(passed=True).exists():
        raise Refused(_("This exam was passed and counts for the class already. Correct its grade instead."), "counts")
    held.move(Attempt.State.VOID, by=by, at=at, note=said, data={"deadline": held.deadline.isoformat()}, paused_at=None)
    tell_taker(held, "attempt_void", f"attempt:{held.pk}", at, reason=said)
    return held


def asked_void(attempts: "Attempts") -> dict[int, int]:
    """By attempt that is paused and proposed to be void, who proposed it."""
    events = AttemptEvent.objects.filter(
        subject__in=attempts, subject__state=Attempt.State.STARTED, subject__paused_at__isnull=False,
        note__in=["void_asked", "resumed"],
    ).order_by("pk")  # fmt: skip
    newest = {event.subject_id: event for event in events}
    return {pk: event.by_id for pk, event in newest.items() if event.note == "void_asked" and event.by_id}


# --- One, or all of a session, under their locks -----------------------------------------

Work = Callable[[Attempt], AttemptEvent | None]
Attempts = models.QuerySet[Attempt]


def _hold(attempt: Attempt) -> Attempt:
    # The lock that saves, hand-in and sweep take too: a pause comes before or after each of them, never within.
    found = Attempt.objects.select_for_update(of=("self",)).select_related("session", "sitting__person")
    return found.get(pk=attempt.pk)


def _one(attempt: Attempt, by: User, work: Work) -> Attempt:
    held = _hold(attempt)
    refuse_stranger(held.session, by)
    _refuse_own(held, by)
    _write([(held, work(held))])
    return held


def _all(session: ExamSession, by: User, work: Work, before: Callable[[Attempts], None] | None = None) -> int:
    refuse_stranger(session, by)
    running = Attempt.objects.filter(session=session, state=Attempt.State.STARTED)
    running = running.exclude(sitting__person=by)
    # In one order, so that two who act on the whole hall wait for one another instead of for each other's rows.
    rows = list(running.select_for_update(of=("self",)).select_related("sitting").order_by("pk"))
    if before is not None:
        before(running)
    return _write([(held, work(held)) for held in rows])


def _write(done: Sequence[tuple[Attempt, AttemptEvent | None]]) -> int:
    """Store what was done, in two statements however many there are; how many were changed."""
    changed = [(held, event) for held, event in done if event is not None]
    if changed:
        fields = ["paused_at", "deadline", "section_ends"]
        Attempt.objects.bulk_update([held for held, _event in changed], fields, batch_size=200)
        AttemptEvent.objects.bulk_create([event for _held, event in changed])
    return len(changed)


def _refuse_own(held: Attempt, by: User) -> None:
    if held.sitting.person_id == by.pk:
        raise NotAllowed(_("Nobody watches over their own exam. Ask another invigilator."), "own")


# --- What is done to one attempt, in memory ------------------------------------------------


def _pause(held: Attempt, reason: str, by: User, at: datetime) -> AttemptEvent | None:
    if refusal := closed(held, at):
        raise refusal
    if held.paused_at is not None:
        return None
    held.paused_at = at
    return _event(held, "paused", by, at, reason=reason)


def _resume(held: Attempt, reason: str, by: User, at: datetime) -> AttemptEvent | None:
    if held.state != Attempt.State.STARTED:
        refusal = closed(held, at)
        assert refusal is not None
        raise refusal
    if held.paused_at is None:
        return None
    # A pause is written by when its request came in; of two that crossed, none may shorten the time.
    stood = max(timedelta(), at - held.paused_at)
    held.section_ends = sections.moved(held.section_ends, stood, held.paused_at)
    held.deadline += stood
    held.paused_at = None
    return _event(held, "resumed", by, at, reason=reason, seconds=round(stood.total_seconds()))


def _extend(held: Attempt, minutes: int, reason: str, by: User, at: datetime, given: int) -> AttemptEvent:
    if refusal := closed(held, at):
        raise refusal
    if not by.has_role(*FREE) and given + minutes > MOST_MINUTES:
        raise Refused(
            _("An invigilator adds at most %(most)s minutes to one attempt; %(given)s were added. Ask an examiner.")
            % {"most": MOST_MINUTES, "given": given},
            "too_much",
        )
    more = timedelta(minutes=minutes)
    held.section_ends = sections.moved(held.section_ends, more, held.paused_at or at)
    held.deadline += more
    return _event(held, "extended", by, at, reason=reason, minutes=minutes)


def added_minutes(attempts: "Attempts") -> dict[int, int]:
    """By attempt how many minutes were added to it; none where it is 0."""
    found: dict[int, int] = {}
    for pk, data in AttemptEvent.objects.filter(subject__in=attempts, note="extended").values_list("subject", "data"):
        found[pk] = found.get(pk, 0) + int(data.get("minutes", 0))
    return found


def _event(held: Attempt, note: str, by: User, at: datetime, **data: Any) -> AttemptEvent:
    data["deadline"] = held.deadline.isoformat()
    return AttemptEvent(subject=held, old=held.state, new=held.state, at=at, by=by, note=note, data=data)


def _said(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why: the reason goes into the record of the session."), "reason")
    return reason[:500]


def _refuse_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MOST_AT_ONCE:
        raise Refused(_("Add between 1 and %(most)s minutes.") % {"most": MOST_AT_ONCE}, "minutes")
