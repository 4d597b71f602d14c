"""Keys told apart from their questions: `1-B 2-C`, a table of two rows, a list at the end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.formats.word_truths import truths_of

_LETTERS = r"[A-Ha-h](?:\s*[,&+;/]?\s*[A-H](?![\w.]))*(?![\wÀ-ỹ])|Đúng|Sai|ĐÚNG|SAI|Đ(?![\wÀ-ỹ])|S(?![\wÀ-ỹ])"
_LED = r"(?:(?:Chọn|Đáp\s*án|ĐA)\s*:?\s*)?"
_PAIR = re.compile(rf"\s*(?:Câu\s*|Question\s*)?(\d{{1,4}})\s*[-.:)=–—/\]]*\s*{_LED}({_LETTERS})\s*[.;,|\t]*\s*")
_NUMBER = re.compile(r"(?:Câu\s*|Question\s*)?(\d{1,4})\s*[.:)]?", re.IGNORECASE)
_ANSWER = re.compile(rf"(?:{_LETTERS})\.?")
_ASKED = re.compile(r"(?:Câu|Question|STT|TT)\b", re.IGNORECASE)
_SAID = re.compile(r"(?:Đáp\s*án|Trả\s*lời|Chọn|Kết\s*quả|ĐA|KQ|Key|Answer)\b", re.IGNORECASE)
_WORDS = re.compile(r"[-−+]?\d[\d.,/]*(?:\s*%)?")
"""What a short answer in a key is: a number. Words would be anything."""


@dataclass
class Keys:
    """Answers by number. They begin anew with every part of a paper: `PHẦN II` has a first question of its own."""

    groups: list[dict[int, list[str]]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    twice: set[tuple[int, int]] = field(default_factory=set)
    fresh: bool = True
    name: str = ""

    def part(self, name: str) -> None:
        """A part's heading within the key."""
        self.fresh, self.name = True, name

    def learn(self, pairs: Sequence[tuple[int, list[str]]], *, table: bool = False) -> None:
        """More answers. A table that begins anew with 1 is that of another part."""
        again = bool(self.groups) and table and bool(set(self.groups[-1]) & {number for number, _letters in pairs})
        if self.fresh or not self.groups or again:
            self.groups.append({})
            self.names.append(self.name)
            self.fresh = False
        here = len(self.groups) - 1
        for number, letters in pairs:
            if self.groups[here].get(number, letters) != letters:
                self.twice.add((here, number))
            self.groups[here][number] = letters

    def of_groups(self, sizes: Sequence[int], names: Sequence[str]) -> list[int]:
        """For every group of questions the group of answers that is its own; -1 where none is."""
        if len(sizes) == 1:
            self._merge()
            return [0 if self.groups else -1]
        if any(self.names) and any(names):
            return [self.names.index(name) if name and name in self.names else -1 for name in names]
        if len(self.groups) == len(sizes):
            return list(range(len(sizes)))
        if len(self.groups) == 1 and sum(sizes) in (len(self.groups[0]), max(self.groups[0])):
            # Numbered through in the key, anew in every part of the paper.
            return [0] * len(sizes)
        return [place if place < len(self.groups) else -1 for place in range(len(sizes))]

    def _merge(self) -> None:
        """One paper has one key: what stands in several places must agree."""
        whole: dict[int, list[str]] = {}
        twice: set[tuple[int, int]] = {(0, number) for _group, number in self.twice}
        for group in self.groups:
            for number, letters in group.items():
                if whole.get(number, letters) != letters:
                    twice.add((0, number))
                whole.setdefault(number, letters)
        self.groups, self.twice = [whole] if self.groups else [], twice


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
    turned = [list(column) for column in zip(*grid, strict=False)]
    for made in (_truths(grid), _truths(turned), _by_rows(grid), _by_rows(turned)):
        found = found or made
    return found


def _truths(grid: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    """`a) b) c) d)` down the side, questions across."""
    if len(grid) < 3:
        return []
    numbers = [_NUMBER.fullmatch(cell) for cell in grid[0]]
    sides = [row for row in grid[1:] if row and re.fullmatch(r"(?:Ý\s*)?[a-h]\s*[).:]?", row[0])]
    if len(sides) != len(grid) - 1 or not any(numbers[1:]):
        return []
    found = []
    for place, number in enumerate(numbers):
        told = [letters_of(row[place]) if place < len(row) else [] for row in sides]
        if number and place and all(one in (["Đ"], ["S"]) for one in told):
            found.append((int(number[1]), ["".join(one[0] for one in told)]))
    return found


def codes_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Headings of columns for several codes of a paper: `Mã 101`, `Mã đề 102`."""
    return [
        cell.strip()
        for row in rows[:2]
        for cell in row
        if re.search(r"(?i)\bmã\s*(?:đề)?\s*:?\s*\d{2,4}|\b(?:đề|code)\s*\d{2,4}", cell)
    ]


def _by_rows(grid: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    # A table of figures within a question looks alike: numbers are answers only under a heading that says so.
    heads = [row[0] for row in grid if row]
    told = bool(heads) and bool(_ASKED.match(heads[0])) and any(_SAID.match(head) for head in heads[1:])
    found: list[tuple[int, list[str]]] = []
    numbers: list[int | None] | None = None
    for row in grid:
        whole = [_NUMBER.fullmatch(cell) for cell in row]
        filled = [cell for cell in row if cell]
        count = sum(bool(one) for one in whole)
        if numbers is None and count and count >= len(filled) - 1:
            numbers = [int(one[1]) if one else None for one in whole]
        elif numbers is not None and filled:
            pairs = [
                (number, answer_of(cell))
                for number, cell in zip(numbers, row, strict=False)
                if number is not None and answer_of(cell) and (told or _ANSWER.fullmatch(cell) or truths_of(cell))
            ]
            if len(pairs) < len(filled) - 1 or not pairs:
                return []
            found += pairs
            numbers = None
    return found if len(found) >= 2 or (found and told) else []


def answer_of(cell: str) -> list[str]:
    """An answer in a cell: letters, true and false of several statements, a number."""
    truths = truths_of(cell)
    if _ANSWER.fullmatch(cell):
        return letters_of(cell)
    if truths:
        return ["".join("Đ" if one else "S" for one in truths)]
    return [cell] if _WORDS.fullmatch(cell) else []
