"""Grading what was handed in."""

from datetime import datetime

from django.db.models import Max

from enrolments.actions import meet
from enrolments.models import Requirement
from people.models import User
from quizzes import grading, queries, signals
from quizzes.models import Attempt, Grade


def grade(attempt: Attempt, by: User | None, at: datetime) -> Grade:
    """Grade what was handed in, in the transaction of the hand-in: nothing stays between the two."""
    rules = grading.Rules(attempt.rules["pass_percent"], attempt.rules["minima"])
    result = grading.grade(queries.items_to_grade(attempt), rules)
    last = attempt.grades.aggregate(number=Max("number"))["number"] or 0
    graded = Grade.objects.create(
        attempt=attempt,
        number=last + 1,
        points=grading.rounded(result.points),
        possible=result.possible,
        passed=result.passed,
        detail=result.detail(),
        graded_at=at,
        graded_by=None,
    )
    attempt.move(Attempt.State.GRADED, by=by, at=at, data={"grade": graded.number})
    sitting = attempt.sitting
    if graded.passed and sitting.enrolment is not None:
        meet(
            enrolment=sitting.enrolment,
            kind=Requirement.Kind.EXAM,
            key=attempt.rules["exam"],
            at=attempt.submitted_at or at,
            by=by,
            detail={"points": str(graded.points), "possible": graded.possible, "attempt": attempt.code},
        )
    signals.attempt_graded.send(Attempt, attempt=attempt, grade=graded)
    return graded
