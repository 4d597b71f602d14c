"""Which format a file is, by its content; names are not believed."""

import re
from collections.abc import Callable

from quizzes.formats import aiken, archive, brightspace, encodings, gift, markup, moodle, native, qti, word, xlsx
from quizzes.formats.result import BadFile, Read

FORMATS = ("word", "xlsx", "csv", "gift", "aiken", "moodle", "qti", "yaml", "brightspace", "text")
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\x1f\x8b", "archive"),
)
_HTML = re.compile(rb"\s*(?:<!doctype html|<html|<meta\s)", re.IGNORECASE)


def recognise(content: bytes) -> str:
    """One of FORMATS. Raises BadFile for what none of them is, with advice."""
    for magic, code in _MAGIC:
        if content.startswith(magic):
            raise BadFile(_ole(content) if code == "ole" else code)
    if not content.strip():
        raise BadFile("empty")
    if archive.is_zip(content):
        return _of_zip(archive.Archive(content))
    start = content[:4_000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    if start.startswith(b"<"):
        if _HTML.match(start):
            raise BadFile("html")
        return _of_xml(content)
    text, _encoding = encodings.decode(content)
    for code, looks in _LOOKS:
        if looks(text):
            return code
    raise BadFile("unknown")


def _ole(content: bytes) -> str:
    if "WordDocument".encode("utf-16-le") in content:
        return "old_word"
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "zip_password"
    return "old_excel" if "Workbook".encode("utf-16-le") in content else "old_office"


def _of_zip(files: archive.Archive) -> str:
    names = files.names
    if any(name.endswith(("word/document.xml", "word/document2.xml")) or name == "word/document.xml" for name in names):
        return "word"
    if any(name.lower().endswith("xl/workbook.xml") or name == "xl/workbook.bin" for name in names):
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        raise BadFile("open_document")
    if "h5p.json" in names:
        raise BadFile("h5p")
    if any(name.endswith("moodle_backup.xml") for name in names):
        raise BadFile("moodle_backup")
    if any(name.startswith("ppt/") for name in names):
        raise BadFile("unknown")
    if any(name.lower().endswith((".xml", ".dat")) for name in names):
        return "qti"
    if sum(not name.startswith("__MACOSX/") for name in names) >= 1:
        raise BadFile("zip_of_files", names=", ".join(names[:5])[:200])
    raise BadFile("empty")


def _of_xml(content: bytes) -> str:
    root = markup.parse(content)
    if root.tag in ("quiz", "question"):
        return "moodle"
    if qti.looks(root) or qti.is_old(root):
        return "qti"
    if root.tag == "html":
        raise BadFile("html")
    raise BadFile("xml_unknown", element=root.tag[:40])


def read(content: bytes, language: str, form: str = "") -> Read:
    """The questions of a file of any format, or of `form` if that was said. Raises BadFile."""
    form = form or recognise(content)
    if form == "text":
        text, encoding = encodings.decode(content)
        found = word.read_text(text, language)
        found.note("encoding_taken", encoding=encoding)
    else:
        found = _READERS[form](content, language)
    if not found.items and not any(said.kind == "left" and said.code in ("type", "description") for said in found.said):
        raise BadFile("no_questions")
    return found


_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("yaml", native.looks), ("brightspace", brightspace.looks), ("csv", xlsx.looks_csv), ("gift", gift.looks), ("aiken", aiken.looks), ("text", word.looks),  # noqa: E501
)  # fmt: skip
_READERS = {
    "word": word.read, "xlsx": xlsx.read, "gift": gift.read, "aiken": aiken.read, "moodle": moodle.read, "qti": qti.read,  # noqa: E501
    "yaml": native.read, "csv": xlsx.read_csv, "brightspace": brightspace.read,
}  # fmt: skip
