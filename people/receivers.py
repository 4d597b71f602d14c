"""What follows from facts of people: only messages to the worker."""

from typing import Any

from allauth.account.signals import email_changed, email_confirmed, email_removed
from django.dispatch import receiver

from lms.lib.worker import tell
from people import signals, tasks


@receiver(signals.notice_queued)
def mail_soon(sender: Any, notice_id: int, **kwargs: Any) -> None:
    """Send the mail once its row is in the database."""
    tell(tasks.send_notice, notice_id)


@receiver(signals.job_waiting)
def work_soon(sender: Any, job_id: int, **kwargs: Any) -> None:
    """Tell the worker once the job's row is in the database."""
    tell(tasks.start_job, job_id)


@receiver([email_changed, email_removed])
def follow_soon(sender: Any, user: Any, **kwargs: Any) -> None:
    """Let the contact address follow that of sign-in."""
    tell(tasks.follow_email, user.pk)


@receiver(email_confirmed)
def follow_confirmed(sender: Any, email_address: Any, **kwargs: Any) -> None:
    """The same after a first confirmation."""
    tell(tasks.follow_email, email_address.user_id)
