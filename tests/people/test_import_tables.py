"""Files of people as they come: what can be read is read, what cannot is refused by name, and nothing kills it."""

import io
import tracemalloc
import unicodedata
import zipfile
from datetime import date
from typing import Any

import pytest

from people.imports import tables
from people.imports.columns import recognise
from people.imports.grid import MAX_BLANK_RUN, BadFile
from people.imports.tables import Table
from tests.people.sheets import HEADINGS, csv_text, workbook_of, xlsx, zipped

AN = ["Nguyễn Văn An", "04/09/1992", "0912000214"]
BINH = ["Trần Thị Bình", "1985", ""]


def read(content: bytes, name: str = "ds.xlsx") -> Table:
    return tables.read(io.BytesIO(content), name)


def texts(table: Table) -> list[dict[str, str]]:
    return [{key: cell.text for key, cell in cells.items()} for sheet in table.sheets for _number, cells in sheet.rows]


def codes(table: Table) -> set[str]:
    return {note.code for _sheet, note in table.notes}


def refused(content: bytes, name: str = "ds.xlsx") -> str:
    with pytest.raises(BadFile) as error:
        read(content, name)
    return error.value.faults[0].code


# --- Headings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Họ và tên / Full name (*)", "full_name"),
        ("HO TEN", "full_name"),
        ("Họ đệm", "family_name"),
        ("Ngày sinh (dd/mm/yyyy)", "birth"),
        ("Ngày, tháng, năm sinh", "birth"),
        ("Năm sinh", "birth_year"),
        ("CMND/CCCD", "identity"),
        ("Xã/phường", "commune"),
        ("Xã/phường của doanh nghiệp / Enterprise's commune or ward", "enterprise_commune"),
        ("Doanh nghiệp\n(Company)", "enterprise"),
        ("Mã số thuế (MST)", "tax_code"),
        ("Nam/Nữ", "sex"),
        ("STT", "-"),
        ("Lý do / Reason", "-"),
        ("Size giày", ""),
    ],
)
def test_headings_in_both_languages_accents_aside(heading, key):
    assert recognise(heading) == key


def test_headings_below_a_title_and_columns_not_known():
    rows = [["CÔNG TY TNHH MẪU"], ["DANH SÁCH CỬ ĐI HỌC"], [], ["STT", *HEADINGS, "Size giày"], ["1", *AN, "39"]]
    table = read(xlsx(rows))
    assert texts(table) == [{"full_name": AN[0], "birth": AN[1], "phone": AN[2]}]
    assert table.sheets[0].rows[0][0] == 5
    assert [(note.code, note.facts) for _sheet, note in table.notes] == [("unknown_columns", {"columns": "Size giày"})]


def test_a_row_that_numbers_the_columns_is_none():
    table = read(xlsx([HEADINGS, ["(1)", "(2)", "(3)"], AN]))
    assert [line["full_name"] for line in texts(table)] == [AN[0]]


def test_family_name_apart_and_a_lone_given_name():
    assert texts(read(xlsx([["Họ đệm", "Tên"], ["Nguyễn Văn", "An"]]))) == [
        {"family_name": "Nguyễn Văn", "given_name": "An"}
    ]
    assert (
        texts(read(xlsx([["Tên", "Điện thoại"], ["Nguyễn Văn An", "0912000214"]])))[0]["full_name"] == "Nguyễn Văn An"
    )


def test_missing_columns_are_named():
    with pytest.raises(BadFile) as error:
        read(xlsx([["Ngày sinh", "Số điện thoại"], ["04/09/1992", "0912000214"]]))
    assert error.value.faults[0].code == "missing_columns"
    assert error.value.faults[0].facts == {"columns": ["full_name"]}
    assert refused(xlsx([["một", "hai"], ["ba", "bốn"]])) == "no_heading"
    assert refused(xlsx([HEADINGS])) == "no_rows"


def test_two_columns_of_one_meaning_fill_each_other():
    table = read(xlsx([["Họ tên", "Điện thoại", "Di động"], ["Nguyễn Văn An", "", "0912000214"]]))
    assert texts(table)[0]["phone"] == "0912000214"
    assert "second_column" in codes(table)


# --- Sheets -----------------------------------------------------------------------------------


def test_several_sheets_hidden_ones_and_those_of_the_template():
    def more(book: Any, _sheet: Any) -> None:
        for name, hidden in (("Xưởng 2", False), ("Ẩn", True), ("Ví dụ - Examples", False), ("Ghi chú", False)):
            sheet = book.add_worksheet(name)
            if hidden:
                sheet.hide()
            sheet.write_row(0, 0, ["ghi chú"] if name == "Ghi chú" else HEADINGS)
            sheet.write_row(1, 0, ["x"] if name == "Ghi chú" else BINH)

    table = read(xlsx([HEADINGS, AN], more=more))
    assert [(sheet.name, len(sheet.rows)) for sheet in table.sheets] == [("Danh sách", 1), ("Xưởng 2", 1)]
    assert {(sheet, note.code) for sheet, note in table.notes} == {
        ("Ẩn", "sheet_hidden"),
        ("Ví dụ - Examples", "sheet_for_help"),
        ("Ghi chú", "sheet_skipped"),
    }


