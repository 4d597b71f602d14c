"""Letters of text files recognised: Unicode in its forms, Vietnamese Windows, Western Windows; old fonts by name."""

import unicodedata

from people.imports import delimited, grid
from quizzes.formats.result import BadFile

_WESTERN = frozenset("éèêëàâäçîïôöùûüñ°±²³×÷–—‘’“”…•€£§©®«» ")


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file, line ends as LF, and the name of its encoding. Raises BadFile."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and len(content) % 2:
        content += b"\0" if content.startswith(b"\xff\xfe") else b""
    try:
        text, encoding = delimited.decode(content)
    except grid.BadFile as bad:
        text, encoding = _western(content, bad)
    # A Mac writes accents apart from their letters: headings and words of the formats are known by whole letters.
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _western(content: bytes, bad: grid.BadFile) -> tuple[str, str]:
    fault = bad.faults[0]
    if fault.code == "legacy_encoding":
        raise BadFile("legacy_encoding", **fault.facts) from bad
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise BadFile("encoding") from bad
    odd = {letter for letter in text if ord(letter) > 127}
    if "\0" in text or not odd <= _WESTERN:
        raise BadFile("encoding") from bad
    return text, "Windows-1252"
