"""Tables within a question: statements with a cross under true or false, two columns to be matched."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.formats.build import truth

_NUMBERED = re.compile(r"\s*\(?(\d{1,2})\s*[.):]\s*(\S.*)", re.DOTALL)
_LETTERED = re.compile(r"\s*\(?([A-Za-z])\s*[.):]\s*(\S.*)", re.DOTALL)
_PAIR = re.compile(r"\s*\(?(\d{1,2})\s*\)?\s*[-–—:.=>→)]*\s*\(?([A-Za-z])\)?(?![\wÀ-ỹ])\s*[.;,|]*\s*")


@dataclass
class Grid:
    """What a table asks: `statements` with their answers (None where no cross tells), or `lefts` and `rights`."""

    statements: list[tuple[str, bool | None]] = field(default_factory=list)
    lefts: dict[str, str] = field(default_factory=dict)
    rights: dict[str, str] = field(default_factory=dict)


def grid_of(rows: Sequence[Sequence[str]]) -> Grid | None:
    """A table that is a question; None for any other, which is words."""
    plain = [[cell.strip() for cell in row] for row in rows]
    return _statements(plain) or _sides(plain)


def _statements(rows: Sequence[Sequence[str]]) -> Grid | None:
    if len(rows) < 3:
        return None
    said = {
        truth(cell): place
        for place, cell in enumerate(rows[0])
        if cell and cell.lower() in ("đúng", "sai", "đ", "s", "true", "false")
    }
    if set(said) != {True, False}:
        return None
    found = Grid()
    for row in rows[1:]:
        words = [
            cell for place, cell in enumerate(row) if place not in said.values() and not re.fullmatch(r"\d*[.)]?", cell)
        ]
        if not words or max(said.values()) >= len(row):
            return None
        crossed = [value for value, place in said.items() if row[place]]
        text = re.sub(r"^\s*(?:\d{1,2}|[a-h])\s*[.)]\s*", "", max(words, key=len))
        found.statements.append((text, crossed[0] if len(crossed) == 1 else None))
    return found


def _sides(rows: Sequence[Sequence[str]]) -> Grid | None:
    columns = [
        place for place in range(max(map(len, rows), default=0)) if any(place < len(row) and row[place] for row in rows)
    ]
    if len(columns) != 2 or len(rows) < 2:
        return None
    found = Grid()
    for number, row in enumerate(rows):
        cells = [row[place] if place < len(row) else "" for place in columns]
        left, right = _NUMBERED.fullmatch(cells[0]), _LETTERED.fullmatch(cells[1])
        if number == 0 and not left and not right and "" not in cells:
            continue
        if (cells[0] and not left) or (cells[1] and not right):
            return None
        if left:
            found.lefts[left[1]] = left[2].strip()
        if right:
            found.rights[right[1].lower()] = right[2].strip()
    return found if len(found.lefts) >= 2 and len(found.rights) >= 2 else None


def pairs_told(text: str) -> dict[str, str]:
    """`1-b, 2-a, 3-c`: by number the letter; empty for anything else."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        told = _PAIR.match(text, place)
        if told is None:
            return {}
        found[told[1]] = told[2].lower()
        place = told.end()
    return found


def gaps_in(text: str) -> list[tuple[int, int]]:
    """Where dotted or drawn lines stand for words to be filled in."""
    return [(found.start(), found.end()) for found in re.finditer(r"\.{4,}|…[….]*|_{3,}", text)]
