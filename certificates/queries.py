"""What the pages of certification read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from certificates import holdings
from certificates.eligibility import Line
from certificates.impartiality import Reason, why_not
from certificates.models import Application, Certificate, CertificateEvent, Evidence, SchemeVersion
from certificates.verdict import Verdict, verdict
from enrolments import queries as enrolments
from enrolments.models import Enrolment, LessonProgress, Requirement
from lms.lib.access import Role
from lms.lib.bilingual import of
from lms.lib.codes import tidy
from lms.lib.periods import local_date
from lms.lib.text import fold
from people.models import Consent, Notice, User
from people.notices import Wording
from people.wordings import Wordings

if TYPE_CHECKING:
    from enrolments.queries import Brief, ClassRow, Study

CODE_LENGTH = 26


# --- Verification ----------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A certificate as anyone may see it: the least that verifies it."""

    certificate: Certificate
    verdict: Verdict
    history: Sequence[CertificateEvent] = ()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The frozen facts."""
        facts: Mapping[str, Any] = self.certificate.facts
        return facts

    @property
    def consultant(self) -> bool:
        """Whether it certifies a consultant, rather than a course done."""
        return self.certificate.kind == Certificate.Kind.CONSULTANT

    @property
    def title(self) -> str:
        """Title of the scheme or the course."""
        return of(self.facts["title"])

    @property
    def scope(self) -> str:
        """Scope of a consultant; edition taught of a course."""
        return of(self.facts.get("scope") if self.consultant else self.facts.get("edition"))

    @property
    def document(self) -> str:
        """What the document is called."""
        return of(self.facts["document_title"])

    @property
    def level(self) -> str:
        """Grade of a consultant."""
        return of(self.facts.get("level"))

    @property
    def edition(self) -> str:
        """Edition of the standard."""
        return of(self.facts.get("edition"))

    @property
    def issuer(self) -> str:
        """The body that issued it, by its name of that day."""
        body = self.facts["body"]
        return ", ".join(part for part in (of(body["name"]), of(body["parent"])) if part)

    @property
    def started_on(self) -> date | None:
        """First day of a course done."""
        return day_of(self.facts.get("started_on"))

    @property
    def completed_on(self) -> date | None:
        """Last day of a course done."""
        return day_of(self.facts.get("completed_on"))


def day_of(text: Any) -> date | None:
    """A day written as in the facts; None where there is none."""
    return date.fromisoformat(text) if text else None


def by_code(code: str) -> Certificate | None:
    """The certificate of a verification code, however it was typed."""
    plain = tidy(code)
    return Certificate.objects.filter(code=plain).order_by("pk").first() if len(plain) == CODE_LENGTH else None


def by_number(number: str, name: str = "") -> Certificate | None:
    """By its number: a consultant's, whose register is public; a course's only with the holder's name too."""
    key = "".join(char for char in number.upper() if char.isalnum())
    if not key:
        return None
    found = Certificate.objects.filter(number_key=key).first()
    if found is None or found.kind == Certificate.Kind.CONSULTANT:
        return found
    return found if name and fold(name) == found.holder_key else None


def finding(certificate: Certificate, on: date) -> Finding:
    """The verdict on a certificate, with its public history."""
    history = certificate.events.order_by("at", "pk").only("subject_id", "old", "new", "at")
    return Finding(certificate, verdict(certificate, on), list(history))


# --- The public register ------------------------------------------------------------------


def consultants(text: str, subject: str) -> QuerySet[Certificate]:
    """Consultant certificates of those who agreed to be named, newest first.

    `text` is a number or words of a name, without accents and case if need be.
    """
    # A merged account's consents are the survivor's.
    holder = Q(person=OuterRef("person")) | Q(person=OuterRef("person__merged_into"))
    agreed = Consent.objects.filter(holder, purpose=Consent.Purpose.REGISTER, withdrawn_at=None)
    rows = Certificate.objects.consultants().filter(Exists(agreed))
    if subject:
        rows = rows.filter(decision__application__version__scheme__subject__code=subject)
    return matching(rows, text).order_by("-issued_on", "-pk")


def matching(rows: QuerySet[Certificate], text: str) -> QuerySet[Certificate]:
    """Rows whose number or holder's name holds `text`."""
    key = "".join(char for char in text.upper() if char.isalnum() and char.isascii())
    named = Q()
    for word in fold(text).split():
        named &= Q(holder_key__contains=word)
    if not text.strip():
        return rows
    return (
        rows.filter(named | Q(number_key__contains=key)) if any(char.isdigit() for char in key) else rows.filter(named)
    )


# --- Schemes and applications ---------------------------------------------------------------


def schemes(on: date) -> list[SchemeVersion]:
    """The newest version in force of every scheme."""
    newest: dict[int, SchemeVersion] = {}
    rows = SchemeVersion.objects.on(on).select_related("scheme__subject__family", "edition")
    for version in rows.order_by("scheme__code", "-number"):
        newest.setdefault(version.scheme_id, version)
    return list(newest.values())


