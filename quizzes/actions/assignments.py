"""Work for an assignment: handed in, returned, accepted."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from enrolments.actions import meet
from enrolments.models import Enrolment, Requirement
from lms.lib import uploads
from lms.lib.codes import random_code
from lms.lib.states import NotAllowed, Refused
from people.actions import notify
from people.models import User
from quizzes.models import Submission

KINDS = ("pdf", "docx", "xlsx", "jpg", "jpeg", "png")
MAX_BYTES = 10 * 1024 * 1024


@transaction.atomic
def hand_in(*, enrolment: Enrolment, key: str, upload: "UploadedFile[bytes]", by: User, at: datetime) -> Submission:
    """Keep the file as the work for assignment `key`; until it is looked at, a newer file replaces it.

    Raises BadUpload for a file that is not taken; Refused when the class asks for
    no such work, the person has left it or the work was accepted already.
    """
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.state == Enrolment.State.WITHDRAWN:
        raise Refused(_("You have left this class. Enrol again to go on."), code="withdrawn")
    if not enrolment.requirements.filter(kind=Requirement.Kind.ASSIGNMENT, key=key).exists():
        raise Refused(_("This class asks for no such work."), code="assignment")
    checked = uploads.check(upload, allowed=KINDS, max_bytes=MAX_BYTES)
    found = Submission.objects.filter(enrolment=enrolment, key=key).first()
    if found is not None and found.state == Submission.State.ACCEPTED:
        raise NotAllowed(_("This work was accepted already; nothing more is needed."), code="accepted")
    if found is not None and found.sha256 == checked.sha256 and found.state == Submission.State.SUBMITTED:
        return found
    facts = {
        "path": storages["private"].save(f"work/{random_code(20)}.{checked.extension}", ContentFile(checked.content)),
        "name": (upload.name or "")[-200:],
        "sha256": checked.sha256,
    }
    if found is None:
        found = Submission.objects.create(enrolment=enrolment, key=key, submitted_at=at, **facts)
        found.born(by=by, at=at, data=facts)
    else:
        found.move(Submission.State.SUBMITTED, by=by, at=at, data=facts, submitted_at=at, **facts)
    return found


@transaction.atomic
def return_work(*, submission: Submission, remark: str, by: User, at: datetime) -> Submission:
    """Ask for more work. Raises Refused without a remark that says what is missing."""
    remark = remark.strip()
    if not remark:
        raise Refused(_("Say what is missing, so that it can be mended."), code="remark")
    _look(submission, Submission.State.RETURNED, "work_returned", remark, by, at)
    return submission


@transaction.atomic
def accept_work(*, submission: Submission, by: User, at: datetime, remark: str = "") -> Submission:
    """Accept the work; that meets the requirement."""
    _look(submission, Submission.State.ACCEPTED, "work_accepted", remark.strip(), by, at)
    meet(
        enrolment=submission.enrolment,
        kind=Requirement.Kind.ASSIGNMENT,
        key=submission.key,
        at=at,
        by=by,
        detail={"submission": submission.pk, "sha256": submission.sha256},
    )
    return submission


def _look(submission: Submission, to: str, kind: str, remark: str, by: User, at: datetime) -> None:
    enrolment = submission.enrolment
    if enrolment.person_id == by.pk:
        raise NotAllowed(_("Nobody looks at their own work. Ask another instructor."), code="own")
    submission.move(
        to, by=by, at=at, note=remark, data={"sha256": submission.sha256}, remark=remark, looked_at_by=by, looked_at=at
    )
    run = enrolment.run
    notify(
        person=enrolment.person,
        kind=kind,
        key=f"submission:{submission.pk}:{at.isoformat()}",
        at=at,
        facts={
            "course": {"vi": run.course.title_vi, "en": run.course.title_en},
            "run": run.code,
            "by": by.full_name,
            "note": remark,
            "url": f"/vi/learn/{run.code}/",
        },
    )
