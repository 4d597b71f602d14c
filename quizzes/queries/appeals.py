"""Appeals: whether one may be made, one's own, and those to decide. No key is read here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes.admission import clock
from quizzes.models import Answer, Appeal, Attempt, AttemptItem, Correction, Grade, Mark, QuestionKey
from quizzes.queries.marking import MarkLine, file_of, marks_of, partial_to
from quizzes.types import TYPES


def appeal_until(attempt: Attempt, graded: Grade) -> datetime:
    """The last moment for an appeal: the exam's days after the grade, or after a later release of the results."""
    exam = attempt.sitting.exam
    begins = max(graded.graded_at, exam.released_at or graded.graded_at)
    return begins + timedelta(days=exam.appeal_days)


def no_appeal(attempt: Attempt, graded: Grade | None, at: datetime) -> Refused | None:
    """Why no appeal is taken at `at`; None where one is."""
    if graded is None or attempt.state != Attempt.State.GRADED:
        return Refused(_("There is no result yet that an appeal could be made against."), "not_graded")
    before = Appeal.objects.filter(grade=graded).exclude(state=Appeal.State.WITHDRAWN).first()
    if before is not None and before.state == Appeal.State.OPEN:
        return Refused(_("Your appeal is there already and is being looked at."), "open")
    if before is not None:
        return Refused(_("This result was looked at again already; the decision is below."), "decided")
    last = appeal_until(attempt, graded)
    if at > last:
        return Refused(_("An appeal was possible until %(moment)s.") % {"moment": clock(last)}, "late")
    return None


def appeals_of(attempt: Attempt) -> QuerySet[Appeal]:
    """Everything that was asked about an attempt, newest first."""
    return Appeal.objects.filter(grade__attempt=attempt).select_related("grade").order_by("-asked_at", "-pk")


def appeals_for(examiner: User, at: datetime) -> QuerySet[Appeal]:
    """Appeals that `examiner` may decide or did: not near the taker, not on what they marked themselves."""
    mine = User.objects.same_as(examiner).values("pk")
    marked = Mark.objects.filter(item__attempt=OuterRef("grade__attempt"), marker__in=mine).filter(appeal=None)
    return (
        Appeal.objects.visible_to(examiner)
        .exclude(Exists(marked))
        .exclude(partial_to(examiner, "grade__attempt__sitting__person", at))
        .select_related("grade__attempt__sitting__exam", "decided_by", "correction")
    )


@dataclass
class Looked:
    """A question of the attempt as whoever decides sees it: what was answered and what it earned, no key."""

    position: int
    code: str
    version: int
    type: Any
    stem: str
    lines: list[str]
    earned: Decimal | None
    possible: int
    item: int
    has_file: bool
    marks: list[MarkLine]
    by_hand: bool
    criteria: list[Any]


def looked_at(appeal: Appeal) -> list[Looked]:
    """The attempt's questions, answers and points, for the decision."""
    attempt = appeal.grade.attempt
    detail = {row["position"]: row for row in appeal.grade.detail["items"]}
    answers = dict(Answer.objects.filter(item__attempt=attempt).order_by("revision").values_list("item_id", "response"))
    marks: dict[int, list[MarkLine]] = {}
    for line in marks_of(attempt):
        marks.setdefault(line.position, []).append(line)
    rows = attempt.items.select_related("version__question", "version__key").order_by("position")
    found = []
    for row in rows:
        kind, content = TYPES[row.version.type], row.version.content
        response = answers.get(row.pk)
        line = detail.get(row.position, {})
        # The name that a taker gave a file is often their own.
        has_file = bool(file_of(response))
        said = [] if response is None or has_file else kind.given(content, row.order, response, attempt.language)
        by_hand = bool(getattr(kind, "manual", False))
        found.append(
            Looked(
                position=row.position,
                code=row.version.question.code,
                version=row.version_id,
                type=kind.label,
                stem=kind.stem(content, row.order, attempt.language),
                lines=said,
                earned=Decimal(line["points"]) if "points" in line else None,
                possible=row.version.points,
                item=row.pk,
                has_file=has_file,
                marks=marks.get(row.position, []),
                by_hand=by_hand,
                criteria=kind.rubric(row.version.key.key) if by_hand else [],
            )
        )
    return found


def corrections_for(appeal: Appeal) -> QuerySet[Correction]:
    """Corrections, proposed or applied, of questions that the attempt has."""
    attempt = appeal.grade.attempt
    return Correction.objects.filter(
        exam=attempt.sitting.exam_id,
        version__drawn__attempt=attempt,
        state__in=[Correction.State.PROPOSED, Correction.State.APPLIED],
    ).select_related("version__question")


def right_answers(appeal: Appeal, item: AttemptItem, key: QuestionKey) -> list[str]:
    """The right answers of one question by the version's own `key`, as the taker had it before them.

    For whoever may see the key; the look was logged. What a correction changed since
    stands on the correction's page.
    """
    attempt, version = appeal.grade.attempt, item.version
    kind = TYPES[version.type]
    newest = item.answers.order_by("-revision").first()
    response = newest.response if newest else None
    told = kind.reveal(version.content, item.order, key.key, key.feedback, response, attempt.language)
    return [*told.right, *filter(None, [kind.words(item.order, key.explanation, attempt.language)])]
