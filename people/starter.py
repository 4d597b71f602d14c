"""Loads what `starter/` says of places, sectors, programmes and provinces; safe to repeat."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lms.lib import publiccache
from lms.lib.text import fold
from people.models import AdministrativeUnit, Body, FundingSource, Programme, Province, Sector

_UNIT_FIELDS = (
    *("valid_to", "level", "kind", "name_vi", "name_en", "parent_code", "former_province", "successors"),
    "search_key",
)


def read_yaml(path: Path) -> Any:
    """Plain data of a YAML file that ships with the product."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def load_units(folder: Path) -> int:
    """Administrative units out of every CSV in `folder`, in a few statements."""
    rows = list(_units(folder))
    present = {(unit.code, unit.valid_from): unit for unit in AdministrativeUnit.objects.all()}
    new, changed = [], []
    for row in rows:
        unit = present.get((row.code, row.valid_from))
        if unit is None:
            new.append(row)
        elif any(getattr(unit, name) != getattr(row, name) for name in _UNIT_FIELDS):
            row.pk = unit.pk
            changed.append(row)
    AdministrativeUnit.objects.bulk_create(new, batch_size=500)
    AdministrativeUnit.objects.bulk_update(changed, _UNIT_FIELDS, batch_size=200)
    return len(rows)


def _units(folder: Path) -> Iterator[AdministrativeUnit]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield AdministrativeUnit(
                    code=row["code"],
                    valid_from=date.fromisoformat(row["valid_from"]),
                    valid_to=_day(row["valid_to"]),
                    level=row["level"],
                    kind=row["kind"],
                    name_vi=row["name_vi"],
                    name_en=row["name_en"],
                    parent_code=row["parent_code"],
                    former_province=row["former_province"],
                    successors=row["successors"].split(),
                    search_key=fold(row["name_vi"]),
                )


def load_sectors(path: Path) -> int:
    """Sectors in the order of the file."""
    sectors = read_yaml(path)["sectors"]
    for order, data in enumerate(sectors, 1):
        Sector.objects.update_or_create(
            code=data["code"],
            defaults={**_names(data), "order": order, "vsic": data["vsic"]},
        )
    return len(sectors)


def load_programmes(path: Path) -> int:
    """Programmes and funding sources."""
    data = read_yaml(path)
    for programme in data["programmes"]:
        Programme.objects.update_or_create(
            code=programme["code"],
            defaults={
                **_names(programme),
                "starts": date.fromisoformat(programme["starts"]),
                "ends": date.fromisoformat(programme["ends"]),
                "basis_vi": programme["basis"]["vi"],
                "basis_en": programme["basis"]["en"],
            },
        )
    for order, source in enumerate(data["funding_sources"], 1):
        FundingSource.objects.update_or_create(code=source["code"], defaults={**_names(source), "order": order})
    return len(data["programmes"])


def load_provinces(folder: Path) -> int:
    """Profiles of provinces with their bodies; the half-years begin as `programmes.yaml` says."""
    periods = boundaries(read_yaml(folder / "programmes.yaml")["periods"])
    paths = sorted((folder / "provinces").glob("*.yaml"))
    for path in paths:
        data = read_yaml(path)
        profile = {key: value for key, value in data.items() if key not in ("format", "code", "name", "bodies")}
        profile["periods"] = periods
        province, _created = Province.objects.update_or_create(
            code=data["code"], defaults={**_names(data), "profile": profile}
        )
        for body in data["bodies"]:
            Body.objects.update_or_create(
                province=province,
                valid_from=date.fromisoformat(body["valid_from"]),
                defaults={
                    "parent_vi": body["parent"]["vi"],
                    "parent_en": body["parent"]["en"],
                    **_names(body),
                    "signatory_title_vi": body["signatory_title"]["vi"],
                    "signatory_title_en": body["signatory_title"]["en"],
                    "signatory_name": body["signatory_name"],
                    "valid_to": _day(body["valid_to"]),
                },
            )
    publiccache.forget()
    return len(paths)


def boundaries(periods: dict[str, Any]) -> dict[str, list[int]]:
    """First days of the halves, `{"first": [12, 15], "second": [6, 15]}`, out of the file's month-days."""
    starts = {half["code"]: half["starts"] for half in periods["halves"]}
    return {name: [int(part) for part in starts[code].split("-")] for name, code in (("first", "H1"), ("second", "H2"))}


def _names(data: dict[str, Any]) -> dict[str, str]:
    return {"name_vi": data["name"]["vi"], "name_en": data["name"]["en"]}
