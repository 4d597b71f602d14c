"""An application for certification, from draft to decision."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.scheme import SchemeVersion
from lms.lib.access import Role
from lms.lib.states import Event, Stateful
from people.models import User


def private_storage() -> Storage:
    """Files that are served only through `visible_to`."""
    return storages["private"]


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications by reader."""

    def visible_to(self, person: User) -> Self:
        """One's own; handed-in ones for those who check, decide or inspect."""
        own = self.filter(person__in=User.objects.same_as(person))
        if person.has_role(Role.OFFICER, Role.DECIDER, Role.INSPECTOR):
            return own | self.exclude(state=Application.State.DRAFT)
        return own


class ApplicationEvent(Event):
    """What happened to an application."""

    subject = models.ForeignKey("Application", on_delete=models.PROTECT, related_name="events")


class Application(Stateful):
    """A person's request to be certified under one version of a scheme.

    Assessment, council and surveillance come between and after these states.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("sent back for completion")
        PROPOSED = "proposed", _("proposed for decision")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the applicant")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
        State.SUBMITTED: frozenset({State.RETURNED, State.PROPOSED, State.WITHDRAWN}),
        State.RETURNED: frozenset({State.SUBMITTED, State.WITHDRAWN}),
        State.PROPOSED: frozenset({State.GRANTED, State.REFUSED, State.SUBMITTED}),
        State.GRANTED: frozenset(),
        State.REFUSED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }
    EVENT = ApplicationEvent
    LIVE = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.PROPOSED)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="applications")
    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    experience_years = models.PositiveSmallIntegerField(_("years of experience"), null=True, blank=True)
    education = models.CharField(_("education"), max_length=200, blank=True)
    statement = models.TextField(_("what you have done in this field"), blank=True)
    special_needs = models.TextField(_("special needs"), blank=True)
    agreed: Any = models.JSONField(
        default=dict, blank=True, help_text=_("Code of each agreement with the moment of the yes.")
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for certification")
        verbose_name_plural = _("applications for certification")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "version"],
                condition=Q(state__in=["draft", "submitted", "returned", "proposed"]),
                name="one_live_application_per_scheme_version",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Files by reader."""

    def visible_to(self, person: User) -> Self:
        """Those of applications that the person may see."""
        return self.filter(application__in=Application.objects.visible_to(person))


class Evidence(models.Model):
    """A file that an applicant sent, kept privately. Taken back is marked, not deleted, once handed in."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    kind = models.SlugField(max_length=40)
    file = models.FileField(storage=private_storage, upload_to="evidence/", max_length=200)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["kind", "uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "sha256"],
                condition=Q(removed_at=None),
                name="the_same_file_is_evidence_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """An officer's proposal after checking the file. The newest of an application counts."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="proposals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.application} {self.at:%Y-%m-%d}"


class Decision(models.Model):
    """A certification decision (ISO/IEC 17024:2012, 9.4).

    Applicant and proposer are copied so that the database itself can refuse a
    decider who is one of them; a trigger refuses one who taught or examined the
    applicant since `impartial_since` (migration `0003_guards`).
    """

    class Outcome(models.TextChoices):
        GRANT = "grant", _("granted")
        REFUSE = "refuse", _("refused")

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    number = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    basis = models.TextField()
    decided_at = models.DateTimeField()
    impartial_since = models.DateTimeField()

    class Meta:
        verbose_name = _("certification decision")
        verbose_name_plural = _("certification decisions")
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="decisions_of_a_year_are_numbered"),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="nobody_decides_what_they_proposed"),
            models.CheckConstraint(condition=~Q(decided_by=F("applicant")), name="nobody_decides_about_themselves"),
            models.CheckConstraint(condition=~Q(proposed_by=F("applicant")), name="nobody_proposes_themselves"),
        ]

    def __str__(self) -> str:
        return self.number
