"""What courses knows of enterprises: their systems, for lists, files, comparing and merging."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from courses.actions.systems import move_systems
from courses.models import AppliedSystem
from people.enterprise_data import Column, Fact, Filter, Keeper
from people.models import Enterprise


def _with(systems: QuerySet[AppliedSystem]) -> Q:
    return Q(pk__in=systems.values("enterprise"))


def _in_force(day: date) -> Q:
    return _with(AppliedSystem.objects.in_force(day).order_by())


def _certified(day: date) -> Q:
    return _with(AppliedSystem.objects.in_force(day).filter(kind=AppliedSystem.Kind.CERTIFIED).order_by())


def _expired(day: date) -> Q:
    return _with(AppliedSystem.objects.filter(ended_on=None, valid_until__lt=day).order_by())


FILTER = Filter(
    "system",
    gettext_lazy("System"),
    (
        ("any", gettext_lazy("applies one or holds a certificate"), _in_force),
        ("certified", gettext_lazy("holds a certificate in force"), _certified),
        ("expired", gettext_lazy("a certificate has expired"), _expired),
        ("none", gettext_lazy("has none"), lambda day: ~_in_force(day)),
    ),
)


def texts(enterprises: Sequence[int], day: date) -> Mapping[int, str]:
    """The systems in force of each enterprise in one text: one query."""
    found: dict[int, list[str]] = {}
    rows = AppliedSystem.objects.in_force(day).select_related("subject", "edition").order_by("subject__order", "pk")
    wanted = set(enterprises)
    for row in rows:
        if row.enterprise_id in wanted:
            found.setdefault(row.enterprise_id, []).append(_named(row))
    return {key: "; ".join(names) for key, names in found.items()}


def _named(system: AppliedSystem) -> str:
    name = system.edition.name if system.edition else system.subject.short_name
    if system.kind == AppliedSystem.Kind.CERTIFIED:
        until = f"{system.valid_until:%d/%m/%Y}" if system.valid_until else ""
        return f"{name} ({', '.join(filter(None, (system.body, system.number, until)))})"
    return name


def facts(enterprise: Enterprise) -> Iterable[Fact]:
    """Lines to compare two enterprises by."""
    yield Fact(_("Systems"), texts([enterprise.pk], timezone.localdate()).get(enterprise.pk, ""))


KEEPER = Keeper(
    floor=10,
    move=move_systems,
    facts=facts,
    filters=(FILTER,),
    columns=(Column(gettext_lazy("Systems applied and certificates"), texts),),
)
