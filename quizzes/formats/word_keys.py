"""Keys told apart from their questions: `1-B 2-C`, a table of two rows, a list at the end."""

import re
from collections.abc import Sequence

_LETTERS = r"[A-Ha-h](?:\s*[,&+;/]?\s*[A-H](?![\w.]))*(?![\wÀ-ỹ])|Đúng|Sai|ĐÚNG|SAI|Đ(?![\wÀ-ỹ])|S(?![\wÀ-ỹ])"
_PAIR = re.compile(rf"\s*(?:Câu\s*|Question\s*)?(\d{{1,4}})\s*[-.:)=–—/\]]*\s*({_LETTERS})\s*[.;,|\t]*\s*")
_NUMBER = re.compile(r"(?:Câu\s*|Question\s*)?(\d{1,4})\s*[.:)]?", re.IGNORECASE)
_ANSWER = re.compile(rf"(?:{_LETTERS})\.?")


def letters_of(text: str) -> list[str]:
    """The letters of an answer in capitals; `Đ` and `S` stand for true and false."""
    plain = text.strip().rstrip(".")
    if plain.upper() in ("ĐÚNG", "Đ"):
        return ["Đ"]
    if plain.upper() in ("SAI", "S"):
        return ["S"]
    return sorted(set(re.findall(r"[A-H]", plain.upper())))


def pairs_of(line: str, *, least: int) -> list[tuple[int, list[str]]]:
    """Numbers with letters, when the line holds nothing else and at least `least` of them."""
    found = []
    place = 0
    while place < len(line):
        pair = _PAIR.match(line, place)
        if pair is None or (least == 1 and re.fullmatch(r"\s*[a-h]\s*", pair[2])):
            return []
        found.append((int(pair[1]), letters_of(pair[2])))
        place = pair.end()
    return found if len(found) >= least else []


def table_pairs(rows: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    """The pairs of a table that holds a key: in every cell, in rows of numbers above rows of letters, or in columns."""
    cells = [cell.strip() for row in rows for cell in row if cell.strip()]
    if not cells:
        return []
    found: list[tuple[int, list[str]]] = []
    every = [pairs_of(cell, least=1) for cell in cells]
    if all(every) and len(cells) >= 2:
        return [pair for pairs in every for pair in pairs]
    grid = [[cell.strip() for cell in row] for row in rows]
    for made in (_by_rows(grid), _by_rows([list(column) for column in zip(*grid, strict=False)])):
        found = found or made
    return found


def _by_rows(grid: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    numbers: list[int | None] | None = None
    for row in grid:
        whole = [_NUMBER.fullmatch(cell) for cell in row]
        told = [cell for cell in row if cell]
        count = sum(bool(one) for one in whole)
        if count and count >= len(told) - 1:
            numbers = [int(one[1]) if one else None for one in whole]
        elif numbers is not None and told:
            pairs = [
                (number, letters_of(cell))
                for number, cell in zip(numbers, row, strict=False)
                if number is not None and _ANSWER.fullmatch(cell)
            ]
            if len(pairs) < len(told) - 1 or not pairs:
                return []
            found += pairs
            numbers = None
    return found if len(found) >= 2 else []
