"""The columns of a file of people: recognised by their headings, in Vietnamese and English, accents aside."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.lib.text import fold
from people.imports.faults import SENTENCES, Fault, fault, remark
from people.imports.grid import MAX_COLUMNS, BadFile, Cell, Kind, Line, Merge, Sheet

LOOKED_AT = 30
"""Rows among which the headings are looked for: lists begin with the enterprise's name and a title."""


class Column(NamedTuple):
    """What a column is called: to readers, in the template, and in other people's files."""

    label: Promise
    vi: str
    en: str
    others: tuple[str, ...] = ()


def _column(label: Promise, vi: str, en: str, others: str = "") -> Column:
    return Column(label, vi, en, tuple(name.strip() for name in others.split(",") if name.strip()))


COLUMNS: Mapping[str, Column] = {
    "full_name": _column(
        _("Full name"), "Họ và tên", "Full name",
        "ho ten, name, ten hoc vien, ho ten hoc vien, ho va ten hoc vien, ho chu dem va ten, ho dem va ten, "
        "ho va ten nhan vien, ho ten nhan vien, ho va ten nguoi lao dong, ho ten nguoi lao dong, ten nhan vien, "
        "ho ten khai sinh, hoc vien",
    ),
    "family_name": _column(
        _("Family and middle name"), "Họ và tên đệm", "Family and middle name",
        "ho dem, ho lot, ho va ten lot, ho va chu dem, ho chu dem, ho va lot, ho, family name, surname, last name",
    ),
    "given_name": _column(_("Given name"), "Tên", "Given name", "ten goi, first name, ten rieng"),
    "sex": _column(_("Sex"), "Giới tính", "Sex", "phai, gioi, gender, nam nu"),
    "birth": _column(
        _("Date of birth"), "Ngày sinh", "Date of birth",
        "ngay thang nam sinh, ngay sinh hoac nam sinh, sinh ngay, birth date, birthdate, birthday, dob, "
        "date or year of birth",
    ),
    "birth_year": _column(_("Year of birth"), "Năm sinh", "Year of birth", "sinh nam, birth year"),
    "phone": _column(
        _("Phone number"), "Số điện thoại", "Phone number",
        "dien thoai, sdt, so dt, dt, di dong, so di dong, dien thoai di dong, dtdd, phone, mobile, mobile phone, "
        "tel, telephone, zalo, so zalo",
    ),
    "email": _column(
        _("E-mail"), "Thư điện tử", "E-mail", "email, mail, e mail, dia chi email, hop thu, hop thu dien tu"
    ),
    "job": _column(
        _("Job"), "Chức vụ", "Job",
        "chuc danh, vi tri, vi tri cong viec, vi tri viec lam, cong viec, nghe nghiep, position, job title, title, "
        "chuc vu vi tri",
    ),
    "education": _column(
        _("Education"), "Trình độ", "Education",
        "trinh do hoc van, hoc van, trinh do chuyen mon, bang cap, trinh do dao tao, degree, qualification",
    ),
    "commune": _column(
        _("Commune or ward"), "Xã/phường", "Commune or ward",
        "phuong xa, xa, phuong, noi o, cho o, xa phuong noi o, xa phuong noi cu tru, noi cu tru, commune, ward",
    ),
    "identity": _column(
        _("Personal identity number"), "Số định danh cá nhân", "Personal identity number",
        "cccd, so cccd, cmnd, so cmnd, cmnd cccd, cccd cmnd, so cmnd cccd, so cccd cmnd, can cuoc, so can cuoc, "
        "can cuoc cong dan, so can cuoc cong dan, so dinh danh, identity number, personal id, id number, id card",
    ),
    "tax_code": _column(
        _("Tax code"), "Mã số thuế", "Tax code",
        "mst, ma so thue doanh nghiep, mst doanh nghiep, ma so doanh nghiep, msdn, enterprise tax code, "
        "tax code of the enterprise",
    ),
    "enterprise": _column(
        _("Enterprise"), "Tên doanh nghiệp", "Enterprise",
        "doanh nghiep, don vi, ten don vi, don vi cong tac, co so, ten co so, cong ty, ten cong ty, noi cong tac, "
        "noi lam viec, hop tac xa, ten hop tac xa, enterprise name, company, company name, employer, organisation, "
        "organization, ten doanh nghiep hop tac xa, doanh nghiep don vi",
    ),
    "legal_form": _column(
        _("Legal form"), "Loại hình", "Legal form",
        "loai hinh doanh nghiep, loai hinh phap ly, hinh thuc phap ly, loai hinh don vi, type of enterprise",
    ),
    "sector": _column(
        _("Sector"), "Ngành", "Sector", "nganh nghe, linh vuc, nganh hang, linh vuc hoat dong, industry"
    ),
    "enterprise_commune": _column(
        _("Enterprise's commune or ward"), "Xã/phường của doanh nghiệp", "Enterprise's commune or ward",
        "xa phuong doanh nghiep, xa phuong noi dat tru so, noi dat tru so, dia ban doanh nghiep, enterprise commune, "
        "enterprise ward, commune of the enterprise",
    ),
    "since": _column(
        _("In the enterprise since"), "Vào làm từ ngày", "In the enterprise since",
        "ngay vao lam, ngay vao, vao lam tu, ngay bat dau lam viec, since, start date, joined on",
    ),
    "left_on": _column(
        _("Left the earlier enterprise on"), "Thôi đơn vị cũ từ ngày", "Left the earlier enterprise on",
        "nghi don vi cu tu ngay, ngay thoi don vi cu, ngay nghi don vi cu, roi don vi cu tu ngay",
    ),
}  # fmt: skip
"""Columns by key, in the order of the template."""

