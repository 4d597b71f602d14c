"""Reactions to facts of `enrolments`: they only enqueue."""

from typing import Any

from django.dispatch import receiver

from enrolments.models import Enrolment
from enrolments.signals import person_enrolled
from lms.lib.worker import tell
from quizzes import tasks


@receiver(person_enrolled)
def give_sittings(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    """Whoever enrols gets the right to sit what the class asks for."""
    tell(tasks.open_missing_sittings, enrolment.pk)