def test_blank_rows_are_passed_over_and_rows_keep_their_numbers():
    table = read(xlsx([HEADINGS, AN, [], ["", " "], BINH, [None, None, None, "Người lập biểu"]]))
    assert [number for number, _cells in table.sheets[0].rows] == [2, 5]
    assert "text_rows" in codes(table)


def test_a_merged_cell_counts_for_every_row_that_it_covers():
    def more(_book: Any, sheet: Any) -> None:
        sheet.merge_range("D2:D4", "Hợp tác xã Mẫu")

    rows = [[*HEADINGS, "Đơn vị"], AN, BINH, ["Lê Văn Chi", "1990", ""], ["Võ Thị Dung", "1991", ""]]
    table = read(xlsx(rows, more=more))
    assert [line.get("enterprise") for line in texts(table)] == ["Hợp tác xã Mẫu"] * 3 + [None]
    assert "merged" in codes(table)


def test_headings_merged_over_two_rows():
    def more(_book: Any, sheet: Any) -> None:
        sheet.merge_range("A1:A2", "Họ và tên")
        sheet.merge_range("B1:B2", "Ngày sinh")

    assert [line["full_name"] for line in texts(read(xlsx([[], ["", "", "ghi thêm"], AN], more=more)))] == [AN[0]]


# --- Cells --------------------------------------------------------------------------------------


def test_a_formula_gives_its_last_value_and_is_noted():
    def more(_book: Any, sheet: Any) -> None:
        sheet.write_formula("A2", '="Nguyễn Văn "&"An"', None, "Nguyễn Văn An")
        sheet.write_formula("C2", "=NA()", None, "#N/A")

    table = read(xlsx([HEADINGS, [None, "1992"]], more=more))
    assert texts(table)[0]["full_name"] == "Nguyễn Văn An"
    assert "formulas" in codes(table)
    assert table.sheets[0].rows[0][1]["phone"].text == "#N/A"


def test_a_formula_never_computed_says_so():
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Ngày sinh</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Nguyễn Văn An</t></is></c><c r="B2"><f>TODAY()</f></c></row>'
        "</sheetData></worksheet>"
    )
    assert read(workbook_of(sheet)).sheets[0].rows[0][1]["birth"].kind == "no-value"


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_count_from_1900_or_1904(from_1904):
    table = read(xlsx([HEADINGS, ["Nguyễn Văn An", date(1992, 9, 4), 912000214]], date_1904=from_1904))
    assert texts(table) == [{"full_name": "Nguyễn Văn An", "birth": "04/09/1992", "phone": "912000214"}]
    assert ("date_1904" in codes(table)) is from_1904


def test_rich_text_and_the_reading_aid_of_a_name():
    sheet = (
        '<x:worksheet xmlns:x="urn:x"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>Họ tên</x:t></x:is></x:c></x:row>'
        '<x:row><x:c t="inlineStr"><x:is><x:r><x:t>Nguyễn </x:t></x:r><x:r><x:t>Văn An</x:t></x:r>'
        "<x:rPh><x:t>gờ</x:t></x:rPh></x:is></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert texts(read(workbook_of(sheet))) == [{"full_name": "Nguyễn Văn An"}]


# --- Bounds --------------------------------------------------------------------------------------


def test_a_million_empty_rows_end_the_sheet_and_not_the_worker():
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(3, 1_000_000))
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Nguyễn Văn An</t></is></c></row>'
        + empty
        + "</sheetData></worksheet>"
    )
    content = workbook_of(sheet)
    del empty, sheet
    tracemalloc.start()
    table = read(content)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(texts(table)) == 1
    assert [note.facts for _sheet, note in table.notes if note.code == "blank_tail"] == [{"row": 2}]
    assert peak < 5_000_000


def test_rows_after_a_gap_are_still_read():
    gap = "".join(f'<row r="{number}"/>' for number in range(3, MAX_BLANK_RUN))
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c></row>'
        f'{gap}<row r="9000"><c r="A9000" t="inlineStr"><is><t>Nguyễn Văn An</t></is></c></row></sheetData></worksheet>'
    )
    assert read(workbook_of(sheet)).sheets[0].rows[0][0] == 9000


def test_more_rows_than_are_taken(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert refused(xlsx([HEADINGS, AN, BINH, ["Lê Văn Chi", "1990", ""]])) == "too_many"


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    good = parts_of(xlsx([HEADINGS, AN]))
    bomb = zipped(good | {"xl/worksheets/sheet1.xml": b" " * 30_000_000})
    many = zipped(good | {f"x/{number}": b"" for number in range(2_100)})
    opened = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **kwargs: opened.append(args))
    assert len(bomb) < 100_000
    assert refused(bomb) == "bomb"
    assert refused(many) == "bomb"
    assert opened == []


