"""Long work as rows: asked for, claimed once, ended, given another try."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from people import signals
from people.models import Job, User


@transaction.atomic
def ask_job(*, kind: str, task: str, arguments: dict[str, Any], by: User | None, at: datetime, total: int = 0) -> Job:
    """Record long work; the worker is told once this is in the database."""
    job = Job.objects.create(
        kind=kind, task=task, arguments=arguments, asked_by=by, asked_at=at, beat_at=at, total=total
    )
    signals.job_waiting.send(Job, job_id=job.pk)
    return job


def claim_job(*, job_id: int, at: datetime) -> Job | None:
    """Take a waiting job. None if another worker has it or it is over."""
    claimed = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(state=Job.State.RUNNING, beat_at=at)
    if not claimed:
        return None
    return Job.objects.get(pk=job_id)


def beat_job(*, job: Job, at: datetime, done: int | None = None) -> bool:
    """Give a sign of life, with the number `done` so far. False when the job was given to another worker: stop then."""
    fields: dict[str, Any] = {"beat_at": at} if done is None else {"beat_at": at, "done": done}
    return bool(_held(job).update(**fields))


def end_job(*, job: Job, at: datetime, failed: bool = False, **result: Any) -> bool:
    """Record a job's outcome. False when the job was given to another worker, whose outcome counts."""
    state = Job.State.FAILED if failed else Job.State.DONE
    return bool(_held(job).update(state=state, ended_at=at, beat_at=at, result=result))


def _held(job: Job) -> Any:
    """The job's row while this worker holds it: `tries` rises whenever it is given away."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, tries=job.tries)


def requeue_jobs(*, at: datetime, silent_for: timedelta, tries: int = 5) -> list[Job]:
    """Jobs that show no sign of life go back to waiting; after `tries` they fail."""
    stale = Job.objects.filter(state__in=[Job.State.RUNNING, Job.State.WAITING], beat_at__lt=at - silent_for)
    again = []
    for job in stale:
        over = job.tries >= tries
        changed = Job.objects.filter(pk=job.pk, beat_at=job.beat_at, state=job.state).update(
            state=Job.State.FAILED if over else Job.State.WAITING,
            tries=job.tries + 1,
            beat_at=at,
            ended_at=at if over else None,
        )
        if changed and not over:
            again.append(job)
            signals.job_waiting.send(Job, job_id=job.pk)
    return again
