"""Moodle's texts: several languages in one, files within, tags with and without `<text>`."""

import base64
import binascii
import re
from typing import Any

from quizzes.formats import pictures
from quizzes.formats.build import Maker, number
from quizzes.formats.markup import Node
from quizzes.formats.prose import from_html, squeeze
from quizzes.formats.result import Item, Json, Place, Read

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


class Base:
    """A question that is being read: its texts, pictures and answers."""

    def __init__(self, node: Node, kind: str, category: str, found: Read, maker: Maker) -> None:
        self.node = node
        self.kind = kind
        self.found = found
        self.maker = maker
        self.item = Item({}, Place("line", node.line), category=category)
        self.own: dict[str, str] = {}

    # --- Texts and pictures ---------------------------------------------------------------

    def text(self, node: Node | None, *, stem: bool = False) -> Json:
        """The words of an element with a `<text>`, by language; pictures are kept for the stem, else named."""
        if node is None:
            return self.maker.say("")
        inner = node.first("text")
        raw = inner.text() if inner is not None else "".join(part for part in node.parts if isinstance(part, str))
        made = {}
        for language, html in by_language(raw, self.maker.language).items():
            made[language] = self._plain(html, node, stem=stem)
        return made

    def _plain(self, html: str, node: Node, *, stem: bool) -> str:
        form = node.get("format", "html" if re.search(r"<\w|&\w+;", html) else "plain_text")
        if form in ("plain_text", "plaintext", "plain"):
            return squeeze(html)
        prose = from_html(html)
        for address, alt in prose.pictures:
            self._picture(address, alt, node, stem=stem)
        for part in prose.left:
            self.item.leave("part", Place("line", node.line), part=part)
        return prose.text

    def _picture(self, address: str, alt: str, node: Node, *, stem: bool) -> None:
        name = re.sub(r"[?#].*", "", re.sub(r"%20", " ", address)).rpartition("/")[2]
        place = Place("line", node.line)
        content = self._inline(address) if address.startswith("data:") else self._file(name, node)
        if content is None:
            self.item.leave("picture_elsewhere", place, name=address[:80])
            return
        taken = pictures.taken(content)
        if taken is None:
            self.item.leave("picture_kind", place, name=name[:60])
        elif not stem:
            self.item.leave("picture_in_option", place, letter=name[:60])
        else:
            known = self.found.picture(*taken)
            if self.item.node.get("figure") != known:
                self.maker.figure(self.item, known, alt)

    @staticmethod
    def _inline(address: str) -> bytes | None:
        told = re.match(r"data:image/[\w.+-]+;base64,(.*)", address, re.DOTALL)
        return decoded(told[1]) if told else None

    @staticmethod
    def taken(file: Node) -> tuple[bytes, str] | None:
        """The picture that a `<file>` holds; None for any other file."""
        content = decoded(file.text())
        return pictures.taken(content) if content else None

    def _file(self, name: str, node: Node) -> bytes | None:
        for holder in (node, self.node):
            for file in holder.all("file", "image_base64"):
                if file.tag == "image_base64" or (
                    file.get("encoding") == "base64" and file.get("name") in (name, unquoted(name))
                ):
                    return decoded(file.text())
        return None

    def verdicts(self) -> None:
        """What is told of a right, a partly right and a wrong answer."""
        told = {"right": "correctfeedback", "part": "partiallycorrectfeedback", "wrong": "incorrectfeedback"}
        said = {name: self.text(self.node.first(tag)) for name, tag in told.items()}
        feedback = {name: texts for name, texts in said.items() if any(texts.values())}
        if feedback:
            self.item.node["feedback"] = feedback

    def answers(self) -> list[tuple[float, Json, Json, Node]]:
        """Percent, words, feedback of every answer."""
        made = []
        for answer in self.node.all("answer"):
            percent = number(answer.get("fraction", "0")) or 0
            made.append((float(percent), self.text(answer), self.text(answer.first("feedback")), answer))
        return made

    def cloze_of(self, text: Any, gaps: list[Json]) -> None:
        """A text with gaps; its first paragraph is the question if no gap stands there."""
        texts = self.maker.say(text)
        stems: Json = {}
        for language, words in texts.items():
            blank = re.search(rf"{language}:(\d{{1,3}})", self.own.get("stem", ""))
            parts = words.split("\n\n", int(blank[1]) + 1 if blank else 1)
            if len(parts) > 1 and "{g" not in (first := "\n\n".join(parts[:-1])):
                stems[language], texts[language] = first, parts[-1]
            else:
                stems[language] = "Điền vào chỗ trống." if language == "vi" else "Fill in the gaps."
        self.maker.other(self.item, "cloze", stems, text=texts, gaps=gaps)
