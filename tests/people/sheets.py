"""Workbooks and CSV files of people, made for tests."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

HEADINGS = ["Họ và tên / Full name", "Ngày sinh", "Số điện thoại"]


def xlsx(rows: Sequence[Sequence[Any]], *, more: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    """A workbook whose first sheet holds `rows`; `more(book, sheet)` adds what it likes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd/mm/yyyy", **options})
    # The moment of making is part of a workbook: the same rows shall be the same file.
    book.set_properties({"created": datetime(2026, 1, 1)})
    sheet = book.add_worksheet("Danh sách")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write(number, column, value)
    if more is not None:
        more(book, sheet)
    book.close()
    return buffer.getvalue()


def csv_text(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    """`rows` as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of `parts`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook_of(sheet_xml: str) -> bytes:
    """The least workbook around the XML of one sheet's inside, as no program writes it."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return zipped(
        {
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
                "</sheets></workbook>"
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>'
                "</Relationships>"
            ).encode(),
            "xl/worksheets/sheet1.xml": sheet_xml.encode(),
        }
    )


HEAD = ["Họ và tên", "Giới tính", "Ngày sinh", "Số điện thoại", "Chức vụ", "Xã/phường", "Tên doanh nghiệp", "Ngành",
        "Số định danh cá nhân"]  # fmt: skip
FIRM = "Công ty TNHH Thủy sản Mẫu"


def row(name="Nguyễn Văn An", born="04/09/1992", phone="", firm=FIRM, **more):
    return [name, more.get("sex", "Nam"), born, phone, more.get("job", "Công nhân"), more.get("commune", ""), firm,
            more.get("sector", "Thủy sản"), more.get("number", "")]  # fmt: skip


def crowd(count, first=0):
    return [
        row(f"Nguyễn Văn {fold_number(number)}", f"{number % 28 + 1:02d}/09/1992")
        for number in range(first, first + count)
    ]


def fold_number(number):
    """A name for a number: people's names have no digits."""
    return "".join("ABCDEGHIKL"[int(digit)] for digit in f"{number:04d}").title()
