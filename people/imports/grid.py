"""What readers of workbooks and of text hand over: cells of sheets, and the bounds that they keep."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from people.imports.faults import Fault

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
"""Rows of people in a file."""
MAX_COLUMNS = 200
MAX_BLANK_RUN = 5_000
"""Empty rows one after the other after which a sheet is taken to be over."""
MAX_TEXT = 2_000
"""Characters of a cell that are kept; every column takes fewer."""


class Kind(StrEnum):
    """What a cell holds besides its text."""

    TEXT = "text"
    NUMBER = "number"
    ERROR = "error"
    NO_VALUE = "no-value"
    """A formula whose value was never computed."""


class Cell(NamedTuple):
    """The text of a cell, days as dd/mm/yyyy, and what kind it is."""

    text: str
    kind: Kind = Kind.TEXT
    formula: bool = False


class Line(NamedTuple):
    """A row that is not empty: its number as the spreadsheet counts, cells by column from 0."""

    number: int
    cells: dict[int, Cell]


class Merge(NamedTuple):
    """Cells shown as one: rows and columns, first and last."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass
class Sheet:
    """The rows of one sheet."""

    name: str
    lines: list[Line] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    hidden: bool = False


class BadFile(Exception):
    """A file of which nothing can be read; `faults` say why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = list(faults)


def column_name(index: int) -> str:
    """The letters of a column counted from 0: A, B … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
