"""The life of an attempt: start, take over, hand in, grade."""

import secrets
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enrolments.models import Enrolment
from lms.lib.codes import random_code
from lms.lib.states import Refused
from people.models import User
from quizzes import admission, queries
from quizzes.actions.drawing import Drawn, drawn
from quizzes.actions.entry import Shown, let_in
from quizzes.actions.holding import GRACE, closed, hold
from quizzes.actions.results import grade
from quizzes.models import Attempt, AttemptEvent, AttemptItem, Exam, Sitting
from quizzes.types import TYPES, rng

log = structlog.get_logger(__name__)


@transaction.atomic
def open_sitting(*, person: User, exam: Exam, enrolment: Enrolment | None, by: User | None, at: datetime) -> Sitting:
    """Give `person` the right to sit `exam`; with the same enrolment it is the same sitting."""
    if enrolment is None:
        return Sitting.objects.create(person=person, exam=exam)
    sitting, _created = Sitting.objects.get_or_create(exam=exam, enrolment=enrolment, defaults={"person": person})
    return sitting


def start(
    *, sitting: Sitting, by: User, at: datetime, language: str, device: str = "", shown: Shown | None = None
) -> Attempt:
    """Start an attempt: draw the questions, pin their order, fix the deadline and the rules.

    `shown` is what the exam asks for at its door. An attempt in progress is
    returned instead of a second one, whatever is shown. Raises
    Sitting.DoesNotExist for somebody else's; Refused with the reason when none
    may be started (see `quizzes.admission`, `quizzes.actions.entry`) or the bank
    cannot serve the exam; then no ticket is used up.
    """
    shown = shown or Shown()
    # Apart from the rest: what ran out stays closed although a new start is refused.
    for running in Attempt.objects.visible_to(by).overdue(at).filter(sitting=sitting):
        submit(attempt=running, by=by, at=at)
    with transaction.atomic():
        # The lock on the sitting: of two starts at once the second finds the attempt of the first.
        held = (
            Sitting.objects.select_for_update(of=("self",))
            .visible_to(by)
            .select_related("exam__after_exam", "enrolment", "session", "person")
            .get(pk=sitting.pk)
        )
        running_now = held.attempts.filter(state=Attempt.State.STARTED).first()
        if running_now is not None:
            return running_now
        standing = queries.standing(held)
        if refusal := admission.refusal(standing, at):
            raise refusal
        let_in(held, shown, at)
        return _begin(held, standing, shown.address, by, at, language, device)


def _begin(
    sitting: Sitting,
    standing: admission.Standing,
    address: str | None,
    by: User,
    at: datetime,
    language: str,
    device: str,
) -> Attempt:
    exam = sitting.exam
    seed = secrets.token_hex(16)
    sheet = drawn(sitting, seed)
    deadline = admission.deadline(
        at,
        minutes=exam.minutes,
        extra=sitting.extra_minutes,
        closes_at=standing.closes_at,
        own_end=standing.own_end,
        cut=exam.window_end == Exam.WindowEnd.CUT,
    )
    last = sitting.attempts.aggregate(number=Max("number"))["number"] or 0
    attempt = Attempt.objects.create(
        sitting=sitting,
        number=last + 1,
        code=random_code(12),
        language=language,
        seed=seed,
        rules=rules_at_start(
            exam,
            sheet.items,
            extra_minutes=sitting.extra_minutes,
            extra_attempts=sitting.extra_attempts,
            seat=sitting.seat,
        ),
        started_at=at,
        deadline=deadline,
        section_ends=queries.section_ends(exam, at, deadline, sitting.extra_minutes),
        device=device,
        form=sheet.form,
        network=address,
        session=sitting.session,
    )
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            version=one.version,
            order=TYPES[one.version.type].shuffle(one.version.content, rng(f"{seed}:{one.version.pk}")),
            section_id=one.section,
            scored=one.scored,
        )
        for position, one in enumerate(sheet.items, start=1)
    )
    attempt.born(by=by, at=at, data={"device": device, "deadline": deadline.isoformat()})
    return attempt


def rules_at_start(
    exam: Exam, items: list[Drawn], *, extra_minutes: int = 0, extra_attempts: int = 0, seat: str = ""
) -> dict[str, Any]:
    """What an attempt keeps of its exam: the rules as they stand when it is begun."""
    return {
        "exam": exam.code,
        "title_vi": exam.title_vi,
        "title_en": exam.title_en,
        "minutes": exam.minutes + extra_minutes,
        "pass_percent": exam.pass_percent,
        "allowed": exam.attempts + extra_attempts,
        "questions": len(items),
        "possible": sum(one.version.points for one in items if one.scored),
        **queries.rules_of_grading(exam, [one.version for one in items]),
        "networks": exam.networks,
        "watches_focus": exam.watches_focus,
        "seat": seat,
    }


@transaction.atomic
def take_over(*, attempt: Attempt, by: User, at: datetime, device: str) -> Attempt:
    """Let the tab `device` save from now on; the one before is refused until it takes over again.

    Raises Refused once the attempt is closed, and its GRACE is over.
    """
    held = hold(attempt, by)
    if refusal := closed(held, at, GRACE):
        raise refusal
    if device != held.device:
        AttemptEvent.objects.create(
            subject=held,
            old=held.state,
            new=held.state,
            at=at,
            by=by,
            note="take_over",
            data={"from": held.device, "to": device},
        )
        held.device = device
        held.save(update_fields=["device"])
    return held


@transaction.atomic
def submit(*, attempt: Attempt, by: User | None, at: datetime) -> Attempt:
    """Hand in and grade, once; pressed again it is the same hand-in.

    After the deadline the hand-in is stamped with the deadline. Raises
    Attempt.DoesNotExist for somebody else's, Refused for a void one and while it is paused.
    """
    held = hold(attempt, by)
    if held.state == Attempt.State.VOID:
        raise Refused(_("This attempt was declared void. Ask the organiser of your class."), "void")
    if held.state == Attempt.State.STARTED:
        if held.paused_at is not None:
            raise Refused(_("The exam is paused by the invigilator. Hand in once it goes on."), "paused")
        late = at > held.deadline
        held.move(
            Attempt.State.SUBMITTED,
            by=by,
            at=at,
            note="clock" if late else "",
            submitted_at=held.deadline if late else at,
            closed_by_clock=late,
        )
        grade(held, by, at)
    return held


def close_overdue(*, at: datetime) -> int:
    """Hand in every attempt whose time had run out at `at`; how many there were.

    One transaction each: stopped half-way, what is done stays done, and the
    next run finds the rest.
    """
    count = 0
    for pk in list(Attempt.objects.overdue(at).order_by("deadline").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                # Skips what another sweep, or the taker, is handing in at this moment.
                running = Attempt.objects.select_for_update(skip_locked=True).overdue(at).filter(pk=pk).first()
                if running is not None:
                    submit(attempt=running, by=None, at=at)
                    count += 1
        except Exception:  # one attempt that cannot be graded must not keep all others open
            log.exception("attempt_not_closed", attempt=pk)
    return count
