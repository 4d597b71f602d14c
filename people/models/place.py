"""Provinces and communes, each with the days on which it was so."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.lib.bilingual import pick


class UnitQuerySet(models.QuerySet["AdministrativeUnit"]):
    """Units by day and place."""

    def on(self, day: date) -> Self:
        """Units in force on `day`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def communes(self) -> Self:
        """Wards and communes."""
        return self.filter(level=AdministrativeUnit.Level.COMMUNE)

    def following(self, unit: "AdministrativeUnit", day: date) -> "list[AdministrativeUnit]":
        """The units that hold the area of `unit` on `day`: itself while in force, none where that is not known."""
        found, ended = [], [unit]
        while ended:
            one = ended.pop()
            if one.valid_to is None or one.valid_to >= day:
                found.append(one)
            elif one.successors:
                ended += self.on(one.valid_to + timedelta(days=1)).filter(code__in=one.successors)
        return sorted({one.pk: one for one in found}.values(), key=lambda one: one.code)


class AdministrativeUnit(models.Model):
    """A province, district or commune from `valid_from` to `valid_to`, both inclusive.

    Codes were used again in the reform of 1 July 2025, mostly for units of
    another name: the key is the code together with the first day.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        DISTRICT = "district", _("district")
        COMMUNE = "commune", _("commune")

    code = models.CharField(_("code"), max_length=10)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    name_vi = models.CharField(_("name in Vietnamese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    parent_code = models.CharField(_("code of the unit above"), max_length=10, blank=True)
    former_province = models.CharField(_("former province"), max_length=120, blank=True)
    successors = models.JSONField(
        default=list, blank=True, help_text=_("Codes of the units that hold its area from the day after its last.")
    )
    search_key = models.CharField(max_length=120, db_index=True, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ["name_vi", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="unit_is_a_code_from_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")), name="unit_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["parent_code", "level"], name="unit_by_parent")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name with its kind, in the reader's language."""
        return pick(self.name_vi, self.name_en)
