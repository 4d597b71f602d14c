"""What follows from changed courses, outside the request that changed them."""

import structlog
from celery import shared_task
from django.utils import timezone

from enrolments import actions, queries

log = structlog.get_logger(__name__)


@shared_task
def settle_lessons(course_id: int | None = None) -> None:
    """Meet the requirement of lessons for those who had done all but lessons retired since.

    Each enrolment in its own transaction: stopped half-way, the next run finds the rest.
    """
    settled = 0
    for enrolment in queries.lessons_done_unnoticed(course_id).order_by("pk"):
        settled += actions.settle_lessons(enrolment=enrolment, by=None, at=timezone.now())
    if settled:
        log.info("lessons_settled", course=course_id, enrolments=settled)
