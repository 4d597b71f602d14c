"""Where sittings stand, and which are missing."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from enrolments.models import Enrolment, Requirement
from quizzes.admission import Standing
from quizzes.models import Attempt, Exam, Grade, Sitting


def standing(sitting: Sitting) -> Standing:
    """Where a sitting stands, for the rule of admission."""
    attempts = list(sitting.attempts.exclude(state=Attempt.State.VOID))
    ended = [attempt.submitted_at for attempt in attempts if attempt.submitted_at]
    return Standing(
        opens_at=sitting.opens_at,
        closes_at=sitting.closes_at,
        used=len(attempts),
        allowed=sitting.exam.attempts + sitting.extra_attempts,
        last_ended_at=max(ended, default=None),
        wait=timedelta(hours=sitting.exam.wait_hours),
        passed=Grade.objects.filter(attempt__in=attempts, passed=True).exists(),
    )


def question_count(exam: Exam) -> int:
    """How many questions the blueprint draws."""
    return sum(exam.blueprint.values_list("count", flat=True))


def missing_sittings(enrolment_id: int | None = None) -> list[tuple[Enrolment, Exam]]:
    """Enrolments that ask for an exam without having its sitting; of one enrolment, or of all."""
    asked = Requirement.objects.filter(
        kind=Requirement.Kind.EXAM, met_at=None, enrolment__state=Enrolment.State.ACTIVE
    ).select_related("enrolment__person")
    if enrolment_id is not None:
        asked = asked.filter(enrolment=enrolment_id)
    has_one = Sitting.objects.filter(enrolment=OuterRef("enrolment"), exam__code=OuterRef("key"))
    rows = list(asked.exclude(Exists(has_one)).order_by("pk"))
    exams = {exam.code: exam for exam in Exam.objects.filter(code__in={row.key for row in rows})}
    return [(row.enrolment, exams[row.key]) for row in rows if row.key in exams]
