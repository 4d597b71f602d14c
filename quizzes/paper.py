"""Exams on paper: codes of answer sheets, the lines of a sheet, and answers as people write them. No database.

How an answer is written in a table: `B`; `AC`; `Đ` or `S`; `CAB` or `1C2A3B` for lines with a
letter each, `-` for one left empty; `4,5`; words. Gaps of a text are parted by `;`, the parts
of a case by `|`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lms.lib.states import Refused
from quizzes.types import Blank, Fields, Printed

NUMBER_DIGITS = 7
LAST_NUMBER = 10**NUMBER_DIGITS - 1
LAST_PAGE = 9
MOST_BUBBLES = 8
"""In one line of a sheet; what has more is written."""
SHORT = 3
"""Lines to write that still are a box on the sheet; more of them are written on paper of their own."""
# Damm, “Totally anti-symmetric quasigroups”, 2004: finds every wrong digit and every pair of neighbours swapped.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_TRUTHS = ({"D", "Đ", "T"}, {"S", "F"})
_TRUE_WORDS = {"Đúng", "True"}
PARTS = "abcdefghijklmnopqrstuvwxyz"


class BadCell(Refused):
    """What is written cannot be an answer to this question; `str()` says how it is written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "bad_cell")


# --- Codes -----------------------------------------------------------------------------


def check_digit(digits: str) -> str:
    """The digit that makes one wrong digit, or two swapped ones, known."""
    row = 0
    for digit in digits:
        row = int(_DAMM[row][int(digit)])
    return str(row)


def sheet_code(number: int) -> str:
    """The code of the sheet of a sitting, as it is printed: `0001234-5`."""
    if not 0 < number <= LAST_NUMBER:
        raise ValueError("A sheet's number has seven digits.")
    digits = f"{number:0{NUMBER_DIGITS}}"
    return f"{digits}-{check_digit(digits)}"


def number_of(text: str) -> int | None:
    """The number behind a code however it was typed, leading zeros or not; None where the check digit is wrong."""
    plain = re.sub(r"[\s\-–.]+", "", text)
    if not plain.isascii() or not plain.isdigit() or not 2 <= len(plain) <= NUMBER_DIGITS + 1:
        return None
    plain = plain.zfill(NUMBER_DIGITS + 1)
    if check_digit(plain) != "0" or not int(plain[:-1]):
        return None
    return int(plain[:-1])


def page_digits(number: int, page: int) -> str:
    """The nine digits that a page of a sheet carries to be read by machine: number, page, check digit."""
    digits = f"{number:0{NUMBER_DIGITS}}{page}"
    return digits + check_digit(digits)


def of_page_digits(digits: str) -> tuple[int, int] | None:
    """Number and page; None where the check digit is wrong."""
    if len(digits) != NUMBER_DIGITS + 2 or not digits.isdigit() or check_digit(digits) != "0":
        return None
    return int(digits[:NUMBER_DIGITS]), int(digits[NUMBER_DIGITS])


