"""Files for spreadsheets that cannot attack their reader (OWASP ASVS 5.0, 1.2.10)."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from lms.lib.periods import ZONE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of what `Workbook` writes."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Precise(float):
    """A number whose third decimal matters."""


def harmless(value: Any) -> Any:
    """`value` for a CSV cell: text that a spreadsheet would take for a formula gets a leading quote."""
    if isinstance(value, str) and value.lstrip(" '\"").startswith(_DANGEROUS):
        return "'" + value
    return value


class Workbook:
    """An XLSX file in memory, written row by row with typed cells."""

    def __init__(self, title: str) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties({"title": title, "author": "NSCL"})
        font = {"font_name": "Times New Roman", "font_size": 12}
        self._text = self._book.add_format({**font, "text_wrap": True, "valign": "top"})
        self._head = self._book.add_format(
            {**font, "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E1EFEA", "valign": "vcenter"}
        )
        self._title = self._book.add_format({**font, "bold": True, "font_size": 14})
        self._number = self._book.add_format({**font, "num_format": "#,##0", "valign": "top"})
        self._decimal = self._book.add_format({**font, "num_format": "#,##0.0", "valign": "top"})
        self._precise = self._book.add_format({**font, "num_format": "0.000", "valign": "top"})
        self._day = self._book.add_format({**font, "num_format": "dd/mm/yyyy", "valign": "top"})
        self._moment = self._book.add_format({**font, "num_format": "dd/mm/yyyy hh:mm", "valign": "top"})

    def sheet(
        self,
        name: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        title: str = "",
        widths: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> None:
        """Add a sheet: an optional title and notes, the head row (frozen), then `rows`."""
        # Excel's rules for the name of a sheet.
        sheet = self._book.add_worksheet(re.sub(r"[\[\]:*?/\\]", "-", name)[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        line = 0
        if title:
            sheet.write_string(line, 0, title, self._title)
            line += 1
        for note in notes:
            sheet.write_string(line, 0, note)
            line += 1
        if line:
            line += 1
        for column, text in enumerate(head):
            sheet.write_string(line, column, text, self._head)
            sheet.set_column(column, column, widths[column] if column < len(widths) else 18)
        sheet.repeat_rows(line)
        sheet.freeze_panes(line + 1, 1)
        for row in rows:
            line += 1
            for column, value in enumerate(row):
                self._write(sheet, line, column, value)

    def _write(self, sheet: Any, line: int, column: int, value: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(line, column, None, self._text)
        elif isinstance(value, bool):
            sheet.write_boolean(line, column, value, self._text)
        elif isinstance(value, int):
            sheet.write_number(line, column, value, self._number)
        elif isinstance(value, datetime):
            sheet.write_datetime(line, column, value.astimezone(ZONE).replace(tzinfo=None), self._moment)
        elif isinstance(value, date):
            sheet.write_datetime(line, column, datetime.combine(value, time()), self._day)
        elif isinstance(value, Precise):
            sheet.write_number(line, column, value, self._precise)
        elif hasattr(value, "__float__") and not isinstance(value, str):
            sheet.write_number(line, column, float(value), self._decimal)
        else:
            sheet.write_string(line, column, str(value), self._text)

    def finish(self) -> bytes:
        """Close the book and return its bytes."""
        self._book.close()
        return self._buffer.getvalue()
