"""Answers from paper as a table, CSV or XLSX: the columns recognised, the cells as they were written. No database."""

import io
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lms.lib.spreadsheets import Workbook
from lms.lib.states import Refused
from lms.lib.text import fold
from people.imports import delimited, xlsx
from people.imports.faults import SENTENCES
from people.imports.grid import BadFile, Line, Sheet

MAX_BYTES = 5 * 1024 * 1024
MOST_ROWS = 2_000
LOOKED_AT = 20
_CODE = frozenset({"ma phieu", "ma phieu tra loi", "phieu", "sheet code", "code", "sheet"})
_FORM = frozenset({"de", "de so", "ma de", "form"})
_QUESTION = re.compile(r"(?:cau|question|q)?\s*(\d{1,3})\.?")


@dataclass(frozen=True)
class Entry:
    """One answer sheet as it was written. `line` says where it stands, `cells` are by question's number."""

    line: str
    code: str
    form: str
    cells: dict[int, str]

    def stored(self) -> dict[str, Any]:
        """For a JSON field."""
        return {"line": self.line, "code": self.code, "form": self.form, "cells": self.cells}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Entry":
        """Back from a JSON field."""
        cells = {int(number): text for number, text in stored["cells"].items()}
        return cls(stored["line"], stored["code"], stored["form"], cells)


def read(content: bytes) -> list[Entry]:
    """The rows of a file; what it is its content says. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(_("This file is larger than a list of answers can be. Send the filled-in template."), "too_large")
    try:
        is_zip = content.startswith(b"PK\x03\x04")
        sheets = xlsx.read(io.BytesIO(content)) if is_zip else delimited.read(io.BytesIO(content))
    except BadFile as bad:
        first = bad.faults[0]
        sentence = str(SENTENCES.get(first.code, _("This file cannot be read. Send an XLSX or CSV file.")))
        raise Refused(sentence % first.facts if first.facts else sentence, "bad_file") from bad
    for sheet in sheets:
        if not sheet.hidden and (found := _entries(sheet)) is not None:
            return found
    raise Refused(_("No row of headings was found. Use the template: sheet code, form, then 1, 2, 3 …"), "no_headings")


def _entries(sheet: Sheet) -> list[Entry] | None:
    headed = [(place, _columns(line)) for place, line in enumerate(sheet.lines[:LOOKED_AT])]
    heads = [one for one in headed if _is_head(list(one[1].values()))]
    if not heads:
        return None
    place, columns = heads[0]
    rows = sheet.lines[place + 1 :]
    if len(rows) > MOST_ROWS:
        raise Refused(_("At most %(most)s rows are taken at once.") % {"most": MOST_ROWS}, "too_many")
    found = []
    for row in rows:
        told = {name: row.cells[index].text.strip() for index, name in columns.items() if index in row.cells}
        cells = {name: text for name, text in told.items() if isinstance(name, int) and text}
        entry = Entry(str(row.number), told.get("code", ""), told.get("form", "").upper(), cells)
        if entry.code or entry.form or entry.cells:
            found.append(entry)
    return found


def _is_head(names: list[str | int]) -> bool:
    return "code" in names and any(isinstance(name, int) for name in names)


def _columns(line: Line) -> dict[int, str | int]:
    found: dict[int, str | int] = {}
    for index, cell in line.cells.items():
        heading = fold(cell.text)
        question = _QUESTION.fullmatch(heading)
        name: str | int = (
            "code" if heading in _CODE else "form" if heading in _FORM else int(question[1]) if question else ""
        )
        if name != "" and name not in found.values():
            found[index] = name
    return found


def template(title: str, sheets: list[tuple[str, str, str]], questions: int) -> bytes:
    """The workbook to fill in. `sheets` are (code, form, name and seat)."""
    book = Workbook(title)
    head = [_("Sheet code"), _("Form"), _("Name"), *[str(number) for number in range(1, questions + 1)]]
    rows = [[code, form, name] for code, form, name in sheets]
    book.sheet(_("Answers"), head, rows, widths=[14, 8, 28, *([7] * questions)])
    notes = [
        ("B", _("one answer")),
        ("AC", _("several answers")),
        ("Đ, S", _("true, false")),
        ("CAB", _("a letter for each line, in their order; - for one left empty; 1C2A3B says the same")),
        ("4,5", _("a number, as it was written")),
        ("B; 4,5", _("gaps of a text, with ; between")),
        ("B | CA | 4,5", _("parts of a case, with | between")),
    ]
    book.sheet(_("How to write"), [_("Written"), _("Means")], notes, widths=[18, 70])
    return book.finish()
