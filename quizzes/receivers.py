"""Reactions to facts of `enrolments`: they only enqueue."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from enrolments.models import Enrolment
from enrolments.signals import person_enrolled
from quizzes import tasks


@receiver(person_enrolled)
def give_sittings(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    """Whoever enrols gets the right to sit what the class asks for."""
    # Robust: a broker that is away must not undo an enrolment; the sweep follows.
    transaction.on_commit(partial(tasks.open_missing_sittings.delay, enrolment.pk), robust=True)
