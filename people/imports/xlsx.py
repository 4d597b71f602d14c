"""XLSX workbooks, read as a stream within bounds.

A workbook is a zip of XML that a stranger sent: what it claims to unpack to is looked
at first, entities are refused, and no more is kept than a list of people needs. Only
values are read; formulas, macros and links are never followed.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import IO, Any
from xml.parsers import expat

from people.imports.faults import fault, remark
from people.imports.grid import (
    MAX_BLANK_RUN,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    BadFile,
    Cell,
    Kind,
    Line,
    Merge,
    Sheet,
)

MAX_ENTRIES = 2_000
MAX_UNPACKED = 1_000_000_000
"""What all parts may claim together; of each no more than `MAX_READ` is ever unpacked."""
MAX_READ = 250_000_000
MAX_RATIO = 200
"""A part above `RATIO_FROM` that packs better than this is no list of people."""
RATIO_FROM = 5_000_000
MAX_STRINGS = 600_000
MAX_STRING_CHARS = 40_000_000
MAX_SHEETS = 50
MAX_MERGES = 50_000
LAST_ROW = 1_048_576
_CHUNK = 1 << 16
# Excel's own formats of days, by number (ECMA-376, 18.8.30), those of East Asia too.
_DAYS = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
_BROKEN = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, RuntimeError, NotImplementedError,
    LookupError, ValueError, OverflowError,
)  # fmt: skip


class _Enough(Exception):
    """Raised by a handler to stop reading."""


def read(file: IO[bytes]) -> list[Sheet]:
    """The sheets of the workbook in `file`. Raises BadFile."""
    try:
        with zipfile.ZipFile(file) as archive:
            _look_first(archive)
            return list(_Workbook(archive).sheets())
    except _BROKEN as error:
        raise BadFile(fault("", "broken")) from error


def _look_first(archive: zipfile.ZipFile) -> None:
    """Refuse what would unpack to too much, by what the archive says of itself before anything is unpacked.

    That it lies is no danger: `zipfile` gives out no more than it says.
    """
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise BadFile(fault("", "bomb"))
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise BadFile(fault("", "bomb"))
        if entry.flag_bits & 0x1:
            raise BadFile(fault("", "password"))
    names = {entry.filename for entry in entries}
    if "xl/workbook.bin" in names:
        raise BadFile(fault("", "binary_excel"))
    if "content.xml" in names and "mimetype" in names:
        raise BadFile(fault("", "open_document"))
    if "word/document.xml" in names:
        raise BadFile(fault("", "other_kind", kind="DOCX"))
    if not any(name.lower().endswith("workbook.xml") for name in names):
        raise BadFile(fault("", "other_kind", kind="ZIP"))


def _local(name: str) -> str:
    """A tag without its prefix: some programs write `<x:row>`."""
    return name.rpartition(":")[2]


def _parse(
    source: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Feed a part to the handlers until its end or until one raises _Enough."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.EntityDeclHandler = _refuse_entity
    seen = 0
    try:
        while chunk := source.read(_CHUNK):
            seen += len(chunk)
            if seen > MAX_READ:
                raise BadFile(fault("", "too_much_text"))
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except _Enough:
        return


def _refuse_entity(*_declared: Any) -> None:
    # A workbook has no use for entities; bombs and thefts of files have (threats: XML).
    raise BadFile(fault("", "bomb"))


class _Workbook:
    """Finds the parts of a workbook and reads its sheets one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lower(): name for name in archive.namelist()}
        self.from_1904 = False
        self.found: list[tuple[str, str, bool]] = []
        self.parts: dict[str, tuple[str, str]] = {}
        main = self._main()
        self._relations(main)
        with archive.open(main) as source:
            _parse(source, self._start)
        kinds = dict(self.parts.values())
        self.shown = self._styles(kinds.get("styles"))
        self.strings = self._strings(kinds.get("sharedStrings"))

    def _main(self) -> str:
        name = self.names.get("xl/workbook.xml")
        return name or min(name for low, name in self.names.items() if low.endswith("workbook.xml"))

    def _relations(self, main: str) -> None:
        folder, _slash, name = main.rpartition("/")

        def start(tag: str, facts: dict[str, str]) -> None:
            if _local(tag) == "Relationship" and facts.get("TargetMode") != "External":
                target = facts["Target"]
                path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
                self.parts[facts["Id"]] = (facts["Type"].rpartition("/")[2], path)

        with self.archive.open(self.names[f"{folder}/_rels/{name}.rels".lstrip("/").lower()]) as source:
            _parse(source, start)

    def _start(self, tag: str, facts: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "workbookPr":
            self.from_1904 = facts.get("date1904", "0").lower() in ("1", "true", "on")
        elif tag == "sheet":
            key = next((value for name, value in facts.items() if name != "id" and _local(name) == "id"), "")
            self.found.append((facts["name"], key, facts.get("state", "visible") != "visible"))

    def _open(self, path: str) -> IO[bytes]:
        return self.archive.open(self.names[path.lower()])

    def _styles(self, path: str | None) -> list[str]:
        """For each style of a cell whether it shows a number as a `day` or in `percent`."""
        custom: dict[int, str] = {}
        shown: list[str] = []
        inside: list[str] = []

        def start(tag: str, facts: dict[str, str]) -> None:
            tag = _local(tag)
            inside.append(tag)
            if tag == "numFmt" and len(custom) < 10_000:
                custom[int(facts["numFmtId"])] = facts.get("formatCode", "")[:250]
            elif tag == "xf" and "cellXfs" in inside and len(shown) < 70_000:
                number = int(facts.get("numFmtId", "0"))
                day = shows_day(custom[number]) if number in custom else number in _DAYS
                percent = "%" in re.sub(r'"[^"]*"|\\.', "", custom.get(number, "%" if number in (9, 10) else ""))
                shown.append("day" if day else "percent" if percent else "")

        if path and path.lower() in self.names:
            with self._open(path) as source:
                _parse(source, start, lambda _tag: inside.__delitem__(-1))
        return shown

    def _strings(self, path: str | None) -> list[str]:
        """The texts that cells refer to by number."""
        found: list[str] = []
        if not path or path.lower() not in self.names:
            return found
        parts: list[str] = []
        state = {"text": False, "reading": 0, "chars": 0}

        def start(tag: str, _facts: dict[str, str]) -> None:
            tag = _local(tag)
            if tag == "si":
                parts.clear()
            elif tag == "rPh":  # how a Japanese name is read aloud: no part of it
                state["reading"] += 1
            elif tag == "t":
                state["text"] = not state["reading"]

        def end(tag: str) -> None:
            tag = _local(tag)
            if tag == "si":
                text = "".join(parts)[:MAX_TEXT]
                state["chars"] += len(text)
                if len(found) >= MAX_STRINGS or state["chars"] > MAX_STRING_CHARS:
                    raise BadFile(fault("", "too_much_text"))
                found.append(text)
            elif tag == "rPh":
                state["reading"] -= 1
            elif tag == "t":
                state["text"] = False

        def text(data: str) -> None:
            if state["text"] and len(parts) < MAX_TEXT:
                parts.append(data[:MAX_TEXT])

        with self._open(path) as source:
            _parse(source, start, end, text)
        return found

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet of cells, in the workbook's order; charts are passed over."""
        taken: set[str] = set()
        rows = 0
        for name, key, hidden in self.found[:MAX_SHEETS]:
            kind, path = self.parts[key]
            if kind != "worksheet":
                continue
            title = name[:90]
            while title.casefold() in taken:  # Excel writes no two alike; a forger may
                title += "'"
            taken.add(title.casefold())
            reader = _SheetReader(Sheet(title, hidden=hidden), self.strings, self.shown, self.from_1904, rows)
            with self._open(path) as source:
                _parse(source, reader.start, reader.end, reader.text)
            rows = reader.rows
            if self.from_1904:
                reader.sheet.notes.append(remark("", "date_1904"))
            yield reader.sheet


def shows_day(code: str) -> bool:
    """Whether a number format, such as `dd/mm/yyyy`, shows a day rather than an amount or a time alone."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code.split(";")[0]).lower()
    if bare == "general":
        return False
    return "y" in bare or "d" in bare


def day_of(serial: float, *, from_1904: bool) -> date:
    """The day that Excel shows for a number. Raises OverflowError or ValueError when there is none."""
    whole = int(serial)
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=whole)
    # Excel takes 1900 for a leap year: its numbers up to 59 are a day behind.
    return date(1899, 12, 30) + timedelta(days=whole + (1 if 0 < whole < 60 else 0))


class _SheetReader:
    """Handlers for one sheet: keeps rows that hold something."""

    def __init__(self, sheet: Sheet, strings: list[str], shown: list[str], from_1904: bool, rows: int) -> None:
        self.sheet, self.strings, self.shown, self.from_1904, self.rows = sheet, strings, shown, from_1904, rows
        self.number = self.column = self.blank = self.size = 0
        self.cells: dict[int, Cell] = {}
        self.kind = self.style = ""
        self.formula = self.collecting = self.phonetic = self.far = False
        self.parts: list[str] = []

    def start(self, tag: str, facts: dict[str, str]) -> None:
        """A tag opens."""
        tag = _local(tag)
        if tag == "c":
            place = facts.get("r")
            self.column = _column_of(place) if place else self.column + 1
            self.kind, self.style = facts.get("t", "n"), facts.get("s", "")
            self.formula = False
            self.size = 0
            self.parts.clear()
        elif tag in ("v", "t"):
            self.collecting = not self.phonetic
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            # Never backwards: a forged number would name a row twice.
            self.number = max(self.number + 1, int(facts.get("r", "0")))
            if self.number > LAST_ROW:
                raise ValueError(self.number)
            self.column, self.cells = -1, {}
        elif tag == "mergeCell" and len(self.sheet.merges) < MAX_MERGES:
            self.sheet.merges.append(_merge_of(facts["ref"]))
        elif tag == "rPh":
            self.phonetic = True

    def text(self, data: str) -> None:
        """Characters of a value."""
        if self.collecting and self.size < MAX_TEXT:
            self.size += len(data)
            self.parts.append(data)

    def end(self, tag: str) -> None:
        """A tag closes."""
        tag = _local(tag)
        if tag in ("v", "t"):
            self.collecting = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "c":
            self._keep()
        elif tag == "row":
            self._end_row()

    def _keep(self) -> None:
        raw = "".join(self.parts)[:MAX_TEXT]
        if self.column >= MAX_COLUMNS:
            if raw.strip() and not self.far:
                self.far = True
                self.sheet.notes.append(remark("", "far_columns", limit=MAX_COLUMNS))
            return
        if not raw.strip():
            if self.formula and self.kind != "str":
                self.cells[self.column] = Cell("", Kind.NO_VALUE, formula=True)
            return
        cell = self._cell(raw)
        if cell.text.strip():
            self.cells[self.column] = cell

    def _cell(self, raw: str) -> Cell:
        if self.kind == "s":
            return Cell(self.strings[int(raw)], formula=self.formula)
        if self.kind == "e":
            return Cell(raw, Kind.ERROR, self.formula)
        if self.kind == "d":
            day = date.fromisoformat(raw[:10])
            return Cell(f"{day:%d/%m/%Y}", formula=self.formula)
        if self.kind == "b":
            return Cell("TRUE" if raw.strip() == "1" else "FALSE", formula=self.formula)
        if self.kind != "n":
            return Cell(raw, formula=self.formula)
        value = float(raw)
        shown = self.shown[int(self.style)] if self.style and int(self.style) < len(self.shown) else ""
        if shown == "day" and value >= 1:
            day = day_of(value, from_1904=self.from_1904)
            return Cell(f"{day:%d/%m}/{day.year:04d}", formula=self.formula)
        if shown == "percent" and abs(value) < 1e9:
            # As people see and mean it: 83.8%, not 0.838.
            return Cell(f"{float(format(100 * value, '.12g')):.10g}%", Kind.NUMBER, self.formula)
        text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        return Cell(text, Kind.NUMBER, self.formula)

    def _end_row(self) -> None:
        if self.cells:
            self.blank = 0
            self.rows += 1
            # Titles, headings and signatures come on top; more than that is refused here already.
            if self.rows > MAX_ROWS + 500:
                raise BadFile(fault("", "too_many", limit=MAX_ROWS))
            self.sheet.lines.append(Line(self.number, self.cells))
            return
        self.blank += 1
        if self.blank > MAX_BLANK_RUN:
            self.sheet.notes.append(remark("", "blank_tail", row=self.number - self.blank))
            raise _Enough


_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


def _column_of(place: str) -> int:
    """The column of a place such as `AB12`, from 0."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise ValueError(place)
    index = 0
    for letter in found[1].upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def _merge_of(reference: str) -> Merge:
    first, _colon, last = reference.partition(":")
    last = last or first
    rows = [int(re.sub(r"\D", "", place)) for place in (first, last)]
    columns = [_column_of(place) for place in (first, last)]
    return Merge(rows[0], rows[1], columns[0], columns[1])
