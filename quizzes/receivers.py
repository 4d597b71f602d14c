"""Reactions to facts of `enrolments` and of our own: they only enqueue."""

from typing import Any

from django.dispatch import receiver

from enrolments.models import Enrolment
from enrolments.signals import person_enrolled
from lms.lib.worker import tell
from quizzes import tasks
from quizzes.models import Correction
from quizzes.signals import correction_applied


@receiver(person_enrolled)
def give_sittings(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    """Whoever enrols gets the right to sit what the class asks for."""
    tell(tasks.open_missing_sittings, enrolment.pk)


@receiver(correction_applied)
def grade_again(sender: Any, correction: Correction, **kwargs: Any) -> None:
    """What a correction touches is graded again by the worker."""
    tell(tasks.carry_out_corrections)
