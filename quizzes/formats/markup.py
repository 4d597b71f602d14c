"""XML of strangers as a plain tree: no entities, nothing fetched, bounded in depth and size; every node has a line."""

import html
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from people.imports import delimited, grid
from quizzes.formats.result import BadFile, Place

MAX_DEPTH = 150
MAX_NODES = 250_000
_PLAIN = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Node:
    """An element: local name, attributes by local name, children and texts in order, line from 1."""

    __slots__ = ("attrs", "line", "parts", "tag")

    def __init__(self, tag: str, attrs: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attrs = attrs
        self.line = line
        self.parts: list[Node | str] = []

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attrs.get(name, default)

    @property
    def children(self) -> list["Node"]:
        """The elements right below."""
        return [part for part in self.parts if isinstance(part, Node)]

    def all(self, *names: str) -> list["Node"]:
        """The elements right below with one of `names`."""
        return [part for part in self.parts if isinstance(part, Node) and part.tag in names]

    def first(self, *names: str) -> "Node | None":
        """The first element right below with one of `names`."""
        return next(iter(self.all(*names)), None)

    def walk(self) -> Iterator["Node"]:
        """This element and all below it, in the order of the file."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def deep(self, *names: str) -> list["Node"]:
        """All below with one of `names`."""
        return [node for node in self.walk() if node.tag in names and node is not self]

    def text(self) -> str:
        """All text below."""
        return "".join(part for node in self._texts() for part in node)

    def _texts(self) -> Iterator[list[str]]:
        waiting: list[Node | str] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                yield [part]
            else:
                waiting.extend(reversed(part.parts))

    def value(self, name: str) -> str:
        """The stripped text of the first element `name` right below; empty without one."""
        found = self.first(name)
        return found.text().strip() if found is not None else ""


def parse(content: bytes, file: str = "") -> Node:
    """The root of an XML document. Raises BadFile."""
    try:
        return _Builder(file).parse(content)
    except expat.ExpatError as error:
        repaired = _repaired(content, error)
        if repaired is None:
            raise _bad(error, file) from error
    try:
        return _Builder(file).parse(repaired)
    except expat.ExpatError as error:
        raise _bad(error, file) from error


def _bad(error: expat.ExpatError, file: str) -> BadFile:
    return BadFile("xml_broken", Place("line", error.lineno, file), reason=expat.errors.messages.get(error.code, ""))


def _repaired(content: bytes, error: expat.ExpatError) -> bytes | None:
    """Files with HTML's entities, in letters other than they say, or with signs that XML forbids."""
    try:
        text, _encoding = delimited.decode(content)
    except grid.BadFile:
        return None
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.removeprefix("\ufeff"))

    def entity(match: re.Match[str]) -> str:
        return match[0] if match[1] in _PLAIN else html.unescape(match[0])

    text = re.sub(r"&([A-Za-z][A-Za-z0-9]*);", entity, text)
    text = re.sub(r"&(?!#?\w+;)", "&amp;", text) if error.code == 4 else text
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    made = text.encode("utf-8", "replace")
    return made if made != content else None


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.parser: Any = None

    def parse(self, content: bytes) -> Node:
        parser = self.parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        try:
            parser.Parse(content, True)
        except (LookupError, ValueError, UnicodeError) as error:
            raise BadFile("encoding") from error
        if self.root is None:
            raise BadFile("xml_broken", Place("line", 1, self.file), reason="")
        return self.root

    def _refuse(self, *_declared: Any) -> Any:
        # Questions have no use for entities; bombs and thefts of files have.
        raise BadFile("entities", Place("line", self.parser.CurrentLineNumber, self.file))

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self.count += 1
        line = self.parser.CurrentLineNumber
        if len(self.open) >= MAX_DEPTH:
            raise BadFile("too_deep", Place("line", line, self.file))
        if self.count > MAX_NODES:
            raise BadFile("too_much", Place("line", line, self.file))
        local: dict[str, str] = {}
        for key, value in attrs.items():
            if not key.startswith("xmlns:"):
                local.setdefault(key if key in ("xmlns", "xml:lang") else key.rpartition(":")[2], value)
        node = Node(name.rpartition(":")[2], local, line)
        if self.open:
            self.open[-1].parts.append(node)
        else:
            self.root = node
        self.open.append(node)

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _text(self, data: str) -> None:
        if self.open:
            self.open[-1].parts.append(data)
