"""A person's copy of their data: asked for, made by the worker, dropped after some days."""

import tempfile
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _, override

from lms.lib.codes import random_code
from lms.lib.states import Refused
from people import copies
from people.actions.jobs import ask_job, beat_job, claim_job, end_job
from people.actions.notifying import notify
from people.actions.privacy import DATA_URL
from people.deadlines import after_working_days
from people.models import DataRequest, Job, Notice, User

TASK = "people.tasks.prepare_copy"


@transaction.atomic
def ask_copy(*, person: User, by: User, at: datetime) -> DataRequest:
    """Ask for a copy of everything kept of `person`. While one is being made, that one comes back.

    Raises Refused for an account that is no person's own any more.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at or person.merged_into_id:
        raise Refused(_("This account is closed. Look for the person's other account."), code="closed")
    today = timezone.localdate(at)
    request, created = DataRequest.objects.get_or_create(
        person=person,
        kind=DataRequest.Kind.COPY,
        state=DataRequest.State.ASKED,
        defaults={
            "asked_at": at,
            "answer_due_on": after_working_days(today, settings.DATA_ANSWER_WORKING_DAYS),
            "due_on": today + timedelta(days=settings.DATA_COPY_DAYS),
            # Known before the file is: a worker that was killed leaves nothing behind that the next one does not find.
            "path": f"copies/{random_code(26)}.zip",
        },
    )
    if created:
        request.born(by=by, at=at)
    if request.job is None or request.job.state == Job.State.FAILED:
        request.job = ask_job(kind="data-copy", task=TASK, arguments={"request": request.pk}, by=by, at=at)
        request.save(update_fields=["job"])
    return request


def make_copy(*, job_id: int, at: datetime) -> bool:
    """Make the copy that a job asks for. False when another worker has it or it is made already."""
    job = claim_job(job_id=job_id, at=at)
    if job is None:
        return False
    request = DataRequest.objects.select_related("person").get(pk=job.arguments["request"])
    if request.state != DataRequest.State.ASKED:
        end_job(job=job, at=at)
        return False
    storage = storages["private"]
    with tempfile.TemporaryFile() as file, override(request.person.language):
        copies.write(file, request.person, at, beat=lambda: beat_job(job=job, at=timezone.now()))
        file.seek(0)
        storage.delete(request.path)
        storage.save(request.path, File(file, name=PurePosixPath(request.path).name))
    return _hand_over(request, job, at)


@transaction.atomic
def _hand_over(request: DataRequest, job: Job, at: datetime) -> bool:
    """Say that the file lies there, unless another worker was given the job meanwhile."""
    if not end_job(job=job, at=at):
        return False
    until = at + timedelta(days=settings.DATA_COPY_KEPT_DAYS)
    request.move(DataRequest.State.DONE, by=None, at=at, kept_until=until, answered_at=at, ended_at=at)
    notify(
        person=request.person,
        kind="data_copy_ready",
        key=str(request.pk),
        at=at,
        facts={"day": f"{timezone.localdate(until):%d/%m/%Y}", "url": DATA_URL},
    )
    return True


def drop_old_copies(*, at: datetime) -> int:
    """Delete copies whose days are over, and the addresses to which erased people were written a last time."""
    old = DataRequest.objects.filter(kind=DataRequest.Kind.COPY, kept_until__lte=at).exclude(path="")
    for request in old:
        drop_copy(request)
    told = Notice.objects.filter(person__erased_at__isnull=False, state__in=[Notice.State.SENT, Notice.State.FAILED])
    told.exclude(address="").update(address="", facts={})
    return len(old)


def drop_copy(request: DataRequest) -> None:
    """Delete one copy's file; the file first: a row without a path has no file for certain."""
    if request.path:
        storages["private"].delete(request.path)
        DataRequest.objects.filter(pk=request.pk).update(path="")
        request.path = ""
