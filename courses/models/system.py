"""Management systems, tools and practices that an enterprise applies or is certified for."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from courses.models.subject import Edition, Subject
from people.models import Enterprise


class SystemQuerySet(models.QuerySet["AppliedSystem"]):
    """Systems by day."""

    def in_force(self, day: date) -> Self:
        """Applied, or certified and not expired, on `day`."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), ended_on=None)

    def of(self, enterprise: Enterprise) -> Self:
        """Systems of one enterprise for a list: those that go on first, each with its names."""
        return (
            self.filter(enterprise=enterprise)
            .select_related("subject", "edition")
            .order_by(F("ended_on").asc(nulls_first=True), "subject__order", "pk")
        )


class AppliedSystem(models.Model):
    """One system in one enterprise: merely applied, or certified by a body until a day."""

    class Kind(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("management system", "applied")
        CERTIFIED = "certified", pgettext_lazy("management system", "certified")

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="systems", verbose_name=_("enterprise")
    )
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject"))
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("edition")
    )
    kind = models.CharField(_("applied or certified"), max_length=10, choices=Kind.choices)
    body = models.CharField(_("certification body"), max_length=200, blank=True)
    number = models.CharField(_("certificate number"), max_length=80, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    ended_on = models.DateField(_("no longer since"), null=True, blank=True)

    objects = SystemQuerySet.as_manager()

    class Meta:
        verbose_name = _("system applied")
        verbose_name_plural = _("systems applied")
        ordering = ["subject__order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="certified") | (~Q(body="") & ~Q(number="")),
                name="a_certified_system_names_body_and_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.subject}"
