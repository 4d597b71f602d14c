"""Issuing and ending certificates."""

from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from certificates import register, signals
from certificates.freezing import frozen
from certificates.models import Certificate, Decision, RegisterLine
from enrolments.models import Enrolment, Requirement
from lms.lib import publiccache
from lms.lib.access import Role
from lms.lib.codes import verification_code
from lms.lib.periods import local_date
from lms.lib.states import Refused
from lms.lib.text import fold
from people.actions import notify
from people.models import Province, User

COMPLETION_DESIGN = "completion-1"
CONSULTANT_DESIGN = "consultant-1"


@transaction.atomic
def issue_completion(*, enrolment: Enrolment, at: datetime) -> Certificate:
    """The certificate of a completed enrolment: number, register line, frozen facts, notice.

    Called twice, or by two workers at once, the same certificate comes back.
    Raises Refused when the enrolment is not complete.
    """
    # The lock on the enrolment: a second caller waits, then finds the certificate.
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("run__course__subject", "run__edition", "person", "enterprise")
        .get(pk=enrolment.pk)
    )
    present = Certificate.objects.filter(enrolment=enrolment).first()
    if present is not None:
        return present
    unmet = Requirement.objects.filter(enrolment=enrolment, met_at=None).exists()
    if enrolment.state != Enrolment.State.COMPLETED or unmet:
        raise Refused(_("This enrolment is not complete, so no certificate is issued."), code="incomplete")
    certificate = _issue(
        kind=Certificate.Kind.COMPLETION,
        book_code=register.COMPLETIONS,
        person=enrolment.person,
        facts=_completion_facts(enrolment),
        at=at,
        enrolment=enrolment,
    )
    notify(
        person=enrolment.person,
        kind="completion_certificate",
        key=f"certificate:{certificate.pk}",
        at=at,
        facts={
            "number": certificate.number,
            "course": {"vi": enrolment.run.course.title_vi, "en": enrolment.run.course.title_en},
            "url": f"/v/{certificate.code}",
        },
    )
    return certificate


@transaction.atomic
def issue_consultant(*, decision: Decision, at: datetime) -> Certificate:
    """The consultant certificate of a decision that grants; the same one when called again."""
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("application__version__scheme__subject", "application__version__edition", "applicant")
        .get(pk=decision.pk)
    )
    present = Certificate.objects.filter(decision=decision).first()
    if present is not None:
        return present
    if decision.outcome != Decision.Outcome.GRANT:
        raise Refused(_("The decision does not grant certification, so no certificate is issued."), code="not_granted")
    issued_on = local_date(at)
    version = decision.application.version
    certificate = _issue(
        kind=Certificate.Kind.CONSULTANT,
        book_code=register.CONSULTANTS,
        person=decision.applicant,
        facts=_consultant_facts(decision),
        at=at,
        decision=decision,
        # The last valid day is the day before the same day of the month.
        expires_on=issued_on + relativedelta(months=version.validity_months) - timedelta(days=1),
    )
    notify(
        person=decision.applicant,
        kind="consultant_certificate",
        key=f"certificate:{certificate.pk}",
        at=at,
        facts={"number": certificate.number, "application": decision.application.code, "url": f"/v/{certificate.code}"},
    )
    return certificate


def _issue(
    *,
    kind: str,
    book_code: str,
    person: User,
    facts: dict[str, Any],
    at: datetime,
    expires_on: date | None = None,
    **stands_on: Any,
) -> Certificate:
    """Number, row and register line in one transaction: all or none."""
    province = Province.current()
    issued_on = local_date(at)
    body = province.body_on(issued_on)
    book = register.lock(book_code)
    number = register.next_number(book, issued_on.year)
    facts = frozen(
        facts,
        kind=kind,
        province=province,
        body=body,
        number=number,
        code=verification_code(),
        holder=person.full_name,
        issued_on=issued_on,
        expires_on=expires_on,
    )
    certificate = Certificate.objects.create(
        kind=kind,
        code=facts["code"],
        number=facts["number"],
        number_key=number_key(facts["number"]),
        person=person,
        holder=person.full_name,
        holder_key=fold(person.full_name),
        facts=facts,
        issued_at=at,
        issued_on=issued_on,
        expires_on=expires_on,
        **stands_on,
    )
    certificate.born(by=None, at=at)
    register.write(
        book,
        kind=RegisterLine.Kind.ISSUED,
        year=issued_on.year,
        number=number,
        certificate=certificate,
        facts=facts,
        at=at,
    )
    signals.certificate_issued.send(Certificate, certificate=certificate)
    publiccache.forget()
    return certificate


