"""Enterprises, and who belongs to them."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.states import Conflict, Refused
from lms.lib.text import fold, nfc
from people import sizes, taxcode
from people.actions.history import note
from people.models import Enterprise, Membership, User


@transaction.atomic
def join_enterprise(
    *,
    person: User,
    enterprise: Enterprise,
    since: date,
    by: User | None,
    at: datetime,
    job: str = "",
    is_contact: bool = False,
) -> Membership:
    """Put `person` into `enterprise`; being in it already changes nothing but the post."""
    membership, created = Membership.objects.get_or_create(
        person=person,
        enterprise=enterprise,
        ended_on=None,
        defaults={"since": since, "job": job, "is_contact": is_contact},
    )
    if not created and (membership.is_contact != is_contact or membership.job != job):
        membership.is_contact, membership.job = is_contact, job
        membership.save(update_fields=["is_contact", "job"])
    note(person, "joined" if created else "post_changed", by=by, at=at, enterprise=enterprise.pk, is_contact=is_contact)
    return membership


@transaction.atomic
def leave_enterprise(*, membership: Membership, on: date, by: User | None, at: datetime) -> Membership:
    """End a membership before the day `on`. Raises Refused before its first day, Conflict when it is over."""
    if on < membership.since:
        raise Refused(_("The last day cannot lie before the first. Correct the day."), code="order")
    if not Membership.objects.filter(pk=membership.pk, ended_on=None).update(ended_on=on):
        raise Conflict(_("Somebody else has just changed this. Look at it again before going on."), code="conflict")
    membership.ended_on = on
    note(membership.person, "left", by=by, at=at, enterprise=membership.enterprise_id)
    return membership


def prepare_enterprise(enterprise: Enterprise, *, on: date) -> Enterprise:
    """Derive search key, tax code's form and size class before saving. Raises ValidationError.

    A size class that is known without figures stays; figures that give another one
    replace it, dated `on`.
    """
    enterprise.name = nfc(enterprise.name)
    enterprise.search_key = fold(enterprise.name)[:250]
    enterprise.tax_code = taxcode.tidy(enterprise.tax_code) if enterprise.tax_code else None
    from_figures = sizes.size_class(
        vsic=enterprise.vsic,
        staff=enterprise.staff,
        revenue_bn=enterprise.revenue_bn,
        capital_bn=enterprise.capital_bn,
    )
    if from_figures and from_figures != enterprise.size:
        enterprise.size = from_figures
        enterprise.size_as_of = on
    return enterprise


@transaction.atomic
def save_enterprise(*, enterprise: Enterprise, by: User | None, at: datetime) -> Enterprise:
    """Store an enterprise, new or changed, with what is derived of it. Raises ValidationError."""
    prepare_enterprise(enterprise, on=timezone.localdate(at))
    enterprise.save()
    return enterprise
