"""Certificates: frozen facts, never deleted."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.application import Decision
from enrolments.models import Enrolment
from lms.lib.access import Role
from lms.lib.codes import in_fours
from lms.lib.states import Event, Stateful
from people.merged import theirs
from people.models import Membership, User


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates by reader and kind."""

    def visible_to(self, person: User) -> Self:
        """All for those who run or inspect certification; one's own; those of one's enterprise's people."""
        if person.has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.DECIDER, Role.PROGRAMME, Role.INSPECTOR):
            return self
        # Not joins: they would repeat rows. What hangs on an account merged into a person's is theirs.
        seen = Q(person__in=User.objects.same_as(person))
        if person.is_contact:
            own = Membership.objects.filter(
                ended_on=None, enterprise__in=Membership.objects.contacts_of(person).values("enterprise")
            )
            seen |= theirs(own.values("person"))
        return self.filter(seen)

    def consultants(self) -> Self:
        """Consultant certificates, whose register is public."""
        return self.filter(kind=Certificate.Kind.CONSULTANT)

    def in_force(self, day: date) -> Self:
        """Valid on `day` as things stand now."""
        return self.filter(
            Q(expires_on=None) | Q(expires_on__gte=day), state=Certificate.State.ISSUED, issued_on__lte=day
        )


class CertificateEvent(Event):
    """What happened to a certificate."""

    subject = models.ForeignKey("Certificate", on_delete=models.PROTECT, related_name="events")


class Certificate(Stateful):
    """A document that was issued: its facts are copied in and never change.

    Expired is a date, not a state. PDF and picture are renderings of `facts`,
    which can be thrown away and made again.
    """

    class Kind(models.TextChoices):
        COMPLETION = "completion", _("certificate of completion")
        CONSULTANT = "consultant", _("consultant certificate")

    class State(models.TextChoices):
        ISSUED = "issued", _("issued")
        SUSPENDED = "suspended", _("suspended")
        REVOKED = "revoked", _("cancelled: issued in error")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SUPERSEDED = "superseded", _("superseded")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.ISSUED: frozenset({State.SUSPENDED, State.REVOKED, State.WITHDRAWN, State.SUPERSEDED}),
        State.SUSPENDED: frozenset({State.ISSUED, State.REVOKED, State.WITHDRAWN}),
        State.REVOKED: frozenset(),
        State.WITHDRAWN: frozenset(),
        State.SUPERSEDED: frozenset(),
    }
    EVENT = CertificateEvent

    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=26, unique=True, help_text=_("130 random bits; the address of verification."))
    number = models.CharField(max_length=40, unique=True)
    number_key = models.CharField(max_length=40, db_index=True, help_text=_("The number without hyphens and slashes."))
    state = models.CharField(max_length=12, choices=State.choices, default=State.ISSUED)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates")
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, null=True, blank=True, related_name="certificate"
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="certificate"
    )
    holder = models.CharField(max_length=150)
    holder_key = models.CharField(max_length=150, db_index=True)
    facts: Any = models.JSONField()
    issued_at = models.DateTimeField()
    issued_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="completion", enrolment__isnull=False, decision=None)
                | Q(kind="consultant", enrolment=None, decision__isnull=False, expires_on__isnull=False),
                name="a_certificate_stands_on_a_completion_or_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["revoked", "withdrawn"]) | Q(ended_on__isnull=False),
                name="an_ended_certificate_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["kind", "issued_at"], name="certificate_by_issue")]

    def __str__(self) -> str:
        return self.number

    @property
    def printed_code(self) -> str:
        """The code in groups of four."""
        return in_fours(self.code)
