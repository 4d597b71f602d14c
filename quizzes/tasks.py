"""Work of the worker. Each may be run twice, and be killed half-way."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from quizzes import actions, queries
from quizzes.actions import corrections, paper_taking, scans
from quizzes.actions.holding import GRACE
from quizzes.analysis import FEWEST

SETTLING = GRACE + timedelta(seconds=3)
"""A save that came in at the last moment that counts may still be on its way to the lock."""


@shared_task(name="quizzes.tasks.close_overdue_attempts")
def close_overdue_attempts() -> int:
    """Hand in attempts whose time is over, stamped with their deadline."""
    return actions.close_overdue(at=timezone.now() - SETTLING)


@shared_task(name="quizzes.tasks.open_missing_sittings")
def open_missing_sittings(enrolment_id: int | None = None) -> int:
    """Give each enrolment the sittings of the exams it asks for, where one is missing; how many."""
    missing = queries.missing_sittings(enrolment_id)
    for enrolment, exam in missing:
        actions.open_sitting(person=enrolment.person, exam=exam, enrolment=enrolment, by=None, at=timezone.now())
    return len(missing)


@shared_task(name="quizzes.tasks.flag_questions")
def flag_questions() -> int:
    """Raise what the figures of each exam warn of; how many warnings are new. Each exam by itself."""
    return sum(len(actions.flag_questions(exam=exam, at=timezone.now())) for exam in queries.exams_to_measure(FEWEST))


@shared_task(name="quizzes.tasks.carry_out_corrections")
def carry_out_corrections() -> int:
    """Grade again what applied corrections touch, where that is not at its end; how many attempts."""
    return sum(corrections.carry_out(correction=one, at=timezone.now()) for one in corrections.unfinished())


@shared_task(name="quizzes.tasks.read_scans")
def read_scans(job_id: int) -> int | None:
    """Read the pictures of answer sheets that a job asks for."""
    return scans.read_scans(job_id=job_id, at=timezone.now())


@shared_task(name="quizzes.tasks.take_in_paper")
def take_in_paper(job_id: int) -> None:
    """Take in the answers from paper that a job asks for."""
    paper_taking.take_in_asked(job_id=job_id, at=timezone.now())
