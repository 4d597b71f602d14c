"""Finding a commune or ward by what somebody types: with or without accents, kind and province. Reads only."""

import re
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.lib.text import fold, nfc
from people.models import AdministrativeUnit, Province

_KINDS = re.compile(r"^(?:phuong|xa|thi tran|dac khu|tinh|thanh pho|tp)\s+(?=\S)")


def own(province: Province | None, day: date) -> list[AdministrativeUnit]:
    """Communes and wards of the province that runs the platform, in force on `day`."""
    units = AdministrativeUnit.objects.communes().on(day).filter(parent_code=code_of(province))
    return sorted(units, key=lambda unit: unit.search_key)


def code_of(province: Province | None) -> str:
    """The province's code among the units."""
    return str(province.profile.get("unit_code", "")) if province else ""


def find(text: str, *, province: Province | None, day: date) -> list[AdministrativeUnit]:
    """Units in force on `day` that `text` may mean, the closest alone; one if it is clear.

    `text` is a name with or without its kind, and after a comma perhaps the
    province. The own province comes first; a name elsewhere is found when the own
    one has none, or when its province is named.
    """
    name, _comma, place = text.partition(",")
    units = AdministrativeUnit.objects.communes().on(day)
    if place.strip():
        return _closest(name, list(units.filter(parent_code__in=_provinces(place, day))))
    return _closest(name, own(province, day)) or _closest(name, _named(name, units.exclude(parent_code="")))


def _named(name: str, units: QuerySet[AdministrativeUnit]) -> list[AdministrativeUnit]:
    bare = _KINDS.sub("", fold(name))
    return list(units.filter(search_key__endswith=bare)) if bare else []


def _provinces(place: str, day: date) -> list[str]:
    bare = _KINDS.sub("", fold(place))
    units = AdministrativeUnit.objects.on(day).filter(level=AdministrativeUnit.Level.PROVINCE)
    return [unit.code for unit in units if bare and _KINDS.sub("", unit.search_key) == bare]


def _closest(name: str, units: list[AdministrativeUnit]) -> list[AdministrativeUnit]:
    """Of `units` those whose whole name fits; else whose name without the kind does; else that hold every word."""
    whole = fold(name)
    bare, words = _KINDS.sub("", whole), whole.split()
    if not words:
        return []
    for fits in (
        lambda unit: unit.search_key == whole,
        lambda unit: _KINDS.sub("", unit.search_key) == bare,
        lambda unit: all(word in unit.search_key.split() for word in words),
    ):
        if found := [unit for unit in units if fits(unit)]:
            return _accented(name, found)
    return []


def _accented(name: str, units: list[AdministrativeUnit]) -> list[AdministrativeUnit]:
    """Of several whose plain names are alike, those that are written like `name`."""
    wanted = nfc(name).casefold()
    return [unit for unit in units if unit.name_vi.casefold().endswith(wanted)] or units


def provinces_of(units: list[AdministrativeUnit], day: date) -> dict[str, str]:
    """Names of the provinces of `units` on `day`, by code."""
    rows = AdministrativeUnit.objects.on(day).filter(
        level=AdministrativeUnit.Level.PROVINCE, code__in={unit.parent_code for unit in units}
    )
    return {unit.code: unit.name for unit in rows}


def dated(unit: AdministrativeUnit) -> str:
    """The unit's name; of one that is no more, with its last day and the province it was in."""
    if unit.valid_to is None:
        return unit.name
    facts = {"name": unit.name, "day": f"{unit.valid_to:%d/%m/%Y}", "province": unit.former_province}
    if unit.former_province:
        return _("%(name)s (until %(day)s, %(province)s)") % facts
    return _("%(name)s (until %(day)s)") % facts
