"""Moodle's texts: several languages in one, files within, tags with and without `<text>`."""

import base64
import binascii
import re

from quizzes.formats.markup import Node
from quizzes.formats.result import Json

_SPAN = re.compile(
    r"<(span|lang)\b(?=[^>]*\blang=[\"']([a-z]{2})[^\"']*[\"'])(?=[^>]*multilang|[^>]*\blang=)[^>]*>(.*?)</\1>",
    re.DOTALL | re.IGNORECASE,
)
_MLANG = re.compile(r"\{mlang\s+([a-z]{2}|other)[^}]*\}(.*?)\{mlang\}", re.DOTALL | re.IGNORECASE)


def merged(gaps: list[Json], more: list[Json]) -> list[Json]:
    """Gaps of the same question in another language join those there are."""
    if not gaps:
        return more
    for gap, other in zip(gaps, more, strict=False):
        for name in ("accept", "options"):
            for one, also in zip(gap.get(name, ()), other.get(name, ()), strict=False):
                one.update({language: text for language, text in also.items() if language in ("vi", "en")})
    return gaps


def tag_of(node: Node) -> str:
    """The words of a tag, with or without `<text>` around."""
    inner = node.first("text")
    return inner.text() if inner is not None else node.text()


def unquoted(name: str) -> str:
    """A file name out of an address."""
    return re.sub(
        r"(?:%[0-9A-Fa-f]{2})+", lambda found: bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace"), name
    )


def decoded(text: str) -> bytes | None:
    """Bytes out of base64; None for what is none."""
    try:
        return base64.b64decode(re.sub(r"\s+", "", text), validate=True)
    except (binascii.Error, ValueError):
        return None


def by_language(raw: str, language: str) -> dict[str, str]:
    """HTML by language: spans of Moodle's multilang filter, `{mlang}` of its successor; else all in `language`."""
    for pattern, group in ((_SPAN, 2), (_MLANG, 1)):
        told = {found[group].lower() for found in pattern.finditer(raw)} & {"vi", "en"}
        if len(told) > 1 or (told and pattern is _MLANG):
            return {name: _only(raw, pattern, group, name) for name in ("vi", "en") if name in told}
    return {language: raw}


def _only(raw: str, pattern: re.Pattern[str], group: int, language: str) -> str:
    return pattern.sub(lambda found: found[group + 1] if found[group].lower() == language else "", raw)