_SILENT = frozenset("stt|tt|so tt|so thu tu|no|#|ly do|reason".split("|"))
"""Headings that say nothing of a person; the last two are those of the file of refused rows."""
_OWN_SHEETS = ("vi du", "huong dan", "danh muc", "examples", "columns", "lists")
"""How the names of the template's own other sheets begin."""


def _plain(text: str) -> str:
    """A heading without accents, case and signs."""
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", fold(text)).split())


_KEYS = {
    _plain(name): key
    for key, column in COLUMNS.items()
    for name in (column.vi, column.en, f"{column.vi} {column.en}", *column.others)
}


def recognise(heading: str) -> str:
    """The key of the column so headed; empty when it is not known, `-` when it is known to say nothing.

    The whole heading first, then what stands outside brackets, then its lines and
    halves: “Họ và tên / Full name”, “Ngày sinh (dd/mm/yyyy)”.
    """
    outside = re.sub(r"[(\[].*?[)\]]", " ", heading)
    parts = [heading, outside, *re.split(r"[\n\r]| / | – | - |\|", outside), *re.findall(r"\(([^)]*)\)", heading)]
    plain = [_plain(part) for part in parts]
    known = next((_KEYS[part] for part in plain if part in _KEYS), "")
    return known or ("-" if any(part in _SILENT for part in plain if part) or not any(plain) else "")


def label(key: str) -> str:
    """What a column is called, in the reader's language."""
    return str(COLUMNS[key].label) if key in COLUMNS else key


def tell(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence for a stored fault, in the reader's language; lists in its facts are keys of columns."""
    said = {
        name: ", ".join(label(key) for key in value) if isinstance(value, list) else value
        for name, value in facts.items()
    }
    return str(SENTENCES[code]) % said


@dataclass
class Read:
    """A sheet with its columns known: rows as cells by column's key."""

    name: str
    places: dict[str, int] = field(default_factory=dict)
    """Where each known column stands, from 0."""
    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)


def understand(sheets: Iterable[Sheet], *, needs: tuple[str, ...]) -> tuple[list[Read], list[tuple[str, Fault]]]:
    """The sheets that list people, and notes with the sheet that each is of. Raises BadFile.

    `needs` names groups of columns, keys joined by `|`, of each of which one must be there.
    """
    found: list[Read] = []
    notes: list[tuple[str, Fault]] = []
    lacking: Fault | None = None
    sheets = list(sheets)
    for sheet in sheets:
        notes += [(sheet.name, note) for note in sheet.notes]
        if sheet.hidden:
            notes.append((sheet.name, remark("", "sheet_hidden")))
            continue
        if len(sheets) > 1 and _plain(sheet.name).startswith(_OWN_SHEETS):
            notes.append((sheet.name, remark("", "sheet_for_help")))
            continue
        at = _heading_row(sheet.lines)
        if at is None:
            if sheet.lines:
                notes.append((sheet.name, remark("", "sheet_skipped")))
            continue
        read, said = _take(sheet, at)
        missing = [group.split("|")[0] for group in needs if not set(group.split("|")) & set(read.places)]
        if missing:
            lacking = lacking or Fault("", "missing_columns", {"columns": missing})
            continue
        found.append(read)
        notes += [(sheet.name, note) for note in said]
    if not found:
        raise BadFile(lacking or fault("", "no_heading", rows=LOOKED_AT))
    if not any(read.rows for read in found):
        raise BadFile(fault("", "no_rows"))
    return found, notes


