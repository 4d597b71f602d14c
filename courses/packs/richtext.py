"""Text of a lesson: paragraphs, headings and lists, as Markdown and as rich text HTML."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from django.utils.translation import gettext as _

from courses.packs.inline import BadText, Run, from_markdown, tidy, to_html, to_markdown

_HEADING = re.compile(r"(#{1,6}) (.*)")
_NUMBERED = re.compile(r"(\d+)\. (.*)")
_LIKE_MARKUP = re.compile(r"(#{1,6} |- |\+ |> |:::|\||-{3,}$|={3,}$)")
_LIKE_NUMBER = re.compile(r"(\d+)\.( |$)")
BLOCK_TAGS = {"p": "p", "h2": "h2", "h3": "h3"}


@dataclass
class Piece:
    """A paragraph, a heading or one item of a list."""

    kind: str
    """`p`, `h2`, `h3`, `ul` or `ol` (an item of such a list)."""
    runs: list[Run] = field(default_factory=list)
    opens: bool = False
    """Whether an item begins a new list although one of its kind stands right before it."""


Fault = Callable[[int, str], None]
"""Told the line and what is wrong with it."""


def parse(lines: list[str], first: int, fault: Fault) -> list[Piece]:
    """Pieces of the Markdown in `lines`, the first of which is line `first` of its file."""
    pieces: list[Piece] = []
    blank = True
    for number, line in enumerate(lines, first):
        if not line:
            blank = True
            continue
        piece = _piece(line, number, fault)
        last = pieces[-1].kind if pieces else ""
        item = piece.kind in ("ul", "ol")
        if not blank and not (item and last == piece.kind):
            fault(number, _("Leave an empty line before this one: every paragraph is one line."))
        piece.opens = item and (blank or last != piece.kind)
        if piece.kind == "ol":
            _check_number(line, pieces, piece, number, fault)
        pieces.append(piece)
        blank = False
    return pieces


def _check_number(line: str, pieces: list[Piece], piece: Piece, number: int, fault: Fault) -> None:
    expected = 1
    if not piece.opens:
        for before in reversed(pieces):
            expected += 1
            if before.opens:
                break
    found = line.split(".", 1)[0]
    if found != str(expected):
        fault(
            number,
            _("This item of the list must be number %(number)s. For a paragraph, write “%(found)s\\.”.")
            % {"number": expected, "found": found},
        )


def _piece(line: str, number: int, fault: Fault) -> Piece:
    kind, text = "p", line
    if line != line.strip(" "):
        fault(number, _("A line neither begins nor ends with a space; lists have one level."))
        text = line.strip(" ")
    if found := _HEADING.match(text):
        kind, text = f"h{len(found[1])}", found[2]
        if kind not in BLOCK_TAGS:
            fault(number, _("Headings are “##” or “###”."))
            kind = "h3"
    elif text.startswith("- "):
        kind, text = "ul", text[2:]
    elif found := _NUMBERED.match(text):
        kind, text = "ol", found[2]
    elif text.startswith(("* ", "+ ")):
        fault(number, _("Begin the items of a list with “- ”."))
    elif text.startswith(("> ", "```", "~~~")) or re.fullmatch(r"[-=*_]{3,}", text):
        fault(number, _("This Markdown is not taken in a lesson. See docs/course-packs.md."))
    elif text.startswith("|"):
        fault(number, _("A table stands in a block of its own: ::: table."))
    return Piece(kind, line_runs(text, number, fault))


def line_runs(text: str, number: int, fault: Fault) -> list[Run]:
    """Runs of one line; a fault is noted at `number`."""
    try:
        return from_markdown(text)
    except BadText as error:
        fault(number, str(error))
        return [Run(text)]


def write(pieces: list[Piece]) -> list[str]:
    """Lines of Markdown, with empty lines between pieces."""
    lines: list[str] = []
    number = 0
    for index, piece in enumerate(pieces):
        item = piece.kind in ("ul", "ol")
        begins = not item or index == 0 or piece.opens or pieces[index - 1].kind != piece.kind
        if begins:
            number = 0
            if lines:
                lines.append("")
        number += 1
        text = to_markdown(piece.runs)
        mark = {"h2": "## ", "h3": "### ", "ul": "- ", "ol": f"{number}. "}.get(piece.kind, "")
        lines.append(mark + (text if mark else _guarded(text)))
    return lines


def _guarded(text: str) -> str:
    """A paragraph whose first characters would read as markup, with a backslash before them."""
    if found := _LIKE_NUMBER.match(text):
        return f"{found[1]}\\{text[found.end(1) :]}"
    return "\\" + text if _LIKE_MARKUP.match(text) else text


def html(pieces: list[Piece]) -> str:
    """Rich text HTML."""
    out = ""
    for (kind, _serial), group in groupby(_numbered(pieces), key=lambda pair: (pair[0].kind, pair[1])):
        if kind in ("ul", "ol"):
            items = "".join(f"<li>{to_html(piece.runs)}</li>" for piece, _number in group)
            out += f"<{kind}>{items}</{kind}>"
        else:
            out += "".join(f"<{kind}>{to_html(piece.runs)}</{kind}>" for piece, _number in group)
    return out


def _numbered(pieces: list[Piece]) -> Iterator[tuple[Piece, int]]:
    """Each piece with the number of the list it belongs to."""
    serial = 0
    for piece in pieces:
        serial += piece.opens
        yield piece, serial


class _Reader(HTMLParser):
    """Reads what Wagtail's editor stores; raises BadText for what Markdown here cannot say."""

    def __init__(self, address_of: Callable[[dict[str, str]], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.address_of = address_of
        self.pieces: list[Piece] = []
        self.lists: list[str] = []
        self.bold = self.italic = 0
        self.link = ""
        self.fresh = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCK_TAGS:
            self.pieces.append(Piece(tag))
        elif tag in ("ul", "ol"):
            if self.lists:
                raise BadText(_("A list stands inside a list. Make it one level."))
            self.lists.append(tag)
            self.fresh = True
        elif tag == "li":
            self.pieces.append(Piece(self.lists[-1] if self.lists else "ul", opens=self.fresh))
            self.fresh = False
        elif tag in ("b", "strong"):
            self.bold += 1
        elif tag in ("i", "em"):
            self.italic += 1
        elif tag == "a":
            self.link = self.address_of({name: value or "" for name, value in attrs})
        elif tag == "br":
            raise BadText(_("A paragraph is broken into lines. Make paragraphs of them."))
        elif tag not in ("span", "div"):
            raise BadText(_("“<%(tag)s>” cannot be written in a course pack. Remove it.") % {"tag": tag})

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag in ("b", "strong"):
            self.bold -= 1
        elif tag in ("i", "em"):
            self.italic -= 1
        elif tag == "a":
            self.link = ""

    def handle_data(self, data: str) -> None:
        if not self.pieces:
            if not data.strip():
                return
            self.pieces.append(Piece("p"))
        self.pieces[-1].runs.append(Run(data.replace("\n", " "), self.bold > 0, self.italic > 0, self.link))


def from_html(
    text: str, address_of: Callable[[dict[str, str]], str] = lambda attrs: attrs.get("href", "")
) -> list[Piece]:
    """Pieces of rich text HTML.

    `address_of` gives the address for the attributes of a link, as Wagtail keeps
    inner links by the number of their page. Raises BadText.
    """
    reader = _Reader(address_of)
    reader.feed(text)
    reader.close()
    for piece in reader.pieces:
        piece.runs = _trimmed(tidy(piece.runs))
    return [piece for piece in reader.pieces if piece.runs]


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without spaces at either end of the line."""
    if runs:
        runs[0] = Run(runs[0].text.lstrip(" "), *runs[0].style)
        runs[-1] = Run(runs[-1].text.rstrip(" "), *runs[-1].style)
    return [run for run in runs if run.text]


def line_from_html(text: str, address_of: Callable[[dict[str, str]], str] = lambda attrs: attrs.get("href", "")) -> str:
    """One line of Markdown out of rich text that holds one paragraph. Raises BadText."""
    pieces = from_html(text, address_of)
    if len(pieces) > 1 or any(piece.kind != "p" for piece in pieces):
        raise BadText(_("This must be a single paragraph."))
    return to_markdown(pieces[0].runs) if pieces else ""


def line_html(runs: list[Run]) -> str:
    """Rich text of one line."""
    return f"<p>{to_html(runs)}</p>"
