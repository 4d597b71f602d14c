"""Mails and jobs: safe to run twice."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from celery import current_app, shared_task
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from people import actions
from people.models import Job, Notice, PeopleImport
from people.queries_import import job_progress_key

log = structlog.get_logger(__name__)


@shared_task
def send_notice(notice_id: int) -> None:
    """Send one notice, unless another worker has it or it is not due. What waits again is found by the sweep."""
    sent = actions.send_notice(notice_id=notice_id, at=timezone.now(), site_url=settings.SITE_URL)
    log.info("notice", notice=notice_id, sent=sent)


@shared_task
def resend_waiting_notices() -> None:
    """What the broker forgot, what was put back and is due again, and claims whose worker died."""
    now = timezone.now()
    actions.give_up_stale_notices(at=now)
    waiting = Notice.objects.due(now).filter(created_at__lt=now - timedelta(seconds=60)).order_by("due_at", "pk")
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


@shared_task
def prepare_copy(job_id: int) -> None:
    """Make the copy of a person's data that a job asks for."""
    made = actions.make_copy(job_id=job_id, at=timezone.now())
    log.info("data_copy", job=job_id, made=made)


@shared_task
def drop_old_copies() -> None:
    """Delete copies whose days are over."""
    log.info("data_copies_dropped", number=actions.drop_old_copies(at=timezone.now()))


def _progress(job: Job) -> "actions.Told":
    """Says how far a job is, to its row and to the cache: within one long transaction only the cache tells others."""

    def told(done: int, total: int) -> bool:
        cache.set(job_progress_key(job.pk), (done, total), 3600)
        return actions.beat_job(job=job, at=timezone.now(), done=done)

    return told


@shared_task
def read_people_file(job_id: int) -> None:
    """Read an uploaded file of people, unless another worker does or it is read."""
    _work_on_file(job_id, PeopleImport.State.READING, lambda job, batch: actions.read_people(
        batch=batch, at=timezone.now(), told=_progress(job)
    ))  # fmt: skip


@shared_task
def apply_people_file(job_id: int) -> None:
    """Take the rows of a file of people in, going on where a worker that died stood."""
    _work_on_file(job_id, PeopleImport.State.APPLYING, lambda job, batch: actions.take_in(
        batch=batch, by=job.asked_by, at=timezone.now(), told=_progress(job)
    ))  # fmt: skip


def _work_on_file(job_id: int, state: str, work: Callable[[Job, PeopleImport], PeopleImport]) -> None:
    job = actions.claim_job(job_id=job_id, at=timezone.now())
    if job is None:
        return
    batch = PeopleImport.objects.select_related("enterprise", "uploaded_by").get(pk=job.arguments["batch"])
    if batch.state == state:
        try:
            batch = work(job, batch)
        except actions.Lost:
            log.warning("people_file_given_away", job=job_id, file=batch.pk)
            return
    actions.end_job(job=job, at=timezone.now(), state=batch.state)
    log.info("people_file", job=job_id, file=batch.pk, state=batch.state)


@shared_task
def forget_old_files() -> None:
    """Delete the rows of files of people that came long ago."""
    log.info("people_files_forgotten", number=actions.forget_people(at=timezone.now()))
