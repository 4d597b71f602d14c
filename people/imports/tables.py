"""Any file of people as its rows: what it is decided by its content, never by its name."""

from typing import IO, NamedTuple

from people.imports import columns, delimited, xlsx
from people.imports.columns import Read
from people.imports.faults import Fault, fault, remark
from people.imports.grid import MAX_BYTES, MAX_ROWS, BadFile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
)


class Table(NamedTuple):
    """What a file says: its sheets of people, and notes with the sheet that each is of."""

    sheets: list[Read]
    notes: list[tuple[str, Fault]]

    @property
    def total(self) -> int:
        """Rows of people."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def read(file: IO[bytes], name: str, *, needs: tuple[str, ...] = ("full_name|family_name",)) -> Table:
    """The rows of the file called `name`. Raises BadFile, whose faults say why nothing can be read."""
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_BYTES:
        # Figures, not words: the sentence is made in the reader's language later.
        raise BadFile(fault("", "too_large", size=_megabytes(size), limit=_megabytes(MAX_BYTES)))
    head = file.read(4_096)
    file.seek(0)
    is_zip = head.startswith(b"PK\x03\x04")
    _refuse_other_kinds(file, head)
    sheets = xlsx.read(file) if is_zip else delimited.read(file)
    found, notes = columns.understand(sheets, needs=needs)
    table = Table(found, [*_wrong_extension(name, is_zip), *notes])
    if table.total > MAX_ROWS:
        raise BadFile(fault("", "too_many", limit=MAX_ROWS))
    return table


def _megabytes(size: int) -> str:
    return f"{size / 1_048_576:.0f} MB"


def _wrong_extension(name: str, is_zip: bool) -> list[tuple[str, Fault]]:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    expected = ("xlsx", "xlsm") if is_zip else ("csv", "txt", "tsv")
    if extension in expected:
        return []
    return [("", remark("", "other_extension", extension=f".{extension}", kind="XLSX" if is_zip else "CSV"))]


def _refuse_other_kinds(file: IO[bytes], head: bytes) -> None:
    """What people send by mistake, named. Raises BadFile."""
    if not head.strip():
        raise BadFile(fault("", "empty"))
    if head.startswith(_OLE):
        # A workbook under a password and one of before 2007 share the container; the first names its part in UTF-16.
        protected = "EncryptedPackage".encode("utf-16-le") in file.read()
        raise BadFile(fault("", "password" if protected else "old_excel"))
    for mark, kind in _OTHERS:
        if head.startswith(mark):
            raise BadFile(fault("", "other_kind", kind=kind))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
        raise BadFile(fault("", "other_kind", kind="HTML/XML"))
