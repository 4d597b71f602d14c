"""What follows from facts of courses: only messages to the worker.

`robust`: what was stored stays stored when the broker cannot be reached; the
worker's sweep finds it.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from wagtail.signals import page_unpublished

from courses.models import LessonPage
from enrolments import tasks


@receiver(page_unpublished, sender=LessonPage)
def settle_soon(sender: type[LessonPage], instance: LessonPage, **kwargs: Any) -> None:
    """A lesson was taken down, perhaps retired: whoever had done all the others has done them all."""
    transaction.on_commit(partial(tasks.settle_lessons.delay, instance.lesson.course_id), robust=True)
