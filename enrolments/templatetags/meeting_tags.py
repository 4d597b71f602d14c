"""When classes meet, on pages about other things."""

from typing import Any

from django import template
from django.utils import timezone

from enrolments import timetables
from enrolments.models import CourseRun, Enrolment
from people.models import User

register = template.Library()

NEXT = 4
"""How many meetings stand on the trainee's home."""


@register.inclusion_tag("enrolments/_timetable.html")
def timetable(run: CourseRun, enrolment: Enrolment | None = None) -> dict[str, Any]:
    """All meetings of a class; with an enrolment that holds a seat, its attendance and the way in."""
    seated = enrolment is not None and enrolment.state != Enrolment.State.WITHDRAWN
    own = enrolment if seated else None
    rows = timetables.timetable(run, timezone.now(), own)
    ahead, past = [row for row in rows if not row.over], [row for row in rows if row.over]
    return {"ahead": ahead, "past": past, "run": run, "enrolment": own}


@register.inclusion_tag("enrolments/_upcoming.html", takes_context=True)
def next_meetings(context: template.Context) -> dict[str, Any]:
    """The reader's next meetings, for their home; nothing for those without."""
    person, now = context["request"].user, timezone.now()
    found = timetables.upcoming(person, now, NEXT) if isinstance(person, User) else []
    return {"meetings": found, "now": now}
