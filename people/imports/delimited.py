"""CSV files: their letters and separator recognised."""

import csv
import io
import re
import unicodedata
from typing import IO

from people.imports import legacy
from people.imports.faults import fault, remark
from people.imports.grid import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, BadFile, Cell, Line, Sheet

_SEPARATORS = {",": ",", ";": ";", "\t": "Tab", "|": "|"}
_SAMPLE = 200_000
_MOSTLY = 0.8
"""The share of marked words that must be Vietnamese for an encoding to be believed."""


def read(file: IO[bytes]) -> list[Sheet]:
    """The one sheet of a CSV file. Raises BadFile."""
    text, encoding = decode(file.read())
    separator = separator_of(text)
    sheet = Sheet("", notes=[remark("", "encoding_taken", encoding=encoding, separator=_SEPARATORS[separator])])
    # A cell of any length is cut below; the module's own limit would be an error without a place.
    # The limit is the whole process's: it only ever grows.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for number, values in enumerate(lines, 1):
            if number == 1 and len(values) <= 2 and values and values[0].strip().lower().startswith("sep="):
                continue
            _keep(sheet, number, values)
    except csv.Error as error:
        raise BadFile(fault("", "broken")) from error
    return [sheet]


def _keep(sheet: Sheet, number: int, values: list[str]) -> None:
    cells = {index: Cell(value[:MAX_TEXT]) for index, value in enumerate(values[:MAX_COLUMNS]) if value.strip()}
    if not cells:
        return
    if len(sheet.lines) > MAX_ROWS + 500:
        raise BadFile(fault("", "too_many", limit=MAX_ROWS))
    sheet.lines.append(Line(number, cells))


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding. Raises BadFile where it cannot be told."""
    if content.startswith(b"\xef\xbb\xbf"):
        return _strictly(content[3:], "utf-8", "UTF-8")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16", "UTF-16")
    head = content[:4_000]
    if head.count(0) > len(head) // 5:
        # Text in Latin letters: every other byte is empty, the second of each pair in little-endian.
        little = head[1::2].count(0) >= head[::2].count(0)
        return _strictly(content, "utf-16-le" if little else "utf-16-be", "UTF-16")
    try:
        return _tidy(content.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError:
        return _from_code_page(content)


def _strictly(content: bytes, codec: str, name: str) -> tuple[str, str]:
    try:
        return _tidy(content.decode(codec)), name
    except UnicodeDecodeError as error:
        raise BadFile(fault("", "encoding")) from error


def _from_code_page(content: bytes) -> tuple[str, str]:
    """Windows-1258, Vietnamese Windows' own; the fonts' encodings are refused by their names."""
    try:
        text = _tidy(content.decode("cp1258"))
    except UnicodeDecodeError:
        text = ""
    if text and legacy.share(text[:_SAMPLE]) >= _MOSTLY:
        return text, "Windows-1258"
    plain = content.decode("latin-1")
    for word in re.findall(r"[^\s,;|\"\d]+", plain[:_SAMPLE]):
        known = legacy.recognise(word)
        if known is not None:
            name, meant = known
            converted = legacy.from_vni(plain) if name == "VNI" else legacy.from_tcvn3(plain)
            if legacy.share(converted[:_SAMPLE]) >= _MOSTLY:
                raise BadFile(fault("", "legacy_encoding", encoding=name, sample=word, meant=meant))
    raise BadFile(fault("", "encoding"))


def _tidy(text: str) -> str:
    if "\0" in text:
        raise BadFile(fault("", "encoding"))
    return unicodedata.normalize("NFC", text)


def separator_of(text: str) -> str:
    """What stands between the columns: the sign that cuts most of the first lines into as many pieces."""
    told = re.match(r'"?sep=(.)"?\r?\n', text, re.IGNORECASE)
    if told and told[1] in _SEPARATORS:
        return told[1]
    lines = [line for line in text[:_SAMPLE].splitlines()[:60] if line.strip()]

    def worth(separator: str) -> tuple[int, int]:
        counts = [re.sub(r'"[^"]*"', "", line).count(separator) for line in lines]
        found = [count for count in counts if count]
        # Names and addresses hold commas too, but not the same number in every line.
        usual = max(set(found), key=found.count) if found else 0
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=worth)
