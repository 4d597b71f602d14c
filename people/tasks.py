"""Mails and jobs: safe to run twice."""

from datetime import timedelta
from typing import Any

import structlog
from celery import current_app, shared_task
from django.conf import settings
from django.utils import timezone

from people import actions
from people.models import Job, Notice

log = structlog.get_logger(__name__)


@shared_task(
    bind=True, autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=3600, max_retries=Notice.MAX_TRIES
)
def send_notice(self: Any, notice_id: int) -> None:
    """Send one mail, unless another worker has it."""
    sent = actions.send_notice(notice_id=notice_id, at=timezone.now(), site_url=settings.SITE_URL)
    log.info("notice", notice=notice_id, sent=sent)


@shared_task
def resend_waiting_notices() -> None:
    """Mails that the broker forgot, and those whose worker died."""
    now = timezone.now()
    actions.give_up_stale_notices(at=now)
    waiting = Notice.objects.filter(
        channel=Notice.Channel.MAIL, state=Notice.State.QUEUED, created_at__lt=now - timedelta(seconds=60)
    )
    for notice_id in waiting.values_list("pk", flat=True)[:500]:
        send_notice.delay(notice_id)


@shared_task
def follow_email(person_id: int) -> None:
    """Make the contact address that of sign-in."""
    actions.follow_email(person_id=person_id)


@shared_task
def start_job(job_id: int) -> None:
    """Run the task that a job names."""
    job = Job.objects.filter(pk=job_id, state=Job.State.WAITING).first()
    if job is not None:
        current_app.send_task(job.task, kwargs={"job_id": job_id})


@shared_task
def requeue_stale_jobs() -> None:
    """Give jobs that the broker or a worker lost another try."""
    for job in actions.requeue_jobs(at=timezone.now(), silent_for=timedelta(minutes=5)):
        log.warning("job_requeued", job=job.pk, kind=job.kind)