def eligibility(version: SchemeVersion, person: User, application: Application | None, on: date) -> list[Line]:
    """The scheme's lines for a person, each with what it was counted from."""
    return holdings.eligibility(version, person, application, on)


@dataclass(frozen=True)
class Kind:
    """One kind of evidence with what was sent of it."""

    code: str
    name: str
    hint: str
    required: bool
    files: Sequence[Evidence]


def evidence(application: Application) -> list[Kind]:
    """What the scheme asks to be shown, in its order, with the files sent."""
    files: dict[str, list[Evidence]] = {}
    for item in application.evidence.filter(removed_at=None):
        files.setdefault(item.kind, []).append(item)
    return [
        Kind(
            item["code"],
            of(item["name"]),
            of(item.get("hint")),
            bool(item.get("required")),
            files.get(item["code"], []),
        )
        for item in application.version.evidence
    ]


@dataclass(frozen=True)
class Judge:
    """A member of the council, and why they may not decide on one file."""

    person: User
    reasons: Sequence[Reason]


def council(application: Application, at: datetime) -> list[Judge]:
    """Who may decide on a file and who may not, in the order of names."""
    deciders = [
        person
        for person in User.objects.filter(is_active=True, grants__role=Role.DECIDER, grants__ended_at=None).distinct()
        if person.has_role(Role.DECIDER)
    ]
    return [Judge(person, why_not(person, application, at)) for person in deciders]


# --- The trainee's home ------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A notice in words."""

    notice: Notice
    words: Wording


@dataclass(frozen=True)
class Home:
    """Everything on a trainee's home."""

    resume: "Study | None"
    others: Sequence["Brief"]
    exams_due: Sequence["Brief"]
    certificates: Sequence[Finding]
    applications: Sequence[Application]
    told: Sequence[Told]
    classes: Sequence["ClassRow"] = field(default=())

    @property
    def to_finish(self) -> list[Application]:
        """Applications that wait for the applicant."""
        waiting = (Application.State.DRAFT, Application.State.RETURNED)
        return [item for item in self.applications if item.state in waiting]

    @property
    def newcomer(self) -> bool:
        """Whether nothing has begun yet."""
        return not (self.resume or self.others or self.certificates or self.applications)


def home(person: User, language: str, at: datetime) -> Home:
    """What `person` should see first: where to go on, what waits, what they hold."""
    briefs = enrolments.briefs(person)
    active = [brief for brief in briefs if brief.enrolment.state == Enrolment.State.ACTIVE]
    current = _current(active)
    unmet = set(
        Requirement.objects.filter(
            enrolment__in=[brief.enrolment.pk for brief in active], kind=Requirement.Kind.EXAM, met_at=None
        ).values_list("enrolment_id", flat=True)
    )
    day = local_date(at)
    held = Certificate.objects.filter(person__in=User.objects.same_as(person)).order_by("-kind", "-issued_at")
    begun = bool(briefs)
    words = Wordings()
    return Home(
        resume=enrolments.study(current.enrolment, language) if current else None,
        others=[brief for brief in briefs if brief is not current],
        exams_due=[b for b in active if b.enrolment.pk in unmet and b.total and b.done == b.total],
        certificates=[Finding(item, verdict(item, day)) for item in held],
        applications=list(
            Application.objects.filter(person__in=User.objects.same_as(person))
            .exclude(state=Application.State.WITHDRAWN)
            .select_related("version__scheme")
        ),
        told=[
            Told(item, words(item.kind, item.facts))
            for item in Notice.objects.for_reading(person).filter(read_at=None)[:3]
        ],
        classes=() if begun else enrolments.upcoming(3, at),
    )


def _current(active: Sequence["Brief"]) -> "Brief | None":
    """The class in which a lesson was opened last and is still to be read; else the newest."""
    open_ones = [brief for brief in active if brief.done < brief.total] or list(active)
    if not open_ones:
        return None
    last = (
        LessonProgress.objects.filter(enrolment__in=[brief.enrolment.pk for brief in open_ones])
        .order_by("-last_opened_at")
        .values_list("enrolment_id", flat=True)
        .first()
    )
    return next((brief for brief in open_ones if brief.enrolment.pk == last), open_ones[0])


# --- Staff ---------------------------------------------------------------------------------------


def applications(person: User, state: str) -> QuerySet[Application]:
    """Handed-in applications that `person` may see; without a state those to be worked on, oldest first."""
    rows = Application.objects.visible_to(person).exclude(state=Application.State.DRAFT)
    waiting = [Application.State.SUBMITTED, Application.State.PROPOSED]
    rows = rows.filter(state=state) if state else rows.filter(state__in=waiting)
    return rows.select_related("person", "version__scheme").order_by("submitted_at", "pk")


def certificates(person: User, text: str, kind: str, state: str) -> QuerySet[Certificate]:
    """Certificates that `person` may see, newest first."""
    rows = matching(Certificate.objects.visible_to(person), text)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-issued_at", "-pk")
