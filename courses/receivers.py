"""What follows when a page of a course is published or taken down."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from courses.actions import take_up
from courses.models import CataloguePage, CoursePage, LessonPage
from lms.lib import publiccache


def _forget_public_pages(sender: type, **kwargs: Any) -> None:
    publiccache.forget()


for _model in (CataloguePage, CoursePage, LessonPage):
    page_published.connect(_forget_public_pages, sender=_model, dispatch_uid=f"forget-published-{_model.__name__}")
    page_unpublished.connect(_forget_public_pages, sender=_model, dispatch_uid=f"forget-unpublished-{_model.__name__}")


@receiver(page_published, sender=LessonPage)
def teach_published_lesson(sender: type, instance: LessonPage, **kwargs: Any) -> None:
    """Count a lesson as taught from the publication of its first page.

    Within the same transaction, not by a task: in between, somebody could
    complete the course without it.
    """
    if instance.lesson.retired:
        take_up(lesson=instance.lesson, by=kwargs["revision"].user, at=timezone.now())
