"""The file that a person takes away: everything kept of them, for machines and for reading."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import IO, Any

from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext as _

from lms.lib.periods import ZONE
from lms.lib.spreadsheets import harmless
from people import personal_data
from people.models import User
from people.personal_data import Section

FORMAT = 1


def write(out: IO[bytes], person: User, at: datetime, *, beat: Callable[[], Any]) -> None:
    """Write the copy of `person`'s data to `out` as a ZIP, in the language in force; `beat` is called between parts."""
    ids = list(User.objects.same_as(person).order_by("pk").values_list("pk", flat=True))
    sections = personal_data.export(person, ids)
    beat()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", _json(sections, at))
        archive.writestr("index.html", _page(person, sections, at))
        for section in sections:
            archive.writestr(f"csv/{section.code}.csv", _csv(section))
        for section in sections:
            for name, path in section.files:
                _store(archive, f"files/{section.code}/{name}", path)
                beat()


def _store(archive: zipfile.ZipFile, name: str, path: str) -> None:
    """A private file as it lies; one that is gone is named in the copy, and does not stop it."""
    storage = storages["private"]
    if not storage.exists(path):
        archive.writestr(f"{name}.txt", _("This file is not there any more."))
        return
    with storage.open(path) as file, archive.open(name, "w", force_zip64=True) as target:
        for chunk in file.chunks():
            target.write(chunk)


def _json(sections: list[Section], at: datetime) -> str:
    data = {
        "format": FORMAT,
        "made_at": at.astimezone(ZONE).isoformat(),
        "language": (get_language() or "vi")[:2],
        "sections": {
            section.code: {
                "title": section.title,
                "rows": [
                    {key: _plain(value) for (key, _words), value in zip(section.columns, row, strict=True)}
                    for row in section.rows
                ],
            }
            for section in sections
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def _csv(section: Section) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([words for _key, words in section.columns])
    for row in section.rows:
        writer.writerow([harmless(_cell(value)) for value in row])
    # With a byte order mark: spreadsheets read UTF-8 by it.
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else plain


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(value.astimezone(ZONE), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return "" if value is None else str(_cell(value))


def _page(person: User, sections: list[Section], at: datetime) -> str:
    shown = [
        {
            "code": section.code,
            "title": section.title,
            "head": [words for _key, words in section.columns],
            "rows": [[_words(value) for value in row] for row in section.rows],
            "facts": [
                (words, _words(value)) for (_key, words), value in zip(section.columns, section.rows[0], strict=True)
            ]
            if len(section.rows) == 1
            else [],
            "files": [f"files/{section.code}/{name}" for name, _path in section.files],
        }
        for section in sections
    ]
    return render_to_string("people/data_copy.html", {"person": person, "sections": shown, "made_at": at})
