"""What follows from completions and issues: only messages to the worker."""

from typing import Any

from django.dispatch import receiver

from certificates import signals, tasks
from certificates.models import Certificate
from enrolments.models import Enrolment
from enrolments.signals import enrolment_completed
from lms.lib.worker import tell


@receiver(enrolment_completed)
def issue_soon(sender: Any, enrolment: Enrolment, **kwargs: Any) -> None:
    """A completed enrolment gets its certificate."""
    tell(tasks.issue_completion, enrolment.pk)


@receiver(signals.certificate_issued)
def render_soon(sender: Any, certificate: Certificate, **kwargs: Any) -> None:
    """An issued certificate gets its PDF and picture."""
    tell(tasks.render, certificate.pk)
