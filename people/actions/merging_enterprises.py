"""Two rows of one enterprise made one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib import publiccache
from lms.lib.periods import local_date
from lms.lib.states import Conflict, Refused
from people import enterprise_data
from people.actions.history import note, note_enterprise
from people.models import Enterprise, Membership, PeopleImport, SaidApart, User

FILLED = ("vsic", "products", "commune", "address")
"""Facts that the surviving row takes over where its own are empty."""
FIGURES = ("staff", "revenue_bn", "capital_bn", "size", "size_as_of")
"""Taken over together or not at all: they explain each other."""


@transaction.atomic
def merge_enterprises(*, source: Enterprise, into: Enterprise, by: User | None, at: datetime) -> Enterprise:
    """Make `source` a duplicate of `into` and return the survivor; done already, it changes nothing.

    People, and through the port systems, training needs and requests move. Of two
    times in which one person is in both at present, the one in `source` ends today
    and stays as a row. Enrolments keep the enterprise that was frozen into them;
    figures count the survivor. The survivor takes over what it lacks, the tax code
    too, which only one row may have. What had been merged into either counts as
    the survivor from now on.

    Raises Refused for one and the same enterprise, Conflict when `source` was
    merged into another one.
    """
    into = Enterprise.objects.filter(merged=into.pk).first() or into
    if source.pk == into.pk:
        raise Refused(_("These are one and the same enterprise."), code="same")
    # Both rows in one order: two officers who merge them both ways at once wait for each other.
    rows = Enterprise.objects.select_for_update().filter(pk__in=[source.pk, into.pk]).order_by("pk")
    locked = {one.pk: one for one in rows}
    source, into = locked[source.pk], locked[into.pk]
    if source.merged_into_id == into.pk:
        return into
    if source.merged_into_id or into.merged_into_id:
        raise Conflict(
            _("One of the two has been merged into another enterprise meanwhile. Look at the list again."),
            code="merged",
        )
    before = source.tax_code
    filled = _fill(source, into)
    source.merged_into = into
    source.save(update_fields=["merged_into", "tax_code"])
    Enterprise.objects.filter(merged_into=source).update(merged_into=into)
    moved = {
        **_move_people(source, into, by, at),
        "files": PeopleImport.objects.filter(enterprise=source).update(enterprise=into),
        **enterprise_data.move(source, into, by=by, at=at),
    }
    note_enterprise(source, "merged", by=by, at=at, into=into.pk, tax_code=before or "", moved=moved)
    note_enterprise(
        into, "absorbed", by=by, at=at, source=source.pk, name=source.name, tax_code=before or "",
        filled=filled, moved=moved,
    )  # fmt: skip
    publiccache.forget()
    return into


def _fill(source: Enterprise, into: Enterprise) -> list[str]:
    """Take over facts that the survivor lacks; which ones these were."""
    names = [name for name in FILLED if not getattr(into, name) and getattr(source, name)]
    if not into.size and source.size:
        names += FIGURES
    for name in names:
        setattr(into, name, getattr(source, name))
    if source.tax_code and not into.tax_code:
        # Given up first: the code is unique.
        into.tax_code, source.tax_code = source.tax_code, None
        Enterprise.objects.filter(pk=source.pk).update(tax_code=None)
        names = ["tax_code", *names]
    if names:
        into.save(update_fields=names)
    return names


def _move_people(source: Enterprise, into: Enterprise, by: User | None, at: datetime) -> dict[str, int]:
    """Every time in `source` becomes one in `into`; who is in both at present is in it once from today."""
    present = {one.person_id: one for one in into.memberships.filter(ended_on=None)}
    moved = joined = 0
    for membership in source.memberships.select_related("person").order_by("pk"):
        twin = present.get(membership.person_id) if membership.ended_on is None else None
        fields: dict[str, Any] = {"enterprise": into}
        if twin is not None:
            fields["ended_on"] = max(membership.since, local_date(at))
            _take_post(membership, twin)
            joined += 1
        moved += 1
        Membership.objects.filter(pk=membership.pk).update(**fields)
        note(
            membership.person, "enterprise_merged", by=by, at=at,
            enterprise=source.pk, into=into.pk, membership=membership.pk, ended=twin is not None,
        )  # fmt: skip
    return {"memberships": moved, "joined": joined}


def _take_post(membership: Membership, twin: Membership) -> None:
    """The time that goes on keeps what either says: the job, and that they speak for the enterprise."""
    job, speaks = twin.job or membership.job, twin.is_contact or membership.is_contact
    if (job, speaks) != (twin.job, twin.is_contact):
        Membership.objects.filter(pk=twin.pk).update(job=job, is_contact=speaks)


@transaction.atomic
def tell_enterprises_apart(*, one: Enterprise, other: Enterprise, by: User, at: datetime) -> SaidApart:
    """Record that two enterprises are two: they are not proposed again."""
    first, second = sorted((one, other), key=lambda enterprise: enterprise.pk)
    said, _created = SaidApart.objects.get_or_create(
        first=first, second=second, defaults={"said_by": by, "said_at": at}
    )
    return said
