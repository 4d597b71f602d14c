"""What follows from facts of courses: only messages to the worker."""

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_unpublished

from courses.models import LessonPage
from enrolments import tasks
from lms.lib.worker import tell


@receiver(page_unpublished, sender=LessonPage)
def settle_soon(sender: type[LessonPage], instance: LessonPage, **kwargs: Any) -> None:
    """A lesson was taken down, perhaps retired: whoever had done all the others has done them all."""
    tell(tasks.settle_lessons, instance.lesson.course_id)
