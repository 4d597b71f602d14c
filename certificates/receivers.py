"""What follows from completions and issues: only messages to the worker."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from certificates import signals, tasks
from certificates.models import Certificate
from enrolments.models import Enrolment
from enrolments.signals import enrolment_completed


@receiver(enrolment_completed)
def issue_soon(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    """A completed enrolment gets its certificate."""
    transaction.on_commit(partial(tasks.issue_completion.delay, enrolment.pk))


@receiver(signals.certificate_issued)
def render_soon(sender: Any, certificate: Certificate, **kwargs: Any) -> None:
    """An issued certificate gets its PDF and picture."""
    transaction.on_commit(partial(tasks.render.delay, certificate.pk))
