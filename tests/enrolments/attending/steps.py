"""What tests of attendance do again and again."""

from datetime import timedelta

from enrolments import actions
from enrolments.models import AttendanceEvent
from enrolments.series import Slot

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def plan(run, starts_at, minutes=150):
    (meeting,) = actions.plan_meetings(
        run=run, slots=[Slot(starts_at, starts_at + minutes * MINUTE)], by=None, at=starts_at - 7 * DAY
    )
    return meeting


def mark(meeting, enrolment, status="present", *, at, method="hand", **other):
    return actions.mark(meeting=meeting, enrolment=enrolment, status=status, method=method, by=None, at=at, **other)


def trace(enrolment):
    return [
        (event.old, event.new, event.data.get("superseded", False))
        for event in AttendanceEvent.objects.filter(subject__enrolment=enrolment).order_by("pk")
    ]
