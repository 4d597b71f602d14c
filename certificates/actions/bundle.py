"""All certificates of an enterprise's people in one file: asked for, made by the worker, dropped after a day."""

import tempfile
from datetime import datetime, timedelta

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from certificates import bundles, enterprise as enterprises
from lms.lib.codes import random_code
from lms.lib.periods import local_date
from people.actions import ask_job, beat_job, claim_job, end_job
from people.models import Enterprise, Job, Membership, User

KIND = "certificates-zip"
TASK = "certificates.tasks.make_bundle"
KEPT = timedelta(hours=24)


@transaction.atomic
def ask_bundle(*, enterprise: Enterprise, by: User, at: datetime) -> Job:
    """Have the certificates of the enterprise's people put into one ZIP. Asked again meanwhile, it is the same job."""
    # The lock that makes two clicks one after the other.
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    under_way = Job.objects.filter(
        kind=KIND, asked_by=by, arguments__enterprise=enterprise.pk, state__in=[Job.State.WAITING, Job.State.RUNNING]
    )
    if (job := under_way.first()) is not None:
        return job
    total = enterprises.certificates(enterprise, on=local_date(at)).count()
    # The path is known before the file is: a worker that was killed leaves nothing that the next one does not find.
    arguments = {"enterprise": enterprise.pk, "path": f"bundles/{random_code(26)}.zip", "language": by.language}
    return ask_job(kind=KIND, task=TASK, arguments=arguments, by=by, at=at, total=total)


def make_bundle(*, job_id: int, at: datetime) -> bool:
    """Make the ZIP that a job asks for. False when another worker has it or it is made already.

    Nothing is made for somebody who does not speak for the enterprise any more.
    """
    job = claim_job(job_id=job_id, at=at)
    if job is None:
        return False
    path, enterprise = job.arguments["path"], Enterprise.objects.get(pk=job.arguments["enterprise"])
    speaks = Membership.objects.filter(enterprise=enterprise, person=job.asked_by_id, is_contact=True, ended_on=None)
    if not speaks.exists():
        return end_job(job=job, at=at, failed=True, reason="not a contact")
    storage, day = storages["private"], local_date(at)
    with tempfile.TemporaryFile() as file, override(job.arguments["language"]):
        rows = enterprises.papers(enterprises.certificates(enterprise, on=day), day)
        number = bundles.write(file, rows, lambda done: beat_job(job=job, at=timezone.now(), done=done))
        if not beat_job(job=job, at=timezone.now()):
            return False
        size = file.tell()
        file.seek(0)
        storage.delete(path)
        storage.save(path, File(file, name=path))
    return end_job(job=job, at=timezone.now(), path=path, papers=number, bytes=size)


def drop_old_bundles(*, at: datetime) -> int:
    """Delete files made more than a day ago; how many."""
    old = Job.objects.filter(kind=KIND, state=Job.State.DONE, ended_at__lt=at - KEPT).exclude(result={})
    for job in old:
        storages["private"].delete(job.arguments["path"])
        # The file first: a result without a path has no file for certain.
        Job.objects.filter(pk=job.pk).update(result={})
    return len(old)