def test_an_archive_that_lies_of_its_sizes_gives_no_more_than_it_says():
    honest = workbook_of("<worksheet><sheetData>" + "<row/>" * 200_000 + "</sheetData></worksheet>")
    size = len(parts_of(honest)["xl/worksheets/sheet1.xml"])
    lying = honest.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != honest
    assert refused(lying) == "broken"


def test_entities_are_refused():
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'
    assert (
        refused(workbook_of(laughs + "<worksheet><sheetData><row><c><v>&c;</v></c></row></sheetData></worksheet>"))
        == "bomb"
    )
    thief = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    assert refused(workbook_of(thief + "<worksheet><c><v>&b;</v></c></worksheet>")) == "bomb"


def test_merged_cells_without_end_do_not_hold_it_up():
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>Nguyễn Văn An</t></is></c></row>'
        for number in range(2, 3_000)
    )
    merges = "".join(f'<mergeCell ref="A{number}:A1000000"/>' for number in range(2, 3_000))
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c></row>'
    sheet = f"<worksheet><sheetData>{head}{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"
    assert refused(workbook_of(sheet)) == "broken"


# --- Other files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7 x", "other_kind"),
        (b"\x89PNG\r\n", "other_kind"),
        (b"<html><table><tr><td>x</td></tr></table>", "other_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 and then nothing", "broken"),
        (zipped({"xl/workbook.bin": b"x"}), "binary_excel"),
        (zipped({"mimetype": b"x", "content.xml": b"<a/>"}), "open_document"),
        (zipped({"word/document.xml": b"<a/>"}), "other_kind"),
        (zipped({"holiday.jpg": b"x"}), "other_kind"),
        (zipped({"xl/workbook.xml": b"<workbook/>"}), "broken"),
        (xlsx([HEADINGS, AN])[:-300], "broken"),
        (b"a" * 20_971_521, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_workbook_of_people_is_named(content, code):
    assert refused(content) == code


def test_content_decides_and_not_the_name():
    assert "other_extension" in codes(read(xlsx([HEADINGS, AN]), "ds.csv"))
    assert "other_extension" in codes(read(csv_text([HEADINGS, AN]).encode(), "ds.xlsx"))
    assert "other_extension" not in codes(read(csv_text([HEADINGS, AN]).encode(), "ds.csv"))


# --- CSV -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_and_separators(encoding, separator):
    rows = [HEADINGS, ["Nguyễn Văn Đức; con", "04/09/1992", "0912 000 214"], ["Trần, Thị Bình", "1985", ""]]
    table = read(csv_text(rows, separator).encode(encoding), "ds.csv")
    assert [line["full_name"] for line in texts(table)] == ["Nguyễn Văn Đức; con", "Trần, Thị Bình"]


def in_1258(text: str) -> bytes:
    """As Windows writes it: a tone that has no letter of its own follows its vowel."""
    made = b""
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
        rest = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        made += (rest + tones).encode("cp1258")
    return made


def test_windows_1258():
    table = read(in_1258(csv_text([HEADINGS, AN, BINH])), "ds.csv")
    assert [line["full_name"] for line in texts(table)] == [AN[0], BINH[0]]
    assert next(note.facts["encoding"] for _sheet, note in table.notes) == "Windows-1258"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Hä vµ tªn,Ngµy sinh\r\nNguyÔn V¨n An,1992\r\nTrÇn ThÞ B×nh,1985\r\n", "latin-1", "TCVN3 (ABC)"),
        ("Hoï vaø teân,Ngaøy sinh\r\nNguyeãn Vaên An,1992\r\nTraàn Thò Bình,1985\r\n", "latin-1", "VNI"),
    ],
)
def test_letters_before_unicode_are_refused_by_their_name(text, encoding, name):
    with pytest.raises(BadFile) as error:
        read(text.encode(encoding), "ds.csv")
    assert error.value.faults[0].code == "legacy_encoding"
    assert error.value.faults[0].facts["encoding"] == name


def test_letters_of_no_known_kind():
    assert refused("Họ tên,Năm sinh\nПётр Первый,1990\n".encode("utf-16-le")[1:], "ds.csv") == "encoding"
    assert refused(b"Ho ten,x\n\xff\x81\x8d\x90\xfd\xfe abc,1\n", "ds.csv") == "encoding"


def test_excels_line_about_the_separator_and_lines_within_cells():
    text = 'sep=;\r\nHọ tên;Ghi\r\n"Nguyễn\r\nVăn An";x\r\n'
    table = read(text.encode("utf-8-sig"), "ds.csv")
    assert [number for number, _cells in table.sheets[0].rows] == [3]
    assert texts(table)[0]["full_name"].split() == ["Nguyễn", "Văn", "An"]
