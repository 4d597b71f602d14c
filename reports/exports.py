"""A report as JSON, CSV and XLSX, and the raw rows behind it. All from the objects that the screen shows."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lms.lib.periods import ZONE
from lms.lib.spreadsheets import XLSX, Workbook, harmless
from reports.definitions import CONSULTANTS, MEASURES, RULES
from reports.dimensions import BY_CODE
from reports.facts import Fact, Facts
from reports.figures import Figures, Report
from reports.labels import Label

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
}


def render(report: Report, kind: str) -> bytes:
    """The report as a file of `kind`. Raises KeyError for another kind than those of MEDIA_TYPES."""
    return {"json": to_json, "csv": to_csv, "xlsx": to_xlsx}[kind](report)


# --- JSON ------------------------------------------------------------------------------


def to_json(report: Report) -> bytes:
    """One object, with names in both languages and days in ISO 8601; hours are decimal text."""
    return (json.dumps(as_dict(report), ensure_ascii=False, indent=2) + "\n").encode()


def as_dict(report: Report) -> dict[str, Any]:
    """The report in plain types."""
    heat = report.heat
    return {
        "period": {
            "code": report.period.code,
            "first": report.period.first.isoformat(),
            "last": report.period.last.isoformat(),
            "zone": str(ZONE),
        },
        "counted_at": _moment(report.at),
        "counted_to": report.counted_to.isoformat(),
        "frozen": False,
        "total": _figures(report.total),
        "dimensions": {
            table.code: [{**_named(row.key, row.label), **_figures(row.figures)} for row in table.rows]
            for table in report.tables
        },
        "completed_persons_by_subject_and_sector": {
            "cells": [
                {"subject": row.key, "sector": sector, "completed_persons": count}
                for row in heat.rows
                for (sector, _label), count in zip(heat.sectors, row.cells, strict=True)
                if count
            ],
            "total": heat.total,
        },
        "completed_persons_by_time": [
            {
                "first": stretch.first.isoformat(),
                "last": stretch.last.isoformat(),
                "completed_persons": stretch.completed_persons,
            }
            for stretch in report.stretches
        ],
        "consultants": {
            "certificates": report.consultants.certificates,
            "persons": report.consultants.persons,
            "by_scheme": [
                {**_named(row.key, row.label), "certificates": row.certificates, "persons": row.persons}
                for row in report.consultants.by_scheme
            ],
            "by_subject": [
                {**_named(row.key, row.label), "certificates": row.certificates, "persons": row.persons}
                for row in report.consultants.by_subject
            ],
        },
        "left_out": asdict(report.left_out),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {**asdict(figures), "hours": str(figures.hours)}


def _named(key: str, label: Label) -> dict[str, str]:
    return {"key": key, "name_vi": label.vi, "name_en": label.en}


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(ZONE).isoformat() if moment else ""


# --- CSV and XLSX ------------------------------------------------------------------------


def to_csv(report: Report) -> bytes:
    """One line per figure group: dimension, key, name, measures. With a byte order mark, for Excel."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["dimension", "key", "name", *(measure.code for measure in MEASURES)])
    writer.writerow(["total", "", harmless(_("All")), *_csv_figures(report.total)])
    for table in report.tables:
        for row in table.rows:
            writer.writerow([table.code, harmless(row.key), harmless(row.label.name), *_csv_figures(row.figures)])
    for code, rows in (("scheme", report.consultants.by_scheme), ("scheme_subject", report.consultants.by_subject)):
        for line in rows:
            # Certificates stand under turns, the people who hold them under persons.
            named = [f"consultants_by_{code}", harmless(line.key), harmless(line.label.name)]
            writer.writerow([*named, line.certificates, line.persons, *[""] * (len(MEASURES) - 2)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_figures(figures: Figures) -> list[Any]:
    return [getattr(figures, measure.code) for measure in MEASURES]


def to_xlsx(report: Report) -> bytes:
    """A sheet per dimension, consultants, subject by sector, and the definitions."""
    book = Workbook(_("Programme report: %(period)s") % {"period": report.period.title})
    head = [str(measure.name) for measure in MEASURES]
    notes = [
        _("%(period)s, counted at %(moment)s. Not frozen: figures may still change.")
        % {"period": _days(report), "moment": f"{report.at.astimezone(ZONE):%H:%M %d/%m/%Y}"},
        str(RULES[0]),
    ]
    widths = [44, *([16] * len(MEASURES))]
    for table in report.tables:
        title = str(BY_CODE[table.code].title)
        rows: list[Sequence[Any]] = [[row.label.name, *_cells(row.figures)] for row in table.rows]
        rows.append([_("All"), *_cells(report.total)])
        book.sheet(title, [title, *head], rows, title=title, widths=widths, notes=notes)
    _heat_sheet(book, report, notes)
    consultants = report.consultants
    book.sheet(
        str(CONSULTANTS.name),
        [_("Certification scheme"), _("Certificates"), _("Persons")],
        [
            *([row.label.name, row.certificates, row.persons] for row in consultants.by_scheme),
            [_("All"), consultants.certificates, consultants.persons],
        ],
        title=str(CONSULTANTS.name),
        widths=widths,
        notes=notes,
    )
    _definitions_sheet(book, report)
    return book.finish()


def _heat_sheet(book: Workbook, report: Report, notes: Sequence[str]) -> None:
    heat = report.heat
    name = _("Subject by sector")
    book.sheet(
        name,
        [_("Subject"), *(label.name for _key, label in heat.sectors), _("All")],
        [
            *([row.label.name, *row.cells, row.total] for row in heat.rows),
            [_("All"), *heat.column_totals, heat.total],
        ],
        title=_("Completed persons by subject and sector"),
        widths=[44, *([16] * (len(heat.sectors) + 1))],
        notes=notes,
    )


def _definitions_sheet(book: Workbook, report: Report) -> None:
    rows = [[str(measure.name), str(measure.unit), str(measure.meaning)] for measure in (*MEASURES, CONSULTANTS)]
    rows += [["", "", str(rule)] for rule in RULES]
    rows.append(
        [
            _("Left out"),
            _("enrolments"),
            _("%(withdrawn)s withdrawn, %(cancelled)s of cancelled classes.") % asdict(report.left_out),
        ]
    )
    name = _("How we count")
    book.sheet(name, [_("Figure"), _("Unit"), _("Meaning")], rows, title=name, widths=[30, 14, 110])


def _cells(figures: Figures) -> list[Any]:
    return [getattr(figures, measure.code) for measure in MEASURES]


def _days(report: Report) -> str:
    return f"{report.period.first:%d/%m/%Y}–{report.period.last:%d/%m/%Y}"


# --- Raw rows ------------------------------------------------------------------------------

COLUMNS = (
    "fact", "id", "person", "enrolled_as", "class", "class_state", "class_starts_on", "course", "hours", "subject",
    "family", "edition", "mode", "programme", "funding", "state", "enrolled_at", "completed_at", "passed_at",
    "enterprise", "sector", "size", "commune", "sex", "scheme", "issued_at",
)  # fmt: skip
"""Columns of `export_facts`; docs/reports.md says what each holds."""


def raw(found: Facts) -> Iterator[list[Any]]:
    """The head, then a row per enrolment (also those left out), then a row per consultant certificate."""
    yield list(COLUMNS)
    for fact in found.enrolments:
        for part in fact.parts or (fact,):
            yield _raw(part)
    for fact in found.left_out:
        yield _raw(fact)
    for consultant in found.consultants:
        row = {
            "fact": "consultant",
            "id": consultant.certificate,
            "person": consultant.person,
            "subject": consultant.subject,
            "state": consultant.state,
            "sex": consultant.sex,
            "scheme": consultant.scheme,
            "issued_at": _moment(consultant.issued_at),
        }
        yield [harmless(row.get(column, "")) for column in COLUMNS]


def _raw(fact: Fact) -> list[Any]:
    run = fact.run
    values = (
        "enrolment", fact.enrolment, fact.person, fact.enrolled_as, run.code, run.state, run.starts_on.isoformat(),
        run.course, run.hours, run.subject, run.family, run.edition, run.mode, run.programme,
        " ".join(f"{code}:{percent}" for code, percent in run.sources), fact.state, _moment(fact.enrolled_at),
        _moment(fact.completed_at), _moment(fact.passed_at), fact.enterprise or "", fact.sector, fact.size,
        fact.commune, fact.sex, "", "",
    )  # fmt: skip
    return [harmless(value) for value in values]
