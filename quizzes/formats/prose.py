"""Words between HTML and plain text: what a question shows is text with line breaks, lists and tables written out."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from quizzes.formats.markup import Node
from quizzes.formats.maths import linear, lowered, raised

_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol dl dt dd table thead tbody tfoot caption blockquote pre section article header "
    "footer figure figcaption hr form fieldset legend address prompt rubricBlock "
    "qti-prompt qti-rubric-block".split()
)
_SILENT = frozenset("script style head title object iframe noscript template svg".split())
_NAMED = {
    "audio": "audio", "video": "video", "object": "object", "iframe": "iframe", "embed": "object", "svg": "svg",
    "script": "script", "applet": "object", "canvas": "object",
    "include": "object",
}  # fmt: skip
_FORMULA = re.compile(r"equation_image|/equation_images/|texrender|wirisformula|codecogs|mimetex|/filter/tex/", re.IGNORECASE)  # fmt: skip  # noqa: E501
_BREAK, _GLUE = "\x1e", "\x1f"
"""Between blocks; behind a bullet, whose text begins in the same line."""


@dataclass
class Prose:
    """Text, with the pictures that stood in it (address, text instead) and the parts that it could not hold."""

    text: str = ""
    pictures: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def squeeze(text: str) -> str:
    """Text as it is kept: NFC, single spaces, no spaces at the ends of lines, one empty line at most."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[^\S\n]+|[\u200b\ufeff\u00ad]", lambda found: " " if found[0].isspace() else "", text)
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", "", text)
    text = re.sub(r" *\n *", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip(" \n")


def line(text: str) -> str:
    """Text in one line."""
    return re.sub(r"\s+", " ", squeeze(text))


class Flow:
    """Builds text out of elements as they come."""

    def __init__(self) -> None:
        self.out: list[list[str]] = [[]]
        self.lists: list[int | None] = []
        self.silent = 0
        self.cells: list[list[str]] = []
        self.prose = Prose()
        self.kept = False
        self.formula: list[Node] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        if self.formula or (tag == "math" and not self.silent):
            self._formula(Node(tag, attrs, 0))
            return
        if tag in _NAMED:
            self._leave(_NAMED[tag])
        if tag in _SILENT:
            self.silent += 1
        if self.silent:
            return
        if tag == "br":
            self.out[-1].append("\n")
        elif tag == "img" and _FORMULA.search(" ".join((attrs.get("class", ""), attrs.get("src", "")))):
            # The picture of a formula, whose text stands beside it.
            self.out[-1].append(f" {_typed(attrs)} ")
        elif tag == "img":
            self.prose.pictures.append((attrs.get("src", ""), squeeze(attrs.get("alt", ""))))
            self.out[-1].append(" ")
        elif tag in ("ul", "ol"):
            self.lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self.out[-1].append(_BREAK + self._bullet() + _GLUE)
        elif tag == "tr":
            self.cells.append([])
            self.out[-1].append(_BREAK)
        elif tag in ("sup", "sub", "td", "th"):
            self.out.append([])
        if tag == "pre":
            self.kept = True
        if tag in _BLOCKS:
            self.out[-1].append(_BREAK)

    def _formula(self, node: Node) -> None:
        if self.formula:
            self.formula[-1].parts.append(node)
        self.formula.append(node)

    def _bullet(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "• "
        self.lists[-1] = number + 1
        return f"{number}. "

    def end(self, tag: str) -> None:
        """An element ends."""
        if self.formula:
            if any(node.tag == tag for node in self.formula):
                while (closed := self.formula.pop()).tag != tag:
                    pass
                if not self.formula:
                    self.out[-1].append(linear(closed))
            return
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
            return
        if self.silent:
            return
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag in ("sup", "sub") and len(self.out) > 1:
            inner = squeeze("".join(self.out.pop()))
            self.out[-1].append({"sup": raised, "sub": lowered}[tag](inner) if inner else "")
        elif tag in ("td", "th") and len(self.out) > 1:
            inner = line("".join(self.out.pop()))
            (self.cells[-1] if self.cells else []).append(inner)
        elif tag == "tr" and self.cells:
            self.out[-1].append(" | ".join(self.cells.pop()) + _BREAK)
        if tag == "pre":
            self.kept = False
        if tag in _BLOCKS:
            self.out[-1].append(_BREAK)

    def text(self, data: str) -> None:
        """Words."""
        if self.formula:
            self.formula[-1].parts.append(data)
        elif not self.silent:
            if self.kept and re.search(r"(?m)(?:^|\S)(?: {2,}|[ ]*\t)\S", data):
                self._leave("indent")
            self.out[-1].append(data if self.kept else re.sub(r"\s+", " ", data))

    def _leave(self, what: str) -> None:
        if what not in self.prose.left:
            self.prose.left.append(what)

    def done(self) -> Prose:
        """The text so far."""
        if self.formula:
            self.out[-1].append(linear(self.formula[0]))
            self.formula = []
        whole = "".join("".join(part) for part in self.out)
        whole = re.sub(_GLUE + r"[ \n\x1e]*", "", whole)
        # Blocks within blocks break a line once; an empty line stands only where breaks were written.
        whole = re.sub(r"[ \n]*\x1e[ \n\x1e]*", lambda found: "\n" * max(1, found[0].count("\n")), whole)
        self.prose.text = squeeze(whole)
        return self.prose


def _typed(attrs: dict[str, str]) -> str:
    """The formula that a picture shows, as its author typed it."""
    typed = attrs.get("data-equation-content") or attrs.get("alt") or attrs.get("title") or ""
    return re.sub(r"^LaTeX:\s*", "", typed) or "[…]"


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.flow = Flow()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _local(tag)
        self.flow.start(tag, {name: value or "" for name, value in attrs})
        if tag in ("embed",):
            self.flow.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _local(tag)
        self.flow.start(tag, {name: value or "" for name, value in attrs})
        self.flow.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.flow.end(_local(tag))

    def handle_data(self, data: str) -> None:
        self.flow.text(data)


def _local(tag: str) -> str:
    return tag.partition(":")[2] if tag.startswith(("m:", "mml:", "math:")) else tag


def from_html(text: str) -> Prose:
    """Plain text of HTML. Script is never kept."""
    reader = _Html()
    reader.feed(text)
    reader.close()
    return reader.flow.done()


def to_html(text: str) -> str:
    """HTML that shows `text`: signs escaped, line breaks kept."""
    return html.escape(text, quote=False).replace("\n", "<br/>")


def from_node(node: Node, skip: Sequence[str] = ()) -> Prose:
    """Plain text of an element that holds HTML as XML; elements named `skip` are passed over."""
    flow = Flow()
    _walk(node, flow, frozenset(skip), inside=False)
    return flow.done()


def _walk(node: Node, flow: Flow, skip: frozenset[str], *, inside: bool) -> None:
    if inside and node.tag in skip:
        return
    if inside:
        flow.start(node.tag, node.attrs)
    for part in node.parts:
        if isinstance(part, str):
            flow.text(part)
        else:
            _walk(part, flow, skip, inside=True)
    if inside:
        flow.end(node.tag)
