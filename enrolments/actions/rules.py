"""What a course asks for before it counts as completed."""

from datetime import datetime

import structlog
from django.db import transaction

from courses.models import Course
from enrolments.models import CompletionRule, Requirement
from people.models import User

log = structlog.get_logger(__name__)


@transaction.atomic
def set_rules(*, course: Course, attendance: int | None, assignment: bool, by: User, at: datetime) -> None:
    """Ask a share of attendance in percent and an assignment, or not, of everybody who enrols from now on.

    Who is enrolled already keeps what was asked of them then.
    """
    Course.objects.select_for_update().only("pk").get(pk=course.pk)
    rules = CompletionRule.objects.filter(course=course)
    if attendance is None:
        rules.filter(kind=Requirement.Kind.ATTENDANCE).delete()
    else:
        CompletionRule.objects.update_or_create(
            course=course, kind=Requirement.Kind.ATTENDANCE, key="", defaults={"threshold": attendance}
        )
    if assignment:
        CompletionRule.objects.get_or_create(course=course, kind=Requirement.Kind.ASSIGNMENT, key="")
    else:
        rules.filter(kind=Requirement.Kind.ASSIGNMENT, key="").delete()
    log.info("completion_rules", course=course.code, attendance=attendance, assignment=assignment, by=by.pk)
