"""The geometry of an answer sheet, in millimetres on A4: the design draws it, the reader measures it. No database.

Four solid squares in the corners; a bar beside the first one says which way is up. Along the
top run the nine digits of the page, four bits each, every bit a pair of which one is black:
so a smudge is noticed, not read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from quizzes.paper import LAST_PAGE, Line, page_digits

WIDTH, HEIGHT = 210.0, 297.0
MARK = 7.0
CORNERS = ((14.0, 14.0), (196.0, 14.0), (196.0, 283.0), (14.0, 283.0))
"""Centres of the marks: top left, top right, bottom right, bottom left."""
BAR = (27.0, 14.0, 8.0, 3.0)
"""Centre, width and height of the bar that says which way is up."""
BIT_LEFT, BIT_PITCH, BIT_ROWS, BIT = 44.0, 4.0, (11.6, 16.4), 2.4
FORMS_TOP, FORMS_LEFT, FORM_PITCH = 57.0, 72.0, 6.6
FORM_CODES = "ABCDEFGHIJKLMNOPQR"
"""Of forms that can be sat on paper."""
TOP, COLUMNS, PITCH, ROWS = 72.0, (11.0, 73.0, 135.0), 6.6, 30
LABEL, BUBBLE_PITCH, RADIUS = 13.0, 5.6, 2.15
COLUMN = 57.0
BOX_HEIGHT = 9.4


@dataclass(frozen=True)
class Bubble:
    """A circle to fill: its centre, and the value that it stands for."""

    x: float
    y: float
    letter: str
    value: str


@dataclass(frozen=True)
class Row:
    """A line of the sheet in its place: bubbles, or the box (left, top, width, height)."""

    line: Line
    x: float
    y: float
    bubbles: tuple[Bubble, ...] = ()
    box: tuple[float, float, float, float] | None = None

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """What is cut out to be looked at: left, top, right, bottom."""
        if self.box is not None:
            left, top, width, height = self.box
            return self.x, top - 0.6, left + width + 1, top + height + 1
        return self.x, self.y - PITCH / 2, self.x + COLUMN, self.y + PITCH / 2


@dataclass
class Page:
    """A page of a sheet."""

    number: int
    rows: list[Row] = field(default_factory=list)


def pages(all_lines: Iterable[Line]) -> list[Page]:
    """The lines of a form laid out in columns, page by page; at least one page. A question stays on one page.

    Raises ValueError for a form that needs more pages than a page's number can say.
    """
    found = [Page(1)]
    place = (0, 0)
    for _number, question in groupby(all_lines, key=lambda line: line.number):
        rows, after = _laid(list(question), place)
        if after is None:
            found.append(Page(len(found) + 1))
            rows, after = _laid([row.line for row in rows], (0, 0))
            if after is None:
                raise ValueError("a question is larger than a page")
        found[-1].rows += rows
        place = after
    if len(found) > LAST_PAGE:
        raise ValueError("too many pages")
    return found


def _laid(lines: Sequence[Line], place: tuple[int, int]) -> tuple[list[Row], tuple[int, int] | None]:
    """Rows from the column and slot `place` on, and the place behind them; None where the page is full."""
    column, slot = place
    rows = []
    full = False
    for line in lines:
        needs = 1 if line.letters else 2
        if slot + needs > ROWS:
            column, slot = column + 1, 0
        if column >= len(COLUMNS):
            full, column = True, 0
        rows.append(_row(line, COLUMNS[column], TOP + (slot + 0.5) * PITCH))
        slot += needs
    return rows, None if full else (column, slot)


def _row(line: Line, x: float, y: float) -> Row:
    if line.letters:
        bubbles = tuple(
            Bubble(x + LABEL + place * BUBBLE_PITCH, y, letter, value)
            for place, (letter, value) in enumerate(zip(line.letters, line.values, strict=True))
        )
        return Row(line, x, y, bubbles)
    return Row(line, x, y, box=(x + LABEL - RADIUS, y - 2.6, COLUMN - LABEL - 12.0, BOX_HEIGHT))


def form_bubbles(codes: Iterable[str] = FORM_CODES) -> tuple[Bubble, ...]:
    """The bubbles of forms. A form's place hangs on its letter alone, so that a sheet can be read in later years.

    Raises ValueError for a form whose code is not one of `FORM_CODES`.
    """
    return tuple(Bubble(FORMS_LEFT + FORM_CODES.index(code) * FORM_PITCH, FORMS_TOP, code, code) for code in codes)


def bits(number: int, page: int) -> list[tuple[float, float, bool]]:
    """The marks of a page's digits: centre, and whether it is black."""
    found = []
    for place, bit in enumerate("".join(f"{int(digit):04b}" for digit in page_digits(number, page))):
        x = BIT_LEFT + place * BIT_PITCH
        found += [(x, BIT_ROWS[0], bit == "1"), (x, BIT_ROWS[1], bit == "0")]
    return found


def drawn(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows as the design draws them."""
    return [
        {
            "label": row.line.label,
            "x": row.x,
            "y": row.y,
            "bubbles": [[bubble.x, bubble.y, bubble.letter] for bubble in row.bubbles],
            "box": list(row.box) if row.box else None,
            "unit": row.line.unit,
            "apart": row.line.apart,
        }
        for row in rows
    ]
