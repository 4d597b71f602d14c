"""Hours spent in exams: what this app brings to a statement of hours."""

from enrolments.hours import Line
from enrolments.models import Enrolment
from enrolments.timesheets import EXAM
from lms.lib.bilingual import pick
from lms.lib.periods import local_date
from quizzes.models import Attempt


def exam_lines(enrolment: Enrolment) -> list[Line]:
    """One line per attempt handed in, from its start to the hand-in; void attempts do not count."""
    attempts = (
        Attempt.objects.filter(sitting__enrolment=enrolment, submitted_at__isnull=False)
        .exclude(state=Attempt.State.VOID)
        .select_related("sitting__exam")
    )
    return [
        Line(
            local_date(attempt.started_at),
            EXAM,
            pick(attempt.sitting.exam.title_vi, attempt.sitting.exam.title_en),
            int((attempt.submitted_at - attempt.started_at).total_seconds()),
            attempt.code,
        )
        for attempt in attempts
        if attempt.submitted_at is not None
    ]
