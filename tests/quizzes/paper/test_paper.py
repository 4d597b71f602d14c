"""Codes of answer sheets, lines of a sheet, and answers as people write them."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from lms.lib.states import Refused
from quizzes import paper, paper_table
from quizzes.paper_sheet import COLUMN, COLUMNS, HEIGHT, Row, bits, pages
from quizzes.types import Blank, Printed


def ticked(letters: str, several: bool = False) -> Printed:
    options = tuple((letter, letter.lower()) for letter in letters)
    return Printed(options=options, ticked="r", values=tuple(map(str, range(len(letters)))), several=several)


def lettered(count: int, letters: str = "ABCD") -> Printed:
    return Printed(blanks=tuple(Blank(f"r{place}", f"x{place}", choices=tuple(letters)) for place in range(count)))


TRUTH = Printed(options=(("A", "Đúng"), ("B", "Sai")), ticked="r", values=("0", "1"))
NUMBER = Printed(blanks=(Blank("r", unit="kg"),))
GAPS = Printed(blanks=(Blank("r0", "(1)", choices=tuple("AB")), Blank("r1", "(2)"), Blank("r2", "(3)")))
CASE = Printed(
    parts=(
        ("a", ticked("ABCD")),
        (
            "b",
            Printed(
                blanks=(
                    Blank(
                        "s",
                    ),
                )
            ),
        ),
        ("c", lettered(2)),
    )
)


@given(st.integers(1, paper.LAST_NUMBER), st.integers(1, 9))
def test_codes_come_back(number: int, page: int) -> None:
    code = paper.sheet_code(number)
    assert paper.number_of(code) == paper.number_of(code.replace("-", "").lstrip("0")) == number
    assert paper.of_page_digits(paper.page_digits(number, page)) == (number, page)


@given(st.integers(1, paper.LAST_NUMBER), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_and_two_swapped_are_noticed(number: int, place: int, more: int) -> None:
    digits = paper.sheet_code(number).replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert paper.number_of(wrong) is None
    if place < 7 and digits[place] != digits[place + 1]:
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        assert paper.number_of(swapped) is None


@pytest.mark.parametrize("text", ["", "12a", "0000000-0", "12345678901", "１２３", "-"])
def test_what_is_no_code(text: str) -> None:
    assert paper.number_of(text) is None


@pytest.mark.parametrize(
    ("printed", "text", "fields"),
    [
        (ticked("ABCD"), " b ", {"r": ["1"]}),
        (ticked("ABCD", several=True), "c, A", {"r": ["0", "2"]}),
        (TRUTH, "Đ", {"r": ["0"]}),
        (TRUTH, "s", {"r": ["1"]}),
        (TRUTH, "B", {"r": ["1"]}),
        (NUMBER, "4,5", {"r": ["4,5"]}),
        (NUMBER, "'-4,5", {"r": ["-4,5"]}),
        (lettered(3), "CAB", {"r0": ["2"], "r1": ["0"], "r2": ["1"]}),
        (lettered(3), "1C2A3B", {"r0": ["2"], "r1": ["0"], "r2": ["1"]}),
        (lettered(3), "3B, 1-C", {"r0": ["2"], "r2": ["1"]}),
        (lettered(3), "C-B", {"r0": ["2"], "r2": ["1"]}),
        (lettered(4, "1234"), "3142", {"r0": ["2"], "r1": ["0"], "r2": ["3"], "r3": ["1"]}),
        (lettered(4, "1234"), "a3b1", {"r0": ["2"], "r1": ["0"]}),
        (GAPS, "B; 12,5 ; kho lạnh", {"r0": ["1"], "r1": ["12,5"], "r2": ["kho lạnh"]}),
        (CASE, "B | 4,5 | BA", {"r": ["1"], "s": ["4,5"], "r0": ["1"], "r1": ["0"]}),
        (CASE, "| 4,5", {"s": ["4,5"]}),
        (ticked("ABCD"), "  ", {}),
        (Printed(options=(("A1", ""), ("A2", ""), ("B1", "")), ticked="r", values=("A1", "A2", "B1"), several=True),
         "a1b1", {"r": ["A1", "B1"]}),
    ],
)  # fmt: skip
def test_answers_as_people_write_them(printed: Printed, text: str, fields: dict[str, list[str]]) -> None:
    assert paper.read_cell(printed, text) == fields
    assert paper.read_cell(printed, paper.write_cell(printed, fields)) == fields


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (ticked("ABCD"), "E"),
        (ticked("ABCD"), "AB"),
        (ticked("ABCD", several=True), "AA"),
        (TRUTH, "X"),
        (lettered(3), "CABD"),
        (lettered(3), "1C1A"),
        (lettered(3), "4C"),
        (CASE, "A|B|C|D"),
        (Printed(on_paper=False), "A"),
    ],
)
def test_what_cannot_be_an_answer(printed: Printed, text: str) -> None:
    with pytest.raises(paper.BadCell) as bad:
        paper.read_cell(printed, text)
    assert str(bad.value)


@given(st.text(max_size=30))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    for printed in (ticked("ABCD", several=True), TRUTH, NUMBER, lettered(3), lettered(4, "1234"), GAPS, CASE):
        try:
            assert isinstance(paper.read_cell(printed, text), dict)
        except paper.BadCell as bad:
            assert str(bad)


def all_lines(questions: int, make: Callable[[int], Printed]) -> list[paper.Line]:
    return [line for number in range(1, questions + 1) for line in paper.lines(number, make(number))]


def test_a_question_stays_on_one_page_and_nothing_overlaps() -> None:
    found = pages(all_lines(100, lambda number: [lettered(7), NUMBER, ticked("ABCDEFGH")][number % 3]))
    assert len(found) > 1
    where: dict[int, int] = {}
    for page in found:
        for row in page.rows:
            assert where.setdefault(row.line.number, page.number) == page.number
        for one in page.rows:
            left, top, right, bottom = one.frame
            assert left >= COLUMNS[0] and right <= COLUMNS[-1] + COLUMN and 70 < top < bottom < HEIGHT - 18
            assert not [other for other in page.rows if other is not one and _overlap(one, other)]
    assert len(where) == 100


def _overlap(one: Row, other: Row) -> bool:
    a, b = one.frame, other.frame
    return a[0] < b[2] and b[0] < a[2] and a[1] + 0.01 < b[3] and b[1] + 0.01 < a[3]


def test_too_many_questions_for_nine_pages() -> None:
    with pytest.raises(ValueError):
        pages(all_lines(500, lambda number: lettered(7)))


def test_every_bit_has_one_black_of_two() -> None:
    marks = bits(1234567, 3)
    assert len(marks) == 72
    assert all(one[2] != other[2] for one, other in zip(marks[::2], marks[1::2], strict=True))


def test_a_table_is_found_below_its_title() -> None:
    text = "Ca thi CT-01\n\nMã phiếu;Đề;Họ tên;Câu 1;2\n0000001-3;a;An;B;4,5\n;;;;\n0000002-6;;Bình;;C\n"
    found = paper_table.read(text.encode())
    assert [(one.line, one.code, one.form, one.cells) for one in found] == [
        ("4", "0000001-3", "A", {1: "B", 2: "4,5"}),
        ("6", "0000002-6", "", {2: "C"}),
    ]


def test_the_template_is_read_back() -> None:
    content = paper_table.template("CT-01", [("0000001-3", "A", "An · 01")], 3)
    assert [(one.code, one.form, one.cells) for one in paper_table.read(content)] == [("0000001-3", "A", {})]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04broken", b"a;b\n1;2\n"])
def test_files_that_are_no_table_of_answers(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        paper_table.read(content)
    assert "%" not in str(refused.value)
