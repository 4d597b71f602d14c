"""Workbooks that go out: the template, and refused rows to correct. Both are read back by `tables`.

Written here and not by `lms.lib.spreadsheets.Workbook`: columns of digits must be text, lest
the spreadsheet drop their leading 0, and lists to choose from hang on cells.
"""

import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import xlsxwriter

from lms.lib.spreadsheets import harmless
from people.imports.columns import COLUMNS
from people.imports.lists import LEGAL_FORMS, Lists

LIST, EXAMPLES, HELP, WORDS = "Danh sách", "Ví dụ - Examples", "Hướng dẫn - Columns", "Danh mục - Lists"
REASON = "Lý do / Reason"
_NOT_IN_TEMPLATE = ("family_name", "birth_year")
_OF_ENTERPRISE = ("tax_code", "enterprise", "legal_form", "sector", "enterprise_commune", "left_on")
_WIDTHS = {
    "full_name": 28, "email": 28, "enterprise": 36, "commune": 22, "enterprise_commune": 24, "job": 22, "tax_code": 18,
    "identity": 20,
}  # fmt: skip
_FILLED_ROWS = 20_000


class _Said(NamedTuple):
    """What the sheet of explanations says of a column."""

    vi: str
    en: str
    examples: tuple[str, str, str]


_SAID: dict[str, _Said] = {
    "full_name": _Said(
        "Bắt buộc. Ghi như trên căn cước; giữ nguyên chữ hoa, dấu như đã ghi. Có thể tách thành hai cột “Họ và tên "
        "đệm” và “Tên”.",
        "Required. As on the identity card; capitals and accents are kept as written. May be two columns: family and "
        "middle name, given name.",
        ("Nguyễn Thị Hồng Thắm (mẫu)", "Trần Văn Bình (mẫu)", "DANH SA RÂY (mẫu)"),
    ),
    "given_name": _Said(
        "Không bắt buộc. Dùng để xếp thứ tự và xưng hô; để trống là từ cuối của họ tên.",
        "Optional. Used for sorting and addressing; left empty it is the last part of the name.",
        ("Thắm", "", "Sa Rây"),
    ),
    "sex": _Said("Nữ hoặc Nam; có thể để trống.", "Nữ (female) or Nam (male); may be empty.", ("Nữ", "Nam", "Nam")),
    "birth": _Said(
        "Ngày/tháng/năm, hoặc chỉ năm. Giúp phân biệt người trùng tên.",
        "Day/month/year, or the year alone. Tells people of one name apart.",
        ("04/09/1992", "1985", "17/02/1990"),
    ),
    "phone": _Said(
        "Có số 0 ở đầu. Đăng nhập được bằng số này nếu chưa là số đăng nhập của người khác.",
        "With its leading 0. Signs the person in unless it signs in somebody else.",
        ("0912 000 214", "", "0912 000 377"),
    ),
    "email": _Said(
        "Địa chỉ liên hệ; nhiều người có thể dùng chung.", "For contact; may be shared.", ("", "binh@nscl.example", "")
    ),
    "job": _Said(
        "Chức vụ, vị trí việc làm.", "Post in the enterprise.", ("Tổ trưởng KCS", "Công nhân chế biến", "Thủ kho")
    ),
    "education": _Said("Ghi tự do.", "In your own words.", ("Đại học", "12/12", "Cao đẳng")),
    "commune": _Said(
        "Nơi ở, theo danh mục xã/phường hiện hành của tỉnh, thành phố. Người ở tỉnh khác: để trống.",
        "Of residence, one of the present list of this province. Empty for people of other provinces.",
        ("", "", ""),
    ),
    "identity": _Said(
        "Không bắt buộc. 12 số. Được mã hóa ngay khi đọc tệp; không in lại trong tệp nào.",
        "Optional. 12 digits. Encrypted as soon as the file is read; never written to a file again.",
        ("", "", ""),
    ),
    "tax_code": _Said(
        "10 số, 10-3 số của chi nhánh, hoặc 12 số của hộ kinh doanh. Doanh nghiệp được nhận ra theo mã này trước, sau "
        "đó theo tên.",
        "10 digits, 10-3 for a branch, 12 for a household business. Enterprises are recognised by it first, then by "
        "their name.",
        ("9900010102", "9900010102", ""),
    ),
    "enterprise": _Said(
        "Tên doanh nghiệp, hợp tác xã, hộ kinh doanh. Để trống nếu học viên tự học.",
        "Company, co-operative or household business. Empty for people who study alone.",
        ("Công ty TNHH Thủy sản Hậu Giang (mẫu)", "Công ty TNHH Thủy sản Hậu Giang (mẫu)", "Hợp tác xã Phú Hữu (mẫu)"),
    ),
    "legal_form": _Said(
        "Chỉ cần cho doanh nghiệp mới, khi tên không nói rõ. Chọn trong danh mục.",
        "For a new enterprise whose name does not say it. One of the list.",
        ("Công ty TNHH", "", "Hợp tác xã"),
    ),
    "sector": _Said(
        "Bắt buộc cho doanh nghiệp mới, ở một dòng là đủ. Chọn trong danh mục.",
        "Required for a new enterprise; one row is enough. One of the list.",
        ("Thủy sản", "", "Rau quả"),
    ),
    "enterprise_commune": _Said("Nơi đặt trụ sở.", "Of the head office.", ("", "", "")),
    "since": _Said(
        "Để trống là ngày nhập. Người đã ở doanh nghiệp khác vẫn giữ quá trình cũ.",
        "Left empty, the day of the import. An earlier membership elsewhere stays on record.",
        ("", "01/03/2026", ""),
    ),
    "left_on": _Said(
        "Chỉ ghi khi người đó đã thôi ở đơn vị cũ: quá trình ở đó kết thúc từ ngày này.",
        "Only for somebody who has left an earlier enterprise: that membership ends on this day.",
        ("", "", ""),
    ),
}
_TEXT = ("phone", "identity", "tax_code")