def _heading_row(lines: list[Line]) -> int | None:
    """The index of the line with most known headings, if they name people; the first of equals."""
    best, most = None, 0
    for index, line in enumerate(lines[:LOOKED_AT]):
        keys = {recognise(cell.text) for cell in line.cells.values() if len(cell.text) <= 120} - {"", "-"}
        # A list of names alone has one heading; otherwise a word such as “Tên” in a title is none.
        named = {"full_name", "family_name"} & keys or len(keys) > 1
        if named and len(keys) > most:
            best, most = index, len(keys)
    return best


def _take(sheet: Sheet, at: int) -> tuple[Read, list[Fault]]:
    head = sheet.lines[at]
    read = Read(sheet.name)
    spare: list[tuple[int, str]] = []
    unknown: list[str] = []
    notes: list[Fault] = []
    for index in sorted(head.cells):
        heading = " ".join(head.cells[index].text.split())
        key = recognise(head.cells[index].text)
        if not key:
            unknown.append(f"{heading[:60]}")
        elif key != "-" and key in read.places:
            spare.append((index, key))
            notes.append(remark("", "second_column", heading=heading[:60]))
        elif key != "-":
            read.places[key] = index
    if unknown:
        notes.append(remark("", "unknown_columns", columns=", ".join(unknown)))
    _who_is_named(read.places)
    last = _last_of_head(head, sheet.merges)
    body = [line for line in sheet.lines[at + 1 :] if line.number > last and not _counts_columns(line)]
    covered = _spread(body, sheet.merges, last)
    if covered:
        notes.append(remark("", "merged", count=covered))
    passed = formulas = 0
    for line in body:
        row = {key: line.cells[index] for key, index in read.places.items() if index in line.cells}
        for index, key in spare:
            if key not in row and index in line.cells:
                row[key] = line.cells[index]
        formulas += sum(cell.formula and cell.kind != Kind.NO_VALUE for cell in row.values())
        if row:
            read.rows.append((line.number, row))
        else:
            passed += 1
    if passed:
        notes.append(remark("", "text_rows", count=passed))
    if formulas:
        notes.append(remark("", "formulas", count=formulas))
    return read, notes


def _who_is_named(places: dict[str, int]) -> None:
    """A lone “Tên” holds whole names; beside “Họ và tên đệm” it is the rest of them."""
    if "given_name" in places and not {"full_name", "family_name"} & set(places):
        places["full_name"] = places.pop("given_name")


def _last_of_head(head: Line, merges: list[Merge]) -> int:
    """The last row of the headings, which may be two rows merged."""
    bottoms = [merge.bottom for merge in merges if merge.top <= head.number <= merge.bottom]
    return max([head.number, *(bottom for bottom in bottoms if bottom <= head.number + 3)])


def _counts_columns(line: Line) -> bool:
    """Whether a row below the headings numbers the columns: (1), (2), (3) or A, B, 1, 2."""
    texts = [cell.text.strip() for cell in line.cells.values()]
    return len(texts) > 2 and all(re.fullmatch(r"\(?(?:\d{1,2}|[A-Z])\)?", text) for text in texts)


def _spread(body: list[Line], merges: list[Merge], last: int) -> int:
    """Let what stands in a merged cell count for every row that it covers; how many such cells there are.

    Across columns it stays where it is: a name that runs over two columns is one name.
    """
    if not merges:
        return 0
    numbers = [line.number for line in body]
    places = {number: index for index, number in enumerate(numbers)}
    spread = cells = 0
    for merge in merges:
        at = places.get(merge.top)
        cell = None if at is None or merge.top <= last else body[at].cells.get(merge.left)
        if at is None or cell is None:
            continue
        covered = body[at + 1 : bisect_right(numbers, merge.bottom)]
        cells += len(covered)
        # Excel lets no two merged cells overlap; only a forged workbook comes here.
        if cells > len(numbers) * MAX_COLUMNS:
            raise BadFile(fault("", "broken"))
        for line in covered:
            line.cells.setdefault(merge.left, cell)
        spread += bool(covered)
    return spread
