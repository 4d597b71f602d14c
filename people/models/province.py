"""The province that runs the platform, as data: another one runs under another profile."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.lib.bilingual import Named, of, pick
from lms.lib.periods import Boundaries


class Province(Named):
    """Names, numbers, colours and documents of one province's programme."""

    profile = models.JSONField(
        _("profile"),
        default=dict,
        help_text=_("Titles, number formats, colours and contact, as in starter/provinces."),
    )

    class Meta:
        verbose_name = _("province's profile")
        verbose_name_plural = _("provinces' profiles")

    @classmethod
    def current(cls) -> Self:
        """The province named by the setting PROVINCE. Raises ImproperlyConfigured before it is loaded."""
        try:
            return cls.objects.get(code=settings.PROVINCE)
        except cls.DoesNotExist as error:
            raise ImproperlyConfigured(
                f"No profile of the province “{settings.PROVINCE}”: run manage.py load_starter first."
            ) from error

    def text(self, key: str) -> str:
        """A text of the profile in the reader's language."""
        return of(self.profile.get(key, {}))

    def document(self, kind: str) -> dict[str, Any]:
        """What is set about one kind of document: title, number format."""
        found: dict[str, Any] = self.profile["documents"][kind]
        return found

    @property
    def boundaries(self) -> Boundaries:
        """Where the half-years begin."""
        halves = self.profile.get("periods")
        if not halves:
            return Boundaries()
        return Boundaries(first=tuple(halves["first"]), second=tuple(halves["second"]))

    def body_on(self, day: date) -> "Body":
        """The body that issues documents on `day`. Raises Body.DoesNotExist."""
        return self.bodies.on(day).get()


class BodyQuerySet(models.QuerySet["Body"]):
    """Bodies by day."""

    def on(self, day: date) -> Self:
        """Bodies in charge on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Body(models.Model):
    """The body that issues documents, from day to day: reforms rename it."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="bodies")
    parent_vi = models.CharField(max_length=200)
    parent_en = models.CharField(max_length=200)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    signatory_title_vi = models.CharField(max_length=120)
    signatory_title_en = models.CharField(max_length=120)
    signatory_name = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("issuing body")
        verbose_name_plural = _("issuing bodies")
        ordering = ["valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["province", "valid_from"], name="one_issuing_body_from_a_day"),
        ]

    def __str__(self) -> str:
        return pick(self.name_vi, self.name_en)


class Programme(Named):
    """A programme under which classes are held and paid for."""

    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"))
    basis_vi = models.TextField(_("legal basis"), blank=True)
    basis_en = models.TextField(blank=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")


class FundingSource(Named):
    """Where money comes from."""

    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        ordering = ["order"]