def heading(key: str) -> str:
    """A column's heading in both languages."""
    column = COLUMNS[key]
    return f"{column.vi} / {column.en}"


def template_columns(*, of_contact: bool) -> list[str]:
    """The template's columns; an enterprise's contact needs none that name enterprises."""
    left_out = _NOT_IN_TEMPLATE + (_OF_ENTERPRISE if of_contact else ())
    return [key for key in COLUMNS if key not in left_out]


def template(known: Lists, *, of_contact: bool) -> bytes:
    """The workbook to fill in: the list, examples, what each column takes, the words that are known."""
    keys = template_columns(of_contact=of_contact)
    book = _Book()
    sheet = book.sheet(LIST, keys)
    book.offer(sheet, keys, known)
    book.rows(book.sheet(EXAMPLES, keys), 1, ([_SAID[key].examples[index] for key in keys] for index in range(3)))
    explained = [(heading(key), _SAID[key].vi, _SAID[key].en) for key in keys]
    book.plain(HELP, ("Cột / Column", "Cách ghi", "How to fill it in"), explained, (34, 70, 70))
    current = sorted(unit.name for unit in known.units if unit.until is None)
    columns = [["Nữ", "Nam"], list(LEGAL_FORMS.values()), known.sector_names, current]
    rows = [
        [column[index] if index < len(column) else "" for column in columns] for index in range(max(map(len, columns)))
    ]
    heads = [heading(key) for key in ("sex", "legal_form", "sector", "commune")]
    book.plain(WORDS, heads, rows, (20, 28, 28, 36))
    return book.finish()


def refused(rows: Iterable[tuple[dict[str, str], str]], *, of_contact: bool) -> bytes:
    """Refused rows as they were given, each with its reason in the last column; mended, the file is uploaded again.

    Identity numbers are not written to files: that column stays empty.
    """
    rows = list(rows)
    used = {key for texts, _reason in rows for key in texts}
    keys = [key for key in COLUMNS if key in used or key in template_columns(of_contact=of_contact)]
    book = _Book()
    sheet = book.sheet(LIST, keys, REASON)
    lines = ([*(texts.get(key, "") for key in keys), reason] for texts, reason in rows)
    book.rows(sheet, 1, lines)
    return book.finish()


class _Book:
    """A workbook in memory whose cells are all text."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._book.set_properties({"author": "NSCL"})
        self._head = self._book.add_format(
            {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E1EFEA", "valign": "vcenter"}
        )
        self._as_text = self._book.add_format({"num_format": "@"})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(self, name: str, keys: Sequence[str], *more: str) -> Any:
        """A sheet with the columns' headings, the first row and column in view always."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for index, key in enumerate(keys):
            # Days too: typed into a cell of text, 04/09/1992 stays as it was typed on every machine.
            sheet.set_column(index, index, _WIDTHS.get(key, 16), self._as_text)
            sheet.write_string(0, index, heading(key), self._head)
        for index, text in enumerate(more, len(keys)):
            sheet.set_column(index, index, 60, self._wrapped)
            sheet.write_string(0, index, text, self._head)
        return sheet

    def offer(self, sheet: Any, keys: Sequence[str], known: Lists) -> None:
        """Lists to choose from, which take other words too: they are checked when the file is read."""
        choices = {"sex": ["Nữ", "Nam"], "legal_form": list(LEGAL_FORMS.values()), "sector": known.sector_names}
        for key, words in choices.items():
            # Excel takes a list of at most 255 characters.
            if key in keys and words and len(",".join(words)) <= 255:
                column = keys.index(key)
                rule = {"validate": "list", "source": words, "error_type": "warning"}
                sheet.data_validation(1, column, _FILLED_ROWS, column, rule)

    def rows(self, sheet: Any, first: int, rows: Iterable[Sequence[str]]) -> None:
        """Cells of text from the row `first` on; what a spreadsheet would take for a formula is made harmless."""
        for number, row in enumerate(rows, first):
            for index, text in enumerate(row):
                if text:
                    sheet.write_string(number, index, harmless(text))

    def plain(self, name: str, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """A sheet to read."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for index, text in enumerate(head):
            sheet.set_column(index, index, widths[index], self._wrapped)
            sheet.write_string(0, index, text, self._head)
        self.rows(sheet, 1, rows)

    def finish(self) -> bytes:
        """Close the book and return its bytes."""
        self._book.close()
        return self._buffer.getvalue()