def number_key(number: str) -> str:
    """A printed number as it is looked up: letters and digits only."""
    return "".join(char for char in number.upper() if char.isalnum())


def _completion_facts(enrolment: Enrolment) -> dict[str, Any]:
    run, course = enrolment.run, enrolment.run.course
    assert enrolment.completed_at is not None
    exam = enrolment.requirements.filter(kind=Requirement.Kind.EXAM).order_by("-met_at").first()
    return {
        "design": COMPLETION_DESIGN,
        "title": {"vi": course.title_vi, "en": course.title_en},
        "subject": {"vi": course.subject.name_vi, "en": course.subject.name_en},
        "course_code": course.code,
        "course_version": course.version,
        "run_code": run.code,
        "edition": {"vi": run.edition.name_vi, "en": run.edition.name_en},
        "hours": str(course.hours.normalize() if course.hours % 1 else int(course.hours)),
        "enterprise": enrolment.enterprise.name if enrolment.enterprise else "",
        "started_on": max(local_date(enrolment.enrolled_at), run.starts_on).isoformat(),
        "completed_on": local_date(enrolment.completed_at).isoformat(),
        "result": exam.detail if exam else {},
    }


def _consultant_facts(decision: Decision) -> dict[str, Any]:
    version = decision.application.version
    born = decision.applicant.birth_date
    return {
        "design": CONSULTANT_DESIGN,
        "title": version.title,
        "subject": {"vi": version.scheme.subject.name_vi, "en": version.scheme.subject.name_en},
        "scheme": {"code": version.scheme.code, "version": version.number, "title": version.title},
        "scope": version.scope,
        "level": version.level,
        "edition": {"vi": version.edition.name_vi, "en": version.edition.name_en},
        "birth_date": born.isoformat() if born else "",
        "decision": {"number": decision.number, "on": local_date(decision.decided_at).isoformat()},
    }


def revoke(*, certificate: Certificate, reason: str, by: User, at: datetime) -> Certificate:
    """End a certificate that was issued in error. It keeps its address and its number.

    Raises Refused without a reason or the right, Conflict when somebody was faster.
    """
    return _end(certificate, Certificate.State.REVOKED, RegisterLine.Kind.REVOKED, reason, by, at)


def withdraw(*, certificate: Certificate, reason: str, by: User, at: datetime) -> Certificate:
    """Withdraw a consultant's certificate (ISO/IEC 17024:2012, 9.5)."""
    if certificate.kind != Certificate.Kind.CONSULTANT:
        raise Refused(
            _("A certificate of completion is not withdrawn: cancel it if it was issued in error."), code="kind"
        )
    return _end(certificate, Certificate.State.WITHDRAWN, RegisterLine.Kind.WITHDRAWN, reason, by, at)


@transaction.atomic
def _end(certificate: Certificate, state: str, kind: str, reason: str, by: User, at: datetime) -> Certificate:
    if not by.has_role(Role.OFFICER):
        raise Refused(_("Only a certification officer ends a certificate."), code="role")
    if by.pk == certificate.person_id:
        raise Refused(_("Nobody ends their own certificate. Ask another officer."), code="own")
    if len(reason.strip()) < 10:
        raise Refused(_("Write the reason, at least ten characters: the holder reads it."), code="reason")
    book_code = register.COMPLETIONS if certificate.kind == Certificate.Kind.COMPLETION else register.CONSULTANTS
    book = register.lock(book_code)
    day = local_date(at)
    certificate.move(state, by=by, at=at, note=reason.strip(), ended_on=day)
    issued = RegisterLine.objects.get(certificate=certificate, kind=RegisterLine.Kind.ISSUED)
    register.write(
        book,
        kind=kind,
        year=issued.year,
        number=issued.number,
        certificate=certificate,
        facts={
            "number": certificate.number,
            "code": certificate.code,
            "ended_on": day.isoformat(),
            "reason": reason.strip(),
        },
        at=at,
    )
    notify(
        person=certificate.person,
        kind="certificate_ended",
        key=f"certificate:{certificate.pk}:{state}",
        at=at,
        facts={
            "number": certificate.number,
            "day": f"{day:%d/%m/%Y}",
            "reason": reason.strip(),
            "url": f"/v/{certificate.code}",
        },
    )
    publiccache.forget()
    return certificate