# --- Lines of a sheet --------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of an answer sheet: bubbles to fill, or a box to write in.

    `value` of a bubble is what its letter stands for in the form field `field`. `number`
    is the question's, `label` what stands before the line: `7`, `7.2`, `9b`.
    """

    number: int
    label: str
    field: str
    letters: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    several: bool = False
    unit: str = ""
    apart: bool = False
    """Written on paper of its own: too long for a box."""


def lines(number: int, printed: Printed, label: str = "") -> list[Line]:
    """The lines of one question; none for what cannot be answered on paper."""
    label = label or str(number)
    if not printed.on_paper:
        return []
    if printed.parts:
        return [
            line
            for place, (_stem, part) in enumerate(printed.parts)
            for line in lines(number, part, f"{label}{PARTS[place]}")
        ]
    if printed.ticked:
        letters = tuple(letter for letter, _text in printed.options)
        if len(letters) > MOST_BUBBLES:
            return [Line(number, label, printed.ticked, several=printed.several)]
        return [Line(number, label, printed.ticked, letters, printed.values, printed.several)]
    return [_blank_line(number, _numbered(label, place, printed.blanks), blank) for place, blank in
            enumerate(printed.blanks)]  # fmt: skip


def _blank_line(number: int, label: str, blank: Blank) -> Line:
    if 0 < len(blank.choices) <= MOST_BUBBLES:
        values = tuple(str(place) for place in range(len(blank.choices)))
        return Line(number, label, blank.name, blank.choices, values)
    return Line(number, label, blank.name, unit=blank.unit, apart=blank.lines > SHORT)


def _numbered(label: str, place: int, blanks: Sequence[Blank]) -> str:
    return f"{label}.{blank_mark(place, blanks)}" if len(blanks) > 1 else label


def blank_mark(place: int, blanks: Sequence[Blank]) -> str:
    """What stands before the blank at a place: a number, or a letter where numbers are written into it."""
    return PARTS[place % len(PARTS)] if blanks[place].choices[:1] == ("1",) else str(place + 1)


# --- Answers as people write them ----------------------------------------------------------


def read_cell(printed: Printed, text: str) -> dict[str, list[str]]:
    """The form fields that `text` answers with; none where it is empty. Raises BadCell."""
    text = _tidied(text)
    if not text:
        return {}
    if not printed.on_paper:
        raise BadCell(_("This question is answered with a file and cannot be answered on paper."))
    if printed.parts:
        pieces = text.split("|")
        if len(pieces) > len(printed.parts):
            raise BadCell(
                _("This case has %(count)s parts; write them with | between.") % {"count": len(printed.parts)}
            )
        found: dict[str, list[str]] = {}
        for (_stem, part), piece in zip(printed.parts, pieces, strict=False):
            found |= read_cell(part, piece)
        return found
    if printed.ticked:
        return _ticked(printed, text)
    return _written(printed.blanks, text)


def _tidied(text: str) -> str:
    plain = text.replace("\u00a0", " ").strip()
    # The sign that keeps a spreadsheet from taking “-B” for a formula.
    return plain[1:].strip() if plain[:1] == "'" and plain[1:2] in "-=+@" else plain


def _ticked(printed: Printed, text: str) -> dict[str, list[str]]:
    letters = [letter for letter, _text in printed.options]
    places = [_place(printed, token, letters) for token in _tokens(text, letters)]
    if len(set(places)) != len(places):
        raise BadCell(_("A letter stands here twice."))
    if len(places) > 1 and not printed.several:
        raise BadCell(_("One answer is chosen here, and several are written. Leave it empty if it is not clear."))
    return {printed.ticked: [printed.values[place] for place in sorted(places)]}


def _tokens(text: str, letters: Sequence[str]) -> list[str]:
    upper = text.upper()
    if max(map(len, letters)) > 1:
        return re.findall(r"[^\s,;./+]+", re.sub(r"(?<=\d)(?=[A-Z])", " ", upper))
    return list(re.sub(r"[\s,;./+]+", "", upper))


def _place(printed: Printed, token: str, letters: Sequence[str]) -> int:
    if len(letters) == 2 and printed.options[0][1] in _TRUE_WORDS:
        for place, words in enumerate(_TRUTHS):
            if token in words:
                return place
    if token not in letters:
        raise BadCell(
            _("“%(text)s” is none of the answers: %(known)s.") % {"text": token[:20], "known": ", ".join(letters[:26])}
        )
    return letters.index(token)


def _written(blanks: Sequence[Blank], text: str) -> dict[str, list[str]]:
    if len(blanks) == 1:
        return {blanks[0].name: [_choice(blanks[0], text) if blanks[0].choices else text]}
    pieces = _pieces(blanks, text)
    if len(pieces) > len(blanks):
        raise BadCell(_("There are %(count)s places to fill, and more are written.") % {"count": len(blanks)})
    return {
        blank.name: [_choice(blank, piece) if blank.choices else piece]
        for blank, piece in zip(blanks, pieces, strict=False)
        if piece not in ("", "-", "–")
    }


def _pieces(blanks: Sequence[Blank], text: str) -> list[str]:
    """What is written into each blank, in their order."""
    if not all(blank.choices for blank in blanks):
        return [piece.strip() for piece in text.split(";")]
    upper = text.upper()
    marks = [blank_mark(place, blanks).upper() for place in range(len(blanks))]
    pairs = re.findall(r"(\d+|[A-Z])\s*[-.:=)]?\s*(\d+|[A-Z])", re.sub(r"[\s,;]+", " ", upper))
    kinds = {(mark.isdigit(), choice.isdigit()) for mark, choice in pairs}
    marked = kinds == {(marks[0].isdigit(), not marks[0].isdigit())}
    if marked and re.sub(r"[\s,;.:=)\-]", "", upper) == "".join(mark + choice for mark, choice in pairs):
        given = dict(pairs)
        if len(given) != len(pairs) or not set(given) <= set(marks):
            raise BadCell(_("“%(text)s” names a line twice, or one that is not there.") % {"text": text[:40]})
        return [given.get(mark, "") for mark in marks]
    if re.search(r"[\s,;]", upper.strip()):
        return re.split(r"\s*[,;]\s*|\s+", upper.strip())
    return list(upper)


def _choice(blank: Blank, piece: str) -> str:
    upper = piece.strip().upper()
    if upper not in blank.choices:
        known = ", ".join(blank.choices[:26])
        raise BadCell(_("“%(text)s” is none of the answers: %(known)s.") % {"text": piece[:20], "known": known})
    return str(blank.choices.index(upper))


def write_cell(printed: Printed, fields: Fields) -> str:
    """The answer as a table has it: what `read_cell` reads back."""
    if printed.parts:
        return " | ".join(write_cell(part, fields) for _stem, part in printed.parts).rstrip(" |")
    if printed.ticked:
        values = [value for value in fields.get(printed.ticked, ()) if value]
        letters = [printed.options[place][0] for place, value in enumerate(printed.values) if value in values]
        return (" " if any(len(letter) > 1 for letter in letters) else "").join(letters)
    written = [_said(blank, fields) for blank in printed.blanks]
    if not any(written):
        return ""
    if all(blank.choices for blank in printed.blanks):
        joint = " " if any(len(text) > 1 for text in written) else ""
        return joint.join(text or "-" for text in written)
    return "; ".join(written) if len(written) > 1 else written[0]


def _said(blank: Blank, fields: Fields) -> str:
    value = next(iter(fields.get(blank.name, ())), "")
    return blank.choices[int(value)] if value and blank.choices else value
