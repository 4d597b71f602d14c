"""Systems that enterprises apply or are certified for: entered, changed, ended."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import AppliedSystem
from lms.lib.periods import local_date
from lms.lib.states import Conflict, Refused
from people.actions import note_enterprise
from people.models import Enterprise

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def add_system(*, system: AppliedSystem, by: "User | None", at: datetime) -> AppliedSystem:
    """Store a system of an enterprise. Raises Refused for one that is there already or does not add up."""
    _check(system)
    if _same(system).exists():
        raise Refused(_("This system is entered already. Change the line that is there."), code="twice")
    system.save()
    note_enterprise(system.enterprise, "system_added", by=by, at=at, text=described(system))
    return system


@transaction.atomic
def change_system(*, system: AppliedSystem, by: "User | None", at: datetime) -> AppliedSystem:
    """Store changed facts of a system; the history keeps how they read before. Raises Refused as `add_system`."""
    before = described(_locked(system))
    _check(system)
    if _same(system).exclude(pk=system.pk).exists():
        raise Refused(_("This system is entered already. Change the line that is there."), code="twice")
    system.save()
    after = described(system)
    if after != before:
        note_enterprise(system.enterprise, "system_changed", by=by, at=at, text=f"{before} → {after}")
    return system


@transaction.atomic
def end_system(*, system: AppliedSystem, on: date, by: "User | None", at: datetime) -> AppliedSystem:
    """Say that a system is applied no more since the day `on`; its line stays.

    Raises Refused for a day before it began or one to come, Conflict when it has ended.
    """
    stored = _locked(system)
    if stored.ended_on is not None:
        raise Conflict(_("This system has been ended already. Look at the list again."), code="conflict")
    if on > local_date(at):
        raise Refused(_("A day to come cannot be entered yet. End it on the day itself."), code="future")
    if stored.since is not None and on < stored.since:
        raise Refused(_("The last day cannot lie before the first. Correct the day."), code="order")
    stored.ended_on = on
    stored.save(update_fields=["ended_on"])
    note_enterprise(stored.enterprise, "system_ended", by=by, at=at, text=described(stored))
    return stored


def described(system: AppliedSystem) -> str:
    """A system in one line, without words of any one language."""
    days = [f"{day:%d/%m/%Y}" if day else "…" for day in (system.since, system.valid_until)]
    facts: list[Any] = [
        system.edition.name_vi if system.edition else system.subject.name_vi.partition(" – ")[0],
        system.body,
        system.number,
        " – ".join(days) if system.since or system.valid_until else "",
        f"† {system.ended_on:%d/%m/%Y}" if system.ended_on else "",
    ]
    return " · ".join(filter(None, facts))


def _locked(system: AppliedSystem) -> AppliedSystem:
    rows = AppliedSystem.objects.select_for_update(of=("self",)).select_related("subject", "edition", "enterprise")
    return rows.get(pk=system.pk)


def _same(system: AppliedSystem) -> Any:
    """Lines not ended that say the same: of a certificate its number, of a system merely applied its subject."""
    open_lines = AppliedSystem.objects.filter(
        enterprise=system.enterprise, subject=system.subject, kind=system.kind, ended_on=None
    )
    if system.kind == AppliedSystem.Kind.CERTIFIED:
        return open_lines.filter(number=system.number, body=system.body)
    return open_lines


def _check(system: AppliedSystem) -> None:
    if system.enterprise.merged_into_id:
        raise Conflict(_("This enterprise has been merged into another one. Change that one."), code="merged")
    if system.edition is not None and system.edition.subject_id != system.subject_id:
        raise Refused(
            _("%(edition)s is no edition of %(subject)s. Choose both of one standard.")
            % {"edition": system.edition, "subject": system.subject.short_name},
            code="edition",
        )
    if system.kind == AppliedSystem.Kind.CERTIFIED and not (system.body and system.number):
        raise Refused(_("Of a certificate say which body issued it and its number."), code="certificate")
    if system.since and system.valid_until and system.valid_until < system.since:
        raise Refused(_("A certificate cannot expire before it begins. Correct one of the days."), code="order")


def move_systems(source: Enterprise, into: Enterprise, *, by: "User | None", at: datetime) -> Mapping[str, int]:
    """Let the systems of `source` be those of `into`, when the two are merged."""
    return {"systems": AppliedSystem.objects.filter(enterprise=source).update(enterprise=into)}
