"""Marks by hand: given by examiners who are apart from the taker and from each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import Conflict, NotAllowed, Refused
from people.models import User
from quizzes import grading, marking, queries
from quizzes.actions.holding import hold
from quizzes.actions.results import grade
from quizzes.actions.telling import tell_taker
from quizzes.models import (
    Appeal,
    Attempt,
    AttemptItem,
    Exam,
    Grade,
    KeySight,
    Mark,
    QuestionVersion,
    Sitting,
    SittingExaminer,
)
from quizzes.queries import marking as to_mark


@transaction.atomic
def open_rubric(*, exam: Exam, version: QuestionVersion, by: User, at: datetime) -> None:
    """Log that `by` looks at the rubric, which is a key; for hours after that the marking page shows it.

    Whoever has something to mark needs no further permission. Raises NotAllowed for others.
    """
    if not by.has_role(Role.EXAMINER) or not to_mark.scripts(by, exam, version, at):
        raise NotAllowed(_("Nothing of this question waits for you."), "nothing_to_mark")
    if not to_mark.rubric_is_open(version, by, at):
        KeySight.objects.create(version=version, person=by, at=at)


@transaction.atomic
def mark(*, item: AttemptItem, scores: Mapping[str, Any], comment: str, by: User, at: datetime) -> Mark:
    """Give an answer its points by the rubric, in the turn that is open; the last one grades the attempt.

    Sent again with the same points and comment it is the same mark; with others it is a
    new row in the same turn, as long as nobody else's mark stands beside it. Raises
    NotAllowed for whoever must not judge the taker, Refused for points that do not fit,
    Conflict when somebody else was first or the attempt is graded.
    """
    # The lock on the attempt: of two markers who take the same turn the second sees the
    # first one's mark, and of two last marks one grades.
    held = hold(item.attempt, None)
    if not may_judge(by, held.sitting, at):
        raise NotAllowed(_("You may not mark this answer: somebody apart from the taker does."), "not_apart")
    if held.state != Attempt.State.SUBMITTED:
        raise Conflict(_("This attempt is not waiting for marks any more."), "graded")
    version = item.version
    points, kept = add_up(version, scores)
    given = [queries.as_given(one) for one in Mark.objects.filter(item=item)]
    rule = marking.Rule.of(held.rules)
    standing = marking.stand(given, queries.total_points(version), rule)
    own = Mark.objects.filter(item=item, marker=by).order_by("-number").first()
    if own is not None and own.scores == kept and own.comment == comment.strip():
        return own
    turn = marking.turn_for(standing, by.pk) if own is None else marking.may_change(standing, by.pk, rule)
    if turn is None:
        raise Conflict(_("Somebody else has marked this answer meanwhile; nothing more is needed of you."), "marked")
    made = _write(item, turn, by, at, points=points, scores=kept, comment=comment)
    graded = grade(held, by, at)
    if graded is not None:
        tell_graded(held, graded, at)
    return made


def review_mark(*, item: AttemptItem, appeal: Appeal, scores: Mapping[str, Any], by: User, at: datetime) -> Mark:
    """A mark given in deciding an appeal; it alone counts from then on. The attempt is locked by the caller."""
    points, kept = add_up(item.version, scores)
    return _write(item, marking.THIRD, by, at, points=points, scores=kept, comment="", appeal=appeal)


def add_up(version: QuestionVersion, scores: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    """The sum of `scores` by the version's rubric. Raises Refused for those that do not fit."""
    rubric = to_mark.rubric(version)
    try:
        return marking.add_up(rubric, scores)
    except marking.BadScores as error:
        most = {criterion.id: criterion.points for criterion in rubric}.get(error.criterion)
        if most is None:
            raise Refused(_("Give points for every criterion."), "scores") from error
        message = _("Points of each criterion go from 0 to its most (%(most)s), in steps of 0.25.") % {"most": most}
        raise Refused(message, "scores") from error


def _write(item: AttemptItem, turn: int, by: User, at: datetime, **fields: Any) -> Mark:
    number = Mark.objects.filter(item=item, turn=turn).count() + 1
    comment = fields.pop("comment").strip()[:4000]
    points = fields.pop("points")
    made = Mark.objects.create(
        item=item,
        turn=turn,
        number=number,
        marker=by,
        at=at,
        points=grading.rounded(points),
        comment=comment,
        **fields,
    )
    note_examiner(item.attempt.sitting, by, at)
    return made


def note_examiner(sitting: Sitting, examiner: User, at: datetime) -> None:
    """Keep who judged a sitting: whoever did takes no part in deciding on the certificate."""
    SittingExaminer.objects.get_or_create(sitting=sitting, examiner=examiner, defaults={"since": at})


def may_judge(examiner: User, sitting: Sitting, at: datetime) -> bool:
    """Whether `examiner` is one and stands apart from the sitting's person."""
    partial = to_mark.partial_to(examiner, "person", at)
    return examiner.has_role(Role.EXAMINER) and not Sitting.objects.filter(partial, pk=sitting.pk).exists()


def tell_graded(attempt: Attempt, graded: Grade, at: datetime) -> None:
    """Tell a taker who waited that the result is there."""
    tell_taker(attempt, "attempt_graded", f"{attempt.code}:{graded.number}", at)
