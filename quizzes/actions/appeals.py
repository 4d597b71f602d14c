"""Appeals against a grade: asked by the taker, decided by an examiner who did not mark it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes import queries
from quizzes.actions.marks import may_judge, note_examiner, review_mark
from quizzes.actions.results import NEEDED, regrade
from quizzes.actions.telling import tell_taker
from quizzes.models import Appeal, Attempt, AttemptItem, Correction, Grade, KeySight, Mark
from quizzes.queries import appeals as appealed, corrections as compared, marking as to_mark

LONGEST = 4000


@transaction.atomic
def appeal(*, attempt: Attempt, text: str, by: User, at: datetime) -> Appeal:
    """Ask for the attempt's grade to be looked at again, within the exam's days of it.

    Raises Attempt.DoesNotExist for somebody else's; Refused too late, without a text, for
    a grade that was decided about already; Conflict while one is open.
    """
    held = (
        Attempt.objects.select_for_update(of=("self",))
        .visible_to(by)
        .select_related("sitting__exam")
        .get(pk=attempt.pk)
    )
    graded = queries.newest_grade(held)
    if refusal := appealed.no_appeal(held, graded, at):
        raise refusal
    assert graded is not None
    if not text.strip():
        raise Refused(_("Write what looks wrong to you and why."), "no_text")
    try:
        with transaction.atomic():
            made = Appeal.objects.create(grade=graded, text=text.strip()[:LONGEST], asked_at=at)
    except IntegrityError as error:
        raise Conflict(_("Your appeal is there already and is being looked at."), "open") from error
    made.born(by=by, at=at)
    return made


@transaction.atomic
def withdraw_appeal(*, appeal: Appeal, by: User, at: datetime) -> Appeal:
    """Take one's appeal back. Raises NotAllowed for somebody else's and once it is decided."""
    if appeal.grade.attempt.sitting.person_id != by.pk:
        raise NotAllowed(_("Only whoever asked takes an appeal back."), "not_own")
    appeal.move(Appeal.State.WITHDRAWN, by=by, at=at)
    return appeal


@transaction.atomic
def dismiss_appeal(*, appeal: Appeal, answer: str, by: User, at: datetime) -> Appeal:
    """Leave the grade as it is, with an answer. Raises as `uphold_appeal`."""
    _decide(appeal, Appeal.State.DISMISSED, answer, by, at)
    return appeal


@transaction.atomic
def uphold_appeal(
    *,
    appeal: Appeal,
    answer: str,
    by: User,
    at: datetime,
    marks: Mapping[int, Mapping[str, Any]] | None = None,
    correction: Correction | None = None,
) -> Appeal:
    """Agree with the taker: new `marks` (scores by position), or a `correction` of a question, mend the grade.

    With marks the attempt is graded again at once. Raises NotAllowed for whoever marked
    the attempt or stands near its taker, Refused without an answer or without anything
    that mends the grade, Conflict when somebody else decided first or put the correction aside.
    """
    marks = marks or {}
    if not marks and correction is None:
        raise Refused(_("Say how the grade is mended: by new marks, or by a correction of a question."), "no_remedy")
    attempt = appeal.grade.attempt
    if correction is not None and not compared.touched(correction).filter(pk=attempt.pk).exists():
        raise Refused(_("That correction is about a question which this attempt does not have."), "other_question")
    if correction is not None:
        # Its lock, as `drop_correction` takes it: what is promised here is not put aside at the same moment.
        correction = Correction.objects.select_for_update(of=("self",)).get(pk=correction.pk)
        if correction.state == Correction.State.CANCELLED:
            raise Conflict(
                _("That correction was put aside meanwhile. Choose another way to mend the grade."), "dropped"
            )
    held = Attempt.objects.select_for_update(of=("self",)).select_related(*NEEDED).get(pk=attempt.pk)
    _decide(appeal, Appeal.State.UPHELD, answer, by, at, correction=correction)
    items = {item.position: item for item in _marked_items(held)}
    for position, scores in marks.items():
        if position not in items:
            raise Refused(_("Question %(number)s was not marked by hand.") % {"number": position}, "not_marked")
        review_mark(item=items[position], appeal=appeal, scores=scores, by=by, at=at)
    if marks:
        regrade(attempt=held, reason=_("Appeal upheld"), by=by, at=at)
    return appeal


@transaction.atomic
def open_rubrics(*, appeal: Appeal, by: User, at: datetime) -> None:
    """Log that `by` looks at the rubrics of the attempt, which are keys, in order to decide."""
    if not may_judge(by, appeal.grade.attempt.sitting, at):
        raise NotAllowed(_("You may not decide this appeal: somebody apart from the taker does."), "not_apart")
    for item in appeal.grade.attempt.items.filter(version__type__in=to_mark.kinds_by_hand()):
        KeySight.objects.create(version_id=item.version_id, person=by, at=at)


def _marked_items(attempt: Attempt) -> list[AttemptItem]:
    return list(attempt.items.filter(marks__isnull=False).select_related("attempt__sitting", "version__key").distinct())


def _decide(appeal: Appeal, to: str, answer: str, by: User, at: datetime, correction: Correction | None = None) -> None:
    attempt = appeal.grade.attempt
    if not answer.strip():
        raise Refused(_("Answer the taker: what you looked at and why you decide so."), "no_answer")
    if not may_judge(by, attempt.sitting, at):
        raise NotAllowed(_("You may not decide this appeal: somebody apart from the taker does."), "not_apart")
    mine = User.objects.same_as(by)
    marked = Mark.objects.filter(item__attempt=attempt, marker__in=mine).exists()
    if marked or Grade.objects.filter(attempt=attempt, graded_by__in=mine).exists():
        raise NotAllowed(_("Whoever marked an attempt does not decide an appeal against its grade."), "marked")
    appeal.move(
        to,
        by=by,
        at=at,
        note=answer.strip()[:LONGEST],
        data={"correction": correction.pk} if correction else {},
        decided_by=by,
        decided_at=at,
        answer=answer.strip()[:LONGEST],
        correction=correction,
    )
    note_examiner(attempt.sitting, by, at)
    tell_taker(attempt, "appeal_decided", f"appeal:{appeal.pk}", at)
