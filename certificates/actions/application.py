"""From draft to proposal."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from certificates.eligibility import missing
from certificates.holdings import eligibility
from certificates.models import Application, Evidence, Proposal, SchemeVersion
from lms.lib import uploads
from lms.lib.access import Role
from lms.lib.bilingual import of
from lms.lib.codes import random_code
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people.actions import consent, notify
from people.models import Consent, User

EVIDENCE_KINDS = ("pdf", "jpg", "jpeg", "png", "docx", "xlsx")
MAX_FILES = 30
EDITABLE = (Application.State.DRAFT, Application.State.RETURNED)


@transaction.atomic
def apply(*, person: User, version: SchemeVersion, by: User, at: datetime) -> Application:
    """Begin an application; the live one comes back if there is one.

    Raises Refused when the version is not in force.
    """
    live = Application.objects.filter(person=person, version=version, state__in=Application.LIVE).first()
    if live is not None:
        return live
    if not SchemeVersion.objects.on(local_date(at)).filter(pk=version.pk).exists():
        raise Refused(_("This version of the scheme takes no applications any more."), code="version")
    application = Application.objects.create(
        person=person, version=version, code=f"HS-{random_code(8)}", created_at=at, education=person.education
    )
    application.born(by=by, at=at)
    return application


def _editable(application: Application, by: User) -> Application:
    """The application, locked, if `by` may still change it."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if locked.person_id != by.pk:
        raise Refused(_("Only the applicant changes an application."), code="role")
    if locked.state not in EDITABLE:
        raise Refused(_("The application has been handed in and cannot be changed now."), code="state")
    return locked


@transaction.atomic
def save_draft(*, application: Application, by: User, at: datetime, **fields: Any) -> Application:
    """Store what the applicant has filled in so far: `experience_years`, `education`, `statement`, `special_needs`."""
    locked = _editable(application, by)
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(fields))
    return locked


@transaction.atomic
def add_evidence(
    *, application: Application, kind: str, upload: "UploadedFile[bytes]", by: User, at: datetime
) -> Evidence:
    """Keep a file privately. The same file sent twice is one. Raises BadUpload or Refused."""
    locked = _editable(application, by)
    if kind not in {item["code"] for item in locked.version.evidence}:
        raise Refused(_("This scheme does not ask for this kind of evidence."), code="kind")
    present = locked.evidence.filter(removed_at=None)
    if present.count() >= MAX_FILES:
        raise Refused(_("At most %(count)s files are taken. Remove one first.") % {"count": MAX_FILES}, code="many")
    checked = uploads.check(upload, allowed=EVIDENCE_KINDS, max_bytes=settings.EVIDENCE_MAX_BYTES)
    same = present.filter(kind=kind, sha256=checked.sha256).first()
    if same is not None:
        return same
    evidence = Evidence(
        application=locked,
        kind=kind,
        name=(upload.name or "")[-200:],
        media_type=checked.media_type,
        size=len(checked.content),
        sha256=checked.sha256,
        uploaded_at=at,
    )
    evidence.file.save(f"{random_code(20)}.{checked.extension}", ContentFile(checked.content), save=False)
    evidence.save()
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: datetime) -> None:
    """Take a file back. The row stays with its hash, so the history of a file handed in can be told."""
    _editable(evidence.application, by)
    Evidence.objects.filter(pk=evidence.pk, removed_at=None).update(removed_at=at)


@transaction.atomic
def submit(*, application: Application, agreed: list[str], by: User, at: datetime) -> Application:
    """Hand the application in. Raises Refused naming what is missing."""
    locked = _editable(application, by)
    version = locked.version
    lacking = [line.text for line in missing(eligibility(version, locked.person, locked, local_date(at)))]
    lacking += [of(item["text"]) for item in version.agreements if item["code"] not in agreed]
    if lacking:
        raise Refused(_("Still missing: %(what)s") % {"what": "; ".join(lacking)}, code="missing")
    locked.move(
        Application.State.SUBMITTED,
        by=by,
        at=at,
        submitted_at=at,
        agreed={code: at.isoformat() for code in agreed},
    )
    if "public-register" in agreed:
        consent(person=locked.person, purpose=Consent.Purpose.REGISTER, by=by, at=at)
    return locked


@transaction.atomic
def take_back(*, application: Application, by: User, at: datetime) -> Application:
    """The applicant withdraws."""
    if application.person_id != by.pk:
        raise Refused(_("Only the applicant changes an application."), code="role")
    application.move(Application.State.WITHDRAWN, by=by, at=at)
    return application


def _officer(application: Application, by: User) -> None:
    if not by.has_role(Role.OFFICER):
        raise Refused(_("Only a certification officer checks applications."), code="role")
    if application.person_id == by.pk:
        raise Refused(_("Nobody checks their own application. Ask another officer."), code="own")


@transaction.atomic
def give_back(*, application: Application, note: str, by: User, at: datetime) -> Application:
    """Send the file back to the applicant, saying what is missing."""
    _officer(application, by)
    if len(note.strip()) < 10:
        raise Refused(_("Write what is missing, at least ten characters: the applicant reads it."), code="note")
    application.move(Application.State.RETURNED, by=by, at=at, note=note.strip())
    notify(
        person=application.person,
        kind="application_returned",
        key=f"application:{application.pk}:{at.isoformat()}",
        at=at,
        facts={
            "application": application.code,
            "note": note.strip(),
            "url": f"/vi/certification/applications/{application.code}/",
        },
    )
    return application


@transaction.atomic
def propose(*, application: Application, note: str, by: User, at: datetime) -> Proposal:
    """Propose the checked file for decision. Whoever proposes will not decide."""
    _officer(application, by)
    if len(note.strip()) < 10:
        raise Refused(
            _("Write what was checked and found, at least ten characters: the decider reads it."), code="note"
        )
    application.move(Application.State.PROPOSED, by=by, at=at, note=note.strip())
    return Proposal.objects.create(application=application, by=by, at=at, note=note.strip())
