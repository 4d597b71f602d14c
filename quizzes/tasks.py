"""Work of the worker. Each may be run twice, and be killed half-way."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from quizzes import actions, queries

SETTLING = timedelta(seconds=3)
"""A save that came in before the deadline may still be on its way to the lock."""


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
