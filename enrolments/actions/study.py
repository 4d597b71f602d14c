"""What people do in a class, and what makes an enrolment complete."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Revision

from courses.models import Lesson
from enrolments import completion, signals
from enrolments.models import Enrolment, LessonProgress, Requirement
from lms.lib.states import Refused
from people.models import User


@transaction.atomic
def open_lesson(*, enrolment: Enrolment, lesson: Lesson, at: datetime) -> None:
    """Remember which lesson was opened last."""
    progress, created = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"opened_at": at, "last_opened_at": at}
    )
    if not created:
        LessonProgress.objects.filter(pk=progress.pk).update(last_opened_at=at)
    Enrolment.objects.filter(pk=enrolment.pk).update(last_lesson=lesson)


@transaction.atomic
def finish_lesson(
    *, enrolment: Enrolment, lesson: Lesson, revision: Revision | None, language: str, by: User | None, at: datetime
) -> LessonProgress:
    """Mark a lesson as done, pinning the revision that was read; done once stays done.

    The last lesson meets the requirement of lessons. Raises Refused for someone
    who has left the class, and for a page that was never published.
    """
    if revision is None:
        raise Refused(_("This lesson was never published properly. Tell the instructor."), code="revision")
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.WITHDRAWN:
        raise Refused(_("You have left this class. Enrol again to go on."), code="withdrawn")
    progress, _created = LessonProgress.objects.get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"opened_at": at, "last_opened_at": at}
    )
    if progress.done_at is None:
        progress.done_at, progress.revision, progress.language = at, revision, language
        progress.last_opened_at = at
        progress.save(update_fields=["done_at", "revision", "language", "last_opened_at"])
    Enrolment.objects.filter(pk=enrolment.pk).update(last_lesson=lesson)
    settle_lessons(enrolment=enrolment, by=by, at=at)
    return progress


@transaction.atomic
def settle_lessons(*, enrolment: Enrolment, by: User | None, at: datetime) -> bool:
    """Meet the requirement of lessons if every lesson taught at present is done; whether it is so."""
    taught = Lesson.objects.taught().filter(course__runs=enrolment.run_id)
    done = LessonProgress.objects.filter(enrolment=enrolment, done_at__isnull=False).values("lesson")
    if not taught.exists() or taught.exclude(pk__in=done).exists():
        return False
    meet(enrolment=enrolment, kind=Requirement.Kind.LESSONS, at=at, by=by)
    return True


@transaction.atomic
def meet(
    *,
    enrolment: Enrolment,
    kind: str,
    key: str = "",
    at: datetime,
    by: User | None,
    detail: dict[str, Any] | None = None,
) -> Requirement | None:
    """Record that a requirement is met; with the last one the enrolment is completed.

    Met already changes nothing; None when the enrolment does not ask for it.
    """
    # The lock on the enrolment: of two requirements met at once the second sees the first.
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    requirement = Requirement.objects.filter(enrolment=enrolment, kind=kind, key=key).first()
    if requirement is None:
        return None
    if requirement.met_at is None:
        requirement.met_at, requirement.met_by, requirement.detail = at, by, detail or {}
        requirement.save(update_fields=["met_at", "met_by", "detail"])
    complete(enrolment, by=by, at=at)
    return requirement


def complete(enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """Complete the enrolment, whose row is locked, if nothing is missing."""
    if enrolment.state == Enrolment.State.ACTIVE and completion.complete(enrolment.requirements.all()):
        enrolment.move(Enrolment.State.COMPLETED, by=by, at=at, completed_at=at)
        signals.enrolment_completed.send(Enrolment, enrolment=enrolment)
