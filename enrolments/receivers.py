"""What follows from facts of courses: only messages to the worker."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_unpublished

from courses.models import LessonPage
from enrolments import signals, tasks
from enrolments.models import Enrolment
from lms.lib.worker import tell


@receiver(page_unpublished, sender=LessonPage)
def settle_soon(sender: type[LessonPage], instance: LessonPage, **kwargs: Any) -> None:
    """A lesson was taken down, perhaps retired: whoever had done all the others has done them all."""
    tell(tasks.settle_lessons, instance.lesson.course_id)


@receiver(signals.meetings_changed)
def tell_of_meetings_soon(sender: object, run_id: int, **kwargs: Any) -> None:
    """The timetable of a class changed: who is in it is told."""
    tell(tasks.tell_of_meetings, run_id)


@receiver(signals.attendance_marked)
def settle_attendance_soon(sender: object, enrolment_ids: list[int], **kwargs: Any) -> None:
    """It was marked who was there: for some it was the last that their share asked for."""
    tell(tasks.settle_attendance, enrolment_ids)


@receiver(signals.enrolment_completed)
def tell_completed_soon(sender: object, enrolment: Enrolment, **kwargs: Any) -> None:
    """Somebody has completed a class: they are told."""
    tell(tasks.tell_completed, enrolment.pk)
