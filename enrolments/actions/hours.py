"""Recording active time."""

from datetime import datetime

from django.db import transaction

from courses.models import Lesson
from enrolments import hours
from enrolments.models import Enrolment, StudySession
from people.models import User


@transaction.atomic
def beat(*, enrolment: Enrolment, lesson: Lesson, at: datetime) -> StudySession | None:
    """Count the time since the person's last sign of life, wherever it came from, to `lesson`.

    Two devices or two tabs share one clock, so that time is counted once. None for
    someone who has left the class: what they read then is theirs, not the class's.
    """
    if enrolment.state == Enrolment.State.WITHDRAWN:
        return None
    # The lock on the person: of two signs of life at once the second sees the first.
    User.objects.select_for_update().only("pk").get(pk=enrolment.person_id)
    recent = StudySession.objects.filter(enrolment__person=enrolment.person_id, last_at__gt=at - hours.IDLE)
    last = recent.order_by("-last_at").first()
    here = recent.filter(enrolment=enrolment, lesson=lesson).order_by("-last_at").first()
    if here is None:
        return StudySession.objects.create(enrolment=enrolment, lesson=lesson, started_at=at, last_at=at)
    here.seconds += hours.gained(last.last_at if last else None, at)
    here.last_at = max(here.last_at, at)
    here.save(update_fields=["seconds", "last_at"])
    return here
