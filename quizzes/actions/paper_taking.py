"""Many sheets are taken in by the worker: asked for once, all or none, and the page says how far it is."""

from collections.abc import Callable
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from lms.lib.states import Refused
from people.actions import Lost, ask_job, beat_job, claim_job, end_job
from people.models import Job, User
from people.queries_import import job_progress_key
from quizzes.actions.paper import NotTaken, refuse_early, take_in
from quizzes.models import ExamSession, PaperBatch
from quizzes.queries import on_paper as queries

KIND, TASK = "paper-taking", "quizzes.tasks.take_in_paper"
AT_ONCE = 25
"""Sheets that are taken in while somebody waits: a second or two."""


@transaction.atomic
def ask_take_in(*, batch: PaperBatch, by: User, at: datetime) -> PaperBatch:
    """Take a batch in: few sheets at once, many by the worker. Asked twice it is one job.

    Raises what `take_in` raises: faults are told to whoever asks, not to a log.
    """
    # The session first, as `take_in` does, so that two never wait for each other's rows.
    ExamSession.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.session_id)
    held = PaperBatch.objects.select_for_update(of=("self",)).select_related("session__exam").get(pk=batch.pk)
    entries, faults = queries.entries_of(held)
    if held.state != PaperBatch.State.READ or len(entries) <= AT_ONCE:
        return take_in(batch=held, by=by, at=at)
    if queries.at_work(held):
        return held
    refuse_early(held.session, by, at)
    judged = queries.judge(held.session, entries, by)
    if faults or any(one.faults for one in judged):
        raise NotTaken(judged, faults)
    held.job = ask_job(kind=KIND, task=TASK, arguments={"batch": held.pk}, by=by, at=at, total=len(entries))
    held.save(update_fields=["job"])
    return held


def take_in_asked(*, job_id: int, at: datetime) -> PaperBatch | None:
    """Take in the batch that a job asks for. None when another worker has it.

    What was refused meanwhile is written into the job: nothing of the batch was taken in.
    """
    job = claim_job(job_id=job_id, at=at)
    if job is None or job.asked_by is None:
        return None
    batch = PaperBatch.objects.select_related("session__exam").get(pk=job.arguments["batch"])
    try:
        batch = take_in(batch=batch, by=job.asked_by, at=at, told=_told(job))
    except Lost:
        return None
    except Refused as refusal:
        end_job(job=job, at=timezone.now(), refused=refusal.code)
        return batch
    end_job(job=job, at=timezone.now(), state=batch.state)
    return batch


def _told(job: Job) -> Callable[[int, int], bool]:
    """To the row and to the cache: within the one transaction only the cache tells others."""

    def told(done: int, total: int) -> bool:
        cache.set(job_progress_key(job.pk), (done, total), 3600)
        return beat_job(job=job, at=timezone.now(), done=done)

    return told
