"""Certification schemes as versioned data (ISO/IEC 17024:2012, clause 8)."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Edition, Subject
from lms.lib.bilingual import of


class Scheme(models.Model):
    """A scheme's identity through all its versions."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("subject"))

    class Meta:
        verbose_name = _("certification scheme")
        verbose_name_plural = _("certification schemes")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SchemeVersionQuerySet(models.QuerySet["SchemeVersion"]):
    """Versions by day."""

    def on(self, day: date) -> Self:
        """Versions under which one may apply on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class SchemeVersion(models.Model):
    """One version of a scheme. Running cases keep theirs when a new one comes."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    title = models.JSONField(help_text=_("In both languages."))
    scope = models.JSONField(help_text=_("In both languages."))
    level = models.JSONField(default=dict, blank=True)
    validity_months = models.PositiveSmallIntegerField()
    look_back_months = models.PositiveSmallIntegerField()
    requires: Any = models.JSONField(default=dict)
    evidence: Any = models.JSONField(default=list)
    agreements: Any = models.JSONField(default=list)
    clauses: Any = models.JSONField(default=dict, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a scheme")
        verbose_name_plural = _("versions of schemes")
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="versions_of_a_scheme_are_numbered"),
            models.CheckConstraint(condition=Q(validity_months__gt=0), name="a_scheme_says_how_long_it_holds"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.code} v{self.number}"

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return of(self.title)

    @property
    def scope_text(self) -> str:
        """The scope in the reader's language."""
        return of(self.scope)

    @property
    def level_text(self) -> str:
        """The level in the reader's language."""
        return of(self.level)
