"""Organisations that take part, and who belongs to them."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from lms.lib.access import Role
from lms.lib.bilingual import Named
from lms.lib.states import Event
from lms.lib.text import fold
from people.models.place import AdministrativeUnit

if TYPE_CHECKING:
    from people.models.person import User


class Sector(Named):
    """One of the programme's groups of trades."""

    order = models.PositiveSmallIntegerField(default=0)
    vsic = models.JSONField(_("VSIC sections"), default=list, blank=True)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["order"]


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    """Enterprises that a person may see."""

    def visible_to(self, person: "User") -> Self:
        """All for the programme's staff; a contact sees their own, and what was merged into it."""
        return self if person.sees_all_people else self.spoken_for_by(person)

    def spoken_for_by(self, person: "User") -> Self:
        """Enterprises whose contact `person` is, with those merged into them: their rows keep the old name."""
        own = Membership.objects.contacts_of(person).values("enterprise")
        return self.filter(Q(pk__in=own) | Q(merged_into__in=own))

    def standing(self) -> Self:
        """Enterprises of their own: not merged into another."""
        return self.filter(merged_into=None)

    def offered_to(self, person: "User") -> Self:
        """Enterprises whose names a form offers: all for staff who enter people, else those visible."""
        standing = self.standing()
        return standing if person.has_role(Role.INSTRUCTOR) else standing.visible_to(person)

    def matching(self, text: str) -> Self:
        """Enterprises whose name holds every word of `text`, accents and case aside, or whose tax code begins so."""
        named = self
        for word in fold(text).split():
            named = named.filter(search_key__contains=word)
        return named | self.filter(tax_code__startswith=text.strip()) if text.strip() else self


class Enterprise(models.Model):
    """A company, co-operative or household firm. Legal form and size are two different facts."""

    class LegalForm(models.TextChoices):
        COMPANY_LIMITED = "company-limited", _("limited liability company")
        JOINT_STOCK = "joint-stock", _("joint-stock company")
        PRIVATE = "private", _("private enterprise")
        COOPERATIVE = "cooperative", _("co-operative")
        HOUSEHOLD = "household", _("household business")
        PUBLIC = "public", _("public body")

    class Size(models.TextChoices):
        MICRO = "micro", pgettext_lazy("size of an enterprise", "micro")
        SMALL = "small", pgettext_lazy("size of an enterprise", "small")
        MEDIUM = "medium", pgettext_lazy("size of an enterprise", "medium")
        LARGE = "large", pgettext_lazy("size of an enterprise", "large")

    name = models.CharField(_("name"), max_length=250)
    search_key = models.CharField(max_length=250, db_index=True, editable=False)
    tax_code = models.CharField(
        _("tax code"),
        max_length=14,
        unique=True,
        null=True,
        blank=True,
        help_text=_("10 digits, 10-3 for a branch, or the owner's 12-digit number of a household business."),
    )
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm.choices)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, verbose_name=_("sector"))
    vsic = models.CharField(_("VSIC section"), max_length=1, blank=True)
    products = models.CharField(_("main products"), max_length=250, blank=True)
    commune = models.ForeignKey(
        AdministrativeUnit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("commune or ward")
    )
    staff = models.PositiveIntegerField(_("number of staff"), null=True, blank=True)
    revenue_bn = models.DecimalField(_("revenue, billion đồng"), max_digits=12, decimal_places=2, null=True, blank=True)
    capital_bn = models.DecimalField(_("capital, billion đồng"), max_digits=12, decimal_places=2, null=True, blank=True)
    size = models.CharField(_("size"), max_length=10, choices=Size.choices, blank=True)
    size_as_of = models.DateField(_("size as of"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(tax_code=""), name="tax_code_is_absent_or_given"),
            models.CheckConstraint(
                condition=Q(size="", size_as_of=None) | (~Q(size="") & Q(size_as_of__isnull=False)),
                name="size_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EnterpriseEvent(Event):
    """What was changed of an enterprise and by whom: registered, changed, size derived, merged."""

    subject = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="events")


class SaidApart(models.Model):
    """That two enterprises which look alike are two; they are not proposed for merging again."""

    first = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_enterprises_are_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="two_enterprises_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who belonged where, when."""

    def on(self, day: date) -> Self:
        """Memberships in force on `day`."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), since__lte=day)

    def contacts_of(self, person: "User") -> Self:
        """Present memberships in which `person` speaks for the enterprise."""
        return self.filter(person=person, is_contact=True, ended_on=None)


class Membership(models.Model):
    """A person in an enterprise from `since` until before `ended_on`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="memberships")
    is_contact = models.BooleanField(_("contact of the enterprise"), default=False)
    job = models.CharField(_("job"), max_length=120, blank=True)
    since = models.DateField(_("since"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "enterprise"], condition=Q(ended_on=None), name="in_an_enterprise_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.enterprise}"
