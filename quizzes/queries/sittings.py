"""Where sittings stand, and which are missing."""

from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from enrolments.models import Enrolment, Requirement
from people.models import User
from quizzes.admission import Standing, window
from quizzes.models import Attempt, Exam, Grade, Sitting


def standing(sitting: Sitting) -> Standing:
    """Where a sitting stands, for the rule of admission."""
    attempts = list(sitting.attempts.exclude(state=Attempt.State.VOID))
    passed = _passed(Grade.objects.filter(attempt__in=attempts))
    found = standing_of(sitting, attempts, passed=passed)
    return replace(found, unmet=_unmet(sitting), exam_before=_exam_before(sitting))


def standing_of(sitting: Sitting, attempts: list[Attempt], *, passed: bool) -> Standing:
    """The same from what was read already, without what must come before; `attempts` are those not void."""
    exam, session = sitting.exam, sitting.session
    ended = [attempt.submitted_at for attempt in attempts if attempt.submitted_at]
    opens_at, closes_at = window((exam.opens_at, exam.closes_at), (sitting.opens_at, sitting.closes_at))
    return Standing(
        opens_at=opens_at,
        closes_at=closes_at,
        used=len(attempts),
        allowed=exam.attempts + sitting.extra_attempts,
        last_ended_at=max(ended, default=None),
        wait=timedelta(hours=exam.wait_hours),
        passed=passed,
        retired=exam.retired,
        left=sitting.enrolment is not None and sitting.enrolment.state == Enrolment.State.WITHDRAWN,
        session=session.state if session else "",
        session_at=session.starts_at if session else None,
        own_end=sitting.closes_at is not None,
    )


def _passed(grades: QuerySet[Grade]) -> bool:
    """Whether the newest grade of any attempt is a pass: an older one may have been corrected."""
    newest = dict(grades.order_by("number").values_list("attempt_id", "passed"))
    return any(newest.values())


def _unmet(sitting: Sitting) -> tuple[str, ...]:
    """What the exam wants done first and the enrolment has not; what the class does not ask for cannot be missing."""
    if not sitting.exam.after or sitting.enrolment is None:
        return ()
    open_ones = sitting.enrolment.requirements.filter(kind__in=sitting.exam.after, met_at=None).order_by("pk")
    return tuple(dict.fromkeys(str(one.get_kind_display()) for one in open_ones))


def _exam_before(sitting: Sitting) -> str:
    """Title of the exam that must be passed first, under any account of the person; empty when it is."""
    first = sitting.exam.after_exam
    if first is None:
        return ""
    accounts = User.objects.same_as(sitting.person)
    grades = Grade.objects.filter(attempt__sitting__exam=first, attempt__sitting__person__in=accounts)
    return "" if _passed(grades.exclude(attempt__state=Attempt.State.VOID)) else first.title


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
