"""What is arranged for one person: a sitting without a class, and accommodations. Each with a line of history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.states import NotAllowed, Refused
from people.actions import notify
from people.models import User
from quizzes.accommodations import ARRANGEMENTS, MOST_ATTEMPTS, MOST_MINUTES
from quizzes.actions.attempts import open_sitting
from quizzes.admission import window
from quizzes.models import Exam, Sitting, SittingEvent


class Arranged(NamedTuple):
    """What holds for one person instead of, or beside, what holds for everybody."""

    extra_minutes: int = 0
    extra_attempts: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    accommodations: Sequence[str] = ()

    @classmethod
    def of(cls, sitting: Sitting) -> "Arranged":
        """As it stands."""
        return cls(
            sitting.extra_minutes,
            sitting.extra_attempts,
            sitting.opens_at,
            sitting.closes_at,
            tuple(sitting.accommodations),
        )

    def plain(self) -> dict[str, Any]:
        """As it stands in history."""
        opens, closes = (moment.isoformat() if moment else None for moment in (self.opens_at, self.closes_at))
        return {
            **self._asdict(), "opens_at": opens, "closes_at": closes, "accommodations": list(self.accommodations),
        }  # fmt: skip


@transaction.atomic
def accommodate(*, sitting: Sitting, arranged: Arranged, reason: str, by: User, at: datetime) -> Sitting:
    """Arrange what holds for this person from the next attempt on; the same again changes nothing.

    The person is told what was arranged, not why it was. Raises Refused without a
    reason, for a window that nobody could start in, or beyond the bounds;
    NotAllowed for one's own sitting.
    """
    held = _hold(sitting, by)
    arranged = arranged._replace(accommodations=tuple(code for code in ARRANGEMENTS if code in arranged.accommodations))
    before = Arranged.of(held)
    reason = reason.strip()[:300]
    if arranged == before and reason == held.accommodation_reason:
        return held
    if not reason:
        raise Refused(_("Say why: the reason stands in the history, and not in what the person is told."), "reason")
    _refuse_bounds(held.exam, arranged)
    for name, value in arranged._asdict().items():
        setattr(held, name, list(value) if name == "accommodations" else value)
    held.accommodation_reason = reason
    held.save(update_fields=[*Arranged._fields, "accommodation_reason"])
    data = {"before": before.plain(), "after": arranged.plain()}
    SittingEvent.objects.create(subject=held, new="accommodated", by=by, at=at, note=reason, data=data)
    _tell(held, "sitting_accommodated", at)
    return held


@transaction.atomic
def give_sitting(
    *,
    person: User,
    exam: Exam,
    reason: str,
    by: User,
    at: datetime,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Sitting:
    """Let `person` sit `exam` without being in a class, and tell them.

    Raises Refused for an exam that is no longer held, a window that nobody could
    start in, an account that is closed, or when they have such a sitting already;
    NotAllowed for oneself.
    """
    # The lock on the person: of two who give the same at once, the second finds it given.
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.pk == by.pk:
        raise NotAllowed(_("Nobody gives themselves an exam. Ask a colleague."), "own")
    if not person.is_active or person.merged_into_id or person.erased_at:
        raise Refused(_("This account is closed; nobody could sit the exam with it."), "closed_account")
    if exam.retired:
        raise Refused(_("This exam is no longer held. Choose the one that follows it."), "retired")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused(_("Say why this person sits the exam without a class."), "reason")
    if Sitting.objects.filter(person=person, exam=exam, enrolment=None, ended_at=None).exists():
        raise Refused(_("This person may sit this exam already. Arrange more attempts there if needed."), "twice")
    _refuse_bounds(exam, Arranged(opens_at=opens_at, closes_at=closes_at))
    sitting = open_sitting(person=person, exam=exam, enrolment=None, by=by, at=at)
    if opens_at or closes_at:
        sitting.opens_at, sitting.closes_at = opens_at, closes_at
        sitting.save(update_fields=["opens_at", "closes_at"])
    data = Arranged.of(sitting).plain()
    SittingEvent.objects.create(subject=sitting, new="given", by=by, at=at, note=reason, data=data)
    _tell(sitting, "sitting_given", at)
    return sitting


@transaction.atomic
def take_back(*, sitting: Sitting, reason: str, by: User, at: datetime) -> Sitting:
    """Take back a sitting that was given and never used; the row stays, its tickets end.

    Raises Refused once there is an attempt, for a class's sitting, without a
    reason, or when it was taken back before; NotAllowed for one's own.
    """
    held = _hold(sitting, by)
    if held.enrolment_id is not None:
        raise Refused(_("This sitting belongs to a class; it ends with the enrolment."), "class")
    # The start takes the same lock: an attempt cannot slip in behind this look.
    if held.attempts.exists():
        raise Refused(_("The exam was begun under this sitting; it cannot be taken back."), "used")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused(_("Say why it is taken back."), "reason")
    held.ended_at, held.session, held.seat = at, None, ""
    held.save(update_fields=["ended_at", "session", "seat"])
    held.tickets.filter(used_at=None, ended_at=None).update(ended_at=at)
    SittingEvent.objects.create(subject=held, old="given", new="taken_back", by=by, at=at, note=reason)
    _tell(held, "sitting_taken_back", at)
    return held


def _hold(sitting: Sitting, by: User) -> Sitting:
    held = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "person").get(pk=sitting.pk)
    if held.person_id == by.pk:
        raise NotAllowed(_("Nobody arranges their own exam. Ask a colleague."), "own")
    if held.ended_at is not None:
        raise Refused(_("This sitting was taken back."), "taken_back")
    return held


def _refuse_bounds(exam: Exam, arranged: Arranged) -> None:
    if not 0 <= arranged.extra_minutes <= MOST_MINUTES or not 0 <= arranged.extra_attempts <= MOST_ATTEMPTS:
        raise Refused(
            _("At most %(minutes)s minutes and %(attempts)s attempts can be added.")
            % {"minutes": MOST_MINUTES, "attempts": MOST_ATTEMPTS},
            "bounds",
        )
    opens_at, closes_at = window((exam.opens_at, exam.closes_at), (arranged.opens_at, arranged.closes_at))
    if opens_at and closes_at and closes_at <= opens_at:
        raise Refused(
            _("With these times nobody could start: it would close at %(closes)s and open at %(opens)s.")
            % {"closes": _written(closes_at), "opens": _written(opens_at)},
            "window",
        )


def _written(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M, %d/%m/%Y}"


def _tell(sitting: Sitting, kind: str, at: datetime) -> None:
    exam = sitting.exam
    notify(
        person=sitting.person,
        kind=kind,
        key=f"sitting:{sitting.pk}:{at.isoformat()}",
        at=at,
        facts={
            "exam": {"vi": exam.title_vi, "en": exam.title_en},
            "url": "/vi/learn/" if sitting.ended_at else f"/vi/learn/exams/{sitting.pk}/",
        },
    )
