"""Enterprises: registered, changed, sized; and who belongs to them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.periods import local_date
from lms.lib.states import Conflict, Refused
from lms.lib.text import fold, nfc
from people import sizes, taxcode
from people.actions.history import note, note_enterprise
from people.models import AdministrativeUnit, Enterprise, Membership, User

KEPT = ("name", "tax_code", "legal_form", "sector", "vsic", "products", "commune", "address")
"""Facts whose changes stand in the history; figures stand there with the size that follows from them."""

# --- Facts and size -----------------------------------------------------------------------


def figures(enterprise: Enterprise) -> sizes.Figures:
    """What the size of `enterprise` is derived from, as the row has it."""
    return sizes.Figures(enterprise.vsic, enterprise.staff, enterprise.revenue_bn, enterprise.capital_bn)


def prepare_enterprise(enterprise: Enterprise, *, on: date) -> Enterprise:
    """Derive search key, tax code's form and size class before saving. Raises ValidationError.

    A size class that is known without figures stays; figures that give another one
    replace it, dated `on`.
    """
    _tidy(enterprise)
    from_figures = sizes.derive(figures(enterprise))
    if from_figures and from_figures != enterprise.size:
        enterprise.size = from_figures
        enterprise.size_as_of = on
    return enterprise


def _tidy(enterprise: Enterprise) -> None:
    enterprise.name = nfc(enterprise.name)
    enterprise.search_key = fold(enterprise.name)[:250]
    enterprise.tax_code = taxcode.tidy(enterprise.tax_code) if enterprise.tax_code else None


@transaction.atomic
def save_enterprise(*, enterprise: Enterprise, by: User | None, at: datetime, as_of: date | None = None) -> Enterprise:
    """Store an enterprise, new or changed, with what is derived of it and what changed in its history.

    `as_of` is the day for which staff and money hold, the day of `at` unless given.
    Figures of an earlier day than those of the row go into the history alone: they
    say what size it was then, and the present one stays. Without all figures a
    size that is known stays. Raises ValidationError for a tax code that is none,
    Refused for figures of a day to come and for an enterprise merged into another.
    """
    today = local_date(at)
    if as_of is not None and as_of > today:
        raise Refused(_("The figures cannot be of a day to come. Correct the day."), code="future")
    before = _as_stored(enterprise)
    _tidy(enterprise)
    changes = _changes(before, enterprise) if before is not None else {}
    sized = _resize(before, enterprise, as_of, today)
    enterprise.save()
    if before is None:
        note_enterprise(enterprise, "registered", by=by, at=at)
    elif changes:
        note_enterprise(enterprise, "changed", by=by, at=at, changes=changes)
    for line in sized:
        note_enterprise(enterprise, "sized", by=by, at=at, **line)
    return enterprise


def _as_stored(enterprise: Enterprise) -> Enterprise | None:
    """The row as it stands, locked; None for a new one."""
    if enterprise.pk is None:
        return None
    rows = Enterprise.objects.select_for_update(of=("self",)).select_related("sector", "commune")
    before = rows.get(pk=enterprise.pk)
    if before.merged_into_id:
        raise Conflict(_("This enterprise has been merged into another one. Change that one."), code="merged")
    return before


def _changes(before: Enterprise, after: Enterprise) -> dict[str, list[Any]]:
    """What differs, by field: before and after, in words that stay readable."""
    found = {name: [_said(getattr(before, name)), _said(getattr(after, name))] for name in KEPT}
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def _said(value: Any) -> Any:
    if hasattr(value, "name_vi"):
        return {"vi": value.name_vi, "en": value.name_en}
    return value or ""


def _resize(before: Enterprise | None, after: Enterprise, as_of: date | None, today: date) -> list[dict[str, Any]]:
    """Set size and day of `after` as its figures say; the lines that the history keeps of it."""
    lines = []
    if before is not None and before.size_as_of and as_of is not None and as_of < before.size_as_of:
        earlier = figures(after)
        if not earlier.complete:
            raise Refused(
                _("Figures of an earlier day are kept for the size of that day: give staff, and revenue or capital."),
                code="incomplete",
            )
        lines.append(_figures_line(earlier, sizes.derive(earlier), as_of))
        after.staff, after.revenue_bn, after.capital_bn = before.staff, before.revenue_bn, before.capital_bn
        as_of = None
    new = figures(after)
    same = before is not None and new == figures(before)
    if new.complete and not (same and as_of in (None, after.size_as_of)):
        after.size, after.size_as_of = sizes.derive(new), as_of or today
        lines.append(_figures_line(new, after.size, after.size_as_of))
    return lines


def _figures_line(known: sizes.Figures, size: str, day: date) -> dict[str, Any]:
    return {
        "size": size,
        "as_of": day.isoformat(),
        "vsic": known.vsic,
        "staff": known.staff,
        "revenue_bn": _decimal(known.revenue_bn),
        "capital_bn": _decimal(known.capital_bn),
    }


def _decimal(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def size_history(enterprise: Enterprise) -> list[sizes.Sized]:
    """Every size that was derived, in the order in which it was written; one stated without figures stands first."""
    found = [
        sizes.Sized(
            data["size"],
            date.fromisoformat(data["as_of"]),
            sizes.Figures(data["vsic"], data["staff"], _number(data["revenue_bn"]), _number(data["capital_bn"])),
        )
        for data in enterprise.events.filter(new="sized").order_by("at", "pk").values_list("data", flat=True)
    ]
    stated = enterprise.size and enterprise.size_as_of
    if stated and not any(one.as_of == enterprise.size_as_of and one.size == enterprise.size for one in found):
        assert enterprise.size_as_of is not None
        found.insert(0, sizes.Sized(enterprise.size, enterprise.size_as_of))
    return found


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@transaction.atomic
def move_to_unit(*, enterprise: Enterprise, unit: AdministrativeUnit, by: User | None, at: datetime) -> Enterprise:
    """Take a unit of today that holds the area of the enterprise's older one. Done already, it changes nothing.

    Raises Refused when `unit` is none of those that are known to follow.
    """
    stored = _as_stored(enterprise)
    assert stored is not None
    if stored.commune_id == unit.pk:
        return stored
    following = (
        AdministrativeUnit.objects.following(stored.commune, local_date(at)) if stored.commune is not None else []
    )
    if unit not in following:
        raise Refused(_("Choose one of the units that are proposed, or change the enterprise."), code="unit")
    stored.commune = unit
    return save_enterprise(enterprise=stored, by=by, at=at)


# --- People -------------------------------------------------------------------------------


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
    """Put `person` into `enterprise`; being in it already changes nothing but the post.

    Into an enterprise that was merged means into the one that it was merged into.
    """
    # The lock: a merge that runs at the same time moves this membership, or it is joined where the merge led.
    locked = Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    enterprise = locked.merged_into or locked
    membership, created = Membership.objects.get_or_create(
        person=person,
        enterprise=enterprise,
        ended_on=None,
        defaults={"since": since, "job": job, "is_contact": is_contact},
    )
    if not created and (membership.is_contact, membership.job) == (is_contact, job):
        return membership
    if not created:
        membership.is_contact, membership.job = is_contact, job
        membership.save(update_fields=["is_contact", "job"])
    note(person, "joined" if created else "post_changed", by=by, at=at, enterprise=enterprise.pk, is_contact=is_contact)
    return membership


@transaction.atomic
def leave_enterprise(*, membership: Membership, on: date, by: User | None, at: datetime) -> Membership:
    """End a membership before the day `on`. Raises Refused before its first day or for a day to come,
    Conflict when it is over.
    """
    if on < membership.since:
        raise Refused(_("The last day cannot lie before the first. Correct the day."), code="order")
    if on > max(membership.since, local_date(at)):
        raise Refused(_("A day to come cannot be entered yet. End it on the day itself."), code="future")
    if not Membership.objects.filter(pk=membership.pk, ended_on=None).update(ended_on=on):
        raise Conflict(_("Somebody else has just changed this. Look at it again before going on."), code="conflict")
    membership.ended_on = on
    note(membership.person, "left", by=by, at=at, enterprise=membership.enterprise_id)
    return membership


@transaction.atomic
def appoint_contact(*, membership: Membership, by: User | None, at: datetime) -> Membership:
    """Let a person speak for the enterprise: they see its people and their results from the next page on.

    Raises Conflict when they are in it no more.
    """
    return _speak(membership, True, "contact_appointed", by, at)


@transaction.atomic
def end_contact(*, membership: Membership, by: User | None, at: datetime) -> Membership:
    """Let a person speak for the enterprise no longer; they stay in it. It may be left without a contact."""
    return _speak(membership, False, "contact_ended", by, at)


def _speak(membership: Membership, speaks: bool, what: str, by: User | None, at: datetime) -> Membership:
    stored = _open(membership)
    if stored.is_contact != speaks:
        Membership.objects.filter(pk=stored.pk).update(is_contact=speaks)
        stored.is_contact = speaks
        note(stored.person, what, by=by, at=at, enterprise=stored.enterprise_id)
        note_enterprise(stored.enterprise, what, by=by, at=at, person=stored.person_id)
    return stored


def _open(membership: Membership) -> Membership:
    """The membership under its lock."""
    rows = Membership.objects.select_for_update(of=("self",)).select_related("person", "enterprise")
    stored = rows.filter(pk=membership.pk, ended_on=None).first()
    if stored is None:
        raise Conflict(_("This person is not in the enterprise any more. Look at the list again."), code="conflict")
    return stored
