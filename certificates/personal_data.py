"""What certification keeps of a person: for the copy, for erasure, for a merge.

Certificates, the register and decisions are never changed: they are kept, as is
what a granted application rests on.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from django.core.files.storage import storages
from django.db.models import Q
from django.utils.translation import gettext as _, pgettext

from certificates import rendering
from certificates.models import Application, Certificate, Decision, Evidence, Proposal
from enrolments.models import Enrolment
from lms.lib.bilingual import of
from people import personal_data
from people.models import User
from people.personal_data import Fact, Keeper, Section, Stored

IN_PROCESS = (Application.State.SUBMITTED, Application.State.RETURNED, Application.State.PROPOSED)
ERASED_NAME = "…"
"""What stands in place of the name of a file that was erased."""

# --- The copy -------------------------------------------------------------------------


def export(person: User, ids: Sequence[int]) -> Iterator[Section]:
    """Certificates with everything printed on them, applications with their evidence, decisions."""
    held = list(Certificate.objects.filter(person__in=ids).order_by("issued_at", "pk"))
    storage = storages["private"]
    drawn = [one for one in held if storage.exists(rendering.pdf_name(one))]
    yield Section(
        "certificates",
        _("Certificates"),
        [("number", _("Number")), ("kind", _("Kind")), ("state", _("State")), ("holder", _("Holder")),
         ("issued_on", _("Issued on")), ("expires_on", _("Valid until")), ("facts", _("Printed facts"))],
        [[one.number, one.get_kind_display(), one.get_state_display(), one.holder, one.issued_on, one.expires_on,
          one.facts] for one in held],
        files=[Stored(f"{one.number_key}.pdf", rendering.pdf_name(one)) for one in drawn],
    )  # fmt: skip
    asked = Application.objects.filter(person__in=ids).select_related("version__scheme").order_by("created_at", "pk")
    yield Section(
        "applications",
        _("Applications"),
        [("code", _("Code")), ("scheme", _("Scheme")), ("state", _("State")), ("created_at", _("Begun on")),
         ("submitted_at", _("Handed in on")), ("experience_years", _("Years of experience")),
         ("education", _("Education")), ("statement", _("What you wrote")), ("special_needs", _("Special needs")),
         ("agreed", _("Agreements"))],
        [[one.code, of(one.version.title), one.get_state_display(), one.created_at, one.submitted_at,
          one.experience_years, one.education, one.statement, one.special_needs, one.agreed] for one in asked],
    )  # fmt: skip
    evidence = list(Evidence.objects.filter(application__person__in=ids).exclude(file="").select_related("application"))
    yield Section(
        "evidence",
        _("Evidence"),
        [("application", _("Code")), ("file", _("File")), ("kind", _("Kind")), ("uploaded_at", _("Sent on")),
         ("removed_at", _("Taken back on"))],
        [[one.application.code, one.name, one.kind, one.uploaded_at, one.removed_at] for one in evidence],
        files=[
            Stored(f"{number:02d}{PurePosixPath(str(one.file)).suffix}", str(one.file))
            for number, one in enumerate(evidence, start=1)
        ],
    )  # fmt: skip
    decisions = Decision.objects.filter(applicant__in=ids).select_related("application").order_by("decided_at")
    yield Section(
        "decisions",
        _("Decisions"),
        [("application", _("Code")), ("number", _("Number")), ("outcome", pgettext("decision", "Outcome")),
         ("decided_at", _("Decided on")), ("basis", _("Grounds"))],
        [[one.application.code, one.number, one.get_outcome_display(), one.decided_at, one.basis]
         for one in decisions],
    )  # fmt: skip


# --- Erasure --------------------------------------------------------------------------


def bars_erasure(person: User, ids: Sequence[int]) -> Iterator[str]:
    """While somebody is being certified, or a paper is being made, who they are must be known."""
    for application in Application.objects.filter(person__in=ids, state__in=IN_PROCESS):
        yield _("Application %(code)s is under way. Decide on it, or let the applicant withdraw it, first.") % {
            "code": application.code
        }
    for certificate in Certificate.objects.filter(person__in=ids, state=Certificate.State.SUSPENDED):
        yield _("Certificate %(number)s is suspended. End the suspension first, one way or the other.") % {
            "number": certificate.number
        }
    due = Enrolment.objects.filter(person__in=ids, state=Enrolment.State.COMPLETED, certificate=None)
    for enrolment in due.select_related("run"):
        yield _("The certificate for class %(run)s is still being issued. Wait a minute and look again.") % {
            "run": enrolment.run.code
        }


def erase(person: User, ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Drafts are withdrawn; texts and files of applications that led to nothing go, and all words about needs."""
    for draft in Application.objects.filter(person__in=ids, state=Application.State.DRAFT):
        draft.move(Application.State.WITHDRAWN, by=by, at=at, note="erased")
    mine = Application.objects.filter(person__in=ids)
    mine.exclude(special_needs="").update(special_needs="")
    over = mine.filter(state__in=[Application.State.WITHDRAWN, Application.State.REFUSED])
    over.update(statement="", education="", experience_years=None)
    # Of a granted application what was taken back never was a ground.
    spare = Evidence.objects.filter(
        Q(application__in=over) | Q(application__in=mine, removed_at__isnull=False)
    ).exclude(file="")
    for evidence in spare:
        evidence.file.storage.delete(str(evidence.file))
        Evidence.objects.filter(pk=evidence.pk).update(file="", name=ERASED_NAME, removed_at=evidence.removed_at or at)


# --- Merging ---------------------------------------------------------------------------


def facts(person: User) -> Iterator[Fact]:
    """What the register knows of an account."""
    held = Certificate.objects.filter(person=person).order_by("issued_at").values_list("number", flat=True)
    asked = Application.objects.filter(person=person).order_by("created_at").values_list("code", flat=True)
    yield Fact(_("Certificates"), ", ".join(held))
    yield Fact(_("Applications"), ", ".join(asked))


def bars_merge(source: User, into: User) -> Iterator[str]:
    """Whoever proposed or decided on the other is another person; of two files on one scheme one is withdrawn first."""
    for officer, applicant in ((source, into), (into, source)):
        one, other = User.objects.same_as(officer), User.objects.same_as(applicant)
        decided = Decision.objects.filter(Q(decided_by__in=one) | Q(proposed_by__in=one), applicant__in=other)
        proposed = Proposal.objects.filter(by__in=one, application__person__in=other)
        if decided.exists() or proposed.exists():
            yield _("%(officer)s proposed or decided on the certification of %(applicant)s: they are two people.") % {
                "officer": officer.full_name,
                "applicant": applicant.full_name,
            }
    live = Application.objects.filter(state__in=Application.LIVE)
    twins = live.filter(person=source, version__in=live.filter(person=into).values("version"))
    for twin in twins:
        yield _("Both have an application under one scheme. Let %(code)s be withdrawn first.") % {"code": twin.code}


def merge(source: User, into: User, *, by: User, at: datetime) -> None:
    """An application under way follows the person; what is over stays, with its decision and its certificate."""
    Application.objects.filter(person=source, state__in=Application.LIVE).update(person=into)


def fill() -> None:
    """Fill the port."""
    personal_data.register(
        Keeper(
            floor=4,
            export=export,
            facts=facts,
            bars_erasure=bars_erasure,
            erase=erase,
            bars_merge=bars_merge,
            merge=merge,
        )
    )
